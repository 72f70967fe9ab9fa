/* Which schedules there are: new ones are made ready beside those that are loaded,
 * some at a time, and take their place at once. */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one is made ready ---- */

int64_t rpa_sched_jitter(const struct rpa_sched_spec *spec)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *p = spec->name; *p; p++)
        hash = (hash ^ (uint8_t)*p) * UINT64_C(1099511628211);
    return spec->jitter_s > 0 ? (int64_t)(hash % (uint64_t)spec->jitter_s) : 0;
}

/* Once more if something happened to it since: what was new stays new. */
static int enter(struct rpa_sched *sched, struct entry *e, int64_t now,
                 struct rpa_err *err)
{
    struct diary_schedule *known = &e->known;
    bool keep = false;
    int r = diary_find(sched->diary, e->spec.name, known, err);
    if (r < 0)
        return r;
    e->touched = false;
    e->fresh = e->fresh || !known->loaded ||
               memcmp(known->hash, e->spec.hash, RPA_SCHED_BOT) != 0;
    keep = memcmp(known->hash, e->spec.hash, sizeof known->hash) != 0;
    e->jitter_s = rpa_sched_jitter(&e->spec);
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
    if (e->spec.trigger == RPA_SCHED_FILE && e->fresh)
        known->cursor = now;
    if (!e->fresh && !keep)
        return 0;
    known->loaded = true;
    memcpy(known->hash, e->spec.hash, sizeof known->hash);
    return diary_keep(sched->diary, e->spec.name, known, err);
}

/* ---- beside those that are loaded ---- */

static int by_name(const void *a, const void *b)
{
    const struct rpa_sched_spec *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static int is_name(const void *name, const void *entry)
{
    return strcmp(name, ((const struct entry *)entry)->spec.name);
}

struct entry *load_find(const struct entry *entries, size_t n, const char *name)
{
    return n ? bsearch(name, entries, n, sizeof *entries, is_name) : NULL;
}

void load_touch(struct rpa_sched *sched, const char *name)
{
    struct entry *e = load_find(sched->load.entries, sched->load.done, name);
    if (e)
        e->touched = true;
}

void rpa_sched_load_end(struct rpa_sched *sched)
{
    struct loading *load = &sched->load;
    free(load->specs);
    free(load->entries);
    *load = (struct loading){ 0 };
}

static void free_loaded(struct rpa_sched *sched)
{
    for (size_t i = 0; i < sched->ngone; i++)
        free(sched->gone[i]);
    free(sched->gone);
    free(sched->entries);
    free(sched->heap);
}

void load_clear(struct rpa_sched *sched)
{
    free_loaded(sched);
    rpa_sched_load_end(sched);
}

int rpa_sched_load_begin(struct rpa_sched *sched,
                         const struct rpa_sched_spec *specs, size_t n,
                         struct rpa_err *err)
{
    struct loading *load = &sched->load;
    rpa_sched_load_end(sched);
    load->n = n;
    load->specs = calloc(n + 1, sizeof *load->specs);
    load->entries = calloc(n + 1, sizeof *load->entries);
    if (!load->specs || !load->entries) {
        rpa_sched_load_end(sched);
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    }
    for (size_t i = 0; i < n; i++)
        load->specs[i] = &specs[i];
    qsort(load->specs, n, sizeof *load->specs, by_name);
    return 0;
}

/* ---- what runs goes on ---- */

/* all that are loaded, by their ids */
struct ids {
    struct entry **list;
    size_t n;
};

static int by_id(const void *a, const void *b)
{
    const struct entry *const *x = a, *const *y = b;
    return ((*x)->known.id > (*y)->known.id) - ((*x)->known.id < (*y)->known.id);
}

static int make_ids(struct rpa_sched *sched, struct ids *ret,
                    struct rpa_err *err)
{
    *ret = (struct ids){ calloc(sched->n + 1, sizeof *ret->list), sched->n };
    if (!ret->list)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    for (size_t i = 0; i < sched->n; i++)
        ret->list[i] = &sched->entries[i];
    qsort(ret->list, ret->n, sizeof *ret->list, by_id);
    return 0;
}

static int is_id(const void *id, const void *at)
{
    const struct entry *const *e = at;
    int64_t is = (*e)->known.id, want = *(const int64_t *)id;
    return (want > is) - (want < is);
}

static struct entry *find_id(const struct ids *ids, int64_t id)
{
    struct entry **at = bsearch(&id, ids->list, ids->n, sizeof *ids->list, is_id);
    return at ? *at : NULL;
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
static int settle(struct rpa_sched *sched, const struct ids *ids,
                  struct live *live, int64_t now, struct rpa_err *err)
{
    struct entry *e = find_id(ids, live->run.schedule);
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
    struct ids ids;
    struct live *live;
    int r = make_ids(sched, &ids, err);
    if (r == 0 && !sched->settled)
        r = diary_live(sched->diary, note_live, sched, err);
    for (int64_t id = 0; r >= 0 && (live = lives_above(sched, id));) {
        id = live->run.id;
        r = settle(sched, &ids, live, now, err);
    }
    free(ids.list);
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

/* ---- they take the place of those before ---- */

static int build_heap(struct rpa_sched *sched, int64_t now, struct rpa_err *err)
{
    size_t n = sched->n + sched->ngone;
    sched->heap = calloc(n + 1, sizeof *sched->heap);
    if (!sched->heap)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    for (size_t i = 0; i < n; i++)
        sched_add(sched, i < sched->n ? &sched->entries[i]
                                      : sched->gone[i - sched->n], now);
    return 0;
}

static int take_place(struct rpa_sched *sched, int64_t now, struct rpa_err *err)
{
    struct loading *load = &sched->load;
    int r = 0;
    for (size_t i = 0; r == 0 && i < load->n; i++)
        if (load->entries[i].touched)
            r = enter(sched, &load->entries[i], now, err);
    free_loaded(sched);
    sched->gone = NULL;
    sched->heap = NULL;
    sched->ngone = sched->nheap = 0;
    sched->entries = load->entries;
    sched->n = load->n;
    load->entries = NULL;
    rpa_sched_load_end(sched);
    if (r == 0) {
        link_followers(sched);
        r = settle_all(sched, now, err);
    }
    for (size_t i = 0; r == 0 && i < sched->n; i++)
        r = boot(sched, &sched->entries[i], now, err);
    return r;
}

int rpa_sched_load_some(struct rpa_sched *sched, size_t most, int64_t now,
                        struct rpa_err *err)
{
    struct loading *load = &sched->load;
    int r = 0;
    if (!load->specs)
        return 0;
    if (now < load->now) /* the clock went back: what is ready is not */
        load->done = 0;
    load->now = now;
    for (size_t i = 0; r == 0 && i < most && load->done < load->n; i++) {
        struct entry *e = &load->entries[load->done];
        *e = (struct entry){ .spec = *load->specs[load->done], .fresh = e->fresh };
        r = enter(sched, e, now, err);
        load->done++;
    }
    bool more = load->done < load->n;
    if (r == 0 && !more)
        r = take_place(sched, now, err);
    r = diary_commit(sched->diary, r, err);
    if (r < 0 || more)
        return r < 0 ? r : 1;
    sched->again = true;
    return build_heap(sched, now, err);
}

int rpa_sched_load(struct rpa_sched *sched, const struct rpa_sched_spec *specs,
                   size_t n, int64_t now, struct rpa_err *err)
{
    int r = rpa_sched_load_begin(sched, specs, n, err);
    return r == 0 ? rpa_sched_load_some(sched, SIZE_MAX, now, err) : r;
}
