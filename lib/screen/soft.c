/* Antialiased glyphs: one cell against what each glyph would draw there.
 *
 * A pixel is its background with the ink laid over it, by the coverage learned
 * for each glyph, pixel and channel: the same sum the server did, so that the
 * right glyph is met to the rounding, whatever the two colours. What another
 * character would come near to is neither. */
#include "eyes.h"

#include <stdlib.h>
#include <string.h>

enum {
    RGB = 0xffffff,
    CONTRAST = 24, /* levels between ink and paper, or it is not read */
    EXACT = 2,     /* levels of rounding: of the peak, and of one or two sums */
    NEIGHBOURS_MAX = 64, /* glyphs that a neighbour is tried as */
};

/* A neighbour that inks this cell. */
struct over {
    const struct rpa_soft_glyph *glyph;
    int ink[3]; /* above the paper, in levels */
};

struct job {
    const struct rpa_font *font;
    const uint32_t *px;
    int stride;
    uint32_t paper;
    const struct over *left, *right; /* NULL: none */
    bool added; /* drawn together with those: coverages add up */
    int from, to; /* columns that count */
};

static int level(uint32_t px, int c)
{
    return px >> (c * 8) & 255;
}

static int above(const struct job *j, int x, int y, int c)
{
    return level(j->px[y * j->stride + x], c) - level(j->paper, c);
}

/* Coverage of one pixel; @x from -RPA_SOFT_UNDER (in the cell to the
 * left) to cw - 1 + RPA_SOFT_OVER. */
static int coverage(const struct rpa_font *f, const struct rpa_soft_glyph *g,
                    int x, int y, int c)
{
    const struct rpa_soft *s = f->soft;
    size_t at = (size_t)(y * RPA_SOFT_WIDTH(f->cw) + x + RPA_SOFT_UNDER) *
                (size_t)s->channels;
    return g->a[at + (s->channels > 1 ? (size_t)c : 0)];
}

/* levels times 256 */
static int lay(int on, int ink, int cover)
{
    return on + (ink - on) * cover / 255;
}

/* what the pixel would be above the paper, were @g here with @ink (x256) */
static int expected(const struct job *j, const struct rpa_soft_glyph *g,
                    int ink, int x, int y, int c)
{
    const struct rpa_font *f = j->font;
    int from_left = 0, from_right = 0, own = g ? coverage(f, g, x, y, c) : 0;
    if (j->left && x < RPA_SOFT_OVER)
        from_left = coverage(f, j->left->glyph, f->cw + x, y, c);
    if (j->right && x >= f->cw - RPA_SOFT_UNDER)
        from_right = coverage(f, j->right->glyph, x - f->cw, y, c);
    if (j->added) {
        int all = from_left + own + from_right;
        return lay(0, ink, all < 255 ? all : 255);
    }
    int v = from_left ? lay(0, j->left->ink[c] * 256, from_left) : 0;
    v = lay(v, ink, own);
    return from_right ? lay(v, j->right->ink[c] * 256, from_right) : v;
}

/* Can it have been drawn in one go with its neighbours? */
static bool same_ink(const struct job *j, const int ink[3])
{
    for (int c = 0; c < 3; c++)
        if ((j->left && abs(j->left->ink[c] * 256 - ink[c]) > EXACT * 256) ||
            (j->right && abs(j->right->ink[c] * 256 - ink[c]) > EXACT * 256))
            return false;
    return true;
}

/* Row by row from the middle, where glyphs differ most. */
static bool fits_channel(const struct job *j, const struct rpa_soft_glyph *g,
                         int ink, int c, int slack)
{
    int ch = j->font->ch;
    for (int i = 0; i < ch; i++) {
        int y = (ch / 2 + i) % ch;
        for (int x = j->from; x < j->to; x++) {
            int off = above(j, x, y, c) * 256 - expected(j, g, ink, x, y, c);
            if (abs(off) > slack * 256)
                return false;
        }
    }
    return true;
}

/* The ink's colour follows from the pixel the glyph covers most. false: no
 * such colour, or one too near to the paper's. */
static bool ink_of(const struct job *j, const struct rpa_soft_glyph *g,
                   int ink[3], int *ret_best)
{
    *ret_best = 0;
    for (int c = 0; c < 3; c++) {
        const struct rpa_peak *p = &g->peak[j->font->soft->channels > 1 ? c : 0];
        ink[c] = above(j, p->x, p->y, c) * 256 * 255 / p->cover;
        int full = level(j->paper, c) * 256 + ink[c];
        if (full < -512 || full > 257 * 256)
            return false;
        if (abs(ink[c]) > abs(ink[*ret_best]))
            *ret_best = c;
    }
    return abs(ink[*ret_best]) >= CONTRAST * 256;
}

static int near_by(int ink)
{
    return EXACT + abs(ink) / 256 / 12;
}

/* What was found for one cell. */
struct found {
    const struct rpa_soft_glyph *glyph; /* exact */
    uint32_t cp;     /* of those that come near: 0 none yet */
    bool several;    /* with different characters */
    int ink[3];      /* x256 */
};

static void note(struct found *f, uint32_t cp)
{
    f->several |= !cp || (f->cp && f->cp != cp);
    f->cp = cp;
}

static bool fits_all(const struct job *j, const struct rpa_soft_glyph *g,
                     const int ink[3])
{
    for (int c = 0; c < 3; c++)
        if (!fits_channel(j, g, ink[c], c, EXACT))
            return false;
    return true;
}

static void look_once(const struct job *j, struct found *f)
{
    const struct rpa_soft *s = j->font->soft;
    struct job whole = *j;
    whole.from = 0;
    for (size_t i = 0; i < s->n && !f->several; i++) {
        const struct rpa_soft_glyph *g = &s->glyphs[i];
        int ink[3], c;
        if (!ink_of(j, g, ink, &c) || (j->added && !same_ink(j, ink)) ||
            !fits_channel(j, g, ink[c], c, near_by(ink[c])))
            continue;
        note(f, g->cp);
        if (!f->glyph && fits_all(&whole, g, ink)) { /* plain ones first */
            f->glyph = g;
            memcpy(f->ink, ink, sizeof ink);
        }
    }
}

/* A terminal draws a run of text at once: the server adds up the coverages of
 * its glyphs, then lays the ink. Runs are laid one over the other. */
static void look(const struct job *j, struct found *f)
{
    struct job run = *j;
    look_once(j, f);
    run.added = true;
    if (j->left || j->right)
        look_once(&run, f);
}

/* nothing but what neighbours let over */
static bool blank(const struct job *j)
{
    struct job whole = *j;
    whole.from = 0;
    return fits_all(&whole, NULL, (int[3]){ 0 });
}

/* The two colours that most pixels have, and how many have the second. */
static int commonest(const struct rpa_font *f, const uint32_t *px, int stride,
                     uint32_t paper[2])
{
    uint32_t seen[32];
    int count[33] = { 0 }, n = 0, first = 0, second = 32;
    for (int y = 0; y < f->ch; y++)
        for (int x = 0; x < f->cw; x++) {
            uint32_t p = px[y * stride + x] & RGB;
            int k = 0;
            while (k < n && seen[k] != p)
                k++;
            if (k == n && n < 32)
                seen[n++] = p;
            count[k]++; /* too many colours: not counted */
        }
    for (int k = 1; k < n; k++)
        if (count[k] > count[first])
            first = k;
    count[32] = 0;
    for (int k = 0; k < n; k++)
        if (k != first && count[k] > count[second])
            second = k;
    paper[0] = seen[first];
    paper[1] = second < 32 ? seen[second] : 0;
    return count[second];
}

static uint32_t colour(uint32_t paper, const int ink[3])
{
    uint32_t out = 0;
    for (int c = 0; c < 3; c++) {
        int v = level(paper, c) + (ink[c] + (ink[c] < 0 ? -128 : 128)) / 256;
        out |= (uint32_t)(v < 0 ? 0 : v > 255 ? 255 : v) << (c * 8);
    }
    return out;
}

/* With and without what the left neighbour lets over: it has been wiped off if
 * this cell was drawn later. */
static void look_beside(struct job *j, const struct rpa_spill *spill,
                        struct found *f, bool *ret_blank)
{
    const struct rpa_soft *s = j->font->soft;
    struct over left = { .glyph = spill->soft };
    bool inks = spill->soft && spill->soft->over && spill->paper == j->paper;
    for (int c = 0; c < 3; c++)
        left.ink[c] = level(spill->ink, c) - level(spill->paper, c);
    j->from = spill->unread ? s->over : 0;
    *ret_blank = blank(j);
    if (!*ret_blank)
        look(j, f);
    if (!inks)
        return;
    j->left = &left;
    j->from = 0;
    if (blank(j))
        *ret_blank = true;
    else
        look(j, f);
    j->left = NULL;
}

/* The right neighbour inks this cell: with each glyph it may be by the columns
 * that are its own alone. All of them must lead to the same character. */
static void look_right(struct job *j, const struct rpa_spill *spill,
                       struct found *f, bool *ret_blank)
{
    const struct rpa_soft *s = j->font->soft;
    struct job r = *j;
    int tried = 0;
    r.px += j->font->cw;
    r.from = s->over;
    r.to = j->font->cw - s->under;
    for (size_t i = 0; i < s->n && !f->several; i++) {
        const struct rpa_soft_glyph *g = &s->glyphs[i];
        struct over right = { .glyph = g };
        int ink[3], c;
        bool blank_too = false;
        if (!g->under || !ink_of(&r, g, ink, &c) ||
            !fits_channel(&r, g, ink[c], c, near_by(ink[c])))
            continue;
        for (c = 0; c < 3; c++)
            right.ink[c] = ink[c] / 256;
        j->right = &right;
        look_beside(j, spill, f, &blank_too);
        *ret_blank |= blank_too;
        f->several |= ++tried == NEIGHBOURS_MAX;
    }
    j->right = NULL;
}

/* Read the cell as ink on j->paper. *@ret_glyph stays NULL for a blank. */
static bool read_on(struct job *j, struct rpa_spill *spill,
                    struct rpa_cell *ret,
                    const struct rpa_soft_glyph **ret_glyph)
{
    struct found f = { 0 };
    bool empty = false;
    look_beside(j, spill, &f, &empty);
    if (!empty && !f.glyph && j->font->soft->under && !spill->last) {
        look_right(j, spill, &f, &empty);
        spill->looked = true;
    }
    if (empty == (f.cp != 0) || f.several || (f.cp && !f.glyph))
        return false;
    *ret = (struct rpa_cell){ .cp = ' ', .fg = j->paper, .bg = j->paper };
    if (empty)
        return true;
    *ret_glyph = f.glyph;
    ret->cp = f.cp;
    ret->flags = f.glyph->flags;
    ret->fg = colour(j->paper, f.ink);
    return true;
}

/* Either colour may be the paper's. Both only if two characters look like each
 * other's negative: then it is neither. */
void rpa_soft_cell(const struct rpa_font *f, const uint32_t *px, int stride,
                   struct rpa_spill *spill, struct rpa_cell *ret)
{
    uint32_t paper[2];
    const struct rpa_soft_glyph *glyph[2] = { NULL };
    struct rpa_cell cell[2] = { 0 };
    bool read[2] = { false };
    bool two = commonest(f, px, stride, paper) * 8 > f->cw * f->ch;
    for (int i = 0; i < 1 + two; i++) {
        struct job j = { .font = f, .px = px, .stride = stride,
                         .paper = paper[i], .to = f->cw };
        read[i] = read_on(&j, spill, &cell[i], &glyph[i]);
    }
    int i = read[0] ? 0 : 1;
    bool sure = read[i] && !(read[0] && read[1] && cell[0].cp != cell[1].cp);
    *ret = sure ? cell[i] : (struct rpa_cell){ .bg = px[0] & RGB };
    *spill = (struct rpa_spill){ .unread = !sure, .looked = spill->looked,
                                 .paper = ret->bg, .ink = ret->fg,
                                 .soft = sure ? glyph[i] : NULL };
}
