#include "rpa/screen/table.h"
#include "rpa/base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* one row of cells, and what is outside of it */
struct line {
    const struct rpa_cell *cell;
    int n;
};

static struct line line_of(const struct rpa_screen *s, int row)
{
    return (struct line){ s->cells + row * s->cols, s->cols };
}

static bool is_wall(uint32_t cp)
{
    return cp == '|' || rpa_cell_is_line(cp);
}

static bool is_gap(uint32_t cp)
{
    return cp == ' ' || is_wall(cp);
}

/* "----  =====": nothing but those and walls, three of one in a run */
static bool is_rule(struct line l)
{
    int run = 0, longest = 0;
    for (int c = 0; c < l.n; c++) {
        uint32_t cp = l.cell[c].cp;
        bool dash = cp && cp < 0x80 && strchr("-=_+", (int)cp);
        if (!dash && !is_gap(cp))
            return false;
        run = !dash ? 0 : c && cp == l.cell[c - 1].cp ? run + 1 : 1;
        longest = run > longest ? run : longest;
    }
    return longest >= 3;
}

/* the cells that show @text from @c on: how many, 0 if they do not */
static int shows(struct line l, int c, const char *text)
{
    size_t len = strlen(text);
    int first = c;
    for (size_t i = 0; i < len; c++) {
        uint32_t cp;
        i += rpa_utf8_decode(text + i, len - i, &cp);
        if (c >= l.n || l.cell[c].cp != cp)
            return 0;
    }
    return c - first;
}

/* ---- the headings ---- */

struct heads {
    int start[RPA_TABLE_COLUMNS], end[RPA_TABLE_COLUMNS]; /* of each heading */
};

/* All of the row's text must be the headings, in order: so at most one way.
 * Returns how many were found before something else came; *ret_col is there. */
static size_t match(struct line l, const struct rpa_table_spec *spec,
                    struct heads *ret, int *ret_col)
{
    size_t i = 0, found = 0;
    int c = 0;
    for (;;) {
        while (c < l.n && is_gap(l.cell[c].cp))
            c++;
        while (i < spec->ncolumns && !spec->columns[i].header) {
            ret->start[i] = spec->columns[i].col - 1;
            ret->end[i] = ret->start[i] + spec->columns[i].width;
            i++;
        }
        *ret_col = c;
        if (c == l.n || i == spec->ncolumns)
            return found;
        const struct rpa_column *col = &spec->columns[i];
        int n = shows(l, c, col->header);
        if (!n || (c + n < l.n && !is_gap(l.cell[c + n].cp)) ||
            (col->col && col->col != c + 1))
            return found;
        ret->start[i] = c;
        ret->end[i++] = c + n;
        c += n;
        found++;
    }
}

static size_t count_headings(const struct rpa_table_spec *spec)
{
    size_t n = 0;
    for (size_t i = 0; i < spec->ncolumns; i++)
        n += spec->columns[i].header != NULL;
    return n;
}

/* the row that came nearest says best what is wrong */
static int not_found(const struct rpa_table_spec *spec, size_t best, int row,
                     int col, struct rpa_err *err)
{
    const char *missing = NULL;
    size_t n = 0;
    for (size_t i = 0; i < spec->ncolumns && !missing; i++)
        if (spec->columns[i].header && n++ == best)
            missing = spec->columns[i].header;
    rpa_fail(err, RPA_ELABEL, "no row of the screen has the headings of the "
                              "table and nothing else");
    if (!best)
        rpa_err_seen(err, "none begins with '%s'", missing);
    else if (missing)
        rpa_err_seen(err, "row %d has %zu of %zu; '%s' is not at column %d",
                     row + 1, best, count_headings(spec), missing, col + 1);
    else
        rpa_err_seen(err, "row %d has all %zu, but other text at column %d",
                     row + 1, best, col + 1);
    return rpa_err_hint(err, "all headings of the row must be named, in order, "
                             "as `rpa screen` shows them");
}

static int find_headings(const struct rpa_screen *s,
                         const struct rpa_table_spec *spec, int *ret_row,
                         struct heads *ret, struct rpa_err *err)
{
    size_t all = count_headings(spec), best = 0;
    int best_row = 0, best_col = 0, found = -1;
    for (int row = 0; row < s->rows; row++) {
        struct heads heads;
        int col;
        size_t n = match(line_of(s, row), spec, &heads, &col);
        if (n == all && col == s->cols) {
            if (found >= 0) {
                rpa_fail(err, RPA_ELABEL, "the headings of the table stand in "
                                          "rows %d and %d",
                         found + 1, row + 1);
                return rpa_err_hint(err, "say in which column one stands: col");
            }
            found = row;
            *ret = heads;
        } else if (n > best || !row) {
            best = n;
            best_row = row;
            best_col = col;
        }
    }
    *ret_row = found;
    return found >= 0 ? 0 : not_found(spec, best, best_row, best_col, err);
}

/* ---- which cells a column has ---- */

static const char *name_of(const struct rpa_column *col)
{
    return col->header ? col->header : "";
}

/* the first wall of the headings' row from @from up to @to; else @to */
static int wall_from(struct line l, int from, int to)
{
    for (int c = from; c < to; c++)
        if (is_wall(l.cell[c].cp))
            return c;
    return to;
}

/* behind the last wall from @from up to @to; else @from */
static int wall_before(struct line l, int from, int to)
{
    for (int c = to; c > from; c--)
        if (is_wall(l.cell[c - 1].cp))
            return c;
    return from;
}

static int contend(const struct rpa_table_spec *spec, size_t i,
                   struct rpa_err *err)
{
    rpa_fail(err, RPA_EINVAL,
             "the cells between the columns '%s' and '%s' may be of either",
             name_of(&spec->columns[i]), name_of(&spec->columns[i + 1]));
    return rpa_err_hint(err, "give one of the two a width");
}

/* the left end of column @i where that is plain from itself; -1 if not */
static int left_of(const struct rpa_table_spec *spec, const struct heads *h,
                   size_t i)
{
    const struct rpa_column *col = &spec->columns[i];
    if (!col->right)
        return h->start[i];
    return col->width ? h->end[i] - col->width : -1;
}

/* the end of column @i, likewise */
static int right_of(const struct rpa_table_spec *spec, const struct heads *h,
                    size_t i)
{
    const struct rpa_column *col = &spec->columns[i];
    if (col->right)
        return h->end[i];
    return col->width ? h->start[i] + col->width : -1;
}

static int span(struct line l, const struct rpa_table_spec *spec,
                const struct heads *h, size_t i, int *ret_from, int *ret_to,
                struct rpa_err *err)
{
    *ret_from = left_of(spec, h, i);
    *ret_to = right_of(spec, h, i);
    if (*ret_to < 0) {
        bool last = i + 1 == spec->ncolumns;
        int next = last ? l.n : h->start[i + 1];
        int wall = wall_from(l, h->end[i], next);
        int edge = last ? l.n : left_of(spec, h, i + 1);
        *ret_to = wall < next ? wall : last ? l.n : edge - 1;
        if (wall == next && edge < 0)
            return contend(spec, i, err);
    }
    if (*ret_from < 0) {
        int behind = i ? h->end[i - 1] : 0;
        int wall = wall_before(l, behind, h->start[i]);
        int edge = i ? right_of(spec, h, i - 1) : -1;
        *ret_from = wall > behind ? wall : i ? edge + 1 : 0;
        if (i && wall == behind && edge < 0)
            return contend(spec, i - 1, err);
    }
    return 0;
}

static int find_columns(struct line l, const struct rpa_table_spec *spec,
                        const struct heads *h, struct rpa_table *t,
                        struct rpa_err *err)
{
    int end = 0;
    t->ncols = spec->ncolumns;
    for (size_t i = 0; i < spec->ncolumns; i++) {
        int from, to, r = span(l, spec, h, i, &from, &to, err);
        if (r < 0)
            return r;
        if (from < end || to <= from || to > l.n)
            return rpa_fail(err, RPA_EINVAL,
                            "column %zu '%s' would be columns %d to %d of the "
                            "screen, which are another's or outside",
                            i + 1, name_of(&spec->columns[i]), from + 1, to);
        t->cols[i].col = from;
        t->cols[i].len = to - from;
        end = to;
    }
    return 0;
}

/* ---- the rows ---- */

static int bad_cell(int row, int col, const char *what, const char *hint,
                    enum rpa_code code, struct rpa_err *err)
{
    rpa_fail(err, code, "the table, row %d of the screen, column %d: %s",
             row + 1, col + 1, what);
    return rpa_err_hint(err, "%s", hint);
}

/* Two blanks inside a text, in a column whose width is a guess from headings. */
static int double_blank(struct line l, int from, int to)
{
    while (to > from && l.cell[to - 1].cp == ' ')
        to--;
    while (from < to && l.cell[from].cp == ' ')
        from++;
    for (int c = from; c + 1 < to; c++)
        if (l.cell[c].cp == ' ' && l.cell[c + 1].cp == ' ')
            return c;
    return -1;
}

/* nothing but line drawing, and walls outside of the columns */
static bool is_blank(struct line l, const struct rpa_table *t)
{
    size_t i = 0;
    for (int c = 0; c < l.n; c++) {
        while (i < t->ncols && c >= t->cols[i].col + t->cols[i].len)
            i++;
        bool inside = i < t->ncols && c >= t->cols[i].col;
        uint32_t cp = l.cell[c].cp;
        if (inside ? cp != ' ' && !rpa_cell_is_line(cp) : !is_gap(cp))
            return false;
    }
    return true;
}

static int check_row(struct line l, int row, const struct rpa_table_spec *spec,
                     const struct rpa_table *t, struct rpa_err *err)
{
    size_t i = 0;
    for (int c = 0; c < l.n; c++) {
        while (i < t->ncols && c >= t->cols[i].col + t->cols[i].len)
            i++;
        bool inside = i < t->ncols && c >= t->cols[i].col;
        if (!l.cell[c].cp)
            return bad_cell(row, c, "a cell that cannot be read exactly",
                            "move the cursor away, or uncover the window",
                            RPA_EUNREADABLE, err);
        if (!inside && !is_gap(l.cell[c].cp))
            return bad_cell(row, c, "text that is in no column",
                            "give the columns widths; if the table is over "
                            "above this row, name the row as its footer",
                            RPA_ESCREEN, err);
    }
    for (i = 0; i < t->ncols; i++) {
        int from = t->cols[i].col, to = from + t->cols[i].len;
        int c = spec->columns[i].width ? -1 : double_blank(l, from, to);
        if (c >= 0)
            return bad_cell(row, c, "two blanks inside a text",
                            "they may part two columns: give this one a width",
                            RPA_ESCREEN, err);
    }
    return 0;
}

static bool blank(struct line l, int from, int len)
{
    for (int c = from; c < from + len; c++)
        if (l.cell[c].cp != ' ')
            return false;
    return true;
}

static int add_row(struct rpa_table *t, struct line l, int row,
                   const struct rpa_table_spec *spec, struct rpa_err *err)
{
    bool keyed = !blank(l, t->cols[0].col, t->cols[0].len);
    bool joins = !keyed && spec->unkeyed == RPA_UNKEYED_JOINS;
    if (!keyed && spec->unkeyed == RPA_UNKEYED_REFUSED)
        return bad_cell(row, t->cols[0].col, "the first column is empty",
                        "unkeyed = \"row\" if rows may lack it, \"joins\" if "
                        "this is more of the row above",
                        RPA_ESCREEN, err);
    if (joins && !t->nrows)
        return bad_cell(row, t->cols[0].col,
                        "the first row is more of a row that is not shown",
                        "begin where the table begins", RPA_ESCREEN, err);
    if (joins) {
        t->rows[t->nrows - 1].lines++;
        return 0;
    }
    if (t->nrows == RPA_TABLE_ROWS)
        return rpa_fail(err, RPA_EINVAL, "a table of more than %d rows",
                        RPA_TABLE_ROWS);
    t->rows[t->nrows].row = row;
    t->rows[t->nrows++].lines = 1;
    return 0;
}

static bool begins(struct line l, const char *text)
{
    int c = 0;
    while (c < l.n && l.cell[c].cp == ' ')
        c++;
    return shows(l, c, text) > 0;
}

/* the row below all that may be of the table */
static int find_bottom(const struct rpa_screen *s,
                       const struct rpa_table_spec *spec, int first,
                       int *ret_bottom, struct rpa_err *err)
{
    int footer = -1;
    *ret_bottom = s->rows;
    if (spec->rows && first + spec->rows < s->rows)
        *ret_bottom = first + spec->rows;
    for (int row = first; spec->footer && row < *ret_bottom; row++) {
        if (!begins(line_of(s, row), spec->footer))
            continue;
        if (footer >= 0)
            return rpa_fail(err, RPA_ESCREEN,
                            "the footer of the table begins rows %d and %d",
                            footer + 1, row + 1);
        footer = row;
    }
    if (footer >= 0)
        *ret_bottom = footer;
    else if (spec->footer && !spec->rows)
        return rpa_fail(err, RPA_ELABEL,
                        "no row below the headings begins with the footer '%s'",
                        spec->footer);
    return 0;
}

static int find_rows(const struct rpa_screen *s,
                     const struct rpa_table_spec *spec, struct rpa_table *t,
                     struct rpa_err *err)
{
    int first = t->top + 1 + spec->skip, over = -1;
    int r = find_bottom(s, spec, first, &t->bottom, err);
    for (int row = first; r == 0 && row < t->bottom; row++) {
        struct line l = line_of(s, row);
        if (is_blank(l, t)) {
            over = over < 0 && t->nrows ? row : over;
            continue;
        }
        if (is_rule(l))
            return bad_cell(row, 0, "a line of dashes: is it a row?",
                            "below the headings: skip = 1; where the table "
                            "ends: name its beginning as the footer",
                            RPA_ESCREEN, err);
        if (over >= 0) {
            rpa_fail(err, RPA_ESCREEN,
                     "row %d of the screen is blank and row %d is not: is that "
                     "of the table?",
                     over + 1, row + 1);
            return rpa_err_hint(err, "say where it ends: footer, which begins "
                                     "the row below it, or rows");
        }
        r = check_row(l, row, spec, t, err);
        if (r == 0)
            r = add_row(t, l, row, spec, err);
    }
    return r;
}

int rpa_table_find(const struct rpa_screen *s,
                   const struct rpa_table_spec *spec, struct rpa_table *ret,
                   struct rpa_err *err)
{
    struct heads heads;
    ret->nrows = 0;
    if (!spec->ncolumns || spec->ncolumns > RPA_TABLE_COLUMNS ||
        !count_headings(spec))
        return rpa_fail(err, RPA_EINVAL,
                        "a table wants 1 to %d columns, one with a heading",
                        RPA_TABLE_COLUMNS);
    int r = find_headings(s, spec, &ret->top, &heads, err);
    if (r == 0)
        r = find_columns(line_of(s, ret->top), spec, &heads, ret, err);
    return r < 0 ? r : find_rows(s, spec, ret, err);
}

void rpa_table_cell(const struct rpa_screen *s, const struct rpa_table *t,
                    size_t row, size_t col, struct rpa_buf *out)
{
    size_t begin = out->len;
    for (int i = 0; i < t->rows[row].lines; i++) {
        struct line l = line_of(s, t->rows[row].row + i);
        int from = t->cols[col].col, to = from + t->cols[col].len;
        while (to > from && l.cell[to - 1].cp == ' ')
            to--;
        while (from < to && l.cell[from].cp == ' ')
            from++;
        if (from == to)
            continue;
        if (out->len > begin)
            rpa_buf_puts(out, "\n");
        rpa_screen_text(s, (t->rows[row].row + i) * s->cols + from, to - from,
                        out);
    }
}
