/* A font of antialiased glyphs is put together. */
#include "eyes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PEAK_MIN = 48,         /* coverage a glyph must have somewhere */
    MEMORY_MAX = 64 << 20, /* bytes of all glyphs */
};

static size_t size_of(const struct rpa_font *f)
{
    return (size_t)(f->ch * RPA_SOFT_WIDTH(f->cw) * f->soft->channels);
}

int rpa_soft_new(const char *name, int cw, int ch, int channels,
                 struct rpa_font **ret, struct rpa_err *err)
{
    struct rpa_font *f = calloc(1, sizeof *f);
    struct rpa_soft *s = calloc(1, sizeof *s);
    if (f && s)
        s->glyphs = calloc(RPA_SOFT_GLYPHS_MAX, sizeof *s->glyphs);
    if (!f || !s || !s->glyphs) {
        free(s);
        free(f);
        return rpa_fail(err, RPA_ENOMEM, "no memory for a font");
    }
    snprintf(f->name, sizeof f->name, "%s", name);
    f->cw = cw;
    f->ch = ch;
    f->soft = s;
    s->channels = channels;
    *ret = f;
    return 0;
}

struct rpa_soft_glyph *rpa_soft_add(struct rpa_font *f, uint32_t cp,
                                    unsigned flags)
{
    struct rpa_soft *s = f->soft;
    if (s->n == RPA_SOFT_GLYPHS_MAX || s->n * size_of(f) > MEMORY_MAX)
        return NULL;
    struct rpa_soft_glyph *g = &s->glyphs[s->n];
    *g = (struct rpa_soft_glyph){ .cp = cp, .flags = flags,
                                  .a = calloc(1, size_of(f)) };
    if (!g->a)
        return NULL;
    s->n++;
    return g;
}

void rpa_soft_drop(struct rpa_font *f)
{
    free(f->soft->glyphs[--f->soft->n].a);
}

static int coverage(const struct rpa_font *f, const struct rpa_soft_glyph *g,
                    int x, int y, int c)
{
    int at = y * RPA_SOFT_WIDTH(f->cw) + x + RPA_SOFT_UNDER;
    return g->a[at * f->soft->channels + c];
}

/* A line is solid, as wide as the cell, and on top of the glyph. */
static void underline(const struct rpa_font *f, struct rpa_soft_glyph *g,
                      const struct rpa_line *l)
{
    size_t n = (size_t)f->soft->channels;
    for (int y = l->top; y < l->top + l->height; y++)
        memset(g->a + (size_t)(y * RPA_SOFT_WIDTH(f->cw) + RPA_SOFT_UNDER) * n, 255,
               (size_t)f->cw * n);
}

static int add_underlined(struct rpa_font *f, struct rpa_err *err)
{
    struct rpa_soft *s = f->soft;
    size_t plain = s->n;
    for (size_t k = 0; k < s->nlines; k++) {
        for (size_t i = 0; i <= plain; i++) {
            const struct rpa_soft_glyph *of = i < plain ? &s->glyphs[i] : NULL;
            struct rpa_soft_glyph *g =
                rpa_soft_add(f, of ? of->cp : ' ',
                             (of ? of->flags : 0) | RPA_CELL_UNDERLINE);
            if (!g)
                return rpa_fail(err, RPA_ENOMEM, "too many glyphs");
            if (of)
                memcpy(g->a, of->a, size_of(f));
            underline(f, g, &s->line[k]);
        }
    }
    return 0;
}

bool rpa_soft_is_even(const struct rpa_font *f, const struct rpa_soft_glyph *g)
{
    for (int c = 0; c < f->soft->channels; c++)
        for (int y = 0; y < f->ch; y++)
            for (int x = 0; x < f->cw; x++)
                if (coverage(f, g, x, y, c) != coverage(f, g, 0, 0, c))
                    return false;
    return true;
}

static void drop_even(struct rpa_font *f)
{
    struct rpa_soft *s = f->soft;
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++)
        if (rpa_soft_is_even(f, &s->glyphs[i]))
            free(s->glyphs[i].a);
        else
            s->glyphs[kept++] = s->glyphs[i];
    s->n = kept;
}

/* Where @g covers most. Columns that a neighbour may ink count only if there is
 * little elsewhere. */
static void find_peak(const struct rpa_font *f, struct rpa_soft_glyph *g, int c)
{
    struct rpa_peak inner = { 0 }, any = { 0 };
    for (int y = 0; y < f->ch; y++)
        for (int x = 0; x < f->cw; x++) {
            struct rpa_peak p = { x, y, coverage(f, g, x, y, c) };
            if (p.cover > any.cover)
                any = p;
            if (x >= f->soft->over && x < f->cw - f->soft->under &&
                p.cover > inner.cover)
                inner = p;
        }
    g->peak[c] = inner.cover >= 128 || inner.cover == any.cover ? inner : any;
}

static void find_over(const struct rpa_font *f, struct rpa_soft_glyph *g)
{
    g->over = g->under = 0;
    for (int c = 0; c < f->soft->channels; c++)
        for (int y = 0; y < f->ch; y++) {
            for (int x = 1; x <= RPA_SOFT_UNDER; x++)
                if (coverage(f, g, -x, y, c) && g->under < x)
                    g->under = x;
            for (int x = 0; x < RPA_SOFT_OVER; x++)
                if (coverage(f, g, f->cw + x, y, c) && g->over <= x)
                    g->over = x + 1;
        }
}

int rpa_soft_finish(struct rpa_font *f, struct rpa_err *err)
{
    struct rpa_soft *s = f->soft;
    drop_even(f);
    int r = add_underlined(f, err);
    for (size_t i = 0; i < s->n; i++) {
        find_over(f, &s->glyphs[i]);
        s->over = s->glyphs[i].over > s->over ? s->glyphs[i].over : s->over;
        s->under = s->glyphs[i].under > s->under ? s->glyphs[i].under : s->under;
    }
    for (size_t i = 0; r == 0 && i < s->n; i++)
        for (int c = 0; c < s->channels; c++) {
            find_peak(f, &s->glyphs[i], c);
            if (s->glyphs[i].peak[c].cover < PEAK_MIN)
                return rpa_fail(err, RPA_EINVAL,
                                "the glyph of U+%04X is too faint",
                                s->glyphs[i].cp);
        }
    return r;
}

bool rpa_font_has(const struct rpa_font *f, uint32_t cp)
{
    bool has = cp == ' ' || (f->wide && rpa_font_has(f->wide, cp));
    for (size_t i = 0; !has && i < f->nglyphs; i++)
        has = f->glyphs[i].cp == cp;
    return has || (f->soft && rpa_soft_has(f, cp));
}

void rpa_soft_free(struct rpa_soft *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        free(s->glyphs[i].a);
    free(s->glyphs);
    free(s);
}
