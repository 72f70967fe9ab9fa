/* Keys by name, and text at the cursor. */
#include "form.h"

#include <strings.h>

static struct row key_row(const char *kind, struct window *w, const char *key,
                          const struct rpa_screen *s, const char *title)
{
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_str(body, "key", key);
    rpa_msg_put_int(body, "screen", (int64_t)s->hash);
    if (title)
        rpa_msg_put_str(body, "title", title);
    return (struct row){ .kind = kind, .window = w->title, .body = body };
}

int act_finish_commit(struct rpa_driver *d, const struct ack *ack, int r,
                      struct rpa_err *err)
{
    struct rpa_err second;
    cbor_item_t *body = rpa_cbor_map();
    if (r == 0) {
        d->committed = true;
        rpa_buf_clear(&d->shown);
        return act_outcome(d, ack, "pressed", body, err);
    }
    rpa_msg_put_str(body, "error", rpa_code_name((enum rpa_code)-r));
    /* a display that went away may have taken the key (screen/keys.h) */
    act_outcome(d, ack, r == -RPA_EDISPLAY ? "failed" : "not pressed", body,
                &second);
    return r;
}

static bool all_read(void *ctx, const struct rpa_screen *s)
{
    (void)ctx;
    return s->nunknown == 0;
}

/* The screen before a key: all of it before a commit act. A window that just
 * got the focus still shows the hollow cursor it had without, so wait. */
static int look(struct rpa_driver *d, struct window *w, const char *key,
                const struct rpa_screen **ret, struct rpa_err *err)
{
    int r = hands_see(d, w, ret, err);
    if (r < 0 || all_read(NULL, *ret) ||
        !fence_key_commits(d, view_title(d, *ret), key))
        return r;
    r = view_wait(d, w, all_read, NULL, d->echo_ms, "every cell", ret, err);
    if (r != -RPA_ETIMEOUT)
        return r;
    rpa_fail(err, RPA_EUNREADABLE,
             "a commit act was refused: %zu cells of the screen cannot be read "
             "exactly",
             (*ret)->nunknown);
    return rpa_err_hint(err, "uncover the window; `rpa screen` shows which "
                             "cells (▒)");
}

static int press(struct rpa_driver *d, struct window *w, const char *key,
                 bool *ret_commit, struct rpa_err *err)
{
    const struct rpa_screen *s;
    struct ack ack;
    int r = look(d, w, key, &s, err);
    if (r < 0)
        return r;
    const char *title = view_title(d, s);
    bool commit = fence_key_commits(d, title, key);
    *ret_commit = commit;
    if (commit && (r = fence_check(d, err)) < 0)
        return r;
    struct row row = key_row(commit ? "COMMIT" : "KEY", w, key, s, title);
    row.pending = commit && title && rpa_target_pending(d->target, title);
    uint64_t hash = s->hash;
    r = act_intent(d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    struct scene scene = { w, hash, -1, ack.deadline_us };
    r = hands_chord(d, &scene, key, err);
    return commit ? act_finish_commit(d, &ack, r, err)
                  : act_finish(d, &ack, r, false, err);
}

int do_key_press(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    const struct form_rule *form = NULL;
    char key[33];
    bool commit = false;
    int r = view_window(d, args, &w, err);
    if (r == 0 && !rpa_msg_copy(args, "key", key, sizeof key))
        r = rpa_fail(err, RPA_EINVAL, "a key wants a name");
    if (r == 0)
        r = rpa_keys_check_chord(key, err);
    if (r == 0)
        r = hands_focus(d, w, err);
    if (r >= 0)
        r = form_of(d, w, &form, err);
    if (r == 0)
        r = form ? form_press(d, w, form, NULL, key, &commit, err)
                 : press(d, w, key, &commit, err);
    if (r < 0)
        return r;
    if (!strcasecmp(key, "Delete") || !strcasecmp(key, "BackSpace"))
        fence_doubt(d, w, FENCE_EDITED, 0);
    *ret = rpa_cbor_map();
    rpa_msg_put_bool(*ret, "commit", commit);
    return 0;
}

/* ---- text at the cursor ---- */

struct echo {
    const char *text;
    int count; /* characters */
};

/* the text stands right before the cursor, scrolled or not */
static bool echoed(void *ctx, const struct rpa_screen *s)
{
    struct echo *e = ctx;
    int start = view_cursor(s) - e->count;
    return view_cursor(s) >= 0 && start >= 0 &&
           view_equals(s, start, e->count, e->text);
}

static int type_at_cursor(struct rpa_driver *d, struct window *w,
                          const struct rpa_folded *f, struct rpa_err *err)
{
    const struct rpa_screen *s;
    struct echo echo = { f->typed.data, (int)f->chars };
    struct ack ack;
    int r = hands_see(d, w, &s, err);
    if (r < 0)
        return r;
    struct row row = { .kind = "KEY", .verb = "alteration",
                       .window = w->title, .body = rpa_cbor_map() };
    rpa_msg_put_strn(row.body, "text", f->typed.data, f->typed.len);
    rpa_msg_put_int(row.body, "cell", view_cursor(s));
    rpa_msg_put_int(row.body, "screen", (int64_t)s->hash);
    struct scene scene = { w, 0, view_cursor(s), 0 };
    r = act_intent(d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    fence_doubt(d, w, FENCE_CURSOR, 0);
    r = hands_text(d, &scene, f->typed.data, f->typed.len, err);
    if (r == 0)
        r = view_wait(d, w, echoed, &echo, d->echo_ms, "the typed text", &s,
                      err);
    if (r == 0)
        fence_proved(d, w, FENCE_CURSOR, 0);
    return act_finish(d, &ack, r, false, err);
}

int do_text_type(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    struct rpa_folded folded = { 0 };
    size_t len;
    (void)ret;
    const char *text = rpa_msg_bytes(args, "text", &len);
    int r = view_window(d, args, &w, err);
    if (r == 0)
        r = rpa_target_fold(d->target, text, len, &folded, err);
    if (r == 0 && folded.missing)
        r = rpa_fail(err, RPA_EREPERTOIRE, "the target cannot hold U+%04X",
                     folded.missing);
    if (r == 0 && folded.chars > 512)
        r = rpa_fail(err, RPA_EWIDTH, "more than 512 characters at once");
    if (r == 0)
        r = hands_can_type(d, folded.typed.data, folded.typed.len, err);
    if (r == 0)
        r = hands_focus(d, w, err);
    if (r >= 0 && folded.chars)
        r = type_at_cursor(d, w, &folded, err);
    rpa_folded_clear(&folded);
    return r < 0 ? r : 0;
}
