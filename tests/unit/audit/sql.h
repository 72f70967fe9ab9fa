/* A store of a test from the side: asked, changed, opened again. */
#ifndef RPA_TESTS_UNIT_AUDIT_SQL_H
#define RPA_TESTS_UNIT_AUDIT_SQL_H

#include "seed.h"

#include <sqlite3.h>

static int64_t number(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    int64_t n = -1;
    sqlite3_open_v2(tmp_path("audit.db"), &db, SQLITE_OPEN_READONLY, NULL);
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

__attribute__((unused)) static void run_sql(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_open(tmp_path("audit.db"), &db);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        printf("# %s: %s\n", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static int open_code(void)
{
    struct rpa_audit *a = NULL;
    int r = rpa_audit_open(tmpdir, &a, &err);
    rpa_audit_close(a);
    return r;
}

#endif
