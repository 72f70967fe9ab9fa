#include "rpa/supervisor/planner.h"
#include "rpa/base/time.h"
#include "rpa/supervisor/control.h"
#include "rpa/supervisor/supervisor.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *planner_fate(enum rpa_sched_fate fate)
{
    static const char *const names[] = {
        "", "fired", "missed", "skipped_overlap", "skipped_calendar",
        "held_window", "blocked",
    };
    return names[fate];
}

const char *planner_cause(enum rpa_sched_cause cause)
{
    static const char *const names[] = { "",      "time",  "boot",
                                         "after", "queue", "hand", "file" };
    return names[cause];
}

const char *planner_outcome(enum rpa_sched_outcome outcome)
{
    static const char *const names[] = { "", "success", "failure", "stopped",
                                         "lost" };
    return names[outcome];
}

/* ---- rows ---- */

/* @json is taken */
static int put(struct rpa_audit *audit, json_t *json, struct rpa_err *err)
{
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    int r = text ? rpa_audit_schedule(audit, text, err)
                 : rpa_fail(err, RPA_EINVAL, "a name is UTF-8");
    free(text);
    return r;
}

int planner_row(struct rpa_audit *audit, const struct rpa_sched_row *row,
                const char *tzdata, struct rpa_err *err)
{
    char due[28];
    json_t *json = json_pack(
        "{s:s,s:s,s:I,s:s,s:s,s:s,s:I,s:I,s:s}", "schedule", row->schedule, "cause",
        planner_cause(row->cause), "key", (json_int_t)row->key, "due",
        rpa_time_iso(row->due * 1000000, due), "fate", planner_fate(row->fate),
        "why", row->why, "run", (json_int_t)row->run, "seq",
        (json_int_t)row->seq, "tzdata", tzdata);
    return put(audit, json, err);
}

/* ---- one request ---- */

struct asking {
    const struct planner *planner;
    struct rpa_sched *sched;
    const cbor_item_t *msg;
    cbor_item_t *ok;
    struct rpa_sched_who who;
    int64_t now;
    char name[RPA_SCHED_NAME];
    char *why;
};

static const uint8_t *hash_of(const cbor_item_t *msg)
{
    size_t len = 0;
    const char *hash = rpa_msg_bytes(msg, "hash", &len);
    return len == RPA_SCHED_HASH ? (const uint8_t *)hash : NULL;
}

static int approve(struct asking *a, struct rpa_err *err)
{
    const uint8_t *hash = hash_of(a->msg);
    return hash ? rpa_sched_approve(a->sched, a->name, hash, a->who, a->now,
                                    err)
                : rpa_fail(err, RPA_EPROTO, "an approval is of a hash");
}

static int hold(struct asking *a, struct rpa_err *err)
{
    return rpa_sched_pause(a->sched, a->name, a->why, a->who, a->now, err);
}

static int go_on(struct asking *a, struct rpa_err *err)
{
    return rpa_sched_resume(a->sched, a->name, a->why, a->who, a->now, err);
}

static int start(struct asking *a, struct rpa_err *err)
{
    int64_t run = 0;
    if (!a->planner->sched) {
        rpa_fail(err, RPA_EINVAL, "no daemon runs here to start it");
        return rpa_err_hint(err, "rpa daemon; or without it: rpa run BOT");
    }
    int r = rpa_sched_hand(a->sched, a->name, a->who, a->now, &run, err);
    if (r == 0)
        rpa_msg_put_int(a->ok, "run", run);
    return r;
}

/* who asks for what */
static int row_asked(struct asking *a, const char *verb, struct rpa_err *err)
{
    char hex[2 * RPA_SCHED_HASH + 1] = "";
    const uint8_t *hash = hash_of(a->msg);
    for (int i = 0; hash && i < RPA_SCHED_HASH; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    json_t *json = json_pack("{s:s,s:s,s:s,s:I,s:s}", "schedule", a->name,
                             "asked", verb, "by", a->who.name, "uid",
                             (json_int_t)a->who.uid, "hash", hex);
    return put(a->planner->audit, json, err);
}

static const struct verb {
    const char *name;
    int (*answer)(struct asking *a, struct rpa_err *err);
} verbs[] = {
    { "approve", approve },
    { "pause", hold },
    { "resume", go_on },
    { "run", start },
};

static int answer(struct asking *a, const struct verb *verb,
                  struct rpa_err *err)
{
    int r = 0;
    if (!a->sched)
        r = rpa_sched_open(a->planner->state_dir, NULL, NULL, &a->sched, err);
    if (r == 0)
        r = verb->answer(a, err);
    rpa_msg_put_str(a->ok, "by", a->who.name);
    if (!a->planner->sched)
        rpa_sched_close(a->sched);
    return r;
}

int planner_step(const struct planner *planner, const struct person *who,
                 const cbor_item_t *msg, bool rowed, cbor_item_t *ok,
                 struct rpa_err *err)
{
    struct asking a = { .planner = planner, .sched = planner->sched, .msg = msg,
                        .ok = ok, .who = { who->name, who->uid },
                        .now = rpa_now_us() / 1000000 };
    static const char *const texts[] = { "name", "why", NULL };
    const struct verb *verb = NULL;
    if (rpa_msg_texts(msg, texts, err) < 0)
        return -RPA_EINVAL;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (rpa_msg_is(msg, "verb", verbs[i].name))
            verb = &verbs[i];
    if (!verb || !rpa_msg_copy(msg, "name", a.name, sizeof a.name))
        return rpa_fail(err, RPA_EINVAL, "no such thing is done with a "
                                         "schedule");
    a.why = rpa_msg_dup(msg, "why");
    if (!a.why && !(a.why = strdup("")))
        return rpa_fail(err, RPA_ENOMEM, "no memory");
    int r = rowed ? answer(&a, verb, err) : row_asked(&a, verb->name, err);
    free(a.why);
    return r == 0 && !rowed ? 1 : r;
}

/* the supervisor of the moment, without a run */
static int answer_here(const char *state_dir, const cbor_item_t *msg,
                       cbor_item_t *ok, struct rpa_err *err)
{
    struct planner planner = { .state_dir = state_dir };
    struct person me;
    people_me(&me);
    int r = people_here(people_for(msg), err);
    if (r == 0)
        r = rpa_audit_open(state_dir, &planner.audit, err);
    if (r == 0 && (r = planner_step(&planner, &me, msg, false, ok, err)) > 0)
        r = rpa_audit_commit(planner.audit, err);
    if (r == 0)
        r = planner_step(&planner, &me, msg, true, ok, err);
    rpa_audit_close(planner.audit);
    return r;
}

int planner_ask(const char *state_dir, const cbor_item_t *msg,
                cbor_item_t **ret_ok, struct rpa_err *err)
{
    int r = control_ask(state_dir, msg, ret_ok, err);
    if (r != -RPA_ENOTFOUND || !err->native)
        return r;
    cbor_item_t *ok = rpa_cbor_map();
    r = answer_here(state_dir, msg, ok, err);
    if (r == 0)
        *ret_ok = ok;
    else
        rpa_msg_free(&ok);
    return r;
}
