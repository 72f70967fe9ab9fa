#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* proof.db, in memory until it is whole; AUDIT.md has what is in it. */
static const char *const steps[] = {
    "CREATE TABLE entry(seq INTEGER PRIMARY KEY, run INTEGER NOT NULL,"
    " rseq INTEGER NOT NULL, t_us INTEGER NOT NULL, mono_us INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, verb INTEGER NOT NULL, target INTEGER NOT NULL,"
    " window INTEGER NOT NULL, field INTEGER NOT NULL, grp INTEGER NOT NULL,"
    " plain TEXT NOT NULL, body BLOB NOT NULL, h BLOB NOT NULL) STRICT;"
    "CREATE TABLE path(seq INTEGER PRIMARY KEY, prev BLOB NOT NULL,"
    " path BLOB NOT NULL) STRICT;"
    "CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, t_us INTEGER NOT NULL,"
    " note TEXT NOT NULL) STRICT;"
    "CREATE TABLE picture(seq INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    "ALTER TABLE picture ADD COLUMN opened BLOB NOT NULL DEFAULT x''"
};
static const struct rpa_store_kind proof_kind = { "proof", 0x52504150, steps,
                                                  sizeof steps / sizeof *steps };

struct export {
    const char *state_dir, *dir;
    struct rpa_store *db, *proof;
    struct rpa_stmt *row, *path, *note, *picture, *save;
    struct tree_db nodes;
    struct hasher hasher;
    int64_t run, first, last;
    int64_t size; /* the first note over its last row */
    bool *used;   /* labels by number */
    int64_t nlabels;
};

/* the file that a SCREEN row names, sealed as it is; and the hash of the opened
 * one, if it stands beside */
static int add_picture(struct export *e, const struct row *row,
                       struct rpa_err *err)
{
    struct rpa_buf file = { 0 };
    uint8_t opened[32];
    size_t len = 0;
    int r = picture_sealed(&e->hasher, e->state_dir, row, &file, err);
    if (r > 0)
        r = picture_opened(&e->hasher, e->dir, row->seq, opened, &len, err);
    if (r > 0)
        r = rpa_stmt_run(e->picture, err, "ibb", row->seq, file.data, file.len,
                         opened, len);
    rpa_buf_clear(&file);
    return r;
}

/* a row, the hash before it, and for some the way to the root */
static int add_row(struct export *e, const struct row *row,
                   const uint8_t prev[static 32], bool proved,
                   struct rpa_err *err)
{
    struct rpa_buf way = { 0 };
    int r = rpa_stmt_run(e->row, err, "iiiiiiiiiiitbb", row->seq, row->run,
                         row->rseq, row->t_us, row->mono_us, row->kind,
                         row->verb, row->target, row->window, row->field,
                         row->grp, row->plain, row->plain_len, row->body,
                         row->body_len, row->h, sizeof row->h);
    if (r == 0 && proved)
        r = tree_inclusion(&e->nodes.source, &e->hasher, row->seq - 1, e->size,
                           &way, err);
    if (r == 0)
        r = rpa_stmt_run(e->path, err, "ibb", row->seq, prev, (size_t)32,
                         way.data ? way.data : "", way.len);
    rpa_buf_clear(&way);
    return r == 0 ? add_picture(e, row, err) : r;
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

/* the first note over all of the run: it is in the same file */
static int put_note(struct export *e, struct rpa_err *err)
{
    struct rpa_stmt *get = NULL;
    struct across at = { .state_dir = e->state_dir, .live = e->db };
    int r = across_seek(&at, e->last, err);
    if (r == 0)
        r = rpa_stmt_new(at.segment ? at.segment : e->db,
                         "SELECT size,t_us,note FROM checkpoint WHERE size>=? "
                         "ORDER BY size LIMIT 1", &get, err);
    if (r == 0)
        r = rpa_stmt_bind(get, err, "i", e->last);
    if (r == 0)
        r = rpa_stmt_step(get, err);
    if (r == 0)
        r = rpa_fail(err, RPA_EINVAL, "no note covers the run yet");
    if (r > 0) {
        e->size = rpa_stmt_int(get, 0);
        r = rpa_stmt_run(e->note, err, "iis", e->size, rpa_stmt_int(get, 1),
                         rpa_stmt_text(get, 2));
    }
    rpa_stmt_free(get);
    across_clear(&at);
    return r;
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

static int begin_proof(struct export *e, struct rpa_err *err)
{
    const struct {
        struct rpa_stmt **to;
        const char *sql;
    } all[] = {
        { &e->row, "INSERT INTO entry VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)" },
        { &e->path, "INSERT INTO path VALUES(?,?,?)" },
        { &e->note, "INSERT INTO checkpoint VALUES(?,?,?)" },
        { &e->picture, "INSERT INTO picture VALUES(?,?,?)" },
        { &e->save, "VACUUM INTO ?" },
    };
    int r = rpa_store_open_memory(&proof_kind, &e->proof, err);
    for (size_t i = 0; r == 0 && i < sizeof all / sizeof *all; i++)
        r = rpa_stmt_new(e->proof, all[i].sql, all[i].to, err);
    return r;
}

static void end(struct export *e)
{
    rpa_stmt_free(e->row);
    rpa_stmt_free(e->path);
    rpa_stmt_free(e->note);
    rpa_stmt_free(e->picture);
    rpa_stmt_free(e->save);
    rpa_store_close(e->proof);
    tree_db_clear(&e->nodes);
    hasher_clear(&e->hasher);
    free(e->used);
    rpa_store_close(e->db);
}

int rpa_audit_export_ask(const char *state_dir, int64_t run, const char *dir,
                         struct rpa_err *err)
{
    struct export e = { .state_dir = state_dir, .run = run };
    int r = begin(&e, state_dir, err);
    end(&e);
    if (r < 0 || access(dir, F_OK) < 0)
        return r;
    rpa_fail(err, RPA_EEXIST, "cannot make %s: it is there", dir);
    return rpa_err_hint(err, "name a folder that is not there yet");
}

int rpa_audit_export(const char *state_dir, int64_t run, const char *dir,
                     struct rpa_err *err)
{
    char path[4096];
    struct export e = { .state_dir = state_dir, .dir = dir, .run = run };
    int r = state_path(path, sizeof path, dir, "proof.db", err);
    if (r == 0)
        r = begin(&e, state_dir, err);
    if (r == 0)
        r = begin_proof(&e, err);
    if (r == 0)
        r = put_note(&e, err);
    if (r == 0)
        r = walk(&e, run, e.first, e.last, take_run, err);
    if (r == 0)
        r = walk(&e, 0, 1, e.size, take_label, err);
    if (r == 0)
        r = rpa_stmt_run(e.save, err, "s", path);
    end(&e);
    return r;
}
