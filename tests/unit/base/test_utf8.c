#include "rpa/base/utf8.h"
#include "tap.h"

#include <string.h>

static const struct {
    const char *name, *bytes;
    size_t len, want_len;
    uint32_t want;
} cases[] = {
    { "ascii", "A", 1, 1, 'A' },
    { "two bytes", "\xc5\xb5", 2, 2, 0x175 },
    { "three bytes", "\xe2\x82\xac", 3, 3, 0x20ac },
    { "four bytes", "\xf0\x9f\x98\x80", 4, 4, 0x1f600 },
    { "nothing", "", 0, 0, 0 },
    { "cut off", "\xe2\x82", 2, 0, 0 },
    { "overlong two", "\xc0\x80", 2, 0, 0 },
    { "overlong three", "\xe0\x80\x80", 3, 0, 0 },
    { "surrogate", "\xed\xa0\x80", 3, 0, 0 },
    { "above U+10FFFF", "\xf4\x90\x80\x80", 4, 0, 0 },
    { "stray continuation", "\x80", 1, 0, 0 },
    { "bad continuation", "\xc5\x41", 2, 0, 0 },
    { "f5", "\xf5\x80\x80\x80", 4, 0, 0 },
};

static void test_says(void)
{
    static const struct {
        const char *text;
        bool says;
    } words[] = {
        { "a", true }, { " 7. ", true }, { "ŵ", true }, { "王", true }, { "", false },
        { " \t\n", false }, { "...", false }, { "—", false }, { "\u200b\u2060", false },
        { "\u00ad\u3000", false }, { "so\xff", false },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        ok(rpa_utf8_says(words[i].text, strlen(words[i].text)) == words[i].says,
           "%s: case %zu", words[i].says ? "words" : "no words", i);
}

int main(void)
{
    test_says();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t cp = 0;
        size_t n = rpa_utf8_decode(cases[i].bytes, cases[i].len, &cp);
        is_int((long long)n, (long long)cases[i].want_len, cases[i].name);
        if (n)
            is_int(cp, cases[i].want, cases[i].name);
    }
    bool same = true;
    for (uint32_t cp = 0, back; cp <= 0x10ffff; cp++) {
        char out[4];
        size_t n = rpa_utf8_encode(cp, out);
        if (n && (rpa_utf8_decode(out, n, &back) != n || back != cp))
            same = false;
    }
    ok(same, "every scalar value goes there and back");
    is_int((long long)rpa_utf8_count("S\xc3\xaan", 4), 3, "count");
    is_int((long long)rpa_utf8_cut("ab\xc3\xaa", 3), 2, "cut inside");
    is_int((long long)rpa_utf8_cut("ab\xc3\xaa", 4), 4, "cut after");
    ok(!rpa_utf8_valid("a\xff", 2), "invalid");
    return tap_done();
}
