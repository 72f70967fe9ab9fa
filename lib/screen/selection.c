#include "priv.h"

#include "rpa/base/utf8.h"
#include "rpa/screen/selection.h"

#include <stdlib.h>
#include <string.h>

/* the owner's answer, seen among the events */
struct answer {
    xcb_window_t window;
    xcb_atom_t selection;
    bool came;
    bool refused;
};

static void on_event(void *ctx, const xcb_generic_event_t *ev)
{
    struct answer *a = ctx;
    const xcb_selection_notify_event_t *n = (const void *)ev;
    if ((ev->response_type & 0x7f) != XCB_SELECTION_NOTIFY ||
        n->requestor != a->window || n->selection != a->selection)
        return;
    a->came = true;
    a->refused = n->property == XCB_NONE;
}

static int take(struct rpa_display *d, xcb_atom_t property, char **ret,
                size_t *ret_len, struct rpa_err *err)
{
    xcb_get_property_reply_t *p =
        xcb_get_property_reply(d->xcb,
                               xcb_get_property(d->xcb, 1, d->own, property,
                                                XCB_ATOM_ANY, 0, 16 << 20),
                               NULL);
    if (!p)
        return rpa_fail(err, RPA_EDISPLAY, "the display has gone");
    int r = 0;
    size_t len = (size_t)xcb_get_property_value_length(p);
    const char *text = xcb_get_property_value(p);
    char *copy = NULL;
    if (p->type == rpa_display_atom(d, "INCR"))
        r = rpa_fail(err, RPA_EPROTO,
                     "the selection is too large to come in "
                     "one piece");
    else if (p->format != 8 || !rpa_utf8_valid(text, len))
        r = rpa_fail(err, RPA_EPROTO, "the selection is not UTF-8 text");
    else if (!(copy = malloc(len + 1)))
        r = rpa_fail(err, RPA_ENOMEM, "no memory for the selection");
    if (r == 0) {
        memcpy(copy, text, len);
        copy[len] = '\0';
        *ret = copy;
        *ret_len = len;
    }
    free(p);
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
    xcb_atom_t property = rpa_display_atom(d, "RPA_SELECTION");
    struct answer a = { .window = d->own,
                        .selection = rpa_display_atom(d, selection) };
    struct rpa_tap tap = { .event = on_event, .ctx = &a };
    xcb_delete_property(d->xcb, d->own, property);
    xcb_convert_selection(d->xcb, d->own, a.selection,
                          rpa_display_atom(d, "UTF8_STRING"), property,
                          XCB_CURRENT_TIME);
    rpa_display_tap(d, &tap);
    int came = 1;
    while (!a.came && came > 0)
        came = rpa_display_wait(d, deadline_us, err);
    rpa_display_untap(d, &tap);
    if (came < 0)
        return came;
    if (!a.came)
        return rpa_fail(err, RPA_ETIMEOUT,
                        "the owner of the %s does not "
                        "answer",
                        selection);
    if (a.refused)
        return rpa_fail(err, RPA_ENOTFOUND, "nobody offers text as %s",
                        selection);
    return take(d, property, ret, ret_len, err);
}
