#ifndef RPA_SCHED_PLAN_H
#define RPA_SCHED_PLAN_H

#include "rpa/sched/calendar.h"
#include "rpa/sched/cron.h"
#include "rpa/sched/window.h"

/**
 * When a schedule fires: its expression, then its calendar, then its window.
 * Pure: what is asked is in the arguments, and nothing is changed.
 */
enum rpa_plan_roll {
    RPA_PLAN_SKIP,      /* a day off: not at all */
    RPA_PLAN_ROLL_NEXT, /* on the next working day, at the same time */
    RPA_PLAN_ROLL_PREV, /* on the one before */
};

/** Plain data; what it points to is borrowed and outlives it. */
struct rpa_plan {
    struct rpa_cron cron;
    const struct rpa_zone *zone;
    const struct rpa_calendar *calendar; /* NULL: every day is a working day */
    char division[24];                   /* of the calendar */
    bool weekends_off;                   /* Saturday and Sunday too */
    enum rpa_plan_roll roll;
    bool has_window;
    struct rpa_window window;
};

enum rpa_tick_fate {
    RPA_TICK_FIRES,
    RPA_TICK_SKIPPED_CALENDAR, /* it falls on a day off */
    RPA_TICK_OUTSIDE_WINDOW,
};

/** What a change of clocks does to a tick. */
enum rpa_tick_clock {
    RPA_TICK_CLOCK_NONE,
    RPA_TICK_CLOCK_MISSING,     /* its time is missing: the end of the gap */
    RPA_TICK_CLOCK_FIRST_PASS,  /* its time comes twice, this is the first */
    RPA_TICK_CLOCK_SECOND_PASS, /* and this the second */
};

/** One time of a schedule. */
struct rpa_tick {
    int64_t nominal; /* s UTC: what the expression says; its name for ever */
    int64_t due;     /* s UTC: when it fires; moved by the calendar */
    enum rpa_tick_fate fate;
    enum rpa_tick_clock clock;
    const char *day_off; /* the holiday it fell on, "Saturday" or "Sunday";
                            NULL: none. Borrowed from the calendar */
};

/**
 * Check what the parts say of each other.
 *
 * Errors: RPA_EINVAL: the expression never fires; a plan that moves days has
 *         one time a day, or two moves could change places; no time lies in
 *         the window; the calendar does not have the division.
 */
int rpa_plan_check(const struct rpa_plan *plan, int64_t now,
                   struct rpa_err *err);

/**
 * The first tick whose nominal time is strictly after @after (s UTC). Over
 * rising nominal times the due ones do not fall, so who keeps the nominal time
 * of the last one misses none and takes none twice.
 *
 * A night window belongs to the day it opens on: 02:00 on Boxing Day in
 * 22:00-06:00 is a time of Christmas Day.
 *
 * Errors: RPA_ENOTFOUND: there are no more.
 */
int rpa_plan_next(const struct rpa_plan *plan, int64_t after,
                  struct rpa_tick *ret, struct rpa_err *err);

/**
 * The nominal time to ask rpa_plan_next() with for what is due after @now: a
 * day off may have moved what is nominally later to before it, and what is
 * nominally before to after it.
 */
int64_t rpa_plan_cursor(const struct rpa_plan *plan, int64_t now);

/**
 * Is the window open at @now, whatever the expression says? @ret is the opening
 * @now is in, or the next one; without a window it is the day.
 * @ret_day_off is why the day that @ret belongs to is off; NULL: it is not.
 */
bool rpa_plan_open(const struct rpa_plan *plan, int64_t now,
                   struct rpa_opening *ret, const char **ret_day_off);

#endif
