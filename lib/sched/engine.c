/* The schedules that are loaded, the soonest first, and the advance over them.
 */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKS_MAX = 1000 }; /* of one advance: some 10 ms */

/* ---- the soonest ---- */

static void place(struct rpa_sched *sched, size_t at, struct entry *e)
{
    sched->heap[at] = e;
    e->at = at;
}

static void sift(struct rpa_sched *sched, struct entry *e)
{
    size_t at = e->at, n = sched->nheap;
    for (; at && sched->heap[(at - 1) / 2]->wake > e->wake; at = (at - 1) / 2)
        place(sched, at, sched->heap[(at - 1) / 2]);
    for (size_t below; (below = 2 * at + 1) < n; at = below) {
        if (below + 1 < n &&
            sched->heap[below + 1]->wake < sched->heap[below]->wake)
            below++;
        if (sched->heap[below]->wake >= e->wake)
            break;
        place(sched, at, sched->heap[below]);
    }
    place(sched, at, e);
}

void sched_wake(struct rpa_sched *sched, struct entry *e, int64_t now)
{
    int64_t wake = lives_wake(e, now), at = INT64_MAX;
    if (!e->known.paused && e->spec.trigger == RPA_SCHED_AT && e->has_next)
        at = e->next.due + e->jitter_s;
    else if (!e->known.paused && e->spec.trigger == RPA_SCHED_QUEUE)
        at = e->check_at;
    e->wake = at < wake ? at : wake;
    if (sched->heap) /* a load builds it last */
        sift(sched, e);
}

int64_t rpa_sched_next_wake(const struct rpa_sched *sched)
{
    return sched->again   ? sched->clock
           : sched->nheap ? sched->heap[0]->wake
                          : INT64_MAX;
}

/* ---- open and close ---- */

int rpa_sched_open(const char *state_dir, const struct rpa_sched_host *host,
                   const char *boot, struct rpa_sched **ret,
                   struct rpa_err *err)
{
    struct rpa_sched *sched = calloc(1, sizeof *sched);
    if (!sched)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the scheduler");
    sched->host = host;
    snprintf(sched->boot, sizeof sched->boot, "%s", boot ? boot : "");
    int r = diary_open(state_dir, true, &sched->diary, err);
    if (r == 0)
        r = diary_clock(sched->diary, &sched->clock, err);
    if (r == 0) {
        sched->said = diary_told_seq(sched->diary);
        *ret = sched;
    } else
        rpa_sched_close(sched);
    return r;
}

int rpa_sched_open_ro(const char *state_dir, struct rpa_sched **ret,
                      struct rpa_err *err)
{
    struct rpa_sched *sched = calloc(1, sizeof *sched);
    if (!sched)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the scheduler");
    int r = diary_open(state_dir, false, &sched->diary, err);
    if (r == 0)
        *ret = sched;
    else
        rpa_sched_close(sched);
    return r;
}

static void free_entries(struct rpa_sched *sched)
{
    for (size_t i = 0; i < sched->ngone; i++)
        free(sched->gone[i]);
    free(sched->gone);
    free(sched->entries);
    free(sched->heap);
}

void rpa_sched_close(struct rpa_sched *sched)
{
    if (!sched)
        return;
    free_entries(sched);
    for (size_t i = 0; i < sched->nlives; i++)
        free(sched->lives[i]);
    free(sched->lives);
    diary_close(sched->diary);
    free(sched);
}

/* ---- loading ---- */

static int by_name(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return strcmp(x->spec.name, y->spec.name);
}

struct entry *sched_find(const struct rpa_sched *sched, const char *name)
{
    struct entry key;
    snprintf(key.spec.name, sizeof key.spec.name, "%s", name);
    return sched->n ? bsearch(&key, sched->entries, sched->n,
                              sizeof *sched->entries, by_name)
                    : NULL;
}

bool sched_approved(const struct entry *e)
{
    return e->known.has_approval &&
           !memcmp(e->known.approved, e->spec.hash, sizeof e->spec.hash);
}

/* Its share of the jitter is its name's: the same for ever. */
static int64_t jitter(const struct rpa_sched_spec *spec)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *p = spec->name; *p; p++)
        hash = (hash ^ (uint8_t)*p) * UINT64_C(1099511628211);
    return spec->jitter_s > 0 ? (int64_t)(hash % (uint64_t)spec->jitter_s) : 0;
}

static int enter(struct rpa_sched *sched, struct entry *e, int64_t now,
                 struct rpa_err *err)
{
    struct diary_schedule *known = &e->known;
    bool keep = false;
    int r = diary_find(sched->diary, e->spec.name, known, err);
    if (r < 0)
        return r;
    e->fresh = !known->loaded ||
               memcmp(known->hash, e->spec.hash, RPA_SCHED_BOT) != 0;
    keep = memcmp(known->hash, e->spec.hash, sizeof known->hash) != 0;
    e->jitter_s = jitter(&e->spec);
    if (!known->anchor) {
        known->anchor = now;
        keep = true;
    }
    if (!known->boot[0] && e->spec.trigger == RPA_SCHED_BOOT) {
        memcpy(known->boot, sched->boot, sizeof known->boot);
        keep = true; /* this boot was before it */
    }
    e->spec.plan.cron.anchor_s = known->anchor;
    if (e->spec.trigger == RPA_SCHED_AT)
        e->fresh ? times_begin(e, now) : times_next(e);
    if (!e->fresh && !keep)
        return 0;
    known->loaded = true;
    memcpy(known->hash, e->spec.hash, sizeof known->hash);
    return diary_keep(sched->diary, e->spec.name, known, err);
}

static void link_followers(struct rpa_sched *sched)
{
    for (size_t i = 0; i < sched->n; i++) {
        struct entry *e = &sched->entries[i];
        struct entry *before =
            e->spec.trigger == RPA_SCHED_AFTER
                ? sched_find(sched, e->spec.after.schedule)
                : NULL;
        if (before) {
            e->next_follower = before->followers;
            before->followers = e;
        }
    }
}

static struct entry *find_id(struct rpa_sched *sched, int64_t id)
{
    for (size_t i = 0; i < sched->n; i++)
        if (sched->entries[i].known.id == id)
            return &sched->entries[i];
    return NULL;
}

/* What still runs of a schedule that is in the file no more needs no more than
 * to be told of its end. */
static int keep_gone(struct rpa_sched *sched, struct live *live,
                     struct rpa_err *err)
{
    struct entry *e = calloc(1, sizeof *e);
    void *more = reallocarray(sched->gone, sched->ngone + 1,
                              sizeof *sched->gone);
    sched->gone = more ? more : sched->gone;
    if (!e || !more) {
        free(e);
        return rpa_fail(err, RPA_ENOMEM, "no memory for a schedule");
    }
    e->spec.trigger = RPA_SCHED_HAND;
    e->known.id = live->run.schedule;
    lives_attach(e, live);
    sched->gone[sched->ngone++] = e;
    return 0;
}

/* A run from before this load. */
static int settle(struct rpa_sched *sched, struct live *live, int64_t now,
                  struct rpa_err *err)
{
    struct entry *e = find_id(sched, live->run.schedule);
    live->of = e;
    live->next = NULL;
    if (live->run.running && !sched->settled)
        return lives_end(sched, e, live, RPA_SCHED_LOST, now, err);
    if (live->run.running && !e)
        return keep_gone(sched, live, err);
    if (e && (live->run.running || (!e->fresh && sched_approved(e)))) {
        lives_attach(e, live);
        return 0;
    }
    return live_drop(sched, live, RPA_SCHED_BLOCKED,
                    !e         ? "it is in the file no more"
                    : e->fresh ? "it was changed"
                               : "its bot was changed",
                    now, err);
}

static int note_live(void *data, const struct diary_run *run)
{
    struct rpa_err ignored;
    return !lives_add(data, NULL, run, &ignored);
}

static int settle_all(struct rpa_sched *sched, int64_t now, struct rpa_err *err)
{
    int r = sched->settled ? 0
                           : diary_live(sched->diary, note_live, sched, err);
    struct live *live;
    for (int64_t id = 0; r >= 0 && (live = lives_above(sched, id));) {
        id = live->run.id;
        r = settle(sched, live, now, err);
    }
    sched->settled = true;
    return r;
}

/* after a boot that it has not seen */
static int boot(struct rpa_sched *sched, struct entry *e, int64_t now,
                struct rpa_err *err)
{
    int64_t limit_s = e->spec.start_deadline_s;
    struct want want = { .cause = RPA_SCHED_BOOT, .key = now, .due = now,
                         .start_by = now + (limit_s ? limit_s : DEADLINE_S) };
    if (e->spec.trigger != RPA_SCHED_BOOT ||
        !strcmp(e->known.boot, sched->boot))
        return 0;
    memcpy(e->known.boot, sched->boot, sizeof e->known.boot);
    int r = diary_keep(sched->diary, e->spec.name, &e->known, err);
    if (r == 0)
        r = tick_fire(sched, e, &want, now, err);
    return r < 0 ? r : 0;
}

static int build_heap(struct rpa_sched *sched, int64_t now, struct rpa_err *err)
{
    size_t n = sched->n + sched->ngone;
    sched->heap = calloc(n + 1, sizeof *sched->heap);
    if (!sched->heap)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    for (size_t i = 0; i < n; i++) {
        struct entry *e = i < sched->n ? &sched->entries[i]
                                       : sched->gone[i - sched->n];
        place(sched, sched->nheap++, e);
        sched_wake(sched, e, now);
    }
    return 0;
}

static int load(struct rpa_sched *sched, const struct rpa_sched_spec *specs,
                size_t n, int64_t now, struct rpa_err *err)
{
    int r = 0;
    free_entries(sched);
    sched->gone = NULL;
    sched->heap = NULL;
    sched->ngone = sched->nheap = 0;
    sched->entries = calloc(n + 1, sizeof *sched->entries);
    sched->n = sched->entries ? n : 0;
    if (!sched->entries)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    for (size_t i = 0; i < n; i++)
        sched->entries[i].spec = specs[i];
    qsort(sched->entries, n, sizeof *sched->entries, by_name);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = enter(sched, &sched->entries[i], now, err);
    if (r == 0) {
        link_followers(sched);
        r = settle_all(sched, now, err);
    }
    for (size_t i = 0; r == 0 && i < n; i++)
        r = boot(sched, &sched->entries[i], now, err);
    return r;
}

int rpa_sched_load(struct rpa_sched *sched, const struct rpa_sched_spec *specs,
                   size_t n, int64_t now, struct rpa_err *err)
{
    int r = load(sched, specs, n, now, err);
    r = diary_commit(sched->diary, r, err);
    sched->again = true;
    return r == 0 ? build_heap(sched, now, err) : r;
}

/* ---- the advance ---- */

/* The clock went back: what lies ahead again is decided again, but for what has
 * fired. */
static int go_back(struct rpa_sched *sched, int64_t now, struct rpa_err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < sched->n; i++) {
        struct entry *e = &sched->entries[i];
        int64_t cursor = e->known.cursor;
        if (e->spec.trigger == RPA_SCHED_QUEUE)
            e->check_at = now;
        if (e->spec.trigger == RPA_SCHED_AT) {
            times_begin(e, now);
            if (e->known.cursor > cursor) { /* it is not that far yet */
                e->known.cursor = cursor;
                times_next(e);
            } else if (e->known.cursor < cursor)
                r = diary_keep(sched->diary, e->spec.name, &e->known, err);
        }
        sched_wake(sched, e, now);
    }
    return r;
}

static int decide(struct rpa_sched *sched, struct entry *e, int64_t now,
                  int *budget, struct rpa_err *err)
{
    int r = lives_decide(sched, e, now, err);
    if (r == 0 && !e->known.paused && e->spec.trigger == RPA_SCHED_AT)
        r = times_decide(sched, e, now, budget, err);
    if (r == 0 && !e->known.paused && e->spec.trigger == RPA_SCHED_QUEUE)
        r = queues_decide(sched, e, now, err);
    sched_wake(sched, e, now);
    return r;
}

static void say_row(void *data, const struct rpa_sched_row *row)
{
    struct rpa_sched *sched = data;
    sched->said = row->seq;
    sched->host->row(sched->host->data, row);
}

/* what has been decided, to the host; a run it starts or ends here is fine */
static int say(struct rpa_sched *sched, int64_t now, struct rpa_err *err)
{
    const struct rpa_sched_host *host = sched->host;
    struct live *live;
    int r = diary_rows(sched->diary, sched->said, say_row, sched, err);
    for (int64_t id = 0; r == 0 && (live = lives_above(sched, id));) {
        const struct diary_run *run = &live->run;
        id = run->id;
        if (live->stop && !live->stop_said) {
            live->stop_said = true;
            host->stop(host->data, id, live->stop);
        } else if (live_may_start(live, now)) {
            const struct rpa_sched_start start = {
                .run = id, .schedule = live->of->spec.name, .cause = run->cause,
                .key = run->key, .due = run->due, .by = run->by,
                .by_uid = run->by_uid,
                .timeout_s = live->of->spec.run_timeout_s,
            };
            host->start(host->data, &start);
        }
    }
    return r;
}

int rpa_sched_advance(struct rpa_sched *sched, int64_t now, struct rpa_err *err)
{
    int budget = TICKS_MAX;
    int r = now < sched->clock ? go_back(sched, now, err) : 0;
    if (now < sched->clock)
        sched->forget_at = now;
    else if (now - sched->clock > JUMP_S) /* it may be wrong, and come back */
        sched->forget_at = now + KEPT_S;
    sched->clock = now;
    sched->again = false;
    while (r == 0 && budget > 0 && sched->nheap && sched->heap[0]->wake <= now)
        r = decide(sched, sched->heap[0], now, &budget, err);
    if (r == 0 && now >= sched->forget_at) {
        sched->forget_at = now + FORGET_S;
        r = diary_forget(sched->diary, now - KEPT_S, err);
    }
    r = diary_commit(sched->diary, r, err);
    return r == 0 ? say(sched, now, err) : r;
}

int rpa_sched_told(struct rpa_sched *sched, int64_t seq, struct rpa_err *err)
{
    return diary_told(sched->diary, seq, err);
}
