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
/** Does this bot make approved changes alone? Then the map says which keys lead on
 * from a screen, and no manifest. */
bool gate_is(const struct rpa_driver *d);
/** Before anything is done to @w by hand: @chord pressed, or (NULL) something typed,
 * clicked or held down. That an open record is not as the target has it by then is
 * kept; where only approved changes are made it is RPA_EPERM, but while one is. */
int gate_touch(const struct rpa_driver *d, struct window *w, const char *chord,
               struct rpa_err *err);
/** Is a record that @w shows at @now_us as its target has it: opened just now, and
 * nothing done to it since? */
int gate_fresh(const struct window *w, int64_t now_us, struct rpa_err *err);
/** The change has ended. */
void gate_close(struct rpa_driver *d);

#endif
