/* Graphic escapes, as x3270 draws them: frames and the rest of code page 310,
 * against what the host sent and what x3270 itself says. */
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/grid.h"
#include "rpa/screen/window.h"
#include "rpa/screen/x3270.h"
#include "screen/x3270.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <stdlib.h>

#define FIXED "-misc-fixed-medium-r-normal--15-140-75-75-c-90-"

enum { ROWS = 43, COLS = 80 };
enum { BOX_ROWS = 5, BOX_COLS = 20, BOXES = 3 };
enum { TEXT = 6, TABLE = 27, FIRST = 0x41, LAST = 0xfe };
enum { FULL = 0x95 }; /* fills its cell, and so is a blank of another colour */

/* A frame as a host sends it: the codes, and what they are. Source: IBM code
 * page 310. The wall may be either of two codes that are drawn alike. */
static const struct {
    char as;
    uint8_t code;
    uint32_t cp;
} pieces[] = {
    { 'r', 0xc5, 0x250c }, { '7', 0xd5, 0x2510 }, { 'L', 0xc4, 0x2514 },
    { 'J', 0xd4, 0x2518 }, { '-', 0xa2, 0x2500 }, { '|', 0x85, 0x2502 },
    { 'I', 0xbf, 0x2502 }, { '>', 0xc6, 0x251c }, { '<', 0xd6, 0x2524 },
    { 'T', 0xd7, 0x252c }, { '1', 0xc7, 0x2534 }, { '+', 0xd3, 0x253c },
};
static const char *const box[BOX_ROWS] = {
    "r-------T----------7",
    "|       |          I",
    ">-------+----------<",
    "I       |          |",
    "L-------1----------J",
};

static int64_t soon(void)
{
    return rpa_mono_us() + 30000000;
}

static void at(struct rpa_buf *b, int row, int col)
{
    int a = row * COLS + col;
    rpa_buf_add(b, (char[]){ 0x11, (char)(a >> 8), (char)a }, 3);
}

static int piece(char as)
{
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        if (pieces[i].as == as)
            return (int)i;
    return -1;
}

static void put_box(struct rpa_buf *b, int col)
{
    for (int r = 0; r < BOX_ROWS; r++) {
        at(b, r, col);
        for (int c = 0; c < BOX_COLS; c++) {
            int i = piece(box[r][c]);
            char code = i < 0 ? 0x40 : (char)pieces[i].code;
            rpa_buf_add(b, (char[]){ 0x08, code }, i < 0 ? 0 : 2);
            rpa_buf_add(b, &code, i < 0 ? 1 : 0);
        }
    }
}

/* Three boxes: plain, intensified, underscored; an intensified hyphen behind a
 * line; text; every code, blanks between. */
static void screen(struct rpa_buf *b)
{
    static const char *const attributes[BOXES] = {
        "\x29\x01\xc0\x60", "\x29\x01\xc0\xe8", "\x29\x02\xc0\x60\x41\xf4"
    };
    rpa_buf_add(b, "\x7e\xc3", 2); /* Erase/Write Alternate, unlock */
    for (int r = 0; r < BOX_ROWS; r++)
        for (int i = 0; i < BOXES; i++) {
            at(b, r, i * (BOX_COLS + 5));
            rpa_buf_add(b, attributes[i], i == 2 ? 6 : 4);
            at(b, r, i * (BOX_COLS + 5) + BOX_COLS + 1);
            rpa_buf_add(b, "\x1d\x60", 2);
        }
    for (int i = 0; i < BOXES; i++)
        put_box(b, i * (BOX_COLS + 5) + 1);
    at(b, BOX_ROWS, 0);
    rpa_buf_add(b, "\x29\x01\xc0\xe8\x08\xa2\x08\xa2\x60\x1d\x60", 11);
    for (int code = FIRST; code <= LAST; code++) {
        at(b, TABLE + (code - 0x40) / 16, 2 + code % 16 * 3);
        rpa_buf_add(b, (char[]){ 0x08, (char)code }, code == FULL ? 0 : 2);
    }
    for (int r = TEXT; r < TABLE; r++) { /* as most cells should be known */
        at(b, r, 2);
        for (int c = 2; c < COLS - 2; c++)
            rpa_buf_putc(b, (char)(0x81 + (r + c) % 9));
    }
    at(b, ROWS - 1, 0);
    rpa_buf_add(b, "\x1d\x60\xe2\xa4\x99\x95\x81\x94\x85", 9); /* Surname */
    rpa_buf_add(b, "\x1d\x40\x13\xff\xef", 5); /* field, cursor */
}

/* ---- what is read ---- */

/* What is drawn is another character, or one that looks the same. */
struct as {
    uint8_t code;
    uint32_t cp;
};

enum { LINE = 0x2500, WALL = 0x2502 };

static const struct font {
    const char *model, *name;
    int codes;  /* signs that are read */
    int unread; /* cells of the boxes: two characters could be meant */
    uint32_t wall, under; /* as which a wall is read, and one underscored */
    uint32_t hyphen;      /* and one behind a line; 0: not at all */
    struct as as[3];
    bool blanks; /* x3270 draws nothing for what the font lacks */
} fonts[] = {
    { "3279-4-E", "3270", 106, 0, WALL, '|', '-', { { 0x71, '^' }, { 0x80, '~' } } },
    { "3279-4-E", "3270-12", 17, 0, '|', '|', '-',
      { { 0x82, 0xaf }, { 0x85, '|' }, { 0xbf, '|' } } },
    { "3279-4-E", "3270-20", 14, 0, WALL, WALL, '-' },
    { "3279-4-E", "3270gt8", 14, 6, WALL, 0, '-' },
    { "3279-4-E", "3270gt12", 14, 0, WALL, WALL, '-' },
    { "3279-4-E", "3270gt16", 14, 0, WALL, WALL, '-' },
    { "3279-4-E", "3270gt24", 14, 0, WALL, WALL, '-' },
    { "3279-4-E", "3270gt32", 14, 0, WALL, WALL, '-' },
    /* what is intensified is drawn twice */
    { "3278-4-E", "3270-20", 14, 0, WALL, WALL, 0 },
    { "3278-4-E", "3270-12", 17, 51, '|', '|', LINE,
      { { 0x82, 0xaf }, { 0x85, '|' }, { 0xbf, '|' } } },
    /* no fonts of x3270's: it draws what they have */
    { "3279-4-E", FIXED "iso8859-15", 16, 0, WALL, WALL, '-',
      { { 0xa3, 0xb7 }, { 0xaf, 0xb0 } }, .blanks = true },
    { "3279-4-E", FIXED "iso10646-1", 32, 6, WALL, WALL, '-', { { 0xbc, 'T' } } },
};

struct tally {
    int read, wrong, unread;
    int row, col; /* of a wrong one */
    uint32_t seen, sent;
};

static void count(struct tally *t, int row, int col, uint32_t seen,
                  uint32_t sent)
{
    t->unread += !seen;
    t->read += seen && seen == sent;
    if (!seen || seen == sent)
        return;
    t->wrong++;
    t->row = row;
    t->col = col;
    t->seen = seen;
    t->sent = sent;
}

static void told(const struct tally *t, bool good, const char *what)
{
    if (!ok(good, "%s: %d read, wrong %d, unreadable %d", what, t->read,
            t->wrong, t->unread) && t->wrong)
        printf("# row %d, column %d: U+%04X, sent U+%04X\n", t->row, t->col,
               t->seen, t->sent);
}

static struct tally boxes(const struct rpa_screen *s, uint32_t wall,
                          uint32_t under)
{
    struct tally t = { 0 };
    for (int i = 0; i < BOXES; i++)
        for (int r = 0; r < BOX_ROWS; r++)
            for (int c = 0; c < BOX_COLS; c++) {
                int p = piece(box[r][c]), col = i * (BOX_COLS + 5) + 1 + c;
                uint32_t want = p < 0 ? ' ' : pieces[p].cp;
                if (want == WALL)
                    want = i == 2 ? under : wall;
                count(&t, r, col, s->cells[r * COLS + col].cp, want);
            }
    return t;
}

/* x3270's word of a cell, which has other names for some */
static uint32_t said_at(const char *said, int row, int col)
{
    static const uint32_t names[][2] = { { 0x2223, 0x2502 }, { 0x207c, 0x207d },
                                         { 0x282, 0x2082 }, { 0x283, 0x2083 } };
    uint32_t cp = 0;
    for (; said && row >= 0; row--) {
        said = strstr(said, "data: ");
        said += said ? strlen("data: ") : 0;
    }
    for (; said && col >= 0; col--)
        said += rpa_utf8_decode(said, strlen(said), &cp);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cp == names[i][0])
            return names[i][1];
    return cp;
}

static struct tally all_codes(const struct font *f, const struct rpa_screen *s,
                              const char *said)
{
    struct tally t = { 0 };
    for (int code = FIRST; code <= LAST; code++) {
        int row = TABLE + (code - 0x40) / 16, col = 2 + code % 16 * 3;
        uint32_t seen = s->cells[row * COLS + col].cp;
        uint32_t want = said_at(said, row, col);
        for (size_t i = 0; i < sizeof f->as / sizeof *f->as; i++)
            if (f->as[i].code == code)
                want = f->as[i].cp;
        if (seen != ' ' || (want != ' ' && !f->blanks))
            count(&t, row, col, seen, want);
    }
    return t;
}

/* x3270 draws row by row: all else is there with the last row's text */
static bool shown(void *ctx, const struct rpa_screen *s)
{
    int row;
    (void)ctx;
    return s->rows == ROWS && s->cols == COLS &&
           rpa_screen_find(s, "Surname", &row, NULL) && row == ROWS - 1;
}

/* The other reader finds what is drawn alike, and takes what cannot be read. */
static void second_reader(const struct font *f, pid_t pid,
                          const struct rpa_screen *s)
{
    struct rpa_err err = { 0 };
    struct rpa_x3270 *word = NULL;
    struct rpa_x3270_status status;
    bool same = !f->as[0].code;
    int fd, r = rpa_x3270_connect(pid, &fd, &err);
    if (r == 0)
        r = rpa_x3270_new(fd, &word, &err);
    if (r == 0)
        r = rpa_x3270_agrees(word, s, soon(), &status, &err);
    if (!is_int(r, same ? 0 : -RPA_ESCREEN,
                same ? "x3270 agrees" : "x3270 finds what is drawn as another"))
        printf("# %s; %s\n", err.msg, err.seen);
    rpa_x3270_free(word);
}

static void check(const struct font *f, pid_t pid, const struct rpa_screen *s)
{
    char *said = x3270_ask(pid, "Ascii1()\n");
    struct tally t = boxes(s, f->wall, f->under);
    told(&t, t.wrong == 0 && t.unread == f->unread, "boxes");
    is_int(s->cells[BOX_ROWS * COLS + 3].cp, f->hyphen,
           "a hyphen behind a line");
    t = all_codes(f, s, said);
    told(&t, said && t.wrong == 0 && t.read >= f->codes, "all codes");
    t = boxes(s, f->wall == '|' ? WALL : '|', f->under);
    ok(t.wrong > 0, "control: %d other walls would be found out", t.wrong);
    second_reader(f, pid, s);
    free(said);
}

static void test_font(struct x3270_stage *stage, const struct font *f)
{
    char host[32], title[96];
    snprintf(host, sizeof host, "127.0.0.1:%d", stage->port);
    snprintf(title, sizeof title, "%s with %s", f->model, f->name);
    const char *argv[] = { "x3270", "-model", f->model, "-codepage", "cp1146",
                           "-efont", f->name, "-title", title, "-socket",
                           "-xrm", "x3270.menuBar: false", "-xrm",
                           "x3270.scrollBar: false", host, NULL };
    uint32_t holds[256];
    size_t n = 0;
    for (uint32_t cp = 0x20; cp < 0x100; cp++)
        if (cp < 0x7f || cp >= 0xa0)
            holds[n++] = cp;
    struct rpa_err err = { 0 };
    struct rpa_grid *g = NULL;
    struct rpa_grid_spec spec = { .font = f->name, .repertoire = holds,
                                  .nrepertoire = n };
    const struct rpa_screen *s = NULL;
    rpa_window win = 0;
    pid_t pid = xvfb_spawn(&stage->x, argv);
    int r = rpa_window_find(stage->d, title, NULL, soon(), &win, &err);
    if (r == 0)
        r = rpa_window_focus(stage->d, win, soon(), &err);
    if (r == 0)
        r = rpa_grid_open(stage->d, win, &spec, &g, &err);
    if (r == 0)
        r = rpa_grid_wait(g, shown, NULL, soon(), &s, &err);
    if (ok(r == 0, "%s", title))
        check(f, pid, s);
    else
        printf("# %s %s\n", err.msg, err.seen);
    rpa_grid_close(g);
    x3270_reap(pid);
}

int main(void)
{
    struct x3270_stage stage;
    struct rpa_buf sent = { 0 };
    screen(&sent);
    x3270_stage_open(&stage, &sent, 1800, 1800);
    for (size_t i = 0; i < sizeof fonts / sizeof *fonts; i++)
        test_font(&stage, &fonts[i]);
    x3270_stage_close(&stage);
    return tap_done();
}
