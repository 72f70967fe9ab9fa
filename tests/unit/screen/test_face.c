/* Proportional text: a small font, its file, and lines that are walked. */
#include "unit/screen/face_proves.h"
#include "lib/screen/fontlines.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A bar, a foot that reaches under its neighbour's head, one bar and two dots
 * that look like it, grey edges, a cursor, and what two are drawn as together. */
#define HEAD "rpa-font 2\nname tiny\nline 6\nchannels 1\n"
#define BLANK "glyph 0020 3 0 0 0 0\n"
#define L "glyph 006C 3 0 6 1 1 ffffffffffff\n"
#define E "glyph 0065 4 2 4 0 3 80ff80ff00ffff000080ff80\n"
#define V "glyph 0056 5 0 6 -1 6 ff0000000000ff0000000000ff00000000ff" \
    "00ff0000ff0000ff00ff00000000ff0000ff\n"
#define DOT "glyph 002E 2 5 1 0 1 ff\n"
#define COLON "glyph 003A 2 2 4 0 1 ff0000ff\n"
#define DOTS "glyph 2025 4 5 1 0 3 ff00ff\n"
#define LL "glyph 2016 6 0 6 1 4 ff0000ffff0000ffff0000ffff0000ffff0000ffff0000ff\n"
#define FI "glyph 0066+0069 5 0 6 0 4 ffffffff00000000ffffffff00000000ffffffff00000000\n"
#define CARET "caret 0 6 0 1 ffffffffffff\n"
#define KERN "kern 0056 0065 -2\n"
#define APART "apart 0065 0056\n"

static void seal(struct rpa_buf *b, const char *text)
{
    rpa_buf_puts(b, text);
    rpa_font_seal(b, 0);
}

static struct rpa_face *load(const char *text)
{
    struct rpa_buf file = { 0 };
    struct rpa_err err = { 0 };
    struct rpa_face *f = NULL;
    seal(&file, text);
    int r = rpa_face_parse(file.data, file.len, &f, &err);
    ok(r == 0, "a font: %s", r ? err.msg : "taken");
    rpa_buf_clear(&file);
    return f;
}

/* ---- the file ---- */

static const struct {
    const char *what, *text, *says;
} files[] = {
    { "another version", "rpa-font 3\n", "not the file" },
    { "a font of cells", "rpa-font 2\nname x\ncell 4 5\n", "not the file" },
    { "no name", "rpa-font 2\nnme x\nline 6\n", "line 2: wants a name" },
    { "a line too high", "rpa-font 2\nname x\nline 65\n", "line 3" },
    { "no glyph", HEAD, "no glyph" },
    { "a glyph twice", HEAD L L, "line 6: not a glyph" },
    { "below the line", HEAD "glyph 006C 3 1 6 1 1 ffffffffffff\n", "a glyph" },
    { "an advance of 0", HEAD "glyph 006C 0 0 1 1 1 ff\n", "not a glyph" },
    { "too little coverage", HEAD "glyph 006C 3 0 6 1 1 ffffff\n", "in hex" },
    { "too faint", HEAD "glyph 006C 3 0 1 1 1 20\n", "too faint" },
    { "a long text", HEAD "glyph 10000+10000+10000+10000 3 0 1 1 1 ff\n",
      "not a glyph" },
    { "a surrogate", HEAD "glyph d800 3 0 1 1 1 ff\n", "not a glyph" },
    { "a cursor of nothing", HEAD "caret 0 0 0 0\n", "not a glyph" },
    { "kerning of what is not", HEAD L "kern 006C 0065 -1\n", "not a pair" },
    { "kerning too far", HEAD L "kern 006C 006C 101\n", "not a pair" },
    { "the pen moved back", HEAD L "kern 006C 006C -3\n", "moves the pen" },
    { "a glyph behind pairs", HEAD L "kern 006C 006C -1\n" E, "sum is wrong" },
};

static void test_files(void)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct rpa_face *f = NULL;
        struct rpa_buf file = { 0 };
        struct rpa_err err = { 0 };
        seal(&file, files[i].text);
        int r = rpa_face_parse(file.data, file.len, &f, &err);
        ok(r == -RPA_EINVAL && strstr(err.msg, files[i].says), "%s: %s",
           files[i].what, err.msg);
        rpa_buf_clear(&file);
    }
}

static void test_round(void)
{
    struct rpa_face *f = load(HEAD BLANK L E V FI CARET KERN APART), *again = NULL;
    struct rpa_buf file = { 0 }, second = { 0 };
    struct rpa_err err = { 0 };
    size_t taken = 0;
    if (!f)
        return;
    rpa_face_write(f, &file);
    ok(rpa_face_parse(file.data, file.len, &again, &err) == 0,
       "what is written is read");
    if (again)
        rpa_face_write(again, &second);
    ok(second.len == file.len && !memcmp(second.data, file.data, file.len),
       "and is the same");
    rpa_face_free(again);
    for (size_t cut = 0; cut < file.len; cut++)
        taken += rpa_face_parse(file.data, cut, &again, &err) == 0;
    for (size_t i = 0; i < file.len; i++) {
        file.data[i] ^= 1;
        taken += rpa_face_parse(file.data, file.len, &again, &err) == 0;
        file.data[i] ^= 1;
    }
    ok(!taken, "cut off anywhere, or with any byte changed, it is refused");
    rpa_buf_clear(&file);
    rpa_buf_clear(&second);
    rpa_face_free(f);
}

/* ---- what is told before ---- */

static const struct {
    const char *text, *font;
    bool proves;
} texts[] = {
    { "l", HEAD L, true },
    { "le el  le", HEAD BLANK L E V KERN, true },
    { "VeVle", HEAD BLANK L E V KERN, true },
    { "Ve", HEAD BLANK L E V, true },
    { "eV", HEAD BLANK L E V APART, false },
    { " l", HEAD BLANK L, false },
    { "l ", HEAD BLANK L, false },
    { "", HEAD BLANK L, false },
    { "x", HEAD BLANK L, false },
    { "ll", HEAD BLANK L E, true },
    { "ll", HEAD BLANK L LL, false },   /* or the double bar */
    { "..", HEAD BLANK DOT DOTS, false }, /* or two dots in one */
    { ".:", HEAD BLANK DOT COLON, true },
    { "fi", HEAD L E FI, true },
    { "f", HEAD L E FI, false },
    { "l", HEAD L CARET, false }, /* a cursor looks the same */
    { "e", HEAD E CARET, true },
};

static void test_proves(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct rpa_face *f = load(texts[i].font);
        if (f)
            ok(face_proves(f, texts[i].text) == texts[i].proves,
               "'%s' is told %s", texts[i].text,
               texts[i].proves ? "exactly" : "not to be provable");
        rpa_face_free(f);
    }
}

/* ---- pixels ---- */

enum { W = 40, H = 20 };

static enum rpa_walk walk(const struct rpa_face *f, const uint32_t *px,
                          uint32_t paper, struct rpa_buf *ret)
{
    struct rpa_frame fr = { W, H, px };
    struct rpa_strip s = { .frame = &fr, .seen = { 0, H }, .paper = paper };
    int left = W, right = 0, top = H, bottom = 0;
    for (int i = 0; i < W * H; i++)
        if (px[i] != paper) {
            left = i % W < left ? i % W : left;
            right = i % W >= right ? i % W + 1 : right;
            top = i / W < top ? i / W : top;
            bottom = i / W + 1;
        }
    s.ink = (struct rpa_box){ left, top, right - left, bottom - top };
    return rpa_face_walk(f, &s, ret);
}

static uint32_t mix(uint32_t paper, uint32_t ink, int cover)
{
    uint32_t out = 0;
    for (int c = 0; c < 24; c += 8) {
        int p = (int)(paper >> c & 255), i = (int)(ink >> c & 255);
        out |= (uint32_t)(p + (i - p) * cover / 255) << c;
    }
    return out;
}

/* "el", with the paper and the ink given */
static void draw(const struct rpa_face *f, uint32_t *px, uint32_t paper,
                 uint32_t ink)
{
    int pen = 10;
    for (int i = 0; i < W * H; i++)
        px[i] = paper;
    for (const char *c = "el"; *c; c++) {
        const struct rpa_face_glyph *g =
            &f->glyphs[rpa_face_find(f, (char[2]){ *c, 0 })];
        for (int y = 0; y < 6; y++)
            for (int x = g->left; x < g->left + g->w; x++)
                px[(7 + y) * W + pen + x] =
                    mix(paper, ink, rpa_face_cover(f, g, x, y, 0));
        pen += g->advance;
    }
}

static void test_pixels(void)
{
    static const uint32_t colours[][2] = { { 0xffffff, 0 }, { 0, 0xffffff },
                                           { 0xd9d9d9, 0x1020c0 },
                                           { 0x4a90d9, 0xffffff } };
    struct rpa_face *f = load(HEAD BLANK L E V);
    struct rpa_buf got = { 0 };
    uint32_t px[W * H];
    size_t wrong = 0, read = 0;
    for (size_t i = 0; f && i < 4; i++) {
        draw(f, px, colours[i][0], colours[i][1]);
        ok(walk(f, px, colours[i][0], &got) == RPA_WALK_READ &&
               !strcmp(got.data, "el"),
           "%06x on %06x is read", colours[i][1], colours[i][0]);
        rpa_buf_clear(&got);
    }
    draw(f, px, 0xffffff, 0);
    for (int i = 0; f && i < W * H; i++) { /* one pixel otherwise */
        uint32_t was = px[i];
        px[i] = was == 0xffffff ? 0x808080 : 0xffffff;
        if (walk(f, px, 0xffffff, &got) == RPA_WALK_READ) {
            read++;
            wrong += strcmp(got.data, "el") != 0;
        }
        rpa_buf_clear(&got);
        px[i] = was;
    }
    ok(!read && !wrong, "with any pixel changed it is refused: %zu read", read);
    draw(f, px, 0xffffff, 0);
    for (int y = 0; y < H; y++) /* the end of it is cut off */
        for (int x = 12; x < W; x++)
            px[y * W + x] = 0xffffff;
    ok(walk(f, px, 0xffffff, &got) == RPA_WALK_UNKNOWN, "a cut glyph is none");
    rpa_buf_clear(&got);
    rpa_face_free(f);
}

int main(void)
{
    test_files();
    test_round();
    test_proves();
    test_pixels();
    return tap_done();
}
