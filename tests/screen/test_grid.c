/* The eyes on xterm: every cell right, or said to be unreadable. */
#include "lib/screen/eyes.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/window.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS = 24, COLS = 80, CELLS = ROWS * COLS, CURSOR = 3 * COLS + 5 };

struct want {
    uint32_t cp;
    bool reverse;
    int colour; /* 30..37, 39 */
};

struct world {
    struct xvfb x;
    struct rpa_display *d;
    char dir[256], text[512], fifo[512];
    unsigned seed;
    int nth; /* xterm: its title, since the one before may linger */
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

/* readable characters: all of the default repertoire that has no twin */
static size_t readable(bool latin1, uint32_t out[512])
{
    size_t n = 0;
    for (uint32_t c = 0x20; c < 0x17f; c++)
        if ((c < 0x7f || c > 0xa0) && c != 0xad && (c < 0x100 || !latin1) &&
            (latin1 || (c != 0xd0 && c != 0x110)))
            out[n++] = c;
    static const uint32_t more[] = { 0x1e80, 0x1e82, 0x1e84, 0x1ef2, 0x2018,
                                     0x2019, 0x201c, 0x201d, 0x20ac, 0x2022 };
    for (size_t i = 0; !latin1 && i < sizeof more / sizeof *more; i++)
        out[n++] = more[i];
    return n;
}

static void fill(struct world *w, const uint32_t *rep, size_t n,
                 struct want want[CELLS])
{
    for (int i = 0; i < CELLS; i++)
        want[i] = (struct want){ rep[rnd(w, (unsigned)n)], rnd(w, 6) == 0,
                                 rnd(w, 4) ? 39 : 31 + (int)rnd(w, 6) };
    want[CELLS - 1] = (struct want){ ' ', false, 39 }; /* would scroll */
}

/* as a terminal gets it; the cursor ends at CURSOR */
static void write_cells(struct world *w, const struct want want[CELLS])
{
    struct rpa_buf b = { 0 };
    for (int i = 0; i < CELLS - 1; i++) {
        char utf8[4];
        if (i % COLS == 0)
            rpa_buf_printf(&b, "\033[%d;1H", i / COLS + 1);
        rpa_buf_printf(&b, "\033[0;%d;%dm", want[i].reverse ? 7 : 27,
                       want[i].colour);
        rpa_buf_add(&b, utf8, rpa_utf8_encode(want[i].cp, utf8));
    }
    rpa_buf_printf(&b, "\033[0m\033[%d;%dH", CURSOR / COLS + 1,
                   CURSOR % COLS + 1);
    int fd = open(w->text, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ok(!b.failed && write(fd, b.data, b.len) == (ssize_t)b.len, "text written");
    close(fd);
    rpa_buf_clear(&b);
}

/* An xterm that shows the file, then what comes by the FIFO. It comes up under
 * the pointer, and so takes itself to have the focus that the root window has. */
static pid_t start_xterm(struct world *w, const char *font, rpa_window *win)
{
    char cmd[1200], title[32];
    struct rpa_err err = { 0 };
    snprintf(cmd, sizeof cmd, "stty -echo; cat '%s'; exec cat <>'%s'", w->text,
             w->fifo);
    snprintf(title, sizeof title, "grid %d", ++w->nth);
    const char *argv[] = { "xterm", "-u8", "-fn", font, "-geometry", "80x24",
                           "-T", title, "+sb", "-xrm", "*allowBoldFonts: true",
                           "-e", "sh", "-c", cmd, NULL };
    xcb_warp_pointer(w->d->xcb, XCB_NONE, w->d->screen->root, 0, 0, 0, 0, 100,
                     100);
    rpa_display_sync_errors(w->d);
    pid_t pid = xvfb_spawn(&w->x, argv);
    if (!ok(rpa_window_find(w->d, title, NULL, soon(30000), win, &err) == 0,
            "xterm with %s is there", font))
        printf("# %s; %s\n", err.msg, err.seen);
    return pid;
}

struct expect {
    const struct want *want;
    bool hollow; /* the cursor, whose cell shall then be unreadable; else a
                    block, which reverses it */
    int wrong, unknown;
};

static bool all_there(void *ctx, const struct rpa_screen *s)
{
    struct expect *e = ctx;
    e->wrong = e->unknown = 0;
    if (s->rows != ROWS || s->cols != COLS)
        return false;
    for (int i = 0; i < CELLS; i++) {
        const struct rpa_cell *c = &s->cells[i];
        bool reverse = c->flags & RPA_CELL_REVERSE;
        if (i == CURSOR && e->hollow)
            continue;
        e->unknown += !c->cp;
        e->wrong += c->cp && (c->cp != e->want[i].cp ||
                              reverse != (e->want[i].reverse ^ (i == CURSOR)));
    }
    return !e->wrong && !e->unknown &&
           (!e->hollow || !s->cells[CURSOR].cp);
}

static void list_bad(const struct rpa_screen *s, const struct expect *e)
{
    for (int i = 0, n = 0; s && i < CELLS && n < 12; i++)
        if (s->cells[i].cp != e->want[i].cp && ++n)
            printf("# cell %d: U+%04X, wanted U+%04X, flags %u\n", i,
                   s->cells[i].cp, e->want[i].cp, s->cells[i].flags);
}

/* ---- the cases, on one xterm each ---- */

static void measure(struct world *w, rpa_window win, const char *font)
{
    enum { N = 50 };
    struct rpa_capture *cap = NULL;
    struct rpa_font *f = NULL;
    struct rpa_cells *cells = NULL;
    struct rpa_frame fr;
    struct rpa_geometry at, want = { .rows = ROWS, .cols = COLS };
    struct rpa_hints none = { 0 };
    uint32_t rep[512];
    size_t n = readable(false, rep);
    if (rpa_capture_open(w->d, &cap, NULL) < 0 ||
        rpa_font_load(w->d, font, true, rep, n, &f, NULL) < 0 ||
        rpa_capture_read(cap, win, NULL, 0, &fr, NULL) < 0 ||
        !rpa_decode_locate(f, &fr, &none, &want, &at) ||
        rpa_cells_new(f, &cells, NULL) < 0) {
        ok(false, "cannot measure");
        goto out;
    }
    struct rpa_cell row[COLS];
    int64_t capture = 0, decode = 0;
    for (int i = 0; i < N; i++) {
        int64_t t = rpa_mono_us();
        rpa_capture_read(cap, win, NULL, 0, &fr, NULL);
        int64_t u = rpa_mono_us();
        for (int r = 0; r < ROWS; r++)
            rpa_cells_row(cells, fr.px + (at.oy + r * f->ch) * fr.w + at.ox,
                          fr.w, COLS, row);
        capture += u - t;
        decode += rpa_mono_us() - u;
    }
    printf("# %s: capture %lld us, decode of all 80x24 %lld us (mean of %d)\n",
           font, (long long)capture / N, (long long)decode / N, N);
out:
    rpa_capture_close(cap);
    rpa_cells_free(cells);
    rpa_font_free(f);
}

static void test_focused(struct world *w, struct rpa_grid *g, rpa_window win,
                         struct expect *e)
{
    const struct rpa_screen *s = NULL;
    struct rpa_err err;
    e->hollow = false;
    ok(rpa_window_focus(w->d, win, soon(30000), &err) == 0, "focused");
    bool good = rpa_grid_wait(g, all_there, e, soon(30000), &s, &err) == 0;
    if (!ok(good, "focused: all cells; wrong %d, unknown %d", e->wrong,
            e->unknown))
        list_bad(s, e);
}

/* After it had the focus: what xterm draws before it is told anything is its own
 * guess, a block under the pointer, and if its start was held up, no cursor. */
static void test_unfocused(struct world *w, struct rpa_grid *g,
                           struct expect *e)
{
    const struct rpa_screen *s = NULL;
    struct rpa_err err;
    e->hollow = true;
    xcb_set_input_focus(w->d->xcb, XCB_INPUT_FOCUS_POINTER_ROOT,
                        w->d->screen->root, XCB_CURRENT_TIME);
    bool good = rpa_grid_wait(g, all_there, e, soon(30000), &s, &err) == 0;
    if (!ok(good, "unfocused: all cells but one; wrong %d, unknown %d",
            e->wrong, e->unknown))
        list_bad(s, e);
    ok(s && s->cells[CURSOR].cp == 0 && s->nunknown == 1,
       "the cell under the hollow cursor is unreadable");
    ok(s && s->cursor_row == CURSOR / COLS && s->cursor_col == CURSOR % COLS,
       "and shows where the cursor is");
}

static xcb_window_t put_over(struct world *w, rpa_window win)
{
    struct rpa_window_info info;
    rpa_window_info(w->d, win, &info, NULL);
    xcb_window_t over = xcb_generate_id(w->d->xcb);
    uint32_t v[] = { 0xffffff, 1 };
    xcb_create_window(w->d->xcb, 24, over, w->d->screen->root,
                      (int16_t)(info.x + 100), (int16_t)(info.y + 50), 60, 40,
                      0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, v);
    xcb_map_window(w->d->xcb, over);
    return over;
}

static bool some_unknown(void *ctx, const struct rpa_screen *s)
{
    (void)ctx;
    return s->nunknown > 0;
}

static void test_cover(struct world *w, struct rpa_grid *g, rpa_window win,
                       struct expect *e)
{
    const struct rpa_screen *s = NULL;
    struct rpa_err err;
    xcb_window_t over = put_over(w, win);
    ok(rpa_grid_wait(g, some_unknown, NULL, soon(30000), &s, &err) == 0,
       "a window over it is noticed");
    if (s)
        all_there(e, s);
    ok(e->unknown > 8 && e->unknown < 200 && e->wrong == 0,
       "covered cells are unreadable (%d), no other wrong (%d)", e->unknown,
       e->wrong);
    xcb_destroy_window(w->d->xcb, over);
    ok(rpa_grid_wait(g, all_there, e, soon(30000), &s, &err) == 0,
       "uncovered: all cells again; wrong %d, unknown %d", e->wrong,
       e->unknown);
}

/* A window of another program is there for a moment, on the edge, and has gone when
 * it is read: nothing lay over it. */
static void test_flash(struct world *w, struct rpa_grid *g, rpa_window win)
{
    const struct rpa_screen *s = NULL;
    struct rpa_window_info info;
    struct rpa_err err = { 0 };
    xcb_connection_t *other = xcb_connect(w->x.name, NULL);
    xcb_window_t flash = xcb_generate_id(other);
    uint32_t alone = 1;
    rpa_window_info(w->d, win, &info, NULL);
    xcb_create_window(other, XCB_COPY_FROM_PARENT, flash, w->d->screen->root,
                      (int16_t)info.x, (int16_t)info.y, 1, 1, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_OVERRIDE_REDIRECT, &alone);
    rpa_grid_read(g, &s, &err);
    xcb_map_window(other, flash);
    xcb_destroy_window(other, flash);
    free(xcb_get_input_focus_reply(other, xcb_get_input_focus(other), NULL));
    int r = rpa_grid_read(g, &s, &err);
    ok(r == 0 && s->nunknown == 0,
       "a window that came and went covers nothing (%zu)", r ? 0 : s->nunknown);
    xcb_disconnect(other);
}

static bool has_text(void *ctx, const struct rpa_screen *s)
{
    return rpa_screen_find(s, ctx, NULL, NULL);
}

static void test_wait(struct world *w, struct rpa_grid *g)
{
    const struct rpa_screen *s = NULL;
    struct rpa_err err = { 0 };
    int64_t t = rpa_mono_us();
    int r = rpa_grid_wait(g, has_text, "nowhere to be seen", soon(150), &s,
                          &err);
    int64_t took = rpa_mono_us() - t;
    ok(r == -RPA_ETIMEOUT && s && took >= 150000 && took < 2000000,
       "a wait in vain ends at its deadline");
    const char *say = "\033[2J\033[10;10HMAIN MENU \305\265";
    int fd = open(w->fifo, O_WRONLY);
    ok(write(fd, say, strlen(say)) == (ssize_t)strlen(say), "said");
    t = rpa_mono_us();
    ok(rpa_grid_wait(g, has_text, "MAIN MENU \305\265", soon(30000), &s, &err) ==
           0,
       "a change is seen");
    printf("# after %lld us\n", (long long)(rpa_mono_us() - t));
    int row = -1, col = -1;
    ok(s && rpa_screen_find(s, "MENU", &row, &col) && row == 9 && col == 14,
       "text is found at its place");
    ok(s && s->cursor_row == 9 && s->cursor_col == 20,
       "the block cursor is where it stands");
    close(fd);
}

/* One change of the screen: text somewhere, a row reversed, lines scrolled,
 * inserted or erased. */
static void change(struct world *w, struct rpa_buf *b)
{
    unsigned row = rnd(w, ROWS - 1) + 1, col = rnd(w, COLS - 20) + 1;
    rpa_buf_printf(b, "\033[%u;%uH", row, col);
    switch (rnd(w, 6)) {
    case 0: rpa_buf_printf(b, "\033[7m%u\033[0m", rnd(w, 1000000)); break;
    case 1: rpa_buf_puts(b, "\033[2L"); break;
    case 2: rpa_buf_puts(b, "\033[3M"); break;
    case 3: rpa_buf_puts(b, "\033[K"); break;
    case 4: rpa_buf_puts(b, "\033[24;1H\n\n"); break;
    default: rpa_buf_printf(b, "text \305\265 %u", rnd(w, 1000000));
    }
}

/* cells that two readings have in common no more */
static int differ(const struct rpa_screen *a, const struct rpa_screen *b)
{
    int n = a->rows != b->rows || a->cols != b->cols || a->hash != b->hash ||
            a->cursor_row != b->cursor_row || a->cursor_col != b->cursor_col;
    for (int i = 0; !n && i < a->rows * a->cols; i++)
        n += a->cells[i].cp != b->cells[i].cp ||
             a->cells[i].fg != b->cells[i].fg ||
             a->cells[i].bg != b->cells[i].bg ||
             a->cells[i].flags != b->cells[i].flags;
    return n;
}

/* The mark is written last, and the cursor drawn behind it after that. */
static bool marked(void *ctx, const struct rpa_screen *s)
{
    int row, col;
    return rpa_screen_find(s, ctx, &row, &col) && s->cursor_row == row &&
           s->cursor_col == col + (int)strlen(ctx);
}

/* What a reader makes of change after change is what a new one sees. */
static void test_changes(struct world *w, struct rpa_grid *g, rpa_window win)
{
    int fd = open(w->fifo, O_WRONLY), bad = 0, seen = 0;
    for (int i = 0; i < 60; i++) {
        struct rpa_buf b = { 0 };
        struct rpa_err err = { 0 };
        struct rpa_grid *anew = NULL;
        const struct rpa_screen *s = NULL, *fresh = NULL;
        char mark[16];
        snprintf(mark, sizeof mark, "mark %d.", i);
        for (unsigned n = rnd(w, 4); n < 4; n++)
            change(w, &b);
        rpa_buf_printf(&b, "\033[24;1H%s", mark);
        if (write(fd, b.data, b.len) == (ssize_t)b.len &&
            rpa_grid_wait(g, marked, mark, soon(30000), &s, &err) == 0 &&
            rpa_grid_open(w->d, win, NULL, &anew, &err) == 0 &&
            rpa_grid_read(anew, &fresh, &err) == 0 &&
            rpa_grid_read(g, &s, &err) == 0) {
            seen++;
            bad += differ(s, fresh);
        }
        rpa_grid_close(anew);
        rpa_buf_clear(&b);
    }
    ok(seen == 60 && !bad, "of %d readings, each of what was drawn, %d differ "
                           "from a whole one", seen, bad);
    close(fd);
}

static bool is_larger(void *ctx, const struct rpa_screen *s)
{
    return s->rows == ROWS + 6 && s->cols == COLS + 20 &&
           rpa_screen_find(s, ctx, NULL, NULL);
}

/* The cells are found anew, and text in those that were not there before. */
static void test_resize(struct world *w, struct rpa_grid *g, rpa_window win)
{
    const struct rpa_screen *s = NULL;
    struct rpa_window_info info;
    struct rpa_err err = { 0 };
    int row = -1, col = -1, fd = open(w->fifo, O_WRONLY);
    rpa_window_info(w->d, win, &info, NULL);
    uint32_t size[] = { (uint32_t)info.width + 20 * 6,
                        (uint32_t)info.height + 6 * 13 };
    xcb_configure_window(w->d->xcb, win,
                         XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT,
                         size);
    int r = -RPA_ETIMEOUT; /* until xterm has heard of it, it is written again */
    for (int i = 0; i < 60 && r == -RPA_ETIMEOUT; i++) {
        const char *say = "\033[2J\033[29;90Hlarger \305\265";
        if (write(fd, say, strlen(say)) < 0)
            break;
        r = rpa_grid_wait(g, is_larger, "larger \305\265", soon(500), &s, &err);
    }
    ok(r == 0 && rpa_screen_find(s, "larger", &row, &col) && row == 28 &&
           col == 89 && s->nunknown == 0,
       "resized: all of 30 rows of 100 cells");
    close(fd);
}

static void test_font(struct world *w, const char *font, bool latin1,
                      bool named, bool rest)
{
    static struct want want[CELLS];
    uint32_t rep[512];
    size_t n = readable(latin1, rep);
    fill(w, rep, n, want);
    write_cells(w, want);
    rpa_window win = 0;
    struct rpa_err err = { 0 };
    struct rpa_grid *g = NULL;
    pid_t pid = start_xterm(w, font, &win);
    struct rpa_grid_spec spec = { .font = named ? font : NULL };
    struct expect e = { .want = want };
    if (ok(rpa_grid_open(w->d, win, &spec, &g, &err) == 0, "%s opens", font)) {
        test_focused(w, g, win, &e);
        test_unfocused(w, g, &e);
        test_focused(w, g, win, &e);
        printf("# read with %s\n", rpa_grid_font(g));
        measure(w, win, font);
        if (rest) {
            test_cover(w, g, win, &e);
            test_flash(w, g, win);
            test_wait(w, g);
            test_changes(w, g, win);
            test_resize(w, g, win);
        }
    } else
        printf("# %s\n", err.msg);
    rpa_grid_close(g);
    xvfb_reap(pid);
}

#define FIXED(width, size, more)                                               \
    "-misc-fixed-medium-r-" width "--" size "-" more "-iso10646-1"

int main(void)
{
    struct world w = { .seed = 2026 };
    struct rpa_err err;
    xvfb_start(&w.x, 1100, 700);
    tmp_dir(w.dir);
    snprintf(w.text, sizeof w.text, "%s/text", w.dir);
    snprintf(w.fifo, sizeof w.fifo, "%s/fifo", w.dir);
    ok(mkfifo(w.fifo, 0600) == 0, "a FIFO");
    ok(rpa_display_open(w.x.name, &w.d, &err) == 0, "display");
    test_font(&w, FIXED("semicondensed", "13", "120-75-75-c-60"), false, true,
              true);
    test_font(&w, FIXED("normal", "15", "140-75-75-c-90"), false, false,
              false);
    test_font(&w, FIXED("normal", "20", "200-75-75-c-100"), false, false,
              false);
    test_font(&w, "9x15", true, true, false);
    rpa_display_close(w.d);
    tmp_remove(w.dir);
    xvfb_stop(&w.x);
    return tap_done();
}
