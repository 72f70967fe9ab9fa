/* The files of the IANA database. Source: RFC 8536. */
#include "priv.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_SIZE = 44, OFFSET_MAX = 93599 };

struct block {
    const uint8_t *at;
    size_t isut, isstd, leaps, changes, types, chars; /* counts */
    size_t len;                                       /* header apart */
};

static uint32_t get32(const uint8_t *at)
{
    uint32_t v;
    memcpy(&v, at, sizeof v);
    return be32toh(v);
}

static int64_t get64(const uint8_t *at)
{
    uint64_t v;
    memcpy(&v, at, sizeof v);
    return (int64_t)be64toh(v);
}

/* A header and the block behind it, its times of @time_size bytes. */
static bool read_head(const uint8_t *at, size_t len, size_t time_size,
                      struct block *ret)
{
    if (len < HEAD_SIZE || memcmp(at, "TZif", 4) != 0 || at[4] < '2')
        return false;
    ret->at = at + HEAD_SIZE;
    ret->isut = get32(at + 20);
    ret->isstd = get32(at + 24);
    ret->leaps = get32(at + 28);
    ret->changes = get32(at + 32);
    ret->types = get32(at + 36);
    ret->chars = get32(at + 40);
    ret->len = ret->changes * (time_size + 1) + ret->types * 6 + ret->chars +
               ret->leaps * (time_size + 4) + ret->isstd + ret->isut;
    return ret->len <= len - HEAD_SIZE;
}

static int read_types(struct rpa_zone *zone, const struct block *block,
                      struct rpa_err *err)
{
    const uint8_t *at = block->at + block->changes * 9;
    const char *chars = (const char *)at + block->types * 6;
    for (size_t i = 0; i < block->types; i++, at += 6) {
        struct zone_type type = { .offset_s = (int32_t)get32(at),
                                  .dst = at[4] != 0 };
        size_t n, left = at[5] < block->chars ? block->chars - at[5] : 0;
        const char *abbr = chars + at[5];
        if (!left || (n = strnlen(abbr, left)) == left ||
            n >= sizeof type.abbr || type.offset_s > OFFSET_MAX ||
            type.offset_s < -OFFSET_MAX)
            return rpa_fail(err, RPA_EPROTO,
                            "time zone %s: a broken kind of "
                            "local time",
                            zone->name);
        memcpy(type.abbr, abbr, n);
        size_t number;
        int r = zone_add_type(zone, &type, &number, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_changes(struct rpa_zone *zone, const struct block *block,
                        struct rpa_err *err)
{
    const uint8_t *types = block->at + block->changes * 8;
    for (size_t i = 0; i < block->changes; i++) {
        if (types[i] >= block->types)
            return rpa_fail(err, RPA_EPROTO,
                            "time zone %s: a change to an "
                            "unknown kind of local time",
                            zone->name);
        int r = zone_add_change(zone, get64(block->at + i * 8), types[i], err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* the rule stands between two line feeds */
static int read_rule(struct rpa_zone *zone, const uint8_t *at, size_t len,
                     struct rpa_err *err)
{
    char rule[128];
    const uint8_t *end =
        len > 1 && *at == '\n' ? memchr(at + 1, '\n', len - 1) : NULL;
    size_t n = end ? (size_t)(end - at - 1) : sizeof rule;
    if (n >= sizeof rule || memchr(at, '\0', n + 1))
        return rpa_fail(err, RPA_EPROTO, "time zone %s: no rule at its end",
                        zone->name);
    memcpy(rule, at + 1, n);
    rule[n] = '\0';
    return n ? zone_add_rule(zone, rule, err) : 0;
}

static int read_all(struct rpa_zone *zone, const uint8_t *at, size_t len,
                    struct rpa_err *err)
{
    struct block old, block;
    size_t skip = 0;
    bool good = read_head(at, len, 4, &old);
    if (good) { /* the first block is for readers of 1980s' 32-bit times */
        skip = HEAD_SIZE + old.len;
        good = read_head(at + skip, len - skip, 8, &block);
    }
    if (!good || !block.types || block.leaps) {
        rpa_fail(err, RPA_EPROTO,
                 "time zone %s: not a TZif file of version 2 or later "
                 "without leap seconds",
                 zone->name);
        return rpa_err_hint(err, "give another, or see that the database of "
                                 "time zones is whole");
    }
    int r = read_types(zone, &block, err);
    if (r == 0)
        r = read_changes(zone, &block, err);
    skip += HEAD_SIZE + block.len;
    if (r == 0)
        r = read_rule(zone, at + skip, len - skip, err);
    return r;
}

int rpa_zone_parse(const char *name, const void *bytes, size_t len,
                   struct rpa_zone **ret, struct rpa_err *err)
{
    struct rpa_zone *zone = calloc(1, sizeof *zone);
    if (!zone)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a time zone");
    strncat(zone->name, name, sizeof zone->name - 1);
    int r = read_all(zone, bytes, len, err);
    if (r == 0)
        *ret = zone;
    else
        rpa_zone_free(zone);
    return r;
}
