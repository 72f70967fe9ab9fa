#ifndef RPA_SCHED_WINDOW_H
#define RPA_SCHED_WINDOW_H

#include "rpa/sched/zone.h"

/**
 * A part of every day, "22:00-06:00", or of one day a week, "Sun 02:00-06:00",
 * by the clocks of a zone: when work may be done, when a target is down. One
 * that ends before it begins goes on after midnight and belongs to the day it
 * opened on. Pure: "now" is given.
 */
struct rpa_window {
    int weekday;  /* on which it opens: 0 Sunday … 6; -1 every day */
    int from, to; /* minutes of the day; to is not part of it, 1440 is 24:00 */
};

/** False when @text is no such window. @ret may be NULL. */
bool rpa_window_read(const char *text, struct rpa_window *ret);
bool rpa_window_fits(const char *text); /* the same, for a schema's row */

/** One opening. */
struct rpa_opening {
    int64_t begin, end; /* s UTC; the end is not part of it */
    int64_t day;        /* it belongs to: days since 1970-01-01 */
};

/**
 * The opening that @now (s UTC) is in, or the next one: true if @now is in it.
 *
 * When clocks change it is as long as the clocks make it: 22:00-06:00 has 7
 * hours in March and 9 in October. A time in the missing hour is that hour's
 * end, one in the doubled hour its first pass; an opening of which so nothing
 * is left is none.
 */
bool rpa_window_at(const struct rpa_window *window, const struct rpa_zone *zone,
                   int64_t now, struct rpa_opening *ret);

#endif
