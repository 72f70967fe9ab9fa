#ifndef RPA_STORE_STMTS_H
#define RPA_STORE_STMTS_H

#include "rpa/store/store.h"

/**
 * The statements of a store, by number: each is prepared when it is first used
 * and kept.
 */
struct rpa_stmts {
    struct rpa_store *store;  /* borrowed */
    const char *const *sql;   /* the text of each */
    struct rpa_stmt **stmt;   /* room for as many, NULL at first */
};

/** Bind as rpa_stmt_bind() and run to the end; for what gives no rows. */
int rpa_stmts_run(struct rpa_stmts *stmts, int which, struct rpa_err *err,
                  const char *types, ...);
/** Bind and step: 1 a row in *@ret, 0 none. One that is not stepped to the end
 * is let go of by rpa_stmt_reset(). */
int rpa_stmts_row(struct rpa_stmts *stmts, int which, struct rpa_stmt **ret,
                  struct rpa_err *err, const char *types, ...);
/** Free the @n statements, before the store is closed. */
void rpa_stmts_clear(struct rpa_stmts *stmts, int n);

#endif
