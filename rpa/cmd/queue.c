/* rpa queue: work items in, what stands where, and what a person decides. */
#include "rpa/config/people.h"
#include "rpa/base/log.h"
#include "rpa/cmd/queue.h"
#include "rpa/cmd/queue_add.h"
#include "rpa/cmd/queue_show.h"
#include "rpa/cmd/reading.h"
#include "rpa/config/file.h"
#include "rpa/config/options.h"
#include "rpa/supervisor/desk.h"
#include "rpa/supervisor/supervisor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA_MOST = 1 << 20 }; /* bytes of a file */

static const char synopsis[] =
    "usage: rpa queue create QUEUE [--set KNOB=NUMBER]… [--schema FILE]\n"
    "       rpa queue add QUEUE FILE [--reference COLUMN] [--priority COLUMN]\n"
    "                     [--deadline COLUMN [--within TIME]] [--dry-run]\n"
    "       rpa queue list [QUEUE] [--in STATE] [--json]\n"
    "       rpa queue show ITEM [--json] [--content --purpose LIST]\n"
    "       rpa queue export QUEUE [--in STATE] --purpose LIST\n"
    "       rpa queue import QUEUE OLD_STATE_DIR\n"
    "       rpa queue retry QUEUE [ITEM…] --why TEXT [--yes]\n"
    "       rpa queue retry QUEUE ITEM… --again --why TEXT\n"
    "       rpa queue resolve ITEM --as done|retry|cancel --why TEXT\n"
    "                     [--reference REFERENCE]\n"
    "       rpa queue pause|resume QUEUE --why TEXT\n";

int queue_fail(const struct rpa_err *err)
{
    rpa_log_err(err);
    return rpa_code_exit(err->code);
}

bool queue_item(const char *text, int64_t *ret)
{
    struct rpa_err err;
    if (rpa_option_id(text, ret))
        return true;
    rpa_fail(&err, RPA_EINVAL, "'%.60s' is no item's number", text);
    rpa_err_hint(&err, "rpa queue list QUEUE has them");
    rpa_log_err(&err);
    return false;
}

static cbor_item_t *request(struct asked *a, const char *verb,
                            const char *queue)
{
    cbor_item_t *msg = rpa_msg_new();
    const char *why = rpa_option_text(a->o, "why");
    rpa_msg_put_str(msg, "call", "queue");
    rpa_msg_put_str(msg, "verb", verb);
    if (queue)
        rpa_msg_put_str(msg, "queue", queue);
    if (why)
        rpa_msg_put_str(msg, "why", why);
    return msg;
}

/* have it done; @msg is taken. The exit status, and what came of it */
static int have_done(struct asked *a, cbor_item_t *msg, cbor_item_t **ret_ok)
{
    struct rpa_err err;
    struct desk_door door = { .state_dir = a->state_dir };
    int r = desk_ask(&door, msg, ret_ok, &err);
    desk_leave(&door);
    rpa_msg_free(&msg);
    return r < 0 ? queue_fail(&err) : 0;
}

static int just_do(struct asked *a, cbor_item_t *msg)
{
    cbor_item_t *ok = NULL;
    int status = have_done(a, msg, &ok);
    rpa_msg_free(&ok);
    return status;
}

/* ---- create, add ---- */

static int put_knobs(struct asked *a, cbor_item_t *msg, struct rpa_err *err)
{
    struct rpa_setting set[32];
    size_t n = 0;
    cbor_item_t *policy = rpa_cbor_map();
    int r = rpa_option_pairs(a->o, "set", set, 32, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        char *end;
        int64_t value = strtoll(set[i].value, &end, 10);
        if (!*set[i].value || *end)
            r = rpa_fail(err, RPA_EINVAL, "--set %s wants a whole number",
                         set[i].key);
        else
            rpa_msg_put_int(policy, set[i].key, value);
    }
    rpa_msg_put_item(msg, "policy", policy);
    return r;
}

static int create(struct asked *a)
{
    struct rpa_err err;
    char *schema = NULL;
    size_t len;
    const char *path = rpa_option_text(a->o, "schema");
    cbor_item_t *msg = request(a, "create", a->args[0]);
    int r = put_knobs(a, msg, &err);
    if (r == 0 && path)
        r = rpa_read_text(path, SCHEMA_MOST, &schema, &len, &err);
    if (schema)
        rpa_msg_put_str(msg, "schema", schema);
    free(schema);
    if (r == 0)
        return just_do(a, msg);
    rpa_msg_free(&msg);
    return queue_fail(&err);
}

static int add(struct asked *a)
{
    return queue_add_file(a->state_dir, a->args[0], a->args[1], a->o);
}

/* ---- what a person decides ---- */

static int resolve(struct asked *a)
{
    const char *as = rpa_option_text(a->o, "as");
    const char *reference = rpa_option_text(a->o, "reference");
    struct rpa_err err;
    int64_t item;
    if (!queue_item(a->args[0], &item))
        return rpa_code_exit(RPA_EINVAL);
    if (!as) {
        rpa_fail(&err, RPA_EINVAL, "say what it is resolved as");
        rpa_err_hint(&err, "--as done, --as retry or --as cancel");
        return queue_fail(&err);
    }
    cbor_item_t *msg = request(a, "resolve", NULL);
    rpa_msg_put_int(msg, "item", item);
    rpa_msg_put_str(msg, "as", as);
    if (reference)
        rpa_msg_put_str(msg, "reference", reference);
    return just_do(a, msg);
}

static int retry_items(struct asked *a, cbor_item_t *items)
{
    cbor_item_t *msg = request(a, "retry", a->args[0]), *ok = NULL;
    int64_t n = 0;
    rpa_msg_put_item(msg, "items", items);
    rpa_msg_put_bool(msg, "again", rpa_option_flag(a->o, "again"));
    int status = have_done(a, msg, &ok);
    if (status == 0 && rpa_msg_int(ok, "n", &n))
        printf("%lld are ready again\n", (long long)n);
    rpa_msg_free(&ok);
    return status;
}

static int gather(void *data, const struct rpa_work_info *info)
{
    return !rpa_cbor_push(data, rpa_cbor_int(info->item));
}

/* every failed item: the count first, then the word */
static int retry_all(struct asked *a)
{
    struct rpa_err err;
    cbor_item_t *items = rpa_cbor_array();
    int r = rpa_queues_open_ro(a->state_dir, &a->queues, &err);
    if (r == 0)
        r = rpa_work_each(a->queues, a->args[0], RPA_WORK_FAILED, gather, items,
                          &err);
    size_t n = r == 0 ? cbor_array_size(items) : 0;
    if (r == 0)
        printf("%zu failed items in %s\n", n, a->args[0]);
    if (r == 0 && n && !rpa_option_flag(a->o, "yes")) {
        r = rpa_fail(&err, RPA_EINVAL, "nothing was retried yet");
        rpa_err_hint(&err, "the same with --yes retries them all");
    }
    if (r == 0 && n)
        return retry_items(a, items);
    rpa_msg_free(&items);
    return r < 0 ? queue_fail(&err) : 0;
}

/* those items, all or none; without any, every one that failed */
static int retry(struct asked *a)
{
    int64_t item;
    if (a->nargs == 1 && rpa_option_flag(a->o, "again")) {
        struct rpa_err err;
        rpa_fail(&err, RPA_EINVAL, "say which items are done once more");
        rpa_err_hint(&err, "rpa queue list %s has their numbers", a->args[0]);
        return queue_fail(&err);
    }
    if (a->nargs == 1)
        return retry_all(a);
    cbor_item_t *items = rpa_cbor_array();
    for (int i = 1; i < a->nargs; i++) {
        if (!queue_item(a->args[i], &item)) {
            rpa_msg_free(&items);
            return rpa_code_exit(RPA_EINVAL);
        }
        rpa_cbor_push(items, rpa_cbor_int(item));
    }
    return retry_items(a, items);
}

static int hold(struct asked *a)
{
    return just_do(a, request(a, "pause", a->args[0]));
}

static int go_on(struct asked *a)
{
    return just_do(a, request(a, "resume", a->args[0]));
}

/* ---- the command ---- */

static const struct verb {
    struct rpa_verb is;
    bool looks; /* reads the queues itself, and changes none */
    int (*run)(struct asked *a);
} verbs[] = {
    { { "create", 1, 1 }, false, create },
    { { "add", 2, 2 }, false, add },
    { { "list", 0, 1 }, true, queue_list },
    { { "show", 1, 1 }, true, queue_show },
    { { "export", 1, 1 }, true, queue_export },
    { { "import", 2, 2 }, false, queue_import },
    { { "retry", 1, 1000 }, false, retry },
    { { "resolve", 1, 1 }, false, resolve },
    { { "pause", 1, 1 }, false, hold },
    { { "resume", 1, 1 }, false, go_on },
    { { NULL, 0, 0 }, false, NULL },
};

static int run(const struct verb *verb, struct rpa_options *o,
               const char *state_dir)
{
    struct person me;
    struct rpa_err err;
    people_me(&me);
    struct asked a = {
        .state_dir = state_dir, .o = o,
        .who = { RPA_WHO_OPERATOR, me.name },
        .args = o->args + 1, .nargs = o->nargs - 1,
        .json = rpa_option_flag(o, "json"),
    };
    if (verb->looks && people_folder(state_dir, &err) < 0)
        return queue_fail(&err);
    if (verb->run != create && reading_there(state_dir, &err) < 0) {
        rpa_err_hint(&err, "rpa queue create QUEUE makes the first queue; "
                           "--state says where");
        return queue_fail(&err);
    }
    if (verb->looks && rpa_queues_open_ro(state_dir, &a.queues, &err) < 0)
        return queue_fail(&err);
    int status = verb->run(&a);
    rpa_queues_close(a.queues);
    return status;
}

int cmd_queue(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    int status;
    if (rpa_options_read(RPA_OF_QUEUE, synopsis, argc, argv, &o, &status)) {
        const char *state = rpa_option_text(&o, "state");
        const struct verb *verb = rpa_option_verb(&o, verbs, sizeof *verbs,
                                                  synopsis);
        status = verb ? run(verb, &o, state ? state : state_dir) : 2;
    }
    rpa_options_clear(&o);
    return status;
}
