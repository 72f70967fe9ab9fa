/* The pixels of a window: some rows of it, and what becomes of them when it is
 * drawn on and changes its size between two readings. */
#include "lib/screen/eyes.h"
#include "lib/screen/priv.h"
#include "screen/xvfb.h"
#include "tap.h"

enum { W = 200, H = 100, BLACK = 0, WHITE = 0xffffff, RGB = 0xffffff };

static xcb_window_t new_window(struct rpa_display *d)
{
    xcb_window_t win = xcb_generate_id(d->xcb);
    uint32_t paper = WHITE;
    xcb_create_window(d->xcb, 24, win, d->screen->root, 0, 0, W, H, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      d->screen->root_visual, XCB_CW_BACK_PIXEL, &paper);
    xcb_map_window(d->xcb, win);
    return win;
}

static void blacken(struct rpa_display *d, xcb_window_t win, int from, int to)
{
    xcb_gcontext_t gc = xcb_generate_id(d->xcb);
    uint32_t ink = BLACK;
    xcb_rectangle_t all = { 0, (int16_t)from, W, (uint16_t)(to - from) };
    xcb_create_gc(d->xcb, gc, win, XCB_GC_FOREGROUND, &ink);
    xcb_poly_fill_rectangle(d->xcb, win, gc, 1, &all);
    xcb_free_gc(d->xcb, gc);
}

static void resize(struct rpa_display *d, xcb_window_t win, uint32_t w,
                   uint32_t h)
{
    uint32_t size[] = { w, h };
    xcb_configure_window(d->xcb, win, XCB_CONFIG_WINDOW_WIDTH |
                                          XCB_CONFIG_WINDOW_HEIGHT, size);
}

/* the colour of a pixel of row @y as it was read last */
static uint32_t at(const struct rpa_frame *fr, int y)
{
    return fr->px[(size_t)y * (size_t)fr->w + 5] & RGB;
}

static void test_bands(struct rpa_display *d, struct rpa_capture *c)
{
    struct rpa_band some[] = { { 10, 20 }, { 40, 50 } };
    struct rpa_frame fr = { 0 };
    struct rpa_err err = { 0 };
    xcb_window_t win = new_window(d);
    is_int(rpa_capture_read(c, win, some, 2, &fr, &err), 0, "read");
    ok(fr.w == W && fr.h == H && at(&fr, 99) == WHITE,
       "the first reading is of all rows");
    blacken(d, win, 0, H);
    rpa_capture_read(c, win, some, 2, &fr, &err);
    ok(at(&fr, 9) == WHITE && at(&fr, 10) == BLACK && at(&fr, 19) == BLACK &&
           at(&fr, 20) == WHITE && at(&fr, 45) == BLACK && at(&fr, 50) == WHITE,
       "then of the rows asked for, and no other");
    rpa_capture_read(c, win, NULL, 0, &fr, &err);
    ok(at(&fr, 0) == BLACK && at(&fr, 99) == BLACK, "or of all");
    xcb_destroy_window(d->xcb, win);
}

static void test_sizes(struct rpa_display *d, struct rpa_capture *c)
{
    struct rpa_band some = { 10, 20 };
    struct rpa_frame fr = { 0 };
    struct rpa_err err = { 0 };
    xcb_window_t win = new_window(d);
    rpa_capture_read(c, win, NULL, 0, &fr, &err);
    resize(d, win, W, 15);
    blacken(d, win, 0, 5);
    is_int(rpa_capture_read(c, win, &some, 1, &fr, &err), 0,
           "smaller than the rows asked for");
    ok(fr.w == W && fr.h == 15 && at(&fr, 4) == BLACK && at(&fr, 5) == WHITE,
       "all of what is left of it");
    resize(d, win, W - 1, 15);
    some = (struct rpa_band){ 0, 5 };
    rpa_capture_read(c, win, &some, 1, &fr, &err);
    ok(fr.w == W - 1 && fr.h == 15, "narrower");
    resize(d, win, W + 9, 30);
    rpa_capture_read(c, win, NULL, 0, &fr, &err);
    ok(fr.w == W + 9 && fr.h == 30, "larger, all rows asked for");
    xcb_unmap_window(d->xcb, win);
    is_int(rpa_capture_read(c, win, &some, 1, &fr, &err), -RPA_EUNREADABLE,
           "hidden");
    xcb_map_window(d->xcb, win);
    is_int(rpa_capture_read(c, win, &some, 1, &fr, &err), 0, "shown again");
    xcb_destroy_window(d->xcb, win);
    is_int(rpa_capture_read(c, win, &some, 1, &fr, &err), -RPA_EWINDOW,
           "gone");
}

int main(void)
{
    struct xvfb x;
    struct rpa_display *d = NULL;
    struct rpa_capture *c = NULL;
    struct rpa_err err = { 0 };
    xvfb_start(&x, 400, 300);
    is_int(rpa_display_open(x.name, &d, &err), 0, "display");
    is_int(rpa_capture_open(d, &c, &err), 0, "capture");
    test_bands(d, c);
    test_sizes(d, c);
    rpa_capture_close(c);
    rpa_display_close(d);
    xvfb_stop(&x);
    return tap_done();
}
