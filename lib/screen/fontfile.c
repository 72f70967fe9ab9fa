/* A font as a file, to be kept and shared:
 *
 *     rpa-font 2
 *     name DejaVu Sans Mono 11
 *     cell 9 19             pixels, width and height
 *     channels 1            1 grey, 3 subpixel (blue, green, red)
 *     underline 16 1        pixel rows: from, how many
 *     glyph 0041 0 3 12 1 9 5f…   character, 1 if bold; the box that has ink:
 *                           top, height, left (-1 is the column before the
 *                           cell), width; coverage of each pixel, in hex
 *     end 9c3f…             FNV-1a of all before this line
 */
#include "eyes.h"
#include "fontlines.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "rpa-font 2"

/* ---- writing ---- */

struct ink_box {
    int top, height, left, width;
};

static const uint8_t *pixel(const struct rpa_font *f,
                            const struct rpa_soft_glyph *g, int x, int y)
{
    return g->a + (y * RPA_SOFT_WIDTH(f->cw) + x) * f->soft->channels;
}

static bool inked(const struct rpa_font *f, const struct rpa_soft_glyph *g,
                  int x, int y)
{
    const uint8_t *p = pixel(f, g, x, y);
    return p[0] || (f->soft->channels > 1 && (p[1] || p[2]));
}

static struct ink_box box_of(const struct rpa_font *f,
                             const struct rpa_soft_glyph *g)
{
    int left = RPA_SOFT_WIDTH(f->cw), right = 0, top = f->ch, bottom = 0;
    for (int y = 0; y < f->ch; y++)
        for (int x = 0; x < RPA_SOFT_WIDTH(f->cw); x++) {
            if (!inked(f, g, x, y))
                continue;
            left = x < left ? x : left;
            right = x >= right ? x + 1 : right;
            top = y < top ? y : top;
            bottom = y + 1;
        }
    if (!bottom)
        return (struct ink_box){ 0 };
    return (struct ink_box){ top, bottom - top, left - RPA_SOFT_UNDER,
                             right - left };
}

static void write_glyph(const struct rpa_font *f,
                        const struct rpa_soft_glyph *g, struct rpa_buf *out)
{
    struct ink_box b = box_of(f, g);
    rpa_buf_printf(out, "glyph %04" PRIX32 " %d %d %d %d %d ", g->cp,
                   (g->flags & RPA_CELL_BOLD) != 0, b.top, b.height, b.left,
                   b.width);
    for (int y = b.top; y < b.top + b.height; y++)
        rpa_buf_hex(out, pixel(f, g, RPA_SOFT_UNDER + b.left, y),
                    (size_t)(b.width * f->soft->channels));
    rpa_buf_putc(out, '\n');
}

void rpa_font_write(const struct rpa_font *f, struct rpa_buf *out)
{
    const struct rpa_soft *s = f->soft;
    size_t start = out->len;
    rpa_buf_printf(out, MAGIC "\nname %s\ncell %d %d\nchannels %d\n", f->name,
                   f->cw, f->ch, s->channels);
    for (size_t i = 0; i < s->nlines; i++)
        rpa_buf_printf(out, "underline %d %d\n", s->line[i].top,
                       s->line[i].height);
    for (size_t i = 0; i < s->n; i++)
        write_glyph(f, &s->glyphs[i], out);
    rpa_font_seal(out, start);
}

/* ---- reading ---- */

struct reader {
    struct rpa_font_lines lines;
    const uint32_t *repertoire; /* NULL: all characters are wanted */
    size_t nrepertoire;
    struct rpa_font *font;
};

static int read_head(struct reader *r, char *line, size_t size,
                     struct rpa_err *err)
{
    char name[200];
    int cw, ch, channels, used = 0;
    if (!rpa_font_next(&r->lines, line, size) || strcmp(line, MAGIC) != 0)
        return rpa_font_bad(&r->lines, "not " MAGIC, err);
    if (!rpa_font_next(&r->lines, line, size) || sscanf(line, "name %199[^\n]", name) != 1)
        return rpa_font_bad(&r->lines, "wants a name", err);
    if (!rpa_font_next(&r->lines, line, size) ||
        sscanf(line, "cell %3d %3d%n", &cw, &ch, &used) != 2 || line[used] ||
        !rpa_font_within(cw, RPA_GLYPH_MIN, RPA_GLYPH_MAX) ||
        !rpa_font_within(ch, 5, RPA_GLYPH_MAX))
        return rpa_font_bad(&r->lines, "wants the size of a cell", err);
    if (!rpa_font_next(&r->lines, line, size) ||
        sscanf(line, "channels %3d%n", &channels, &used) != 1 || line[used] ||
        (channels != 1 && channels != 3))
        return rpa_font_bad(&r->lines, "wants channels, 1 or 3", err);
    return rpa_soft_new(name, cw, ch, channels, &r->font, err);
}

static int read_underline(struct reader *r, const char *line,
                          struct rpa_err *err)
{
    struct rpa_soft *s = r->font->soft;
    struct rpa_line l;
    int used = 0;
    if (sscanf(line, "underline %3d %3d%n", &l.top, &l.height, &used) != 2 ||
        line[used] || s->nlines == RPA_LINES_MAX ||
        !rpa_font_within(l.top, 0, r->font->ch - 1) ||
        !rpa_font_within(l.height, 1, r->font->ch - l.top))
        return rpa_font_bad(&r->lines, "not an underline", err);
    s->line[s->nlines++] = l;
    return 0;
}

static int read_glyph(struct reader *r, const char *line, struct rpa_err *err)
{
    const struct rpa_font *f = r->font;
    struct ink_box b;
    uint32_t cp;
    int bold, used = 0, n = f->soft->channels;
    if (sscanf(line, "glyph %6" SCNx32 " %1d %3d %3d %3d %3d %n", &cp, &bold,
               &b.top, &b.height, &b.left, &b.width, &used) != 6 || !used ||
        !rpa_font_is_character(cp) || !rpa_font_within(bold, 0, 1) ||
        !rpa_font_within(b.top, 0, f->ch - 1) || !rpa_font_within(b.height, 1, f->ch - b.top) ||
        !rpa_font_within(b.left, -RPA_SOFT_UNDER, f->cw + RPA_SOFT_OVER - 1) ||
        !rpa_font_within(b.width, 1, f->cw + RPA_SOFT_OVER - b.left) ||
        strlen(line + used) != (size_t)(b.width * b.height * n) * 2)
        return rpa_font_bad(&r->lines, "not a glyph", err);
    struct rpa_soft_glyph *g =
        rpa_soft_add(r->font, cp, bold ? RPA_CELL_BOLD : 0);
    if (!g)
        return rpa_font_bad(&r->lines, "too many glyphs", err);
    for (int y = 0; y < b.height; y++)
        if (!rpa_font_hex(line + used + (size_t)(y * b.width * n) * 2,
                           (uint8_t *)pixel(f, g, RPA_SOFT_UNDER + b.left,
                                            b.top + y),
                           b.width * n))
            return rpa_font_bad(&r->lines, "not coverage in hex", err);
    if (r->repertoire && !rpa_usual_has(r->repertoire, r->nrepertoire, cp))
        rpa_soft_drop(r->font);
    return 0;
}

static int read_end(struct reader *r, const char *line, struct rpa_err *err)
{
    int rc = rpa_font_end(&r->lines, line, err);
    if (rc < 0)
        return rc;
    return r->font->soft->n ? rpa_soft_finish(r->font, err)
                            : rpa_font_bad(&r->lines, "no glyph", err);
}

static int read_all(struct reader *r, char *line, size_t size,
                    struct rpa_err *err)
{
    int rc = read_head(r, line, size, err);
    while (rc == 0) {
        if (!rpa_font_next(&r->lines, line, size))
            return rpa_font_bad(&r->lines, "cut off", err);
        if (!strncmp(line, "glyph ", 6))
            rc = read_glyph(r, line, err);
        else if (!strncmp(line, "underline ", 10))
            rc = read_underline(r, line, err);
        else
            return read_end(r, line, err);
    }
    return rc;
}

int rpa_font_parse(const char *text, size_t len, const uint32_t *repertoire,
                   size_t n, struct rpa_font **ret, struct rpa_err *err)
{
    struct reader r = { .lines = { text, text, text + len, 0 },
                        .repertoire = repertoire, .nrepertoire = n };
    size_t size = RPA_SOFT_WIDTH(RPA_GLYPH_MAX) * RPA_GLYPH_MAX * 6 + 64;
    char *line = malloc(size);
    if (!line)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a font");
    int rc = len > RPA_FONT_FILE_MAX
                 ? rpa_fail(err, RPA_EINVAL, "a font file of %zu bytes", len)
                 : read_all(&r, line, size, err);
    free(line);
    if (rc < 0)
        rpa_font_free(r.font);
    else
        *ret = r.font;
    return rc;
}
