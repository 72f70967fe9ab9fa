#include "eyes.h"

#include <stdlib.h>
#include <string.h>

enum { RGB = 0xffffff };

static bool any(const bool *inked, int n)
{
    return memchr(inked, true, (size_t)n) != NULL;
}

/* Is the unread cell at @px a part of a wide character? */
static bool half(const struct rpa_font *f, const uint32_t *px, int stride,
                 bool first, bool last)
{
    struct rpa_cell cell = { 0 };
    struct rpa_spill none = { 0 };
    if (f->wide && !last)
        rpa_decode_cell(f->wide, px, stride, &none, &cell);
    none = (struct rpa_spill){ 0 };
    if (f->wide && !first && !cell.cp)
        rpa_decode_cell(f->wide, px - f->cw, stride, &none, &cell);
    return cell.cp != 0;
}

/* How well does @g fit? Known inked cells minus four for each unknown one that
 * looks like no character; given up when most are unknown. With @all, the known
 * alone. @inked: the pixel rows that are not paper. */
static int fit(const struct rpa_font *f, const struct rpa_frame *fr,
               const bool *inked, const struct rpa_geometry *g, bool all)
{
    uint32_t paper = fr->px[0] & RGB;
    int known = 0, unknown = 0;
    for (int r = 0; r < g->rows; r++) {
        if (!any(inked + g->oy + r * f->ch, f->ch))
            continue;
        struct rpa_spill spill = { 0 };
        for (int c = 0; c < g->cols; c++) {
            struct rpa_cell cell;
            spill.last = c == g->cols - 1;
            const uint32_t *px = fr->px + g->ox + c * f->cw +
                                 (size_t)(g->oy + r * f->ch) * fr->w;
            rpa_decode_cell(f, px, fr->w, &spill, &cell);
            if (cell.cp == ' ' && cell.bg == paper)
                continue;
            if (cell.cp || spill.twin || cell.flags & RPA_CELL_CURSOR ||
                half(f, px, fr->w, c == 0, c == g->cols - 1))
                known++;
            else if (!all && ++unknown > 8 + known / 8)
                return 0;
        }
    }
    return known - 4 * unknown;
}

static bool plain_row(const struct rpa_frame *fr, int y)
{
    const uint32_t *px = fr->px + (size_t)y * fr->w;
    for (int x = 1; x < fr->w; x++)
        if ((px[x] ^ px[0]) & RGB)
            return false;
    return true;
}

int rpa_decode_end(const struct rpa_frame *fr)
{
    for (int y = fr->h - 2; y > fr->h / 2; y--)
        if (((fr->px[(size_t)y * fr->w] ^ fr->px[0]) & RGB) && plain_row(fr, y))
            return y;
    return fr->h;
}

/* Places to try: from x0,y0, nx by ny pixels, with this many cells. */
struct range {
    int nx, ny, h;
    struct rpa_geometry cells; /* rows 0: as many as fit below oy */
};

static struct range places(const struct rpa_font *f, const struct rpa_frame *fr,
                           const struct rpa_hints *hints,
                           const struct rpa_geometry *want)
{
    struct range r = { .h = fr->h, .cells = *want };
    if (hints->cw) {
        r.cells.cols = (fr->w - hints->base_w) / f->cw;
        r.cells.rows = (fr->h - hints->base_h) / f->ch;
        r.nx = hints->base_w + 1;
        r.ny = hints->base_h + 1;
        return r;
    }
    r.h = rpa_decode_end(fr);
    if (!r.cells.cols)
        r.cells.cols = fr->w / f->cw;
    int slack_x = fr->w - r.cells.cols * f->cw;
    int slack_y = want->rows ? r.h - want->rows * f->ch : f->ch - 1;
    r.nx = slack_x < f->cw * 4 ? slack_x + 1 : f->cw * 4;
    r.ny = slack_y < f->ch * 4 ? slack_y + 1 : f->ch * 4;
    return r;
}

static int best_place(const struct rpa_font *f, const struct rpa_frame *fr,
                      const bool *inked, const struct range *places,
                      struct rpa_geometry *ret)
{
    struct range p = *places;
    int best = 0;
    bool tie = false;
    for (int oy = 0; oy < p.ny; oy++)
        for (int ox = 0; ox < p.nx; ox++) {
            struct rpa_geometry g = p.cells;
            g.ox = ox;
            g.oy = oy;
            if (!g.rows)
                g.rows = (p.h - oy) / f->ch;
            if (g.rows < 1 || g.cols < 1 || ox + g.cols * f->cw > fr->w ||
                oy + g.rows * f->ch > fr->h)
                continue;
            int score = fit(f, fr, inked, &g, false);
            if (score < best || score < 1)
                continue;
            tie = score == best;
            best = score;
            *ret = g;
        }
    return tie ? 0 : best;
}

/* The base size of a window is its margins: half of it is before the cells, and
 * what it is wider than high is a scroll bar, on the left or the right. */
static int by_margins(const struct rpa_font *f, const struct rpa_frame *fr,
                      const bool *inked, const struct rpa_hints *hints,
                      const struct range *p, struct rpa_geometry *ret)
{
    int at[] = { hints->base_w / 2, hints->base_h / 2,
                 hints->base_w - hints->base_h / 2 };
    int best = 0, second = 0;
    for (int i = 0; i < 3; i++) {
        struct rpa_geometry g = p->cells;
        g.ox = at[i];
        g.oy = hints->base_h / 2;
        if ((i && at[i] == at[0]) || g.ox < 0 || g.rows < 1 || g.cols < 1 ||
            g.ox + g.cols * f->cw > fr->w || g.oy + g.rows * f->ch > fr->h)
            continue;
        int score = fit(f, fr, inked, &g, true);
        if (score > best) {
            second = best;
            best = score;
            *ret = g;
        } else if (score > second) {
            second = score;
        }
    }
    return best > 2 * second ? best : 0;
}

int rpa_decode_locate(const struct rpa_font *f, const struct rpa_frame *fr,
                      const struct rpa_hints *hints,
                      const struct rpa_geometry *want, struct rpa_geometry *ret)
{
    struct range p = places(f, fr, hints, want);
    bool *inked = calloc((size_t)fr->h, sizeof *inked);
    if (!inked)
        return 0;
    for (int y = 0; y < fr->h; y++)
        inked[y] = !plain_row(fr, y) ||
                   ((fr->px[(size_t)y * fr->w] ^ fr->px[0]) & RGB);
    int score = best_place(f, fr, inked, &p, ret);
    if (!score && hints->font && hints->cw)
        score = by_margins(f, fr, inked, hints, &p, ret);
    free(inked);
    return score;
}
