#ifndef RPA_SCHED_CRON_H
#define RPA_SCHED_CRON_H

#include "rpa/sched/zone.h"

/**
 * Cron expressions: Open Cron Pattern Specification 1.4, strict.
 *
 *     [second] minute hour day-of-month month day-of-week
 *
 * Lists, ranges, steps and names (JAN, MON, any case); in day-of-month L, L-n,
 * 15W, LW; in day-of-week 5L, FRI#2, FRI#L, and + before it: both day fields
 * must fit, where without it one is enough. @yearly @monthly @weekly @daily
 * @hourly; "@every 2h30m". What other programs read in different ways (0/15,
 * 22-6) is refused, and the hint says how to write it.
 *
 * Pure functions: the answer hangs on the arguments alone.
 */

enum rpa_cron_field {
    RPA_CRON_SECOND,
    RPA_CRON_MINUTE,
    RPA_CRON_HOUR,
    RPA_CRON_DAY,
    RPA_CRON_MONTH,
    RPA_CRON_WEEKDAY,
    RPA_CRON_FIELDS
};

/** A parsed expression. Plain data, to be copied as you like. */
struct rpa_cron {
    uint64_t at[RPA_CRON_FIELDS]; /* bit n: at n; day-of-week 0 is Sunday */
    uint32_t days_before_last;    /* bit n: L-n; bit 0: L */
    uint8_t nearest_weekday;      /* 15W: 15; LW: RPA_CRON_LAST; 0: none */
    uint8_t last_weekdays;        /* FRI#L, 5L; bits as in day-of-week */
    uint8_t nth_weekdays[5];      /* FRI#2 is a bit of [1] */
    bool any[RPA_CRON_FIELDS];    /* the field is just * or ? */
    bool both;                    /* + */
    bool uneven; /* steps that do not divide the hour, the minute or the day */
    bool wide_step;   /* a step is longer than its range: only the first fits */
    bool whole_week;  /* SUN-SUN, 0-7: every day, and often Sunday was meant */
    bool wildcard;    /* minute or hour begins with *: follows the wall clock */
    int64_t every_s;  /* "@every": s between two; 0: none of these */
    int64_t anchor_s; /* where "@every" counts from: the caller's, 0 at first */
};
#define RPA_CRON_LAST 32

/**
 * Read an expression.
 *
 * Errors: RPA_ESYNTAX: which field, what is wrong with it, and, as the hint,
 *         how to write what was meant.
 * Source: OCPS 1.4; the names of the fields as in crontab(5).
 */
int rpa_cron_parse(const char *text, struct rpa_cron *ret, struct rpa_err *err);

/** "90s", "15m", "2h30m", "1d": each unit once, the largest first; 1 s to 366
 * days, in less than RPA_DURATION_SIZE bytes. false: it is none. */
#define RPA_DURATION_SIZE 32
bool rpa_duration_read(const char *text, int64_t *ret_s);
bool rpa_duration_fits(const char *text); /* the same, for a schema's row */

/**
 * The first time strictly after @after (s UTC), in @zone.
 *
 * When clocks change, as in cron(8) by Vixie and ISC: a job at fixed times
 * that fall into the missing hour runs once, at its end; in the doubled hour
 * it runs in the first pass. A job whose minute or hour begins with * follows
 * the clock on the wall: nothing in the missing hour, both passes. A jump of
 * over three hours is a correction: it moves nothing.
 *
 * Errors: RPA_ENOTFOUND (@err is filled too) if there is none up to the end of
 *         RPA_ZONE_LAST_YEAR, or within 40 years when @after is later.
 */
int rpa_cron_next(const struct rpa_cron *cron, const struct rpa_zone *zone,
                  int64_t after, int64_t *ret, struct rpa_err *err);

/** Are both day fields there, of which one is enough? */
bool rpa_cron_either(const struct rpa_cron *cron);

/**
 * Tell what is legal and often not what was meant: two day fields of which one
 * is enough, a step that leaves one value, a week from Sunday to Sunday, a time
 * that the next change of clocks moves. @tell gets one sentence at a time.
 */
void rpa_cron_warn(const struct rpa_cron *cron, const struct rpa_zone *zone,
                   int64_t now, void (*tell)(void *data, const char *sentence),
                   void *data);

#endif
