/* Failures in a row on different items: the target is down. */
#include "priv.h"

#include <stdio.h>

static const struct rpa_who breaker = { RPA_WHO_SUPERVISOR, "breaker" };

struct failed {
    int64_t item, n;
    bool passing; /* its last failure was one that is tried again */
};

/* what failed only because the target was down is ready as it was before */
static int give_back(struct rpa_queues *queues, const struct failed *failed,
                     rpa_time now, struct rpa_err *err)
{
    static const struct reason back = {
        { RPA_WHO_SUPERVISOR, "breaker" },
        "the target was down: the attempt does not count",
        NULL, 0,
    };
    struct item item;
    int r = item_load(queues, failed->item, &item, err);
    if (r < 0 || !failed->passing ||
        (item.state != RPA_WORK_DEFERRED && item.state != RPA_WORK_FAILED))
        return r;
    item.spent -= failed->n < item.spent ? failed->n : item.spent;
    return item_move(queues, &item, RPA_WORK_READY, 0, &back, now, err);
}

static int give_all_back(struct rpa_queues *queues, int64_t queue, rpa_time now,
                         struct rpa_err *err)
{
    struct rpa_buf all = { 0 };
    struct rpa_stmt *row;
    int r = queue_row(queues, STREAK_EACH, &row, err, "i", queue);
    for (; r > 0; r = rpa_stmt_step(row, err)) {
        struct failed one = { rpa_stmt_int(row, 0), rpa_stmt_int(row, 1),
                              rpa_stmt_int(row, 2) != 0 };
        rpa_buf_add(&all, &one, sizeof one);
    }
    if (r == 0 && all.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a streak of failures");
    const struct failed *list = (const void *)all.data;
    for (size_t i = 0; r == 0 && i < all.len / sizeof *list; i++)
        r = give_back(queues, &list[i], now, err);
    rpa_buf_clear(&all);
    return r == 0 ? queue_run(queues, STREAK_END, err, "i", queue) : r;
}

int streak_failed(struct rpa_queues *queues, const struct queue *queue,
                  int64_t item, bool passing, rpa_time now,
                  struct rpa_err *err)
{
    struct rpa_stmt *row;
    char why[96];
    if (!queue->policy.pause_after)
        return 0;
    int r = queue_run(queues, STREAK_ADD, err, "iii", queue->id, item,
                      (int64_t)passing);
    if (r == 0)
        r = queue_row(queues, STREAK_COUNT, &row, err, "i", queue->id);
    if (r < 0)
        return r;
    int64_t n = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    if (n < queue->policy.pause_after)
        return 0;
    snprintf(why, sizeof why,
             "%lld items in a row failed: the target seems to be down",
             (long long)n);
    r = give_all_back(queues, queue->id, now, err);
    return r == 0 ? queue_set_paused(queues, queue->id, true, breaker, why, now,
                                     err)
                  : r;
}

int streak_ended(struct rpa_queues *queues, int64_t queue, int64_t item,
                 bool worked, struct rpa_err *err)
{
    return worked ? queue_run(queues, STREAK_END, err, "i", queue)
                  : queue_run(queues, STREAK_DROP, err, "ii", queue, item);
}
