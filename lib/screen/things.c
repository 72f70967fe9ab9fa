/* Papers and things, by filling connected parts. */
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

struct fill {
    const struct rpa_frame *fr;
    struct rpa_things *t;
    int32_t *stack; /* pixels whose neighbours are to be looked at */
    int32_t *id;    /* of each pixel: the number of its paper, of none -1 */
};

static uint32_t colour(const struct fill *f, int i)
{
    return f->fr->px[i] & RGB;
}

static void widen(struct rpa_box *b, int x, int y)
{
    int right = b->x + b->w, low = b->y + b->h;
    b->x = x < b->x ? x : b->x;
    b->y = y < b->y ? y : b->y;
    b->w = (x >= right ? x + 1 : right) - b->x;
    b->h = (y >= low ? y + 1 : low) - b->y;
}

/* ---- papers: neighbours above, below and beside, of one colour ---- */

static int fill_colour(struct fill *f, int from, int32_t id, struct rpa_box *ret)
{
    int w = f->fr->w, h = f->fr->h, n = 0, size = 0;
    uint32_t is = colour(f, from);
    *ret = (struct rpa_box){ from % w, from / w, 1, 1 };
    f->stack[n++] = from;
    f->id[from] = id;
    while (n) {
        int i = f->stack[--n], x = i % w, y = i / w;
        int near[4] = { x > 0 ? i - 1 : -1, x < w - 1 ? i + 1 : -1, i - w,
                        y < h - 1 ? i + w : -1 };
        widen(ret, x, y);
        size++;
        for (int k = 0; k < 4; k++)
            if (near[k] >= 0 && f->id[near[k]] == UNSEEN &&
                colour(f, near[k]) == is) {
                f->id[near[k]] = id;
                f->stack[n++] = near[k];
            }
    }
    return size;
}

/* what was too small to be a paper has no number */
static void unfill(struct fill *f, const struct rpa_box *b, int32_t id)
{
    for (int y = b->y; y < b->y + b->h; y++)
        for (int x = b->x; x < b->x + b->w; x++)
            if (f->id[y * f->fr->w + x] == id)
                f->id[y * f->fr->w + x] = -1;
}

static int find_papers(struct fill *f, struct rpa_err *err)
{
    struct rpa_things *t = f->t;
    for (int i = 0; i < t->w * t->h; i++) {
        struct rpa_box box;
        int size;
        if (f->id[i] != UNSEEN)
            continue;
        if (t->npapers == PAPERS_MAX)
            return rpa_fail(err, RPA_EUNREADABLE,
                            "more than %d coloured parts in the window",
                            PAPERS_MAX);
        if ((size = fill_colour(f, i, t->npapers, &box)) < PAPER_MIN) {
            unfill(f, &box, t->npapers);
            continue;
        }
        t->colour[t->npapers] = colour(f, i);
        t->size[t->npapers] = size;
        t->box[t->npapers++] = box;
    }
    return 0;
}

/* ---- things: neighbours on all eight sides that are not of the paper ---- */

static void fill_thing(struct fill *f, int paper, int from, int32_t number,
                       struct rpa_box *ret)
{
    const struct rpa_box *in = &f->t->box[paper];
    int32_t *part = f->t->part[paper];
    int n = 0, w = f->fr->w;
    *ret = (struct rpa_box){ from % w, from / w, 1, 1 };
    f->stack[n++] = from;
    part[from] = number;
    while (n) {
        int i = f->stack[--n], x = i % w, y = i / w;
        widen(ret, x, y);
        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++) {
                int near = i + dy * w + dx;
                if (x + dx < in->x || x + dx >= in->x + in->w ||
                    y + dy < in->y || y + dy >= in->y + in->h ||
                    part[near] != UNSEEN || f->id[near] == paper)
                    continue;
                part[near] = number;
                f->stack[n++] = near;
            }
    }
}

/* what reaches the end of the paper's box stands around it, not on it */
static bool inside(const struct rpa_box *b, const struct rpa_box *in)
{
    return b->x > in->x && b->y > in->y && b->x + b->w < in->x + in->w &&
           b->y + b->h < in->y + in->h;
}

static int find_things(struct fill *f, int paper, struct rpa_err *err)
{
    struct rpa_things *t = f->t;
    const struct rpa_box *in = &t->box[paper];
    int32_t *part = malloc((size_t)(t->w * t->h) * sizeof *part);
    t->part[paper] = part;
    if (!part)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    for (int i = 0; i < t->w * t->h; i++)
        part[i] = UNSEEN;
    for (int y = in->y; y < in->y + in->h; y++)
        for (int x = in->x; x < in->x + in->w; x++) {
            int i = y * t->w + x;
            struct rpa_thing thing = { .paper = paper };
            if (part[i] != UNSEEN || f->id[i] == paper)
                continue;
            if (t->n == THINGS_MAX)
                return rpa_fail(err, RPA_EUNREADABLE,
                                "more than %d things in the window",
                                THINGS_MAX);
            fill_thing(f, paper, i, (int32_t)t->n, &thing.box);
            if (inside(&thing.box, in))
                t->list[t->n++] = thing;
            else /* a number of its own */
                t->list[t->n++] = (struct rpa_thing){ thing.box, -1 - paper };
        }
    return 0;
}

int rpa_things_find(const struct rpa_frame *fr, struct rpa_things *ret,
                    struct rpa_err *err)
{
    struct rpa_things t = { .w = fr->w, .h = fr->h };
    struct fill f = { .fr = fr, .t = &t };
    size_t n = (size_t)(fr->w * fr->h);
    f.stack = malloc((n + 1) * sizeof *f.stack);
    f.id = malloc((n + 1) * sizeof *f.id);
    t.list = calloc(THINGS_MAX, sizeof *t.list);
    t.part = calloc(PAPERS_MAX, sizeof *t.part);
    t.box = calloc(PAPERS_MAX, sizeof *t.box);
    t.size = calloc(PAPERS_MAX, sizeof *t.size);
    int r = 0;
    if (!f.stack || !f.id || !t.list || !t.part || !t.box || !t.size)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a picture");
    for (size_t i = 0; r == 0 && i < n; i++)
        f.id[i] = UNSEEN;
    if (r == 0)
        r = find_papers(&f, err);
    for (int i = 0; r == 0 && i < t.npapers; i++)
        r = find_things(&f, i, err);
    free(f.stack);
    free(f.id);
    if (r < 0)
        rpa_things_clear(&t);
    else
        *ret = t;
    return r;
}

int rpa_things_at(const struct rpa_things *t, int paper, int x, int y)
{
    int32_t number = t->part[paper][y * t->w + x];
    return number == UNSEEN ? -1 : number;
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
