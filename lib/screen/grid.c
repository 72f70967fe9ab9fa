#include "eyes.h"

#include "rpa/base/time.h"

#include <X11/Xutil.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/damage.h>

enum { COVERS_MAX = 64 };

struct rpa_grid {
    struct rpa_display *d;
    struct rpa_tap tap;
    xcb_window_t top, inner; /* the application's, and the one that draws */
    uint8_t damage_event;
    xcb_damage_damage_t damage;
    bool dirty;     /* something was drawn, or the window changed */
    bool changed;   /* the window did, or what lies over it */
    bool uncovered; /* nothing lies over it, as far as we were told */
    bool touched;   /* something lay over it since the picture was begun */

    uint32_t *repertoire; /* sorted */
    size_t nrepertoire;
    struct rpa_geometry want;
    struct rpa_hints hints;

    struct rpa_font **fonts; /* to be tried */
    size_t nfonts;
    const struct rpa_font *font; /* the one that fitted, or NULL */
    struct rpa_geometry at;
    int end; /* rpa_decode_end() when they were found */

    struct rpa_capture *capture;
    struct rpa_frame frame;
    bool current; /* the cells show all but what was drawn since */
    bool *drawn;  /* rows of cells that were drawn since */
    bool *taken;  /* rows of cells that are in the new picture */
    struct rpa_screen screen;
};

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
    if (type == g->damage_event) {
        const xcb_damage_notify_event_t *e = (const void *)ev;
        if (e->damage == g->damage)
            on_drawn(g, &e->area);
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

static int start_damage(struct rpa_grid *g, struct rpa_err *err)
{
    xcb_connection_t *x = g->d->xcb;
    const xcb_query_extension_reply_t *e =
        xcb_get_extension_data(x, &xcb_damage_id);
    if (!e || !e->present)
        return rpa_fail(err, RPA_EENV, "the display lacks DAMAGE");
    free(xcb_damage_query_version_reply(x, xcb_damage_query_version(x, 1, 1),
                                        NULL));
    g->damage_event = (uint8_t)(e->first_event + XCB_DAMAGE_NOTIFY);
    g->damage = xcb_generate_id(x);
    xcb_generic_error_t *bad = xcb_request_check(
        x, xcb_damage_create_checked(x, g->damage, g->inner,
                                     XCB_DAMAGE_REPORT_LEVEL_DELTA_RECTANGLES));
    if (!bad)
        return 0;
    free(bad);
    g->damage = XCB_NONE;
    return rpa_fail(err, RPA_EWINDOW, "the window has closed");
}

/* ---- fonts ---- */

static int try_font(struct rpa_grid *g, const char *name, struct rpa_err *err)
{
    struct rpa_font *f;
    int r = rpa_font_load(g->d, name, g->repertoire, g->nrepertoire, &f, err);
    if (r < 0)
        return r;
    if (g->hints.cw && (f->cw != g->hints.cw || f->ch != g->hints.ch)) {
        rpa_fail(err, RPA_EENV,
                 "font '%s' has cells of %dx%d, the window "
                 "of %dx%d",
                 name, f->cw, f->ch, g->hints.cw, g->hints.ch);
        rpa_font_free(f);
        return -RPA_EENV;
    }
    g->fonts[g->nfonts++] = f;
    return 0;
}

static int load_fonts(struct rpa_grid *g, const char *name, struct rpa_err *err)
{
    size_t n = 1;
    while (rpa_usual_font(n))
        n++;
    g->fonts = calloc(n, sizeof(struct rpa_font *));
    if (!g->fonts)
        return rpa_fail(err, RPA_ENOMEM, "no memory for fonts");
    if (name)
        return try_font(g, name, err);
    for (size_t i = 0; i < n; i++) {
        int r = try_font(g, rpa_usual_font(i), err);
        if (r < 0 && r != -RPA_EENV)
            return r;
    }
    if (g->nfonts)
        return 0;
    rpa_fail(err, RPA_EENV, "no font known here has the window's cells");
    return rpa_err_hint(err, "name the font, or install xfonts-base and "
                             "xfonts-x3270-misc");
}

static void read_hints(struct rpa_grid *g)
{
    XSizeHints h = { 0 };
    long given = 0;
    if (!XGetWMNormalHints(g->d->xlib, g->top, &h, &given))
        return;
    if (!(h.flags & PResizeInc) || h.width_inc < 3 || h.height_inc < 5)
        return;
    g->hints = (struct rpa_hints){ .cw = h.width_inc, .ch = h.height_inc };
    if (h.flags & PBaseSize) {
        g->hints.base_w = h.base_width;
        g->hints.base_h = h.base_height;
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
    g->inner = rpa_cover_inner(d, window);
    g->want = (struct rpa_geometry){ .rows = spec->rows, .cols = spec->cols };
    g->tap = (struct rpa_tap){ .event = on_event, .ctx = g };
    rpa_display_tap(d, &g->tap);
    int r = start_damage(g, err);
    if (r == 0) {
        rpa_display_watch(d, g->top);
        rpa_display_watch(d, g->inner);
        read_hints(g);
        r = rpa_usual_repertoire(spec, &g->repertoire, &g->nrepertoire,
                                 err);
    }
    if (r == 0)
        r = load_fonts(g, spec->font, err);
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
    if (g->damage)
        xcb_damage_destroy(g->d->xcb, g->damage);
    rpa_capture_close(g->capture);
    for (size_t i = 0; i < g->nfonts; i++)
        rpa_font_free(g->fonts[i]);
    free(g->fonts);
    free(g->repertoire);
    free(g->screen.cells);
    free(g->drawn);
    free(g->taken);
    free(g);
}

const char *rpa_grid_font(const struct rpa_grid *g)
{
    return g->font ? g->font->name : NULL;
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

static int locate(struct rpa_grid *g, const struct rpa_frame *fr,
                  struct rpa_err *err)
{
    int best = 0;
    g->current = false;
    g->font = NULL;
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
        return rpa_err_hint(err, "name the font the window draws with");
    }
    size_t rows = (size_t)g->at.rows, n = rows * (size_t)g->at.cols;
    struct rpa_cell *cells = calloc(n, sizeof *cells);
    bool *drawn = calloc(rows, sizeof *drawn);
    bool *taken = calloc(rows, sizeof *taken);
    if (!cells || !drawn || !taken) {
        g->font = NULL;
        free(cells);
        free(drawn);
        free(taken);
        return rpa_fail(err, RPA_ENOMEM, "no memory for %zu cells", n);
    }
    free(g->screen.cells);
    free(g->drawn);
    free(g->taken);
    g->drawn = drawn;
    g->taken = taken;
    memset(drawn, g->dirty, rows); /* where was not noted so far */
    memset(taken, true, rows);
    g->screen = (struct rpa_screen){ .rows = g->at.rows,
                                     .cols = g->at.cols,
                                     .cells = cells };
    return 0;
}

static const uint32_t *cell_px(const struct rpa_grid *g,
                               const struct rpa_frame *fr, int r, int c)
{
    size_t y = (size_t)(g->at.oy + r * g->font->ch);
    return fr->px + y * (size_t)fr->w + g->at.ox + c * g->font->cw;
}

static void decode(struct rpa_grid *g, const struct rpa_frame *fr)
{
    bool any = false;
    for (int r = 0; r < g->at.rows; r++) {
        if (!g->taken[r])
            continue;
        any = true;
        struct rpa_cell *cell = g->screen.cells + r * g->at.cols;
        struct rpa_spill spill = { 0 };
        for (int c = 0; c < g->at.cols; c++)
            rpa_decode_cell(g->font, cell_px(g, fr, r, c), fr->w, &spill,
                            &cell[c]);
    }
    if (any)
        rpa_screen_sum_up(&g->screen);
}

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
    int n = rpa_cover_list(g->d, g->inner, over, COVERS_MAX);
    g->uncovered = n == 0;
    return n;
}

/* The pixel rows to renew: those of the cells drawn on, or all. Remembers in
 * g->taken which rows of cells they are. */
static void rows_to_take(struct rpa_grid *g, int *ret_from, int *ret_to)
{
    int first = -1, last = 0;
    *ret_from = *ret_to = 0;
    for (int r = 0; g->font && r < g->at.rows; r++) {
        g->taken[r] = g->drawn[r] || !g->current;
        g->drawn[r] = false;
        if (!g->taken[r])
            continue;
        first = first < 0 ? r : first;
        last = r;
    }
    if (!g->current)
        return;
    /* One row when there is none: whether the window can still be seen is told
     * only by asking for a picture of it. */
    first = first < 0 ? 0 : first;
    *ret_from = g->at.oy + first * g->font->ch;
    *ret_to = g->at.oy + (last + 1) * g->font->ch;
}

/* Was something drawn, while the picture was taken, on rows that are not in
 * it? Then its rows are not of one moment. */
static bool torn(const struct rpa_grid *g)
{
    for (int r = 0; r < g->at.rows; r++)
        if (g->drawn[r] && !g->taken[r])
            return true;
    return false;
}

static int take(struct rpa_grid *g, struct rpa_frame *fr, struct rpa_err *err)
{
    int from, to;
    rows_to_take(g, &from, &to);
    g->dirty = g->changed = false;
    xcb_damage_subtract(g->d->xcb, g->damage, XCB_NONE, XCB_NONE);
    int r = rpa_capture_read(g->capture, g->inner, from, to, fr, err);
    rpa_display_pump(g->d); /* what was said before the picture was taken */
    return r;
}

/* The picture, and what lay over the window while it was taken; -1 when that
 * changed. */
static int look(struct rpa_grid *g, struct rpa_frame *fr, struct rpa_box *over,
                int *ret_n, struct rpa_err *err)
{
    rpa_display_pump(g->d);
    g->current &= !g->changed;
    g->touched = false;
    *ret_n = g->uncovered ? 0 : covers(g, over);
    int r = take(g, fr, err);
    if (r == 0 && g->current && (g->changed || torn(g))) {
        g->current = false; /* all of it, which is of one moment */
        r = take(g, fr, err);
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

/* Is it another picture than the one the cells were found in? An x3270 that was
 * seen before it drew its status line had seemed to have more rows. */
static bool other(const struct rpa_grid *g, const struct rpa_frame *fr)
{
    return !g->font || fr->w != g->frame.w || fr->h != g->frame.h ||
           (!g->hints.cw && rpa_decode_end(fr) != g->end);
}

/* a picture most of which cannot be read has perhaps another font by now */
static bool lost(const struct rpa_screen *s)
{
    size_t inked = 0;
    for (int i = 0; i < s->rows * s->cols; i++)
        inked += s->cells[i].cp != ' ';
    return s->nunknown * 2 > inked && s->nunknown > 1;
}

/* Cells are looked for only where nothing lies over the window: they might be
 * another window's. */
static int read_frame(struct rpa_grid *g, const struct rpa_frame *fr,
                      bool covered, struct rpa_err *err)
{
    bool fresh = false;
    if (other(g, fr)) {
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
    if (fresh || covered || g->current || !lost(&g->screen))
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

static int see(struct rpa_grid *g, struct rpa_frame *fr, struct rpa_box *over,
               int *ret_n, struct rpa_err *err)
{
    int r = look(g, fr, over, ret_n, err);
    if (r < 0 || (g->current && other(g, fr)))
        return r;
    return read_frame(g, fr, *ret_n != 0, err);
}

int rpa_grid_read(struct rpa_grid *g, const struct rpa_screen **ret,
                  struct rpa_err *err)
{
    struct rpa_frame fr;
    struct rpa_box over[COVERS_MAX];
    int n = 0;
    int r = see(g, &fr, over, &n, err);
    if (r == 0 && g->current && (other(g, &fr) || lost(&g->screen))) {
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
        rpa_screen_sum_up(&g->screen);
    *ret = &g->screen;
    return 0;
}

int rpa_grid_wait(struct rpa_grid *g, rpa_screen_test test, void *ctx,
                  int64_t deadline_us, const struct rpa_screen **ret,
                  struct rpa_err *err)
{
    for (*ret = NULL;;) {
        const struct rpa_screen *s;
        int r = rpa_grid_read(g, &s, err);
        if (r < 0 && r != -RPA_EUNREADABLE)
            return r;
        *ret = r == 0 ? s : NULL;
        if (r == 0 && test(ctx, s))
            return 0;
        while (!g->dirty) {
            r = rpa_display_wait(g->d, deadline_us, err);
            if (r < 0)
                return r;
            if (r == 0)
                return rpa_fail(err, RPA_ETIMEOUT,
                                "the screen did not become as expected");
        }
        if (rpa_left_ms(deadline_us) == 0)
            return rpa_fail(err, RPA_ETIMEOUT,
                            "the screen did not become as expected");
    }
}
