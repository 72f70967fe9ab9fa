/* Workers for a queue: as many as its items want, while the window is open. */
#include "engine.h"

enum { CHECK_S = 30 };

/* how many workers it should have */
static int64_t wanted(const struct entry *e,
                      const struct rpa_sched_counts *counts, int64_t now)
{
    int64_t per = e->spec.queue.per_worker, most = e->spec.queue.workers;
    bool enough = e->spec.queue.min > 0 && counts->ready >= e->spec.queue.min;
    bool old = e->spec.queue.oldest_s > 0 && counts->ready > 0 &&
               now - counts->oldest_s >= e->spec.queue.oldest_s;
    if (!enough && !old)
        return 0;
    int64_t n = per > 0 ? (counts->ready + per - 1) / per : 1;
    return n > most && most > 0 ? most : n;
}

static int64_t workers(const struct entry *e)
{
    int64_t n = 0;
    for (const struct live *l = e->runs; l; l = l->next)
        n++;
    return n;
}

/* One more, by the first key that is free. */
static int add_worker(struct rpa_sched *sched, struct entry *e, int64_t now,
                      struct rpa_err *err)
{
    struct want want = { .cause = RPA_SCHED_QUEUE, .key = now, .due = now,
                         .start_by = now + (e->spec.start_deadline_s
                                                ? e->spec.start_deadline_s
                                                : DEADLINE_S) };
    int r;
    while ((r = tick_fire(sched, e, &want, now, err)) == 0)
        want.key++;
    return r;
}

/* Once for each opening it is said that items wait, and for what. */
static int hold(struct rpa_sched *sched, struct entry *e,
                const struct rpa_opening *opening, enum rpa_sched_fate fate,
                const char *why, int64_t now, struct rpa_err *err)
{
    struct want want = { .cause = RPA_SCHED_QUEUE, .key = opening->begin,
                         .due = now };
    e->check_at = now < opening->begin ? opening->begin : opening->end;
    return tick_none(sched, e, &want, fate, why, now, err);
}

static int start(struct rpa_sched *sched, struct entry *e, int64_t more,
                 int64_t now, struct rpa_err *err)
{
    struct rpa_opening opening;
    const char *day_off;
    int r = 0;
    if (!rpa_plan_open(&e->spec.plan, now, &opening, &day_off))
        return hold(sched, e, &opening, RPA_SCHED_HELD_WINDOW,
                    "items wait for its window", now, err);
    if (day_off)
        return hold(sched, e, &opening, RPA_SCHED_SKIPPED_CALENDAR, day_off,
                    now, err);
    if (!sched_approved(e))
        return hold(sched, e, &opening, RPA_SCHED_BLOCKED,
                    "items wait, and it is not approved", now, err);
    for (; r >= 0 && more > 0; more--)
        r = add_worker(sched, e, now, err);
    return r;
}

int queues_decide(struct rpa_sched *sched, struct entry *e, int64_t now,
                  struct rpa_err *err)
{
    struct rpa_sched_counts counts = { 0 };
    const struct rpa_sched_host *host = sched->host;
    if (now < e->check_at)
        return 0;
    e->check_at = now + CHECK_S;
    if (!host->count(host->data, e->spec.queue.name, &counts))
        return 0;
    int64_t more = wanted(e, &counts, now) - workers(e);
    int r = more > 0 ? start(sched, e, more, now, err) : 0;
    return r < 0 ? r : 0;
}
