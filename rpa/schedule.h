#ifndef RPA_SCHEDULE_H
#define RPA_SCHEDULE_H

#include "rpa/ipc/msg.h"
#include "rpa/sched/plan.h"

/**
 * The schedules of an installation: a Lua file of data, kept in git.
 *
 *     return {
 *         rekey = { bot = "rekey_crime_reports", at = "0 22 * * MON-FRI",
 *                   window = "22:00-06:00" },
 *     }
 */
struct schedule {
    char name[64];
    char bot[256];
    char at[256];    /* the expression, as written */
    char window[32]; /* "" if none */
    struct rpa_zone *zone;
    struct rpa_plan plan; /* borrows @zone and the calendar */
};

struct schedules {
    struct schedule *list; /* by name */
    size_t n;
    struct rpa_calendar *calendar;
};

/** Where the file is when no option says: /etc/rpa/schedules.lua. */
#define SCHEDULES_FILE "/etc/rpa/schedules.lua"

/**
 * Read the file and check every schedule: as it is at @now, s UTC.
 *
 * Shape:  @tell gets each thing that is wrong with one of them.
 * Owns:   end @ret with schedules_clear().
 * Errors: RPA_EINVAL, RPA_ESYNTAX: the file, or how many were told of.
 */
int schedules_read(const char *path, int64_t now, void (*tell)(const char *),
                   struct schedules *ret, struct rpa_err *err);
void schedules_clear(struct schedules *schedules);

/** One by its name; RPA_ENOTFOUND tells which there are. */
int schedules_find(const struct schedules *schedules, const char *name,
                   const struct schedule **ret, struct rpa_err *err);

#endif
