/* The handle: the file, its statements, its transactions. */
#include "priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef int store_opener(const char *path, const struct rpa_store_kind *kind,
                         struct rpa_store **ret, struct rpa_err *err);

static int open_at(const char *state_dir, store_opener *open_store,
                   struct rpa_queues *queues, struct rpa_err *err)
{
    bool writes = open_store == rpa_store_open;
    char path[4096];
    if (snprintf(path, sizeof path, "%s/queue.db", state_dir) >=
        (int)sizeof path)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", state_dir);
    int r = writes ? rpa_store_state_dir(state_dir, err) : 0;
    if (r == 0)
        r = rpa_root_open(state_dir, writes, &queues->root, err);
    if (r == 0)
        r = open_store(path, &queue_kind, &queues->db, err);
    return r;
}

static int open_new(const char *state_dir, store_opener *open_store,
                    struct rpa_queues **ret_queues, struct rpa_err *err)
{
    struct rpa_queues *queues = calloc(1, sizeof *queues);
    if (!queues)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the work queue");
    int r = open_at(state_dir, open_store, queues, err);
    /* whoever held a lease is gone: there is one owner */
    if (r == 0 && open_store == rpa_store_open)
        r = rpa_store_exec(queues->db,
                           "UPDATE item SET due_us=0 WHERE state=2", err);
    if (r == 0 && open_store == rpa_store_open)
        r = batch_drop_open(queues, err);
    if (r == 0)
        *ret_queues = queues;
    else
        rpa_queues_close(queues);
    return r;
}

int rpa_queues_open(const char *state_dir, struct rpa_queues **ret_queues,
                    struct rpa_err *err)
{
    return open_new(state_dir, rpa_store_open, ret_queues, err);
}

int rpa_queues_open_ro(const char *state_dir, struct rpa_queues **ret_queues,
                       struct rpa_err *err)
{
    return open_new(state_dir, rpa_store_open_ro, ret_queues, err);
}

int rpa_queues_open_copy(const char *state_dir, struct rpa_queues **ret_queues,
                         struct rpa_err *err)
{
    return open_new(state_dir, rpa_store_open_copy, ret_queues, err);
}

void rpa_queues_close(struct rpa_queues *queues)
{
    if (!queues)
        return;
    for (size_t i = 0; i < STATEMENTS; i++)
        rpa_stmt_free(queues->stmt[i]);
    rpa_payload_schema_free(queues->schema);
    rpa_store_close(queues->db);
    rpa_root_close(queues->root);
    rpa_buf_clear(&queues->text);
    free(queues);
}

struct rpa_stmt *queue_stmt(struct rpa_queues *queues, enum statement which,
                            struct rpa_err *err)
{
    struct rpa_stmt **stmt = &queues->stmt[which];
    if (*stmt)
        rpa_stmt_reset(*stmt);
    else if (rpa_stmt_new(queues->db, queue_sql[which], stmt, err) < 0)
        return NULL;
    return *stmt;
}

static int bind(struct rpa_queues *queues, enum statement which,
                struct rpa_stmt **ret, struct rpa_err *err, const char *types,
                va_list *ap)
{
    *ret = queue_stmt(queues, which, err);
    return *ret ? rpa_stmt_vbind(*ret, err, types, ap) : -(int)err->code;
}

int queue_run(struct rpa_queues *queues, enum statement which,
              struct rpa_err *err, const char *types, ...)
{
    struct rpa_stmt *stmt;
    va_list ap;
    va_start(ap, types);
    int r = bind(queues, which, &stmt, err, types, &ap);
    va_end(ap);
    if (r == 0)
        r = rpa_stmt_step(stmt, err);
    rpa_stmt_reset(queues->stmt[which]);
    return r < 0 ? r : 0;
}

int queue_row(struct rpa_queues *queues, enum statement which,
              struct rpa_stmt **ret, struct rpa_err *err, const char *types,
              ...)
{
    va_list ap;
    va_start(ap, types);
    int r = bind(queues, which, ret, err, types, &ap);
    va_end(ap);
    return r == 0 ? rpa_stmt_step(*ret, err) : r;
}

static int usable(struct rpa_queues *queues, struct rpa_err *err)
{
    if (!queues->failed)
        return 0;
    if (err)
        *err = queues->why;
    return -(int)queues->why.code;
}

/* what is half written never becomes whole: nothing more is written at all */
static int stop(struct rpa_queues *queues, int r, struct rpa_err *err)
{
    queues->failed = true;
    if (err)
        queues->why = *err;
    else
        rpa_fail(&queues->why, RPA_EIO, "the work queue cannot be written");
    return r;
}

int change_begin(struct rpa_queues *queues, struct rpa_err *err)
{
    int r = usable(queues, err);
    return r == 0 && !queues->batch ? rpa_store_begin(queues->db, err) : r;
}

int change_end(struct rpa_queues *queues, int r, struct rpa_err *err)
{
    if (r == -RPA_EIO || r == -RPA_ENOMEM || r == -RPA_ETAMPER) {
        rpa_queues_rollback(queues);
        return stop(queues, r, err);
    }
    if (queues->batch)
        return r;
    if (r < 0) {
        rpa_queues_rollback(queues);
        return r;
    }
    r = rpa_store_commit(queues->db, err);
    return r < 0 ? stop(queues, r, err) : 0;
}

int rpa_queues_begin(struct rpa_queues *queues, struct rpa_err *err)
{
    int r = change_begin(queues, err);
    queues->batch = queues->batch || r == 0;
    return r;
}

int rpa_queues_commit(struct rpa_queues *queues, struct rpa_err *err)
{
    int r = usable(queues, err);
    if (r < 0)
        return r;
    queues->batch = false;
    return change_end(queues, 0, err);
}

bool rpa_queues_tidy(struct rpa_queues *queues)
{
    return !queues->failed && !queues->batch && rpa_store_tidy(queues->db);
}

void rpa_queues_rollback(struct rpa_queues *queues)
{
    struct rpa_err ignored; /* SQLite may have rolled back by itself */
    queues->batch = false;
    queues->schema_of = queues->policy_of = 0; /* of a queue that is not there */
    rpa_store_exec(queues->db, "ROLLBACK", &ignored);
}
