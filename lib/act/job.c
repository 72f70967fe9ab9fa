/* A field on the screen: where it stands, and how the cursor gets there. */
#include "form.h"
#include "rpa/screen/window.h"
#include "screen_rule.h"

#include <string.h>

#define TABS_MAX 80

const char *job_label(const struct job *job)
{
    return job->rule ? job->rule->label : NULL;
}

const struct rpa_change *job_change(const struct job *job)
{
    static const struct rpa_change none;
    return job->rule ? &job->rule->change : &none;
}

static bool is(const struct rpa_buf *text, const char *want, size_t len)
{
    return text->len == len && (!len || !memcmp(text->data, want, len));
}

bool job_agrees(const struct job *job, const struct rpa_buf *text)
{
    const struct rpa_buf *shown = &job->changed.shown;
    return is(text, job->want, strlen(job->want)) ||
           (shown->data && is(text, shown->data, shown->len));
}

int job_line(const cbor_item_t *args)
{
    int64_t line = 1;
    rpa_msg_int(args, "line", &line);
    return line > 0 ? (int)line - 1 : 0;
}

/* A value may look like a label: name only those the reviewed map has. */
static int no_label(const struct job *job, const struct rpa_screen *s,
                    const char *title, struct rpa_err *err)
{
    const struct rpa_field_rule *rule;
    struct rpa_field_pos pos;
    struct rpa_buf names = { 0 };
    for (size_t n = 0; (rule = rpa_target_rule(job->d->target, n)); n++)
        if (!strcmp(rule->screen, title) &&
            rpa_form_field(s, &rule->at, 0, &pos, NULL) == 0)
            rpa_buf_printf(&names, "%s%s", names.len ? ", " : "", rule->label);
    rpa_err_seen(err, "the labels here are: %s",
                 names.len ? names.data : "none");
    rpa_buf_clear(&names);
    return -RPA_ELABEL;
}

/* The map says where; or the bot does, or its label is right before it. */
static int find_rule(struct job *job, const cbor_item_t *args,
                     const char *title, struct rpa_field_at *ret,
                     struct rpa_err *err)
{
    const cbor_item_t *at = rpa_msg_get(args, "at");
    *ret = (struct rpa_field_at){ .label = job->label };
    if (at)
        return field_at_load(at, job->label, job->text, ret, err);
    job->rule = title ? rpa_target_field(job->d->target, title, job->label)
                      : NULL;
    if (job->rule)
        *ret = job->rule->at;
    return 0;
}

/* What begins with the cursor right behind its label is a prompt, but for a cursor
 * that stands on the cell before a field of a 3270, which takes no text. */
static void skip_attribute(struct job *job, const struct rpa_screen *s)
{
    int start = job->pos.start;
    if (job->at.label && !job->at.below && !job->line && start > 0 &&
        view_cursor(s) == start && s->cells[start - 1].cp != ' ' &&
        view_is_3270(job->w)) {
        job->pos.start++;
        job->pos.room--;
    }
}

/* How wide it is: the map says so; or the bot, which may; or it is all there is. */
static int find_width(struct job *job, const cbor_item_t *args, struct rpa_err *err)
{
    const cbor_item_t *at = rpa_msg_get(args, "at");
    int64_t width = job->pos.room;
    if (job->rule)
        width = job->rule->width;
    else if (at && rpa_msg_int(at, "width", &width) && (width < 1 || width > 999))
        return rpa_fail(err, RPA_EINVAL, "width is 1 to 999");
    job->width = (int)width;
    return 0;
}

/* where the field stands on the screen that is shown now */
static int locate(struct job *job, const cbor_item_t *args,
                  const struct rpa_screen *s, struct rpa_err *err)
{
    job->title = view_title(job->d, s);
    int r = find_rule(job, args, job->title, &job->at, err);
    if (r == 0)
        r = rpa_form_field(s, &job->at, job->line, &job->pos, err);
    if (r == -RPA_ELABEL && job->title)
        return no_label(job, s, job->title, err);
    if (r < 0)
        return r;
    skip_attribute(job, s);
    if ((r = find_width(job, args, err)) < 0)
        return r;
    job->cols = s->cols;
    if (job->rule && job->line >= job->rule->lines)
        return rpa_fail(err, RPA_EWIDTH, "field '%s' has %d lines", job->label,
                        job->rule->lines);
    if (job->width > job->pos.room) {
        rpa_fail(err, RPA_ESCREEN,
                 "field '%s': %s says %d characters, the screen has room for %d",
                 job->label, job->rule ? "the map" : "the bot", job->width,
                 job->pos.room);
        return rpa_err_hint(err, "see `rpa screen` and mend the screen map");
    }
    return 0;
}

int job_start(struct job *job, struct rpa_driver *d, const cbor_item_t *args,
              struct rpa_err *err)
{
    job->d = d;
    job->reader = &grid_reader;
    job->line = job_line(args);
    rpa_msg_copy(args, "label", job->label, sizeof job->label);
    const struct form_rule *form = NULL;
    int r = view_window(d, args, &job->w, err);
    if (r == 0)
        r = form_of(d, job->w, &form, err);
    if (r == 0 && form)
        return form_locate(job, form, err);
    if (r == 0)
        r = hands_see(d, job->w, &job->seen, err);
    return r < 0 ? r : locate(job, args, job->seen, err);
}

int job_doubt(const struct job *job, int r)
{
    if (r < 0 && job->w) /* which may show another screen by now */
        fence_doubt(job->d, job->w, job->form ? job->form->title : job->title,
                    job->label, job->line);
    return r;
}

int job_protected(const struct job *job)
{
    int count = job->width < job->pos.room ? job->width : job->pos.room;
    return colour_rule_protected(target_colours(job->d->target), job->seen,
                                 job->pos.start, count);
}

int job_end(struct job *job, int r, struct rpa_err *err)
{
    if (job->form)
        rpa_entry_unclaim(job->d->display);
    int back = job->form ? clipboard_put_back(job->d, form_selection(job->form),
                                              job->w->id, &job->kept,
                                              r < 0 ? NULL : err)
                         : 0;
    rpa_changed_clear(&job->changed);
    rpa_folded_clear(&job->folded);
    if (r == 0 && back == 0 && job->form)
        r = form_check_stays(job->d, job->w, err);
    if (r == -RPA_EWINDOW && job->w && !rpa_window_exists(job->d->display, job->w->id))
        r = view_closed(job->w, err); /* whatever saw it first */
    return r < 0 ? r : back;
}

int job_focus(struct job *job, struct rpa_err *err)
{
    int r = hands_focus(job->d, job->w, err);
    if (r > 0 || (job->seen && view_hollow(job->seen)))
        /* its cursor is drawn otherwise now, or soon */
        job->seen = NULL;
    return r < 0 ? r : 0;
}

/* ---- the cursor ---- */

struct leaving {
    const struct job *job;
    const char *key;
    int from;
};

/* A prompt takes a Tab for a character, and its cursor goes to the next stop. What
 * the map has is a field. */
static bool is_echoed(const struct leaving *l, int at)
{
    return !l->job->rule && !strcmp(l->key, "Tab") && l->from >= 0 && at > l->from &&
           at <= l->from + 8;
}

/* It stands in another cell, or the program has put it away. */
static bool cursor_left(void *ctx, const struct rpa_screen *s)
{
    const struct leaving *l = ctx;
    int at = view_cursor(s);
    return (at >= 0 || s->cursor_hidden) && at != l->from &&
           !(is_echoed(l, at) && at % s->cols % 8 == 0);
}

/* what is shown once nothing more is drawn */
static int see_settled(struct job *job, struct rpa_err *err)
{
    struct window *w = job->w;
    int r = view_settle(job->d, w, err);
    if (r == 0)
        r = hands_see(job->d, w, &job->seen, err);
    if (r == 0 && w->rest.over && job->seen->hash == w->rest.hash &&
        view_cursor(job->seen) == w->rest.cursor)
        w->stays = w->rest.over;
    return r;
}

bool job_inside(const struct job *job, int at)
{
    return at >= job->pos.start && at <= job->pos.start + job->width;
}

int job_overrun(struct job *job, struct rpa_err *err)
{
    int at = view_cursor(job->seen);
    if (job_inside(job, at))
        return see_settled(job, err);
    job->w->rest = (struct rest){ job->seen->hash, at,
                                  at - job->pos.start - job->width };
    return 0;
}

int job_advance(struct job *job, int from, struct rpa_err *err)
{
    struct rpa_driver *d = job->d;
    const char *key = rpa_target_key(d->target, "advance", "Tab");
    struct scene scene = { job->w, 0, from, 0 };
    int r = hands_chord(d, &scene, key, err);
    if (r == 0 && from < 0) /* none is seen to leave */
        return see_settled(job, err);
    struct leaving leaving = { job, key, from };
    if (r == 0)
        r = view_wait(d, job->w, cursor_left, &leaving, job->d->echo_ms,
                      "the cursor in the next field", &job->seen, err);
    if (r == -RPA_ETIMEOUT)
        rpa_err_hint(err, "does %s leave this field? The screen map says which "
                          "key does: keys = { advance = \"Down\" }; a prompt, "
                          "which no key leaves, takes grid:type()",
                     key);
    return r;
}

int job_intend_key(struct job *job, const char *key, struct ack *ack,
                   struct rpa_err *err)
{
    struct row row = { .kind = "KEY", .window = job->w->title,
                       .field = job_label(job), .body = rpa_cbor_map() };
    rpa_msg_put_str(row.body, "key", key);
    rpa_msg_put_str(row.body, "label", job->label);
    return act_intent(job->d, &row, 1, ack, err);
}

int job_step(struct job *job, int from, struct rpa_err *err)
{
    struct ack ack;
    int r = job_intend_key(job, rpa_target_key(job->d->target, "advance", "Tab"),
                           &ack, err);
    if (r < 0)
        return r;
    r = job_advance(job, from, err);
    return act_finish(job->d, &ack, r, r == 0, err);
}

static bool cursor_known(void *ctx, const struct rpa_screen *s)
{
    (void)ctx;
    return view_cursor(s) >= 0 || s->cursor_hidden;
}

/* While an application draws, its cursor may be away. */
static int see_cursor(struct job *job, struct rpa_err *err)
{
    int r = 0;
    if (!job->seen)
        r = hands_see(job->d, job->w, &job->seen, err);
    if (r == 0 && view_cursor(job->seen) < 0)
        r = view_wait(job->d, job->w, cursor_known, NULL, job->d->echo_ms,
                      "the cursor", &job->seen, err);
    if (r != -RPA_ETIMEOUT)
        return r;
    rpa_fail(err, RPA_EUNREADABLE, "field '%s': the cursor cannot be seen",
             job->label);
    return rpa_err_hint(err, "start the terminal with its own cursor colours, a "
                             "block, and no others");
}

static int never_came(const struct job *job, int at, struct rpa_err *err)
{
    rpa_fail(err, RPA_ELABEL, "field '%s': the cursor never came to it",
             job->label);
    rpa_err_seen(err, "looked for at row %d, column %d; last it stood at row %d, "
                      "column %d",
                 job->pos.start / job->cols + 1, job->pos.start % job->cols + 1,
                 at / job->cols + 1, at % job->cols + 1);
    return rpa_err_hint(err, "another key may lead to it: keys = { advance = "
                             "\"Down\" } in the screen map; or it is protected, "
                             "or begins in another column");
}

/* It is in the field; some programs put it behind a text that is there, and what
 * takes that away brings it to the start. */
static bool reached(const struct job *job)
{
    int at = view_cursor(job->seen), start = job->pos.start;
    int end = start + job->width;
    return at == start || (at > start && at <= end && !job_blank(job, job->seen) &&
                           (at < end || !view_is_3270(job->w)));
}

int job_again(struct job *job, struct rpa_err *err)
{
    struct rpa_field_pos pos;
    struct rpa_err why;
    int r = see_settled(job, &why);
    if (r < 0) {
        *err = why;
        return r;
    }
    bool there = view_title(job->d, job->seen) == job->title &&
                 rpa_form_field(job->seen, &job->at, job->line, &pos, NULL) == 0 &&
                 pos.start == job->pos.start && job->seen->cols == job->cols;
    return there ? 0 : -RPA_ESCREEN;
}

uint64_t job_elsewhere(const struct job *job, const struct rpa_screen *s)
{
    int from = job->pos.start, to = from + job->width;
    return (proof_hash(s, 0, from) * 31) ^
           proof_hash(s, to, s->rows * s->cols - to);
}

int job_reach(struct job *job, struct rpa_err *err)
{
    int first = -1, r = see_cursor(job, err);
    for (int tabs = 0; r == 0 && !reached(job); tabs++) {
        if (!view_at_rest(job->w, job->seen)) /* drawn, it stands anywhere */
            r = see_settled(job, err);
        if (r < 0 || reached(job))
            return r;
        int at = view_cursor(job->seen);
        if (tabs >= TABS_MAX || (tabs && at >= 0 && at == first))
            return never_came(job, at, err);
        first = tabs ? first : at;
        r = job_step(job, at, err);
    }
    return r;
}
