#ifndef RPA_STORE_PRIV_H
#define RPA_STORE_PRIV_H

#include "rpa/store/store.h"

#include <sqlite3.h>
#include <stdbool.h>

struct rpa_store {
    sqlite3 *db;
    sqlite3_stmt *begin, *commit; /* prepared when first used */
    bool unflushed; /* so is the change at work */
    int log_pages;  /* of the log, not yet in the file */
    bool log_ended; /* it was written back: the next change begins another */
    bool log_written; /* since it was flushed */
    sqlite3_file *log_file; /* NULL: not known */
    struct sqlite3_io_methods log; /* of it, and what they were */
    const struct sqlite3_io_methods *log_was;
    int lock_fd; /* -1 for readers and memory */
    const char *name;
};

/** @what with SQLite's own words and code; the words hold no bound values. */
int store_fail(struct rpa_store *store, struct rpa_err *err, const char *what);

/** The value of a PRAGMA, or -1. */
int64_t store_pragma(struct rpa_store *store, const char *sql);
/** log.c: how long its log gets, from now on, and what of it is flushed. */
void store_log_watch(struct rpa_store *store);

/* store.c: the steps of opening one */
struct rpa_store *store_new(const struct rpa_store_kind *kind);
/** Made 0600 if absent. */
int store_touch(const char *path, struct rpa_err *err);
int store_connect(struct rpa_store *store, const char *path, int flags,
                  struct rpa_err *err);
/** Is it of @kind, or empty, and of which version? */
int store_check_kind(struct rpa_store *store, const struct rpa_store_kind *kind,
                     const char *path, int64_t *ret_version,
                     struct rpa_err *err);
int store_migrate(struct rpa_store *store, const struct rpa_store_kind *kind,
                  int64_t version, struct rpa_err *err);
/** @uri: of @path, or NULL. */
int store_open_ro(const char *path, const char *uri,
                  const struct rpa_store_kind *kind,
                  struct rpa_store **ret_store, struct rpa_err *err);

#endif
