#include "rpa/ipc/cbor.h"
#include "tap.h"

#include <stdlib.h>

#define B(s) s, sizeof(s) - 1

static const struct {
    const char *name, *bytes;
    size_t len;
    bool good;
} cases[] = {
    { "empty map", B("\xa0"), true },
    { "map", B("\xa2\x61v\x01\x61s\x63" "abc"), true },
    { "int64 least", B("\x3b\x7f\xff\xff\xff\xff\xff\xff\xff"), true },
    { "int64 most", B("\x1b\x7f\xff\xff\xff\xff\xff\xff\xff"), true },
    { "above int64", B("\x1b\x80\x00\x00\x00\x00\x00\x00\x00"), false },
    { "false true null", B("\x83\xf4\xf5\xf6"), true },
    { "undefined", B("\xf7"), false },
    { "double", B("\xfb\x3f\xf8\x00\x00\x00\x00\x00\x00"), true },
    { "half float", B("\xf9\x3c\x00"), false },
    { "single float", B("\xfa\x3f\x80\x00\x00"), false },
    { "simple in a byte", B("\xf8\x20"), false },
    { "tag", B("\xc0\x61" "a"), false },
    { "bytes with NUL and \\xff", B("\x43\x00\xff\x01"), true },
    { "UTF-8", B("\x62\xc5\xb5"), true },
    { "not UTF-8", B("\x61\xff"), false },
    { "nothing", B(""), false },
    { "bytes after the end", B("\x01\x01"), false },
    { "cut string", B("\x63" "ab"), false },
    { "cut number", B("\x19\x01"), false },
    { "array of 2^63", B("\x9b\x7f\xff\xff\xff\xff\xff\xff\xff"), false },
    { "string of 2^63", B("\x7b\x7f\xff\xff\xff\xff\xff\xff\xff"), false },
    { "map of 2^63", B("\xbb\x7f\xff\xff\xff\xff\xff\xff\xff"), false },
    { "indefinite array", B("\x9f\xff"), false },
    { "indefinite string", B("\x7f\x61" "a\xff"), false },
    { "break", B("\xff"), false },
    { "key twice", B("\xa2\x61v\x01\x61v\x02"), false },
    { "key twice, long form", B("\xa2\x61v\x01\x78\x01v\x02"), false },
    { "same key in two maps", B("\x82\xa1\x61v\x01\xa1\x61v\x02"), true },
    { "key of a nested map", B("\xa2\x61" "a\xa1\x61" "b\x01\x61" "b\x02"),
      true },
    { "integer as key", B("\xa1\x01\x01"), false },
    { "depth 16",
      B("\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x01"),
      true },
    { "depth 17",
      B("\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81"
        "\x01"),
      false },
};

/* What was loaded and encoded again is the same value. */
static bool round_trip(const char *bytes, size_t len)
{
    struct rpa_buf out = { 0 };
    struct rpa_err err;
    cbor_item_t *item = NULL;
    bool same = rpa_cbor_load(bytes, len, &item, &err) == 0 &&
                rpa_cbor_dump(item, &out, &err) == 0 && out.len == len &&
                !memcmp(out.data, bytes, len);
    if (item)
        cbor_decref(&item);
    rpa_buf_clear(&out);
    return same;
}

static const struct {
    const char *name, *bytes;
    size_t len;
    int code;
} looked[] = {
    { "both", "\xa2\x61" "a\x62xy\x61" "b\x41z", 10, RPA_OK },
    { "one of them", "\xa1\x61" "b\x41z", 5, RPA_OK },
    { "none", "\xa0", 1, RPA_OK },
    { "the first of two", "\xa0\xa1", 2, RPA_OK },
    { "another key", "\xa1\x61" "c\x41z", 5, RPA_EPROTO },
    { "a key twice", "\xa2\x61" "a\x41z\x61" "a\x41z", 9, RPA_EPROTO },
    { "a number", "\xa1\x61" "a\x01", 4, RPA_EPROTO },
    { "no map", "\x81\x61" "a", 3, RPA_EPROTO },
    { "more pairs than keys", "\xa3\x61" "a\x40\x61" "b\x40\x61" "c\x40", 10,
      RPA_EPROTO },
    { "a map of any length", "\xbf\xff", 2, RPA_EPROTO },
    { "cut in a value", "\xa1\x61" "a\x44z", 5, RPA_EPROTO },
    { "cut before a value", "\xa1\x61" "a", 3, RPA_EPROTO },
    { "text that is not UTF-8", "\xa1\x61" "a\x61\xff", 5, RPA_EPROTO },
    { "nothing", "", 0, RPA_EPROTO },
};

static void looking(void)
{
    for (size_t i = 0; i < sizeof looked / sizeof *looked; i++) {
        struct rpa_cbor_string s[] = { { .key = "a" }, { .key = "b" } };
        struct rpa_err err;
        size_t used;
        ok(rpa_cbor_strings(looked[i].bytes, looked[i].len, s, 2, &used,
                            &err) == -looked[i].code &&
               (looked[i].code || used == looked[i].len - (i == 3)),
           "looking through: %s", looked[i].name);
        if (i == 0)
            ok(s[0].len == 2 && !memcmp(s[0].data, "xy", 2) && s[1].len == 1 &&
                   *s[1].data == 'z', "gives their bytes");
        if (i == 1)
            ok(!s[0].data && s[1].data, "and says what is not there");
    }
}

static void sorting(void)
{
    static const char in[] = "\xa3\x62" "ba\x01\x61" "b\x81\xa2\x61" "d\x02\x61"
                             "c\x03\x61" "a\x04";
    static const char out[] = "\xa3\x61" "a\x04\x61" "b\x81\xa2\x61" "c\x03\x61"
                              "d\x02\x62" "ba\x01";
    struct rpa_buf bytes = { 0 };
    struct rpa_err err;
    cbor_item_t *item = NULL;
    int r = rpa_cbor_load(in, sizeof in - 1, &item, &err);
    rpa_cbor_sort(item);
    ok(r == 0 && rpa_cbor_dump(item, &bytes, &err) == 0 &&
           bytes.len == sizeof out - 1 && !memcmp(bytes.data, out, bytes.len),
       "maps in the order of their keys, those within too");
    rpa_cbor_sort(NULL);
    cbor_decref(&item);
    rpa_buf_clear(&bytes);
}

int main(void)
{
    struct rpa_err err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int r = rpa_cbor_check(cases[i].bytes, cases[i].len, &err);
        ok(r == (cases[i].good ? 0 : -RPA_EPROTO), "%s", cases[i].name);
        if (cases[i].good)
            ok(round_trip(cases[i].bytes, cases[i].len), "%s, again",
               cases[i].name);
    }
    ok(strstr(err.msg, "at byte 17") != NULL, "the place is named");

    size_t len = RPA_CBOR_ITEMS + 100;
    char *many = malloc(len + 5);
    memcpy(many, "\x9a", 1);
    for (int i = 0; i < 4; i++)
        many[1 + i] = (char)(len >> (8 * (3 - i)));
    memset(many + 5, 0x01, len);
    is_int(rpa_cbor_check(many, len + 5, &err), -RPA_EPROTO,
           "too many values");
    free(many);
    looking();
    sorting();
    return tap_done();
}
