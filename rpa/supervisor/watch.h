#ifndef RPA_SUPERVISOR_WATCH_H
#define RPA_SUPERVISOR_WATCH_H

#include "rpa/base/err.h"
#include "rpa/ipc/msg.h"

struct supervisor;
struct watch;

/**
 * Have somebody look, and tell whom rpa.conf names: a process of its own
 * (watchman.h), as a mail server may hang, and what looks reads whole stores.
 * It is started again when it ends.
 *
 * Shape:  @alerts is the table of rpa.conf; NULL: nobody is told of anything,
 *         and *@ret is NULL. @schedules is their file.
 * Owns:   *@ret until watch_close(). All is borrowed until then.
 */
int watch_open(struct supervisor *sup, const cbor_item_t *alerts,
               const char *schedules, struct watch **ret, struct rpa_err *err);
void watch_close(struct watch *watch); /* NULL is fine */

#endif
