/* The store changed behind rpa's back with SQLite's own means, as somebody with
 * the sqlite3 shell would: the verifier must name the row. */
#include "priv.h"
#include "seed.h"

#include <sqlite3.h>

static char *kept[2]; /* audit.db, keys.db as they should be */
static size_t kept_len[2];
static const char *const files[2] = { "audit.db", "keys.db" };

static void keep(void)
{
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(tmp_path(files[i]), "r");
        kept[i] = malloc(1 << 20);
        kept_len[i] = f ? fread(kept[i], 1, 1 << 20, f) : 0;
        if (f)
            fclose(f);
    }
}

static void restore(void)
{
    for (int i = 0; i < 2; i++) {
        char side[32];
        FILE *f = fopen(tmp_path(files[i]), "w");
        if (f) {
            fwrite(kept[i], 1, kept_len[i], f);
            fclose(f);
        }
        snprintf(side, sizeof side, "%s-wal", files[i]);
        unlink(tmp_path(side));
        snprintf(side, sizeof side, "%s-shm", files[i]);
        unlink(tmp_path(side));
    }
}

static sqlite3 *raw(int file)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(tmp_path(files[file]), &db) != SQLITE_OK)
        abort();
    return db;
}

static const char drop[] = "DROP TRIGGER entry_no_update;"
                           "DROP TRIGGER entry_no_delete;";

static bool run_sql(int file, const char *sql)
{
    sqlite3 *db = raw(file);
    char *said = NULL;
    if (file == 0 && strcmp(sql, "") != 0)
        sqlite3_exec(db, drop, NULL, NULL, NULL);
    int rc = sqlite3_exec(db, sql, NULL, NULL, &said);
    bool good = rc == SQLITE_OK;
    if (!good)
        printf("# %s: %s\n", sql, said ? said : "?");
    sqlite3_free(said);
    sqlite3_close(db);
    return good;
}

/* an expression that is @col with a byte changed: at the front, the middle and
 * the end of texts and blobs, both ends of numbers */
static void expression(char *out, size_t size, const char *col, char type, int at)
{
    static const char *const where[] = { "1", "1+length(X)/2", "length(X)" };
    char pos[64], x[64];
    snprintf(x, sizeof x, type == 't' ? "CAST(%s AS BLOB)" : "%s", col);
    snprintf(pos, sizeof pos, "%s", where[at]);
    char *mark = strstr(pos, "X");
    char place[200];
    if (mark)
        snprintf(place, sizeof place, "%.*s%s%s", (int)(mark - pos), pos, x,
                 mark + 1);
    else
        snprintf(place, sizeof place, "%s", pos);
    if (type == 'i')
        snprintf(out, size, at == 0 ? "%s+1" : at == 1 ? "%s+65536" : "-1-%s",
                 col);
    else
        snprintf(out, size,
                 "CAST(substr(%s,1,%s-1)||CASE substr(%s,%s,1) WHEN x'41' THEN "
                 "x'42' ELSE x'41' END||substr(%s,%s+1) AS %s)",
                 x, place, x, place, x, place, type == 't' ? "TEXT" : "BLOB");
}

static int tried, caught, named;

static void judge(const char *what, const char *row, const char *moved)
{
    struct verdict v;
    judged(&v);
    bool seen = v.code == TAMPERED || v.code == CANNOT;
    bool right = v.code == TAMPERED &&
                 (!strcmp(v.row, row) || !strcmp(v.row, moved));
    tried++;
    caught += seen;
    named += right;
    if (!right)
        printf("# %s: %s, row '%s' (%s), wanted '%s'\n", what,
               seen ? "caught" : "NOT CAUGHT", v.row, v.why, row);
}

struct column {
    const char *name;
    char type;
};

enum { ROWS = 128, NAME = 96 };

/* what the verdict calls each row of a table; how many */
static int row_names(const char *table, const char *key, char (*names)[NAME])
{
    sqlite3 *db = raw(0);
    sqlite3_stmt *st = NULL;
    char sql[256];
    int n = 0;
    snprintf(sql, sizeof sql, "SELECT %s FROM %s", key, table);
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        abort();
    while (n < ROWS && sqlite3_step(st) == SQLITE_ROW)
        snprintf(names[n++], NAME, "%s", (char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

/* one byte of one column of one row */
static void change(const char *table, const char *key, const char *name,
                   const struct column *c, int at)
{
    char to[1024], moved[NAME] = "";
    expression(to, sizeof to, c->name, c->type, at);
    char *sql = sqlite3_mprintf("UPDATE %s SET %s=%s WHERE %s=%Q AND (%s) IS "
                                "NOT %s", table, c->name, to, key, name, to,
                                c->name);
    restore();
    sqlite3 *db = raw(0);
    sqlite3_exec(db, drop, NULL, NULL, NULL);
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    int changed = rc == SQLITE_OK ? sqlite3_changes(db) : 0;
    sqlite3_close(db);
    if (changed) { /* else an empty text, a constraint, a key taken */
        if (!strcmp(c->name, "seq") && !strcmp(table, "entry") && at == 2)
            snprintf(moved, sizeof moved, "%d", -1 - atoi(name));
        judge(sql, name, moved);
    }
    sqlite3_free(sql);
}

/* every row and column of a table; @key is what the verdict calls the row */
static void every(const char *table, const char *key, const struct column *cols)
{
    static char names[ROWS][NAME];
    restore();
    int n = row_names(table, key, names);
    tried = caught = named = 0;
    for (int row = 0; row < n; row++)
        for (const struct column *c = cols; c->name; c++)
            for (int at = 0; at < 3; at++)
                change(table, key, names[row], c, at);
    ok(tried > 0 && caught == tried && named == tried,
       "%s: %d rows, %d changes, %d caught, %d named", table, n, tried, caught,
       named);
}

static const struct column entry_cols[] = {
    { "seq", 'i' },    { "run", 'i' },   { "rseq", 'i' },  { "t_us", 'i' },
    { "mono_us", 'i' }, { "kind", 'i' }, { "verb", 'i' },  { "target", 'i' },
    { "window", 'i' }, { "field", 'i' }, { "grp", 'i' },   { "plain", 't' },
    { "body", 'b' },   { "h", 'b' },     { 0 },
};
static const struct column dict_cols[] = { { "text", 't' }, { 0 } };
static const struct column run_cols[] = {
    { "uuid", 't' },   { "bot", 't' },     { "bot_sha256", 't' },
    { "runtime_sha256", 't' }, { "actor", 't' }, { "uid", 'i' },
    { "host", 't' },   { "target", 't' },  { "mode", 't' },
    { "reason", 'i' }, { "started_us", 'i' }, { "state", 'i' },
    { "ended_us", 'i' }, { "outcome", 'i' }, { "first_seq", 'i' },
    { "last_seq", 'i' }, { "nrows", 'i' }, { "grps", 'i' }, { "head", 'b' }, { 0 },
};
static const struct column item_cols[] = {
    { "state", 'i' },      { "run", 'i' },     { "seq", 'i' },
    { "commit_seq", 'i' }, { "ref_seq", 'i' }, { 0 },
};
static const struct column head_cols[] = { { "value", 'b' }, { 0 } };

/* what is not a byte of a row: rows gone, added, exchanged, loosened types */
#define LOOSE                                                                  \
    "PRAGMA writable_schema=ON;"                                               \
    "UPDATE sqlite_schema SET sql=replace(replace(replace(sql,' NOT NULL','')" \
    ",' CHECK(length(h)=32)',''),' STRICT','') WHERE name='entry';"            \
    "PRAGMA writable_schema=RESET;"
static const struct {
    const char *name;
    int file;
    const char *sql, *row;
} cases[] = {
    { "a row deleted in the middle", 0, "DELETE FROM entry WHERE seq=9", "9" },
    { "the first row deleted", 0, "DELETE FROM entry WHERE seq=1", "1" },
    { "the last rows deleted", 0, "DELETE FROM entry WHERE seq>20", "21" },
    { "two rows exchanged", 0,
      "UPDATE entry SET seq=1000 WHERE seq=5;UPDATE entry SET seq=5 WHERE "
      "seq=6;UPDATE entry SET seq=6 WHERE seq=1000", "5" },
    { "a row copied to the end", 0,
      "INSERT INTO entry SELECT (SELECT max(seq)+1 FROM entry),run,rseq,t_us,"
      "mono_us,kind,verb,target,window,field,grp,plain,body,h FROM entry WHERE "
      "seq=9", "END" },
    { "NULL for 0", 0, LOOSE "UPDATE entry SET verb=NULL WHERE seq=2", "2" },
    { "a real number", 0, LOOSE "UPDATE entry SET t_us=t_us+0.5 WHERE seq=4", "4" },
    { "text for bytes", 0, LOOSE "UPDATE entry SET h=CAST(h AS TEXT) WHERE seq=4", "4" },
    { "triggers dropped, nothing else", 0, "SELECT 1", "schema trigger/entry_no_delete" },
    { "a table loosened, nothing else", 0,
      LOOSE "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN"
      " SELECT RAISE(ABORT,'audit rows are not changed'); END;"
      "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN"
      " SELECT RAISE(ABORT,'audit rows are not deleted'); END;",
      "schema table/entry" },
    { "a label added", 0, "INSERT INTO dict VALUES(99,'x')", "dict 99" },
    { "a label gone", 0, "DELETE FROM dict WHERE id=2", "dict 2" },
    { "an item whose name is a format", 0,
      "INSERT INTO item VALUES('%s%n\"',zeroblob(32),1,1,1,0,0)",
      "item %25s%25n%22/0000000000000000" },
    { "a run gone", 0, "DELETE FROM run WHERE id=1", "run 1" },
    { "no acknowledged head", 0, "DELETE FROM head", "head 1" },
    { "a group's key changed", 1,
      "UPDATE dek SET wrapped=zeroblob(length(wrapped)) WHERE run=1 "
      "AND grp=1", "GROUP" },
    { "a subject's hash changed", 1,
      "UPDATE dek SET subject=zeroblob(length(subject)) WHERE run=1 "
      "AND grp=1", "GROUP" },
    { "a run's key gone", 1, "DELETE FROM dek WHERE run=1 AND grp=0", "3" },
    { "keys exchanged", 1,
      "UPDATE dek SET wrapped=(SELECT wrapped FROM dek WHERE run=2 AND grp=0) "
      "WHERE run=1 AND grp=0", "3" },
    { "the anchor gone", 1, "DELETE FROM anchor", "keys.db anchor" },
};

static char end_row[24], group_row[24];

static void structural(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *row = cases[i].row;
        row = !strcmp(row, "END") ? end_row : !strcmp(row, "GROUP") ? group_row : row;
        restore();
        run_sql(cases[i].file, cases[i].sql);
        named = 0;
        judge(cases[i].name, row, row);
        ok(named == 1, "%s", cases[i].name);
    }
}

/* Somebody who knows the format changes a row and recomputes every hash after
 * it, but has no root key. */
static void rechained(void)
{
    restore();
    run_sql(0, "UPDATE entry SET plain=replace(plain,'lane-1','lane-2') WHERE "
               "plain LIKE '%lane-1%'");
    struct rpa_store *db = NULL;
    struct rpa_stmt *all = NULL, *set = NULL;
    struct hasher hasher = { 0 };
    uint8_t heads[3][32] = { { 0 } };
    rpa_store_open(tmp_path("audit.db"), &audit_kind, &db, &err);
    rpa_stmt_new(db, "SELECT " ENTRY_COLUMNS " FROM entry ORDER BY seq", &all, &err);
    rpa_stmt_new(db, "UPDATE entry SET h=? WHERE seq=?", &set, &err);
    struct row row;
    while (rpa_stmt_step(all, &err) > 0 && row_read(all, &row)) {
        row_lay(&hasher, &row);
        row_hash(&hasher, &row, heads[row.run], heads[row.run]);
        rpa_stmt_run(set, &err, "bi", heads[row.run], (size_t)32, row.seq);
    }
    rpa_stmt_free(all);
    rpa_stmt_free(set);
    rpa_store_close(db);
    hasher_clear(&hasher);
    struct verdict v;
    judged(&v);
    ok(v.code == TAMPERED, "re-chained without the root key: row %s: %s", v.row, v.why);
    restore();
    run_sql(0, "UPDATE run SET host='lane-2'");
    struct rpa_audit *a = NULL;
    run_sql(0, "DELETE FROM entry WHERE seq>20");
    is_int(rpa_audit_open(tmpdir, &a, &err), -RPA_ETAMPER,
           "a store that lost acknowledged rows does not open");
}

/* an older copy of audit.db put back, with its own head */
static void rolled_back(void)
{
    restore();
    struct rpa_audit *a = must_open();
    must_run(a);
    rpa_audit_close(a);
    FILE *f = fopen(tmp_path("audit.db"), "w");
    if (f) {
        fwrite(kept[0], 1, kept_len[0], f);
        fclose(f);
    }
    unlink(tmp_path("audit.db-wal"));
    unlink(tmp_path("audit.db-shm"));
    named = 0;
    judge("an older audit.db", end_row, end_row);
    ok(named == 1, "an older audit.db is noticed by the anchor in keys.db");
    a = NULL;
    is_int(rpa_audit_open(tmpdir, &a, &err), -RPA_ETAMPER, "and does not open");
}

int main(void)
{
    tmp_begin();
    struct rpa_audit *a = must_open();
    struct verdict v;
    seed(a);
    rpa_audit_close(a);
    keep();
    restore();
    bool good = proved(&v);
    ok(good, "control: nothing changed verifies (%lld rows, %lld runs)",
       (long long)v.rows, (long long)v.runs);
    snprintf(end_row, sizeof end_row, "%lld", (long long)v.rows + 1);
    sqlite3 *db = raw(0);
    sqlite3_stmt *st = NULL;
    sqlite3_prepare_v2(db, "SELECT seq FROM entry WHERE kind=5", -1, &st, NULL);
    sqlite3_step(st);
    snprintf(group_row, sizeof group_row, "%s", sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    sqlite3_close(db);
    every("entry", "seq", entry_cols);
    every("dict", "'dict '||id", dict_cols);
    every("run", "'run '||id", run_cols);
    every("item", "'item '||queue||'/'||lower(substr(hex(id),1,16))", item_cols);
    every("head", "'head '||id", head_cols);
    structural();
    rechained();
    rolled_back();
    free(kept[0]);
    free(kept[1]);
    return tap_done();
}
