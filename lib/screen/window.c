#include "priv.h"

#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/window.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

static int gone(struct rpa_display *d, rpa_window window, struct rpa_err *err)
{
    int r = rpa_display_check(d, err);
    if (r < 0)
        return r;
    return rpa_fail(err, RPA_EWINDOW, "window 0x%x is gone", window);
}

/* Up to @size - 1 bytes of a property into @to, NUL-terminated; false when
 * there is none. */
static bool property(struct rpa_display *d, rpa_window window, xcb_atom_t atom,
                     xcb_atom_t *ret_type, char *to, size_t size,
                     size_t *ret_len)
{
    xcb_get_property_reply_t *r = xcb_get_property_reply(
        d->xcb,
        xcb_get_property(d->xcb, 0, window, atom, XCB_ATOM_ANY, 0,
                         (uint32_t)size / 4),
        NULL);
    size_t len = r ? (size_t)xcb_get_property_value_length(r) : 0;
    if (r)
        *ret_type = r->type;
    if (len > size - 1)
        len = size - 1;
    if (len)
        memcpy(to, xcb_get_property_value(r), len);
    to[len] = '\0';
    *ret_len = len;
    free(r);
    return len > 0;
}

/* Latin-1 in place, as far as it fits */
static void from_latin1(char *s, size_t size)
{
    char out[512];
    size_t n = 0;
    for (const char *p = s; *p && n + 3 < size && n + 4 < sizeof out; p++)
        n += rpa_utf8_encode((unsigned char)*p, out + n);
    memcpy(s, out, n);
    s[n] = '\0';
}

static void read_title(struct rpa_display *d, struct rpa_window_info *w)
{
    xcb_atom_t type = 0;
    size_t len = 0;
    if (property(d, w->id, rpa_display_atom(d, "_NET_WM_NAME"), &type, w->title,
                 sizeof w->title, &len)) {
        w->title[rpa_utf8_cut(w->title, len)] = '\0';
        return;
    }
    if (property(d, w->id, XCB_ATOM_WM_NAME, &type, w->title, sizeof w->title,
                 &len) &&
        type == XCB_ATOM_STRING)
        from_latin1(w->title, sizeof w->title);
}

static void read_class(struct rpa_display *d, struct rpa_window_info *w)
{
    xcb_atom_t type = 0;
    size_t len = 0;
    property(d, w->id, XCB_ATOM_WM_CLASS, &type, w->class, sizeof w->class,
             &len);
    char *end = memchr(w->class, '\0', len); /* "instance\0Class\0" */
    if (end && end + 1 < w->class + len)
        *end = '.';
}

static void read_pid(struct rpa_display *d, struct rpa_window_info *w)
{
    char bytes[8];
    xcb_atom_t type = 0;
    size_t len = 0;
    property(d, w->id, rpa_display_atom(d, "_NET_WM_PID"), &type, bytes,
             sizeof bytes, &len);
    if (type == XCB_ATOM_CARDINAL && len >= sizeof w->pid)
        memcpy(&w->pid, bytes, sizeof w->pid);
}

int rpa_window_info(struct rpa_display *d, rpa_window window,
                    struct rpa_window_info *ret, struct rpa_err *err)
{
    xcb_connection_t *c = d->xcb;
    xcb_generic_error_t *error[3] = { NULL };
    xcb_get_window_attributes_cookie_t ca =
        xcb_get_window_attributes(c, window);
    xcb_get_geometry_cookie_t cg = xcb_get_geometry(c, window);
    xcb_translate_coordinates_cookie_t ct =
        xcb_translate_coordinates(c, window, d->screen->root, 0, 0);
    xcb_get_window_attributes_reply_t *a =
        xcb_get_window_attributes_reply(c, ca, &error[0]);
    xcb_get_geometry_reply_t *g = xcb_get_geometry_reply(c, cg, &error[1]);
    xcb_translate_coordinates_reply_t *t =
        xcb_translate_coordinates_reply(c, ct, &error[2]);
    struct rpa_window_info w = { .id = window };
    bool all = a && g && t;
    if (all) {
        w.x = t->dst_x;
        w.y = t->dst_y;
        w.width = g->width;
        w.height = g->height;
        w.viewable = a->map_state == XCB_MAP_STATE_VIEWABLE;
    }
    free(a);
    free(g);
    free(t);
    for (size_t i = 0; i < 3; i++)
        free(error[i]);
    if (!all)
        return gone(d, window, err);
    read_title(d, &w);
    read_class(d, &w);
    read_pid(d, &w);
    *ret = w;
    return 0;
}

/* A growing list of windows, and whether to ask for their events. */
struct walk {
    struct rpa_window_info *items;
    size_t n, cap;
    bool watch;
    bool failed;
};

static void keep(struct walk *walk, const struct rpa_window_info *w)
{
    if (walk->n == walk->cap) {
        size_t cap = walk->cap ? walk->cap * 2 : 16;
        void *more = realloc(walk->items, cap * sizeof *walk->items);
        if (!more) {
            walk->failed = true;
            return;
        }
        walk->items = more;
        walk->cap = cap;
    }
    walk->items[walk->n++] = *w;
}

/* An application's window has WM_CLASS; a manager's frame has not, but holds
 * one that has. */
static void walk_below(struct rpa_display *d, rpa_window parent, int depth,
                       struct walk *walk)
{
    xcb_generic_error_t *error = NULL;
    xcb_query_tree_reply_t *t =
        xcb_query_tree_reply(d->xcb, xcb_query_tree(d->xcb, parent), &error);
    free(error);
    if (!t)
        return;
    const xcb_window_t *child = xcb_query_tree_children(t);
    for (int i = 0; i < xcb_query_tree_children_length(t); i++) {
        struct rpa_window_info w;
        if (child[i] == d->own)
            continue;
        if (walk->watch) /* before reading, so that no change is missed */
            rpa_display_watch(d, child[i]);
        if (rpa_window_info(d, child[i], &w, NULL) < 0)
            continue;
        if (w.class[0] || (w.title[0] && w.viewable))
            keep(walk, &w);
        else if (depth > 0)
            walk_below(d, child[i], depth - 1, walk);
    }
    free(t);
}

static int list(struct rpa_display *d, struct walk *walk, struct rpa_err *err)
{
    walk->n = 0;
    walk_below(d, d->screen->root, 2, walk);
    rpa_display_sync_errors(d); /* windows that went while we looked */
    if (walk->failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a list of windows");
    return rpa_display_check(d, err);
}

int rpa_window_list(struct rpa_display *d, struct rpa_window_info **ret,
                    size_t *ret_n, struct rpa_err *err)
{
    struct walk walk = { 0 };
    int r = list(d, &walk, err);
    if (r < 0) {
        free(walk.items);
        return r;
    }
    *ret = walk.items;
    *ret_n = walk.n;
    return 0;
}

static bool class_fits(const char *have, const char *want)
{
    size_t len = strlen(want);
    const char *dot = strrchr(have, '.');
    return !strcmp(have, want) || (dot && !strcmp(dot + 1, want)) ||
           (dot && (size_t)(dot - have) == len && !memcmp(have, want, len));
}

/* the title that is wanted, or one with it as a part; "" is no part of others */
static bool title_fits(const char *have, const char *want)
{
    return want[0] ? strstr(have, want) != NULL : !have[0];
}

/* how many fit, the last of them in *@ret; whole titles before parts */
static size_t match(const struct walk *walk, const struct rpa_window_want *want,
                    const regex_t *pattern, const struct rpa_window_info **ret)
{
    size_t parts = 0, whole = 0;
    for (size_t i = 0; i < walk->n; i++) {
        const struct rpa_window_info *w = &walk->items[i];
        if (!w->viewable || (want->class && !class_fits(w->class, want->class)) ||
            (want->pid && w->pid != want->pid) ||
            (want->title && !title_fits(w->title, want->title)) ||
            (want->may && !want->may(want->ctx, w->title)) ||
            (pattern && regexec(pattern, w->title, 0, NULL, 0) != 0))
            continue;
        bool same = want->title && !strcmp(w->title, want->title);
        whole += same;
        parts++;
        if (same || !whole)
            *ret = w;
    }
    return whole ? whole : parts;
}

static void say_seen(const struct walk *walk, struct rpa_err *err)
{
    struct rpa_buf b = { 0 };
    for (size_t i = 0; i < walk->n; i++) {
        const struct rpa_window_info *w = &walk->items[i];
        rpa_buf_printf(&b, "%s'", b.len ? ", " : "");
        rpa_buf_escape(&b, w->title, strlen(w->title));
        rpa_buf_puts(&b, "' (");
        rpa_buf_escape(&b, w->class, strlen(w->class));
        rpa_buf_puts(&b, w->viewable ? ")" : ", not visible)");
    }
    rpa_err_seen(err, "windows: %s", b.len ? b.data : "none");
    rpa_buf_clear(&b);
}

static int no_fit(const struct walk *walk, size_t fits,
                  const struct rpa_window_want *want, struct rpa_err *err)
{
    struct rpa_buf b = { 0 };
    const char *text = want->title     ? want->title
                       : want->pattern ? want->pattern
                                       : want->class;
    if (text)
        rpa_buf_escape(&b, text, strlen(text));
    else
        rpa_buf_printf(&b, "of process %d", (int)want->pid);
    const char *name = b.data ? b.data : "";
    int r = fits
                ? rpa_fail(err, RPA_EWINDOW, "%zu windows fit '%s'", fits, name)
                : rpa_fail(err, RPA_ETIMEOUT, "no window '%s' came", name);
    say_seen(walk, err);
    rpa_buf_clear(&b);
    return r;
}

static int search(struct rpa_display *d, const struct rpa_window_want *want,
                  const regex_t *pattern, int64_t deadline_us,
                  struct rpa_window_info *ret, struct rpa_err *err)
{
    struct walk walk = { .watch = true };
    const struct rpa_window_info *hit = NULL;
    int r;
    rpa_display_watch(d, d->screen->root);
    for (;;) {
        uint64_t since = d->events;
        r = list(d, &walk, err);
        if (r < 0)
            break;
        size_t fits = match(&walk, want, pattern, &hit);
        if (fits == 1) {
            *ret = *hit;
            break;
        }
        int came =
            fits ? 0 : rpa_display_wait_since(d, since, deadline_us, err);
        if (came == 0)
            r = no_fit(&walk, fits, want, err);
        if (came < 0)
            r = came;
        if (r < 0)
            break;
    }
    free(walk.items);
    return r;
}

int rpa_window_search(struct rpa_display *d, const struct rpa_window_want *want,
                      int64_t deadline_us, struct rpa_window_info *ret,
                      struct rpa_err *err)
{
    regex_t pattern;
    if (!want->title && !want->class && !want->pattern && !want->pid)
        return rpa_fail(err, RPA_EINVAL, "a window needs a title, a class, a "
                                         "pattern or a process");
    if (want->pattern &&
        regcomp(&pattern, want->pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return rpa_fail(err, RPA_EINVAL, "a bad pattern '%s'", want->pattern);
    int r = search(d, want, want->pattern ? &pattern : NULL, deadline_us, ret,
                   err);
    if (want->pattern)
        regfree(&pattern);
    return r;
}

int rpa_window_find(struct rpa_display *d, const char *title, const char *class,
                    int64_t deadline_us, rpa_window *ret, struct rpa_err *err)
{
    struct rpa_window_want want = { .title = title, .class = class };
    struct rpa_window_info found;
    int r = rpa_window_search(d, &want, deadline_us, &found, err);
    if (r == 0)
        *ret = found.id;
    return r;
}

void rpa_window_nudge(struct rpa_display *d, rpa_window window)
{
    xcb_client_message_event_t event = {
        .response_type = XCB_CLIENT_MESSAGE, .format = 32, .window = window,
        .type = rpa_display_atom(d, "RPA_NUDGE"),
    };
    xcb_send_event(d->xcb, 0, window, 0, (const char *)&event);
    xcb_flush(d->xcb);
}

bool rpa_window_exists(struct rpa_display *d, rpa_window window)
{
    xcb_generic_error_t *error = NULL;
    xcb_get_geometry_reply_t *g = xcb_get_geometry_reply(
        d->xcb, xcb_get_geometry(d->xcb, window), &error);
    bool there = g != NULL;
    free(g);
    free(error);
    return there;
}

struct rpa_focus_ask rpa_focus_ask(struct rpa_display *d, rpa_window window)
{
    return (struct rpa_focus_ask){
        .shown = xcb_get_window_attributes(d->xcb, window),
        .focus = xcb_get_input_focus(d->xcb),
    };
}

struct rpa_focus rpa_focus_told(struct rpa_display *d,
                                const struct rpa_focus_ask *ask)
{
    xcb_generic_error_t *error = NULL;
    xcb_get_window_attributes_reply_t *a =
        xcb_get_window_attributes_reply(d->xcb, ask->shown, &error);
    xcb_get_input_focus_reply_t *f =
        xcb_get_input_focus_reply(d->xcb, ask->focus, NULL);
    struct rpa_focus ret = {
        .there = a != NULL,
        .viewable = a && a->map_state == XCB_MAP_STATE_VIEWABLE,
        .focus = f ? f->focus : XCB_NONE,
    };
    free(error);
    free(a);
    free(f);
    return ret;
}

static xcb_window_t parent_of(struct rpa_display *d, xcb_window_t window)
{
    xcb_generic_error_t *error = NULL;
    xcb_query_tree_reply_t *t =
        xcb_query_tree_reply(d->xcb, xcb_query_tree(d->xcb, window), &error);
    xcb_window_t parent = t ? t->parent : XCB_NONE;
    free(t);
    free(error);
    return parent;
}

static int no_focus(struct rpa_display *d, xcb_window_t focus,
                    struct rpa_err *err)
{
    struct rpa_window_info w = { 0 };
    struct rpa_buf b = { 0 };
    xcb_window_t at = focus;
    while (at > XCB_INPUT_FOCUS_POINTER_ROOT && at != d->screen->root &&
           rpa_window_info(d, at, &w, NULL) == 0 && !w.class[0])
        at = parent_of(d, at);
    rpa_buf_escape(&b, w.title, strlen(w.title));
    int r = rpa_fail(err, RPA_EFOCUS, "the keyboard is not with the window");
    rpa_err_seen(err, "the focus is on %s '%s'",
                 focus > XCB_INPUT_FOCUS_POINTER_ROOT ? "window" : "nothing:",
                 b.len ? b.data : "");
    rpa_buf_clear(&b);
    return r;
}

int rpa_focus_judge(struct rpa_display *d, rpa_window window,
                    const struct rpa_focus *now, struct rpa_err *err)
{
    if (!now->there)
        return gone(d, window, err);
    if (!now->viewable)
        return rpa_fail(err, RPA_EWINDOW, "window 0x%x is not visible", window);
    xcb_window_t at = now->focus;
    while (at > XCB_INPUT_FOCUS_POINTER_ROOT && at != window)
        at = parent_of(d, at);
    if (at == window)
        return 0;
    int r = rpa_display_check(d, err);
    return r < 0 ? r : no_focus(d, now->focus, err);
}

int rpa_window_check_focus(struct rpa_display *d, rpa_window window,
                           struct rpa_err *err)
{
    struct rpa_focus_ask ask = rpa_focus_ask(d, window);
    struct rpa_focus now = rpa_focus_told(d, &ask);
    return rpa_focus_judge(d, window, &now, err);
}

/* Keys go to the part of the focus window that has the pointer in it: the last
 * pixel of the screen is outside of most windows. */
static bool is_parked(struct rpa_display *d, xcb_query_pointer_cookie_t ask)
{
    xcb_query_pointer_reply_t *p =
        xcb_query_pointer_reply(d->xcb, ask, NULL);
    bool yes = p && p->root_x == d->screen->width_in_pixels - 1 &&
               p->root_y == d->screen->height_in_pixels - 1;
    free(p);
    return yes;
}

static void take_focus(struct rpa_display *d, rpa_window window)
{
    xdo_t *xdo = rpa_display_xdo(d);
    if (!xdo)
        return;
    xdo_move_mouse(xdo, d->screen->width_in_pixels - 1,
                   d->screen->height_in_pixels - 1, 0);
    xdo_focus_window(xdo, window);
    rpa_display_sync_errors(d); /* BadMatch when it was unmapped just now */
}

bool rpa_window_has_keyboard(struct rpa_display *d, rpa_window window)
{
    struct rpa_focus_ask ask = rpa_focus_ask(d, window);
    bool parked = is_parked(d, xcb_query_pointer(d->xcb, d->screen->root));
    struct rpa_focus now = rpa_focus_told(d, &ask);
    return parked && rpa_focus_judge(d, window, &now, NULL) == 0;
}

int rpa_window_focus(struct rpa_display *d, rpa_window window,
                     int64_t deadline_us, struct rpa_err *err)
{
    int r = rpa_window_check_focus(d, window, err);
    rpa_display_watch(d, window);
    while (r == 0 || r == -RPA_EFOCUS) {
        uint64_t since = d->events;
        take_focus(d, window);
        r = rpa_window_check_focus(d, window, err);
        if (r != -RPA_EFOCUS)
            break;
        int came = rpa_display_wait_since(d, since, deadline_us, err);
        if (came <= 0)
            return came < 0 ? came : r;
    }
    return r;
}
