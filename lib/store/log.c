/* The log of a store: how long it is, when it is written back, what of it is flushed. */
#include "priv.h"

#include <stddef.h>
#include <stdio.h>

enum { LOG_LONG = 500, LOG_MOST = 4000 }; /* pages */

/* ---- a flush of nothing new is none ---- */

/* SQLite flushes the log before it writes it back. Each commit has done that, and
 * on a busy disk the flush of nothing takes as long as another. So the log's file
 * knows whether it was written to since. */

static struct rpa_store *store_of(sqlite3_file *file)
{
    return (struct rpa_store *)((char *)file->pMethods -
                                offsetof(struct rpa_store, log));
}

static int log_write(sqlite3_file *file, const void *data, int n,
                     sqlite3_int64 at)
{
    struct rpa_store *store = store_of(file);
    store->log_written = true;
    return store->log_was->xWrite(file, data, n, at);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct rpa_store *store = store_of(file);
    store->log_written = true;
    return store->log_was->xTruncate(file, size);
}

static int log_sync(sqlite3_file *file, int flags)
{
    struct rpa_store *store = store_of(file);
    if (!store->log_written)
        return SQLITE_OK;
    int rc = store->log_was->xSync(file, flags);
    store->log_written = rc != SQLITE_OK;
    return rc;
}

/* ---- how long it is ---- */

/* Whoever commits next would wait for it to be written back: that is for
 * rpa_store_tidy(), where somebody calls it. */
static int on_commit(void *data, sqlite3 *db, const char *name, int pages)
{
    struct rpa_store *store = data;
    (void)db;
    (void)name;
    store->log_pages = pages;
    if (pages >= LOG_MOST)
        rpa_store_rewind(store);
    return SQLITE_OK;
}

void store_log_watch(struct rpa_store *store)
{
    sqlite3_file *file = NULL; /* open as long as the database is */
    sqlite3_wal_hook(store->db, on_commit, store);
    store_pragma(store, "SELECT count(*) FROM sqlite_schema"); /* it is open now */
    if (sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
                             &file) != SQLITE_OK ||
        !file || !file->pMethods || file->pMethods == &store->log)
        return;
    store->log_was = file->pMethods;
    store->log = *file->pMethods;
    store->log.xWrite = log_write;
    store->log.xTruncate = log_truncate;
    store->log.xSync = log_sync;
    store->log_written = true; /* who knows */
    file->pMethods = &store->log;
    store->log_file = file;
}

/* ---- writing it back ---- */

void rpa_store_rewind(struct rpa_store *store)
{
    int pages = -1, written = 0;
    sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages,
                              &written);
    store->log_pages = 0;
    store->log_ended = pages > 0 && pages == written;
}

/* Of a log that begins anew the head is flushed before anything else of it. Changes
 * nothing; a failure is met again by who has something to commit. While somebody
 * reads the old one it goes on: it is written back again at the next beat. */
static void begin_log(struct rpa_store *store)
{
    char sql[64];
    struct rpa_err ignored;
    int64_t version = store_pragma(store, "PRAGMA user_version");
    if (version < 0 || rpa_store_begin_unflushed(store, &ignored) < 0)
        return;
    snprintf(sql, sizeof sql, "PRAGMA user_version=%lld", (long long)version);
    if (rpa_store_exec(store, sql, &ignored) < 0 ||
        rpa_store_commit(store, &ignored) < 0)
        rpa_store_exec(store, "ROLLBACK", &ignored);
    store->log_pages = 0;
    store->log_ended = false;
}

bool rpa_store_tidy(struct rpa_store *store)
{
    bool begins = store->log_ended && sqlite3_get_autocommit(store->db);
    store->log_ended = false;
    if (begins)
        begin_log(store);
    else if (store->log_pages < LOG_LONG)
        return false;
    else if (!store->log_file || !store->log_written ||
             log_sync(store->log_file, SQLITE_SYNC_NORMAL) != SQLITE_OK)
        rpa_store_rewind(store);
    return true;
}
