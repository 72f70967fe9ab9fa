#ifndef RPA_CONFIG_SCHEDULE_H
#define RPA_CONFIG_SCHEDULE_H

#include "rpa/config/bundle.h"
#include "rpa/config/schema.h"
#include "rpa/sched/engine.h"

/**
 * The schedules of an installation: a Lua file of data, kept in git.
 *
 *     return {
 *         rekey = { bot = "rekey_crime_reports", at = "0 22 * * MON-FRI",
 *                   window = "22:00-06:00" },
 *     }
 *
 *   schedule.c      the file
 *   schedule_one.c  one of them: its rows, what it says
 */
struct schedule {
    struct rpa_sched_spec spec; /* borrows the zone and the calendar */
    char bot[256];
    char starts[256]; /* the expression, or what else it starts by, in words */
    char window[32];  /* "" if none */
    char *file;       /* it waits for; NULL if none */
    int64_t settled_s; /* for which that may not have changed */
    char *purpose;    /* of its runs, as --purpose; NULL if none */
    cbor_item_t *set; /* of its runs, as --set; NULL if none */
    const struct rpa_zone *zone;
};

struct schedules {
    struct schedule *list; /* by name */
    size_t n;
    struct rpa_calendar *calendar;
    struct schedules_zone { /* each once: one has some KiB */
        char name[64];
        struct rpa_zone *zone;
    } *zones;
    size_t nzones;
};

/** Where the file is when no option says: /etc/rpa/schedules.lua. */
#define SCHEDULES_FILE "/etc/rpa/schedules.lua"
/** And beside it, if it is there, gov.uk's file of bank holidays, in place of
 * what is shipped. */
#define SCHEDULES_HOLIDAYS "bank-holidays.json"
void schedules_holidays_path(const char *schedules, char *out, size_t size);

/**
 * Read the file and check every schedule: as it is at @now, s UTC.
 *
 * Shape:  @tell gets each thing that is wrong with one of them.
 * Owns:   end @ret with schedules_clear().
 * Errors: RPA_EINVAL, RPA_ESYNTAX: the file, or how many were told of.
 */
int schedules_read(const char *path, int64_t now, void (*tell)(const char *),
                   struct schedules *ret, struct rpa_err *err);
/** What the file says, checked; of each bot it names the hash and the folder; and
 * the bytes of SCHEDULES_HOLIDAYS, NULL if it is not there. */
struct schedules_file {
    cbor_item_t *table, *bots, *holidays;
};
/** The same in two steps, of which the first takes long, */
int schedules_check(const char *path, int64_t now, void (*tell)(const char *),
                    struct schedules_file *ret, struct rpa_err *err);
/** and the second may be taken in pieces: what is said in @file, which is borrowed
 * as @path is until the end. */
struct schedules_taking;
int schedules_take_begin(const char *path, const struct schedules_file *file,
                         int64_t now, void (*tell)(const char *),
                         struct schedules_taking **ret, struct rpa_err *err);
/** Take @most of them. 1: there are more; 0: @ret has all. Errors as of
 * schedules_read(), with the last piece. */
int schedules_take_some(struct schedules_taking *taking, size_t most,
                        struct schedules *ret, struct rpa_err *err);
void schedules_take_end(struct schedules_taking *taking); /* NULL is fine */
void schedules_file_clear(struct schedules_file *file);
void schedules_clear(struct schedules *schedules);

/** One by its name; RPA_ENOTFOUND tells which there are. */
int schedules_find(const struct schedules *schedules, const char *name,
                   const struct schedule **ret, struct rpa_err *err);

/** Load its bot, with its settings. rpa_bundle_clear() ends it. */
int schedule_bundle(const struct schedule *schedule, struct rpa_bundle *ret,
                    struct rpa_err *err);

/* ---- schedule_one.c, for schedule.c ---- */

extern const struct rpa_schema schedule_rows[];

/** Fill one of @all, which has its name, from the table @said, whose shape is
 * checked. All but its bot and the others it names is looked at; returns how many
 * faults were told. */
int schedule_take(struct schedules *all, struct schedule *schedule,
                  const cbor_item_t *said, int64_t now,
                  void (*tell)(const char *));
/** "name: what is wrong with it; what to try" */
void schedule_tell(const struct schedule *schedule, const struct rpa_err *why,
                   void (*tell)(const char *));
void schedule_clear(struct schedule *schedule);

#endif
