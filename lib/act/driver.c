/* The driver: sets up hands and eyes, then serves the bot's calls. */
#include "form.h"
#include "gate.h"
#include "http.h"
#include "rpa/screen/manage.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANAGER_US 20000000
#define SILENT_MS 1000 /* of the bot: then the supervisor is told */

static int set_keymap(struct rpa_driver *d, struct rpa_err *err)
{
    size_t n;
    if (rpa_msg_is(d->setup, "keymap", "private")) {
        const uint32_t *cps = rpa_target_repertoire(d->target, &n);
        return rpa_keymap_install(d->display, cps, n, err);
    }
    return rpa_keymap_adopt(d->display, err);
}

/* It must be there before the application, whose windows it is to frame. */
static int await_manager(struct rpa_driver *d, struct rpa_err *err)
{
    bool wanted = false;
    if (!rpa_msg_bool(d->setup, "manager", &wanted) || !wanted)
        return 0;
    return rpa_window_await_manager(d->display, rpa_mono_us() + MANAGER_US,
                                    err);
}

int rpa_driver_new(int supervisor_fd, int bot_fd, cbor_item_t *setup,
                   struct rpa_driver **ret, struct rpa_err *err)
{
    char display[64];
    struct rpa_driver *d = calloc(1, sizeof *d);
    if (!d)
        return rpa_fail(err, RPA_ENOMEM, "no memory");
    rpa_msg_copy(setup, "target", d->target_name, sizeof d->target_name);
    int r = rpa_target_new(rpa_msg_get(setup, "map"), &d->target, err);
    d->setup = cbor_incref(setup);
    d->supervisor = d->bot = -1;
    int64_t echo_ms = 10000;
    rpa_msg_int(setup, "echo_ms", &echo_ms);
    d->echo_ms = (int)echo_ms;
    if (r == 0 && rpa_msg_copy(setup, "display", display, sizeof display)) {
        r = rpa_display_open(display, &d->display, err);
        if (r == 0)
            r = set_keymap(d, err);
        if (r == 0 && rpa_msg_get(setup, "private"))
            r = rpa_display_mark_cursors(d->display, err);
        if (r == 0)
            r = await_manager(d, err);
    }
    if (r < 0) {
        rpa_driver_free(d);
        return r;
    }
    rpa_msg_free(&setup);
    d->supervisor = supervisor_fd;
    d->bot = bot_fd;
    picture_begin(d);
    *ret = d;
    return 0;
}

void rpa_driver_free(struct rpa_driver *d)
{
    if (!d)
        return;
    picture_wait(d);
    for (size_t i = 0; i < d->nwindows; i++)
        view_forget(&d->windows[i]);
    rpa_x3270_free(d->word);
    rpa_face_free(d->face);
    rpa_display_close(d->display);
    rpa_http_free(d->http);
    download_end(d);
    auth_clear(d);
    mask_clear(d);
    rpa_buf_clear(&d->shown);
    free(d->kept[0].text);
    free(d->kept[1].text);
    rpa_target_free(d->target);
    rpa_msg_free(&d->setup);
    if (d->supervisor >= 0)
        close(d->supervisor);
    if (d->bot >= 0)
        close(d->bot);
    gate_close(d);
    free(d);
}

int rpa_driver_ready(struct rpa_driver *d, const char *title, int timeout_ms,
                     struct rpa_err *err)
{
    uint32_t window;
    if (!d->display)
        return rpa_fail(err, RPA_EDISPLAY, "this run has no display");
    int r = rpa_window_find(d->display, title, NULL,
                            rpa_mono_us() + (int64_t)timeout_ms * 1000,
                            &window, err);
    if (r == -RPA_ETIMEOUT)
        rpa_err_context(err, "the application is not ready");
    return r;
}

/* A bot that was caught may say no more than that, in its own words or not. */
static cbor_item_t *end_betrayed(const cbor_item_t *args)
{
    struct rpa_err err;
    if (rpa_msg_is(rpa_msg_get(args, "error"), "code", "ESECRET"))
        return NULL;
    cbor_item_t *end = rpa_cbor_map(), *why = rpa_cbor_map();
    mask_caught(&err);
    rpa_msg_put_err(why, &err);
    rpa_msg_put_item(end, "error", rpa_cbor_ref(rpa_msg_get(why, "err")));
    rpa_msg_free(&why);
    return end;
}

static int run_act(struct rpa_driver *d, const cbor_item_t *call,
                   cbor_item_t **ret, struct rpa_err *err)
{
    size_t len = 0;
    const char *name = rpa_msg_str(call, "call", &len);
    cbor_item_t *args = rpa_msg_get(call, "args"), *none = NULL;
    if (!name)
        return rpa_fail(err, RPA_EPROTO, "a call wants a name");
    const struct rpa_act *act = rpa_act_find(name, len);
    if (!act)
        return rpa_fail(err, RPA_EINVAL, "there is no act '%.*s'", (int)len,
                        name);
    if (!args || !cbor_isa_map(args))
        args = none = rpa_cbor_map();
    int r = rpa_act_check(act, args, err);
    if (r == 0 && d->betrayed && strcmp(act->name, "run.end") != 0)
        r = rpa_fail(err, RPA_ESECRET, "this bot may do nothing more");
    else if (r == 0 && d->betrayed && !none && (none = end_betrayed(args)))
        args = none;
    if (r == 0)
        r = gate_allows(d, act->name, args, err);
    bool news = false;
    if (rpa_msg_bool(args, "news", &news) && news && d->display)
        rpa_display_interrupt(d->display, windows_came, d);
    if (r == 0)
        r = act->handle ? act->handle(d, args, ret, err)
                        : act_forward(d, act->name, args, ret, err);
    if (news && d->display)
        rpa_display_interrupt(d->display, NULL, NULL);
    if (r < 0 && act->handle)
        windows_tell(d, err);
    if (r == 0 && !strcmp(act->name, "run.end"))
        d->ended = true;
    if (r == 0 && !*ret) /* each answers with something */
        r = rpa_fail(err, RPA_ENOMEM, "no memory for the answer");
    rpa_msg_free(&none);
    return r;
}

static int serve_one(struct rpa_driver *d, struct rpa_err *err)
{
    cbor_item_t *call = NULL, *value = NULL;
    struct rpa_err why;
    int r = rpa_msg_recv(d->bot, RPA_MSG_FOREVER, &call, NULL, err);
    if (r < 0)
        return r;
    cbor_item_t *reply = rpa_msg_new();
    d->album.unread = 0;
    if (run_act(d, call, &value, &why) < 0) {
        const cbor_item_t *args = rpa_msg_get(call, "args");
        if (rpa_msg_get(args, "window"))
            why.picture = picture_failure(d, args);
        rpa_msg_put_err(reply, &why);
        rpa_msg_free(&value);
    } else {
        rpa_msg_put_item(reply, "ok", value);
    }
    rpa_msg_free(&call);
    r = rpa_msg_send(d->bot, reply, NULL, 0, err);
    rpa_msg_free(&reply);
    return r;
}

/* A bot that thinks for long, or for ever; an act that takes long is none. */
static int tell_silence(struct rpa_driver *d, bool silent, struct rpa_err *err)
{
    if (d->silent == silent)
        return 0;
    d->silent = silent;
    return act_tell(d, "silent", cbor_build_bool(silent), err);
}

int rpa_driver_serve(struct rpa_driver *d, struct rpa_err *err)
{
    struct pollfd fds[3] = {
        { .fd = d->bot, .events = POLLIN },
        { .fd = d->supervisor, .events = 0 },
        /* others may ask for what is on the clipboard while the bot thinks */
        { .fd = d->display ? rpa_display_fd(d->display) : -1,
          .events = POLLIN },
    };
    int r = 0;
    while (r == 0 && !d->ended) {
        if (d->display && rpa_display_serve(d->display, NULL) < 0)
            fds[2].fd = -1; /* the acts that need it say so */
        int n = poll(fds, 3, d->silent ? -1 : SILENT_MS);
        if (n < 0) {
            if (errno != EINTR)
                return rpa_fail_errno(err, RPA_EIO, "waiting for the bot");
        } else if (n == 0) {
            r = tell_silence(d, true, err);
        } else if (fds[1].revents) {
            return rpa_fail(err, RPA_EGONE, "the supervisor is gone");
        } else if (fds[0].revents) {
            r = tell_silence(d, false, err);
            if (r == 0)
                r = serve_one(d, err);
        }
    }
    return r;
}
