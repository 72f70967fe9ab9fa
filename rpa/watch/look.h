#ifndef RPA_WATCH_LOOK_H
#define RPA_WATCH_LOOK_H

#include "rpa/alert/outbox.h"
#include "rpa/base/buf.h"
#include "rpa/config/alert_conf.h"
#include "rpa/config/schedule.h"

/** Where to look. */
struct look {
    const char *state_dir;
    const struct alert_conf *conf;
    const struct schedules *schedules; /* NULL: the file cannot be read */
    const cbor_item_t *queues; /* the supervisor's word of them (status.c); NULL:
                                  it gave none */
    int64_t now; /* s UTC */
};

/** What is wrong. */
struct looked {
    struct rpa_buf list; /* of struct rpa_alert */
    unsigned seen;       /* the kinds that could be looked at, a bit each */
};

/**
 * Find all that is wrong at the moment: in the stores, which are only read; in
 * the file of schedules; on the disk. What cannot be looked at is not seen, and
 * is logged.
 *
 * Owns: @ret->list, rpa_buf_clear().
 */
void look(const struct look *at, struct looked *ret);

#endif
