/* RFC 6962: roots, inclusion and consistency against a second implementation,
 * by the recursive definitions of the RFC, that keeps and reuses nothing; and
 * against the vectors of certificate-transparency. */
#include "priv.h"
#include "tap.h"
#include "verify.h"

#include <openssl/evp.h>
#include <stdlib.h>

static struct rpa_err err;
static struct hasher hasher;

/* ---- the naive one ---- */

enum { MANY = 2049 };
static uint8_t leaf[MANY][32];

static void node(const uint8_t *l, const uint8_t *r, uint8_t *out)
{
    static EVP_MD_CTX *ctx;
    uint8_t both[65] = { 1 };
    memcpy(both + 1, l, 32);
    memcpy(both + 33, r, 32);
    if (!ctx && (ctx = EVP_MD_CTX_new()))
        EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
    EVP_DigestInit_ex2(ctx, NULL, NULL);
    EVP_DigestUpdate(ctx, both, sizeof both);
    EVP_DigestFinal_ex(ctx, out, NULL);
}

static size_t split(size_t n)
{
    size_t k = 1;
    while (k << 1 < n)
        k <<= 1;
    return k;
}

static void mth(const uint8_t (*d)[32], size_t n, uint8_t *out)
{
    uint8_t l[32], r[32];
    if (n == 1) {
        memcpy(out, d[0], 32);
        return;
    }
    mth(d, split(n), l);
    mth(d + split(n), n - split(n), r);
    node(l, r, out);
}

static size_t naive_path(size_t m, const uint8_t (*d)[32], size_t n,
                         uint8_t (*out)[32])
{
    if (n == 1)
        return 0;
    size_t k = split(n), used;
    if (m < k) {
        used = naive_path(m, d, k, out);
        mth(d + k, n - k, out[used]);
    } else {
        used = naive_path(m - k, d + k, n - k, out);
        mth(d, k, out[used]);
    }
    return used + 1;
}

static size_t naive_sub(size_t m, const uint8_t (*d)[32], size_t n, bool b,
                        uint8_t (*out)[32])
{
    if (m == n && b)
        return 0;
    if (m == n) {
        mth(d, n, out[0]);
        return 1;
    }
    size_t k = split(n), used;
    if (m <= k) {
        used = naive_sub(m, d, k, b, out);
        mth(d + k, n - k, out[used]);
    } else {
        used = naive_sub(m - k, d + k, n - k, false, out);
        mth(d, k, out[used]);
    }
    return used + 1;
}

/* ---- ours, from leaves and the nodes that a tree keeps ---- */

static uint8_t roots[MANY + 1][32]; /* naive, by size */
static uint8_t kept8[MANY / 256 + 1][32];
static bool keeps;

static int from_memory(void *data, int lvl, int64_t idx,
                       uint8_t out[static 32], struct rpa_err *e)
{
    (void)data;
    (void)e;
    if (lvl && (lvl != 8 || !keeps))
        return 0;
    memcpy(out, lvl ? kept8[idx] : leaf[idx], 32);
    return 1;
}
static const struct tree_source source = { from_memory, NULL };

/* proofs of a tree of @n leaves: ours are the naive ones, and both verifiers'
 * judgement is right, also of a proof with a bit changed, cut, or too long */
struct tally {
    long tried, differ, refused, fooled;
};

static bool included(size_t m, size_t n, const struct rpa_buf *proof,
                     const uint8_t root[32])
{
    struct hash h, r;
    memcpy(&h, leaf[m], sizeof h);
    memcpy(&r, root, sizeof r);
    return verify_inclusion((int64_t)m, (int64_t)n, h,
                            (const struct hash *)proof->data, proof->len / 32, r);
}

static void spoil(struct rpa_buf *proof, size_t at, struct tally *t,
                  size_t m, size_t n, const uint8_t root[32])
{
    proof->data[at % proof->len] ^= 1;
    t->fooled += included(m, n, proof, root);
    proof->data[at % proof->len] ^= 1;
    proof->len -= 32;
    t->fooled += included(m, n, proof, root);
    proof->len += 32;
}

static void inclusion(size_t m, size_t n, const uint8_t *root, struct tally *t)
{
    static uint8_t want[64][32];
    struct rpa_buf proof = { 0 };
    size_t used = naive_path(m, leaf, n, want);
    int r = tree_inclusion(&source, &hasher, (int64_t)m, (int64_t)n, &proof, &err);
    t->tried++;
    t->differ += r < 0 || proof.len != used * 32 ||
                 (used && memcmp(proof.data, want, used * 32) != 0);
    t->refused += !included(m, n, &proof, root);
    if (used)
        spoil(&proof, m * 7 + n, t, m, n, root);
    if (m + 1 < n)
        t->fooled += included(m + 1, n, &proof, root);
    rpa_buf_clear(&proof);
}

static void over(const uint8_t *left, const uint8_t *right, uint8_t *out)
{
    node_hash(&hasher, left, right, out);
}

/* RFC 9162, 2.1.4.2: is the tree of @m leaves and root @old in that of @n? */
static bool verify_consistency(size_t m, size_t n, const uint8_t *old,
                               const uint8_t *new, const uint8_t *proof,
                               size_t len)
{
    bool power = (m & (m - 1)) == 0;
    uint8_t fr[32], sr[32];
    if (m == n)
        return len == 0 && !memcmp(old, new, 32);
    if (!power && len == 0)
        return false;
    size_t fn = m - 1, sn = n - 1, at = power ? 0 : 1;
    memcpy(fr, power ? old : proof, 32);
    memcpy(sr, fr, 32);
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    for (; at < len; at++, fn >>= 1, sn >>= 1) {
        const uint8_t *c = proof + 32 * at;
        if (sn == 0)
            return false;
        if (!(fn & 1) && fn != sn) {
            over(sr, c, sr);
            continue;
        }
        over(c, fr, fr);
        over(c, sr, sr);
        for (; !(fn & 1) && fn; fn >>= 1)
            sn >>= 1;
    }
    return sn == 0 && !memcmp(fr, old, 32) && !memcmp(sr, new, 32);
}

static bool consistent(size_t m, size_t n, const struct rpa_buf *proof,
                       const uint8_t *old, const uint8_t *new)
{
    return verify_consistency(m, n, old, new, (const uint8_t *)proof->data,
                              proof->len / 32);
}

static void consistency(size_t m, size_t n, const uint8_t *new, struct tally *t)
{
    static uint8_t want[64][32];
    uint8_t old[32];
    struct rpa_buf proof = { 0 };
    size_t used = naive_sub(m, leaf, n, true, want);
    memcpy(old, roots[m], 32);
    int r = tree_consistency(&source, &hasher, (int64_t)m, (int64_t)n, &proof,
                             &err);
    t->tried++;
    t->differ += r < 0 || proof.len != used * 32 ||
                 (used && memcmp(proof.data, want, used * 32) != 0);
    t->refused += !consistent(m, n, &proof, old, new);
    if (used) {
        proof.data[(m * 5 + n) % proof.len] ^= 1;
        t->fooled += consistent(m, n, &proof, old, new);
        proof.data[(m * 5 + n) % proof.len] ^= 1;
    }
    old[m % 32] ^= 1;
    t->fooled += consistent(m, n, &proof, old, new);
    rpa_buf_clear(&proof);
}

static void every_size(void)
{
    struct tally in = { 0 }, con = { 0 };
    for (size_t n = 1; n <= 257; n++)
        for (size_t m = 0; m < n; m++) {
            inclusion(m, n, roots[n], &in);
            consistency(m + 1, n, roots[n], &con);
        }
    ok(!in.differ && !in.refused && !in.fooled,
       "sizes 1-257: %ld inclusion proofs: %ld differ, %ld refused, %ld "
       "spoiled ones taken", in.tried, in.differ, in.refused, in.fooled);
    ok(!con.differ && !con.refused && !con.fooled,
       "sizes 1-257: %ld consistency proofs: %ld differ, %ld refused, %ld "
       "spoiled ones taken", con.tried, con.differ, con.refused, con.fooled);
}

static void around_powers(void)
{
    struct tally in = { 0 }, con = { 0 };
    for (size_t k = 512; k <= 2048; k *= 2)
        for (size_t n = k - 1; n <= k + 1; n++)
            for (size_t m = 0; m < n; m += m < 3 || m + 4 > n ? 1 : 1 + n / 11) {
                inclusion(m, n, roots[n], &in);
                consistency(m + 1, n, roots[n], &con);
            }
    ok(!in.differ && !in.refused && !in.fooled && !con.differ && !con.refused &&
           !con.fooled,
       "sizes 2^9-1 to 2^11+1: %ld and %ld proofs, none wrong%s", in.tried,
       con.tried, keeps ? ", with kept nodes" : "");
}

static void growing(void)
{
    struct tree tree = { 0 }, loaded = { 0 };
    uint8_t got[32];
    int wrong = 0;
    for (size_t n = 0; n < 1100; n++) {
        tree_add(&tree, &hasher, leaf[n], &err);
        tree_load(&loaded, &source, &hasher, tree.size, &err);
        tree_root(&tree, &hasher, got);
        wrong += memcmp(roots[n + 1], got, 32) != 0;
        tree_root(&loaded, &hasher, got);
        wrong += memcmp(roots[n + 1], got, 32) != 0 || loaded.size != tree.size;
    }
    is_int(wrong, 0, "grown leaf by leaf, and loaded at each size");
}

/* certificate-transparency: merkle_tree_test.cc, and its ports */
static void vectors(void)
{
    static const struct {
        const char *input, *root;
        size_t len;
    } all[] = {
        { "", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", 0 },
        { "\0", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", 1 },
        { "\x10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", 1 },
        { "\x20\x21", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", 2 },
        { "\x30\x31", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", 2 },
        { "\x40\x41\x42\x43", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef", 4 },
        { "\x50\x51\x52\x53\x54\x55\x56\x57", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", 8 },
        { "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", 16 },
    };
    struct tree tree = { 0 };
    uint8_t h[32];
    char hex[65];
    tree_root(&tree, &hasher, h);
    for (size_t k = 0; k < 32; k++)
        snprintf(hex + 2 * k, 3, "%02x", h[k]);
    is_str(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
           "vector: no leaf");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        uint8_t data[32] = { 0 };
        memcpy(data + 1, all[i].input, all[i].len);
        EVP_Digest(data, all[i].len + 1, h, NULL, EVP_sha256(), NULL);
        tree_add(&tree, &hasher, h, &err);
        tree_root(&tree, &hasher, h);
        for (size_t k = 0; k < 32; k++)
            snprintf(hex + 2 * k, 3, "%02x", h[k]);
        is_str(hex, all[i].root, "vector");
    }
}

static void refusals(void)
{
    struct rpa_buf proof = { 0 };
    is_int(tree_inclusion(&source, &hasher, 5, 5, &proof, &err), -RPA_EINVAL,
           "no proof of a leaf behind the end");
    is_int(tree_inclusion(&source, &hasher, -1, 5, &proof, &err), -RPA_EINVAL,
           "nor of one before the first");
    is_int(tree_consistency(&source, &hasher, 6, 5, &proof, &err), -RPA_EINVAL,
           "nor that a smaller tree has a larger in it");
    is_int(tree_consistency(&source, &hasher, 0, 5, &proof, &err), 0,
           "the empty tree is in every tree");
    is_int((long long)proof.len, 0, "which needs no hash");
    rpa_buf_clear(&proof);
}

int main(void)
{
    for (uint32_t i = 0; i < MANY; i++)
        EVP_Digest(&i, sizeof i, leaf[i], NULL, EVP_sha256(), NULL);
    for (size_t i = 0; i < MANY / 256; i++)
        mth(leaf + i * 256, 256, kept8[i]);
    for (size_t n = 1; n <= MANY; n++)
        mth(leaf, n, roots[n]);
    vectors();
    every_size();
    around_powers();
    keeps = true;
    around_powers();
    growing();
    refusals();
    hasher_clear(&hasher);
    return tap_done();
}
