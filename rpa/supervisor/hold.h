#ifndef RPA_SUPERVISOR_HOLD_H
#define RPA_SUPERVISOR_HOLD_H

#include "rpa/supervisor/supervisor.h"

/* What a run's driver is held back for. */

/** Take @msg up again after @us; @why: what it waits for. */
int hold_msg(struct run *run, const cbor_item_t *msg, int64_t us, const char *why,
             struct rpa_err *err);
/** What its driver is held back for; NULL: it is not. */
const char *hold_why(const struct run *run);
/** Must the driver's @msg wait? Then it is taken up again by itself. 1 yes, 0
 * no. RPA_EENV for a commit act outside an item while the target is down. */
int hold_intent(struct run *run, const cbor_item_t *msg, struct rpa_err *err);
/** Begin no more items while the target is down: asks for a stop, and says so. */
void hold_items(struct run *run);
/** Calls that wait for an item are taken up now: a queue has changed. */
void hold_wake(struct supervisor *sup);
void hold_clear(struct run *run);
/** What all runs on @place, a target or a host, have spent; NULL: no memory. */
struct rpa_budget *hold_budget(struct supervisor *sup, const char *place);
/** The bot is shown a screen: was the target slow with its last commit act? */
void hold_shown(struct run *run);
/** Forget that of all targets. */
void hold_forget(struct supervisor *sup);

#endif
