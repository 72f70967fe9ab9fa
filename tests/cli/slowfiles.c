/* LD_PRELOAD: a folder of a network that does not answer. Whoever opens or looks at
 * something there whose name SLOW_FILE has, and finds the file SLOW_ONCE, takes that
 * away and waits for SIGUSR1. So does who has written something whose name SLOW_FILE
 * has, and finds the file SLOW_SYNC. */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void take(const char *path, const char *way)
{
    const char *name = getenv("SLOW_FILE"), *once = getenv(way);
    sigset_t answered;
    int which;
    if (!name || !once || !strstr(path, name))
        return;
    sigemptyset(&answered);
    sigaddset(&answered, SIGUSR1);
    sigprocmask(SIG_BLOCK, &answered, NULL);
    if (unlink(once) == 0)
        sigwait(&answered, &which);
}

/* both are the ones of 64 bits to the linker, as they are to the program */
int openat(int folder, const char *path, int flags, ...)
{
    int (*real)(int, const char *, int, ...) =
        (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat64");
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    take(path, "SLOW_ONCE");
    return real(folder, path, flags, mode);
}

int lstat(const char *path, struct stat *ret)
{
    int (*real)(const char *, struct stat *) =
        (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, "lstat64");
    take(path, "SLOW_ONCE");
    return real(path, ret);
}

int fsync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    char link[32], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    take(path, "SLOW_SYNC");
    return real(fd);
}
