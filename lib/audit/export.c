#include "priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The files of a proof; AUDIT.md has them line by line. */
struct export {
    const char *state_dir;
    struct rpa_store *db;
    struct tree_db nodes;
    struct hasher hasher;
    int64_t run, first, last;
    int64_t size;            /* the first note over its last row */
    struct rpa_buf text;     /* of the file being made */
    bool *used;              /* labels by number */
    int64_t nlabels;
};

static void add_hex(struct rpa_buf *out, const void *bytes, size_t len)
{
    rpa_buf_putc(out, ' ');
    if (!len)
        rpa_buf_putc(out, '-');
    for (size_t i = 0; i < len; i++)
        rpa_buf_printf(out, "%02x", ((const uint8_t *)bytes)[i]);
}

static int write_file(const char *dir, const char *name,
                      const struct rpa_buf *text, struct rpa_err *err)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", dir);
    if (text->failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for %s", path);
    FILE *file = fopen(path, "wxe");
    bool good = file && fwrite(text->data, 1, text->len, file) == text->len;
    if (file && fclose(file) != 0)
        good = false;
    return good ? 0 : rpa_fail_errno(err, RPA_EIO, "cannot write %s", path);
}

/* the eleven numbers, plain, body, the hash before, the way to the root */
static int add_row(struct export *e, const struct row *row,
                   const uint8_t prev[static 32], bool proved,
                   struct rpa_err *err)
{
    const int64_t n[] = { row->seq,    row->run,  row->rseq,   row->t_us,
                          row->mono_us, row->kind, row->verb,  row->target,
                          row->window, row->field, row->grp };
    struct rpa_buf path = { 0 };
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        rpa_buf_printf(&e->text, i ? " %lld" : "%lld", (long long)n[i]);
    add_hex(&e->text, row->plain, row->plain_len);
    add_hex(&e->text, row->body, row->body_len);
    add_hex(&e->text, prev, 32);
    int r = proved ? tree_inclusion(&e->nodes.source, &e->hasher, row->seq - 1,
                                    e->size, &path, err)
                   : 0;
    add_hex(&e->text, path.data, path.len);
    rpa_buf_putc(&e->text, '\n');
    rpa_buf_clear(&path);
    return r;
}

static void mark_labels(struct export *e, const struct row *row)
{
    const int64_t label[] = { row->target, row->window, row->field };
    for (size_t i = 0; i < 3; i++)
        if (label[i] > 0 && label[i] <= e->nlabels)
            e->used[label[i]] = true;
}

/* each row of one run, with the hash before it in that run */
static int walk(struct export *e, int64_t run, int64_t from, int64_t to,
                int (*each)(struct export *e, const struct row *row,
                            const uint8_t *prev, struct rpa_err *err),
                struct rpa_err *err)
{
    uint8_t prev[32] = { 0 };
    char sql[256];
    struct row row = { 0 };
    struct across rows = { .state_dir = e->state_dir, .live = e->db,
                           .sql = { sql } };
    snprintf(sql, sizeof sql, "SELECT " ENTRY_COLUMNS " FROM entry WHERE "
                              "run=%lld ORDER BY seq", (long long)run);
    int r = across_seek(&rows, from, err);
    while (r == 0 && row.seq < to &&
           (r = across_row(&rows, &row, err)) > 0) {
        r = each(e, &row, prev, err);
        memcpy(prev, row.h, 32);
    }
    across_clear(&rows);
    return r;
}

static int take_run(struct export *e, const struct row *row,
                    const uint8_t *prev, struct rpa_err *err)
{
    mark_labels(e, row);
    return add_row(e, row, prev, row->seq == e->last, err);
}

/* labels are rows of run 0, of which the rest is nobody's business */
static int take_label(struct export *e, const struct row *row,
                      const uint8_t *prev, struct rpa_err *err)
{
    json_int_t id = 0;
    if (row->kind != RPA_AUDIT_DICT)
        return 0;
    json_t *json = row_json(row, err);
    bool used = json && json_unpack(json, "{s:I}", "id", &id) == 0 && id > 0 &&
                id <= e->nlabels && e->used[id];
    json_decref(json);
    return used ? add_row(e, row, prev, true, err) : 0;
}

/* ---- the notes ---- */

/* the note of @db over at least the run, in e->text */
static int note_over(struct export *e, struct rpa_store *db, const char *order,
                     int64_t *ret_size, struct rpa_err *err)
{
    char sql[128];
    struct rpa_stmt *get = NULL;
    snprintf(sql, sizeof sql, "SELECT size,note FROM checkpoint WHERE size>=? "
                              "ORDER BY size %s LIMIT 1", order);
    int r = rpa_stmt_new(db, sql, &get, err);
    if (r == 0)
        r = rpa_stmt_bind(get, err, "i", e->last);
    if (r == 0)
        r = rpa_stmt_step(get, err);
    if (r == 0)
        r = rpa_fail(err, RPA_EINVAL, "no note covers the run yet");
    e->text.len = 0;
    if (r > 0) {
        *ret_size = rpa_stmt_int(get, 0);
        rpa_buf_puts(&e->text, rpa_stmt_text(get, 1));
        r = 0;
    }
    rpa_stmt_free(get);
    return r;
}

/* it is in the same file as the run: that ends with one */
static int put_first(struct export *e, const char *dir, struct rpa_err *err)
{
    struct across at = { .state_dir = e->state_dir, .live = e->db };
    int r = across_seek(&at, e->last, err);
    if (r == 0)
        r = note_over(e, at.segment ? at.segment : e->db, "ASC", &e->size, err);
    if (r == 0)
        r = write_file(dir, "note", &e->text, err);
    across_clear(&at);
    return r;
}

static int put_notes(struct export *e, const char *dir, struct rpa_err *err)
{
    int64_t newest;
    struct rpa_buf path = { 0 };
    int r = put_first(e, dir, err);
    if (r == 0)
        r = note_over(e, e->db, "DESC", &newest, err);
    if (r == 0)
        r = write_file(dir, "newest", &e->text, err);
    if (r == 0)
        r = tree_consistency(&e->nodes.source, &e->hasher, e->size, newest,
                             &path, err);
    e->text.len = 0;
    add_hex(&e->text, path.data, path.len);
    rpa_buf_putc(&e->text, '\n');
    rpa_buf_clear(&path);
    return r == 0 ? write_file(dir, "consistency", &e->text, err) : r;
}

/* ---- all of it ---- */

static int begin(struct export *e, const char *state_dir, struct rpa_err *err)
{
    char path[4096];
    struct rpa_stmt *run = NULL;
    int r = state_path(path, sizeof path, state_dir, "audit.db", err);
    if (r == 0)
        r = rpa_store_open_ro(path, &audit_kind, &e->db, err);
    if (r == 0)
        r = rpa_store_begin(e->db, err);
    if (r == 0)
        r = tree_db_init(&e->nodes, state_dir, e->db, err);
    if (r == 0)
        r = hasher_init(&e->hasher, err);
    if (r == 0)
        r = rpa_stmt_new(e->db, "SELECT state,last_seq,(SELECT count(*) FROM "
                                "dict),first_seq FROM run WHERE id=?", &run, err);
    if (r == 0)
        r = rpa_stmt_bind(run, err, "i", e->run);
    if (r == 0)
        r = rpa_stmt_step(run, err);
    if (r == 0)
        r = rpa_fail(err, RPA_ENOTFOUND, "there is no run %lld",
                     (long long)e->run);
    else if (r > 0 && rpa_stmt_int(run, 0) == 0)
        r = rpa_fail(err, RPA_EINVAL, "run %lld is still open",
                     (long long)e->run);
    if (r > 0) {
        e->last = rpa_stmt_int(run, 1);
        e->nlabels = rpa_stmt_int(run, 2);
        e->first = rpa_stmt_int(run, 3);
        e->used = calloc((size_t)e->nlabels + 1, sizeof *e->used);
        r = e->used ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for labels");
    }
    rpa_stmt_free(run);
    return r;
}

int rpa_audit_export(const char *state_dir, int64_t run, const char *dir,
                     struct rpa_err *err)
{
    struct export e = { .state_dir = state_dir, .run = run };
    int r = begin(&e, state_dir, err);
    if (r == 0 && mkdir(dir, 0700) < 0)
        r = rpa_fail_errno(err, errno == EEXIST ? RPA_EEXIST : RPA_EIO,
                           "cannot make %s", dir);
    if (r == 0)
        r = put_notes(&e, dir, err);
    e.text.len = 0;
    if (r == 0)
        r = walk(&e, run, e.first, e.last, take_run, err);
    if (r == 0)
        r = write_file(dir, "rows", &e.text, err);
    e.text.len = 0;
    rpa_buf_puts(&e.text, "");
    if (r == 0)
        r = walk(&e, 0, 1, e.size, take_label, err);
    if (r == 0)
        r = write_file(dir, "labels", &e.text, err);
    tree_db_clear(&e.nodes);
    hasher_clear(&e.hasher);
    rpa_buf_clear(&e.text);
    free(e.used);
    rpa_store_close(e.db);
    return r;
}
