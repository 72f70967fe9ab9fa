#include "rpa/store/stmts.h"

#include <stdarg.h>

static int bind(struct rpa_stmts *stmts, int which, struct rpa_err *err,
                const char *types, va_list *ap)
{
    struct rpa_stmt **stmt = &stmts->stmt[which];
    int r = *stmt ? 0
                  : rpa_stmt_new(stmts->store, stmts->sql[which], stmt, err);
    return r == 0 ? rpa_stmt_vbind(*stmt, err, types, ap) : r;
}

int rpa_stmts_run(struct rpa_stmts *stmts, int which, struct rpa_err *err,
                  const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    int r = bind(stmts, which, err, types, &ap);
    va_end(ap);
    if (r == 0)
        r = rpa_stmt_step(stmts->stmt[which], err);
    rpa_stmt_reset(stmts->stmt[which]);
    return r < 0 ? r : 0;
}

int rpa_stmts_row(struct rpa_stmts *stmts, int which, struct rpa_stmt **ret,
                  struct rpa_err *err, const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    int r = bind(stmts, which, err, types, &ap);
    va_end(ap);
    *ret = stmts->stmt[which];
    return r == 0 ? rpa_stmt_step(*ret, err) : r;
}

void rpa_stmts_clear(struct rpa_stmts *stmts, int n)
{
    for (int i = 0; i < n; i++)
        rpa_stmt_free(stmts->stmt[i]);
}
