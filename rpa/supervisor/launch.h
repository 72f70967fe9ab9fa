#ifndef RPA_SUPERVISOR_LAUNCH_H
#define RPA_SUPERVISOR_LAUNCH_H

#include "rpa/config/schedule.h"
#include "rpa/sched/engine.h"
#include "rpa/supervisor/aside.h"

/**
 * A run that a schedule starts. Its bot is loaded by a process of its own, which
 * reads it as rpa run does and sends the order (order.h); then it is a run as
 * any other, with nobody attached.
 */
struct launch {
    struct supervisor *sup;
    struct launch *next;
    int64_t id; /* the engine's */
    char schedule[RPA_SCHED_NAME], by[64];
    uid_t uid;  /* of who approved it, or started it by hand */
    int64_t timeout_s;
    struct aside loader;
    struct order *order;
    struct run *run; /* NULL: it is being loaded, or has ended */
    int64_t audit_run; /* its number in the audit; 0: it did not begin */
    bool stop;       /* it is to stop */
    uint8_t bot[RPA_SCHED_HASH - RPA_SCHED_BOT]; /* the hash that is approved */
    bool changed;    /* and is not what was loaded: nothing of it ran */
    enum rpa_sched_outcome outcome; /* of the end that is told; 0: none is */
    void (*ended)(void *data, struct launch *launch,
                  enum rpa_sched_outcome outcome);
    void *data;
};

/** @ended is told once, never before this returns, and then has it freed. */
int launch_start(struct supervisor *sup, const struct schedule *schedule,
                 const struct rpa_sched_start *start,
                 void (*ended)(void *data, struct launch *launch,
                               enum rpa_sched_outcome outcome),
                 void *data, struct launch **ret, struct rpa_err *err);
/** Finish the item in hand and claim no more. */
void launch_stop(struct launch *launch, const char *why);
void launch_free(struct launch *launch); /* NULL is fine */

#endif
