#ifndef RPA_SUPERVISOR_DRY_H
#define RPA_SUPERVISOR_DRY_H

#include "rpa/supervisor/supervisor.h"

/**
 * A dry run: a run that files nothing. It works on a copy of the queues, which it
 * leaves as they are; the audit has a NOTE, field "dry run", where else it would
 * have a COMMIT, what becomes of an item, or what is put before a person.
 */

/** Take the copy. */
int dry_begin(struct run *run, struct rpa_err *err);
/** Such a NOTE: @what would be, and of what, or NULL. */
int dry_note(struct run *run, const char *what, const cbor_item_t *body,
             struct rpa_err *err);
/** The same of what becomes of the item in hand or looked for. */
int dry_item(struct run *run, enum rpa_item_event event,
             const cbor_item_t *body, struct rpa_err *err);
/** A field was typed into, or a screen left: @body of the KEY row. */
void dry_key(struct run *run, const struct rpa_audit_row *row,
             const cbor_item_t *body);
/** In place of the commit act of @row: say what it would have filed, be done with
 * the item, and end the bot. Never 0. */
int dry_refuse(struct run *run, const struct rpa_audit_row *row,
               struct rpa_err *err);
void dry_clear(struct run *run);

#endif
