/* The kerning of all pairs of glyphs, from lines that have each of them. */
#include "lesson.h"

#include "rpa/base/time.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAGE = 256,       /* glyphs of a line, at most */
    SHOW_US = 60000,  /* for a line that is not as expected to be so yet */
    SPARE = 24,       /* pixels to the right of a line */
};

struct page {
    struct rpa_lesson *l;
    const size_t *glyphs; /* between a blank and a blank, and two bars */
    size_t n;
    size_t row[PAGE];     /* the blank, the glyphs, the blank and the bar */
    int8_t kern[PAGE];
    size_t placed;        /* of row */
};

static void text_of(const struct page *p, struct rpa_buf *out)
{
    const struct rpa_face *f = p->l->face;
    rpa_buf_puts(out, "| ");
    for (size_t i = 0; i < p->n; i++)
        rpa_buf_puts(out, f->glyphs[p->glyphs[i]].text);
    rpa_buf_puts(out, " |   ");
}

/* As many of @n glyphs as a line has room for. */
static size_t fill(struct page *p, const size_t *glyphs, size_t n)
{
    const struct rpa_lesson *l = p->l;
    int room = l->in.x + l->in.w - l->bar.x - 2 * l->apart - 5 * l->space - SPARE;
    p->glyphs = glyphs;
    p->n = 0;
    while (p->n < n && p->n < PAGE - 4) {
        room -= l->face->glyphs[glyphs[p->n]].advance + 1;
        if (room < 0)
            break;
        p->n++;
    }
    size_t k = 0, blank = (size_t)rpa_face_find(l->face, " ");
    p->row[k++] = (size_t)rpa_face_find(l->face, "|");
    p->row[k++] = blank;
    for (size_t i = 0; i < p->n; i++)
        p->row[k++] = glyphs[i];
    p->row[k++] = blank;
    p->row[k++] = (size_t)rpa_face_find(l->face, "|");
    return p->n;
}

static bool is_shown(void *ctx, const struct rpa_look *look)
{
    struct page *p = ctx;
    const struct rpa_lesson *l = p->l;
    int last = rpa_lesson_last_bar(l);
    struct rpa_strip s = { rpa_look_frame(look),
                           { l->bar.x, l->in.y, last + l->bar.w - l->bar.x,
                             l->in.h },
                           .paper = l->paper };
    const struct rpa_face_glyph *bar = &l->face->glyphs[p->row[0]];
    struct rpa_row row = { &s, l->full, l->in.y, l->bar.x - bar->left, p->row,
                           p->n + 4 };
    p->placed = last < 0 ? 0 : rpa_face_align(l->face, &row, p->kern);
    return p->placed == row.n;
}

/* Show a line. 0, or RPA_ETIMEOUT when it is not as its glyphs would make it. */
static int show(struct page *p, struct rpa_err *err)
{
    struct rpa_buf text = { 0 };
    text_of(p, &text);
    int r = text.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a line")
                        : rpa_lesson_type(p->l, text.data, err);
    rpa_buf_clear(&text);
    if (r == 0)
        r = rpa_look_wait(p->l->look, is_shown, p, rpa_mono_us() + SHOW_US, err);
    if (r != -RPA_ETIMEOUT)
        return r;
    r = rpa_lesson_settle(p->l, err); /* it may be slow */
    if (r < 0)
        return r;
    return is_shown(p, p->l->look) ? 0 : -RPA_ETIMEOUT;
}

static void note(struct page *p)
{
    struct rpa_face *f = p->l->face;
    for (size_t i = 0; i + 1 < p->n; i++)
        f->kern[p->glyphs[i] * f->n + p->glyphs[i + 1]] = p->kern[i + 2];
}

/* Each pair of @n glyphs by itself: one that is drawn in a way of its own, such
 * as a ligature nobody told of, is not read. */
static int learn_apart(struct page *p, const size_t *glyphs, size_t n,
                       struct rpa_err *err)
{
    struct rpa_face *f = p->l->face;
    int r = 0;
    for (size_t i = 0; r == 0 && i + 1 < n; i++) {
        fill(p, glyphs + i, 2);
        r = show(p, err);
        if (r == 0)
            note(p);
        else if (r == -RPA_ETIMEOUT) {
            f->kern[glyphs[i] * f->n + glyphs[i + 1]] = RPA_FACE_APART;
            r = 0;
        }
    }
    return r;
}

static int learn_row(struct rpa_lesson *l, const size_t *glyphs, size_t n,
                     struct rpa_err *err)
{
    struct page p = { .l = l };
    int r = 0;
    for (size_t at = 0; r == 0 && at + 1 < n;) {
        size_t shown = fill(&p, glyphs + at, n - at);
        if (shown < 2)
            return rpa_fail(err, RPA_EUNREADABLE, "the entry is too narrow");
        r = show(&p, err);
        if (r == 0) {
            note(&p);
            at += shown - 1;
        } else if (r == -RPA_ETIMEOUT) {
            /* somewhere about the first without a place */
            size_t bad = p.placed < 2 ? 0 : p.placed - 2;
            size_t upto = bad + 3 < shown ? bad + 3 : shown;
            r = learn_apart(&p, glyphs + at, upto, err);
            at += upto - 1;
        }
    }
    return r;
}

/* a blank has none (lesson.h), and neither has a cursor */
static bool has_kerning(const struct rpa_face *f, size_t i)
{
    return f->glyphs[i].text[0] && strcmp(f->glyphs[i].text, " ") != 0;
}

int rpa_lesson_pairs(struct rpa_lesson *l, struct rpa_err *err)
{
    size_t n = l->face->n, k = 0;
    size_t *glyphs = calloc(n * (n + 2) + 1, sizeof *glyphs);
    if (!glyphs)
        return rpa_fail(err, RPA_ENOMEM, "no memory for pairs");
    for (size_t i = 0; i < n; i++) {
        if (!has_kerning(l->face, i))
            continue;
        glyphs[k++] = i;
        for (size_t j = i; j < n; j++) {
            if (!has_kerning(l->face, j))
                continue;
            glyphs[k++] = j;
            if (j > i)
                glyphs[k++] = i;
        }
    }
    int r = learn_row(l, glyphs, k, err);
    free(glyphs);
    return r;
}
