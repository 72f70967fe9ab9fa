#ifndef RPA_LIB_SCHED_PRIV_H
#define RPA_LIB_SCHED_PRIV_H

#include "rpa/sched/zone.h"

struct zone_type {
    int32_t offset_s;
    bool dst;
    char abbr[16];
};

struct rpa_zone {
    char name[64];
    struct zone_type *types; /* [0] is what came before the first change */
    size_t ntypes;
    struct {
        int64_t at; /* s UTC, rising */
        size_t type;
    } * changes;
    size_t nchanges, max_changes;
};

/** A new kind of local time; its number. */
int zone_add_type(struct rpa_zone *zone, const struct zone_type *type,
                  size_t *ret, struct rpa_err *err);
/** From @at on, local time is of kind @type. @at may not go back. */
int zone_add_change(struct rpa_zone *zone, int64_t at, size_t type,
                    struct rpa_err *err);

/** Write out the rule at a file's end ("GMT0BST,M3.5.0/1,M10.5.0") as changes
 * up to RPA_ZONE_LAST_YEAR. @rule ends with NUL. */
int zone_add_rule(struct rpa_zone *zone, const char *rule, struct rpa_err *err);

/** Files within the program: sched_embedded[0] is the shipped calendar. */
struct sched_embedded {
    const char *name, *data;
    size_t len;
};
extern const struct sched_embedded sched_embedded[];

#endif
