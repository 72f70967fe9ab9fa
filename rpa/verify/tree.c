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

static bool inner(const uint8_t left[static 32],
                  const uint8_t right[static 32],
                  uint8_t out[static 32])
{
    uint8_t both[65] = { 0x01 };
    memcpy(both + 1, left, 32);
    memcpy(both + 33, right, 32);
    return sha256(both, sizeof both, out);
}

bool tree_grow(struct merkle *tree, const uint8_t h[static 32])
{
    uint8_t node[32];
    memcpy(node, h, 32);
    for (tree->top = 0; tree->size >> tree->top & 1;) {
        if (!inner(tree->peak[tree->top++], node, node))
            return false;
        if (tree->top == 8 || tree->top == 16)
            memcpy(tree->tile[tree->top / 16], node, 32);
    }
    memcpy(tree->peak[tree->top], node, 32);
    tree->size++;
    return true;
}

bool tree_now(const struct merkle *tree, uint8_t out[static 32])
{
    int lvl = 0;
    if (!tree->size)
        return sha256("", 0, out);
    while (!(tree->size >> lvl & 1))
        lvl++;
    memcpy(out, tree->peak[lvl], 32);
    while (tree->size >> ++lvl)
        if (tree->size >> lvl & 1 && !inner(tree->peak[lvl], out, out))
            return false;
    return true;
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
            if (!inner(new, proof, new))
                return false;
            continue;
        }
        if ((old && !inner(proof, old, old)) || !inner(proof, new, new))
            return false;
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
