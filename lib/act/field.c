/* A field, always: checked, typed behind the audit, read back. */
#include "form.h"
#include "gate.h"
#include "rpa/base/utf8.h"

#include <stdio.h>
#include <string.h>

#define FRAME_KEYS 512
#define LOOKS 10 /* for a cursor that stands still */

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

/* a text with lines of its own, which a terminal's field has not */
static bool job_lines(const struct job *job)
{
    return job->rule && job->rule->lines > 1 &&
           form_rule_called(target_forms(job->d->target), job->rule->screen);
}

/* the value, behind what the field shows if it is to be appended */
static int take_value(const struct job *job, const cbor_item_t *args,
                      struct rpa_buf *ret, struct rpa_err *err)
{
    size_t len = 0, shown = 0;
    const char *value = rpa_msg_bytes(args, "value", &len);
    const char *behind = rpa_msg_bytes(args, "behind", &shown);
    if (behind)
        rpa_buf_add(ret, behind, shown);
    for (size_t n = behind && !job->form ? proof_blanks(job) : 0; n > 0; n--)
        rpa_buf_putc(ret, ' ');
    rpa_buf_add(ret, value, len);
    return ret->failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a value") : 0;
}

static int fold_value(struct job *job, const cbor_item_t *args,
                      struct rpa_err *err)
{
    struct rpa_buf value = { 0 };
    int r = take_value(job, args, &value, err);
    const char *text = value.len ? value.data : "";
    if (r == 0)
        r = job_lines(job) ? form_fold(job, text, value.len, err)
                           : rpa_target_fold(job->d->target, text, value.len,
                                             &job->folded, err);
    rpa_buf_clear(&value);
    return r < 0 ? rpa_err_context(err, "field '%s'", job->label) : 0;
}

/* what is typed for it, and what the target makes of it by itself */
static int change_value(struct job *job, struct rpa_err *err)
{
    const struct rpa_buf *value = &job->folded.typed;
    job->want = value->data;
    int r = rpa_change_apply(job_change(job), value->data, value->len,
                             (size_t)job->width, &job->changed, err);
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
    int r = job_fits(job, err);
    if (r == 0)
        r = change_value(job, err);
    if (r < 0)
        return r;
    r = hands_can_type(job->d, job->changed.keys.data, job->changed.keys.len,
                       err);
    if (r == 0 && !job->form)
        r = view_can_read(job->w, job->changed.shown.data,
                          job->changed.shown.len, err);
    return r < 0 ? rpa_err_context(err, "field '%s'", job->label) : 0;
}

size_t field_text_rows(struct job *job, struct row *rows, size_t max)
{
    const char *text = job->changed.keys.data;
    size_t len = job->changed.keys.len, n = 0;
    for (size_t i = 0; i < len && n < max;) {
        size_t take = 0, chars = 0;
        uint32_t cp;
        while (i + take < len && chars < FRAME_KEYS) {
            take += rpa_utf8_decode(text + i + take, len - i - take, &cp);
            chars++;
        }
        cbor_item_t *body = rpa_cbor_map();
        rpa_msg_put_strn(body, "text", text + i, take);
        rpa_msg_put_str(body, "label", job->label);
        if (!job->form) {
            rpa_msg_put_int(body, "cell", job->pos.start);
            rpa_msg_put_int(body, "screen", (int64_t)job->seen->hash);
        }
        if (i == 0 && job->folded.nuses)
            put_folds(body, &job->folded);
        rows[n++] = (struct row){ .kind = "KEY", .verb = "alteration",
                                  .window = job->w->title,
                                  .field = job_label(job), .body = body };
        i += take;
    }
    return n;
}

/* the rows of one field: its text in frames, then the key that leaves it */
static size_t make_rows(struct job *job, struct row *rows, size_t max)
{
    size_t n = field_text_rows(job, rows, max - 1);
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_str(body, "key", rpa_target_key(job->d->target, "advance",
                                                "Tab"));
    rows[n++] = (struct row){ .kind = "KEY", .window = job->w->title,
                              .field = job_label(job), .body = body };
    return n;
}

static int say_difference(struct job *job, struct rpa_err *err)
{
    rpa_fail(err, RPA_EREADBACK,
             "field '%s' does not show what was typed into it", job->label);
    rpa_err_seen(err, "waited %d s for %zu characters at row %d, column %d",
                 job->d->echo_ms / 1000, job->folded.chars,
                 job->pos.start / job->cols + 1,
                 job->pos.start % job->cols + 1);
    return rpa_err_hint(err, "look at the picture sealed with the run; the "
                             "target may change what is typed");
}

/* the keys, and the wait until the screen shows them */
static int type_text(struct job *job, const struct scene *scene, int *ret_at,
                     struct rpa_err *err)
{
    const struct rpa_buf *keys = &job->changed.keys;
    int r = keys->len ? hands_text(job->d, scene, keys->data, keys->len, err)
                      : 0;
    if (r < 0)
        return r;
    job->typed = keys->len > 0;
    r = view_wait(job->d, job->w, job_shows, job, job->d->echo_ms,
                  "the typed text", &job->seen, err);
    if (r == -RPA_ETIMEOUT)
        return say_difference(job, err);
    if (r == 0 && job_full(job)) /* it may be on its way to the next field */
        r = job_overrun(job, err);
    if (r == 0)
        *ret_at = view_cursor(job->seen);
    return r;
}

/* Auto-skip leads back into the only field of its screen: it was left. */
static bool came_back(const struct job *job, int at)
{
    return job_full(job) && job->width > 1 && at == job->pos.start;
}

static int leave_scrolled(struct job *job, struct rpa_err *err)
{
    int r = job_unscroll(job, err);
    if (r == -RPA_ETIMEOUT)
        return say_difference(job, err);
    return r == 0 ? job_step(job, view_cursor(job->seen), err) : r;
}

static int type_once(struct job *job, struct rpa_err *err)
{
    struct rpa_driver *d = job->d;
    struct row rows[20];
    struct ack ack;
    size_t n = make_rows(job, rows, 20);
    struct scene scene = { job->w, job->seen->hash, job->pos.start, 0 };
    job->elsewhere = job_elsewhere(job, job->seen);
    int r = act_intent(d, rows, n, &ack, err);
    if (r < 0)
        return r;
    int at = -1;
    r = type_text(job, &scene, &at, err);
    bool scrolled = r == 0 && job_scrolled(job, job->seen);
    bool inside = !scrolled && job_inside(job, at) && !came_back(job, at);
    if (r == 0 && inside)
        r = job_advance(job, at, err);
    r = act_finish(d, &ack, r, inside, err);
    return r == 0 && scrolled ? leave_scrolled(job, err) : r;
}

/* On the screen read after the cursor had left: does the field still show it? */
static int prove(struct job *job, struct rpa_err *err)
{
    return job_cells(job, job->seen)
               ? proof_keep(job, err)
               : say_difference(job, err);
}

/* from where the focus is to a proved field */
static int fill_field(struct job *job, struct rpa_err *err)
{
    job->typed = false;
    int r = job->reader->reach(job, err);
    if (r < 0)
        return r;
    fence_doubt(job->d, job->w, NULL, job->label, job->line);
    r = job->reader->empty(job, err);
    if (r == 0 && job->folded.chars)
        r = job->reader->type(job, err);
    return r < 0 ? r : job->reader->prove(job, err);
}

/* What was typed is not shown. It may be typed once more, into an empty field, if
 * keys were lost; not if they went elsewhere. */
static bool keys_were_lost(struct job *job, struct rpa_err *err)
{
    struct rpa_err why;
    bool others[FORM_FIELDS];
    if (job->form) {
        if (form_settle(job->w->form->look, &why) < 0)
            return false;
        form_others(job, others);
        return !form_doubt_others(job, others, err);
    }
    if (job_again(job, &why) == 0 &&
        job_elsewhere(job, job->seen) == job->elsewhere)
        return job_can_empty(job);
    rpa_err_hint(err, "something else on the screen changed instead: what was "
                      "typed may stand there; look at the picture");
    return false;
}

/* The screen was another one for a moment, or the cursor, as when a clock is drawn:
 * where nothing was typed by then, all is done anew. */
static bool once_more(struct job *job, int r, int *typed, int *moved,
                      struct rpa_err *err)
{
    if (r == -RPA_ESCREEN && !job->form && !job->typed)
        return (*moved)++ < LOOKS && job_again(job, err) == 0;
    return (r == -RPA_EREADBACK || (r == -RPA_ESCREEN && job->typed)) &&
           (*typed)++ < 1 && keys_were_lost(job, err);
}

static int type_field(struct job *job, struct rpa_err *err)
{
    int r = job_focus(job, err), typed = 0, moved = 0;
    if (r == 0)
        r = fill_field(job, err);
    while (once_more(job, r, &typed, &moved, err)) {
        job->seen = NULL;
        r = fill_field(job, err);
    }
    if (r == 0)
        fence_proved(job->d, job->w, job->label, job->line);
    return r;
}

int do_field_set(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct job job = { 0 };
    int r = job_start(&job, d, args, err);
    if (r == 0 && job.rule && job.rule->hidden) {
        rpa_fail(err, RPA_EUNPROVED,
                 "field '%s' is hidden: nothing can read it back", job.label);
        r = rpa_err_hint(err, "hidden fields take a secret: "
                              ":secret(rpa.secret(\"name\"))");
    }
    if (r == 0)
        r = gate_set(d, job.rule, args, err);
    if (r == 0 && !job.form && job_protected(&job) == 1)
        r = rpa_fail(err, RPA_ELABEL,
                     "field '%s' is protected, by the colour of its text",
                     job.label);
    if (r == 0)
        r = fold_value(&job, args, err);
    if (r == 0)
        r = check_value(&job, err);
    if (r == 0 && !job.form && !job.rule)
        r = fence_field(d, job.w, job.label, job.folded.chars, err);
    if (r == 0)
        r = type_field(&job, err);
    if (r == 0) {
        *ret = rpa_cbor_map();
        put_folds(*ret, &job.folded);
    }
    return job_doubt(&job, job_end(&job, r, err));
}

/* what the cells show */
static int text_of_cells(struct job *job, struct rpa_buf *ret,
                         struct rpa_err *err)
{
    int r = hands_see(job->d, job->w, &job->seen, err);
    if (r == 0)
        r = mask_screen(job->d, &job->seen, err);
    if (r < 0)
        return r;
    const struct rpa_screen *s = job->seen;
    for (int i = job->pos.start; i < job->pos.start + job->width; i++)
        if (!s->cells[i].cp) {
            char what[TITLE_MAX + 16];
            snprintf(what, sizeof what, "field '%s'", job->label);
            return view_unread(job->d, s, i, what, err);
        }
    rpa_screen_text(s, job->pos.start, job->width, ret);
    while (ret->len && ret->data[ret->len - 1] == ' ')
        ret->len--;
    return 0;
}

const struct reader grid_reader = { job_reach, job_empty, type_once, prove,
                                    text_of_cells };

int do_field_get(struct rpa_driver *d, const cbor_item_t *args,
                 cbor_item_t **ret, struct rpa_err *err)
{
    struct job job = { 0 };
    struct rpa_buf text = { 0 };
    bool set = false; /* more is to come behind it */
    rpa_msg_bool(args, "append", &set);
    int r = job_start(&job, d, args, err);
    if (r == 0 && job.form)
        form_await_news(&job);
    if (r == 0)
        r = job.reader->text(&job, &text, err);
    r = job_end(&job, r, err);
    if (r < 0 && set)
        job_doubt(&job, r);
    if (r < 0) {
        rpa_buf_clear(&text);
        return r;
    }
    if (text.len && rpa_change_blank(job_change(&job), text.data, text.len))
        rpa_buf_clear(&text);
    mask_text(d, &text);
    if (job.form && (form_tells(&job, &text) || d->looking))
        act_shown(d, text.data, text.len);
    struct row row = { .kind = "READ", .verb = "consultation",
                       .window = job.w->title, .field = job_label(&job),
                       .body = rpa_cbor_map() };
    if (job.seen)
        rpa_msg_put_int(row.body, "screen", (int64_t)job.seen->hash);
    rpa_msg_put_strn(row.body, "text", text.len ? text.data : "", text.len);
    r = act_note(d, &row, err);
    *ret = rpa_cbor_strn(text.len ? text.data : "", text.len);
    rpa_buf_clear(&text);
    return r;
}

/* the colour of its first character; false if it is empty */
static bool text_colour(const struct job *job, char out[static 8])
{
    for (int i = job->pos.start; i < job->pos.start + job->width; i++) {
        const struct rpa_cell *c = &job->seen->cells[i];
        if (c->cp == ' ' || (c->flags & RPA_CELL_CURSOR))
            continue;
        snprintf(out, 8, "#%06x", c->fg & 0xffffff);
        return true;
    }
    return false;
}

int do_field_find(struct rpa_driver *d, const cbor_item_t *args,
                  cbor_item_t **ret, struct rpa_err *err)
{
    struct job job = { 0 };
    char colour[8];
    int r = job_start(&job, d, args, err);
    if (r == 0 && job.form)
        r = rpa_fail(err, RPA_EINVAL, "the map says where a form's fields are");
    if (r < 0)
        return r;
    int closed = job_protected(&job);
    *ret = rpa_cbor_map();
    rpa_msg_put_int(*ret, "row", job.pos.start / job.cols + 1);
    rpa_msg_put_int(*ret, "col", job.pos.start % job.cols + 1);
    rpa_msg_put_int(*ret, "room", job.pos.room);
    if (job.rule)
        rpa_msg_put_int(*ret, "width", job.rule->width);
    if (closed >= 0)
        rpa_msg_put_bool(*ret, "protected", closed);
    if (text_colour(&job, colour))
        rpa_msg_put_str(*ret, "colour", colour);
    return 0;
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
    struct job job = { .d = d, .line = job_line(args) };
    rpa_msg_copy(args, "label", job.label, sizeof job.label);
    const struct rpa_field_rule *rule = rpa_target_field(d->target, NULL,
                                                         job.label);
    if (!rule) {
        rpa_fail(err, RPA_ELABEL, "the screen map has no field '%s'",
                 job.label);
        return rpa_err_hint(err, "add it to the screen map");
    }
    job.rule = rule;
    job.width = rule->width;
    int r = fold_value(&job, args, err);
    if (r < 0)
        return r;
    cbor_item_t *reasons = rpa_cbor_array();
    if (job.folded.missing)
        push_reason(reasons, "no_fold", job.label);
    if (job.folded.chars > (size_t)rule->width || job.line >= rule->lines)
        push_reason(reasons, "too_wide", job.label);
    r = change_value(&job, err);
    if (r == -RPA_EINVAL)
        push_reason(reasons, "format", job.label);
    *ret = rpa_cbor_map(); /* NULL: the driver tells */
    rpa_msg_put_item(*ret, "reasons", reasons);
    if (r == 0)
        rpa_msg_put_strn(*ret, "becomes", job.changed.shown.data,
                         job.changed.shown.len);
    rpa_changed_clear(&job.changed);
    rpa_msg_put_int(*ret, "width", rule->width);
    rpa_msg_put_int(*ret, "lines", rule->lines);
    put_folds(*ret, &job.folded);
    rpa_folded_clear(&job.folded);
    return r == -RPA_EINVAL ? 0 : r;
}
