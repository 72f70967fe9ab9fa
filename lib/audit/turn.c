/* The live file's rows become a segment. AUDIT.md has the order of the steps
 * and why a crash between any two leaves a store that is whole. */
#include "priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* the segment to be, and the note that names it */
struct turn {
    int64_t first, last;
    char name[SEGMENT_NAME];
    char path[4096], fresh[4096];
    uint8_t sha256[32];
    struct rpa_buf manifest;
};

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

/* ---- the segment, before anything is given up for it ---- */

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

/* Every row is there, in order: they give the root that was just signed. */
static int check_rows(struct rpa_audit *audit, const struct turn *turn,
                      struct rpa_store *segment, struct rpa_err *err)
{
    struct rpa_stmt *all = NULL;
    struct tree tree = { .size = audit->signer.nodes.base };
    uint8_t root[32];
    size_t len;
    memcpy(tree.peak, audit->signer.nodes.peak, sizeof tree.peak);
    int r =
        rpa_stmt_new(segment, "SELECT h FROM entry ORDER BY seq", &all, err);
    while (r == 0 && (r = rpa_stmt_step(all, err)) > 0) {
        const void *h = rpa_stmt_bytes(all, 0, &len);
        r = len == 32 ? tree_add(&tree, &audit->hasher, h, err)
                      : rpa_fail(err, RPA_ETAMPER, "a hash was changed");
    }
    rpa_stmt_free(all);
    if (r == 0 && tree_root(&tree, &audit->hasher, root) < 0)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a hash");
    if (r == 0 &&
        (tree.size != turn->last || memcmp(root, audit->durable.root, 32) != 0))
        r = rpa_fail(err, RPA_EIO, "%s did not come out as the rows are",
                     turn->fresh);
    return r;
}

/* to its name for good, on disk */
static int settle(struct rpa_audit *audit, const char *fresh, const char *path,
                  struct rpa_err *err)
{
    int dir = open(audit->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = dir >= 0 && rename(fresh, path) == 0 && fsync(dir) == 0
                ? 0
                : rpa_fail_errno(err, RPA_EIO, "cannot make %s", path);
    if (dir >= 0)
        close(dir);
    return r;
}

static int make_segment(struct rpa_audit *audit, struct turn *turn,
                        struct rpa_err *err)
{
    struct rpa_store *segment = NULL;
    segment_name(turn->first, turn->name);
    int r = state_path(turn->path, sizeof turn->path - 4, audit->state_dir,
                       turn->name, err);
    if (r == 0)
        r = check_room(audit, err);
    if (r < 0)
        return r;
    snprintf(turn->fresh, sizeof turn->fresh, "%.*s.new",
             (int)sizeof turn->fresh - 5, turn->path);
    r = rpa_store_freeze(turn->fresh, &segment_kind, audit->reserve.db,
                         segment_fill, err);
    if (r == 0)
        r = rpa_store_open_frozen(turn->fresh, &segment_kind, &segment, err);
    if (r == 0)
        r = check_rows(audit, turn, segment, err);
    rpa_store_close(segment);
    if (r == 0)
        r = manifest_hash(&audit->hasher, turn->fresh, turn->sha256, err);
    if (r == 0)
        r = settle(audit, turn->fresh, turn->path, err);
    if (r < 0)
        unlink(turn->fresh);
    return r;
}

static int make_manifest(struct rpa_audit *audit, struct turn *turn,
                         struct rpa_err *err)
{
    struct signer *s = &audit->signer;
    struct rpa_buf text = { 0 };
    char path[sizeof turn->path + 8], fresh[sizeof path + 4];
    manifest_print(s->id.name, turn->name, turn->first, turn->last,
                   turn->sha256, &text);
    if (!text.failed)
        note_sign(s->key, &s->id, text.data, &turn->manifest);
    bool failed = text.failed || turn->manifest.failed;
    rpa_buf_clear(&text);
    if (failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a manifest");
    snprintf(path, sizeof path, "%.*s.note", (int)strlen(turn->path) - 3,
             turn->path);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    unlink(fresh); /* of a turn that was cut short */
    int r = audit_write_new(fresh, 0400, &turn->manifest, err);
    if (r == 0)
        r = settle(audit, fresh, path, err);
    if (r < 0)
        unlink(fresh);
    return r;
}

/* ---- the turn itself ---- */

static char *make_plain(struct rpa_audit *audit, const struct turn *turn)
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
                             turn->manifest.data, "peaks", peaks, "prev", prev,
                             "runs", (json_int_t)audit->book.next_run);
    char *plain = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    return plain;
}

/* One transaction: the rows out of the live file, and its first two into it. */
static int begin_anew(struct rpa_audit *audit, const struct turn *turn,
                      struct rpa_err *err)
{
    struct row row = { .run = 0, .kind = RPA_AUDIT_SEGMENT };
    char *plain = make_plain(audit, turn);
    int r = plain ? rpa_store_exec(audit->db, "PRAGMA secure_delete=OFF", err)
                  : rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    if (r == 0)
        r = rpa_store_begin(audit->db, err);
    audit->in_tx = r == 0;
    if (r == 0)
        r = rpa_store_exec(audit->db, segment_begin, err);
    if (r == 0)
        r = audit_put(audit, &row, plain, NULL, 0, NULL, err);
    audit->signer.due = audit->anchor_due = true;
    if (r == 0)
        r = rpa_audit_commit(audit, err);
    if (r == 0)
        r = rpa_store_exec(audit->db, "PRAGMA secure_delete=ON", err);
    free(plain);
    return r;
}

static int go_on(struct rpa_audit *audit, struct rpa_err *err)
{
    struct tree_db *nodes = &audit->signer.nodes;
    across_clear(&audit->rows);
    tree_db_clear(nodes);
    int r = tree_db_init(nodes, audit->state_dir, audit->db, err);
    return r == 0 ? rpa_store_shrink(audit->db, err) : r;
}

int rpa_audit_turn(struct rpa_audit *audit, int64_t rows, struct rpa_err *err)
{
    if (audit->failed)
        return audit_stop(audit, err);
    if (audit->book.nruns > 1) /* run 0 never ends */
        return 0;
    int r = due(audit, rows, err);
    if (r <= 0)
        return r;
    audit->signer.due = audit->signer.tree.size > audit->signer.size;
    r = rpa_audit_commit(audit, err);
    if (r == 0 && audit_anchor(audit, err) < 0)
        r = audit_stop(audit, err);
    if (r < 0)
        return r;
    struct turn turn = { .first = audit->signer.nodes.base + 1,
                         .last = audit->durable.seq };
    r = make_segment(audit, &turn, err);
    if (r == 0)
        r = make_manifest(audit, &turn, err);
    if (r == 0 && (begin_anew(audit, &turn, err) < 0 || go_on(audit, err) < 0))
        r = audit_stop(audit, err);
    rpa_buf_clear(&turn.manifest);
    return r == 0 ? 1 : r;
}

int rpa_audit_segments(const struct rpa_audit *audit, struct rpa_err *err)
{
    return segments_check(audit->state_dir, audit->db, err);
}
