/* Preloaded: each flush takes SLOWSYNC_US microseconds longer, as on a slower
 * disk. */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void wait_a_while(void)
{
    const char *us = getenv("SLOWSYNC_US");
    long n = us ? atol(us) : 0;
    struct timespec left = { n / 1000000, n % 1000000 * 1000 };
    if (n > 0)
        clock_nanosleep(CLOCK_MONOTONIC, 0, &left, NULL);
}

int fsync(int fd)
{
    wait_a_while();
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd)
{
    wait_a_while();
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
