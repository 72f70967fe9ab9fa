/* Font files as lines of text. */
#include "fontlines.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool rpa_font_next(struct rpa_font_lines *l, char *out, size_t size)
{
    const char *nl = memchr(l->at, '\n', (size_t)(l->end - l->at));
    size_t len = nl ? (size_t)(nl - l->at) : 0;
    l->line++;
    if (!nl || len >= size || memchr(l->at, '\0', len))
        return false;
    memcpy(out, l->at, len);
    out[len] = '\0';
    l->at = nl + 1;
    return true;
}

int rpa_font_bad(const struct rpa_font_lines *l, const char *what,
                 struct rpa_err *err)
{
    rpa_fail(err, RPA_EINVAL, "font file, line %d: %s", l->line, what);
    return rpa_err_hint(err, "learn it again: rpa font learn");
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                                                 : -1;
}

bool rpa_font_hex(const char *hex, uint8_t *out, int n)
{
    for (int i = 0; i < n; i++, hex += 2) {
        int hi = digit(hex[0]), lo = hi < 0 ? -1 : digit(hex[1]);
        if (lo < 0)
            return false;
        out[i] = (uint8_t)(hi << 4 | lo);
    }
    return true;
}

bool rpa_font_is_character(uint32_t cp)
{
    return cp > 0x20 && cp < 0x110000 && !(cp >= 0xd800 && cp < 0xe000);
}

bool rpa_font_within(int n, int min, int max)
{
    return n >= min && n <= max;
}

static uint64_t fnv(const char *data, size_t len)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)data[i]) * 1099511628211u;
    return h;
}

void rpa_font_seal(struct rpa_buf *out, size_t start)
{
    if (!out->failed)
        rpa_buf_printf(out, "end %016" PRIx64 "\n",
                       fnv(out->data + start, out->len - start));
}

int rpa_font_end(const struct rpa_font_lines *l, const char *line,
                 struct rpa_err *err)
{
    char want[32];
    size_t before = (size_t)(l->at - l->start) - strlen(line) - 1;
    snprintf(want, sizeof want, "end %016" PRIx64, fnv(l->start, before));
    if (strcmp(line, want) != 0)
        return rpa_font_bad(l, "the file was changed or cut: its sum is wrong",
                            err);
    if (l->at != l->end)
        return rpa_font_bad(l, "something stands behind the end", err);
    return 0;
}
