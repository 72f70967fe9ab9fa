#include "eyes.h"

#include <string.h>

enum { RGB = 0xffffff };

/* A cell as ink on the colour of its first pixel. */
struct ink {
    struct rpa_mask mask;
    uint32_t first, other;
    bool many; /* more than two colours */
    int count; /* inked pixels */
};

static void ink_of(const struct rpa_font *f, const uint32_t *px, int stride,
                   struct ink *k)
{
    uint32_t first = px[0] & RGB, other = first;
    k->count = 0;
    k->many = false;
    for (int y = 0; y < f->ch; y++, px += stride) {
        uint64_t row = 0;
        for (int x = 0; x < f->cw; x++) {
            uint32_t p = px[x] & RGB;
            if (p == first)
                continue;
            row |= 1ull << x;
            k->many |= other != first && p != other;
            other = p;
        }
        k->mask.row[y] = row;
        k->count += __builtin_popcountll(row);
    }
    k->first = first;
    k->other = other;
}

/* Of a cell that is no character: is it the outline x3270 and xterm draw round
 * the cursor without focus, an edge of one colour and most of the inside not
 * of it? (A reversed glyph has such an edge too, but most of its inside has
 * the edge's colour.) */
static bool hollow(const struct rpa_font *f, const struct ink *k)
{
    uint64_t sides = 1ull | 1ull << (f->cw - 1);
    if (k->mask.row[0] || k->mask.row[f->ch - 1])
        return false;
    for (int y = 1; y < f->ch - 1; y++)
        if (k->mask.row[y] & sides)
            return false;
    return k->count * 2 > (f->cw - 2) * (f->ch - 2);
}

/* The ink may be the first pixel's colour or the other. Both fit only if two
 * characters look like each other's negative: then it is neither. */
static uint32_t match(const struct rpa_font *f, struct ink *k, unsigned *flags)
{
    unsigned af = 0, bf = 0;
    uint32_t a = rpa_font_match(f, &k->mask, &af);
    struct rpa_mask neg;
    for (int y = 0; y < f->ch; y++)
        neg.row[y] = ~k->mask.row[y] & ((1ull << f->cw) - 1);
    uint32_t b = rpa_font_match(f, &neg, &bf);
    if (a && b)
        return 0;
    if (b) {
        uint32_t t = k->first;
        k->first = k->other;
        k->other = t;
    }
    uint32_t cp = a ? a : b;
    if (cp == RPA_GLYPH_TWINS)
        return 0;
    *flags |= b ? bf : af;
    return cp;
}

void rpa_decode_cell(const struct rpa_font *f, const uint32_t *px, int stride,
                     struct rpa_cell *ret)
{
    struct ink k;
    ink_of(f, px, stride, &k);
    ret->flags = 0;
    ret->cp = ' ';
    if (k.count)
        ret->cp = k.many ? 0 : match(f, &k, &ret->flags);
    if (!ret->cp && hollow(f, &k))
        ret->flags = RPA_CELL_CURSOR;
    ret->bg = k.first;
    ret->fg = k.other;
}
