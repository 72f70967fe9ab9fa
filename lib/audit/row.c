#include "priv.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

/* First bytes keep the hashes apart: 0x00 and 0x01 as in RFC 6962, so that row
 * hashes are the leaf hashes of a tree. */
enum { TAG_LEAF = 0x00, TAG_NODE = 0x01, TAG_NONCE = 0x02 };

void hex_put(const uint8_t *bytes, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

bool hex_get(const char *hex, uint8_t out[static 32])
{
    static const char digits[] = "0123456789abcdef";
    if (strspn(hex, digits) < 64)
        return false;
    for (size_t i = 0; i < 32; i++)
        out[i] = (uint8_t)((strchr(digits, hex[2 * i]) - digits) << 4 |
                           (strchr(digits, hex[2 * i + 1]) - digits));
    return true;
}

void hasher_clear(struct hasher *hasher)
{
    rpa_buf_clear(&hasher->bytes);
    *hasher = (struct hasher){ 0 };
}

int digest(struct hasher *hasher, const void *data, size_t len,
           uint8_t out[static 32])
{
    bool good = SHA256_Init(&hasher->ctx) &&
                SHA256_Update(&hasher->ctx, data, len) &&
                SHA256_Final(out, &hasher->ctx);
    return good ? 0 : -RPA_ENOMEM;
}

static void add_le32(struct rpa_buf *buf, size_t value)
{
    uint32_t le = htole32((uint32_t)value);
    rpa_buf_add(buf, &le, 4);
}

void row_lay(struct hasher *hasher, const struct row *row)
{
    const int64_t fixed[] = { row->seq,    row->run,    row->rseq,
                              row->t_us,   row->mono_us, row->kind,
                              row->verb,   row->target, row->window,
                              row->field,  row->grp };
    uint8_t le[sizeof fixed];
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        uint64_t v = htole64((uint64_t)fixed[i]);
        memcpy(le + 8 * i, &v, 8);
    }
    hasher->bytes.len = 0;
    rpa_buf_putc(&hasher->bytes, TAG_LEAF);
    rpa_buf_add(&hasher->bytes, le, sizeof le);
    add_le32(&hasher->bytes, row->plain_len);
    rpa_buf_add(&hasher->bytes, row->plain, row->plain_len);
}

const void *row_aad(const struct hasher *hasher, size_t *ret_len)
{
    *ret_len = hasher->bytes.len - 1;
    return hasher->bytes.data + 1;
}

int row_nonce(struct hasher *hasher, uint8_t nonce[static RPA_KEYRING_NONCE])
{
    if (hasher->bytes.failed)
        return -RPA_ENOMEM;
    uint8_t full[32];
    hasher->bytes.data[0] = TAG_NONCE;
    int r = digest(hasher, hasher->bytes.data, hasher->bytes.len, full);
    hasher->bytes.data[0] = TAG_LEAF;
    memcpy(nonce, full, RPA_KEYRING_NONCE);
    return r;
}

int row_hash(struct hasher *hasher, const struct row *row,
             const uint8_t prev[static 32], uint8_t out[static 32])
{
    struct rpa_buf *bytes = &hasher->bytes;
    size_t laid = bytes->len;
    add_le32(bytes, row->body_len);
    rpa_buf_add(bytes, row->body, row->body_len);
    rpa_buf_add(bytes, prev, 32);
    int r = bytes->failed ? -RPA_ENOMEM
                          : digest(hasher, bytes->data, bytes->len, out);
    bytes->len = laid;
    return r;
}

int node_hash(struct hasher *hasher, const uint8_t left[static 32],
              const uint8_t right[static 32], uint8_t out[static 32])
{
    uint8_t both[65] = { TAG_NODE };
    memcpy(both + 1, left, 32);
    memcpy(both + 33, right, 32);
    return digest(hasher, both, sizeof both, out);
}

int node_none(struct hasher *hasher, uint8_t out[static 32])
{
    return digest(hasher, "", 0, out);
}

bool row_read(struct rpa_stmt *stmt, struct row *ret_row)
{
    char types[ENTRY_NCOLS + 1];
    rpa_stmt_types(stmt, ENTRY_NCOLS, types);
    int64_t *const ints[] = {
        &ret_row->seq,    &ret_row->run,    &ret_row->rseq,  &ret_row->t_us,
        &ret_row->mono_us, &ret_row->kind,  &ret_row->verb,  &ret_row->target,
        &ret_row->window, &ret_row->field,  &ret_row->grp,
    };
    for (int i = 0; i < 11; i++)
        *ints[i] = rpa_stmt_int(stmt, i);
    size_t h_len;
    ret_row->plain = rpa_stmt_bytes(stmt, 11, &ret_row->plain_len);
    ret_row->body = rpa_stmt_bytes(stmt, 12, &ret_row->body_len);
    const void *h = rpa_stmt_bytes(stmt, 13, &h_len);
    if (h_len != 32 || strcmp(types, "iiiiiiiiiiitbb") != 0)
        return false;
    memcpy(ret_row->h, h, 32);
    return true;
}

int row_unseal(struct hasher *hasher, struct rpa_keyring *keys,
               const struct row *row, struct rpa_buf *ret_body,
               struct rpa_err *err)
{
    uint8_t nonce[RPA_KEYRING_NONCE];
    size_t aad_len, len;
    ret_body->len = 0;
    if (!row->body_len)
        return 0;
    if (row_nonce(hasher, nonce) < 0)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    const void *aad = row_aad(hasher, &aad_len);
    rpa_buf_add(ret_body, row->body, row->body_len); /* room enough */
    if (ret_body->failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    int r = rpa_keyring_unseal(keys, row->run, row->grp, nonce, aad, aad_len,
                            row->body, row->body_len,
                            (uint8_t *)ret_body->data, &len, err);
    ret_body->len = r == 0 ? len : 0;
    ret_body->data[ret_body->len] = '\0';
    return r;
}
