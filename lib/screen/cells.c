/* Rows of cells. Most cells were seen before, pixel for pixel: then the answer
 * is looked up, and only a new one is compared with the font. */
#include "eyes.h"

#include <stdlib.h>
#include <string.h>

enum { RGB = 0xffffff, BYTES = 1 << 20, SLOTS_MIN_BITS = 8 };

/* four pixels at once; the compiler has the machine's own instructions */
typedef uint32_t four __attribute__((vector_size(16)));

/* One cell as it was seen: its pixels are at slot * cw * ch of px. */
struct slot {
    bool used;
    struct rpa_cell cell;
    struct rpa_spill spill; /* its own, into the next cell */
};

struct rpa_cells {
    const struct rpa_font *font;
    size_t n;  /* slots, a power of two */
    int shift; /* of a 32-bit hash to that many */
    struct slot *slots;
    uint32_t *px;
    struct rpa_cells *wide; /* of font->wide, or NULL */
};

int rpa_cells_new(const struct rpa_font *font, struct rpa_cells **ret,
                  struct rpa_err *err)
{
    size_t each = (size_t)(font->cw * font->ch) * sizeof(uint32_t);
    struct rpa_cells *c = calloc(1, sizeof *c);
    if (!c)
        return rpa_fail(err, RPA_ENOMEM, "no memory for cells");
    c->font = font;
    c->shift = 32 - SLOTS_MIN_BITS;
    for (c->n = 1 << SLOTS_MIN_BITS; c->n * each < BYTES; c->n *= 2)
        c->shift--;
    c->slots = calloc(c->n, sizeof *c->slots);
    c->px = malloc(c->n * each);
    if (!c->slots || !c->px ||
        (font->wide && rpa_cells_new(font->wide, &c->wide, NULL) < 0)) {
        rpa_cells_free(c);
        return rpa_fail(err, RPA_ENOMEM, "no memory for cells");
    }
    *ret = c;
    return 0;
}

void rpa_cells_free(struct rpa_cells *c)
{
    if (!c)
        return;
    rpa_cells_free(c->wide);
    free(c->slots);
    free(c->px);
    free(c);
}

static four load(const uint32_t *px)
{
    four v;
    memcpy(&v, px, sizeof v);
    return v;
}

/* A row of a cell is read in fours; the last four end with the cell, which is
 * at least that wide, and may overlap those before. The top byte of a pixel is
 * noise; sums carry it nowhere else, so it is masked once, at the end. */
static uint32_t hash(const uint32_t *px, int stride, int cw, int ch)
{
    four h = { 1, 2, 3, 4 }, last = h;
    for (int y = 0; y < ch; y++, px += stride) {
        for (int x = 0; x < cw - 4; x += 4)
            h = h * 33 + load(px + x);
        last = last * 33 + load(px + cw - 4);
    }
    h = (h * 5 ^ last) & RGB;
    uint32_t all = (h[0] ^ h[1] * 0x85ebca6b) + (h[2] * 0xc2b2ae35 ^ h[3]);
    return all * 0x9e3779b1;
}

/* are these the pixels of @was? */
static bool same(const uint32_t *was, const uint32_t *px, int stride, int cw,
                 int ch)
{
    four diff = { 0 };
    for (int y = 0; y < ch; y++, px += stride, was += cw) {
        for (int x = 0; x < cw - 4; x += 4)
            diff |= load(px + x) ^ load(was + x);
        diff |= load(px + cw - 4) ^ load(was + cw - 4);
    }
    return !((diff[0] | diff[1] | diff[2] | diff[3]) & RGB);
}

static void keep(uint32_t *to, const uint32_t *px, int stride, int cw, int ch)
{
    for (int y = 0; y < ch; y++, px += stride, to += cw)
        memcpy(to, px, (size_t)cw * sizeof *to);
}

/* does what @spill says of the left neighbour matter here? */
static bool depends(const struct rpa_font *f, const struct rpa_spill *spill)
{
    return spill->rows || (spill->soft && spill->soft->over) ||
           (spill->unread && (f->soft ? f->soft->over > 0 : f->spills));
}

/* What a cell means depends on its neighbours only where they ink into it or
 * could not be read: such a cell is decoded each time. */
static void cell_of(struct rpa_cells *c, const uint32_t *px, int stride,
                    struct rpa_spill *spill, struct rpa_cell *ret)
{
    int cw = c->font->cw, ch = c->font->ch;
    if (depends(c->font, spill)) {
        rpa_decode_cell(c->font, px, stride, spill, ret);
        return;
    }
    size_t i = hash(px, stride, cw, ch) >> c->shift;
    struct slot *s = &c->slots[i];
    uint32_t *was = c->px + i * (size_t)(cw * ch);
    if (!s->used || !same(was, px, stride, cw, ch)) {
        keep(was, px, stride, cw, ch);
        rpa_decode_cell(c->font, px, stride, spill, &s->cell);
        s->spill = *spill;
        /* unread ones too might be told by another neighbour */
        s->used = !spill->looked && !(c->font->soft && spill->unread);
    }
    *ret = s->cell;
    *spill = s->spill;
}

/* Each pair of cells as one character of two, and which way it is. */
static void read_wide(struct rpa_cells *c, const uint32_t *px, int stride,
                      int n, struct rpa_cell *ret)
{
    struct rpa_cell two[RPA_ROW_MAX] = { 0 };
    for (int i = 0; i + 1 < n; i++) {
        struct rpa_spill spill = { 0 };
        cell_of(c->wide, px + i * c->font->cw, stride, &spill, &two[i]);
        bool outline = !two[i].cp && two[i].flags & RPA_CELL_CURSOR &&
                       !ret[i].cp && !ret[i + 1].cp;
        if (outline)
            ret[i].flags |= RPA_CELL_CURSOR;
        if (two[i].cp == ' ')
            two[i].cp = 0; /* two blanks */
        two[i].flags |= RPA_CELL_WIDE;
        if (two[i].cp && i + 2 < n && !ret[i + 2].cp) /* its neighbour is known */
            cell_of(c, px + (i + 2) * c->font->cw, stride, &spill, &ret[i + 2]);
    }
    rpa_wide_settle(ret, two, n);
}

void rpa_cells_row(struct rpa_cells *c, const uint32_t *px, int stride, int n,
                   struct rpa_cell *ret)
{
    struct rpa_spill spill = { 0 };
    for (int i = 0; i < n; i++) {
        spill.last = i == n - 1;
        spill.looked = false;
        cell_of(c, px + i * c->font->cw, stride, &spill, &ret[i]);
    }
    if (c->wide && n <= RPA_ROW_MAX)
        read_wide(c, px, stride, n, ret);
    for (int i = 0; i < n; i++)
        ret[i].look = ret[i].cp ? 0
                                : hash(px + i * c->font->cw, stride,
                                       c->font->cw, c->font->ch) | 1;
}
