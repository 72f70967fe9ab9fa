#include "eyes.h"

#include "rpa/base/utf8.h"

#include <string.h>

static void put(struct rpa_buf *out, uint32_t cp)
{
    char utf8[4];
    bool known = cp && cp != RPA_CELL_REST;
    rpa_buf_add(out, utf8, rpa_utf8_encode(known ? cp : 0xfffd, utf8));
}

void rpa_screen_text(const struct rpa_screen *s, int start, int n,
                     struct rpa_buf *out)
{
    long end = (long)start + n, all = (long)s->rows * s->cols;
    for (long i = start < 0 ? 0 : start; i < end && i < all; i++) {
        bool two = s->cells[i].flags & RPA_CELL_WIDE;
        put(out, two && i + 1 == end ? 0 : s->cells[i].cp);
        i += two;
    }
}

/* does the row go on like @utf8 from @cell, of @left cells? */
static bool starts(const struct rpa_cell *cell, int left, const char *utf8,
                   size_t len)
{
    for (; len; left--, cell++) {
        uint32_t cp;
        if (left && cell->cp == RPA_CELL_REST)
            continue;
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
    uint32_t first = 0;
    size_t len = strlen(utf8), n = rpa_utf8_decode(utf8, len, &first);
    for (int r = 0; r < s->rows; r++)
        for (int c = 0; c < s->cols; c++) {
            const struct rpa_cell *at = &s->cells[r * s->cols + c];
            if ((n && at->cp != first) || at->cp == RPA_CELL_REST ||
                !starts(at, s->cols - c, utf8, len))
                continue;
            if (ret_row)
                *ret_row = r;
            if (ret_col)
                *ret_col = c;
            return true;
        }
    return false;
}

/* ---- what follows from the cells, row by row ---- */

/* the background most cells of a row have, and how many; they come in runs */
static void row_paper(const struct rpa_cell *c, int cols,
                      struct rpa_row_sum *sum)
{
    uint32_t seen[8];
    int count[8], n = 0, best = 0;
    for (int i = 0; i < cols;) {
        uint32_t bg = c[i].bg;
        int k = 0, from = i;
        while (i < cols && c[i].bg == bg)
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
    sum->paper = seen[best];
    sum->npaper = count[best];
}

static uint64_t hash_add(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 32;
}

static void row_text(const struct rpa_cell *c, int cols,
                     struct rpa_row_sum *sum)
{
    sum->hash = 14695981039346656037u;
    sum->nunknown = 0;
    for (int i = 0; i < cols; i++) {
        sum->nunknown += !c[i].cp;
        sum->hash = hash_add(sum->hash, (uint64_t)c[i].look << 32 | c[i].cp);
    }
}

/* Reversal, and cells that may be where the cursor is. A character whose
 * background is neither that of its left nor its right neighbour may be the
 * block cursor; that of the row's ends counts as the paper. */
static void row_trace(struct rpa_cell *c, int cols, uint32_t paper,
                      struct rpa_row_sum *sum)
{
    sum->on = paper;
    sum->hollow = sum->block = sum->marked = 0;
    uint32_t left = paper;
    for (int i = 0; i < cols; left = c[i++].bg) {
        if (!c[i].cp) {
            sum->hollow += (c[i].flags & RPA_CELL_CURSOR) != 0;
            if (c[i].flags & RPA_CELL_CURSOR)
                sum->at_hollow = i;
        } else {
            c[i].flags &= ~(unsigned)(RPA_CELL_CURSOR | RPA_CELL_REVERSE);
            c[i].flags |= c[i].bg != paper ? RPA_CELL_REVERSE : 0;
        }
        if (c[i].bg == RPA_CURSOR_COLOUR && c[i].cp != RPA_CELL_REST) {
            sum->marked++;
            sum->at_marked = i;
        }
        int next = i + 1 + !!(c[i].flags & RPA_CELL_WIDE);
        if (c[i].bg == left || (next < cols ? c[next].bg : paper) != left ||
            c[i].flags & RPA_CELL_CURSOR)
            continue;
        sum->block++;
        sum->at_block = i;
    }
}

/* ---- and then of all ---- */

/* the background most cells have, of those that rows have most */
static uint32_t paper_of(const struct rpa_row_sum *row, int rows)
{
    uint32_t best = row[0].paper;
    int most = 0;
    for (int i = 0; i < rows; i++) {
        int count = 0;
        if (i && row[i].paper == best)
            continue;
        for (int k = i; k < rows; k++)
            count += row[k].paper == row[i].paper ? row[k].npaper : 0;
        if (count > most) {
            most = count;
            best = row[i].paper;
        }
    }
    return best;
}

/* Cells that may have the cursor, and the last of them. */
struct hits {
    int n, at;
};

static void add(struct hits *hits, int n, int at)
{
    hits->n += n;
    hits->at = n ? at : hits->at;
}

static void mark_cursor(struct rpa_screen *s, const struct rpa_row_sum *row,
                        struct rpa_cursor_look *look)
{
    struct hits hollow = { 0 }, block = { 0 }, marked = { 0 };
    for (int r = 0, first = 0; r < s->rows; r++, first += s->cols) {
        add(&hollow, row[r].hollow, first + row[r].at_hollow);
        add(&block, row[r].block, first + row[r].at_block);
        add(&marked, row[r].marked, first + row[r].at_marked);
    }
    look->marks |= look->may_mark && marked.n == 1;
    struct hits found = look->marks ? marked : hollow.n ? hollow : block;
    bool sure = found.n == 1;
    int at = found.at;
    s->cursor_hidden = look->marks && !marked.n;
    s->cursor_near = sure && !look->marks && !hollow.n && !s->cells[at].cp;
    s->cursor_row = sure ? at / s->cols : -1;
    s->cursor_col = sure ? at % s->cols : -1;
    if (sure)
        s->cells[at].flags |= RPA_CELL_CURSOR;
}

/* the mark of last time: what is not drawn anew keeps its flags */
static void unmark_cursor(struct rpa_screen *s)
{
    if (s->cursor_row < 0)
        return;
    struct rpa_cell *c = &s->cells[s->cursor_row * s->cols + s->cursor_col];
    if (c->cp) /* else it is an outline, which was seen */
        c->flags &= ~(unsigned)RPA_CELL_CURSOR;
}

void rpa_screen_sum_up(struct rpa_screen *s, struct rpa_row_sum *row,
                       const bool *anew, struct rpa_cursor_look *look)
{
    uint64_t h = hash_add(hash_add(14695981039346656037u, (uint64_t)s->rows),
                          (uint64_t)s->cols);
    unmark_cursor(s);
    for (int r = 0; r < s->rows; r++)
        if (!anew || anew[r]) {
            row_paper(s->cells + r * s->cols, s->cols, &row[r]);
            row_text(s->cells + r * s->cols, s->cols, &row[r]);
        }
    uint32_t paper = paper_of(row, s->rows);
    s->nunknown = 0;
    for (int r = 0; r < s->rows; r++) {
        if (!anew || anew[r] || row[r].on != paper)
            row_trace(s->cells + r * s->cols, s->cols, paper, &row[r]);
        s->nunknown += (size_t)row[r].nunknown;
        h = hash_add(h, row[r].hash);
    }
    s->hash = h;
    mark_cursor(s, row, look);
}
