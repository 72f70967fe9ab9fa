/* A store, row by row: hashes, links, the tree, every checkpoint. */
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- checkpoints ---- */

/* the note over rows up to @row, which is a CHECKPOINT row */
static bool check_note(struct store *s, const struct entry *row)
{
    char name[40];
    int64_t size;
    uint8_t root[32];
    snprintf(name, sizeof name, "checkpoint %lld", (long long)row->n[SEQ]);
    if (sql_put(s->note, "i", row->n[SEQ]) != SQLITE_ROW ||
        sqlite3_column_type(s->note, 0) != SQLITE_TEXT)
        return tampered(s->v, name, 0, "it is missing");
    const char *note = (const char *)sqlite3_column_text(s->note, 0);
    size_t len = (size_t)sqlite3_column_bytes(s->note, 0);
    int got = note_read(note, len, &s->q->key, &size, root);
    if (got == 0 && !s->v->covered)
        return cannot(s->v, "the store is signed with another key, %.*s",
                      (int)strcspn(note, "\n"), note);
    if (got <= 0)
        return tampered(s->v, name, 0, "it is not signed with the key given");
    if (size != row->n[SEQ] || !tree_is(&s->tree, root))
        return tampered(s->v, name, 0, "the rows are not those it signed");
    s->v->covered = size;
    memcpy(s->before, note, len + 1);
    return true;
}

static bool take_checkpoint(struct store *s, const struct entry *row)
{
    if (!row_said(s, row, "last", NULL, NULL))
        return false;
    if (row->n[RUN] != 0 || !s->text[0] || strcmp(s->text[0], s->before) != 0)
        return tampered(s->v, NULL, row->n[SEQ],
                        "it does not have the note before it");
    return check_note(s, row);
}

/* ---- rows ---- */

/* nodes of levels 8 and 16 that the newest leaf completed */
static bool keep_nodes(struct store *s)
{
    for (int lvl = 8; lvl <= 16 && lvl <= s->tree.top; lvl += 8)
        if (sql_put(s->node, "iib", (int64_t)lvl, (s->tree.size >> lvl) - 1,
                    s->tree.tile[lvl / 16]) != SQLITE_DONE)
            return cannot(s->v, "no memory for nodes");
    return true;
}

static bool look_since(struct store *s)
{
    return !s->q->since || s->tree.size != s->since_size ||
           tree_is(&s->tree, s->since_root) ||
           tampered(s->v, "note", 0, "the first %lld rows are not those of the "
                                     "note given", (long long)s->since_size);
}

static bool take_row(struct store *s, const struct entry *row)
{
    static const uint8_t none[32];
    uint8_t h[32];
    struct run *run = follow_run(s, row->n[RUN]);
    entry_hash(row, run ? run->h : none, h);
    if (memcmp(h, row->h, 32) != 0)
        return tampered(s->v, NULL, row->n[SEQ], "its hash does not match");
    if (!follow_row(s, run, row))
        return false;
    tree_grow(&s->tree, row->h);
    s->v->rows = row->n[SEQ];
    return keep_nodes(s) && look_since(s) &&
           (row->n[KIND] != CHECKPOINT || take_checkpoint(s, row));
}

/* from a statement over COLUMNS; false if a type is not as it must be */
static bool entry_read(sqlite3_stmt *st, struct entry *row)
{
    for (int i = 0; i < INTS; i++) {
        if (sqlite3_column_type(st, i) != SQLITE_INTEGER)
            return false;
        row->n[i] = sqlite3_column_int64(st, i);
    }
    if (sqlite3_column_type(st, PLAIN) != SQLITE_TEXT ||
        sqlite3_column_type(st, BODY) != SQLITE_BLOB ||
        sqlite3_column_type(st, HASH) != SQLITE_BLOB ||
        sqlite3_column_bytes(st, HASH) != 32)
        return false;
    row->plain = (const char *)sqlite3_column_text(st, PLAIN);
    row->plain_len = (size_t)sqlite3_column_bytes(st, PLAIN);
    row->body = sqlite3_column_blob(st, BODY);
    row->body_len = (size_t)sqlite3_column_bytes(st, BODY);
    memcpy(row->h, sqlite3_column_blob(st, HASH), 32);
    return true;
}

static bool take_rows(struct store *s)
{
    sqlite3_stmt *st = NULL;
    struct entry row;
    int rc;
    if (!sql_new(s, "SELECT " COLUMNS " FROM main.entry ORDER BY seq", &st))
        return false;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        int64_t want = s->v->rows + 1, seq = sqlite3_column_int64(st, SEQ);
        if (seq > want)
            return tampered(s->v, NULL, want, "it is missing");
        if (seq < want)
            return tampered(s->v, NULL, seq, "out of order");
        if (!entry_read(st, &row))
            return tampered(s->v, NULL, want, "a column of the wrong type");
        if (!take_row(s, &row))
            return false;
    }
    return rc == SQLITE_DONE || sql_bad(s, NULL, s->v->rows + 1);
}

/* rows cut off at the end, but for a note about them */
static bool look_behind(struct store *s)
{
    sqlite3_stmt *st = sql_first(s, "SELECT max(size) FROM main.checkpoint");
    if (st && sqlite3_column_int64(st, 0) > s->v->rows)
        tampered(s->v, NULL, s->v->rows + 1, "it is missing");
    return !s->v->code;
}

/* A walk meets every row, but by its key one may not be found: where the pages
 * of the file point, only SQLite can tell. */
static bool check_file(struct store *s)
{
    sqlite3_stmt *st = sql_first(s, "PRAGMA quick_check(1)");
    const char *said = st ? (const char *)sqlite3_column_text(st, 0) : NULL;
    if (!s->v->code && (!said || strcmp(said, "ok") != 0))
        tampered(s->v, "file", 0, "%s", said ? said : "cannot be read");
    return !s->v->code;
}

/* ---- the verdict ---- */

static bool read_since(struct store *s)
{
    if (s->q->since && note_read(s->q->since, s->q->since_len, &s->q->key,
                                 &s->since_size, s->since_root) != 1)
        return cannot(s->v, "the note given is not signed with the key given");
    return look_since(s);
}

/* the one that was asked for: is it whole, and signed? */
static bool judge_run(struct store *s, bool *ret_whole)
{
    static const char *const ends[] = { "open", "closed", "aborted" };
    sqlite3_stmt *st = sql_first(s, "SELECT state,nrows,first,last FROM v_run "
                                    "WHERE id=%lld", (long long)s->q->run);
    if (!st)
        return cannot(s->v, "there is no run %lld", (long long)s->q->run);
    int state = sqlite3_column_int(st, 0);
    long long last = sqlite3_column_int64(st, 3);
    *ret_whole = state != 0 && last <= s->v->covered;
    snprintf(s->v->run, sizeof s->v->run,
             "run %lld: %s, %lld rows between %lld and %lld",
             (long long)s->q->run, ends[state],
             (long long)sqlite3_column_int64(st, 1),
             (long long)sqlite3_column_int64(st, 2), last);
    return true;
}

static bool judge(struct store *s)
{
    struct verdict *v = s->v;
    long long newer = v->rows - v->covered, open = 0;
    for (size_t i = 0; i < s->nruns; i++)
        open += s->runs[i].id != 0;
    bool whole = v->covered && !newer && !open;
    if (s->q->since && s->since_size > v->rows)
        return tampered(v, NULL, v->rows + 1, "the note given signs it, and it "
                                              "is missing");
    if (s->q->run >= 0 && !judge_run(s, &whole))
        return false;
    if (whole)
        return true;
    if (!v->covered)
        return say(v, INCOMPLETE, "", 0, "nothing is signed");
    return say(v, INCOMPLETE, "", 0, "rows after the last checkpoint (row %lld)"
               ", not signed: %lld; open runs: %lld", (long long)v->covered,
               newer, open);
}

static bool has_tables(struct store *s)
{
    static const char six[] =
        "SELECT count(*) FROM sqlite_schema WHERE type='table' AND name IN("
        "'entry','dict','run','item','mnode','checkpoint') HAVING count(*)=6";
    if (!sql_first(s, six) && !s->v->code)
        tampered(s->v, "schema", 0, "a table is missing");
    return !s->v->code;
}

void verify_store(const struct question *q, struct verdict *ret_verdict)
{
    struct store s = { .q = q, .v = ret_verdict };
    *ret_verdict = (struct verdict){ 0 };
    if (sql_open(&s) && has_tables(&s) && follow_begin(&s) && read_since(&s) && take_rows(&s) &&
        look_behind(&s) && follow_compare(&s) && check_file(&s))
        judge(&s);
    ret_verdict->runs = s.next_run > 0 ? s.next_run - 1 : 0;
    for (size_t i = 0; i < s.nruns; i++)
        free(s.runs[i].queue);
    free(s.runs);
    sql_close(&s);
}
