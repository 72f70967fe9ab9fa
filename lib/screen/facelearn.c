/* A proportional font is learned from the program that draws with it. */
#include "lesson.h"

#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"

#include <stdlib.h>
#include <string.h>

#define FOCUS_US 20000000
#define BLINK_US 4000000 /* a cursor is drawn at some time of so long */
#define LAST 0xffff /* character that may be on a key */

/* Characters that fonts draw as one. Source: Unicode U+FB00 to U+FB06, and what
 * common text fonts have beside. */
static const char *const ligatures[] = { "ff", "fi", "fl", "fj", "ft", "tt",
                                         "Th", "st", "ffi", "ffl" };

static int add(struct rpa_lesson *l, const char *text, struct rpa_err *err)
{
    struct rpa_face_glyph g;
    int r = rpa_lesson_glyph(l, text, &g, err);
    if (r < 0)
        return r;
    bool shows = g.advance > 0 && (g.w || !strcmp(text, " "));
    bool room = !shows || rpa_face_add(l->face, &g);
    free(g.a);
    if (!room)
        return rpa_fail(err, RPA_ENOMEM, "too many glyphs");
    return shows;
}

/* what is in can be read with, all kerning being 0 */
static int ready(struct rpa_lesson *l, struct rpa_err *err)
{
    int r = rpa_face_pair(l->face, err);
    return r == 0 ? rpa_face_finish(l->face, err) : r;
}

/* Shows @text between bars, and adds it. 1, or 0 if it shows nothing. */
static int learn(struct rpa_lesson *l, const char *text, struct rpa_err *err)
{
    struct rpa_buf page = { 0 };
    rpa_buf_printf(&page, "| %s |   ", text);
    int r = page.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a line")
                        : rpa_lesson_show(l, page.data, err);
    rpa_buf_clear(&page);
    return r == 0 ? add(l, text, err) : r;
}

/* what is on no key was never typed */
static bool wanted(const struct rpa_lesson *l, const uint32_t *repertoire,
                   size_t n, uint32_t cp)
{
    return cp != '|' && rpa_keymap_has(l->d, cp) &&
           (!repertoire || rpa_usual_has(repertoire, n, cp));
}

static int learn_characters(struct rpa_lesson *l, const uint32_t *repertoire,
                            size_t n, size_t *ret_blank, struct rpa_err *err)
{
    int r = learn(l, " ", err);
    if (r > 0)
        r = learn(l, "|", err);
    for (uint32_t cp = '!'; r >= 0 && cp <= LAST; cp++) {
        char text[5] = "";
        if (!wanted(l, repertoire, n, cp))
            continue;
        rpa_utf8_encode(cp, text);
        r = learn(l, text, err);
        *ret_blank += r == 0;
    }
    return r < 0 ? r : ready(l, err);
}

/* Are the characters of what is shown drawn one by one? */
static bool is_row(struct rpa_lesson *l, const char *text)
{
    char one[2] = "";
    size_t row[16] = { (size_t)rpa_face_find(l->face, "|"),
                      (size_t)rpa_face_find(l->face, " ") };
    int8_t kern[16];
    size_t n = 2;
    for (; *text; text++) {
        one[0] = *text;
        if (rpa_face_find(l->face, one) < 0)
            return true; /* not a character of this font */
        row[n++] = (size_t)rpa_face_find(l->face, one);
    }
    row[n++] = row[1];
    row[n++] = row[0];
    struct rpa_strip s = {
        rpa_look_frame(l->look),
        { l->bar.x, l->in.y, rpa_lesson_last_bar(l) + l->bar.w - l->bar.x,
          l->in.h },
        .paper = l->paper };
    struct rpa_row r = { &s, l->full, l->in.y,
                         l->bar.x - l->face->glyphs[row[0]].left, row, n };
    return rpa_face_align(l->face, &r, kern) == n;
}

/* Programs that draw character by character cut off at a glyph's pen: where that
 * is, is seen by letters that reach over it. */
static int find_pen(struct rpa_lesson *l, struct rpa_err *err)
{
    static const int tries[] = { 0, 1, -1, 2, -2 };
    int r = rpa_lesson_spell(l, "| TjTtfTf_T |   ", err), moved = 0;
    for (size_t i = 0; r == 0 && i < sizeof tries / sizeof *tries; i++) {
        for (size_t k = 0; k < l->face->n; k++)
            l->face->glyphs[k].left += tries[i] - moved;
        moved = tries[i];
        r = ready(l, err); /* how far they reach */
        if (r == 0 && is_row(l, "TjTtfTf_T")) {
            l->bearing += moved;
            return 0;
        }
    }
    if (r < 0)
        return r;
    rpa_fail(err, RPA_EUNREADABLE,
             "text is not drawn of the glyphs of its characters");
    return rpa_err_hint(err, "such a font is not learned");
}

static int learn_ligatures(struct rpa_lesson *l, struct rpa_err *err)
{
    struct rpa_buf page = { 0 };
    int r = 0;
    for (size_t i = 0; r >= 0 && i < sizeof ligatures / sizeof *ligatures; i++) {
        rpa_buf_clear(&page);
        rpa_buf_printf(&page, "| %s |   ", ligatures[i]);
        r = page.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a line")
                        : rpa_lesson_show(l, page.data, err);
        if (r == 0 && !is_row(l, ligatures[i]))
            r = add(l, ligatures[i], err);
    }
    rpa_buf_clear(&page);
    return r < 0 ? r : 0;
}

/* ---- what is told of it ---- */

static void tell_alike(const struct rpa_face *f, size_t i, bool *told,
                       struct rpa_buf *out)
{
    bool any = false;
    for (size_t k = i + 1; k < f->n; k++) {
        if (told[k] || !f->glyphs[i].w ||
            !rpa_face_alike(f, &f->glyphs[i], &f->glyphs[k]))
            continue;
        if (!any)
            rpa_buf_puts(out, f->glyphs[i].text);
        rpa_buf_printf(out, " %s", f->glyphs[k].text[0] ? f->glyphs[k].text
                                                        : "(the cursor)");
        any = told[k] = true;
    }
    if (any)
        rpa_buf_putc(out, '\n');
}

/* only the rows that some glyph inks are the line */
static void trim(struct rpa_face *f)
{
    int top = f->height, bottom = 0;
    for (size_t i = 0; i < f->n; i++) {
        const struct rpa_face_glyph *g = &f->glyphs[i];
        if (!g->w)
            continue;
        top = g->top < top ? g->top : top;
        bottom = g->top + g->h > bottom ? g->top + g->h : bottom;
    }
    for (size_t i = 0; i < f->n; i++)
        f->glyphs[i].top = f->glyphs[i].w ? f->glyphs[i].top - top : 0;
    f->height = bottom - top;
}

static int bottom_of(const struct rpa_face *f, const char *text)
{
    int i = rpa_face_find(f, text);
    return i < 0 ? 0 : f->glyphs[i].top + f->glyphs[i].h;
}

static int finish(struct rpa_lesson *l, struct rpa_font_lesson *told,
                  struct rpa_err *err)
{
    struct rpa_face *f = l->face, *check = NULL;
    if (rpa_face_find(f, "g") >= 0 && bottom_of(f, "g") <= bottom_of(f, "H")) {
        rpa_fail(err, RPA_EUNREADABLE,
                 "the entry cuts off the lower ends of letters");
        return rpa_err_hint(err, "learn in an entry that is as high as its "
                                 "text");
    }
    bool *seen = calloc(f->n, sizeof *seen);
    if (!seen)
        return rpa_fail(err, RPA_ENOMEM, "no memory for %zu glyphs", f->n);
    for (size_t i = 0; i < f->n; i++)
        if (!seen[i])
            tell_alike(f, i, seen, &told->alike);
    free(seen);
    trim(f);
    rpa_face_write(f, &told->file);
    told->ch = f->height;
    told->channels = f->channels;
    told->nglyphs = f->n;
    if (told->file.failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a font");
    int r = rpa_face_parse(told->file.data, told->file.len, &check, err);
    rpa_face_free(check);
    return r;
}

/* ---- all of it ---- */

/* a cursor that is not in yet is drawn now */
static bool shows_caret(void *ctx, const struct rpa_look *look)
{
    struct rpa_lesson *l = ctx;
    struct rpa_face_glyph g;
    bool other = rpa_lesson_caret(l, &g, NULL) > 0;
    (void)look;
    if (!other)
        return false;
    for (size_t i = 0; i < l->face->n; i++)
        if (!l->face->glyphs[i].text[0])
            other &= !rpa_face_alike(l->face, &l->face->glyphs[i], &g);
    other = other && rpa_face_add(l->face, &g);
    free(g.a);
    return other;
}

/* How a text cursor looks, with the focus and, where it stays, without. */
static int learn_carets(struct rpa_lesson *l, struct rpa_err *err)
{
    int r = rpa_lesson_show(l, "|   ", err);
    for (int i = 0; r == 0 && i < 2; i++) {
        if (i == 1)
            r = rpa_keys_chord(l->d, l->window, "Tab", NULL, err);
        if (r == 0)
            r = rpa_look_wait(l->look, shows_caret, l, rpa_mono_us() + BLINK_US,
                              err);
        r = r == -RPA_ETIMEOUT ? 0 : r;
    }
    return r == 0 ? rpa_lesson_click(l, err) : r;
}

int rpa_face_learn(struct rpa_display *d, uint32_t window,
                   const struct rpa_point *entry, const char *name,
                   const uint32_t *repertoire, size_t n,
                   struct rpa_font_lesson *ret, struct rpa_err *err)
{
    struct rpa_lesson l = { .d = d, .window = window, .entry = *entry };
    *ret = (struct rpa_font_lesson){ 0 };
    int r = rpa_window_focus(d, window, rpa_mono_us() + FOCUS_US, err);
    if (r == 0)
        r = rpa_look_open(d, window, &l.look, err);
    if (r == 0)
        r = rpa_lesson_begin(&l, err);
    if (r == 0)
        r = rpa_face_new(name, l.in.h, l.channels, &l.face, err);
    if (r == 0)
        r = learn_characters(&l, repertoire, n, &ret->nblank, err);
    if (r == 0)
        r = find_pen(&l, err);
    if (r == 0)
        r = learn_ligatures(&l, err);
    if (r == 0)
        r = learn_carets(&l, err);
    if (r == 0)
        r = ready(&l, err);
    if (r == 0)
        r = rpa_lesson_pairs(&l, err);
    if (r == 0)
        r = finish(&l, ret, err);
    rpa_look_close(l.look);
    rpa_face_free(l.face);
    free(l.ink);
    if (r < 0)
        rpa_font_lesson_clear(ret);
    return r;
}
