#ifndef RPA_SUPERVISOR_PLANNER_H
#define RPA_SUPERVISOR_PLANNER_H

#include "rpa/audit/audit.h"
#include "rpa/config/people.h"
#include "rpa/ipc/msg.h"
#include "rpa/sched/engine.h"

/**
 * What a command changes of the schedules, rowed in the audit before it is
 * done. A state directory has one writer: the command asks the supervisor that
 * holds it, by the control socket, and is that supervisor while none runs.
 *
 *   {"call":"schedule","verb":…,"name":…}
 *   approve  hash (32 bytes)          → by
 *   pause, resume  why                → by
 *   run                               → by, run; only where a daemon runs
 */
struct planner {
    struct rpa_audit *audit;
    struct rpa_sched *sched; /* NULL: it is opened for the moment */
    const char *state_dir;
};

/** Answer @msg for @who: fill @ok. 1: it has its row; nothing is done before that is
 * durable, and @msg is asked again, @rowed. RPA_EAUDIT: the store has failed. */
int planner_step(const struct planner *planner, const struct person *who,
                 const cbor_item_t *msg, bool rowed, cbor_item_t *ok,
                 struct rpa_err *err);

/** Ask whoever holds @state_dir. Owns: @ret_ok (rpa_msg_free). */
int planner_ask(const char *state_dir, const cbor_item_t *msg,
                cbor_item_t **ret_ok, struct rpa_err *err);

/** The audit's row of what a tick came to, by the time zones of the release
 * @tzdata; durable with the next commit. */
int planner_row(struct rpa_audit *audit, const struct rpa_sched_row *row,
                const char *tzdata, struct rpa_err *err);

/** "missed"; "time". Static. */
const char *planner_fate(enum rpa_sched_fate fate);
const char *planner_cause(enum rpa_sched_cause cause);
/** "success"; "" for 0. */
const char *planner_outcome(enum rpa_sched_outcome outcome);

#endif
