#include "screen/xvfb.h"

#include "rpa/base/time.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void bail(const char *what)
{
    printf("Bail out! %s: %s\n", what, strerror(errno));
    exit(1);
}

/* in the child: end with the parent, own group, quiet */
static void become(const char *const argv[])
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    if (!getenv("TEST_LOUD"))
        dup2(null, 2);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

/* the display number Xvfb writes when it listens, or -1 */
static int read_number(int fd, int timeout_ms)
{
    char said[16];
    size_t n = 0;
    int64_t deadline = rpa_mono_us() + timeout_ms * 1000LL;
    while (n < sizeof said - 1 && !memchr(said, '\n', n)) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        if (poll(&p, 1, rpa_left_ms(deadline)) <= 0)
            return -1;
        ssize_t got = read(fd, said + n, sizeof said - 1 - n);
        if (got <= 0)
            return -1;
        n += (size_t)got;
    }
    said[n] = '\0';
    return atoi(said);
}

void xvfb_start(struct xvfb *x, int width, int height)
{
    int fds[2];
    char fd[16], size[48];
    signal(SIGPIPE, SIG_IGN);
    if (pipe2(fds, O_CLOEXEC) < 0)
        bail("pipe");
    snprintf(fd, sizeof fd, "%d", fds[1]);
    snprintf(size, sizeof size, "%dx%dx24", width, height);
    const char *argv[] = { "Xvfb", "-displayfd", fd,    "-screen",  "0",
                           size,   "-nolisten",  "tcp", "-noreset", NULL };
    x->pid = fork();
    if (x->pid < 0)
        bail("fork");
    if (x->pid == 0) {
        fcntl(fds[1], F_SETFD, 0);
        become(argv);
    }
    close(fds[1]);
    int number = read_number(fds[0], 20000);
    close(fds[0]);
    if (number < 0) {
        errno = ETIMEDOUT;
        bail("Xvfb does not start");
    }
    snprintf(x->name, sizeof x->name, ":%d", number);
}

/* By SIGTERM, so that it takes its socket along. */
void xvfb_stop(struct xvfb *x)
{
    if (x->pid <= 0)
        return;
    int fd = pidfd_open(x->pid, 0);
    struct pollfd ended = { .fd = fd, .events = POLLIN };
    kill(x->pid, SIGTERM);
    if (fd < 0 || poll(&ended, 1, 20000) <= 0)
        printf("# Xvfb %s had to be killed\n", x->name);
    if (fd >= 0)
        close(fd);
    xvfb_reap(x->pid);
    x->pid = 0;
}

pid_t xvfb_spawn(const struct xvfb *x, const char *const argv[])
{
    pid_t pid = fork();
    if (pid < 0)
        bail("fork");
    if (pid == 0) {
        setenv("DISPLAY", x->name, 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        become(argv);
    }
    return pid;
}

void xvfb_reap(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

void tmp_dir(char path[static 256])
{
    const char *base = getenv("TMPDIR");
    snprintf(path, 256, "%s/rpa-test-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(path))
        bail("mkdtemp");
}

void tmp_remove(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));)
        unlinkat(dirfd(dir), e->d_name, 0);
    closedir(dir);
    rmdir(path);
}

static char *slurp(const char *path, size_t *ret)
{
    *ret = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        if (fd >= 0)
            close(fd);
        return calloc(1, 1);
    }
    char *data = calloc(1, (size_t)st.st_size + 1);
    ssize_t n = data ? read(fd, data, (size_t)st.st_size) : -1;
    *ret = n > 0 ? (size_t)n : 0;
    close(fd);
    return data;
}

char *file_wait(const char *path, size_t len, int timeout_ms, size_t *ret)
{
    int64_t deadline = rpa_mono_us() + timeout_ms * 1000LL;
    char dir[256];
    snprintf(dir, sizeof dir, "%s", path);
    *strrchr(dir, '/') = '\0';
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd < 0 || inotify_add_watch(fd, dir, IN_MODIFY | IN_CREATE) < 0)
        bail("inotify");
    for (;;) {
        struct stat st;
        int left = rpa_left_ms(deadline);
        if ((stat(path, &st) == 0 && (size_t)st.st_size >= len) || left == 0)
            break;
        struct pollfd p = { .fd = fd, .events = POLLIN };
        poll(&p, 1, left);
        char events[4096];
        while (read(fd, events, sizeof events) > 0)
            ;
    }
    close(fd);
    return slurp(path, ret);
}
