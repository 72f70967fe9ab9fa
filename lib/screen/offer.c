/* The owner's side of selections: text that is ours to give. */
#include "priv.h"

#include "rpa/base/utf8.h"
#include "rpa/screen/selection.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 64 << 10 }; /* bytes; what is more goes by INCR */

struct offer {
    xcb_atom_t selection;
    char *text;
    size_t len;
    struct offer *next;
};

/* Somebody is taking a large one, piece by piece, each when he has deleted the
 * one before. He has a copy: the offer may be another by then. */
struct transfer {
    xcb_window_t to;
    xcb_atom_t property;
    char *text;
    size_t len, at;
    struct transfer *next;
};

struct rpa_offers {
    struct rpa_display *d;
    struct rpa_tap tap;
    xcb_atom_t utf8, text, plain, targets, incr;
    struct offer *offers;
    struct transfer *transfers;
};

xcb_window_t rpa_selection_owner(struct rpa_display *d, xcb_atom_t selection)
{
    xcb_get_selection_owner_reply_t *r = xcb_get_selection_owner_reply(
        d->xcb, xcb_get_selection_owner(d->xcb, selection), NULL);
    xcb_window_t owner = r ? r->owner : XCB_NONE;
    free(r);
    return owner;
}

int rpa_selection_own(struct rpa_display *d, xcb_window_t window,
                      xcb_atom_t atom, const char *name, struct rpa_err *err)
{
    xcb_set_selection_owner(d->xcb, window, atom, XCB_CURRENT_TIME);
    if (rpa_selection_owner(d, atom) == window)
        return 0;
    int r = rpa_display_check(d, err);
    return r < 0 ? r
                 : rpa_fail(err, RPA_EFOCUS,
                            "another program keeps hold of the %s selection",
                            name);
}

void rpa_selection_answer(struct rpa_display *d,
                          const xcb_selection_request_event_t *ask,
                          xcb_atom_t property)
{
    xcb_selection_notify_event_t told = {
        .response_type = XCB_SELECTION_NOTIFY, .time = ask->time,
        .requestor = ask->requestor, .selection = ask->selection,
        .target = ask->target, .property = property,
    };
    xcb_send_event(d->xcb, 0, ask->requestor, 0, (const char *)&told);
    xcb_flush(d->xcb);
}

static void write_property(struct rpa_display *d, xcb_window_t to,
                           xcb_atom_t property, xcb_atom_t type, uint8_t format,
                           const void *data, size_t n)
{
    xcb_change_property(d->xcb, XCB_PROP_MODE_REPLACE, to, property, type,
                        format, (uint32_t)n, data);
}

/* ---- large ones ---- */

static void transfer_free(struct transfer *t)
{
    free(t->text);
    free(t);
}

static bool transfer_new(struct rpa_offers *o, xcb_window_t to,
                         xcb_atom_t property, const struct offer *offer)
{
    struct transfer *t = calloc(1, sizeof *t);
    char *text = t ? malloc(offer->len) : NULL;
    if (!text) {
        free(t);
        return false;
    }
    memcpy(text, offer->text, offer->len);
    *t = (struct transfer){ to, property, text, offer->len, 0, o->transfers };
    o->transfers = t;
    rpa_display_watch(o->d, to); /* before he can delete anything */
    uint32_t least = (uint32_t)offer->len;
    write_property(o->d, to, property, o->incr, 32, &least, 1);
    return true;
}

static void transfer_end(struct rpa_offers *o, xcb_window_t to,
                         xcb_atom_t property)
{
    for (struct transfer **at = &o->transfers; *at;) {
        struct transfer *t = *at;
        if (t->to != to || (property && t->property != property)) {
            at = &t->next;
            continue;
        }
        *at = t->next;
        transfer_free(t);
    }
}

static void next_piece(struct rpa_offers *o, xcb_window_t to,
                       xcb_atom_t property)
{
    struct transfer *t = o->transfers;
    while (t && (t->to != to || t->property != property))
        t = t->next;
    if (!t)
        return;
    size_t n = t->len - t->at < PIECE ? t->len - t->at : PIECE;
    write_property(o->d, to, property, o->utf8, 8, t->text + t->at, n);
    t->at += n;
    if (n == 0) /* the empty one was the last */
        transfer_end(o, to, property);
}

/* ---- answering ---- */

/* Latin-1, for who asks for STRING; false if it holds more than that */
static bool give_latin1(struct rpa_offers *o,
                        const xcb_selection_request_event_t *ask,
                        const struct offer *offer)
{
    char *out = malloc(offer->len + 1);
    size_t n = 0, used;
    bool fits = out != NULL && offer->len <= PIECE;
    for (size_t i = 0; fits && i < offer->len; i += used) {
        uint32_t cp;
        used = rpa_utf8_decode(offer->text + i, offer->len - i, &cp);
        fits = cp <= 0xff;
        out[n++] = (char)cp;
    }
    if (fits)
        write_property(o->d, ask->requestor, ask->property, XCB_ATOM_STRING, 8,
                       out, n);
    free(out);
    return fits;
}

static bool give(struct rpa_offers *o, const xcb_selection_request_event_t *ask,
                 const struct offer *offer)
{
    xcb_atom_t all[] = { o->targets, o->utf8, o->plain, o->text,
                         XCB_ATOM_STRING };
    if (ask->target == o->targets)
        write_property(o->d, ask->requestor, ask->property, XCB_ATOM_ATOM, 32,
                       all, sizeof all / sizeof *all);
    else if (ask->target == XCB_ATOM_STRING)
        return give_latin1(o, ask, offer);
    else if (ask->target != o->utf8 && ask->target != o->plain &&
             ask->target != o->text)
        return false;
    else if (offer->len > PIECE)
        return transfer_new(o, ask->requestor, ask->property, offer);
    else
        write_property(o->d, ask->requestor, ask->property,
                       ask->target == o->plain ? o->plain : o->utf8, 8,
                       offer->text, offer->len);
    return true;
}

static void answer(struct rpa_offers *o,
                   const xcb_selection_request_event_t *event)
{
    xcb_selection_request_event_t ask = *event;
    const struct offer *offer = o->offers;
    while (offer && offer->selection != ask.selection)
        offer = offer->next;
    if (!ask.property) /* as those of before 1989 ask */
        ask.property = ask.target;
    bool given = offer && give(o, &ask, offer);
    rpa_selection_answer(o->d, &ask, given ? ask.property : XCB_NONE);
}

static void forget(struct rpa_offers *o, xcb_atom_t selection)
{
    for (struct offer **at = &o->offers; *at; at = &(*at)->next) {
        struct offer *offer = *at;
        if (offer->selection != selection)
            continue;
        *at = offer->next;
        free(offer->text);
        free(offer);
        return;
    }
}

static void on_event(void *ctx, const xcb_generic_event_t *ev)
{
    struct rpa_offers *o = ctx;
    const xcb_property_notify_event_t *p = (const void *)ev;
    const xcb_selection_clear_event_t *clear = (const void *)ev;
    const xcb_selection_request_event_t *ask = (const void *)ev;
    switch (ev->response_type & 0x7f) {
    case XCB_SELECTION_REQUEST:
        if (ask->owner == o->d->own)
            answer(o, ask);
        break;
    case XCB_SELECTION_CLEAR: /* it may be of an offer before this one */
        if (clear->owner == o->d->own &&
            rpa_selection_owner(o->d, clear->selection) != o->d->own)
            forget(o, clear->selection);
        break;
    case XCB_PROPERTY_NOTIFY:
        if (p->state == XCB_PROPERTY_DELETE)
            next_piece(o, p->window, p->atom);
        xcb_flush(o->d->xcb);
        break;
    case XCB_DESTROY_NOTIFY: /* in the middle of it */
        transfer_end(o, ((const xcb_destroy_notify_event_t *)ev)->window, 0);
        break;
    }
}

/* ---- offering ---- */

static int make_ready(struct rpa_display *d, struct rpa_err *err)
{
    if (d->offers)
        return 0;
    struct rpa_offers *o = calloc(1, sizeof *o);
    if (!o)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a selection");
    *o = (struct rpa_offers){
        .d = d, .tap = { .event = on_event, .ctx = o },
        .utf8 = rpa_display_atom(d, "UTF8_STRING"),
        .text = rpa_display_atom(d, "TEXT"),
        .plain = rpa_display_atom(d, "text/plain;charset=utf-8"),
        .targets = rpa_display_atom(d, "TARGETS"),
        .incr = rpa_display_atom(d, "INCR"),
    };
    rpa_display_tap(d, &o->tap);
    d->offers = o;
    return 0;
}

void rpa_offers_free(struct rpa_display *d)
{
    struct rpa_offers *o = d->offers;
    if (!o)
        return;
    rpa_display_untap(d, &o->tap);
    while (o->offers)
        forget(o, o->offers->selection);
    while (o->transfers)
        transfer_end(o, o->transfers->to, 0);
    free(o);
    d->offers = NULL;
}

int rpa_selection_offer(struct rpa_display *d, const char *selection,
                        const char *text, size_t len, struct rpa_err *err)
{
    if (strcmp(selection, "PRIMARY") && strcmp(selection, "CLIPBOARD"))
        return rpa_fail(err, RPA_EINVAL, "a selection is PRIMARY or CLIPBOARD");
    if (!rpa_utf8_valid(text, len))
        return rpa_fail(err, RPA_EINVAL, "text that is not UTF-8");
    int r = rpa_display_check(d, err);
    if (r == 0)
        r = make_ready(d, err);
    if (r < 0)
        return r;
    struct offer *offer = calloc(1, sizeof *offer);
    char *copy = offer ? malloc(len + 1) : NULL;
    if (!copy) {
        free(offer);
        return rpa_fail(err, RPA_ENOMEM, "no memory for a selection");
    }
    memcpy(copy, text, len);
    xcb_atom_t atom = rpa_display_atom(d, selection);
    forget(d->offers, atom);
    *offer = (struct offer){ atom, copy, len, d->offers->offers };
    d->offers->offers = offer;
    r = rpa_selection_own(d, d->own, atom, selection, err);
    if (r < 0)
        forget(d->offers, atom);
    return r;
}

int rpa_selection_put_back(struct rpa_display *d, const char *selection,
                           uint32_t window, const char *text, size_t len,
                           struct rpa_err *err)
{
    xcb_atom_t atom = rpa_display_atom(d, selection);
    xcb_window_t owner = rpa_selection_owner(d, atom);
    if (owner && !rpa_display_same_client(d, owner, window))
        return 0;
    if (text)
        return rpa_selection_offer(d, selection, text, len, err);
    xcb_set_selection_owner(d->xcb, XCB_NONE, atom, XCB_CURRENT_TIME);
    xcb_flush(d->xcb);
    return rpa_display_check(d, err);
}

void rpa_selection_drop(struct rpa_display *d, const char *selection)
{
    xcb_atom_t atom = rpa_display_atom(d, selection);
    if (rpa_selection_owner(d, atom) == d->own)
        xcb_set_selection_owner(d->xcb, XCB_NONE, atom, XCB_CURRENT_TIME);
    xcb_flush(d->xcb);
    if (d->offers)
        forget(d->offers, atom);
}
