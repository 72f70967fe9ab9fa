/* Keys by name, and text at the cursor. */
#include "form.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PRESSES = 3 };

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

/* The screen before a key: all of it before a commit act. */
static int look(struct rpa_driver *d, struct window *w, const char *key,
                const struct rpa_screen **ret, struct rpa_err *err)
{
    rpa_window_nudge(d->display, w->id); /* of the key before may still come more */
    int r = view_settle(d, w, err);
    if (r == 0)
        r = hands_see(d, w, ret, err);
    if (r == 0 && (*ret)->nunknown &&
        fence_key_commits(d, view_title(d, *ret), key))
        r = view_read_whole(d, w, ret, err);
    return r < 0 ? r : second_takes(d, w, key, err);
}

/* @key on @s may file what was typed: does all that is known of it agree? */
static int may_commit(struct rpa_driver *d, struct window *w,
                      const struct rpa_screen *s, const char *key,
                      struct rpa_err *err)
{
    int r = fence_check(d, w, s, key, err);
    if (r == 0)
        r = proof_check(d, w, s, err);
    if (r == 0)
        act_before(d, w, s);
    return r;
}

static int press_once(struct rpa_driver *d, struct window *w, const char *key,
                      bool hold, bool *ret_commit, struct rpa_err *err)
{
    const struct rpa_screen *s;
    struct ack ack;
    int r = look(d, w, key, &s, err);
    if (r < 0)
        return r;
    const char *title = view_title(d, s);
    bool commit = fence_key_commits(d, title, key);
    *ret_commit = commit;
    if (commit && (r = may_commit(d, w, s, key, err)) < 0)
        return r;
    struct row row = key_row(commit ? "COMMIT" : "KEY", w, key, s, title);
    row.pending = commit && title && rpa_target_pending(d->target, title);
    if (hold)
        rpa_msg_put_bool(row.body, "hold", true);
    uint64_t hash = s->hash;
    r = act_intent(d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    struct scene scene = { w, hash, -1, ack.deadline_us };
    r = (hold ? hands_hold : hands_chord)(d, &scene, key, err);
    if (!fence_key_edits(key))
        proof_forget(d, w);
    return commit ? act_finish_commit(d, &ack, r, err)
                  : act_finish(d, &ack, r, false, err);
}

/* A program that still draws changes its screen between the check and the key,
 * which then is not pressed: it is checked anew. A commit key only on the same
 * screen, by its name in the map. */
static int press(struct rpa_driver *d, struct window *w, const char *key,
                 bool hold, bool *ret_commit, struct rpa_err *err)
{
    const struct rpa_screen *s;
    const char *title = w->shown;
    int r = press_once(d, w, key, hold, ret_commit, err);
    for (int i = 1; i < PRESSES && r == -RPA_ESCREEN; i++) {
        struct rpa_err again;
        if (view_settle(d, w, &again) < 0 || hands_see(d, w, &s, &again) < 0 ||
            (*ret_commit && (!title || w->shown != title)))
            break;
        r = press_once(d, w, key, hold, ret_commit, err);
    }
    return r;
}

static int key_down(struct rpa_driver *d, const cbor_item_t *args, bool hold,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    const struct form_rule *form = NULL;
    char key[65];
    bool commit = false;
    int r = view_window(d, args, &w, err);
    if (r == 0 && !rpa_msg_copy(args, "key", key, sizeof key))
        r = rpa_fail(err, RPA_EINVAL, "a key wants a name");
    if (r == 0)
        r = form_check_keys(key, err);
    if (r == 0)
        r = hands_focus(d, w, err);
    if (r >= 0)
        r = form_of(d, w, &form, err);
    if (r == 0 && form_is_menu(key) && (!form || hold))
        r = rpa_fail(err, RPA_EINVAL, "'%s': several keys are for a menu of a form",
                     key);
    if (r == 0)
        r = form && !hold ? form_press(d, w, form, NULL, key, &commit, err)
                          : press(d, w, key, hold, &commit, err);
    if (r < 0)
        return r;
    if (fence_key_deletes(key))
        fence_doubt(d, w, NULL, FENCE_EDITED, 0);
    *ret = rpa_cbor_map();
    rpa_msg_put_bool(*ret, "commit", commit);
    return 0;
}

int do_key_press(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    return key_down(d, args, false, ret, err);
}

int do_key_hold(struct rpa_driver *d, const cbor_item_t *args,
                cbor_item_t **ret, struct rpa_err *err)
{
    return key_down(d, args, true, ret, err);
}

int do_key_release(struct rpa_driver *d, const cbor_item_t *args,
                   cbor_item_t **ret, struct rpa_err *err)
{
    struct row row = { .kind = "KEY", .body = rpa_cbor_map() };
    struct ack ack;
    (void)args;
    *ret = rpa_cbor_map();
    rpa_msg_put_bool(row.body, "release", true);
    int r = act_intent(d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    r = d->display ? rpa_keys_release_all(d->display, err)
                   : rpa_fail(err, RPA_EDISPLAY, "this run has no display");
    return act_finish(d, &ack, r, false, err);
}

/* ---- text at the cursor ---- */

struct echo {
    const char *text;
    int count; /* characters */
    int from;  /* the cell of the first; -1: the cursor's way tells no more */
    bool edge; /* the last one ends a row, and shows when it has come */
    uint32_t *before; /* no cursor was shown: the characters of all */
    int cells;        /* these cells; else NULL */
    bool typed;       /* its keys were pressed */
};

/* Where the first character will come: behind a row that is full the cursor
 * stays on its last cell. */
static int first_cell(const struct rpa_screen *s)
{
    int at = view_cursor(s);
    return (at + 1) % s->cols == 0 && s->cells[at].cp != ' ' ? at + 1 : at;
}

/* Does what stands before @at end as the text begins? Then the text shows also
 * where as many keys of it were lost: "a" behind an "a". */
static bool overlaps(const struct echo *e, const struct rpa_screen *s, int at)
{
    struct rpa_buf head = { 0 };
    size_t len = strlen(e->text);
    bool hit = false;
    int n = 0;
    for (size_t i = 0; i < len && !hit && !head.failed; n++) {
        uint32_t cp;
        size_t one = rpa_utf8_decode(e->text + i, len - i, &cp);
        rpa_buf_add(&head, e->text + i, one);
        i += one;
        hit = head.failed || view_equals(s, at - n - 1, n + 1, head.data);
    }
    rpa_buf_clear(&head);
    return hit;
}

static bool stands_before(const struct echo *e, const struct rpa_screen *s,
                          int end)
{
    bool all = e->from < 0 || (end - e->from - e->count) % s->cols == 0;
    return all && end >= e->count &&
           view_equals(s, end - e->count, e->count, e->text);
}

/* It is new at cell @at: another character was there, its row is as before up to
 * that, and behind it stands nothing new but what may be a cursor that the program
 * draws itself. */
static bool is_new_at(const struct echo *e, const struct rpa_screen *s, int at)
{
    int end = at + e->count;
    if (s->cells[at].cp == e->before[at] ||
        !view_equals(s, at, e->count, e->text))
        return false;
    for (int i = at - at % s->cols; i < at; i++)
        if (s->cells[i].cp != e->before[i])
            return false;
    uint32_t behind = end < e->cells ? s->cells[end].cp : ' ';
    return behind == ' ' || behind == e->before[end] || behind == e->before[at];
}

/* Without a cursor: it has come in one place. */
static bool appeared(const struct echo *e, const struct rpa_screen *s)
{
    int places = 0;
    if (s->rows * s->cols != e->cells)
        return false;
    for (int at = 0; at + e->count <= e->cells; at++)
        places += is_new_at(e, s, at);
    return places == 1;
}

/* The text stands right before the cursor, scrolled or not, and where it could
 * without all of it, the cursor has gone as far; at the end of a row
 * the cursor stays on it until the next character. */
static bool echoed(void *ctx, const struct rpa_screen *s)
{
    const struct echo *e = ctx;
    int at = view_cursor(s);
    if (e->before)
        return appeared(e, s);
    return at >= 0 && (stands_before(e, s, at) ||
                       (e->edge && (at + 1) % s->cols == 0 &&
                        stands_before(e, s, at + 1)));
}

/* Does the last character end a row, and is it another that stands there now? A
 * cursor at the end of a row is on the last one, or where the next will come. */
static bool shows_at_edge(const struct echo *e, const struct rpa_screen *s)
{
    int last = view_cursor(s) + e->count - 1;
    size_t from = strlen(e->text);
    while (from && (e->text[--from] & 0xc0) == 0x80)
        ;
    if ((view_cursor(s) + 1) % s->cols == 0 && (last + 2) % s->cols == 0)
        last++;
    if ((last + 1) % s->cols != 0)
        return false;
    return last >= s->rows * s->cols ? e->text[from] != ' '
                                     : s->cells[last].cp &&
                                           !view_equals(s, last, 1, e->text + from);
}

/* The screen to type on. As the last text left it there is nothing more to
 * come; else a repaint may be under way. */
static int look_at_rest(struct rpa_driver *d, struct window *w,
                        const struct rpa_screen **ret, struct rpa_err *err)
{
    if (w->rest.hash && hands_see(d, w, ret, err) == 0 && view_at_rest(w, *ret))
        return 0;
    int r = view_settle(d, w, err);
    return r == 0 ? hands_see(d, w, ret, err) : r;
}

/* what @s is before the text, by which its echo will be known; free echo.before */
static int expect_echo(struct echo *e, const struct rpa_screen *s,
                       struct rpa_err *err)
{
    if (view_cursor(s) >= 0) {
        e->edge = shows_at_edge(e, s);
        if (overlaps(e, s, first_cell(s)))
            e->from = first_cell(s);
        return 0;
    }
    if (e->text[0] == ' ' || e->text[strlen(e->text) - 1] == ' ')
        return rpa_fail(err, RPA_EUNREADABLE,
                        "no cursor is shown: a text that begins or ends with a "
                        "blank could not be read back; nothing was typed");
    e->cells = s->rows * s->cols;
    e->before = calloc((size_t)e->cells, sizeof *e->before);
    if (!e->before)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a screen");
    for (int i = 0; i < e->cells; i++)
        e->before[i] = s->cells[i].cp;
    return 0;
}

static int type_at_cursor(struct rpa_driver *d, struct window *w,
                          struct echo *echo, const struct rpa_folded *f,
                          struct rpa_err *err)
{
    const struct rpa_screen *s;
    struct ack ack;
    int r = look_at_rest(d, w, &s, err);
    if (r == 0)
        r = fence_prompt(d, w, err);
    bool commit = r == 0 && fence_text_commits(w, (size_t)echo->count);
    if (commit && s->nunknown)
        r = view_read_whole(d, w, &s, err);
    if (r == 0)
        r = view_can_read(w, f->typed.data, f->typed.len, err);
    if (r == 0)
        r = expect_echo(echo, s, err);
    if (r == 0 && commit)
        r = may_commit(d, w, s, echo->text, err);
    if (r < 0)
        return r;
    struct row row = { .kind = commit ? "COMMIT" : "KEY", .verb = "alteration",
                       .window = w->title, .body = rpa_cbor_map() };
    rpa_msg_put_strn(row.body, commit ? "key" : "text", f->typed.data, f->typed.len);
    rpa_msg_put_int(row.body, "cell", view_cursor(s));
    rpa_msg_put_int(row.body, "screen", (int64_t)s->hash);
    struct scene scene = { w, commit ? s->hash : 0, view_cursor(s), 0 };
    r = act_intent(d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    scene.deadline_us = commit ? ack.deadline_us : 0;
    r = hands_text(d, &scene, f->typed.data, f->typed.len, err);
    echo->typed = r == 0; /* else none of it was */
    if (r == 0) {
        fence_doubt(d, w, NULL, FENCE_CURSOR, 0);
        proof_drop(d, w, scene.cursor);
    }
    if (commit)
        r = act_finish_commit(d, &ack, r, err);
    if (r == 0)
        r = view_wait(d, w, echoed, echo, d->echo_ms, "the typed text", &s, err);
    if (r == -RPA_ETIMEOUT)
        rpa_err_hint(err, "a key that a program takes without showing it is "
                          "pressed: grid:key(\"y\"); what is longer than its "
                          "field shows is typed in parts");
    if (r == 0) {
        fence_proved(d, w, FENCE_CURSOR, 0);
        w->rest = (struct rest){ s->hash, view_cursor(s), 0 };
    }
    return commit ? r : act_finish(d, &ack, r, false, err);
}

/* As press(): a program that still draws moves its cursor between the check and the
 * text, of which then nothing is typed. Once it is, two readers that differ over
 * its echo are an error like any. */
static int type_at_rest(struct rpa_driver *d, struct window *w, struct echo *echo,
                        const struct rpa_folded *f, struct rpa_err *err)
{
    const char *shown = w->shown;
    int r = type_at_cursor(d, w, echo, f, err);
    for (int i = 1; i < PRESSES && r == -RPA_ESCREEN && !echo->typed &&
                    w->shown == shown;
         i++) {
        free(echo->before);
        *echo = (struct echo){ echo->text, echo->count, .from = -1 };
        r = type_at_cursor(d, w, echo, f, err);
    }
    return r;
}

int do_text_type(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    struct rpa_folded folded = { 0 };
    size_t len;
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
    struct echo echo = { folded.typed.data, (int)folded.chars, .from = -1 };
    if (r >= 0 && folded.chars)
        r = type_at_rest(d, w, &echo, &folded, err);
    free(echo.before);
    rpa_folded_clear(&folded);
    *ret = r < 0 ? NULL : rpa_cbor_map();
    return r < 0 ? r : 0;
}
