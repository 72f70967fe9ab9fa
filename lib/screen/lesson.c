/* Known text in an entry of the program whose font is learned. */
#include "lesson.h"

#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/keys.h"

#include <stdlib.h>
#include <string.h>

enum {
    RGB = 0xffffff,
    SETTLE_US = 40000, /* the picture is complete if it stays so long */
    SHOW_US = 20000000,
    LEAST = 160, /* levels between the two colours */
};

static int level(uint32_t px, int c)
{
    return (int)(px >> c * 8 & 255);
}

static uint32_t at(const struct rpa_lesson *l, int x, int y)
{
    const struct rpa_frame *fr = rpa_look_frame(l->look);
    return x < 0 || y < 0 || x >= fr->w || y >= fr->h
               ? ~0u
               : fr->px[y * fr->w + x] & RGB;
}

/* ---- bars ---- */

static bool column_is_blank(const struct rpa_lesson *l, int x)
{
    for (int y = l->in.y; y < l->in.y + l->in.h; y++)
        if (at(l, x, y) != l->paper)
            return false;
    return true;
}

static bool bar_at(const struct rpa_lesson *l, int x)
{
    for (int i = 0; i < l->bar.w * l->bar.h; i++)
        if (at(l, x + i % l->bar.w, l->in.y + i / l->bar.w) != l->ink[i])
            return false;
    return column_is_blank(l, x - 1) && column_is_blank(l, x + l->bar.w);
}

int rpa_lesson_last_bar(const struct rpa_lesson *l)
{
    for (int x = l->in.x + l->in.w - l->bar.w - 1; x > l->bar.x; x--)
        if (bar_at(l, x))
            return x;
    return -1;
}

/* ---- pages ---- */

int rpa_lesson_type(struct rpa_lesson *l, const char *text, struct rpa_err *err)
{
    static const char *const erase[] = { "End", "shift+Home", "BackSpace" };
    int r = 0;
    for (size_t i = 0; r == 0 && i < 3; i++)
        r = rpa_keys_chord(l->d, l->window, erase[i], NULL, err);
    return r == 0 ? rpa_keys_text(l->d, l->window, text, strlen(text), NULL, err)
                  : r;
}

static bool again(void *ctx, const struct rpa_look *look)
{
    (void)look;
    return ++*(int *)ctx > 1; /* something was drawn after the first look */
}

int rpa_lesson_settle(struct rpa_lesson *l, struct rpa_err *err)
{
    int64_t until = rpa_mono_us() + SHOW_US;
    int r = 0;
    while (r == 0) {
        int looks = 0;
        r = rpa_look_wait(l->look, again, &looks, rpa_mono_us() + SETTLE_US,
                          err);
        if (r == 0 && rpa_left_ms(until) == 0)
            return rpa_fail(err, RPA_ETIMEOUT, "the window does not stay still");
    }
    return r == -RPA_ETIMEOUT ? 0 : r;
}

/* What was drawn character by character may lack what glyphs ink of the next
 * cell. So the window is covered and uncovered, which it must draw anew. */
static void repaint(struct rpa_lesson *l)
{
    xcb_connection_t *xcb = l->d->xcb;
    const struct rpa_frame *fr = rpa_look_frame(l->look);
    xcb_window_t over = xcb_generate_id(xcb);
    uint32_t values[] = { l->d->screen->black_pixel, 1 };
    xcb_translate_coordinates_reply_t *at = xcb_translate_coordinates_reply(
        xcb,
        xcb_translate_coordinates(xcb, l->window, l->d->screen->root, 0, 0),
        NULL);
    if (!at)
        return;
    xcb_create_window(xcb, XCB_COPY_FROM_PARENT, over, l->d->screen->root,
                      at->dst_x, at->dst_y, (uint16_t)fr->w, (uint16_t)fr->h, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
    xcb_map_window(xcb, over);
    xcb_destroy_window(xcb, over);
    free(at);
}

int rpa_lesson_spell(struct rpa_lesson *l, const char *text, struct rpa_err *err)
{
    int r = rpa_lesson_type(l, "", err);
    for (uint32_t cp; r == 0 && *text;) {
        size_t n = rpa_utf8_decode(text, strlen(text), &cp);
        r = rpa_keys_text(l->d, l->window, text, n, NULL, err);
        if (r == 0)
            r = rpa_lesson_settle(l, err);
        text += n;
    }
    return r;
}

/* @is_drawn tells it from the page before; NULL: nothing does but that the window
 * stays still, which one that is slow does too */
static int show(struct rpa_lesson *l, const char *text, rpa_look_test is_drawn,
                void *ctx, struct rpa_err *err)
{
    int r = rpa_lesson_type(l, text, err);
    if (r == 0)
        r = rpa_lesson_settle(l, err);
    if (r < 0)
        return r;
    repaint(l);
    if (is_drawn)
        r = rpa_look_wait(l->look, is_drawn, ctx, rpa_mono_us() + SHOW_US, err);
    return r == 0 || r == -RPA_ETIMEOUT ? rpa_lesson_settle(l, err) : r;
}

/* A page with bars is drawn anew when they are there again. */
struct page {
    const struct rpa_lesson *l;
    bool two; /* bars */
};

static bool has_bars(void *ctx, const struct rpa_look *look)
{
    const struct page *p = ctx;
    (void)look;
    return bar_at(p->l, p->l->bar.x) &&
           (!p->two || rpa_lesson_last_bar(p->l) >= 0);
}

int rpa_lesson_show(struct rpa_lesson *l, const char *text, struct rpa_err *err)
{
    struct page p = { l, strchr(text, '|') != strrchr(text, '|') };
    return show(l, text, strchr(text, '|') ? has_bars : NULL, &p, err);
}

/* ---- the entry ---- */

/* as far as the colour of the entry's point goes: to a frame, or the cursor */
static void spread(struct rpa_lesson *l)
{
    int x = l->entry.x, y = l->entry.y, left = x, right = x, top = y, bottom = y;
    l->paper = at(l, x, y);
    while (at(l, left - 1, y) == l->paper)
        left--;
    while (at(l, right + 1, y) == l->paper)
        right++;
    while (at(l, x, top - 1) == l->paper)
        top--;
    while (at(l, x, bottom + 1) == l->paper)
        bottom++;
    l->in = (struct rpa_box){ left, top, right + 1 - left, bottom + 1 - top };
}

static bool is_entry(void *ctx, const struct rpa_look *look)
{
    struct rpa_lesson *l = ctx;
    (void)look;
    spread(l);
    return l->in.h >= 5 && l->in.h <= RPA_FACE_HEIGHT_MAX &&
           l->in.w >= RPA_FACE_WIDTH_MAX;
}

int rpa_lesson_click(struct rpa_lesson *l, struct rpa_err *err)
{
    struct rpa_gesture click = { .kind = RPA_GESTURE_CLICK, .at = l->entry,
                                 .button = 1, .times = 1, .leave = true };
    return rpa_pointer_do(l->d, l->window, &click, NULL, err);
}

/* On the left it goes as far as where the cursor was; round corners do not. */
static void square(struct rpa_lesson *l)
{
    int right = l->in.x + l->in.w;
    while (at(l, l->in.x - 1, l->entry.y) == l->paper)
        l->in.x--;
    while (l->in.x < right && !column_is_blank(l, l->in.x))
        l->in.x++;
    while (l->in.x < right && !column_is_blank(l, right - 1))
        right--;
    l->in.w = right - l->in.x;
}

static int find_inside(struct rpa_lesson *l, struct rpa_err *err)
{
    int r = rpa_look_wait(l->look, is_entry, l, rpa_mono_us() + SHOW_US, err);
    if (r == -RPA_ETIMEOUT) {
        rpa_fail(err, RPA_EUNREADABLE,
                 "around pixel %d,%d %d x %d are of one colour", l->entry.x,
                 l->entry.y, l->in.w, l->in.h);
        return rpa_err_hint(err, "--entry wants a point in the middle of an "
                                 "entry of one line, wider than %d pixels",
                            RPA_FACE_WIDTH_MAX);
    }
    if (r == 0)
        r = rpa_lesson_click(l, err);
    int64_t until = rpa_mono_us() + SHOW_US;
    do { /* one that is slow to show its focus has another frame then */
        if (r == 0)
            r = rpa_lesson_show(l, "", err);
        if (r == 0)
            spread(l);
        if (r == 0) /* the cursor stood on the left, and stands elsewhere now */
            r = rpa_lesson_show(l, "            ", err);
        if (r == 0)
            square(l);
    } while (r == 0 && l->in.w < RPA_FACE_WIDTH_MAX && rpa_left_ms(until));
    return r;
}

/* 0 to 255; -1: not between the two colours */
static int cover(const struct rpa_lesson *l, int x, int y, int c)
{
    int d = level(at(l, x, y), c) - level(l->paper, c);
    int v = (d * 255 * 2 / l->full[c] + 1) / 2;
    return v < -2 || v > 257 ? -1 : v < 0 ? 0 : v > 255 ? 255 : v;
}

/* are the channels covered alike? */
static bool is_grey(const struct rpa_lesson *l)
{
    for (int y = l->in.y; y < l->in.y + l->in.h; y++)
        for (int x = l->in.x; x < l->in.x + l->in.w; x++) {
            int blue = cover(l, x, y, 0), green = cover(l, x, y, 1),
                red = cover(l, x, y, 2);
            if (abs(blue - green) > 4 || abs(green - red) > 4)
                return false;
        }
    return true;
}

/* The strongest difference there is, of glyphs with strokes wide enough to be
 * covered whole, is full cover. */
static bool is_dark(void *ctx, const struct rpa_look *look)
{
    struct rpa_lesson *l = ctx;
    int least = 255;
    (void)look;
    memset(l->full, 0, sizeof l->full);
    for (int y = l->in.y; y < l->in.y + l->in.h; y++)
        for (int x = l->in.x; x < l->in.x + l->in.w; x++)
            for (int c = 0; c < 3; c++) {
                int d = level(at(l, x, y), c) - level(l->paper, c);
                l->full[c] = abs(d) > abs(l->full[c]) ? d : l->full[c];
            }
    for (int c = 0; c < 3; c++)
        least = abs(l->full[c]) < least ? abs(l->full[c]) : least;
    return least >= LEAST;
}

static int find_colours(struct rpa_lesson *l, struct rpa_err *err)
{
    int r = show(l, "HMEW#@%&   ", is_dark, l, err);
    if (r == 0 && !is_dark(l, l->look)) {
        rpa_fail(err, RPA_EUNREADABLE,
                 "no dark text on light paper appeared in the entry");
        return rpa_err_hint(err, "learn in an entry of black on white; is "
                                 "--entry a point in one?");
    }
    l->channels = r == 0 && is_grey(l) ? 1 : 3;
    return r;
}

/* from @x on */
static int next_column(const struct rpa_lesson *l, int x, bool blank)
{
    while (x < l->in.x + l->in.w && column_is_blank(l, x) != blank)
        x++;
    return x;
}

/* it, and behind it nothing but the cursor */
static bool is_bar(void *ctx, const struct rpa_look *look)
{
    struct rpa_lesson *l = ctx;
    int x = next_column(l, l->in.x, false), end = next_column(l, x, true);
    int cursor = next_column(l, end, false);
    (void)look;
    l->bar = (struct rpa_box){ x, l->in.y, end - x, l->in.h };
    return l->bar.w && next_column(l, next_column(l, cursor, true), false) ==
                           l->in.x + l->in.w;
}

static int find_bar(struct rpa_lesson *l, struct rpa_err *err)
{
    int r = show(l, "|   ", is_bar, l, err);
    if (r < 0)
        return r;
    is_bar(l, l->look); /* an entry may have more in it, an icon */
    if (!l->bar.w || l->bar.w > RPA_FACE_WIDTH_MAX)
        return rpa_fail(err, RPA_EUNREADABLE, "a bar is not drawn alone");
    l->ink = malloc((size_t)(l->bar.w * l->bar.h) * sizeof *l->ink);
    if (!l->ink)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a bar");
    for (int i = 0; i < l->bar.w * l->bar.h; i++)
        l->ink[i] = at(l, l->bar.x + i % l->bar.w, l->in.y + i / l->bar.w);
    return 0;
}

static int measure(struct rpa_lesson *l, const char *text, int *ret,
                   struct rpa_err *err)
{
    int r = rpa_lesson_show(l, text, err);
    if (r < 0)
        return r;
    *ret = rpa_lesson_last_bar(l) - l->bar.x;
    if (bar_at(l, l->bar.x) && *ret > 0)
        return 0;
    rpa_fail(err, RPA_EUNREADABLE,
             "two bars in the entry are not drawn alike");
    return rpa_err_hint(err, "the program puts glyphs between pixels (Qt does so "
                             "unless its fonts are fully hinted): such a font is "
                             "not learned");
}

int rpa_lesson_begin(struct rpa_lesson *l, struct rpa_err *err)
{
    int two = 0, three = 0, five = 0;
    int r = find_inside(l, err);
    if (r == 0)
        r = find_colours(l, err);
    if (r == 0)
        r = find_bar(l, err);
    if (r == 0)
        r = measure(l, "|  |   ", &two, err);
    if (r == 0)
        r = measure(l, "|   |   ", &three, err);
    if (r == 0)
        r = measure(l, "|     |   ", &five, err);
    if (r < 0)
        return r;
    l->space = three - two;
    l->apart = two - l->space;
    /* for now its ink is taken to be in the middle */
    l->bearing = (l->apart - l->space - l->bar.w) / 2;
    if (l->space < 1 || l->apart <= l->space || five != two + 3 * l->space)
        return rpa_fail(err, RPA_EUNREADABLE, "blanks are not of one width");
    return 0;
}

/* ---- what is between the bars ---- */

static struct rpa_box ink_between(const struct rpa_lesson *l, int from, int to)
{
    int left = to, right = from, top = l->in.h, bottom = 0;
    for (int y = 0; y < l->in.h; y++)
        for (int x = from; x < to; x++) {
            if (at(l, x, l->in.y + y) == l->paper)
                continue;
            left = x < left ? x : left;
            right = x >= right ? x + 1 : right;
            top = y < top ? y : top;
            bottom = y + 1;
        }
    return bottom ? (struct rpa_box){ left, top, right - left, bottom - top }
                  : (struct rpa_box){ 0 };
}

/* The coverage of what is in @b, as rows from the top of the inside. */
static int take(const struct rpa_lesson *l, const struct rpa_box *b,
                struct rpa_face_glyph *g, struct rpa_err *err)
{
    g->top = b->y;
    g->w = b->w;
    g->h = b->h;
    g->a = malloc((size_t)(b->w * b->h * l->channels) + 1);
    if (!g->a)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a glyph");
    for (int i = 0; i < b->w * b->h * l->channels; i++) {
        int pixel = i / l->channels, c = l->channels > 1 ? i % 3 : 1;
        int v = cover(l, b->x + pixel % b->w, l->in.y + b->y + pixel / b->w, c);
        if (v < 0) {
            free(g->a);
            return rpa_fail(err, RPA_EUNREADABLE,
                            "'%s' is not drawn in the entry's two colours",
                            g->text);
        }
        g->a[i] = (uint8_t)v;
    }
    return 0;
}

static int bar_pen(const struct rpa_lesson *l)
{
    return l->bar.x - l->bearing;
}

int rpa_lesson_glyph(const struct rpa_lesson *l, const char *text,
                     struct rpa_face_glyph *ret, struct rpa_err *err)
{
    int from = l->bar.x + l->bar.w, to = rpa_lesson_last_bar(l);
    struct rpa_face_glyph g = { .advance = to - l->bar.x - l->apart - l->space };
    if (to < 0 || !bar_at(l, l->bar.x) || g.advance > RPA_FACE_WIDTH_MAX)
        return rpa_fail(err, RPA_EUNREADABLE,
                        "'%s' is not drawn between its two bars", text);
    struct rpa_box b = ink_between(l, from, to);
    g.left = b.w ? b.x - bar_pen(l) - l->apart : 0;
    memcpy(g.text, text, strlen(text) + 1);
    int r = take(l, &b, &g, err);
    if (r == 0)
        *ret = g;
    return r;
}

int rpa_lesson_caret(const struct rpa_lesson *l, struct rpa_face_glyph *ret,
                     struct rpa_err *err)
{
    int from = l->bar.x + l->bar.w;
    struct rpa_box b = ink_between(l, from, l->in.x + l->in.w);
    struct rpa_face_glyph g = { .text = "" };
    if (!b.w || b.w > RPA_FACE_WIDTH_MAX || !bar_at(l, l->bar.x))
        return 0;
    g.left = b.x - bar_pen(l) - l->apart - 2 * l->space;
    int r = take(l, &b, &g, err);
    if (r == -RPA_EUNREADABLE)
        return 0;
    *ret = g;
    return r < 0 ? r : 1;
}
