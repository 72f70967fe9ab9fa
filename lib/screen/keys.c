#include "keymap.h"
#include "priv.h"

#include "rpa/base/buf.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/keys.h"
#include "rpa/screen/window.h"

#include <X11/XKBlib.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xtest.h>

/* One event: a keycode going down or up. */
struct event {
    uint8_t code;
    bool down;
};

/* A text of RPA_KEYS_BATCH characters, each with a change of modifiers. */
struct batch {
    struct event events[RPA_KEYS_BATCH * 2 + RPA_KEYS_BATCH * 4];
    size_t n;
};

/* xcb writes when 16 KiB are full, wherever that falls; we write before, so a
 * press and its release are always in the same write */
enum { EVENTS_A_WRITE = 400 };

static bool bit(const uint8_t *set, unsigned n)
{
    return set[n / 8] >> (n % 8) & 1;
}

static void send(struct rpa_display *d, const struct event *e)
{
    xcb_test_fake_input(d->xcb, e->down ? XCB_KEY_PRESS : XCB_KEY_RELEASE,
                        e->code, XCB_CURRENT_TIME, XCB_NONE, 0, 0, 0);
    uint8_t mask = (uint8_t)(1u << e->code % 8);
    if (e->down)
        d->held[e->code / 8] |= mask;
    else
        d->held[e->code / 8] &= (uint8_t)~mask;
}

static void flush_batch(struct rpa_display *d, const struct batch *b)
{
    xcb_flush(d->xcb);
    for (size_t i = 0; i < b->n; i++) {
        send(d, &b->events[i]);
        if (i % EVENTS_A_WRITE == EVENTS_A_WRITE - 1)
            xcb_flush(d->xcb);
    }
    xcb_flush(d->xcb);
}

/* What is down or locked on the keyboard now, apart from what we hold. */
struct state {
    uint16_t mods;    /* of the core state: Shift, Lock, Control, Mod1… */
    uint8_t down[32]; /* keys others hold */
    bool any;
};

struct state_ask {
    xcb_query_pointer_cookie_t mods;
    xcb_query_keymap_cookie_t down;
};

static struct state_ask ask_state(struct rpa_display *d)
{
    return (struct state_ask){ xcb_query_pointer(d->xcb, d->screen->root),
                               xcb_query_keymap(d->xcb) };
}

/* false: no answer */
static bool told_state(struct rpa_display *d, const struct state_ask *ask,
                       struct state *ret)
{
    xcb_query_pointer_reply_t *p =
        xcb_query_pointer_reply(d->xcb, ask->mods, NULL);
    xcb_query_keymap_reply_t *k =
        xcb_query_keymap_reply(d->xcb, ask->down, NULL);
    bool both = p && k;
    *ret = (struct state){ .mods = both ? p->mask & 0xff : 0 };
    for (size_t i = 0; both && i < sizeof ret->down; i++) {
        ret->down[i] = k->keys[i] & (uint8_t)~d->held[i];
        ret->any |= ret->down[i] != 0;
    }
    free(p);
    free(k);
    return both;
}

static int no_answer(struct rpa_display *d, struct rpa_err *err)
{
    int r = rpa_display_check(d, err);
    return r < 0 ? r
                 : rpa_fail(err, RPA_EDISPLAY, "the display does not answer");
}

static int read_state(struct rpa_display *d, struct state *ret,
                      struct rpa_err *err)
{
    struct state_ask ask = ask_state(d);
    return told_state(d, &ask, ret) ? 0 : no_answer(d, err);
}

static void release(struct rpa_display *d, const uint8_t *down)
{
    for (unsigned code = 8; code < 256; code++)
        if (bit(down, code))
            send(d, &(struct event){ (uint8_t)code, false });
    xcb_flush(d->xcb);
}

int rpa_keys_neutralise(struct rpa_display *d, struct rpa_err *err)
{
    struct state now;
    int r = read_state(d, &now, err);
    if (r < 0)
        return r;
    release(d, now.down);
    if (!rpa_display_xdo(d))
        return rpa_display_check(d, err);
    XkbLatchModifiers(d->xlib, XkbUseCoreKbd, 0xff, 0);
    XkbLockModifiers(d->xlib, XkbUseCoreKbd, 0xff, 0);
    XkbLockGroup(d->xlib, XkbUseCoreKbd, 0);
    XFlush(d->xlib);
    return 0;
}

static int refuse_state(const struct state *now, struct rpa_err *err)
{
    static const char *const names[] = { "Shift", "Caps Lock", "Control",
                                         "Mod1",  "Mod2",      "Mod3",
                                         "Mod4",  "Mod5" };
    struct rpa_buf on = { 0 };
    for (unsigned i = 0; i < 8; i++)
        if (now->mods >> i & 1)
            rpa_buf_printf(&on, "%s%s", on.len ? ", " : "", names[i]);
    int r = rpa_fail(err, RPA_EFOCUS, "%s held down or locked on the keyboard",
                     on.len ? on.data : "a key is");
    rpa_buf_clear(&on);
    return r;
}

bool rpa_keys_held(const struct rpa_display *d)
{
    static const uint8_t none[sizeof d->held];
    return memcmp(d->held, none, sizeof none) != 0;
}

/* Nothing may be on that changes what a key means. Held by ourselves is the
 * caller's wish, for a chord. */
static int judge_state(struct rpa_display *d, bool text, struct state *now,
                       struct rpa_err *err)
{
    bool holding = rpa_keys_held(d);
    if (text && holding)
        return rpa_fail(err, RPA_EINVAL, "text while a key is held down");
    if (!now->any && (now->mods == 0 || holding))
        return 0;
    if (rpa_keymap_mode(d) == RPA_KEYMAP_PRIVATE) {
        int r = rpa_keys_neutralise(d, err);
        if (r == 0)
            r = read_state(d, now, err);
        if (r < 0 || (!now->any && (now->mods == 0 || holding)))
            return r;
    }
    return refuse_state(now, err);
}

int rpa_keys_check_state(struct rpa_display *d, struct rpa_err *err)
{
    struct state now;
    int r = read_state(d, &now, err);
    return r < 0 ? r : judge_state(d, false, &now, err);
}

/* Has another program grabbed the keyboard (a menu, a dialog)? A grab for a
 * window that is not mapped always fails, and how it fails tells. */
static xcb_grab_keyboard_cookie_t ask_grab(struct rpa_display *d)
{
    return xcb_grab_keyboard(d->xcb, 0, d->own, XCB_CURRENT_TIME,
                             XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC);
}

static bool told_grabbed(struct rpa_display *d, xcb_grab_keyboard_cookie_t ask)
{
    xcb_grab_keyboard_reply_t *g =
        xcb_grab_keyboard_reply(d->xcb, ask, NULL);
    bool taken = g && (g->status == XCB_GRAB_STATUS_ALREADY_GRABBED ||
                       g->status == XCB_GRAB_STATUS_FROZEN);
    free(g);
    return taken;
}

/* Everything that must hold before the first key; called under the grab. All
 * questions go out together: one round trip, and under the grab, which stands
 * before them in the same stream, the answers are of one moment. */
static int check_all(struct rpa_display *d, uint32_t window, bool text,
                     const struct rpa_key_guard *guard, struct rpa_err *err)
{
    struct rpa_focus_ask ask_focus = rpa_focus_ask(d, window);
    xcb_grab_keyboard_cookie_t ask_grabbed = ask_grab(d);
    struct state_ask ask_keys = ask_state(d);
    struct state keys;
    struct rpa_focus focus = rpa_focus_told(d, &ask_focus);
    bool grabbed = told_grabbed(d, ask_grabbed);
    bool told = told_state(d, &ask_keys, &keys);
    int r = rpa_focus_judge(d, window, &focus, err);
    if (r == 0 && grabbed)
        r = rpa_fail(err, RPA_EFOCUS,
                     "a program has grabbed the keyboard (an open menu?)");
    if (r == 0)
        r = told ? judge_state(d, text, &keys, err) : no_answer(d, err);
    rpa_display_pump(d); /* a MappingNotify would stand before the replies */
    if (r == 0)
        r = rpa_keymap_verify(d, err);
    if (r == 0 && guard)
        r = guard->check(guard->ctx, err);
    return r;
}

static int deliver(struct rpa_display *d, uint32_t window, bool text,
                   const struct batch *b, const struct rpa_key_guard *guard,
                   struct rpa_err *err)
{
    if (!d->no_grab)
        xcb_grab_server(d->xcb);
    int r = check_all(d, window, text, guard, err);
    if (r == 0)
        flush_batch(d, b);
    if (!d->no_grab)
        xcb_ungrab_server(d->xcb);
    rpa_display_sync_errors(d);
    return r == 0 ? rpa_display_check(d, err) : r;
}

static void add(struct batch *b, uint8_t code, bool down)
{
    b->events[b->n++] = (struct event){ code, down };
}

/* the keycode of one modifier bit */
static int mod_code(struct rpa_display *d, unsigned mod, uint8_t *ret,
                    struct rpa_err *err)
{
    *ret = rpa_keymap_code(d, rpa_chord_mod_keysym(mod));
    if (*ret)
        return 0;
    return rpa_fail(err, RPA_EREPERTOIRE, "this keyboard has no %s key",
                    rpa_chord_mod_name(mod));
}

/* press and release what differs between two sets of modifiers */
static int add_mods(struct rpa_display *d, struct batch *b, unsigned from,
                    unsigned to, struct rpa_err *err)
{
    for (unsigned i = 0; i < RPA_MOD_COUNT; i++) {
        unsigned mod = 1u << i;
        if ((from & mod) == (to & mod))
            continue;
        uint8_t code = 0;
        int r = mod_code(d, mod, &code, err);
        if (r < 0)
            return r;
        add(b, code, (to & mod) != 0);
    }
    return 0;
}

static int ready(struct rpa_display *d, struct rpa_err *err)
{
    int r = rpa_display_check(d, err);
    if (r == 0 && !d->keymap)
        r = rpa_fail(err, RPA_EINVAL, "no keymap is set on this display");
    return r;
}

static int decode(const char *utf8, size_t len, uint32_t *cps, size_t *ret_n,
                  struct rpa_err *err)
{
    size_t n = 0;
    for (size_t at = 0, used; at < len; at += used, n++) {
        if (n == RPA_KEYS_BATCH)
            return rpa_fail(err, RPA_EINVAL,
                            "more than %d characters in one "
                            "batch",
                            RPA_KEYS_BATCH);
        used = rpa_utf8_decode(utf8 + at, len - at, &cps[n]);
        if (!used)
            return rpa_fail(err, RPA_EINVAL, "text that is not UTF-8");
        if (cps[n] < 0x20 || (cps[n] >= 0x7f && cps[n] < 0xa0)) {
            rpa_fail(err, RPA_EINVAL,
                     "control character U+%04X in text to "
                     "type",
                     cps[n]);
            return rpa_err_hint(err, "press Enter and Tab as keys");
        }
    }
    *ret_n = n;
    return 0;
}

static int text_events(struct rpa_display *d, const uint32_t *cps, size_t n,
                       struct batch *b, struct rpa_err *err)
{
    unsigned mods = 0;
    int r = rpa_keymap_add(d, cps, n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct rpa_stroke s;
        if (!rpa_keymap_char(d, cps[i], &s))
            return rpa_fail(err, RPA_EREPERTOIRE, "no key for U+%04X", cps[i]);
        r = add_mods(d, b, mods, s.mods, err);
        mods = s.mods;
        add(b, s.code, true);
        add(b, s.code, false);
    }
    return r == 0 ? add_mods(d, b, mods, 0, err) : r;
}

int rpa_keys_text(struct rpa_display *d, uint32_t window, const char *utf8,
                  size_t len, const struct rpa_key_guard *guard,
                  struct rpa_err *err)
{
    uint32_t cps[RPA_KEYS_BATCH];
    struct batch b = { .n = 0 };
    size_t n = 0;
    int r = ready(d, err);
    if (r == 0)
        r = decode(utf8, len, cps, &n, err);
    if (r == 0)
        r = text_events(d, cps, n, &b, err);
    if (r == 0)
        r = deliver(d, window, true, &b, guard, err);
    explicit_bzero(cps, sizeof cps); /* it may have been a password */
    explicit_bzero(&b, sizeof b);
    return r;
}

static int chord_events(struct rpa_display *d, const char *text, bool hold,
                        struct batch *b, struct rpa_err *err)
{
    struct rpa_chord chord;
    struct rpa_stroke s = { 0 };
    int r = rpa_chord_parse(text, &chord, err);
    if (r == 0 && chord.cp) {
        r = rpa_keymap_add(d, &chord.cp, 1, err);
        if (r == 0)
            rpa_keymap_char(d, chord.cp, &s);
    } else if (r == 0) {
        s.code = rpa_keymap_code(d, chord.keysym);
    }
    if (r == 0 && !s.code)
        r = rpa_fail(err, RPA_EREPERTOIRE, "this keyboard has no key '%s'",
                     text);
    if (r == 0)
        r = add_mods(d, b, 0, chord.mods | s.mods, err);
    if (r < 0)
        return r;
    add(b, s.code, true);
    if (hold)
        return 0;
    add(b, s.code, false);
    return add_mods(d, b, chord.mods | s.mods, 0, err);
}

int rpa_keys_chords(struct rpa_display *d, uint32_t window,
                    const char *const *chords, const struct rpa_key_guard *guard,
                    struct rpa_err *err)
{
    struct batch b = { .n = 0 };
    int r = ready(d, err);
    for (size_t i = 0; r == 0 && chords[i]; i++)
        r = i < RPA_CHORDS_MAX
                ? chord_events(d, chords[i], false, &b, err)
                : rpa_fail(err, RPA_EINVAL, "more than %d chords in one batch",
                           RPA_CHORDS_MAX);
    return r == 0 ? deliver(d, window, false, &b, guard, err) : r;
}

int rpa_keys_chord(struct rpa_display *d, uint32_t window, const char *chord,
                   const struct rpa_key_guard *guard, struct rpa_err *err)
{
    return rpa_keys_chords(d, window, (const char *[]){ chord, NULL }, guard,
                           err);
}

int rpa_keys_hold(struct rpa_display *d, uint32_t window, const char *text,
                  const struct rpa_key_guard *guard, struct rpa_err *err)
{
    struct batch b = { .n = 0 };
    int r = ready(d, err);
    if (r == 0)
        r = chord_events(d, text, true, &b, err);
    return r == 0 ? deliver(d, window, false, &b, guard, err) : r;
}

int rpa_keys_sweep(struct rpa_display *d, struct rpa_err *err)
{
    struct state now;
    int r = read_state(d, &now, err);
    if (r < 0)
        return r;
    release(d, now.down);
    rpa_display_sync_errors(d);
    return rpa_display_check(d, err);
}

int rpa_keys_release_all(struct rpa_display *d, struct rpa_err *err)
{
    int r = rpa_display_check(d, err);
    release(d, d->held);
    rpa_display_sync_errors(d);
    if (r == 0 && d->keymap && rpa_keymap_mode(d) == RPA_KEYMAP_PRIVATE)
        return rpa_keys_sweep(d, err);
    return r < 0 ? r : rpa_display_check(d, err);
}
