/* A field, always: checked, typed behind the audit, read back. */
#include "priv.h"
#include "rpa/base/utf8.h"

#include <stdio.h>
#include <string.h>

#define ECHO_MS 10000 /* for the target to show what was typed */
#define FRAME_KEYS 512
#define TABS_MAX 80

/** A field that is being set. */
struct job {
    struct rpa_driver *d;
    struct window *w;
    char label[TITLE_MAX];
    int line;                           /* from 0 */
    const struct rpa_field_rule *rule;  /* NULL: not in the map */
    struct rpa_field_pos pos;
    int width;                          /* cells of this line */
    struct rpa_folded folded;
    const char *want; /* what the cells must show: typed, or "" if hidden */
};

static void put_folds(cbor_item_t *map, const struct rpa_folded *f)
{
    cbor_item_t *list = rpa_cbor_array();
    char from[4];
    for (size_t i = 0; i < f->nuses; i++) {
        cbor_item_t *one = rpa_cbor_map();
        rpa_msg_put_strn(one, "from", from,
                         rpa_utf8_encode(f->uses[i].from, from));
        rpa_msg_put_str(one, "to", f->uses[i].to);
        rpa_msg_put_int(one, "count", f->uses[i].count);
        rpa_cbor_push(list, one);
    }
    rpa_msg_put_item(map, "folds", list);
}

/* what stands in clear in the audit: only what the reviewed map has */
static const char *label_of(const struct job *job)
{
    return job->rule ? job->rule->label : NULL;
}

/* the 1-based line a bot gives, from 0 here */
static int line_of(const cbor_item_t *args)
{
    int64_t line = 1;
    rpa_msg_int(args, "line", &line);
    return line > 0 ? (int)line - 1 : 0;
}

static int fold_value(struct job *job, const cbor_item_t *args,
                      struct rpa_err *err)
{
    size_t len = 0;
    const char *value = rpa_msg_bytes(args, "value", &len);
    int r = rpa_target_fold(job->d->target, value, len, &job->folded, err);
    return r < 0 ? rpa_err_context(err, "field '%s'", job->label) : 0;
}

static int check_value(struct job *job, struct rpa_err *err)
{
    const struct rpa_folded *f = &job->folded;
    char c[5] = "";
    if (f->missing) {
        c[rpa_utf8_encode(f->missing, c)] = '\0';
        rpa_fail(err, RPA_EREPERTOIRE,
                 "field '%s': the target cannot hold '%s' (U+%04X), and no "
                 "fold is declared for it",
                 job->label, c, f->missing);
        return rpa_err_hint(err, "reject the item, or have a fold reviewed "
                                 "and added to the screen map");
    }
    if (f->chars > (size_t)job->width) {
        rpa_fail(err, RPA_EWIDTH, "field '%s' holds %d characters, not %zu",
                 job->label, job->width, f->chars);
        return rpa_err_hint(err, "reject the item or split the text; nothing "
                                 "was typed");
    }
    int r = hands_can_type(job->d, f->typed.data, f->typed.len, err);
    return r < 0 ? rpa_err_context(err, "field '%s'", job->label) : 0;
}

/* where the field stands on the screen that is shown now */
static int locate(struct job *job, const struct rpa_screen *s,
                  struct rpa_err *err)
{
    const char *title = view_title(job->d, s);
    int r = rpa_form_field(s, job->label, job->line, &job->pos, err);
    if (r < 0)
        return r;
    job->rule = title ? rpa_target_field(job->d->target, title, job->label)
                      : NULL;
    job->width = job->rule ? job->rule->width : job->pos.room;
    if (job->rule && job->line >= job->rule->lines)
        return rpa_fail(err, RPA_EWIDTH, "field '%s' has %d lines", job->label,
                        job->rule->lines);
    if (job->width > job->pos.room) {
        rpa_fail(err, RPA_ESCREEN,
                 "field '%s': the map says %d characters, the screen has room "
                 "for %d",
                 job->label, job->width, job->pos.room);
        return rpa_err_hint(err, "see `rpa screen` and mend the screen map");
    }
    return 0;
}

static int start(struct job *job, struct rpa_driver *d,
                 const cbor_item_t *args, struct rpa_err *err)
{
    const struct rpa_screen *s;
    job->d = d;
    job->line = line_of(args);
    rpa_msg_copy(args, "label", job->label, sizeof job->label);
    int r = view_window(d, args, &job->w, err);
    if (r == 0)
        r = view_read(d, job->w, &s, err);
    return r < 0 ? r : locate(job, s, err);
}

/* ---- the cursor ---- */

static bool cursor_left(void *ctx, const struct rpa_screen *s)
{
    return view_cursor(s) >= 0 && view_cursor(s) != *(int *)ctx;
}

/* press the advance key once and wait until the cursor stands elsewhere */
static int advance(struct job *job, int from, struct rpa_err *err)
{
    struct rpa_driver *d = job->d;
    const char *key = rpa_target_key(d->target, "advance", "Tab");
    const struct rpa_screen *s;
    struct scene scene = { job->w, 0, from, 0 };
    int r = hands_chord(d, &scene, key, err);
    if (r == 0)
        r = view_wait(d, job->w, cursor_left, &from, ECHO_MS,
                      "the cursor in the next field", &s, err);
    return r;
}

static int intend_key(struct job *job, const char *key, struct ack *ack,
                      struct rpa_err *err)
{
    struct row row = { .kind = "KEY", .window = job->w->title,
                       .field = label_of(job), .body = rpa_cbor_map() };
    rpa_msg_put_str(row.body, "key", key);
    rpa_msg_put_str(row.body, "label", job->label);
    return act_intent(job->d, &row, 1, ack, err);
}

/* bring the cursor to the field, field by field */
static int reach(struct job *job, struct rpa_err *err)
{
    const char *key = rpa_target_key(job->d->target, "advance", "Tab");
    const struct rpa_screen *s;
    struct ack ack;
    int r = view_read(job->d, job->w, &s, err), first = -1;
    for (int tabs = 0; r == 0 && view_cursor(s) != job->pos.start; tabs++) {
        int at = view_cursor(s);
        if (at < 0)
            return rpa_fail(err, RPA_EUNREADABLE,
                            "field '%s': the cursor cannot be seen",
                            job->label);
        if (tabs >= TABS_MAX || (tabs && at == first)) {
            rpa_fail(err, RPA_ELABEL,
                     "field '%s': the cursor never came to it", job->label);
            return rpa_err_hint(err, "it may be protected on this screen");
        }
        first = tabs ? first : at;
        if ((r = intend_key(job, key, &ack, err)) == 0 &&
            (r = advance(job, at, err)) == 0)
            r = view_read(job->d, job->w, &s, err);
    }
    return r;
}

/* ---- the text ---- */

static bool shows_value(void *ctx, const struct rpa_screen *s)
{
    struct job *job = ctx;
    int end = job->pos.start + (int)job->folded.chars, at = view_cursor(s);
    /* behind the last character, or on in the next field (auto-skip) */
    bool moved = at >= end || at < job->pos.start;
    if (job->folded.chars == (size_t)job->width)
        moved = at != job->pos.start + job->width - 1;
    return view_equals(s, job->pos.start, job->width, job->want) &&
           (moved || !job->folded.chars);
}

static bool is_blank(void *ctx, const struct rpa_screen *s)
{
    struct job *job = ctx;
    return view_equals(s, job->pos.start, job->width, "") &&
           view_cursor(s) == job->pos.start;
}

/* empty the field with the target's own key */
static int clear(struct job *job, struct rpa_err *err)
{
    const char *key = rpa_target_key(job->d->target, "clear", NULL);
    const struct rpa_screen *s;
    struct ack ack;
    if (!key) {
        rpa_fail(err, RPA_EREADBACK, "field '%s' is not empty", job->label);
        return rpa_err_hint(err, "declare keys = { clear = … } in the map");
    }
    struct scene scene = { job->w, 0, -1, 0 };
    int r = intend_key(job, key, &ack, err);
    if (r == 0)
        r = hands_chord(job->d, &scene, key, err);
    if (r == 0)
        r = view_wait(job->d, job->w, is_blank, job, ECHO_MS,
                      "the field to become empty", &s, err);
    return r;
}

/* the rows of one field: its text in frames, then the key that leaves it */
static size_t make_rows(struct job *job, const struct rpa_screen *s,
                        struct row *rows, size_t max)
{
    const char *text = job->folded.typed.data;
    size_t len = job->folded.typed.len, n = 0;
    for (size_t i = 0; i < len && n < max - 1;) {
        size_t take = 0, chars = 0;
        uint32_t cp;
        while (i + take < len && chars < FRAME_KEYS) {
            take += rpa_utf8_decode(text + i + take, len - i - take, &cp);
            chars++;
        }
        cbor_item_t *body = rpa_cbor_map();
        rpa_msg_put_strn(body, "text", text + i, take);
        rpa_msg_put_str(body, "label", job->label);
        rpa_msg_put_int(body, "cell", job->pos.start);
        rpa_msg_put_int(body, "screen", (int64_t)s->hash);
        if (i == 0 && job->folded.nuses)
            put_folds(body, &job->folded);
        rows[n++] = (struct row){ .kind = "KEY", .verb = "alteration",
                                  .window = job->w->title,
                                  .field = label_of(job), .body = body };
        i += take;
    }
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_str(body, "key", rpa_target_key(job->d->target, "advance",
                                                "Tab"));
    rows[n++] = (struct row){ .kind = "KEY", .window = job->w->title,
                              .field = label_of(job), .body = body };
    return n;
}

static int say_difference(struct job *job, struct rpa_err *err)
{
    rpa_fail(err, RPA_EREADBACK,
             "field '%s' does not show what was typed into it", job->label);
    rpa_err_seen(err, "waited %d s for %zu characters at row %d, column %d",
                 ECHO_MS / 1000, job->folded.chars,
                 job->pos.start / 80 + 1, job->pos.start % 80 + 1);
    return rpa_err_hint(err, "look at the picture sealed with the run; the "
                             "target may change what is typed");
}

static int type_once(struct job *job, struct rpa_err *err)
{
    struct rpa_driver *d = job->d;
    const struct rpa_screen *s;
    struct row rows[20];
    struct ack ack;
    int r = view_read(d, job->w, &s, err);
    if (r < 0)
        return r;
    size_t n = make_rows(job, s, rows, 20);
    struct scene scene = { job->w, s->hash, job->pos.start, 0 };
    r = act_intent(d, rows, n, &ack, err);
    if (r == 0 && job->folded.chars)
        r = hands_text(d, &scene, job->folded.typed.data,
                       job->folded.typed.len, err);
    if (r < 0)
        return r;
    r = view_wait(d, job->w, shows_value, job, ECHO_MS, "the typed text", &s,
                  err);
    if (r == -RPA_ETIMEOUT)
        r = say_difference(job, err);
    int at = r == 0 ? view_cursor(s) : -1;
    bool inside = at >= job->pos.start && at <= job->pos.start + job->width;
    if (r == 0 && inside)
        r = advance(job, at, err);
    return act_finish(d, &ack, r, inside, err);
}

/* after the cursor has left: does the field still show it? */
static int prove(struct job *job, struct rpa_err *err)
{
    const struct rpa_screen *s;
    int r = view_read(job->d, job->w, &s, err);
    if (r == 0 &&
        !view_equals(s, job->pos.start, job->width, job->want))
        r = say_difference(job, err);
    return r;
}

static int type_field(struct job *job, struct rpa_err *err)
{
    struct rpa_driver *d = job->d;
    const struct rpa_screen *s;
    int r = hands_focus(d, job->w, err);
    if (r == 0)
        r = reach(job, err);
    if (r == 0)
        r = view_read(d, job->w, &s, err);
    if (r < 0)
        return r;
    if (!view_equals(s, job->pos.start, job->width, ""))
        r = clear(job, err);
    rpa_str_copy(d->unproved, sizeof d->unproved, job->label);
    for (int attempt = 0; r == 0 && attempt < 2; attempt++) {
        r = type_once(job, err);
        if (r == 0)
            r = prove(job, err);
        if (r != -RPA_EREADBACK || attempt == 1)
            break;
        if ((r = reach(job, err)) == 0) /* once more, from an empty field */
            r = clear(job, err);
    }
    if (r == 0)
        d->unproved[0] = '\0';
    return r;
}

int do_field_set(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct job job = { 0 };
    int r = start(&job, d, args, err);
    if (r == 0 && job.rule && job.rule->hidden) {
        rpa_fail(err, RPA_EUNPROVED,
                 "field '%s' is hidden: nothing can read it back", job.label);
        return rpa_err_hint(err, "hidden fields take a secret: "
                                 ":secret(rpa.secret(\"name\"))");
    }
    if (r == 0)
        r = fold_value(&job, args, err);
    if (r == 0)
        r = check_value(&job, err);
    job.want = job.folded.typed.data;
    if (r == 0)
        r = type_field(&job, err);
    if (r == 0) {
        *ret = rpa_cbor_map();
        put_folds(*ret, &job.folded);
    }
    rpa_folded_clear(&job.folded);
    return r;
}

int do_field_get(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct job job = { 0 };
    const struct rpa_screen *s;
    struct rpa_buf text = { 0 };
    int r = start(&job, d, args, err);
    if (r == 0)
        r = view_read(d, job.w, &s, err);
    if (r < 0)
        return r;
    for (int i = job.pos.start; i < job.pos.start + job.width; i++)
        if (!s->cells[i].cp) {
            rpa_fail(err, RPA_EUNREADABLE,
                     "field '%s': the cell at row %d, column %d cannot be "
                     "read exactly",
                     job.label, i / s->cols + 1, i % s->cols + 1);
            return rpa_err_hint(err, "move the cursor away, or uncover the "
                                     "window");
        }
    rpa_screen_text(s, job.pos.start, job.width, &text);
    while (text.len && text.data[text.len - 1] == ' ')
        text.len--;
    struct row row = { .kind = "READ", .verb = "consultation",
                       .window = job.w->title, .field = label_of(&job),
                       .body = rpa_cbor_map() };
    rpa_msg_put_int(row.body, "screen", (int64_t)s->hash);
    rpa_msg_put_strn(row.body, "text", text.len ? text.data : "", text.len);
    r = act_note(d, &row, err);
    *ret = rpa_cbor_strn(text.len ? text.data : "", text.len);
    rpa_buf_clear(&text);
    return r;
}

static void push_reason(cbor_item_t *reasons, const char *code,
                        const char *label)
{
    char text[TITLE_MAX + 16];
    int n = snprintf(text, sizeof text, "%s:%s", code, label);
    rpa_cbor_push(reasons, rpa_cbor_strn(text, (size_t)n));
}

/* would it fit? From the map alone, so that a report that cannot be keyed
 * whole is known before its first key */
int do_field_check(struct rpa_driver *d, const cbor_item_t *args,
                   cbor_item_t **ret, struct rpa_err *err)
{
    struct job job = { .d = d, .line = line_of(args) };
    rpa_msg_copy(args, "label", job.label, sizeof job.label);
    const struct rpa_field_rule *rule = rpa_target_field(d->target, NULL,
                                                         job.label);
    if (!rule) {
        rpa_fail(err, RPA_ELABEL, "the screen map has no field '%s'",
                 job.label);
        return rpa_err_hint(err, "add it to the screen map");
    }
    int r = fold_value(&job, args, err);
    if (r < 0)
        return r;
    cbor_item_t *reasons = rpa_cbor_array();
    if (job.folded.missing)
        push_reason(reasons, "no_fold", job.label);
    if (job.folded.chars > (size_t)rule->width || job.line >= rule->lines)
        push_reason(reasons, "too_wide", job.label);
    *ret = rpa_cbor_map();
    rpa_msg_put_item(*ret, "reasons", reasons);
    rpa_msg_put_int(*ret, "width", rule->width);
    rpa_msg_put_int(*ret, "lines", rule->lines);
    put_folds(*ret, &job.folded);
    rpa_folded_clear(&job.folded);
    return 0;
}

/* ---- secrets ---- */

static int bound_here(struct job *job, const char *name, const char *title,
                      struct rpa_err *err)
{
    struct rpa_driver *d = job->d;
    const cbor_item_t *bound = rpa_msg_get(rpa_msg_get(d->setup, "secrets"),
                                           name);
    bool target = !rpa_msg_get(bound, "target") ||
                  rpa_msg_is(bound, "target", d->target_name);
    if (bound && target && title && rpa_msg_is(bound, "screen", title) &&
        rpa_msg_is(bound, "field", job->label) && job->rule &&
        job->rule->hidden)
        return 0;
    rpa_fail(err, RPA_ESECRET,
             "the secret '%s' is not bound to field '%s' of this screen and "
             "target, or the field is not hidden",
             name, job->label);
    return rpa_err_hint(err, "a secret is bound in the manifest to one target, "
                             "screen and field, which the map declares hidden");
}

/* it came, or it shows: one look more than needed would be one too many */
static bool came_or_shows(void *ctx, const struct rpa_screen *s)
{
    struct job *job = ctx;
    return shows_value(job, s) ||
           !view_equals(s, job->pos.start, job->width, "");
}

/* type @len bytes; the cells must stay blank, the cursor tells they came */
static int type_hidden(struct job *job, const char *value, size_t len,
                       struct rpa_err *err)
{
    const struct rpa_screen *s;
    struct scene scene = { job->w, 0, -1, 0 };
    int r = hands_text(job->d, &scene, value, len, err);
    if (r == 0)
        r = view_wait(job->d, job->w, came_or_shows, job, ECHO_MS,
                      "the cursor behind the secret, and blank cells", &s,
                      err);
    return r == 0 && !shows_value(job, s) ? -RPA_ESECRET : r;
}

/* it shows, or cannot be seen to stay hidden: nothing of it may stay */
static int take_back(struct job *job, struct rpa_err *err)
{
    struct rpa_err why;
    bool cleared = reach(job, &why) == 0 && clear(job, &why) == 0;
    rpa_fail(err, RPA_ESECRET,
             "field '%s' does not keep hidden what is typed into it; %s",
             job->label,
             cleared ? "the field was cleared" : "it could not be cleared");
    return rpa_err_hint(err, "have the map checked: is this the password "
                             "field?");
}

static int type_secret(struct job *job, const char *value, size_t len,
                       struct rpa_err *err)
{
    size_t chars = rpa_utf8_count(value, len);
    if (!len || chars > (size_t)job->width)
        return rpa_fail(err, RPA_EWIDTH,
                        "the secret does not fit field '%s'", job->label);
    uint32_t cp;
    size_t first = rpa_utf8_decode(value, len, &cp);
    job->want = "";
    job->folded.chars = 1;
    int r = type_hidden(job, value, first, err);
    job->folded.chars = chars;
    if (r == 0 && len > first)
        r = type_hidden(job, value + first, len - first, err);
    return r == -RPA_ETIMEOUT || r == -RPA_ESECRET ? take_back(job, err) : r;
}

int do_field_secret(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct job job = { 0 };
    const struct rpa_screen *s;
    cbor_item_t *value = NULL;
    char name[65];
    (void)ret;
    rpa_msg_copy(args, "secret", name, sizeof name);
    int r = start(&job, d, args, err);
    if (r == 0)
        r = view_read(d, job.w, &s, err);
    if (r == 0)
        r = bound_here(&job, name, view_title(d, s), err);
    if (r == 0)
        r = hands_focus(d, job.w, err);
    if (r == 0)
        r = reach(&job, err);
    if (r == 0)
        r = act_fetch_secret(d, name, job.w->title, label_of(&job), &value, err);
    if (r < 0)
        return r;
    size_t len = 0;
    const char *text = rpa_cbor_any_bytes(value, &len);
    r = mask_remember(d, text ? text : "", len, err);
    if (r == 0)
        r = type_secret(&job, text ? text : "", len, err);
    if (text)
        explicit_bzero((char *)text, len);
    rpa_msg_free(&value);
    if (r == 0)
        r = view_read(d, job.w, &s, err);
    return r;
}
