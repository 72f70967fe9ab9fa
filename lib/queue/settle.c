/* How an attempt ends, and what the queue's policy makes of that. */
#include "priv.h"

#include <stdio.h>

static const char *const outcomes[] = {
    [RPA_WORK_END_DONE] = "done",         [RPA_WORK_END_REJECTED] = "rejected",
    [RPA_WORK_END_FAILED] = "failed",     [RPA_WORK_END_TRANSIENT] = "transient",
    [RPA_WORK_END_LOCKED] = "locked",     [RPA_WORK_END_DEFERRED] = "deferred",
    [RPA_WORK_END_LOST] = "lost",         [RPA_WORK_END_DOUBT] = "in doubt",
    [RPA_WORK_END_RELEASED] = "released",
};

const char *rpa_work_outcome_name(int outcome)
{
    return outcome > 0 && outcome <= RPA_WORK_END_RELEASED ? outcomes[outcome]
                                                           : NULL;
}

/* Where an item goes, and when it is due there. */
struct fate {
    int state;
    rpa_time due_us;
};

static bool retried(const struct queue *queue, enum rpa_work_outcome outcome)
{
    return queue->policy.retry == 2 ||
           (queue->policy.retry == 1 && outcome == RPA_WORK_END_TRANSIENT);
}

/* another attempt after a while, or the end */
static struct fate try_again(const struct queue *queue, const struct item *item,
                             bool allowed, rpa_time now)
{
    if (!allowed || item->spent >= queue->policy.max_attempts)
        return (struct fate){ RPA_WORK_FAILED, 0 };
    return (struct fate){ RPA_WORK_DEFERRED,
                          now + policy_delay_us(&queue->policy, item->spent) };
}

static struct fate after_lock(const struct queue *queue, struct item *item,
                              rpa_time now)
{
    bool last = ++item->locked >= queue->policy.locked_tries;
    if (last)
        item->locked = 0;
    return (struct fate){ RPA_WORK_DEFERRED,
                          now + 1000 * (last ? queue->policy.locked_defer_ms
                                             : queue->policy.locked_ms) };
}

static struct fate fate_of(const struct queue *queue, struct item *item,
                           const struct rpa_work_end *end, rpa_time now)
{
    static const int plain[] = {
        [RPA_WORK_END_DONE] = RPA_WORK_DONE,
        [RPA_WORK_END_REJECTED] = RPA_WORK_REJECTED,
        [RPA_WORK_END_DOUBT] = RPA_WORK_DOUBT,
        [RPA_WORK_END_RELEASED] = RPA_WORK_READY,
    };
    switch (end->outcome) {
    case RPA_WORK_END_FAILED:
    case RPA_WORK_END_TRANSIENT:
        item->spent++;
        return try_again(queue, item, retried(queue, end->outcome), now);
    case RPA_WORK_END_LOST:
        item->spent++;
        return try_again(queue, item, true, now);
    case RPA_WORK_END_LOCKED:
        return after_lock(queue, item, now);
    case RPA_WORK_END_DEFERRED:
        return (struct fate){ RPA_WORK_DEFERRED, end->until_us };
    default:
        return (struct fate){ plain[end->outcome], 0 };
    }
}

static int check(const struct item *item, const struct rpa_work_end *end,
                 rpa_time now, struct rpa_err *err)
{
    if (!rpa_work_outcome_name((int)end->outcome))
        return rpa_fail(err, RPA_EINVAL, "an item does not end so");
    if (end->outcome == RPA_WORK_END_DONE && !end->detail_len)
        return rpa_fail(err, RPA_EINVAL,
                        "an item is done with the reference the target gave");
    if (end->outcome == RPA_WORK_END_DEFERRED && end->until_us <= now)
        return rpa_fail(err, RPA_EINVAL,
                        "an item is deferred to a time to come");
    if (item->marked && end->outcome != RPA_WORK_END_DONE &&
        end->outcome != RPA_WORK_END_DOUBT)
        return rpa_fail(err, RPA_EDOUBT,
                        "a commit act of item %lld may have gone out: it is "
                        "done or in doubt, not %s",
                        (long long)item->id, outcomes[end->outcome]);
    return 0;
}

static int count_streak(struct rpa_queues *queues, const struct queue *queue,
                        const struct item *item, const struct rpa_work_end *end,
                        rpa_time now, struct rpa_err *err)
{
    if (end->outcome == RPA_WORK_END_FAILED ||
        end->outcome == RPA_WORK_END_TRANSIENT)
        return streak_failed(queues, queue, item->id,
                             retried(queue, end->outcome), now, err);
    return streak_ended(queues, queue->id, item->id,
                        end->outcome == RPA_WORK_END_DONE, err);
}

static int settle(struct rpa_queues *queues, const struct queue *queue,
                  struct item *item, const struct rpa_work_end *end,
                  struct rpa_who who, rpa_time now, struct rpa_err *err)
{
    bool done = end->outcome == RPA_WORK_END_DONE;
    const struct reason reason = {
        .who = who,
        .why = end->why && end->why[0] ? end->why : outcomes[end->outcome],
        .detail = done ? NULL : end->detail, .detail_len = end->detail_len,
    };
    struct fate fate = fate_of(queue, item, end, now);
    if (end->outcome != RPA_WORK_END_LOCKED)
        item->locked = 0;
    int r = done ? item_result(queues, item->id, end->detail, end->detail_len,
                               err)
                 : 0;
    if (r == 0)
        r = item_move(queues, item, fate.state, fate.due_us, &reason, now, err);
    return r == 0 ? count_streak(queues, queue, item, end, now, err) : r;
}

/* a loss and a doubt are the supervisor's finding, the rest the worker's word */
static int speaker(struct rpa_queues *queues, const struct item *item,
                   const struct rpa_work_end *end, char name[static 128],
                   struct rpa_who *who, struct rpa_err *err)
{
    struct rpa_stmt *row;
    if (end->outcome == RPA_WORK_END_LOST || end->outcome == RPA_WORK_END_DOUBT)
        return 0;
    int r = queue_row(queues, ATTEMPT_LAST, &row, err, "i", item->id);
    if (r > 0) {
        snprintf(name, 128, "%s", rpa_stmt_text(row, 3));
        *who = (struct rpa_who){ (enum rpa_who_kind)rpa_stmt_int(row, 2),
                                 name };
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

static int end(struct rpa_queues *queues, const struct rpa_claim *claim,
               const struct rpa_work_end *end, rpa_time now,
               enum rpa_work_state *ret_state, struct rpa_err *err)
{
    struct item item;
    struct queue queue;
    struct rpa_who who = { RPA_WHO_SUPERVISOR, "supervisor" };
    char name[128];
    int r = claim_item(queues, claim, &item, err);
    if (r == 0)
        r = check(&item, end, now, err);
    if (r == 0)
        r = queue_load_id(queues, item.queue, &queue, err);
    if (r == 0)
        r = speaker(queues, &item, end, name, &who, err);
    if (r == 0)
        r = settle(queues, &queue, &item, end, who, now, err);
    if (r == 0 && ret_state)
        r = item_load(queues, item.id, &item, err); /* a streak may move it */
    if (r == 0 && ret_state)
        *ret_state = (enum rpa_work_state)item.state;
    return r;
}

int rpa_work_settle(struct rpa_queues *queues, const struct rpa_claim *claim,
                    const struct rpa_work_end *how, rpa_time now,
                    enum rpa_work_state *ret_state, struct rpa_err *err)
{
    int r = change_begin(queues, err); /* what it reads is read in one go */
    return r == 0 ? change_end(queues,
                               end(queues, claim, how, now, ret_state, err), err)
                  : r;
}
