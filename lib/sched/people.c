/* What people decide of schedules, and what they see of them. */
#include "engine.h"
#include "rpa/base/utf8.h"

#include <stdio.h>
#include <string.h>

/* ---- approve, pause, resume ---- */

/* one change of what is known of a schedule */
struct change {
    const char *name, *what;
    struct diary_word word;
    const uint8_t *approved; /* NULL: it is a pause, or its end */
    bool paused;
};

static int keep(struct rpa_sched *sched, const struct change *change,
                struct rpa_err *err)
{
    struct entry *e = sched_find(sched, change->name);
    struct diary_schedule known = { 0 };
    int r = diary_find(sched->diary, change->name, &known, err);
    if (r < 0)
        return r;
    if (change->approved) {
        known.has_approval = true;
        memcpy(known.approved, change->approved, sizeof known.approved);
        known.approval = change->word;
    } else {
        known.paused = change->paused;
        known.pause = change->word;
    }
    r = diary_keep(sched->diary, change->name, &known, err);
    if (r == 0)
        r = diary_event(sched->diary, known.id, change->what, &change->word, err);
    r = diary_commit(sched->diary, r, err);
    load_touch(sched, change->name);
    if (r < 0 || !e)
        return r;
    e->known = known;
    e->check_at = INT64_MIN;
    sched_wake(sched, e, change->word.at);
    sched->again = true;
    return 0;
}

static struct diary_word word_of(struct rpa_sched_who who, const char *why,
                                int64_t now)
{
    struct diary_word word = { .uid = who.uid, .at = now };
    snprintf(word.by, sizeof word.by, "%s", who.name);
    snprintf(word.why, sizeof word.why, "%s", why);
    return word;
}

int rpa_sched_approve(struct rpa_sched *sched, const char *name,
                      const uint8_t hash[static RPA_SCHED_HASH],
                      struct rpa_sched_who who, int64_t now,
                      struct rpa_err *err)
{
    char hex[2 * RPA_SCHED_HASH + 1];
    for (int i = 0; i < RPA_SCHED_HASH; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    const struct change change = { .name = name, .what = "approve",
                                   .word = word_of(who, hex, now),
                                   .approved = hash };
    return keep(sched, &change, err);
}

static int set_paused(struct rpa_sched *sched, const char *name, bool paused,
                      const char *why, struct rpa_sched_who who, int64_t now,
                      struct rpa_err *err)
{
    const struct change change = { .name = name,
                                   .what = paused ? "pause" : "resume",
                                   .word = word_of(who, why, now),
                                   .paused = paused };
    size_t len = strlen(why);
    if (rpa_utf8_says(why, len) && len <= RPA_SCHED_WHY_MAX)
        return keep(sched, &change, err);
    rpa_fail(err, RPA_EINVAL, "say why%s",
             len ? ": that is no reason that somebody can read" : "");
    return rpa_err_hint(err, "a text with letters or digits, of at most %d "
                             "bytes", RPA_SCHED_WHY_MAX);
}

int rpa_sched_pause(struct rpa_sched *sched, const char *name, const char *why,
                    struct rpa_sched_who who, int64_t now, struct rpa_err *err)
{
    return set_paused(sched, name, true, why, who, now, err);
}

int rpa_sched_resume(struct rpa_sched *sched, const char *name,
                     const char *why, struct rpa_sched_who who, int64_t now,
                     struct rpa_err *err)
{
    return set_paused(sched, name, false, why, who, now, err);
}

/* ---- by hand ---- */

static int check_hand(const struct entry *e, int64_t now, struct rpa_err *err)
{
    struct rpa_opening opening;
    const char *day_off, *overlap = tick_overlaps(e);
    const char *name = e->spec.name;
    if (!sched_approved(e)) {
        rpa_fail(err, RPA_EPERM, "%s is not approved as it is now", name);
        return rpa_err_hint(err, "rpa schedule approve %s", name);
    }
    if (e->known.paused) {
        rpa_fail(err, RPA_EPERM, "%s is paused by %s: %.160s", name,
                 e->known.pause.by, e->known.pause.why);
        return rpa_err_hint(err, "rpa schedule resume %s --why TEXT", name);
    }
    if (!rpa_plan_open(&e->spec.plan, now, &opening, &day_off)) {
        rpa_fail(err, RPA_EPERM, "the window of %s is closed, or it is a day off",
                 name);
        return rpa_err_hint(err, "rpa schedule explain %s says when it may "
                                 "start", name);
    }
    if (overlap) {
        rpa_fail(err, RPA_EPERM, "%s: %s", name, overlap);
        return rpa_err_hint(err, "wait until it has ended");
    }
    return 0;
}

int rpa_sched_hand(struct rpa_sched *sched, const char *name,
                   struct rpa_sched_who who, int64_t now, int64_t *ret_run,
                   struct rpa_err *err)
{
    struct entry *e = sched_find(sched, name);
    struct want want = { .cause = RPA_SCHED_HAND, .key = now, .due = now,
                         .start_by = now + DEADLINE_S, .by = who };
    if (!e)
        return rpa_fail(err, RPA_ENOTFOUND, "no schedule is called '%.63s'",
                        name);
    int r = check_hand(e, now, err);
    if (r < 0)
        return r;
    for (const struct live *l = e->runs; l; l = l->next) /* its row stays */
        if (l->run.cause == RPA_SCHED_HAND && l->run.key >= want.key)
            want.key = l->run.key + 1;
    while ((r = tick_fire(sched, e, &want, now, err)) == 0)
        want.key++;
    if (r > 0)
        *ret_run = sched->lives[sched->nlives - 1]->run.id;
    r = diary_commit(sched->diary, r < 0 ? r : 0, err);
    sched_wake(sched, e, now);
    sched->again = true;
    return r;
}

/* ---- looking ---- */

int rpa_sched_info(struct rpa_sched *sched, const char *name,
                   const uint8_t *hash, struct rpa_sched_info *ret,
                   struct rpa_err *err)
{
    struct diary_schedule known;
    struct rpa_sched_info info = { 0 };
    int r = diary_find(sched->diary, name, &known, err);
    if (r > 0) {
        const uint8_t *is = hash ? hash : known.hash;
        bool same_text = !memcmp(known.approved, is, RPA_SCHED_BOT);
        info.approved = known.has_approval &&
                        !memcmp(known.approved, is, sizeof known.approved);
        info.changed = known.has_approval && !info.approved;
        info.bot_changed = info.changed && same_text;
        info.approved_at = known.approval.at;
        info.paused = known.paused;
        info.paused_at = known.pause.at;
        info.cursor = known.cursor;
        info.anchor = known.anchor;
        memcpy(info.approved_by, known.approval.by, sizeof info.approved_by);
        memcpy(info.paused_by, known.pause.by, sizeof info.paused_by);
        memcpy(info.paused_why, known.pause.why, sizeof info.paused_why);
        r = diary_info(sched->diary, known.id, &info, err);
    }
    if (r >= 0)
        *ret = info;
    return r < 0 ? r : 0;
}

size_t rpa_sched_coming(const struct rpa_sched *sched,
                        struct rpa_sched_coming *ret, size_t most,
                        size_t *ret_all)
{
    size_t n = 0, all = 0;
    for (size_t i = 0; i < sched->n; i++) {
        const struct entry *e = &sched->entries[i];
        if (e->spec.trigger != RPA_SCHED_AT || !e->has_next ||
            e->known.paused || !sched_approved(e))
            continue;
        all++;
        int64_t due = e->next.due + e->jitter_s;
        size_t at = n < most ? n++ : most;
        for (; at && ret[at - 1].due > due; at--)
            if (at < most)
                ret[at] = ret[at - 1];
        if (at < most)
            ret[at] = (struct rpa_sched_coming){ e->spec.name, due };
    }
    *ret_all = all;
    return n;
}

int rpa_sched_each(struct rpa_sched *sched, const char *name, int64_t most,
                   int (*each)(void *data, const struct rpa_sched_row *row),
                   void *data, struct rpa_err *err)
{
    return diary_last(sched->diary, name, most, each, data, err);
}

int rpa_sched_ran(struct rpa_sched *sched, int64_t from, int64_t to,
                  int (*each)(void *data, const struct rpa_sched_ran *ran),
                  int (*tick)(void *data, const struct rpa_sched_row *row),
                  void *data, struct rpa_err *err)
{
    int r = diary_began(sched->diary, from, to, each, data, err);
    return r == 0 ? diary_due(sched->diary, from, to, tick, data, err) : r;
}
