#ifndef RPA_CONFIG_ALERT_CONF_H
#define RPA_CONFIG_ALERT_CONF_H

#include "rpa/config/schema.h"

#define ALERT_CHANNELS 3
#define ALERT_LIST_MAX 32 /* to whom; the words of a command */

/** What rpa.conf says of alerts. */
struct alert_conf {
    const cbor_item_t *said;              /* the table; NULL: no alerts */
    const char *channels[ALERT_CHANNELS]; /* "mail", "webhook", "command" */
    size_t nchannels;
    int64_t queue_age_s, deadline_s, disk_mib, every_s, calm_s;
};

/** The keys of its table, alerts. */
extern const struct rpa_schema alert_rows[];

/** @ret borrows @said, the table; NULL is fine. */
void alert_conf_read(const cbor_item_t *said, struct alert_conf *ret);

#endif
