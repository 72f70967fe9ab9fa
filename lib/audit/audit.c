#include "priv.h"

#include <stdlib.h>
#include <string.h>

enum { CLOCK_SLACK_US = 500000 }; /* a step worth a row; slewing is not */

int audit_stop(struct rpa_audit *audit, struct rpa_err *err)
{
    if (audit->failed && err && audit->why.code) {
        *err = audit->why;
    } else if (audit->failed) {
        rpa_fail(err, RPA_EAUDIT, "the audit store stopped: no row can be "
                                  "taken, so nothing may be done");
    } else if (err) {
        err->code = RPA_EAUDIT;
        rpa_err_context(err, "the audit store cannot take a row");
        rpa_err_hint(err, "nothing was done after the last acknowledged row; "
                          "see to the disk, then start again");
        audit->why = *err;
    }
    audit->failed = true;
    return -RPA_EAUDIT;
}

int audit_ready(struct rpa_audit *audit, int64_t run, struct rpa_err *err)
{
    if (audit->failed)
        return audit_stop(audit, err);
    if (!book_run(&audit->book, run))
        return rpa_fail(err, RPA_EINVAL, "run %lld is not open",
                        (long long)run);
    return 0;
}

/* ---- opening and closing ---- */

static int prepare(struct rpa_audit *audit, struct rpa_err *err)
{
    audit->rows = (struct across){
        .state_dir = audit->state_dir, .live = audit->db,
        .sql = { "SELECT " ENTRY_COLUMNS " FROM entry WHERE seq=?" },
    };
    int r = pending_init(&audit->pending, audit->db, err);
    if (r == 0)
        r = rpa_stmt_new(audit->db, "INSERT OR REPLACE INTO head VALUES(1,?)",
                         &audit->head_put, err);
    if (r == 0)
        r = audit_closed(audit, err);
    if (r == 0)
        r = book_init(&audit->book, audit->db, audit->root, err);
    return r;
}

static int load_labels(struct rpa_audit *audit, struct rpa_err *err)
{
    struct rpa_stmt *all = NULL;
    int r = rpa_stmt_new(audit->db, "SELECT text FROM dict ORDER BY id", &all,
                         err);
    while (r == 0 && (r = rpa_stmt_step(all, err)) > 0)
        r = labels_add(&audit->labels, rpa_stmt_text(all, 0), err);
    rpa_stmt_free(all);
    return r;
}

/* The store must end where it was last acknowledged, and each open run where
 * its own chain does: what is appended next is linked to these. */
static int check_end(struct rpa_audit *audit, struct rpa_err *err)
{
    struct rpa_stmt *end = NULL;
    int r = rpa_stmt_new(audit->db,
                         "SELECT ifnull(max(seq),0), "
                         "(SELECT count(*) FROM run WHERE state=0 AND head IS "
                         "NOT (SELECT h FROM entry WHERE seq=run.last_seq)) "
                         "FROM entry",
                         &end, err);
    if (r == 0)
        r = rpa_stmt_step(end, err);
    if (r > 0) {
        int64_t seq = rpa_stmt_int(end, 0);
        r = seq != audit->durable.seq
                ? rpa_fail(err, RPA_ETAMPER,
                           "%lld rows were acknowledged, %lld are there",
                           (long long)audit->durable.seq, (long long)seq)
            : rpa_stmt_int(end, 1)
                ? rpa_fail(err, RPA_ETAMPER, "the last rows were changed")
                : 0;
    }
    rpa_stmt_free(end);
    return r;
}

static int check_past(struct rpa_audit *audit, struct rpa_err *err)
{
    int r = check_end(audit, err);
    if (r == 0)
        r = signer_load(audit, &audit->durable, err);
    if (r == 0)
        r = anchor_check(&audit->signer.nodes.source, &audit->hasher,
                         audit->keys, audit->root, &audit->durable, err);
    if (r == -RPA_ETAMPER)
        rpa_err_hint(err, "rpa audit verify names the first bad row; keep the "
                          "files as they are");
    return r;
}

/* A store from before there was a census gets one from its rows. */
static int check_tally(struct rpa_audit *audit, bool rebuild,
                       struct rpa_err *err)
{
    struct census census;
    int r = rebuild ? 0 : census_load(audit->db, audit->root, &census, err);
    return r < 0   ? r
           : r > 0 ? census_check(audit->db, audit->root, &census, err)
                   : audit_rebuild(audit, err);
}

static int resume(struct rpa_audit *audit, bool rebuild, struct rpa_err *err)
{
    int r = head_load(audit->db, audit->root, &audit->durable, err);
    bool fresh = r == 0;
    if (r > 0)
        r = check_tally(audit, rebuild, err);
    if (r >= 0)
        r = check_past(audit, err);
    if (r == 0 && !fresh)
        r = book_load(&audit->book, audit->durable.seq, err);
    if (r == 0)
        r = load_labels(audit, err);
    audit->clock_offset_us = rpa_now_us() - rpa_mono_us();
    if (r == 0)
        r = fresh ? audit_first_run(audit, err) : audit_abort_orphans(audit, err);
    audit->signer.due = true;
    return r == 0 ? rpa_audit_commit(audit, err) : r;
}

static int open_store(const char *state_dir, bool rebuild,
                      struct rpa_audit **ret_audit, struct rpa_err *err)
{
    char path[4096];
    int r = state_path(path, sizeof path, state_dir, "audit.db", err);
    if (r == 0)
        r = rpa_store_state_dir(state_dir, err);
    if (r < 0)
        return r;
    struct rpa_audit *audit = calloc(1, sizeof *audit);
    if (!audit || !(audit->state_dir = strdup(state_dir))) {
        free(audit);
        return rpa_fail(err, RPA_ENOMEM, "no memory for the audit store");
    }
    rpa_audit_set_clock(audit, rpa_now_us, rpa_mono_us);
    r = rpa_store_open(path, &audit_kind, &audit->db, err);
    if (r == 0)
        r = rpa_root_open(state_dir, true, &audit->root, err);
    if (r == 0)
        r = rpa_keyring_open(state_dir, audit->root, true, &audit->keys, err);
    if (r == 0)
        r = prepare(audit, err);
    if (r == 0)
        r = signer_open(audit, state_dir, err);
    if (r == 0)
        r = reserve_open(&audit->reserve, state_dir, err);
    if (r == 0)
        r = resume(audit, rebuild, err);
    if (r == 0) {
        *ret_audit = audit;
        return 0;
    }
    audit->failed = true;
    rpa_audit_close(audit);
    return r;
}

int rpa_audit_open(const char *state_dir, struct rpa_audit **ret_audit,
                   struct rpa_err *err)
{
    return open_store(state_dir, false, ret_audit, err);
}

int rpa_audit_rebuild(const char *state_dir, struct rpa_audit **ret_audit,
                      struct rpa_err *err)
{
    return open_store(state_dir, true, ret_audit, err);
}

void rpa_audit_close(struct rpa_audit *audit)
{
    if (!audit)
        return;
    audit->signer.due = audit->signer.tree.size > audit->signer.size;
    if (!audit->failed)
        audit_commit_all(audit, NULL); /* what is lost here, head still holds */
    signer_clear(&audit->signer);
    pending_clear(&audit->pending);
    rpa_stmt_free(audit->head_put);
    across_clear(&audit->rows);
    book_clear(&audit->book);
    if (!audit->failed && audit_end_closed(audit, NULL) == 0)
        rpa_store_shrink(audit->db, NULL);
    labels_clear(&audit->labels);
    hasher_clear(&audit->hasher);
    rpa_buf_clear(&audit->sealed);
    rpa_store_close(audit->db);
    rpa_keyring_close(audit->keys);
    rpa_root_close(audit->root);
    free(audit->state_dir);
    free(audit);
}

void rpa_audit_set_clock(struct rpa_audit *audit, rpa_time (*now_us)(void),
                         int64_t (*mono_us)(void))
{
    audit->now_us = now_us;
    audit->mono_us = mono_us;
}

bool rpa_audit_is_full(struct rpa_audit *audit)
{
    reserve_check(&audit->reserve);
    return audit->reserve.low;
}

int64_t rpa_audit_last(const struct rpa_audit *audit)
{
    return audit->durable.seq;
}

/* ---- rows ---- */

static int seal(struct rpa_audit *audit, struct row *row, const void *content,
                size_t len, struct rpa_err *err)
{
    uint8_t nonce[RPA_KEYRING_NONCE];
    size_t aad_len, sealed_len = rpa_keyring_sealed_len(len);
    static const uint8_t room[32]; /* for padding and tag */
    audit->sealed.len = 0;
    rpa_buf_add(&audit->sealed, content, len);
    rpa_buf_add(&audit->sealed, room, sizeof room);
    if (audit->sealed.failed || row_nonce(&audit->hasher, nonce) < 0)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    uint8_t *out = (uint8_t *)audit->sealed.data;
    const void *aad = row_aad(&audit->hasher, &aad_len);
    row->body = out;
    row->body_len = sealed_len;
    return rpa_keyring_seal(audit->keys, row->run, row->grp, nonce, aad, aad_len,
                         content, len, out, err);
}

static int store_row(struct rpa_audit *audit, const struct row *row,
                     struct rpa_err *err)
{
    int r = 0;
    if (!audit->in_tx)
        r = rpa_store_begin(audit->db, err);
    audit->in_tx = true;
    if (r == 0)
        r = pending_put(&audit->pending, row, err);
    if (r == 0)
        r = book_take(&audit->book, row, err);
    struct run_state *rs = book_run(&audit->book, row->run);
    if (r == 0 && rs)
        r = owed_take(&rs->owed, row, err);
    return r == 0 ? tree_add(&audit->signer.tree, &audit->hasher, row->h, err) : r;
}

/* Wall clock against monotonic: a step is an event of the supervisor's. */
static int clock_watch(struct rpa_audit *audit, struct row *row,
                       struct rpa_err *err)
{
    row->t_us = audit->now_us();
    row->mono_us = audit->mono_us();
    int64_t step = row->t_us - row->mono_us - audit->clock_offset_us;
    if (llabs(step) < CLOCK_SLACK_US || audit->book.seq == 0 ||
        row->kind == RPA_AUDIT_SEGMENT) /* the first of its file */
        return 0;
    audit->clock_offset_us += step;
    char plain[48];
    snprintf(plain, sizeof plain, "{\"step_us\":%lld}", (long long)step);
    struct row stepped = { .run = 0, .kind = RPA_AUDIT_CLOCK_STEP };
    return audit_put(audit, &stepped, plain, NULL, 0, NULL, err);
}

int audit_put(struct rpa_audit *audit, struct row *row, const char *plain,
              const void *content, size_t len, int64_t *ret_seq,
              struct rpa_err *err)
{
    static const uint8_t none[32];
    int r = clock_watch(audit, row, err);
    if (r < 0)
        return r;
    struct run_state *rs = book_run(&audit->book, row->run);
    row->seq = audit->book.seq + 1;
    row->rseq = rs ? rs->rseq + 1 : 1;
    row->plain = plain;
    row->plain_len = strlen(plain);
    row_lay(&audit->hasher, row);
    r = len ? seal(audit, row, content, len, err) : 0;
    if (r == 0 &&
        row_hash(&audit->hasher, row, rs ? rs->h : none, row->h) < 0)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    if (r == 0)
        r = store_row(audit, row, err);
    if (r < 0)
        return audit_stop(audit, err);
    if (ret_seq)
        *ret_seq = row->seq;
    return 0;
}

int audit_label(struct rpa_audit *audit, const char *text, int64_t *ret_id,
                struct rpa_err *err)
{
    *ret_id = 0;
    if (!text || !*text || (*ret_id = labels_find(&audit->labels, text)))
        return 0;
    json_t *json = json_pack("{s:I,s:s}", "id",
                             (json_int_t)(audit->book.labels + 1), "text", text);
    char *plain = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    if (!plain || strlen(text) > RPA_AUDIT_LABEL_MAX) {
        free(plain);
        return rpa_fail(err, RPA_EINVAL, "a label is UTF-8, at most %d bytes",
                        RPA_AUDIT_LABEL_MAX);
    }
    struct row row = { .run = 0, .kind = RPA_AUDIT_DICT };
    int r = audit_put(audit, &row, plain, NULL, 0, NULL, err);
    free(plain);
    if (r == 0 && labels_add(&audit->labels, text, err) < 0)
        r = audit_stop(audit, err);
    if (r == 0)
        *ret_id = audit->book.labels;
    return r;
}

static int check(struct rpa_audit *audit, const struct rpa_audit_row *row,
                 struct rpa_err *err)
{
    int r = audit_ready(audit, row->run, err);
    if (r < 0)
        return r;
    const struct run_state *rs = book_run(&audit->book, row->run);
    if (row->kind < RPA_AUDIT_KEY || !rpa_audit_kind_name((int)row->kind) ||
        row->kind == RPA_AUDIT_ITEM || row->kind == RPA_AUDIT_AUDIT_QUERY ||
        row->kind == RPA_AUDIT_PURPOSE ||
        row->kind == RPA_AUDIT_SCHEDULE || row->kind == RPA_AUDIT_REVIEW ||
        !rpa_s62_name((int)row->verb))
        return rpa_fail(err, RPA_EINVAL, "no such kind of row to append");
    if (row->grp < 0 || row->grp > rs->grps || row->body_len > RPA_AUDIT_BODY_MAX)
        return rpa_fail(err, RPA_EINVAL, "no such group, or too much content");
    if (row->kind == RPA_AUDIT_OUTCOME &&
        (row->intent < 1 || row->intent > audit->book.seq ||
         !rpa_audit_result_name((int)row->result)))
        return rpa_fail(err, RPA_EINVAL, "an outcome names its intent's row "
                                         "and a result");
    if (row->purpose < 0 || row->purpose > rs->last_seq)
        return rpa_fail(err, RPA_EINVAL, "no such purpose");
    if (row->kind == RPA_AUDIT_COMMIT && rs->queue)
        return items_check(&audit->book, rs, rs->queue, rs->item, ITEM_INTENT,
                           err);
    return 0;
}

/* what is in clear: which intent it answers, why it was looked up */
static void print_plain(struct rpa_audit *audit,
                        const struct rpa_audit_row *row, char out[static 64])
{
    out[0] = '\0';
    if (row->kind == RPA_AUDIT_OUTCOME)
        snprintf(out, 64, "{\"intent\":%lld,\"result\":\"%s\"}",
                 (long long)row->intent, rpa_audit_result_name((int)row->result));
    if (row->kind == RPA_AUDIT_READ || row->kind == RPA_AUDIT_HTTP)
        snprintf(out, 64, "{\"purpose\":%lld}",
                 (long long)(row->purpose ? row->purpose
                                          : book_run(&audit->book, row->run)
                                                ->purpose));
}

int rpa_audit_append(struct rpa_audit *audit, const struct rpa_audit_row *row,
                     int64_t *ret_seq, struct rpa_err *err)
{
    struct row out = { .run = row->run, .grp = row->grp, .kind = row->kind,
                       .verb = row->verb };
    int r = check(audit, row, err);
    if (r == 0 && row->kind != RPA_AUDIT_OUTCOME && row->kind != RPA_AUDIT_NOTE)
        r = reserve_ask(&audit->reserve, err);
    if (r == 0)
        r = audit_label(audit, row->target, &out.target, err);
    if (r == 0)
        r = audit_label(audit, row->window, &out.window, err);
    if (r == 0)
        r = audit_label(audit, row->field, &out.field, err);
    if (r < 0)
        return r;
    char plain[64];
    print_plain(audit, row, plain);
    return audit_put(audit, &out, plain, row->body, row->body_len, ret_seq, err);
}

int audit_row(struct rpa_audit *audit, int64_t seq, struct row *ret_row,
              struct rpa_err *err)
{
    int r = pending_flush(&audit->pending, err);
    if (r == 0 && seq >= 1)
        r = across_seek(&audit->rows, seq, err);
    if (r < 0 || seq < 1)
        return r;
    r = rpa_stmt_bind(audit->rows.stmt[0], err, "i", seq);
    if (r == 0)
        r = rpa_stmt_step(audit->rows.stmt[0], err);
    if (r > 0 && !row_read(audit->rows.stmt[0], ret_row))
        r = rpa_fail(err, RPA_ETAMPER, "row %lld was changed", (long long)seq);
    return r;
}

/* @kind: 0 whatever it is; @ret_plain may be NULL */
static int open_row(struct rpa_audit *audit, int64_t seq, int kind,
                    struct rpa_buf *ret_plain, struct rpa_buf *ret_body,
                    struct rpa_err *err)
{
    struct row row;
    int r = audit_row(audit, seq, &row, err);
    if (r == 0 || (r > 0 && kind && row.kind != kind))
        r = rpa_fail(err, RPA_ENOTFOUND, "there is no such row %lld",
                     (long long)seq);
    if (r > 0 && ret_plain)
        rpa_buf_add(ret_plain, row.plain, row.plain_len);
    if (r > 0) {
        row_lay(&audit->hasher, &row);
        r = row_unseal(&audit->hasher, audit->keys, &row, ret_body, err);
    }
    rpa_stmt_reset(audit->rows.stmt[0]);
    return r < 0 ? r : 0;
}

int rpa_audit_body(struct rpa_audit *audit, int64_t seq,
                   struct rpa_buf *ret_body, struct rpa_err *err)
{
    return open_row(audit, seq, 0, NULL, ret_body, err);
}

int rpa_audit_said(struct rpa_audit *audit, int64_t seq,
                   struct rpa_buf *ret_says, struct rpa_buf *ret_body,
                   struct rpa_err *err)
{
    return open_row(audit, seq, RPA_AUDIT_REVIEW, ret_says, ret_body, err);
}
