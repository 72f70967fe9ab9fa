/* A proportional font as a file, to be kept and shared:
 *
 *     rpa-font 2
 *     name Helvetica 12
 *     line 17               pixel rows that a line of text can ink
 *     channels 1            1 grey, 3 subpixel (blue, green, red)
 *     glyph 0041 11 2 12 0 11 5f…  character; pixels to the next one; the box
 *                           that has ink: top, height, left (from the pen),
 *                           width; coverage of each pixel, in hex
 *     glyph 0020 4 0 0 0 0  one without ink
 *     glyph 0066+0069 …     characters that are drawn as one
 *     caret 0 17 -1 2 ff…   a text cursor: top, height, left, width, coverage
 *     kern 0041 0056 -1     what the pair adds to the advance of its first
 *     apart 0066 0069       a pair that is drawn in yet another way: not read
 *     end 9c3f…             FNV-1a of all before this line
 */
#include "face.h"

#include "fontlines.h"
#include "rpa/base/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "rpa-font 2\n"
#define LINE_MAX (RPA_FACE_WIDTH_MAX * RPA_FACE_HEIGHT_MAX * 6 + 200)

/* ---- writing ---- */

static void write_text(const char *text, struct rpa_buf *out)
{
    uint32_t cp;
    for (size_t i = 0, len = strlen(text); i < len;) {
        const char *plus = i ? "+" : "";
        i += rpa_utf8_decode(text + i, len - i, &cp);
        rpa_buf_printf(out, "%s%04" PRIX32, plus, cp);
    }
}

static void write_glyph(const struct rpa_face *f,
                        const struct rpa_face_glyph *g, struct rpa_buf *out)
{
    rpa_buf_puts(out, g->text[0] ? "glyph " : "caret");
    write_text(g->text, out);
    if (g->text[0])
        rpa_buf_printf(out, " %d", g->advance);
    rpa_buf_printf(out, " %d %d %d %d", g->top, g->h, g->left, g->w);
    for (int i = 0; i < g->w * g->h * f->channels; i++)
        rpa_buf_printf(out, i ? "%02x" : " %02x", g->a[i]);
    rpa_buf_putc(out, '\n');
}

static void write_pair(const struct rpa_face *f, size_t a, size_t b,
                       struct rpa_buf *out)
{
    int kern = rpa_face_kern(f, a, b);
    if (!kern)
        return;
    rpa_buf_puts(out, kern == RPA_FACE_APART ? "apart " : "kern ");
    write_text(f->glyphs[a].text, out);
    rpa_buf_putc(out, ' ');
    write_text(f->glyphs[b].text, out);
    if (kern != RPA_FACE_APART)
        rpa_buf_printf(out, " %d", kern);
    rpa_buf_putc(out, '\n');
}

void rpa_face_write(const struct rpa_face *f, struct rpa_buf *out)
{
    size_t start = out->len;
    rpa_buf_printf(out, MAGIC "name %s\nline %d\nchannels %d\n", f->name,
                   f->height, f->channels);
    for (size_t i = 0; i < f->n; i++)
        write_glyph(f, &f->glyphs[i], out);
    for (size_t i = 0; i < f->n * f->n; i++)
        write_pair(f, i / f->n, i % f->n, out);
    rpa_font_seal(out, start);
}

/* ---- reading ---- */

struct reader {
    struct rpa_font_lines lines;
    struct rpa_face *face;
    uint8_t *a; /* room for the coverage of one glyph */
};

static int read_head(struct reader *r, char *line, struct rpa_err *err)
{
    char name[200];
    int height, channels, used = 0;
    rpa_font_next(&r->lines, line, LINE_MAX); /* the magic: rpa_face_is() */
    if (!rpa_font_next(&r->lines, line, LINE_MAX) ||
        sscanf(line, "name %199[^\n]", name) != 1)
        return rpa_font_bad(&r->lines, "wants a name", err);
    if (!rpa_font_next(&r->lines, line, LINE_MAX) ||
        sscanf(line, "line %3d%n", &height, &used) != 1 || line[used] ||
        !rpa_font_within(height, 5, RPA_FACE_HEIGHT_MAX))
        return rpa_font_bad(&r->lines, "wants the height of a line", err);
    if (!rpa_font_next(&r->lines, line, LINE_MAX) ||
        sscanf(line, "channels %3d%n", &channels, &used) != 1 || line[used] ||
        (channels != 1 && channels != 3))
        return rpa_font_bad(&r->lines, "wants channels, 1 or 3", err);
    return rpa_face_new(name, height, channels, &r->face, err);
}

/* characters as code points with + between; returns what is behind them, NULL
 * if they are none, or do not fit */
static const char *read_text(const char *in, char out[static RPA_FACE_TEXT])
{
    size_t len = 0;
    for (;; in++) {
        uint32_t cp;
        char utf8[4];
        int used = 0;
        if (sscanf(in, "%6" SCNx32 "%n", &cp, &used) != 1 ||
            (cp != ' ' && !rpa_font_is_character(cp)))
            return NULL;
        size_t n = rpa_utf8_encode(cp, utf8);
        if (len + n >= RPA_FACE_TEXT)
            return NULL;
        memcpy(out + len, utf8, n);
        out[len += n] = '\0';
        in += used;
        if (*in != '+')
            return in;
    }
}

static bool fits(const struct rpa_face *f, const struct rpa_face_glyph *g)
{
    bool inked = g->w || g->h;
    bool caret = !g->text[0];
    return rpa_font_within(g->advance, !caret, caret ? 0 : RPA_FACE_WIDTH_MAX) &&
           rpa_font_within(g->w, inked, RPA_FACE_WIDTH_MAX) &&
           rpa_font_within(g->top, 0, f->height - inked) &&
           rpa_font_within(g->h, inked, f->height - g->top) &&
           rpa_font_within(g->left, -RPA_FACE_WIDTH_MAX, RPA_FACE_WIDTH_MAX) &&
           (caret ? inked : rpa_face_find(f, g->text) < 0);
}

static int read_glyph(struct reader *r, const char *at, bool caret,
                      struct rpa_err *err)
{
    struct rpa_face_glyph g = { .a = r->a };
    int used = 0;
    if (!caret) {
        at = read_text(at, g.text);
        if (!at || sscanf(at, " %3d%n", &g.advance, &used) != 1)
            return rpa_font_bad(&r->lines, "not a glyph", err);
        at += used;
    }
    if (sscanf(at, " %3d %3d %4d %3d%n", &g.top, &g.h, &g.left, &g.w, &used) !=
            4 || !fits(r->face, &g))
        return rpa_font_bad(&r->lines, "not a glyph", err);
    at += used;
    at += *at == ' ';
    int n = g.w * g.h * r->face->channels;
    if (strlen(at) != (size_t)n * 2 || !rpa_font_hex(at, r->a, n))
        return rpa_font_bad(&r->lines, "not coverage in hex", err);
    if (!rpa_face_add(r->face, &g))
        return rpa_font_bad(&r->lines, "too many glyphs", err);
    return 0;
}

static int read_pair(struct reader *r, const char *line, bool apart,
                     struct rpa_err *err)
{
    struct rpa_face *f = r->face;
    char first[RPA_FACE_TEXT], second[RPA_FACE_TEXT];
    int kern = RPA_FACE_APART, used = 0;
    const char *at = read_text(line, first);
    if (at && *at == ' ')
        at = read_text(at + 1, second);
    int a = at ? rpa_face_find(f, first) : -1;
    int b = at ? rpa_face_find(f, second) : -1;
    if (a >= 0 && b >= 0 && !apart && sscanf(at, " %4d%n", &kern, &used) == 1)
        at += used;
    if (a < 0 || b < 0 || *at || apart != (kern == RPA_FACE_APART) ||
        (!apart && !rpa_font_within(kern, -RPA_FACE_KERN, RPA_FACE_KERN)))
        return rpa_font_bad(&r->lines, "not a pair of glyphs", err);
    if (!f->kern && rpa_face_pair(f, err) < 0)
        return -RPA_ENOMEM;
    f->kern[(size_t)a * f->n + (size_t)b] = (int8_t)kern;
    return 0;
}

static int read_end(struct reader *r, const char *line, struct rpa_err *err)
{
    struct rpa_face *f = r->face;
    int rc = rpa_font_end(&r->lines, line, err);
    if (rc == 0 && !f->n)
        return rpa_font_bad(&r->lines, "no glyph", err);
    if (rc == 0 && !f->kern)
        rc = rpa_face_pair(f, err);
    return rc == 0 ? rpa_face_finish(f, err) : rc;
}

static int read_all(struct reader *r, char *line, struct rpa_err *err)
{
    int rc = read_head(r, line, err);
    while (rc == 0) {
        if (!rpa_font_next(&r->lines, line, LINE_MAX))
            return rpa_font_bad(&r->lines, "cut off", err);
        bool open = !r->face->kern; /* no pair has been told yet */
        if (!strncmp(line, "glyph ", 6) && open)
            rc = read_glyph(r, line + 6, false, err);
        else if (!strncmp(line, "caret ", 6) && open)
            rc = read_glyph(r, line + 5, true, err);
        else if (!strncmp(line, "kern ", 5))
            rc = read_pair(r, line + 5, false, err);
        else if (!strncmp(line, "apart ", 6))
            rc = read_pair(r, line + 6, true, err);
        else
            return read_end(r, line, err);
    }
    return rc;
}

/* fonts of cells have their size where these have the height of a line */
bool rpa_face_is(const char *file, size_t len)
{
    const char *name = file + strlen(MAGIC), *end = file + len;
    if (len < strlen(MAGIC) || memcmp(file, MAGIC, strlen(MAGIC)) != 0)
        return false;
    const char *third = memchr(name, '\n', (size_t)(end - name));
    return third && end - third > 6 && !memcmp(third + 1, "line ", 5);
}

int rpa_face_parse(const char *file, size_t len, struct rpa_face **ret,
                   struct rpa_err *err)
{
    struct reader r = { .lines = { file, file, file + len, 0 } };
    if (!rpa_face_is(file, len) || len > RPA_FONT_FILE_MAX)
        return rpa_fail(err, RPA_EINVAL,
                        "not the file of a proportional font");
    char *line = malloc(LINE_MAX);
    r.a = malloc(LINE_MAX);
    int rc = line && r.a ? read_all(&r, line, err)
                         : rpa_fail(err, RPA_ENOMEM, "no memory for a font");
    free(line);
    free(r.a);
    if (rc < 0)
        rpa_face_free(r.face);
    else
        *ret = r.face;
    return rc;
}
