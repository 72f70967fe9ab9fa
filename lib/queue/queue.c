#include "priv.h"

#include <stdlib.h>
#include <string.h>

static int check_name(const char *name, struct rpa_err *err)
{
    size_t len = strlen(name);
    if (len >= 1 && len <= RPA_QUEUE_NAME_MAX &&
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                     "0123456789._-") == len &&
        !strchr("._-", name[0]))
        return 0;
    rpa_fail(err, RPA_EINVAL, "that is no name for a queue");
    return rpa_err_hint(err, "1 to %d letters, digits, dot, dash or "
                             "underscore, such as crime-reports",
                        RPA_QUEUE_NAME_MAX);
}

static int note_event(struct rpa_queues *queues, int64_t id, const char *what,
                      struct rpa_who who, const char *why, rpa_time now,
                      struct rpa_err *err)
{
    return queue_run(queues, EVENT_PUT, err, "iisiss", id, now, what,
                     (int64_t)who.kind, who.name, why);
}

static int put(struct rpa_queues *queues, const char *name, const char *policy,
               const char *schema, struct rpa_who who, rpa_time now,
               struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, QUEUE_PUT, &row, err, "sss", name, policy,
                      schema);
    if (r <= 0)
        return r;
    int64_t id = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    return note_event(queues, id, "create", who, "", now, err);
}

/* the queues of approved changes are rpa_review_queue()'s, as it makes them */
static int check_owner(const char *name, const struct rpa_queue_policy *policy,
                       struct rpa_err *err)
{
    if (!strncmp(name, "changes.", 8) == (policy->reviewed != 0))
        return 0;
    rpa_fail(err, RPA_EPERM, "the queue %s is for approved changes, which "
                             "rpa.review.apply() begins", name);
    return rpa_err_hint(err, "no other queue is called changes.…");
}

int rpa_queue_create(struct rpa_queues *queues, const char *name,
                     const struct rpa_queue_policy *policy, const char *schema,
                     struct rpa_who who, rpa_time now, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = check_name(name, err);
    if (r == 0)
        r = policy_check(policy, err);
    if (r == 0)
        r = check_owner(name, policy, err);
    struct rpa_payload_schema *read = NULL;
    if (r == 0 && schema)
        r = rpa_payload_schema_new(schema, &read, err);
    rpa_payload_schema_free(read);
    if (r < 0)
        return r;
    r = queue_row(queues, QUEUE_GET, &row, err, "si", name, (int64_t)0);
    if (r != 0) {
        rpa_stmt_reset(row);
        if (r > 0) {
            rpa_fail(err, RPA_EEXIST, "there is a queue %s already", name);
            r = rpa_err_hint(err, "use that one, or give this one another name");
        }
        return r;
    }
    char *text = policy_dump(policy);
    if (!text)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a policy");
    r = change_begin(queues, err);
    if (r == 0)
        r = change_end(queues,
                       put(queues, name, text, schema ? schema : "", who, now,
                           err),
                       err);
    free(text);
    return r;
}

/* "there are a, b, c" into the hint */
static int no_such(struct rpa_queues *queues, const char *name,
                   struct rpa_err *err)
{
    struct rpa_buf names = { 0 };
    struct rpa_err ignored;
    struct rpa_stmt *row = queue_stmt(queues, QUEUE_NAMES, &ignored);
    while (row && rpa_stmt_step(row, &ignored) > 0)
        rpa_buf_printf(&names, "%s%s", names.len ? ", " : "",
                       rpa_stmt_text(row, 0));
    rpa_fail(err, RPA_ENOTFOUND, "there is no queue '%.64s'", name);
    if (names.len)
        rpa_err_hint(err, "there is %s", names.data);
    else
        rpa_err_hint(err, "make it with: rpa queue create %.64s", name);
    rpa_buf_clear(&names);
    return -RPA_ENOTFOUND;
}

/* the queue's policy, read once for many */
static int policy_of(struct rpa_queues *queues, int64_t id, const char *text,
                     struct rpa_err *err)
{
    if (queues->policy_of == id)
        return 0;
    queues->policy_of = 0;
    int r = policy_load(text, &queues->policy, err);
    if (r == 0)
        queues->policy_of = id;
    return r;
}

static int load(struct rpa_queues *queues, const char *name, int64_t id,
                struct queue *ret_queue, struct rpa_stmt **ret_row,
                struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, QUEUE_GET, &row, err, "si", name, id);
    if (r == 0)
        return no_such(queues, name, err);
    if (r > 0) {
        ret_queue->id = rpa_stmt_int(row, 0);
        ret_queue->paused = rpa_stmt_int(row, 3) != 0;
        r = policy_of(queues, ret_queue->id, rpa_stmt_text(row, 1), err);
        ret_queue->policy = queues->policy;
    }
    *ret_row = row;
    return r;
}

int queue_load(struct rpa_queues *queues, const char *name,
               struct queue *ret_queue, const char **ret_schema,
               const char **ret_why, struct rpa_err *err)
{
    struct rpa_stmt *row = NULL;
    struct rpa_buf *text = &queues->text;
    int r = load(queues, name, 0, ret_queue, &row, err);
    if (r == 0) {
        rpa_buf_clear(text);
        rpa_buf_puts(text, rpa_stmt_text(row, 2));
        rpa_buf_putc(text, '\0');
        size_t why = text->len;
        rpa_buf_puts(text, rpa_stmt_text(row, 4));
        if (text->failed)
            r = rpa_fail(err, RPA_ENOMEM, "no memory for a queue's texts");
        else if (ret_schema)
            *ret_schema = text->data;
        if (r == 0 && ret_why)
            *ret_why = text->data + why;
    }
    rpa_stmt_reset(row);
    return r;
}

int queue_load_id(struct rpa_queues *queues, int64_t id,
                  struct queue *ret_queue, struct rpa_err *err)
{
    struct rpa_stmt *row = NULL;
    int r = load(queues, "", id, ret_queue, &row, err);
    rpa_stmt_reset(row);
    return r;
}

/* of the ready */
static int oldest(struct rpa_queues *queues, int64_t id, rpa_time *ret_us,
                  struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, QUEUE_OLDEST, &row, err, "i", id);
    if (r > 0)
        *ret_us = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

static int count(struct rpa_queues *queues, int64_t id,
                 struct rpa_queue_info *info, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, QUEUE_COUNTS, &row, err, "i", id);
    for (; r > 0; r = rpa_stmt_step(row, err)) {
        int64_t state = rpa_stmt_int(row, 0);
        if (state > 0 && state <= RPA_WORK_CANCELLED)
            info->count[state] = rpa_stmt_int(row, 1);
    }
    rpa_stmt_reset(row);
    if (r == 0)
        r = oldest(queues, id, &info->oldest_us, err);
    if (r == 0)
        r = queue_row(queues, QUEUE_NEAREST, &row, err, "i", id);
    if (r > 0 && rpa_stmt_int(row, 0) != INT64_MAX)
        info->deadline_us = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

int rpa_queue_info(struct rpa_queues *queues, const char *name,
                   struct rpa_queue_info *ret_info, struct rpa_err *err)
{
    struct queue queue;
    struct rpa_queue_info info = { .name = name };
    int r = queue_load(queues, name, &queue, &info.schema, &info.paused_why,
                       err);
    if (r == 0)
        r = count(queues, queue.id, &info, err);
    if (r < 0)
        return r;
    info.policy = queue.policy;
    info.paused = queue.paused;
    *ret_info = info;
    return 0;
}

int rpa_queue_left(struct rpa_queues *queues, const char *name,
                   struct rpa_queue_left *ret, struct rpa_err *err)
{
    struct queue queue;
    struct rpa_stmt *row;
    int r = queue_load(queues, name, &queue, NULL, NULL, err);
    if (r == 0)
        r = queue_row(queues, ITEM_LEFT, &row, err, "i", queue.id);
    if (r <= 0)
        return r;
    *ret = (struct rpa_queue_left){ queue.paused, queue.policy.trial != 0,
                                    rpa_stmt_int(row, 0), rpa_stmt_int(row, 1) };
    rpa_stmt_reset(row);
    return 0;
}

int rpa_queue_oldest(struct rpa_queues *queues, const char *name,
                     rpa_time *ret_us, struct rpa_err *err)
{
    struct queue queue;
    int r = queue_load(queues, name, &queue, NULL, NULL, err);
    return r < 0 ? r : oldest(queues, queue.id, ret_us, err);
}

int rpa_queue_each(struct rpa_queues *queues,
                   int (*each)(void *data, const char *name), void *data,
                   struct rpa_err *err)
{
    struct rpa_buf names = { 0 };
    struct rpa_stmt *row = queue_stmt(queues, QUEUE_NAMES, err);
    int r = row ? 0 : -RPA_EIO;
    while (r == 0 && (r = rpa_stmt_step(row, err)) > 0) {
        rpa_buf_puts(&names, rpa_stmt_text(row, 0));
        rpa_buf_putc(&names, '\0');
        r = 0;
    }
    if (names.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for the queues' names");
    for (size_t at = 0; r == 0 && at < names.len;
         at += strlen(names.data + at) + 1)
        if (each(data, names.data + at))
            break;
    rpa_buf_clear(&names);
    return r;
}

int queue_set_paused(struct rpa_queues *queues, int64_t id, bool paused,
                     struct rpa_who who, const char *why, rpa_time now,
                     struct rpa_err *err)
{
    int r = queue_run(queues, QUEUE_PAUSE, err, "isi", (int64_t)paused,
                      paused ? why : "", id);
    return r == 0 ? note_event(queues, id, paused ? "pause" : "resume", who,
                               why, now, err)
                  : r;
}

static int set_paused(struct rpa_queues *queues, const char *name, bool paused,
                      struct rpa_who who, const char *why, rpa_time now,
                      struct rpa_err *err)
{
    struct queue queue;
    int r = queue_why(why, err);
    if (r == 0)
        r = queue_load(queues, name, &queue, NULL, NULL, err);
    if (r < 0 || (!paused && !queue.paused))
        return r;
    r = change_begin(queues, err);
    if (r < 0)
        return r;
    r = queue_set_paused(queues, queue.id, paused, who, why, now, err);
    if (r == 0 && !paused) /* it starts to count anew */
        r = queue_run(queues, STREAK_END, err, "i", queue.id);
    return change_end(queues, r, err);
}

int rpa_queue_pause(struct rpa_queues *queues, const char *name,
                    struct rpa_who who, const char *why, rpa_time now,
                    struct rpa_err *err)
{
    return set_paused(queues, name, true, who, why, now, err);
}

int rpa_queue_resume(struct rpa_queues *queues, const char *name,
                     struct rpa_who who, const char *why, rpa_time now,
                     struct rpa_err *err)
{
    return set_paused(queues, name, false, who, why, now, err);
}
