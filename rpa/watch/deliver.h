#ifndef RPA_WATCH_DELIVER_H
#define RPA_WATCH_DELIVER_H

#include "rpa/alert/outbox.h"
#include "rpa/config/alert_conf.h"

/** So long a channel may take for a letter. */
#define DELIVER_MS 30000

/**
 * Give @letter to its channel, and wait until it has it: a mail server, a web
 * address, or a program that ends with 0. One that was taken and then lost may
 * come twice, with the same id.
 *
 *   webhook  {"id", "event": "begins" or "over", "kind", "about", "text",
 *            "since", "until", "host"}
 *   command  the same in the environment: RPA_ALERT_ID, RPA_ALERT_EVENT …
 *
 * Errors: as rpa/net/mail.h and rpa/net/http.h say; RPA_EHTTP another status
 *         than 2xx; RPA_EIO the program failed; RPA_ENOTFOUND there is no such
 *         channel, or no such secret in @state_dir.
 */
int deliver(const struct alert_conf *conf, const char *state_dir,
            const struct rpa_letter *letter, struct rpa_err *err);

/** "failed: schedule rekey: its last run failed", "… is over". */
void deliver_words(const struct rpa_letter *letter, struct rpa_buf *out);

#endif
