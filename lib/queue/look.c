/* Looking: items, their history. */
#include "priv.h"

#include <string.h>

/* the two texts of an info, one behind the other in queues->text */
static int texts(struct rpa_queues *queues, const struct item *item,
                 struct rpa_work_info *info, struct rpa_err *err)
{
    struct rpa_stmt *row;
    struct rpa_buf *text = &queues->text;
    rpa_buf_clear(text);
    int r = queue_row(queues, QUEUE_GET, &row, err, "si", "", item->queue);
    if (r > 0)
        rpa_buf_puts(text, rpa_stmt_text(row, 5));
    rpa_stmt_reset(row);
    rpa_buf_putc(text, '\0');
    size_t why = text->len;
    if (r >= 0)
        r = queue_row(queues, STEP_WHY, &row, err, "i", item->id);
    if (r > 0)
        rpa_buf_puts(text, rpa_stmt_text(row, 0));
    rpa_stmt_reset(row);
    if (r >= 0 && text->failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for an item's texts");
    if (r < 0)
        return r;
    info->queue = text->data;
    info->why = text->data + why;
    return 0;
}

int rpa_work_info(struct rpa_queues *queues, int64_t id,
                  struct rpa_work_info *ret_info, struct rpa_err *err)
{
    struct item item;
    int r = item_load(queues, id, &item, err);
    if (r < 0)
        return r;
    *ret_info = (struct rpa_work_info){
        .item = item.id, .rerun_of = item.rerun_of, .attempts = item.attempt,
        .spent = item.spent, .priority = item.priority,
        .state = (enum rpa_work_state)item.state, .marked = item.marked != 0,
        .added_us = item.added_us,
        .deadline_us = item.deadline_us == INT64_MAX ? 0 : item.deadline_us,
        .due_us = item.due_us,
    };
    struct rpa_stmt *row;
    r = item.attempt ? queue_row(queues, ATTEMPT_LAST, &row, err, "i", id) : 0;
    if (r > 0) {
        ret_info->begun_us = rpa_stmt_int(row, 4);
        rpa_stmt_reset(row);
    }
    return r < 0 ? r : texts(queues, &item, ret_info, err);
}

int rpa_work_each(struct rpa_queues *queues, const char *queue_name, int state,
                  int (*each)(void *data, const struct rpa_work_info *info),
                  void *data, struct rpa_err *err)
{
    struct queue queue;
    int64_t last = 0;
    int r = queue_load(queues, queue_name, &queue, NULL, NULL, err);
    while (r == 0) {
        struct rpa_stmt *row;
        struct rpa_work_info info;
        r = queue_row(queues, ITEM_EACH, &row, err, "iii", queue.id,
                      (int64_t)state, last);
        if (r <= 0)
            break;
        last = rpa_stmt_int(row, 0);
        rpa_stmt_reset(row);
        r = rpa_work_info(queues, last, &info, err);
        if (r == 0 && each(data, &info))
            break;
    }
    return r;
}

int rpa_work_find(struct rpa_queues *queues, const char *queue_name,
                  const char *reference, int64_t *ret_item,
                  struct rpa_err *err)
{
    struct queue queue;
    struct rpa_stmt *row;
    uint8_t hash[32];
    int r = queue_load(queues, queue_name, &queue, NULL, NULL, err);
    if (r == 0)
        r = item_hash(queues, queue_name, reference, hash, err);
    if (r == 0)
        r = queue_row(queues, ITEM_FIND, &row, err, "ib", queue.id, hash,
                      sizeof hash);
    bool there = r > 0 && rpa_stmt_int(row, 1) != 0; /* and not about to be */
    if (there)
        *ret_item = rpa_stmt_int(row, 0);
    if (r >= 0)
        rpa_stmt_reset(row);
    return r < 0 ? r
           : there
               ? 0
               : rpa_fail(err, RPA_ENOTFOUND,
                          "no item of the queue %s has that reference",
                          queue_name);
}

int rpa_work_history(struct rpa_queues *queues, int64_t item,
                     int (*each)(void *data, const struct rpa_work_step *step),
                     void *data, struct rpa_err *err)
{
    struct item known;
    struct rpa_stmt *row = NULL;
    int r = item_load(queues, item, &known, err);
    if (r == 0)
        r = queue_row(queues, STEP_EACH, &row, err, "i", item);
    for (; r > 0; r = rpa_stmt_step(row, err)) {
        const struct rpa_work_step step = {
            .n = rpa_stmt_int(row, 0), .attempt = rpa_stmt_int(row, 1),
            .at_us = rpa_stmt_int(row, 2), .from = (int)rpa_stmt_int(row, 3),
            .to = (int)rpa_stmt_int(row, 4),
            .who = { (enum rpa_who_kind)rpa_stmt_int(row, 5),
                     rpa_stmt_text(row, 6) },
            .why = rpa_stmt_text(row, 7),
            .has_detail = rpa_stmt_int(row, 8) != 0,
        };
        if (each(data, &step))
            break;
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}
