#include "priv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

struct rpa_stmt {
    sqlite3_stmt *st;
    struct rpa_store *store; /* borrowed; outlives its statements */
};

int rpa_stmt_new(struct rpa_store *store, const char *sql,
                 struct rpa_stmt **ret_stmt, struct rpa_err *err)
{
    struct rpa_stmt *stmt = calloc(1, sizeof *stmt);
    if (!stmt)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a statement");
    stmt->store = store;
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &stmt->st, NULL) != SQLITE_OK) {
        free(stmt);
        return store_fail(store, err, "cannot prepare a statement");
    }
    *ret_stmt = stmt;
    return 0;
}

void rpa_stmt_free(struct rpa_stmt *stmt)
{
    if (!stmt)
        return;
    sqlite3_finalize(stmt->st);
    free(stmt);
}

void rpa_stmt_reset(struct rpa_stmt *stmt)
{
    if (stmt)
        sqlite3_reset(stmt->st);
}

/* NULL with a length of 0 is empty, not SQL's NULL */
static int bind_one(sqlite3_stmt *st, int at, char type, va_list *ap)
{
    if (type == 'i')
        return sqlite3_bind_int64(st, at, va_arg(*ap, int64_t));
    const char *data = va_arg(*ap, const char *);
    if (type == 's')
        return sqlite3_bind_text(st, at, data ? data : "", -1, SQLITE_STATIC);
    size_t len = va_arg(*ap, size_t);
    if (type == 't')
        return sqlite3_bind_text64(st, at, len ? data : "", len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    assert(type == 'b');
    return len ? sqlite3_bind_blob64(st, at, data, len, SQLITE_STATIC)
               : sqlite3_bind_zeroblob(st, at, 0);
}

static int bind_all(struct rpa_stmt *stmt, int at, struct rpa_err *err,
                    const char *types, va_list *ap)
{
    sqlite3_reset(stmt->st);
    for (; *types; types++, at++)
        if (bind_one(stmt->st, at, *types, ap) != SQLITE_OK)
            return store_fail(stmt->store, err, "cannot bind a value");
    return 0;
}

int rpa_stmt_vbind(struct rpa_stmt *stmt, struct rpa_err *err,
                   const char *types, va_list *ap)
{
    return bind_all(stmt, 1, err, types, ap);
}

int rpa_stmt_bind_at(struct rpa_stmt *stmt, int at, struct rpa_err *err,
                     const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    int r = bind_all(stmt, at, err, types, &ap);
    va_end(ap);
    return r;
}

int rpa_stmt_bind(struct rpa_stmt *stmt, struct rpa_err *err,
                  const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    int r = rpa_stmt_vbind(stmt, err, types, &ap);
    va_end(ap);
    return r;
}

int rpa_stmt_step(struct rpa_stmt *stmt, struct rpa_err *err)
{
    int rc = sqlite3_step(stmt->st);
    if (rc == SQLITE_ROW)
        return 1;
    int r = rc == SQLITE_DONE
                ? 0
                : store_fail(stmt->store, err, "a statement failed");
    sqlite3_reset(stmt->st);
    return r;
}

int rpa_stmt_run(struct rpa_stmt *stmt, struct rpa_err *err,
                 const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    int r = rpa_stmt_vbind(stmt, err, types, &ap);
    va_end(ap);
    if (r == 0)
        r = rpa_stmt_step(stmt, err);
    sqlite3_reset(stmt->st);
    return r < 0 ? r : 0;
}

int64_t rpa_stmt_int(struct rpa_stmt *stmt, int col)
{
    return sqlite3_column_int64(stmt->st, col);
}

const char *rpa_stmt_text(struct rpa_stmt *stmt, int col)
{
    const unsigned char *text = sqlite3_column_text(stmt->st, col);
    return text ? (const char *)text : "";
}

const void *rpa_stmt_bytes(struct rpa_stmt *stmt, int col, size_t *ret_len)
{
    const void *data = sqlite3_column_blob(stmt->st, col);
    *ret_len = (size_t)sqlite3_column_bytes(stmt->st, col);
    return data ? data : "";
}

void rpa_stmt_types(struct rpa_stmt *stmt, int n, char *out)
{
    static const char letter[] = { [SQLITE_INTEGER] = 'i', [SQLITE_FLOAT] = 'r',
                                   [SQLITE_TEXT] = 't', [SQLITE_BLOB] = 'b',
                                   [SQLITE_NULL] = 'n' };
    for (int i = 0; i < n; i++)
        out[i] = letter[sqlite3_column_type(stmt->st, i)];
    out[n] = '\0';
}
