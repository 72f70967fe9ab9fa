#ifndef RPA_SUPERVISOR_CLOCK_H
#define RPA_SUPERVISOR_CLOCK_H

#include "rpa/base/err.h"

#include <systemd/sd-event.h>

/**
 * Notice at once that somebody set the machine's clock, or that the machine was
 * suspended and goes on: the kernel cancels a timer for that.
 * Source: timerfd_create(2), TFD_TIMER_CANCEL_ON_SET.
 */
struct clock_watch;

/** Owns: *@ret until clock_watch_free(). */
int clock_watch_new(sd_event *loop, void (*was_set)(void *data), void *data,
                    struct clock_watch **ret, struct rpa_err *err);
void clock_watch_free(struct clock_watch *watch); /* NULL is fine */

#endif
