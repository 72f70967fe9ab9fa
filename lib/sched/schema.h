#ifndef RPA_LIB_SCHED_SCHEMA_H
#define RPA_LIB_SCHED_SCHEMA_H

#include "rpa/store/store.h"

extern const struct rpa_store_kind diary_kind;
extern const char *const diary_sql[]; /* the text of each statement */

enum statement {
    TOLD_GET, TOLD_SET,
    SCHEDULE_FIND, SCHEDULE_PUT, SCHEDULE_SET, PLACE_KEEP,
    PLACE_TICK, PLACE_LAST, PLACE_RAN, EVENT_PUT,
    TICK_LAST, TICK_PUT, TICK_UNDO, TICK_AFTER, TICK_NEWEST, TICK_NEWEST_OF,
    TICK_OF, TICK_DUE, TICK_OLD, TICK_DROP,
    RUN_STARTED, RUN_ENDED, RUN_LIVE, RUN_COUNT, RUN_OF, RUN_BEGAN,
    STATEMENTS
};

#endif
