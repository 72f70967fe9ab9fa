#include "rpa/alert/outbox.h"
#include "rpa/base/utf8.h"
#include "rpa/store/stmts.h"
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    FIRST_S = 30,
    LONGEST_S = 3600,
    GIVEN_UP_S = 3 * 86400,
    KEPT_S = 90 * 86400, /* what is over, and letters that were taken */
};
enum { WAITS = 1, TAKEN, GIVEN_UP }; /* letter.state */

struct rpa_outbox {
    struct rpa_store *store;
    struct rpa_stmts sql;
    struct rpa_stmt *stmt[STATEMENTS];
};

const char *rpa_alert_name(enum rpa_alert_kind kind)
{
    static const char *const names[] = {
        "?",        "failed", "late", "in doubt", "queue age",
        "deadline", "down",   "disk", "changed",  "calendar",
        "test",
    };
    _Static_assert(sizeof names / sizeof *names == RPA_ALERT_KINDS + 1,
                   "a name each");
    return names[kind > 0 && kind <= RPA_ALERT_KINDS ? kind : 0];
}

/* ---- the file ---- */

static int open_file(const char *state_dir, bool writes,
                     struct rpa_outbox **ret, struct rpa_err *err)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/alerts.db", state_dir) >=
        (int)sizeof path)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", state_dir);
    struct rpa_outbox *outbox = calloc(1, sizeof *outbox);
    if (!outbox)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the alerts");
    int r = writes ? rpa_store_state_dir(state_dir, err) : 0;
    if (r == 0)
        r = (writes ? rpa_store_open : rpa_store_open_ro)(
            path, &outbox_kind, &outbox->store, err);
    outbox->sql = (struct rpa_stmts){ outbox->store, outbox_sql,
                                      outbox->stmt };
    if (r == 0)
        *ret = outbox;
    else
        rpa_outbox_close(outbox);
    return r;
}

int rpa_outbox_open(const char *state_dir, struct rpa_outbox **ret,
                    struct rpa_err *err)
{
    return open_file(state_dir, true, ret, err);
}

int rpa_outbox_open_ro(const char *state_dir, struct rpa_outbox **ret,
                       struct rpa_err *err)
{
    return open_file(state_dir, false, ret, err);
}

void rpa_outbox_close(struct rpa_outbox *outbox)
{
    if (!outbox)
        return;
    rpa_stmts_clear(&outbox->sql, STATEMENTS);
    rpa_store_close(outbox->store);
    free(outbox);
}

/* End the change that came to @r. */
static int commit(struct rpa_outbox *outbox, int r, struct rpa_err *err)
{
    struct rpa_err ignored;
    if (r == 0)
        return rpa_store_commit(outbox->store, err);
    rpa_store_exec(outbox->store, "ROLLBACK", &ignored);
    return r;
}

/* ---- what is wrong ---- */

static int write_letters(struct rpa_outbox *outbox, int64_t alert, bool over,
                         const struct rpa_outbox_rules *rules, int64_t now,
                         struct rpa_err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < rules->nchannels; i++)
        r = rpa_stmts_run(&outbox->sql, LETTER_PUT, err, "iisi", alert,
                          (int64_t)over, rules->channels[i], now);
    return r;
}

/* it lasts already, or begins */
static int see(struct rpa_outbox *outbox, const struct rpa_alert *alert,
               const struct rpa_outbox_rules *rules, int64_t now,
               struct rpa_err *err)
{
    struct rpa_stmt *row;
    int64_t id = 0;
    int r = rpa_stmts_row(&outbox->sql, ALERT_SEE, &row, err, "issi",
                          (int64_t)alert->kind, alert->about, alert->text, now);
    rpa_stmt_reset(row);
    if (r != 0)
        return r < 0 ? r : 0;
    r = rpa_stmts_row(&outbox->sql, ALERT_PUT, &row, err, "issi",
                      (int64_t)alert->kind, alert->about, alert->text, now);
    if (r > 0)
        id = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    return r < 0 ? r : write_letters(outbox, id, false, rules, now, err);
}

static int end_absent(struct rpa_outbox *outbox, unsigned seen,
                      const struct rpa_outbox_rules *rules, int64_t now,
                      struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r;
    while ((r = rpa_stmts_row(&outbox->sql, ALERT_OVER, &row, err, "iii",
                              (int64_t)seen, now, rules->calm_s)) > 0) {
        int64_t id = rpa_stmt_int(row, 0);
        rpa_stmt_reset(row);
        r = rpa_stmts_run(&outbox->sql, ALERT_END, err, "ii", now, id);
        if (r == 0)
            r = write_letters(outbox, id, true, rules, now, err);
        if (r < 0)
            return r;
    }
    return r;
}

int rpa_outbox_tell(struct rpa_outbox *outbox, const struct rpa_alert *alerts,
                    size_t n, unsigned seen,
                    const struct rpa_outbox_rules *rules, int64_t now,
                    struct rpa_err *err)
{
    int r = rpa_store_begin(outbox->store, err);
    if (r < 0)
        return r;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = see(outbox, &alerts[i], rules, now, err);
    if (r == 0)
        r = end_absent(outbox, seen, rules, now, err);
    if (r == 0)
        r = rpa_stmts_run(&outbox->sql, LETTER_DROP, err, "i", now - KEPT_S);
    if (r == 0)
        r = rpa_stmts_run(&outbox->sql, ALERT_DROP, err, "i", now - KEPT_S);
    return commit(outbox, r, err);
}

/* ---- letters ---- */

static void take_letter(struct rpa_stmt *row, struct rpa_letter *ret)
{
    *ret = (struct rpa_letter){
        .id = rpa_stmt_int(row, 0),
        .alert.kind = (enum rpa_alert_kind)rpa_stmt_int(row, 1),
        .over = rpa_stmt_int(row, 4) != 0, .began = rpa_stmt_int(row, 5),
        .ended = rpa_stmt_int(row, 6), .tries = rpa_stmt_int(row, 8),
        .due = rpa_stmt_int(row, 9),
    };
    rpa_str_copy(ret->alert.about, sizeof ret->alert.about,
                 rpa_stmt_text(row, 2));
    rpa_str_copy(ret->alert.text, sizeof ret->alert.text,
                 rpa_stmt_text(row, 3));
    rpa_str_copy(ret->channel, sizeof ret->channel, rpa_stmt_text(row, 7));
    rpa_str_copy(ret->why, sizeof ret->why, rpa_stmt_text(row, 10));
}

int rpa_outbox_next(struct rpa_outbox *outbox, int64_t now,
                    struct rpa_letter *ret, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = rpa_stmts_row(&outbox->sql, LETTER_NEXT, &row, err, "i", now);
    if (r > 0)
        take_letter(row, ret);
    rpa_stmt_reset(row);
    return r;
}

int rpa_outbox_due(struct rpa_outbox *outbox, int64_t *ret,
                   struct rpa_err *err)
{
    struct rpa_stmt *row;
    char type[2] = "n";
    int r = rpa_stmts_row(&outbox->sql, LETTER_DUE, &row, err, "");
    if (r > 0)
        rpa_stmt_types(row, 1, type);
    if (r >= 0)
        *ret = *type == 'i' ? rpa_stmt_int(row, 0) : INT64_MAX;
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

int rpa_outbox_sent(struct rpa_outbox *outbox, int64_t letter, int64_t now,
                    struct rpa_err *err)
{
    return rpa_stmts_run(&outbox->sql, LETTER_SENT, err, "ii", now, letter);
}

static int64_t wait_of(int64_t tries)
{
    int64_t wait_s = tries < 7 ? FIRST_S << tries : LONGEST_S;
    return wait_s < LONGEST_S ? wait_s : LONGEST_S;
}

static int leave(struct rpa_outbox *outbox, int64_t letter, const char *why,
                 int64_t now, bool *ret_given_up, struct rpa_err *err)
{
    struct rpa_stmt *row;
    char channel[16];
    int r = rpa_stmts_row(&outbox->sql, LETTER_GET, &row, err, "i", letter);
    if (r <= 0)
        return r < 0 ? r : rpa_fail(err, RPA_ENOTFOUND, "no such letter");
    rpa_str_copy(channel, sizeof channel, rpa_stmt_text(row, 0));
    bool over = now - rpa_stmt_int(row, 1) >= GIVEN_UP_S;
    int64_t tries = rpa_stmt_int(row, 2);
    rpa_stmt_reset(row);
    r = rpa_stmts_run(&outbox->sql, LETTER_LEAVE, err, "isi",
                      (int64_t)(over ? GIVEN_UP : WAITS), why, letter);
    if (r == 0)
        r = rpa_stmts_run(&outbox->sql, LETTER_WAIT, err, "is",
                          now + wait_of(tries), channel);
    if (r == 0)
        *ret_given_up = over;
    return r;
}

int rpa_outbox_failed(struct rpa_outbox *outbox, int64_t letter,
                      const char *why, int64_t now, bool *ret_given_up,
                      struct rpa_err *err)
{
    int r = rpa_store_begin(outbox->store, err);
    return r == 0 ? commit(outbox,
                           leave(outbox, letter, why, now, ret_given_up, err),
                           err)
                  : r;
}

int rpa_outbox_each(struct rpa_outbox *outbox,
                    int (*each)(void *data, const struct rpa_letter *letter),
                    void *data, struct rpa_err *err)
{
    struct rpa_stmt *row;
    struct rpa_letter letter;
    int r = rpa_stmts_row(&outbox->sql, LOOK, &row, err, "");
    for (; r > 0; r = rpa_stmt_step(row, err)) {
        take_letter(row, &letter);
        if (each(data, &letter))
            break;
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}
