/* The status line of x3270, cell by cell. */
#include "rpa/screen/oia.h"
#include "grid.h"

#include "rpa/base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Where things stand, in cells from the left; the rest from the right. */
enum {
    HOST = 2,   /* a block: a 3270 host; a question mark in a box: none */
    LOCK = 8,   /* the X */
    REASON = 10,
    REASON_END = 38,
    INSERT = 29, /* from the right */
    CURSOR = 7,  /* from the right: "024/080" */
    COLS_MIN = 80,
};

#define BLOCK 0x25a0u
#define LOCKED 0x2715u
#define CARET 0x2303u
#define FILLS 0x25b8u /* the rest of a symbol of several cells */

/* all that may stand there, as codes.c has it; sorted */
static size_t repertoire(uint32_t out[128])
{
    static const uint32_t symbols[] = { 0x2190, 0x2192, 0x21af, 0x2303, 0x2370,
                                        0x2463, 0x24b6, 0x24b7, BLOCK,  FILLS,
                                        0x25f7, 0x263a, LOCKED };
    size_t n = 0;
    for (uint32_t cp = 0x20; cp < 0x7f; cp++)
        out[n++] = cp;
    memcpy(out + n, symbols, sizeof symbols);
    return n + sizeof symbols / sizeof *symbols;
}

static int load(struct rpa_grid *g, struct rpa_err *err)
{
    uint32_t rep[128];
    size_t n = repertoire(rep);
    return rpa_font_load(g->d, g->font->name, false, rep, n, &g->symbols, err);
}

/* Read the row of cells whose first pixel row is @y; how many are inked and
 * known, less those that are not known. */
static int read_at(const struct rpa_font *f, const struct rpa_view *v, int y,
                   struct rpa_cell *ret)
{
    struct rpa_spill spill = { 0 };
    int score = 0;
    for (int c = 0; c < v->at.cols; c++) {
        const uint32_t *px = v->frame.px + (size_t)y * (size_t)v->frame.w +
                             v->at.ox + c * v->cw;
        spill.last = c == v->at.cols - 1;
        rpa_decode_cell(f, px, v->frame.w, &spill, &ret[c]);
        score += !ret[c].cp ? -1 : ret[c].cp != ' ';
    }
    return score;
}

/* Its cells are below the line; how far is not the same in all sizes. */
static int read_row(const struct rpa_font *f, const struct rpa_view *v,
                    struct rpa_cell *ret, struct rpa_err *err)
{
    int best = 0, at = -1;
    int top = rpa_decode_end(&v->frame) + 1;
    for (int y = top; y + v->ch <= v->frame.h && y < top + v->ch; y++) {
        int score = read_at(f, v, y, ret);
        if (score <= best)
            continue;
        best = score;
        at = y;
    }
    for (int i = 0; i < v->nover; i++)
        if (v->over[i].y + v->over[i].h > top)
            at = -1;
    if (at < 0)
        return rpa_fail(err, RPA_EUNREADABLE,
                        "the window shows no status line that can be read");
    read_at(f, v, at, ret);
    return 0;
}

static bool known(const struct rpa_cell *cell, int from, int to)
{
    for (int c = from; c < to; c++)
        if (!cell[c].cp)
            return false;
    return true;
}

/* without blanks at the end and the fillings of wide symbols */
static void put_reason(const struct rpa_cell *cell, struct rpa_oia *ret)
{
    size_t n = 0, end = 0;
    for (int c = REASON; c < REASON_END && n + 5 < sizeof ret->reason; c++) {
        if (cell[c].cp == FILLS)
            continue;
        n += rpa_utf8_encode(cell[c].cp, ret->reason + n);
        end = cell[c].cp == ' ' ? end : n;
    }
    ret->reason[end] = '\0';
}

static int take(const struct rpa_cell *cell, int cols, struct rpa_oia *ret,
                struct rpa_err *err)
{
    char at[CURSOR + 1] = "";
    int insert = cols - INSERT, cursor = cols - CURSOR, row, col;
    if (!known(cell, HOST, HOST + 1) || !known(cell, LOCK, REASON_END) ||
        !known(cell, insert, insert + 1) || !known(cell, cursor, cols))
        return rpa_fail(err, RPA_EUNREADABLE,
                        "a symbol in the status line is not known");
    *ret = (struct rpa_oia){ .connected = cell[HOST].cp == BLOCK,
                             .locked = cell[LOCK].cp == LOCKED,
                             .insert = cell[insert].cp == CARET,
                             .cursor_row = -1, .cursor_col = -1 };
    if (ret->locked)
        put_reason(cell, ret);
    for (int c = 0; c < CURSOR; c++)
        at[c] = (char)(cell[cursor + c].cp & 0x7f);
    if (sscanf(at, "%3d/%3d", &row, &col) == 2) {
        ret->cursor_row = row - 1;
        ret->cursor_col = col - 1;
    }
    return 0;
}

int rpa_grid_oia(struct rpa_grid *g, struct rpa_oia *ret, struct rpa_err *err)
{
    struct rpa_view v;
    struct rpa_cell cell[RPA_ROW_MAX];
    if (g->fonts[0]->soft) /* the one that was learned */
        return rpa_fail(err, RPA_EUNREADABLE,
                        "a learned font has no symbols of a status line");
    int r = rpa_grid_view(g, &v, err);
    if (r < 0)
        return r;
    if (!v.screen || v.at.cols < COLS_MIN || v.at.cols > RPA_ROW_MAX)
        return rpa_fail(err, RPA_EUNREADABLE,
                        "the window shows no screen of a 3270");
    if (!g->symbols)
        r = load(g, err);
    if (r == 0)
        r = read_row(g->symbols, &v, cell, err);
    return r < 0 ? r : take(cell, v.at.cols, ret, err);
}
