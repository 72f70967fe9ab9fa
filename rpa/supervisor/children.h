#ifndef RPA_SUPERVISOR_CHILDREN_H
#define RPA_SUPERVISOR_CHILDREN_H

#include <signal.h>
#include <stdbool.h>
#include <systemd/sd-event.h>

#include "rpa/base/err.h"
#include "rpa/role/spawn.h"

/**
 * The children of the supervisor, and what became of their children: each is
 * reaped, and who asked for one is told of its end.
 */
struct children;

/** Told while the process is not reaped yet: its number is still its own. @why:
 * it did not even become its program; else NULL. */
typedef void child_ended(void *data, const siginfo_t *si,
                         const struct rpa_err *why);

/** SIGCHLD must be blocked. */
int children_open(sd_event *loop, struct children **ret, struct rpa_err *err);
void children_close(struct children *children); /* NULL is fine */

/** Start one, wait for nothing, and tell @ended of its end, once. What would keep
 * it from starting is found by then too: an error here is one of our own.
 * Errors: RPA_EIO, RPA_ENOMEM. */
int children_start(struct children *children, const struct rpa_spawn *spawn,
                   child_ended *ended, void *data, pid_t *ret_pid,
                   struct rpa_err *err);
/** Is it still to be told of? */
bool children_has(const struct children *children, pid_t pid);
/** Kill those that nobody asked for: handed to us because their parents ended
 * (we are their subreaper), and nobody's any more. */
void children_end_strays(const struct children *children);
/** Tell nobody of the ends that @data waits for. */
void children_forget(struct children *children, const void *data);

#endif
