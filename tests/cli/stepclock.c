/* LD_PRELOAD: somebody sets the clock, two seconds on, after its first readings. */
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { READINGS = 20, SECONDS = 2 };

int clock_gettime(clockid_t clock, struct timespec *ts)
{
    static atomic_int readings;
    int r = (int)syscall(SYS_clock_gettime, clock, ts);
    if (r == 0 && clock == CLOCK_REALTIME && ++readings > READINGS)
        ts->tv_sec += SECONDS;
    return r;
}
