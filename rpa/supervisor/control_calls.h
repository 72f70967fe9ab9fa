#ifndef RPA_SUPERVISOR_CONTROL_CALLS_H
#define RPA_SUPERVISOR_CONTROL_CALLS_H

#include "rpa/supervisor/supervisor.h"

/** Answer the question in @msg, asked by @who, who has the role for it: fill @ok. 1:
 * it has a row now; once that is durable, and before another is answered, it is asked
 * again, with @rowed, and done. */
int control_answer(struct supervisor *sup, const cbor_item_t *msg,
                   const struct person *who, bool rowed, cbor_item_t *ok,
                   struct rpa_err *err);
/** Stop one run as Ctrl-C does: gently, until @msg says that it is to be now. */
void control_stop_run(struct run *run, const cbor_item_t *msg,
                      const struct person *who);

#endif
