/* What terminals usually draw, and with which fonts. */
#include "eyes.h"
#include "rpa/screen/font.h"

#include <stdlib.h>
#include <string.h>

/* What terminals are seen with. The Unicode form of a font comes before its
 * Latin-1 form, since it has the same glyphs and more. */
#define MISC(width, size, more)                                                \
    "-misc-fixed-medium-r-" width "--" size "-" more "-iso10646-1"
static const char *const fonts[] = {
    MISC("semicondensed", "13", "120-75-75-c-60"),
    "6x13",
    MISC("normal", "15", "140-75-75-c-90"),
    "9x15",
    MISC("normal", "20", "200-75-75-c-100"),
    "10x20",
    MISC("normal", "18", "120-100-100-c-90"),
    "9x18",
    MISC("normal", "13", "120-75-75-c-70"),
    "7x13",
    MISC("normal", "13", "120-75-75-c-80"),
    "8x13",
    MISC("normal", "14", "130-75-75-c-70"),
    "7x14",
    MISC("normal", "10", "100-75-75-c-60"),
    "6x10",
    "3270",
    "3270-12",
    "3270-20",
    "3270gt8",
    "3270gt12",
    "3270gt16",
    "3270gt24",
    "3270gt32",
};

/* Latin text with Welsh and Gaelic, quotes, line drawing; pairs of first and
 * last. No dashes and no low quote U+201A: in many fonts they are twins of a
 * hyphen, a line, a comma. Of lines those programs draw, light and double: dashed
 * and heavy ones are twins of the light ones in bold. Of symbols those that are
 * no twin of a letter in any usual font: the circle is one of o in 6x10. */
static const uint32_t latin[][2] = {
    { 0x20, 0x7e },     { 0xa0, 0x17f },    { 0x1e80, 0x1e85 },
    { 0x1ef2, 0x1ef3 }, { 0x2018, 0x2019 }, { 0x201c, 0x201e },
    { 0x2020, 0x2022 }, { 0x2026, 0x2026 }, { 0x2039, 0x203a },
    { 0x20ac, 0x20ac }, { 0x2190, 0x2193 },
    { 0x226a, 0x226b }, /* more to scroll to */
    { 0x2500, 0x2500 }, { 0x2502, 0x2502 }, { 0x250c, 0x250c },
    { 0x2510, 0x2510 }, { 0x2514, 0x2514 }, { 0x2518, 0x2518 },
    { 0x251c, 0x251c }, { 0x2524, 0x2524 }, { 0x252c, 0x252c },
    { 0x2534, 0x2534 }, { 0x253c, 0x253c }, { 0x2550, 0x256c },
    { 0x2592, 0x2592 }, { 0x25b2, 0x25b3 }, { 0x25bc, 0x25bd },
    { 0x25c6, 0x25c6 },
};

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

const char *rpa_usual_font(size_t n)
{
    return n < sizeof fonts / sizeof *fonts ? fonts[n] : NULL;
}

bool rpa_usual_has(const uint32_t *rep, size_t n, uint32_t cp)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (rep[mid] == cp)
            return true;
        if (rep[mid] < cp)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

size_t rpa_font_usual(uint32_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof latin / sizeof *latin; i++)
        for (uint32_t cp = latin[i][0]; cp <= latin[i][1]; cp++, n++)
            if (out)
                out[n] = cp;
    return n;
}

size_t rpa_usual_frames(const uint32_t *rep, size_t nrep,
                        uint32_t out[RPA_FRAMES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof latin / sizeof *latin; i++)
        for (uint32_t cp = latin[i][0];
             cp >= 0x2500 && cp <= latin[i][1] && n < RPA_FRAMES_MAX; cp++)
            if (!rpa_usual_has(rep, nrep, cp))
                out[n++] = cp;
    return n;
}

int rpa_usual_repertoire(const struct rpa_grid_spec *spec, uint32_t **ret,
                         size_t *ret_n, struct rpa_err *err)
{
    size_t n = spec->repertoire ? spec->nrepertoire : rpa_font_usual(NULL);
    uint32_t *cps = calloc(n + 1, sizeof *cps);
    if (!cps)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a repertoire");
    if (spec->repertoire)
        memcpy(cps, spec->repertoire, n * sizeof *cps);
    else
        rpa_font_usual(cps);
    qsort(cps, n, sizeof *cps, by_value);
    *ret = cps;
    *ret_n = n;
    return 0;
}
