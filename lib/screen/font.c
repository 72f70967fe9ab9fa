#include "eyes.h"
#include "xfont.h"

#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table ---- */

static uint64_t ink_hash(const struct rpa_font *f, const struct rpa_mask *m)
{
    uint64_t h = 14695981039346656037u;
    for (int y = 0; y < f->ch; y++)
        h = (h ^ m->row[y]) * 1099511628211u ^ h >> 29;
    return h ^ h >> 32;
}

static bool ink_same(const struct rpa_font *f, const struct rpa_mask *a,
                     const struct rpa_mask *b)
{
    return !memcmp(a->row, b->row, (size_t)f->ch * sizeof a->row[0]);
}

/* the slot that holds @m, or the empty one where it belongs */
static uint32_t *slot(const struct rpa_font *f, const struct rpa_mask *m)
{
    size_t i = ink_hash(f, m) & (f->nindex - 1);
    while (f->index[i] && !ink_same(f, &f->glyphs[f->index[i] - 1].ink, m))
        i = (i + 1) & (f->nindex - 1);
    return &f->index[i];
}

static int grow(struct rpa_font *f)
{
    size_t cap = f->cap ? f->cap * 2 : 512, n = cap * 2;
    struct rpa_glyph *glyphs = realloc(f->glyphs, cap * sizeof *glyphs);
    if (!glyphs)
        return -1;
    f->glyphs = glyphs;
    f->cap = cap;
    uint32_t *index = calloc(n, sizeof *index);
    if (!index)
        return -1;
    free(f->index);
    f->index = index;
    f->nindex = n;
    for (size_t i = 0; i < f->nglyphs; i++)
        *slot(f, &f->glyphs[i].ink) = (uint32_t)i + 1;
    return 0;
}

static void note_twins(struct rpa_font *f, uint32_t a, uint32_t b,
                       unsigned flags)
{
    if (f->ntwins == RPA_TWINS_MAX || flags & RPA_CELL_UNDERLINE)
        return;
    f->twin[f->ntwins].a = a;
    f->twin[f->ntwins].b = b;
    f->twin[f->ntwins++].bold = flags & RPA_CELL_BOLD;
}

static int add(struct rpa_font *f, uint32_t cp, unsigned flags, uint64_t spill,
               const struct rpa_mask *m)
{
    if (f->nglyphs == f->cap && grow(f) < 0)
        return -1;
    uint32_t *at = slot(f, m);
    if (*at) {
        struct rpa_glyph *g = &f->glyphs[*at - 1];
        if (*at <= f->text && g->cp != cp)
            return 0;
        if (g->cp && g->cp != cp)
            note_twins(f, g->cp, cp, flags | g->flags);
        g->cp = g->cp == cp ? cp : 0; /* several: nobody's */
        g->flags &= flags;
        g->spill |= spill;
        return 0;
    }
    f->glyphs[f->nglyphs++] = (struct rpa_glyph){ cp, flags, spill, *m };
    *at = (uint32_t)f->nglyphs;
    return 0;
}

const struct rpa_glyph *rpa_font_match(const struct rpa_font *f,
                                       const struct rpa_mask *m)
{
    uint32_t i = *slot(f, m);
    return i ? &f->glyphs[i - 1] : NULL;
}

/* ---- learning ---- */

enum {
    PER_ROW = 32,
    GAP = 2, /* glyphs apart, so that none inks another */
    LESSON = 4096,
};

/* One X font being learned into @f. */
struct lesson {
    struct rpa_display *d;
    XFontStruct *x;
    struct rpa_font *f;
    bool twice; /* is bold drawn again, one pixel to the right? */
    bool once; /* but for a line that looks the same then: it would seem to ink
                  the next cell, where a hyphen could then be meant */
    bool bold, wide, slanted, lines;
    uint32_t code[LESSON], cp[LESSON];
    int n;
};

/* false: not an encoding we know */
static bool choose(struct lesson *l, const uint32_t *rep, size_t n)
{
    l->n = 0;
    uint32_t map[RPA_CODES_MAX];
    bool wide = false, known = false;
    char *reg = rpa_xfont_prop(l->d, l->x, "CHARSET_REGISTRY");
    char *enc = rpa_xfont_prop(l->d, l->x, "CHARSET_ENCODING");
    if (reg && enc)
        known = rpa_codes_of(reg, enc, map, &wide);
    XFree(reg);
    XFree(enc);
    for (size_t i = 0; known && i < (wide ? n : RPA_CODES_MAX); i++) {
        uint32_t code = wide ? rep[i] : (uint32_t)i;
        uint32_t cp = wide ? rep[i] : map[i];
        bool asked = wide || i < RPA_CODES_TEXT ? rpa_usual_has(rep, n, cp)
                                                : l->f->text > 0;
        if (cp && code <= 0xffff && rpa_wide_is(cp) == l->wide && asked &&
            rpa_xfont_has(l->x, code)) {
            l->code[l->n] = code;
            /* a soft hyphen that is shown is a hyphen, however it is drawn */
            l->cp[l->n++] = cp == 0xad ? '-' : cp;
        }
    }
    return known;
}

static XImage *draw(struct lesson *l, int step_x, int step_y)
{
    Display *x = l->d->xlib;
    unsigned w = (unsigned)(PER_ROW * step_x);
    unsigned h = (unsigned)((l->n + PER_ROW - 1) / PER_ROW * step_y);
    Pixmap p = XCreatePixmap(x, DefaultRootWindow(x), w, h, 1);
    GC gc = XCreateGC(x, p, 0, NULL);
    XSetFont(x, gc, l->x->fid);
    XSetForeground(x, gc, 0);
    XFillRectangle(x, p, gc, 0, 0, w, h);
    XSetForeground(x, gc, 1);
    for (int i = 0; i < l->n; i++) {
        XChar2b c = { (unsigned char)(l->code[i] >> 8),
                      (unsigned char)(l->code[i] & 255) };
        XDrawString16(x, p, gc, i % PER_ROW * step_x + GAP,
                      i / PER_ROW * step_y + GAP + l->x->ascent, &c, 1);
    }
    XImage *img = XGetImage(x, p, 0, 0, w, h, 1, ZPixmap);
    XFreeGC(x, gc);
    XFreePixmap(x, p);
    return img;
}

static uint64_t full_row(const struct rpa_font *f)
{
    return (1ull << f->cw) - 1;
}

/* one full row at or below the base line */
static int learn_underlined(struct lesson *l, uint32_t cp, unsigned flags,
                            uint64_t spill, const struct rpa_mask *m)
{
    int r = 0;
    for (int y = l->f->ascent; r == 0 && y < l->f->ch; y++) {
        struct rpa_mask u = *m;
        u.row[y] = full_row(l->f);
        r = add(l->f, cp, flags | RPA_CELL_UNDERLINE, spill, &u);
    }
    return r;
}

/* Blank ink is a space and needs no table; a character whose glyph is empty, or
 * full as a blank of the other colour is, cannot be told from it and reads as
 * one. */
static int learn_mask(struct lesson *l, uint32_t cp, unsigned flags,
                      uint64_t spill, const struct rpa_mask *m)
{
    struct rpa_font *f = l->f;
    bool ink = false, full = true;
    f->spills |= spill != 0;
    for (int y = 0; y < f->ch; y++) {
        ink |= m->row[y] != 0;
        full &= m->row[y] == full_row(f);
    }
    if ((!ink || full) && cp != ' ')
        return 0;
    if (ink && add(f, cp, flags, spill, m) < 0)
        return -1;
    if (!l->lines)
        return 0;
    /* A line that is struck out is another line, and in 9x18 a hyphen and a
     * blank are the line itself: as which they are read. */
    if (cp == ' ' || cp >= 0x2500 || (cp == '-' && !l->slanted))
        return learn_underlined(l, cp, flags, spill, m);
    struct rpa_mask struck = *m; /* where xterm does so */
    struck.row[f->ascent - 3 * f->ascent / 8] = full_row(f);
    return learn_underlined(l, cp, flags, spill, m) < 0 ||
                   add(f, cp, flags, spill, &struck) < 0
               ? -1
               : learn_underlined(l, cp, flags, spill, &struck);
}

/* Bold without a bold font: drawn again one pixel to the right. */
static int learn_twice(struct lesson *l, uint32_t cp, const struct rpa_mask *m)
{
    const struct rpa_font *f = l->f;
    struct rpa_mask twice = { 0 };
    uint64_t spill = 0;
    for (int y = 0; y < f->ch; y++) {
        uint64_t row = m->row[y] | m->row[y] << 1;
        twice.row[y] = row & full_row(f);
        spill |= (row >> f->cw & 1) << y;
    }
    if (l->once && cp >= 0x2500 && ink_same(f, m, &twice))
        return 0;
    return learn_mask(l, cp, RPA_CELL_BOLD, spill, &twice);
}

static int learn(struct lesson *l)
{
    struct rpa_font *f = l->f;
    struct rpa_mask blank = { 0 };
    int step_x = f->cw + 2 * GAP, step_y = f->ch + 2 * GAP;
    unsigned flags = l->bold ? RPA_CELL_BOLD : 0;
    bool first = !l->bold && !l->wide;
    int r = first ? learn_mask(l, ' ', 0, 0, &blank) : 0;
    XImage *img = l->n ? draw(l, step_x, step_y) : NULL;
    for (int i = 0; img && r == 0 && i < l->n; i++) {
        struct rpa_mask m = { 0 };
        uint64_t spill = 0;
        int x0 = i % PER_ROW * step_x + GAP, y0 = i / PER_ROW * step_y + GAP;
        for (int y = 0; y < f->ch; y++) {
            for (int x = 0; x < f->cw; x++)
                if (XGetPixel(img, x0 + x, y0 + y))
                    m.row[y] |= 1ull << x;
            spill |= (uint64_t)XGetPixel(img, x0 + f->cw, y0 + y) << y;
        }
        r = learn_mask(l, l->cp[i], flags, spill, &m);
        if (r == 0 && l->twice)
            r = learn_twice(l, l->cp[i], &m);
    }
    if (img)
        XDestroyImage(img);
    return r;
}

/* ---- the bold and the slanted sibling ---- */

static bool same_cell(const struct rpa_font *f, const XFontStruct *x)
{
    return x->max_bounds.width == f->cw && x->min_bounds.width == f->cw &&
           x->ascent + x->descent == f->ch;
}

/* NULL: there is none of the same cells */
static XFontStruct *load_sibling(const struct lesson *l, XFontStruct *x,
                                 int field, const char *value)
{
    XFontStruct *found =
        rpa_xfont_sibling(l->d, x, l->f->name, field, value);
    if (!found || (found->ascent == x->ascent && same_cell(l->f, found)))
        return found;
    XFreeFont(l->d->xlib, found);
    return NULL;
}

/* what of @rep one X font has, so many at a time as there is room for */
static int learn_font(struct lesson *l, XFontStruct *x, bool bold,
                      const uint32_t *rep, size_t n, struct rpa_err *err)
{
    int r = 0;
    size_t at = 0;
    l->x = x;
    l->bold = bold;
    do {
        if (!choose(l, rep + at, n - at < LESSON ? n - at : LESSON))
            return rpa_fail(err, RPA_EENV,
                            "the encoding of font '%s' is not known",
                            l->f->name);
        r = learn(l);
        at += LESSON;
    } while (r == 0 && at < n);
    return r < 0 ? rpa_fail(err, RPA_ENOMEM, "no memory for a font") : 0;
}

/* Has @bold all that @x has of @rep? Fonts of Unicode, that is; of the others
 * a bold one has what the plain one has. */
static bool has_all(const XFontStruct *bold, const XFontStruct *x,
                    const uint32_t *rep, size_t n)
{
    for (size_t i = 0; i < n && x->max_byte1; i++)
        if (rep[i] <= 0xffff && rpa_xfont_has(x, rep[i]) && !rpa_xfont_has(bold, rep[i]))
            return false;
    return true;
}

/* Text drawn twice looks like lines: a bold hyphen of 6x13 is a whole line. So
 * it is only thought of where a terminal does so: without a bold sibling; with
 * one that lacks a character, since then all the text it is drawn with is drawn
 * twice; and with the fonts of 3270 terminals, which are always drawn so. */
static int learn_all(struct lesson *l, XFontStruct *x, const uint32_t *rep,
                     size_t n, struct rpa_err *err)
{
    XFontStruct *bold = load_sibling(l, x, 3, "bold");
    XFontStruct *slanted = load_sibling(l, x, 4, "o");
    bool is_3270 = rpa_xfont_is_3270(l->d, x);
    l->twice = !bold || !has_all(bold, x, rep, n) || is_3270;
    l->once = bold || is_3270;
    int r = learn_font(l, x, false, rep, n, err);
    l->twice = slanted != NULL; /* bold and slanted: no font is both */
    l->slanted = true;
    if (r == 0 && slanted)
        r = learn_font(l, slanted, false, rep, n, err);
    l->slanted = l->twice = false;
    if (r == 0 && bold)
        r = learn_font(l, bold, true, rep, n, err);
    if (bold)
        XFreeFont(l->d->xlib, bold);
    if (slanted)
        XFreeFont(l->d->xlib, slanted);
    return r;
}

static int new_font(const char *name, int cw, int ch, int ascent,
                    struct rpa_font **ret, struct rpa_err *err)
{
    struct rpa_font *f = calloc(1, sizeof *f);
    if (!f)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a font");
    snprintf(f->name, sizeof f->name, "%s", name);
    f->cw = cw;
    f->ch = ch;
    f->ascent = ascent;
    *ret = f;
    return 0;
}

/* Characters of two cells: xterm draws them with a font whose name differs in
 * the average width, and perhaps in set width and style. There may be several
 * such: whatever one of them draws. */
struct siblings {
    XFontStruct *x[8];
    int n;
};

static void find_siblings(struct lesson *l, XFontStruct *x, struct siblings *s)
{
    char pattern[256];
    int found = 0, max = sizeof s->x / sizeof *s->x;
    char *full = rpa_xfont_prop(l->d, x, "FONT");
    char **names = full && rpa_wide_name(full, pattern, sizeof pattern)
                       ? XListFonts(l->d->xlib, pattern, max, &found)
                       : NULL;
    XFree(full);
    for (int i = 0; i < found; i++) {
        s->x[s->n] = XLoadQueryFont(l->d->xlib, names[i]);
        s->n += s->x[s->n] != NULL;
    }
    XFreeFontNames(names);
}

static int learn_wide(struct lesson *l, const struct siblings *s,
                      const uint32_t *rep, size_t n, struct rpa_err *err)
{
    struct rpa_font *narrow = l->f;
    int r = new_font(narrow->name, narrow->cw * 2, narrow->ch, narrow->ascent,
                     &narrow->wide, err);
    l->wide = true;
    l->f = narrow->wide;
    for (int i = 0; r == 0 && i < s->n; i++)
        if (same_cell(l->f, s->x[i]))
            r = learn_font(l, s->x[i], false, rep, n, err);
    l->f = narrow;
    if (narrow->wide && !narrow->wide->nglyphs) {
        rpa_font_free(narrow->wide);
        narrow->wide = NULL;
    }
    return r;
}

static bool any_wide(const uint32_t *rep, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rpa_wide_is(rep[i]))
            return true;
    return false;
}

static int load(struct lesson *l, XFontStruct *x, const uint32_t *rep, size_t n,
                struct rpa_err *err)
{
    struct rpa_font *f = l->f;
    struct siblings two = { .n = 0 };
    if (f->cw * 2 <= RPA_GLYPH_MAX && any_wide(rep, n))
        find_siblings(l, x, &two);
    int r = 0;
    if (!same_cell(f, x) || f->cw < RPA_GLYPH_MIN || f->ch < 5 ||
        f->cw > RPA_GLYPH_MAX || f->ch > RPA_GLYPH_MAX)
        r = rpa_fail(err, RPA_EENV, "font '%s' is not of fixed width",
                     f->name);
    if (r == 0)
        r = learn_all(l, x, rep, n, err);
    if (r == 0 && two.n)
        r = learn_wide(l, &two, rep, n, err);
    if (r == 0 && !f->nglyphs)
        r = rpa_fail(err, RPA_EENV, "font '%s' has none of the characters",
                     f->name);
    for (int i = 0; i < two.n; i++)
        XFreeFont(l->d->xlib, two.x[i]);
    return r;
}

int rpa_font_load(struct rpa_display *d, const char *name, bool lines,
                  const uint32_t *repertoire, size_t n, struct rpa_font **ret,
                  struct rpa_err *err)
{
    int r = rpa_display_check(d, err);
    if (r < 0)
        return r;
    XFontStruct *x = XLoadQueryFont(d->xlib, name);
    if (!x) {
        rpa_fail(err, RPA_EENV, "no X font '%s'", name);
        return rpa_err_hint(err, "see xlsfonts; what a terminal draws by itself "
                                 "(Xft) is learned: rpa font learn");
    }
    struct rpa_font *f = NULL;
    struct lesson *l = calloc(1, sizeof *l);
    r = l ? new_font(name, x->max_bounds.width, x->ascent + x->descent,
                     x->ascent, &f, err)
          : rpa_fail(err, RPA_ENOMEM, "no memory for a font");
    if (r == 0) {
        *l = (struct lesson){ .d = d, .f = f, .lines = lines };
        r = load(l, x, repertoire, n, err);
    }
    XFreeFont(d->xlib, x);
    free(l);
    if (r < 0)
        rpa_font_free(f);
    else
        *ret = f;
    return r;
}

int rpa_font_frames(struct rpa_display *d, struct rpa_font *f,
                    const uint32_t *repertoire, size_t n, struct rpa_err *err)
{
    uint32_t frames[RPA_FRAMES_MAX];
    size_t nframes = rpa_usual_frames(repertoire, n, frames);
    XFontStruct *x = XLoadQueryFont(d->xlib, f->name);
    int r = 0;
    if (!x)
        return 0;
    struct lesson *l = calloc(1, sizeof *l);
    f->text = f->nglyphs;
    if (!l) {
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a font");
    } else if (nframes || rpa_xfont_is_3270(d, x)) {
        *l = (struct lesson){ .d = d, .f = f, .lines = true };
        r = learn_all(l, x, frames, nframes, err);
    }
    XFreeFont(d->xlib, x);
    free(l);
    return r;
}

void rpa_font_free(struct rpa_font *f)
{
    if (!f)
        return;
    rpa_font_free(f->wide);
    rpa_soft_free(f->soft);
    free(f->glyphs);
    free(f->index);
    free(f);
}
