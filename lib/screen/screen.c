#include "eyes.h"

#include "rpa/base/utf8.h"

#include <string.h>

static void put(struct rpa_buf *out, uint32_t cp)
{
    char utf8[4];
    rpa_buf_add(out, utf8, rpa_utf8_encode(cp ? cp : 0xfffd, utf8));
}

void rpa_screen_text(const struct rpa_screen *s, int start, int n,
                     struct rpa_buf *out)
{
    long end = (long)start + n, all = (long)s->rows * s->cols;
    for (long i = start < 0 ? 0 : start; i < end && i < all; i++)
        put(out, s->cells[i].cp);
}

/* does the row go on like @utf8 from @cell, of @left cells? */
static bool starts(const struct rpa_cell *cell, int left, const char *utf8,
                   size_t len)
{
    for (; len; left--, cell++) {
        uint32_t cp;
        size_t n = rpa_utf8_decode(utf8, len, &cp);
        if (!n || left == 0 || cell->cp != cp)
            return false;
        utf8 += n;
        len -= n;
    }
    return true;
}

bool rpa_screen_find(const struct rpa_screen *s, const char *utf8, int *ret_row,
                     int *ret_col)
{
    size_t len = strlen(utf8);
    for (int r = 0; r < s->rows; r++)
        for (int c = 0; c < s->cols; c++) {
            if (!starts(&s->cells[r * s->cols + c], s->cols - c, utf8, len))
                continue;
            if (ret_row)
                *ret_row = r;
            if (ret_col)
                *ret_col = c;
            return true;
        }
    return false;
}

/* ---- what follows from the cells ---- */

/* the background most cells have; cells of one come in runs */
static uint32_t paper(const struct rpa_screen *s)
{
    uint32_t seen[8];
    int count[8], n = 0, best = 0;
    for (int i = 0, all = s->rows * s->cols; i < all;) {
        uint32_t bg = s->cells[i].bg;
        int k = 0, from = i;
        while (i < all && s->cells[i].bg == bg)
            i++;
        while (k < n && seen[k] != bg)
            k++;
        if (k == n && n < 8) {
            seen[n] = bg;
            count[n++] = 0;
        }
        if (k < n && (count[k] += i - from) > count[best])
            best = k;
    }
    return seen[best];
}

/* Cells that may be where the cursor is. */
struct trace {
    int hollow, at_hollow; /* how many have an outline, and the last of them */
    int block, at_block;   /* how many are a block */
};

/* A cell whose background is neither that of its left nor its right neighbour
 * may be the block cursor; that of the row's ends counts as the paper. */
static void trace(const struct rpa_screen *s, int row, uint32_t back,
                  struct trace *t)
{
    struct rpa_cell *c = &s->cells[row * s->cols], *end = c + s->cols;
    for (uint32_t left = back; c < end; left = c++->bg) {
        if (!c->cp && c->flags & RPA_CELL_CURSOR) {
            t->hollow++;
            t->at_hollow = (int)(c - s->cells);
            continue;
        }
        c->flags &= ~(unsigned)RPA_CELL_CURSOR;
        if (c->bg == left || (c + 1 < end ? c[1].bg : back) != left)
            continue;
        t->block++;
        t->at_block = (int)(c - s->cells);
    }
}

static void mark_cursor(struct rpa_screen *s, uint32_t back)
{
    struct trace t = { 0 };
    for (int row = 0; row < s->rows; row++)
        trace(s, row, back, &t);
    bool sure = t.hollow ? t.hollow == 1 : t.block == 1;
    int at = t.hollow ? t.at_hollow : t.at_block;
    s->cursor_row = sure ? at / s->cols : -1;
    s->cursor_col = sure ? at % s->cols : -1;
    if (sure)
        s->cells[at].flags |= RPA_CELL_CURSOR;
}

static uint64_t hash_add(uint64_t h, uint32_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 32;
}

void rpa_screen_sum_up(struct rpa_screen *s)
{
    uint32_t back = paper(s);
    uint64_t h = hash_add(hash_add(14695981039346656037u, (uint32_t)s->rows),
                          (uint32_t)s->cols);
    s->nunknown = 0;
    for (int i = 0; i < s->rows * s->cols; i++) {
        struct rpa_cell *c = &s->cells[i];
        c->flags &= ~(unsigned)RPA_CELL_REVERSE;
        c->flags |= c->cp && c->bg != back ? RPA_CELL_REVERSE : 0;
        s->nunknown += !c->cp;
        h = hash_add(h, c->cp);
    }
    s->hash = h;
    mark_cursor(s, back);
}
