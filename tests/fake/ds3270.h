#ifndef RPA_TESTS_FAKE_DS3270_H
#define RPA_TESTS_FAKE_DS3270_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The 3270 data stream: building writes, taking inbound records apart.
 *
 * Units:  addresses are buffer positions, 0 = row 1 column 1, row-major.
 * Source: IBM GA23-0059 (3270 Data Stream Programmer's Reference), ch. 3-4.
 */
enum { DS_COLS = 80, DS_SIZE = 24 * 80, DS_SIZE_ALT = 43 * 80 };

enum ds_command { DS_ERASE_WRITE = 0xf5, DS_ERASE_WRITE_ALT = 0x7e };

enum ds_aid {
    DS_ENTER = 0x7d,
    DS_CLEAR = 0x6d,
    DS_PA1 = 0x6c,
    DS_PA2 = 0x6e,
    DS_PA3 = 0x6b,
    DS_PF3 = 0xf3,
    DS_PF4 = 0xf4,
    DS_PF5 = 0xf5,
    DS_PF6 = 0xf6,
    DS_PF7 = 0xf7,
    DS_PF8 = 0xf8,
    DS_PF9 = 0xf9,
    DS_PF10 = 0x7a,
    DS_PF11 = 0x7b,
    DS_PF12 = 0x7c,
};

/* Field attribute bits; 0 is unprotected, alphanumeric, normal. */
enum {
    DS_PROTECTED = 0x20,
    DS_NUMERIC = 0x10, /* with DS_PROTECTED: the cursor skips the field */
    DS_INTENSE = 0x08,
    DS_HIDDEN = 0x0c,
};

/* Write control character bits. */
enum { DS_WCC_ALARM = 0x04, DS_WCC_RESTORE = 0x02, DS_WCC_RESET_MDT = 0x01 };

/** Where a write is built. @full is set, and nothing more added, once an
 * addition did not fit. */
struct ds_out {
    uint8_t *buf;
    size_t cap, len;
    bool full;
};

void ds_begin(struct ds_out *out, enum ds_command command, int wcc_bits);
void ds_sba(struct ds_out *out, int addr);
void ds_sf(struct ds_out *out, int attr_bits);
void ds_ic(struct ds_out *out);
/** ASCII text; the caller keeps it inside the screen. */
void ds_text(struct ds_out *out, const char *ascii);
/** EBCDIC as it is: no byte of it may be an order (see ds_clean()). */
void ds_bytes(struct ds_out *out, const uint8_t *bytes, size_t len);

/** One modified field, borrowed from the record. */
struct ds_mod {
    int addr; /* of its first data position */
    const uint8_t *data;
    size_t len;
};

struct ds_in {
    uint8_t aid;
    int cursor; /* -1 in a short read (CLEAR and PA keys) */
    size_t count;
    struct ds_mod mod[64];
};

/**
 * Take one inbound Read Modified record apart.
 *
 * Shape:  @size is that of the screen shown; addresses beyond it are refused.
 * Errors: returns -1 and leaves *@ret undefined for an empty or cut-off record,
 *         an address out of range, data before the first SBA, too many fields.
 */
int ds_parse(const uint8_t *rec, size_t len, int size, struct ds_in *ret);

/**
 * Copy field data to @out (@cap bytes), cut at @cap: NULs go, anything that
 * would be an order if sent back becomes SUB. Returns the bytes written.
 */
size_t ds_clean(const uint8_t *data, size_t len, uint8_t *out, size_t cap);

/** 12-bit form of @addr (0..4095). */
void ds_addr_encode(int addr, uint8_t out[static 2]);
/** Either form; -1 for the reserved one. */
int ds_addr_decode(const uint8_t in[static 2]);

#endif
