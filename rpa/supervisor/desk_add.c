/* Items in, by a command: piece by piece, all or none. And the rows about them. */
#include "rpa/supervisor/desk_asking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int desk_change(struct asking *a, struct rpa_err *err)
{
    int r = rpa_queues_begin(a->desk->queues, err);
    a->changing = r == 0;
    return r;
}

/* ---- the row of a change ---- */

int desk_note(struct desk_note *note, struct rpa_queues *queues, int64_t item,
              struct rpa_err *err)
{
    char *reference = NULL;
    size_t len;
    int r = rpa_work_content(queues, item, RPA_WORK_REFERENCE, &reference, &len,
                             err);
    if (r == -RPA_ENOTFOUND) /* erased */
        r = 0;
    if (r == 0)
        rpa_buf_printf(&note->items, "%lld %s\n", (long long)item,
                       reference ? reference : "");
    note->n++;
    free(reference);
    return r;
}

int desk_row(struct rpa_audit *audit, const struct desk_row *row,
             struct rpa_err *err)
{
    char what[160];
    struct rpa_buf sealed = { 0 };
    cbor_item_t *body = rpa_cbor_map();
    snprintf(what, sizeof what, "queue %s %s", row->verb, row->queue);
    if (row->note->n)
        snprintf(what + strlen(what), sizeof what - strlen(what), ": %zu item%s",
                 row->note->n, row->note->n == 1 ? "" : "s");
    if (row->why && row->why[0])
        rpa_msg_put_str(body, "why", row->why);
    if (row->note->n && row->note->items.data)
        rpa_msg_put_str(body, "items", row->note->items.data);
    int r = row->note->items.failed
                ? rpa_fail(err, RPA_ENOMEM, "no memory for a row")
                : rpa_cbor_dump(body, &sealed, err);
    const struct rpa_audit_reading changed = {
        .actor = row->actor, .uid = row->uid, .what = what, .run = -1,
        .verb = row->is, .purpose = sealed.data, .purpose_len = sealed.len,
    };
    if (r == 0)
        r = rpa_audit_changed(audit, &changed, err);
    rpa_msg_free(&body);
    rpa_buf_clear(&sealed);
    return r;
}

/* ---- a piece of what is added ---- */

static void note_bad(cbor_item_t *bad, size_t row, const char *what)
{
    cbor_item_t *one = rpa_cbor_map();
    rpa_msg_put_int(one, "row", (int64_t)row);
    rpa_msg_put_str(one, "what", what);
    rpa_cbor_push(bad, one);
}

static int add_row(struct asking *a, int64_t batch, const cbor_item_t *row,
                   size_t nth, cbor_item_t *bad, struct rpa_err *err)
{
    struct rpa_work_new work = { .batch = batch };
    struct rpa_buf faults = { 0 };
    char reference[RPA_WORK_REFERENCE_MAX + 1] = "";
    rpa_msg_copy(row, "reference", reference, sizeof reference);
    work.reference = reference;
    work.payload = rpa_msg_bytes(row, "payload", &work.payload_len);
    rpa_msg_int(row, "priority", &work.priority);
    rpa_msg_int(row, "deadline_us", &work.deadline_us);
    if (!work.payload)
        return rpa_fail(err, RPA_EPROTO, "a row without a payload");
    int r = rpa_work_add(a->desk->queues, a->queue, &work, a->who, a->now,
                         &faults, NULL, err);
    if (r == -RPA_EINVAL || r == -RPA_EEXIST) {
        note_bad(bad, nth, faults.len ? faults.data : err->msg);
        r = 0;
    }
    rpa_buf_clear(&faults);
    return r;
}

static int add_rows(struct asking *a, int64_t batch, struct rpa_err *err)
{
    size_t n;
    int r = 0;
    cbor_item_t **rows = rpa_msg_array(a->msg, "rows", &n);
    cbor_item_t *bad = rpa_cbor_array();
    rpa_msg_put_int(a->ok, "batch", batch);
    rpa_msg_put_item(a->ok, "bad", bad);
    for (size_t i = 0; r == 0 && i < n; i++) {
        cbor_item_t *row = NULL;
        size_t len = 0;
        const void *bytes = rpa_cbor_any_bytes(rows[i], &len);
        r = rpa_cbor_load(bytes, len, &row, err);
        if (r == 0)
            r = add_row(a, batch, row, i, bad, err);
        rpa_msg_free(&row);
    }
    return r;
}

int desk_add(struct asking *a, struct rpa_err *err)
{
    int64_t batch = 0;
    bool left;
    int r = rpa_queues_begin(a->desk->queues, err);
    if (r < 0)
        return r;
    if (!rpa_msg_int(a->msg, "batch", &batch))
        r = rpa_batch_begin(a->desk->queues, a->queue, a->who, a->now, &batch,
                            err);
    if (r == 0 && batch)
        r = add_rows(a, batch, err);
    if (r == 0 && !batch) /* an older one is in the way */
        return desk_go_on(a->desk, a->uid, a->rowed, &left, err);
    if (r == 0)
        return rpa_queues_commit(a->desk->queues, err);
    rpa_queues_rollback(a->desk->queues);
    return r;
}

/* ---- all of it, or nothing ---- */

/* what comes to be, as its row has it */
static int row_moved(const struct desk *desk, const struct rpa_batch_step *step,
                     uint32_t uid, struct rpa_err *err)
{
    struct desk_note note = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < step->n; i++)
        r = desk_note(&note, desk->queues, step->items[i], err);
    const struct desk_row row = {
        .verb = "add", .queue = step->queue, .is = RPA_S62_COLLECTION,
        .actor = step->who, .uid = uid, .note = &note,
    };
    if (r == 0)
        r = desk_row(desk->audit, &row, err);
    rpa_buf_clear(&note.items);
    return r;
}

int desk_go_on(const struct desk *desk, uint32_t uid, bool rowed, bool *ret_left,
               struct rpa_err *err)
{
    struct rpa_batch_step step = { 0 };
    int r = rpa_queues_begin(desk->queues, err);
    if (r == 0)
        r = rpa_batch_go_on(desk->queues, DESK_PIECE, rpa_now_us(), &step, err);
    *ret_left = r > 0;
    bool row_first = r >= 0 && step.n && !rowed;
    if (row_first)
        r = row_moved(desk, &step, uid, err);
    free(step.items);
    if (r >= 0 && !row_first)
        return rpa_queues_commit(desk->queues, err);
    rpa_queues_rollback(desk->queues);
    return r < 0 ? r : 1;
}

int desk_added(struct asking *a, struct rpa_err *err)
{
    int64_t batch = 0;
    bool keep = false, left = true;
    rpa_msg_bool(a->msg, "keep", &keep);
    int r = rpa_msg_int(a->msg, "batch", &batch)
                ? rpa_batch_decide(a->desk->queues, batch, keep, err)
                : desk_go_on(a->desk, a->uid, a->rowed, &left, err);
    if (r == 0 && left)
        rpa_msg_put_bool(a->ok, "left", true);
    return r;
}
