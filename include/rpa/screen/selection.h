#ifndef RPA_SCREEN_SELECTION_H
#define RPA_SCREEN_SELECTION_H

#include "rpa/screen/display.h"

#include <stddef.h>
#include <stdint.h>

/**
 * Text between applications: "PRIMARY" (what is marked) and "CLIPBOARD" (what
 * was copied), as UTF-8. X keeps neither: the owner is asked for it each time,
 * and what is large goes in pieces (INCR).
 *
 * Source: ICCCM 2.0, chapter 2.
 */

/**
 * The text an application offers.
 *
 * Owns:   *@ret, NUL-terminated, free() it; *@ret_len in bytes.
 * Units:  @deadline_us as rpa_mono_us(), for all pieces together.
 * Errors: RPA_ENOTFOUND nobody offers text, RPA_ETIMEOUT the owner does not
 *         answer, or not to the end, RPA_EGONE it ended or gave it up, RPA_EPROTO
 *         it is not UTF-8 or over 64 MiB, RPA_EINVAL another name,
 *         RPA_EDISPLAY.
 */
int rpa_selection_get(struct rpa_display *d, const char *selection, char **ret,
                      size_t *ret_len, int64_t deadline_us,
                      struct rpa_err *err);

/**
 * Offer @len bytes of UTF-8, copied, until another program takes the selection,
 * rpa_selection_drop() or the display's close. It is given to whoever asks
 * while events are looked at: in any wait here, or by rpa_display_serve().
 *
 * Errors: RPA_EFOCUS another program keeps hold of it, RPA_EINVAL another name
 *         or not UTF-8, RPA_ENOMEM, RPA_EDISPLAY.
 */
int rpa_selection_offer(struct rpa_display *d, const char *selection,
                        const char *text, size_t len, struct rpa_err *err);
/**
 * Put back what was offered before the program of @window took the selection at
 * our word: @text as rpa_selection_offer(), NULL for nothing. What another
 * program has taken meanwhile is let alone.
 */
int rpa_selection_put_back(struct rpa_display *d, const char *selection,
                           uint32_t window, const char *text, size_t len,
                           struct rpa_err *err);
/** Offer nothing any more. */
void rpa_selection_drop(struct rpa_display *d, const char *selection);

#endif
