#include "ds3270.h"

#include <stdlib.h>

#include "cp1146.h"
#include "tap.h"

#define REC(...)                                                               \
    (const uint8_t[]){ __VA_ARGS__ }, sizeof(uint8_t[])                        \
    {                                                                          \
        __VA_ARGS__                                                            \
    }

static const struct {
    const char *name;
    const uint8_t *rec;
    size_t len;
    int want; /* modified fields, or -1 */
} records[] = {
    { "empty", NULL, 0, -1 },
    { "Enter, cursor only", REC(0x7d, 0x40, 0x40), 0 },
    { "Enter without cursor", REC(0x7d), -1 },
    { "Enter, half a cursor", REC(0x7d, 0x40), -1 },
    { "CLEAR is short", REC(0x6d), 0 },
    { "CLEAR with more", REC(0x6d, 0x40, 0x40), -1 },
    { "PA1 is short", REC(0x6c), 0 },
    { "one field", REC(0x7d, 0x40, 0x40, 0x11, 0x40, 0xc1, 0xc1), 1 },
    { "an emptied field", REC(0x7d, 0x40, 0x40, 0x11, 0x40, 0xc1), 1 },
    { "two fields",
      REC(0x7d, 0x40, 0x40, 0x11, 0x40, 0xc1, 0xc1, 0x11, 0x40, 0xc9, 0xf1),
      2 },
    { "14-bit address", REC(0x7d, 0x00, 0x10, 0x11, 0x0d, 0x6f, 0xc1), 1 },
    { "cut in an address", REC(0x7d, 0x40, 0x40, 0x11, 0x40), -1 },
    { "cut after SBA", REC(0x7d, 0x40, 0x40, 0x11), -1 },
    { "data before SBA", REC(0x7d, 0x40, 0x40, 0xc1), -1 },
    { "reserved address", REC(0x7d, 0x80, 0x40), -1 },
    { "cursor beyond 43x80", REC(0x7d, 0x0d, 0x70), -1 },
    { "field beyond 43x80", REC(0x7d, 0x40, 0x40, 0x11, 0x7f, 0x7f), -1 },
};

static void every_address(void)
{
    bool short_form = true, long_form = true, graphic = true;
    for (int addr = 0; addr < DS_SIZE_ALT; addr++) {
        uint8_t a[2], b[2] = { (uint8_t)(addr >> 8), (uint8_t)addr };
        ds_addr_encode(addr, a);
        short_form &= ds_addr_decode(a) == addr;
        long_form &= ds_addr_decode(b) == addr;
        graphic &= a[0] >= 0x40 && a[1] >= 0x40;
    }
    ok(short_form, "every 12-bit address of 43x80 there and back");
    ok(long_form, "every 14-bit address of 43x80");
    ok(graphic, "encoded as graphic characters");
    uint8_t known[2];
    ds_addr_encode(80, known); /* the manual's example: row 2, column 1 */
    ok(known[0] == 0xc1 && known[1] == 0x50, "80 is C1 50");
}

static void more_fields_than_any_screen(void)
{
    uint8_t rec[3 + 65 * 4] = { DS_ENTER, 0x40, 0x40 };
    for (int i = 0; i < 65; i++) {
        rec[3 + i * 4] = 0x11;
        ds_addr_encode(i, rec + 4 + i * 4);
        rec[6 + i * 4] = 0xc1;
    }
    struct ds_in in;
    is_int(ds_parse(rec, sizeof rec - 4, DS_SIZE_ALT, &in), 0, "64 fields");
    is_int((int)in.count, 64, "all of them");
    is_int(ds_parse(rec, sizeof rec, DS_SIZE_ALT, &in), -1, "65 are refused");
}

/* A good record cut everywhere, then noise: nothing may be read beyond it
 * (AddressSanitizer watches a block of just that size). */
static void garbage(void)
{
    static const uint8_t good[] = { 0x7d, 0x40, 0xc1, 0x11, 0x40, 0xc1, 0xc1,
                                    0x08, 0x11, 0x11, 0xd7, 0xf0, 0x00, 0xf1 };
    unsigned seed = 1;
    bool sane = true;
    for (int i = 0; i < 20000; i++) {
        size_t len = i <= (int)sizeof good ? (size_t)i : seed >> 16 & 63;
        uint8_t *rec = malloc(len + !len);
        for (size_t b = 0; b < len; b++) {
            seed = seed * 1103515245 + 12345;
            rec[b] = i <= (int)sizeof good ? good[b] : (uint8_t)(seed >> 16);
            if (i > (int)sizeof good && (seed & 0x30000) == 0)
                rec[b] = 0x11;
        }
        struct ds_in in;
        if (ds_parse(rec, len, DS_SIZE_ALT, &in) == 0)
            for (size_t m = 0; m < in.count; m++) {
                uint8_t out[8];
                size_t n = ds_clean(in.mod[m].data, in.mod[m].len, out, 8);
                sane &= n <= 8 && in.mod[m].addr < DS_SIZE_ALT;
                sane &= in.mod[m].data + in.mod[m].len <= rec + len;
                for (size_t b = 0; b < n; b++)
                    sane &= out[b] >= 0x3f;
            }
        free(rec);
    }
    ok(sane, "20,000 cut or random records stay inside their bytes");
}

static void cleaning(void)
{
    static const uint8_t in[] = { 0xc1, 0x00, 0x1d, 0x40, 0x08, 0xc2, 0xff };
    uint8_t out[8];
    is_int((int)ds_clean(in, sizeof in, out, 8), 5, "NULs go, GE is one");
    ok(!memcmp(out, "\xc1\x3f\x40\x3f\xff", 5), "orders become SUB");
    is_int((int)ds_clean(in, sizeof in, out, 2), 2, "cut at the width");
    is_int((int)ds_clean(in, 0, out, 8), 0, "nothing");
}

static void building(void)
{
    uint8_t buf[13];
    struct ds_out out = { .buf = buf, .cap = sizeof buf };
    ds_begin(&out, DS_ERASE_WRITE_ALT, DS_WCC_RESTORE | DS_WCC_RESET_MDT);
    ds_sba(&out, 80);
    ds_sf(&out, DS_PROTECTED | DS_NUMERIC);
    ds_sf(&out, DS_HIDDEN);
    ds_ic(&out);
    ds_text(&out, "A1");
    ok(!out.full, "just fits");
    ok(!memcmp(buf, "\x7e\xc3\x11\xc1\x50\x1d\xf0\x1d\x4c\x13\xc1\xf1", 12),
       "Erase/Write Alternate, WCC, SBA, SF, IC, text");
    ds_sf(&out, 0);
    ok(out.full && out.len == 12, "nothing is written behind the end");
}

static void code_page(void)
{
    char text[16];
    cp1146_to_utf8((const uint8_t *)"\x5b\x9f\x51\x42\xc8", 5, text);
    is_str(text, "£€éâH", "bytes as UTF-8");
    is_int(cp1146_byte(0x20ac), 0x9f, "the euro sign");
    is_int(cp1146_byte(0x175), 0x3f, "w circumflex has no place");
    is_int(cp1146_upper(0x51), 0x71, "e acute as a capital");
    is_int(cp1146_upper(0x81), 0xc1, "a as a capital");
    is_int(cp1146_upper(0xe1), 0xe1, "the division sign has none");
    is_int(cp1146_upper(0xdf), 0xdf, "y diaeresis has none here");
}

int main(void)
{
    if (!ok(cp1146_init() == 0, "iconv knows IBM1146"))
        return tap_done();
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        struct ds_in in;
        int r = ds_parse(records[i].rec, records[i].len, DS_SIZE_ALT, &in);
        is_int(r < 0 ? r : (int)in.count, records[i].want, records[i].name);
    }
    every_address();
    more_fields_than_any_screen();
    garbage();
    cleaning();
    building();
    code_page();
    return tap_done();
}
