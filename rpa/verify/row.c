/* A row's bytes and its hash; what is said, and how. */
#include "verify.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Outside text, for a terminal and for JSON: printable ASCII, the rest %NN. */
static void escape(char *out, size_t size, const char *text)
{
    *out = '\0';
    for (size_t at = 0; *text && at + 4 < size; text++)
        at += (size_t)snprintf(out + at, size - at,
                               *text >= ' ' && *text <= '~' &&
                                       !strchr("\"\\%", *text)
                                   ? "%c" : "%%%02x", *text & 0xff);
}

bool say(struct verdict *v, int code, const char *row, int64_t seq,
         const char *why, ...)
{
    char number[24], text[400];
    va_list ap;
    va_start(ap, why);
    vsnprintf(text, sizeof text, why, ap);
    va_end(ap);
    snprintf(number, sizeof number, "%lld", (long long)seq);
    escape(v->row, sizeof v->row, row ? row : number);
    escape(v->why, sizeof v->why, text);
    v->code = code;
    return false;
}

void *must(void *got)
{
    if (got)
        return got;
    fputs("audit: cannot check: no memory, or no SHA-256\n", stderr);
    exit(CANNOT);
}

char *file_read(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "re");
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *text = size < 0 ? NULL : must(malloc((size_t)size + 1));
    if (text) {
        rewind(file);
        *ret_len = fread(text, 1, (size_t)size, file);
        text[*ret_len] = '\0';
    }
    if (file)
        fclose(file);
    return text;
}

static uint8_t *put(uint8_t *to, const void *data, size_t len)
{
    uint32_t le = htole32((uint32_t)len);
    memcpy(to, &le, 4);
    if (len)
        memcpy(to + 4, data, len);
    return to + 4 + len;
}

void entry_hash(const struct entry *row, const uint8_t prev[static 32],
                uint8_t out[static 32])
{
    static uint8_t *bytes; /* reused: one row at a time */
    static size_t cap;
    size_t len = 1 + 8 * INTS + 4 + row->plain_len + 4 + row->body_len + 32;
    if (len > cap)
        bytes = must(realloc(bytes, cap = len * 2));
    uint8_t *to = bytes;
    *to++ = 0x00;
    for (int i = 0; i < INTS; i++, to += 8) {
        uint64_t le = htole64((uint64_t)row->n[i]);
        memcpy(to, &le, 8);
    }
    to = put(to, row->plain, row->plain_len);
    to = put(to, row->body, row->body_len);
    memcpy(to, prev, 32);
    sha256(bytes, len, out);
}
