#include "priv.h"

#include <endian.h>
#include <string.h>

enum { MAC_AT = HEAD_LEN - 32, OLD_LEN = 8 + 32 + 32 + 32 };

/* le64 seq || root || keyed BLAKE2b of these. Version 1 had le64 seq || h of the
 * last row || a hash of all || the same. */
void head_seal(const struct head *head, const struct rpa_root *root,
               uint8_t out[static HEAD_LEN])
{
    uint64_t seq = htole64((uint64_t)head->seq);
    memcpy(out, &seq, 8);
    memcpy(out + 8, head->root, 32);
    rpa_root_mac(root, RPA_ROOT_HEAD, out, MAC_AT, out + MAC_AT);
}

bool head_unseal(const uint8_t *in, size_t len, const struct rpa_root *root,
                 struct head *ret_head)
{
    if ((len != HEAD_LEN && len != OLD_LEN) ||
        !rpa_root_mac_ok(root, RPA_ROOT_HEAD, in, len - 32, in + len - 32))
        return false;
    uint64_t seq;
    memcpy(&seq, in, 8);
    ret_head->seq = (int64_t)le64toh(seq);
    memcpy(ret_head->root, in + 8, 32);
    ret_head->old = len == OLD_LEN;
    return true;
}

int head_save(struct rpa_stmt *put, const struct head *head,
              const struct rpa_root *root, struct rpa_err *err)
{
    uint8_t value[HEAD_LEN];
    head_seal(head, root, value);
    return rpa_stmt_run(put, err, "b", value, sizeof value);
}

int head_load(struct rpa_store *db, const struct rpa_root *root,
              struct head *ret_head, struct rpa_err *err)
{
    struct rpa_stmt *get = NULL;
    int r = rpa_stmt_new(db, "SELECT value FROM head WHERE id=1", &get, err);
    if (r == 0)
        r = rpa_stmt_step(get, err);
    if (r > 0) {
        size_t len;
        const void *value = rpa_stmt_bytes(get, 0, &len);
        if (!head_unseal(value, len, root, ret_head))
            r = rpa_fail(err, RPA_ETAMPER, "the acknowledged head was changed");
    }
    rpa_stmt_free(get);
    return r;
}

int head_check(const struct tree_source *source, struct hasher *hasher,
               const struct head *then, struct rpa_err *err)
{
    uint8_t root[32];
    if (then->seq == 0)
        return 0; /* a store that had acknowledged nothing yet */
    int64_t from = then->old ? then->seq - 1 : 0;
    int r = tree_range(source, hasher, from, then->seq, root, err);
    if (r == 0 && memcmp(root, then->root, 32) != 0)
        r = rpa_fail(err, RPA_ETAMPER,
                     "the rows up to %lld are not those that were acknowledged",
                     (long long)then->seq);
    return r;
}

int anchor_check(const struct tree_source *source, struct hasher *hasher,
                 struct rpa_keyring *keys, const struct rpa_root *root,
                 const struct head *now, struct rpa_err *err)
{
    uint8_t bytes[RPA_KEYRING_ANCHOR_MAX];
    size_t len;
    struct head then;
    int r = rpa_keyring_anchor(keys, bytes, &len, err);
    if (r < 0 || (!len && !now->seq)) /* or nothing was ever acknowledged */
        return r;
    if (!head_unseal(bytes, len, root, &then))
        return rpa_fail(err, RPA_ETAMPER, "the anchor in keys.db %s",
                        len ? "was changed" : "is missing");
    if (then.seq > now->seq)
        return rpa_fail(err, RPA_ETAMPER,
                        "%lld rows were acknowledged, %lld are left",
                        (long long)then.seq, (long long)now->seq);
    return head_check(source, hasher, &then, err);
}
