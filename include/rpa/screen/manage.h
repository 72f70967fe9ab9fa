#ifndef RPA_SCREEN_MANAGE_H
#define RPA_SCREEN_MANAGE_H

#include "rpa/screen/window.h"

/**
 * What is done to windows as a whole, and waiting for what becomes of them.
 *
 * Each call asks, then waits for the server's events until it is so; a window
 * that vanishes meanwhile is an error, never the end of the process. Works with
 * a window manager and without. Deadlines are rpa_mono_us() times; what has not
 * come by then is RPA_ETIMEOUT, and seen says how it is instead. Without a
 * window: RPA_EWINDOW; without a server: RPA_EDISPLAY.
 */

/** Until it is gone, or hidden for good (withdrawn). */
int rpa_window_await_gone(struct rpa_display *d, rpa_window window,
                          int64_t deadline_us, struct rpa_err *err);

/** Until its title has @part in it. */
int rpa_window_await_title(struct rpa_display *d, rpa_window window,
                           const char *part, int64_t deadline_us,
                           struct rpa_err *err);

/** Its top left corner, or that of its frame, to @x, @y of the screen. */
int rpa_window_move(struct rpa_display *d, rpa_window window, int x, int y,
                    int64_t deadline_us, struct rpa_err *err);

/** Pixels, at least 1 (else RPA_EINVAL); a window that grows by whole cells may
 * become up to one cell less. One that takes another size (RPA_ETIMEOUT; seen
 * says which) is given its old one again. */
int rpa_window_resize(struct rpa_display *d, rpa_window window, int width,
                      int height, int64_t deadline_us, struct rpa_err *err);

/** Until no other window lies over it. */
int rpa_window_raise(struct rpa_display *d, rpa_window window,
                     int64_t deadline_us, struct rpa_err *err);

/**
 * Ask it to close (WM_DELETE_WINDOW) and wait until it is gone. A program may
 * ask back: then RPA_ETIMEOUT. RPA_ENOTFOUND: it does not take such a request.
 */
int rpa_window_close(struct rpa_display *d, rpa_window window,
                     int64_t deadline_us, struct rpa_err *err);

/** Cut its program off from the display, with all its windows, and wait. */
int rpa_window_kill(struct rpa_display *d, rpa_window window,
                    int64_t deadline_us, struct rpa_err *err);

/** Until a window manager (EWMH) looks after the display. */
int rpa_window_await_manager(struct rpa_display *d, int64_t deadline_us,
                             struct rpa_err *err);

/** The menu or list on top of all that the program of @window shows: a window
 * that no manager is asked about. One that says it is a menu comes before one that
 * says nothing, which may be a hint about what the pointer is on; one that says it
 * is a hint is none. 0: there is none. */
rpa_window rpa_window_popup(struct rpa_display *d, rpa_window window);

#endif
