#ifndef RPA_BASE_UTF8_H
#define RPA_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Decode the character at @s (@len bytes left) into *@ret_cp.
 *
 * Errors: returns 0 for anything that is not shortest-form UTF-8 of a scalar
 *         value (surrogates and overlong forms are refused), or @len 0.
 * Source: RFC 3629.
 */
size_t rpa_utf8_decode(const char *s, size_t len, uint32_t *ret_cp);

/** Encode @cp into @out (room for 4); bytes written, 0 if no scalar value. */
size_t rpa_utf8_encode(uint32_t cp, char out[static 4]);

/** True if all @len bytes are UTF-8. */
bool rpa_utf8_valid(const char *s, size_t len);

/** True if they are UTF-8 with a letter or digit, of any script, among them: words
 * that somebody can read, not blanks, dots or what has no width. */
bool rpa_utf8_says(const char *s, size_t len);

/** Characters (code points) in valid UTF-8; a broken byte counts as one. */
size_t rpa_utf8_count(const char *s, size_t len);

/** The largest length <= @len at which @s may be cut between characters. */
size_t rpa_utf8_cut(const char *s, size_t len);

/** Copy @s into @out, cut between characters where it does not fit. Returns
 * false if it was cut. */
bool rpa_str_copy(char *out, size_t size, const char *s);

#endif
