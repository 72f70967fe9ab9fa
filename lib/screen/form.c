#include "rpa/screen/form.h"

#include <stdlib.h>
#include <string.h>

/* One row's characters; anything outside is blank. */
struct row {
    const struct rpa_cell *cell;
    int n;
};

static uint32_t at(const struct row *w, int c)
{
    return c < 0 || c >= w->n ? ' ' : w->cell[c].cp;
}

/* blanks and the lines of a frame part one thing from the next */
static bool apart(const struct row *w, int c)
{
    return (at(w, c) == ' ' && at(w, c + 1) == ' ') ||
           rpa_cell_is_line(at(w, c));
}

/* The leaders that begin at @c: blanks and dots, then ":" or "=>" with a blank
 * behind. Two blanks may come first: dots are lined up on every other column; or
 * any number of them, where a ":" follows: colons are lined up too.
 * Returns the column behind them, 0 if there are none. */
static int leaders(const struct row *w, int c)
{
    int text = c;
    while (text < w->n && at(w, text) == ' ')
        text++;
    if (at(w, text) == ':')
        c = text;
    else if (at(w, c) == ' ' && at(w, c + 1) == ' ')
        c++;
    for (int gap = 0; at(w, c) == '.' || (at(w, c) == ' ' && c < w->n); c++) {
        gap = at(w, c) == ' ' ? gap + 1 : 0;
        if (gap > 1)
            return 0;
    }
    if (at(w, c) == ':')
        c++;
    else if (at(w, c) == '=') {
        while (at(w, c) == '=')
            c++;
        if (at(w, c++) != '>')
            return 0;
    } else
        return 0;
    return at(w, c) == ' ' ? c : 0;
}

/* the background of a column; under the cursor, that of the next */
static uint32_t paper_at(const struct rpa_cell *cell, int n, int c)
{
    bool under = c + 1 < n && cell[c].flags & RPA_CELL_CURSOR;
    return cell[under ? c + 1 : c].bg;
}

/* Where the field begins whose leaders end before @c: where another background
 * does, if only blanks lie between; else behind one attribute cell, unless the
 * cursor stands on it. A single cell may be a cursor that could not be told. */
static int field_at(const struct row *w, int c)
{
    uint32_t paper = w->cell[c - 1].bg;
    int i = c;
    while (i < w->n && at(w, i) == ' ' && paper_at(w->cell, w->n, i) == paper)
        i++;
    if (w->cell[c].flags & RPA_CELL_CURSOR)
        return c; /* of a prompt */
    bool begins = i + 1 < w->n && paper_at(w->cell, w->n, i) != paper &&
                  w->cell[i + 1].bg == paper_at(w->cell, w->n, i);
    return begins ? i : c + 1;
}

/* The label that begins at @c: its length, and in *@ret_end the column behind
 * its leaders. 0 if there is none. */
static int label_at(const struct row *w, int c, int *ret_end)
{
    for (int i = c; i < w->n; i++) {
        *ret_end = leaders(w, i);
        if (*ret_end)
            return i - c;
        if (apart(w, i))
            return 0;
    }
    return 0;
}

static bool may_begin(const struct row *w, int c)
{
    uint32_t cp = at(w, c);
    if (cp == ' ' || cp == '.' || cp == ':' || cp == '=' || cp == 0 ||
        rpa_cell_is_line(cp))
        return false;
    return rpa_cell_is_line(at(w, c - 1)) ||
           (at(w, c - 1) == ' ' &&
            (at(w, c - 2) == ' ' || rpa_cell_is_line(at(w, c - 2))));
}

size_t rpa_form_labels(const struct rpa_screen *s, struct rpa_label *out,
                       size_t max)
{
    size_t n = 0;
    for (int r = 0; r < s->rows; r++) {
        struct row w = { s->cells + r * s->cols, s->cols };
        for (int c = 0; c < s->cols; c++) {
            int end, len = may_begin(&w, c) ? label_at(&w, c, &end) : 0;
            if (!len)
                continue;
            if (n < max)
                out[n] = (struct rpa_label){ r, c, len,
                                             r * s->cols + field_at(&w, end),
                                             w.cell[c].fg };
            n++;
            c = end;
        }
    }
    return n;
}

/* ---- by name ---- */

struct labels {
    struct rpa_label *l;
    size_t n;
};

/* the colour most labels have: values that look like labels have another */
static uint32_t label_colour(const struct labels *all)
{
    uint32_t best = 0;
    size_t most = 0;
    for (size_t i = 0; i < all->n; i++) {
        size_t same = 0;
        for (size_t j = 0; j < all->n; j++)
            same += all->l[j].fg == all->l[i].fg;
        if (same > most) {
            most = same;
            best = all->l[i].fg;
        }
    }
    return best;
}

static bool named(const struct rpa_screen *s, const struct rpa_label *l,
                  const char *name)
{
    struct rpa_buf text = { 0 };
    rpa_screen_text(s, l->row * s->cols + l->col, l->len, &text);
    bool same = text.data && !strcmp(text.data, name);
    rpa_buf_clear(&text);
    return same;
}

/* the labels called @name, in *@fg if given: the places of them in @hits */
static size_t find(const struct rpa_screen *s, const struct labels *all,
                   const char *name, const uint32_t *fg, size_t *hits)
{
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++)
        if ((!fg || all->l[i].fg == *fg) && named(s, &all->l[i], name))
            hits[n++] = i;
    return n;
}

static int complain(const struct rpa_screen *s, const struct labels *all,
                    const struct rpa_field_at *at, const size_t *hits, size_t n,
                    struct rpa_err *err)
{
    struct rpa_buf seen = { 0 };
    uint32_t fg = label_colour(all);
    for (size_t i = 0; i < n && i < 8; i++)
        rpa_buf_printf(&seen, "%srow %d, column %d", i ? "; " : "",
                       all->l[hits[i]].row + 1, all->l[hits[i]].col + 1);
    if (n == 0)
        rpa_fail(err, RPA_ELABEL, "no field '%s' on this screen", at->label);
    else
        rpa_fail(err, RPA_ELABEL, "%zu fields '%s' on this screen, not %d: %s",
                 n, at->label, at->of ? at->of : 1, seen.data);
    rpa_buf_clear(&seen);
    for (size_t i = 0; i < all->n; i++) {
        if (all->l[i].fg != fg)
            continue;
        rpa_buf_puts(&seen, seen.len ? ", " : "");
        rpa_screen_text(s, all->l[i].row * s->cols + all->l[i].col,
                        all->l[i].len, &seen);
    }
    rpa_err_seen(err, "the labels here are: %s",
                 seen.len && seen.data ? seen.data : "none");
    rpa_buf_clear(&seen);
    if (n)
        rpa_err_hint(err, "say which of how many, nth and of; or its row and "
                          "column");
    return -RPA_ELABEL;
}

/* The room of a field from @start on: to the first line of a frame, and if its
 * background shows where it begins, to where that ends. */
static int room(const struct rpa_screen *s, int start, int end)
{
    int all = s->rows * s->cols, i = start;
    uint32_t paper = start < all ? paper_at(s->cells, all, start) : 0;
    bool shows = start > 0 && start < all && s->cells[start - 1].bg != paper &&
                 !(s->cells[start - 1].flags & RPA_CELL_CURSOR);
    while (i < end && !rpa_cell_is_line(s->cells[i].cp) &&
           (!shows || s->cells[i].flags & RPA_CELL_CURSOR ||
            s->cells[i].bg == paper))
        i++;
    return i - start;
}

/* From a cell to the next label, or a frame: a label of this colour (NULL: of any),
 * or of the one that most have, as that of the field at hand may be drawn in another
 * one. */
static int place(const struct rpa_screen *s, const struct labels *all,
                 int first, int line, const uint32_t *fg,
                 struct rpa_field_pos *ret, struct rpa_err *err)
{
    int end = s->rows * s->cols, start = first + line * s->cols;
    uint32_t usual = label_colour(all);
    if (line < 0 || start >= end)
        return rpa_fail(err, RPA_ELABEL, "line %d is not on the screen", line);
    for (size_t j = 0; j < all->n; j++) {
        int next = all->l[j].row * s->cols + all->l[j].col;
        /* what is typed in another colour may look like a label too */
        if (next > start && (!fg || all->l[j].fg == *fg || all->l[j].fg == usual)) {
            end = next - 1; /* its attribute cell */
            break;
        }
    }
    *ret = (struct rpa_field_pos){ start, room(s, start, end) };
    return 0;
}

/* ---- below a text ---- */

/* the end of the text by itself that begins at @c */
static int text_end(const struct row *w, int c)
{
    while (c < w->n && !apart(w, c))
        c++;
    return c;
}

/* The texts that stand by themselves; their fields begin in the row below and
 * go to where the next text's would. */
static size_t texts(const struct rpa_screen *s, struct rpa_label *out)
{
    size_t n = 0;
    for (int r = 0; r + 1 < s->rows; r++) {
        struct row w = { s->cells + r * s->cols, s->cols };
        for (int c = 0, end; c < s->cols; c = end + 1) {
            end = c;
            if (at(&w, c) == ' ' || rpa_cell_is_line(at(&w, c)))
                continue;
            end = text_end(&w, c);
            int len = at(&w, end - 1) == ':' && end - c > 1 ? end - c - 1
                                                            : end - c;
            out[n++] = (struct rpa_label){ r, c, len, (r + 1) * s->cols + c,
                                           w.cell[c].fg };
        }
    }
    return n;
}

static int place_below(const struct rpa_screen *s, const struct labels *all,
                       size_t i, int line, struct rpa_field_pos *ret,
                       struct rpa_err *err)
{
    int start = all->l[i].field + line * s->cols;
    bool next = i + 1 < all->n && all->l[i + 1].row == all->l[i].row;
    int end = start - all->l[i].col +
              (next ? all->l[i + 1].col - 1 : s->cols);
    if (line < 0 || start >= s->rows * s->cols)
        return rpa_fail(err, RPA_ELABEL, "line %d is not on the screen", line);
    *ret = (struct rpa_field_pos){ start, room(s, start, end) };
    return 0;
}

static int by_label(const struct rpa_screen *s, const struct labels *all,
                    const struct rpa_field_at *at, int line, size_t *hits,
                    struct rpa_field_pos *ret, struct rpa_err *err)
{
    size_t n = find(s, all, at->label, NULL, hits);
    if (n > 1 && !at->below) { /* values are not labels */
        uint32_t fg = label_colour(all);
        size_t better = find(s, all, at->label, &fg, hits);
        n = better ? better : find(s, all, at->label, NULL, hits);
    }
    size_t which = at->nth ? (size_t)at->nth - 1 : 0;
    if (n != (size_t)(at->of ? at->of : 1) || which >= n)
        return complain(s, all, at, hits, n, err);
    const struct rpa_label *l = &all->l[hits[which]];
    return at->below ? place_below(s, all, hits[which], line, ret, err)
                     : place(s, all, l->field, line, &l->fg, ret, err);
}

static int off_screen(const struct rpa_screen *s, const struct rpa_field_at *at,
                      struct rpa_err *err)
{
    rpa_fail(err, RPA_ELABEL, "row %d, column %d is not on the screen", at->row,
             at->col);
    return rpa_err_hint(err, "it has %d rows and %d columns, from 1", s->rows,
                        s->cols);
}

int rpa_form_field(const struct rpa_screen *s, const struct rpa_field_at *at,
                   int line, struct rpa_field_pos *ret, struct rpa_err *err)
{
    size_t most = at->below ? (size_t)(s->rows * s->cols)
                            : rpa_form_labels(s, NULL, 0);
    struct labels all = { calloc(most + 1, sizeof *all.l), 0 };
    size_t *hits = calloc(most + 1, sizeof *hits);
    int r = 0;
    if (!all.l || !hits)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for %zu labels", most);
    else if (at->below)
        all.n = texts(s, all.l);
    else
        all.n = rpa_form_labels(s, all.l, most);
    if (r == 0 && at->label)
        r = by_label(s, &all, at, line, hits, ret, err);
    else if (r == 0 && (at->row < 1 || at->row > s->rows || at->col < 1 ||
                        at->col > s->cols))
        r = off_screen(s, at, err);
    else if (r == 0)
        r = place(s, &all, (at->row - 1) * s->cols + at->col - 1, line, NULL,
                  ret, err);
    free(all.l);
    free(hits);
    return r;
}
