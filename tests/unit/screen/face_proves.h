#ifndef RPA_TESTS_UNIT_SCREEN_FACE_PROVES_H
#define RPA_TESTS_UNIT_SCREEN_FACE_PROVES_H

/* A text drawn with a learned font, and read again. */
#include "lib/screen/face.h"

#include <stdlib.h>
#include <string.h>

/* the glyph with the longest text that @at begins with; -1 */
static int next_glyph(const struct rpa_face *f, const char *at)
{
    int best = -1;
    size_t most = 0;
    for (size_t i = 0; i < f->n; i++) {
        size_t len = strlen(f->glyphs[i].text);
        if (len > most && !strncmp(at, f->glyphs[i].text, len)) {
            best = (int)i;
            most = len;
        }
    }
    return best;
}

static void draw_ink(const struct rpa_face *f, const struct rpa_face_glyph *g,
                     int x, int y, uint32_t *px)
{
    for (int c = 0; c < 3; c++) {
        int v = (int)(*px >> c * 8 & 255);
        int less = v * rpa_face_cover(f, g, x, y, c) / 255;
        *px -= (uint32_t)less << c * 8;
    }
}

/* Black on white, on the middle third of @px, which has @w columns; NULL: only
 * measured. Returns the columns it takes, -1 if the font cannot draw it. */
static int draw_text(const struct rpa_face *f, const char *text, uint32_t *px, int w)
{
    int pen = RPA_FACE_WIDTH_MAX, last = -1;
    for (int i; *text; text += strlen(f->glyphs[i].text), last = i) {
        i = next_glyph(f, text);
        int kern = i >= 0 && last >= 0
                       ? rpa_face_kern(f, (size_t)last, (size_t)i) : 0;
        if (i < 0 || kern == RPA_FACE_APART)
            return -1;
        const struct rpa_face_glyph *g = &f->glyphs[i];
        pen += kern;
        for (int y = 0; px && y < f->height; y++)
            for (int x = g->left; x < g->left + g->w; x++)
                draw_ink(f, g, x, y, &px[(f->height + y) * w + pen + x]);
        pen += g->advance;
    }
    return pen + RPA_FACE_WIDTH_MAX;
}

/* What is not @paper in @in; false: all is paper. */
static bool find_ink(const struct rpa_frame *fr, const struct rpa_box *in,
                     uint32_t paper, struct rpa_box *ret)
{
    int left = in->x + in->w, right = 0, top = in->y + in->h, bottom = 0;
    for (int y = in->y; y < in->y + in->h; y++)
        for (int x = in->x; x < in->x + in->w; x++) {
            if ((fr->px[y * fr->w + x] & 0xffffff) == paper)
                continue;
            left = x < left ? x : left;
            right = x >= right ? x + 1 : right;
            top = y < top ? y : top;
            bottom = y + 1;
        }
    *ret = (struct rpa_box){ left, top, right - left, bottom - top };
    return bottom > 0;
}

/* Would @text, drawn with this font, be read as just that? */
static bool face_proves(const struct rpa_face *f, const char *text)
{
    struct rpa_buf got = { 0 };
    int w = draw_text(f, text, NULL, 0), h = 3 * f->height;
    size_t size = w < 0 ? 0 : (size_t)(w * h) * sizeof(uint32_t);
    uint32_t *px = size ? malloc(size) : NULL;
    if (!px)
        return false;
    memset(px, 255, size);
    draw_text(f, text, px, w);
    struct rpa_frame fr = { w, h, px };
    struct rpa_strip s = { .frame = &fr, .seen = { 0, h }, .paper = 0xffffff };
    bool same = find_ink(&fr, &(struct rpa_box){ 0, 0, w, h }, 0xffffff, &s.ink) &&
                rpa_face_walk(f, &s, &got) == RPA_WALK_READ &&
                !strcmp(got.data, text);
    rpa_buf_clear(&got);
    free(px);
    return same;
}

#endif
