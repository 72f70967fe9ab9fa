#include "rpa/screen/picture.h"
#include "face.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

static void fill(struct rpa_picture *p, int x, int y, int w, int h)
{
    int left = x > 0 ? x : 0, top = y > 0 ? y : 0;
    int right = x + w < p->w ? x + w : p->w, low = y + h < p->h ? y + h : p->h;
    for (int row = top; row < low; row++)
        for (int col = left; col < right; col++)
            p->px[(size_t)row * (size_t)p->w + (size_t)col] = 0;
}

/* the pixels of @frame, but for what lies @over it */
static int copy_frame(const struct rpa_frame *frame, const struct rpa_box *over,
                      int nover, struct rpa_picture *ret, struct rpa_err *err)
{
    size_t n = (size_t)frame->w * (size_t)frame->h;
    struct rpa_picture p = { .w = frame->w, .h = frame->h,
                             .px = malloc(n * sizeof *p.px) };
    if (!p.px)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    for (size_t i = 0; i < n; i++)
        p.px[i] = frame->px[i] & 0xffffff;
    for (int i = 0; i < nover; i++)
        fill(&p, over[i].x, over[i].y, over[i].w, over[i].h);
    *ret = p;
    return 0;
}

int rpa_picture_take(struct rpa_grid *g, struct rpa_picture *ret,
                     const struct rpa_screen **ret_screen, struct rpa_err *err)
{
    struct rpa_view v;
    int r = rpa_grid_view(g, &v, err);
    if (r == 0)
        r = copy_frame(&v.frame, v.over, v.nover, ret, err);
    if (r < 0)
        return r;
    if (v.screen) {
        ret->rows = v.at.rows;
        ret->cols = v.at.cols;
        ret->ox = v.at.ox;
        ret->oy = v.at.oy;
        ret->cw = v.cw;
        ret->ch = v.ch;
    }
    *ret_screen = v.screen;
    return 0;
}

int rpa_picture_look(const struct rpa_look *look, struct rpa_picture *ret,
                     struct rpa_err *err)
{
    int nover;
    const struct rpa_box *over = rpa_look_over(look, &nover);
    if (nover < 0)
        return rpa_fail(err, RPA_EUNREADABLE,
                        "it cannot be told what lies over the window");
    return copy_frame(rpa_look_frame(look), over, nover, ret, err);
}

void rpa_picture_black_area(struct rpa_picture *p, const struct rpa_area *area)
{
    fill(p, area->x, area->y, area->w, area->h);
}

void rpa_picture_black(struct rpa_picture *p, const bool *black)
{
    for (int r = 0; r < p->rows; r++)
        for (int c = 0; c < p->cols; c++)
            if (black[r * p->cols + c])
                fill(p, p->ox + c * p->cw - 1, p->oy + r * p->ch, p->cw + 2,
                     p->ch);
}

bool rpa_picture_crop(struct rpa_picture *p, int row, int col)
{
    if (row < 0 || row >= p->rows || col < 0 || col >= p->cols)
        return false;
    uint32_t *cell = malloc((size_t)(p->cw * p->ch) * sizeof *cell);
    if (!cell)
        return false;
    for (int y = 0; y < p->ch; y++)
        memcpy(cell + y * p->cw,
               p->px + (p->oy + row * p->ch + y) * p->w + p->ox + col * p->cw,
               (size_t)p->cw * sizeof *cell);
    struct rpa_picture whole = *p;
    *p = (struct rpa_picture){ .w = p->cw, .h = p->ch, .px = cell };
    rpa_picture_clear(&whole);
    return true;
}

void rpa_picture_black_around(struct rpa_picture *p)
{
    int right = p->ox + p->cols * p->cw, low = p->oy + p->rows * p->ch;
    fill(p, 0, 0, p->w, p->oy);
    fill(p, 0, low, p->w, p->h - low);
    fill(p, 0, 0, p->ox, p->h);
    fill(p, right, 0, p->w - right, p->h);
}

/* ---- PNG ---- */

enum { COLOURS_MAX = 256 };

struct palette {
    uint32_t colour[COLOURS_MAX];
    int n;
};

/* its number, a new one for a new colour; -1 when there are too many */
static int number_of(struct palette *palette, uint32_t colour)
{
    for (int i = 0; i < palette->n; i++)
        if (palette->colour[i] == colour)
            return i;
    if (palette->n == COLOURS_MAX)
        return -1;
    palette->colour[palette->n] = colour;
    return palette->n++;
}

/* one byte a pixel; false if it has too many colours */
static bool index_pixels(const struct rpa_picture *p, struct palette *palette,
                         uint8_t *out)
{
    size_t n = (size_t)p->w * (size_t)p->h;
    uint32_t last = ~p->px[0];
    int number = 0;
    for (size_t i = 0; i < n; i++) {
        if (p->px[i] != last) {
            last = p->px[i];
            number = number_of(palette, last);
            if (number < 0)
                return false;
        }
        out[i] = (uint8_t)number;
    }
    return true;
}

static void split_pixels(const struct rpa_picture *p, uint8_t *out)
{
    size_t n = (size_t)p->w * (size_t)p->h;
    for (size_t i = 0; i < n; i++) {
        out[3 * i] = (uint8_t)(p->px[i] >> 16);
        out[3 * i + 1] = (uint8_t)(p->px[i] >> 8);
        out[3 * i + 2] = (uint8_t)p->px[i];
    }
}

/* @pixels as @image says; @colours three bytes each, or NULL */
static int write_png(png_image *image, const uint8_t *pixels,
                     const uint8_t *colours, struct rpa_buf *out,
                     struct rpa_err *err)
{
    png_alloc_size_t len = PNG_IMAGE_PNG_SIZE_MAX(*image);
    void *png = malloc(len);
    if (!png)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    int r = 0;
    if (png_image_write_to_memory(image, png, &len, 0, pixels, 0, colours))
        rpa_buf_add(out, png, len);
    else
        r = rpa_fail(err, RPA_EIO, "a picture: %s", image->message);
    png_image_free(image);
    free(png);
    if (r == 0 && out->failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    return r;
}

int rpa_picture_png(const struct rpa_picture *p, struct rpa_buf *out,
                    struct rpa_err *err)
{
    png_image image = { .version = PNG_IMAGE_VERSION,
                        .width = (png_uint_32)p->w,
                        .height = (png_uint_32)p->h,
                        .flags = PNG_IMAGE_FLAG_FAST };
    struct palette palette = { .n = 0 };
    uint8_t colours[3 * COLOURS_MAX];
    uint8_t *pixels = malloc((size_t)p->w * (size_t)p->h * 3);
    if (!pixels)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    bool few = index_pixels(p, &palette, pixels);
    if (!few)
        split_pixels(p, pixels);
    for (int i = 0; i < palette.n; i++) {
        colours[3 * i] = (uint8_t)(palette.colour[i] >> 16);
        colours[3 * i + 1] = (uint8_t)(palette.colour[i] >> 8);
        colours[3 * i + 2] = (uint8_t)palette.colour[i];
    }
    image.format = few ? PNG_FORMAT_RGB_COLORMAP : PNG_FORMAT_RGB;
    image.colormap_entries = few ? (png_uint_32)palette.n : 0;
    int r = write_png(&image, pixels, few ? colours : NULL, out, err);
    free(pixels);
    return r;
}

void rpa_picture_clear(struct rpa_picture *p)
{
    if (p->px)
        explicit_bzero(p->px, (size_t)p->w * (size_t)p->h * sizeof *p->px);
    free(p->px);
    *p = (struct rpa_picture){ 0 };
}
