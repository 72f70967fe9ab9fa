/* A proportional font is put together. */
#include "face.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PEAK_MIN = 48, /* coverage a glyph must have somewhere */
    NEAR = 24,     /* levels of coverage: a person would not see it */
};

static size_t size_of(const struct rpa_face *f, const struct rpa_face_glyph *g)
{
    return (size_t)(g->w * g->h * f->channels);
}

int rpa_face_new(const char *name, int height, int channels,
                 struct rpa_face **ret, struct rpa_err *err)
{
    struct rpa_face *f = calloc(1, sizeof *f);
    if (f)
        f->glyphs = calloc(RPA_FACE_GLYPHS_MAX, sizeof *f->glyphs);
    if (!f || !f->glyphs) {
        free(f);
        return rpa_fail(err, RPA_ENOMEM, "no memory for a font");
    }
    snprintf(f->name, sizeof f->name, "%s", name);
    f->height = height;
    f->channels = channels;
    *ret = f;
    return 0;
}

void rpa_face_free(struct rpa_face *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++)
        free(f->glyphs[i].a);
    free(f->glyphs);
    free(f->kern);
    free(f);
}

bool rpa_face_add(struct rpa_face *f, const struct rpa_face_glyph *glyph)
{
    size_t size = size_of(f, glyph);
    uint8_t *a = malloc(size + 1);
    if (!a || f->n == RPA_FACE_GLYPHS_MAX) {
        free(a);
        return false;
    }
    if (size)
        memcpy(a, glyph->a, size);
    f->glyphs[f->n] = *glyph;
    f->glyphs[f->n++].a = a;
    return true;
}

int rpa_face_find(const struct rpa_face *f, const char *text)
{
    for (size_t i = 0; i < f->n; i++)
        if (!strcmp(f->glyphs[i].text, text))
            return (int)i;
    return -1;
}

int rpa_face_pair(struct rpa_face *f, struct rpa_err *err)
{
    free(f->kern);
    f->kern = calloc(f->n * f->n + 1, 1);
    return f->kern ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for a font");
}

int rpa_face_cover(const struct rpa_face *f, const struct rpa_face_glyph *g,
                   int x, int y, int c)
{
    x -= g->left;
    y -= g->top;
    if (x < 0 || x >= g->w || y < 0 || y >= g->h)
        return 0;
    return g->a[(y * g->w + x) * f->channels + (f->channels > 1 ? c : 0)];
}

static void find_peak(const struct rpa_face *f, struct rpa_face_glyph *g)
{
    g->peak = (struct rpa_peak){ 0 };
    for (int y = g->top; y < g->top + g->h; y++)
        for (int x = g->left; x < g->left + g->w; x++) {
            int cover = rpa_face_cover(f, g, x, y, 1);
            if (cover > g->peak.cover)
                g->peak = (struct rpa_peak){ x, y, cover };
        }
}

/* the most that a pair is drawn together */
static int closest(const struct rpa_face *f)
{
    int least = 0;
    for (size_t i = 0; i < f->n * f->n; i++)
        if (f->kern[i] != RPA_FACE_APART && f->kern[i] < least)
            least = f->kern[i];
    return least;
}

int rpa_face_finish(struct rpa_face *f, struct rpa_err *err)
{
    int left = 0;
    f->widest = 0;
    for (size_t i = 0; i < f->n; i++) {
        struct rpa_face_glyph *g = &f->glyphs[i];
        find_peak(f, g);
        if (g->w && g->peak.cover < PEAK_MIN)
            return rpa_fail(err, RPA_EINVAL, "the glyph of '%s' is too faint",
                            g->text);
        left = g->left < left ? g->left : left;
        f->widest = g->advance > f->widest ? g->advance : f->widest;
    }
    for (size_t i = 0; i < f->n * f->n; i++)
        if (f->kern[i] != RPA_FACE_APART && f->glyphs[i / f->n].text[0] &&
            f->glyphs[i / f->n].advance + f->kern[i] < 1)
            return rpa_fail(err, RPA_EINVAL, "kerning moves the pen back");
    f->back = -(left + closest(f));
    return 0;
}

bool rpa_face_alike(const struct rpa_face *f, const struct rpa_face_glyph *a,
                    const struct rpa_face_glyph *b)
{
    int from = a->left < b->left ? a->left : b->left;
    int to = a->left + a->w > b->left + b->w ? a->left + a->w : b->left + b->w;
    for (int y = 0; y < f->height; y++)
        for (int x = from; x < to; x++)
            for (int c = 0; c < f->channels; c++)
                if (abs(rpa_face_cover(f, a, x, y, c) -
                        rpa_face_cover(f, b, x, y, c)) > NEAR)
                    return false;
    return true;
}
