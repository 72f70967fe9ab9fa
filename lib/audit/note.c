#include "priv.h"

#include "rpa/vault/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Source: https://c2sp.org/signed-note and https://c2sp.org/tlog-checkpoint.
 * Strict: what another reader might take otherwise is no note. */
#define DASH "\xe2\x80\x94 " /* em dash and a space: a signature line */
enum { ED25519 = 0x01, SIG_LEN = 4 + 64 };

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* ---- base64, RFC 4648 section 4: padded, no other character, no spare bit ---- */

static void base64_put(struct rpa_buf *out, const uint8_t *in, size_t len)
{
    for (size_t i = 0; i < len; i += 3) {
        size_t n = len - i < 3 ? len - i : 3;
        unsigned v = (unsigned)in[i] << 16 | (n > 1 ? in[i + 1] << 8 : 0) |
                     (n > 2 ? in[i + 2] : 0);
        for (size_t k = 0; k < 4; k++)
            rpa_buf_putc(out, k <= n ? digits[v >> (18 - 6 * k) & 63] : '=');
    }
}

/* exactly @want bytes from exactly @len characters */
static bool base64_get(const char *in, size_t len, uint8_t *out, size_t want)
{
    if (len != (want + 2) / 3 * 4)
        return false;
    size_t at = 0;
    for (size_t i = 0; i < len; i += 4) {
        size_t n = want - at < 3 ? want - at : 3;
        unsigned v = 0;
        for (size_t k = 0; k < 4; k++) {
            const char *d = in[i + k] ? strchr(digits, in[i + k]) : NULL;
            if (k <= n ? !d : in[i + k] != '=')
                return false;
            v = v << 6 | (k <= n ? (unsigned)(d - digits) : 0);
        }
        if (v & ((1u << 8 * (3 - n)) - 1)) /* bits that no byte holds */
            return false;
        for (size_t k = 0; k < n; k++)
            out[at++] = (uint8_t)(v >> (16 - 8 * k));
    }
    return true;
}

/* ---- keys ---- */

/* the first bytes of SHA256(name || 0x0a || type || key) */
static void key_hash(const char *name, const uint8_t public[static 32],
                     uint8_t out[static 4])
{
    static const uint8_t between[] = { '\n', ED25519 };
    uint8_t full[32];
    struct rpa_sha256 hash;
    rpa_sha256_init(&hash);
    rpa_sha256_add(&hash, name, strlen(name));
    rpa_sha256_add(&hash, between, sizeof between);
    rpa_sha256_add(&hash, public, 32);
    rpa_sha256_end(&hash, full);
    memcpy(out, full, 4);
}

void note_key_make(struct note_key *key, const uint8_t public[static 32])
{
    uint8_t full[32];
    struct rpa_sha256 hash;
    rpa_sha256_init(&hash);
    rpa_sha256_add(&hash, public, 32);
    rpa_sha256_end(&hash, full);
    snprintf(key->name, sizeof key->name,
             "rpa-audit/%02x%02x%02x%02x%02x%02x%02x%02x", full[0], full[1],
             full[2], full[3], full[4], full[5], full[6], full[7]);
    memcpy(key->public, public, 32);
    key_hash(key->name, public, key->hash);
}

/* no space of Unicode's and no plus: ours are printable ASCII */
static bool name_ok(const char *name, size_t len)
{
    bool good = len > 0 && len < NOTE_NAME_MAX;
    for (size_t i = 0; good && i < len; i++)
        good = name[i] > ' ' && name[i] < 0x7f && name[i] != '+';
    return good;
}

bool note_key_parse(const char *text, size_t len, struct note_key *ret_key)
{
    uint8_t typed[33], hash[4];
    char hex[9];
    if (len && text[len - 1] == '\n')
        len--;
    const char *plus = memchr(text, '+', len);
    size_t name = plus ? (size_t)(plus - text) : 0;
    if (!name_ok(text, name) || len != name + 1 + 8 + 1 + 44 ||
        text[name + 9] != '+' ||
        !base64_get(text + name + 10, 44, typed, sizeof typed) ||
        typed[0] != ED25519)
        return false;
    struct note_key key = { 0 };
    memcpy(key.name, text, name);
    memcpy(key.public, typed + 1, 32);
    key_hash(key.name, key.public, hash);
    snprintf(hex, sizeof hex, "%02x%02x%02x%02x", hash[0], hash[1], hash[2],
             hash[3]);
    if (memcmp(hex, text + name + 1, 8) != 0)
        return false;
    memcpy(key.hash, hash, 4);
    *ret_key = key;
    return true;
}

void note_key_print(const struct note_key *key, struct rpa_buf *out)
{
    uint8_t typed[33] = { ED25519 };
    memcpy(typed + 1, key->public, 32);
    rpa_buf_printf(out, "%s+%02x%02x%02x%02x+", key->name, key->hash[0],
                   key->hash[1], key->hash[2], key->hash[3]);
    base64_put(out, typed, sizeof typed);
}

/* ---- notes ---- */

void note_sign(const struct rpa_sign *sign, const struct note_key *key,
               const char *text, struct rpa_buf *out)
{
    uint8_t sig[SIG_LEN];
    memcpy(sig, key->hash, 4);
    rpa_sign_make(sign, text, strlen(text), sig + 4);
    rpa_buf_printf(out, "%s\n" DASH "%s ", text, key->name);
    base64_put(out, sig, sizeof sig);
    rpa_buf_putc(out, '\n');
}

/* only newlines of the controls, and UTF-8 is not looked at: what is signed is
 * bytes, and ours are ASCII */
static bool clean(const char *note, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)note[i] < ' ' && note[i] != '\n')
            return false;
    return len > 0 && len <= NOTE_MAX && note[len - 1] == '\n';
}

/* the last empty line; text is before it and signature lines behind */
static const char *blank_line(const char *note, size_t len)
{
    for (size_t i = len; i-- > 1;)
        if (note[i] == '\n' && note[i - 1] == '\n')
            return note + i;
    return NULL;
}

/* one line: -1 malformed, 0 another key's, 1 ours and good */
static int check_line(const char *line, size_t len, const struct note_key *key,
                      const char *text, size_t text_len)
{
    static const size_t dash = sizeof DASH - 1;
    uint8_t sig[SIG_LEN];
    if (len <= dash || memcmp(line, DASH, dash) != 0)
        return -1;
    const char *name = line + dash, *end = line + len;
    const char *space = memchr(name, ' ', (size_t)(end - name));
    size_t name_len = space ? (size_t)(space - name) : 0;
    if (!space || !name_ok(name, name_len))
        return -1;
    bool ours = name_len == strlen(key->name) &&
                !memcmp(name, key->name, name_len);
    size_t b64 = (size_t)(end - space - 1);
    if (!ours) /* other signatures may be of any length */
        return b64 >= 8 && b64 % 4 == 0 ? 0 : -1;
    if (!base64_get(space + 1, b64, sig, sizeof sig))
        return -1;
    if (memcmp(sig, key->hash, 4) != 0)
        return 0;
    return rpa_sign_ok(key->public, text, text_len, sig + 4) ? 1 : -1;
}

bool note_open(const char *note, size_t len, const struct note_key *key,
               size_t *ret_text_len)
{
    const char *blank = clean(note, len) ? blank_line(note, len) : NULL;
    if (!blank || blank == note)
        return false;
    size_t text_len = (size_t)(blank - note), good = 0;
    const char *line = blank + 1, *end = note + len;
    while (line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        int got = check_line(line, (size_t)(stop - line), key, note, text_len);
        if (got < 0)
            return false;
        good += (size_t)got;
        line = stop + 1;
    }
    if (good != 1) /* none of ours, or one twice */
        return false;
    *ret_text_len = text_len;
    return true;
}

/* ---- checkpoints ---- */

void checkpoint_print(const char *origin, int64_t size,
                      const uint8_t root[static 32], struct rpa_buf *out)
{
    rpa_buf_printf(out, "%s\n%lld\n", origin, (long long)size);
    base64_put(out, root, 32);
    rpa_buf_putc(out, '\n');
}

bool checkpoint_parse(const char *text, size_t len, const char *origin,
                      int64_t *ret_size, uint8_t ret_root[static 32])
{
    size_t first = strlen(origin) + 1;
    if (len < first || memcmp(text, origin, first - 1) || text[first - 1] != '\n')
        return false;
    const char *at = text + first, *end = text + len;
    int64_t size = 0;
    int n = 0;
    for (; at < end && *at >= '0' && *at <= '9' && n < 18; at++, n++)
        size = size * 10 + (*at - '0');
    if (!n || (n > 1 && text[first] == '0') || at == end || *at++ != '\n')
        return false;
    uint8_t root[32];
    if (end - at != 45 || at[44] != '\n' || !base64_get(at, 44, root, 32))
        return false;
    *ret_size = size;
    memcpy(ret_root, root, 32);
    return true;
}
