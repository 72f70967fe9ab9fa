#include "eyes.h"

#include <string.h>

enum { RGB = 0xffffff };

/* A cell as ink on the colour of its first pixel. */
struct ink {
    struct rpa_mask mask;
    uint32_t first, other;
    bool many; /* more than two colours */
    bool any;  /* an inked pixel */
};

static void ink_of(const struct rpa_font *f, const uint32_t *px, int stride,
                   struct ink *k)
{
    uint32_t first = px[0] & RGB, other = first;
    k->any = k->many = false;
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
        k->any |= row != 0;
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
    int count = 0;
    for (int y = 1; y < f->ch - 1; y++) {
        if (k->mask.row[y] & sides)
            return false;
        count += __builtin_popcountll(k->mask.row[y]);
    }
    return count * 2 > (f->cw - 2) * (f->ch - 2);
}

/* The ink may be the first pixel's colour or the other. Both fit only if two
 * characters look like each other's negative: then it is neither. */
static const struct rpa_glyph *match(const struct rpa_font *f, struct ink *k)
{
    struct rpa_mask neg;
    for (int y = 0; y < f->ch; y++)
        neg.row[y] = ~k->mask.row[y] & ((1ull << f->cw) - 1);
    const struct rpa_glyph *a = rpa_font_match(f, &k->mask);
    const struct rpa_glyph *b = rpa_font_match(f, &neg);
    if (a && b)
        return NULL;
    if (b) {
        uint32_t t = k->first;
        k->first = k->other;
        k->other = t;
    }
    return a ? a : b;
}

/* Is @m this glyph, with or without what the left cell lets over? (Without,
 * when this cell was drawn later.) */
static bool fits(const struct rpa_font *f, const struct rpa_mask *glyph,
                 const struct rpa_mask *m, uint64_t spill)
{
    bool with = true, without = true;
    for (int y = 0; y < f->ch && (with || without); y++) {
        with &= (glyph->row[y] | (spill >> y & 1)) == m->row[y];
        without &= glyph->row[y] == m->row[y];
    }
    return with || without;
}

/* The one character that fits a cell its left neighbour inks into; cp 0 if
 * there is none, or more than one. Does any fit? */
static bool match_spilled(const struct rpa_font *f, const struct ink *k,
                          uint64_t spill, struct rpa_cell *ret,
                          uint64_t *ret_spill)
{
    static const struct rpa_mask none;
    bool found = fits(f, &none, &k->mask, spill);
    ret->cp = found ? ' ' : 0;
    for (size_t i = 0; i < f->nglyphs; i++) {
        const struct rpa_glyph *g = &f->glyphs[i];
        if (!fits(f, &g->ink, &k->mask, spill))
            continue;
        ret->cp = !found || ret->cp == g->cp ? g->cp : 0;
        ret->flags = g->flags;
        *ret_spill = g->spill;
        found = true;
    }
    return found;
}

/* After an unreadable cell: could another character with something let over
 * from there look like this one? */
static bool doubtful(const struct rpa_font *f, const struct ink *k,
                     const struct rpa_glyph *as)
{
    for (size_t i = 0; f->spills && i < f->nglyphs; i++) {
        const struct rpa_glyph *g = &f->glyphs[i];
        bool could = g->cp != as->cp;
        for (int y = 0; could && y < f->ch; y++)
            could = (g->ink.row[y] | (k->mask.row[y] & 1)) == k->mask.row[y];
        if (could)
            return true;
    }
    return false;
}

void rpa_decode_cell(const struct rpa_font *f, const uint32_t *px, int stride,
                     struct rpa_spill *spill, struct rpa_cell *ret)
{
    struct ink k;
    uint64_t own = 0;
    bool twin = false;
    if (f->soft) {
        rpa_soft_cell(f, px, stride, spill, ret);
        if (ret->cp)
            return;
        ink_of(f, px, stride, &k);
        ret->flags = hollow(f, &k) ? RPA_CELL_CURSOR : 0;
        return;
    }
    ink_of(f, px, stride, &k);
    *ret = (struct rpa_cell){ .cp = k.any ? 0 : ' ' };
    if (k.any && spill->rows && k.first == spill->paper) {
        twin = !k.many && match_spilled(f, &k, spill->rows, ret, &own) && !ret->cp;
    } else if (k.any && !k.many) {
        const struct rpa_glyph *g = match(f, &k);
        if (g && !(spill->unread && doubtful(f, &k, g))) {
            ret->cp = g->cp;
            ret->flags = g->flags;
            own = g->spill;
        }
        twin = g && !ret->cp;
    }
    if (!ret->cp)
        ret->flags = hollow(f, &k) ? RPA_CELL_CURSOR : 0;
    ret->bg = k.first;
    ret->fg = k.other;
    *spill = (struct rpa_spill){ .unread = !ret->cp, .twin = twin,
                                 .rows = own, .paper = ret->bg };
}
