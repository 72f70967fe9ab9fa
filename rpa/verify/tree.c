/* The Merkle tree from the other side: proofs checked as RFC 9162 says, which
 * for these trees is RFC 6962 with the algorithms written out. */
#include "verify.h"

#include <openssl/evp.h>
#include <string.h>

void sha256(const void *data, size_t len, uint8_t out[static 32])
{
    static EVP_MD_CTX *ctx;
    bool good = ctx || EVP_DigestInit_ex2(ctx = must(EVP_MD_CTX_new()),
                           must(EVP_MD_fetch(NULL, "SHA256", NULL)), NULL);
    good = good && EVP_DigestInit_ex2(ctx, NULL, NULL) &&
           EVP_DigestUpdate(ctx, data, len) && EVP_DigestFinal_ex(ctx, out, NULL);
    must(good ? ctx : NULL);
}

static void inner(const uint8_t left[static 32], const uint8_t right[static 32],
                  uint8_t out[static 32])
{
    uint8_t both[65] = { 0x01 };
    memcpy(both + 1, left, 32);
    memcpy(both + 33, right, 32);
    sha256(both, sizeof both, out);
}

void tree_grow(struct merkle *tree, const uint8_t h[static 32])
{
    uint8_t node[32];
    memcpy(node, h, 32);
    for (tree->top = 0; tree->size >> tree->top & 1;) {
        inner(tree->peak[tree->top++], node, node);
        if (tree->top == 8 || tree->top == 16)
            memcpy(tree->tile[tree->top / 16], node, 32);
    }
    memcpy(tree->peak[tree->top], node, 32);
    tree->size++;
}

bool tree_is(const struct merkle *tree, const uint8_t root[static 32])
{
    uint8_t now[32];
    bool begun = false;
    sha256("", 0, now);
    for (int lvl = 0; tree->size >> lvl; lvl++) {
        if (!(tree->size >> lvl & 1))
            continue;
        if (begun)
            inner(tree->peak[lvl], now, now);
        else
            memcpy(now, tree->peak[lvl], 32);
        begun = true;
    }
    return !memcmp(now, root, 32);
}

/* Both proofs climb alike: from node @fn of the level whose last is @sn; what
 * stands to the left goes into @old as well, if there is one. */
static bool climb(uint64_t fn, uint64_t sn, const uint8_t *proof, size_t n,
                  uint8_t *old, uint8_t *new)
{
    for (; n--; proof += 32, fn >>= 1, sn >>= 1) {
        if (sn == 0)
            return false;
        if (!(fn & 1) && fn != sn) {
            inner(new, proof, new);
            continue;
        }
        if (old)
            inner(proof, old, old);
        inner(proof, new, new);
        for (; !(fn & 1) && fn; fn >>= 1)
            sn >>= 1;
    }
    return sn == 0;
}

bool verify_inclusion(int64_t leaf, int64_t size, const uint8_t h[static 32],
                      const uint8_t *proof, size_t n,
                      const uint8_t root[static 32])
{
    uint8_t r[32];
    memcpy(r, h, 32);
    return leaf >= 0 && leaf < size &&
           climb((uint64_t)leaf, (uint64_t)size - 1, proof, n, NULL, r) &&
           !memcmp(r, root, 32);
}

bool verify_consistency(int64_t old_size, int64_t size,
                        const uint8_t old_root[static 32],
                        const uint8_t root[static 32], const uint8_t *proof,
                        size_t n)
{
    bool node = !(old_size & (old_size - 1)); /* the old root is one */
    uint8_t old[32], new[32];
    if (old_size == size)
        return n == 0 && !memcmp(old_root, root, 32);
    if (old_size < 1 || old_size > size || (!node && n == 0))
        return false;
    uint64_t fn = (uint64_t)old_size - 1, sn = (uint64_t)size - 1;
    memcpy(old, node ? old_root : proof, 32);
    memcpy(new, old, 32);
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    return climb(fn, sn, proof + (node ? 0 : 32), n - !node, old, new) &&
           !memcmp(old, old_root, 32) && !memcmp(new, root, 32);
}
