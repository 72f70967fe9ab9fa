/* What is hashed: rows, and the tree over them. */
#include "verify.h"

#include <endian.h>
#define OPENSSL_API_COMPAT 10101 /* SHA256_*: EVP makes a context for each hash */
#include <openssl/sha.h>

struct hash sha256(const void *data, size_t len)
{
    struct hash out = { 0 };
    SHA256_CTX ctx;
    bool good = SHA256_Init(&ctx) && SHA256_Update(&ctx, data, len) &&
                SHA256_Final(out.byte, &ctx);
    must(good ? &ctx : NULL);
    return out;
}

bool hash_is(struct hash a, struct hash b)
{
    return !memcmp(&a, &b, sizeof a);
}

bool unhex(const char *hex, struct hash *ret_hash)
{
    for (int i = 0; hex && i < 32; i++, hex += 2)
        if (!hex[0] || !hex[1] || sscanf(hex, "%2hhx", &ret_hash->byte[i]) != 1)
            return false;
    return hex != NULL;
}

static uint8_t *put(uint8_t *to, const void *data, size_t len)
{
    uint32_t le = htole32((uint32_t)len);
    memcpy(to, &le, 4);
    if (len)
        memcpy(to + 4, data, len);
    return to + 4 + len;
}

bool entry_read(sqlite3_stmt *st, struct hash prev, struct entry *ret_row)
{
    static uint8_t *bytes; /* reused: one row at a time */
    static size_t cap;
    sqlite3_value *plain = sqlite3_column_value(st, PLAIN);
    sqlite3_value *body = sqlite3_column_value(st, BODY);
    sqlite3_value *hash = sqlite3_column_value(st, HASH);
    bool good = sqlite3_value_type(plain) == SQLITE_TEXT &&
                sqlite3_value_type(body) == SQLITE_BLOB &&
                sqlite3_value_type(hash) == SQLITE_BLOB &&
                sqlite3_value_bytes(hash) == sizeof prev;
    size_t body_len = (size_t)sqlite3_value_bytes(body);
    ret_row->plain = (const char *)sqlite3_value_text(plain);
    ret_row->plain_len = (size_t)sqlite3_value_bytes(plain);
    size_t len = 1 + 8 * INTS + 8 + ret_row->plain_len + body_len + 32;
    if (len > cap)
        bytes = must(realloc(bytes, cap = len * 2));
    uint8_t *to = bytes;
    *to++ = 0x00;
    for (int i = 0; i < INTS; i++, to += 8) {
        sqlite3_value *value = sqlite3_column_value(st, i);
        good = good && sqlite3_value_type(value) == SQLITE_INTEGER;
        ret_row->n[i] = sqlite3_value_int64(value);
        uint64_t le = htole64((uint64_t)ret_row->n[i]);
        memcpy(to, &le, 8);
    }
    to = put(to, ret_row->plain, ret_row->plain_len);
    memcpy(put(to, sqlite3_value_blob(body), body_len), &prev, sizeof prev);
    ret_row->filled = body_len > 0;
    ret_row->h = sha256(bytes, len);
    return good && !memcmp(&ret_row->h, sqlite3_value_blob(hash), sizeof prev);
}

static struct hash inner(struct hash left, struct hash right)
{
    uint8_t both[65] = { 0x01 };
    memcpy(both + 1, &left, 32);
    memcpy(both + 33, &right, 32);
    return sha256(both, sizeof both);
}

void merkle_grow(struct merkle *tree, struct hash node)
{
    int lvl = 0;
    while (tree->size >> lvl & 1) {
        node = inner(tree->peak[lvl], node);
        tree->peak[lvl] = (struct hash){ 0 };
        if (++lvl == 8 || lvl == 16)
            tree->tile[lvl / 16] = node;
    }
    tree->peak[lvl] = node;
    tree->size++;
}

struct hash merkle_root(const struct merkle *tree)
{
    if (!tree->size)
        return sha256("", 0);
    int lvl = __builtin_ctzll((uint64_t)tree->size);
    struct hash root = tree->peak[lvl];
    while (tree->size >> ++lvl)
        if (tree->size >> lvl & 1)
            root = inner(tree->peak[lvl], root);
    return root;
}

bool verify_inclusion(int64_t leaf, int64_t size, struct hash h,
                      const struct hash *path, size_t n, struct hash root)
{
    int64_t fn = leaf, sn = size - 1;
    if (leaf < 0 || leaf >= size)
        return false;
    for (; n && sn; n--, path++, fn >>= 1, sn >>= 1) {
        for (; fn == sn && sn && !(fn & 1); fn >>= 1)
            sn >>= 1; /* it has no other half there */
        h = fn & 1 ? inner(*path, h) : inner(h, *path);
    }
    return !n && !sn && hash_is(h, root);
}
