/* LD_PRELOAD: a folder of a network that does not answer. Whoever opens something
 * there whose name SLOW_FILE has, and finds the file SLOW_ONCE, takes that away and
 * waits for SIGUSR1. */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* which is openat64() to the linker, as it is to the program */
int openat(int folder, const char *path, int flags, ...)
{
    const char *name = getenv("SLOW_FILE"), *once = getenv("SLOW_ONCE");
    int (*real)(int, const char *, int, ...) =
        (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat64");
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (name && once && strstr(path, name)) {
        sigset_t answered;
        int which;
        sigemptyset(&answered);
        sigaddset(&answered, SIGUSR1);
        sigprocmask(SIG_BLOCK, &answered, NULL);
        if (unlink(once) == 0)
            sigwait(&answered, &which);
    }
    return real(folder, path, flags, mode);
}
