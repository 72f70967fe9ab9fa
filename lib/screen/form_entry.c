#include "priv.h"

#include "rpa/base/time.h"
#include "rpa/screen/form_entry.h"
#include "rpa/screen/selection.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER_US 10000000 /* for who took the selection to say what it is */
#define ASKS 3 /* of an entry that takes the selection and has nothing to give */

/* The selection while it is ours: a window that owns it and has nothing to
 * give. The server tells that window when somebody else takes it. */
struct rpa_claim {
    struct rpa_display *d;
    const char *name;
    xcb_atom_t atom;
    xcb_window_t window;
    struct rpa_tap tap;
    bool lost;
};

static void on_event(void *ctx, const xcb_generic_event_t *ev)
{
    struct rpa_claim *claim = ctx;
    const xcb_selection_clear_event_t *clear = (const void *)ev;
    const xcb_selection_request_event_t *ask = (const void *)ev;
    int type = ev->response_type & 0x7f;
    if (type == XCB_SELECTION_CLEAR && clear->owner == claim->window &&
        clear->selection == claim->atom)
        claim->lost = true;
    else if (type == XCB_SELECTION_REQUEST && ask->owner == claim->window)
        rpa_selection_answer(claim->d, ask, XCB_NONE); /* nobody may wait */
}

int rpa_entry_claim(struct rpa_display *d, const struct rpa_entry_keys *keys,
                    struct rpa_err *err)
{
    struct rpa_claim *claim = calloc(1, sizeof *claim);
    rpa_entry_unclaim(d);
    if (!claim)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a selection");
    *claim = (struct rpa_claim){ .d = d,
                                 .name = keys->copy ? "CLIPBOARD" : "PRIMARY",
                                 .window = xcb_generate_id(d->xcb),
                                 .tap = { .event = on_event, .ctx = claim } };
    claim->atom = rpa_display_atom(d, claim->name);
    xcb_create_window(d->xcb, 0, claim->window, d->screen->root, -1, -1, 1, 1,
                      0, XCB_WINDOW_CLASS_INPUT_ONLY, XCB_COPY_FROM_PARENT, 0,
                      NULL);
    rpa_display_tap(d, &claim->tap);
    d->claim = claim;
    return rpa_selection_own(d, claim->window, claim->atom, claim->name, err);
}

void rpa_entry_unclaim(struct rpa_display *d)
{
    if (!d->claim)
        return;
    rpa_display_untap(d, &d->claim->tap);
    xcb_destroy_window(d->xcb, d->claim->window); /* the claim goes with it */
    free(d->claim);
    d->claim = NULL;
}

static int await_loss(struct rpa_claim *claim, int64_t deadline_us,
                      struct rpa_err *err)
{
    int came = 1;
    while (!claim->lost && came > 0)
        came = rpa_display_wait(claim->d, deadline_us, err);
    if (came < 0)
        return came;
    return claim->lost ? 0
                       : rpa_fail(err, RPA_ENOTFOUND,
                                  "the entry selected nothing");
}

static int ask_owner(struct rpa_claim *claim, xcb_window_t window,
                     int64_t deadline_us, char **ret, size_t *ret_len,
                     struct rpa_err *err)
{
    struct rpa_display *d = claim->d;
    xcb_window_t owner = rpa_selection_owner(d, claim->atom);
    if (owner == XCB_NONE) /* some give it up as soon as they are emptied */
        return rpa_fail(err, RPA_ENOTFOUND, "the entry selected nothing");
    bool right = rpa_display_same_client(d, owner, window);
    int r = right ? rpa_selection_get(d, claim->name, ret, ret_len,
                                      deadline_us, err)
                  : 0;
    if (r < 0 || (right && rpa_selection_owner(d, claim->atom) == owner))
        return r;
    if (right)
        free(*ret);
    *ret = NULL;
    return rpa_fail(err, RPA_EFOCUS, "another program took the %s selection",
                    claim->name);
}

/* *@ret_taken: somebody took the selection, whatever there was to give */
static int read_once(struct rpa_display *d, uint32_t window,
                     const struct rpa_entry_keys *keys,
                     const struct rpa_key_guard *guard, int64_t deadline_us,
                     char **ret, size_t *ret_len, bool *ret_taken,
                     struct rpa_err *err)
{
    bool held = d->claim && !d->claim->lost;
    int r = held ? 0 : rpa_entry_claim(d, keys, err);
    if (r == 0)
        r = rpa_keys_chords(d, window, (const char *[]){ keys->select_all,
                                                         keys->copy, NULL },
                            guard, err);
    if (r == 0)
        r = await_loss(d->claim, deadline_us, err);
    if (r == 0)
        r = ask_owner(d->claim, window, rpa_mono_us() + ANSWER_US, ret, ret_len,
                      err);
    *ret_taken = d->claim && d->claim->lost;
    rpa_entry_unclaim(d);
    return r;
}

/* A program may still come to a click or a key before these, and take the selection
 * from us to give it up: that says nothing of what it holds. */
int rpa_entry_read(struct rpa_display *d, uint32_t window,
                   const struct rpa_entry_keys *keys,
                   const struct rpa_key_guard *guard, int64_t deadline_us,
                   char **ret, size_t *ret_len, struct rpa_err *err)
{
    int64_t wait_us = deadline_us - rpa_mono_us();
    bool taken = true;
    int r = -RPA_ENOTFOUND;
    rpa_display_pump(d);
    for (int i = 0; i < ASKS && r == -RPA_ENOTFOUND && taken; i++)
        r = read_once(d, window, keys, guard, rpa_mono_us() + wait_us, ret, ret_len,
                      &taken, err);
    return r;
}
