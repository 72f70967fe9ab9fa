#include "cp1146.h"

#include <iconv.h>

enum { SUB = 0x3f };

static uint16_t to_ucs[256];
static uint8_t upper[256];

uint8_t cp1146_byte(uint32_t ucs)
{
    for (int i = 0; i < 256; i++)
        if (to_ucs[i] == ucs)
            return (uint8_t)i;
    return SUB;
}

static uint16_t capital(uint16_t ucs)
{
    if (ucs >= 'a' && ucs <= 'z')
        return (uint16_t)(ucs - 0x20);
    if (ucs >= 0xe0 && ucs <= 0xfe && ucs != 0xf7) /* not the division sign */
        return (uint16_t)(ucs - 0x20);
    return ucs;
}

int cp1146_init(void)
{
    iconv_t cd = iconv_open("UTF-16LE", "IBM1146");
    if (cd == (iconv_t)-1)
        return -1;
    int r = 0;
    for (int i = 0; i < 256; i++) {
        char in = (char)i;
        unsigned char out[2] = { 0 };
        char *from = &in, *to = (char *)out;
        size_t in_left = 1, out_left = sizeof out;
        if (iconv(cd, &from, &in_left, &to, &out_left) == (size_t)-1)
            r = -1;
        to_ucs[i] = (uint16_t)(out[0] | out[1] << 8);
    }
    iconv_close(cd);
    for (int i = 0; i < 256; i++)
        upper[i] = cp1146_byte(capital(to_ucs[i]));
    return r;
}

uint8_t cp1146_upper(uint8_t byte)
{
    return upper[byte];
}

void cp1146_to_utf8(const uint8_t *bytes, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++) {
        uint16_t c = to_ucs[bytes[i]];
        if (c < 0x80) {
            *out++ = (char)c;
        } else if (c < 0x800) {
            *out++ = (char)(0xc0 | c >> 6);
            *out++ = (char)(0x80 | (c & 0x3f));
        } else {
            *out++ = (char)(0xe0 | c >> 12);
            *out++ = (char)(0x80 | (c >> 6 & 0x3f));
            *out++ = (char)(0x80 | (c & 0x3f));
        }
    }
    *out = '\0';
}

size_t cp1146_from_utf8(const char *utf8, uint8_t *out, size_t cap)
{
    size_t len = 0;
    while (*utf8 && len < cap) {
        uint8_t first = (uint8_t)*utf8++;
        uint32_t ucs = first < 0x80 ? first : first < 0xe0 ? first & 0x1f : first & 0xf;
        for (; ((uint8_t)*utf8 & 0xc0) == 0x80; utf8++)
            ucs = ucs << 6 | ((uint8_t)*utf8 & 0x3f);
        out[len++] = cp1146_byte(ucs);
    }
    return len;
}
