#ifndef RPA_LIB_SCREEN_FONTLINES_H
#define RPA_LIB_SCREEN_FONTLINES_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What font files of all versions share: lines of text, coverage in hex, and a
 * sum at the end. */
struct rpa_font_lines {
    const char *start, *at, *end; /* of the file; what is left begins at @at */
    int line;                     /* the last one read, from 1 */
};

/** The next line without its end, in @out; false when there is none that ends
 * and fits. */
bool rpa_font_next(struct rpa_font_lines *l, char *out, size_t size);
/** RPA_EINVAL with the line. */
int rpa_font_bad(const struct rpa_font_lines *l, const char *what,
                 struct rpa_err *err);
/** @n bytes of lower-case hex; false: they are not that. */
bool rpa_font_hex(const char *hex, uint8_t *out, int n);
/** May it be a character of a glyph: none that shows nothing or that is none? */
bool rpa_font_is_character(uint32_t cp);
bool rpa_font_within(int n, int min, int max);
/** Add the sum of what @out has from byte @start on: the last line. */
void rpa_font_seal(struct rpa_buf *out, size_t start);
/** @line, the last one read, must be the sum of all before it, and the end. */
int rpa_font_end(const struct rpa_font_lines *l, const char *line,
                 struct rpa_err *err);

#endif
