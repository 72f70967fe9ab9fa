#include "rpa/role/lockdown.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifndef WITH_ASAN
#define WITH_ASAN 0
#endif

#define COUNT(a) (sizeof(a) / sizeof *(a))

static int limits(size_t memory, struct rpa_err *err)
{
    const struct {
        int what;
        rlim_t most;
    } rows[] = {
        { RLIMIT_NOFILE, 16 },
        { RLIMIT_FSIZE, 32 << 20 }, /* memfds: a message, at most */
        { RLIMIT_CORE, 0 },         /* no person's data in a core file */
        { RLIMIT_NPROC, 0 },
        /* AddressSanitizer maps terabytes of shadow */
        { RLIMIT_AS, WITH_ASAN ? RLIM_INFINITY : memory + (512u << 20) },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rlimit now;
        if (getrlimit(rows[i].what, &now) < 0)
            return rpa_fail_errno(err, RPA_EPERM, "reading a resource limit");
        rlim_t most = rows[i].most < now.rlim_max ? rows[i].most : now.rlim_max;
        struct rlimit want = { most, most };
        if (setrlimit(rows[i].what, &want) < 0)
            return rpa_fail_errno(err, RPA_EPERM, "setting a resource limit");
    }
    return 0;
}

/* Landlock: Debian 12's header is of ABI 2, the kernel may know more. */
struct ruleset {
    uint64_t fs, net, scoped;
};
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif
#define FS_ABI1 ((UINT64_C(1) << 13) - 1)
#define FS_REFER (UINT64_C(1) << 13)     /* ABI 2 */
#define FS_TRUNCATE (UINT64_C(1) << 14)  /* ABI 3 */
#define NET_TCP UINT64_C(3)              /* ABI 4: bind, connect */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */
#define SCOPE_ALL UINT64_C(3)            /* ABI 6: abstract sockets, signals */

static int landlock(int *ret_abi, struct rpa_err *err)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    *ret_abi = abi > 0 ? (int)abi : 0;
    if (abi <= 0)
        return 0; /* an older kernel; seccomp holds */
    struct ruleset all = {
        .fs = FS_ABI1 | (abi >= 2 ? FS_REFER : 0) |
              (abi >= 3 ? FS_TRUNCATE : 0) | (abi >= 5 ? FS_IOCTL_DEV : 0),
        .net = abi >= 4 ? NET_TCP : 0,
        .scoped = abi >= 6 ? SCOPE_ALL : 0,
    };
    int fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (fd < 0)
        return rpa_fail_errno(err, RPA_EPERM, "making a Landlock ruleset");
    long r = syscall(SYS_landlock_restrict_self, fd, 0);
    int saved = errno;
    close(fd);
    errno = saved;
    return r < 0 ? rpa_fail_errno(err, RPA_EPERM, "entering Landlock") : 0;
}

static const int allowed[] = {
    /* messages on what is open */
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(close),
    SCMP_SYS(lseek), SCMP_SYS(memfd_create),
    /* memory */
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise),
    /* time, chance, waiting */
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(setitimer), SCMP_SYS(getrandom), SCMP_SYS(futex),
    SCMP_SYS(restart_syscall), SCMP_SYS(sched_yield),
    /* ending */
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(getpid),
    SCMP_SYS(gettid),
#if WITH_ASAN
    SCMP_SYS(sigaltstack), SCMP_SYS(getrlimit), SCMP_SYS(getuid),
#endif
};

/* C libraries look for these and live without. */
static const int refused[] = {
    SCMP_SYS(open),       SCMP_SYS(openat),          SCMP_SYS(stat),
    SCMP_SYS(lstat),      SCMP_SYS(newfstatat),      SCMP_SYS(statx),
    SCMP_SYS(access),     SCMP_SYS(faccessat),       SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(ioctl),           SCMP_SYS(getcwd),
    SCMP_SYS(sysinfo),    SCMP_SYS(sched_getaffinity), SCMP_SYS(prlimit64),
    SCMP_SYS(uname),
};

/* The calls allowed only with certain arguments. Returns 0 or -errno. */
static int add_guarded(scmp_filter_ctx ctx)
{
    static const int fcntls[] = { F_ADD_SEALS, F_GET_SEALS, F_GETFD, F_GETFL };
    static const int maps[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };
    int r = 0;
    for (size_t i = 0; i < COUNT(maps) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, maps[i], 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    for (size_t i = 0; i < COUNT(fcntls) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                             SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)fcntls[i]));
    if (r == 0) /* abort() of an assertion */
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2,
                             SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()),
                             SCMP_A2(SCMP_CMP_EQ, SIGABRT));
    return r;
}

static int filter(struct rpa_err *err)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!ctx)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a seccomp filter");
    int r = add_guarded(ctx);
    for (size_t i = 0; i < COUNT(allowed) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < COUNT(refused) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
    if (r == 0)
        r = seccomp_load(ctx);
    seccomp_release(ctx);
    errno = -r;
    return r < 0 ? rpa_fail_errno(err, RPA_EPERM, "loading a seccomp filter")
                 : 0;
}

int rpa_lockdown(size_t memory, int *ret_abi, struct rpa_err *err)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return rpa_fail_errno(err, RPA_EPERM, "giving up privileges");
    int r = limits(memory, err);
    if (r == 0)
        r = landlock(ret_abi, err);
    return r == 0 ? filter(err) : r;
}
