/* All text of a window, and what stands beside it. */
#include "things.h"

#include <stdlib.h>
#include <string.h>

enum {
    PIECES_MAX = 512, /* of one line */
    RULE = 20,        /* times as wide as high */
    LINES_MOST = 3,   /* that an entry, of one line, is high */
};

/* Pieces of letters that stand in one line. */
struct line {
    int piece[PIECES_MAX]; /* things, from the left */
    int n;
    struct rpa_box box;
};

static struct rpa_box join(const struct rpa_box *a, const struct rpa_box *b)
{
    int x = a->x < b->x ? a->x : b->x, y = a->y < b->y ? a->y : b->y;
    int right = a->x + a->w > b->x + b->w ? a->x + a->w : b->x + b->w;
    int low = a->y + a->h > b->y + b->h ? a->y + a->h : b->y + b->h;
    return (struct rpa_box){ x, y, right - x, low - y };
}

/* Pixels about a line that must be free of all else: less are between the parts
 * of one letter. */
static int gap_of(const struct rpa_face *f)
{
    return 2 + f->height / 8;
}

static bool is_entry(const struct rpa_face *f, const struct rpa_box *paper)
{
    return paper->h <= LINES_MOST * f->height;
}

/* How far apart parts of one text may be: as a line is high, but in an entry,
 * which holds one text, as it is wide. */
static int reach_of(const struct rpa_face *f, const struct rpa_box *paper)
{
    return is_entry(f, paper) ? paper->w : f->height;
}

enum piece {
    NO_PIECE,
    PIECE,     /* a letter, or part of one */
    CUT_PIECE, /* that may go on behind the end of the paper */
};

/* A line that is drawn, where it is not a row of dashes that touch. */
static bool is_rule(const struct rpa_box *b)
{
    return b->w >= RULE * b->h;
}

/* A letter may touch the frame of its entry: hats do. Where other text may stand
 * above, below or beside, what touches the end may be cut off by it. The bit of a
 * round corner is no letter. */
static enum piece piece_on(const struct rpa_page *p, const struct rpa_face *f,
                           const struct rpa_thing *t, int paper)
{
    const struct rpa_box *in = &p->things.box[paper], *b = &t->box;
    bool beside = b->x == in->x || b->x + b->w == in->x + in->w;
    bool above = b->y == in->y || b->y + b->h == in->y + in->h;
    bool corner = beside && above && 4 * b->w <= f->height &&
                  4 * b->h <= f->height;
    if ((t->paper != paper && t->paper != -1 - paper) || b->h > f->height)
        return NO_PIECE;
    if (!beside && (!above || (is_entry(f, in) && !is_rule(b))))
        return PIECE;
    return corner || is_rule(b) ? NO_PIECE : CUT_PIECE;
}

/* ---- one line ---- */

/* Is it a piece of the line that is read now? */
static bool is_of_line(const struct rpa_page *p, int thing)
{
    return p->things.list[thing].line == p->line;
}

static void begin_line(struct rpa_page *p, const struct line *l)
{
    p->line++;
    for (int i = 0; i < l->n; i++)
        p->things.list[l->piece[i]].line = p->line;
}

/* Is there nothing else near? A part of a letter that is not of the line, as it
 * touches a frame or another line, would be missing in what is read. */
static bool stands_alone(const struct rpa_page *p, const struct rpa_face *f,
                         const struct line *l, int paper)
{
    const struct rpa_box *in = &p->things.box[paper], *b = &l->box;
    int gap = gap_of(f);
    for (int y = b->y - gap; y < b->y + b->h + gap; y++)
        for (int x = b->x - gap; x < b->x + b->w + gap; x++) {
            if (x < in->x || x >= in->x + in->w || y < in->y ||
                y >= in->y + in->h)
                continue;
            int thing = rpa_things_at(&p->things, paper, x, y);
            if (thing >= 0 && !is_of_line(p, thing))
                return false;
        }
    return true;
}

/* Would a letter be missing in what is read, as it is cut off? */
static bool lacks_some(const struct rpa_page *p, const struct rpa_face *f,
                       const struct line *l, int paper)
{
    const struct rpa_box *in = &p->things.box[paper], *b = &l->box;
    int reach = reach_of(f, in);
    for (size_t i = 0; i < p->things.n; i++) {
        const struct rpa_box *t = &p->things.list[i].box;
        if (t->y < b->y + b->h && b->y < t->y + t->h &&
            t->x - (b->x + b->w) <= reach && b->x - (t->x + t->w) <= reach &&
            piece_on(p, f, &p->things.list[i], paper) == CUT_PIECE)
            return true;
    }
    return false;
}

/* The line alone: what else is near it is painted over. About it is room for
 * what glyphs do not ink. */
static bool isolate(const struct rpa_page *p, const struct rpa_face *f,
                    const struct rpa_frame *fr, const struct line *l, int paper,
                    struct rpa_frame *ret, struct rpa_strip *ret_strip)
{
    const struct rpa_box *b = &l->box, *in = &p->things.box[paper];
    int left = RPA_FACE_WIDTH_MAX, top = f->height;
    int w = b->w + 2 * left, h = b->h + 2 * top;
    uint32_t *px = malloc((size_t)(w * h) * sizeof *px);
    if (!px)
        return false;
    for (int i = 0; i < w * h; i++)
        px[i] = p->things.colour[paper];
    for (int y = 0; y < b->h; y++)
        for (int x = 0; x < b->w; x++) {
            int thing = rpa_things_at(&p->things, paper, b->x + x, b->y + y);
            if (thing >= 0 && is_of_line(p, thing))
                px[(top + y) * w + left + x] =
                    fr->px[(b->y + y) * fr->w + b->x + x];
        }
    *ret = (struct rpa_frame){ w, h, px };
    *ret_strip = (struct rpa_strip){ ret, { left, top, b->w, b->h },
                                     { in->y - b->y + top, in->h },
                                     p->things.colour[paper] };
    return true;
}

static bool add_run(struct rpa_page *p, const struct rpa_box *b, int paper,
                    char *text)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 64;
        struct rpa_text_run *runs = realloc(p->runs, cap * sizeof *runs);
        p->runs = runs ? runs : p->runs;
        int *papers = realloc(p->paper, cap * sizeof *papers);
        p->paper = papers ? papers : p->paper;
        if (!runs || !papers)
            return false;
        p->cap = cap;
    }
    p->runs[p->n] = (struct rpa_text_run){ { b->x, b->y, b->w, b->h }, text };
    p->paper[p->n++] = paper;
    return true;
}

/* the piece before the widest gap; -1 */
static int widest_gap(const struct rpa_page *p, const struct rpa_face *f,
                      const struct line *l)
{
    int best = -1, most = gap_of(f) - 1, right = 0;
    for (int i = 0; i < l->n; i++) {
        const struct rpa_box *b = &p->things.list[l->piece[i]].box;
        if (i && b->x - right > most) {
            best = i - 1;
            most = b->x - right;
        }
        right = b->x + b->w > right ? b->x + b->w : right;
    }
    return best;
}

static struct line part_of(const struct rpa_page *p, const struct line *l,
                           int from, int to)
{
    struct line part = { .n = 0 };
    for (int i = from; i < to; i++) {
        const struct rpa_box *b = &p->things.list[l->piece[i]].box;
        part.box = part.n ? join(&part.box, b) : *b;
        part.piece[part.n++] = l->piece[i];
    }
    return part;
}

/* What cannot be read whole, its gaps being blanks, may be a text beside
 * something else, such as the box of a tick: its parts are then read by
 * themselves. */
static bool read_line(struct rpa_page *p, const struct rpa_face *f,
                      const struct rpa_frame *fr, const struct line *l, int paper)
{
    struct rpa_frame alone;
    struct rpa_strip strip;
    struct rpa_buf text = { 0 };
    begin_line(p, l);
    if (!isolate(p, f, fr, l, paper, &alone, &strip))
        return false;
    bool read = stands_alone(p, f, l, paper) && !lacks_some(p, f, l, paper) &&
                rpa_face_walk(f, &strip, &text) == RPA_WALK_READ;
    free((uint32_t *)alone.px);
    int gap = read ? -1 : widest_gap(p, f, l);
    if (gap >= 0) {
        struct line first = part_of(p, l, 0, gap + 1),
                    second = part_of(p, l, gap + 1, l->n);
        rpa_buf_clear(&text);
        return read_line(p, f, fr, &first, paper) &&
               read_line(p, f, fr, &second, paper);
    }
    char *got = read ? rpa_buf_take(&text) : NULL;
    rpa_buf_clear(&text);
    if (!read && is_rule(&l->box))
        return true;
    if ((read && !got) || !add_run(p, &l->box, paper, got)) {
        free(got);
        return false;
    }
    return true;
}

/* ---- all of them ---- */

static const struct rpa_things *sorting; /* qsort() has no context of its own */

static int by_left(const void *a, const void *b)
{
    const struct rpa_box *x = &sorting->list[*(const int *)a].box;
    const struct rpa_box *y = &sorting->list[*(const int *)b].box;
    return x->x != y->x ? (x->x > y->x) - (x->x < y->x)
                        : (x->y > y->y) - (x->y < y->y);
}

/* May the piece stand in this line? Its letters are no farther apart than @reach,
 * and not higher than the font has them. */
static bool joins(const struct rpa_face *f, const struct line *l,
                  const struct rpa_box *b, int reach)
{
    struct rpa_box all = join(&l->box, b);
    return l->n < PIECES_MAX && all.h <= f->height &&
           b->x - (l->box.x + l->box.w) <= reach;
}

static int read_paper(struct rpa_page *p, const struct rpa_face *f,
                      const struct rpa_frame *fr, int paper, struct line *lines,
                      int *order, struct rpa_err *err)
{
    int n = 0, nlines = 0, reach = reach_of(f, &p->things.box[paper]);
    for (size_t i = 0; i < p->things.n; i++)
        if (piece_on(p, f, &p->things.list[i], paper) == PIECE)
            order[n++] = (int)i;
    sorting = &p->things;
    qsort(order, (size_t)n, sizeof *order, by_left);
    for (int i = 0; i < n; i++) {
        const struct rpa_box *b = &p->things.list[order[i]].box;
        int to = nlines;
        for (int k = 0; k < nlines; k++)
            if (joins(f, &lines[k], b, reach) &&
                (to == nlines || join(&lines[k].box, b).h <
                                     join(&lines[to].box, b).h))
                to = k;
        if (to == RPA_PAGE_LINES)
            return rpa_fail(err, RPA_EUNREADABLE,
                            "more than %d lines of text on one colour",
                            RPA_PAGE_LINES);
        lines[to].box = to == nlines ? *b : join(&lines[to].box, b);
        lines[to].n = to == nlines ? 0 : lines[to].n;
        lines[to].piece[lines[to].n++] = order[i];
        nlines += to == nlines;
    }
    bool enough = true;
    for (int i = 0; enough && i < nlines; i++)
        enough = read_line(p, f, fr, &lines[i], paper);
    for (size_t i = 0; enough && i < p->things.n; i++)
        if (piece_on(p, f, &p->things.list[i], paper) == CUT_PIECE)
            enough = add_run(p, &p->things.list[i].box, paper, NULL);
    return enough ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for a text");
}

int rpa_page_read(const struct rpa_face *f, const struct rpa_look *l,
                  struct rpa_page **ret, struct rpa_err *err)
{
    const struct rpa_frame *fr = rpa_look_frame(l);
    struct rpa_area all = { .w = fr->w, .h = fr->h };
    struct rpa_page *p = calloc(1, sizeof *p);
    struct line *lines = calloc(RPA_PAGE_LINES + 1, sizeof *lines);
    int *order = NULL, r = 0;
    if (!p || !lines)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a page");
    else if (!rpa_look_of(l, &all))
        r = rpa_fail(err, RPA_EUNREADABLE, "something lies over the window");
    if (r == 0)
        r = rpa_things_find(fr, &p->things, err);
    if (r == 0 && !(order = calloc(p->things.n + 1, sizeof *order)))
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a page");
    for (int i = 0; r == 0 && i < p->things.npapers; i++)
        r = read_paper(p, f, fr, i, lines, order, err);
    free(order);
    free(lines);
    if (r < 0)
        rpa_page_free(p);
    else
        *ret = p;
    return r;
}

void rpa_page_free(struct rpa_page *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n; i++)
        free((char *)p->runs[i].text);
    free(p->runs);
    free(p->paper);
    rpa_things_clear(&p->things);
    free(p);
}

const struct rpa_text_run *rpa_page_runs(const struct rpa_page *p,
                                         size_t *ret_n)
{
    *ret_n = p->n;
    return p->runs;
}

/* ---- beside a text ---- */

static int find_label(const struct rpa_page *p, const char *label, size_t *ret,
                      struct rpa_err *err)
{
    size_t n = 0, dark = 0;
    for (size_t i = 0; i < p->n; i++) {
        const char *text = p->runs[i].text;
        dark += !text;
        if (text && !strcmp(text, label)) {
            *ret = i;
            n++;
        }
    }
    if (n == 1)
        return 0;
    rpa_fail(err, RPA_ELABEL,
             n ? "the label '%s' stands in the window %zu times"
               : "no label '%s' can be read in the window",
             label, n);
    rpa_err_seen(err, "%zu texts are read, %zu are not", p->n - dark, dark);
    return rpa_err_hint(err, n ? "let the map say where the field is: at = { x, "
                                 "y, w, h }"
                               : "is the font of the map the one the window is "
                                 "drawn with, and the label shown whole?");
}

/* Does a widget show itself by this paper: on the label's own, its inside of one
 * colour, no lower than small text? Not by a frame, which is empty. */
static bool is_widget(const struct rpa_page *p, const struct rpa_face *f, int on,
                      int paper)
{
    const struct rpa_box *b = &p->things.box[paper], *in = &p->things.box[on];
    return 2 * b->h > f->height && 2 * p->things.size[paper] > b->w * b->h &&
           b->x > in->x && b->y > in->y && b->x + b->w < in->x + in->w &&
           b->y + b->h < in->y + in->h;
}

static bool stands(const struct rpa_box *b, const struct rpa_area *label,
                   enum rpa_beside side)
{
    int x = label->x + label->w / 2, y = label->y + label->h / 2;
    return side == RPA_RIGHT_OF
               ? b->x >= label->x + label->w && y >= b->y && y < b->y + b->h
               : b->y >= label->y + label->h && x >= b->x && x < b->x + b->w;
}

/* The next widget beside the @at-th run that begins behind pixel @after. */
static const struct rpa_box *next_widget(const struct rpa_page *p,
                                         const struct rpa_face *f, size_t at,
                                         enum rpa_beside side, int after)
{
    const struct rpa_box *best = NULL;
    int least = 0;
    for (int i = 0; i < p->things.npapers; i++) {
        const struct rpa_box *b = &p->things.box[i];
        int here = side == RPA_RIGHT_OF ? b->x : b->y;
        if (here <= after || (best && here >= least) ||
            !is_widget(p, f, p->paper[at], i) ||
            !stands(b, &p->runs[at].at, side))
            continue;
        best = b;
        least = here;
    }
    return best;
}

int rpa_page_beside(const struct rpa_page *p, const struct rpa_face *f,
                    const char *label, const struct rpa_place_beside *where,
                    struct rpa_area *ret, struct rpa_err *err)
{
    const char *side = where->side == RPA_RIGHT_OF ? "to the right of" : "below";
    const struct rpa_box *b = NULL;
    size_t at = 0;
    int r = find_label(p, label, &at, err), after = -1, found = 0;
    while (r == 0 && found < where->nth &&
           (b = next_widget(p, f, at, where->side, after))) {
        after = where->side == RPA_RIGHT_OF ? b->x : b->y;
        found++;
    }
    if (r < 0)
        return r;
    if (!b) {
        rpa_fail(err, RPA_ELABEL, "nothing that could be a field stands %s '%s'",
                 side, label);
        return rpa_err_seen(err, "%d of %d", found, where->nth);
    }
    if (!where->tall && b->h > LINES_MOST * f->height) {
        rpa_fail(err, RPA_ELABEL, "what stands %s '%s' is no entry of one line",
                 side, label);
        return rpa_err_seen(err, "it is %d pixels high, a line %d", b->h,
                            f->height);
    }
    *ret = (struct rpa_area){ b->x, b->y, b->w, b->h };
    return 0;
}
