#include "ds3270.h"

#include <string.h>

#include "cp1146.h"

enum { ORDER_SF = 0x1d, ORDER_SBA = 0x11, ORDER_IC = 0x13, ORDER_GE = 0x08 };
enum { NUL = 0x00, SUB = 0x3f, SPACE = 0x40 };

/* Six bits as a graphic EBCDIC character: GA23-0059, "Code conversions". */
static const uint8_t code[64] = {
    0x40, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0x4a,
    0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5,
    0xd6, 0xd7, 0xd8, 0xd9, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x60,
    0x61, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0x6a, 0x6b,
    0x6c, 0x6d, 0x6e, 0x6f, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6,
    0xf7, 0xf8, 0xf9, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f,
};

void ds_bytes(struct ds_out *out, const uint8_t *bytes, size_t len)
{
    if (out->full || len > out->cap - out->len) {
        out->full = true;
        return;
    }
    if (len)
        memcpy(out->buf + out->len, bytes, len);
    out->len += len;
}

void ds_begin(struct ds_out *out, enum ds_command command, int wcc_bits)
{
    ds_bytes(out, (uint8_t[]){ (uint8_t)command, code[wcc_bits & 0x3f] }, 2);
}

void ds_sba(struct ds_out *out, int addr)
{
    uint8_t order[3] = { ORDER_SBA };
    ds_addr_encode(addr, order + 1);
    ds_bytes(out, order, sizeof order);
}

void ds_sf(struct ds_out *out, int attr_bits)
{
    ds_bytes(out, (uint8_t[]){ ORDER_SF, code[attr_bits & 0x3f] }, 2);
}

void ds_ic(struct ds_out *out)
{
    ds_bytes(out, (uint8_t[]){ ORDER_IC }, 1);
}

void ds_text(struct ds_out *out, const char *ascii)
{
    for (; *ascii; ascii++)
        ds_bytes(out, (uint8_t[]){ cp1146_byte((unsigned char)*ascii) }, 1);
}

void ds_addr_encode(int addr, uint8_t out[static 2])
{
    out[0] = code[addr >> 6 & 0x3f];
    out[1] = code[addr & 0x3f];
}

int ds_addr_decode(const uint8_t in[static 2])
{
    switch (in[0] & 0xc0) {
    case 0x00:
        return (in[0] & 0x3f) << 8 | in[1];
    case 0x80:
        return -1;
    default:
        return (in[0] & 0x3f) << 6 | (in[1] & 0x3f);
    }
}

static bool short_read(uint8_t aid)
{
    return aid == DS_CLEAR || aid == DS_PA1 || aid == DS_PA2 || aid == DS_PA3;
}

/* One SBA and the data up to the next one, or to the end of the record. */
static int next_mod(const uint8_t **at, const uint8_t *end, int size,
                    struct ds_mod *ret)
{
    if (end - *at < 3 || **at != ORDER_SBA)
        return -1;
    ret->addr = ds_addr_decode(*at + 1);
    if (ret->addr < 0 || ret->addr >= size)
        return -1;
    ret->data = *at += 3;
    const uint8_t *sba = memchr(*at, ORDER_SBA, (size_t)(end - *at));
    *at = sba ? sba : end;
    ret->len = (size_t)(*at - ret->data);
    return 0;
}

int ds_parse(const uint8_t *rec, size_t len, int size, struct ds_in *ret)
{
    if (len < 1)
        return -1;
    *ret = (struct ds_in){ .aid = rec[0], .cursor = -1 };
    if (short_read(ret->aid))
        return len == 1 ? 0 : -1;
    if (len < 3)
        return -1;
    ret->cursor = ds_addr_decode(rec + 1);
    if (ret->cursor < 0 || ret->cursor >= size)
        return -1;
    const uint8_t *at = rec + 3, *end = rec + len;
    while (at < end) {
        if (ret->count == sizeof ret->mod / sizeof *ret->mod)
            return -1;
        if (next_mod(&at, end, size, &ret->mod[ret->count++]) < 0)
            return -1;
    }
    return 0;
}

size_t ds_clean(const uint8_t *data, size_t len, uint8_t *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < len && n < cap; i++) {
        if (data[i] == NUL)
            continue;
        if (data[i] == ORDER_GE && i + 1 < len)
            i++, out[n++] = SUB; /* a graphic of another character set */
        else
            out[n++] = data[i] < SPACE ? SUB : data[i];
    }
    return n;
}
