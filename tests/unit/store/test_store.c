#include "rpa/store/store.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const steps[] = {
    "CREATE TABLE a(x INTEGER PRIMARY KEY, y TEXT NOT NULL, z BLOB NOT NULL) STRICT",
    "CREATE TABLE b(x INTEGER PRIMARY KEY) STRICT",
};
static const struct rpa_store_kind old = { "test store", 0x1234, steps, 1 };
static const struct rpa_store_kind now = { "test store", 0x1234, steps, 2 };
static const struct rpa_store_kind other = { "other store", 0x4321, steps, 2 };

/* SQLite's own, which flush nothing here */
static int flushes;

int fsync(int fd)
{
    (void)fd;
    flushes++;
    return 0;
}

int fdatasync(int fd)
{
    return fsync(fd);
}

static void opening(const char *path)
{
    struct rpa_store *st = NULL, *second = NULL;
    struct rpa_err err;
    is_int(rpa_store_open_ro(path, &now, &st, &err), -RPA_ENOTFOUND,
           "a reader makes nothing");
    is_int(rpa_store_open(path, &old, &st, &err), 0, "made at version 1");
    is_int(rpa_store_open(path, &old, &second, &err), -RPA_EEXIST,
           "a second writer is refused");
    is_int(rpa_store_open_ro(path, &old, &second, &err), 0,
           "a reader beside the writer");
    is_int(rpa_store_exec(second, "INSERT INTO a VALUES(9,'','')", &err),
           -RPA_EIO, "which cannot write");
    rpa_store_close(second);
    rpa_store_close(st);
    struct stat sb;
    ok(stat(path, &sb) == 0 && (sb.st_mode & 0777) == 0600, "0600");
    is_int(rpa_store_open_ro(path, &now, &st, &err), -RPA_EINVAL,
           "a reader does not migrate");
    ok(strstr(rpa_err_hint_of(&err), "start rpa daemon") != NULL,
       "and says who does: %s", rpa_err_hint_of(&err));
    is_int(rpa_store_open(path, &now, &st, &err), 0, "migrated to version 2");
    is_int(rpa_store_exec(st, "INSERT INTO b VALUES(1)", &err), 0,
           "the new table is there");
    rpa_store_close(st);
    is_int(rpa_store_open(path, &old, &st, &err), -RPA_EINVAL,
           "a newer file is refused");
    ok(strstr(rpa_err_hint_of(&err), "restore a backup") != NULL,
       "with the ways on: %s", rpa_err_hint_of(&err));
    is_int(rpa_store_open(path, &other, &st, &err), -RPA_EINVAL,
           "another application's file is refused");
}

static void statements(const char *path)
{
    struct rpa_store *st = NULL;
    struct rpa_stmt *ins = NULL, *sel = NULL;
    struct rpa_err err;
    is_int(rpa_store_open(path, &now, &st, &err), 0, "opened again");
    is_int(rpa_stmt_new(st, "SELEC 1", &ins, &err), -RPA_EIO, "bad SQL");
    rpa_stmt_new(st, "INSERT INTO a VALUES(?,?,?)", &ins, &err);
    rpa_stmt_new(st, "SELECT x,y,z FROM a ORDER BY x", &sel, &err);
    is_int(rpa_stmt_run(ins, &err, "isb", (int64_t)1, "one", "\0\1", (size_t)2),
           0, "insert");
    is_int(rpa_stmt_run(ins, &err, "itb", (int64_t)1 << 60, "two...", (size_t)3,
                        NULL, (size_t)0), 0, "insert, lengths given");
    is_int(rpa_stmt_run(ins, &err, "isb", (int64_t)1, "x", NULL, (size_t)0),
           -RPA_EIO, "the same key twice");
    ok(err.native != 0, "SQLite's code is kept");
    is_int(rpa_stmt_bind(sel, &err, ""), 0, "bind nothing");
    is_int(rpa_stmt_step(sel, &err), 1, "first row");
    size_t len = 0;
    char types[4];
    rpa_stmt_types(sel, 3, types);
    is_str(types, "itb", "types as stored");
    is_str(rpa_stmt_text(sel, 1), "one", "text");
    ok(!memcmp(rpa_stmt_bytes(sel, 2, &len), "\0\1", 2) && len == 2, "bytes");
    is_int(rpa_stmt_step(sel, &err), 1, "second row");
    is_int(rpa_stmt_int(sel, 0), 1LL << 60, "64 bits");
    is_str(rpa_stmt_text(sel, 1), "two", "text by length");
    rpa_stmt_bytes(sel, 2, &len);
    is_int((long long)len, 0, "empty bytes, not NULL");
    is_int(rpa_stmt_step(sel, &err), 0, "the end");
    rpa_stmt_free(ins);
    rpa_stmt_free(sel);
    rpa_stmt_free(NULL);
    rpa_store_close(st);
    rpa_store_close(NULL);
}

static void freezing(const char *path)
{
    static const struct rpa_store_kind part = { "part", 0x77, steps, 1 };
    char odd[128], whole[128];
    struct rpa_store *live = NULL, *st = NULL;
    struct rpa_err err;
    struct stat sb;
    snprintf(odd, sizeof odd, "%s ?&%%41#\xc3\xa9.db", path);
    snprintf(whole, sizeof whole, "%s-wal", odd);
    rpa_store_open(path, &now, &live, &err);
    is_int(rpa_store_freeze(odd, &part, path, "INSERT INTO a SELECT * FROM live.a",
                            &err), 0, "a frozen file, made beside the writer");
    ok(stat(odd, &sb) == 0 && (sb.st_mode & 0777) == 0600 &&
           access(whole, F_OK) < 0, "nobody reads it but us, and nothing is beside it");
    is_int(rpa_store_open_frozen(odd, &part, &st, &err), 0, "is read");
    is_int(rpa_store_exec(st, "INSERT INTO a VALUES(9,'','')", &err), -RPA_EIO,
           "and not written");
    rpa_store_close(st);
    is_int(rpa_store_open_frozen(odd, &now, &st, &err), -RPA_EINVAL,
           "as what it is");
    is_int(rpa_store_freeze(odd, &part, path, "INSERT INTO a SELECT * FROM b",
                            &err), -RPA_EIO, "one that cannot be filled");
    ok(access(odd, F_OK) < 0, "leaves nothing");
    is_int(rpa_store_exec(live, "DELETE FROM a", &err), 0, "its source goes on");
    is_int(rpa_store_shrink(live, &err), 0, "and is made small");
    rpa_store_close(live);
}

static int64_t rows_of(struct rpa_store *st)
{
    struct rpa_stmt *stmt = NULL;
    struct rpa_err err;
    int64_t n = -1;
    if (rpa_stmt_new(st, "SELECT count(*) FROM a", &stmt, &err) == 0 &&
        rpa_stmt_step(stmt, &err) == 1)
        n = rpa_stmt_int(stmt, 0);
    rpa_stmt_free(stmt);
    return n;
}

static void copying(const char *path)
{
    struct rpa_store *live = NULL, *copy = NULL;
    struct rpa_err err;
    rpa_store_open(path, &now, &live, &err);
    rpa_store_exec(live, "DELETE FROM a; INSERT INTO a VALUES(1,'x',x'')", &err);
    is_int(rpa_store_open_copy(path, &now, &copy, &err), 0,
           "a copy in memory, beside the writer");
    is_int(rows_of(copy), 1, "has what was written");
    is_int(rpa_store_exec(copy, "INSERT INTO a VALUES(2,'x',x'')", &err), 0,
           "is written to");
    is_int(rpa_store_exec(live, "INSERT INTO a VALUES(3,'',x'');"
                                "INSERT INTO a VALUES(4,'',x'')", &err),
           0, "as is the file");
    ok(rows_of(copy) == 2 && rows_of(live) == 3, "and neither is the other's");
    rpa_store_close(copy);
    is_int(rpa_store_open_copy("/nonexistent", &now, &copy, &err),
           -RPA_ENOTFOUND, "of nothing there is none");
    rpa_store_close(live);
}

static int flushes_of(struct rpa_store *st, bool flushed, const char *sql)
{
    struct rpa_err err;
    flushes = 0;
    int r = flushed ? rpa_store_begin(st, &err)
                    : rpa_store_begin_unflushed(st, &err);
    if (r == 0)
        r = rpa_store_exec(st, sql, &err);
    if (r == 0)
        r = rpa_store_commit(st, &err);
    return r < 0 ? r : flushes;
}

static void flushing(const char *path)
{
    struct rpa_store *st = NULL;
    struct rpa_err err;
    rpa_store_open(path, &now, &st, &err);
    rpa_store_exec(st, "DELETE FROM b", &err);
    is_int(flushes_of(st, true, "INSERT INTO b VALUES(1)"), 1, "a commit is a flush");
    is_int(flushes_of(st, false, "INSERT INTO b VALUES(2)"), 0,
           "one that nobody waits for is not");
    is_int(flushes_of(st, true, "INSERT INTO b VALUES(3)"), 1, "the next is again");
    flushes = 0;
    rpa_store_exec(st, "INSERT INTO b VALUES(4)", &err);
    is_int(flushes, 1, "a statement by itself, too");
    ok(!rpa_store_tidy(st), "a short log stays");
    rpa_store_exec(st, "CREATE TABLE big(a)", &err);
    is_int(flushes_of(st, true, "INSERT INTO big VALUES(zeroblob(4000000))"), 1,
           "nobody's commit waits for a long log to be written back");
    flushes = 0;
    ok(rpa_store_tidy(st), "that is done when it is asked for");
    is_int(flushes, 1, "the file is flushed; the log was, by each commit");
    flushes = 0;
    ok(rpa_store_tidy(st), "and the next log begun");
    is_int(flushes, 1, "whose head is flushed");
    ok(!rpa_store_tidy(st), "once");
    is_int(flushes_of(st, true, "INSERT INTO b VALUES(5)"), 1,
           "so that who commits to it flushes once");
    flushes_of(st, false, "INSERT INTO big VALUES(zeroblob(4000000))");
    flushes = 0;
    ok(rpa_store_tidy(st), "a log whose last change was not flushed");
    is_int(flushes, 1, "is, before it is written back");
    ok(rpa_store_tidy(st), "as it is then");
    is_int(flushes, 2, "by another flush");
    ok(rpa_store_tidy(st) && !rpa_store_tidy(st), "and the next begun");
    ok(flushes_of(st, true, "INSERT INTO big VALUES(zeroblob(20000000))") > 1,
       "where nobody asks, a commit does it");
    rpa_store_close(st);
}

/* Somebody reads for long: the log cannot begin anew, and that is no reason to write
 * it back again and again. */
static void held(const char *path)
{
    struct rpa_store *st = NULL, *reader = NULL;
    struct rpa_err err;
    int turns = 0;
    rpa_store_open(path, &now, &st, &err);
    is_int(rpa_store_open_ro(path, &now, &reader, &err), 0, "a reader");
    rpa_store_begin(reader, &err);
    rpa_store_exec(reader, "SELECT * FROM b", &err);
    flushes_of(st, true, "INSERT INTO big VALUES(zeroblob(4000000))");
    while (turns < 50 && rpa_store_tidy(st))
        turns++;
    ok(turns < 4, "a log that is being read: %d turns, until the next beat", turns);
    ok(flushes_of(st, true, "INSERT INTO b VALUES(6)") == 1, "it is committed to");
    rpa_store_close(reader);
    while (turns < 50 && rpa_store_tidy(st))
        turns++;
    rpa_store_close(st);
}

int main(void)
{
    char dir[] = "/tmp/rpa-store-XXXXXX", path[64];
    if (!mkdtemp(dir))
        return 1;
    snprintf(path, sizeof path, "%s/a.db", dir);
    opening(path);
    statements(path);
    freezing(path);
    copying(path);
    flushing(path);
    held(path);
    static const char *const left[] = { "", "-wal", "-shm", ".lock" };
    for (size_t i = 0; i < 4; i++) {
        char name[80];
        snprintf(name, sizeof name, "%s%s", path, left[i]);
        unlink(name);
    }
    rmdir(dir);
    return tap_done();
}
