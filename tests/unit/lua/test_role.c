/* The bot role as a process: what it can do before and after it is locked down,
 * and that the supervisor's SIGKILL ends what no hook ends. */
#include "fake_driver.h"
#include "rpa/role/bot.h"
#include "rpa/role/lockdown.h"
#include "rpa/base/time.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each tries by raw system call; 0 when it worked, else errno. */
static int try_open(void)
{
    return syscall(SYS_open, "/etc/passwd", O_RDONLY) < 0 ? errno : 0;
}
static int try_openat(void)
{
    return syscall(SYS_openat, AT_FDCWD, "/tmp", O_RDONLY) < 0 ? errno : 0;
}
static int try_creat(void)
{
    return syscall(SYS_creat, "/dev/null", 0600) < 0 ? errno : 0;
}
static int try_socket(void)
{
    return syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
}
static int try_execve(void)
{
    char *argv[] = { "true", NULL };
    syscall(SYS_execve, "/bin/true", argv, NULL);
    return errno;
}
static int try_fork(void)
{
    long pid = syscall(SYS_fork);
    if (pid == 0)
        _exit(0);
    return pid < 0 ? errno : 0;
}
static int try_kill(void)
{
    return syscall(SYS_kill, getppid(), 0) < 0 ? errno : 0;
}
static int try_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0) == MAP_FAILED
               ? errno
               : 0;
}
static int try_unlink(void)
{
    return syscall(SYS_unlink, "/nonexistent/x") < 0 && errno != ENOENT ? errno
                                                                        : 0;
}
static int try_memory(void) /* what it needs still works */
{
    void *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED || munmap(p, 1 << 20) < 0 ? errno : 0;
}

static const struct {
    const char *name;
    int (*try)(void);
    enum { WORKS, REFUSED, KILLED } then; /* when locked down */
} tries[] = {
    { "open", try_open, REFUSED },     { "openat", try_openat, REFUSED },
    { "creat", try_creat, KILLED },    { "socket", try_socket, KILLED },
    { "execve", try_execve, KILLED },  { "fork", try_fork, KILLED },
    { "kill", try_kill, KILLED },      { "code made at run time", try_code,
                                         KILLED },
    { "unlink", try_unlink, KILLED },  { "memory", try_memory, WORKS },
};

/* The wait status of a child that tries. */
static int attempt(int (*try)(void), bool locked)
{
    int status = 0, abi;
    struct rpa_err err;
    pid_t pid = fork();
    if (!pid) {
        if (locked && rpa_lockdown(16 << 20, &abi, &err) < 0)
            _exit(99);
        _exit(try() ? 1 : 0);
    }
    waitpid(pid, &status, 0);
    return status;
}

static void test_lockdown(void)
{
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        is_int(attempt(tries[i].try, false), 0, tries[i].name);
        int status = attempt(tries[i].try, true);
        bool right =
            tries[i].then == KILLED
                ? WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS
                : WIFEXITED(status) &&
                      WEXITSTATUS(status) == (tries[i].then == REFUSED);
        ok(right, "%s, locked down: status %#x", tries[i].name, status);
    }
}

/* Start the role with descriptors 3 and 4 as it expects them. */
static pid_t start_role(cbor_item_t *start, int *ret_fd)
{
    int ends[2], memfd = -1;
    struct rpa_err err;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 ||
        rpa_msg_to_memfd(start, &memfd, &err) < 0)
        return -1;
    rpa_msg_free(&start);
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        int sock = fcntl(ends[1], F_DUPFD, 20), doc = fcntl(memfd, F_DUPFD, 20);
        dup2(sock, 3);
        dup2(doc, 4);
        close_range(5, ~0U, 0);
        rpa_role_bot();
    }
    close(ends[1]);
    close(memfd);
    *ret_fd = ends[0];
    return pid;
}

static int role_run(const char *source, struct fake *f)
{
    int status = -1;
    memset(f, 0, sizeof *f);
    pid_t pid = start_role(fake_start("bots/x/main.lua", source, 16 << 20),
                           &f->fd);
    fake_serve(f);
    close(f->fd);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_run(void)
{
    struct fake f;
    is_int(role_run("rpa.log('x') local d = os.date('%H') "
                    "assert(#rpa.http.get('http://h/big').body == 200000) "
                    "rpa.http.request { url='http://h/', "
                    "body = ('x'):rep(200000) } "
                    "rpa.json.decode('{}') rpa.xml.parse('<a/>')",
                    &f),
           0, "a run, locked down");
    is_str(f.end, "ok", "and its end");
    is_int(role_run("error('x')", &f), 1, "a run that fails");
    ok(!strncmp(f.end, "EBOT|bots/x/main.lua:1|x", 24), "and its end");
    is_int(role_run("local s = ('x'):rep(1 << 30)", &f), 1, "1 GB");
    ok(!strncmp(f.end, "ENOMEM|", 7), "and its end");
    is_int(role_run("rpa.xml.parse('<?xml version=\"1.0\" "
                    "encoding=\"windows-1252\"?><a/>')",
                    &f) >= 0,
           1, "an encoding libxml2 has not built in does not kill");
}

static cbor_item_t *eval_start(const char *source)
{
    cbor_item_t *start = rpa_msg_new();
    rpa_msg_put_str(start, "mode", "eval");
    rpa_msg_put_str(start, "name", "bots/x/bot.lua");
    rpa_msg_put_str(start, "source", source);
    rpa_msg_put_int(start, "memory", 16 << 20);
    return start;
}

static void test_eval(void)
{
    struct rpa_err err;
    cbor_item_t *msg = NULL;
    int fd, status;
    int64_t limit = 5000000;
    pid_t pid = start_role(eval_start("return { name = 'x' }"), &fd);
    is_int(rpa_msg_recv(fd, rpa_mono_us() + limit, &msg, NULL, &err), 0,
           "eval answers");
    ok(rpa_msg_is(rpa_msg_get(msg, "ok"), "name", "x"), "with the table");
    rpa_msg_free(&msg);
    close(fd);
    waitpid(pid, &status, 0);
    is_int(status, 0, "and ends well");

    pid = start_role(eval_start("return { f = print }"), &fd);
    is_int(rpa_msg_recv(fd, rpa_mono_us() + limit, &msg, NULL, &err), 0,
           "eval of a function");
    is_int(rpa_msg_get_err(msg, &err), -RPA_EINVAL, "is refused");
    is_str(err.msg, "bots/x/bot.lua: return.f: a function is no data",
           "with the way to it");
    rpa_msg_free(&msg);
    close(fd);
    waitpid(pid, &status, 0);
    is_int(WEXITSTATUS(status), 1, "status 1");

    /* a pattern match no hook interrupts: only SIGKILL does */
    pid = start_role(
        eval_start("return (('a'):rep(2000)):find(('a*'):rep(60) .. 'b')"),
        &fd);
    is_int(rpa_msg_recv(fd, rpa_mono_us() + 1300000, &msg, NULL, &err),
           -RPA_ETIMEOUT, "a pattern runs past the hook's limit");
    kill(pid, SIGKILL);
    is_int(rpa_msg_recv(fd, rpa_mono_us() + limit, &msg, NULL, &err),
           -RPA_EGONE, "killed");
    close(fd);
    waitpid(pid, &status, 0);
    ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "by SIGKILL");

    pid = start_role(rpa_msg_new(), &fd);
    is_int(rpa_msg_recv(fd, rpa_mono_us() + limit, &msg, NULL, &err),
           -RPA_EGONE, "no start document of use");
    close(fd);
    waitpid(pid, &status, 0);
    is_int(WEXITSTATUS(status), 70, "status 70");
}

int main(void)
{
    test_lockdown();
    test_run();
    test_eval();
    return tap_done();
}
