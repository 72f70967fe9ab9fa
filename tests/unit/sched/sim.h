#ifndef RPA_TESTS_UNIT_SCHED_SIM_H
#define RPA_TESTS_UNIT_SCHED_SIM_H

/* A host for the engine with a clock that the test moves: runs take as long as
 * the test says, and all that happens is written into a log. */
#include "rpa/sched/engine.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BUSY_MAX = 4096 };

struct sim {
    struct rpa_sched *sched;
    int64_t now;
    int64_t takes_s;              /* a run; 0: until end_run() */
    enum rpa_sched_outcome ends;  /* how; 0: well */
    int64_t obeys_s;              /* after a stop; 0: it goes on */
    int places;                   /* runs at once; 0: as many as come */
    struct rpa_sched_counts counts;
    bool quiet;                   /* no log */
    bool told_late;               /* the audit has the rows at the end */
    char log[4096];
    struct {
        int64_t run, end;
    } busy[BUSY_MAX];
    int nbusy;
    int64_t seq, started;         /* the last row's; how many */
    void (*on_row)(struct sim *sim, const struct rpa_sched_row *row);
    void (*on_start)(struct sim *sim, const struct rpa_sched_start *start);
    void *data;
    struct rpa_sched_host host;
};

/* 2026-11-DDTHH:MM:00Z: a Sunday is the 22nd */
static inline int64_t at(int day, int hour, int minute)
{
    struct tm tm = { .tm_year = 126, .tm_mon = 10, .tm_mday = day,
                     .tm_hour = hour, .tm_min = minute };
    return timegm(&tm);
}

__attribute__((format(printf, 2, 3))) static inline void
sim_log(struct sim *sim, const char *fmt, ...)
{
    size_t len = strlen(sim->log);
    va_list ap;
    va_start(ap, fmt);
    if (!sim->quiet)
        vsnprintf(sim->log + len, sizeof sim->log - len, fmt, ap);
    va_end(ap);
}

static inline const char *clock_of(int64_t t)
{
    static char out[8];
    time_t s = (time_t)t;
    strftime(out, sizeof out, "%H:%M", gmtime(&s));
    return out;
}

static inline void sim_row(void *data, const struct rpa_sched_row *row)
{
    static const char *const fates[] = { "", "fired", "missed", "overlap",
                                         "calendar", "held", "blocked" };
    struct sim *sim = data;
    if (sim->on_row)
        sim->on_row(sim, row);
    sim->seq = row->seq;
    sim_log(sim, "%s %s %s; ", clock_of(row->due), row->schedule,
            fates[row->fate]);
}

static inline void sim_start(void *data, const struct rpa_sched_start *start)
{
    struct sim *sim = data;
    if ((sim->places && sim->nbusy >= sim->places) || sim->nbusy == BUSY_MAX ||
        rpa_sched_started(sim->sched, start->run, sim->now, NULL) < 0)
        return;
    sim->busy[sim->nbusy].run = start->run;
    sim->busy[sim->nbusy++].end =
        sim->takes_s ? sim->now + sim->takes_s : INT64_MAX;
    sim->started++;
    if (sim->on_start)
        sim->on_start(sim, start);
    sim_log(sim, "[%s ", clock_of(sim->now));
    sim_log(sim, "%s] ", start->schedule);
}

static inline void sim_stop(void *data, int64_t run, const char *why)
{
    struct sim *sim = data;
    for (int i = 0; i < sim->nbusy && sim->obeys_s; i++)
        if (sim->busy[i].run == run)
            sim->busy[i].end = sim->now + sim->obeys_s;
    sim_log(sim, "stop %s: %s; ", clock_of(sim->now), why);
}

static inline bool sim_count(void *data, const char *queue,
                             struct rpa_sched_counts *ret)
{
    struct sim *sim = data;
    *ret = sim->counts;
    return *queue != '\0';
}

/* @dir NULL: in memory */
static inline bool sim_open(struct sim *sim, const char *dir, const char *boot)
{
    struct rpa_err err = { 0 };
    sim->host = (struct rpa_sched_host){ sim, sim_row, sim_start, sim_stop,
                                         sim_count };
    sim->nbusy = 0;
    int r = rpa_sched_open(dir, &sim->host, boot, &sim->sched, &err);
    if (r < 0)
        printf("# %s\n", err.msg);
    return r == 0;
}

static inline void sim_end(struct sim *sim, int nth)
{
    int64_t run = sim->busy[nth].run;
    sim->busy[nth] = sim->busy[--sim->nbusy];
    rpa_sched_ended(sim->sched, run, sim->ends ? sim->ends : RPA_SCHED_SUCCESS,
                    run + 1000, sim->now, NULL);
}

static inline bool sim_advance(struct sim *sim)
{
    struct rpa_err err = { 0 };
    int r = rpa_sched_advance(sim->sched, sim->now, &err);
    if (r == 0 && !sim->told_late)
        r = rpa_sched_told(sim->sched, sim->seq, &err);
    if (r < 0)
        printf("# %s\n", err.msg);
    return r == 0;
}

/* the soonest of the engine's wake and the end of a run; *@nth -1: a wake */
static inline int64_t sim_next(const struct sim *sim, int *nth)
{
    int64_t next = rpa_sched_next_wake(sim->sched);
    *nth = -1;
    for (int i = 0; i < sim->nbusy; i++)
        if (sim->busy[i].end <= next) {
            next = sim->busy[i].end;
            *nth = i;
        }
    return next;
}

/* let the clock go to @until, without a step */
static inline void sim_run(struct sim *sim, int64_t until)
{
    int nth;
    for (int64_t next; (next = sim_next(sim, &nth)) <= until;) {
        sim->now = next > sim->now ? next : sim->now;
        if (nth >= 0)
            sim_end(sim, nth);
        else if (!sim_advance(sim))
            return;
    }
    sim->now = until;
}

/* the clock is @to at once: a step, or sleep */
static inline void sim_step(struct sim *sim, int64_t to)
{
    sim->now = to;
    sim_advance(sim);
    sim_run(sim, to);
}

/* a spec that is approved by its name's first letter */
static inline struct rpa_sched_spec sim_spec(const char *name, const char *cron,
                                             const struct rpa_zone *zone)
{
    struct rpa_sched_spec spec = { .trigger = RPA_SCHED_AT,
                                   .plan.zone = zone };
    snprintf(spec.name, sizeof spec.name, "%s", name);
    spec.hash[0] = (uint8_t)*name;
    if (*cron)
        rpa_cron_parse(cron, &spec.plan.cron, NULL);
    return spec;
}

static inline bool sim_load(struct sim *sim, const struct rpa_sched_spec *specs,
                            size_t n)
{
    struct rpa_err err = { 0 };
    int r = rpa_sched_load(sim->sched, specs, n, sim->now, &err);
    if (r < 0)
        printf("# %s\n", err.msg);
    return r == 0;
}

static inline void sim_approve(struct sim *sim,
                               const struct rpa_sched_spec *specs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rpa_sched_approve(sim->sched, specs[i].name, specs[i].hash,
                          (struct rpa_sched_who){ "jo", 1000 }, sim->now, NULL);
}

/* a simulation from its start, in memory, all approved */
static inline void sim_begin(struct sim *sim, const struct rpa_sched_spec *specs,
                             size_t n, int64_t now)
{
    *sim = (struct sim){ .now = now };
    sim_open(sim, NULL, "boot-1");
    sim_approve(sim, specs, n);
    sim_load(sim, specs, n);
}

/* to its end: all that happened was @want */
static inline void sim_was(struct sim *sim, const char *want, const char *name)
{
    is_str(sim->log, want, name);
    rpa_sched_close(sim->sched);
}

#endif
