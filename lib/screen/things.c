/* Papers and things: connected parts, filled run by run. */
#include "things.h"

#include <stdlib.h>
#include <string.h>

enum {
    RGB = 0xffffff,
    PAPER_MIN = 400,   /* pixels */
    PAPERS_MAX = 256,
    THINGS_MAX = 20000,
    UNSEEN = -2,
};

/* Connected parts of a picture, or of a box of it. */
struct parts {
    int w, h;
    int32_t *of;        /* of each pixel: UNSEEN, the number of its part, or -1,
                           it is of none */
    const uint32_t *px; /* a part is of one colour, and its pixels touch at their
                           sides; NULL: of any, and at their corners too */
    int32_t *stack;     /* pixels whose neighbours are to be looked at */
};

static void widen(struct rpa_box *b, int x, int y)
{
    int right = b->x + b->w, low = b->y + b->h;
    b->x = x < b->x ? x : b->x;
    b->y = y < b->y ? y : b->y;
    b->w = (x >= right ? x + 1 : right) - b->x;
    b->h = (y >= low ? y + 1 : low) - b->y;
}

static bool is_next(const struct parts *p, int i, int from)
{
    return p->of[i] == UNSEEN &&
           (!p->px || !((p->px[i] ^ p->px[from]) & RGB));
}

/* One pixel of each run beside columns @left to @right of row @y; they are of
 * the part at once, so that none is put there twice. Returns how many are to
 * be looked at. */
static int put_row(const struct parts *p, int left, int right, int y, int from,
                   int n)
{
    int reach = p->px ? 0 : 1;
    bool run = false;
    if (y < 0 || y >= p->h)
        return n;
    left = left - reach < 0 ? 0 : left - reach;
    right = right + reach >= p->w ? p->w - 1 : right + reach;
    for (int i = y * p->w + left; i <= y * p->w + right; i++) {
        bool next = is_next(p, i, from);
        if (next && !run) {
            p->of[i] = p->of[from];
            p->stack[n++] = i;
        }
        run = next;
    }
    return n;
}

/* The part that pixel @from is of gets @number. Returns its pixels. */
static int fill(const struct parts *p, int from, int32_t number,
                struct rpa_box *ret)
{
    int n = 0, size = 0;
    *ret = (struct rpa_box){ from % p->w, from / p->w, 1, 1 };
    p->stack[n++] = from;
    p->of[from] = number;
    while (n) {
        int i = p->stack[--n], y = i / p->w, row = y * p->w;
        int left = i - row, right = left;
        while (left > 0 && is_next(p, row + left - 1, from))
            p->of[row + --left] = number;
        while (right + 1 < p->w && is_next(p, row + right + 1, from))
            p->of[row + ++right] = number;
        widen(ret, left, y);
        widen(ret, right, y);
        size += right + 1 - left;
        n = put_row(p, left, right, y - 1, from, n);
        n = put_row(p, left, right, y + 1, from, n);
    }
    return size;
}

/* ---- papers: neighbours above, below and beside, of one colour ---- */

/* what was too small to be a paper has no number */
static void unfill(const struct parts *p, const struct rpa_box *b, int32_t number)
{
    for (int y = b->y; y < b->y + b->h; y++)
        for (int x = b->x; x < b->x + b->w; x++)
            if (p->of[y * p->w + x] == number)
                p->of[y * p->w + x] = -1;
}

static int find_papers(struct rpa_things *t, const struct parts *p,
                       struct rpa_err *err)
{
    for (int i = 0; i < p->w * p->h; i++) {
        struct rpa_box box;
        int size;
        if (p->of[i] != UNSEEN)
            continue;
        if (t->npapers == PAPERS_MAX)
            return rpa_fail(err, RPA_EUNREADABLE,
                            "more than %d coloured parts in the window",
                            PAPERS_MAX);
        if ((size = fill(p, i, t->npapers, &box)) < PAPER_MIN) {
            unfill(p, &box, t->npapers);
            continue;
        }
        t->colour[t->npapers] = p->px[i] & RGB;
        t->size[t->npapers] = size;
        t->box[t->npapers++] = box;
    }
    return 0;
}

/* ---- things: neighbours on all eight sides that are not of the paper ---- */

/* what reaches the end of the paper's box stands around it, not on it */
static bool inside(const struct rpa_box *b, const struct rpa_box *in)
{
    return b->x > in->x && b->y > in->y && b->x + b->w < in->x + in->w &&
           b->y + b->h < in->y + in->h;
}

static int find_things(struct rpa_things *t, const struct parts *papers,
                       int paper, struct rpa_err *err)
{
    const struct rpa_box *in = &t->box[paper];
    int size = in->w * in->h;
    int32_t *of = malloc((size_t)size * sizeof *of);
    struct parts p = { in->w, in->h, of, NULL, papers->stack };
    t->part[paper] = of;
    if (!of)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    for (int i = 0; i < size; i++) {
        int at = (in->y + i / in->w) * papers->w + in->x + i % in->w;
        of[i] = papers->of[at] == paper ? -1 : UNSEEN;
    }
    for (int i = 0; i < size; i++) {
        struct rpa_thing *thing = &t->list[t->n];
        if (of[i] != UNSEEN)
            continue;
        if (t->n == THINGS_MAX)
            return rpa_fail(err, RPA_EUNREADABLE,
                            "more than %d things in the window", THINGS_MAX);
        fill(&p, i, (int32_t)t->n++, &thing->box);
        thing->box.x += in->x;
        thing->box.y += in->y;
        thing->paper = inside(&thing->box, in) ? paper : -1 - paper;
    }
    return 0;
}

int rpa_things_find(const struct rpa_frame *fr, struct rpa_things *ret,
                    struct rpa_err *err)
{
    struct rpa_things t = { 0 };
    size_t n = (size_t)(fr->w * fr->h);
    struct parts papers = { fr->w, fr->h, malloc((n + 1) * sizeof *papers.of),
                            fr->px, malloc((n + 1) * sizeof *papers.stack) };
    int r = 0;
    t.list = calloc(THINGS_MAX, sizeof *t.list);
    t.part = calloc(PAPERS_MAX, sizeof *t.part);
    t.box = calloc(PAPERS_MAX, sizeof *t.box);
    t.size = calloc(PAPERS_MAX, sizeof *t.size);
    if (!papers.of || !papers.stack || !t.list || !t.part || !t.box || !t.size)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    for (size_t i = 0; r == 0 && i < n; i++)
        papers.of[i] = UNSEEN;
    if (r == 0)
        r = find_papers(&t, &papers, err);
    for (int i = 0; r == 0 && i < t.npapers; i++)
        r = find_things(&t, &papers, i, err);
    free(papers.of);
    free(papers.stack);
    if (r < 0)
        rpa_things_clear(&t);
    else
        *ret = t;
    return r;
}

int rpa_things_at(const struct rpa_things *t, int paper, int x, int y)
{
    const struct rpa_box *in = &t->box[paper];
    return t->part[paper][(y - in->y) * in->w + x - in->x];
}

void rpa_things_clear(struct rpa_things *t)
{
    for (int i = 0; t->part && i < t->npapers; i++)
        free(t->part[i]);
    free(t->part);
    free(t->box);
    free(t->size);
    free(t->list);
    *t = (struct rpa_things){ 0 };
}
