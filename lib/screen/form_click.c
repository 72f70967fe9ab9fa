#include "eyes.h"

#include "rpa/screen/form_entry.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/window.h"

#include <stdlib.h>
#include <xcb/xtest.h>

enum { COVERS_MAX = 64 };

/* Where @x, @y of @window is on the screen, and that nothing lies over it. */
static int place(struct rpa_display *d, uint32_t window, int x, int y,
                 struct rpa_window_info *ret, struct rpa_err *err)
{
    struct rpa_box over[COVERS_MAX];
    int r = rpa_window_info(d, window, ret, err);
    if (r < 0)
        return r;
    int n = rpa_cover_list(d, window, over, COVERS_MAX);
    bool covered = n < 0;
    for (int i = 0; i < n; i++)
        covered = covered ||
                  (x >= over[i].x && x < over[i].x + over[i].w &&
                   y >= over[i].y && y < over[i].y + over[i].h);
    if (covered)
        return rpa_fail(err, RPA_EWINDOW,
                        "another window lies over the place to click on");
    ret->x += x;
    ret->y += y;
    if (x >= 0 && y >= 0 && x < ret->width && y < ret->height && ret->x >= 0 &&
        ret->y >= 0 && ret->x < d->screen->width_in_pixels &&
        ret->y < d->screen->height_in_pixels)
        return 0;
    return rpa_fail(err, RPA_EWINDOW,
                    "the place to click on is outside of the window or the "
                    "screen");
}

/* with a modifier or a button down a click means something else */
static int check_clear(struct rpa_display *d, struct rpa_err *err)
{
    xcb_query_pointer_reply_t *p = xcb_query_pointer_reply(
        d->xcb, xcb_query_pointer(d->xcb, d->screen->root), NULL);
    int r = p ? 0 : rpa_fail(err, RPA_EDISPLAY, "the display has gone");
    if (p && p->mask)
        r = rpa_fail(err, RPA_EFOCUS,
                     "a modifier or a button of the pointer is down");
    free(p);
    return r;
}

static void move(struct rpa_display *d, int x, int y)
{
    xcb_test_fake_input(d->xcb, XCB_MOTION_NOTIFY, 0, XCB_CURRENT_TIME,
                        d->screen->root, (int16_t)x, (int16_t)y, 0);
}

static void press(struct rpa_display *d, int x, int y)
{
    move(d, x, y);
    xcb_test_fake_input(d->xcb, XCB_BUTTON_PRESS, 1, XCB_CURRENT_TIME, XCB_NONE,
                        0, 0, 0);
    xcb_test_fake_input(d->xcb, XCB_BUTTON_RELEASE, 1, XCB_CURRENT_TIME,
                        XCB_NONE, 0, 0, 0);
    move(d, d->screen->width_in_pixels - 1, d->screen->height_in_pixels - 1);
}

int rpa_form_click(struct rpa_display *d, uint32_t window, int x, int y,
                   const struct rpa_key_guard *guard, struct rpa_err *err)
{
    struct rpa_window_info at;
    if (rpa_keymap_mode(d) == RPA_KEYMAP_PRIVATE)
        rpa_keys_neutralise(d, NULL);
    xcb_grab_server(d->xcb);
    int r = rpa_window_check_focus(d, window, err);
    if (r == 0)
        r = place(d, window, x, y, &at, err);
    if (r == 0)
        r = check_clear(d, err);
    if (r == 0 && guard)
        r = guard->check(guard->ctx, err);
    if (r == 0)
        press(d, at.x, at.y);
    xcb_ungrab_server(d->xcb);
    rpa_display_sync_errors(d);
    return r == 0 ? rpa_display_check(d, err) : r;
}
