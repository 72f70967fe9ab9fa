#include "priv.h"

#include <stdio.h>
#include <string.h>

/* What only the keys of the state directory can show: rpa-verify does the rest
 * without them. */
struct check {
    const char *state_dir;
    struct rpa_store *db;
    struct rpa_root *root;
    struct rpa_keyring *keys;
    struct hasher hasher;
    struct tree_db nodes;
    struct rpa_buf body;
    struct head anchor; /* of keys.db, read before the snapshot */
    bool anchored;
    struct rpa_audit_verdict *verdict;
};

static void set_bad(struct check *c, const char *row, const char *why)
{
    struct rpa_buf safe = { 0 };
    rpa_buf_escape(&safe, why, strlen(why));
    c->verdict->good = false;
    snprintf(c->verdict->row, sizeof c->verdict->row, "%s", row);
    snprintf(c->verdict->why, sizeof c->verdict->why, "%s",
             safe.data ? safe.data : "");
    rpa_buf_clear(&safe);
}

/* The first that is bad, before any picture; 1 so that callers stop. */
static int bad(struct check *c, const char *row, const char *why)
{
    set_bad(c, row, why);
    c->verdict->rest = false;
    return 1;
}

static int bad_row(struct check *c, int64_t seq, const char *why)
{
    char name[24];
    snprintf(name, sizeof name, "%lld", (long long)seq);
    return bad(c, name, why);
}

/* the rows go on: what is shown is lost, and not what was done */
static void bad_picture(struct check *c, int64_t seq, const char *why)
{
    struct rpa_audit_verdict *v = c->verdict;
    char name[24];
    size_t len = strlen(v->of_rows);
    snprintf(name, sizeof name, "%lld", (long long)seq);
    if (v->pictures++ == 0)
        set_bad(c, name, why);
    if (len + 2 * sizeof name < sizeof v->of_rows)
        snprintf(v->of_rows + len, sizeof name + 2, "%s%s", len ? ", " : "", name);
    else if (v->of_rows[len - 1] != '.')
        strcpy(v->of_rows + len, ", ...");
}

/* ---- the rows ---- */

static int check_key(struct check *c, const struct row *row)
{
    struct rpa_err err;
    uint8_t commitment[32];
    char hex[65];
    const char *said;
    json_t *json = row_json(row, &err);
    int r = json ? rpa_keyring_commitment(c->keys, row->run, row->grp, commitment,
                                       &err)
                 : -RPA_ETAMPER;
    for (size_t i = 0; r == 0 && i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", commitment[i]);
    if (r < 0)
        r = bad_row(c, row->seq, err.msg);
    else if (json_unpack(json, "{s:s}", "key", &said) < 0 || strcmp(said, hex))
        r = bad_row(c, row->seq, "another key than the one committed to");
    json_decref(json);
    return r;
}

static int check_row(struct check *c, const struct row *row)
{
    struct rpa_err err;
    if (row->kind == RPA_AUDIT_RUN_OPEN || row->kind == RPA_AUDIT_GROUP_OPEN) {
        int r = check_key(c, row);
        if (r)
            return r;
    }
    int r = row->kind == RPA_AUDIT_SEGMENT
                ? manifest_check(&c->hasher, c->state_dir, row, &err)
                : 0;
    row_lay(&c->hasher, row);
    if (r == 0)
        r = row_unseal(&c->hasher, c->keys, row, &c->body, &err);
    if (r < 0)
        return r != -RPA_ENOMEM ? bad_row(c, row->seq, err.msg) : r;
    r = picture_check(&c->hasher, c->state_dir, row, &err);
    if (r < 0 && r != -RPA_ENOMEM)
        bad_picture(c, row->seq, err.msg);
    return r == -RPA_ENOMEM ? r : 0;
}

static int check_rows(struct check *c)
{
    struct across all = {
        .state_dir = c->state_dir, .live = c->db,
        .sql = { "SELECT " ENTRY_COLUMNS " FROM entry ORDER BY seq" },
    };
    struct rpa_err err;
    struct row row;
    int bad = 0, r = across_seek(&all, 1, &err);
    do {
        if (r == -RPA_ENOTFOUND && /* says rpa-verify: judge what is there */
            (r = across_skip(&all, c->verdict->rows, &err)) < 0)
            break;
        if (r >= 0)
            r = across_row(&all, &row, &err);
        if (r > 0) {
            bad = check_row(c, &row);
            c->verdict->rows = row.seq;
        }
    } while (!bad && (r > 0 || r == -RPA_ENOTFOUND));
    across_clear(&all);
    return bad ? bad
           : r < 0 && r != -RPA_ENOMEM
               ? bad_row(c, c->verdict->rows + 1, err.msg)
               : r;
}

/* ---- the heads ---- */

static int check_heads(struct check *c)
{
    struct rpa_err err;
    struct head head;
    int64_t end = c->verdict->rows;
    int r = head_load(c->db, c->root, &head, &err);
    if (r <= 0)
        return bad(c, "head 1", r ? err.msg : "it is missing");
    if (head.seq < end)
        return bad_row(c, head.seq + 1, "it was never acknowledged");
    if (head.seq > end || (c->anchored && c->anchor.seq > end))
        return bad_row(c, end + 1, "it was acknowledged and is missing");
    if (head_check(&c->nodes.source, &c->hasher, &head, &err) < 0)
        return bad(c, "head 1", err.msg);
    if (!c->anchored)
        return bad(c, "keys.db anchor", "it is missing or was changed");
    if (head_check(&c->nodes.source, &c->hasher, &c->anchor, &err) < 0)
        return bad(c, "keys.db anchor", err.msg);
    return 0;
}

static int check_census(struct check *c)
{
    struct rpa_err err;
    struct census census;
    int r = census_load(c->db, c->root, &census, &err);
    if (r > 0)
        r = census_check(c->db, c->root, &census, &err);
    else if (r == 0)
        return bad(c, "census 1", "it is missing");
    return r == -RPA_ETAMPER ? bad(c, "census 1", err.msg) : r;
}

/* ---- the schema ---- */

/* one thing of it as the store has it, and as it is made anew */
static int judge(struct check *c, struct rpa_stmt *seen, bool has_seen,
                 struct rpa_stmt *want, bool has_want)
{
    char name[128] = "";
    int d = !has_want ? -1 : !has_seen ? 1 : 0;
    if (d == 0)
        d = strcmp(rpa_stmt_text(seen, 0), rpa_stmt_text(want, 0));
    if (d == 0 && !strcmp(rpa_stmt_text(seen, 1), rpa_stmt_text(want, 1)))
        return 0;
    struct rpa_buf safe = { 0 };
    const char *text = rpa_stmt_text(d > 0 ? want : seen, 0);
    rpa_buf_escape(&safe, text, strlen(text));
    snprintf(name, sizeof name, "schema %s", safe.data ? safe.data : "");
    rpa_buf_clear(&safe);
    return bad(c, name, d < 0   ? "nothing of the kind was made"
                        : d > 0 ? "it is missing"
                                : "it was made otherwise");
}

static int check_schema(struct check *c)
{
    static const char sql[] = "SELECT type||'/'||name,ifnull(sql,'') FROM "
                              "sqlite_schema WHERE name<>'closed' ORDER BY 1";
    struct rpa_store *memory = NULL;
    struct rpa_stmt *seen = NULL, *want = NULL;
    struct rpa_err err;
    int s = 1, w = 1, r = rpa_store_open_memory(&audit_kind, &memory, &err);
    if (r == 0)
        r = rpa_stmt_new(memory, sql, &want, &err);
    if (r == 0 && rpa_stmt_new(c->db, sql, &seen, &err) < 0)
        r = bad(c, "schema", err.msg);
    while (r == 0 && (s > 0 || w > 0)) {
        w = rpa_stmt_step(want, &err);
        s = rpa_stmt_step(seen, &err);
        if (w < 0)
            r = w;
        else if (s < 0)
            r = bad(c, "schema", err.msg);
        else if (w || s)
            r = judge(c, seen, s, want, w);
    }
    rpa_stmt_free(seen);
    rpa_stmt_free(want);
    rpa_store_close(memory);
    return r;
}

/* ---- all of it ---- */

/* The anchor is read first and each key when it is needed: rows follow their
 * keys and precede their anchor, so a store in use is judged fairly. */
static int begin(struct check *c, const char *state_dir, struct rpa_err *err)
{
    char path[4096];
    uint8_t anchor[RPA_KEYRING_ANCHOR_MAX];
    size_t len = 0;
    int r = state_path(path, sizeof path, state_dir, "audit.db", err);
    if (r == 0)
        r = rpa_store_open_ro(path, &audit_kind, &c->db, err);
    if (r == 0)
        r = rpa_root_open(state_dir, false, &c->root, err);
    if (r == 0)
        r = rpa_keyring_open(state_dir, c->root, false, &c->keys, err);
    if (r == 0)
        r = rpa_keyring_anchor(c->keys, anchor, &len, err);
    if (r == 0)
        c->anchored = head_unseal(anchor, len, c->root, &c->anchor);
    if (r == 0)
        r = rpa_store_begin(c->db, err);
    return r;
}

int rpa_audit_check_seals(const char *state_dir,
                          struct rpa_audit_verdict *ret_verdict,
                          struct rpa_err *err)
{
    struct rpa_audit_verdict verdict = { .good = true, .rest = true };
    struct check c = { .state_dir = state_dir, .verdict = &verdict };
    int r = begin(&c, state_dir, err);
    if (r == 0) {
        r = tree_db_init(&c.nodes, state_dir, c.db, err);
        if (r == 0)
            r = check_rows(&c);
        if (r == 0)
            r = check_heads(&c);
        if (r == 0)
            r = check_census(&c);
        if (r == 0)
            r = check_schema(&c);
        if (r < 0)
            rpa_fail(err, (enum rpa_code)-r, "the seals were not judged");
    }
    if (r >= 0)
        *ret_verdict = verdict;
    tree_db_clear(&c.nodes);
    hasher_clear(&c.hasher);
    rpa_buf_clear(&c.body);
    rpa_store_close(c.db);
    rpa_keyring_close(c.keys);
    rpa_root_close(c.root);
    return r < 0 ? r : 0;
}
