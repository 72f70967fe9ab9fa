/* Runs: pending with their tick, at work, ended; and what follows them. */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- those that live ---- */

static size_t place_above(const struct rpa_sched *sched, int64_t id)
{
    size_t low = 0, high = sched->nlives;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (sched->lives[mid]->run.id <= id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct live *lives_above(const struct rpa_sched *sched, int64_t id)
{
    size_t at = place_above(sched, id);
    return at < sched->nlives ? sched->lives[at] : NULL;
}

void lives_attach(struct entry *e, struct live *live)
{
    struct live **end = &e->runs;
    while (*end)
        end = &(*end)->next;
    *end = live;
    live->next = NULL;
    live->of = e;
    live->late_at = INT64_MAX;
    for (const struct entry *f = e->followers; f; f = f->next_follower)
        if (live->run.due + f->spec.after.within_s < live->late_at)
            live->late_at = live->run.due + f->spec.after.within_s;
}

struct live *lives_add(struct rpa_sched *sched, struct entry *e,
                      const struct diary_run *run, struct rpa_err *err)
{
    if (sched->nlives == sched->maxlives) {
        size_t max = sched->maxlives ? 2 * sched->maxlives : 16;
        void *more = reallocarray(sched->lives, max, sizeof *sched->lives);
        if (!more) {
            rpa_fail(err, RPA_ENOMEM, "no memory for a run");
            return NULL;
        }
        sched->lives = more;
        sched->maxlives = max;
    }
    struct live *live = calloc(1, sizeof *live);
    if (!live) {
        rpa_fail(err, RPA_ENOMEM, "no memory for a run");
        return NULL;
    }
    live->run = *run;
    live->stop_by = INT64_MAX;
    sched->lives[sched->nlives++] = live;
    if (e)
        lives_attach(e, live);
    return live;
}

static void forget(struct rpa_sched *sched, struct live *live)
{
    size_t at = place_above(sched, live->run.id) - 1;
    memmove(sched->lives + at, sched->lives + at + 1,
            (--sched->nlives - at) * sizeof *sched->lives);
    struct live **link = live->of ? &live->of->runs : NULL;
    while (link && *link && *link != live)
        link = &(*link)->next;
    if (link && *link)
        *link = live->next;
    free(live);
}

/* ---- ticks ---- */

int tick_none(struct rpa_sched *sched, struct entry *e, const struct want *want,
             enum rpa_sched_fate fate, const char *why, int64_t now,
             struct rpa_err *err)
{
    const struct rpa_sched_row row = {
        .cause = want->cause, .key = want->key, .due = want->due, .at = now,
        .fate = fate, .why = why,
    };
    load_touch(sched, e->spec.name);
    return diary_tick(sched->diary, e->known.id, e->known.cursor, &row, NULL,
                      err);
}

/* the tick and its run, in one change */
static int put_pending(struct rpa_sched *sched, struct entry *e,
                       const struct want *want, int64_t now,
                       struct rpa_err *err)
{
    const struct rpa_sched_row row = {
        .cause = want->cause, .key = want->key, .due = want->due, .at = now,
        .fate = RPA_SCHED_FIRED, .why = "",
    };
    struct diary_run run = {
        .schedule = e->known.id, .cause = want->cause,
        .key = want->key, .due = want->due, .start_by = want->start_by,
    };
    bool hand = want->cause == RPA_SCHED_HAND;
    snprintf(run.by, sizeof run.by, "%s",
             hand ? want->by.name : e->known.approval.by);
    run.by_uid = hand ? want->by.uid : e->known.approval.uid;
    load_touch(sched, e->spec.name);
    int r = diary_tick(sched->diary, e->known.id, e->known.cursor, &row, &run,
                       err);
    return r > 0 && !lives_add(sched, e, &run, err) ? -RPA_ENOMEM : r;
}

static bool overlaps_itself(const struct entry *e)
{
    return e->spec.trigger == RPA_SCHED_QUEUE ||
           e->spec.overlap == RPA_SCHED_ALLOW;
}

const char *tick_overlaps(const struct entry *e)
{
    const struct live *last = e->runs;
    while (last && last->next)
        last = last->next;
    if (!last || overlaps_itself(e))
        return NULL;
    if (e->spec.overlap == RPA_SCHED_FORBID)
        return "the run before it is at work";
    if (e->spec.overlap == RPA_SCHED_QUEUE_ONE && !last->run.running)
        return "the run before it waits already";
    return NULL;
}

/* those before it make room */
static int replace(struct rpa_sched *sched, struct entry *e, int64_t now,
                   struct rpa_err *err)
{
    int r = 0;
    for (struct live *l = e->runs, *next; r >= 0 && l; l = next) {
        next = l->next;
        if (!l->run.running)
            r = live_drop(sched, l, RPA_SCHED_SKIPPED_OVERLAP,
                         "a newer one takes its place", now, err);
        else if (!l->stop)
            l->stop = "a newer run takes its place";
    }
    return r;
}

int tick_fire(struct rpa_sched *sched, struct entry *e, const struct want *want,
             int64_t now, struct rpa_err *err)
{
    char why[160];
    if (!sched_approved(e)) {
        bool text = memcmp(e->known.approved, e->spec.hash, RPA_SCHED_BOT) != 0;
        if (e->known.has_approval)
            snprintf(why, sizeof why, "%schanged since %.64s approved it",
                     text ? "" : "its bot ", e->known.approval.by);
        else
            snprintf(why, sizeof why, "not approved");
        return tick_none(sched, e, want, RPA_SCHED_BLOCKED, why, now, err);
    }
    const char *overlap = want->in_line ? NULL : tick_overlaps(e);
    if (overlap)
        return tick_none(sched, e, want, RPA_SCHED_SKIPPED_OVERLAP, overlap, now,
                        err);
    int r = 0;
    if (e->spec.overlap == RPA_SCHED_REPLACE && !overlaps_itself(e) &&
        !want->in_line)
        r = replace(sched, e, now, err);
    return r < 0 ? r : put_pending(sched, e, want, now, err);
}

/* ---- what follows ---- */

static bool fits(enum rpa_sched_on on, enum rpa_sched_outcome outcome)
{
    bool failed = outcome == RPA_SCHED_FAILURE || outcome == RPA_SCHED_LOST;
    return outcome && (on == RPA_SCHED_ON_ANY ||
                       (on == RPA_SCHED_ON_SUCCESS
                            ? outcome == RPA_SCHED_SUCCESS
                            : failed));
}

static int block(struct rpa_sched *sched, struct entry *f,
                 const struct live *live, const char *why, int64_t now,
                 struct rpa_err *err)
{
    const struct want want = { .cause = RPA_SCHED_AFTER, .key = live->run.id,
                               .due = now };
    char whole[RPA_SCHED_NAME + 64];
    snprintf(whole, sizeof whole, "%.63s %s", f->spec.after.schedule, why);
    return tick_none(sched, f, &want, RPA_SCHED_BLOCKED, whole, now, err);
}

static int follow(struct rpa_sched *sched, struct entry *f,
                  const struct live *live, enum rpa_sched_outcome outcome,
                  int64_t now, struct rpa_err *err)
{
    static const char *const ended[] = {
        "was not started", "succeeded", "failed", "was stopped", "was lost",
    };
    struct want want = { .cause = RPA_SCHED_AFTER, .key = live->run.id,
                         .due = now,
                         .start_by = now + (f->spec.start_deadline_s
                                                ? f->spec.start_deadline_s
                                                : DEADLINE_S) };
    struct rpa_opening opening;
    const char *day_off;
    if (now > live->run.due + f->spec.after.within_s)
        return block(sched, f, live, "took too long", now, err);
    if (!fits(f->spec.after.on, outcome))
        return block(sched, f, live, ended[outcome], now, err);
    rpa_plan_open(&f->spec.plan, now, &opening, &day_off);
    if (day_off)
        return tick_none(sched, f, &want, RPA_SCHED_SKIPPED_CALENDAR, day_off,
                        now, err);
    return tick_fire(sched, f, &want, now, err);
}

/* each in the change that ends the run it follows */
static int follow_all(struct rpa_sched *sched, struct entry *e,
                      const struct live *live, enum rpa_sched_outcome outcome,
                      int64_t now, struct rpa_err *err)
{
    int r = 0;
    for (struct entry *f = e ? e->followers : NULL; r >= 0 && f;
         f = f->next_follower) {
        if (!f->known.paused)
            r = follow(sched, f, live, outcome, now, err);
        sched_wake(sched, f, now);
    }
    return r < 0 ? r : 0;
}

/* those that have waited for it too long say so now, not when it ends */
static int block_late(struct rpa_sched *sched, struct live *live, int64_t now,
                      struct rpa_err *err)
{
    int r = 0;
    if (now <= live->late_at)
        return 0;
    live->late_at = INT64_MAX;
    for (struct entry *f = live->of->followers; r >= 0 && f;
         f = f->next_follower) {
        int64_t late_at = live->run.due + f->spec.after.within_s;
        if (now > late_at && !f->known.paused)
            r = block(sched, f, live, "took too long", now, err);
        else if (now <= late_at && late_at < live->late_at)
            live->late_at = late_at;
    }
    return r < 0 ? r : 0;
}

/* ---- from pending to ended ---- */

bool live_may_start(const struct live *live, int64_t now)
{
    struct rpa_opening opening;
    const char *day_off;
    struct entry *e = live->of;
    if (live->run.running || e->known.paused || !sched_approved(e))
        return false;
    if (!overlaps_itself(e) && e->runs != live)
        return false; /* those before it are still there */
    return !e->spec.plan.has_window ||
           rpa_plan_open(&e->spec.plan, now, &opening, &day_off);
}

int lives_end(struct rpa_sched *sched, struct entry *e, struct live *live,
             enum rpa_sched_outcome outcome, int64_t now, struct rpa_err *err)
{
    int r = diary_ended(sched->diary, &live->run, outcome, now, err);
    if (r == 0)
        r = follow_all(sched, e, live, outcome, now, err);
    forget(sched, live);
    return r;
}

int live_drop(struct rpa_sched *sched, struct live *live,
             enum rpa_sched_fate fate, const char *why, int64_t now,
             struct rpa_err *err)
{
    const struct rpa_sched_row row = {
        .cause = live->run.cause, .key = live->run.key, .due = live->run.due,
        .at = now, .fate = fate, .why = why,
    };
    int r = diary_undo(sched->diary, &live->run, &row, err);
    return r == 0 ? lives_end(sched, live->of, live, 0, now, err) : r;
}

int lives_decide(struct rpa_sched *sched, struct entry *e, int64_t now,
                struct rpa_err *err)
{
    int r = 0;
    for (struct live *l = e->runs, *next; r == 0 && l; l = next) {
        next = l->next;
        if (l->run.running && !l->stop && now >= l->stop_by)
            l->stop = l->stop_why;
        r = block_late(sched, l, now, err);
        if (r == 0 && !l->run.running && now > l->run.start_by)
            r = live_drop(sched, l, RPA_SCHED_MISSED,
                         "it was too late to start it", now, err);
    }
    return r;
}

int64_t lives_wake(const struct entry *e, int64_t now)
{
    struct rpa_opening opening;
    int64_t wake = INT64_MAX;
    for (const struct live *l = e->runs; l; l = l->next) {
        int64_t at = l->run.start_by + 1;
        if (l->run.running)
            at = l->stop ? INT64_MAX : l->stop_by;
        else if (e->spec.plan.has_window &&
                 !rpa_window_at(&e->spec.plan.window, e->spec.plan.zone, now,
                                &opening) && opening.begin < at)
            at = opening.begin;
        if (l->late_at < INT64_MAX && l->late_at + 1 < at)
            at = l->late_at + 1;
        wake = at < wake ? at : wake;
    }
    return wake;
}

/* when it is to be stopped, whatever it does */
static void limit(struct live *live, int64_t now)
{
    const struct rpa_sched_spec *spec = &live->of->spec;
    struct rpa_opening opening;
    int64_t at;
    if (spec->plan.has_window &&
        rpa_window_at(&spec->plan.window, spec->plan.zone, now, &opening)) {
        live->stop_by = opening.end;
        live->stop_why = "its window closes";
    }
    if (spec->has_stop_at &&
        rpa_cron_next(&spec->stop_at, spec->plan.zone, now, &at, NULL) == 0 &&
        at < live->stop_by) {
        live->stop_by = at;
        live->stop_why = "it is the time at which it is stopped";
    }
}

int rpa_sched_started(struct rpa_sched *sched, int64_t run, int64_t now,
                      struct rpa_err *err)
{
    struct live *live = lives_above(sched, run - 1);
    if (!live || live->run.id != run || now > live->run.start_by ||
        !live_may_start(live, now))
        return rpa_fail(err, RPA_EEXPIRED,
                        "the scheduled run %lld may not start any more",
                        (long long)run);
    int r = diary_started(sched->diary, &live->run, now, err);
    if (r < 0)
        return r;
    live->run.running = true;
    limit(live, now);
    sched_wake(sched, live->of, now);
    return 0;
}

static struct live *at_work(const struct rpa_sched *sched, int64_t run,
                            struct rpa_err *err)
{
    struct live *live = lives_above(sched, run - 1);
    if (live && live->run.id == run && live->run.running)
        return live;
    rpa_fail(err, RPA_EBUG, "no scheduled run %lld is at work", (long long)run);
    return NULL;
}

/* one of @e is at work no more, which came to @r */
static int over(struct rpa_sched *sched, struct entry *e, int r, int64_t now,
                struct rpa_err *err)
{
    e->check_at = INT64_MIN;
    sched->again = true;
    r = diary_commit(sched->diary, r, err);
    sched_wake(sched, e, now);
    return r;
}

int rpa_sched_ended(struct rpa_sched *sched, int64_t run,
                    enum rpa_sched_outcome outcome, int64_t audit_run,
                    int64_t now, struct rpa_err *err)
{
    struct live *live = at_work(sched, run, err);
    if (!live)
        return -RPA_EBUG;
    struct entry *e = live->of;
    live->run.audit_run = audit_run;
    int r = lives_end(sched, e, live, outcome, now, err);
    return over(sched, e, r, now, err);
}

int rpa_sched_block(struct rpa_sched *sched, int64_t run, const char *why,
                    int64_t now, struct rpa_err *err)
{
    struct live *live = at_work(sched, run, err);
    if (!live)
        return -RPA_EBUG;
    struct entry *e = live->of;
    int r = live_drop(sched, live, RPA_SCHED_BLOCKED, why, now, err);
    return over(sched, e, r, now, err);
}
