#ifndef RPA_SUPERVISOR_INTAKE_H
#define RPA_SUPERVISOR_INTAKE_H

#include "rpa/config/schedule.h"
#include "rpa/supervisor/supervisor.h"

/**
 * A file of schedules that was read (reader.h) is taken in: checked, and loaded
 * into the engine, some schedules a turn of the loop. Those before count until
 * all are.
 */
struct intake;

/** Told once: @msg was taken in, and @fresh, which is yours now, is what the
 * engine goes by; or why not. The intake may be ended here. */
typedef void intake_done(void *data, const cbor_item_t *msg,
                         const struct schedules *fresh,
                         const struct rpa_err *why);

/** @msg NULL: no file, no schedules. @file and @sched are borrowed.
 * Owns: *@ret, until intake_end(), which gives up what is not done. */
int intake_begin(struct supervisor *sup, struct rpa_sched *sched,
                 const char *file, const cbor_item_t *msg, intake_done *done,
                 void *data, struct intake **ret, struct rpa_err *err);
/** All of it here, where there is no loop yet. */
void intake_now(struct intake *intake);
void intake_end(struct intake *intake); /* NULL is fine */

#endif
