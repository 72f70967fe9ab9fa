#ifndef RPA_SUPERVISOR_DESK_H
#define RPA_SUPERVISOR_DESK_H

#include "rpa/audit/audit.h"
#include "rpa/base/buf.h"
#include "rpa/config/people.h"
#include "rpa/ipc/msg.h"
#include "rpa/queue/queue.h"

/**
 * What a command changes in the queues, or must have rowed before it reads.
 *
 * A state directory has one writer, so the command asks the supervisor that
 * holds it, by the control socket, and is that supervisor while none runs: the
 * same message {"call":"queue","verb":…} is answered by the same code. Each
 * change has a row in the audit first: who, what, how many, and, sealed, which
 * and why. No answer takes long, since runs go on meanwhile.
 *
 *   create   queue, policy {knob = number}, [schema]
 *   add      queue, [batch], rows [{reference, payload, priority, deadline_us}]
 *            → batch, bad [{row, what}]; nothing of it is seen yet. Without a
 *            batch one begins; no batch in the answer: ask again
 *   added    queue, [batch, keep]: all of it is to be, or nothing → left: ask
 *            again, without a batch
 *   retry    queue, items [number], why, [again]: new items that do ended ones
 *            once more → n
 *   resolve  item, as "done"|"retry"|"cancel", why, [reference]
 *   pause, resume  queue, why
 *   review list    [about, in, kind, after] → reviews [], so many at once; no
 *            content
 *   review show    review, purpose, [picture] → is, content, decisions, [png]:
 *            after a row that says who reads it, and why; it is "unlike" if the
 *            audit does not have it so
 *   review searches  about, purpose, [after, runs] → searches [{row, run, at_us,
 *            plain, content}], proposed (matches alone) and decided [{row, run,
 *            at_us, plain}], so many at once, and how the runs of them and of
 *            @runs ended, ends [the same]; "after" to go on from, while there is
 *            "more". Rowed when it begins, and each piece that has any
 *   review decide  review, as "approved"|"refused", why, [correct] → is
 *   read, export  what, purpose: a row that says who reads content, and why
 *   audit read, audit export  what, run, [purpose]: the same of the audit
 */
struct desk {
    struct rpa_audit *audit;
    struct rpa_queues *queues;
    const char *state_dir;
};

/** Answer @msg for @who: fill @ok. 1: it has its row; nothing is changed or read before
 * that is durable, and @msg is asked again, @rowed. Between the two nothing else is
 * asked, but bots go on: what cannot be done any more has a row that says so.
 * RPA_EAUDIT: the store has failed. */
int desk_step(const struct desk *desk, const struct person *who,
              const cbor_item_t *msg, bool rowed, cbor_item_t *ok,
              struct rpa_err *err);
/** Both at once, for who keeps nobody waiting. Owns: @ret_ok (rpa_msg_free). */
int desk_answer(const struct desk *desk, const struct person *who,
                const cbor_item_t *msg, cbor_item_t **ret_ok, struct rpa_err *err);

/** Go on with a batch that is decided. 1: as above; *@ret_left: there is more of it. */
int desk_go_on(const struct desk *desk, uint32_t uid, bool rowed, bool *ret_left,
               struct rpa_err *err);

/** The way to whoever answers for @state_dir; all else is zero at first. */
struct desk_door {
    const char *state_dir;
    struct desk own; /* ours, once nobody else was found to answer */
};
/** Owns: @ret_ok (rpa_msg_free). End with desk_leave(). */
int desk_ask(struct desk_door *door, const cbor_item_t *msg,
             cbor_item_t **ret_ok, struct rpa_err *err);
void desk_leave(struct desk_door *door); /* a second call is fine */

#define DESK_PIECE 100 /* items that are moved at once, and have one row */

/** The items of a change, for its row. */
struct desk_note {
    struct rpa_buf items; /* "7 OCR-1", a line each */
    size_t n;
};
int desk_note(struct desk_note *note, struct rpa_queues *queues, int64_t item,
              struct rpa_err *err);

/** What is rowed of a change that a person makes. */
struct desk_row {
    const char *verb, *queue;
    enum rpa_s62 is;
    const char *actor;
    uint32_t uid;
    const char *why;              /* sealed; NULL for none */
    const struct desk_note *note; /* sealed but for how many */
};
/** Append it; durable with the next commit. */
int desk_row(struct rpa_audit *audit, const struct desk_row *row,
             struct rpa_err *err);

#endif
