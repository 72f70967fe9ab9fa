#ifndef RPA_ALERT_SCHEMA_H
#define RPA_ALERT_SCHEMA_H

#include "rpa/store/store.h"

extern const struct rpa_store_kind outbox_kind;
extern const char *const outbox_sql[]; /* the text of each statement */

enum statement {
    ALERT_PUT, ALERT_SEE, ALERT_OVER, ALERT_END, ALERT_DROP,
    LETTER_PUT, LETTER_NEXT, LETTER_DUE, LETTER_GET, LETTER_SENT,
    LETTER_LEAVE, LETTER_WAIT, LETTER_DROP, LOOK,
    STATEMENTS
};

#endif
