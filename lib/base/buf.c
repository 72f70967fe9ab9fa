#include "rpa/base/buf.h"
#include "rpa/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void rpa_buf_clear(struct rpa_buf *buf)
{
    if (!buf)
        return;
    free(buf->data);
    *buf = (struct rpa_buf){ 0 };
}

/* room for @more bytes and a NUL */
static bool grow(struct rpa_buf *buf, size_t more)
{
    if (buf->failed)
        return false;
    size_t need = buf->len + more + 1;
    if (need <= buf->cap)
        return true;
    size_t cap = buf->cap ? buf->cap : 64;
    while (cap < need && cap <= (size_t)1 << 62)
        cap *= 2;
    char *data = need > buf->len ? realloc(buf->data, cap) : NULL;
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

void rpa_buf_add(struct rpa_buf *buf, const void *data, size_t len)
{
    if (!grow(buf, len))
        return;
    if (len)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void rpa_buf_puts(struct rpa_buf *buf, const char *s)
{
    rpa_buf_add(buf, s, strlen(s));
}

void rpa_buf_putc(struct rpa_buf *buf, char c)
{
    rpa_buf_add(buf, &c, 1);
}

void rpa_buf_vprintf(struct rpa_buf *buf, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n >= 0 && grow(buf, (size_t)n)) {
        vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, again);
        buf->len += (size_t)n;
    }
    va_end(again);
}

void rpa_buf_printf(struct rpa_buf *buf, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    rpa_buf_vprintf(buf, fmt, ap);
    va_end(ap);
}

bool rpa_buf_same(const struct rpa_buf *a, const struct rpa_buf *b)
{
    return a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len));
}

void rpa_buf_hex(struct rpa_buf *buf, const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *at = bytes;
    for (size_t i = 0; i < len; i++) {
        rpa_buf_putc(buf, digits[at[i] >> 4]);
        rpa_buf_putc(buf, digits[at[i] & 15]);
    }
}

void rpa_buf_escape(struct rpa_buf *buf, const char *s, size_t len)
{
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n) {
        n = rpa_utf8_decode(s + i, len - i, &cp);
        if (n && cp >= 0x20 && cp != 0x7f && !(cp >= 0x80 && cp < 0xa0) &&
            !(cp >= 0x202a && cp <= 0x202e) &&
            !(cp >= 0x2066 && cp <= 0x2069)) {
            rpa_buf_add(buf, s + i, n);
            continue;
        }
        if (!n)
            n = 1;
        for (size_t k = 0; k < n; k++)
            rpa_buf_printf(buf, "\\x%02x", (unsigned char)s[i + k]);
    }
}

char *rpa_buf_take(struct rpa_buf *buf)
{
    rpa_buf_add(buf, "", 0);
    char *data = buf->failed ? NULL : buf->data;
    if (!data)
        free(buf->data);
    *buf = (struct rpa_buf){ 0 };
    return data;
}
