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
 * Shape:  @schedules is their file. Nobody looks before watch_tell().
 * Owns:   *@ret until watch_close(). All is borrowed until then.
 */
int watch_open(struct supervisor *sup, const char *schedules,
               struct watch **ret, struct rpa_err *err);
/** @alerts is the table of rpa.conf from now on; NULL: nobody is told of
 * anything, and nobody looks. */
int watch_tell(struct watch *watch, const cbor_item_t *alerts,
               struct rpa_err *err);
void watch_close(struct watch *watch); /* NULL is fine */

#endif
