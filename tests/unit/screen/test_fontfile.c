/* A learned font as a file: what is written is read again, what is not right is
 * refused with its line. */
#include "lib/screen/eyes.h"
#include "tap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HEAD "rpa-font 2\nname tiny\ncell 4 5\nchannels 1\n"
#define A "glyph 0041 0 1 3 2 2 ff80ff80ff80\n"

static const struct {
    const char *what, *text, *says; /* NULL: it is good */
} cases[] = {
    { "one glyph", HEAD A, NULL },
    { "underlined", HEAD "underline 4 1\n" A, NULL },
    { "bold, subpixel", "rpa-font 2\nname x\ncell 4 5\nchannels 3\n"
                        "glyph 41 1 0 1 1 1 ff80ff\n", NULL },
    { "no magic", "rpa-font 1\n", "line 1: not rpa-font 2" },
    { "no name", "rpa-font 2\ncell 4 5\n", "line 2: wants a name" },
    { "a narrow cell", "rpa-font 2\nname x\ncell 3 5\n", "line 3" },
    { "a huge cell", "rpa-font 2\nname x\ncell 4 49\n", "line 3" },
    { "two channels", "rpa-font 2\nname x\ncell 4 5\nchannels 2\n", "line 4" },
    { "no glyph", HEAD, "no glyph" },
    { "no such line", HEAD A "glyphs 3\n", "sum is wrong" },
    { "a control character", HEAD "glyph 1f 0 1 3 2 2 ff80ff80ff80\n",
      "line 5: not a glyph" },
    { "a surrogate", HEAD "glyph d800 0 1 3 2 2 ff80ff80ff80\n", "not a glyph" },
    { "outside the cell", HEAD "glyph 41 0 3 3 2 2 ff80ff80ff80\n",
      "not a glyph" },
    { "too wide", HEAD "glyph 41 0 1 1 2 7 ff80ff80ff80ff\n", "not a glyph" },
    { "too little coverage", HEAD "glyph 41 0 1 3 2 2 ff80\n", "not a glyph" },
    { "not hex", HEAD "glyph 41 0 1 1 2 1 fg\n", "not coverage" },
    { "too faint", HEAD "glyph 41 0 1 1 2 1 20\n", "too faint" },
    { "an underline outside", HEAD "underline 4 2\n" A, "not an underline" },
};

static void seal(struct rpa_buf *b, const char *text)
{
    uint64_t h = 14695981039346656037u;
    for (const char *p = text; *p; p++)
        h = (h ^ (unsigned char)*p) * 1099511628211u;
    rpa_buf_printf(b, "%send %016" PRIx64 "\n", text, h);
}

/* An evenly filled cell may be a blank of another colour: it is read as one, so
 * no character is said to be there. */
static void test_even(void)
{
    uint32_t px[5 * 4];
    struct rpa_font *f = NULL;
    struct rpa_cell cell = { 0 };
    struct rpa_spill none = { 0 };
    struct rpa_buf file = { 0 };
    struct rpa_err err = { 0 };
    seal(&file, HEAD A "glyph 2592 0 0 5 0 4 "
                       "8080808080808080808080808080808080808080\n");
    int r = rpa_font_parse(file.data, file.len, NULL, 0, &f, &err);
    ok(r == 0 && rpa_font_has(f, 'A') && !rpa_font_has(f, 0x2592),
       "a glyph that fills its cell evenly is none: %s", r ? err.msg : "left out");
    for (size_t i = 0; i < 5 * 4; i++)
        px[i] = 0x808080;
    if (r == 0)
        rpa_decode_cell(f, px, 4, &none, &cell);
    ok(cell.cp == ' ' && cell.bg == 0x808080, "it is read as a blank");
    rpa_font_free(f);
    rpa_buf_clear(&file);
}

static void test_round(void)
{
    struct rpa_font *f = NULL, *again = NULL;
    struct rpa_buf file = { 0 };
    struct rpa_err err = { 0 };
    if (!ok(rpa_soft_new("tiny", 4, 5, 1, &f, &err) == 0, "a font"))
        return;
    struct rpa_soft_glyph *g = rpa_soft_add(f, 'A', 0);
    g->a[1 * RPA_SOFT_WIDTH(4) + RPA_SOFT_UNDER + 1] = 255;
    g->a[3 * RPA_SOFT_WIDTH(4) + RPA_SOFT_UNDER + 5] = 40; /* over to the right */
    rpa_font_write(f, &file);
    ok(rpa_font_parse(file.data, file.len, NULL, 0, &again, &err) == 0,
       "what is written is read: %s", err.msg);
    ok(again && again->soft->n == 1 && again->soft->over == 2 &&
           !memcmp(again->soft->glyphs[0].a, f->soft->glyphs[0].a,
                   5 * RPA_SOFT_WIDTH(4)),
       "and is the same");
    rpa_font_free(again);
    again = NULL;
    for (size_t cut = 0; cut < file.len; cut++)
        if (rpa_font_parse(file.data, cut, NULL, 0, &again, &err) == 0)
            break;
    ok(!again, "cut off anywhere it is refused");
    size_t taken = 0;
    for (size_t i = 0; i < file.len; i++) {
        file.data[i] ^= 1;
        taken += rpa_font_parse(file.data, file.len, NULL, 0, &again, &err) == 0;
        file.data[i] ^= 1;
    }
    ok(!taken, "with any byte changed too");
    rpa_buf_clear(&file);
    rpa_font_free(f);
}

int main(void)
{
    static const uint32_t only[] = { 'B' };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_font *f = NULL;
        struct rpa_buf file = { 0 };
        struct rpa_err err = { 0 };
        seal(&file, cases[i].text);
        int r = rpa_font_parse(file.data, file.len, NULL, 0, &f, &err);
        ok(cases[i].says ? r == -RPA_EINVAL && strstr(err.msg, cases[i].says)
                         : r == 0,
           "%s: %s", cases[i].what, r ? err.msg : "taken");
        if (r == 0 && !strcmp(cases[i].what, "one glyph")) {
            rpa_font_free(f);
            f = NULL;
            r = rpa_font_parse(file.data, file.len, only, 1, &f, &err);
            ok(r == -RPA_EINVAL, "only the target's characters count");
        }
        rpa_font_free(f);
        rpa_buf_clear(&file);
    }
    test_even();
    test_round();
    return tap_done();
}
