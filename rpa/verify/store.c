/* A store, row by row: hashes, links, the tree, every checkpoint. */
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check {
    const struct question *q;
    struct verdict *v;
    sqlite3 *db;
    sqlite3_stmt *note, *last, *note_put, *node_put;
    struct follow follow;
    struct merkle tree;
    char *before; /* the note before; NULL for none */
    bool found;   /* the note that was to be found again */
    int64_t since_size;
    uint8_t since_root[32];
};

static bool begin(struct check *c)
{
    static const char six[] =
        "SELECT count(*)=6 FROM sqlite_schema WHERE type='table' AND name IN"
        "('entry','dict','run','item','mnode','checkpoint')";
    sqlite3_stmt *tables = NULL;
    if (!db_open(c->q->dir, "audit.db", 0x52504141, 3, &c->db, c->v))
        return false;
    sqlite3_exec(c->db, "BEGIN", NULL, NULL, NULL);
    bool good = sql_new(c->db, six, &tables, c->v);
    if (good && (sqlite3_step(tables) != SQLITE_ROW ||
                 !sqlite3_column_int(tables, 0)))
        good = tampered(c->v, "schema", 0, "a table is missing");
    sqlite3_finalize(tables);
    return good && follow_begin(&c->follow, c->db, c->v) &&
           sql_new(c->db, "SELECT note FROM main.checkpoint WHERE size=?",
                   &c->note, c->v) &&
           sql_new(c->db, "SELECT ?->>'last'", &c->last, c->v) &&
           sql_new(c->db, "INSERT INTO v_checkpoint VALUES(?,?,?)",
                   &c->note_put, c->v) &&
           sql_new(c->db, "INSERT INTO v_mnode VALUES(?,?,?)", &c->node_put,
                   c->v);
}

/* ---- checkpoints ---- */

/* the note over rows up to @row, which is a CHECKPOINT row */
static bool check_note(struct check *c, const struct entry *row)
{
    char name[40];
    int64_t size;
    uint8_t root[32], want[32];
    snprintf(name, sizeof name, "checkpoint %lld", (long long)row->n[SEQ]);
    if (sql_put(c->note, "i", row->n[SEQ]) != SQLITE_ROW ||
        sqlite3_column_type(c->note, 0) != SQLITE_TEXT)
        return tampered(c->v, name, 0, "it is missing");
    const char *note = (const char *)sqlite3_column_text(c->note, 0);
    size_t len = (size_t)sqlite3_column_bytes(c->note, 0);
    int got = note_read(note, len, &c->q->key, &size, root);
    if (got == 0 && !c->v->covered)
        return cannot(c->v, "the store is signed with another key, %.*s",
                      (int)strcspn(note, "\n"), note);
    if (got <= 0)
        return tampered(c->v, name, 0, "it is not signed with the key given");
    if (!tree_now(&c->tree, want))
        return cannot(c->v, "no SHA-256");
    if (size != row->n[SEQ] || memcmp(root, want, 32) != 0)
        return tampered(c->v, name, 0, "the rows are not those it signed");
    c->v->covered = size;
    free(c->before);
    c->before = strndup(note, len);
    if (!c->before || sql_put(c->note_put, "iit", size, row->n[T_US], note,
                              len) != SQLITE_DONE)
        return cannot(c->v, "no memory");
    return true;
}

static bool take_checkpoint(struct check *c, const struct entry *row)
{
    const char *last = NULL;
    if (sql_put(c->last, "t", row->plain, row->plain_len) == SQLITE_ROW)
        last = (const char *)sqlite3_column_text(c->last, 0);
    bool good = row->n[RUN] == 0 && last &&
                !strcmp(last, c->before ? c->before : "");
    sqlite3_reset(c->last);
    if (!good)
        return tampered(c->v, NULL, row->n[SEQ],
                        "it does not have the note before it");
    good = check_note(c, row);
    sqlite3_reset(c->note);
    return good;
}

/* ---- rows ---- */

/* nodes of levels 8 and 16 that the newest leaf completed */
static bool keep_nodes(struct check *c)
{
    for (int lvl = 8; lvl <= 16 && lvl <= c->tree.top; lvl += 8)
        if (sql_put(c->node_put, "iib", (int64_t)lvl, (c->tree.size >> lvl) - 1,
                    c->tree.tile[lvl / 16]) != SQLITE_DONE)
            return cannot(c->v, "no memory for nodes");
    return true;
}

static bool look_since(struct check *c)
{
    uint8_t root[32];
    if (!c->q->since || c->tree.size != c->since_size)
        return true;
    c->found = true;
    if (!tree_now(&c->tree, root))
        return cannot(c->v, "no SHA-256");
    return !memcmp(root, c->since_root, 32) ||
           tampered(c->v, "note", 0, "the first %lld rows are not those of the "
                                     "note given", (long long)c->since_size);
}

static bool take_row(struct check *c, const struct entry *row)
{
    static const uint8_t none[32];
    uint8_t h[32];
    const struct run *run = follow_run(&c->follow, row->n[RUN]);
    if (!entry_hash(row, run ? run->h : none, h))
        return cannot(c->v, "no SHA-256");
    if (memcmp(h, row->h, 32) != 0)
        return tampered(c->v, NULL, row->n[SEQ], "its hash does not match");
    if (!follow_row(&c->follow, row))
        return false;
    if (!tree_grow(&c->tree, row->h))
        return cannot(c->v, "no SHA-256");
    c->v->rows = row->n[SEQ];
    return keep_nodes(c) && look_since(c) &&
           (row->n[KIND] != CHECKPOINT || take_checkpoint(c, row));
}

static bool take_rows(struct check *c)
{
    sqlite3_stmt *st = NULL;
    struct entry row;
    int rc = SQLITE_DONE;
    bool good = sql_new(c->db, "SELECT " COLUMNS " FROM main.entry ORDER BY seq",
                        &st, c->v);
    while (good && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        int64_t want = c->v->rows + 1, seq = sqlite3_column_int64(st, SEQ);
        if (seq != want)
            good = tampered(c->v, NULL, seq > want ? want : seq,
                            seq > want ? "it is missing" : "out of order");
        else
            good = entry_read(st, &row)
                       ? take_row(c, &row)
                       : tampered(c->v, NULL, want, "a column of the wrong type");
    }
    if (good && rc != SQLITE_DONE)
        good = sql_bad(c->db, NULL, c->v->rows + 1, c->v);
    sqlite3_finalize(st);
    return good;
}

/* rows cut off at the end, but for a note about them */
static bool look_behind(struct check *c)
{
    sqlite3_stmt *st = NULL;
    bool good = sql_new(c->db, "SELECT max(size) FROM main.checkpoint", &st,
                        c->v);
    if (good && sqlite3_step(st) == SQLITE_ROW &&
        sqlite3_column_int64(st, 0) > c->v->rows)
        good = tampered(c->v, NULL, c->v->rows + 1, "it is missing");
    sqlite3_finalize(st);
    return good;
}

/* A walk meets every row, but by its key one may not be found: where the pages
 * of the file point, only SQLite can tell. */
static bool check_file(struct check *c)
{
    sqlite3_stmt *st = NULL;
    const char *said = NULL;
    bool good = sql_new(c->db, "PRAGMA quick_check(1)", &st, c->v);
    if (good && sqlite3_step(st) == SQLITE_ROW)
        said = (const char *)sqlite3_column_text(st, 0);
    if (good && (!said || strcmp(said, "ok") != 0))
        good = tampered(c->v, "file", 0, "%s", said ? said : "cannot be read");
    sqlite3_finalize(st);
    return good;
}

/* ---- the verdict ---- */

static bool read_since(struct check *c)
{
    if (!c->q->since)
        return true;
    if (note_read(c->q->since, c->q->since_len, &c->q->key, &c->since_size,
                  c->since_root) == 1)
        return look_since(c);
    return cannot(c->v, "the note given is not signed with the key given");
}

/* the one that was asked for: is it whole, and signed? */
static bool judge_run(struct check *c, bool *ret_whole)
{
    static const char *const ends[] = { "open", "closed", "aborted" };
    sqlite3_stmt *st = NULL;
    bool there = sql_new(c->db, "SELECT state,nrows,first_seq,last_seq FROM "
                                "v_run WHERE id=?", &st, c->v) &&
                 sql_put(st, "i", c->q->run) == SQLITE_ROW;
    if (there) {
        int state = sqlite3_column_int(st, 0);
        int64_t last = sqlite3_column_int64(st, 3);
        *ret_whole = state != 0 && last <= c->v->covered;
        snprintf(c->v->run, sizeof c->v->run,
                 "run %lld: %s, %lld rows between %lld and %lld",
                 (long long)c->q->run, ends[state],
                 (long long)sqlite3_column_int64(st, 1),
                 (long long)sqlite3_column_int64(st, 2), (long long)last);
    }
    sqlite3_finalize(st);
    return there || cannot(c->v, "there is no run %lld", (long long)c->q->run);
}

static void judge(struct check *c)
{
    struct verdict *v = c->v;
    long long newer = v->rows - v->covered, open = 0;
    for (size_t i = 0; i < c->follow.nruns; i++)
        open += c->follow.runs[i].id != 0;
    bool whole = v->covered && !newer && !open;
    if (c->q->since && !c->found) {
        tampered(v, NULL, v->rows + 1, "the note given signs it, and it is "
                                       "missing");
        return;
    }
    if (c->q->run >= 0 && !judge_run(c, &whole))
        return;
    v->code = whole ? VERIFIED : INCOMPLETE;
    if (!whole && !v->covered)
        snprintf(v->why, sizeof v->why, "nothing is signed");
    else if (!whole)
        snprintf(v->why, sizeof v->why, "rows after the last checkpoint (row "
                 "%lld), not signed: %lld; open runs: %lld",
                 (long long)v->covered, newer, open);
}

void verify_store(const struct question *q, struct verdict *ret_verdict)
{
    struct check c = { .q = q, .v = ret_verdict };
    *ret_verdict = (struct verdict){ 0 };
    bool good = begin(&c) && read_since(&c) && take_rows(&c) &&
                look_behind(&c) && follow_compare(&c.follow) &&
                check_file(&c);
    ret_verdict->runs = c.follow.next_run > 0 ? c.follow.next_run - 1 : 0;
    if (good)
        judge(&c);
    follow_end(&c.follow);
    db_close(c.db);
    free(c.before);
}
