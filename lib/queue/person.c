/* In doubt: what a look into the target found; and what a person decides. */
#include "priv.h"

#include <string.h>

static int in_doubt(struct rpa_queues *queues, int64_t id,
                    struct item *ret_item, struct queue *ret_queue,
                    struct rpa_err *err)
{
    int r = item_load(queues, id, ret_item, err);
    if (r == 0)
        r = queue_load_id(queues, ret_item->queue, ret_queue, err);
    if (r == 0 && ret_item->state != RPA_WORK_DOUBT)
        r = rpa_fail(err, RPA_EINVAL, "item %lld is %s, not in doubt",
                     (long long)id, rpa_work_state_name((int)ret_item->state));
    return r;
}

/* when the doubt arose: the last step */
static int doubted_at(struct rpa_queues *queues, const struct item *item,
                      rpa_time *ret_us, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, STEP_WHY, &row, err, "i", item->id);
    *ret_us = r > 0 ? rpa_stmt_int(row, 1) : 0;
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

static int past_horizon(struct rpa_queues *queues, const struct queue *queue,
                        const struct item *item, rpa_time now,
                        struct rpa_err *err)
{
    rpa_time since_us;
    char when[28];
    int r = doubted_at(queues, item, &since_us, err);
    rpa_time from_us = since_us + queue->policy.horizon_ms * 1000;
    if (r < 0 || now >= from_us)
        return r;
    rpa_fail(err, RPA_EEXPIRED,
             "too early: item %lld may still be filed by the target",
             (long long)item->id);
    return rpa_err_hint(err, "\"absent\" counts from %s on",
                        rpa_time_iso(from_us, when));
}

int rpa_work_doubt(struct rpa_queues *queues, const char *queue_name,
                   int64_t after, rpa_time now, struct rpa_claim *ret_claim,
                   int64_t *ret_run, struct rpa_err *err)
{
    struct queue queue;
    struct item item;
    struct rpa_stmt *row;
    struct rpa_claim claim = { .item = after };
    rpa_time since_us;
    int r = queue_load(queues, queue_name, &queue, NULL, NULL, err);
    if (r == 0)
        r = queue_not_reviewed(&queue, queue_name, err);
    if (r < 0)
        return r;
    while (r == 0) {
        r = queue_row(queues, ITEM_DOUBT, &row, err, "ii", queue.id, claim.item);
        if (r <= 0)
            return r;
        claim.item = rpa_stmt_int(row, 0);
        rpa_stmt_reset(row);
        r = item_load(queues, claim.item, &item, err);
        if (r == 0)
            r = doubted_at(queues, &item, &since_us, err);
        if (r == 0 && since_us + queue.policy.horizon_ms * 1000 <= now)
            break;
    }
    claim.attempt = item.attempt;
    claim.rerun_of = item.rerun_of;
    if (r == 0)
        r = item_open(queues, &claim, err);
    if (r == 0)
        r = queue_row(queues, ATTEMPT_LAST, &row, err, "i", claim.item);
    if (r < 0) {
        rpa_claim_clear(&claim);
        return r;
    }
    *ret_run = r > 0 ? rpa_stmt_int(row, 1) : 0;
    rpa_stmt_reset(row);
    *ret_claim = claim;
    return 1;
}

static int conclude(struct rpa_queues *queues, struct item *item, int to,
                    const char *reference, const struct reason *reason,
                    rpa_time now, struct rpa_err *err)
{
    int r = change_begin(queues, err);
    if (r < 0)
        return r;
    if (reference)
        r = item_result(queues, item->id, reference, strlen(reference), err);
    item->marked = 0;
    if (r == 0)
        r = item_move(queues, item, to, 0, reason, now, err);
    return change_end(queues, r, err);
}

int rpa_work_reconcile(struct rpa_queues *queues, int64_t id,
                       enum rpa_work_found found, const char *detail,
                       struct rpa_who who, rpa_time now, struct rpa_err *err)
{
    static const struct {
        int to;
        const char *why;
    } means[] = {
        [RPA_WORK_IS_THERE] = { RPA_WORK_DONE, "found in the target" },
        [RPA_WORK_IS_ABSENT] = { RPA_WORK_READY, "not in the target" },
        [RPA_WORK_IS_UNKNOWN] = { RPA_WORK_DOUBT, "could not be looked up" },
    };
    struct item item;
    struct queue queue;
    int r = in_doubt(queues, id, &item, &queue, err);
    if (r < 0)
        return r;
    if (found < RPA_WORK_IS_THERE || found > RPA_WORK_IS_UNKNOWN ||
        (found == RPA_WORK_IS_THERE && (!detail || !detail[0])))
        return rpa_fail(err, RPA_EINVAL,
                        "found wants the target's reference; else absent or "
                        "unknown");
    if (found == RPA_WORK_IS_UNKNOWN)
        return 0; /* the doubt and its time stay as they were */
    if (found == RPA_WORK_IS_ABSENT)
        r = past_horizon(queues, &queue, &item, now, err);
    const struct reason reason = { .who = who, .why = means[found].why };
    return r == 0 ? conclude(queues, &item, means[found].to,
                             found == RPA_WORK_IS_THERE ? detail : NULL,
                             &reason, now, err)
                  : r;
}

/* may @verdict be given on an item in @state */
static bool may(enum rpa_work_verdict verdict, int64_t state)
{
    switch (verdict) {
    case RPA_WORK_AS_DONE:
        return state == RPA_WORK_DOUBT;
    case RPA_WORK_AS_RETRY:
        return state == RPA_WORK_DOUBT || state == RPA_WORK_FAILED;
    case RPA_WORK_AS_CANCEL:
        return state == RPA_WORK_DOUBT || state == RPA_WORK_FAILED ||
               state == RPA_WORK_READY || state == RPA_WORK_DEFERRED;
    }
    return false;
}

/* the one who ran it does not also say what became of it */
static int second_person(struct rpa_queues *queues, const struct queue *queue,
                         const struct item *item, struct rpa_who who,
                         struct rpa_err *err)
{
    struct rpa_stmt *row;
    if (!queue->policy.second_person)
        return 0;
    int r = queue_row(queues, ATTEMPT_LAST, &row, err, "i", item->id);
    bool same = r > 0 && !strcmp(rpa_stmt_text(row, 0), who.name);
    rpa_stmt_reset(row);
    if (r < 0 || !same)
        return r < 0 ? r : 0;
    rpa_fail(err, RPA_EPERM, "%s ran item %lld and may not resolve it",
             who.name, (long long)item->id);
    return rpa_err_hint(err, "this queue wants a second person (its policy "
                             "second_person)");
}

int rpa_work_resolve(struct rpa_queues *queues, int64_t id,
                     enum rpa_work_verdict verdict, const char *reference,
                     struct rpa_who who, const char *why, rpa_time now,
                     struct rpa_err *err)
{
    static const int to[] = { [RPA_WORK_AS_DONE] = RPA_WORK_DONE,
                              [RPA_WORK_AS_RETRY] = RPA_WORK_READY,
                              [RPA_WORK_AS_CANCEL] = RPA_WORK_CANCELLED };
    static const char *const names[] = { "", "done", "retry", "cancel" };
    static const char *const done[] = { "", "called done", "retried",
                                        "cancelled" };
    struct item item;
    struct queue queue;
    int r = item_load(queues, id, &item, err);
    if (r == 0)
        r = queue_load_id(queues, item.queue, &queue, err);
    if (r < 0)
        return r;
    if (!may(verdict, item.state))
        return rpa_fail(err, RPA_EINVAL, "item %lld is %s: it cannot be %s",
                        (long long)id, rpa_work_state_name((int)item.state),
                        verdict >= RPA_WORK_AS_DONE &&
                                verdict <= RPA_WORK_AS_CANCEL
                            ? done[verdict]
                            : "resolved so");
    r = queue_why(why, err);
    if (r < 0)
        return r;
    if (verdict == RPA_WORK_AS_DONE && (!reference || !reference[0]))
        return rpa_fail(err, RPA_EINVAL,
                        "done wants the reference the target has it under");
    r = second_person(queues, &queue, &item, who, err);
    if (r < 0)
        return r;
    if (verdict == RPA_WORK_AS_RETRY)
        item.spent = item.locked = 0;
    const struct reason reason = { .who = who, .why = names[verdict],
                                   .detail = why, .detail_len = strlen(why) };
    return conclude(queues, &item, to[verdict],
                    verdict == RPA_WORK_AS_DONE ? reference : NULL, &reason,
                    now, err);
}
