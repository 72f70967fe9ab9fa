#ifndef RPA_SCREEN_FORM_ENTRY_H
#define RPA_SCREEN_FORM_ENTRY_H

#include "rpa/screen/display.h"
#include "rpa/screen/keys.h"

#include <stddef.h>
#include <stdint.h>

/**
 * The entry with the keyboard focus in a window of a graphical toolkit (GTK,
 * Qt, Tk, Motif), read by its own word: it is told to select all it holds, and
 * asked for what is selected.
 */
struct rpa_entry_keys {
    const char *select_all; /* "ctrl+a" */
    const char *copy; /* "ctrl+c"; NULL where selecting alone offers PRIMARY */
};

/**
 * Take the selection before keys that select what is to be typed over.
 *
 * A program offers what it selects by the time of the key that selected it, and
 * the server refuses that once somebody has taken the selection later. Motif then
 * selects nothing, and types behind the old text. Claimed now, it is not taken
 * again by the rpa_entry_read() that follows, whenever the program comes to its
 * keys.
 *
 * Owns: held until that read, or rpa_entry_unclaim(), which may be called twice.
 */
int rpa_entry_claim(struct rpa_display *d, const struct rpa_entry_keys *keys,
                    struct rpa_err *err);
void rpa_entry_unclaim(struct rpa_display *d);

/**
 * What the entry holds, as UTF-8.
 *
 * An old selection is never taken for an answer: it is taken away first, and
 * only a client of @window's own program that takes it back is asked. It may be part
 * of the text, where the program comes late to a double click: who reads what is not
 * known yet asks twice. An entry
 * that is empty selects nothing, and neither does one that did not understand:
 * both are RPA_ENOTFOUND, and the caller must find out which.
 *
 * Shape:  the text stays selected: the next character would replace it.
 * Owns:   *@ret, NUL-terminated, free() it; *@ret_len in bytes. It may be a
 *         secret: wipe it then.
 * Units:  @deadline_us as rpa_mono_us().
 * Errors: RPA_ENOTFOUND nothing was selected until @deadline_us, or was given up
 *         again each of three times; RPA_EGONE it was while it was asked, ask once
 *         more; RPA_EFOCUS another program took the selection meanwhile; RPA_ETIMEOUT it was
 *         offered but not delivered; RPA_EPROTO not UTF-8; else as
 *         rpa_keys_chord().
 */
int rpa_entry_read(struct rpa_display *d, uint32_t window,
                   const struct rpa_entry_keys *keys,
                   const struct rpa_key_guard *guard, int64_t deadline_us,
                   char **ret, size_t *ret_len, struct rpa_err *err);

#endif
