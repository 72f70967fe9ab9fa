#ifndef RPA_DESK_H
#define RPA_DESK_H

#include "rpa/audit/audit.h"
#include "rpa/ipc/msg.h"
#include "rpa/queue/queue.h"

/**
 * What a command changes in the queues, or must have rowed before it reads.
 *
 * A state directory has one writer, so the command asks the supervisor that
 * holds it, by the control socket, and is that supervisor while none runs: the
 * same message {"call":"queue","verb":…} is answered by the same code.
 *
 *   create   queue, policy {knob = number}, [schema]
 *   add      queue, rows [{reference, payload, priority, deadline_us}], [dry]
 *            → bad [{row, what}] and none was added, or none is bad
 *   retry    queue, items [number], why → n
 *   resolve  item, as "done"|"retry"|"cancel", why, [reference]
 *   pause, resume  queue, why
 *   read, export  what, purpose: a row that says who reads content, and why
 *   audit read, audit export  what, run, [purpose]: the same of the audit
 */
struct desk {
    struct rpa_audit *audit;
    struct rpa_queues *queues;
};

/** Answer @msg for the user @uid: fill @ok. RPA_EAUDIT: the store has failed. */
int desk_answer(const struct desk *desk, uint32_t uid, const cbor_item_t *msg,
                cbor_item_t *ok, struct rpa_err *err);

/** Ask whoever holds @state_dir. Owns: @ret_ok (rpa_msg_free). */
int desk_ask(const char *state_dir, const cbor_item_t *msg,
             cbor_item_t **ret_ok, struct rpa_err *err);

#endif
