/* Leases: who has an item, for how long, and whether a commit act is out. */
#include "priv.h"

#include <stdlib.h>
#include <string.h>

void rpa_claim_clear(struct rpa_claim *claim)
{
    free(claim->reference);
    free(claim->payload);
    *claim = (struct rpa_claim){ 0 };
}

/* what was put off until now is ready */
static int promote(struct rpa_queues *queues, rpa_time now, struct rpa_err *err)
{
    static const struct reason due = { { RPA_WHO_SUPERVISOR, "clock" }, "due",
                                       NULL, 0 };
    struct rpa_stmt *row;
    struct item item;
    int r;
    while ((r = queue_row(queues, ITEM_DUE, &row, err, "i", now)) > 0) {
        int64_t id = rpa_stmt_int(row, 0);
        rpa_stmt_reset(row);
        r = item_load(queues, id, &item, err);
        if (r == 0)
            r = item_move(queues, &item, RPA_WORK_READY, 0, &due, now, err);
        if (r < 0)
            return r;
    }
    return r;
}

/* the next, or that item alone */
static int next(struct rpa_queues *queues, const struct queue *queue,
                int64_t only, struct item *ret_item, struct rpa_err *err)
{
    struct rpa_stmt *row;
    if (only) {
        int r = item_load(queues, only, ret_item, err);
        return r < 0 || (ret_item->state == RPA_WORK_READY &&
                         ret_item->queue == queue->id)
                   ? r
                   : rpa_fail(err, RPA_ENOTFOUND, "item %lld is not ready",
                              (long long)only);
    }
    int r = queue_row(queues, ITEM_NEXT, &row, err, "i", queue->id);
    int64_t id = r > 0 ? rpa_stmt_int(row, 0) : 0;
    rpa_stmt_reset(row);
    if (r == 0)
        return rpa_fail(err, RPA_ENOTFOUND, "nothing is ready in the queue");
    return r < 0 ? r : item_load(queues, id, ret_item, err);
}

static int lease(struct rpa_queues *queues, const struct queue *queue,
                 struct item *item, struct rpa_who who,
                 const char *operator_name, int64_t run, rpa_time now,
                 struct rpa_err *err)
{
    const struct reason claimed = { .who = who, .why = "claimed" };
    item->token++;
    item->attempt++;
    item->marked = 0;
    int r = queue_run(queues, ATTEMPT_PUT, err, "iiiissii", item->id,
                      item->attempt, item->token, (int64_t)who.kind, who.name,
                      operator_name, run, now);
    return r == 0 ? item_move(queues, item, RPA_WORK_LEASED,
                              now + queue->policy.lease_ms * 1000, &claimed,
                              now, err)
                  : r;
}

static void describe(const struct item *item, struct rpa_claim *claim)
{
    claim->item = item->id;
    claim->token = item->token;
    claim->attempt = item->attempt;
    claim->rerun_of = item->rerun_of;
    claim->lease_us = item->due_us;
    claim->deadline_us = item->deadline_us == INT64_MAX ? 0 : item->deadline_us;
}

static int take(struct rpa_queues *queues, const struct queue *queue,
                int64_t only, struct rpa_who who, const char *operator_name, int64_t run,
                rpa_time now, struct rpa_claim *claim, struct rpa_err *err)
{
    struct item item;
    int r = next(queues, queue, only, &item, err);
    if (r < 0)
        return r;
    claim->item = item.id;
    r = item_open(queues, claim, err); /* or it is nobody's to work on */
    if (r == 0)
        r = lease(queues, queue, &item, who, operator_name, run, now, err);
    if (r == 0)
        describe(&item, claim);
    return r;
}

int queue_not_reviewed(const struct queue *queue, const char *name,
                       struct rpa_err *err)
{
    return queue->policy.reviewed
               ? rpa_fail(err, RPA_EPERM, "an item of the queue %s is an "
                                          "approved change, begun by "
                                          "rpa.review.apply(), and looked for by "
                                          "a person", name)
               : 0;
}

static int claim_next(struct rpa_queues *queues, const char *queue_name,
                      int64_t only, struct rpa_who who, const char *operator_name, int64_t run,
                      rpa_time now, struct rpa_claim *claim,
                      struct rpa_err *err)
{
    struct queue queue;
    const char *why;
    int r = queue_load(queues, queue_name, &queue, NULL, &why, err);
    if (r == 0 && queue.paused) {
        rpa_fail(err, RPA_ESTOP, "the queue %s is paused: %s", queue_name, why);
        return rpa_err_hint(err, "when that is mended: rpa queue resume %s",
                            queue_name);
    }
    if (r == 0 && !only)
        r = queue_not_reviewed(&queue, queue_name, err);
    if (r == 0)
        r = promote(queues, now, err);
    if (r < 0)
        return r;
    r = take(queues, &queue, only, who, operator_name, run, now, claim, err);
    /* what was promoted stays promoted */
    return r == -RPA_ENOTFOUND && !claim->item ? 0 : r;
}

static int claim(struct rpa_queues *queues, const char *queue_name,
                 int64_t only, struct rpa_who who, const char *operator_name,
                 int64_t run, rpa_time now, struct rpa_claim *ret_claim,
                 struct rpa_err *err)
{
    struct rpa_claim claim = { 0 };
    int r = change_begin(queues, err);
    if (r == 0)
        r = change_end(queues,
                       claim_next(queues, queue_name, only, who, operator_name,
                                  run, now, &claim, err),
                       err);
    if (r == 0 && !claim.item)
        return rpa_fail(err, RPA_ENOTFOUND, "nothing is ready in the queue %s",
                        queue_name);
    if (r == 0)
        *ret_claim = claim;
    else
        rpa_claim_clear(&claim);
    return r;
}

int rpa_work_claim(struct rpa_queues *queues, const char *queue,
                   struct rpa_who who, const char *operator_name, int64_t run,
                   rpa_time now, struct rpa_claim *ret_claim,
                   struct rpa_err *err)
{
    return claim(queues, queue, 0, who, operator_name, run, now, ret_claim, err);
}

int rpa_work_claim_item(struct rpa_queues *queues, const char *queue,
                        int64_t item, struct rpa_who who,
                        const char *operator_name, int64_t run, rpa_time now,
                        struct rpa_claim *ret_claim, struct rpa_err *err)
{
    return claim(queues, queue, item, who, operator_name, run, now, ret_claim,
                 err);
}

int claim_item(struct rpa_queues *queues, const struct rpa_claim *claim,
               struct item *ret_item, struct rpa_err *err)
{
    int r = item_load(queues, claim->item, ret_item, err);
    if (r == 0 && (ret_item->state != RPA_WORK_LEASED ||
                   ret_item->token != claim->token))
        return rpa_fail(err, RPA_EEXPIRED,
                        "item %lld is not this worker's any more",
                        (long long)claim->item);
    return r;
}

int rpa_work_extend(struct rpa_queues *queues, struct rpa_claim *claim,
                    rpa_time now, struct rpa_err *err)
{
    struct item item;
    struct queue queue;
    int r = claim_item(queues, claim, &item, err);
    if (r == 0)
        r = queue_load_id(queues, item.queue, &queue, err);
    if (r == 0)
        r = change_begin(queues, err);
    if (r < 0)
        return r;
    rpa_time until_us = now + queue.policy.lease_ms * 1000;
    r = change_end(queues,
                   queue_run(queues, ITEM_LEASE, err, "ii", until_us, item.id),
                   err);
    if (r == 0)
        claim->lease_us = until_us;
    return r;
}

static int set_mark(struct rpa_queues *queues, const struct rpa_claim *claim,
                    bool marked, rpa_time now, struct rpa_err *err)
{
    struct item item;
    int r = claim_item(queues, claim, &item, err);
    /* no permission for an act that is no longer this worker's to make */
    if (r == 0 && marked && item.due_us <= now)
        r = rpa_fail(err, RPA_EEXPIRED, "the lease of item %lld ran out",
                     (long long)item.id);
    if (r < 0 || (item.marked != 0) == marked)
        return r;
    r = change_begin(queues, err);
    return r == 0 ? change_end(queues,
                               queue_run(queues, ITEM_MARK, err, "ii",
                                         (int64_t)marked, item.id),
                               err)
                  : r;
}

int rpa_work_mark(struct rpa_queues *queues, const struct rpa_claim *claim,
                  rpa_time now, struct rpa_err *err)
{
    return set_mark(queues, claim, true, now, err);
}

int rpa_work_unmark(struct rpa_queues *queues, const struct rpa_claim *claim,
                    rpa_time now, struct rpa_err *err)
{
    return set_mark(queues, claim, false, now, err);
}

int rpa_work_lost(struct rpa_queues *queues, rpa_time now,
                  struct rpa_work_orphan *ret, struct rpa_err *err)
{
    struct rpa_stmt *row;
    struct item item;
    int r = queue_row(queues, ITEM_ORPHAN, &row, err, "i", now);
    int64_t id = r > 0 ? rpa_stmt_int(row, 0) : 0;
    rpa_stmt_reset(row);
    if (r <= 0)
        return r;
    r = item_load(queues, id, &item, err);
    if (r == 0)
        r = queue_row(queues, ATTEMPT_LAST, &row, err, "i", id);
    if (r < 0)
        return r;
    *ret = (struct rpa_work_orphan){ .marked = item.marked != 0 };
    describe(&item, &ret->claim);
    ret->run = r > 0 ? rpa_stmt_int(row, 1) : 0;
    rpa_stmt_reset(row);
    r = queue_row(queues, QUEUE_GET, &row, err, "si", "", item.queue);
    if (r > 0)
        strncat(ret->queue, rpa_stmt_text(row, 5), RPA_QUEUE_NAME_MAX);
    rpa_stmt_reset(row);
    return r;
}

int rpa_queues_due(struct rpa_queues *queues, rpa_time *ret_due_us,
                   struct rpa_err *err)
{
    static const enum statement both[] = { ITEM_DUE_AT, ITEM_LEASE_AT };
    rpa_time due_us = 0;
    for (size_t i = 0; i < 2; i++) {
        struct rpa_stmt *row = queue_stmt(queues, both[i], err);
        char type[2];
        int r = row ? rpa_stmt_step(row, err) : -RPA_EIO;
        if (r < 0)
            return r;
        rpa_stmt_types(row, 1, type);
        rpa_time at_us = rpa_stmt_int(row, 0);
        rpa_stmt_reset(row);
        if (type[0] == 'i' && (!due_us || at_us < due_us))
            due_us = at_us ? at_us : 1; /* an orphan's lease ended at 0 */
    }
    *ret_due_us = due_us;
    return 0;
}
