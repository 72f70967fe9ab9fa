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

void sched_add(struct rpa_sched *sched, struct entry *e, int64_t now)
{
    place(sched, sched->nheap++, e);
    sched_wake(sched, e, now);
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

void rpa_sched_close(struct rpa_sched *sched)
{
    if (!sched)
        return;
    load_clear(sched);
    for (size_t i = 0; i < sched->nlives; i++)
        free(sched->lives[i]);
    free(sched->lives);
    diary_close(sched->diary);
    free(sched);
}

/* ---- one of them ---- */

struct entry *sched_find(const struct rpa_sched *sched, const char *name)
{
    return load_find(sched->entries, sched->n, name);
}

bool sched_approved(const struct entry *e)
{
    return e->known.has_approval &&
           !memcmp(e->known.approved, e->spec.hash, sizeof e->spec.hash);
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
        if (e->spec.trigger == RPA_SCHED_FILE && cursor > now) {
            e->known.cursor = now;
            r = diary_keep(sched->diary, e->spec.name, &e->known, err);
        }
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
        r = diary_forget(sched->diary, now - KEPT_S, now, err);
        sched->forget_at = now + (r > 0 ? 1 : FORGET_S);
    }
    r = diary_commit(sched->diary, r < 0 ? r : 0, err);
    return r == 0 ? say(sched, now, err) : r;
}

bool rpa_sched_tidy(struct rpa_sched *sched)
{
    return sched && diary_tidy(sched->diary);
}

int rpa_sched_told(struct rpa_sched *sched, int64_t seq, struct rpa_err *err)
{
    return diary_told(sched->diary, seq, err);
}
