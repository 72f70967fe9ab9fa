/* Files that have arrived: each state of one fires once. */
#include "engine.h"

/* What is said of it while it cannot start is said once, and once more when that
 * is something else (diary_tick()). */
static int decide(struct rpa_sched *sched, struct entry *e, int64_t key,
                  int64_t now, struct rpa_err *err)
{
    struct want want = { .cause = RPA_SCHED_FILE, .key = key, .due = now };
    struct rpa_opening opening;
    const char *day_off;
    bool open = rpa_plan_open(&e->spec.plan, now, &opening, &day_off);
    if (day_off)
        return tick_none(sched, e, &want, RPA_SCHED_SKIPPED_CALENDAR, day_off,
                         now, err);
    if (!open)
        return tick_none(sched, e, &want, RPA_SCHED_HELD_WINDOW,
                         "a file waits for its window", now, err);
    want.start_by = now + (e->spec.start_deadline_s ? e->spec.start_deadline_s
                                                    : DEADLINE_S);
    return tick_fire(sched, e, &want, now, err);
}

int rpa_sched_file(struct rpa_sched *sched, const char *name, int64_t key,
                   int64_t changed, int64_t now, struct rpa_err *err)
{
    struct entry *e = sched_find(sched, name);
    if (!e || e->spec.trigger != RPA_SCHED_FILE || e->known.paused ||
        changed < e->known.cursor || changed < now - RPA_SCHED_FILE_S)
        return 0;
    int taken = decide(sched, e, key, now, err);
    int r = diary_commit(sched->diary, taken < 0 ? taken : 0, err);
    sched_wake(sched, e, now);
    sched->again = sched->again || taken > 0;
    return r;
}
