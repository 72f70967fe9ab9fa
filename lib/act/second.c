/* Two readers: what the pixels say counts only where the application's own word
 * (rpa/screen/x3270.h) says the same. */
#include "priv.h"

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
                          NULL, err);
    if (r != -RPA_EPROTO)
        return r;
    rpa_fail(err, RPA_ETIMEOUT, "the keyboard is locked; nothing was typed");
    rpa_err_seen(err, "waited %d s for the host to unlock it", seconds);
    return rpa_err_hint(err, "the host is slow or down; see its status line");
}

int do_screen_status(struct rpa_driver *d, const cbor_item_t *args,
                     cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    int r = view_window(d, args, &w, err);
    if (r == 0 && !d->word) {
        rpa_fail(err, RPA_EINVAL, "nobody tells the state of the keyboard");
        return rpa_err_hint(err, "x3270 does: second_reader in the manifest; "
                                 "else read the status line as text");
    }
    if (r == 0)
        r = rpa_x3270_ask(d->word, "Query(Cursor)",
                          rpa_mono_us() + d->echo_ms * 1000LL, NULL, &d->status,
                          err);
    if (r < 0)
        return r;
    *ret = rpa_cbor_map();
    rpa_msg_put_bool(*ret, "locked", d->status.locked);
    rpa_msg_put_bool(*ret, "error", d->status.error);
    rpa_msg_put_bool(*ret, "connected", d->status.connected);
    return 0;
}
