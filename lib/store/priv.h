#ifndef RPA_STORE_PRIV_H
#define RPA_STORE_PRIV_H

#include "rpa/store/store.h"

#include <sqlite3.h>

struct rpa_store {
    sqlite3 *db;
    int lock_fd; /* -1 for readers and memory */
    const char *name;
};

/** @what with SQLite's own words and code; the words hold no bound values. */
int store_fail(struct rpa_store *store, struct rpa_err *err, const char *what);

#endif
