#ifndef RPA_SCREEN_SELECTION_H
#define RPA_SCREEN_SELECTION_H

#include "rpa/screen/display.h"

#include <stddef.h>
#include <stdint.h>

/**
 * The text an application offers as "PRIMARY" (what is marked) or "CLIPBOARD"
 * (what was copied), as UTF-8.
 *
 * Owns:   *@ret, NUL-terminated, free() it; *@ret_len in bytes.
 * Units:  @deadline_us as rpa_mono_us().
 * Errors: RPA_ENOTFOUND nobody offers text, RPA_ETIMEOUT the owner does not
 *         answer, RPA_EPROTO it is not UTF-8 or comes in pieces (INCR),
 *         RPA_EINVAL another name, RPA_EDISPLAY.
 */
int rpa_selection_get(struct rpa_display *d, const char *selection, char **ret,
                      size_t *ret_len, int64_t deadline_us,
                      struct rpa_err *err);

#endif
