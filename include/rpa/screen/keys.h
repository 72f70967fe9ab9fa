#ifndef RPA_SCREEN_KEYS_H
#define RPA_SCREEN_KEYS_H

#include "rpa/screen/display.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Keys into the window that has the focus, and into no other.
 *
 * Each call is one batch under a grab of the whole server: nobody can take the
 * focus, press a modifier or draw between the checks and the last key. Before
 * the first key: the window is there and visible, the focus is on it or inside
 * it, no program has grabbed the keyboard, no modifier or lock is on, the
 * keyboard map is the one we set. If one does not hold, nothing is pressed.
 *
 * With a private keymap, keys held and locks set by others are released first
 * (the display is ours); with a layout they are refused (a person's hands may
 * be on it).
 *
 * When a call returns 0 the *server* has the keys. Only the screen says what
 * the application made of them.
 *
 * Errors: RPA_EWINDOW it is gone or not visible; RPA_EFOCUS the focus or the
 * keyboard is another's, or a modifier is on; RPA_EREPERTOIRE no key for a
 * character; RPA_EINVAL a control character, a bad chord, no keymap;
 * RPA_EDISPLAY the server has gone (what it took of the batch is unknown) or
 * its map was changed. Except for the last, nothing was pressed.
 */

/** Called under the grab, just before the keys: other than 0 presses nothing
 * and is returned, with @err as it filled it. May capture; must not wait for
 * another program, which cannot draw now. */
struct rpa_key_guard {
    int (*check)(void *ctx, struct rpa_err *err);
    void *ctx;
    bool list; /* the window's program has a list of choices open, by our key: it
                  has grabbed the keyboard, and one of its windows the focus */
};

enum { RPA_KEYS_BATCH = 1024 }; /* most characters in one call */

/** Type @len bytes of UTF-8. Characters without a key are added to a private
 * keymap first. No control characters: Enter and Tab are chords. */
int rpa_keys_text(struct rpa_display *d, uint32_t window, const char *utf8,
                  size_t len, const struct rpa_key_guard *guard,
                  struct rpa_err *err);

/** Press and release "Enter", "Tab", "PF3", "ctrl+u", "shift+Tab". */
int rpa_keys_chord(struct rpa_display *d, uint32_t window, const char *chord,
                   const struct rpa_key_guard *guard, struct rpa_err *err);

/** Several one after the other, NULL-ended: no change of the focus can come
 * between "ctrl+a" and "BackSpace". */
enum { RPA_CHORDS_MAX = 8 };
int rpa_keys_chords(struct rpa_display *d, uint32_t window,
                    const char *const *chords, const struct rpa_key_guard *guard,
                    struct rpa_err *err);

/** Press and keep down until rpa_keys_release_all() or the display's close.
 * Text is refused meanwhile. */
int rpa_keys_hold(struct rpa_display *d, uint32_t window, const char *chord,
                  const struct rpa_key_guard *guard, struct rpa_err *err);

/** Do we hold one down? */
bool rpa_keys_held(const struct rpa_display *d);

/** Release what is down: with a private keymap all keys, with a layout ours. */
int rpa_keys_release_all(struct rpa_display *d, struct rpa_err *err);

/** Release what XTEST holds down, whichever program began it: what a killed one
 * of ours left. A key under a finger is another device's, and stays. */
int rpa_keys_sweep(struct rpa_display *d, struct rpa_err *err);

/** Do two chords press the same key, or one that programs take for it: "F6" and
 * "PF6", "Enter" and "KP_Enter", "ctrl+m" or "shift+Enter", "PF18" and "F18"? */
bool rpa_keys_same(const char *a, const char *b);

/** Is it a chord? If not, the hint has names that are near. */
int rpa_keys_check_chord(const char *chord, struct rpa_err *err);

#endif
