#include "grid.h"

#include <stdlib.h>
#include <string.h>

/* ---- events ---- */

static void on_drawn(struct rpa_grid *g, const xcb_rectangle_t *area)
{
    g->dirty = true;
    for (int r = 0; g->font && r < g->at.rows; r++) {
        int y = g->at.oy + r * g->font->ch;
        g->drawn[r] |= area->y < y + g->font->ch && y < area->y + area->height;
    }
}

static void on_event(void *ctx, const xcb_generic_event_t *ev)
{
    struct rpa_grid *g = ctx;
    uint8_t type = ev->response_type & 0x7f;
    const xcb_rectangle_t *area = rpa_damage_told(&g->damage, ev);
    if (area) {
        on_drawn(g, area);
    } else if (type == XCB_VISIBILITY_NOTIFY) {
        const xcb_visibility_notify_event_t *e = (const void *)ev;
        if (e->window != g->inner)
            return;
        g->uncovered = e->state == XCB_VISIBILITY_UNOBSCURED;
        g->touched |= !g->uncovered;
        g->dirty = g->changed = true;
    } else if (type == XCB_DESTROY_NOTIFY || type == XCB_UNMAP_NOTIFY ||
               type == XCB_MAP_NOTIFY || type == XCB_CONFIGURE_NOTIFY) {
        const xcb_destroy_notify_event_t *e = (const void *)ev;
        bool ours = e->window == g->inner || e->window == g->top;
        g->dirty |= ours;
        g->changed |= ours;
    }
}

/* ---- open and close ---- */

int rpa_grid_open(struct rpa_display *d, uint32_t window,
                  const struct rpa_grid_spec *spec, struct rpa_grid **ret,
                  struct rpa_err *err)
{
    static const struct rpa_grid_spec none;
    struct rpa_grid *g = calloc(1, sizeof *g);
    if (!g)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a grid");
    spec = spec ? spec : &none;
    g->d = d;
    g->top = window;
    g->look.may_mark = d->marked;
    g->inner = rpa_cover_inner(d, window);
    g->want = (struct rpa_geometry){ .rows = spec->rows, .cols = spec->cols };
    g->tap = (struct rpa_tap){ .event = on_event, .ctx = g };
    rpa_display_tap(d, &g->tap);
    int r = rpa_damage_start(d, g->inner,
                             XCB_DAMAGE_REPORT_LEVEL_DELTA_RECTANGLES,
                             &g->damage, err);
    if (r == 0) {
        rpa_display_watch(d, g->top);
        rpa_display_watch(d, g->inner);
        rpa_place_hints(g);
        r = rpa_usual_repertoire(spec, &g->repertoire, &g->nrepertoire,
                                 err);
    }
    if (r == 0)
        r = rpa_place_fonts(g, spec, err);
    if (r == 0)
        r = rpa_capture_open(d, &g->capture, err);
    if (r < 0)
        rpa_grid_close(g);
    else
        *ret = g;
    return r;
}

void rpa_grid_close(struct rpa_grid *g)
{
    if (!g)
        return;
    rpa_display_untap(g->d, &g->tap);
    rpa_damage_stop(g->d, &g->damage);
    rpa_capture_close(g->capture);
    rpa_cells_free(g->cells);
    rpa_font_free(g->symbols);
    for (size_t i = 0; i < g->nfonts; i++)
        rpa_font_free(g->fonts[i]);
    free(g->fonts);
    free(g->repertoire);
    free(g->screen.cells);
    free(g->sums);
    free(g->drawn);
    free(g->taken);
    free(g);
}

const char *rpa_grid_font(const struct rpa_grid *g)
{
    return g->font ? g->font->name : NULL;
}

bool rpa_grid_can_read(const struct rpa_grid *g, uint32_t cp)
{
    return !g->font || rpa_font_has(g->font, cp);
}

bool rpa_grid_pixel(const struct rpa_grid *g, int row, int col,
                    uint32_t *ret_window, int *ret_x, int *ret_y)
{
    if (!g->font || row < 0 || row >= g->at.rows || col < 0 ||
        col >= g->at.cols)
        return false;
    *ret_window = g->inner;
    *ret_x = g->at.ox + col * g->font->cw + g->font->cw / 2;
    *ret_y = g->at.oy + row * g->font->ch + g->font->ch / 2;
    return true;
}

/* ---- reading ---- */

static void blot(struct rpa_grid *g, const struct rpa_box *b)
{
    int cw = g->font->cw, ch = g->font->ch;
    for (int r = 0; r < g->at.rows; r++)
        for (int c = 0; c < g->at.cols; c++) {
            int x = g->at.ox + c * cw, y = g->at.oy + r * ch;
            if (b->x < x + cw && x < b->x + b->w && b->y < y + ch &&
                y < b->y + b->h)
                g->screen.cells[r * g->at.cols + c] = (struct rpa_cell){ 0 };
        }
}

/* What lies over the window now; from when nothing does the server tells of
 * every change. */
static int covers(struct rpa_grid *g, struct rpa_box *over)
{
    int n = rpa_cover_list(g->d, g->inner, over, RPA_COVERS_MAX);
    g->uncovered = n == 0;
    return n;
}

/* The pixel rows to renew: those of the cells drawn on; 0: all. Remembers in
 * g->taken which rows of cells they are. */
static int rows_to_take(struct rpa_grid *g, struct rpa_band *band)
{
    int n = 0;
    for (int r = 0; g->font && r < g->at.rows; r++) {
        int y = g->at.oy + r * g->font->ch;
        g->taken[r] = g->drawn[r] || !g->current;
        g->drawn[r] = false;
        if (!g->taken[r] || !g->current)
            continue;
        if (n == 0 || (band[n - 1].to < y && n < RPA_BANDS_MAX))
            band[n++].from = y;
        band[n - 1].to = y + g->font->ch;
    }
    /* One row when there is none: whether the window can still be seen is told
     * only by asking for a picture of it. */
    if (g->current && n == 0)
        band[n++] = (struct rpa_band){ g->at.oy, g->at.oy + g->font->ch };
    return n;
}

/* Was something drawn, while the @n bands of the picture were taken, on rows
 * that are not in it, or perhaps between two bands? Then its rows are not of one
 * moment. */
static bool torn(const struct rpa_grid *g, int n)
{
    for (int r = 0; r < g->at.rows; r++)
        if (g->drawn[r] && (!g->taken[r] || n > 1))
            return true;
    return false;
}

static int take(struct rpa_grid *g, struct rpa_frame *fr, bool *ret_torn,
                struct rpa_err *err)
{
    struct rpa_band band[RPA_BANDS_MAX];
    int n = rows_to_take(g, band);
    g->dirty = g->changed = false;
    rpa_damage_renew(g->d, &g->damage);
    int r = rpa_capture_read(g->capture, g->inner, band, n, fr, err);
    rpa_display_pump_queued(g->d); /* what was said before the picture */
    *ret_torn = g->current && (g->changed || torn(g, n));
    return r;
}

/* The picture, and what lay over the window while it was taken; -1 when that
 * changed. */
static int look(struct rpa_grid *g, struct rpa_frame *fr, struct rpa_box *over,
                int *ret_n, struct rpa_err *err)
{
    rpa_display_pump(g->d); /* a cover that came and went is none */
    g->current &= !g->changed;
    g->touched = false;
    *ret_n = g->uncovered ? 0 : covers(g, over);
    bool anew;
    int r = take(g, fr, &anew, err);
    if (r == 0 && anew) {
        g->current = false; /* all of it, which is of one moment */
        r = take(g, fr, &anew, err);
    }
    if (r < 0)
        return r;
    if (g->touched) {
        *ret_n = covers(g, over);
        if (*ret_n == 0)
            *ret_n = -1;
    }
    return 0;
}

static int see(struct rpa_grid *g, struct rpa_frame *fr, struct rpa_box *over,
               int *ret_n, struct rpa_err *err)
{
    int r = look(g, fr, over, ret_n, err);
    if (r < 0 || (g->current && rpa_place_other(g, fr)))
        return r;
    return rpa_place_read(g, fr, *ret_n != 0, err);
}

/* with what lies over the window, *@ret_n boxes of @over */
static int read_over(struct rpa_grid *g, struct rpa_box *over, int *ret_n,
                     const struct rpa_screen **ret, struct rpa_err *err)
{
    struct rpa_frame fr;
    int n = 0;
    int r = see(g, &fr, over, &n, err);
    if (r == 0 && g->current &&
        (rpa_place_other(g, &fr) || rpa_place_lost(&g->screen))) {
        /* to be found anew, and so in all of the picture */
        g->current = false;
        r = see(g, &fr, over, &n, err);
    }
    g->current = r == 0 && n == 0 && !g->changed;
    if (r < 0)
        return r;
    g->frame = fr;
    if (n < 0) {
        n = 1;
        over[0] = (struct rpa_box){ 0, 0, fr.w, fr.h };
    }
    for (int i = 0; i < n; i++)
        blot(g, &over[i]);
    if (n)
        rpa_screen_sum_up(&g->screen, g->sums, NULL, &g->look);
    *ret_n = n;
    *ret = &g->screen;
    return 0;
}

int rpa_grid_read(struct rpa_grid *g, const struct rpa_screen **ret,
                  struct rpa_err *err)
{
    struct rpa_box over[RPA_COVERS_MAX];
    int n;
    return read_over(g, over, &n, ret, err);
}

int rpa_grid_view(struct rpa_grid *g, struct rpa_view *ret, struct rpa_err *err)
{
    *ret = (struct rpa_view){ 0 };
    g->current = false; /* all of the picture */
    int r = read_over(g, ret->over, &ret->nover, &ret->screen, err);
    if (r == 0) {
        ret->frame = g->frame;
        ret->at = g->at;
        ret->cw = g->font->cw;
        ret->ch = g->font->ch;
    } else if (r == -RPA_EUNREADABLE) { /* pixels, if there are any at all */
        struct rpa_err ignored;
        g->current = false;
        if (look(g, &ret->frame, ret->over, &ret->nover, &ignored) < 0)
            return r;
        if (ret->nover < 0) {
            ret->nover = 1;
            ret->over[0] =
                (struct rpa_box){ 0, 0, ret->frame.w, ret->frame.h };
        }
        r = 0;
    }
    return r;
}

/* ---- waiting ---- */

struct wanted {
    struct rpa_grid *grid;
    rpa_screen_test test;
    void *ctx;
    const struct rpa_screen **ret;
};

static int is_there(void *ctx, struct rpa_err *err)
{
    const struct wanted *w = ctx;
    const struct rpa_screen *s;
    *w->ret = NULL;
    int r = rpa_grid_read(w->grid, &s, err);
    if (r < 0)
        return r == -RPA_EUNREADABLE ? 0 : r;
    *w->ret = s;
    return w->test(w->ctx, s);
}

int rpa_grid_wait(struct rpa_grid *g, rpa_screen_test test, void *ctx,
                  int64_t deadline_us, const struct rpa_screen **ret,
                  struct rpa_err *err)
{
    struct wanted wanted = { g, test, ctx, ret };
    return rpa_damage_wait(g->d, &g->dirty, is_there, &wanted, deadline_us,
                           "screen", err);
}
