#include "priv.h"

#include <string.h>

/* The projections made anew from the rows, which are checked on the way: each
 * hash, each link, and all of them against the acknowledged head. */

static int take_row(struct rpa_audit *audit, struct tree *tree,
                    const struct row *row, struct rpa_err *err)
{
    static const uint8_t none[32];
    uint8_t h[32];
    const struct run_state *rs = book_run(&audit->book, row->run);
    row_lay(&audit->hasher, row);
    if (row_hash(&audit->hasher, row, rs ? rs->h : none, h) < 0)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    if (memcmp(h, row->h, 32) != 0)
        return rpa_fail(err, RPA_ETAMPER, "its hash does not match");
    int r = book_take(&audit->book, row, err);
    return r < 0 ? r : tree_add(tree, &audit->hasher, row->h, err);
}

static int take_rows(struct rpa_audit *audit, struct tree *tree,
                     struct rpa_err *err)
{
    struct across all = {
        .state_dir = audit->state_dir, .live = audit->db,
        .sql = { "SELECT " ENTRY_COLUMNS " FROM entry ORDER BY seq" },
    };
    struct row row;
    int r = across_seek(&all, 1, err);
    while (r == 0 && (r = across_row(&all, &row, err)) > 0) {
        r = take_row(audit, tree, &row, err);
        if (r < 0)
            rpa_err_context(err, "row %lld", (long long)audit->book.seq + 1);
    }
    across_clear(&all);
    return r;
}

static int check_root(struct rpa_audit *audit, const struct tree *tree,
                      struct rpa_err *err)
{
    uint8_t root[32];
    const struct head *head = &audit->durable;
    if (tree_root(tree, &audit->hasher, root) < 0)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a hash");
    if (tree->size != head->seq ||
        (!head->old && memcmp(root, head->root, 32) != 0))
        return rpa_fail(err, RPA_ETAMPER,
                        "the rows are not those that were acknowledged");
    return 0;
}

int audit_rebuild(struct rpa_audit *audit, struct rpa_err *err)
{
    struct tree tree = { 0 };
    int r = rpa_store_begin(audit->db, err);
    if (r == 0)
        r = rpa_store_exec(audit->db, "DELETE FROM dict; DELETE FROM run;"
                                      "DELETE FROM item; DELETE FROM census",
                           err);
    if (r == 0)
        r = take_rows(audit, &tree, err);
    if (r == 0)
        r = check_root(audit, &tree, err);
    if (r == 0)
        r = book_flush(&audit->book, err);
    if (r == 0)
        r = rpa_store_commit(audit->db, err);
    book_clear(&audit->book);
    return r < 0 ? r : book_init(&audit->book, audit->db, audit->root, err);
}
