#ifndef RPA_BASE_BUF_H
#define RPA_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * Growing bytes. Always NUL-terminated behind @len once anything was added.
 *
 * A failed allocation sets @failed and drops what was to be added; later calls
 * do nothing. So a caller builds the whole thing and checks once.
 */
struct rpa_buf {
    char *data;
    size_t len; /* bytes, without the NUL */
    size_t cap;
    bool failed;
};

/** Free what it holds and make it empty again. NULL is fine. */
void rpa_buf_clear(struct rpa_buf *buf);
void rpa_buf_add(struct rpa_buf *buf, const void *data, size_t len);
void rpa_buf_puts(struct rpa_buf *buf, const char *s);
void rpa_buf_putc(struct rpa_buf *buf, char c);
void rpa_buf_printf(struct rpa_buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void rpa_buf_vprintf(struct rpa_buf *buf, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/** Do both hold the same bytes? Neither has failed. */
bool rpa_buf_same(const struct rpa_buf *a, const struct rpa_buf *b);
/** Add @len bytes as hexadecimal digits, in lower case. */
void rpa_buf_hex(struct rpa_buf *buf, const void *bytes, size_t len);
/** Add @s with control bytes, escape sequences and broken UTF-8 as \xNN, so
 * that outside text cannot drive a terminal. Newlines too. */
void rpa_buf_escape(struct rpa_buf *buf, const char *s, size_t len);
/** Hand over the bytes (free() them); the buffer is empty then. NULL if a
 * growth failed; "" (allocated) if nothing was added. */
char *rpa_buf_take(struct rpa_buf *buf);

#endif
