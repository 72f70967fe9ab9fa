/* Pictures: the pixels of a window, black where they must not be seen, and the
 * same again out of their PNG. */
#include "lib/screen/eyes.h"
#include "rpa/base/time.h"
#include "rpa/screen/picture.h"
#include "rpa/screen/window.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

static struct world {
    struct xvfb x;
    struct rpa_display *d;
    rpa_window win;
    struct rpa_grid *grid;
} w;

static int64_t soon(int ms)
{
    return rpa_mono_us() + ms * 1000LL;
}

/* ---- PNG, by libpng alone ---- */

static bool same_png(const struct rpa_picture *p, bool *ret_palette)
{
    struct rpa_buf png = { 0 };
    struct rpa_err err;
    png_image image = { .version = PNG_IMAGE_VERSION };
    bool same = rpa_picture_png(p, &png, &err) == 0 &&
                png_image_begin_read_from_memory(&image, png.data, png.len);
    *ret_palette = image.format & PNG_FORMAT_FLAG_COLORMAP;
    image.format = PNG_FORMAT_RGB;
    uint8_t *rgb = malloc(PNG_IMAGE_SIZE(image) + 1);
    same = same && image.width == (unsigned)p->w &&
           image.height == (unsigned)p->h &&
           png_image_finish_read(&image, NULL, rgb, 0, NULL);
    for (size_t i = 0; same && i < (size_t)p->w * (size_t)p->h; i++)
        same = p->px[i] == (uint32_t)(rgb[3 * i] << 16 | rgb[3 * i + 1] << 8 |
                                      rgb[3 * i + 2]);
    png_image_free(&image);
    free(rgb);
    rpa_buf_clear(&png);
    return same;
}

static void encodings(void)
{
    static const struct {
        int colours;
        bool palette;
    } cases[] = { { 1, true },  { 2, true },    { 16, true },
                  { 17, true }, { 256, true }, { 257, false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_picture p = { .w = 31, .h = 17 };
        bool palette = false;
        p.px = malloc(31 * 17 * sizeof *p.px);
        for (int k = 0; k < 31 * 17; k++)
            p.px[k] = (uint32_t)(k % cases[i].colours) * 0x010203u & 0xffffff;
        ok(same_png(&p, &palette) && palette == cases[i].palette,
           "%d colours: the same pixels, %s palette", cases[i].colours,
           cases[i].palette ? "with" : "without");
        rpa_picture_clear(&p);
        ok(!p.px, "cleared");
    }
}

/* ---- a window ---- */

static bool shown(void *ctx, const struct rpa_screen *s)
{
    return rpa_screen_find(s, ctx, NULL, NULL) && s->cursor_row == 1;
}

static bool cell_black(const struct rpa_picture *p, int row, int col)
{
    for (int y = 0; y < p->ch; y++)
        for (int x = 0; x < p->cw; x++)
            if (p->px[(p->oy + row * p->ch + y) * p->w + p->ox + col * p->cw +
                      x])
                return false;
    return true;
}

/* pixels in which two pictures of one size differ */
static int differ(const struct rpa_picture *a, const struct rpa_picture *b)
{
    int n = 0;
    for (int i = 0; i < a->w * a->h; i++)
        n += a->px[i] != b->px[i];
    return a->w == b->w && a->h == b->h ? n : -1;
}

static void blacked(struct rpa_picture *plain)
{
    const struct rpa_screen *s;
    struct rpa_picture p;
    struct rpa_err err;
    bool palette, *black = calloc(80 * 24, sizeof *black);
    int row = 0, col = 0;
    if (rpa_picture_take(w.grid, &p, &s, &err) < 0)
        return (void)ok(false, "%s", err.msg);
    is_int(differ(plain, &p), 0, "the same window twice, the same picture");
    rpa_screen_find(s, "SECRET", &row, &col);
    for (int i = 0; i < 6; i++)
        black[row * s->cols + col + i] = true;
    rpa_picture_black(&p, black);
    for (int i = 0; i < 6; i++)
        ok(cell_black(&p, row, col + i) && !cell_black(plain, row, col + i),
           "cell %d is black; without, it is not", i);
    int most = (6 * p.cw + 2) * p.ch, d = differ(plain, &p);
    ok(d > most / 2 && d <= most,
       "nothing else but a pixel to either side (%d of at most %d)", d, most);
    ok(same_png(&p, &palette) && palette, "its PNG holds just that");
    free(black);
    rpa_picture_clear(&p);
}

static void around(struct rpa_picture *plain)
{
    int cells = plain->rows * plain->ch * plain->cols * plain->cw, edge = 0;
    for (int i = 0; i < plain->w; i++)
        edge += plain->px[i] != 0;
    ok(edge == plain->w, "the border shows as it is");
    rpa_picture_black_around(plain);
    int lit = 0;
    for (int i = 0; i < plain->w * plain->h; i++)
        lit += plain->px[i] != 0;
    ok(lit > cells / 2 && lit <= cells, "around the cells all is black");
}

static void covered(void)
{
    struct rpa_window_info info;
    const struct rpa_screen *s;
    struct rpa_picture p;
    struct rpa_err err;
    rpa_window_info(w.d, w.win, &info, NULL);
    xcb_window_t over = xcb_generate_id(w.d->xcb);
    uint32_t v[] = { 0x00ff00, 1 };
    xcb_create_window(w.d->xcb, 24, over, w.d->screen->root,
                      (int16_t)(info.x + 100), (int16_t)(info.y + 50), 60, 40,
                      0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, v);
    xcb_map_window(w.d->xcb, over);
    free(xcb_get_input_focus_reply(w.d->xcb, xcb_get_input_focus(w.d->xcb),
                                   NULL));
    if (rpa_picture_take(w.grid, &p, &s, &err) < 0)
        return (void)ok(false, "%s", err.msg);
    int green = 0, black = 0;
    for (int i = 0; i < p.w * p.h; i++) {
        green += p.px[i] == 0x00ff00;
        black += p.px[i] == 0;
    }
    ok(green == 0 && black >= 60 * 40,
       "another window over it is black: it is not this one's");
    rpa_picture_clear(&p);
    xcb_destroy_window(w.d->xcb, over);
}

static void measure(void)
{
    enum { N = 20 };
    const struct rpa_screen *s;
    struct rpa_picture p;
    struct rpa_err err;
    int64_t taken = 0, written = 0;
    size_t bytes = 0;
    for (int i = 0; i < N; i++) {
        struct rpa_buf png = { 0 };
        int64_t t = rpa_mono_us();
        if (rpa_picture_take(w.grid, &p, &s, &err) < 0)
            return;
        int64_t u = rpa_mono_us();
        rpa_picture_png(&p, &png, &err);
        taken += u - t;
        written += rpa_mono_us() - u;
        bytes = png.len;
        rpa_buf_clear(&png);
        rpa_picture_clear(&p);
    }
    printf("# taken in %lld us, PNG in %lld us, of %zu bytes (mean of %d)\n",
           (long long)taken / N, (long long)written / N, bytes, N);
}

int main(void)
{
    struct rpa_err err;
    struct rpa_picture plain;
    const struct rpa_screen *s = NULL;
    bool palette;
    encodings();
    xvfb_start(&w.x, 900, 500);
    const char *argv[] = { "xterm", "-u8", "-fn", "9x15", "-geometry",
                           "80x24+0+0", "-T", "picture", "+sb", "-fg", "black",
                           "-bg", "white", "-e", "sh", "-c",
                           "printf 'a SECRET W@\\n'; exec cat", NULL };
    pid_t pid = xvfb_spawn(&w.x, argv);
    if (rpa_display_open(w.x.name, &w.d, &err) < 0 ||
        rpa_window_find(w.d, "picture", NULL, soon(30000), &w.win, &err) < 0 ||
        rpa_grid_open(w.d, w.win, NULL, &w.grid, &err) < 0 ||
        rpa_grid_wait(w.grid, shown, "a SECRET", soon(30000), &s, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    is_int(rpa_picture_take(w.grid, &plain, &s, &err), 0, "a picture");
    ok(s && plain.rows == 24 && plain.cols == 80 && plain.w >= 80 * 9,
       "of %d by %d pixels", plain.w, plain.h);
    ok(same_png(&plain, &palette) && palette, "its PNG holds the same");
    blacked(&plain);
    measure();
    around(&plain);
    covered();
    rpa_picture_clear(&plain);
    xvfb_reap(pid);
    is_int(rpa_picture_take(w.grid, &plain, &s, &err), -RPA_EWINDOW,
           "a window that has closed");
    rpa_grid_close(w.grid);
    rpa_display_close(w.d);
    xvfb_stop(&w.x);
    return tap_done();
}
