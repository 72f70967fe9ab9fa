#ifndef RPA_LIB_SCREEN_PRIV_H
#define RPA_LIB_SCREEN_PRIV_H

#include "rpa/base/err.h"
#include "rpa/screen/display.h"

#include <X11/Xlib.h>
#include <stdbool.h>
#include <stdint.h>
#include <xcb/xcb.h>
#include <xdo.h>

/**
 * What the files of lib/screen share: the connection and its one event queue.
 *
 * XCB owns the queue (Xlib's XNextEvent does not work here). Whoever waits
 * calls rpa_display_wait(); every event is shown to every tap, so nobody eats
 * another's events.
 */
struct rpa_tap {
    void (*event)(void *ctx, const xcb_generic_event_t *ev);
    void *ctx;
    struct rpa_tap *next;
};

/** Of the cursors that rpa_display_mark_cursors() asks for; no colour of a
 * palette, and apart from all of those. */
enum { RPA_CURSOR_COLOUR = 0xf08038 };

struct rpa_keymap; /* keymap.h */
struct rpa_offers; /* offer.c */

struct rpa_display {
    xdo_t *xdo; /* owns xlib, which owns xcb */
    Display *xlib;
    xcb_connection_t *xcb;
    xcb_screen_t *screen; /* borrowed from xcb */
    xcb_window_t own;     /* never mapped: for selections and grab probes */
    struct rpa_claim *claim; /* form_entry.c: a selection taken; NULL: none */
    struct rpa_tap *taps;
    struct rpa_keymap *keymap; /* NULL until rpa_keymap_install() */
    struct rpa_offers *offers; /* selections that are ours; or NULL */
    unsigned asked;            /* selections asked for so far */
    uint64_t events;           /* shown to the taps so far */
    rpa_display_came came;     /* NULL: nobody asks for windows that come */
    void *came_ctx;
    bool may_have_come;        /* a window, since it was called */
    rpa_display_heard heard;   /* NULL: nobody listens to heard_fd */
    void *heard_ctx;
    int heard_fd;
    unsigned errors;           /* X errors nobody waited for */
    bool gone;
    bool map_changed;  /* a MappingNotify since the map was last compared */
    bool marked;       /* rpa_display_mark_cursors() was called */
    uint8_t held[32];  /* keycodes we hold down, one bit each */
    bool no_grab;      /* tests only: type as others do, to show what leaks */
};

/** The server has gone: no call can work any more. */
bool rpa_display_gone(struct rpa_display *d);
/** RPA_EDISPLAY if the server has gone, else 0. */
int rpa_display_check(struct rpa_display *d, struct rpa_err *err);

/**
 * libxdo (and its xdpy, for Xlib), or NULL when the server has gone: Xlib
 * writes through a null pointer when it makes a request on a connection that
 * XCB knows to be dead. So look, by a round trip, just before each use, and
 * prefer XCB, which only answers nothing.
 */
xdo_t *rpa_display_xdo(struct rpa_display *d);

/** Show all events that are there to the taps; does not block. */
void rpa_display_pump(struct rpa_display *d);
/** Only those that came before a reply that was read: the connection is not
 * read for more, which takes time where a change is waited for. */
void rpa_display_pump_queued(struct rpa_display *d);
/**
 * Flush, then block until at least one event came, and show all.
 * Returns 1 when some came, 0 at the deadline (rpa_mono_us() time),
 * -RPA_EDISPLAY when the server has gone. A past deadline only pumps.
 */
int rpa_display_wait(struct rpa_display *d, int64_t deadline_us,
                     struct rpa_err *err);
/**
 * The same, but return 1 at once if d->events is no longer @since. Who looks
 * and then waits takes d->events *before* the look: the look's own round trips
 * may show the very event that the wait would be for.
 */
int rpa_display_wait_since(struct rpa_display *d, uint64_t since,
                           int64_t deadline_us, struct rpa_err *err);
/** Round trip: the server has done all that was asked. Returns the X errors
 * nobody waited for since the last call. */
unsigned rpa_display_sync_errors(struct rpa_display *d);

/** @tap is the caller's, and must stay until rpa_display_untap(). */
void rpa_display_tap(struct rpa_display *d, struct rpa_tap *tap);
void rpa_display_untap(struct rpa_display *d, struct rpa_tap *tap);

/** Ask for the events of @window that anyone here needs: structure, children,
 * properties, focus, visibility. One mask for all, since a second
 * ChangeWindowAttributes would replace the first. */
void rpa_display_watch(struct rpa_display *d, xcb_window_t window);

/** The atom of @name, or XCB_ATOM_NONE when the server has gone. */
xcb_atom_t rpa_display_atom(struct rpa_display *d, const char *name);
/** Are these windows of one program? */
bool rpa_display_same_client(const struct rpa_display *d, xcb_window_t a,
                             xcb_window_t b);

/** window.c: the question of rpa_window_check_focus(), to be sent together with
 * others and answered in the same round trip. Each ask wants its answer. */
struct rpa_focus_ask {
    xcb_get_window_attributes_cookie_t shown;
    xcb_get_input_focus_cookie_t focus;
};
struct rpa_focus {
    bool there, viewable; /* the window */
    xcb_window_t focus;   /* whoever has it */
};
struct rpa_focus_ask rpa_focus_ask(struct rpa_display *d, xcb_window_t window);
struct rpa_focus rpa_focus_told(struct rpa_display *d,
                                const struct rpa_focus_ask *ask);
/** RPA_EWINDOW, RPA_EFOCUS as rpa_window_check_focus(). */
int rpa_focus_judge(struct rpa_display *d, xcb_window_t window,
                    const struct rpa_focus *now, struct rpa_err *err);

/** offer.c: who has the selection; XCB_NONE: nobody, or the server has gone. */
xcb_window_t rpa_selection_owner(struct rpa_display *d, xcb_atom_t selection);
/** offer.c: make @window, of ours, the owner of selection @atom, called @name
 * in the error. RPA_EFOCUS when another program does not let go of it. */
int rpa_selection_own(struct rpa_display *d, xcb_window_t window,
                      xcb_atom_t atom, const char *name, struct rpa_err *err);
/** offer.c: tell who asked that @property has it; XCB_NONE: nothing for him. */
void rpa_selection_answer(struct rpa_display *d,
                          const xcb_selection_request_event_t *ask,
                          xcb_atom_t property);
/** offer.c: end of d->offers. */
void rpa_offers_free(struct rpa_display *d);
/** keymap.c: end of d->keymap. NULL is fine. */
void rpa_keymap_free(struct rpa_keymap *map);
/** keys.c: no key may be down and no lock on, before a button is pressed. */
int rpa_keys_check_state(struct rpa_display *d, struct rpa_err *err);
/** keys.c: release the keys others hold, take off all locks. */
int rpa_keys_neutralise(struct rpa_display *d, struct rpa_err *err);

#endif
