#include "eyes.h"

#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/screen/manage.h"

#include <X11/Xutil.h>
#include <stdlib.h>
#include <string.h>

#define BACK_US 1000000 /* for a window to take its old size again */

/* 1 as wanted, 0 not yet, or an error */
typedef int state_test(struct rpa_display *d, rpa_window window,
                       const void *ctx, struct rpa_err *err);

/* Look, then wait for an event, and look again. 0, or RPA_ETIMEOUT for the
 * caller to say of what. */
static int await(struct rpa_display *d, rpa_window window, state_test *is,
                 const void *ctx, int64_t deadline_us, struct rpa_err *err)
{
    rpa_display_watch(d, window);
    for (;;) {
        uint64_t since = d->events;
        int r = is(d, window, ctx, err);
        rpa_display_sync_errors(d); /* of a window that went meanwhile */
        if (r != 0)
            return r < 0 ? r : 0;
        int came = rpa_display_wait_since(d, since, deadline_us, err);
        if (came < 0)
            return came;
        if (came == 0)
            return -RPA_ETIMEOUT;
    }
}

static int is_gone(struct rpa_display *d, rpa_window window, const void *ctx,
                   struct rpa_err *err)
{
    struct rpa_window_info info;
    (void)ctx;
    int r = rpa_window_info(d, window, &info, err);
    return r == -RPA_EWINDOW ? 1 : r < 0 ? r : !info.viewable;
}

int rpa_window_await_gone(struct rpa_display *d, rpa_window window,
                          int64_t deadline_us, struct rpa_err *err)
{
    int r = await(d, window, is_gone, NULL, deadline_us, err);
    if (r == -RPA_ETIMEOUT) {
        rpa_fail(err, RPA_ETIMEOUT, "the window did not go away");
        rpa_err_seen(err, "it is still shown");
    }
    return r;
}

static int has_title(struct rpa_display *d, rpa_window window, const void *ctx,
                     struct rpa_err *err)
{
    struct rpa_window_info info;
    int r = rpa_window_info(d, window, &info, err);
    return r < 0 ? r : strstr(info.title, ctx) != NULL;
}

int rpa_window_await_title(struct rpa_display *d, rpa_window window,
                           const char *part, int64_t deadline_us,
                           struct rpa_err *err)
{
    struct rpa_window_info info = { 0 };
    struct rpa_buf b = { 0 };
    int r = await(d, window, has_title, part, deadline_us, err);
    if (r != -RPA_ETIMEOUT)
        return r;
    rpa_window_info(d, window, &info, NULL);
    rpa_buf_escape(&b, info.title, strlen(info.title));
    rpa_fail(err, RPA_ETIMEOUT, "the window's title did not change as expected");
    rpa_err_seen(err, "its title is '%s'", b.data ? b.data : "");
    rpa_buf_clear(&b);
    return r;
}

/* ---- place and size ---- */

struct wish {
    int x, y, w, h;
    int slack_x, slack_y; /* a size may be this much less */
};

/* its border, as wide as it was drawn by its own program */
static int border_of(struct rpa_display *d, rpa_window window)
{
    xcb_generic_error_t *error = NULL;
    xcb_get_geometry_reply_t *g = xcb_get_geometry_reply(
        d->xcb, xcb_get_geometry(d->xcb, window), &error);
    int width = g ? g->border_width : 0;
    free(error);
    free(g);
    return width;
}

/* what a manager puts around it: left, right, top, bottom */
static void read_frame(struct rpa_display *d, rpa_window window, uint32_t *out)
{
    xcb_get_property_reply_t *p = xcb_get_property_reply(
        d->xcb,
        xcb_get_property(d->xcb, 0, window,
                         rpa_display_atom(d, "_NET_FRAME_EXTENTS"),
                         XCB_ATOM_CARDINAL, 0, 4),
        NULL);
    memset(out, 0, 4 * sizeof *out);
    if (p && xcb_get_property_value_length(p) >= 16)
        memcpy(out, xcb_get_property_value(p), 16);
    free(p);
}

static int is_at(struct rpa_display *d, rpa_window window, const void *ctx,
                 struct rpa_err *err)
{
    const struct wish *wish = ctx;
    struct rpa_window_info now;
    uint32_t frame[4];
    int r = rpa_window_info(d, window, &now, err);
    if (r < 0)
        return r;
    read_frame(d, window, frame);
    int border = border_of(d, window);
    bool bare = now.x == wish->x + border && now.y == wish->y + border;
    return bare || (now.x == wish->x + (int)frame[0] &&
                      now.y == wish->y + (int)frame[2]);
}

static int is_sized(struct rpa_display *d, rpa_window window, const void *ctx,
                    struct rpa_err *err)
{
    const struct wish *wish = ctx;
    struct rpa_window_info now;
    int r = rpa_window_info(d, window, &now, err);
    if (r < 0)
        return r;
    return now.width <= wish->w && now.width > wish->w - wish->slack_x &&
           now.height <= wish->h && now.height > wish->h - wish->slack_y;
}

static int say_place(struct rpa_display *d, rpa_window window, const char *what,
                     struct rpa_err *err)
{
    struct rpa_window_info now = { 0 };
    int r = rpa_window_info(d, window, &now, err);
    if (r < 0)
        return r;
    r = rpa_fail(err, RPA_ETIMEOUT, "the window %s", what);
    rpa_err_seen(err, "it is at %d,%d and %dx%d", now.x, now.y, now.width,
                 now.height);
    return r;
}

int rpa_window_move(struct rpa_display *d, rpa_window window, int x, int y,
                    int64_t deadline_us, struct rpa_err *err)
{
    struct wish wish = { .x = x, .y = y };
    xdo_t *xdo = rpa_display_xdo(d);
    if (!xdo)
        return rpa_display_check(d, err);
    xdo_move_window(xdo, window, x, y);
    int r = await(d, window, is_at, &wish, deadline_us, err);
    return r == -RPA_ETIMEOUT ? say_place(d, window, "was not moved", err) : r;
}

/* a size may be less by what its program does not count: cells, not pixels */
static void read_slack(struct rpa_display *d, rpa_window window,
                       struct wish *wish)
{
    XSizeHints h = { 0 };
    long given = 0;
    wish->slack_x = wish->slack_y = 1;
    if (!XGetWMNormalHints(d->xlib, window, &h, &given) ||
        !(h.flags & PResizeInc))
        return;
    wish->slack_x = h.width_inc > 0 ? h.width_inc : 1;
    wish->slack_y = h.height_inc > 0 ? h.height_inc : 1;
}

static int resize(struct rpa_display *d, rpa_window window,
                  const struct wish *wish, int64_t deadline_us,
                  struct rpa_err *err)
{
    xdo_t *xdo = rpa_display_xdo(d);
    if (!xdo)
        return rpa_display_check(d, err);
    xdo_set_window_size(xdo, window, wish->w, wish->h, 0);
    return await(d, window, is_sized, wish, deadline_us, err);
}

int rpa_window_resize(struct rpa_display *d, rpa_window window, int width,
                      int height, int64_t deadline_us, struct rpa_err *err)
{
    struct wish wish = { .w = width, .h = height };
    struct rpa_window_info was;
    struct rpa_err ignored;
    if (width < 1 || height < 1)
        return rpa_fail(err, RPA_EINVAL, "a window is at least 1x1");
    int r = rpa_window_info(d, window, &was, err);
    if (r < 0)
        return r;
    read_slack(d, window, &wish);
    r = resize(d, window, &wish, deadline_us, err);
    if (r != -RPA_ETIMEOUT)
        return r;
    r = say_place(d, window, "was not resized", err);
    wish.w = was.width;
    wish.h = was.height;
    if (r == -RPA_ETIMEOUT) /* what else it took is nobody's wish */
        resize(d, window, &wish, rpa_mono_us() + BACK_US, &ignored);
    return r;
}

/* ---- on top ---- */

static bool managed(struct rpa_display *d)
{
    xcb_get_property_reply_t *p = xcb_get_property_reply(
        d->xcb,
        xcb_get_property(d->xcb, 0, d->screen->root,
                         rpa_display_atom(d, "_NET_SUPPORTING_WM_CHECK"),
                         XCB_ATOM_WINDOW, 0, 1),
        NULL);
    xcb_window_t check = XCB_NONE;
    if (p && xcb_get_property_value_length(p) == 4)
        memcpy(&check, xcb_get_property_value(p), 4);
    free(p);
    return check && rpa_window_exists(d, check);
}

/* As a pager would; xdo_activate_window() reads through a null pointer when the
 * window has just gone (libxdo 3.20160805). */
static void activate(struct rpa_display *d, rpa_window window)
{
    xcb_client_message_event_t event = {
        .response_type = XCB_CLIENT_MESSAGE, .format = 32, .window = window,
        .type = rpa_display_atom(d, "_NET_ACTIVE_WINDOW"),
        .data.data32 = { 2, XCB_CURRENT_TIME },
    };
    xcb_send_event(d->xcb, 0, d->screen->root,
                   XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY |
                       XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT,
                   (const char *)&event);
}

static int has_manager(struct rpa_display *d, rpa_window window,
                       const void *ctx, struct rpa_err *err)
{
    (void)window;
    (void)ctx;
    int r = rpa_display_check(d, err);
    return r < 0 ? r : managed(d);
}

int rpa_window_await_manager(struct rpa_display *d, int64_t deadline_us,
                             struct rpa_err *err)
{
    int r = await(d, d->screen->root, has_manager, NULL, deadline_us, err);
    return r == -RPA_ETIMEOUT
               ? rpa_fail(err, RPA_ETIMEOUT,
                          "no window manager came to the display")
               : r;
}

static int is_on_top(struct rpa_display *d, rpa_window window, const void *ctx,
                     struct rpa_err *err)
{
    struct rpa_box over[8];
    struct rpa_window_info now;
    (void)ctx;
    int r = rpa_window_info(d, window, &now, err);
    if (r < 0)
        return r;
    return now.viewable && rpa_cover_list(d, window, over, 8) == 0;
}

int rpa_window_raise(struct rpa_display *d, rpa_window window,
                     int64_t deadline_us, struct rpa_err *err)
{
    xdo_t *xdo = rpa_display_xdo(d);
    if (!xdo)
        return rpa_display_check(d, err);
    xdo_raise_window(xdo, window);
    if (managed(d)) /* a manager may keep others above, unless it is active */
        activate(d, window);
    int r = await(d, window, is_on_top, NULL, deadline_us, err);
    return r == -RPA_ETIMEOUT
               ? say_place(d, window, "did not come to the top", err)
               : r;
}

/* ---- closing ---- */

/* does @property of @window, a list of atoms, have @what? */
static bool has_atom(struct rpa_display *d, xcb_window_t window,
                     xcb_atom_t property, xcb_atom_t what)
{
    xcb_get_property_reply_t *p = xcb_get_property_reply(
        d->xcb,
        xcb_get_property(d->xcb, 0, window, property, XCB_ATOM_ATOM, 0, 32),
        NULL);
    bool yes = false;
    size_t n = p ? (size_t)xcb_get_property_value_length(p) / 4 : 0;
    const xcb_atom_t *atoms = p ? xcb_get_property_value(p) : NULL;
    for (size_t i = 0; i < n; i++)
        yes |= atoms[i] == what;
    free(p);
    return yes;
}

int rpa_window_close(struct rpa_display *d, rpa_window window,
                     int64_t deadline_us, struct rpa_err *err)
{
    xcb_atom_t protocols = rpa_display_atom(d, "WM_PROTOCOLS");
    xcb_atom_t what = rpa_display_atom(d, "WM_DELETE_WINDOW");
    struct rpa_window_info info;
    int r = rpa_window_info(d, window, &info, err);
    if (r < 0)
        return r;
    if (!has_atom(d, window, protocols, what))
        return rpa_fail(err, RPA_ENOTFOUND,
                        "the window takes no request to close");
    xcb_client_message_event_t event = {
        .response_type = XCB_CLIENT_MESSAGE, .format = 32, .window = window,
        .type = protocols, .data.data32 = { what, XCB_CURRENT_TIME },
    };
    xcb_send_event(d->xcb, 0, window, 0, (const char *)&event);
    return rpa_window_await_gone(d, window, deadline_us, err);
}

int rpa_window_kill(struct rpa_display *d, rpa_window window,
                    int64_t deadline_us, struct rpa_err *err)
{
    int r = rpa_display_check(d, err);
    if (r < 0)
        return r;
    xcb_kill_client(d->xcb, window);
    return rpa_window_await_gone(d, window, deadline_us, err);
}

/* ---- menus and lists ---- */

static bool is_popup(struct rpa_display *d, xcb_window_t window)
{
    xcb_get_window_attributes_reply_t *a = xcb_get_window_attributes_reply(
        d->xcb, xcb_get_window_attributes(d->xcb, window), NULL);
    bool yes = a && a->override_redirect && a->_class == 1 && /* InputOutput */
               a->map_state == XCB_MAP_STATE_VIEWABLE;
    free(a);
    return yes;
}

/* is it of one of these kinds, by what it says itself (_NET_WM_WINDOW_TYPE)? */
static bool is_kind(struct rpa_display *d, xcb_window_t window,
                    const char *const *kinds)
{
    xcb_atom_t type = rpa_display_atom(d, "_NET_WM_WINDOW_TYPE");
    bool yes = false;
    for (; *kinds && !yes; kinds++)
        yes = has_atom(d, window, type, rpa_display_atom(d, *kinds));
    return yes;
}

rpa_window rpa_window_popup(struct rpa_display *d, rpa_window window)
{
    static const char *const menus[] = { "_NET_WM_WINDOW_TYPE_DROPDOWN_MENU",
                                         "_NET_WM_WINDOW_TYPE_POPUP_MENU",
                                         "_NET_WM_WINDOW_TYPE_COMBO", NULL };
    static const char *const hints[] = { "_NET_WM_WINDOW_TYPE_TOOLTIP", NULL };
    xcb_query_tree_reply_t *t = xcb_query_tree_reply(
        d->xcb, xcb_query_tree(d->xcb, d->screen->root), NULL);
    xcb_window_t menu = XCB_NONE, other = XCB_NONE;
    const xcb_window_t *child = t ? xcb_query_tree_children(t) : NULL;
    for (int i = t ? xcb_query_tree_children_length(t) : 0; i > 0 && !menu; i--) {
        xcb_window_t w = child[i - 1];
        if (!rpa_display_same_client(d, w, window) || !is_popup(d, w))
            continue;
        if (is_kind(d, w, menus))
            menu = w;
        else if (!other && !is_kind(d, w, hints)) /* some do not say what they are */
            other = w;
    }
    free(t);
    return menu ? menu : other;
}
