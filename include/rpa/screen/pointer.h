#ifndef RPA_SCREEN_POINTER_H
#define RPA_SCREEN_POINTER_H

#include "rpa/screen/keys.h"
#include "rpa/screen/window.h"

/**
 * The pointer: moved, clicked, dragged and wheeled in one window.
 *
 * As with keys, one gesture is one batch under a grab of the whole server.
 * Before a button goes down: the window can be seen, no button, modifier or
 * lock is on, no program has grabbed the pointer, and, once the pointer has
 * been moved there, this window and no other lies below it. All buttons are up
 * again at the end, whatever became of the rest.
 *
 * What is drawn while a button is down cannot be waited for, but for a list that
 * a click @opens: a program that must answer during a drag (dropping into another
 * one) is not for this.
 */
enum rpa_gesture_kind {
    RPA_GESTURE_MOVE,
    RPA_GESTURE_CLICK, /* @times 2 is a double click */
    RPA_GESTURE_DRAG,  /* from @at to @to */
};

enum { RPA_BUTTON_MAX = 7 }; /* 4 to 7 are the wheel: up, down, left, right */

struct rpa_point {
    int x, y; /* pixels from the window's top left, inside of its border */
};

struct rpa_gesture {
    enum rpa_gesture_kind kind;
    struct rpa_point at, to;
    int button; /* from 1 */
    int times;  /* 1 to 100 */
    bool opens; /* a click: the button goes up once the program shows a list or a
                   menu, or shows none for a moment */
    bool leave; /* then to the screen's last corner, pressed or refused: before
                   the window can draw that the pointer is over a part of it */
};

/**
 * Do it, on @window or a part of it.
 *
 * Errors: RPA_EWINDOW it is gone, not visible, does not reach there, or
 *         another one lies over it there; RPA_EFOCUS a button or modifier is
 *         held, or the pointer is grabbed; what @guard said; RPA_EINVAL,
 *         RPA_EDISPLAY. Except for the last no button was pressed; the pointer
 *         may have been moved.
 */
int rpa_pointer_do(struct rpa_display *d, rpa_window window,
                   const struct rpa_gesture *gesture,
                   const struct rpa_key_guard *guard, struct rpa_err *err);

/** Has a program grabbed the pointer, as one does that shows a menu or a list? */
bool rpa_pointer_grabbed(struct rpa_display *d);
/** Wait until one has, or until none has: RPA_ETIMEOUT, RPA_EDISPLAY. */
int rpa_pointer_await_grab(struct rpa_display *d, bool grabbed,
                           int64_t deadline_us, struct rpa_err *err);
/** If so, click in the screen's last corner, beside all windows: that takes such
 * a menu or list away. Errors: RPA_EFOCUS a window reaches there, or the pointer
 * is still grabbed at @deadline_us; RPA_EDISPLAY. */
int rpa_pointer_dismiss(struct rpa_display *d, int64_t deadline_us,
                        struct rpa_err *err);
/** Wait until what the program of @window shows on top (rpa_window_popup()) is
 * another than @was, or no menu has the pointer: RPA_ETIMEOUT, RPA_EDISPLAY. */
int rpa_pointer_await_menu(struct rpa_display *d, rpa_window window, rpa_window was,
                           int64_t deadline_us, struct rpa_err *err);

#endif
