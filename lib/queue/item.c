#include "priv.h"
#include "rpa/base/utf8.h"

#include <stdio.h>
#include <string.h>

const char *rpa_work_state_name(int state)
{
    static const char *const names[] = {
        [RPA_WORK_READY] = "ready",       [RPA_WORK_LEASED] = "leased",
        [RPA_WORK_DEFERRED] = "deferred", [RPA_WORK_DONE] = "done",
        [RPA_WORK_REJECTED] = "rejected", [RPA_WORK_FAILED] = "failed",
        [RPA_WORK_DOUBT] = "in doubt",    [RPA_WORK_CANCELLED] = "cancelled",
    };
    return state > 0 && state <= RPA_WORK_CANCELLED ? names[state] : NULL;
}

const char *rpa_who_kind_name(int kind)
{
    static const char *const names[] = {
        [RPA_WHO_OPERATOR] = "operator",
        [RPA_WHO_BOT] = "bot",
        [RPA_WHO_SUPERVISOR] = "supervisor",
    };
    return kind > 0 && kind <= RPA_WHO_SUPERVISOR ? names[kind] : NULL;
}

int queue_why(const char *why, struct rpa_err *err)
{
    size_t len = why ? strlen(why) : 0;
    if (len && rpa_utf8_says(why, len) &&
        rpa_utf8_count(why, len) <= RPA_QUEUE_WHY_MAX)
        return 0;
    rpa_fail(err, RPA_EINVAL, "say why%s",
             len ? ": that is no reason that somebody can read" : "");
    return rpa_err_hint(err, "a text with letters or digits, of at most %d "
                             "characters", RPA_QUEUE_WHY_MAX);
}

int item_load(struct rpa_queues *queues, int64_t id, struct item *ret_item,
              struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, ITEM_GET, &row, err, "i", id);
    if (r == 0)
        return rpa_fail(err, RPA_ENOTFOUND, "there is no work item %lld",
                        (long long)id);
    if (r < 0)
        return r;
    int64_t *to[] = { &ret_item->id, &ret_item->queue, &ret_item->state,
                      &ret_item->priority, &ret_item->deadline_us,
                      &ret_item->added_us, &ret_item->due_us, &ret_item->token,
                      &ret_item->attempt, &ret_item->spent, &ret_item->locked,
                      &ret_item->marked, &ret_item->steps,
                      &ret_item->rerun_of };
    for (int i = 0; i < (int)(sizeof to / sizeof *to); i++)
        *to[i] = rpa_stmt_int(row, i);
    rpa_stmt_reset(row);
    return rpa_work_state_name((int)ret_item->state)
               ? 0
               : rpa_fail(err, RPA_ETAMPER, "item %lld has no such state",
                          (long long)id);
}

char *item_about(const char *what, int64_t item, int64_t n, char out[64])
{
    if (n)
        snprintf(out, 64, "%s %lld.%lld", what, (long long)item, (long long)n);
    else
        snprintf(out, 64, "%s %lld", what, (long long)item);
    return out;
}

/* an item's content, with the key it is under */
static int content_row(struct rpa_queues *queues, int64_t item,
                       struct rpa_stmt **ret_row,
                       uint8_t key[static RPA_BOX_KEY], struct rpa_err *err)
{
    size_t len;
    int r = queue_row(queues, CONTENT_GET, ret_row, err, "i", item);
    if (r == 0)
        return rpa_fail(err, RPA_ENOTFOUND,
                        "the content of item %lld was erased",
                        (long long)item);
    if (r < 0)
        return r;
    const void *wrapped = rpa_stmt_bytes(*ret_row, 0, &len);
    if (len != RPA_BOX_KEY)
        return rpa_fail(err, RPA_ETAMPER, "a sealed key was changed");
    memcpy(key, wrapped, RPA_BOX_KEY);
    return 0;
}

static int seal_detail(struct rpa_queues *queues, const struct item *item,
                       const struct reason *reason, struct rpa_buf *out,
                       struct rpa_err *err)
{
    uint8_t key[RPA_BOX_KEY];
    struct rpa_stmt *row = NULL;
    if (!reason->detail)
        return 0;
    char place[64];
    int r = content_row(queues, item->id, &row, key, err);
    rpa_stmt_reset(row);
    return r == 0 ? rpa_box_seal(queues->root, RPA_ROOT_QUEUE, key,
                                 item_about("detail", item->id, item->steps,
                                            place),
                                 reason->detail, reason->detail_len, out, err)
                  : r;
}

int item_move(struct rpa_queues *queues, struct item *item, int to,
              rpa_time due_us, const struct reason *reason, rpa_time now,
              struct rpa_err *err)
{
    struct rpa_buf sealed = { 0 };
    int64_t from = item->state;
    item->state = to;
    item->due_us = due_us;
    item->steps++;
    int r = seal_detail(queues, item, reason, &sealed, err);
    if (r == 0)
        r = queue_run(queues, ITEM_MOVE, err, "iiiiiiiii", item->state,
                      item->due_us, item->token, item->attempt, item->spent,
                      item->locked, item->marked, item->steps, item->id);
    if (r == 0)
        r = queue_run(queues, STEP_PUT, err, "iiiiiiissb", item->id,
                      item->steps, item->attempt, now, from, item->state,
                      (int64_t)reason->who.kind, reason->who.name,
                      reason->why ? reason->why : "", sealed.data, sealed.len);
    rpa_buf_clear(&sealed);
    return r;
}

int item_result(struct rpa_queues *queues, int64_t item, const char *reference,
                size_t len, struct rpa_err *err)
{
    uint8_t key[RPA_BOX_KEY];
    struct rpa_stmt *row = NULL;
    struct rpa_buf sealed = { 0 };
    char place[64];
    int r = content_row(queues, item, &row, key, err);
    rpa_stmt_reset(row);
    if (r == 0)
        r = rpa_box_seal(queues->root, RPA_ROOT_QUEUE, key,
                         item_about("result", item, 0, place), reference, len,
                         &sealed, err);
    if (r == 0)
        r = queue_run(queues, CONTENT_RESULT, err, "bi", sealed.data,
                      sealed.len, item);
    rpa_buf_clear(&sealed);
    return r;
}

/* unseal @in into memory of its own; nothing sealed is "" */
static int reveal(struct rpa_queues *queues,
                  const uint8_t key[static RPA_BOX_KEY], const char *place,
                  const void *in, size_t len, char **ret, size_t *ret_len,
                  struct rpa_err *err)
{
    struct rpa_buf out = { 0 };
    int r = len ? rpa_box_open(queues->root, RPA_ROOT_QUEUE, key, place, in,
                               len, &out, err)
                : 0;
    *ret_len = out.len;
    char *text = rpa_buf_take(&out);
    if (r == 0 && !text)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for content");
    if (r == 0)
        *ret = text;
    return r;
}

int rpa_work_content(struct rpa_queues *queues, int64_t item,
                     enum rpa_work_part part, char **ret, size_t *ret_len,
                     struct rpa_err *err)
{
    static const char *const names[] = { "", "reference", "payload", "result" };
    uint8_t key[RPA_BOX_KEY];
    struct rpa_stmt *row = NULL;
    char place[64];
    size_t len;
    int r = content_row(queues, item, &row, key, err);
    if (r == 0) {
        const void *sealed = rpa_stmt_bytes(row, (int)part, &len);
        r = reveal(queues, key, item_about(names[part], item, 0, place), sealed,
                   len, ret, ret_len, err);
    }
    rpa_stmt_reset(row);
    return r;
}

int item_open(struct rpa_queues *queues, struct rpa_claim *claim,
              struct rpa_err *err)
{
    uint8_t key[RPA_BOX_KEY];
    struct rpa_stmt *row = NULL;
    char place[64];
    size_t len, had;
    int r = content_row(queues, claim->item, &row, key, err);
    if (r == 0) {
        const void *sealed = rpa_stmt_bytes(row, RPA_WORK_REFERENCE, &len);
        r = reveal(queues, key, item_about("reference", claim->item, 0, place),
                   sealed, len, &claim->reference, &had, err);
    }
    if (r == 0) {
        const void *sealed = rpa_stmt_bytes(row, RPA_WORK_PAYLOAD, &len);
        r = reveal(queues, key, item_about("payload", claim->item, 0, place),
                   sealed, len, &claim->payload, &claim->payload_len, err);
    }
    rpa_stmt_reset(row);
    return r;
}

int rpa_work_detail(struct rpa_queues *queues, int64_t item, int64_t n,
                    char **ret, size_t *ret_len, struct rpa_err *err)
{
    uint8_t key[RPA_BOX_KEY];
    struct rpa_stmt *row = NULL;
    char place[64];
    size_t len;
    int r = content_row(queues, item, &row, key, err);
    rpa_stmt_reset(row);
    if (r == 0)
        r = queue_row(queues, STEP_GET, &row, err, "ii", item, n);
    if (r == 0)
        return rpa_fail(err, RPA_ENOTFOUND, "item %lld has no step %lld",
                        (long long)item, (long long)n);
    if (r > 0) {
        const void *sealed = rpa_stmt_bytes(row, 0, &len);
        r = reveal(queues, key, item_about("detail", item, n, place), sealed, len,
                   ret, ret_len, err);
    }
    rpa_stmt_reset(row);
    return r;
}

int item_hash(const struct rpa_queues *queues, const char *queue,
              const char *reference, uint8_t out[static 32],
              struct rpa_err *err)
{
    struct rpa_buf both = { 0 };
    rpa_buf_add(&both, queue, strlen(queue) + 1);
    rpa_buf_puts(&both, reference);
    int r = both.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a hash") : 0;
    if (r == 0)
        rpa_root_mac(queues->root, RPA_ROOT_ITEM, both.data, both.len, out);
    rpa_buf_clear(&both);
    return r;
}
