#ifndef RPA_LIB_SCREEN_KEYMAP_H
#define RPA_LIB_SCREEN_KEYMAP_H

#include "rpa/screen/keymap.h"

#include <X11/keysym.h>
#include <xcb/xcb.h>

/* what keys.c needs of the map and of chords */

enum {
    RPA_MOD_SHIFT = 1,
    RPA_MOD_LEVEL3 = 2,
    RPA_MOD_CTRL = 4,
    RPA_MOD_ALT = 8,
    RPA_MOD_SUPER = 16,
    RPA_MOD_COUNT = 5,
};

/** A key and the modifiers (RPA_MOD_…) that must be down with it. */
struct rpa_stroke {
    uint8_t code;
    uint8_t mods;
};

/** The keys of @cp; false when it is on none. */
bool rpa_keymap_char(const struct rpa_display *d, uint32_t cp,
                     struct rpa_stroke *ret);
/** The key that has @keysym at its first level; 0 when none has. */
uint8_t rpa_keymap_code(const struct rpa_display *d, uint32_t keysym);
/** Compare with the server's map if a MappingNotify came: RPA_EDISPLAY when
 * another program changed a key of ours. */
int rpa_keymap_verify(struct rpa_display *d, struct rpa_err *err);

/** A chord: a named key (@keysym) or a character (@cp), with modifiers. */
struct rpa_chord {
    uint8_t mods;
    uint32_t keysym; /* 0 when it is a character */
    uint32_t cp;
};
int rpa_chord_parse(const char *text, struct rpa_chord *ret,
                    struct rpa_err *err);
/** True for the keysyms of named keys and modifiers: their keys stay. */
bool rpa_chord_named(uint32_t keysym);
/** The keysym and the name of a modifier bit. */
uint32_t rpa_chord_mod_keysym(unsigned mod);
const char *rpa_chord_mod_name(unsigned mod);

#endif
