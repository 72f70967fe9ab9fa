/* LD_PRELOAD: clocks of the test's own. The file that SETCLOCK names holds by how
 * many seconds the clock of the wall is ahead of the machine's, as text, and how
 * many it slept, which the clock since its start counts too. To write it is to set
 * the clock, or to wake: a timer that is to be cancelled by that is, as the
 * kernel's would be. Those by the wall follow only when they are armed anew; those
 * since the start, after a sleep, at once. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { DESCRIPTORS = 1024, WALL_S = 1000000000 };

static int cancelled = -1; /* the descriptor of that timer */
static struct itimerspec armed[DESCRIPTORS]; /* those since the start */
static time_t woken; /* after how long a sleep they were armed */

/* [0] the wall's, [1] what it slept */
static void look(time_t seconds[static 2])
{
    char text[64] = "", *end;
    const char *path = getenv("SETCLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        if (syscall(SYS_read, fd, text, sizeof text - 1) < 0)
            text[0] = '\0';
        close(fd);
    }
    seconds[0] = strtol(text, &end, 10);
    seconds[1] = strtol(end, NULL, 10);
}

/* absolute, and 0 is off */
static int arm(int fd, int flags, const struct itimerspec *at, time_t less,
               struct itimerspec *old)
{
    struct itimerspec machine = *at;
    if (machine.it_value.tv_sec > less)
        machine.it_value.tv_sec -= less;
    else if (machine.it_value.tv_sec)
        machine.it_value.tv_sec = 1;
    return (int)syscall(SYS_timerfd_settime, fd, flags, &machine, old);
}

static void wake(time_t slept)
{
    if (slept == woken)
        return;
    woken = slept;
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        if (armed[fd].it_value.tv_sec)
            arm(fd, TFD_TIMER_ABSTIME, &armed[fd], slept, NULL);
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
    time_t seconds[2];
    int r = (int)syscall(SYS_clock_gettime, clock, ts);
    if (r < 0 || (clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME))
        return r;
    look(seconds);
    ts->tv_sec += clock == CLOCK_REALTIME ? seconds[0] : seconds[1];
    wake(seconds[1]);
    return r;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *at,
                    struct itimerspec *old)
{
    time_t seconds[2];
    if (flags & TFD_TIMER_CANCEL_ON_SET) {
        if (fd == cancelled)
            return 0;
        int changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        inotify_add_watch(changes, getenv("SETCLOCK"), IN_CLOSE_WRITE);
        cancelled = dup3(changes, fd, O_CLOEXEC);
        close(changes);
        return cancelled < 0 ? -1 : 0;
    }
    look(seconds);
    bool wall = at->it_value.tv_sec > WALL_S; /* since 1970 */
    if (!(flags & TFD_TIMER_ABSTIME) || fd >= DESCRIPTORS)
        return (int)syscall(SYS_timerfd_settime, fd, flags, at, old);
    armed[fd] = wall ? (struct itimerspec){ 0 } : *at;
    return arm(fd, flags, at, seconds[!wall], old);
}

ssize_t read(int fd, void *to, size_t size)
{
    char event[4096];
    if (fd < 0 || fd != cancelled)
        return syscall(SYS_read, fd, to, size);
    if (syscall(SYS_read, fd, event, sizeof event) > 0)
        errno = ECANCELED;
    return -1;
}
