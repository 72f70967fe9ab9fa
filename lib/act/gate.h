#ifndef RPA_ACT_GATE_H
#define RPA_ACT_GATE_H

#include "priv.h"

/** May this act be done while an approved change is made? */
int gate_allows(struct rpa_driver *d, const char *act, const cbor_item_t *args,
                struct rpa_err *err);
/** Before a field is typed into, by @rule of the map (NULL: not by the map): is
 * it one of the approved fields, on its record's screen, and the value of @args
 * the approved one? */
int gate_set(const struct rpa_driver *d, const struct rpa_field_rule *rule,
             const cbor_item_t *args, struct rpa_err *err);
/** Before a commit act by @key on @s of @w (NULL: not by a key on a screen): does
 * it file what was approved, and nothing else? RPA_EPERM names the first field
 * that is not so. */
int gate_check(struct rpa_driver *d, const struct window *w,
               const struct rpa_screen *s, const char *key, struct rpa_err *err);
/** Something is typed into @w, or clicked there: an open record is not as the
 * target has it. */
void gate_touch(const struct rpa_driver *d, struct window *w);
/** The change has ended. */
void gate_close(struct rpa_driver *d);

#endif
