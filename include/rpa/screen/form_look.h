#ifndef RPA_SCREEN_FORM_LOOK_H
#define RPA_SCREEN_FORM_LOOK_H

#include "rpa/base/err.h"
#include "rpa/screen/display.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * What places of a window look like, as numbers: equal pixels, equal look, on
 * every machine. For what shows no character cells: has this entry changed, is
 * that box ticked. It tells same from other, and never which is nearer.
 */
struct rpa_look;

/** A part of a window. */
struct rpa_area {
    int x, y, w, h; /* pixels, from the window's top left */
};

/**
 * Watch @window.
 *
 * Owns:   *@ret; end it with rpa_look_close(), before the display.
 * Errors: RPA_EWINDOW no such window, RPA_EENV no DAMAGE or not 24 bit,
 *         RPA_ENOMEM.
 */
int rpa_look_open(struct rpa_display *d, uint32_t window, struct rpa_look **ret,
                  struct rpa_err *err);
void rpa_look_close(struct rpa_look *l); /* NULL is fine */

/** Renew the picture. Errors: RPA_EUNREADABLE the window is not shown or partly
 * off the screen; RPA_EWINDOW it closed; RPA_EDISPLAY. */
int rpa_look_take(struct rpa_look *l, struct rpa_err *err);

/** How @area looks on the last picture; 0 when it is outside of the window or
 * something lies over it. */
uint64_t rpa_look_of(const struct rpa_look *l, const struct rpa_area *area);
/** The size of the window on the last picture. */
void rpa_look_size(const struct rpa_look *l, int *ret_w, int *ret_h);

/** The first and the last column of @area in which something differs from the
 * pixel at its top left; false when nothing does, or it is not visible. */
bool rpa_look_ink(const struct rpa_look *l, const struct rpa_area *area,
                  int *ret_from, int *ret_to);

/** Keep a copy of the last picture, to tell later what changed since. Errors:
 * RPA_ENOMEM. */
int rpa_look_keep(struct rpa_look *l, struct rpa_err *err);
/** What surrounds all that is other on the last picture than on the one kept,
 * within @around; false when nothing is, or the window has another size. */
bool rpa_look_changed(const struct rpa_look *l, const struct rpa_area *around,
                      struct rpa_area *ret);

/** Notice from now on what is drawn on @area, even if it then looks as before. */
void rpa_look_watch(struct rpa_look *l, const struct rpa_area *area);
/** Until something was drawn there, or the window is no longer shown. Errors:
 * RPA_ETIMEOUT at @deadline_us, RPA_EDISPLAY. */
int rpa_look_await_drawn(struct rpa_look *l, int64_t deadline_us,
                         struct rpa_err *err);

typedef bool (*rpa_look_test)(void *ctx, const struct rpa_look *l);
/** Renew the picture until @test holds: at once, then each time something was
 * drawn. Errors: RPA_ETIMEOUT at @deadline_us (as rpa_mono_us()), else as
 * rpa_look_take(). */
int rpa_look_wait(struct rpa_look *l, rpa_look_test test, void *ctx,
                  int64_t deadline_us, struct rpa_err *err);

#endif
