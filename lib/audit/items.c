#include "priv.h"

#include <stdlib.h>
#include <string.h>

/* item.state. PRESSED: a commit act went out and nothing came back. ANSWERED:
 * it was answered, but without a reference. AGAIN: pressed once more then. */
enum { NEW, BEGUN, MARKED, PRESSED, ANSWERED, DONE, REJECTED, FAILED, AGAIN,
       STATES };

#define OUT (-RPA_EINVAL)  /* out of turn */
#define DBT (-RPA_EDOUBT)  /* in doubt */
#define HAD (-RPA_EEXIST)  /* done already */

/* The commit fence as a table: what a row makes of an item, or why it may not
 * be written. Doubt is left only by an outcome, by who says DONE, or by who
 * looked in the target; a REJECTED, FAILED or DEFERRED over a press without
 * outcome does not clear it. */
static const int next[ITEM_MOVES][STATES] = {
    /*                    NEW    BEGUN     MARKED    PRESSED  ANSWERED  DONE  REJECTED FAILED AGAIN */
    [RPA_ITEM_BEGIN] = { BEGUN, BEGUN, BEGUN, DBT, DBT, HAD, BEGUN, BEGUN, DBT },
    [RPA_ITEM_MARK] = { OUT, MARKED, MARKED, DBT, ANSWERED, DONE, OUT, OUT, DBT },
    [RPA_ITEM_DONE] = { OUT, DONE, DONE, DONE, DONE, DONE, OUT, OUT, DONE },
    [RPA_ITEM_REJECTED] = { OUT, REJECTED, REJECTED, PRESSED, REJECTED, DONE,
                            OUT, OUT, AGAIN },
    [RPA_ITEM_FAILED] = { OUT, FAILED, FAILED, PRESSED, FAILED, DONE, OUT, OUT,
                          AGAIN },
    [RPA_ITEM_DEFERRED] = { OUT, FAILED, FAILED, PRESSED, FAILED, DONE, OUT, OUT,
                            AGAIN },
    [RPA_ITEM_FOUND] = { DONE, OUT, OUT, DONE, DONE, HAD, OUT, OUT, DONE },
    [RPA_ITEM_ABSENT] = { FAILED, OUT, OUT, FAILED, FAILED, HAD, OUT, OUT,
                          FAILED },
    [RPA_ITEM_CANCELLED] = { REJECTED, REJECTED, REJECTED, REJECTED, REJECTED, HAD,
                             OUT, REJECTED, REJECTED },
    [ITEM_INTENT] = { OUT, OUT, PRESSED, DBT, AGAIN, DONE, OUT, OUT, DBT },
    [ITEM_ANSWERED] = { OUT, BEGUN, MARKED, ANSWERED, ANSWERED, DONE, REJECTED,
                        FAILED, ANSWERED },
    [ITEM_REFERENCED] = { OUT, BEGUN, MARKED, DONE, ANSWERED, DONE, REJECTED,
                          FAILED, DONE },
    [ITEM_NOT_PRESSED] = { OUT, BEGUN, MARKED, MARKED, ANSWERED, DONE, REJECTED,
                           FAILED, ANSWERED },
};

int items_load(struct book *book, const char *queue, const uint8_t id[32],
               struct item *ret_item, struct rpa_err *err)
{
    *ret_item = (struct item){ 0 };
    int r = rpa_stmt_bind(book->item_get, err, "sb", queue, id, (size_t)32);
    if (r == 0)
        r = rpa_stmt_step(book->item_get, err);
    if (r > 0)
        *ret_item = (struct item){
            .state = rpa_stmt_int(book->item_get, 0),
            .run = rpa_stmt_int(book->item_get, 1),
            .seq = rpa_stmt_int(book->item_get, 2),
            .commit_seq = rpa_stmt_int(book->item_get, 3),
            .ref_seq = rpa_stmt_int(book->item_get, 4),
        };
    rpa_stmt_reset(book->item_get);
    if (r > 0 && (ret_item->state < 0 || ret_item->state >= STATES))
        return rpa_fail(err, RPA_ETAMPER, "an item's state was changed");
    return r < 0 ? r : 0;
}

static bool in_hand(const struct run_state *rs, const char *queue,
                    const uint8_t id[32])
{
    return rs->queue && !strcmp(rs->queue, queue) && !memcmp(rs->item, id, 32);
}

/* said of a doubt by somebody who does not have the item in hand */
static bool from_outside(int move)
{
    return move >= RPA_ITEM_FOUND && move <= RPA_ITEM_CANCELLED;
}

/* may @rs, by what it has in hand, make @move of the item? */
static int check_hand(const struct book *book, const struct run_state *rs,
                      const char *queue, const uint8_t id[32], int move,
                      struct rpa_err *err)
{
    if (move == RPA_ITEM_BEGIN)
        return rs->queue
                   ? rpa_fail(err, RPA_EINVAL, "the run has an item in hand")
                   : 0;
    if (!from_outside(move))
        return in_hand(rs, queue, id)
                   ? 0
                   : rpa_fail(err, RPA_EINVAL,
                              "the run has not begun that item");
    for (size_t i = 0; i < book->nruns; i++)
        if (in_hand(&book->runs[i], queue, id))
            return rpa_fail(err, RPA_EEXIST, "run %lld has that item in hand",
                            (long long)book->runs[i].id);
    return rs->queue ? rpa_fail(err, RPA_EINVAL, "the run has an item in hand")
                     : 0;
}

int items_check(struct book *book, const struct run_state *rs,
                const char *queue, const uint8_t id[32], int move,
                struct rpa_err *err)
{
    struct item item;
    int r = items_load(book, queue, id, &item, err);
    if (r == 0)
        r = check_hand(book, rs, queue, id, move, err);
    if (r < 0)
        return r;
    if (move == RPA_ITEM_BEGIN && (item.state == BEGUN || item.state == MARKED) &&
        book_run(book, item.run))
        return rpa_fail(err, RPA_EEXIST, "run %lld has that item in hand",
                        (long long)item.run);
    switch (next[move][item.state]) {
    case OUT:
        return rpa_fail(err, RPA_EINVAL, "that is not what comes next for a "
                                         "work item: begin, mark, commit, end");
    case DBT:
        return rpa_fail(err, RPA_EDOUBT, "the work item is in doubt since row "
                                         "%lld", (long long)item.commit_seq);
    case HAD:
        rpa_fail(err, RPA_EEXIST, "the work item is done since row %lld",
                 (long long)item.seq);
        return rpa_err_hint(err, "nothing is left to do for it");
    default:
        return 0;
    }
}

/* which item a row moves */
struct which {
    const char *queue;
    const uint8_t *id; /* 32 bytes */
};

static int save(struct book *book, const struct which *of, int move,
                const struct row *row, struct item *item, struct rpa_err *err)
{
    struct census *census = &book->census;
    int to = next[move][item->state];
    if (to < 0)
        return rpa_fail(err, RPA_ETAMPER, "a work item out of turn");
    int r = item->state == NEW ? 0
                               : census_weigh(census, book->root, of->queue,
                                             of->id, item);
    census->items += item->state == NEW;
    bool refers = move == ITEM_REFERENCED ||
                  ((move == RPA_ITEM_DONE || move == RPA_ITEM_FOUND) &&
                   row->body_len);
    if (refers && to == DONE)
        item->ref_seq = row->seq;
    if (move == ITEM_INTENT && to != DONE)
        item->commit_seq = row->seq;
    if (move == RPA_ITEM_BEGIN)
        item->commit_seq = 0;
    item->state = to;
    item->run = row->run;
    item->seq = row->seq;
    if (r == 0)
        r = census_weigh(census, book->root, of->queue, of->id, item);
    if (r < 0)
        return rpa_fail(err, RPA_ENOMEM, "no memory for an item");
    book->census_due = true;
    return rpa_stmt_run(book->item_put, err, "sbiiiii", of->queue, of->id,
                        (size_t)32, item->state, item->run, item->seq,
                        item->commit_seq, item->ref_seq);
}

static int event_of(const char *name)
{
    for (int e = RPA_ITEM_BEGIN; e <= RPA_ITEM_CANCELLED; e++)
        if (!strcmp(rpa_item_event_name(e), name))
            return e;
    return 0;
}

/* an ITEM row: take the item in hand, move it, or let it go */
static int take_event(struct book *book, struct run_state *rs,
                      const struct row *row, const json_t *json,
                      struct rpa_err *err)
{
    const char *event, *queue, *hex;
    uint8_t id[32];
    int move = 0;
    if (json_unpack((json_t *)json, "{s:s,s:s,s:s!}", "event", &event, "queue",
                    &queue, "item", &hex) == 0)
        move = event_of(event);
    if (!move || strlen(hex) != 64 || !hex_get(hex, id))
        return rpa_fail(err, RPA_ETAMPER, "a work item row lacks something");
    if (items_check(book, rs, queue, id, move, NULL) < 0)
        return rpa_fail(err, RPA_ETAMPER, "a work item out of turn");
    if (move == RPA_ITEM_BEGIN) {
        if (!(rs->queue = strdup(queue)))
            return rpa_fail(err, RPA_ENOMEM, "no memory for an item");
        memcpy(rs->item, id, sizeof id);
    }
    struct item item;
    const struct which of = { queue, id };
    int r = items_load(book, queue, id, &item, err);
    if (r == 0)
        r = save(book, &of, move, row, &item, err);
    if (move >= RPA_ITEM_DONE && !from_outside(move)) {
        free(rs->queue);
        rs->queue = NULL;
    }
    return r;
}

/* an OUTCOME row counts for the item if it answers its commit act */
static int take_outcome(struct book *book, struct run_state *rs,
                        const struct row *row, const json_t *json,
                        struct rpa_err *err)
{
    json_int_t intent;
    const char *result;
    struct item item;
    const struct which of = { rs->queue, rs->item };
    if (json_unpack((json_t *)json, "{s:I,s:s!}", "intent", &intent, "result",
                    &result) < 0)
        return rpa_fail(err, RPA_ETAMPER, "an outcome lacks something");
    int r = items_load(book, rs->queue, rs->item, &item, err);
    if (r < 0 || item.commit_seq != intent || !intent)
        return r;
    static const struct {
        int result, move;
    } moves[] = { { RPA_RESULT_DONE, ITEM_ANSWERED },
                  { RPA_RESULT_REFERENCED, ITEM_REFERENCED },
                  { RPA_RESULT_NOT_DONE, ITEM_NOT_PRESSED } };
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (!strcmp(rpa_audit_result_name(moves[i].result), result))
            return save(book, &of, moves[i].move, row, &item, err);
    return 0; /* unknown: the doubt stays */
}

int items_take(struct book *book, struct run_state *rs, const struct row *row,
               struct rpa_err *err)
{
    if (row->kind != RPA_AUDIT_ITEM && !rs->queue)
        return 0; /* a commit act without an item, such as signing on */
    if (row->kind == RPA_AUDIT_COMMIT) {
        struct item item;
        const struct which of = { rs->queue, rs->item };
        int r = items_load(book, rs->queue, rs->item, &item, err);
        return r == 0 ? save(book, &of, ITEM_INTENT, row, &item, err) : r;
    }
    json_t *json = row_json(row, err);
    if (!json)
        return -RPA_ETAMPER;
    int r = row->kind == RPA_AUDIT_ITEM
                ? take_event(book, rs, row, json, err)
                : take_outcome(book, rs, row, json, err);
    json_decref(json);
    return r;
}

/* ---- the writer's side ---- */

static void blind(const struct rpa_audit *audit, const char *queue,
                  const char *id, uint8_t out[static 32])
{
    struct rpa_buf both = { 0 };
    rpa_buf_add(&both, queue, strlen(queue) + 1);
    rpa_buf_puts(&both, id);
    rpa_root_mac(audit->root, RPA_ROOT_ITEM, both.data, both.len, out);
    rpa_buf_clear(&both);
}

static enum rpa_item_state shown(struct book *book, const struct item *item)
{
    bool held = book_run(book, item->run) != NULL;
    switch (item->state) {
    case NEW:
        return RPA_ITEM_IS_NEW;
    case BEGUN:
        return held ? RPA_ITEM_IS_BEGUN : RPA_ITEM_IS_READY;
    case MARKED:
        return held ? RPA_ITEM_IS_MARKED : RPA_ITEM_IS_READY;
    case DONE:
        return RPA_ITEM_IS_DONE;
    case REJECTED:
        return RPA_ITEM_IS_REJECTED;
    case FAILED:
        return RPA_ITEM_IS_FAILED;
    default:
        return RPA_ITEM_IS_IN_DOUBT;
    }
}

int rpa_audit_item_state(struct rpa_audit *audit, const char *queue,
                         const char *id, struct rpa_item_info *ret_info,
                         struct rpa_err *err)
{
    uint8_t hash[32];
    struct item item;
    struct row row = { 0 };
    blind(audit, queue, id, hash);
    int r = items_load(&audit->book, queue, hash, &item, err);
    if (r == 0 && item.state != NEW) {
        r = audit_row(audit, item.seq, &row, err);
        rpa_stmt_reset(audit->rows.stmt[0]);
        if (r == 0)
            r = rpa_fail(err, RPA_ETAMPER, "row %lld is gone",
                         (long long)item.seq);
    }
    if (r >= 0)
        *ret_info = (struct rpa_item_info){ shown(&audit->book, &item), item.run,
                                            item.seq, row.t_us, item.ref_seq };
    return r < 0 ? r : 0;
}

static char *event_json(const char *queue, const uint8_t id[static 32],
                        enum rpa_item_event event)
{
    char hex[65];
    hex_put(id, 32, hex);
    json_t *json = json_pack("{s:s,s:s,s:s}", "event",
                             rpa_item_event_name(event), "item", hex, "queue",
                             queue);
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    return text;
}

int rpa_audit_item(struct rpa_audit *audit, int64_t run, int64_t grp,
                   const char *queue, const char *id, enum rpa_item_event event,
                   const void *body, size_t body_len, int64_t *ret_seq,
                   struct rpa_err *err)
{
    int r = audit_ready(audit, run, err);
    if (r < 0)
        return r;
    struct run_state *rs = book_run(&audit->book, run);
    uint8_t hash[32];
    blind(audit, queue, id, hash);
    if (!rpa_item_event_name(event) || grp < 0 || grp > rs->grps)
        return rpa_fail(err, RPA_EINVAL, "no such event or group");
    if (body_len > RPA_AUDIT_BODY_MAX)
        return rpa_fail(err, RPA_EINVAL,
                        "what is said of a work item is over %d bytes",
                        RPA_AUDIT_BODY_MAX);
    r = items_check(&audit->book, rs, queue, hash, (int)event, err);
    if (r == 0 && event <= RPA_ITEM_MARK)
        r = reserve_ask(&audit->reserve, err);
    if (r < 0)
        return r;
    char *plain = event_json(queue, hash, event);
    if (!plain)
        return rpa_fail(err, RPA_EINVAL, "the queue's name is not UTF-8");
    struct row row = { .run = run, .grp = grp, .kind = RPA_AUDIT_ITEM };
    r = audit_put(audit, &row, plain, body, body_len, ret_seq, err);
    free(plain);
    return r;
}
