#ifndef RPA_TESTS_FAKE_CP1146_H
#define RPA_TESTS_FAKE_CP1146_H

#include <stddef.h>
#include <stdint.h>

/**
 * IBM code page 1146 (UK EBCDIC with the euro sign) by glibc's iconv tables.
 * cp1146_init() first; -1 when iconv does not know IBM1146.
 */
int cp1146_init(void);

/** The byte for a Unicode character; SUB (0x3f) when the page has none. */
uint8_t cp1146_byte(uint32_t ucs);

/** The byte of the same letter as a capital, where the page has it. */
uint8_t cp1146_upper(uint8_t byte);

/** UTF-8 as bytes of the page, at most @cap of them; returns how many. */
size_t cp1146_from_utf8(const char *utf8, uint8_t *out, size_t cap);

/** @len bytes as UTF-8 with a NUL; @out has room for 3 * @len + 1. */
void cp1146_to_utf8(const uint8_t *bytes, size_t len, char *out);

#endif
