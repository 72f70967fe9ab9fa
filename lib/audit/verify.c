#include "priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The stored rows are replayed into projections in memory by the same code
 * that wrote the stored ones; then the two are compared row by row. */
struct check {
    const char *state_dir;
    struct rpa_store *disk, *memory;
    struct rpa_root *root;
    struct rpa_keyring *keys;
    struct hasher hasher;
    struct book book;
    struct tree tree;
    struct tree_db nodes;
    struct rpa_buf body;
    struct head anchor; /* of keys.db, read before the snapshot */
    bool anchored;
    struct rpa_audit_verdict *verdict;
};

/* The first bad row; 1 so that callers stop. */
__attribute__((format(printf, 3, 4))) static int bad(struct check *c,
                                                     const char *row,
                                                     const char *why, ...)
{
    char text[sizeof c->verdict->why];
    struct rpa_buf safe = { 0 };
    va_list ap;
    va_start(ap, why);
    vsnprintf(text, sizeof text, why, ap);
    va_end(ap);
    rpa_buf_escape(&safe, text, strlen(text));
    c->verdict->good = false;
    snprintf(c->verdict->row, sizeof c->verdict->row, "%s", row);
    snprintf(c->verdict->why, sizeof c->verdict->why, "%s",
             safe.data ? safe.data : "");
    rpa_buf_clear(&safe);
    return 1;
}

static int bad_row(struct check *c, int64_t seq, const char *why)
{
    char name[24];
    snprintf(name, sizeof name, "%lld", (long long)seq);
    c->verdict->seq = seq;
    return bad(c, name, "%s", why);
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
    static const uint8_t none[32];
    uint8_t h[32];
    struct rpa_err err;
    const struct run_state *rs = book_run(&c->book, row->run);
    row_lay(&c->hasher, row);
    if (row_hash(&c->hasher, row, rs ? rs->h : none, h) < 0)
        return -RPA_ENOMEM;
    if (memcmp(h, row->h, 32) != 0)
        return bad_row(c, row->seq, "its hash does not match");
    if (row->kind == RPA_AUDIT_RUN_OPEN || row->kind == RPA_AUDIT_GROUP_OPEN) {
        int r = check_key(c, row);
        if (r)
            return r;
    }
    int r = row_unseal(&c->hasher, c->keys, row, &c->body, &err);
    if (r == -RPA_ENOMEM)
        return r;
    if (r < 0)
        return bad_row(c, row->seq, err.msg);
    r = book_take(&c->book, row, &err);
    if (r == 0)
        r = tree_add(&c->tree, &c->hasher, row->h, &err);
    if (r == 0)
        r = picture_check(&c->hasher, c->state_dir, row, &err);
    return r == -RPA_ETAMPER ? bad_row(c, row->seq, err.msg) : r;
}

static int check_rows(struct check *c)
{
    struct rpa_stmt *all = NULL;
    struct rpa_err err;
    struct row row;
    int r = rpa_stmt_new(c->disk,
                         "SELECT " ENTRY_COLUMNS " FROM entry ORDER BY seq",
                         &all, &err);
    if (r < 0)
        return bad(c, "entry", "the table cannot be read: %s", err.msg);
    while ((r = rpa_stmt_step(all, &err)) > 0) {
        int64_t want = c->book.seq + 1;
        bool typed = row_read(all, &row);
        if (row.seq != want)
            r = row.seq > want ? bad_row(c, want, "it is missing")
                               : bad_row(c, row.seq, "it is out of order");
        else
            r = typed ? check_row(c, &row)
                      : bad_row(c, want, "a column of the wrong type");
        if (r)
            break;
    }
    if (r < 0 && r != -RPA_ENOMEM)
        r = bad_row(c, c->book.seq + 1, err.msg);
    rpa_stmt_free(all);
    return r;
}

/* ---- the heads ---- */

static int check_heads(struct check *c)
{
    struct rpa_err err;
    struct head head;
    struct head end = { .seq = c->book.seq };
    if (tree_root(&c->tree, &c->hasher, end.root) < 0)
        return -RPA_ENOMEM;
    int r = head_load(c->disk, c->root, &head, &err);
    if (r <= 0)
        return bad(c, "head 1", "%s", r ? err.msg : "it is missing");
    if (head.seq > end.seq)
        return bad_row(c, end.seq + 1, "it was acknowledged and is missing");
    if (head.seq < end.seq)
        return bad_row(c, head.seq + 1, "it was never acknowledged");
    if (memcmp(head.root, end.root, 32))
        return bad(c, "head 1", "the rows are not those acknowledged");
    if (!c->anchored)
        return bad(c, "keys.db anchor", "it is missing or was changed");
    if (c->anchor.seq > end.seq)
        return bad_row(c, end.seq + 1, "it was acknowledged and is missing");
    return 0;
}

/* ---- what follows from the rows ---- */

struct table {
    const char *name, *sql;
    int keys, cols;
};

static void name_row(const struct table *table, struct rpa_stmt *stmt,
                     struct rpa_buf *out)
{
    rpa_buf_puts(out, table->name);
    for (int i = 0; i < table->keys; i++) {
        size_t len;
        const char *value = rpa_stmt_bytes(stmt, i, &len);
        bool blob = len == 32; /* an item's hash */
        rpa_buf_putc(out, i ? '/' : ' ');
        for (size_t k = 0; blob && k < 8; k++)
            rpa_buf_printf(out, "%02x", (unsigned char)value[k]);
        if (!blob)
            rpa_buf_escape(out, value, len < 40 ? len : 40);
    }
}

/* order of column @col, types first; 0 the same */
static int compare(struct rpa_stmt *a, struct rpa_stmt *b, int col,
                   const char *ta, const char *tb)
{
    if (ta[col] != tb[col])
        return ta[col] < tb[col] ? -1 : 1;
    if (ta[col] == 'i') {
        int64_t x = rpa_stmt_int(a, col), y = rpa_stmt_int(b, col);
        return (x > y) - (x < y);
    }
    size_t la, lb;
    const void *x = rpa_stmt_bytes(a, col, &la), *y = rpa_stmt_bytes(b, col, &lb);
    int d = memcmp(x, y, la < lb ? la : lb);
    return d ? d : (la > lb) - (la < lb);
}

/* @seen (disk) against @want (memory), each on a row or at its end */
static int judge(struct check *c, const struct table *table, bool has_seen,
                 struct rpa_stmt *seen, bool has_want, struct rpa_stmt *want)
{
    char ts[32] = "", tw[32] = "";
    int d = !has_want ? -1 : !has_seen ? 1 : 0;
    if (has_seen)
        rpa_stmt_types(seen, table->cols, ts);
    if (has_want)
        rpa_stmt_types(want, table->cols, tw);
    for (int i = 0; d == 0 && i < table->keys; i++)
        d = compare(seen, want, i, ts, tw);
    const char *why = d < 0   ? "it does not follow from the rows"
                      : d > 0 ? "it is missing"
                              : NULL;
    for (int i = table->keys; !why && i < table->cols; i++)
        if (compare(seen, want, i, ts, tw))
            why = "it does not say what its rows say";
    if (!why)
        return 0;
    struct rpa_buf name = { 0 };
    name_row(table, d > 0 ? want : seen, &name);
    int r = name.failed ? -RPA_ENOMEM : bad(c, name.data, "%s", why);
    rpa_buf_clear(&name);
    return r;
}

static int check_table(struct check *c, const struct table *table)
{
    struct rpa_stmt *seen = NULL, *want = NULL;
    struct rpa_err err;
    int s = 0, w = 0, r = rpa_stmt_new(c->memory, table->sql, &want, &err);
    if (r == 0 && rpa_stmt_new(c->disk, table->sql, &seen, &err) < 0)
        r = bad(c, table->name, "the table cannot be read: %s", err.msg);
    while (r == 0) {
        w = rpa_stmt_step(want, &err);
        s = rpa_stmt_step(seen, &err);
        if (w < 0)
            r = w;
        else if (s < 0)
            r = bad(c, table->name, "the table cannot be read: %s", err.msg);
        else if (!w && !s)
            break;
        else
            r = judge(c, table, s, seen, w, want);
    }
    rpa_stmt_free(seen);
    rpa_stmt_free(want);
    return r;
}

static int check_tables(struct check *c)
{
    static const struct table tables[] = {
        { "dict", "SELECT id,text FROM dict ORDER BY id", 1, 2 },
        { "run",
          "SELECT id,uuid,bot,bot_sha256,runtime_sha256,actor,uid,host,target,"
          "mode,reason,started_us,state,ended_us,outcome,first_seq,last_seq,"
          "nrows,grps,head FROM run ORDER BY id",
          1, 20 },
        { "item",
          "SELECT queue,id,state,run,seq,commit_seq,ref_seq FROM item "
          "ORDER BY queue,id",
          2, 7 },
        { "schema",
          "SELECT type,name,tbl_name,ifnull(sql,'') FROM sqlite_schema "
          "ORDER BY type,name",
          2, 4 },
    };
    struct rpa_err err;
    int r = book_flush(&c->book, &err);
    for (size_t i = 0; r == 0 && i < sizeof tables / sizeof *tables; i++)
        r = check_table(c, &tables[i]);
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
        r = rpa_store_open_ro(path, &audit_kind, &c->disk, err);
    if (r == 0)
        r = rpa_root_open(state_dir, false, &c->root, err);
    if (r == 0)
        r = rpa_keyring_open(state_dir, c->root, false, &c->keys, err);
    if (r == 0)
        r = rpa_keyring_anchor(c->keys, anchor, &len, err);
    if (r == 0)
        c->anchored = head_unseal(anchor, len, c->root, &c->anchor);
    if (r == 0)
        r = rpa_store_open_memory(&audit_kind, &c->memory, err);
    if (r == 0)
        r = hasher_init(&c->hasher, err);
    if (r == 0)
        r = book_init(&c->book, c->memory, err);
    if (r == 0)
        r = rpa_store_begin(c->memory, err);
    return r == 0 ? rpa_store_begin(c->disk, err) : r;
}

int rpa_audit_verify(const char *state_dir,
                     struct rpa_audit_verdict *ret_verdict,
                     struct rpa_err *err)
{
    struct rpa_audit_verdict verdict = { .good = true };
    struct check c = { .state_dir = state_dir, .verdict = &verdict };
    int r = begin(&c, state_dir, err);
    if (r == 0) {
        r = check_rows(&c);
        if (r == 0)
            r = check_heads(&c);
        if (r == 0)
            r = check_tables(&c);
        if (r < 0)
            rpa_fail(err, (enum rpa_code)-r, "the audit store was not judged");
    }
    verdict.rows = c.book.seq;
    verdict.runs = c.book.next_run > 0 ? c.book.next_run - 1 : 0;
    if (r >= 0)
        *ret_verdict = verdict;
    book_clear(&c.book);
    hasher_clear(&c.hasher);
    rpa_buf_clear(&c.body);
    rpa_store_close(c.memory);
    rpa_store_close(c.disk);
    rpa_keyring_close(c.keys);
    rpa_root_close(c.root);
    return r < 0 ? r : 0;
}
