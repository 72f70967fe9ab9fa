/* C2SP signed notes with a tlog-checkpoint in them, read strictly. */
#include "verify.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static const char dash[] = "\xe2\x80\x94 ";

/* exactly @want bytes; nothing but what an encoder would have written */
static bool unbase64(const char *in, size_t len, uint8_t *out, size_t want)
{
    uint8_t all[96], again[132];
    if (len != (want + 2) / 3 * 4 || len > 128 ||
        EVP_DecodeBlock(all, (const uint8_t *)in, (int)len) < (int)want)
        return false;
    EVP_EncodeBlock(again, all, (int)want);
    memcpy(out, all, want);
    return !memcmp(again, in, len);
}

bool key_read(const char *line, size_t len, struct key *ret_key)
{
    struct key key = { 0 };
    uint8_t typed[33], hash[32], said[64 + 34];
    char hex[9];
    if (len && line[len - 1] == '\n')
        len--;
    const char *plus = memchr(line, '+', len);
    size_t name = plus ? (size_t)(plus - line) : 0;
    if (!name || name >= sizeof key.name || len != name + 10 + 44 ||
        line[name + 9] != '+' || !unbase64(line + name + 10, 44, typed, 33) ||
        typed[0] != 0x01)
        return false;
    for (size_t i = 0; i < name; i++)
        if (line[i] <= ' ' || line[i] > '~' || strchr("\"\\", line[i]))
            return false;
    memcpy(key.name, line, name);
    memcpy(key.public, typed + 1, 32);
    memcpy(said, line, name);
    said[name] = '\n';
    memcpy(said + name + 1, typed, 33);
    sha256(said, name + 34, hash);
    snprintf(hex, sizeof hex, "%02x%02x%02x%02x", hash[0], hash[1], hash[2],
             hash[3]);
    memcpy(key.hash, hash, 4);
    *ret_key = key;
    return !memcmp(hex, plus + 1, 8);
}

static bool signed_by(const struct key *key, const char *text, size_t len,
                      const uint8_t sig[static 64])
{
    EVP_PKEY *public = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
                                                   key->public, 32);
    EVP_MD_CTX *ctx = must(EVP_MD_CTX_new());
    bool good = public &&
                EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, public) == 1 &&
                EVP_DigestVerify(ctx, sig, 64, (const uint8_t *)text, len) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(public);
    return good;
}

/* origin, size, root, each a line, nothing else */
static bool body(const char *text, size_t len, size_t origin, int64_t *ret_size,
                 uint8_t ret_root[static 32])
{
    const char *at = text + origin + 1, *end = text + len;
    int64_t size = 0;
    size_t n = 0;
    for (; at + n < end && at[n] >= '0' && at[n] <= '9' && n < 18; n++)
        size = size * 10 + (at[n] - '0');
    if (!n || (n > 1 && *at == '0') || end - at != (ptrdiff_t)n + 1 + 45 ||
        at[n] != '\n' || end[-1] != '\n' ||
        !unbase64(at + n + 1, 44, ret_root, 32))
        return false;
    *ret_size = size;
    return true;
}

/* One signature, by the name that the text begins with: the notes of a store
 * are made so, and no other is taken. */
int note_read(const char *note, size_t len, const struct key *key,
              int64_t *ret_size, uint8_t ret_root[static 32])
{
    uint8_t sig[68];
    const char *line = NULL;
    const size_t lead = sizeof dash - 1;
    for (size_t i = 0; i < len && !line; i++)
        if (note[i] < ' ' && note[i] >= 0 && note[i] != '\n')
            return -1;
        else if (i && note[i] == '\n' && note[i - 1] == '\n')
            line = note + i + 1;
    if (!line || len > 4096 || note[len - 1] != '\n')
        return -1;
    size_t text = (size_t)(line - 1 - note), sig_len = (size_t)(note + len - line);
    size_t origin = (size_t)((char *)memchr(note, '\n', len) - note);
    if (sig_len != lead + origin + 1 + 92 + 1 || memcmp(line, dash, lead) ||
        memcmp(line + lead, note, origin) || line[lead + origin] != ' ' ||
        !unbase64(line + lead + origin + 1, 92, sig, sizeof sig) ||
        !body(note, text, origin, ret_size, ret_root))
        return -1;
    if (origin != strlen(key->name) || memcmp(note, key->name, origin))
        return 0;
    return !memcmp(sig, key->hash, 4) && signed_by(key, note, text, sig + 4)
               ? 1
               : -1;
}
