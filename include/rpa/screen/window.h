#ifndef RPA_SCREEN_WINDOW_H
#define RPA_SCREEN_WINDOW_H

#include "rpa/screen/display.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** An application's window, as X numbers it. 0 is none. */
typedef uint32_t rpa_window;

struct rpa_window_info {
    rpa_window id;
    char title[256]; /* UTF-8, cut between characters; may be "" */
    char class[128]; /* WM_CLASS: "instance.Class" */
    int32_t pid;     /* what the application says; 0 if nothing */
    int32_t x, y;    /* pixels, of the root window */
    int32_t width, height;
    bool viewable; /* mapped, and so are its parents */
};

/**
 * The applications' windows, bottom to top: below the root, or below a window
 * manager's frames.
 *
 * Owns: *@ret, free() it; NULL when there are none.
 */
int rpa_window_list(struct rpa_display *d, struct rpa_window_info **ret,
                    size_t *ret_n, struct rpa_err *err);

/** What a window must be; what is NULL or 0 may be anything. */
struct rpa_window_want {
    const char *title;   /* the whole title, or if none is that, a part of it;
                            "" is a window without one */
    const char *class;   /* the instance or the class */
    const char *pattern; /* a POSIX extended expression that fits the title */
    int32_t pid;         /* what the application says of itself */
    /* May the one who asks know of a window with this title? NULL: of all. */
    bool (*may)(const void *ctx, const char *title);
    const void *ctx;
};

/**
 * Wait until one viewable window fits, driven by the server's events. *@ret is
 * what was seen of it then: it may have gone since.
 *
 * Units:  @deadline_us as rpa_mono_us(); a past one looks once.
 * Errors: RPA_ETIMEOUT, seen lists the titles that are there; RPA_EWINDOW more
 *         than one fits; RPA_EINVAL nothing is wanted or a bad pattern,
 *         RPA_EDISPLAY.
 */
int rpa_window_search(struct rpa_display *d, const struct rpa_window_want *want,
                      int64_t deadline_us, struct rpa_window_info *ret,
                      struct rpa_err *err);
/** The same by title, class or both. */
int rpa_window_find(struct rpa_display *d, const char *title,
                    const char *class, int64_t deadline_us, rpa_window *ret,
                    struct rpa_err *err);

/**
 * Give @window the keyboard and wait until it has it. The pointer is put into
 * a free corner of the screen: X gives keys to the part of the focus window
 * below the pointer, which may be a menu or a scroll bar.
 * Errors: RPA_EWINDOW it is gone or not visible, RPA_EFOCUS not until
 *         @deadline_us, RPA_EDISPLAY.
 */
int rpa_window_focus(struct rpa_display *d, rpa_window window,
                     int64_t deadline_us, struct rpa_err *err);

/** One look: is all as rpa_window_focus() leaves it? */
bool rpa_window_has_keyboard(struct rpa_display *d, rpa_window window);

/** One look: the window is viewable and has the focus, or a part of it has. */
int rpa_window_check_focus(struct rpa_display *d, rpa_window window,
                           struct rpa_err *err);

/**
 * Wake the application of @window with a message that means nothing to it.
 * x3270 (4.1) acts on a key only when one more event finds it idle, so one that
 * came among others may lie there until something happens.
 */
void rpa_window_nudge(struct rpa_display *d, rpa_window window);

/** Is there still such a window? */
bool rpa_window_exists(struct rpa_display *d, rpa_window window);

/** All of it at this moment; RPA_EWINDOW if it is gone. */
int rpa_window_info(struct rpa_display *d, rpa_window window,
                    struct rpa_window_info *ret, struct rpa_err *err);

#endif
