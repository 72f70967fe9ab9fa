/* Items in: checked at the door, sealed, ready. */
#include "priv.h"
#include "rpa/base/utf8.h"

#include <stdio.h>
#include <string.h>

static int check_reference(const char *reference, struct rpa_err *err)
{
    size_t len = reference ? strlen(reference) : 0;
    bool plain = len > 0 && len <= RPA_WORK_REFERENCE_MAX &&
                 rpa_utf8_valid(reference, len);
    for (size_t i = 0; plain && i < len; i++)
        plain = (unsigned char)reference[i] >= ' ' && reference[i] != 0x7f;
    if (plain)
        return 0;
    rpa_fail(err, RPA_EINVAL, "that is no reference for a work item");
    return rpa_err_hint(err, "1 to %d bytes of text without control characters",
                        RPA_WORK_REFERENCE_MAX);
}

/* the queue's schema, read once for many */
static int schema_of(struct rpa_queues *queues, const struct queue *queue,
                     const char *text, struct rpa_err *err)
{
    if (queues->schema_of == queue->id)
        return 0;
    rpa_payload_schema_free(queues->schema);
    queues->schema = NULL;
    queues->schema_of = 0;
    int r = text[0] ? rpa_payload_schema_new(text, &queues->schema, err) : 0;
    if (r == 0)
        queues->schema_of = queue->id;
    return r;
}

static int check_payload(struct rpa_queues *queues,
                         const struct rpa_work_new *work,
                         struct rpa_buf *faults, struct rpa_err *err)
{
    struct rpa_buf unwanted = { 0 };
    if (work->payload_len > RPA_WORK_PAYLOAD_MAX)
        return rpa_fail(err, RPA_EINVAL, "the payload is over %d bytes",
                        RPA_WORK_PAYLOAD_MAX);
    int r = rpa_payload_check(queues->schema, work->payload, work->payload_len,
                              faults ? faults : &unwanted, err);
    rpa_buf_clear(&unwanted);
    return r;
}

/* A failed item is not: retried, or given back by the breaker, it would be
 * keyed beside its re-run. */
static bool final(int64_t state)
{
    return state == RPA_WORK_DONE || state == RPA_WORK_REJECTED ||
           state == RPA_WORK_CANCELLED;
}

/* the reference is new, or this is the re-run of the newest that has it.
 * *@ret_staged: one of a batch that has it, and must give way */
static int check_place(struct rpa_queues *queues, const struct queue *queue,
                       const uint8_t hash[static 32],
                       const struct rpa_work_new *work, int64_t *ret_staged,
                       struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, ITEM_FIND, &row, err, "ib", queue->id, hash,
                      (size_t)32);
    int64_t had = r > 0 ? rpa_stmt_int(row, 0) : 0;
    int64_t state = r > 0 ? rpa_stmt_int(row, 1) : 0;
    rpa_stmt_reset(row);
    if (r > 0 && !state && work->batch) {
        rpa_fail(err, RPA_EEXIST,
                 "that reference came before in what is being added");
        return rpa_err_hint(err, "leave one of the two out");
    }
    if (r > 0 && !state) {
        *ret_staged = had;
        had = 0;
    }
    if (r < 0 || (!had && !work->rerun_of))
        return r < 0 ? r : 0;
    if (!had || (work->rerun_of && work->rerun_of != had))
        return rpa_fail(err, RPA_EINVAL,
                        "item %lld is not the newest with that reference",
                        (long long)work->rerun_of);
    if (!work->rerun_of) {
        rpa_fail(err, RPA_EEXIST,
                 "that reference is in the queue: item %lld, %s",
                 (long long)had, rpa_work_state_name((int)state));
        return rpa_err_hint(err, "a queue has each reference once: leave it out");
    }
    if (final(state))
        return 0;
    rpa_fail(err, RPA_EINVAL, "item %lld is %s: it has not ended yet",
             (long long)had, rpa_work_state_name((int)state));
    return state == RPA_WORK_FAILED
               ? rpa_err_hint(err, "retry it, or cancel it first")
               : -RPA_EINVAL;
}

/* once approved, once done: nothing else gets in, and nothing twice */
static int check_reviewed(const struct queue *queue, const char *name,
                          const struct rpa_work_new *work, struct rpa_err *err)
{
    if ((queue->policy.reviewed != 0) == (work->review != 0))
        return 0;
    rpa_fail(err, RPA_EPERM, work->review
                                 ? "the queue %s is not for approved changes"
                                 : "the queue %s takes approved changes alone",
             name);
    return rpa_err_hint(err, "what comes in is decided by: rpa review decide");
}

static int put_content(struct rpa_queues *queues, int64_t item,
                       const struct rpa_work_new *work, struct rpa_err *err)
{
    uint8_t key[RPA_BOX_KEY];
    struct rpa_buf reference = { 0 }, payload = { 0 };
    char place[64];
    rpa_box_make(queues->root, RPA_ROOT_QUEUE, key);
    int r = rpa_box_seal(queues->root, RPA_ROOT_QUEUE, key,
                         item_about("reference", item, 0, place),
                         work->reference, strlen(work->reference), &reference,
                         err);
    if (r == 0)
        r = rpa_box_seal(queues->root, RPA_ROOT_QUEUE, key,
                         item_about("payload", item, 0, place), work->payload,
                         work->payload_len, &payload, err);
    if (r == 0)
        r = queue_run(queues, CONTENT_PUT, err, "ibbb", item, key, sizeof key,
                      reference.data, reference.len, payload.data,
                      payload.len);
    rpa_buf_clear(&reference);
    rpa_buf_clear(&payload);
    return r;
}

static int put(struct rpa_queues *queues, const struct queue *queue,
               const uint8_t hash[static 32], const struct rpa_work_new *work,
               struct rpa_who who, rpa_time now, int64_t *ret_item,
               struct rpa_err *err)
{
    struct rpa_stmt *row;
    struct item item = { 0 };
    const struct reason added = {
        .who = who, .why = work->rerun_of ? "added once more" : "added",
        .detail = work->why, .detail_len = work->why ? strlen(work->why) : 0,
    };
    int r = queue_row(queues, ITEM_PUT, &row, err, "ibiiiii", queue->id, hash,
                      (size_t)32, work->rerun_of, work->priority,
                      work->deadline_us ? work->deadline_us : INT64_MAX, now,
                      work->batch);
    if (r <= 0)
        return r;
    item.id = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    r = put_content(queues, item.id, work, err);
    bool later = work->not_before_us > now;
    if (r == 0 && !work->batch)
        r = item_move(queues, &item, later ? RPA_WORK_DEFERRED : RPA_WORK_READY,
                      later ? work->not_before_us : 0, &added, now, err);
    if (r == 0 && ret_item)
        *ret_item = item.id;
    return r;
}

int rpa_work_add(struct rpa_queues *queues, const char *queue_name,
                 const struct rpa_work_new *work, struct rpa_who who,
                 rpa_time now, struct rpa_buf *faults, int64_t *ret_item,
                 struct rpa_err *err)
{
    struct queue queue;
    const char *schema;
    uint8_t hash[32];
    int64_t staged = 0;
    int r = check_reference(work->reference, err);
    if (r == 0)
        r = queue_load(queues, queue_name, &queue, &schema, NULL, err);
    if (r == 0)
        r = check_reviewed(&queue, queue_name, work, err);
    if (r == 0)
        r = schema_of(queues, &queue, schema, err);
    if (r == 0)
        r = check_payload(queues, work, faults, err);
    if (r == 0)
        r = item_hash(queues, queue_name, work->reference, hash, err);
    if (r == 0)
        r = check_place(queues, &queue, hash, work, &staged, err);
    if (r == 0)
        r = change_begin(queues, err);
    if (r < 0)
        return r;
    if (work->batch)
        r = batch_touch(queues, work->batch, queue.id, now, err);
    else if (staged)
        r = batch_spoil(queues, staged, err);
    if (r == 0)
        r = put(queues, &queue, hash, work, who, now, ret_item, err);
    return change_end(queues, r, err);
}

static int rerun(struct rpa_queues *queues, const struct rpa_work_info *info,
                 struct rpa_work_new *work, struct rpa_who who, rpa_time now,
                 int64_t *ret_item, struct rpa_err *err)
{
    char name[RPA_QUEUE_NAME_MAX + 1];
    struct rpa_claim claim = { .item = info->item };
    snprintf(name, sizeof name, "%s", info->queue);
    int r = item_open(queues, &claim, err);
    work->reference = claim.reference;
    work->payload = claim.payload;
    work->payload_len = claim.payload_len;
    if (r == 0)
        r = rpa_work_add(queues, name, work, who, now, NULL, ret_item, err);
    rpa_claim_clear(&claim);
    return r;
}

int rpa_work_rerun(struct rpa_queues *queues, int64_t item, struct rpa_who who,
                   const char *why, rpa_time now, int64_t *ret_item,
                   struct rpa_err *err)
{
    struct rpa_work_info info;
    int r = queue_why(why, err);
    if (r == 0)
        r = rpa_work_info(queues, item, &info, err);
    if (r < 0)
        return r;
    struct rpa_work_new work = {
        .priority = info.priority, .deadline_us = info.deadline_us,
        .rerun_of = item, .why = why,
    };
    return rerun(queues, &info, &work, who, now, ret_item, err);
}

int rpa_work_bring(struct rpa_queues *queues, const char *queue,
                   const struct rpa_work_new *work, enum rpa_work_state state,
                   bool marked, const char *result, struct rpa_who who,
                   rpa_time now, int64_t *ret_item, struct rpa_err *err)
{
    static const struct reason stood = {
        { RPA_WHO_SUPERVISOR, "import" }, "as it stood where it came from",
        NULL, 0,
    };
    struct item item;
    int to = marked                       ? RPA_WORK_DOUBT
             : state == RPA_WORK_LEASED   ? RPA_WORK_READY
             : state == RPA_WORK_DEFERRED ? RPA_WORK_READY /* by its own time */
                                          : (int)state;
    int r = rpa_work_add(queues, queue, work, who, now, NULL, ret_item, err);
    if (r < 0 || to == RPA_WORK_READY)
        return r;
    r = item_load(queues, *ret_item, &item, err);
    if (r == 0)
        r = change_begin(queues, err);
    if (r < 0)
        return r;
    if (result[0])
        r = item_result(queues, *ret_item, result, strlen(result), err);
    if (r == 0)
        r = item_move(queues, &item, to, 0, &stood, now, err);
    return change_end(queues, r, err);
}
