/* rpa schedule: what is approved, paused and ran, and changing it. */
#include "rpa/cmd/schedule.h"
#include "rpa/base/buf.h"
#include "rpa/config/people.h"
#include "rpa/supervisor/planner.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- list ---- */

static int look(struct rpa_sched *sched, const struct schedule *s,
                struct rpa_sched_info *ret, struct rpa_err *err)
{
    *ret = (struct rpa_sched_info){ 0 };
    return sched ? rpa_sched_info(sched, s->spec.name, s->spec.hash, ret, err)
                 : 0;
}

void schedule_anchor(struct schedule_asked *a)
{
    struct rpa_sched *sched = NULL;
    struct rpa_sched_info info;
    struct rpa_err ignored;
    if (people_folder(a->state_dir, &ignored) < 0 ||
        rpa_sched_open_ro(a->state_dir, &sched, &ignored) < 0)
        return;
    for (size_t i = 0; i < a->all.n; i++)
        if (look(sched, &a->all.list[i], &info, &ignored) == 0)
            a->all.list[i].spec.plan.cron.anchor_s = info.anchor;
    rpa_sched_close(sched);
}

static char *change_of(const struct schedule *s,
                       const struct rpa_sched_info *info)
{
    char at[40], *text = NULL;
    if (info->changed &&
        asprintf(&text,
                 "%s is not what %s approved at %s, and it does not start; if "
                 "it is right as it is now: rpa schedule approve %s",
                 info->bot_changed ? "its bot" : "it", info->approved_by,
                 rpa_zone_iso(s->zone, info->approved_at, at),
                 s->spec.name) < 0)
        return NULL;
    return text;
}

static char *hindrance_of(const struct schedule *s,
                          const struct rpa_sched_info *info)
{
    char *text = NULL;
    struct rpa_buf paused = { 0 };
    int n = 0;
    if (info->paused) {
        rpa_buf_printf(&paused, "it is paused by %s: ", info->paused_by);
        rpa_buf_escape(&paused, info->paused_why, strlen(info->paused_why));
        text = rpa_buf_take(&paused);
    } else if (!info->approved && !info->changed)
        n = asprintf(&text,
                     "nobody has approved it, and it does not start: rpa "
                     "schedule approve %s",
                     s->spec.name);
    else
        text = change_of(s, info);
    return n < 0 ? NULL : text;
}

char *schedule_hindrance(const struct schedule_asked *a,
                         const struct schedule *s, bool changes_only)
{
    struct rpa_sched *sched = NULL;
    struct rpa_sched_info info;
    struct rpa_err ignored, unseen;
    char *text = NULL;
    if (people_folder(a->state_dir, &unseen) < 0) /* who checks a file need not */
        return changes_only ||
                       asprintf(&text, "whether it is approved or paused is not seen: %s",
                                unseen.msg) < 0
                   ? NULL
                   : text;
    int r = rpa_sched_open_ro(a->state_dir, &sched, &ignored);
    if ((r == 0 || r == -RPA_ENOTFOUND) && look(sched, s, &info, &ignored) == 0)
        text = changes_only ? change_of(s, &info) : hindrance_of(s, &info);
    rpa_sched_close(sched);
    return text;
}

/* "" if its time is not known beforehand, or there is none */
static char *next_time(const struct schedule_asked *a,
                       const struct schedule *s, char out[static 40])
{
    const struct rpa_plan *plan = &s->spec.plan;
    struct rpa_tick tick = { .nominal = rpa_plan_cursor(plan, a->from) };
    out[0] = '\0';
    if (s->spec.trigger == RPA_SCHED_AT &&
        schedule_next_firing(s, &tick, NULL) == 0)
        rpa_zone_iso(s->zone, tick.due, out);
    return out;
}

static const char *state_of(const struct rpa_sched_info *info)
{
    return info->paused     ? "paused"
           : info->approved ? "approved"
           : info->changed  ? "changed"
                            : "not approved";
}

static void print_line(const struct schedule_asked *a, const struct schedule *s,
                       const struct rpa_sched_info *info)
{
    char iso[40];
    next_time(a, s, iso);
    printf("%-24s %-26s %-13s %-8s %-20s %s\n", s->spec.name,
           *iso ? iso : "-", state_of(info),
           info->last ? planner_outcome(info->last) : "-", s->starts, s->bot);
    char *forecast = schedule_forecast(a->status, s->spec.name);
    char *change = change_of(s, info);
    if (forecast)
        printf("  runs now: %s\n", forecast);
    if (change)
        printf("  %s\n", change);
    free(forecast);
    free(change);
}

static json_t *when(const struct schedule *s, int64_t t)
{
    char iso[40];
    return t ? json_string(rpa_zone_iso(s->zone, t, iso)) : json_null();
}

static void print_json(const struct schedule_asked *a, const struct schedule *s,
                       const struct rpa_sched_info *info)
{
    char iso[40];
    json_t *out = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:s,s:o,s:I,s:s,s:o,s:o,s:I,s:s,s:o,"
        "s:s}",
        "name", s->spec.name, "bot", s->bot, "starts", s->starts, "next",
        next_time(a, s, iso), "state", state_of(info), "changed",
        !info->changed      ? ""
        : info->bot_changed ? "bot"
                            : "schedule",
        "approved_by", info->approved_by, "approved_at", when(s, info->approved_at),
        "paused_by", info->paused ? info->paused_by : "", "why",
        info->paused ? info->paused_why : "", "paused_at",
        info->paused ? when(s, info->paused_at) : json_null(), "running",
        (json_int_t)info->running, "outcome", planner_outcome(info->last),
        "began", when(s, info->last_began), "ended", when(s, info->last_ended),
        "run", (json_int_t)info->last_audit_run, "fate",
        planner_fate(info->fate), "due", when(s, info->fate_due), "fate_why",
        info->fate_why);
    char *forecast = schedule_forecast(a->status, s->spec.name);
    json_object_set_new(out, "forecast", json_string(forecast ? forecast : ""));
    free(forecast);
    json_dumpf(out, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(out);
}

int schedule_list(struct schedule_asked *a)
{
    struct rpa_sched *sched = NULL;
    struct rpa_sched_info info;
    struct rpa_err err;
    if (people_folder(a->state_dir, &err) < 0)
        return schedule_fail(&err);
    a->status = schedule_status(a->state_dir);
    int r = rpa_sched_open_ro(a->state_dir, &sched, &err);
    if (r == -RPA_ENOTFOUND) /* nothing was decided yet */
        r = 0;
    for (size_t i = 0; r == 0 && i < a->all.n; i++) {
        r = look(sched, &a->all.list[i], &info, &err);
        if (r == 0)
            (a->json ? print_json : print_line)(a, &a->all.list[i], &info);
    }
    rpa_sched_close(sched);
    rpa_msg_free(&a->status);
    return r < 0 ? schedule_fail(&err) : 0;
}

/* ---- changing it ---- */

/* @ret_ok: what came of it; rpa_msg_free() */
static int ask(struct schedule_asked *a, const char *verb, cbor_item_t **ret_ok)
{
    struct rpa_err err;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "call", "schedule");
    rpa_msg_put_str(msg, "verb", verb);
    rpa_msg_put_str(msg, "name", a->one->spec.name);
    if (!strcmp(verb, "approve"))
        rpa_msg_put_bytes(msg, "hash", a->one->spec.hash,
                          sizeof a->one->spec.hash);
    if (a->why)
        rpa_msg_put_str(msg, "why", a->why);
    int r = planner_ask(a->state_dir, msg, ret_ok, &err);
    rpa_msg_free(&msg);
    return r < 0 ? schedule_fail(&err) : 0;
}

static int done(struct schedule_asked *a, const char *verb, const char *done)
{
    cbor_item_t *ok = NULL;
    char by[64] = "";
    int64_t run = 0;
    int status = ask(a, verb, &ok);
    if (status)
        return status;
    rpa_msg_copy(ok, "by", by, sizeof by);
    printf("%s %s by %s", a->one->spec.name, done, by);
    if (rpa_msg_int(ok, "run", &run))
        printf(", scheduled run %lld", (long long)run);
    putchar('\n');
    rpa_msg_free(&ok);
    return 0;
}

int schedule_approve(struct schedule_asked *a)
{
    return done(a, "approve", "approved");
}

int schedule_pause(struct schedule_asked *a)
{
    return done(a, "pause", "paused");
}

int schedule_resume(struct schedule_asked *a)
{
    return done(a, "resume", "resumed");
}

int schedule_run(struct schedule_asked *a)
{
    return done(a, "run", "started");
}
