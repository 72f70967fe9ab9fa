/* Rows on their way into the table: one statement of many rows takes two thirds
 * of the time that as many statements of one row take. */
#include "priv.h"

#include <string.h>

enum { HELD = 64 * 1024 }; /* bytes that are held back at most, and one row */

#define ROW "(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
#define INSERT "INSERT INTO entry(" ENTRY_COLUMNS ") VALUES" ROW
#define INSERT_ALL                                                             \
    INSERT "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW "," ROW
_Static_assert(PENDING_ROWS == 8, "INSERT_ALL has that many");

int pending_init(struct pending *pending, struct rpa_store *db,
                 struct rpa_err *err)
{
    *pending = (struct pending){ 0 };
    int r = rpa_stmt_new(db, INSERT, &pending->one, err);
    return r == 0 ? rpa_stmt_new(db, INSERT_ALL, &pending->all, err) : r;
}

void pending_clear(struct pending *pending)
{
    rpa_stmt_free(pending->one);
    rpa_stmt_free(pending->all);
    rpa_buf_clear(&pending->bytes);
    *pending = (struct pending){ 0 };
}

/* row @i of those that @stmt inserts; its @bytes are the clear part, the body */
static int bind(struct rpa_stmt *stmt, int i, const struct row *row,
                const char *bytes, struct rpa_err *err)
{
    return rpa_stmt_bind_at(stmt, 1 + i * ENTRY_NCOLS, err, "iiiiiiiiiiitbb",
                            row->seq, row->run, row->rseq, row->t_us,
                            row->mono_us, row->kind, row->verb, row->target,
                            row->window, row->field, row->grp, bytes,
                            row->plain_len, bytes + row->plain_len,
                            row->body_len, row->h, sizeof row->h);
}

static int run(struct rpa_stmt *stmt, struct rpa_err *err)
{
    int r = rpa_stmt_step(stmt, err);
    rpa_stmt_reset(stmt);
    return r;
}

int pending_flush(struct pending *pending, struct rpa_err *err)
{
    bool full = pending->n == PENDING_ROWS;
    const char *bytes = pending->bytes.data ? pending->bytes.data : "";
    int r = 0;
    for (int i = 0; i < pending->n && r == 0; i++) {
        const struct row *row = &pending->rows[i];
        r = bind(full ? pending->all : pending->one, full ? i : 0, row, bytes,
                 err);
        if (r == 0 && !full)
            r = run(pending->one, err);
        bytes += row->plain_len + row->body_len;
    }
    if (r == 0 && full)
        r = run(pending->all, err);
    pending->n = 0;
    pending->bytes.len = 0;
    return r;
}

int pending_put(struct pending *pending, const struct row *row,
                struct rpa_err *err)
{
    rpa_buf_add(&pending->bytes, row->plain, row->plain_len);
    rpa_buf_add(&pending->bytes, row->body, row->body_len);
    if (pending->bytes.failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    pending->rows[pending->n++] = *row;
    return pending->n == PENDING_ROWS || pending->bytes.len > HELD
               ? pending_flush(pending, err)
               : 0;
}
