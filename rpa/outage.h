#ifndef RPA_OUTAGE_H
#define RPA_OUTAGE_H

#include "rpa/base/time.h"

#include <stdbool.h>

/**
 * When a target is down: "02:00-02:30" every day, or "Sun 02:00-06:00". One
 * that ends before it begins goes on after midnight. Pure: "now" is given.
 */
struct rpa_outage {
    int day;      /* on which it begins: 0 Sunday … 6; -1 every day */
    int from, to; /* minutes of the day; to is not part of it, 1440 is 24:00 */
};

/** False when @text is no such time. @ret may be NULL. */
bool rpa_outage_read(const char *text, struct rpa_outage *ret);
bool rpa_outage_fits(const char *text); /* the same, for a schema's row */

/** Is @now within it? */
bool rpa_outage_at(const struct rpa_outage *outage, rpa_time now);

/** A moment as the clocks of the UK show it. */
struct rpa_uk_time {
    int day, hour, minute, second; /* day: 0 Sunday … 6 */
};

/**
 * UTC, plus an hour from the last Sunday of March, 01:00 UTC, to the last
 * Sunday of October, 01:00 UTC. Not from the machine's zone files: one without
 * them would say UTC, and be an hour wrong in silence.
 *
 * Source: Summer Time Act 1972 s.1, as amended by SI 2002/262.
 */
struct rpa_uk_time rpa_uk_time(rpa_time t);

#endif
