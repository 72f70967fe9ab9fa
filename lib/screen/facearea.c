/* The text of an area, and whether a text can be told. */
#include "face.h"

#include <stdlib.h>
#include <string.h>

enum {
    RGB = 0xffffff,
    ANY = 0x1000000, /* colour */
    FRAME_MAX = 12,  /* pixels that the frame of an entry is wide, at most */
    ROUND = 4,       /* pixels of a corner */
    COLOURS = 64,    /* of an area that are counted */
};

/* ---- drawing ---- */

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

static void ink(const struct rpa_face *f, const struct rpa_face_glyph *g, int x,
                int y, uint32_t *px)
{
    for (int c = 0; c < 3; c++) {
        int v = (int)(*px >> c * 8 & 255);
        int less = v * rpa_face_cover(f, g, x, y, c) / 255;
        *px -= (uint32_t)less << c * 8;
    }
}

/* Black on white, on the middle third of @px, which has @w columns; NULL: only
 * measured. Returns the columns it takes, -1 if the font cannot draw it. */
static int draw(const struct rpa_face *f, const char *text, uint32_t *px, int w)
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
                ink(f, g, x, y, &px[(f->height + y) * w + pen + x]);
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
            if ((fr->px[y * fr->w + x] & RGB) == paper)
                continue;
            left = x < left ? x : left;
            right = x >= right ? x + 1 : right;
            top = y < top ? y : top;
            bottom = y + 1;
        }
    *ret = (struct rpa_box){ left, top, right - left, bottom - top };
    return bottom > 0;
}

bool rpa_face_proves(const struct rpa_face *f, const char *text, int *ret_w)
{
    struct rpa_buf got = { 0 };
    int w = draw(f, text, NULL, 0), h = 3 * f->height;
    size_t size = w < 0 ? 0 : (size_t)(w * h) * sizeof(uint32_t);
    uint32_t *px = size ? malloc(size) : NULL;
    if (!px)
        return false;
    memset(px, 255, size);
    draw(f, text, px, w);
    struct rpa_frame fr = { w, h, px };
    struct rpa_strip s = { .frame = &fr, .paper = RGB };
    bool same = find_ink(&fr, &(struct rpa_box){ 0, 0, w, h }, RGB, &s.ink) &&
                rpa_face_walk(f, &s, &got) == RPA_WALK_READ &&
                !strcmp(got.data, text);
    *ret_w = s.ink.w;
    rpa_buf_clear(&got);
    free(px);
    return same;
}

/* ---- an area of a window ---- */

/* the colour that most pixels have, of those first met */
static uint32_t commonest(const struct rpa_frame *fr, const struct rpa_area *a)
{
    uint32_t seen[COLOURS];
    int count[COLOURS] = { 0 }, n = 0, best = 0;
    for (int y = a->y; y < a->y + a->h; y++)
        for (int x = a->x; x < a->x + a->w; x++) {
            uint32_t p = fr->px[y * fr->w + x] & RGB;
            int k = 0;
            while (k < n && seen[k] != p)
                k++;
            if (k == COLOURS)
                continue;
            if (k == n)
                seen[n++] = p;
            if (++count[k] > count[best])
                best = k;
        }
    return seen[best];
}

/* Is it of one colour? Of @paper, if that is not ANY. */
static bool flat(const struct rpa_frame *fr, int x, int y, int w, int h,
                 uint32_t paper)
{
    struct rpa_box none;
    if (paper == ANY)
        paper = fr->px[y * fr->w + x] & RGB;
    return !find_ink(fr, &(struct rpa_box){ x, y, w, h }, paper, &none);
}

/* The inside of a frame, which is seen on the right, where @room pixels must be
 * free of text: behind those, what is shown may go on out of sight. On the left
 * it is as wide. */
static bool find_inside(const struct rpa_frame *fr, const struct rpa_area *a,
                        uint32_t paper, int room, struct rpa_box *ret)
{
    int side = 0, top = 0, bottom = 0, right = a->x + a->w, low = a->y + a->h;
    while (side < FRAME_MAX && !flat(fr, right - side - 1, a->y + a->h / 2, 1,
                                     1, paper))
        side++;
    int from = right - side - room;
    while (top < FRAME_MAX && !flat(fr, from, a->y + top, room, 1, paper))
        top++;
    while (bottom < FRAME_MAX && !flat(fr, from, low - bottom - 1, room, 1, paper))
        bottom++;
    *ret = (struct rpa_box){ a->x + side, a->y + top, a->w - 2 * side,
                             a->h - top - bottom };
    return ret->w > room && ret->h > 0 &&
           flat(fr, from, ret->y, room, ret->h, paper);
}

/* Is what is outside of @in lines of a frame, which have one colour each, and
 * nothing of a text? Corners may be round. */
static bool framed(const struct rpa_frame *fr, const struct rpa_area *a,
                   const struct rpa_box *in)
{
    int x = in->x + ROUND, w = in->w - 2 * ROUND;
    for (int y = a->y; y < a->y + a->h; y++)
        if ((y < in->y || y >= in->y + in->h) && !flat(fr, x, y, w, 1, ANY))
            return false;
    for (int i = a->x; i < in->x; i++)
        if (!flat(fr, i, in->y, 1, in->h, ANY))
            return false;
    return true;
}

int rpa_face_read(const struct rpa_face *f, const struct rpa_look *l,
                  const struct rpa_area *area, struct rpa_buf *ret,
                  struct rpa_err *err)
{
    const struct rpa_frame *fr = rpa_look_frame(l);
    struct rpa_strip s = { .frame = fr };
    struct rpa_box in = { 0 };
    if (!rpa_look_of(l, area))
        return rpa_fail(err, RPA_EUNREADABLE, "outside of the window, or "
                                              "covered");
    s.paper = commonest(fr, area);
    if (!find_inside(fr, area, s.paper, f->widest, &in) ||
        !framed(fr, area, &in)) {
        rpa_fail(err, RPA_EUNREADABLE,
                 "no line of text that is shown whole on one colour");
        return rpa_err_hint(err, "a text that is selected, or goes on to the end "
                                 "of its place, is not read by its pixels");
    }
    if (!find_ink(fr, &in, s.paper, &s.ink))
        return 0;
    enum rpa_walk walk = rpa_face_walk(f, &s, ret);
    if (walk == RPA_WALK_READ)
        return 0;
    rpa_buf_clear(ret);
    rpa_fail(err, RPA_EUNREADABLE,
             walk == RPA_WALK_SEVERAL
                 ? "more than one text looks like what is shown"
                 : "no text in font '%s' looks like what is shown",
             f->name);
    return rpa_err_hint(err, "is it the font that the window is drawn with? "
                             "Learn it from that program: rpa font learn");
}
