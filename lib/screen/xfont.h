#ifndef RPA_LIB_SCREEN_XFONT_H
#define RPA_LIB_SCREEN_XFONT_H

#include "rpa/screen/display.h"

#include <X11/Xlib.h>
#include <stdbool.h>
#include <stdint.h>

/** What an X core font says of itself. */

/** Does it have a glyph at @code, in its own encoding? */
bool rpa_xfont_has(const XFontStruct *x, uint32_t code);
/** The text of a property such as "FONT"; XFree() it. NULL: it has none. */
char *rpa_xfont_prop(struct rpa_display *d, XFontStruct *x, const char *name);
/** The font that differs in one field of its name: weight is 3, slant 4. A
 * short name has @value at its end. NULL: there is none. */
XFontStruct *rpa_xfont_sibling(struct rpa_display *d, XFontStruct *x,
                               const char *known_as, int field,
                               const char *value);
/** Is it one of those that x3270 brings? */
bool rpa_xfont_is_3270(struct rpa_display *d, XFontStruct *x);

#endif
