/* What the engine must remember: the file, and one change of it at a time. */
#include "diary.h"
#include "rpa/store/stmts.h"
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIVE = 1, ENDED = 3, NEVER }; /* tick.state; 0: it has no run */

struct diary {
    struct rpa_store *store;
    struct rpa_stmts sql;
    struct rpa_stmt *stmt[STATEMENTS];
    bool changing;
    int64_t seq; /* the newest */
    int64_t told;
};

/* ---- the file ---- */

static int number(struct diary *diary, enum statement which, int64_t *ret,
                  struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = rpa_stmts_row(&diary->sql, which, &row, err, "");
    if (r > 0)
        *ret = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

static int open_store(const char *state_dir, bool writes, struct diary *diary,
                      struct rpa_err *err)
{
    char path[4096];
    if (!state_dir)
        return rpa_store_open_memory(&diary_kind, &diary->store, err);
    if (snprintf(path, sizeof path, "%s/schedule.db", state_dir) >=
        (int)sizeof path)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", state_dir);
    if (!writes)
        return rpa_store_open_ro(path, &diary_kind, &diary->store, err);
    int r = rpa_store_state_dir(state_dir, err);
    return r == 0 ? rpa_store_open(path, &diary_kind, &diary->store, err) : r;
}

int diary_open(const char *state_dir, bool writes, struct diary **ret,
              struct rpa_err *err)
{
    struct diary *diary = calloc(1, sizeof *diary);
    if (!diary)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules' store");
    int r = open_store(state_dir, writes, diary, err);
    diary->sql = (struct rpa_stmts){ diary->store, diary_sql, diary->stmt };
    if (r == 0)
        r = number(diary, TOLD_GET, &diary->told, err);
    if (r == 0)
        r = number(diary, TICK_LAST, &diary->seq, err);
    if (r == 0)
        *ret = diary;
    else
        diary_close(diary);
    return r;
}

void diary_close(struct diary *diary)
{
    if (!diary)
        return;
    rpa_stmts_clear(&diary->sql, STATEMENTS);
    rpa_store_close(diary->store);
    free(diary);
}

static int begin(struct diary *diary, struct rpa_err *err)
{
    int r = diary->changing ? 0 : rpa_store_begin(diary->store, err);
    diary->changing = diary->changing || r == 0;
    return r;
}

int diary_commit(struct diary *diary, int r, struct rpa_err *err)
{
    struct rpa_err ignored;
    if (!diary->changing)
        return r;
    diary->changing = false;
    if (r == 0)
        return rpa_store_commit(diary->store, err);
    rpa_store_exec(diary->store, "ROLLBACK", &ignored);
    return r;
}

/* ---- schedules ---- */

/* of an older store, when bots were not approved, it has none of the bot */
static void get_hash(struct rpa_stmt *row, int col, bool *ret_any,
                     uint8_t out[static RPA_SCHED_HASH])
{
    size_t len;
    const void *bytes = rpa_stmt_bytes(row, col, &len);
    *ret_any = len == RPA_SCHED_HASH || len == RPA_SCHED_BOT;
    memset(out, 0, RPA_SCHED_HASH);
    if (*ret_any)
        memcpy(out, bytes, len);
}

static void get_text(struct rpa_stmt *row, int col, char *out, size_t size)
{
    snprintf(out, size, "%s", rpa_stmt_text(row, col));
}

int diary_find(struct diary *diary, const char *name, struct diary_schedule *ret,
              struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = rpa_stmts_row(&diary->sql, SCHEDULE_FIND, &row, err, "s", name);
    if (r <= 0)
        return r;
    *ret = (struct diary_schedule){ .id = rpa_stmt_int(row, 0),
                                   .cursor = rpa_stmt_int(row, 2),
                                   .anchor = rpa_stmt_int(row, 3),
                                   .paused = rpa_stmt_int(row, 9) != 0 };
    get_hash(row, 1, &ret->loaded, ret->hash);
    get_text(row, 4, ret->boot, sizeof ret->boot);
    get_hash(row, 5, &ret->has_approval, ret->approved);
    get_text(row, 6, ret->approval.by, sizeof ret->approval.by);
    ret->approval.uid = rpa_stmt_int(row, 7);
    ret->approval.at = rpa_stmt_int(row, 8);
    get_text(row, 10, ret->pause.by, sizeof ret->pause.by);
    get_text(row, 11, ret->pause.why, sizeof ret->pause.why);
    ret->pause.uid = rpa_stmt_int(row, 12);
    ret->pause.at = rpa_stmt_int(row, 13);
    rpa_stmt_reset(row);
    return 1;
}

int diary_keep(struct diary *diary, const char *name, struct diary_schedule *s,
              struct rpa_err *err)
{
    struct rpa_stmt *row = NULL;
    int r = begin(diary, err);
    if (r == 0)
        r = rpa_stmts_row(
            &diary->sql, s->id ? SCHEDULE_SET : SCHEDULE_PUT, &row, err,
            s->id ? "sbisbsiiissiii" : "sbisbsiiissii", name, s->hash,
            s->loaded ? sizeof s->hash : (size_t)0, s->anchor, s->boot,
            s->approved, s->has_approval ? sizeof s->approved : (size_t)0,
            s->approval.by, s->approval.uid, s->approval.at,
            (int64_t)s->paused, s->pause.by, s->pause.why, s->pause.uid,
            s->pause.at, s->id);
    if (r > 0)
        s->id = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    return r < 0 ? r
                 : rpa_stmts_run(&diary->sql, PLACE_KEEP, err, "ii", s->id,
                                 s->cursor);
}

int diary_event(struct diary *diary, int64_t schedule, const char *what,
               const struct diary_word *word, struct rpa_err *err)
{
    int r = begin(diary, err);
    return r == 0 ? rpa_stmts_run(&diary->sql, EVENT_PUT, err, "iissis",
                                  schedule, word->at, what, word->by,
                                  word->uid, word->why)
                  : r;
}

/* ---- ticks ---- */

int diary_tick(struct diary *diary, int64_t id, int64_t cursor,
              const struct rpa_sched_row *tick, struct diary_run *run,
              struct rpa_err *err)
{
    int64_t seq = diary->seq + 1;
    int r = begin(diary, err);
    if (r == 0)
        r = rpa_stmts_run(&diary->sql, TICK_PUT, err, "iiiiiiisiisii", seq, id,
                          (int64_t)tick->cause, tick->key, tick->due, tick->at,
                          (int64_t)tick->fate, tick->why, run ? seq : INT64_C(0),
                          run ? run->start_by : INT64_C(0), run ? run->by : "",
                          run ? run->by_uid : INT64_C(0),
                          (int64_t)(run ? LIVE : 0));
    bool taken = r == 0 && rpa_store_changes(diary->store) > 0;
    if (taken)
        diary->seq = seq;
    if (taken && run)
        run->id = run->seq = seq;
    if (r == 0)
        r = rpa_stmts_run(&diary->sql, PLACE_TICK, err, "iii", cursor,
                          taken ? seq : INT64_C(0), id);
    return r < 0 ? r : taken;
}

int diary_undo(struct diary *diary, struct diary_run *run,
               const struct rpa_sched_row *tick, struct rpa_err *err)
{
    int r = begin(diary, err);
    if (r == 0)
        r = rpa_stmts_run(&diary->sql, TICK_UNDO, err, "iiiisi", ++diary->seq,
                          tick->due, tick->at, (int64_t)tick->fate, tick->why,
                          run->seq);
    run->seq = diary->seq;
    return r == 0 ? rpa_stmts_run(&diary->sql, PLACE_LAST, err, "ii",
                                  diary->seq, run->schedule)
                  : r;
}

static struct rpa_sched_row row_of(struct rpa_stmt *row)
{
    return (struct rpa_sched_row){
        .seq = rpa_stmt_int(row, 0),
        .schedule = rpa_stmt_text(row, 1),
        .cause = (enum rpa_sched_cause)rpa_stmt_int(row, 2),
        .key = rpa_stmt_int(row, 3),
        .due = rpa_stmt_int(row, 4),
        .at = rpa_stmt_int(row, 5),
        .fate = (enum rpa_sched_fate)rpa_stmt_int(row, 6),
        .why = rpa_stmt_text(row, 7),
        .run = rpa_stmt_int(row, 8),
    };
}

int diary_rows(struct diary *diary, int64_t seq,
              void (*each)(void *data, const struct rpa_sched_row *row),
              void *data, struct rpa_err *err)
{
    struct rpa_stmt *row;
    if (seq >= diary->seq)
        return 0;
    int r = rpa_stmts_row(&diary->sql, TICK_AFTER, &row, err, "i", seq);
    for (; r > 0; r = rpa_stmt_step(row, err)) {
        struct rpa_sched_row one = row_of(row);
        each(data, &one);
    }
    return r;
}

/* @r, and the rows from the present one on */
static int walk(int r, struct rpa_stmt *row,
                int (*each)(void *data, const struct rpa_sched_row *row),
                void *data, struct rpa_err *err)
{
    for (; r > 0; r = rpa_stmt_step(row, err)) {
        struct rpa_sched_row one = row_of(row);
        if (each(data, &one))
            break;
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

int diary_last(struct diary *diary, const char *name, int64_t most,
              int (*each)(void *data, const struct rpa_sched_row *row),
              void *data, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = name ? rpa_stmts_row(&diary->sql, TICK_NEWEST_OF, &row, err, "si",
                                 name, most)
                 : rpa_stmts_row(&diary->sql, TICK_NEWEST, &row, err, "i", most);
    return walk(r, row, each, data, err);
}

int diary_due(struct diary *diary, int64_t from, int64_t to,
              int (*each)(void *data, const struct rpa_sched_row *row),
              void *data, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = rpa_stmts_row(&diary->sql, TICK_DUE, &row, err, "ii", from, to);
    return walk(r, row, each, data, err);
}

int diary_began(struct diary *diary, int64_t from, int64_t to,
                int (*each)(void *data, const struct rpa_sched_ran *ran),
                void *data, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = rpa_stmts_row(&diary->sql, RUN_BEGAN, &row, err, "ii", from, to);
    for (; r > 0; r = rpa_stmt_step(row, err)) {
        const struct rpa_sched_ran one = {
            .schedule = rpa_stmt_text(row, 0), .run = rpa_stmt_int(row, 1),
            .audit_run = rpa_stmt_int(row, 2), .began = rpa_stmt_int(row, 3),
            .ended = rpa_stmt_int(row, 4),
            .outcome = (enum rpa_sched_outcome)rpa_stmt_int(row, 5),
        };
        if (each(data, &one))
            break;
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

int diary_forget(struct diary *diary, int64_t before, int64_t now,
                 struct rpa_err *err)
{
    enum { AT_ONCE = 500 };
    struct rpa_stmt *row;
    int n = 0, r = rpa_stmts_row(&diary->sql, TICK_OLD, &row, err, "i", now);
    while (r > 0 && n < AT_ONCE && rpa_stmt_int(row, 1) < before) {
        r = begin(diary, err);
        if (r == 0)
            r = rpa_stmts_run(&diary->sql, TICK_DROP, err, "i",
                              rpa_stmt_int(row, 0));
        if (r == 0)
            r = rpa_stmt_step(row, err);
        n++;
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : n == AT_ONCE;
}

int diary_clock(struct diary *diary, int64_t *ret, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = rpa_stmts_row(&diary->sql, TICK_LAST, &row, err, "");
    if (r >= 0)
        *ret = r ? rpa_stmt_int(row, 1) : 0;
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

int diary_told(struct diary *diary, int64_t seq, struct rpa_err *err)
{
    if (seq <= diary->told)
        return 0;
    int r = rpa_store_begin_unflushed(diary->store, err);
    if (r == 0)
        r = rpa_stmts_run(&diary->sql, TOLD_SET, err, "i", seq);
    if (r == 0)
        r = rpa_store_commit(diary->store, err);
    diary->told = r == 0 ? seq : diary->told;
    return r;
}

bool diary_tidy(struct diary *diary)
{
    return rpa_store_tidy(diary->store);
}

int64_t diary_told_seq(const struct diary *diary)
{
    return diary->told;
}

/* ---- runs ---- */

int diary_started(struct diary *diary, const struct diary_run *run,
                  int64_t now, struct rpa_err *err)
{
    int r = rpa_stmts_run(&diary->sql, RUN_STARTED, err, "ii", now, run->seq);
    if (r < 0 || rpa_store_changes(diary->store) == 1)
        return r;
    return rpa_fail(err, RPA_EBUG, "the schedules' store has no row of the run %lld",
                    (long long)run->id);
}

int diary_ended(struct diary *diary, const struct diary_run *run,
               enum rpa_sched_outcome outcome, int64_t now, struct rpa_err *err)
{
    int r = begin(diary, err);
    if (r == 0)
        r = rpa_stmts_run(&diary->sql, RUN_ENDED, err, "iiiii",
                          (int64_t)(outcome ? ENDED : NEVER), now,
                          (int64_t)outcome, run->audit_run, run->seq);
    return r == 0 && outcome
               ? rpa_stmts_run(&diary->sql, PLACE_RAN, err, "ii", run->seq,
                               run->schedule)
               : r;
}

int diary_live(struct diary *diary,
              int (*each)(void *data, const struct diary_run *run), void *data,
              struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = rpa_stmts_row(&diary->sql, RUN_LIVE, &row, err, "");
    for (; r > 0; r = rpa_stmt_step(row, err)) {
        struct diary_run run = {
            .id = rpa_stmt_int(row, 0), .seq = rpa_stmt_int(row, 1),
            .schedule = rpa_stmt_int(row, 2),
            .cause = (enum rpa_sched_cause)rpa_stmt_int(row, 3),
            .key = rpa_stmt_int(row, 4), .due = rpa_stmt_int(row, 5),
            .start_by = rpa_stmt_int(row, 6), .by_uid = rpa_stmt_int(row, 8),
            .running = rpa_stmt_int(row, 9) != 0,
        };
        get_text(row, 7, run.by, sizeof run.by);
        if (each(data, &run))
            break;
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

int diary_info(struct diary *diary, int64_t id, struct rpa_sched_info *ret,
              struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = rpa_stmts_row(&diary->sql, RUN_COUNT, &row, err, "i", id);
    if (r > 0) {
        ret->running = rpa_stmt_int(row, 0);
        ret->waits = rpa_stmt_int(row, 1);
    }
    rpa_stmt_reset(row);
    if (r >= 0)
        r = rpa_stmts_row(&diary->sql, RUN_OF, &row, err, "i", id);
    if (r > 0) {
        ret->last_run = rpa_stmt_int(row, 0);
        ret->last_audit_run = rpa_stmt_int(row, 1);
        ret->last_began = rpa_stmt_int(row, 2);
        ret->last_ended = rpa_stmt_int(row, 3);
        ret->last = (enum rpa_sched_outcome)rpa_stmt_int(row, 4);
        rpa_stmt_reset(row);
    }
    if (r >= 0)
        r = rpa_stmts_row(&diary->sql, TICK_OF, &row, err, "i", id);
    if (r > 0) {
        ret->fate = (enum rpa_sched_fate)rpa_stmt_int(row, 0);
        ret->fate_due = rpa_stmt_int(row, 1);
        get_text(row, 2, ret->fate_why, sizeof ret->fate_why);
        rpa_stmt_reset(row);
    }
    return r < 0 ? r : 0;
}
