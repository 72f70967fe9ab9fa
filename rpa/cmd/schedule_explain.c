/* rpa schedule explain: a schedule as who answers for the night reads it. */
#include "rpa/cmd/schedule.h"
#include "rpa/supervisor/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- its times ---- */

/* "Sun 29 Mar 2026 02:00 BST"; seconds only where there are some */
static char *in_words(const struct rpa_zone *zone, int64_t t,
                      char out[static 64])
{
    struct rpa_period period;
    struct tm tm;
    rpa_zone_period(zone, t, &period);
    time_t local = (time_t)(t + period.offset_s);
    gmtime_r(&local, &tm);
    size_t n = strftime(
        out, 64, tm.tm_sec ? "%a %e %b %Y %H:%M:%S " : "%a %e %b %Y %H:%M ",
        &tm);
    snprintf(out + n, 64 - n, "%s", period.abbr);
    return out;
}

/* The day it belongs to: that on which its window opened, the evening before */
static int64_t day_of(const struct schedule *s, const struct rpa_tick *tick,
                      bool *ret_before)
{
    struct rpa_period period;
    struct rpa_opening opening;
    rpa_zone_period(s->zone, tick->nominal, &period);
    int64_t date = (tick->nominal + period.offset_s) / 86400, day = date;
    if (s->spec.plan.has_window &&
        rpa_window_at(&s->spec.plan.window, s->zone, tick->nominal, &opening))
        day = opening.day;
    *ret_before = day != date;
    return day;
}

static void explain_fate(const struct schedule *s, const struct rpa_tick *tick)
{
    const struct rpa_plan *plan = &s->spec.plan;
    bool before;
    char was[64];
    int64_t day = day_of(s, tick, &before);
    if (tick->fate == RPA_TICK_SKIPPED_CALENDAR)
        printf("  not run: %s", tick->day_off);
    else if (tick->fate == RPA_TICK_OUTSIDE_WINDOW)
        printf("  not run: outside %s", s->window);
    else if (tick->day_off)
        printf("  moved from %s: %s", in_words(s->zone, tick->nominal, was),
               tick->day_off);
    if (tick->day_off && tick->fate != RPA_TICK_OUTSIDE_WINDOW && before)
        printf(", when its window opened");
    if (plan->calendar &&
        !rpa_calendar_knows(plan->calendar, plan->division, day))
        printf("  no bank holidays of that year are known");
}

static void explain_clock(const struct schedule *s, const struct rpa_tick *tick)
{
    static const char *const words[] = {
        [RPA_TICK_CLOCK_MISSING] = "its time is missing that day, clocks go "
                                   "forward: it runs when they have",
        [RPA_TICK_CLOCK_FIRST_PASS] = "clocks go back: this hour comes twice, "
                                      "this is the first",
        [RPA_TICK_CLOCK_SECOND_PASS] = "clocks went back: this hour comes "
                                       "twice, this is the second",
    };
    struct rpa_opening opening;
    struct rpa_period at_begin, at_end;
    if (words[tick->clock])
        printf("  %s", words[tick->clock]);
    if (!s->spec.plan.has_window ||
        !rpa_window_at(&s->spec.plan.window, s->zone, tick->due, &opening))
        return;
    rpa_zone_period(s->zone, opening.begin, &at_begin);
    rpa_zone_period(s->zone, opening.end, &at_end);
    if (at_begin.offset_s != at_end.offset_s)
        printf("  clocks change: the window has %.3g hours",
               (double)(opening.end - opening.begin) / 3600);
}

static int explain_times(const struct schedule_asked *a)
{
    const struct rpa_plan *plan = &a->one->spec.plan;
    struct rpa_tick tick = { .nominal = rpa_plan_cursor(plan, a->from) };
    struct rpa_err err;
    for (int i = 0; i < a->count; i++) {
        char words[64], iso[40], utc[16];
        if (rpa_plan_next(plan, tick.nominal, &tick, &err) < 0)
            return schedule_fail(&err);
        time_t due = (time_t)tick.due;
        strftime(utc, sizeof utc, "%H:%M UTC", gmtime(&due));
        rpa_zone_iso(a->one->zone, tick.due, iso);
        printf("%-26s (%s, %s)", in_words(a->one->zone, tick.due, words),
               iso + strlen("2026-11-22T01:30:00"), utc);
        explain_fate(a->one, &tick);
        if (schedule_merged(a->one, &tick))
            printf("  one run with the next");
        explain_clock(a->one, &tick);
        putchar('\n');
    }
    return 0;
}

/* ---- the openings of what starts by something else ---- */

static void explain_openings(const struct schedule_asked *a)
{
    const struct schedule *s = a->one;
    int64_t from = a->from;
    for (int i = 0; i < a->count; i++) {
        struct rpa_opening opening;
        struct rpa_period begin, end;
        char text[64];
        const char *day_off;
        rpa_plan_open(&s->spec.plan, from, &opening, &day_off);
        rpa_zone_period(s->zone, opening.begin, &begin);
        rpa_zone_period(s->zone, opening.end, &end);
        printf("%s to", in_words(s->zone, opening.begin, text));
        printf(" %s, %.3g hours%s", in_words(s->zone, opening.end, text),
               (double)(opening.end - opening.begin) / 3600,
               begin.offset_s == end.offset_s ? "" : ": clocks change");
        printf("%s%s\n", day_off ? "  not run: " : "", day_off ? day_off : "");
        from = opening.end;
    }
}

/* ---- what else is said of it ---- */

/* "2h30m" */
static char *span(int64_t s, char out[static 32])
{
    size_t n = 0;
    const struct {
        int64_t s;
        char unit;
    } units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
    out[0] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (s / units[i].s)
            n += (size_t)snprintf(out + n, 32 - n, "%lld%c",
                                  (long long)(s / units[i].s), units[i].unit);
        s %= units[i].s;
    }
    return out;
}

static void explain_queue(const struct rpa_sched_spec *spec)
{
    char age[32];
    printf("It starts when ");
    if (spec->queue.min)
        printf("%lld item%s of the queue %s %s ready",
               (long long)spec->queue.min, spec->queue.min == 1 ? "" : "s",
               spec->queue.name, spec->queue.min == 1 ? "is" : "are");
    if (spec->queue.oldest_s)
        printf("%s has waited %s",
               spec->queue.min ? ", or one" : "an item of the queue",
               span(spec->queue.oldest_s, age));
    if (spec->queue.oldest_s && !spec->queue.min)
        printf(" (%s)", spec->queue.name);
    if (spec->queue.per_worker)
        printf(": a worker for each %lld, at most %lld",
               (long long)spec->queue.per_worker,
               (long long)spec->queue.workers);
    puts(". It is looked at every 30 s and when a run ends.");
}

static void explain_after(const struct rpa_sched_spec *spec)
{
    static const char *const ends[] = {
        [RPA_SCHED_ON_SUCCESS] = "has ended as it should",
        [RPA_SCHED_ON_FAILURE] = "has failed",
        [RPA_SCHED_ON_ANY] = "has ended",
    };
    char within[32];
    printf("It starts when %s %s, within %s of that run's time; else it is "
           "blocked.\n",
           spec->after.schedule, ends[spec->after.on],
           span(spec->after.within_s, within));
}

static void explain_file(const struct schedule *s)
{
    char settled[32];
    printf("It starts when %s is there, or is another one, and has not changed "
           "for %s, once for each. Its folder is watched, and looked at every "
           "30 s.\n",
           s->file, span(s->settled_s, settled));
}

static void explain_every(const struct schedule *s)
{
    char text[64];
    int64_t anchor = s->spec.plan.cron.anchor_s;
    if (anchor)
        printf("It counts from %s, when it was first loaded.\n",
               in_words(s->zone, anchor, text));
    else
        puts("It counts from when it is first loaded, and was not yet: these "
             "times count from 1970-01-01 UTC.");
}

static void explain_late(const struct rpa_sched_spec *spec)
{
    static const char *const missed[] = {
        [RPA_SCHED_RUN_ONCE] = "of several that are late the newest runs",
        [RPA_SCHED_SKIP] = "one that is over a minute late does not run",
        [RPA_SCHED_RUN_ALL] = ("of several that are late each runs, one after "
                               "another"),
    };
    char text[32];
    int64_t least_s = 60, deadline_s = spec->start_deadline_s;
    if (deadline_s)
        printf("It is missed when it cannot start within %s of its time",
               span(deadline_s < least_s ? least_s : deadline_s, text));
    else
        printf("It is missed when it cannot start within half the time to the "
               "next one, at least 1m and at most 1h");
    printf("; %s.\n", missed[spec->missed]);
    if (rpa_sched_jitter(spec))
        printf("Its jitter starts it %s after its time, always.\n",
               span(rpa_sched_jitter(spec), text));
}

static void explain_runs(const struct rpa_sched_spec *spec)
{
    static const char *const overlap[] = {
        [RPA_SCHED_FORBID] = "the next is skipped",
        [RPA_SCHED_QUEUE_ONE] = "one waits for its end",
        [RPA_SCHED_REPLACE] = "the next ends it after its item",
        [RPA_SCHED_ALLOW] = "the next runs beside it",
    };
    char text[32];
    if (spec->trigger != RPA_SCHED_QUEUE)
        printf("While a run of it is at work, %s.\n", overlap[spec->overlap]);
    if (spec->plan.has_window)
        puts("When its window closes a run finishes its item and claims no "
             "more.");
    if (spec->has_stop_at) /* one bit each */
        printf("At %02d:%02d a run finishes its item and ends.\n",
               __builtin_ctzll(spec->stop_at.at[RPA_CRON_HOUR]),
               __builtin_ctzll(spec->stop_at.at[RPA_CRON_MINUTE]));
    if (spec->run_timeout_s)
        printf("A run is ended hard %s after its start.\n",
               span(spec->run_timeout_s, text));
}

/* ---- a forecast, while it runs ---- */

char *schedule_forecast(const cbor_item_t *status, const char *name)
{
    size_t nruns, nqueues;
    cbor_item_t **runs = rpa_msg_array(status, "runs", &nruns);
    cbor_item_t **queues = rpa_msg_array(status, "queues", &nqueues);
    char queue[128];
    for (size_t i = 0; i < nruns; i++)
        for (size_t k = 0; rpa_msg_is(runs[i], "schedule", name) &&
                           rpa_msg_copy(runs[i], "queue", queue, sizeof queue) &&
                           k < nqueues;
             k++)
            if (rpa_msg_is(queues[k], "queue", queue) &&
                rpa_msg_get(queues[k], "forecast"))
                return rpa_msg_dup(rpa_msg_get(queues[k], "forecast"), "text");
    return NULL;
}

cbor_item_t *schedule_status(const char *state_dir)
{
    cbor_item_t *msg = rpa_msg_new(), *ok = NULL;
    struct rpa_err ignored;
    rpa_msg_put_str(msg, "call", "status");
    control_ask(state_dir, msg, &ok, &ignored);
    rpa_msg_free(&msg);
    return ok;
}

static void explain_now(const struct schedule_asked *a)
{
    cbor_item_t *status = schedule_status(a->state_dir);
    char *forecast = schedule_forecast(status, a->one->spec.name);
    if (forecast)
        printf("It runs now: %s.\n", forecast);
    free(forecast);
    rpa_msg_free(&status);
}

int schedule_explain(struct schedule_asked *a)
{
    const struct rpa_sched_spec *spec = &a->one->spec;
    int status = 0;
    if (spec->trigger == RPA_SCHED_AT)
        status = explain_times(a);
    else if (spec->trigger == RPA_SCHED_QUEUE)
        explain_queue(spec);
    else if (spec->trigger == RPA_SCHED_AFTER)
        explain_after(spec);
    else if (spec->trigger == RPA_SCHED_FILE)
        explain_file(a->one);
    else
        puts("It starts once after each start of the machine.");
    if (status)
        return status;
    if (spec->trigger != RPA_SCHED_AT && spec->plan.has_window)
        explain_openings(a);
    if (spec->trigger == RPA_SCHED_AT && spec->plan.cron.every_s)
        explain_every(a->one);
    if (spec->trigger == RPA_SCHED_AT)
        explain_late(spec);
    explain_runs(spec);
    char *hindrance = schedule_hindrance(a, a->one, false);
    if (hindrance)
        printf("But %s.\n", hindrance);
    free(hindrance);
    explain_now(a);
    return 0;
}
