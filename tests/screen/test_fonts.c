/* Random cells in many fonts: each is read right, or said to be unreadable
 * where that was told before. test_fonts [CELLS [CONFIGURATION]] */
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/font.h"
#include "rpa/screen/grid.h"
#include "screen/term.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 24, COLS = 80, CELLS = ROWS * COLS, REP_MAX = 600 };

/* How the reader comes to know the font. */
enum how {
    TRIED,   /* by trying the usual ones; the list of twins comes as for CORE */
    LEARNED, /* from known text in that very terminal */
    CORE,    /* from the server's font, by a file */
};

#define FIXED(width, size, more)                                               \
    "-misc-fixed-medium-r-" width "--" size "-" more "-iso10646-1"
#define XFT(face, size, rgba)                                                  \
    "-fa", face ":rgba=" rgba ":lcdfilter=lcddefault", "-fs", size

static const struct config {
    const char *name;
    enum how how;
    bool always; /* also where few cells are asked for */
    const char *font[5];
} configs[] = {
    { "6x13", TRIED, false,
      { "-fn", FIXED("semicondensed", "13", "120-75-75-c-60") } },
    { "7x13", TRIED, false, { "-fn", FIXED("normal", "13", "120-75-75-c-70") } },
    { "8x13", TRIED, false, { "-fn", FIXED("normal", "13", "120-75-75-c-80") } },
    { "9x15", TRIED, false,
      { "-fn", FIXED("normal", "15", "140-75-75-c-90") } },
    { "9x18", TRIED, false,
      { "-fn", FIXED("normal", "18", "120-100-100-c-90") } },
    { "10x20", TRIED, false,
      { "-fn", FIXED("normal", "20", "200-75-75-c-100") } },
    { "6x13 by file", CORE, true,
      { "-fn", FIXED("semicondensed", "13", "120-75-75-c-60") } },
    { "10x20 learned", LEARNED, false,
      { "-fn", FIXED("normal", "20", "200-75-75-c-100") } },
    { "DejaVu 11 grey", LEARNED, true,
      { XFT("DejaVu Sans Mono", "11", "none") } },
    { "DejaVu 10 subpixel", LEARNED, true,
      { XFT("DejaVu Sans Mono", "10", "rgb") } },
    { "DejaVu 14 grey", LEARNED, false,
      { XFT("DejaVu Sans Mono", "14", "none") } },
    { "Noto Mono 12 subpixel", LEARNED, false,
      { XFT("Noto Mono", "12", "rgb") } },
};

struct world {
    struct xvfb x;
    struct rpa_display *d;
    char dir[256];
    unsigned seed;
    int nth;
    uint32_t rep[REP_MAX];
    size_t nrep;
};

struct want {
    uint32_t cp;
    int style; /* bits: 1 bold, 2 underlined, 4 reversed */
    int colour;
};

struct tally {
    struct want want[CELLS];
    long cells, wrong, unread, styles;
    int late;    /* screens that did not come to be as wanted */
    int missing; /* of the screen at hand: not as wanted, nor unreadable */
};

static unsigned rnd(struct world *w, unsigned n)
{
    w->seed = w->seed * 1664525u + 1013904223u;
    return (w->seed >> 8) % n;
}

static int64_t soon(int ms)
{
    return rpa_mono_us() + ms * 1000LL;
}

/* Latin text and quotes; what no font here tells apart is left out */
static void fill_repertoire(struct world *w)
{
    static const uint32_t more[] = { 0x1e80, 0x1e82, 0x1e84, 0x1ef2, 0x2018,
                                     0x2019, 0x201c, 0x201d, 0x20ac, 0x2022 };
    w->nrep = 0;
    for (uint32_t c = 0x20; c < 0x17f; c++)
        if ((c < 0x7f || c > 0xa0) && c != 0xad && c != 0xd0 && c != 0x110)
            w->rep[w->nrep++] = c;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        w->rep[w->nrep++] = more[i];
}

/* The @i-th cell. What has one style is written as one run, as programs do: it
 * is drawn in one go, and otherwise than cell by cell. */
static void put_cell(const struct tally *t, int i, struct rpa_buf *b)
{
    const struct want *c = &t->want[i], *left = c - 1;
    char utf8[4];
    if (i % COLS == 0)
        rpa_buf_printf(b, "\033[%d;1H", i / COLS + 1);
    if (i % COLS == 0 || c->style != left->style || c->colour != left->colour)
        rpa_buf_printf(b, "\033[0;%s%s%s%dm", c->style & 1 ? "1;" : "",
                       c->style & 2 ? "4;" : "", c->style & 4 ? "7;" : "",
                       c->colour);
    rpa_buf_add(b, utf8, rpa_utf8_encode(c->cp, utf8));
}

/* Runs of one style, as text has them, and single cells; the cursor ends in the
 * last cell, which is blank. */
static void fill(struct world *w, struct tally *t, struct rpa_buf *b)
{
    struct want c = { .colour = 39 };
    rpa_buf_puts(b, "\033[0m\033[2J");
    for (int i = 0, left = 0; i < CELLS - 1; i++, left--) {
        if (left <= 0) {
            left = (int)rnd(w, 12);
            c.style = rnd(w, 2) ? 0 : (int)rnd(w, 8);
            c.colour = rnd(w, 3) ? 39 : 31 + (int)rnd(w, 6);
        }
        c.cp = rnd(w, 5) ? w->rep[rnd(w, (unsigned)w->nrep)] : ' ';
        if (c.cp == '_') /* wide enough it is the underline of a blank */
            c.style &= ~3;
        t->want[i] = c;
        put_cell(t, i, b);
    }
    t->want[CELLS - 1] = (struct want){ .cp = ' ' };
    rpa_buf_puts(b, "\033[0m\033[24;80H");
}

/* A record as a clerk sees it: labels, values, what is easily confused. */
static void fill_record(struct world *w, struct tally *t, struct rpa_buf *b)
{
    static const char *const words[] = {
        "Surname", "Morgan", "Llŷr", "O0O0", "l1I|l", "rn/m", "mrn", "5S5S",
        "8B8B", "20/11/2026", "08:15", "CF10 3AT", "£45.00", "statement",
        "Caerffili", "illicit", "O'Brien", "WWW@", "VEHICLE", "Z2Z2", "cl/d",
        "vv/w", "{[(", ";:.", "Siân", "dŵr", "NEW CRIME REPORT 1/3",
    };
    int i = 0;
    while (i < CELLS) {
        const char *text = words[rnd(w, sizeof words / sizeof *words)];
        struct want c = { .style = rnd(w, 8) ? 0 : 4,
                          .colour = rnd(w, 4) ? 39 : 31 + (int)rnd(w, 6) };
        size_t len = strlen(text), n;
        for (size_t at = 0; at < len && i < CELLS; at += n) {
            n = rpa_utf8_decode(text + at, len - at, &c.cp);
            t->want[i++] = c;
        }
        for (int gap = 1 + (int)rnd(w, 3); gap > 0 && i < CELLS; gap--)
            t->want[i++] = (struct want){ .cp = ' ', .colour = 39 };
    }
    t->want[CELLS - 1] = (struct want){ .cp = ' ' };
    rpa_buf_puts(b, "\033[0m\033[2J");
    for (i = 0; i < CELLS - 1; i++)
        put_cell(t, i, b);
    rpa_buf_puts(b, "\033[0m\033[24;80H");
}

/* Does the cell show its style? A blank has no weight, and in some fonts the
 * bold form of a character is the plain one. */
static bool styled(const struct rpa_cell *got, const struct want *want)
{
    bool under = got->flags & RPA_CELL_UNDERLINE;
    bool bold = got->flags & RPA_CELL_BOLD;
    return under == !!(want->style & 2) &&
           (!bold || want->style & 1);
}

/* All that was wanted is there. A cell that stays wrong or unreadable keeps
 * this waiting: so it counts what was left at the end. */
static bool all_there(void *ctx, const struct rpa_screen *s)
{
    struct tally *t = ctx;
    t->missing = CELLS;
    if (s->rows != ROWS || s->cols != COLS)
        return false;
    t->missing = 0;
    for (int i = 0; i < CELLS; i++)
        t->missing += s->cells[i].cp != t->want[i].cp;
    return !t->missing;
}

static void count(const struct rpa_screen *s, struct tally *t)
{
    int shown = 0;
    t->cells += CELLS - 1;
    for (int i = 0; i < CELLS - 1; i++) {
        const struct rpa_cell *c = &s->cells[i];
        t->unread += !c->cp;
        if (c->cp && c->cp != t->want[i].cp) {
            t->wrong++;
            if (shown++ < 10)
                printf("# row %d, column %d: U+%04X, wanted U+%04X style %d\n",
                       i / COLS + 1, i % COLS + 1, c->cp, t->want[i].cp,
                       t->want[i].style);
        } else if (!c->cp && shown++ < 10)
            printf("# row %d, column %d: unread, wanted U+%04X style %d\n",
                   i / COLS + 1, i % COLS + 1, t->want[i].cp, t->want[i].style);
        else if (c->cp)
            t->styles += !styled(c, &t->want[i]);
    }
}

static bool learn(struct world *w, const struct config *k,
                  const struct term *t, struct rpa_font_lesson *l)
{
    struct rpa_err err = { 0 };
    int r = k->how != LEARNED
                ? rpa_font_learn_core(w->d, k->font[1], k->name, NULL, 0, l,
                                      &err)
                : rpa_font_learn(w->d, t->window, t->tty, k->name, NULL, 0, l, &err);
    ok(r == 0, "%s: learned %zu glyphs of %dx%d in %d channels, %zu blank%s%s",
       k->name, l->nglyphs, l->cw, l->ch, l->channels, l->nblank,
       r ? ": " : "", r ? err.msg : "");
    for (char *at = l->alike.data; at && *at; at += strcspn(at, "\n") + 1)
        printf("# alike: %.*s\n", (int)strcspn(at, "\n"), at);
    return r == 0;
}

/* what a font cannot tell apart, as learning it told, is not shown */
static void leave_out_alike(struct world *w, const struct rpa_font_lesson *l)
{
    fill_repertoire(w);
    const char *list = l->alike.data ? l->alike.data : "";
    size_t kept = 0;
    for (size_t i = 0; i < w->nrep; i++) {
        char utf8[5] = "";
        rpa_utf8_encode(w->rep[i], utf8);
        if (w->rep[i] <= ' ' || !strstr(list, utf8))
            w->rep[kept++] = w->rep[i];
    }
    w->nrep = kept;
}

typedef void filler(struct world *w, struct tally *t, struct rpa_buf *b);

/* one screen; false: it cannot be read at all */
static bool one(struct world *w, struct tally *t, struct rpa_grid *g, int tty,
                filler *by, struct rpa_err *err)
{
    const struct rpa_screen *s = NULL;
    struct rpa_buf b = { 0 };
    by(w, t, &b);
    bool said = write(tty, b.data, b.len) == (ssize_t)b.len;
    rpa_buf_clear(&b);
    int r = rpa_grid_wait(g, all_there, t, soon(t->late < 3 ? 10000 : 500), &s,
                          err);
    t->late += r == -RPA_ETIMEOUT; /* what is wrong stays so: it counts */
    if (s)
        count(s, t);
    return said && s && (r == 0 || r == -RPA_ETIMEOUT);
}

static void run(struct world *w, const struct config *k, long cells)
{
    static struct tally t;
    struct rpa_font_lesson l = { 0 };
    struct rpa_grid *g = NULL;
    struct rpa_err err = { 0 };
    struct term term;
    char title[32];
    t = (struct tally){ 0 };
    snprintf(title, sizeof title, "fonts %d", ++w->nth);
    term_show(&term, &w->x, w->d, w->dir, title, k->font);
    bool known = learn(w, k, &term, &l);
    leave_out_alike(w, &l);
    struct rpa_grid_spec spec = { .nfile = l.file.len };
    if (k->how != TRIED)
        spec.file = l.file.data;
    known = known && rpa_grid_open(w->d, term.window, &spec, &g, &err) == 0;
    int n = (int)(cells / (CELLS - 1)) + 1, records = cells > 10000 ? 25 : 2;
    for (int i = 0; known && i < n + records; i++)
        known = one(w, &t, g, term.tty, i < n ? fill : fill_record, &err);
    ok(known && t.cells >= cells && !t.wrong && !t.unread,
       "%s: %ld cells, %ld wrong, %ld unread%s%s", k->name, t.cells, t.wrong,
       t.unread, known ? "" : ": ", known ? "" : err.msg);
    ok(known && !t.styles, "%s: underlined and bold cells are not mistaken: %ld are",
       k->name, t.styles);
    rpa_grid_close(g);
    rpa_font_lesson_clear(&l);
    term_stop(&term);
}

int main(int argc, char **argv)
{
    struct world w = { .seed = 2026 };
    struct rpa_err err;
    long cells = argc > 1 ? atol(argv[1]) : 3 * (CELLS - 1);
    xvfb_start(&w.x, 1400, 900);
    tmp_dir(w.dir);
    if (!ok(rpa_display_open(w.x.name, &w.d, &err) == 0, "display"))
        return 1;
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++)
        if (argc > 2 ? !strcmp(argv[2], configs[i].name)
                     : argc > 1 || configs[i].always)
            run(&w, &configs[i], cells);
    rpa_display_close(w.d);
    tmp_remove(w.dir);
    xvfb_stop(&w.x);
    return tap_done();
}
