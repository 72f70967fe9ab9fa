/* A screen against the screen map: what of the map is there, and what is not.
 * Every fault is told, and where each thing stands. */
#include "form.h"
#include "page.h"
#include "screen_rule.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

struct check {
    const struct rpa_target *target;
    const struct rpa_screen *s;
    cbor_item_t *list;
    int faults;
};

/* one line of the report; takes nothing */
static cbor_item_t *told(struct check *c, const char *what, const char *name,
                         const struct rpa_err *fault)
{
    cbor_item_t *one = rpa_cbor_map();
    rpa_msg_put_str(one, "what", what);
    rpa_msg_put_str(one, "name", name);
    rpa_msg_put_bool(one, "ok", !fault);
    if (fault) {
        rpa_msg_put_str(one, "msg", fault->msg);
        if (fault->seen[0])
            rpa_msg_put_str(one, "seen", fault->seen);
        if (fault->hint[0])
            rpa_msg_put_str(one, "hint", fault->hint);
        c->faults++;
    }
    rpa_cbor_push(c->list, one);
    return one;
}

static void put_cell(cbor_item_t *one, int cell, int cols)
{
    rpa_msg_put_int(one, "row", cell / cols + 1);
    rpa_msg_put_int(one, "col", cell % cols + 1);
}

/* ---- which screen it is ---- */

/* Screens that a screen may both be: neither is known by its cells. */
static void check_alike(struct check *c)
{
    const struct screen_rule *a, *b;
    for (size_t i = 0; (a = target_screen(c->target, i)); i++)
        for (size_t k = i + 1; (b = target_screen(c->target, k)); k++) {
            struct rpa_err err = { 0 };
            if (!screen_rules_alike(a, b))
                continue;
            rpa_fail(&err, RPA_EINVAL, "a screen may show this and '%s' at once",
                     b->name);
            rpa_err_hint(&err, "say in which column their titles stand, or "
                               "what else is fixed on one of them");
            told(c, "screen", a->name, &err);
        }
}

/* a title that stands elsewhere than the map says */
static void check_elsewhere(struct check *c)
{
    const struct screen_rule *rule;
    int row, col;
    for (size_t i = 0; (rule = target_screen(c->target, i)); i++) {
        const struct screen_fixed *title = &rule->fixed[0];
        struct rpa_err err = { 0 };
        if (rule->form || !rpa_screen_find(c->s, title->text, &row, &col))
            continue;
        rpa_fail(&err, RPA_ESCREEN,
                 "its title stands at row %d, column %d; the map says row %d, "
                 "column %d, and %zu fixed texts beside it",
                 row + 1, col + 1, title->row, title->col, rule->nfixed - 1);
        told(c, "screen", rule->name, &err);
    }
}

static const struct screen_rule *check_identity(struct check *c)
{
    const struct screen_rule *rule, *found = NULL;
    struct rpa_err err = { 0 };
    for (size_t i = 0; (rule = target_screen(c->target, i)); i++) {
        if (rule->form || !screen_rule_shown(rule, c->s))
            continue;
        if (found) {
            rpa_fail(&err, RPA_ESCREEN, "the screen is '%s' as well",
                     rule->name);
            told(c, "screen", found->name, &err);
            return NULL;
        }
        found = rule;
    }
    if (found)
        return found;
    rpa_fail(&err, RPA_ESCREEN, "the screen is none of the map's");
    told(c, "screen", "", &err);
    check_elsewhere(c);
    return NULL;
}

static void check_mode(struct check *c, const char *screen)
{
    static const char *const modes[] = { "LIVE", "TRNG", "DEMO" };
    struct rpa_err err = { 0 };
    int row, col;
    if (!rpa_target_mode_at(c->target, &row, &col))
        return;
    for (size_t i = 0; i < 3; i++)
        if (view_equals(c->s, (row - 1) * c->s->cols + col - 1, 4, modes[i])) {
            told(c, "mode", modes[i], NULL);
            return;
        }
    rpa_fail(&err, RPA_ESCREEN, "neither LIVE, TRNG nor DEMO stands at row %d, "
                                "column %d",
             row, col);
    told(c, "mode", screen, &err);
}

/* ---- what is on it ---- */

/* text that nobody can type, by its colour, where the map has a field */
static int check_room(struct check *c, const struct rpa_field_rule *rule,
                      int start, struct rpa_err *err)
{
    for (int i = start; i < start + rule->width; i++)
        if (colour_rule_protected(target_colours(c->target), c->s, i, 1) == 1)
            return rpa_fail(err, RPA_EWIDTH,
                            "the map says %d characters, and after %d of them, "
                            "at row %d, column %d, stands protected text",
                            rule->width, i - start, i / c->s->cols + 1,
                            i % c->s->cols + 1);
    return 0;
}

static void check_field(struct check *c, const struct rpa_field_rule *rule)
{
    struct rpa_field_pos pos;
    struct rpa_err err = { 0 };
    int r = rpa_form_field(c->s, &rule->at, 0, &pos, &err);
    if (r == 0 && rule->lines > 1)
        r = rpa_form_field(c->s, &rule->at, rule->lines - 1,
                           &(struct rpa_field_pos){ 0 }, &err);
    if (r == 0 && rule->width > pos.room)
        r = rpa_fail(&err, RPA_EWIDTH,
                     "the map says %d characters, the screen has room for %d",
                     rule->width, pos.room);
    if (r == 0)
        r = check_room(c, rule, pos.start, &err);
    if (r < 0) {
        told(c, "field", rule->label, &err);
        return;
    }
    cbor_item_t *one = told(c, "field", rule->label, NULL);
    put_cell(one, pos.start, c->s->cols);
    rpa_msg_put_int(one, "room", pos.room);
    rpa_msg_put_int(one, "width", rule->width);
    int closed = colour_rule_protected(target_colours(c->target), c->s,
                                       pos.start, rule->width);
    if (closed >= 0)
        rpa_msg_put_bool(one, "protected", closed);
}

static void check_table(struct check *c, const struct table_rule *rule)
{
    struct page page;
    struct rpa_err err = { 0 };
    if (page_read(rule, c->s, &page, &err) < 0) {
        told(c, "table", rule->name, &err);
        return;
    }
    cbor_item_t *one = told(c, "table", rule->name, NULL);
    cbor_item_t *columns = rpa_cbor_array();
    for (size_t i = 0; i < page.table.ncols; i++) {
        cbor_item_t *column = rpa_cbor_map();
        rpa_msg_put_str(column, "name", rule->key[i]);
        rpa_msg_put_int(column, "col", page.table.cols[i].col + 1);
        rpa_msg_put_int(column, "width", page.table.cols[i].len);
        rpa_cbor_push(columns, column);
    }
    rpa_msg_put_item(one, "columns", columns);
    rpa_msg_put_int(one, "rows", (int64_t)page.table.nrows);
    for (int n = 0; n < RPA_MARK_NUMBERS; n++)
        if (page.number[n] >= 0)
            rpa_msg_put_int(one, rpa_mark_name((enum rpa_mark_number)n),
                            page.number[n]);
}

static void check_screen(struct check *c, const char *name)
{
    const struct rpa_field_rule *field;
    const struct table_rule *table = target_tables(c->target);
    check_mode(c, name);
    for (size_t i = 0; (field = rpa_target_rule(c->target, i)); i++)
        if (!strcmp(field->screen, name))
            check_field(c, field);
    for (; table; table = table->next)
        if (!strcmp(table->screen, name))
            check_table(c, table);
}

static cbor_item_t *check_map(const struct rpa_target *target,
                              const struct rpa_screen *s)
{
    struct check c = { target, s, rpa_cbor_array(), 0 };
    cbor_item_t *map = rpa_cbor_map();
    check_alike(&c);
    const struct screen_rule *rule = check_identity(&c);
    if (rule) {
        rpa_msg_put_str(map, "screen", rule->name);
        check_screen(&c, rule->name);
    }
    rpa_msg_put_item(map, "checks", c.list);
    rpa_msg_put_int(map, "faults", c.faults);
    return map;
}

/* ---- a form ---- */

/* what stands beside a text must be found first */
static int form_place(struct rpa_driver *d, const struct rpa_page *page,
                      struct form_field *f, struct rpa_err *err)
{
    return f->by[0] ? rpa_page_beside(page, d->face, f->by, &f->where, &f->at, err)
                    : 0;
}

static void check_part(struct check *c, const struct rpa_look *look,
                       const struct form_field *f, int placed, struct rpa_err *err)
{
    uint64_t seen = placed == 0 ? rpa_look_of(look, &f->at) : 0;
    const struct form_state *state = f->nstates ? form_state_of(look, f) : NULL;
    if (placed == 0 && !seen)
        rpa_fail(err, RPA_EUNREADABLE, "x %d, y %d, w %d, h %d is outside of the "
                                       "window, or covered",
                 f->at.x, f->at.y, f->at.w, f->at.h);
    else if (placed == 0 && f->nstates && !state) {
        rpa_fail(err, RPA_EUNREADABLE, "looks like none of its states");
        rpa_err_seen(err, "look %016llx", (unsigned long long)seen);
        rpa_err_hint(err, "if it is a state you know, add this look to it");
    }
    cbor_item_t *one = told(c, "part", f->label, seen && (!f->nstates || state)
                                                     ? NULL : err);
    rpa_msg_put_int(one, "x", f->at.x);
    rpa_msg_put_int(one, "y", f->at.y);
    rpa_msg_put_int(one, "w", f->at.w);
    rpa_msg_put_int(one, "h", f->at.h);
    if (state)
        rpa_msg_put_str(one, "shows", state->value);
}

static int check_parts(struct check *c, struct rpa_driver *d, struct form *form,
                       const struct form_rule *rule, struct rpa_err *err)
{
    struct rpa_page *page = NULL;
    struct rpa_err fault = { 0 };
    int r = rule->labelled ? form_page(d, form, rule, &page, err) : 0;
    if (r == 0)
        told(c, "size", rule->title,
             form_check_size(form, rule, &fault) < 0 ? &fault : NULL);
    for (size_t i = 0; r == 0 && i < rule->nfields; i++) {
        struct form_field *f = &rule->fields[i];
        fault = (struct rpa_err){ 0 };
        int placed = form_place(d, page, f, &fault);
        const struct form_state *mode =
            f->kind == FORM_MODE ? form_state_of(form->look, f) : NULL;
        if (mode)
            r = view_check_mode(d, mode->value, err);
        check_part(c, form->look, f, placed, &fault);
    }
    rpa_page_free(page);
    return r;
}

/* as for a bot, but that a difference is told and does not end it */
static int check_form(struct rpa_driver *d, struct window *w,
                      const struct form_rule *rule, const char *mode,
                      cbor_item_t **ret, struct rpa_err *err)
{
    struct check c = { .target = d->target, .list = rpa_cbor_array() };
    int r = mode[0] ? view_check_mode(d, mode, err) : 0;
    if (r == 0)
        r = hands_focus(d, w, err); /* without it windows look greyed */
    if (r >= 0)
        r = form_open(d, w, err);
    if (r == 0)
        r = form_settle(w->form->look, err);
    if (r == 0)
        r = check_parts(&c, d, w->form, rule, err);
    if (r == 0)
        r = screen_given(d, w, form_hash(w->form, rule), rpa_cbor_array(), err);
    if (r < 0) {
        rpa_msg_free(&c.list);
        return r;
    }
    *ret = rpa_cbor_map();
    rpa_msg_put_str(*ret, "screen", rule->title);
    rpa_msg_put_item(*ret, "checks", c.list);
    rpa_msg_put_int(*ret, "faults", c.faults);
    return 0;
}

/* ---- the act ---- */

/* A screen that was kept as texts: it has characters, and no colours. */
static int saved_screen(const cbor_item_t *args, struct rpa_screen *ret,
                        struct rpa_err *err)
{
    size_t n, len;
    cbor_item_t **lines = rpa_msg_array(args, "lines", &n);
    struct rpa_screen s = { .rows = (int)n, .cursor_row = -1, .cursor_col = -1 };
    for (size_t i = 0; i < n; i++) {
        const char *text = rpa_cbor_text(lines[i], &len);
        size_t chars = text ? rpa_utf8_count(text, len) : 0;
        if (!text || chars > 1000)
            return rpa_fail(err, RPA_EINVAL, "line %zu is no line of a screen",
                            i + 1);
        s.cols = (int)chars > s.cols ? (int)chars : s.cols;
    }
    if (!n || !s.cols)
        return rpa_fail(err, RPA_EINVAL, "which window, or lines of a screen?");
    s.cells = calloc(n * (size_t)s.cols, sizeof *s.cells);
    if (!s.cells)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a screen");
    for (size_t i = 0; i < n; i++) {
        const char *text = rpa_cbor_text(lines[i], &len);
        for (int col = 0; col < s.cols; col++) {
            struct rpa_cell *cell = &s.cells[(int)i * s.cols + col];
            cell->cp = ' ';
            size_t used = rpa_utf8_decode(text, len, &cell->cp);
            cell->cp = cell->cp == 0xfffd ? 0 : cell->cp;
            text += used;
            len -= used;
        }
    }
    *ret = s;
    return 0;
}

static int check_window(struct rpa_driver *d, struct window *w, cbor_item_t **ret,
                        struct rpa_err *err)
{
    const struct rpa_screen *s;
    struct rpa_window_info info;
    char mode[8];
    int r = rpa_window_info(d->display, w->id, &info, err);
    if (r < 0)
        return r;
    const struct form_rule *rule =
        form_rule_in(target_forms(d->target), &info, mode, sizeof mode);
    if (rule)
        return check_form(d, w, rule, mode, ret, err);
    r = hands_see(d, w, &s, err);
    if (r == 0)
        r = mask_screen(d, &s, err);
    if (r == 0)
        r = screen_given(d, w, s->hash, screen_lines(s), err);
    if (r == 0)
        *ret = check_map(d->target, s);
    return r;
}

int do_screen_check(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    struct rpa_screen saved;
    int r;
    if (rpa_msg_get(args, "lines")) {
        r = saved_screen(args, &saved, err);
        if (r == 0) {
            *ret = check_map(d->target, &saved);
            free(saved.cells);
        }
        return r;
    }
    r = view_window(d, args, &w, err);
    return r == 0 ? check_window(d, w, ret, err) : r;
}
