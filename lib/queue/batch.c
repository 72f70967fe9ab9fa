/* Many items in, all or none, without holding up the rest: kept apart, decided
 * at once, then moved a few at a time. */
#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN, KEPT, DROPPED }; /* batch.decided */

#define IDLE_US 60000000

struct batch {
    int64_t id, queue, who_kind, at_us, decided; /* id 0: there is none */
    char who[64];
};

static int load(struct rpa_queues *queues, struct batch *ret,
                struct rpa_err *err)
{
    struct rpa_stmt *row;
    *ret = (struct batch){ 0 };
    int r = queue_row(queues, BATCH_GET, &row, err, "");
    if (r > 0) {
        *ret = (struct batch){ rpa_stmt_int(row, 0), rpa_stmt_int(row, 1),
                               rpa_stmt_int(row, 2), rpa_stmt_int(row, 4),
                               rpa_stmt_int(row, 5), "" };
        snprintf(ret->who, sizeof ret->who, "%s", rpa_stmt_text(row, 3));
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

/* run a statement that gives back the row it changed: was there one? */
static int changed(int r, struct rpa_stmt *row, struct rpa_err *err)
{
    rpa_stmt_reset(row);
    if (r != 0)
        return r < 0 ? r : 0;
    rpa_fail(err, RPA_EEXPIRED, "that is not being added any more");
    return rpa_err_hint(err, "it waited for over a minute, or a run added one "
                             "of its references meanwhile: nothing was queued, "
                             "add it again");
}

static int decide(struct rpa_queues *queues, int64_t batch, int as,
                  struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, BATCH_DECIDE, &row, err, "ii", (int64_t)as, batch);
    return changed(r, row, err);
}

int batch_touch(struct rpa_queues *queues, int64_t batch, int64_t queue,
                rpa_time now, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, BATCH_TOUCH, &row, err, "iii", now, batch, queue);
    return changed(r, row, err);
}

static int drop(struct rpa_queues *queues, int64_t item, struct rpa_err *err)
{
    int r = queue_run(queues, CONTENT_DROP, err, "i", item);
    return r == 0 ? queue_run(queues, ITEM_DROP, err, "i", item) : r;
}

int batch_spoil(struct rpa_queues *queues, int64_t item, struct rpa_err *err)
{
    struct batch batch;
    int r = load(queues, &batch, err);
    if (r == 0 && batch.decided == KEPT) {
        rpa_fail(err, RPA_EEXIST, "that reference is in the queue: item %lld, "
                                  "just added",
                 (long long)item);
        return rpa_err_hint(err, "a queue has each reference once: leave it out");
    }
    if (r == 0 && batch.decided == OPEN)
        r = decide(queues, batch.id, DROPPED, err);
    return r == 0 ? drop(queues, item, err) : r;
}

int batch_drop_open(struct rpa_queues *queues, struct rpa_err *err)
{
    struct batch batch;
    int r = load(queues, &batch, err);
    return r == 0 && batch.id && batch.decided == OPEN
               ? decide(queues, batch.id, DROPPED, err)
               : r;
}

static int put(struct rpa_queues *queues, int64_t queue, struct rpa_who who,
               rpa_time now, int64_t *ret_batch, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, BATCH_PUT, &row, err, "iisi", queue,
                      (int64_t)who.kind, who.name, now);
    if (r > 0)
        *ret_batch = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

int rpa_batch_begin(struct rpa_queues *queues, const char *queue_name,
                    struct rpa_who who, rpa_time now, int64_t *ret_batch,
                    struct rpa_err *err)
{
    struct queue queue;
    struct batch batch;
    int r = queue_load(queues, queue_name, &queue, NULL, NULL, err);
    if (r == 0)
        r = load(queues, &batch, err);
    if (r == 0 && batch.id && batch.decided == OPEN &&
        now >= batch.at_us && now - batch.at_us < IDLE_US) {
        rpa_fail(err, RPA_EEXIST, "%s is adding something else", batch.who);
        return rpa_err_hint(err, "try again when that is done");
    }
    if (r == 0)
        r = change_begin(queues, err);
    if (r < 0)
        return r;
    *ret_batch = 0;
    if (!batch.id)
        r = put(queues, queue.id, who, now, ret_batch, err);
    else if (batch.decided == OPEN)
        r = decide(queues, batch.id, DROPPED, err);
    return change_end(queues, r, err);
}

int rpa_batch_decide(struct rpa_queues *queues, int64_t batch, bool keep,
                     struct rpa_err *err)
{
    int r = change_begin(queues, err);
    return r == 0 ? change_end(queues,
                               decide(queues, batch, keep ? KEPT : DROPPED, err),
                               err)
                  : r;
}

/* ---- what is decided comes to be ---- */

/* the next item of it comes to be, or does not; 0 there is none */
static int move_one(struct rpa_queues *queues, const struct batch *batch,
                    rpa_time now, int64_t *ret_item, struct rpa_err *err)
{
    const struct reason added = {
        .who = { (enum rpa_who_kind)batch->who_kind, batch->who },
        .why = "added",
    };
    struct rpa_stmt *row;
    int r = queue_row(queues, ITEM_STAGED, &row, err, "i", batch->id);
    struct item item = { .id = r > 0 ? rpa_stmt_int(row, 0) : 0 };
    rpa_stmt_reset(row);
    if (r <= 0)
        return r;
    *ret_item = item.id;
    r = batch->decided == KEPT
            ? item_move(queues, &item, RPA_WORK_READY, 0, &added, now, err)
            : drop(queues, item.id, err);
    return r < 0 ? r : 1;
}

static int move_some(struct rpa_queues *queues, const struct batch *batch,
                     size_t most, rpa_time now, struct rpa_batch_step *step,
                     struct rpa_err *err)
{
    int r = 1;
    for (size_t i = 0; r > 0 && i < most; i++) {
        int64_t item;
        r = move_one(queues, batch, now, &item, err);
        if (r > 0 && batch->decided == KEPT)
            step->items[step->n++] = item;
    }
    return r == 0 ? queue_run(queues, BATCH_END, err, "i", batch->id) : r;
}

static int name_of(struct rpa_queues *queues, const struct batch *batch,
                   struct rpa_batch_step *step, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, QUEUE_GET, &row, err, "si", "", batch->queue);
    if (r > 0)
        snprintf(step->queue, sizeof step->queue, "%s", rpa_stmt_text(row, 5));
    rpa_stmt_reset(row);
    memcpy(step->who, batch->who, sizeof step->who);
    return r < 0 ? r : 0;
}

int rpa_batch_go_on(struct rpa_queues *queues, size_t most, rpa_time now,
                    struct rpa_batch_step *ret_step, struct rpa_err *err)
{
    struct batch batch;
    struct rpa_batch_step step = { 0 };
    int r = load(queues, &batch, err);
    if (r < 0 || !batch.id || batch.decided == OPEN)
        return r;
    step.items = calloc(most, sizeof *step.items);
    if (!step.items)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a batch");
    r = name_of(queues, &batch, &step, err);
    if (r == 0)
        r = change_begin(queues, err);
    if (r == 0) {
        int more = move_some(queues, &batch, most, now, &step, err);
        r = change_end(queues, more < 0 ? more : 0, err);
        r = r < 0 ? r : more;
    }
    if (r < 0)
        free(step.items);
    else
        *ret_step = step;
    return r;
}
