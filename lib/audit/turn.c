/* The live file's rows become a segment, which another process wrote beside us.
 * AUDIT.md has the order of the steps and why a crash between any two leaves a
 * store that is whole. */
#include "priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- is it time? ---- */

static int month_of(rpa_time t_us)
{
    struct tm tm;
    time_t t = (time_t)(t_us / 1000000);
    gmtime_r(&t, &tm);
    return tm.tm_year * 12 + tm.tm_mon;
}

/* 1 due, 0 not */
static int due(struct rpa_audit *audit, int64_t rows, struct rpa_err *err)
{
    int64_t first = audit->signer.nodes.base + 1;
    struct row row;
    if (audit->durable.seq < first)
        return 0;
    if (audit->durable.seq - first + 1 >= rows)
        return 1;
    int r = audit_row(audit, first, &row, err);
    if (r > 0)
        r = month_of(row.t_us) < month_of(audit->now_us());
    rpa_stmt_reset(audit->rows.stmt[0]);
    return r;
}

static int check_room(struct rpa_audit *audit, struct rpa_err *err)
{
    struct stat st;
    if (stat(audit->reserve.db, &st) < 0)
        return rpa_fail_errno(err, RPA_EIO, "looking at %s", audit->reserve.db);
    if (!audit->reserve.low && reserve_room(&audit->reserve) / 2 > st.st_size)
        return 0;
    return rpa_fail(err, RPA_EIO, "no room for a segment of %lld bytes",
                    (long long)st.st_size);
}

/* the last row signed, and so known in keys.db */
static int seal_end(struct rpa_audit *audit, struct rpa_err *err)
{
    audit->signer.due = audit->signer.tree.size > audit->signer.size;
    return audit_commit_all(audit, err);
}

int rpa_audit_turn_due(struct rpa_audit *audit, int64_t rows,
                       struct rpa_err *err)
{
    char fresh[SEGMENT_PATH];
    if (audit->failed)
        return audit_stop(audit, err);
    if (audit->book.nruns > 1 || audit->closed) /* run 0 never ends */
        return 0;
    int r = due(audit, rows, err);
    if (r <= 0)
        return r;
    r = seal_end(audit, err);
    if (r == 0)
        r = check_room(audit, err);
    if (r == 0)
        r = segment_path(fresh, audit->state_dir, audit->signer.nodes.base + 1,
                         ".db.new", err);
    if (r == 0)
        unlink(fresh); /* of a turn that was cut short */
    return r == 0 ? 1 : r;
}

/* ---- its files ---- */

/* read-only and to its name for good, on disk */
static int settle(struct rpa_audit *audit, int64_t first, const char *end,
                  struct rpa_err *err)
{
    char fresh[SEGMENT_PATH], path[SEGMENT_PATH], new[16];
    snprintf(new, sizeof new, "%s.new", end);
    int r = segment_path(fresh, audit->state_dir, first, new, err);
    if (r == 0)
        r = segment_path(path, audit->state_dir, first, end, err);
    if (r < 0)
        return r;
    int dir = open(audit->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 || chmod(fresh, 0400) < 0 || rename(fresh, path) < 0 ||
        fsync(dir) < 0) {
        r = rpa_fail_errno(err, RPA_EIO, "cannot make %s", path);
        unlink(fresh);
    }
    if (dir >= 0)
        close(dir);
    return r;
}

static int make_manifest(struct rpa_audit *audit,
                         const struct rpa_audit_segment *segment,
                         struct rpa_buf *manifest, struct rpa_err *err)
{
    struct signer *s = &audit->signer;
    struct rpa_buf text = { 0 };
    char name[SEGMENT_NAME], fresh[SEGMENT_PATH];
    segment_name(segment->first, name);
    manifest_print(s->id.name, name, segment->first, segment->last,
                   segment->sha256, &text);
    if (!text.failed)
        note_sign(s->key, &s->id, text.data, manifest);
    bool failed = text.failed || manifest->failed;
    rpa_buf_clear(&text);
    if (failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a manifest");
    int r = segment_path(fresh, audit->state_dir, segment->first, ".note.new",
                         err);
    if (r < 0)
        return r;
    unlink(fresh); /* of a turn that was cut short */
    r = audit_write_new(fresh, 0400, manifest, err);
    return r == 0 ? settle(audit, segment->first, ".note", err) : r;
}

/* ---- the turn itself ---- */

static char *make_plain(struct rpa_audit *audit, const char *manifest)
{
    const struct tree *tree = &audit->signer.tree;
    char prev[65], peaks[64 * TREE_LEVELS + 1] = "";
    size_t n = 0;
    for (int lvl = TREE_LEVELS - 1; lvl >= 0; lvl--)
        if (tree->size >> lvl & 1) {
            hex_put(tree->peak[lvl], 32, peaks + n);
            n += 64;
        }
    hex_put(book_run(&audit->book, 0)->h, 32, prev);
    json_t *json = json_pack("{s:I,s:s,s:s,s:s,s:I}", "labels",
                             (json_int_t)audit->book.labels, "manifest",
                             manifest, "peaks", peaks, "prev", prev,
                             "runs", (json_int_t)audit->book.next_run);
    char *plain = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    return plain;
}

/* One transaction: the rows out of the way, and the file's first two. */
static int begin_anew(struct rpa_audit *audit, const char *manifest,
                      struct rpa_err *err)
{
    struct row row = { .run = 0, .kind = RPA_AUDIT_SEGMENT };
    char *plain = make_plain(audit, manifest);
    int r = plain ? rpa_store_exec(audit->db, "PRAGMA secure_delete=OFF", err)
                  : rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    if (r == 0)
        r = rpa_store_begin(audit->db, err);
    audit->in_tx = r == 0;
    if (r == 0)
        r = rpa_store_exec(audit->db, segment_begin, err);
    if (r == 0)
        r = audit_put(audit, &row, plain, NULL, 0, NULL, err);
    audit->signer.due = true;
    if (r == 0)
        r = audit_commit_all(audit, err);
    if (r == 0)
        r = rpa_store_exec(audit->db, "PRAGMA secure_delete=ON", err);
    audit->closed = true;
    free(plain);
    return r;
}

static int go_on(struct rpa_audit *audit, struct rpa_err *err)
{
    struct tree_db *nodes = &audit->signer.nodes;
    across_clear(&audit->rows);
    tree_db_clear(nodes);
    return tree_db_init(nodes, audit->state_dir, audit->db, err);
}

int rpa_audit_turn(struct rpa_audit *audit,
                   const struct rpa_audit_segment *segment, struct rpa_err *err)
{
    struct rpa_buf manifest = { 0 };
    if (audit->failed)
        return audit_stop(audit, err);
    int r = seal_end(audit, err);
    if (r < 0 || audit->book.nruns > 1 || segment->last != audit->durable.seq)
        return r; /* rows came meanwhile */
    if (memcmp(segment->root, audit->durable.root, 32) != 0)
        return rpa_fail(err, RPA_EIO, "the segment from row %lld on did not "
                                      "come out as the rows are",
                        (long long)segment->first);
    r = settle(audit, segment->first, ".db", err);
    if (r == 0)
        r = make_manifest(audit, segment, &manifest, err);
    if (r == 0 && (begin_anew(audit, manifest.data, err) < 0 ||
                   go_on(audit, err) < 0))
        r = audit_stop(audit, err);
    rpa_buf_clear(&manifest);
    return r == 0 ? 1 : r;
}

/* ---- what is left of the rows ---- */

int audit_closed(struct rpa_audit *audit, struct rpa_err *err)
{
    struct rpa_stmt *find = NULL;
    int r = rpa_stmt_new(audit->db,
                         "SELECT 1 FROM sqlite_schema WHERE name='closed'",
                         &find, err);
    if (r == 0)
        r = rpa_stmt_step(find, err);
    audit->closed = r > 0;
    rpa_stmt_free(find);
    return r < 0 ? r : 0;
}

int audit_end_closed(struct rpa_audit *audit, struct rpa_err *err)
{
    int r = audit->closed ? rpa_store_exec(audit->db, segment_end, err) : 0;
    audit->closed = false;
    return r;
}

/* 1 some rows are left */
static int any_closed(struct rpa_audit *audit, struct rpa_err *err)
{
    struct rpa_stmt *any = NULL;
    int r = rpa_stmt_new(audit->db, "SELECT 1 FROM closed", &any, err);
    if (r == 0)
        r = rpa_stmt_step(any, err);
    rpa_stmt_free(any);
    return r;
}

int rpa_audit_trim(struct rpa_audit *audit, struct rpa_err *err)
{
    if (audit->failed)
        return audit_stop(audit, err);
    if (!audit->closed || audit->in_tx)
        return audit->closed;
    int r = rpa_store_exec(audit->db, "PRAGMA secure_delete=OFF", err);
    if (r == 0)
        r = rpa_store_exec(audit->db, segment_trim, err);
    if (r == 0)
        r = rpa_store_exec(audit->db, "PRAGMA secure_delete=ON", err);
    if (r == 0)
        r = any_closed(audit, err);
    if (r == 0)
        r = audit_end_closed(audit, err);
    return r < 0 ? audit_stop(audit, err) : r;
}

int rpa_audit_segments(const struct rpa_audit *audit, struct rpa_err *err)
{
    return segments_check(audit->state_dir, audit->db, err);
}
