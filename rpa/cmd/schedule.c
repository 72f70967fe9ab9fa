/* rpa schedule: the file, and when its schedules fire. */
#include "rpa/cmd/schedule.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { COUNT = 10, NAMES_MAX = 10000 };

static const char synopsis[] =
    "usage: rpa schedule check [--schedules FILE]\n"
    "       rpa schedule list [--json] [--schedules FILE]\n"
    "       rpa schedule next [NAME] [-n N] [--from T]\n"
    "       rpa schedule explain NAME [-n N] [--from T]\n"
    "       rpa schedule approve NAME…\n"
    "       rpa schedule pause|resume NAME --why TEXT\n"
    "       rpa schedule run NAME\n";

int schedule_fail(const struct rpa_err *err)
{
    rpa_log_err(err);
    return rpa_code_exit(err->code);
}

/* one that something else starts has none */
static int has_times(const struct schedule *s, struct rpa_err *err)
{
    return s->spec.trigger == RPA_SCHED_AT
               ? 0
               : rpa_fail(err, RPA_EINVAL, "%s starts by %s, not at times",
                          s->spec.name, s->starts);
}

/* ---- one line each ---- */

bool schedule_merged(const struct schedule *s, const struct rpa_tick *tick)
{
    struct rpa_tick later;
    return s->spec.plan.roll != RPA_PLAN_SKIP &&
           s->spec.missed != RPA_SCHED_RUN_ALL &&
           rpa_plan_next(&s->spec.plan, tick->nominal, &later, NULL) == 0 &&
           later.due == tick->due;
}

int schedule_next_firing(const struct schedule *s, struct rpa_tick *tick,
                       struct rpa_err *err)
{
    int r = has_times(s, err);
    if (r < 0)
        return r;
    do
        r = rpa_plan_next(&s->spec.plan, tick->nominal, tick, err);
    while (r == 0 &&
           (tick->fate != RPA_TICK_FIRES || schedule_merged(s, tick)));
    return r;
}

/* of one schedule, or of all in the order of time */
static int next(struct schedule_asked *a)
{
    const struct schedule *first = a->one ? a->one : a->all.list;
    size_t n = a->one ? 1 : a->all.n;
    char iso[40];
    struct rpa_err err;
    if (a->one && has_times(a->one, &err) < 0)
        return schedule_fail(&err);
    struct rpa_tick *ticks = calloc(n + 1, sizeof *ticks);
    for (size_t i = 0; ticks && i < n; i++) {
        ticks[i].nominal = rpa_plan_cursor(&first[i].spec.plan, a->from);
        if (schedule_next_firing(&first[i], &ticks[i], NULL) < 0)
            ticks[i].due = INT64_MAX;
    }
    for (int count = 0; ticks && n && count < a->count; count++) {
        size_t soonest = 0;
        for (size_t i = 1; i < n; i++)
            if (ticks[i].due < ticks[soonest].due)
                soonest = i;
        struct rpa_tick *tick = &ticks[soonest];
        if (tick->due == INT64_MAX)
            break;
        printf("%s %s\n", rpa_zone_iso(first[soonest].zone, tick->due, iso),
               first[soonest].spec.name);
        if (schedule_next_firing(&first[soonest], tick, NULL) < 0)
            tick->due = INT64_MAX;
    }
    free(ticks);
    return 0;
}

/* ---- check ---- */

static void tell(const char *fault)
{
    fprintf(stderr, "%s\n", fault);
}

static void warn(void *data, const char *sentence)
{
    const struct schedule *s = data;
    fprintf(stderr, "warning: %s: %s\n", s->spec.name, sentence);
}

/* which days these are, when they may not be what was meant */
static void warn_of_times(struct schedule *s, int64_t now)
{
    enum { TIMES = 5 };
    struct rpa_tick tick = { .nominal = rpa_plan_cursor(&s->spec.plan, now) };
    char iso[40];
    rpa_cron_warn(&s->spec.plan.cron, s->zone, now, warn, s);
    if (!rpa_cron_either(&s->spec.plan.cron))
        return;
    fprintf(stderr, "its next times:");
    for (int i = 0; i < TIMES && schedule_next_firing(s, &tick, NULL) == 0; i++)
        fprintf(stderr, " %s", rpa_zone_iso(s->zone, tick.due, iso));
    fputc('\n', stderr);
}

static void warn_of_calendar(const struct schedule *s, int64_t now)
{
    enum { SOON_S = 60 * 86400 };
    if (s->spec.plan.calendar &&
        rpa_calendar_end(s->spec.plan.calendar, s->spec.plan.division) * 86400 - now <
            SOON_S)
        warn((void *)s, "the calendar of bank holidays ends within 60 days; "
                        "gov.uk has more: " SCHEDULES_HOLIDAYS
                        ", beside this file");
}

/* A run that its jitter puts behind the close of its window waits for the next
 * opening, and is missed. */
static void warn_of_jitter(struct schedule *s, int64_t now)
{
    enum { TIMES = 400 };
    const struct rpa_plan *plan = &s->spec.plan;
    int64_t jitter_s = rpa_sched_jitter(&s->spec);
    struct rpa_opening opening;
    char sentence[128], iso[40];
    if (!plan->has_window || !jitter_s)
        return;
    struct rpa_tick tick = { .nominal = rpa_plan_cursor(plan, now) };
    bool inside = true;
    for (int i = 0; inside && i < TIMES; i++)
        inside = schedule_next_firing(s, &tick, NULL) < 0 ||
                 rpa_window_at(&plan->window, s->zone, tick.due + jitter_s,
                               &opening);
    snprintf(sentence, sizeof sentence,
             "its jitter puts its time of %s outside its window",
             rpa_zone_iso(s->zone, tick.due, iso));
    if (!inside)
        warn(s, sentence);
}

static void warn_of_workers(struct schedule *s)
{
    bool more = s->spec.queue.workers > 1;
    if (s->spec.trigger == RPA_SCHED_QUEUE && (s->spec.queue.per_worker > 0) != more)
        warn(s, "one run at a time works on its queue: more want per_worker, "
                "and workers over 1");
}

static void warn_of_folder(const struct schedule *s)
{
    char folder[256];
    struct stat st;
    const char *slash = s->file ? strrchr(s->file, '/') : NULL;
    snprintf(folder, sizeof folder, "%.*s",
             slash ? (int)(slash - s->file) + 1 : 0, s->file);
    if (slash && (stat(folder, &st) < 0 || !S_ISDIR(st.st_mode)))
        warn((void *)s, "the folder of its file is not there");
}

static int check(struct schedule_asked *a)
{
    for (size_t i = 0; i < a->all.n; i++) {
        struct schedule *s = &a->all.list[i];
        if (s->spec.trigger == RPA_SCHED_AT)
            warn_of_times(s, a->from);
        warn_of_jitter(s, a->from);
        warn_of_workers(s);
        warn_of_calendar(s, a->from);
        warn_of_folder(s);
        char *change = schedule_hindrance(a, s, true);
        if (change)
            warn(s, change);
        free(change);
    }
    printf("%zu schedule%s, no faults\n", a->all.n, a->all.n == 1 ? "" : "s");
    return 0;
}

/* ---- the command ---- */

static const struct verb {
    struct rpa_verb is; /* its arguments are names of schedules */
    int (*run)(struct schedule_asked *a);
} verbs[] = {
    { { "check", 0, 0 }, check },
    { { "list", 0, 0 }, schedule_list },
    { { "next", 0, 1 }, next },
    { { "explain", 1, 1 }, schedule_explain },
    { { "approve", 1, NAMES_MAX }, schedule_approve },
    { { "pause", 1, 1 }, schedule_pause },
    { { "resume", 1, 1 }, schedule_resume },
    { { "run", 1, 1 }, schedule_run },
    { { NULL, 0, 0 }, NULL },
};

static int run(const struct verb *verb, const struct rpa_options *o,
               const char *state_dir)
{
    const char *state = rpa_option_text(o, "state");
    struct schedule_asked a = {
        .from = rpa_now_us() / 1000000, .count = COUNT,
        .json = rpa_option_flag(o, "json"), .why = rpa_option_text(o, "why"),
        .state_dir = state ? state : state_dir,
    };
    struct rpa_err err;
    double count;
    const char *path = rpa_option_text(o, "schedules");
    const char *from = rpa_option_text(o, "from");
    if (rpa_option_number(o, "count", &count))
        a.count = (int)count;
    int r = from ? rpa_zone_parse_iso(from, &a.from, &err) : 0;
    if (r == 0)
        r = schedules_read(path ? path : SCHEDULES_FILE, a.from, tell, &a.all,
                           &err);
    if (r == 0)
        schedule_anchor(&a);
    int status = r == 0 && o->nargs == 1 ? verb->run(&a) : 0;
    for (int i = 1; r == 0 && i < o->nargs; i++) /* all of them, or none */
        r = schedules_find(&a.all, o->args[i], &a.one, &err);
    for (int i = 1; r == 0 && status == 0 && i < o->nargs; i++) {
        r = schedules_find(&a.all, o->args[i], &a.one, &err);
        status = r == 0 ? verb->run(&a) : 0;
    }
    status = r < 0 ? schedule_fail(&err) : status;
    schedules_clear(&a.all);
    return status;
}

int cmd_schedule(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    int status;
    if (rpa_options_read(RPA_OF_SCHEDULE, synopsis, argc, argv, &o, &status)) {
        const struct verb *verb = rpa_option_verb(&o, verbs, sizeof *verbs,
                                                  synopsis);
        status = verb ? run(verb, &o, state_dir) : 2;
    }
    rpa_options_clear(&o);
    return status;
}
