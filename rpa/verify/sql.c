/* The little there is of SQL: a database that is only read, and not trusted. */
#include "verify.h"

#include <stdarg.h>
#include <stdio.h>

bool sql_bad(struct store *s, const char *row, int64_t seq)
{
    int rc = sqlite3_extended_errcode(s->db) & 0xff;
    if (rc == SQLITE_CORRUPT || rc == SQLITE_ERROR || rc == SQLITE_MISMATCH ||
        rc == SQLITE_TOOBIG)
        return tampered(s->v, row, seq, "it cannot be read: %s",
                        sqlite3_errmsg(s->db));
    return cannot(s->v, "the store cannot be read: %s", sqlite3_errmsg(s->db));
}

bool sql_new(struct store *s, const char *sql, sqlite3_stmt **ret)
{
    return sqlite3_prepare_v2(s->db, sql, -1, ret, NULL) == SQLITE_OK ||
           sql_bad(s, "schema", 0);
}

int sql_put(sqlite3_stmt *st, const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    sqlite3_reset(st);
    for (int i = 1; *types; types++, i++) {
        if (*types == 'i') {
            sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
        } else if (*types == 'b') {
            sqlite3_bind_blob(st, i, va_arg(ap, void *), 32, SQLITE_STATIC);
        } else {
            const char *text = va_arg(ap, char *);
            int len = *types == 't' ? (int)va_arg(ap, size_t) : -1;
            sqlite3_bind_text(st, i, text, len, SQLITE_STATIC);
        }
    }
    va_end(ap);
    int rc = sqlite3_step(st);
    if (rc != SQLITE_ROW)
        sqlite3_reset(st);
    return rc;
}

sqlite3_stmt *sql_first(struct store *s, const char *sql, ...)
{
    va_list ap;
    sqlite3_stmt *st = NULL;
    va_start(ap, sql);
    char *text = must(sqlite3_vmprintf(sql, ap));
    va_end(ap);
    int rc = sql_new(s, text, &st) ? sqlite3_step(st) : SQLITE_DONE;
    sqlite3_free(text);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        sql_bad(s, "schema", 0);
    return rc == SQLITE_ROW ? st : NULL;
}

bool sql_open(struct store *s)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/audit.db", s->q->dir);
    if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READONLY |
                        SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return cannot(s->v, "%s: %s", path, sqlite3_errmsg(s->db));
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, 16 << 20);
    sqlite3_busy_timeout(s->db, 5000);
    sqlite3_exec(s->db, "BEGIN", NULL, NULL, NULL);
    sqlite3_stmt *st = sql_first(s, "PRAGMA application_id");
    int id = st ? sqlite3_column_int(st, 0) : 0;
    int version = st && (st = sql_first(s, "PRAGMA user_version"))
                      ? sqlite3_column_int(st, 0) : 0;
    if (id == 0x52504141 && version == 3)
        return true;
    return cannot(s->v, "%s is none that this program knows (%x, version %d): "
                        "%s", path, id, version,
                  st ? "made by another rpa?" : sqlite3_errmsg(s->db));
}

void sql_close(struct store *s)
{
    for (sqlite3_stmt *st; s->db && (st = sqlite3_next_stmt(s->db, NULL));)
        sqlite3_finalize(st);
    sqlite3_close(s->db);
}
