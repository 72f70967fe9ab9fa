/* What was appended becomes durable: keys before what they seal, rows, and behind a
 * checkpoint its anchor. */
#include "priv.h"

int rpa_audit_commit_keys(struct rpa_audit *audit, struct rpa_err *err)
{
    uint8_t head[HEAD_LEN];
    if (audit->failed)
        return audit_stop(audit, err);
    if (!audit->keys_waiting && !audit->anchor_due)
        return 0;
    reserve_check(&audit->reserve);
    head_seal(&audit->durable, audit->root, head);
    if (rpa_keyring_commit(audit->keys, head, sizeof head, err) < 0)
        return audit_stop(audit, err);
    audit->keys_waiting = audit->anchor_due = false;
    return 1;
}

int rpa_audit_commit(struct rpa_audit *audit, struct rpa_err *err)
{
    if (audit->failed)
        return audit_stop(audit, err);
    int r = audit->keys_waiting ? rpa_audit_commit_keys(audit, err) : 0;
    if (r >= 0)
        r = audit_checkpoint_due(audit) ? audit_checkpoint(audit, err) : 0;
    if (r < 0)
        return r;
    if (!audit->in_tx)
        return 0;
    reserve_check(&audit->reserve);
    struct head end = { .seq = audit->book.seq };
    if (tree_root(&audit->signer.tree, &audit->hasher, end.root) < 0)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a hash");
    if (r == 0)
        r = pending_flush(&audit->pending, err);
    if (r == 0)
        r = book_flush(&audit->book, err);
    if (r == 0)
        r = head_save(audit->head_put, &end, audit->root, err);
    if (r == 0)
        r = rpa_store_commit(audit->db, err);
    if (r < 0)
        return audit_stop(audit, err);
    audit->in_tx = false;
    audit->durable = end;
    if (audit->reserve.low) {
        rpa_store_rewind(audit->db);
        rpa_keyring_rewind(audit->keys);
    }
    return 0;
}

int audit_commit_all(struct rpa_audit *audit, struct rpa_err *err)
{
    int r = rpa_audit_commit(audit, err);
    if (r == 0)
        r = rpa_audit_commit_keys(audit, err);
    return r < 0 ? r : 0;
}

bool rpa_audit_tidy(struct rpa_audit *audit)
{
    return !audit->failed && !audit->in_tx &&
           (rpa_store_tidy(audit->db) || rpa_keyring_tidy(audit->keys));
}
