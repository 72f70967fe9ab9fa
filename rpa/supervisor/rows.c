/* Rows the driver sends: intents, outcomes, what a bot was shown. */
#include "rpa/supervisor/review.h"
#include "rpa/base/utf8.h"
#include "rpa/ipc/msg.h"
#include "rpa/supervisor/dry.h"
#include "rpa/supervisor/frame.h"
#include "rpa/supervisor/hold.h"

#include <string.h>

#define COMMIT_US 5000000 /* a commit key must go out within this */

/* 1, or 0 for no more */
static int read_row(struct run *run, struct frame *frame,
                    struct rpa_audit_row *row, struct rpa_err *err)
{
    int r = frame_next(frame, row, err);
    row->run = run->id;
    row->grp = run->grp;
    row->purpose = run->purpose;
    return r;
}

/* characters and keys a row stands for, for the summary */
static void count(struct run *run, const struct rpa_audit_row *row)
{
    cbor_item_t *body = NULL;
    struct rpa_err ignored;
    size_t len;
    if ((row->kind != RPA_AUDIT_KEY && row->kind != RPA_AUDIT_COMMIT) ||
        rpa_cbor_load(row->body, row->body_len, &body, &ignored) < 0)
        return;
    const char *text = rpa_msg_bytes(body, "text", &len);
    if (text)
        run->keys += (int64_t)rpa_utf8_count(text, len);
    else if (rpa_msg_get(body, "key"))
        run->keys++;
    summary_folds(run, body);
    if (run->options->dry)
        dry_key(run, row, body);
    rpa_msg_free(&body);
}

/* one row of an intent: @alone, with no other */
static int take_intent(struct run *run, const struct rpa_audit_row *row,
                       bool alone, bool pending, int64_t *ret_seq,
                       struct rpa_err *err)
{
    bool commit = row->kind == RPA_AUDIT_COMMIT;
    int r = 0;
    if (commit && !alone)
        return rpa_fail(err, RPA_EPROTO, "a commit act comes alone");
    if (commit)
        r = item_before_commit(run, pending, err);
    if (r == 0 && commit && run->options->dry)
        return dry_refuse(run, row, err);
    if (r == 0)
        r = rpa_audit_append(run->audit, row, ret_seq, err);
    if (r < 0)
        return r;
    if (commit)
        item_committed(run, *ret_seq);
    count(run, row);
    return 0;
}

int rows_intent(struct run *run, const cbor_item_t *msg, int64_t req,
                struct rpa_err *err)
{
    int64_t seq = 0, first = 0;
    struct frame frame;
    struct rpa_audit_row row;
    bool pending = false, each = false;
    cbor_item_t *ack = rpa_msg_new(), *seqs = rpa_cbor_array();
    int n = 0, r;
    rpa_msg_bool(msg, "pending", &pending);
    rpa_msg_bool(msg, "each", &each);
    rpa_msg_put_int(ack, "req", req);
    rpa_msg_put_item(ack, "seqs", seqs);
    frame_begin(&frame, rpa_msg_get(msg, "intent"));
    for (; (r = read_row(run, &frame, &row, err)) > 0; n++) {
        r = take_intent(run, &row, n == 0 && !frame.left, pending, &seq, err);
        if (r < 0)
            break;
        if (n == 0)
            first = seq;
        if (each || n == 0)
            rpa_cbor_push(seqs, rpa_cbor_int(seq));
    }
    if (r == 0 && each)
        review_asked(run, first, seq);
    if (r == 0 && n == 1 && row.kind == RPA_AUDIT_COMMIT)
        rpa_msg_put_int(ack, "deadline", rpa_mono_us() + COMMIT_US);
    if (r == 0)
        client_ack(run->client, ack);
    else
        rpa_msg_free(&ack);
    return r;
}

/* an OUTCOME row: what became of an intent */
static void read_outcome(struct run *run, struct rpa_audit_row *row,
                         bool *ret_skip)
{
    cbor_item_t *body = NULL;
    struct rpa_err ignored;
    if (rpa_cbor_load(row->body, row->body_len, &body, &ignored) < 0)
        return;
    rpa_msg_int(body, "of", &row->intent);
    bool of_item = run->commit && run->commit == row->intent;
    row->result = RPA_RESULT_UNKNOWN;
    if (rpa_msg_is(body, "status", "done"))
        row->result = RPA_RESULT_DONE;
    if (row->result == RPA_RESULT_DONE && rpa_msg_get(body, "http") &&
        !rpa_msg_get(body, "step"))
        review_answered(run, row->intent);
    if (rpa_msg_is(body, "status", "not pressed")) {
        row->result = RPA_RESULT_NOT_DONE;
        item_not_committed(run, row->intent);
    } else if (rpa_msg_is(body, "status", "pressed")) {
        row->result = RPA_RESULT_DONE;
        *ret_skip = of_item; /* known only with the reference: item.end */
    } else if (of_item) {
        *ret_skip = true; /* may have been done: the item is in doubt */
    }
    rpa_msg_free(&body);
}

int rows_note(struct run *run, const cbor_item_t *note, struct rpa_err *err)
{
    struct frame frame;
    struct rpa_audit_row row;
    bool skip = false;
    int64_t seq;
    frame_begin(&frame, note);
    int r = read_row(run, &frame, &row, err);
    if (r >= 0 && (r == 0 || frame.left))
        r = rpa_fail(err, RPA_EPROTO, "a note is one row");
    if (r > 0 && row.kind == RPA_AUDIT_OUTCOME)
        read_outcome(run, &row, &skip);
    if (r > 0 && row.kind == RPA_AUDIT_READ)
        hold_shown(run);
    if (r < 0 || skip)
        return r;
    r = rpa_audit_append(run->audit, &row, &seq, err);
    if (r == 0 && row.kind == RPA_AUDIT_READ) {
        run->shown = seq;
        run->shown_for = run->purpose;
    }
    return r;
}
