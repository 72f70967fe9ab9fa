#include "priv.h"

#include <string.h>

/* RFC 6962, 2.1. Leaf i (from 0) is row i + 1, whose h is its leaf hash. Nodes
 * over 2^8 and 2^16 leaves are stored, so that a proof or a restart reads some
 * hundreds of hashes whatever the size. */
enum { TILE = 8, TILES = 16 };

int tree_add(struct tree *tree, struct hasher *hasher,
             const uint8_t h[static 32], struct rpa_err *err)
{
    uint8_t node[32];
    int lvl = 0;
    memcpy(node, h, 32);
    for (; tree->size >> lvl & 1; lvl++) {
        if (node_hash(hasher, tree->peak[lvl], node, node) < 0)
            return rpa_fail(err, RPA_ENOMEM, "no memory for a hash");
        if (!tree->put || (lvl + 1 != TILE && lvl + 1 != TILES))
            continue;
        int r = rpa_stmt_run(tree->put, err, "iib", (int64_t)lvl + 1,
                             tree->size >> (lvl + 1), node, sizeof node);
        if (r < 0)
            return r;
    }
    memcpy(tree->peak[lvl], node, 32);
    tree->size++;
    return 0;
}

int tree_root(const struct tree *tree, struct hasher *hasher,
              uint8_t out[static 32])
{
    bool begun = false;
    if (!tree->size)
        return node_none(hasher, out);
    for (int lvl = 0; tree->size >> lvl; lvl++) {
        if (!(tree->size >> lvl & 1))
            continue;
        if (!begun)
            memcpy(out, tree->peak[lvl], 32);
        else if (node_hash(hasher, tree->peak[lvl], out, out) < 0)
            return -RPA_ENOMEM;
        begun = true;
    }
    return 0;
}

/* the largest power of two below @n */
static int64_t half_of(int64_t n)
{
    int64_t k = 1;
    while (k * 2 < n)
        k *= 2;
    return k;
}

/* MTH(D[from:to]); every range RFC 6962 asks for begins where its size says */
int tree_range(const struct tree_source *source, struct hasher *hasher,
               int64_t from, int64_t to, uint8_t out[static 32],
               struct rpa_err *err)
{
    uint8_t left[32];
    int64_t n = to - from;
    if (n == 0)
        return node_none(hasher, out);
    if (n == 1 || n == 1 << TILE || n == 1 << TILES) {
        int lvl = n == 1 ? 0 : n == 1 << TILE ? TILE : TILES;
        int r = source->node(source->data, lvl, from >> lvl, out, err);
        if (r)
            return r < 0 ? r : 0;
        if (n == 1)
            return rpa_fail(err, RPA_ETAMPER, "row %lld is missing",
                            (long long)from + 1);
    }
    int64_t k = half_of(n);
    int r = tree_range(source, hasher, from, from + k, left, err);
    if (r == 0)
        r = tree_range(source, hasher, from + k, to, out, err);
    if (r == 0 && node_hash(hasher, left, out, out) < 0)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a hash");
    return r;
}

static int add_range(const struct tree_source *source, struct hasher *hasher,
                     int64_t from, int64_t to, struct rpa_buf *proof,
                     struct rpa_err *err)
{
    uint8_t h[32];
    int r = tree_range(source, hasher, from, to, h, err);
    if (r == 0)
        rpa_buf_add(proof, h, sizeof h);
    return r == 0 && proof->failed
               ? rpa_fail(err, RPA_ENOMEM, "no memory for a proof")
               : r;
}

/* PATH(m, D[from:to]) */
static int path(const struct tree_source *source, struct hasher *hasher,
                int64_t m, int64_t from, int64_t to, struct rpa_buf *proof,
                struct rpa_err *err)
{
    if (to - from == 1)
        return 0;
    int64_t k = from + half_of(to - from);
    bool left = m < k;
    int r = path(source, hasher, m, left ? from : k, left ? k : to, proof, err);
    return r < 0 ? r
                 : add_range(source, hasher, left ? k : from, left ? to : k,
                             proof, err);
}

int tree_inclusion(const struct tree_source *source, struct hasher *hasher,
                   int64_t leaf, int64_t size, struct rpa_buf *proof,
                   struct rpa_err *err)
{
    if (leaf < 0 || leaf >= size)
        return rpa_fail(err, RPA_EINVAL, "the tree has no such leaf");
    return path(source, hasher, leaf, 0, size, proof, err);
}

/* SUBPROOF(m, D[from:to], whole); m counts from @from */
static int subproof(const struct tree_source *source, struct hasher *hasher,
                    int64_t m, int64_t from, int64_t to, bool whole,
                    struct rpa_buf *proof, struct rpa_err *err)
{
    int64_t n = to - from;
    if (m == n)
        return whole ? 0 : add_range(source, hasher, from, to, proof, err);
    int64_t k = half_of(n);
    bool left = m <= k;
    int r = left ? subproof(source, hasher, m, from, from + k, whole, proof, err)
                 : subproof(source, hasher, m - k, from + k, to, false, proof,
                            err);
    return r < 0 ? r
                 : add_range(source, hasher, left ? from + k : from,
                             left ? to : from + k, proof, err);
}

int tree_consistency(const struct tree_source *source, struct hasher *hasher,
                     int64_t old, int64_t size, struct rpa_buf *proof,
                     struct rpa_err *err)
{
    if (old < 0 || old > size)
        return rpa_fail(err, RPA_EINVAL, "the tree was never that large");
    return old ? subproof(source, hasher, old, 0, size, true, proof, err) : 0;
}

/* ---- from the store ---- */

static int stored(void *data, int lvl, int64_t idx, uint8_t out[static 32],
                  struct rpa_err *err)
{
    struct tree_db *db = data;
    struct rpa_stmt *get = lvl ? db->node : db->leaf;
    int r = lvl ? rpa_stmt_bind(get, err, "ii", (int64_t)lvl, idx)
                : rpa_stmt_bind(get, err, "i", idx + 1);
    if (r == 0)
        r = rpa_stmt_step(get, err);
    if (r > 0) {
        size_t len;
        const void *h = rpa_stmt_bytes(get, 0, &len);
        if (len == 32)
            memcpy(out, h, 32);
        else
            r = rpa_fail(err, RPA_ETAMPER, "a stored hash is not 32 bytes");
    }
    rpa_stmt_reset(get);
    return r;
}

int tree_db_init(struct tree_db *db, struct rpa_store *store,
                 struct rpa_err *err)
{
    *db = (struct tree_db){ .source = { stored, db } };
    int r = rpa_stmt_new(store, "SELECT h FROM entry WHERE seq=?", &db->leaf,
                         err);
    if (r == 0)
        r = rpa_stmt_new(store, "SELECT h FROM mnode WHERE lvl=? AND idx=?",
                         &db->node, err);
    return r;
}

void tree_db_clear(struct tree_db *db)
{
    rpa_stmt_free(db->leaf);
    rpa_stmt_free(db->node);
    *db = (struct tree_db){ 0 };
}

int tree_load(struct tree *tree, const struct tree_source *source,
              struct hasher *hasher, int64_t size, struct rpa_err *err)
{
    int r = 0;
    tree->size = 0;
    for (int lvl = TREE_LEVELS - 1; r == 0 && lvl >= 0; lvl--) {
        if (!(size >> lvl & 1))
            continue;
        r = tree_range(source, hasher, tree->size,
                       tree->size + ((int64_t)1 << lvl), tree->peak[lvl], err);
        tree->size += (int64_t)1 << lvl;
    }
    return r;
}
