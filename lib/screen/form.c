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

/* The leaders that begin at @c: blanks and dots, then ":" or "=>" with a blank
 * behind. Two blanks may come first: dots are lined up on every other column.
 * Returns the column behind them, 0 if there are none. */
static int leaders(const struct row *w, int c)
{
    if (at(w, c) == ' ' && at(w, c + 1) == ' ')
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

/* The label that begins at @c: its length, and in *@ret_end the column behind
 * its leaders. 0 if there is none. */
static int label_at(const struct row *w, int c, int *ret_end)
{
    for (int i = c; i < w->n; i++) {
        *ret_end = leaders(w, i);
        if (*ret_end)
            return i - c;
        if (at(w, i) == ' ' && at(w, i + 1) == ' ')
            return 0;
    }
    return 0;
}

static bool may_begin(const struct row *w, int c)
{
    uint32_t cp = at(w, c);
    if (cp == ' ' || cp == '.' || cp == ':' || cp == '=' || cp == 0)
        return false;
    return at(w, c - 1) == ' ' && (c < 2 || at(w, c - 2) == ' ');
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
                out[n] = (struct rpa_label){ r, c, len, r * s->cols + end + 1,
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

static size_t count(const struct rpa_screen *s, const struct labels *all,
                    const char *name, const uint32_t *fg, size_t *ret_last)
{
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++)
        if ((!fg || all->l[i].fg == *fg) && named(s, &all->l[i], name)) {
            *ret_last = i;
            n++;
        }
    return n;
}

static int complain(const struct rpa_screen *s, const struct labels *all,
                    const char *name, size_t n, struct rpa_err *err)
{
    struct rpa_buf seen = { 0 };
    uint32_t fg = label_colour(all);
    for (size_t i = 0; i < all->n; i++) {
        if (all->l[i].fg != fg)
            continue;
        rpa_buf_puts(&seen, seen.len ? ", " : "");
        rpa_screen_text(s, all->l[i].row * s->cols + all->l[i].col,
                        all->l[i].len, &seen);
    }
    if (n == 0)
        rpa_fail(err, RPA_ELABEL, "no field '%s' on this screen", name);
    else
        rpa_fail(err, RPA_ELABEL, "%zu fields '%s' on this screen", n, name);
    rpa_err_seen(err, "the labels here are: %s",
                 seen.len && seen.data ? seen.data : "none");
    rpa_buf_clear(&seen);
    return -RPA_ELABEL;
}

static int place(const struct rpa_screen *s, const struct labels *all, size_t i,
                 int line, struct rpa_field_pos *ret, struct rpa_err *err)
{
    int end = s->rows * s->cols, start = all->l[i].field + line * s->cols;
    if (line < 0 || start >= end)
        return rpa_fail(err, RPA_ELABEL, "line %d is not on the screen", line);
    for (size_t j = i + 1; j < all->n; j++) {
        int next = all->l[j].row * s->cols + all->l[j].col;
        /* what is typed in another colour may look like a label too */
        if (next > start && all->l[j].fg == all->l[i].fg) {
            end = next - 1; /* its attribute cell */
            break;
        }
    }
    *ret = (struct rpa_field_pos){ start, end - start };
    return 0;
}

int rpa_form_field(const struct rpa_screen *s, const char *label, int line,
                   struct rpa_field_pos *ret, struct rpa_err *err)
{
    struct labels all = { .n = rpa_form_labels(s, NULL, 0) };
    all.l = calloc(all.n + 1, sizeof *all.l);
    if (!all.l)
        return rpa_fail(err, RPA_ENOMEM, "no memory for %zu labels", all.n);
    rpa_form_labels(s, all.l, all.n);
    size_t hit = 0, n = count(s, &all, label, NULL, &hit);
    if (n > 1) {
        uint32_t fg = label_colour(&all);
        size_t better = count(s, &all, label, &fg, &hit);
        n = better == 1 ? 1 : n;
    }
    int r = n == 1 ? place(s, &all, hit, line, ret, err)
                   : complain(s, &all, label, n, err);
    free(all.l);
    return r;
}
