/* The eyes on x3270, against what x3270 itself says it shows. */
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/grid.h"
#include "rpa/screen/window.h"
#include "screen/x3270.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <stdlib.h>

enum { ROWS = 43, COLS = 80, CURSOR_ROW = 42, CURSOR_COL = 20 };
enum { PATIENCE_MS = 30000 };

static int64_t soon(int ms)
{
    return rpa_mono_us() + ms * 1000LL;
}

/* ---- a host with one screen ---- */

static void at(struct rpa_buf *b, int row, int col)
{
    int a = row * COLS + col;
    char sba[3] = { 0x11, (char)(a >> 8 & 0x3f), (char)(a & 0xff) };
    rpa_buf_add(b, sba, 3); /* 14-bit address */
}

static void put(struct rpa_buf *b, uint8_t c)
{
    rpa_buf_add(b, &c, 1);
    if (c == 0xff)
        rpa_buf_add(b, &c, 1); /* IAC is doubled */
}

/* Every character of cp1146, then random ones in fields of random colour,
 * some reversed or underscored; the cursor at CURSOR_ROW, CURSOR_COL. */
static void screen(struct rpa_buf *b)
{
    static const uint8_t light[] = { 0x00, 0xf2, 0xf4 };
    unsigned seed = 1146;
    rpa_buf_add(b, "\x7e\xc3", 2); /* Erase/Write Alternate, unlock */
    at(b, 0, 0);
    rpa_buf_add(b, "\x1d\x60", 2);
    for (int c = 0x41; c < 0xff; c++)
        put(b, (uint8_t)c);
    for (int r = 3; r < 42; r++) {
        seed = seed * 1664525u + 1013904223u;
        uint8_t sfe[] = { 0x29, 3, 0xc0, 0x60, 0x41, light[seed >> 8 & 1],
                          0x42, (uint8_t)(0xf1 + (seed >> 12) % 7) };
        if (r % 8 == 0)
            sfe[5] = 0xf4;
        if (r % 5 == 0)
            sfe[3] = 0xe8; /* intensified: a 3278 draws it twice */
        at(b, r, 0);
        rpa_buf_add(b, sfe, sizeof sfe);
        for (int i = 0; i < COLS - 1; i++) {
            seed = seed * 1664525u + 1013904223u;
            put(b, (uint8_t)(0x40 + (seed >> 8) % 0xbf));
        }
    }
    at(b, CURSOR_ROW, 0);
    rpa_buf_add(b, "\x1d\x60", 2);
    for (const char *p = "\xe2\xa4\x99\x95\x81\x94\x85 K K z"; *p; p++)
        put(b, *p == ' ' ? 0x40 : *p == 'K' ? 0x4b : *p == 'z' ? 0x7a
                                                             : (uint8_t)*p);
    at(b, CURSOR_ROW, CURSOR_COL - 1);
    rpa_buf_add(b, "\x1d\x40\x13", 3); /* field, cursor */
    rpa_buf_add(b, "\xff\xef", 2);
}

/* ---- what is waited for ---- */

/* The form as x3270 shows it without focus. It draws row by row and the cursor
 * last, so a screen with the last row may still be without. */
static bool form_shown(void *ctx, const struct rpa_screen *s)
{
    size_t unread = *(size_t *)ctx;
    return s->rows == ROWS && s->cols == COLS &&
           rpa_screen_find(s, "Surname . . :", NULL, NULL) &&
           s->cursor_row == CURSOR_ROW && s->cursor_col == CURSOR_COL &&
           s->nunknown >= 1 && s->nunknown <= 1 + unread;
}

/* With focus the character under the cursor can be read. */
static bool all_read(void *ctx, const struct rpa_screen *s)
{
    return s->nunknown <= *(size_t *)ctx &&
           s->cells[CURSOR_ROW * COLS + CURSOR_COL].cp;
}

static void say_screen(const struct rpa_screen *s, const struct rpa_err *err)
{
    printf("# %s %s\n", err->msg, err->hint);
    if (!s)
        return;
    printf("# %d x %d, cursor %d,%d, unreadable %zu\n", s->rows, s->cols,
           s->cursor_row, s->cursor_col, s->nunknown);
}

struct tally {
    int same, wrong, unknown;
};

/* x3270 says NBSP as blank and shows it as one; a shown soft hyphen may look
 * like a hyphen */
static bool alike(uint32_t seen, uint32_t said)
{
    return seen == said || (said == 0xa0 && seen == ' ') ||
           (said == 0xad && seen == '-');
}

static void compare(const struct rpa_screen *s, const char *said,
                    struct tally *t)
{
    for (int r = 0; r < s->rows; r++) {
        said = said ? strstr(said, "data: ") : NULL;
        if (!said) {
            t->wrong += s->cols;
            continue;
        }
        said += strlen("data: ");
        for (int c = 0; c < s->cols; c++) {
            uint32_t cp = 0, seen = s->cells[r * s->cols + c].cp;
            said += rpa_utf8_decode(said, strlen(said), &cp);
            if (!seen)
                t->unknown++;
            else if (alike(seen, cp))
                t->same++;
            else if (++t->wrong < 20)
                printf("# row %d col %d: U+%04X, x3270 says U+%04X\n", r, c,
                       seen, cp);
        }
    }
}

/* @unread: at most so many cells need not be readable */
static void test_font(struct x3270_stage *stage, const char *model,
                      const char *font, bool named, size_t unread)
{
    char host[32], title[64]; /* its own: the window before may linger */
    snprintf(host, sizeof host, "127.0.0.1:%d", stage->port);
    snprintf(title, sizeof title, "%s with %s", model, font);
    const char *argv[] = { "x3270", "-model", model, "-codepage",
                           "cp1146", "-efont", font, "-title",
                           title, "-socket", "-xrm",
                           "x3270.menuBar: false", "-xrm",
                           "x3270.scrollBar: false", host, NULL };
    struct rpa_err err = { 0 };
    struct rpa_grid *g = NULL;
    struct rpa_grid_spec spec = { .font = named ? font : NULL };
    const struct rpa_screen *s = NULL;
    rpa_window win = 0;
    pid_t pid = xvfb_spawn(&stage->x, argv);
    int r = rpa_window_find(stage->d, title, NULL, soon(PATIENCE_MS), &win, &err);
    if (r == 0)
        r = rpa_grid_open(stage->d, win, &spec, &g, &err);
    if (r == 0)
        r = rpa_grid_wait(g, form_shown, &unread, soon(PATIENCE_MS), &s, &err);
    if (!ok(r == 0, "x3270 -model %s shows the form, its cursor hollow, "
                    "at most %zu more cells unreadable", title, unread)) {
        say_screen(s, &err);
        goto out;
    }
    struct tally t = { 0 };
    r = rpa_window_focus(stage->d, win, soon(PATIENCE_MS), &err);
    if (r == 0)
        r = rpa_grid_wait(g, all_read, &unread, soon(PATIENCE_MS), &s, &err);
    char *said = x3270_ask(pid, "Ascii1()\n");
    compare(s, said, &t);
    if (!ok(r == 0 && !t.wrong && (size_t)t.unknown <= unread &&
                t.same + t.unknown == ROWS * COLS,
            "focused: %d cells as x3270 says, wrong %d, unreadable %d", t.same,
            t.wrong, t.unknown))
        say_screen(s, &err);
    printf("# read with %s\n", rpa_grid_font(g));
    free(said);
out:
    rpa_grid_close(g);
    x3270_reap(pid);
}

int main(void)
{
    struct x3270_stage stage;
    struct rpa_buf shown = { 0 };
    screen(&shown);
    x3270_stage_open(&stage, &shown, 1100, 950);
    test_font(&stage, "3279-4-E", "3270-20", true, 0);
    test_font(&stage, "3279-4-E", "3270-12", false, 0);
    test_font(&stage, "3278-4-E", "3270-20", true, 0);
    /* seven pixels wide and twice drawn, a few of these cannot be told */
    test_font(&stage, "3278-4-E", "3270-12", true, 8);
    x3270_stage_close(&stage);
    return tap_done();
}
