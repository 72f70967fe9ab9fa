#include "priv.h"

#include "rpa/base/buf.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/selection.h"
#include "rpa/screen/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xfixes.h>

enum {
    MOST = 64 << 20, /* bytes */
    PLACES = 16,     /* properties that answers are asked into by turns */
};

/* the owner's answer, seen among the events */
struct answer {
    xcb_window_t window, owner;
    xcb_atom_t selection, property;
    bool came;
    bool refused;
    bool piece; /* the property was written */
    bool died;  /* the owner has ended */
    bool left;  /* it offers it no more */
    uint8_t change; /* the event of another owner; 0: the server has none */
};

static void on_event(void *ctx, const xcb_generic_event_t *ev)
{
    struct answer *a = ctx;
    const xcb_selection_notify_event_t *n = (const void *)ev;
    const xcb_property_notify_event_t *p = (const void *)ev;
    const xcb_destroy_notify_event_t *gone = (const void *)ev;
    const xcb_xfixes_selection_notify_event_t *now = (const void *)ev;
    uint8_t type = ev->response_type & 0x7f;
    if (type == XCB_SELECTION_NOTIFY && n->requestor == a->window &&
        n->selection == a->selection &&
        (n->property == a->property || n->property == XCB_NONE)) {
        a->came = true;
        a->refused = n->property == XCB_NONE;
    } else if (type == XCB_PROPERTY_NOTIFY && p->window == a->window &&
               p->atom == a->property && p->state == XCB_PROPERTY_NEW_VALUE) {
        a->piece = true;
    } else if (type == XCB_DESTROY_NOTIFY && gone->window == a->owner) {
        a->died = true;
    } else if (a->change && type == a->change &&
               now->selection == a->selection) {
        a->left = now->owner != a->owner;
    }
}

static int wait_for(struct rpa_display *d, const struct answer *a,
                    const bool *what, const char *selection,
                    int64_t deadline_us, struct rpa_err *err)
{
    int came = 1;
    while (!*what && !a->died && !(a->left && what == &a->came) && came > 0)
        came = rpa_display_wait(d, deadline_us, err);
    if (came < 0)
        return came;
    if (*what)
        return 0;
    if (a->left && !a->died) /* GTK does not answer what is asked too late */
        return rpa_fail(err, RPA_EGONE, "the owner of the %s gave it up",
                        selection);
    return a->died ? rpa_fail(err, RPA_EGONE, "the owner of the %s has ended",
                              selection)
                   : rpa_fail(err, RPA_ETIMEOUT,
                              "the owner of the %s does not answer", selection);
}

/* Read the property and delete it, which asks for the next piece. */
static int take(struct rpa_display *d, xcb_atom_t property, struct rpa_buf *to,
                xcb_atom_t *ret_type, size_t *ret_len, struct rpa_err *err)
{
    xcb_get_property_reply_t *p =
        xcb_get_property_reply(d->xcb,
                               xcb_get_property(d->xcb, 1, d->own, property,
                                                XCB_ATOM_ANY, 0, MOST / 4),
                               NULL);
    if (!p)
        return rpa_fail(err, RPA_EDISPLAY, "the display has gone");
    *ret_type = p->type;
    *ret_len = (size_t)xcb_get_property_value_length(p);
    if (p->format == 8)
        rpa_buf_add(to, xcb_get_property_value(p), *ret_len);
    int r = 0;
    if (to->failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for the selection");
    else if (p->type != XCB_NONE && p->format != 8 && p->format != 32)
        r = rpa_fail(err, RPA_EPROTO, "the selection is no text");
    else if (to->len > MOST)
        r = rpa_fail(err, RPA_EPROTO, "a selection of more than %d bytes",
                     MOST);
    free(p);
    return r;
}

/* The pieces of a large one, to the empty one that ends it. */
static int take_pieces(struct rpa_display *d, struct answer *a,
                       const char *selection, struct rpa_buf *to,
                       int64_t deadline_us, struct rpa_err *err)
{
    xcb_atom_t type;
    size_t len;
    for (;;) {
        int r = wait_for(d, a, &a->piece, selection, deadline_us, err);
        if (r < 0)
            return r;
        a->piece = false;
        r = take(d, a->property, to, &type, &len, err);
        if (r < 0 || (type != XCB_NONE && len == 0))
            return r; /* without a type: one that was taken already */
    }
}

static int receive(struct rpa_display *d, struct answer *a,
                   const char *selection, struct rpa_buf *to,
                   int64_t deadline_us, struct rpa_err *err)
{
    xcb_atom_t type;
    size_t len;
    int r = wait_for(d, a, &a->came, selection, deadline_us, err);
    if (r == 0 && a->refused)
        r = rpa_fail(err, RPA_ENOTFOUND, "nobody offers text as %s", selection);
    if (r == 0)
        r = take(d, a->property, to, &type, &len, err);
    if (r == 0 && type == XCB_NONE) /* nothing came: that is no empty text */
        r = rpa_fail(err, RPA_EPROTO, "the owner of the %s gave nothing",
                     selection);
    if (r == 0 && type == rpa_display_atom(d, "INCR"))
        r = take_pieces(d, a, selection, to, deadline_us, err);
    return r;
}

static int check_utf8(const struct rpa_buf *text, struct rpa_err *err)
{
    if (rpa_utf8_valid(text->data ? text->data : "", text->len))
        return 0;
    return rpa_fail(err, RPA_EPROTO, "the selection is not UTF-8 text");
}

/* be told when another owns it */
static void watch_owner(struct rpa_display *d, struct answer *a)
{
    const xcb_query_extension_reply_t *e =
        xcb_get_extension_data(d->xcb, &xcb_xfixes_id);
    if (!e || !e->present)
        return;
    a->change = (uint8_t)(e->first_event + XCB_XFIXES_SELECTION_NOTIFY);
    xcb_discard_reply(d->xcb, xcb_xfixes_query_version(d->xcb, 1, 0).sequence);
    xcb_xfixes_select_selection_input(
        d->xcb, d->own, a->selection,
        XCB_XFIXES_SELECTION_EVENT_MASK_SET_SELECTION_OWNER);
}

static int ask(struct rpa_display *d, const char *selection, struct answer *a,
               xcb_atom_t target, struct rpa_err *err)
{
    watch_owner(d, a);
    a->owner = rpa_selection_owner(d, a->selection);
    rpa_display_pump(d); /* owners before this one are no news */
    a->left = false;
    if (!a->owner)
        return rpa_fail(err, RPA_ENOTFOUND, "nobody offers text as %s",
                        selection);
    rpa_display_watch(d, a->owner);
    rpa_display_watch(d, d->own);
    if (!rpa_window_exists(d, a->owner)) /* before it was watched */
        return rpa_fail(err, RPA_ENOTFOUND, "nobody offers text as %s",
                        selection);
    rpa_display_pump_queued(d); /* one that ended before may have had a window */
    a->died = false;            /* of this number */
    xcb_delete_property(d->xcb, d->own, a->property);
    xcb_convert_selection(d->xcb, d->own, a->selection, target, a->property,
                          XCB_CURRENT_TIME);
    return 0;
}

/* @text, which is Latin-1, as UTF-8 */
static void widen(struct rpa_buf *text)
{
    struct rpa_buf wide = { 0 };
    char utf8[4];
    for (size_t i = 0; i < text->len; i++)
        rpa_buf_add(&wide, utf8,
                    rpa_utf8_encode((unsigned char)text->data[i], utf8));
    wide.failed |= text->failed;
    rpa_buf_clear(text);
    *text = wide;
}

/* Programs older than UTF8_STRING offer STRING, which is Latin-1 (ICCCM 2.6.2). */
static int ask_both(struct rpa_display *d, const char *selection,
                    struct answer *a, struct rpa_buf *text, int64_t deadline_us,
                    struct rpa_err *err)
{
    int r = ask(d, selection, a, rpa_display_atom(d, "UTF8_STRING"), err);
    if (r == 0)
        r = receive(d, a, selection, text, deadline_us, err);
    if (!a->refused)
        return r == 0 ? check_utf8(text, err) : r;
    a->came = a->refused = a->piece = false;
    r = ask(d, selection, a, XCB_ATOM_STRING, err);
    if (r == 0)
        r = receive(d, a, selection, text, deadline_us, err);
    if (r == 0)
        widen(text);
    return r;
}

int rpa_selection_get(struct rpa_display *d, const char *selection, char **ret,
                      size_t *ret_len, int64_t deadline_us, struct rpa_err *err)
{
    if (strcmp(selection, "PRIMARY") && strcmp(selection, "CLIPBOARD"))
        return rpa_fail(err, RPA_EINVAL, "a selection is PRIMARY or CLIPBOARD");
    int r = rpa_display_check(d, err);
    if (r < 0)
        return r;
    /* an answer to an earlier question that came too late has another place */
    char place[32];
    snprintf(place, sizeof place, "RPA_SELECTION_%u", d->asked++ % PLACES);
    struct answer a = { .window = d->own,
                        .property = rpa_display_atom(d, place),
                        .selection = rpa_display_atom(d, selection) };
    struct rpa_tap tap = { .event = on_event, .ctx = &a };
    struct rpa_buf text = { 0 };
    rpa_display_tap(d, &tap);
    r = ask_both(d, selection, &a, &text, deadline_us, err);
    rpa_display_untap(d, &tap);
    size_t len = text.len;
    rpa_buf_putc(&text, '\0');
    if (r == 0 && text.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for the selection");
    if (r == 0) {
        *ret_len = len;
        *ret = rpa_buf_take(&text);
    }
    rpa_buf_clear(&text);
    return r;
}
