/* One schedule: what may be written of it, and what that means. */
#include "rpa/config/purpose.h"
#include "rpa/config/schedule.h"
#include "rpa/config/schema_row.h"
#include "rpa/vault/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MISSED "run_once|skip|run_all"
#define OVERLAP "forbid|queue_one|replace|allow"
#define ON "success|failure|any"
#define DURATION(name, doc, otherwise_)                                        \
    ROW(TEXT, name, false, doc, .unit = "TIME such as 90s, 15m, 2h30m",        \
        .fits = rpa_duration_fits, .otherwise = otherwise_)

static bool is_time(const char *text)
{
    int hour, minute, end = 0;
    return sscanf(text, "%2d:%2d%n", &hour, &minute, &end) == 2 && end == 5 &&
           !text[5] && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
}

static const struct rpa_schema calendar[] = {
    ROW(TEXT, "division", true, "whose bank holidays are days off",
        .oneof = RPA_DIVISIONS),
    BOOL("weekends", "Saturday and Sunday are days off too (false)"),
    ROW(TEXT, "on", false, "what becomes of a time on a day off",
        .oneof = "skip|roll_next|roll_prev", .otherwise = "skip"),
    END,
};

static const struct rpa_schema after[] = {
    TEXT("schedule", true, "whose runs it follows"),
    ROW(TEXT, "on", false, "how they must end", .oneof = ON,
        .otherwise = "success"),
    DURATION("within", "and by when, after that run's time", "2h"),
    END,
};

static const struct rpa_schema queue[] = {
    TEXT("name", true, "the queue whose items it works on"),
    ROW(INT, "min", false, "it starts when so many are ready", .least = 1,
        .most = 1000000000, .otherwise = "1, if oldest is not said"),
    DURATION("oldest", "or when one has waited so long", NULL),
    ROW(INT, "per_worker", false, "one more run for each so many", .least = 1,
        .most = 1000000000),
    ROW(INT, "workers", false, "but not more than these", .least = 1,
        .most = 64, .otherwise = "1"),
    END,
};

/* not what a folder happens to hold: a name from there would be somebody's data */
static bool is_whole_path(const char *text)
{
    size_t len = strlen(text);
    return *text == '/' && len < 240 && text[len - 1] != '/' &&
           !strstr(text, "/../") && !strstr(text, "//") && !strstr(text, "/./");
}

static const struct rpa_schema file[] = {
    ROW(TEXT, "path", true, "the file that it waits for",
        .unit = "its whole path from /", .fits = is_whole_path),
    DURATION("settled", "and that has not changed for so long", "10s"),
    END,
};

const struct rpa_schema schedule_rows[] = {
    TEXT("bot", true, "a folder in bots/, or a path"),
    SET("set", "its settings, as --set"),
    TEXT("purpose", false, "of its runs, as --purpose"),
    TEXT("at", false, "the cron expression, or @reboot"),
    { "after", RPA_SCHEMA_MAP, false, after, "it follows another schedule" },
    { "queue", RPA_SCHEMA_MAP, false, queue, "it starts when items wait" },
    { "file", RPA_SCHEMA_MAP, false, file, "it starts when a file has come" },
    TEXT("zone", false, "by whose clocks (Europe/London)"),
    { "calendar", RPA_SCHEMA_MAP, false, calendar, "days off" },
    ROW(TEXT, "window", false, "when it may start, and is stopped at the end",
        .unit = "[DAY ]HH:MM-HH:MM", .fits = rpa_window_fits),
    ROW(TEXT, "missed", false, "which of the times that are late still run",
        .oneof = MISSED, .otherwise = "run_once"),
    DURATION("start_deadline", "later than that, and than a minute, it does not start",
             "half the period, at least 1m and at most 1h"),
    ROW(TEXT, "overlap", false, "when the run before it is at work",
        .oneof = OVERLAP, .otherwise = "forbid"),
    DURATION("jitter", "it is late by a part of this", NULL),
    DURATION("run_timeout", "a run is ended hard after this", NULL),
    ROW(TEXT, "stop_at", false, "a run is stopped then, after its item",
        .unit = "HH:MM", .fits = is_time),
    END,
};

/* ---- its hash ---- */

/* What is written, in the order of the rows: the order in the file, blanks and
 * comments do not change it. */
static void write_out(const struct rpa_schema *rows, const cbor_item_t *said,
                      struct rpa_buf *out)
{
    for (; rows->name; rows++) {
        const cbor_item_t *value = rpa_msg_get(said, rows->name);
        struct rpa_err ignored;
        if (!value)
            continue;
        rpa_buf_puts(out, rows->name);
        rpa_buf_putc(out, '\0');
        if (rows->sub)
            write_out(rows->sub, value, out);
        else if (rpa_cbor_dump(value, out, &ignored) < 0)
            out->failed = true;
    }
    rpa_buf_putc(out, '\0');
}

static int by_key(const void *a, const void *b)
{
    const struct cbor_pair *x = a, *y = b;
    size_t m, n;
    const char *s = rpa_cbor_text(x->key, &m), *t = rpa_cbor_text(y->key, &n);
    int order = memcmp(s, t, m < n ? m : n);
    return order ? order : (m > n) - (m < n);
}

static int take_hash(struct schedule *s, const cbor_item_t *said,
                     struct rpa_err *err)
{
    struct rpa_buf text = { 0 };
    struct rpa_sha256 state;
    size_t n;
    struct cbor_pair *pairs = rpa_cbor_pairs(rpa_msg_get(said, "set"), &n);
    if (n) /* Lua hands them over in any order */
        qsort(pairs, n, sizeof *pairs, by_key);
    write_out(schedule_rows, said, &text);
    rpa_sha256_init(&state);
    rpa_sha256_add(&state, text.data, text.len);
    rpa_sha256_end(&state, s->spec.hash); /* its bot's stands behind it */
    int r = text.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a schedule")
                        : 0;
    rpa_buf_clear(&text);
    return r;
}

/* ---- what it says ---- */

/* which of "a|b|c" the text at @key is; 0 if it is not there */
static int choice(const cbor_item_t *said, const char *key, const char *oneof)
{
    char name[24];
    rpa_msg_copy(said, key, name, sizeof name);
    size_t len = strlen(name);
    int n = 0;
    for (const char *at = oneof; len && at; at = strchr(at, '|'), n++) {
        at += *at == '|';
        if (!strncmp(at, name, len) && (at[len] == '|' || !at[len]))
            return n;
    }
    return 0;
}

static int64_t duration(const cbor_item_t *said, const char *key)
{
    char text[RPA_DURATION_SIZE];
    int64_t s = 0;
    if (rpa_msg_copy(said, key, text, sizeof text))
        rpa_duration_read(text, &s);
    return s;
}

static void take_days_off(const struct rpa_calendar *holidays,
                          const cbor_item_t *said, struct rpa_plan *plan)
{
    if (!said)
        return;
    plan->calendar = holidays;
    rpa_msg_copy(said, "division", plan->division, sizeof plan->division);
    rpa_msg_bool(said, "weekends", &plan->weekends_off);
    plan->roll = (enum rpa_plan_roll)choice(said, "on",
                                            "skip|roll_next|roll_prev");
}

static int take_knobs(struct schedule *s, const cbor_item_t *said,
                      struct rpa_err *err)
{
    struct rpa_sched_spec *spec = &s->spec;
    char time[8], cron[32];
    int hour, minute;
    spec->missed = (enum rpa_sched_missed)choice(said, "missed", MISSED);
    spec->overlap = (enum rpa_sched_overlap)choice(said, "overlap", OVERLAP);
    spec->start_deadline_s = duration(said, "start_deadline");
    spec->jitter_s = duration(said, "jitter");
    spec->run_timeout_s = duration(said, "run_timeout");
    spec->has_stop_at = rpa_msg_copy(said, "stop_at", time, sizeof time);
    if (!spec->has_stop_at || sscanf(time, "%d:%d", &hour, &minute) != 2)
        return 0;
    snprintf(cron, sizeof cron, "%d %d * * *", minute, hour);
    return rpa_cron_parse(cron, &spec->stop_at, err);
}

static void take_after(struct schedule *s, const cbor_item_t *said)
{
    struct rpa_sched_spec *spec = &s->spec;
    spec->trigger = RPA_SCHED_AFTER;
    rpa_msg_copy(said, "schedule", spec->after.schedule,
                 sizeof spec->after.schedule);
    spec->after.on = (enum rpa_sched_on)choice(said, "on", ON);
    int64_t within_s = duration(said, "within");
    spec->after.within_s = within_s ? within_s : 7200;
    snprintf(s->starts, sizeof s->starts, "after %s", spec->after.schedule);
}

static void take_queue(struct schedule *s, const cbor_item_t *said)
{
    struct rpa_sched_spec *spec = &s->spec;
    spec->trigger = RPA_SCHED_QUEUE;
    rpa_msg_copy(said, "name", spec->queue.name, sizeof spec->queue.name);
    spec->queue.workers = 1;
    rpa_msg_int(said, "min", &spec->queue.min);
    rpa_msg_int(said, "per_worker", &spec->queue.per_worker);
    rpa_msg_int(said, "workers", &spec->queue.workers);
    spec->queue.oldest_s = duration(said, "oldest");
    if (!spec->queue.min && !spec->queue.oldest_s)
        spec->queue.min = 1;
    snprintf(s->starts, sizeof s->starts, "queue %s", spec->queue.name);
}

static int take_file(struct schedule *s, const cbor_item_t *said,
                     struct rpa_err *err)
{
    s->spec.trigger = RPA_SCHED_FILE;
    s->file = rpa_msg_dup(said, "path");
    int64_t settled_s = duration(said, "settled");
    s->settled_s = settled_s ? settled_s : 10;
    snprintf(s->starts, sizeof s->starts, "file %s", s->file ? s->file : "");
    return s->file ? 0 : rpa_fail(err, RPA_EINVAL, "path is no text");
}

/* exactly one of at, after, queue and file */
static int take_trigger(struct schedule *s, const cbor_item_t *said,
                        int64_t now, struct rpa_err *err)
{
    struct rpa_sched_spec *spec = &s->spec;
    const cbor_item_t *follows = rpa_msg_get(said, "after");
    const cbor_item_t *items = rpa_msg_get(said, "queue");
    const cbor_item_t *arrives = rpa_msg_get(said, "file");
    bool timed = rpa_msg_get(said, "at") != NULL;
    if (timed + (follows != NULL) + (items != NULL) + (arrives != NULL) != 1)
        return rpa_fail(err, RPA_EINVAL, "it starts by one of at, after, queue "
                                         "and file");
    if (arrives)
        return take_file(s, arrives, err);
    if (follows)
        take_after(s, follows);
    else if (items)
        take_queue(s, items);
    else if (!rpa_msg_copy(said, "at", s->starts, sizeof s->starts))
        return rpa_fail(err, RPA_EINVAL, "at is at most %zu bytes",
                        sizeof s->starts - 1);
    else if (!strcmp(s->starts, "@reboot"))
        spec->trigger = RPA_SCHED_BOOT;
    else {
        spec->trigger = RPA_SCHED_AT;
        int r = rpa_cron_parse(s->starts, &spec->plan.cron, err);
        return r == 0 && s->zone ? rpa_plan_check(&spec->plan, now, err) : r;
    }
    return 0;
}

/* what does not go together */
static int check_together(const struct rpa_sched_spec *spec,
                          const cbor_item_t *said, struct rpa_err *err)
{
    bool timed = spec->trigger == RPA_SCHED_AT;
    if (!timed && (rpa_msg_get(said, "missed") || rpa_msg_get(said, "jitter")))
        return rpa_fail(err, RPA_EINVAL, "missed and jitter are for what "
                                         "starts at times");
    if (!timed && spec->plan.roll != RPA_PLAN_SKIP)
        return rpa_fail(err, RPA_EINVAL, "only a time can be moved to a "
                                         "working day");
    if (spec->trigger == RPA_SCHED_QUEUE && rpa_msg_get(said, "overlap"))
        return rpa_fail(err, RPA_EINVAL, "a queue has workers, not overlap");
    if (spec->missed == RPA_SCHED_RUN_ALL && !spec->start_deadline_s)
        return rpa_fail(err, RPA_EINVAL,
                        "run_all wants a start_deadline: half the period has "
                        "no room for a second one");
    return 0;
}

static int check_purpose(struct schedule *s, const cbor_item_t *said,
                         struct rpa_err *err)
{
    struct rpa_purpose purpose = { 0 };
    if (!rpa_msg_get(said, "purpose"))
        return 0;
    s->purpose = rpa_msg_dup(said, "purpose");
    int r = s->purpose ? rpa_purpose_read(s->purpose, &purpose, err)
                       : rpa_fail(err, RPA_EINVAL, "purpose is no text");
    rpa_purpose_clear(&purpose);
    return r;
}

static int take_zone(struct schedules *all, struct schedule *s,
                     const cbor_item_t *said, struct rpa_err *err)
{
    struct schedules_zone fresh = { "Europe/London", NULL };
    if (rpa_msg_get(said, "zone"))
        rpa_msg_copy(said, "zone", fresh.name, sizeof fresh.name);
    for (size_t i = 0; i < all->nzones; i++)
        if (!strcmp(all->zones[i].name, fresh.name)) {
            s->zone = all->zones[i].zone;
            return 0;
        }
    void *more = reallocarray(all->zones, all->nzones + 1, sizeof fresh);
    if (!more)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a time zone");
    all->zones = more;
    int r = rpa_zone_open(fresh.name, &fresh.zone, err);
    if (r < 0)
        return r;
    all->zones[all->nzones++] = fresh;
    s->zone = fresh.zone;
    return 0;
}

/* 1: @r is a fault of it, which was told; 0: it is none */
static int told(const struct schedule *s, int r, const struct rpa_err *why,
                void (*tell)(const char *))
{
    if (r < 0)
        schedule_tell(s, why, tell);
    return r < 0;
}

int schedule_take(struct schedules *all, struct schedule *s,
                  const cbor_item_t *said, int64_t now,
                  void (*tell)(const char *))
{
    struct rpa_plan *plan = &s->spec.plan;
    struct rpa_err err;
    int r = rpa_msg_copy(said, "bot", s->bot, sizeof s->bot)
                ? 0
                : rpa_fail(&err, RPA_EINVAL, "bot is at most %zu bytes",
                           sizeof s->bot - 1);
    int faults = told(s, r, &err, tell);
    faults += told(s, take_zone(all, s, said, &err), &err, tell);
    plan->zone = s->zone;
    s->set = rpa_cbor_ref(rpa_msg_get(said, "set"));
    take_days_off(all->calendar, rpa_msg_get(said, "calendar"), plan);
    rpa_msg_copy(said, "window", s->window, sizeof s->window);
    plan->has_window = *s->window && rpa_window_read(s->window, &plan->window);
    r = take_trigger(s, said, now, &err);
    faults += told(s, r, &err, tell);
    faults += told(s, take_knobs(s, said, &err), &err, tell);
    if (r == 0) /* else what goes with it is not known */
        faults += told(s, check_together(&s->spec, said, &err), &err, tell);
    faults += told(s, check_purpose(s, said, &err), &err, tell);
    return faults ? faults : told(s, take_hash(s, said, &err), &err, tell);
}

void schedule_clear(struct schedule *s)
{
    rpa_msg_free(&s->set);
    free(s->file);
    free(s->purpose);
}
