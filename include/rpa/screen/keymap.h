#ifndef RPA_SCREEN_KEYMAP_H
#define RPA_SCREEN_KEYMAP_H

#include "rpa/screen/display.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Which character is on which key.
 *
 * A **private** map gives each character a key of its own, with the same keysym
 * at both levels, so that no Shift is pressed and nothing depends on the locks.
 * It is written once, before the application starts, and from then on **only
 * added to**: no key ever changes its meaning. That is why adding needs no
 * waiting for the application: its MappingNotify stands before the keys in its
 * own event queue, and whenever it asks for the map, the map it gets holds every
 * character sent so far. (xdotool loses characters because it takes the
 * binding back before the application has asked.)
 *
 * A **layout** is the keyboard as it is, with real Shift and AltGr, for displays
 * that are not ours and applications that look at key positions.
 */
enum rpa_keymap_mode { RPA_KEYMAP_PRIVATE, RPA_KEYMAP_LAYOUT };

/**
 * Put the private map in place: function and modifier keys stay, every other
 * key is given a character of @repertoire (@n code points; NULL: ASCII, Welsh,
 * typographic, £, €, Latin-1) in that order as far as they fit; the rest come
 * by rpa_keymap_add() when first typed. Caps, Num and Scroll Lock are taken off
 * the keyboard, auto repeat is switched off, held keys and locks are released.
 *
 * Note:   the server must run with -noreset, or the map goes with the first
 *         application. Call once a display, before any application.
 * Errors: RPA_EDISPLAY the server refuses, or does not say what we set.
 */
int rpa_keymap_install(struct rpa_display *d, const uint32_t *repertoire,
                       size_t n, struct rpa_err *err);

/** Use the keyboard as it is. May be called again after it was changed. */
int rpa_keymap_adopt(struct rpa_display *d, struct rpa_err *err);

/** Which of the two was set. */
enum rpa_keymap_mode rpa_keymap_mode(const struct rpa_display *d);

/** True if @cp is on a key now. */
bool rpa_keymap_has(const struct rpa_display *d, uint32_t cp);

/**
 * Put more characters on free keys of the private map; those there already are
 * passed over. All or none. rpa_keys_text() does this by itself.
 *
 * Errors: RPA_EREPERTOIRE no free key is left, a control character, or the map
 *         is a layout.
 */
int rpa_keymap_add(struct rpa_display *d, const uint32_t *cps, size_t n,
                   struct rpa_err *err);

/** Characters that can still be added. */
size_t rpa_keymap_room(const struct rpa_display *d);

#endif
