#include "priv.h"

#include "rpa/base/time.h"
#include "rpa/screen/form_entry.h"
#include "rpa/screen/keys.h"

#include <X11/XKBlib.h>
#include <X11/Xlib-xcb.h>
#include <X11/Xlibint.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xtest.h>

/* Xlib's two handlers are the process's, so they find our display by the
 * extension data that hangs on Xlib's own: no global of ours. */
enum { OURS = 0x727061 }; /* "rpa"; Xlib numbers its extensions from 1 up */

static struct rpa_display *owner(Display *xlib)
{
    XEDataObject on = { .display = xlib };
    for (XExtData *e = *XEHeadOfExtensionList(on); e; e = e->next)
        if (e->number == OURS)
            return (struct rpa_display *)e->private_data;
    return NULL;
}

static int keep_private(XExtData *ext)
{
    ext->private_data = NULL; /* ours, not Xlib's to free */
    return 0;
}

static int hang_on(Display *xlib, struct rpa_display *d)
{
    XExtData *ext = Xcalloc(1, sizeof *ext);
    if (!ext)
        return -1;
    ext->number = OURS;
    ext->private_data = (XPointer)d;
    ext->free_private = keep_private;
    XEDataObject on = { .display = xlib };
    XAddToExtensionList(XEHeadOfExtensionList(on), ext);
    return 0;
}

static int on_error(Display *xlib, XErrorEvent *ev)
{
    (void)ev;
    struct rpa_display *d = owner(xlib);
    if (d)
        d->errors++;
    return 0;
}

/* both are called when the server has gone; the second would exit() */
static int on_io_error(Display *xlib)
{
    struct rpa_display *d = owner(xlib);
    if (d)
        d->gone = true;
    return 0;
}

static void on_io_exit(Display *xlib, void *ctx)
{
    (void)xlib;
    ((struct rpa_display *)ctx)->gone = true;
}

static int adopt(struct rpa_display *d, const char *name, struct rpa_err *err)
{
    int op, event, error, major = XkbMajorVersion, minor = XkbMinorVersion;
    if (hang_on(d->xlib, d) < 0)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a display");
    XSetIOErrorExitHandler(d->xlib, on_io_exit, d);
    XSetEventQueueOwner(d->xlib, XCBOwnsEventQueue);
    d->xcb = XGetXCBConnection(d->xlib);
    d->screen = xcb_setup_roots_iterator(xcb_get_setup(d->xcb)).data;
    const xcb_query_extension_reply_t *xtest =
        xcb_get_extension_data(d->xcb, &xcb_test_id);
    if (!xtest || !xtest->present ||
        !XkbQueryExtension(d->xlib, &op, &event, &error, &major, &minor))
        return rpa_fail(err, RPA_EENV, "display %s lacks XTEST or XKB",
                        name ? name : "");
    d->xdo = xdo_new_with_opened_display(d->xlib, name, 0);
    if (!d->xdo)
        return rpa_fail(err, RPA_EDISPLAY, "libxdo cannot use display %s",
                        name ? name : "");
    d->xdo->quiet = 1;
    d->own = xcb_generate_id(d->xcb);
    xcb_create_window(d->xcb, 0, d->own, d->screen->root, -1, -1, 1, 1, 0,
                      XCB_WINDOW_CLASS_INPUT_ONLY, XCB_COPY_FROM_PARENT, 0,
                      NULL);
    rpa_display_sync_errors(d);
    return rpa_display_check(d, err);
}

int rpa_display_open(const char *name, struct rpa_display **ret,
                     struct rpa_err *err)
{
    struct rpa_display *d = calloc(1, sizeof *d);
    if (!d)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a display");
    XSetErrorHandler(on_error);
    XSetIOErrorHandler(on_io_error);
    d->xlib = XOpenDisplay(name);
    if (!d->xlib) {
        free(d);
        const char *env = getenv("DISPLAY");
        return rpa_fail(err, RPA_EDISPLAY, "cannot connect to display '%s'",
                        name  ? name
                        : env ? env
                              : "");
    }
    int r = adopt(d, name, err);
    if (r < 0)
        rpa_display_close(d);
    else
        *ret = d;
    return r;
}

void rpa_display_close(struct rpa_display *d)
{
    if (!d)
        return;
    if (d->xdo)
        rpa_keys_release_all(d, NULL);
    rpa_offers_free(d);
    rpa_entry_unclaim(d);
    rpa_keymap_free(d->keymap);
    if (d->xdo)
        xdo_free(d->xdo); /* leaves the connection, which was ours */
    /* or it would make requests, and complain on stderr that it cannot */
    if (d->gone)
        d->xlib->flags |= XlibDisplayClosing;
    XCloseDisplay(d->xlib);
    free(d);
}

int rpa_display_mark_cursors(struct rpa_display *d, struct rpa_err *err)
{
    char text[128];
    int n = snprintf(text, sizeof text,
                     "*cursorColor: #%06x\n*cursorBlink: never\n"
                     "*alwaysHighlight: true\n",
                     RPA_CURSOR_COLOUR);
    xcb_change_property(d->xcb, XCB_PROP_MODE_REPLACE, d->screen->root,
                        XCB_ATOM_RESOURCE_MANAGER, XCB_ATOM_STRING, 8,
                        (uint32_t)n, text);
    rpa_display_sync_errors(d);
    d->marked = true;
    return rpa_display_check(d, err);
}

xdo_t *rpa_display_xdo(struct rpa_display *d)
{
    free(xcb_get_input_focus_reply(d->xcb, xcb_get_input_focus(d->xcb), NULL));
    return rpa_display_gone(d) ? NULL : d->xdo;
}

bool rpa_display_gone(struct rpa_display *d)
{
    if (xcb_connection_has_error(d->xcb))
        d->gone = true;
    return d->gone;
}

int rpa_display_check(struct rpa_display *d, struct rpa_err *err)
{
    if (!rpa_display_gone(d))
        return 0;
    return rpa_fail(err, RPA_EDISPLAY, "the display has gone");
}

/* a child of the root is mapped, or a window manager tells of its windows */
static bool tells_of_windows(const struct rpa_display *d,
                             const xcb_generic_event_t *ev)
{
    const xcb_map_notify_event_t *map = (const void *)ev;
    const xcb_property_notify_event_t *property = (const void *)ev;
    int type = ev->response_type & 0x7f;
    return (type == XCB_MAP_NOTIFY && map->event == d->screen->root) ||
           (type == XCB_PROPERTY_NOTIFY && property->window == d->screen->root);
}

void rpa_display_interrupt(struct rpa_display *d, rpa_display_came came,
                           void *ctx)
{
    d->came = came;
    d->came_ctx = ctx;
    d->may_have_come = true;
    if (came)
        rpa_display_watch(d, d->screen->root);
}

void rpa_display_listen(struct rpa_display *d, int fd, rpa_display_heard heard,
                        void *ctx)
{
    d->heard_fd = fd;
    d->heard = heard;
    d->heard_ctx = ctx;
}

static int look_what_came(struct rpa_display *d, struct rpa_err *err)
{
    int r = d->heard ? d->heard(d->heard_ctx, err) : 0;
    if (r < 0 || !d->came || !d->may_have_come)
        return r;
    d->may_have_come = false;
    return d->came(d->came_ctx, err);
}

/* @ev and those read along with it */
static void show(struct rpa_display *d, xcb_generic_event_t *ev)
{
    for (; ev; ev = xcb_poll_for_queued_event(d->xcb)) {
        int type = ev->response_type & 0x7f;
        d->errors += type == 0;
        d->map_changed |= type == XCB_MAPPING_NOTIFY;
        d->may_have_come |= tells_of_windows(d, ev);
        for (struct rpa_tap *t = d->taps; t; t = t->next)
            t->event(t->ctx, ev);
        free(ev);
        d->events++;
    }
}

void rpa_display_pump(struct rpa_display *d)
{
    xcb_generic_event_t *ev;
    while ((ev = xcb_poll_for_event(d->xcb)))
        show(d, ev);
}

void rpa_display_pump_queued(struct rpa_display *d)
{
    show(d, xcb_poll_for_queued_event(d->xcb));
}

int rpa_display_fd(const struct rpa_display *d)
{
    return xcb_get_file_descriptor(d->xcb);
}

int rpa_display_serve(struct rpa_display *d, struct rpa_err *err)
{
    rpa_display_pump(d);
    xcb_flush(d->xcb);
    return rpa_display_check(d, err);
}

int rpa_display_wait(struct rpa_display *d, int64_t deadline_us,
                     struct rpa_err *err)
{
    return rpa_display_wait_since(d, d->events, deadline_us, err);
}

int rpa_display_wait_since(struct rpa_display *d, uint64_t since,
                           int64_t deadline_us, struct rpa_err *err)
{
    xcb_flush(d->xcb);
    for (;;) {
        /* first, since a reply read earlier may have brought events along */
        show(d, xcb_poll_for_event(d->xcb));
        int r = rpa_display_check(d, err);
        if (r < 0)
            return r;
        if (d->events != since)
            return 1;
        int left = rpa_left_ms(deadline_us);
        if (left == 0)
            return 0;
        r = look_what_came(d, err);
        if (r < 0)
            return r;
        if (d->events != since)
            continue;
        struct pollfd p[2] = {
            { .fd = xcb_get_file_descriptor(d->xcb), .events = POLLIN },
            { .fd = d->heard ? d->heard_fd : -1, .events = POLLIN },
        };
        if (poll(p, 2, left) < 0 && errno != EINTR)
            return rpa_fail_errno(err, RPA_EIO, "poll");
    }
}

unsigned rpa_display_sync_errors(struct rpa_display *d)
{
    free(xcb_get_input_focus_reply(d->xcb, xcb_get_input_focus(d->xcb), NULL));
    rpa_display_pump(d);
    unsigned n = d->errors;
    d->errors = 0;
    return n;
}

void rpa_display_tap(struct rpa_display *d, struct rpa_tap *tap)
{
    tap->next = d->taps;
    d->taps = tap;
}

void rpa_display_untap(struct rpa_display *d, struct rpa_tap *tap)
{
    for (struct rpa_tap **at = &d->taps; *at; at = &(*at)->next)
        if (*at == tap) {
            *at = tap->next;
            return;
        }
}

void rpa_display_watch(struct rpa_display *d, xcb_window_t window)
{
    uint32_t mask =
        XCB_EVENT_MASK_STRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY |
        XCB_EVENT_MASK_PROPERTY_CHANGE | XCB_EVENT_MASK_FOCUS_CHANGE |
        XCB_EVENT_MASK_VISIBILITY_CHANGE;
    xcb_change_window_attributes(d->xcb, window, XCB_CW_EVENT_MASK, &mask);
}

xcb_atom_t rpa_display_atom(struct rpa_display *d, const char *name)
{
    xcb_intern_atom_reply_t *r = xcb_intern_atom_reply(
        d->xcb, xcb_intern_atom(d->xcb, 0, (uint16_t)strlen(name), name), NULL);
    xcb_atom_t atom = r ? r->atom : XCB_ATOM_NONE;
    free(r);
    return atom;
}

/* a client's windows have its number in their high bits */
bool rpa_display_same_client(const struct rpa_display *d, xcb_window_t a,
                             xcb_window_t b)
{
    uint32_t low = xcb_get_setup(d->xcb)->resource_id_mask;
    return (a & ~low) == (b & ~low);
}
