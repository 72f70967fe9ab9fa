#include "keymap.h"
#include "priv.h"

#include "rpa/base/time.h"
#include "rpa/screen/manage.h"
#include "rpa/screen/pointer.h"

#include <stdlib.h>
#include <xcb/xtest.h>

enum {
    BUTTONS = 0x1f00, /* of a pointer's mask */
    DRAG_STEPS = 8,   /* some programs want to see it come along */
    TIMES_MAX = 100,
    GRAB_US = 10000,  /* nothing tells of the end of a grab */
    OPENS_US = 150000, /* for a list to come while the button is down; held longer
                          a program takes the click for a drag */
};

static void fake(struct rpa_display *d, uint8_t type, int detail,
                 struct rpa_point at)
{
    xcb_test_fake_input(d->xcb, type, (uint8_t)detail, XCB_CURRENT_TIME,
                        type == XCB_MOTION_NOTIFY ? d->screen->root : XCB_NONE,
                        (int16_t)at.x, (int16_t)at.y, 0);
}

static void press(struct rpa_display *d, int button)
{
    fake(d, XCB_BUTTON_PRESS, button, (struct rpa_point){ 0 });
}

static void lift(struct rpa_display *d, int button)
{
    fake(d, XCB_BUTTON_RELEASE, button, (struct rpa_point){ 0 });
}

/* where the inside of the window is on the screen, and how large */
struct place {
    int x, y, w, h;
    bool entered; /* the pointer was moved there */
};

static int find_place(struct rpa_display *d, rpa_window window,
                      struct place *ret, struct rpa_err *err)
{
    struct rpa_window_info info;
    int r = rpa_window_info(d, window, &info, err);
    if (r < 0)
        return r;
    if (!info.viewable)
        return rpa_fail(err, RPA_EWINDOW, "window 0x%x is not visible", window);
    *ret = (struct place){ info.x, info.y, info.width, info.height, false };
    return 0;
}

/* Is @window, or a part of it, what lies below the pointer? From the root down,
 * always into the topmost child that the pointer is in. */
static bool below_pointer(struct rpa_display *d, rpa_window window,
                          struct rpa_point want, unsigned *ret_mask)
{
    xcb_window_t at = d->screen->root;
    bool there = true;
    while (there && at && at != window) {
        xcb_query_pointer_reply_t *p = xcb_query_pointer_reply(
            d->xcb, xcb_query_pointer(d->xcb, at), NULL);
        there = p && p->root_x == want.x && p->root_y == want.y;
        at = p ? p->child : XCB_NONE;
        *ret_mask = p ? p->mask : 0;
        free(p);
    }
    return there && at == window;
}

static int move_to(struct rpa_display *d, rpa_window window,
                   struct place *place, struct rpa_point at,
                   struct rpa_err *err)
{
    struct rpa_point on_root = { place->x + at.x, place->y + at.y };
    unsigned mask = 0;
    if (at.x < 0 || at.y < 0 || at.x >= place->w || at.y >= place->h)
        return rpa_fail(err, RPA_EWINDOW,
                        "the window has no point %d,%d; it is %dx%d", at.x,
                        at.y, place->w, place->h);
    fake(d, XCB_MOTION_NOTIFY, 0, on_root);
    place->entered = true;
    if (!below_pointer(d, window, on_root, &mask)) {
        int r = rpa_display_check(d, err);
        if (r < 0)
            return r;
        rpa_fail(err, RPA_EWINDOW,
                 "at %d,%d another window lies over this one, or it is off "
                 "the screen; nothing was clicked",
                 at.x, at.y);
        return rpa_err_hint(err, "deal with the other window, or raise this");
    }
    if (mask & BUTTONS)
        return rpa_fail(err, RPA_EFOCUS, "a button is held down");
    return 0;
}

/* Has another program grabbed the pointer? As with the keyboard, a grab for a
 * window that is not mapped fails, and how it fails tells. */
bool rpa_pointer_grabbed(struct rpa_display *d)
{
    xcb_grab_pointer_reply_t *g = xcb_grab_pointer_reply(
        d->xcb,
        xcb_grab_pointer(d->xcb, 0, d->own, 0, XCB_GRAB_MODE_ASYNC,
                         XCB_GRAB_MODE_ASYNC, XCB_NONE, XCB_NONE,
                         XCB_CURRENT_TIME),
        NULL);
    bool taken = g && (g->status == XCB_GRAB_STATUS_ALREADY_GRABBED ||
                       g->status == XCB_GRAB_STATUS_FROZEN);
    free(g);
    return taken;
}

static int check_grab(struct rpa_display *d, struct rpa_err *err)
{
    return rpa_pointer_grabbed(d)
               ? rpa_fail(err, RPA_EFOCUS,
                          "a program has grabbed the pointer (an open menu?)")
               : 0;
}

/* everything that must hold; the pointer stands where it begins afterwards */
static int check(struct rpa_display *d, rpa_window window,
                 const struct rpa_gesture *g, struct place *place,
                 const struct rpa_key_guard *guard, struct rpa_err *err)
{
    int r = check_grab(d, err);
    if (r == 0)
        r = rpa_keys_check_state(d, err);
    if (r == 0 && g->kind == RPA_GESTURE_DRAG)
        r = move_to(d, window, place, g->to, err);
    if (r == 0)
        r = move_to(d, window, place, g->at, err);
    rpa_display_pump(d);
    if (r == 0 && guard)
        r = guard->check(guard->ctx, err);
    return r;
}

static void drag(struct rpa_display *d, const struct rpa_gesture *g,
                 const struct place *place)
{
    press(d, g->button);
    for (int i = 1; i <= DRAG_STEPS; i++) {
        int x = g->at.x + (g->to.x - g->at.x) * i / DRAG_STEPS;
        int y = g->at.y + (g->to.y - g->at.y) * i / DRAG_STEPS;
        fake(d, XCB_MOTION_NOTIFY, 0,
             (struct rpa_point){ place->x + x, place->y + y });
    }
    lift(d, g->button);
}

/* The server is let go while the button is down, or no program could draw. */
static void await_list(struct rpa_display *d, rpa_window window)
{
    int64_t deadline_us = rpa_mono_us() + OPENS_US;
    int r = 0;
    xcb_ungrab_server(d->xcb);
    while (r >= 0 && !rpa_window_popup(d, window) && rpa_mono_us() < deadline_us)
        r = rpa_display_wait(d, rpa_mono_us() + GRAB_US, NULL);
    xcb_grab_server(d->xcb);
}

static void click(struct rpa_display *d, rpa_window window,
                  const struct rpa_gesture *g)
{
    for (int i = 0; i < g->times; i++) {
        press(d, g->button);
        if (g->opens)
            await_list(d, window);
        lift(d, g->button);
    }
}

static struct rpa_point corner(const struct rpa_display *d)
{
    return (struct rpa_point){ d->screen->width_in_pixels - 1,
                               d->screen->height_in_pixels - 1 };
}

/* to the screen's last corner */
static void leave(struct rpa_display *d)
{
    fake(d, XCB_MOTION_NOTIFY, 0, corner(d));
}

int rpa_pointer_await_grab(struct rpa_display *d, bool grabbed,
                           int64_t deadline_us, struct rpa_err *err)
{
    int r = 0;
    while (r >= 0 && rpa_pointer_grabbed(d) != grabbed) {
        if (rpa_mono_us() >= deadline_us)
            return rpa_fail(err, RPA_ETIMEOUT, grabbed
                                                   ? "no menu or list came"
                                                   : "a menu or list stays");
        r = rpa_display_wait(d, rpa_mono_us() + GRAB_US, err);
    }
    return r < 0 ? r : 0;
}

int rpa_pointer_dismiss(struct rpa_display *d, int64_t deadline_us,
                        struct rpa_err *err)
{
    xcb_grab_server(d->xcb);
    leave(d);
    xcb_query_pointer_reply_t *p = xcb_query_pointer_reply(
        d->xcb, xcb_query_pointer(d->xcb, d->screen->root), NULL);
    bool beside = p && !p->child && !(p->mask & BUTTONS);
    free(p);
    if (beside && rpa_pointer_grabbed(d)) {
        press(d, 1);
        lift(d, 1);
    }
    xcb_ungrab_server(d->xcb);
    rpa_display_sync_errors(d);
    int r = rpa_pointer_await_grab(d, false, deadline_us, err);
    return r == -RPA_ETIMEOUT ? check_grab(d, err) : r;
}

int rpa_pointer_await_menu(struct rpa_display *d, rpa_window window, rpa_window was,
                           int64_t deadline_us, struct rpa_err *err)
{
    int r = 0;
    while (r >= 0 && rpa_window_popup(d, window) == was && rpa_pointer_grabbed(d)) {
        if (rpa_mono_us() >= deadline_us)
            return rpa_fail(err, RPA_ETIMEOUT, "no menu or list came");
        r = rpa_display_wait(d, rpa_mono_us() + GRAB_US, err);
    }
    return r < 0 ? r : 0;
}

int rpa_pointer_do(struct rpa_display *d, rpa_window window,
                   const struct rpa_gesture *gesture,
                   const struct rpa_key_guard *guard, struct rpa_err *err)
{
    struct place place = { 0 };
    bool buttons = gesture->kind != RPA_GESTURE_MOVE;
    if (buttons && (gesture->button < 1 || gesture->button > RPA_BUTTON_MAX ||
                    gesture->times < 1 || gesture->times > TIMES_MAX))
        return rpa_fail(err, RPA_EINVAL, "no such button, or too many times");
    int r = rpa_display_check(d, err);
    if (r < 0)
        return r;
    xcb_grab_server(d->xcb);
    r = find_place(d, window, &place, err);
    if (r == 0)
        r = check(d, window, gesture, &place, guard, err);
    if (r == 0 && gesture->kind == RPA_GESTURE_DRAG)
        drag(d, gesture, &place);
    if (r == 0 && gesture->kind == RPA_GESTURE_CLICK)
        click(d, window, gesture);
    if (gesture->leave && place.entered)
        leave(d);
    xcb_ungrab_server(d->xcb);
    rpa_display_sync_errors(d);
    return r == 0 ? rpa_display_check(d, err) : r;
}
