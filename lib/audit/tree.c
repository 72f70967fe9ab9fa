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
    if (!(n & (n - 1))) {
        int lvl = __builtin_ctzll((unsigned long long)n);
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
    int64_t last = (idx + 1) << lvl; /* it is in the file with this row */
    if (last <= db->base && db->base >> lvl == idx + 1 && (db->base >> lvl & 1)) {
        memcpy(out, db->peak[lvl], 32);
        return 1;
    }
    if (lvl != 0 && lvl != TILE && lvl != TILES)
        return 0;
    int r = across_seek(&db->files, last, err);
    if (r < 0)
        return r;
    struct rpa_stmt *get = db->files.stmt[lvl ? 1 : 0];
    r = lvl ? rpa_stmt_bind(get, err, "ii", (int64_t)lvl, idx)
            : rpa_stmt_bind(get, err, "i", last);
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

/* what the live file's first row, a SEGMENT row, says of those before it */
static int take_base(struct tree_db *db, const struct row *row,
                     struct rpa_err *err)
{
    const char *peaks = "";
    json_t *json = row_json(row, err);
    if (!json)
        return -RPA_ETAMPER;
    bool good = row->kind == RPA_AUDIT_SEGMENT &&
                json_unpack(json, "{s:s}", "peaks", &peaks) == 0;
    db->base = row->seq - 1;
    for (int lvl = TREE_LEVELS - 1; good && lvl >= 0; lvl--) {
        if (!(db->base >> lvl & 1))
            continue;
        good = hex_get(peaks, db->peak[lvl]);
        peaks += good ? 64 : 0;
    }
    good = good && !*peaks;
    json_decref(json);
    return good ? 0
                : rpa_fail(err, RPA_ETAMPER, "row %lld does not say what was "
                                             "before it", (long long)row->seq);
}

static int load_base(struct tree_db *db, struct rpa_err *err)
{
    struct rpa_stmt *first = NULL;
    struct row row;
    int r = rpa_stmt_new(db->files.live, "SELECT " ENTRY_COLUMNS " FROM entry "
                                         "ORDER BY seq LIMIT 1", &first, err);
    if (r == 0)
        r = rpa_stmt_step(first, err);
    if (r > 0 && !row_read(first, &row))
        r = rpa_fail(err, RPA_ETAMPER, "the first row was changed");
    else if (r > 0)
        r = row.seq == 1 ? 0 : take_base(db, &row, err);
    rpa_stmt_free(first);
    return r;
}

int tree_db_init(struct tree_db *db, const char *state_dir,
                 struct rpa_store *live, struct rpa_err *err)
{
    *db = (struct tree_db){
        .source = { stored, db },
        .files = { .state_dir = state_dir, .live = live,
                   .sql = { "SELECT h FROM entry WHERE seq=?",
                            "SELECT h FROM mnode WHERE lvl=? AND idx=?" } },
    };
    return load_base(db, err);
}

void tree_db_clear(struct tree_db *db)
{
    across_clear(&db->files);
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
