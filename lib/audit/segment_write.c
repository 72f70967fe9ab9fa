/* A segment, written beside the writer of the store. */
#include "priv.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every row is there, in order: what root do they give? @tree: of those before. */
static int read_back(const char *path, struct tree *tree, struct hasher *hasher,
                     struct rpa_err *err)
{
    struct rpa_store *segment = NULL;
    struct rpa_stmt *all = NULL;
    size_t len;
    int r = rpa_store_open_frozen(path, &segment_kind, &segment, err);
    if (r == 0)
        r = rpa_stmt_new(segment, "SELECT h FROM entry ORDER BY seq", &all, err);
    while (r == 0 && (r = rpa_stmt_step(all, err)) > 0) {
        const void *h = rpa_stmt_bytes(all, 0, &len);
        r = len == 32 ? tree_add(tree, hasher, h, err)
                      : rpa_fail(err, RPA_ETAMPER, "a hash was changed");
    }
    rpa_stmt_free(all);
    rpa_store_close(segment);
    return r;
}

static int write_file(const char *state_dir, const char *live,
                      const struct tree_db *before, struct hasher *hasher,
                      struct rpa_audit_segment *ret, struct rpa_err *err)
{
    char path[SEGMENT_PATH];
    struct tree tree = { .size = before->base };
    memcpy(tree.peak, before->peak, sizeof tree.peak);
    ret->first = before->base + 1;
    int r = segment_path(path, state_dir, ret->first, ".db.new", err);
    if (r == 0)
        r = rpa_store_freeze(path, &segment_kind, live, segment_fill, err);
    if (r < 0)
        return r;
    r = read_back(path, &tree, hasher, err);
    ret->last = tree.size;
    if (r == 0 && tree_root(&tree, hasher, ret->root) < 0)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a hash");
    if (r == 0)
        r = manifest_hash(hasher, path, ret->sha256, err);
    if (r < 0)
        unlink(path);
    return r;
}

int rpa_audit_segment_write(const char *state_dir,
                            struct rpa_audit_segment *ret_segment,
                            struct rpa_err *err)
{
    struct rpa_store *live = NULL;
    struct hasher hasher = { 0 };
    struct tree_db before = { 0 };
    char path[4096];
    int r = state_path(path, sizeof path, state_dir, "audit.db", err);
    if (r == 0)
        r = rpa_store_open_ro(path, &audit_kind, &live, err);
    if (r == 0)
        r = tree_db_init(&before, state_dir, live, err);
    if (r == 0)
        r = write_file(state_dir, path, &before, &hasher, ret_segment, err);
    tree_db_clear(&before);
    hasher_clear(&hasher);
    rpa_store_close(live);
    return r;
}
