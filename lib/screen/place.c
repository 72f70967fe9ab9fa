/* Where the cells are, in which font, and what they say. */
#include "grid.h"

#include <X11/Xutil.h>
#include <stdlib.h>
#include <string.h>

/* takes @f, which may not fit */
static int use_font(struct rpa_grid *g, struct rpa_font *f,
                    struct rpa_err *err)
{
    if (g->hints.cw && (f->cw != g->hints.cw || f->ch != g->hints.ch)) {
        rpa_fail(err, RPA_EENV,
                 "font '%s' has cells of %dx%d, the window "
                 "of %dx%d",
                 f->name, f->cw, f->ch, g->hints.cw, g->hints.ch);
        rpa_font_free(f);
        return -RPA_EENV;
    }
    g->fonts[g->nfonts++] = f;
    return 0;
}

static int try_font(struct rpa_grid *g, const char *name, struct rpa_err *err)
{
    struct rpa_font *f;
    int r = rpa_font_load(g->d, name, true, g->repertoire, g->nrepertoire,
                          &f, err);
    if (r < 0)
        return r;
    r = rpa_font_frames(g->d, f, g->repertoire, g->nrepertoire, err);
    if (r < 0) {
        rpa_font_free(f);
        return r;
    }
    return use_font(g, f, err);
}

/* Can the cells of X font @name be the window's? Told without loading it. */
static bool may_fit(const struct rpa_grid *g, const char *name)
{
    XFontStruct *x = NULL;
    int n = 0;
    if (!g->hints.cw || rpa_display_gone(g->d))
        return true;
    char **found = XListFontsWithInfo(g->d->xlib, name, 1, &n, &x);
    bool fits = n == 0 || (x->max_bounds.width == g->hints.cw &&
                           x->ascent + x->descent == g->hints.ch);
    XFreeFontInfo(found, x, n);
    return fits;
}

int rpa_place_fonts(struct rpa_grid *g, const struct rpa_grid_spec *spec,
                    struct rpa_err *err)
{
    struct rpa_font *learned;
    size_t n = 1;
    while (rpa_usual_font(n))
        n++;
    g->fonts = calloc(n, sizeof(struct rpa_font *));
    if (!g->fonts)
        return rpa_fail(err, RPA_ENOMEM, "no memory for fonts");
    g->hints.font = spec->file || spec->font;
    if (spec->file) {
        /* what was learned, unless the map says what the target can show */
        int r = rpa_font_parse(spec->file, spec->nfile,
                               spec->repertoire ? g->repertoire : NULL,
                               g->nrepertoire, &learned, err);
        return r < 0 ? r : use_font(g, learned, err);
    }
    if (spec->font)
        return try_font(g, spec->font, err);
    for (size_t i = 0; i < n; i++) {
        const char *name = rpa_usual_font(i);
        int r = may_fit(g, name) ? try_font(g, name, err) : 0;
        if (r < 0 && r != -RPA_EENV)
            return r;
    }
    if (g->nfonts)
        return 0;
    rpa_fail(err, RPA_EENV, "no font known here has the window's cells");
    return rpa_err_hint(err, "name the font in the screen map, or learn it: rpa "
                             "font learn; the usual ones are in xfonts-base "
                             "and xfonts-x3270-misc");
}

void rpa_place_hints(struct rpa_grid *g)
{
    XSizeHints h = { 0 };
    long given = 0;
    if (!XGetWMNormalHints(g->d->xlib, g->top, &h, &given))
        return;
    if (!(h.flags & PResizeInc) || h.width_inc < 3 || h.height_inc < 5)
        return;
    g->hints.cw = h.width_inc;
    g->hints.ch = h.height_inc;
    if (h.flags & PBaseSize) {
        g->hints.base_w = h.base_width;
        g->hints.base_h = h.base_height;
    }
}

/* as many cells as @g->at says, all of them still to be read */
static int make_room(struct rpa_grid *g, struct rpa_err *err)
{
    size_t rows = (size_t)g->at.rows, n = rows * (size_t)g->at.cols;
    struct rpa_cell *cell = calloc(n, sizeof *cell);
    bool *drawn = calloc(rows, sizeof *drawn);
    bool *taken = calloc(rows, sizeof *taken);
    struct rpa_row_sum *sums = calloc(rows, sizeof *sums);
    struct rpa_cells *cells = NULL;
    if (!cell || !drawn || !taken || !sums ||
        rpa_cells_new(g->font, &cells, NULL) < 0) {
        free(cell);
        free(sums);
        free(drawn);
        free(taken);
        return rpa_fail(err, RPA_ENOMEM, "no memory for %zu cells", n);
    }
    free(g->screen.cells);
    free(g->sums);
    free(g->drawn);
    free(g->taken);
    rpa_cells_free(g->cells);
    g->sums = sums;
    g->drawn = drawn;
    g->taken = taken;
    g->cells = cells;
    memset(drawn, g->dirty, rows); /* where was not noted so far */
    memset(taken, true, rows);
    g->screen = (struct rpa_screen){ .rows = g->at.rows,
                                     .cols = g->at.cols,
                                     .cells = cell };
    return 0;
}

static int locate(struct rpa_grid *g, const struct rpa_frame *fr,
                  struct rpa_err *err)
{
    int best = 0;
    g->current = false;
    g->font = NULL;
    rpa_font_free(g->symbols);
    g->symbols = NULL;
    for (size_t i = 0; i < g->nfonts; i++) {
        struct rpa_geometry at;
        int score =
            rpa_decode_locate(g->fonts[i], fr, &g->hints, &g->want, &at);
        if (score <= best)
            continue;
        best = score;
        g->font = g->fonts[i];
        g->at = at;
        g->end = rpa_decode_end(fr);
    }
    if (!g->font) {
        rpa_fail(err, RPA_EUNREADABLE,
                 "no text that any known font fits is shown");
        return rpa_err_hint(err, "name the font the window draws with in the "
                                 "screen map, or learn it: rpa font learn%s",
                            g->hints.cw ? "" : "; a terminal that does not tell "
                                               "the size of its cells must show "
                                               "nothing else: no menu, tabs or "
                                               "scroll bar");
    }
    int r = make_room(g, err);
    if (r < 0)
        g->font = NULL;
    return r;
}

static void decode(struct rpa_grid *g, const struct rpa_frame *fr)
{
    bool any = false;
    for (int r = 0; r < g->at.rows; r++) {
        if (!g->taken[r])
            continue;
        any = true;
        size_t y = (size_t)(g->at.oy + r * g->font->ch);
        rpa_cells_row(g->cells, fr->px + y * (size_t)fr->w + g->at.ox, fr->w,
                      g->at.cols, g->screen.cells + r * g->at.cols);
    }
    if (any)
        rpa_screen_sum_up(&g->screen, g->sums, g->taken, &g->look);
}

bool rpa_place_other(const struct rpa_grid *g, const struct rpa_frame *fr)
{
    return !g->font || fr->w != g->frame.w || fr->h != g->frame.h ||
           (!g->hints.cw && rpa_decode_end(fr) != g->end);
}

bool rpa_place_lost(const struct rpa_screen *s)
{
    size_t inked = 0;
    if (s->nunknown < 2)
        return false;
    for (int i = 0; i < s->rows * s->cols; i++)
        inked += s->cells[i].cp != ' ';
    return s->nunknown * 2 > inked;
}

int rpa_place_read(struct rpa_grid *g, const struct rpa_frame *fr, bool covered,
                   struct rpa_err *err)
{
    bool fresh = false;
    if (rpa_place_other(g, fr)) {
        g->font = NULL;
        if (covered)
            return rpa_fail(err, RPA_EUNREADABLE,
                            "another window lies over this one");
        int r = locate(g, fr, err);
        if (r < 0)
            return r;
        fresh = true;
    }
    decode(g, fr);
    if (fresh || covered || g->current || !rpa_place_lost(&g->screen))
        return 0;
    struct rpa_geometry at = g->at;
    const struct rpa_font *font = g->font;
    if (locate(g, fr, NULL) < 0) { /* keep the place we know */
        g->at = at;
        g->font = font;
        return 0;
    }
    decode(g, fr);
    return 0;
}

