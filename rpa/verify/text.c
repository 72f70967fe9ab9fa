/* What is said; and C2SP signed notes with a tlog-checkpoint, read strictly:
 * what was read, printed again, is the note byte for byte. */
#include "verify.h"

#include <err.h>
#include <openssl/evp.h>
#include <stdarg.h>

void escape(char *out, size_t size, const char *text)
{
    size_t at = 0;
    for (; *text && at + 4 < size; text++) {
        bool plain = *text >= ' ' && *text <= '~' && !strchr("\"\\%?#", *text);
        at += (size_t)sprintf(out + at, plain ? "%c" : "%%%02x", *text & 0xff);
    }
    out[at] = '\0';
}

bool say(struct verdict *v, int code, const char *row, const char *why, ...)
{
    char next[24], text[400];
    va_list ap;
    va_start(ap, why);
    vsnprintf(text, sizeof text, why, ap);
    va_end(ap);
    snprintf(next, sizeof next, "%lld", v->rows + 1);
    escape(v->row, sizeof v->row, row ? row : next);
    escape(v->why, sizeof v->why, text);
    v->code = code;
    return false;
}

void *must(void *got)
{
    if (!got)
        errx(CANNOT, "cannot check: no memory, or no SHA-256");
    return got;
}

bool file_read(const char *path, char out[static NOTE_SIZE])
{
    FILE *file = fopen(path, "re");
    size_t len = 0;
    int c = 0;
    while (file && len < NOTE_SIZE - 2 && (c = getc(file)) > 0) {
        len -= c == '\n' && len && out[len - 1] == '\r';
        out[len++] = (char)c;
    }
    while (len && strchr(" \t\r\n", out[len - 1]))
        len--;
    strcpy(out + len, "\n");
    if (file)
        fclose(file);
    return c == EOF && len;
}

/* exactly @want bytes; the caller compares what it printed of @in */
static bool unbase64(const char *in, uint8_t *out, size_t want)
{
    uint8_t all[96], again[132];
    size_t len = strlen(in);
    if (len != (want + 2) / 3 * 4 ||
        EVP_DecodeBlock(all, (const uint8_t *)in, (int)len) < (int)want)
        return false;
    EVP_EncodeBlock(again, all, (int)want);
    memcpy(out, all, want);
    return !memcmp(again, in, len);
}

bool key_read(const char *line, struct key *ret_key)
{
    struct key key = { 0 };
    char again[128], base[45];
    uint8_t said[64 + 33];
    if (sscanf(line, "%63[]!#-*,-[^-~]+%*8[0-9a-f]+%44s", key.name, base) != 2)
        return false;
    int n = snprintf((char *)said, sizeof said, "%s\n", key.name);
    if (!unbase64(base, said + n, 33) || said[n] != 0x01)
        return false;
    memcpy(key.hash, sha256(said, (size_t)n + 33).byte, sizeof key.hash);
    memcpy(key.public, said + n + 1, sizeof key.public);
    *ret_key = key;
    snprintf(again, sizeof again, "%s+%02x%02x%02x%02x+%s\n", key.name,
             key.hash[0], key.hash[1], key.hash[2], key.hash[3], base);
    return !strcmp(line, again);
}

static bool signed_by(const struct key *key, const char *text, size_t len,
                      const uint8_t sig[static 68])
{
    EVP_PKEY *public =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->public, 32);
    EVP_MD_CTX *ctx = must(EVP_MD_CTX_new());
    bool good = public && !memcmp(sig, key->hash, 4) &&
        EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, public) == 1 &&
        EVP_DigestVerify(ctx, sig + 4, 64, (const uint8_t *)text, len) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(public);
    return good;
}

int note_read(const char *note, const struct key *key, int64_t *ret_size,
              struct hash *ret_root)
{
    char again[NOTE_SIZE], origin[64], root[45], base[93];
    unsigned long long size;
    uint8_t sig[68];
    if (sscanf(note, "%63[!-~] %18llu %44s \xe2\x80\x94 %*63[!-~] %92s", origin,
               &size, root, base) != 4)
        return -1;
    snprintf(again, sizeof again, "%s\n%llu\n%s\n\n\xe2\x80\x94 %s %s\n",
             origin, size, root, origin, base);
    if (strcmp(note, again) != 0 || !unbase64(root, ret_root->byte, 32) ||
        !unbase64(base, sig, 68))
        return -1;
    *ret_size = (int64_t)size;
    if (strcmp(origin, key->name) != 0)
        return 0;
    size_t signed_len = (size_t)(strstr(note, "\n\n") + 1 - note);
    return signed_by(key, note, signed_len, sig) ? 1 : -2;
}
