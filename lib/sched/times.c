/* The times of a schedule that have come: which one fires, and what the others
 * came to. */
#include "engine.h"

#include <stdio.h>

void times_next(struct entry *e)
{
    e->has_next = rpa_plan_next(&e->spec.plan, e->known.cursor, &e->next,
                                NULL) == 0;
}

void times_begin(struct entry *e, int64_t now)
{
    e->known.cursor = rpa_plan_cursor(&e->spec.plan, now);
    times_next(e);
}

/* The latest moment for @tick to start. */
static int64_t start_by(const struct entry *e, const struct rpa_tick *tick,
                        const struct rpa_tick *after)
{
    int64_t limit_s = e->spec.start_deadline_s;
    if (!limit_s) {
        limit_s = after ? (after->due - tick->due) / 2 : DEADLINE_S;
        limit_s = limit_s > DEADLINE_S ? DEADLINE_S : limit_s;
    }
    limit_s = limit_s < MINUTE_S ? MINUTE_S : limit_s;
    return tick->due + e->jitter_s + limit_s;
}

/* How many of @most later ones have come too: they fire in @tick's place. */
static int newer(const struct entry *e, struct rpa_tick tick, int64_t now,
                 int most)
{
    int n = 0;
    while (n < most && tick.due + e->jitter_s <= now) {
        n += tick.fate == RPA_TICK_FIRES;
        if (rpa_plan_next(&e->spec.plan, tick.nominal, &tick, NULL) < 0)
            break;
    }
    return n;
}

/* NULL: it is not missed. */
static const char *missed(const struct entry *e, const struct rpa_tick *tick,
                          const struct rpa_tick *after, int64_t now)
{
    bool all = e->spec.missed == RPA_SCHED_RUN_ALL;
    int most = all ? RPA_SCHED_ALL_MAX : 1;
    if (now > start_by(e, tick, after))
        return "it was too late to start it";
    if (e->spec.missed == RPA_SCHED_SKIP &&
        now - tick->due - e->jitter_s > MINUTE_S)
        return "it was late, and what is missed is skipped";
    if (after && newer(e, *after, now, most) == most)
        return all ? "a hundred newer ones wait" : "a newer one takes its place";
    return NULL;
}

/* the tick e->next; @after: the one after it, if any */
static int decide(struct rpa_sched *sched, struct entry *e,
                  const struct rpa_tick *after, int64_t now,
                  struct rpa_err *err)
{
    const struct rpa_tick *tick = &e->next;
    struct want want = { .cause = RPA_SCHED_AT, .key = tick->nominal,
                         .due = tick->due + e->jitter_s };
    if (tick->fate == RPA_TICK_SKIPPED_CALENDAR)
        return tick_none(sched, e, &want, RPA_SCHED_SKIPPED_CALENDAR,
                        tick->day_off, now, err);
    if (tick->fate == RPA_TICK_OUTSIDE_WINDOW)
        return tick_none(sched, e, &want, RPA_SCHED_HELD_WINDOW,
                        "its window is closed", now, err);
    const char *why = missed(e, tick, after, now);
    if (why)
        return tick_none(sched, e, &want, RPA_SCHED_MISSED, why, now, err);
    want.start_by = start_by(e, tick, after);
    want.in_line = e->spec.missed == RPA_SCHED_RUN_ALL && now > want.due;
    return tick_fire(sched, e, &want, now, err);
}

int times_decide(struct rpa_sched *sched, struct entry *e, int64_t now,
                 int *budget, struct rpa_err *err)
{
    int r = 0;
    while (r >= 0 && *budget > 0 && e->has_next &&
           e->next.due + e->jitter_s <= now) {
        struct rpa_tick after;
        bool any = rpa_plan_next(&e->spec.plan, e->next.nominal, &after,
                                 NULL) == 0;
        e->known.cursor = e->next.nominal; /* is kept with the tick */
        r = decide(sched, e, any ? &after : NULL, now, err);
        e->next = any ? after : e->next;
        e->has_next = any;
        --*budget;
    }
    return r < 0 ? r : 0;
}
