#include "rpa/base/utf8.h"

#include <locale.h>
#include <string.h>
#include <wctype.h>

size_t rpa_utf8_decode(const char *s, size_t len, uint32_t *ret_cp)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *u = (const unsigned char *)s;
    if (!len)
        return 0;
    if (u[0] < 0x80) {
        *ret_cp = u[0];
        return 1;
    }
    size_t n = u[0] >= 0xf0 && u[0] < 0xf5 ? 4
               : u[0] >= 0xe0              ? 3
               : u[0] >= 0xc2              ? 2
                                           : 0;
    if (u[0] >= 0xf5 || !n || n > len)
        return 0;
    uint32_t cp = u[0] & (0xff >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((u[i] & 0xc0) != 0x80)
            return 0;
        cp = cp << 6 | (u[i] & 0x3f);
    }
    if (cp < least[n] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        return 0;
    *ret_cp = cp;
    return n;
}

size_t rpa_utf8_encode(uint32_t cp, char out[static 4])
{
    if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        return 0;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        out[i] = (char)(0x80 | (cp & 0x3f));
    out[0] = (char)((0xf00u >> n) | cp);
    return n;
}

/* how many bytes from the start are ASCII: whole words of them, most texts are */
static size_t ascii_words(const char *s, size_t len)
{
    size_t at = 0;
    for (uint64_t word; len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, s + at, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    return at;
}

bool rpa_utf8_valid(const char *s, size_t len)
{
    uint32_t cp;
    for (size_t i = ascii_words(s, len), n; i < len; i += n)
        if (!(n = rpa_utf8_decode(s + i, len - i, &cp)))
            return false;
    return true;
}

bool rpa_utf8_says(const char *s, size_t len)
{
    static locale_t letters; /* kept: whatever locale the program is in */
    uint32_t cp;
    bool says = false;
    if (!letters)
        letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
    for (size_t at = 0, n; at < len; at += n) {
        n = rpa_utf8_decode(s + at, len - at, &cp);
        if (!n)
            return false;
        says = says || (letters && iswalnum_l((wint_t)cp, letters));
    }
    return says;
}

size_t rpa_utf8_count(const char *s, size_t len)
{
    size_t count = 0;
    uint32_t cp;
    for (size_t i = 0, n; i < len; i += n, count++)
        if (!(n = rpa_utf8_decode(s + i, len - i, &cp)))
            n = 1;
    return count;
}

size_t rpa_utf8_cut(const char *s, size_t len)
{
    /* back to the last lead byte; keep its character only when whole */
    for (size_t back = 1; back <= 4 && back <= len; back++) {
        uint32_t cp;
        if (((unsigned char)s[len - back] & 0xc0) == 0x80)
            continue;
        return rpa_utf8_decode(s + len - back, back, &cp) == back ? len
                                                                  : len - back;
    }
    return len;
}

bool rpa_str_copy(char *out, size_t size, const char *s)
{
    size_t len = strnlen(s, size);
    bool whole = len < size;
    if (!whole)
        len = rpa_utf8_cut(s, size - 1);
    memcpy(out, s, len);
    out[len] = '\0';
    return whole;
}
