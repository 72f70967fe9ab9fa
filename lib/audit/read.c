#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rpa_audit_reader {
    struct rpa_store *db;
    struct rpa_root *root; /* NULL unless content is wanted */
    struct rpa_keyring *keys;
    struct hasher hasher;
    struct across rows;
    struct row row; /* given last; its bytes are in kept */
    struct rpa_stmt *label, *target; /* text by number, number by text */
    struct rpa_audit_filter filter;  /* after: the row given last */
    struct rpa_buf kept[5]; /* plain, body, and the labels of that row */
    struct rpa_buf body;    /* unsealed */
    char name[RPA_AUDIT_LABEL_MAX + 1]; /* filter.target */
    int64_t skipped; /* the first row of the file skip_older() saw last */
};

/* which rows: of one run, by the index that a segment has, or of all (the plus
 * keeps them in their order: skip_older() uses that index) */
#define WHICH(run)                                                             \
    run " AND seq>?2 AND seq<=?6 AND +t_us>=?3 AND (?4=0 OR (?4>>kind)&1) AND " \
        "(?5=0 OR target=?5)"
#define ONE "run=?1"
#define ANY "?1<0"
#define NEXT(run)                                                              \
    "SELECT " ENTRY_COLUMNS " FROM entry WHERE " WHICH(run)                    \
    " ORDER BY seq LIMIT 1"
#define LAST(run)                                                              \
    "SELECT count(*),ifnull(min(seq),0) FROM (SELECT seq FROM entry WHERE "    \
    WHICH(run) " ORDER BY seq DESC LIMIT ?7)"

/* labels are in the live file; -1: no row has that one yet */
static int find_target(struct rpa_audit_reader *reader, int64_t *ret_id,
                       struct rpa_err *err)
{
    *ret_id = 0;
    if (!reader->filter.target)
        return 0;
    int r = rpa_stmt_bind(reader->target, err, "s", reader->filter.target);
    if (r == 0)
        r = rpa_stmt_step(reader->target, err);
    *ret_id = r > 0 ? rpa_stmt_int(reader->target, 0) : -1;
    rpa_stmt_reset(reader->target);
    return r < 0 ? r : 0;
}

/* @most: of sql[1] only */
static int bind(struct rpa_audit_reader *reader, int sql, int64_t most,
                struct rpa_err *err)
{
    const struct rpa_audit_filter *f = &reader->filter;
    int64_t target;
    int r = find_target(reader, &target, err);
    return r < 0 ? r
                 : rpa_stmt_bind(reader->rows.stmt[sql], err,
                                 sql ? "iiiiiii" : "iiiiii", f->run, f->after,
                                 f->since, (int64_t)f->kinds, target,
                                 f->upto ? f->upto : INT64_MAX, most);
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
        r = rpa_stmt_new(reader->db, "SELECT text FROM dict WHERE id=?",
                         &reader->label, err);
    if (r == 0)
        r = rpa_stmt_new(reader->db, "SELECT id FROM dict WHERE text=?",
                         &reader->target, err);
    reader->rows = (struct across){
        .state_dir = state_dir, .live = reader->db,
        .sql = { filter->run < 0 ? NEXT(ANY) : NEXT(ONE),
                 filter->run < 0 ? LAST(ANY) : LAST(ONE) },
    };
    reader->filter = *filter;
    if (filter->target) {
        snprintf(reader->name, sizeof reader->name, "%s", filter->target);
        reader->filter.target = reader->name;
    }
    if (r == 0)
        *ret_reader = reader;
    else
        rpa_audit_reader_close(reader);
    return r;
}

static int get_label(struct rpa_audit_reader *reader, int64_t id,
                     struct rpa_buf *to, struct rpa_err *err)
{
    int r = id ? rpa_stmt_bind(reader->label, err, "i", id) : 0;
    if (r == 0 && id)
        r = rpa_stmt_step(reader->label, err);
    to->len = 0;
    rpa_buf_puts(to, r > 0 ? rpa_stmt_text(reader->label, 0) : "");
    rpa_stmt_reset(reader->label);
    return r < 0 ? r : 0;
}

/* the present row's own bytes, which outlive the statement's */
static int keep(struct rpa_audit_reader *reader, struct row *row,
                struct rpa_err *err)
{
    struct rpa_buf *kept = reader->kept;
    const int64_t label[] = { row->target, row->window, row->field };
    int r = 0;
    kept[0].len = kept[1].len = 0;
    rpa_buf_add(&kept[0], row->plain, row->plain_len);
    rpa_buf_puts(&kept[0], "");
    rpa_buf_add(&kept[1], row->body, row->body_len);
    rpa_buf_puts(&kept[1], "");
    for (int i = 0; r == 0 && i < 3; i++)
        r = get_label(reader, label[i], &kept[2 + i], err);
    for (int i = 0; r == 0 && i < 5; i++)
        if (kept[i].failed)
            r = rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    row->plain = kept[0].data;
    row->body = (const uint8_t *)kept[1].data;
    return r;
}

/* In a segment, to the first row of filter.since or later. Clocks are set back,
 * so no search by halves will do; its index is exact, and quick enough once. */
static int skip_older(struct rpa_audit_reader *reader, struct rpa_err *err)
{
    struct across *rows = &reader->rows;
    struct rpa_audit_filter *f = &reader->filter;
    struct rpa_stmt *first = NULL;
    if (!f->since || !rows->segment || reader->skipped == rows->first)
        return 0;
    int r = rpa_stmt_new(rows->segment,
                         "SELECT max(?2,ifnull(min(seq)-1,?3)) FROM entry "
                         "WHERE t_us>=?1", &first, err);
    if (r == 0)
        r = rpa_stmt_bind(first, err, "iii", f->since, f->after, rows->last);
    if (r == 0)
        r = rpa_stmt_step(first, err);
    if (r > 0) {
        f->after = rpa_stmt_int(first, 0);
        reader->skipped = rows->first;
    }
    rpa_stmt_free(first);
    return r < 0 ? r : 0;
}

/* the next row that fits, in whatever file */
static int look(struct rpa_audit_reader *reader, struct row *row,
                struct rpa_err *err)
{
    struct across *rows = &reader->rows;
    const struct rpa_audit_filter *f = &reader->filter;
    int r;
    while ((r = across_seek(rows, reader->filter.after + 1, err)) == 0) {
        r = skip_older(reader, err);
        if (r == 0)
            r = bind(reader, 0, 0, err);
        if (r == 0)
            r = rpa_stmt_step(rows->stmt[0], err);
        if (r != 0 || !rows->segment || (f->upto && f->upto <= rows->last))
            break;
        reader->filter.after = rows->last;
    }
    if (r > 0 && !row_read(rows->stmt[0], row))
        r = rpa_fail(err, RPA_ETAMPER, "row %lld was changed",
                     (long long)row->seq);
    if (r > 0 && keep(reader, row, err) < 0)
        r = -RPA_ENOMEM;
    rpa_stmt_reset(rows->stmt[0]);
    return r;
}

/* One row, and the store is let go of before the caller does anything with it:
 * who reads slowly, or into a pager, does not hold up the writer's log. */
static int fetch(struct rpa_audit_reader *reader, struct row *row,
                 struct rpa_err *err)
{
    int r = rpa_store_begin(reader->db, err);
    if (r == 0)
        r = look(reader, row, err);
    if (rpa_store_commit(reader->db, r < 0 ? NULL : err) < 0 && r >= 0)
        r = -RPA_EIO;
    if (r > 0)
        reader->filter.after = row->seq;
    return r;
}

int rpa_audit_reader_next(struct rpa_audit_reader *reader,
                          struct rpa_audit_entry *ret_entry,
                          struct rpa_err *err)
{
    struct row *row = &reader->row;
    reader->body.len = 0;
    int r = fetch(reader, row, err);
    if (r <= 0)
        return r;
    *ret_entry = (struct rpa_audit_entry){
        .seq = row->seq, .run = row->run, .rseq = row->rseq, .grp = row->grp,
        .t_us = row->t_us, .mono_us = row->mono_us, .kind = (int)row->kind,
        .verb = (int)row->verb, .target = reader->kept[2].data,
        .window = reader->kept[3].data, .field = reader->kept[4].data,
        .plain = row->plain, .sealed_len = row->body_len,
    };
    row_lay(&reader->hasher, row);
    if (!reader->keys || !row->body_len)
        return 1;
    r = row_unseal(&reader->hasher, reader->keys, row, &reader->body, err);
    if (r < 0)
        return rpa_err_context(err, "row %lld", (long long)row->seq);
    ret_entry->content = reader->body.data;
    ret_entry->content_len = reader->body.len;
    return 1;
}

int rpa_audit_reader_picture(struct rpa_audit_reader *reader,
                             struct rpa_buf *ret_png, struct rpa_err *err)
{
    if (!reader->keys)
        return rpa_fail(err, RPA_EINVAL, "a reader without content opens no "
                                         "picture");
    return picture_open(&reader->hasher, reader->keys, reader->rows.state_dir,
                        &reader->row, &reader->body, ret_png, err);
}

void rpa_audit_reader_close(struct rpa_audit_reader *reader)
{
    if (!reader)
        return;
    across_clear(&reader->rows);
    rpa_stmt_free(reader->label);
    rpa_stmt_free(reader->target);
    for (size_t i = 0; i < 5; i++)
        rpa_buf_clear(&reader->kept[i]);
    rpa_buf_clear(&reader->body);
    hasher_clear(&reader->hasher);
    rpa_store_close(reader->db);
    rpa_keyring_close(reader->keys);
    rpa_root_close(reader->root);
    free(reader);
}

/* backwards through the files until there are @n */
static int count_back(struct rpa_audit_reader *reader, int64_t n,
                      int64_t *ret_after, struct rpa_err *err)
{
    struct across *rows = &reader->rows;
    int r = across_seek(rows, INT64_MAX, err);
    while (r == 0) {
        r = bind(reader, 1, n, err);
        if (r == 0)
            r = rpa_stmt_step(rows->stmt[1], err);
        if (r < 0)
            break;
        int64_t found = rpa_stmt_int(rows->stmt[1], 0);
        if (found)
            *ret_after = rpa_stmt_int(rows->stmt[1], 1) - 1;
        rpa_stmt_reset(rows->stmt[1]);
        n -= found;
        if (n <= 0 || rows->first <= 1)
            return 0;
        r = across_seek(rows, rows->first - 1, err);
    }
    return r;
}

int rpa_audit_reader_tail(const char *state_dir,
                          const struct rpa_audit_filter *filter, int n,
                          int64_t *ret_after, struct rpa_err *err)
{
    struct rpa_audit_reader *reader = NULL;
    int r = rpa_audit_reader_open(state_dir, filter, false, &reader, err);
    if (r == 0)
        r = rpa_store_begin(reader->db, err);
    if (r == 0)
        r = count_back(reader, n, ret_after, err);
    rpa_audit_reader_close(reader);
    return r;
}

int rpa_audit_last_note(const char *state_dir, struct rpa_buf *note,
                        struct rpa_err *err)
{
    struct rpa_store *db = NULL;
    struct rpa_stmt *stmt = NULL;
    struct rpa_buf line = { 0 };
    struct note_key key;
    char path[4096];
    size_t len;
    int r = rpa_audit_key(state_dir, &line, err);
    if (r == 0 && !note_key_parse(line.data, line.len, &key))
        r = rpa_fail(err, RPA_ETAMPER, "sign.pub is no public key");
    rpa_buf_clear(&line);
    if (r == 0)
        r = state_path(path, sizeof path, state_dir, "audit.db", err);
    if (r == 0)
        r = rpa_store_open_ro(path, &audit_kind, &db, err);
    if (r == 0)
        r = rpa_stmt_new(db, "SELECT note FROM checkpoint ORDER BY size DESC "
                             "LIMIT 1", &stmt, err);
    if (r == 0)
        r = rpa_stmt_step(stmt, err);
    if (r == 0)
        r = rpa_fail(err, RPA_ENOTFOUND, "nothing is signed yet");
    const char *text = r > 0 ? rpa_stmt_text(stmt, 0) : "";
    if (r > 0 && !note_open(text, strlen(text), &key, &len))
        r = rpa_fail(err, RPA_ETAMPER, "the newest note is not signed with the "
                                       "store's own key: rpa audit verify");
    if (r > 0)
        rpa_buf_puts(note, text);
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
