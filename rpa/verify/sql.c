#include "verify.h"

#include <assert.h>
#include <stdarg.h>

/* damaged, or not to be read at all */
static sqlite3_stmt *bad(struct db *db, const char *row)
{
    int rc = sqlite3_errcode(db->db);
    bool damaged = rc == SQLITE_CONSTRAINT || rc == SQLITE_CORRUPT ||
                   rc == SQLITE_ERROR || rc == SQLITE_MISMATCH ||
                   rc == SQLITE_TOOBIG;
    say(db->v, damaged ? TAMPERED : CANNOT, row, "%s", sqlite3_errmsg(db->db));
    return NULL;
}

sqlite3_stmt *ask_next(struct db *db, sqlite3_stmt *st)
{
    int rc = sqlite3_step(st);
    return rc == SQLITE_ROW ? st : rc == SQLITE_DONE ? NULL : bad(db, NULL);
}

sqlite3_stmt *ask(struct db *db, const char *sql, const char *types, ...)
{
    size_t n = 0;
    va_list ap;
    while (db->sql[n] && db->sql[n] != sql)
        n++;
    sqlite3_stmt **st = &db->st[n];
    assert(n < 15);
    if (!*st && sqlite3_prepare_v2(db->db, sql, -1, st, NULL) != SQLITE_OK)
        return bad(db, "schema");
    db->sql[n] = sql;
    sqlite3_reset(*st);
    va_start(ap, types);
    for (int i = 1; *types; types++, i++)
        if (*types == 'i')
            sqlite3_bind_int64(*st, i, va_arg(ap, int64_t));
        else if (*types == 'b')
            sqlite3_bind_blob(*st, i, va_arg(ap, void *), 32, SQLITE_STATIC);
        else {
            const char *text = va_arg(ap, char *);
            int len = (int)va_arg(ap, size_t);
            sqlite3_bind_text(*st, i, text, len, SQLITE_STATIC);
        }
    va_end(ap);
    return ask_next(db, *st);
}

bool file_open(struct db *db, const char *dir, const char *name, int id,
               int oldest, int newest)
{
    static const char *const ends[] = { "", "-journal", "-wal" };
    char path[4000], log[4010], safe[4000], uri[4200];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    for (int i = 0; i < 3; i++) { /* SQLite waits for a pipe's other end */
        snprintf(log, sizeof log, "%s%s", path, ends[i]);
        if (stat(log, &st) == 0 && !S_ISREG(st.st_mode))
            return tampered(db->v, name, "%s is no file", log);
    }
    escape(safe, sizeof safe, path);
    /* where nothing can be written nothing changes, unless a log has rows */
    bool still = access(dir, W_OK) < 0 && (stat(log, &st) < 0 || !st.st_size);
    snprintf(uri, sizeof uri, "file:%s?mode=ro%s", safe,
             still ? "&immutable=1" : "");
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(uri, &db->db, flags, NULL) != SQLITE_OK)
        return cannot(db->v, "%s: %s", path, sqlite3_errmsg(db->db));
    sqlite3_db_config(db->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(db->db, SQLITE_LIMIT_LENGTH, 16 << 20);
    sqlite3_busy_timeout(db->db, 5000);
    ask(db, "BEGIN", "");
    return ask(db, "SELECT 1 FROM pragma_application_id,pragma_user_version "
               "WHERE application_id=? AND user_version BETWEEN ? AND ? AND NOT EXISTS("
               "SELECT 1 FROM sqlite_schema WHERE type='view'OR"
               "(type='table'AND rootpage=0))", "iii",
               (int64_t)id, (int64_t)oldest, (int64_t)newest) ||
           cannot(db->v, "%s: %s", path,
                  sqlite3_errcode(db->db) != SQLITE_DONE
                      ? sqlite3_errmsg(db->db)
                      : "of a kind or version that this program does not know");
}

bool follows(struct db *db, sqlite3_stmt *odd)
{
    if (odd)
        tampered(db->v, (const char *)sqlite3_column_text(odd, 0),
                 "it is missing, or does not follow from the rows");
    return !db->v->code;
}

bool file_check(struct db *db)
{
    sqlite3_stmt *st = ask(db, "PRAGMA integrity_check(1)", "");
    const char *said = st ? (const char *)sqlite3_column_text(st, 0) : "?";
    return !strcmp(said, "ok") || tampered(db->v, "file", "%s", said);
}

void file_close(struct db *db)
{
    for (int i = 0; db->sql[i]; i++)
        sqlite3_finalize(db->st[i]);
    sqlite3_close(db->db);
}
