/* One line of proportional text, glyph by glyph. Each step takes every glyph
 * that the pixels allow; what ends in two texts is neither. */
#include "face.h"

#include <stdlib.h>
#include <string.h>

enum {
    LONGEST = 512,  /* glyphs */
    STEPS = 200000, /* of one walk: more have no one answer */
    EXACT = 2,      /* levels of rounding */
    CONTRAST = 64,  /* levels between ink and paper, or it is not read */
    OVERLAP = 4,    /* glyphs that may ink one pixel */
    KERN_MOST = 8,  /* pixels, of a pair that is learned */
};

struct placed {
    size_t glyph;
    int pen; /* pixels in the frame */
};

struct walk {
    const struct rpa_face *f;
    const struct rpa_strip *s;
    int top;             /* of the line, pixels in the frame */
    int paper[3], full[3]; /* levels: of blue, green, red; what full cover adds */
    int most;            /* cover of the pixel that full[] was found by */
    struct placed at[LONGEST];
    int n, steps, carets;
    struct rpa_buf *text; /* of the first whole walk */
    enum rpa_walk result;
};

static int level(uint32_t px, int c)
{
    return px >> (c * 8) & 255;
}

static int above(const struct walk *w, int x, int y, int c)
{
    const struct rpa_frame *fr = w->s->frame;
    return (level(fr->px[y * fr->w + x], c) - w->paper[c]) * 256;
}

/* What a glyph covers of one pixel. */
struct ink {
    const uint8_t *cover; /* of each channel */
    bool once;            /* it is of the glyph's own cell */
};

/* the glyphs that may ink a pixel: @ret has room for OVERLAP */
static int inks(const struct walk *w, int x, int y, struct ink *ret)
{
    int n = 0;
    for (int i = w->n > OVERLAP ? w->n - OVERLAP : 0; i < w->n; i++) {
        const struct rpa_face_glyph *g = &w->f->glyphs[w->at[i].glyph];
        int dx = x - w->at[i].pen, gx = dx - g->left, gy = y - w->top - g->top;
        if (gx >= 0 && gx < g->w && gy >= 0 && gy < g->h)
            ret[n++] = (struct ink){
                &g->a[(gy * g->w + gx) * w->f->channels],
                !g->text[0] || (dx >= 0 && dx < g->advance) };
    }
    return n;
}

static void lay(const struct walk *w, int c, int cover, int *v)
{
    *v += (w->full[c] * 256 - *v) * cover / 255;
}

/* In levels above the paper, times 256. A glyph is drawn once in its own cell.
 * What it inks outside may be wiped off, when a program draws what is typed
 * character by character, or drawn anew upon itself: from not at all to
 * thrice. Where two cells overlap, one glyph is laid over the other, or their
 * coverage is added, which is more. */
static void expect(const struct walk *w, const struct ink *ink, int n, int c,
                   int *least, int *most)
{
    int sum = 0;
    *least = *most = 0;
    for (int i = 0; i < n; i++) {
        int cover = ink[i].cover[w->f->channels > 1 ? c : 0];
        if (ink[i].once)
            lay(w, c, cover, least);
        for (int k = ink[i].once ? 1 : 3; k > 0; k--)
            lay(w, c, cover, most);
        sum += cover;
    }
    int added = w->full[c] * (sum > 255 ? 255 : sum) * 256 / 255;
    *most = abs(added) > abs(*most) ? added : *most;
}

/* has it the ink that is expected, or where @more is set, perhaps more? */
static bool has_ink(const struct walk *w, int x, int y, bool more)
{
    struct ink ink[OVERLAP];
    int n = inks(w, x, y, ink);
    for (int c = 0; c < 3; c++) {
        int least = 0, most = 0, px = above(w, x, y, c);
        if (n)
            expect(w, ink, n, c, &least, &most);
        if (w->full[c] < 0) {
            px = -px;
            least = -least;
            most = -most;
        }
        if (px < least - EXACT * 256 || (!more && px > most + EXACT * 256))
            return false;
    }
    return true;
}

/* Is there at least the ink that the glyph by itself has where it has most? It
 * is quickly asked, and most glyphs are refused by it. */
static bool shows_peak(const struct walk *w, const struct rpa_face_glyph *g,
                       int pen)
{
    const struct rpa_peak *k = &g->peak;
    int px = above(w, pen + k->x, w->top + k->y, 1);
    int least = w->full[1] * 256 * k->cover / 255;
    bool own = k->x >= 0 && k->x < g->advance;
    return !own || abs(px) + (EXACT + 1) * 256 >= abs(least);
}

static bool explains_pixel(const struct walk *w, int x, int y)
{
    return has_ink(w, x, y, false);
}

static bool allows_pixel(const struct walk *w, int x, int y)
{
    return has_ink(w, x, y, true);
}

static bool columns(const struct walk *w, int from, int to,
                    bool (*holds)(const struct walk *w, int x, int y))
{
    const struct rpa_frame *fr = w->s->frame;
    if (from < to && (from < 0 || to > fr->w))
        return false;
    for (int x = from; x < to; x++)
        for (int y = w->top; y < w->top + w->f->height; y++)
            if (!holds(w, x, y))
                return false;
    return true;
}

static int right_of(const struct walk *w, int i)
{
    const struct rpa_face_glyph *g = &w->f->glyphs[w->at[i].glyph];
    return w->at[i].pen + g->left + g->w;
}

/* Was full[] found by the pixel that is covered most? */
static bool consistent(const struct walk *w)
{
    int most = 0;
    for (int i = 0; i < w->n; i++) {
        int cover = w->f->glyphs[w->at[i].glyph].peak.cover;
        most = cover > most ? cover : most;
    }
    return most == w->most;
}

static void arrive(struct walk *w)
{
    struct rpa_buf text = { 0 };
    if (!consistent(w))
        return;
    for (int i = 0; i < w->n; i++)
        rpa_buf_puts(&text, w->f->glyphs[w->at[i].glyph].text);
    while (text.len && text.data[text.len - 1] == ' ')
        text.data[--text.len] = '\0'; /* before a cursor */
    if (text.failed || (w->result == RPA_WALK_READ &&
                        strcmp(text.data, w->text->data) != 0))
        w->result = RPA_WALK_SEVERAL;
    else if (w->result == RPA_WALK_UNKNOWN) {
        rpa_buf_add(w->text, text.data, text.len);
        w->result = RPA_WALK_READ;
    }
    rpa_buf_clear(&text);
}

static void step(struct walk *w, int done);

/* Put @glyph at @pen, if pixels from column @done allow it, and go on. */
static void place(struct walk *w, size_t glyph, int pen, int done)
{
    const struct rpa_face_glyph *g = &w->f->glyphs[glyph];
    int end = w->s->ink.x + w->s->ink.w;
    bool caret = !g->text[0];
    if (w->n == LONGEST || pen + g->left + g->w > end + 1 ||
        (!g->w && pen + g->advance > end) || (caret && w->carets) ||
        (g->w && !shows_peak(w, g, pen)))
        return;
    w->carets += caret;
    w->at[w->n++] = (struct placed){ glyph, pen };
    int sure = pen + g->advance - w->f->back;
    sure = sure < done ? done : sure > end ? end : sure;
    if ((!g->w ||
         allows_pixel(w, pen + g->peak.x, w->top + g->peak.y)) &&
        columns(w, done, sure, explains_pixel) &&
        columns(w, sure, pen + g->left + g->w, allows_pixel))
        step(w, sure);
    w->n--;
    w->carets -= caret;
}

static void step(struct walk *w, int done)
{
    const struct placed *last = &w->at[w->n - 1];
    int end = w->s->ink.x + w->s->ink.w, right = right_of(w, w->n - 1);
    if (columns(w, done, right > end ? right : end, explains_pixel)) {
        arrive(w);
        return;
    }
    for (size_t i = 0; i < w->f->n && w->result != RPA_WALK_SEVERAL; i++) {
        int kern = rpa_face_kern(w->f, last->glyph, i);
        int pen = last->pen + w->f->glyphs[last->glyph].advance + kern;
        if (++w->steps > STEPS)
            w->result = RPA_WALK_SEVERAL;
        else if (kern != RPA_FACE_APART)
            place(w, i, pen, done);
    }
}

/* What full cover adds, were the strongest pixel covered by @most. */
static bool take_ink(struct walk *w, const int strongest[3], int most)
{
    bool enough = false;
    w->most = most;
    for (int c = 0; c < 3; c++) {
        int full = strongest[c] * 255 / most, v = w->paper[c] + full;
        if (v < -EXACT || v > 255 + EXACT)
            return false;
        w->full[c] = v < 0 ? -w->paper[c] : v > 255 ? 255 - w->paper[c] : full;
        enough |= abs(full) >= CONTRAST;
    }
    return enough;
}

static void find_strongest(const struct walk *w, int ret[3])
{
    const struct rpa_box *b = &w->s->ink;
    for (int c = 0; c < 3; c++) {
        ret[c] = 0;
        for (int y = b->y; y < b->y + b->h; y++)
            for (int x = b->x; x < b->x + b->w; x++) {
                int is = above(w, x, y, c) / 256;
                ret[c] = abs(is) > abs(ret[c]) ? is : ret[c];
            }
    }
}

/* Begin with each glyph whose ink can begin where the ink begins. Its first
 * column may be too faint to show, or cut off: some toolkits show nothing to the
 * left of the first pen. */
static void begin(struct walk *w)
{
    for (size_t i = 0; i < w->f->n; i++)
        for (int lost = 0; lost < 2 && w->f->glyphs[i].w > lost; lost++) {
            w->n = 0;
            place(w, i, w->s->ink.x - w->f->glyphs[i].left - lost,
                  w->s->ink.x);
        }
}

/* on each row on which the line can stand, in ink of each strength */
enum rpa_walk rpa_face_walk(const struct rpa_face *f,
                            const struct rpa_strip *strip, struct rpa_buf *ret)
{
    struct walk w = { .f = f, .s = strip, .text = ret,
                      .result = RPA_WALK_UNKNOWN };
    const struct rpa_box *b = &strip->ink;
    bool tried[256] = { false };
    int strongest[3];
    for (int c = 0; c < 3; c++)
        w.paper[c] = level(strip->paper, c);
    find_strongest(&w, strongest);
    for (size_t i = 0; i < f->n; i++) {
        int most = f->glyphs[i].peak.cover;
        if (!most || tried[most] || !take_ink(&w, strongest, most))
            continue;
        tried[most] = true;
        for (w.top = b->y + b->h - f->height; w.top <= b->y; w.top++)
            if (w.top >= strip->seen.y &&
                w.top + f->height <= strip->seen.y + strip->seen.h)
                begin(&w);
    }
    return w.result;
}

/* ---- known glyphs, of unknown kerning ---- */

struct align {
    struct walk w;
    const struct rpa_row *row;
    int8_t *kern;
    size_t most; /* glyphs that had a place at once */
};

static bool align_next(struct align *a, int pen, int done)
{
    struct walk *w = &a->w;
    const struct rpa_face_glyph *g = &w->f->glyphs[a->row->glyphs[w->n]];
    int end = w->s->ink.x + w->s->ink.w, next = pen + g->advance;
    int right = pen + g->left + g->w, sure = next - w->f->back - KERN_MOST;
    bool last = (size_t)w->n + 1 == a->row->n;
    sure = last ? (right > end ? right : end) : sure < done ? done : sure;
    if (sure > end + 1 || ++w->steps > STEPS)
        return false;
    w->at[w->n] = (struct placed){ a->row->glyphs[w->n], pen };
    w->n++;
    bool good = columns(w, done, sure, explains_pixel) &&
                columns(w, sure, right, allows_pixel);
    if (good && (size_t)w->n > a->most)
        a->most = (size_t)w->n;
    for (int i = 0; good && !last && i <= 2 * KERN_MOST; i++) {
        int kern = i % 2 ? -(i + 1) / 2 : i / 2;
        a->kern[w->n - 1] = (int8_t)kern;
        if (g->advance + kern > 0 && align_next(a, next + kern, sure))
            return true;
    }
    w->n--;
    return good && last;
}

size_t rpa_face_align(const struct rpa_face *f, const struct rpa_row *row,
                      int8_t *ret)
{
    struct align a = { .w = { .f = f, .s = row->strip, .top = row->top },
                       .row = row, .kern = ret };
    for (int c = 0; c < 3; c++) {
        a.w.paper[c] = level(row->strip->paper, c);
        a.w.full[c] = row->full[c];
    }
    return row->n <= LONGEST && align_next(&a, row->pen, row->strip->ink.x)
               ? row->n
               : a.most < row->n ? a.most : row->n - 1;
}
