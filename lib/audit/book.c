#include "priv.h"

#include <stdlib.h>
#include <string.h>

enum { OPEN, CLOSED, ABORTED }; /* run.state */

static int wrong(struct rpa_err *err, const char *why)
{
    return rpa_fail(err, RPA_ETAMPER, "%s", why);
}

int book_init(struct book *book, struct rpa_store *db,
              const struct rpa_root *root, struct rpa_err *err)
{
    *book = (struct book){ .db = db, .root = root };
    const struct {
        struct rpa_stmt **to;
        const char *sql;
    } all[] = {
        { &book->run_put, "INSERT INTO run VALUES(?,?,?,?,?,?,?,?,?,?,?,?,0,0,"
                          "-1,?,0,0,0,x'')" },
        { &book->run_head, "UPDATE run SET last_seq=?,nrows=?,grps=?,head=? "
                           "WHERE id=?" },
        { &book->run_end, "UPDATE run SET state=?,ended_us=?,outcome=? "
                          "WHERE id=?" },
        { &book->dict_put, "INSERT INTO dict VALUES(?,?)" },
        { &book->item_get, "SELECT state,run,seq,commit_seq,ref_seq FROM item "
                           "WHERE queue=? AND id=?" },
        { &book->item_put, "INSERT OR REPLACE INTO item VALUES(?,?,?,?,?,?,?)" },
        { &book->census_put, "INSERT OR REPLACE INTO census VALUES(1,?)" },
    };
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof all / sizeof *all; i++)
        r = rpa_stmt_new(db, all[i].sql, all[i].to, err);
    if (r < 0)
        book_clear(book);
    return r;
}

static void run_drop(struct book *book, struct run_state *rs)
{
    free(rs->queue);
    owed_clear(&rs->owed);
    size_t at = (size_t)(rs - book->runs);
    memmove(rs, rs + 1, (--book->nruns - at) * sizeof *rs);
}

void book_clear(struct book *book)
{
    rpa_stmt_free(book->run_put);
    rpa_stmt_free(book->run_head);
    rpa_stmt_free(book->run_end);
    rpa_stmt_free(book->dict_put);
    rpa_stmt_free(book->item_get);
    rpa_stmt_free(book->item_put);
    rpa_stmt_free(book->census_put);
    while (book->nruns)
        run_drop(book, &book->runs[book->nruns - 1]);
    free(book->runs);
    *book = (struct book){ 0 };
}

struct run_state *book_run(struct book *book, int64_t run)
{
    size_t lo = 0, hi = book->nruns;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (book->runs[mid].id < run)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < book->nruns && book->runs[lo].id == run ? &book->runs[lo] : NULL;
}

/* ids only grow, so the end keeps the order */
static struct run_state *run_add(struct book *book, int64_t id)
{
    if (book->nruns == book->cap) {
        size_t cap = book->cap ? book->cap * 2 : 16;
        struct run_state *runs = realloc(book->runs, cap * sizeof *runs);
        if (!runs)
            return NULL;
        book->runs = runs;
        book->cap = cap;
    }
    struct run_state *rs = &book->runs[book->nruns++];
    *rs = (struct run_state){ .id = id };
    return rs;
}

static int load_runs(struct book *book, struct rpa_err *err)
{
    struct rpa_stmt *get = NULL;
    int r = rpa_stmt_new(book->db,
                         "SELECT id,nrows,last_seq,grps,head FROM run "
                         "WHERE state=0 ORDER BY id",
                         &get, err);
    while (r == 0 && (r = rpa_stmt_step(get, err)) > 0) {
        size_t len;
        const void *head = rpa_stmt_bytes(get, 4, &len);
        struct run_state *rs = run_add(book, rpa_stmt_int(get, 0));
        r = !rs         ? rpa_fail(err, RPA_ENOMEM, "no memory for a run")
            : len != 32 ? wrong(err, "the head of a run was changed")
                        : 0;
        if (r < 0)
            break;
        rs->rseq = rpa_stmt_int(get, 1);
        rs->last_seq = rpa_stmt_int(get, 2);
        rs->grps = rpa_stmt_int(get, 3);
        memcpy(rs->h, head, 32);
    }
    rpa_stmt_free(get);
    return r;
}

int book_load(struct book *book, int64_t seq, struct rpa_err *err)
{
    struct rpa_stmt *get = NULL;
    int r = census_load(book->db, book->root, &book->census, err);
    if (r >= 0)
        r = load_runs(book, err);
    if (r == 0)
        r = rpa_stmt_new(book->db,
                         "SELECT (SELECT max(id)+1 FROM run),"
                         " (SELECT count(*) FROM dict)",
                         &get, err);
    if (r == 0)
        r = rpa_stmt_step(get, err);
    if (r > 0) {
        book->next_run = rpa_stmt_int(get, 0);
        book->labels = rpa_stmt_int(get, 1);
        book->seq = seq;
        r = 0;
    }
    rpa_stmt_free(get);
    return r;
}

json_t *row_json(const struct row *row, struct rpa_err *err)
{
    json_t *json = json_loadb(row->plain, row->plain_len,
                              JSON_REJECT_DUPLICATES, NULL);
    if (!json)
        wrong(err, "its clear part is not JSON");
    return json;
}

static int take_open(struct book *book, struct run_state *rs,
                     const struct row *row, struct rpa_err *err)
{
    json_t *json = row_json(row, err);
    if (!json)
        return -RPA_ETAMPER;
    const char *uuid, *bot, *bot_sha, *rt_sha, *actor, *host, *target, *mode,
        *key;
    json_int_t uid, reason;
    int r = 0;
    if (json_unpack(json, "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I!}",
                    "uuid", &uuid, "bot", &bot, "bot_sha256", &bot_sha,
                    "runtime_sha256", &rt_sha, "actor", &actor, "host", &host,
                    "target", &target, "mode", &mode, "key", &key, "uid", &uid,
                    "reason", &reason) < 0)
        r = wrong(err, "a run's opening lacks something");
    else
        r = rpa_stmt_run(book->run_put, err, "isssssisssiii", rs->id, uuid, bot,
                         bot_sha, rt_sha, actor, (int64_t)uid, host, target,
                         mode, (int64_t)reason, row->t_us, row->seq);
    json_decref(json);
    return r;
}

static int take_end(struct book *book, struct run_state *rs,
                    const struct row *row, struct rpa_err *err)
{
    json_t *json = row_json(row, err);
    if (!json)
        return -RPA_ETAMPER;
    bool closed = row->kind == RPA_AUDIT_RUN_CLOSE;
    json_int_t outcome = -1;
    int r = 0;
    if (closed && json_unpack(json, "{s:I!}", "outcome", &outcome) < 0)
        r = wrong(err, "a run's end lacks its outcome");
    else if (rs->id == 0)
        r = wrong(err, "the supervisor's own run does not end");
    else
        r = rpa_stmt_run(book->run_end, err, "iiii",
                         (int64_t)(closed ? CLOSED : ABORTED), row->t_us,
                         (int64_t)outcome, rs->id);
    json_decref(json);
    return r;
}

static int take_dict(struct book *book, struct run_state *rs,
                     const struct row *row, struct rpa_err *err)
{
    (void)rs;
    json_t *json = row_json(row, err);
    if (!json)
        return -RPA_ETAMPER;
    const char *text;
    json_int_t id;
    int r = 0;
    if (json_unpack(json, "{s:I,s:s!}", "id", &id, "text", &text) < 0 ||
        id != book->labels + 1)
        r = wrong(err, "a label out of order");
    else
        r = rpa_stmt_run(book->dict_put, err, "is", (int64_t)id, text);
    if (r == 0)
        book->labels++;
    book->census_due = true;
    json_decref(json);
    return r;
}

static int take_group(struct book *book, struct run_state *rs,
                      const struct row *row, struct rpa_err *err)
{
    (void)book;
    if (row->grp != rs->grps + 1)
        return wrong(err, "a group out of order");
    rs->grps++;
    return 0;
}

static int take_item(struct book *book, struct run_state *rs,
                     const struct row *row, struct rpa_err *err)
{
    return items_take(book, rs, row, err);
}

static const struct {
    int kind;
    int (*take)(struct book *, struct run_state *, const struct row *,
                struct rpa_err *);
} takers[] = {
    { RPA_AUDIT_RUN_OPEN, take_open },  { RPA_AUDIT_RUN_CLOSE, take_end },
    { RPA_AUDIT_RUN_ABORT, take_end },  { RPA_AUDIT_DICT, take_dict },
    { RPA_AUDIT_ITEM, take_item },      { RPA_AUDIT_COMMIT, take_item },
    { RPA_AUDIT_OUTCOME, take_item },   { RPA_AUDIT_GROUP_OPEN, take_group },
};

static int check_row(const struct book *book, const struct run_state *rs,
                     const struct row *row, struct rpa_err *err)
{
    if (row->seq != book->seq + 1)
        return wrong(err, "out of order");
    if (row->rseq != rs->rseq + 1)
        return wrong(err, "out of order within its run");
    if (!rpa_audit_kind_name((int)row->kind) || !rpa_s62_name((int)row->verb))
        return wrong(err, "no such kind or verb");
    if (row->kind != RPA_AUDIT_GROUP_OPEN && (row->grp < 0 || row->grp > rs->grps))
        return wrong(err, "its group was never opened");
    const int64_t label[] = { row->target, row->window, row->field };
    for (size_t i = 0; i < 3; i++)
        if (label[i] < 0 || label[i] > book->labels)
            return wrong(err, "a label nobody gave it");
    return 0;
}

int book_take(struct book *book, const struct row *row, struct rpa_err *err)
{
    struct run_state *rs = book_run(book, row->run);
    bool opens = row->kind == RPA_AUDIT_RUN_OPEN;
    if (opens != !rs || (opens && row->run != book->next_run))
        return wrong(err, opens ? "its run is open or out of order"
                                : "its run is not open");
    if (opens && !(rs = run_add(book, book->next_run++)))
        return rpa_fail(err, RPA_ENOMEM, "no memory for a run");
    book->census_due = book->census_due || opens;
    int r = check_row(book, rs, row, err);
    for (size_t i = 0; r == 0 && i < sizeof takers / sizeof *takers; i++)
        if (takers[i].kind == row->kind)
            r = takers[i].take(book, rs, row, err);
    if (r < 0)
        return r;
    if (opens)
        rs->purpose = row->seq;
    book->seq = rs->last_seq = row->seq;
    memcpy(rs->h, row->h, 32);
    rs->rseq = row->rseq;
    rs->dirty = true;
    if (row->kind != RPA_AUDIT_RUN_CLOSE && row->kind != RPA_AUDIT_RUN_ABORT)
        return 0;
    r = book_flush(book, err);
    run_drop(book, rs);
    return r;
}

int book_flush(struct book *book, struct rpa_err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < book->nruns; i++) {
        struct run_state *rs = &book->runs[i];
        if (!rs->dirty)
            continue;
        rs->dirty = false;
        r = rpa_stmt_run(book->run_head, err, "iiibi", rs->last_seq, rs->rseq,
                         rs->grps, rs->h, sizeof rs->h, rs->id);
    }
    if (r == 0 && book->census_due) {
        book->census_due = false;
        book->census.runs = book->next_run;
        book->census.labels = book->labels;
        r = census_save(book->census_put, &book->census, book->root, err);
    }
    return r;
}
