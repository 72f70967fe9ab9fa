#ifndef RPA_SCHED_ZONE_H
#define RPA_SCHED_ZONE_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Time zones of the IANA database, read from the machine's own files.
 *
 * A zone is a line of periods, each with one offset from UTC. Times here are
 * whole seconds since 1970-01-01 UTC; "local" seconds are that plus the offset.
 * The C library knows one zone a process (TZ), and GLib stops at 2037, so the
 * files are read here.
 *
 * Source: RFC 8536 (TZif), POSIX.1-2017 8.3 (the rule at a file's end).
 */
struct rpa_zone; /* opaque; not changed after it is made, so threads may share
                  */

/** From @begin up to, not with, @end, clocks stand @offset_s ahead of UTC. */
struct rpa_period {
    int64_t begin, end; /* s UTC; INT64_MIN, INT64_MAX where it has none */
    int32_t offset_s;
    bool dst;
    char abbr[16]; /* "BST" */
};

/** Years up to and with this one are right; after it the last offset stays. */
#define RPA_ZONE_LAST_YEAR 2199

/**
 * Open the zone called @name ("Europe/London").
 *
 * Owns:   *@ret; end it with rpa_zone_free().
 * Errors: RPA_EINVAL no such zone, or no name of one; RPA_EPROTO its file is
 *         broken; RPA_EIO; RPA_ENOMEM.
 */
int rpa_zone_open(const char *name, struct rpa_zone **ret, struct rpa_err *err);
/** The release of the database, "2025b"; "" if it does not say. Its file is
 * RPA_ZONE_RELEASE. */
char *rpa_zone_release(char out[static 16]);
#define RPA_ZONE_RELEASE "/usr/share/zoneinfo/tzdata.zi"

/** The same from the @len bytes of a TZif file, version 2 or later; they are
 * from anywhere and not trusted. */
int rpa_zone_parse(const char *name, const void *bytes, size_t len,
                   struct rpa_zone **ret, struct rpa_err *err);
void rpa_zone_free(struct rpa_zone *zone); /* NULL is fine */

/** The period @t lies in. */
void rpa_zone_period(const struct rpa_zone *zone, int64_t t,
                     struct rpa_period *ret);

/** The first moment (s UTC) at which clocks show @local_s or later: in a
 * missing hour its end, in a doubled hour the first pass. */
int64_t rpa_zone_instant(const struct rpa_zone *zone, int64_t local_s);

/** "2026-03-29T02:00:00+01:00" into @out: local time and offset, ISO 8601. */
char *rpa_zone_iso(const struct rpa_zone *zone, int64_t t, char out[static 40]);

/** Such a time, whose offset must be there ("Z" for UTC), in s UTC.
 * Errors: RPA_EINVAL. */
int rpa_zone_parse_iso(const char *text, int64_t *ret, struct rpa_err *err);

#endif
