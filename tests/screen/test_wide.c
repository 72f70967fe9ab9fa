/* Characters of two cells, and how terminals draw what is special: each is read
 * as what it is, or said to be unreadable. */
#include "lib/screen/priv.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/font.h"
#include "rpa/screen/grid.h"
#include "screen/term.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

enum { ROWS = 24, COLS = 80, CELLS = ROWS * COLS };

static struct xvfb x;
static struct rpa_display *d;
static char dir[256];
static unsigned seed = 20261122;

static unsigned rnd(unsigned n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static int64_t soon(void)
{
    return rpa_mono_us() + 30000000;
}

/* Latin text, kana and common ideographs; sorted */
static size_t repertoire(uint32_t out[2048])
{
    static const uint32_t ranges[][2] = {
        { 0x20, 0x2c },     { 0x2e, 0x5e },     { 0x60, 0x7b },
        { 0x7d, 0x7e },    
        { 0xa3, 0xa3 },     { 0xc0, 0xcf },     { 0x174, 0x178 },
        { 0x3001, 0x3002 }, { 0x3042, 0x3093 }, { 0x30a2, 0x30f3 },
        { 0x4e00, 0x4e01 }, { 0x4e07, 0x4e0b }, { 0x4e8c, 0x4e8c },
        { 0x4eba, 0x4eba }, { 0x516b, 0x516b }, { 0x5341, 0x5341 },
        { 0x5ddd, 0x5dde }, { 0x5de5, 0x5de5 }, { 0x65e5, 0x65e5 },
        { 0x672c, 0x672c }, { 0x6771, 0x6771 }, { 0x8a9e, 0x8a9e },
        { 0xff10, 0xff19 }, { 0xff21, 0xff3a },
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (uint32_t cp = ranges[i][0]; cp <= ranges[i][1]; cp++)
            out[n++] = cp;
    return n;
}

struct want {
    uint32_t cell[CELLS];
    long wrong, unread;
};

static bool is_wide(uint32_t cp)
{
    return cp > 0x3000;
}

static void fill(struct want *w, const uint32_t *rep, size_t n,
                 struct rpa_buf *b)
{
    rpa_buf_puts(b, "\033[0m\033[2J");
    for (int i = 0; i < CELLS; i++) {
        char utf8[4];
        if (i % COLS == 0)
            rpa_buf_printf(b, "\033[%d;1H", i / COLS + 1);
        uint32_t cp = rnd(4) ? rep[rnd((unsigned)n)] : ' ';
        if (i >= CELLS - 2 || (i % COLS == COLS - 1 && is_wide(cp)))
            cp = ' ';
        rpa_buf_printf(b, "\033[0%s%sm", rnd(8) ? "" : ";1",
                       rnd(8) ? "" : ";7");
        if (i < CELLS - 1)
            rpa_buf_add(b, utf8, rpa_utf8_encode(cp, utf8));
        w->cell[i] = cp;
        if (is_wide(cp))
            w->cell[++i] = RPA_CELL_REST;
    }
    rpa_buf_puts(b, "\033[0m\033[24;80H");
}

static bool all_there(void *ctx, const struct rpa_screen *s)
{
    struct want *w = ctx;
    w->wrong = w->unread = CELLS;
    if (s->rows != ROWS || s->cols != COLS)
        return false;
    w->wrong = w->unread = 0;
    for (int i = 0; i < CELLS; i++) {
        const struct rpa_cell *c = &s->cells[i];
        bool wide = w->cell[i] > 0x3000;
        w->unread += !c->cp;
        w->wrong += c->cp && c->cp != w->cell[i];
        w->wrong += c->cp && wide &&
                    (c->cp != RPA_CELL_REST) != !!(c->flags & RPA_CELL_WIDE);
    }
    return !w->wrong && !w->unread;
}

static void list_bad(const struct want *w, const struct rpa_screen *s)
{
    for (int i = 0, n = 0; s && i < CELLS && n < 12; i++)
        if (s->cells[i].cp && s->cells[i].cp != w->cell[i] && ++n)
            printf("# row %d, column %d: U+%04X, wanted U+%04X, flags %u\n",
                   i / COLS + 1, i % COLS + 1, s->cells[i].cp, w->cell[i],
                   s->cells[i].flags);
}

static void say(const struct term *t, const char *text, size_t len)
{
    if (write(t->tty, text, len) != (ssize_t)len)
        exit(1);
}

static struct rpa_grid *reader(const struct term *t,
                               const struct rpa_grid_spec *spec)
{
    struct rpa_err err = { 0 };
    struct rpa_grid *g = NULL;
    if (rpa_grid_open(d, t->window, spec, &g, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    return g;
}

/* ---- two cells ---- */

#define FONT_9X18 "-misc-fixed-medium-r-normal--18-120-100-100-c-90-iso10646-1"
#define FONT_6X13                                                              \
    "-misc-fixed-medium-r-semicondensed--13-120-75-75-c-60-iso10646-1"

static void mixed(const char *name, const char *font)
{
    static struct want w;
    struct term t;
    struct rpa_err err = { 0 };
    const struct rpa_screen *s = NULL;
    uint32_t rep[2048];
    size_t n = repertoire(rep);
    struct rpa_grid_spec spec = { .repertoire = rep, .nrepertoire = n };
    long wrong = 0, unread = 0;
    term_show(&t, &x, d, dir, name, (const char *[]){ "-fn", font, NULL });
    struct rpa_grid *g = reader(&t, &spec), *latin = reader(&t, NULL);
    for (int i = 0; i < 6; i++) {
        struct rpa_buf b = { 0 };
        fill(&w, rep, n, &b);
        say(&t, b.data, b.len);
        rpa_buf_clear(&b);
        w.wrong = CELLS;
        if (rpa_grid_wait(g, all_there, &w, soon(), &s, &err) < 0)
            list_bad(&w, s);
        wrong += w.wrong;
        unread += w.unread;
    }
    ok(!wrong && !unread, "%s: %d cells, %ld wrong, %ld unread", name,
       6 * CELLS, wrong, unread);
    int r = rpa_grid_read(latin, &s, &err);
    if (r == 0)
        all_there(&w, s);
    ok(r == -RPA_EUNREADABLE || (r == 0 && !w.wrong && w.unread > 100),
       "%s: who does not know of them reads no other in their place: %ld wrong, "
       "%ld unread%s", name, w.wrong, w.unread, r ? ": all" : "");
    rpa_grid_close(latin);
    rpa_grid_close(g);
    term_stop(&t);
}

static bool has(void *ctx, const struct rpa_screen *s)
{
    return rpa_screen_find(s, ctx, NULL, NULL) && s->cursor_row == 0;
}

/* The cursor stands on a wide character: as a block, then as an outline. */
static void cursor(void)
{
    static const char shown[] = "\033[2J\033[1;1H+\u65e5\u672c\u8a9e+\033[1;4H";
    struct term t;
    struct rpa_err err = { 0 };
    const struct rpa_screen *s = NULL;
    struct rpa_buf text = { 0 };
    uint32_t rep[2048];
    size_t n = repertoire(rep);
    struct rpa_grid_spec spec = { .repertoire = rep, .nrepertoire = n };
    int col = -1;
    term_show(&t, &x, d, dir, "cursor",
              (const char *[]){ "-fn", FONT_9X18, NULL });
    struct rpa_grid *g = reader(&t, &spec);
    say(&t, shown, sizeof shown - 1);
    int r = rpa_grid_wait(g, has, "+\u65e5\u672c\u8a9e+", soon(), &s, &err);
    ok(r == 0 && s->cursor_col == 3, "a block cursor on a wide character");
    ok(r == 0 && rpa_screen_find(s, "\u672c\u8a9e+", NULL, &col) && col == 3,
       "which is found by cells");
    if (r == 0)
        rpa_screen_text(s, 0, 4, &text);
    is_str(text.data, "+\u65e5\ufffd", "half of one is none");
    rpa_buf_clear(&text);
    xcb_set_input_focus(d->xcb, 1, d->screen->root, 0);
    r = rpa_grid_wait(g, has, "\u8a9e+", soon(), &s, &err);
    for (int64_t until = soon(); r == 0 && s->cells[3].cp && rpa_left_ms(until);)
        if (rpa_display_wait(d, until, &err) >= 0)
            r = rpa_grid_read(g, &s, &err);
    ok(r == 0 && !s->cells[3].cp && !s->cells[4].cp && s->nunknown == 2,
       "without focus its outline makes both cells unreadable");
    ok(r == 0 && s->cursor_row == 0 && s->cursor_col == 3,
       "and tells where it is");
    rpa_grid_close(g);
    term_stop(&t);
}

/* ---- how else characters are drawn ---- */

/* No hyphen and no low line: in the core font they look like lines, which the
 * list of a font's twins says. */
static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;'/()|@";

/* a screen of letters drawn so; the mark, plain, comes last */
static void fill_styled(struct want *w, int sgr, const char *mark,
                        struct rpa_buf *b)
{
    rpa_buf_puts(b, "\033[0m\033[2J");
    for (int i = 0; i < CELLS; i++)
        w->cell[i] = i < CELLS - COLS ? (uint32_t)letters[rnd(sizeof letters - 1)]
                                      : ' ';
    for (int r = 0; r < ROWS - 1; r++) {
        rpa_buf_printf(b, "\033[%d;1H\033[0;%dm", r + 1, sgr);
        for (int c = 0; c < COLS; c++)
            rpa_buf_putc(b, (char)w->cell[r * COLS + c]);
    }
    rpa_buf_printf(b, "\033[0m\033[24;1H%s", mark);
    for (int i = 0; mark[i]; i++)
        w->cell[CELLS - COLS + i] = (uint32_t)mark[i];
}

static bool marked(void *ctx, const struct rpa_screen *s)
{
    int row;
    return rpa_screen_find(s, ctx, &row, NULL) && row == ROWS - 1;
}

static void styled(const struct term *t, struct rpa_grid *g, const char *font)
{
    static const struct {
        int sgr;
        const char *name;
        bool all; /* can be read */
    } styles[] = { { 0, "plain", true }, { 1, "bold", true },
                   { 2, "faint", false }, { 3, "italic", false },
                   { 4, "underlined", true }, { 7, "reversed", true },
                   { 9, "struck out", false }, { 21, "twice underlined", false } };
    static struct want w;
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        struct rpa_buf b = { 0 };
        struct rpa_err err = { 0 };
        const struct rpa_screen *s = NULL;
        char mark[16];
        snprintf(mark, sizeof mark, "drawn %zu", i);
        fill_styled(&w, styles[i].sgr, mark, &b);
        say(t, b.data, b.len);
        rpa_buf_clear(&b);
        w.wrong = CELLS;
        int r = rpa_grid_wait(g, marked, mark, soon(), &s, &err);
        if (r == 0)
            all_there(&w, s);
        if (!ok(r == 0 && !w.wrong && (!styles[i].all || !w.unread),
                "%s, %s: %ld wrong, %ld unread", font, styles[i].name, w.wrong,
                w.unread))
            list_bad(&w, s);
    }
}

static void styles(void)
{
    struct term t;
    struct rpa_font_lesson l = { 0 };
    struct rpa_err err = { 0 };
    term_show(&t, &x, d, dir, "core",
              (const char *[]){ "-fn", FONT_6X13, NULL });
    struct rpa_grid *g = reader(&t, NULL);
    styled(&t, g, "core");
    rpa_grid_close(g);
    term_stop(&t);
    term_show(&t, &x, d, dir, "xft",
              (const char *[]){ "-fa", "DejaVu Sans Mono:rgba=none", "-fs", "11",
                                NULL });
    if (ok(rpa_font_learn(d, t.window, t.tty, "xft", NULL, 0, &l, &err) == 0,
           "a font learned: %s", err.msg)) {
        struct rpa_grid_spec spec = { .file = l.file.data,
                                      .nfile = l.file.len };
        g = reader(&t, &spec);
        styled(&t, g, "xft");
        rpa_grid_close(g);
    }
    rpa_font_lesson_clear(&l);
    term_stop(&t);
}

int main(void)
{
    struct rpa_err err;
    xvfb_start(&x, 1100, 700);
    tmp_dir(dir);
    if (rpa_display_open(x.name, &d, &err) < 0)
        return 1;
    mixed("9x18", FONT_9X18);
    mixed("6x13", FONT_6X13);
    cursor();
    styles();
    rpa_display_close(d);
    tmp_remove(dir);
    xvfb_stop(&x);
    return tap_done();
}
