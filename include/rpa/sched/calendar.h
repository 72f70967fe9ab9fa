#ifndef RPA_SCHED_CALENDAR_H
#define RPA_SCHED_CALENDAR_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Bank holidays: data, not code. The file is gov.uk's bank-holidays.json; one
 * is shipped as a start, and days proclaimed later come with a newer file.
 *
 * Days are counted since 1970-01-01.
 * Source: https://www.gov.uk/bank-holidays.json; Banking and Financial
 * Dealings Act 1971.
 */
struct rpa_calendar; /* opaque; not changed after it is made */

#define RPA_DIVISIONS "england-and-wales|scotland|northern-ireland"

/**
 * Read the @len bytes of such a file.
 *
 * Owns:   *@ret; end it with rpa_calendar_free().
 * Errors: RPA_EINVAL: what is wrong with it, and where; RPA_ENOMEM.
 */
int rpa_calendar_parse(const char *json, size_t len, struct rpa_calendar **ret,
                       struct rpa_err *err);
/** The one that is shipped. */
int rpa_calendar_shipped(struct rpa_calendar **ret, struct rpa_err *err);
void rpa_calendar_free(struct rpa_calendar *calendar); /* NULL is fine */

/** What @day is called in a division ("scotland"); NULL if it is no holiday.
 * Borrowed from @calendar. */
const char *rpa_calendar_title(const struct rpa_calendar *calendar,
                               const char *division, int64_t day);
/** The last day it knows for a division: after it there are holidays that it
 * does not have. INT64_MIN for a division it does not have. */
int64_t rpa_calendar_end(const struct rpa_calendar *calendar,
                         const char *division);
/** Does it have holidays of the year @day is in? */
bool rpa_calendar_knows(const struct rpa_calendar *calendar,
                        const char *division, int64_t day);

#endif
