#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rpa_audit_reader {
    struct rpa_store *db;
    struct rpa_root *root; /* NULL unless content is wanted */
    struct rpa_keyring *keys;
    struct hasher hasher;
    struct rpa_stmt *rows;
    struct rpa_audit_filter filter; /* after: the row given last */
    struct rpa_buf kept[5]; /* plain, body, and the labels of that row */
    char target[RPA_AUDIT_LABEL_MAX + 1];
    struct rpa_buf body;
};

#define WHICH                                                                  \
    "(?1<0 OR e.run=?1) AND e.seq>?2 AND e.t_us>=?3 AND (?4=0 OR e.kind=?4) "  \
    "AND (?5='' OR e.target IN (SELECT id FROM dict WHERE text=?5))"

/* a label by its number; the joined text comes after the columns of the row */
static const char sql[] =
    "SELECT e.seq,e.run,e.rseq,e.t_us,e.mono_us,e.kind,e.verb,e.target,"
    "e.window,e.field,e.grp,e.plain,e.body,e.h,"
    "(SELECT text FROM dict WHERE id=e.target),"
    "(SELECT text FROM dict WHERE id=e.window),"
    "(SELECT text FROM dict WHERE id=e.field) "
    "FROM entry e WHERE " WHICH " ORDER BY e.seq LIMIT 1";

static int bind(struct rpa_stmt *stmt, const struct rpa_audit_filter *filter,
                struct rpa_err *err)
{
    return rpa_stmt_bind(stmt, err, "iiiis", filter->run, filter->after,
                         filter->since, (int64_t)filter->kind,
                         filter->target ? filter->target : "");
}

int rpa_audit_reader_open(const char *state_dir,
                          const struct rpa_audit_filter *filter, bool content,
                          struct rpa_audit_reader **ret_reader,
                          struct rpa_err *err)
{
    char path[4096];
    int r = state_path(path, sizeof path, state_dir, "audit.db", err);
    if (r < 0)
        return r;
    struct rpa_audit_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a reader");
    r = rpa_store_open_ro(path, &audit_kind, &reader->db, err);
    if (r == 0 && content)
        r = rpa_root_open(state_dir, false, &reader->root, err);
    if (r == 0 && content)
        r = rpa_keyring_open(state_dir, reader->root, false, &reader->keys, err);
    if (r == 0)
        r = hasher_init(&reader->hasher, err);
    if (r == 0)
        r = rpa_stmt_new(reader->db, sql, &reader->rows, err);
    reader->filter = *filter;
    if (filter->target) {
        snprintf(reader->target, sizeof reader->target, "%s", filter->target);
        reader->filter.target = reader->target;
    }
    if (r == 0)
        *ret_reader = reader;
    else
        rpa_audit_reader_close(reader);
    return r;
}

/* the present row's own bytes, which outlive the statement's */
static int keep(struct rpa_audit_reader *reader, struct row *row,
                struct rpa_err *err)
{
    const struct {
        const void *data;
        size_t len;
    } all[] = {
        { row->plain, row->plain_len },
        { row->body, row->body_len },
        { rpa_stmt_text(reader->rows, 14), 0 },
        { rpa_stmt_text(reader->rows, 15), 0 },
        { rpa_stmt_text(reader->rows, 16), 0 },
    };
    bool failed = false;
    for (size_t i = 0; i < 5; i++) {
        struct rpa_buf *to = &reader->kept[i];
        to->len = 0;
        rpa_buf_add(to, all[i].data, i < 2 ? all[i].len : strlen(all[i].data));
        rpa_buf_putc(to, '\0');
        failed = failed || to->failed;
    }
    row->plain = reader->kept[0].data;
    row->body = (const uint8_t *)reader->kept[1].data;
    return failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a row") : 0;
}

/* One row, and the store is let go of before the caller does anything with it:
 * who reads slowly, or into a pager, does not hold up the writer's log. */
static int fetch(struct rpa_audit_reader *reader, struct row *row,
                 struct rpa_err *err)
{
    int r = bind(reader->rows, &reader->filter, err);
    if (r == 0)
        r = rpa_stmt_step(reader->rows, err);
    if (r > 0 && !row_read(reader->rows, row))
        r = rpa_fail(err, RPA_ETAMPER, "row %lld was changed",
                     (long long)row->seq);
    if (r > 0 && keep(reader, row, err) < 0)
        r = -RPA_ENOMEM;
    rpa_stmt_reset(reader->rows);
    if (r > 0)
        reader->filter.after = row->seq;
    return r;
}

int rpa_audit_reader_next(struct rpa_audit_reader *reader,
                          struct rpa_audit_entry *ret_entry,
                          struct rpa_err *err)
{
    struct row row;
    int r = fetch(reader, &row, err);
    if (r <= 0)
        return r;
    *ret_entry = (struct rpa_audit_entry){
        .seq = row.seq, .run = row.run, .rseq = row.rseq, .grp = row.grp,
        .t_us = row.t_us, .mono_us = row.mono_us, .kind = (int)row.kind,
        .verb = (int)row.verb, .target = reader->kept[2].data,
        .window = reader->kept[3].data, .field = reader->kept[4].data,
        .plain = row.plain, .sealed_len = row.body_len,
    };
    row_lay(&reader->hasher, &row);
    if (!reader->keys || !row.body_len)
        return 1;
    r = row_unseal(&reader->hasher, reader->keys, &row, &reader->body, err);
    if (r < 0)
        return rpa_err_context(err, "row %lld", (long long)row.seq);
    ret_entry->content = reader->body.data;
    ret_entry->content_len = reader->body.len;
    return 1;
}

void rpa_audit_reader_close(struct rpa_audit_reader *reader)
{
    if (!reader)
        return;
    rpa_stmt_free(reader->rows);
    for (size_t i = 0; i < 5; i++)
        rpa_buf_clear(&reader->kept[i]);
    rpa_buf_clear(&reader->body);
    hasher_clear(&reader->hasher);
    rpa_store_close(reader->db);
    rpa_keyring_close(reader->keys);
    rpa_root_close(reader->root);
    free(reader);
}

/* one value of the store in @state_dir; 1, 0 none, or -RPA_E… */
static int ask(const char *state_dir, const char *query,
               const struct rpa_audit_filter *filter, struct rpa_store **db,
               struct rpa_stmt **stmt, struct rpa_err *err)
{
    char path[4096];
    int r = state_path(path, sizeof path, state_dir, "audit.db", err);
    if (r == 0)
        r = rpa_store_open_ro(path, &audit_kind, db, err);
    if (r == 0)
        r = rpa_stmt_new(*db, query, stmt, err);
    if (r == 0 && filter)
        r = bind(*stmt, filter, err);
    return r < 0 ? r : rpa_stmt_step(*stmt, err);
}

int rpa_audit_reader_tail(const char *state_dir,
                          const struct rpa_audit_filter *filter, int n,
                          int64_t *ret_after, struct rpa_err *err)
{
    struct rpa_store *db = NULL;
    struct rpa_stmt *stmt = NULL;
    char query[512];
    snprintf(query, sizeof query,
             "SELECT ifnull(min(seq),1)-1 FROM (SELECT e.seq FROM entry e WHERE "
             WHICH " ORDER BY e.seq DESC LIMIT %d)", n);
    int r = ask(state_dir, query, filter, &db, &stmt, err);
    if (r > 0)
        *ret_after = rpa_stmt_int(stmt, 0);
    rpa_stmt_free(stmt);
    rpa_store_close(db);
    return r < 0 ? r : 0;
}

int rpa_audit_last_note(const char *state_dir, struct rpa_buf *note,
                        struct rpa_err *err)
{
    struct rpa_store *db = NULL;
    struct rpa_stmt *stmt = NULL;
    int r = ask(state_dir, "SELECT note FROM checkpoint ORDER BY size DESC "
                           "LIMIT 1", NULL, &db, &stmt, err);
    if (r == 0)
        r = rpa_fail(err, RPA_ENOTFOUND, "nothing is signed yet");
    if (r > 0)
        rpa_buf_puts(note, rpa_stmt_text(stmt, 0));
    rpa_stmt_free(stmt);
    rpa_store_close(db);
    return r < 0 ? r : 0;
}

int rpa_audit_key(const char *state_dir, struct rpa_buf *line,
                  struct rpa_err *err)
{
    char path[4096], text[256];
    struct note_key key;
    int r = state_path(path, sizeof path, state_dir, "sign.pub", err);
    if (r < 0)
        return r;
    FILE *file = fopen(path, "re");
    if (!file)
        return rpa_fail_errno(err, RPA_ENOTFOUND, "cannot open %s", path);
    size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    if (!note_key_parse(text, len, &key))
        return rpa_fail(err, RPA_ETAMPER, "%s is no public key", path);
    rpa_buf_add(line, text, len);
    return 0;
}
