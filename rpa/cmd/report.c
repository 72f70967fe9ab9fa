/* rpa report night: what became of it. Counts, labels, codes: nothing in it is
 * of a person, so nobody is asked why it is read. (That of a vetting is another
 * thing: report_vetting.c) */
#include "rpa/cmd/report.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/queue/queue.h"
#include "rpa/sched/zone.h"
#include "rpa/supervisor/planner.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 86400, NOON_S = DAY_S / 2 };

static const char synopsis[] =
    "usage: rpa report night [--night DATE] [--html|--json]\n"
    "       rpa report vetting APPLICATION --purpose LIST [--json]\n";

struct report {
    const char *state_dir;
    struct rpa_zone *zone;
    int64_t from, to; /* s UTC */
    json_t *out;
};

/* ---- which night ---- */

static int64_t day_of(const struct rpa_zone *zone, int64_t t)
{
    struct rpa_period period;
    rpa_zone_period(zone, t, &period);
    int64_t local = t + period.offset_s;
    return (local - (local % DAY_S + DAY_S) % DAY_S) / DAY_S;
}

static bool read_date(const char *text, int64_t *ret_day)
{
    struct tm tm = { 0 };
    char again[11];
    const char *end = strptime(text, "%Y-%m-%d", &tm);
    if (!end || *end)
        return false;
    *ret_day = timegm(&tm) / DAY_S;
    return strftime(again, sizeof again, "%Y-%m-%d", &tm) &&
           !strcmp(text, again);
}

/* from noon to noon: the one of @date, or that of half a day ago */
static int take_night(struct report *r, const char *date, int64_t now,
                      struct rpa_err *err)
{
    char text[40];
    int64_t day;
    if (!date) { /* a night began on the day that it was noon last */
        day = day_of(r->zone, now - NOON_S);
        if (rpa_zone_instant(r->zone, day * DAY_S + NOON_S) > now - NOON_S)
            day--;
    } else if (!read_date(date, &day)) {
        return rpa_fail(err, RPA_EINVAL,
                        "a night is named by its evening, as 2026-11-22");
    }
    r->from = rpa_zone_instant(r->zone, day * DAY_S + NOON_S);
    r->to = rpa_zone_instant(r->zone, (day + 1) * DAY_S + NOON_S);
    json_object_set_new(r->out, "from",
                        json_string(rpa_zone_iso(r->zone, r->from, text)));
    json_object_set_new(r->out, "to",
                        json_string(rpa_zone_iso(r->zone, r->to, text)));
    json_object_set_new(r->out, "begun", json_boolean(now >= r->from));
    json_object_set_new(r->out, "over", json_boolean(now >= r->to));
    return 0;
}

/* ---- queues ---- */

static void count(json_t *counts, const char *name)
{
    json_int_t n = json_integer_value(json_object_get(counts, name));
    json_object_set_new(counts, name, json_integer(n + 1));
}

/* Of a reason what is no one's data: its code, which begins with a letter, as a number
 * may be somebody's, and the label behind those that the runtime gives. What is no code
 * is words. */
static void count_reason(json_t *counts, const char *reason, size_t len)
{
    static const char *const ours[] = { "too_wide:", "missing:", "no_fold:" };
    char name[160];
    size_t code = 0;
    while (code < len && (islower((unsigned char)reason[code]) ||
                          isdigit((unsigned char)reason[code]) ||
                          reason[code] == '_'))
        code++;
    if (!code || !islower((unsigned char)*reason) || (code < len && reason[code] != ':')) {
        count(counts, "in words");
        return;
    }
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (len > strlen(ours[i]) && !strncmp(reason, ours[i], strlen(ours[i])))
            code = len;
    snprintf(name, sizeof name, "%.*s", (int)code, reason);
    count(counts, name);
}

static int take_reasons(void *data, const char *reasons)
{
    for (const char *at = reasons; *at;) {
        size_t len = strcspn(at, "\n");
        count_reason(data, at, len);
        at += len + (at[len] == '\n');
    }
    return 0;
}

struct queues {
    struct report *report;
    struct rpa_queues *queues;
    json_t *list;
    struct rpa_err *err;
    int r;
};

static int take_queue(void *data, const char *name)
{
    struct queues *q = data;
    int64_t from = q->report->from * 1000000, to = q->report->to * 1000000;
    struct rpa_queue_night n;
    json_t *reasons = json_object();
    q->r = rpa_queue_night(q->queues, name, from, to, &n, q->err);
    if (q->r == 0)
        q->r = rpa_queue_rejects(q->queues, name, from, to, take_reasons,
                                 reasons, q->err);
    if (q->r == 0)
        json_array_append_new(
            q->list,
            json_pack("{s:s,s:I,s:I,s:O,s:I,s:I,s:I,s:I}", "queue", name,
                      "keyed", (json_int_t)n.came[RPA_WORK_DONE], "rejected",
                      (json_int_t)n.came[RPA_WORK_REJECTED], "reasons", reasons,
                      "doubt", (json_int_t)n.stand[RPA_WORK_DOUBT], "failed",
                      (json_int_t)n.came[RPA_WORK_FAILED], "not_started",
                      (json_int_t)(n.stand[RPA_WORK_READY] +
                                   n.stand[RPA_WORK_DEFERRED]),
                      "in_hand", (json_int_t)n.stand[RPA_WORK_LEASED]));
    json_decref(reasons);
    return q->r;
}

static int take_queues(struct report *report, struct rpa_err *err)
{
    struct queues q = { .report = report, .list = json_array(), .err = err };
    json_object_set_new(report->out, "queues", q.list);
    int r = rpa_queues_open_ro(report->state_dir, &q.queues, err);
    if (r == -RPA_ENOTFOUND) /* nobody has made one */
        return 0;
    if (r == 0)
        r = rpa_queue_each(q.queues, take_queue, &q, err);
    rpa_queues_close(q.queues);
    return r < 0 ? r : q.r;
}

/* ---- schedules ---- */

/* the counts of a schedule; made when first asked for */
static json_t *schedule_of(json_t *all, const char *name)
{
    json_t *one = json_object_get(all, name);
    if (!one) {
        one = json_pack("{s:i,s:{},s:{},s:[]}", "runs", 0, "ended", "decided",
                        "not_run");
        json_object_set_new(all, name, one);
    }
    return one;
}

static int take_run(void *data, const struct rpa_sched_ran *ran)
{
    json_t *one = schedule_of(data, ran->schedule);
    count(one, "runs");
    count(json_object_get(one, "ended"),
          ran->outcome ? planner_outcome(ran->outcome) : "at_work");
    return 0;
}

static int take_tick(void *data, const struct rpa_sched_row *row)
{
    char due[28];
    json_t *one = schedule_of(data, row->schedule);
    count(json_object_get(one, "decided"), planner_fate(row->fate));
    if (row->fate == RPA_SCHED_MISSED || row->fate == RPA_SCHED_BLOCKED)
        json_array_append_new(json_object_get(one, "not_run"),
                              json_pack("{s:s,s:s,s:s}", "due",
                                        rpa_time_iso(row->due * 1000000, due),
                                        "fate", planner_fate(row->fate), "why",
                                        row->why));
    return 0;
}

static int take_schedules(struct report *report, struct rpa_err *err)
{
    struct rpa_sched *sched = NULL;
    json_t *all = json_object();
    json_object_set_new(report->out, "schedules", all);
    int r = rpa_sched_open_ro(report->state_dir, &sched, err);
    if (r == -RPA_ENOTFOUND)
        return 0;
    if (r == 0)
        r = rpa_sched_ran(sched, report->from, report->to, take_run, take_tick,
                          all, err);
    rpa_sched_close(sched);
    return r;
}

/* ---- the command ---- */

static int make(struct report *report, const char *date, struct rpa_err *err)
{
    report->out = json_object();
    int r = rpa_zone_open("Europe/London", &report->zone, err);
    if (r == 0)
        r = take_night(report, date, rpa_now_us() / 1000000, err);
    if (r == 0)
        r = take_queues(report, err);
    return r == 0 ? take_schedules(report, err) : r;
}

static void show(const struct report *report, const struct rpa_options *o)
{
    if (rpa_option_flag(o, "html")) {
        report_html(report->out);
    } else if (rpa_option_flag(o, "json")) {
        json_dumpf(report->out, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
        putchar('\n');
    } else {
        report_text(report->out);
    }
}

static int night(const char *state_dir, const struct rpa_options *o)
{
    struct rpa_err err;
    struct report report = { .state_dir = state_dir };
    int r = people_folder(state_dir, &err);
    if (r == 0)
        r = make(&report, rpa_option_text(o, "night"), &err);
    if (r == 0)
        show(&report, o);
    else
        rpa_log_err(&err);
    rpa_zone_free(report.zone);
    json_decref(report.out);
    return r < 0 ? rpa_code_exit(err.code) : 0;
}

static const struct verb {
    struct rpa_verb is;
    int (*run)(const char *state_dir, const struct rpa_options *o);
} verbs[] = {
    { { "night", 0, 0, "night html json" }, night },
    { { "vetting", 1, 1, "purpose json" }, report_vetting },
    { { NULL, 0, 0 }, NULL },
};

int cmd_report(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    int status = 2;
    if (rpa_options_read(RPA_OF_REPORT, synopsis, argc, argv, &o, &status)) {
        const char *state = rpa_option_text(&o, "state");
        const struct verb *verb = rpa_option_verb(&o, verbs, sizeof *verbs,
                                                  synopsis);
        status = verb ? verb->run(state ? state : state_dir, &o) : 2;
    }
    rpa_options_clear(&o);
    return status;
}
