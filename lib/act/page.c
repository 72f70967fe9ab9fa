/* One page of a table, whole and standing still, or an error. Turning pages and
 * counting them is the façade's (lib/lua/rpa/pages.lua). */
#include "page.h"
#include "rpa/base/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A page is drawn row by row. One that was read counts when it has not changed
 * for so long; where x3270 is a second reader, that has to agree as well. */
#define STILL_MS 100

static uint64_t mix(uint64_t id, uint64_t value)
{
    return (id ^ value) * 0x100000001b3u; /* FNV-1a, a word at a time */
}

static uint64_t identify(const struct page *p, const struct rpa_screen *s)
{
    uint64_t id = 0xcbf29ce484222325u;
    id = mix(mix(id, p->none), (uint64_t)(p->more + 1));
    for (int n = 0; n < RPA_MARK_NUMBERS; n++)
        id = mix(id, (uint64_t)p->number[n]);
    for (int i = p->table.top * s->cols; i < p->table.bottom * s->cols; i++)
        id = mix(id, s->cells[i].cp);
    return id;
}

/* outside of the rows of the table, where data may say anything */
static bool is_shown(const struct rpa_screen *s, const struct page *p,
                     const char *text)
{
    struct rpa_screen part = *s;
    part.rows = p->table.top;
    if (rpa_screen_find(&part, text, NULL, NULL))
        return true;
    part.cells += p->table.bottom * s->cols;
    part.rows = s->rows - p->table.bottom;
    return rpa_screen_find(&part, text, NULL, NULL);
}

/* the first text of a row, and not what a cell of a table may say */
static bool begins_row(const struct rpa_screen *s, const struct page *p,
                       const char *text)
{
    struct rpa_screen row = *s;
    row.rows = 1;
    for (int r = 0; r < s->rows; r++) {
        int at, first = 0;
        row.cells = s->cells + r * s->cols;
        while (first < s->cols && row.cells[first].cp == ' ')
            first++;
        if ((r < p->table.top || r >= p->table.bottom) &&
            rpa_screen_find(&row, text, NULL, &at) && at == first)
            return true;
    }
    return false;
}

static int read_marks(const struct table_rule *rule,
                      const struct rpa_screen *s, struct page *p,
                      struct rpa_err *err)
{
    for (size_t i = 0; i < rule->nmarks; i++) {
        int r = rpa_mark_read(s, rule->marks[i], p->table.top, p->table.bottom,
                              p->number, err);
        if (r == -RPA_ENOTFOUND && p->none)
            continue;
        if (r == -RPA_ENOTFOUND)
            err->code = RPA_ESCREEN;
        if (r < 0)
            return -(int)err->code;
    }
    if (!rule->more[0] || p->none)
        return 0;
    bool more = is_shown(s, p, rule->more), end = is_shown(s, p, rule->bottom);
    if (more == end)
        return rpa_fail(err, RPA_ESCREEN, "%s '%s' %s '%s' is on the screen",
                        more ? "both" : "neither", rule->more,
                        more ? "and" : "nor", rule->bottom);
    p->more = more;
    return 0;
}

/* What is not seen must not be taken for what is not there. */
static int check_whole(const struct table_rule *rule, const struct page *p,
                       struct rpa_err *err)
{
    const struct rpa_table *t = &p->table;
    size_t n = t->nrows;
    if (p->none && n)
        return rpa_fail(err, RPA_ESCREEN,
                        "'%s' is on the screen, and %zu rows are", rule->none,
                        n);
    if (!n && !p->none && p->number[RPA_MARK_TOTAL] != 0) {
        rpa_fail(err, RPA_ESCREEN, "it has no rows, and nothing says so");
        return rpa_err_hint(err, "declare what the screen says then: none");
    }
    bool full = n && rule->spec.rows && t->rows[n - 1].row +
                                                t->rows[n - 1].lines == t->bottom;
    if (full && !rule->nmarks && !rule->more[0]) {
        rpa_fail(err, RPA_ESCREEN, "its rows fill all its room, and nothing "
                                   "says whether there are more");
        return rpa_err_hint(err, "declare what the screen says of pages: marks, "
                                 "or more and bottom");
    }
    return 0;
}

int page_read(const struct table_rule *rule, const struct rpa_screen *s,
              struct page *ret, struct rpa_err *err)
{
    *ret = (struct page){ .more = -1, .number = { -1, -1, -1, -1, -1 } };
    int r = rpa_table_find(s, &rule->spec, &ret->table, err);
    if (r == -RPA_ELABEL) /* without it every row may say that there is none */
        ret->table.top = ret->table.bottom = 0;
    else if (r < 0)
        return r;
    ret->none = rule->none[0] && begins_row(s, ret, rule->none);
    if (r < 0 && !ret->none)
        return r;
    r = read_marks(rule, s, ret, err);
    if (r == 0)
        r = check_whole(rule, ret, err);
    if (r == 0)
        ret->id = identify(ret, s);
    return r;
}

/* ---- the act ---- */

struct turning {
    struct rpa_driver *d;
    const struct table_rule *rule;
    const char *after; /* the id of another page, in hexadecimal, or "" */
    struct page page;
    bool asked;        /* something was shown; */
    struct rpa_err err; /* why it was no page */
};

static int read_new(struct turning *t, const struct rpa_screen *s,
                    struct page *ret, struct rpa_err *err)
{
    char id[17];
    const char *title = view_title(t->d, s);
    int r = mask_screen(t->d, &s, err);
    if (r == 0 && t->rule->screen &&
        (!title || strcmp(title, t->rule->screen) != 0))
        r = rpa_fail(err, RPA_ESCREEN, "the screen is not '%s'",
                     t->rule->screen);
    if (r == 0)
        r = page_read(t->rule, s, ret, err);
    if (r < 0)
        return r;
    snprintf(id, sizeof id, "%016" PRIx64, ret->id);
    return strcmp(id, t->after)
               ? 0
               : rpa_fail(err, RPA_ESCREEN, "no other page came");
}

static bool page_shown(void *ctx, const struct rpa_screen *s)
{
    struct turning *t = ctx;
    t->asked = true;
    return read_new(t, s, &t->page, &t->err) == 0;
}

static bool page_changed(void *ctx, const struct rpa_screen *s)
{
    struct turning *t = ctx;
    struct page now;
    struct rpa_err err;
    return read_new(t, s, &now, &err) < 0 || now.id != t->page.id;
}

/* the last fault says more than that time is over */
static int not_shown(const struct turning *t, int timeout_ms,
                     struct rpa_err *err)
{
    struct rpa_err late = *err;
    if (!t->asked || t->err.code == RPA_OK)
        return -(int)err->code;
    *err = t->err;
    const char *seen = strstr(late.seen, "seen: ");
    char said[sizeof err->seen];
    rpa_str_copy(said, sizeof said, err->seen);
    rpa_err_seen(err, "waited %.1f s for it; %s%s%s", timeout_ms / 1000.0, said,
                 said[0] ? "; " : "", seen ? seen : "");
    return -(int)err->code;
}

/* Until a page stands still. */
static int wait_page(struct turning *t, struct window *w, int timeout_ms,
                     const struct rpa_screen **ret, struct rpa_err *err)
{
    int64_t until_us = rpa_mono_us() + (int64_t)timeout_ms * 1000;
    int64_t left_ms = timeout_ms;
    for (; left_ms > 0; left_ms = (until_us - rpa_mono_us()) / 1000) {
        t->asked = false;
        t->err.code = RPA_OK;
        int r = view_wait(t->d, w, page_shown, t, (int)left_ms,
                          "a page of the table", ret, err);
        if (r == -RPA_ETIMEOUT)
            return not_shown(t, timeout_ms, err);
        if (r < 0)
            return r;
        r = view_wait(t->d, w, page_changed, t, STILL_MS, "a change", ret, err);
        if (r == -RPA_ETIMEOUT && *ret)
            return 0;
        if (r < 0)
            return r;
    }
    rpa_fail(err, RPA_ETIMEOUT, "its page never stood still for %d ms",
             STILL_MS);
    return rpa_err_seen(err, "waited %.1f s", timeout_ms / 1000.0);
}

static cbor_item_t *describe_rows(const struct table_rule *rule,
                                  const struct rpa_screen *s,
                                  const struct page *p)
{
    cbor_item_t *rows = rpa_cbor_array();
    for (size_t r = 0; r < p->table.nrows; r++) {
        cbor_item_t *row = rpa_cbor_map();
        for (size_t c = 0; c < p->table.ncols; c++) {
            struct rpa_buf text = { 0 };
            rpa_table_cell(s, &p->table, r, c, &text);
            rpa_msg_put_item(row, rule->key[c],
                             text.failed ? NULL
                                         : rpa_cbor_strn(text.len ? text.data : "",
                                                         text.len));
            rpa_buf_clear(&text);
        }
        rpa_cbor_push(rows, row);
    }
    return rows;
}

/* where its rows stand, and its columns, from 1 */
static void describe_place(const struct table_rule *rule, const struct page *p,
                           cbor_item_t *map)
{
    cbor_item_t *rows = rpa_cbor_array(), *cols = rpa_cbor_map();
    for (size_t r = 0; r < p->table.nrows; r++)
        rpa_cbor_push(rows, rpa_cbor_int(p->table.rows[r].row + 1));
    for (size_t c = 0; c < p->table.ncols; c++) {
        cbor_item_t *col = rpa_cbor_map();
        rpa_msg_put_int(col, "col", p->table.cols[c].col + 1);
        rpa_msg_put_int(col, "width", p->table.cols[c].len);
        rpa_msg_put_item(cols, rule->key[c], col);
    }
    rpa_msg_put_item(map, "at", rows);
    rpa_msg_put_item(map, "cols", cols);
}

static cbor_item_t *describe_page(const struct turning *t,
                                  const struct window *w,
                                  const struct rpa_screen *s)
{
    const struct page *p = &t->page;
    cbor_item_t *map = rpa_cbor_map();
    char id[17];
    snprintf(id, sizeof id, "%016" PRIx64, p->id);
    rpa_msg_put_str(map, "id", id);
    rpa_msg_put_item(map, "rows", describe_rows(t->rule, s, p));
    describe_place(t->rule, p, map);
    for (int n = 0; n < RPA_MARK_NUMBERS; n++)
        if (p->number[n] >= 0)
            rpa_msg_put_int(map, rpa_mark_name((enum rpa_mark_number)n),
                            p->number[n]);
    if (p->more >= 0)
        rpa_msg_put_bool(map, "more", p->more);
    if (p->none)
        rpa_msg_put_bool(map, "none", true);
    if (t->rule->turn[0]) {
        rpa_msg_put_str(map, "next", t->rule->turn);
        rpa_msg_put_bool(map, "commits",
                         fence_key_commits(t->d, w->shown, t->rule->turn));
    }
    return map;
}

static int find_rule(struct rpa_driver *d, const cbor_item_t *args,
                     const struct table_rule **ret, struct table_rule **own,
                     struct rpa_err *err)
{
    char name[TITLE_MAX];
    const cbor_item_t *table = rpa_msg_get(args, "table");
    if (table) {
        int r = table_rule_read(table, NULL, own, err);
        *ret = *own;
        return r;
    }
    if (!rpa_msg_copy(args, "name", name, sizeof name))
        return rpa_fail(err, RPA_EINVAL, "which table? Its name in the screen "
                                         "map, or its columns");
    for (*ret = target_tables(d->target); *ret; *ret = (*ret)->next)
        if (!strcmp((*ret)->name, name))
            return 0;
    return rpa_fail(err, RPA_EINVAL, "the screen map has no table '%s'", name);
}

int do_screen_table(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct window *w;
    struct table_rule *own = NULL;
    const struct rpa_screen *s;
    struct turning t = { .d = d };
    char after[17] = "";
    int64_t timeout_ms = 10000;
    rpa_msg_int(args, "timeout_ms", &timeout_ms);
    rpa_msg_copy(args, "after", after, sizeof after);
    t.after = after;
    int r = view_window(d, args, &w, err);
    if (r == 0)
        r = find_rule(d, args, &t.rule, &own, err);
    if (r == 0) {
        r = hands_see(d, w, &s, err);
        if (r == 0)
            r = wait_page(&t, w, (int)timeout_ms, &s, err);
        if (r == 0)
            r = mask_screen(d, &s, err);
        if (r == 0)
            r = screen_given(d, w, s->hash, screen_lines(s), err);
        if (r == 0)
            *ret = describe_page(&t, w, s);
        else if (t.rule->name[0])
            rpa_err_context(err, "table '%s'", t.rule->name);
    }
    free(own);
    return r < 0 ? -(int)err->code : 0;
}
