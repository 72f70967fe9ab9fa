/* The Merkle tree from the other side: proofs checked as RFC 9162 says, which
 * for these trees is RFC 6962 with the algorithms written out. */
#include "verify.h"

#include <openssl/evp.h>
#include <string.h>

bool sha256(const void *data, size_t len, uint8_t out[static 32])
{
    static EVP_MD *md;
    static EVP_MD_CTX *ctx;
    if (!md)
        md = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (md && !ctx && (ctx = EVP_MD_CTX_new()) &&
        !EVP_DigestInit_ex2(ctx, md, NULL))
        return false;
    return ctx && EVP_DigestInit_ex2(ctx, NULL, NULL) &&
           EVP_DigestUpdate(ctx, data, len) && EVP_DigestFinal_ex(ctx, out, NULL);
}

bool inner(const uint8_t left[static 32], const uint8_t right[static 32],
           uint8_t out[static 32])
{
    uint8_t both[65] = { 0x01 };
    memcpy(both + 1, left, 32);
    memcpy(both + 33, right, 32);
    return sha256(both, sizeof both, out);
}

/* RFC 9162, 2.1.3.2 */
bool verify_inclusion(int64_t leaf, int64_t size, const uint8_t h[static 32],
                      const uint8_t *proof, size_t n,
                      const uint8_t root[static 32])
{
    if (leaf < 0 || leaf >= size)
        return false;
    uint64_t fn = (uint64_t)leaf, sn = (uint64_t)size - 1;
    uint8_t r[32];
    memcpy(r, h, 32);
    for (size_t i = 0; i < n; i++, fn >>= 1, sn >>= 1) {
        const uint8_t *p = proof + 32 * i;
        if (sn == 0)
            return false;
        if (!(fn & 1) && fn != sn) {
            if (!inner(r, p, r))
                return false;
            continue;
        }
        if (!inner(p, r, r))
            return false;
        for (; !(fn & 1) && fn; fn >>= 1)
            sn >>= 1;
    }
    return sn == 0 && !memcmp(r, root, 32);
}

/* RFC 9162, 2.1.4.2 */
bool verify_consistency(int64_t old_size, int64_t size,
                        const uint8_t old_root[static 32],
                        const uint8_t root[static 32], const uint8_t *proof,
                        size_t n)
{
    if (old_size < 1 || old_size > size)
        return false;
    if (old_size == size)
        return n == 0 && !memcmp(old_root, root, 32);
    uint64_t fn = (uint64_t)old_size - 1, sn = (uint64_t)size - 1;
    uint8_t fr[32], sr[32];
    size_t i = 0;
    bool whole = !(old_size & (old_size - 1)); /* the old root is a node */
    if (!whole && n == 0)
        return false;
    memcpy(fr, whole ? old_root : proof, 32);
    memcpy(sr, fr, 32);
    i += !whole;
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    for (; i < n; i++, fn >>= 1, sn >>= 1) {
        const uint8_t *p = proof + 32 * i;
        if (sn == 0)
            return false;
        if (!(fn & 1) && fn != sn) {
            if (!inner(sr, p, sr))
                return false;
            continue;
        }
        if (!inner(p, fr, fr) || !inner(p, sr, sr))
            return false;
        for (; !(fn & 1) && fn; fn >>= 1)
            sn >>= 1;
    }
    return sn == 0 && !memcmp(fr, old_root, 32) && !memcmp(sr, root, 32);
}
