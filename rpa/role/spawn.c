#include "rpa/role/spawn.h"
#include "rpa/role/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Descriptors below this are the child's own; lifted ones stand above. */
#define LIFT 64

/* dup the listed descriptors to 3, 4 … without treading on each other */
static int place_fds(const struct rpa_spawn *s, int report)
{
    int lifted[RPA_SPAWN_FDS], n = 0;
    int null = open("/dev/null", O_RDWR);
    int out = s->output >= 0 ? s->output : null;
    for (; n < RPA_SPAWN_FDS && s->fds[n] >= 0; n++)
        if ((lifted[n] = fcntl(s->fds[n], F_DUPFD, LIFT)) < 0)
            return -1;
    if (null < 0 || (out = fcntl(out, F_DUPFD, LIFT)) < 0 ||
        dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        return -1;
    for (int i = 0; i < n; i++)
        if (dup2(lifted[i], 3 + i) < 0)
            return -1;
    /* the report pipe stays until exec closes it */
    if (dup2(report, 3 + n) < 0 || fcntl(3 + n, F_SETFD, FD_CLOEXEC) < 0)
        return -1;
    close_range((unsigned)(4 + n), ~0u, 0);
    return 3 + n;
}

static int become(uid_t uid)
{
    if (!uid)
        return 0;
    gid_t gid = uid;
    return setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 ||
                   setresuid(uid, uid, uid) < 0
               ? -1
               : 0;
}

static int limit(int what, int64_t least, int64_t most)
{
    struct rlimit now;
    if (!least)
        return 0;
    if (getrlimit(what, &now) < 0)
        return -1;
    if ((rlim_t)most < now.rlim_max)
        now.rlim_max = (rlim_t)most;
    now.rlim_cur = (rlim_t)least < now.rlim_max ? (rlim_t)least : now.rlim_max;
    return setrlimit(what, &now);
}

/* RLIMIT_DATA counts what is private and may be written, and not what is only
 * reserved or shared, as RLIMIT_AS does. A second after SIGXCPU comes SIGKILL.
 * Source: setrlimit(2). */
static int take_limits(const struct rpa_spawn_limits *l)
{
    return limit(RLIMIT_DATA, l->memory, l->memory) < 0 ||
                   limit(RLIMIT_NPROC, l->processes, l->processes) < 0 ||
                   limit(RLIMIT_CPU, l->cpu_s, l->cpu_s + 1) < 0
               ? -1
               : 0;
}

/* A user without a name is refused by ssh, mutt and others. Of what is mounted
 * here nobody else knows; in a container that may not mount, it stays so. */
static void give_name(const char *passwd)
{
    if (unshare(CLONE_NEWNS) == 0 &&
        mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0)
        mount(passwd, "/etc/passwd", NULL, MS_BIND, NULL);
}

_Noreturn static void say(int report, struct rpa_err *err)
{
    if (write(report, err, sizeof *err) < 0)
        _exit(71);
    _exit(70);
}

_Noreturn static void child(const struct rpa_spawn *s, int report,
                            pid_t parent)
{
    struct rpa_err err = { 0 };
    sigset_t none;
    int domain = -1, fd = place_fds(s, report);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    if (fd < 0) {
        rpa_fail_errno(&err, RPA_EIO, "placing descriptors");
        say(report, &err);
    }
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* what is made before must not outlive it */
    if (getppid() != parent)
        _exit(70);
    if (s->before && s->before(s->with, &err) < 0)
        say(fd, &err);
    if (s->passwd)
        give_name(s->passwd);
    if (s->confine && /* the state directory may be named from here */
        rpa_confine_open(s->state_dir, s->own_dir, &domain, &err) < 0)
        say(fd, &err);
    if (chdir(s->cwd ? s->cwd : "/") < 0 && chdir("/") < 0)
        _exit(70);
    if (take_limits(&s->limits) < 0) {
        rpa_fail_errno(&err, RPA_EPERM, "setting its limits");
        say(fd, &err);
    }
    if (become(s->uid) < 0) {
        rpa_fail_errno(&err, RPA_EPERM, "becoming uid %d", (int)s->uid);
        say(fd, &err);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* again: the new uid cleared it */
    if (getppid() != parent)
        _exit(70);
    if (rpa_confine_enter(domain, &err) < 0)
        say(fd, &err);
    char *role[] = { "rpa", "role", (char *)s->role, NULL };
    const char *path = s->role ? "/proc/self/exe" : s->path;
    environ = (char **)s->envp; /* its PATH, not ours */
    execvp(path, s->role ? role : s->argv);
    rpa_fail_errno(&err, errno == ENOENT ? RPA_EENV : RPA_EPERM,
                   "starting %s", path);
    say(fd, &err);
}

int rpa_spawn_begin(const struct rpa_spawn *s, pid_t *ret_pid, int *ret_report,
                    struct rpa_err *err)
{
    int report[2];
    pid_t parent = getpid();
    if (pipe2(report, O_CLOEXEC) < 0)
        return rpa_fail_errno(err, RPA_EIO, "making a pipe");
    pid_t pid = fork();
    if (pid == 0)
        child(s, report[1], parent);
    close(report[1]);
    if (pid < 0) {
        close(report[0]);
        return rpa_fail_errno(err, RPA_EIO, "fork");
    }
    *ret_pid = pid;
    *ret_report = report[0];
    return 0;
}

int rpa_spawn_report(int report, struct rpa_err *err)
{
    struct rpa_err theirs;
    ssize_t n;
    do
        n = read(report, &theirs, sizeof theirs);
    while (n < 0 && errno == EINTR);
    close(report);
    if (n != sizeof theirs)
        return 0;
    theirs.where = RPA_WHERE;
    *err = theirs;
    return -(int)err->code;
}

int rpa_spawn(const struct rpa_spawn *s, pid_t *ret_pid, struct rpa_err *err)
{
    pid_t pid;
    int report, r = rpa_spawn_begin(s, &pid, &report, err);
    if (r < 0)
        return r;
    r = rpa_spawn_report(report, err);
    if (r < 0)
        waitpid(pid, NULL, 0);
    else
        *ret_pid = pid;
    return r;
}

/* the session, and the child that has not made it yet */
void rpa_spawn_kill(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
}

void rpa_spawn_end(pid_t pid)
{
    rpa_spawn_kill(pid);
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

const char *rpa_spawn_how(int si_code)
{
    return si_code == CLD_EXITED ? "status" : "signal";
}

int rpa_spawn_pair(int ret_fds[2], struct rpa_err *err)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_fds) < 0)
        return rpa_fail_errno(err, RPA_EIO, "making a socket pair");
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    remove(path);
    return 0;
}

void rpa_spawn_sweep(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
