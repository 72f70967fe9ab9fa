/* Two readers: what the pixels say counts only where the application's own word
 * (rpa/screen/x3270.h) says the same. */
#include "priv.h"
#include "rpa/screen/oia.h"

#include <string.h>
#include <strings.h>

int rpa_driver_second(struct rpa_driver *d, int fd, struct rpa_err *err)
{
    return rpa_x3270_new(fd, &d->word, err);
}

/* A screen half drawn differs, and a later one may not: so this keeps a wait
 * waiting. An application that does not answer ends it. */
bool second_test(void *ctx, const struct rpa_screen *s)
{
    struct second *two = ctx;
    struct rpa_driver *d = two->d;
    if (two->test && !two->test(two->ctx, s))
        return false;
    two->asked = true;
    two->r = rpa_x3270_agrees(d->word, s, rpa_mono_us() + d->echo_ms * 1000LL,
                              &d->status, &two->err);
    return two->r != -RPA_ESCREEN;
}

int second_result(const struct second *two, int r, struct rpa_err *err)
{
    if (!two->asked || two->r == 0 || (r < 0 && r != -RPA_ETIMEOUT))
        return r;
    *err = two->err;
    return two->r;
}

int second_unlocked(struct rpa_driver *d, bool *ret_waited, struct rpa_err *err)
{
    char action[32];
    int seconds = (d->echo_ms + 999) / 1000;
    *ret_waited = d->word && d->status.locked && d->status.connected;
    if (!*ret_waited)
        return 0;
    snprintf(action, sizeof action, "Wait(%d,Unlock)", seconds);
    int r = rpa_x3270_ask(d->word, action,
                          rpa_mono_us() + (seconds + 5) * 1000000LL, NULL,
                          &d->status, err);
    if (r != -RPA_EPROTO)
        return r;
    rpa_fail(err, RPA_ETIMEOUT, "the keyboard is locked; nothing was typed");
    rpa_err_seen(err, "waited %d s for the host to unlock it", seconds);
    return rpa_err_hint(err,
                        "the host is slow or down, or a key was refused before "
                        "and it wants a Reset; grid:status() tells why");
}

#define OPERATOR "☺" /* stands in the reason where a key was refused */
#define DRAWS_US 2000000

static bool refused(struct window *w, struct rpa_oia *oia)
{
    return rpa_grid_oia(w->grid, oia, NULL) == 0 && oia->locked &&
           strstr(oia->reason, OPERATOR);
}

/* x3270 draws its status line some time after it took a Reset */
int second_takes(struct rpa_driver *d, struct window *w, const char *key,
                 struct rpa_err *err)
{
    const char *reset = rpa_target_key(d->target, "reset", "alt+r");
    int64_t until_us = rpa_mono_us() + DRAWS_US;
    struct rpa_oia oia;
    bool said = d->word && d->status.connected && d->status.locked;
    bool drawn = strcasecmp(key, reset) && refused(w, &oia);
    while (drawn && !said && rpa_left_ms(until_us) && view_settle(d, w, err) == 0) {
        rpa_window_nudge(d->display, w->id);
        drawn = refused(w, &oia);
    }
    if (!strcasecmp(key, reset) || (!said && !drawn))
        return 0;
    rpa_fail(err, RPA_ETIMEOUT, "the keyboard is locked, as a key before was "
                                "refused; nothing was pressed");
    rpa_err_seen(err, "the status line says '%s'", drawn ? oia.reason : "locked");
    return rpa_err_hint(err, "press Reset, %s unless the screen map says another: "
                             "keys = { reset = … }",
                        reset);
}

/* ---- the state of the keyboard ---- */

struct keyboard {
    bool drawn; /* the status line was read, by its glyphs */
    bool said;  /* the second reader told */
    struct rpa_oia oia;
    struct rpa_x3270_status word;
};

static bool agree(const struct keyboard *k)
{
    return k->word.locked == k->oia.locked &&
           k->word.connected == k->oia.connected;
}

/* by its glyphs, by its word, or by both; what has no status line in glyphs
 * that can be read counts by its word alone */
static int look(struct rpa_driver *d, struct window *w, struct keyboard *k,
                struct rpa_err *err)
{
    int r = view_settle(d, w, err);
    k->said = d->word != NULL;
    if (r == 0 && k->said)
        r = rpa_x3270_ask(d->word, "Query(Cursor)",
                          rpa_mono_us() + d->echo_ms * 1000LL, NULL, &k->word,
                          err);
    if (r < 0)
        return r;
    d->status = k->word;
    r = rpa_grid_oia(w->grid, &k->oia, err);
    k->drawn = r == 0;
    return r == -RPA_EUNREADABLE && k->said ? 0 : r;
}

static int look_both(struct rpa_driver *d, struct window *w, struct keyboard *k,
                     struct rpa_err *err)
{
    int64_t until_us = rpa_mono_us() + d->echo_ms * 1000LL;
    int r;
    do
        r = look(d, w, k, err);
    while (r == 0 && k->drawn && k->said && !agree(k) && rpa_left_ms(until_us));
    if (r < 0 || !k->drawn || !k->said || agree(k))
        return r;
    rpa_fail(err, RPA_ESCREEN, "the status line is not what x3270 says it is");
    return rpa_err_seen(
        err,
        "shown: %slocked, %sconnected; said: %slocked, "
        "%sconnected",
        k->oia.locked ? "" : "not ", k->oia.connected ? "" : "not ",
        k->word.locked ? "" : "not ", k->word.connected ? "" : "not ");
}

int do_screen_status(struct rpa_driver *d, const cbor_item_t *args,
                     cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    struct keyboard k = { 0 };
    int r = view_window(d, args, &w, err);
    if (r == 0)
        r = look_both(d, w, &k, err);
    if (r == -RPA_EUNREADABLE)
        rpa_err_hint(err, "x3270 draws one, in its own fonts; else read the "
                          "line as text: grid:lines()");
    if (r < 0)
        return r;
    *ret = rpa_cbor_map();
    rpa_msg_put_bool(*ret, "locked", k.drawn ? k.oia.locked : k.word.locked);
    rpa_msg_put_bool(*ret, "connected",
                     k.drawn ? k.oia.connected : k.word.connected);
    if (k.drawn)
        rpa_msg_put_str(*ret, "reason", k.oia.reason);
    return 0;
}
