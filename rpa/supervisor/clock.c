#include "rpa/supervisor/clock.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct clock_watch {
    int fd;
    sd_event_source *source;
    void (*was_set)(void *data);
    void *data;
};

/* It would end in the year 36812; what ends it is a clock that is set. */
static int arm(const struct clock_watch *watch)
{
    const struct itimerspec never = { .it_value.tv_sec = INT64_C(1) << 40 };
    return timerfd_settime(watch->fd,
                           TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
                           NULL);
}

static int on_cancel(sd_event_source *source, int fd, uint32_t events,
                     void *data)
{
    struct clock_watch *watch = data;
    uint64_t times;
    (void)source;
    (void)events;
    if (read(fd, &times, sizeof times) < 0 && errno == ECANCELED &&
        arm(watch) == 0)
        watch->was_set(watch->data);
    return 0;
}

int clock_watch_new(sd_event *loop, void (*was_set)(void *data), void *data,
                    struct clock_watch **ret, struct rpa_err *err)
{
    struct clock_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a clock");
    *watch = (struct clock_watch){ .was_set = was_set, .data = data };
    watch->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (watch->fd >= 0 && arm(watch) == 0 &&
        sd_event_add_io(loop, &watch->source, watch->fd, EPOLLIN, on_cancel,
                        watch) >= 0) {
        *ret = watch;
        return 0;
    }
    clock_watch_free(watch);
    return rpa_fail(err, RPA_EIO, "watching the clock");
}

void clock_watch_free(struct clock_watch *watch)
{
    if (!watch)
        return;
    sd_event_source_disable_unref(watch->source);
    if (watch->fd >= 0)
        close(watch->fd);
    free(watch);
}
