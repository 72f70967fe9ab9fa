/* A font is learned from known text: each character between two blanks, in the
 * terminal's own two colours. A row is one run of text, since at the ends of a
 * run terminals cut off what a glyph inks beyond its cell. */
#include "face.h"

#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/font.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    RGB = 0xffffff,
    ROWS = 24,
    COLS = 80,
    APART = 3,                            /* columns from glyph to glyph */
    PER_ROW = 26,                         /* on every other row but the last */
    PER_PAGE = PER_ROW * (ROWS / 2 - 1),
    SETTLE_MS = 120, /* the picture is complete if it stays the same so long */
    WAIT_MS = 20000,
    LEAST = 160, /* levels between the two colours, in each channel */
};

struct lesson {
    struct rpa_display *d;
    struct rpa_capture *capture;
    xcb_window_t window;
    int tty;
    struct rpa_frame frame;
    int ox, oy, cw, ch;
    uint32_t paper, ink;
    unsigned page; /* shown, by number */
    struct rpa_font *font;
    struct rpa_font_lesson *told;
};

/* ---- pages ---- */

static int say(struct lesson *l, const struct rpa_buf *page,
               struct rpa_err *err)
{
    if (page->failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a page");
    for (size_t at = 0; at < page->len;) {
        ssize_t n = write(l->tty, page->data + at, page->len - at);
        if (n < 0 && errno != EINTR)
            return rpa_fail_errno(err, RPA_EIO, "writing to the terminal");
        at += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static bool same_picture(const struct rpa_frame *fr, uint64_t *sum)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0, n = (size_t)fr->w * (size_t)fr->h; i < n; i++)
        h = (h ^ (fr->px[i] & RGB)) * 1099511628211u;
    bool same = h == *sum;
    *sum = h;
    return same;
}

/* Take pictures until @good holds and nothing changes any more. */
static int settle(struct lesson *l, bool (*good)(struct lesson *l),
                  const char *what, struct rpa_err *err)
{
    int64_t until = rpa_mono_us() + WAIT_MS * 1000LL;
    uint64_t sum = 0;
    for (bool still = false;; ) {
        int r = rpa_capture_read(l->capture, l->window, NULL, 0, &l->frame, err);
        if (r < 0)
            return r;
        still = same_picture(&l->frame, &sum) && good(l);
        if (still)
            return 0;
        if (rpa_left_ms(until) == 0) {
            rpa_fail(err, RPA_ETIMEOUT, "the terminal does not show %s", what);
            return rpa_err_hint(err, "let its window hold nothing but the cells: "
                                     "no menu, no tabs, no scroll bar");
        }
        int64_t next = rpa_mono_us() + SETTLE_MS * 1000;
        do /* other events may come meanwhile */
            r = rpa_display_wait(l->d, next, err);
        while (r > 0);
        if (r < 0)
            return r;
    }
}

/* ---- where the cells are: one reversed cell on an empty screen ---- */

static bool find_box(struct lesson *l)
{
    const struct rpa_frame *fr = &l->frame;
    uint32_t paper = fr->px[(size_t)fr->w * (size_t)fr->h / 2 +
                            (size_t)fr->w / 2] & RGB;
    int left = fr->w, right = 0, top = fr->h, bottom = 0;
    for (int y = 0; y < fr->h / 2; y++)
        for (int x = 0; x < fr->w / 2; x++)
            if ((fr->px[y * fr->w + x] & RGB) != paper) {
                left = x < left ? x : left;
                right = x >= right ? x + 1 : right;
                top = y < top ? y : top;
                bottom = y + 1;
            }
    l->paper = paper;
    l->cw = right - left;
    l->ch = bottom - top;
    l->ox = left;
    l->oy = top;
    return bottom > 0 && l->cw >= RPA_GLYPH_MIN && l->cw <= RPA_GLYPH_MAX &&
           l->ch >= 5 && l->ch <= RPA_GLYPH_MAX;
}

static int check_box(struct lesson *l, struct rpa_err *err)
{
    const struct rpa_frame *fr = &l->frame;
    l->ink = fr->px[l->oy * fr->w + l->ox] & RGB;
    for (int y = l->oy; y < l->oy + l->ch; y++)
        for (int x = l->ox; x < l->ox + l->cw; x++)
            if ((fr->px[y * fr->w + x] & RGB) != l->ink)
                return rpa_fail(err, RPA_EUNREADABLE,
                                "a reversed cell is not of one colour");
    for (int c = 0; c < 24; c += 8)
        if (abs((int)(l->ink >> c & 255) - (int)(l->paper >> c & 255)) < LEAST) {
            rpa_fail(err, RPA_EUNREADABLE,
                     "the terminal's two colours are too near");
            return rpa_err_hint(err, "show black on white to learn a font");
        }
    if (l->ox + COLS * l->cw > fr->w || l->oy + ROWS * l->ch > fr->h)
        return rpa_fail(err, RPA_EUNREADABLE,
                        "the terminal is smaller than 80x24");
    return 0;
}

static int find_cells(struct lesson *l, struct rpa_err *err)
{
    struct rpa_buf page = { 0 };
    rpa_buf_puts(&page, "\033[?25l\033[0m\033[2J\033[1;1H\033[7m \033[0m");
    int r = say(l, &page, err);
    rpa_buf_clear(&page);
    if (r == 0)
        r = settle(l, find_box, "a reversed cell", err);
    return r < 0 ? r : check_box(l, err);
}

/* ---- a page of glyphs; its number stands in the last row, as reversed cells
 * for its bits, written last ---- */

static bool marked(const struct lesson *l, int col)
{
    int y = l->oy + (ROWS - 1) * l->ch + l->ch / 2;
    int x = l->ox + col * l->cw + l->cw / 2;
    return (l->frame.px[y * l->frame.w + x] & RGB) == l->ink;
}

static bool is_page(struct lesson *l)
{
    for (unsigned bit = 0; bit < 10; bit++)
        if (marked(l, 2 + 2 * (int)bit) != (l->page >> bit & 1))
            return false;
    return true;
}

static int cell_row(int i)
{
    return i / PER_ROW * 2 + 1;
}

static int cell_col(int i)
{
    return i % PER_ROW * APART + 1;
}

/* @end stands behind the last glyph of each row */
static int show(struct lesson *l, const uint32_t *cp, int n, const char *style,
                const char *end, struct rpa_err *err)
{
    struct rpa_buf page = { 0 };
    l->page++;
    rpa_buf_puts(&page, "\033[0m\033[2J");
    for (int i = 0; i < n; i++) {
        char utf8[4];
        if (i % PER_ROW == 0)
            rpa_buf_printf(&page, "\033[%d;1H\033[0;%sm", cell_row(i) + 1,
                           style);
        rpa_buf_putc(&page, ' ');
        rpa_buf_add(&page, utf8, rpa_utf8_encode(cp[i], utf8));
        rpa_buf_putc(&page, ' ');
        if (i % PER_ROW == PER_ROW - 1 || i == n - 1)
            rpa_buf_puts(&page, end);
    }
    for (int bit = 0; bit < 10; bit++)
        rpa_buf_printf(&page, "\033[%d;%dH\033[%dm ", ROWS, 3 + 2 * bit,
                       l->page >> bit & 1 ? 7 : 0);
    rpa_buf_puts(&page, "\033[0m");
    int r = say(l, &page, err);
    rpa_buf_clear(&page);
    return r < 0 ? r : settle(l, is_page, "a page of characters", err);
}

/* ---- coverage ---- */

/* 0 to 255; -1: not between the two colours */
static int coverage_at(const struct lesson *l, int x, int y, int c)
{
    uint32_t px = l->frame.px[y * l->frame.w + x];
    int paper = (int)(l->paper >> c * 8 & 255), ink = (int)(l->ink >> c * 8 & 255);
    int d = (int)(px >> c * 8 & 255) - paper, full = ink - paper;
    int cover = (d * 255 * 2 / full + 1) / 2;
    return cover < -2 || cover > 257 ? -1
           : cover < 0               ? 0
           : cover > 255             ? 255
                                     : cover;
}

/* The @i-th glyph of the page: its coverage, with the columns beside the cell.
 * Returns 1, or 0 when nothing is drawn, -1 when in other colours. */
static int take(const struct lesson *l, int i, int channels, uint8_t *out)
{
    int x0 = l->ox + cell_col(i) * l->cw - RPA_SOFT_UNDER, y0 = l->oy + cell_row(i) * l->ch;
    int any = 0;
    for (int y = 0; y < l->ch; y++)
        for (int x = 0; x < RPA_SOFT_WIDTH(l->cw); x++)
            for (int c = 0; c < channels; c++) {
                int cover = coverage_at(l, x0 + x, y0 + y, c);
                if (cover < 0)
                    return -1;
                *out++ = (uint8_t)cover;
                any |= cover;
            }
    return any != 0;
}

/* are the channels of the whole picture covered alike? */
static bool is_grey(const struct lesson *l)
{
    for (int y = l->oy; y < l->oy + ROWS * l->ch; y++)
        for (int x = l->ox; x < l->ox + COLS * l->cw; x++) {
            int a = coverage_at(l, x, y, 0), b = coverage_at(l, x, y, 1),
                c = coverage_at(l, x, y, 2);
            if (abs(a - b) > 2 || abs(b - c) > 2)
                return false;
        }
    return true;
}

/* a glyph that was learned, and looks just so */
static bool known(const struct rpa_font *f, const struct rpa_soft_glyph *g)
{
    const struct rpa_soft *s = f->soft;
    size_t n = (size_t)(f->ch * RPA_SOFT_WIDTH(f->cw) * s->channels);
    for (size_t i = 0; i < s->n; i++)
        if (&s->glyphs[i] != g && s->glyphs[i].cp == g->cp &&
            s->glyphs[i].flags == g->flags && !memcmp(s->glyphs[i].a, g->a, n))
            return true;
    return false;
}

/* How a run of text is drawn. One with a character that a bold font lacks is all
 * drawn with the plain one, twice; of those that have some lines, many lack ╬. */
enum way { PLAIN, BOLD, MIXED, WAYS };

static int learn_page(struct lesson *l, const uint32_t *cp, int n, enum way way,
                      struct rpa_err *err)
{
    struct rpa_font *f = l->font;
    bool bold = way != PLAIN;
    int r = show(l, cp, n, bold ? "1" : "", way == MIXED ? "╬" : "", err);
    for (int i = 0; r == 0 && i < n; i++) {
        struct rpa_soft_glyph *g =
            rpa_soft_add(f, cp[i], bold ? RPA_CELL_BOLD : 0);
        if (!g)
            return rpa_fail(err, RPA_ENOMEM, "too many glyphs");
        int got = take(l, i, f->soft->channels, g->a);
        if (got < 0)
            return rpa_fail(err, RPA_EUNREADABLE,
                            "U+%04X is not drawn in the terminal's two colours",
                            cp[i]);
        l->told->nblank += got == 0 && !bold;
        if (got == 0 || (way == MIXED && known(f, g)))
            rpa_soft_drop(f);
    }
    return r;
}

/* which pixel rows an underlined blank has */
static int learn_underline(struct lesson *l, struct rpa_err *err)
{
    struct rpa_soft *s = l->font->soft;
    int r = show(l, (const uint32_t[]){ ' ' }, 1, "4", "", err);
    int x = l->ox + cell_col(0) * l->cw + l->cw / 2;
    int y0 = l->oy + cell_row(0) * l->ch, top = -1;
    for (int y = 0; r == 0 && y <= l->ch; y++) {
        bool line = y < l->ch && coverage_at(l, x, y0 + y, 1) == 255;
        if (line && top < 0)
            top = y;
        else if (!line && top >= 0 && s->nlines < RPA_LINES_MAX) {
            s->line[s->nlines++] = (struct rpa_line){ top, y - top };
            top = -1;
        }
    }
    return r;
}

static int finish(struct lesson *l, struct rpa_err *err)
{
    struct rpa_font *check = NULL;
    struct rpa_font_lesson *t = l->told;
    if (!l->font->soft->n)
        return rpa_fail(err, RPA_EUNREADABLE, "no character is drawn");
    int r = rpa_soft_alike(l->font, &t->alike, err);
    rpa_font_write(l->font, &t->file);
    t->cw = l->font->cw;
    t->ch = l->font->ch;
    t->channels = l->font->soft->channels;
    t->nglyphs = l->font->soft->n;
    if (t->file.failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a font");
    if (r == 0)
        r = rpa_font_parse(t->file.data, t->file.len, NULL, 0, &check, err);
    rpa_font_free(check);
    return r;
}

/* ---- all of it ---- */

static int learn_all(struct lesson *l, const char *name, const uint32_t *cp,
                     size_t n, struct rpa_err *err)
{
    int r = find_cells(l, err), some = n < PER_PAGE ? (int)n : PER_PAGE;
    if (r == 0)
        r = show(l, cp, some, "", "", err);
    if (r == 0)
        r = rpa_soft_new(name, l->cw, l->ch, is_grey(l) ? 1 : 3, &l->font, err);
    for (enum way way = PLAIN; r == 0 && way < WAYS; way++)
        for (size_t i = 0; r == 0 && i < n; i += PER_PAGE)
            r = learn_page(l, cp + i, n - i < PER_PAGE ? (int)(n - i) : PER_PAGE,
                           way, err);
    return r < 0 ? r : learn_underline(l, err);
}

/* What stands alone on a screen: no blanks, and no soft hyphen, which reads as
 * the hyphen it looks like. */
static int to_learn(const uint32_t *repertoire, size_t n, uint32_t **ret,
                    size_t *ret_n, struct rpa_err *err)
{
    struct rpa_grid_spec spec = { .repertoire = repertoire, .nrepertoire = n };
    int r = rpa_usual_repertoire(&spec, ret, ret_n, err);
    size_t kept = 0;
    for (size_t i = 0; r == 0 && i < *ret_n; i++)
        if ((*ret)[i] > 0x20 && (*ret)[i] != 0xa0 && (*ret)[i] != 0xad)
            (*ret)[kept++] = (*ret)[i];
    *ret_n = kept;
    return r;
}

int rpa_font_learn(struct rpa_display *d, uint32_t window, int tty,
                   const char *name, const uint32_t *repertoire, size_t n,
                   struct rpa_font_lesson *ret, struct rpa_err *err)
{
    struct lesson l = { .d = d, .tty = tty, .told = ret };
    uint32_t *cp = NULL;
    *ret = (struct rpa_font_lesson){ 0 };
    l.window = rpa_cover_inner(d, window);
    int r = to_learn(repertoire, n, &cp, &n, err);
    if (r == 0)
        r = rpa_capture_open(d, &l.capture, err);
    if (r == 0)
        r = learn_all(&l, name, cp, n, err);
    if (r == 0)
        r = finish(&l, err);
    rpa_capture_close(l.capture);
    rpa_font_free(l.font);
    free(cp);
    if (r < 0)
        rpa_font_lesson_clear(ret);
    return r;
}

/* ---- from the server's own font ---- */

static int copy_ink(const struct rpa_font *from, const struct rpa_glyph *g,
                    struct rpa_font *to, struct rpa_err *err)
{
    struct rpa_soft_glyph *soft = rpa_soft_add(to, g->cp, g->flags);
    if (!soft)
        return rpa_fail(err, RPA_ENOMEM, "too many glyphs");
    for (int y = 0; y < from->ch; y++) {
        uint8_t *row = soft->a + y * RPA_SOFT_WIDTH(from->cw) + RPA_SOFT_UNDER;
        for (int x = 0; x < from->cw; x++)
            row[x] = g->ink.row[y] >> x & 1 ? 255 : 0;
        row[from->cw] = g->spill >> y & 1 ? 255 : 0;
    }
    return 0;
}

int rpa_font_learn_core(struct rpa_display *d, const char *x_name,
                        const char *name, const uint32_t *repertoire, size_t n,
                        struct rpa_font_lesson *ret, struct rpa_err *err)
{
    struct lesson l = { .d = d, .told = ret };
    struct rpa_font *x = NULL;
    uint32_t *cp = NULL;
    *ret = (struct rpa_font_lesson){ 0 };
    int r = to_learn(repertoire, n, &cp, &n, err);
    if (r == 0)
        r = rpa_font_load(d, x_name, true, cp, n, &x, err);
    if (r == 0)
        r = rpa_soft_new(name, x->cw, x->ch, 1, &l.font, err);
    for (int y = r == 0 ? x->ascent : 0; r == 0 && y < x->ch; y++)
        if (l.font->soft->nlines < RPA_LINES_MAX)
            l.font->soft->line[l.font->soft->nlines++] =
                (struct rpa_line){ y, 1 };
    for (size_t i = 0; r == 0 && i < x->ntwins; i++) {
        rpa_soft_name(&ret->alike, x->twin[i].a);
        rpa_soft_name(&ret->alike, x->twin[i].b);
        rpa_buf_puts(&ret->alike, x->twin[i].bold ? "bold\n" : "\n");
    }
    for (size_t i = 0; r == 0 && i < x->nglyphs; i++)
        if (x->glyphs[i].cp > ' ' &&
            !(x->glyphs[i].flags & RPA_CELL_UNDERLINE))
            r = copy_ink(x, &x->glyphs[i], l.font, err);
    if (r == 0)
        r = finish(&l, err);
    rpa_font_free(x);
    rpa_font_free(l.font);
    free(cp);
    if (r < 0)
        rpa_font_lesson_clear(ret);
    return r;
}

int rpa_font_check(const char *file, size_t len, struct rpa_err *err)
{
    struct rpa_font *f = NULL;
    struct rpa_face *face = NULL;
    int r = rpa_face_is(file, len)
                ? rpa_face_parse(file, len, &face, err)
                : rpa_font_parse(file, len, NULL, 0, &f, err);
    rpa_font_free(f);
    rpa_face_free(face);
    return r;
}

void rpa_font_lesson_clear(struct rpa_font_lesson *lesson)
{
    rpa_buf_clear(&lesson->file);
    rpa_buf_clear(&lesson->alike);
}
