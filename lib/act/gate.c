/* The gate of an approved change. While it is open, nothing is done but what
 * makes that change, and its commit key is pressed only on a screen that shows the
 * record as approved, and all else as it was when the gate was opened. */
#include "gate.h"
#include "screen_rule.h"
#include "rpa/screen/form.h"

#include <string.h>
#include <strings.h>

/* ---- a record, as the map has its screen ---- */

/* one line of a field, as field.get gives it; RPA_ELABEL it is not there */
static int read_line(struct rpa_driver *d, const struct rpa_screen *s,
                     const struct rpa_field_rule *rule, int line,
                     struct rpa_buf *text, struct rpa_err *err)
{
    struct rpa_field_pos pos;
    int r = rpa_form_field(s, &rule->at, line, &pos, err);
    if (r < 0)
        return r;
    size_t from = text->len;
    int count = rule->width < pos.room ? rule->width : pos.room;
    for (int i = pos.start; i < pos.start + count; i++)
        if (!s->cells[i].cp)
            return view_unread(d, s, i, "an approved change", err);
    rpa_screen_text(s, pos.start, count, text);
    while (text->len > from && text->data[text->len - 1] == ' ')
        text->len--;
    if (rpa_change_blank(&rule->change, text->data + from, text->len - from))
        text->len = from;
    return 0;
}

static int read_field(struct rpa_driver *d, const struct rpa_screen *s,
                      const struct rpa_field_rule *rule, cbor_item_t *image,
                      struct rpa_err *err)
{
    struct rpa_buf text = { 0 };
    int r = 0;
    for (int line = 0; r == 0 && line < rule->lines; line++) {
        if (line)
            rpa_buf_putc(&text, '\n');
        r = read_line(d, s, rule, line, &text, err);
    }
    if (r == 0) {
        mask_text(d, &text);
        rpa_msg_put_strn(image, rule->label, text.data ? text.data : "",
                         text.len);
        if (text.failed)
            r = rpa_fail(err, RPA_ENOMEM, "no memory for a record");
    }
    rpa_buf_clear(&text);
    return r == -RPA_ELABEL ? 0 : r; /* the map has it, this screen has not */
}

/* {label = text} of every field of @screen that can be seen; free it */
static int read_record(struct rpa_driver *d, const struct rpa_screen *s,
                       const char *screen, cbor_item_t **ret,
                       struct rpa_err *err)
{
    const struct rpa_field_rule *rule;
    cbor_item_t *image = rpa_cbor_map();
    int r = 0;
    for (size_t n = 0; r == 0 && (rule = rpa_target_rule(d->target, n)); n++)
        if (!strcmp(rule->screen, screen) && !rule->hidden)
            r = read_field(d, s, rule, image, err);
    if (r == 0)
        *ret = image;
    else
        rpa_msg_free(&image);
    return r;
}

/* ---- comparing ---- */

static bool is(const struct rpa_buf *shown, const char *text, size_t len)
{
    return shown->len == len && (!len || !memcmp(shown->data, text, len));
}

/* Does the field show @want, as the target writes it? */
static bool agrees(const struct rpa_driver *d, const struct rpa_field_rule *rule,
                   const char *want, size_t len, const char *seen,
                   size_t seen_len)
{
    struct rpa_folded folded = { 0 };
    struct rpa_changed changed = { 0 };
    struct rpa_err err;
    bool same = rpa_target_fold(d->target, want, len, &folded, &err) == 0 &&
                !folded.missing;
    if (same && !is(&folded.typed, seen, seen_len))
        same = rpa_change_apply(&rule->change,
                                folded.typed.data ? folded.typed.data : "",
                                folded.typed.len, (size_t)rule->width, &changed,
                                &err) == 0 &&
               is(&changed.shown, seen, seen_len);
    rpa_changed_clear(&changed);
    rpa_folded_clear(&folded);
    return same;
}

/* the first label of @want that @image has not so; NULL: none. @written: as the
 * target writes it. */
static const struct rpa_field_rule *differs(const struct rpa_driver *d,
                                            const char *screen,
                                            const cbor_item_t *want,
                                            const cbor_item_t *image,
                                            bool written)
{
    const struct rpa_field_rule *rule;
    for (size_t n = 0; (rule = rpa_target_rule(d->target, n)); n++) {
        size_t len = 0, seen_len = 0;
        const char *text = strcmp(rule->screen, screen)
                               ? NULL
                               : rpa_msg_str(want, rule->label, &len);
        const char *seen = rpa_msg_str(image, rule->label, &seen_len);
        if (text && (!seen || (written ? !agrees(d, rule, text, len, seen, seen_len)
                                       : len != seen_len ||
                                             memcmp(text, seen, len) != 0)))
            return rule;
    }
    return NULL;
}

/* Are all labels of @map fields of one line on @screen? */
static int check_labels(const struct rpa_driver *d, const char *screen,
                        const cbor_item_t *map, struct rpa_err *err)
{
    size_t n, len;
    char label[TITLE_MAX];
    struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    for (size_t i = 0; i < n; i++) {
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        const struct rpa_field_rule *rule = NULL;
        if (key && len < sizeof label) {
            memcpy(label, key, len);
            label[len] = '\0';
            rule = rpa_target_field(d->target, screen, label);
        }
        if (rule && rule->lines == 1 && !rule->hidden)
            continue;
        rpa_fail(err, RPA_ESCREEN, "the screen '%s' of the map has no field of "
                                   "one line that is called '%.*s'",
                 screen, key ? (int)len : 1, key ? key : "?");
        return rpa_err_hint(err, "open the record before the change is applied");
    }
    return 0;
}

/* ---- opening it ---- */

#define FRESH_US (60 * 1000000LL) /* since the screen before a record was opened */

int gate_fresh(const struct window *w, int64_t now_us, struct rpa_err *err)
{
    if (!w->touched && w->idle_us && now_us - w->idle_us <= FRESH_US)
        return 0;
    if (w->touched)
        rpa_fail(err, RPA_EPERM, "something was typed or clicked since a record was "
                                 "opened: it would be filed with the change");
    else
        rpa_fail(err, RPA_EPERM, "the record was opened over %lld s ago: somebody "
                                 "may have changed it since", FRESH_US / 1000000);
    return rpa_err_hint(err, "leave the record for a screen that the map calls "
                             "idle, open it anew, and type only inside "
                             "rpa.review.apply()");
}

/* What the change finds: "go", "already" or "differs" with @why; or an error. */
static int judge(const struct rpa_driver *d, const char *screen,
                 const cbor_item_t *change, const cbor_item_t *image,
                 const char **ret_state, const struct rpa_field_rule **ret_which,
                 struct rpa_err *err)
{
    static const char *const parts[] = { "record", "before", "after" };
    int r = 0;
    for (size_t i = 0; r == 0 && i < 3; i++)
        r = check_labels(d, screen, rpa_msg_get(change, parts[i]), err);
    if (r == 0 && !target_commits(d->target, screen, NULL)) {
        rpa_fail(err, RPA_EPERM, "the map does not say which key files what the "
                                 "screen '%s' shows", screen);
        r = rpa_err_hint(err, "commit = { \"F6\" } of that screen, in the map "
                              "that was reviewed");
    }
    if (r < 0)
        return r;
    const struct rpa_field_rule *rule =
        differs(d, screen, rpa_msg_get(change, "record"), image, false);
    if (rule) {
        rpa_fail(err, RPA_ESCREEN, "this is another record than the change is "
                                   "for: '%s' differs", rule->label);
        return rpa_err_hint(err, "open that of change.record");
    }
    *ret_state = "already";
    if (!differs(d, screen, rpa_msg_get(change, "after"), image, true))
        return 0;
    *ret_which = differs(d, screen, rpa_msg_get(change, "before"), image, false);
    *ret_state = *ret_which ? "differs" : "go";
    return 0;
}

static int begin(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t *image, const char *state,
                 const struct rpa_field_rule *which, struct rpa_err *err)
{
    cbor_item_t *say = rpa_cbor_map();
    int64_t id = 0;
    rpa_msg_int(args, "id", &id);
    rpa_msg_put_int(say, "id", id);
    rpa_msg_put_str(say, "state", state);
    if (which)
        rpa_msg_put_str(say, "field", which->label);
    rpa_msg_put_item(say, "image", rpa_cbor_ref(image));
    int r = act_forward(d, "review.begin", say, NULL, err);
    rpa_msg_free(&say);
    return r;
}

static void open_gate(struct rpa_driver *d, const struct window *w,
                      const char *screen, cbor_item_t *image,
                      cbor_item_t *change)
{
    d->gate = (struct gate){
        .open = true, .window = w->id, .screen = screen,
        .image = rpa_cbor_ref(image),
        .after = rpa_cbor_ref(rpa_msg_get(change, "after")),
    };
    d->committed = d->looking = false;
    act_forget(d);
    fence_next_item(d);
}

/* the record's screen, and the change as the supervisor has it */
static int look(struct rpa_driver *d, const cbor_item_t *args,
                struct window **ret_window, const char **ret_screen,
                cbor_item_t **ret_image, cbor_item_t **ret_change,
                struct rpa_err *err)
{
    const struct rpa_screen *s;
    int r = view_window(d, args, ret_window, err);
    if (r == 0)
        r = view_settle(d, *ret_window, err);
    if (r == 0)
        r = view_read_whole(d, *ret_window, &s, err);
    if (r == 0)
        r = gate_fresh(*ret_window, rpa_mono_us(), err);
    *ret_screen = r == 0 ? view_title(d, s) : NULL;
    if (r == 0 && !*ret_screen) {
        rpa_fail(err, RPA_ESCREEN, "the screen map does not know this screen");
        r = rpa_err_hint(err, "a change is made on a screen of the map");
    }
    if (r == 0)
        r = read_record(d, s, *ret_screen, ret_image, err);
    return r == 0 ? act_forward(d, "review.change", args, ret_change, err) : r;
}

int do_review_apply(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    cbor_item_t *image = NULL, *change = NULL;
    const struct rpa_field_rule *which = NULL;
    const char *screen, *state = NULL;
    int r = look(d, args, &w, &screen, &image, &change, err);
    if (r == 0)
        r = judge(d, screen, change, image, &state, &which, err);
    if (r == 0)
        r = begin(d, args, image, state, which, err);
    if (r == 0 && !strcmp(state, "go"))
        open_gate(d, w, screen, image, change);
    if (r == 0) {
        *ret = rpa_cbor_map();
        rpa_msg_put_str(*ret, "state", state);
        if (which)
            rpa_msg_put_str(*ret, "field", which->label);
    }
    rpa_msg_free(&image);
    rpa_msg_free(&change);
    return r;
}

/* ---- while it is open ---- */

void gate_close(struct rpa_driver *d)
{
    rpa_msg_free(&d->gate.image);
    rpa_msg_free(&d->gate.after);
    d->gate = (struct gate){ 0 };
}

/* Outside of an apply nothing is done to a record: whatever files it, by whatever
 * key, finds it as it was. */
static bool leaves_alone(const struct rpa_driver *d, const struct window *w,
                         const char *chord)
{
    return chord && ((fence_key_edits(chord) && !fence_key_deletes(chord)) ||
                     (target_leads(d->target, w->shown, chord) && !w->touched));
}

bool gate_is(const struct rpa_driver *d)
{
    return rpa_msg_is(d->setup, "changes", "approved");
}

int gate_touch(const struct rpa_driver *d, struct window *w, const char *chord,
               struct rpa_err *err)
{
    bool record = w->shown && target_commits(d->target, w->shown, NULL);
    if (record && gate_is(d) && !d->gate.open && !leaves_alone(d, w, chord)) {
        rpa_fail(err, RPA_EPERM, "this bot changes only what was approved: nothing "
                                 "is done to '%s' but by rpa.review.apply()",
                 w->shown);
        return rpa_err_hint(err, "the keys that lead on from it (leads, in the map) "
                                 "are pressed there, as long as nothing was typed");
    }
    if (!chord)
        w->touched = w->touched || !w->shown ||
                     !rpa_target_idle(d->target, w->shown);
    return 0;
}

static int refuse(struct rpa_err *err, const char *what)
{
    rpa_fail(err, RPA_EPERM, "an approved change: %s", what);
    return rpa_err_hint(err, "inside rpa.review.apply() the fields of "
                             "change.after are set, in the window it was given, "
                             "and one key files them");
}

/* Until the change is filed a key moves the cursor, or files it: it leads to no
 * other screen. */
static int check_key(const struct rpa_driver *d, const cbor_item_t *args,
                     struct rpa_err *err)
{
    char key[65] = "";
    rpa_msg_copy(args, "key", key, sizeof key);
    if (fence_key_deletes(key))
        return refuse(err, "nothing is deleted but by setting a field");
    return d->gate.pressed || fence_key_edits(key) ||
                   target_commits(d->target, d->gate.screen, key)
               ? 0
               : refuse(err, "no other key is pressed than that which files it "
                             "(commit, in the map)");
}

/* of an act that reaches for the keyboard */
static int check_hands(struct rpa_driver *d, const cbor_item_t *args, bool sets,
                       struct rpa_err *err)
{
    struct gate *gate = &d->gate;
    int64_t window = 0;
    gate->filed = gate->passed;
    gate->passed = false;
    rpa_msg_int(args, "window", &window);
    if (window != gate->window)
        return refuse(err, "another window is not touched");
    return sets ? 0 : check_key(d, args, err); /* gate_set(), once it is found */
}

int gate_set(const struct rpa_driver *d, const struct rpa_field_rule *rule,
             const cbor_item_t *args, struct rpa_err *err)
{
    size_t len = 0, want_len = 0;
    if (!d->gate.open)
        return 0;
    const char *want = rule && rule->lines == 1 &&
                               !strcmp(rule->screen, d->gate.screen)
                           ? rpa_msg_str(d->gate.after, rule->label, &want_len)
                           : NULL;
    if (!want)
        return refuse(err, "no other field is set than those approved, on the "
                           "record's own screen");
    const char *value = rpa_msg_bytes(args, "value", &len);
    if (!rpa_msg_get(args, "behind") && value && len == want_len &&
        !memcmp(value, want, len))
        return 0;
    rpa_fail(err, RPA_EPERM, "'%s' is not as it was approved: it was not typed",
             rule->label);
    return rpa_err_hint(err, "set it to change.after[\"%s\"]", rule->label);
}

int gate_allows(struct rpa_driver *d, const char *act, const cbor_item_t *args,
                struct rpa_err *err)
{
    static const char *const harmless[] = {
        "window.find",  "window.list", "window.news", "window.wait",
        "screen.read",  "screen.wait", "screen.table", "screen.check",
        "screen.status", "field.get",  "field.find",  "field.check",
        "review.searched", "item.end", "run.info",    "log",
        "print",        "run.end",
    };
    bool sets = !strcmp(act, "field.set");
    if (!d->gate.open)
        return 0;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (!strcmp(harmless[i], act))
            return 0;
    return sets || !strcmp(act, "key.press") ? check_hands(d, args, sets, err)
                                             : refuse(err, act);
}

/* the record's own screen: as approved, and else as it was */
static int check_record(struct rpa_driver *d, const struct rpa_screen *s,
                        struct rpa_err *err)
{
    struct gate *gate = &d->gate;
    const struct rpa_field_rule *rule;
    cbor_item_t *now = NULL;
    int r = read_record(d, s, gate->screen, &now, err);
    if (r < 0)
        return r;
    const struct rpa_field_rule *bad = differs(d, gate->screen, gate->after, now,
                                               true);
    for (size_t n = 0; !bad && (rule = rpa_target_rule(d->target, n)); n++) {
        size_t len = 0, was_len = 0;
        const char *text = rpa_msg_str(now, rule->label, &len);
        const char *was = rpa_msg_str(gate->image, rule->label, &was_len);
        if (strcmp(rule->screen, gate->screen) || rule->hidden ||
            rpa_msg_get(gate->after, rule->label))
            continue;
        if (!text != !was || len != was_len || (len && memcmp(text, was, len)))
            bad = rule;
    }
    rpa_msg_free(&now);
    if (!bad)
        return 0;
    rpa_fail(err, RPA_EPERM, "a commit act was refused: '%s' is not as it was "
                             "approved", bad->label);
    return rpa_err_hint(err, "the fields of change.after must show those texts, "
                             "and all others what they showed before");
}

int gate_check(struct rpa_driver *d, const struct window *w,
               const struct rpa_screen *s, const char *key, struct rpa_err *err)
{
    struct gate *gate = &d->gate;
    if (!gate->open)
        return 0;
    const char *title = s ? view_title(d, s) : NULL;
    if (!w || w->id != gate->window || !title || !key)
        return refuse(err, "it is filed by a key on a screen of the map");
    int r = 0;
    if (!target_commits(d->target, title, key))
        r = refuse(err, "it is filed by no other key than the map names for that "
                        "screen (commit)");
    else if (!strcmp(title, gate->screen))
        r = check_record(d, s, err);
    else if (!gate->filed || !rpa_target_pending(d->target, title))
        r = refuse(err, "it is filed where it stands, and after that only a "
                        "screen that the map calls pending is answered");
    gate->passed = r == 0;
    gate->pressed = gate->pressed || gate->passed;
    return r;
}
