/* rpa queue: work items in, what stands where, and what a person decides. */
#include "rpa/cmd_queue.h"
#include "rpa/base/log.h"
#include "rpa/options.h"
#include "rpa/queue_add.h"

#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char synopsis[] =
    "usage: rpa queue create QUEUE [--set KNOB=NUMBER]… [--schema FILE]\n"
    "       rpa queue add QUEUE FILE [--reference COLUMN] [--priority COLUMN]\n"
    "                     [--deadline COLUMN] [--dry-run]\n"
    "       rpa queue list [QUEUE] [--in STATE] [--json]\n"
    "       rpa queue show ITEM [--json]\n"
    "       rpa queue retry QUEUE [ITEM…] --why TEXT [--yes]\n"
    "       rpa queue resolve ITEM --as done|retry|cancel --why TEXT\n"
    "                     [--reference REFERENCE]\n"
    "       rpa queue pause|resume QUEUE --why TEXT\n";

/* One call of the command. */
struct asked {
    struct rpa_queues *queues;
    struct rpa_options *o;
    struct rpa_who who;
    rpa_time now;
    char **args; /* behind the verb */
    int nargs;
    bool json;
    int64_t n; /* items counted on the way */
};

static int fail(const struct rpa_err *err)
{
    rpa_log_err(err);
    return rpa_code_exit(err->code);
}

static void print(json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(json);
}

/* NULL for a time that is none */
static json_t *time_json(rpa_time t)
{
    char when[28];
    return t ? json_string(rpa_time_iso(t, when)) : json_null();
}

static bool number_of(const char *text, int64_t *ret)
{
    char *end;
    *ret = strtoll(text, &end, 10);
    return *text && !*end && *ret > 0;
}

static const char *why_of(struct asked *a)
{
    const char *why = rpa_option_text(a->o, "why");
    return why ? why : "";
}

/* ---- create, add ---- */

static int read_schema(const char *path, char **ret, struct rpa_err *err)
{
    struct rpa_buf text = { 0 };
    char piece[4096];
    size_t n;
    FILE *file = fopen(path, "re");
    if (!file)
        return rpa_fail_errno(err, RPA_EINVAL, "opening %s", path);
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        rpa_buf_add(&text, piece, n);
    fclose(file);
    *ret = rpa_buf_take(&text);
    return *ret ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for a schema");
}

static int set_knobs(struct asked *a, struct rpa_queue_policy *policy,
                     struct rpa_err *err)
{
    struct rpa_setting set[32];
    size_t n = 0;
    int r = rpa_option_pairs(a->o, "set", set, 32, &n, err);
    rpa_queue_policy_default(policy);
    for (size_t i = 0; r == 0 && i < n; i++) {
        char *end;
        int64_t value = strtoll(set[i].value, &end, 10);
        if (!*set[i].value || *end)
            r = rpa_fail(err, RPA_EINVAL, "--set %s wants a whole number",
                         set[i].key);
        else
            r = rpa_queue_policy_set(policy, set[i].key, value, err);
    }
    return r;
}

static int create(struct asked *a)
{
    struct rpa_queue_policy policy;
    struct rpa_err err;
    char *schema = NULL;
    const char *path = rpa_option_text(a->o, "schema");
    int r = set_knobs(a, &policy, &err);
    if (r == 0 && path)
        r = read_schema(path, &schema, &err);
    if (r == 0)
        r = rpa_queue_create(a->queues, a->args[0], &policy, schema, a->who,
                             a->now, &err);
    free(schema);
    return r < 0 ? fail(&err) : 0;
}

static int add(struct asked *a)
{
    return queue_add_file(a->queues, a->args[0], a->args[1], a->o, a->who);
}

/* ---- list, show ---- */

static json_t *item_json(const struct rpa_work_info *info)
{
    return json_pack("{s:I,s:s,s:s,s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:s}", "item",
                     (json_int_t)info->item, "queue", info->queue, "state",
                     rpa_work_state_name(info->state), "attempts",
                     (json_int_t)info->attempts, "spent",
                     (json_int_t)info->spent, "priority",
                     (json_int_t)info->priority, "rerun_of",
                     (json_int_t)info->rerun_of, "added",
                     time_json(info->added_us), "deadline",
                     time_json(info->deadline_us), "due",
                     time_json(info->due_us), "why", info->why);
}

static void put_item(const struct rpa_work_info *info)
{
    char when[28];
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "%6lld  %-9s  %lld attempts  ", (long long)info->item,
                   rpa_work_state_name(info->state),
                   (long long)info->attempts);
    if (info->deadline_us)
        rpa_buf_printf(&line, "by %.19sZ  ",
                       rpa_time_iso(info->deadline_us, when));
    if (info->due_us && info->state == RPA_WORK_DEFERRED)
        rpa_buf_printf(&line, "not before %.19sZ  ",
                       rpa_time_iso(info->due_us, when));
    rpa_buf_escape(&line, info->why, strlen(info->why));
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

static int list_item(void *data, const struct rpa_work_info *info)
{
    struct asked *a = data;
    if (a->json)
        print(item_json(info));
    else
        put_item(info);
    return ferror(stdout);
}

static void put_queue(const struct rpa_queue_info *info)
{
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "%-20s ", info->name);
    for (int s = 1; s <= RPA_WORK_CANCELLED; s++)
        if (info->count[s])
            rpa_buf_printf(&line, " %lld %s", (long long)info->count[s],
                           rpa_work_state_name(s));
    if (info->paused) {
        rpa_buf_puts(&line, "  paused: ");
        rpa_buf_escape(&line, info->paused_why, strlen(info->paused_why));
    }
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

static void print_queue(const struct rpa_queue_info *info)
{
    json_t *counts = json_object();
    for (int s = 1; s <= RPA_WORK_CANCELLED; s++)
        json_object_set_new(counts, rpa_work_state_name(s),
                            json_integer(info->count[s]));
    print(json_pack("{s:s,s:b,s:s,s:o,s:o,s:o}", "queue", info->name, "paused",
                    info->paused, "paused_why", info->paused_why, "items",
                    counts, "oldest", time_json(info->oldest_us), "deadline",
                    time_json(info->deadline_us)));
}

static int list_queue(void *data, const char *name)
{
    struct asked *a = data;
    struct rpa_queue_info info;
    struct rpa_err err;
    if (rpa_queue_info(a->queues, name, &info, &err) < 0)
        return fail(&err);
    if (a->json)
        print_queue(&info);
    else
        put_queue(&info);
    return ferror(stdout);
}

/* the number of a state's name, 0 if it is none */
static int state_of(const char *name)
{
    for (int s = 1; s <= RPA_WORK_CANCELLED; s++)
        if (!strcmp(rpa_work_state_name(s), name))
            return s;
    return 0;
}

static int list(struct asked *a)
{
    struct rpa_err err;
    const char *in = rpa_option_text(a->o, "in");
    int r = a->nargs ? rpa_work_each(a->queues, a->args[0],
                                     in ? state_of(in) : 0, list_item, a, &err)
                     : rpa_queue_each(a->queues, list_queue, a, &err);
    return r < 0 ? fail(&err) : 0;
}

static int show_step(void *data, const struct rpa_work_step *step)
{
    struct asked *a = data;
    char when[28];
    const char *from = rpa_work_state_name(step->from);
    if (a->json) {
        print(json_pack("{s:I,s:s,s:s?,s:s,s:I,s:s,s:s,s:s}", "step",
                        (json_int_t)step->n, "at",
                        rpa_time_iso(step->at_us, when), "from", from, "to",
                        rpa_work_state_name(step->to), "attempt",
                        (json_int_t)step->attempt, "who_kind",
                        rpa_who_kind_name((int)step->who.kind), "who",
                        step->who.name, "why", step->why));
        return ferror(stdout);
    }
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "  %s  %s%s%s  attempt %lld  by %s ",
                   rpa_time_iso(step->at_us, when), from ? from : "",
                   from ? " > " : "", rpa_work_state_name(step->to),
                   (long long)step->attempt,
                   rpa_who_kind_name((int)step->who.kind));
    rpa_buf_escape(&line, step->who.name, strlen(step->who.name));
    rpa_buf_puts(&line, ": ");
    rpa_buf_escape(&line, step->why, strlen(step->why));
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
    return ferror(stdout);
}

static int no_item(const char *text, struct rpa_err *err)
{
    rpa_fail(err, RPA_EINVAL, "'%.60s' is no item's number", text);
    rpa_err_hint(err, "rpa queue list QUEUE has them");
    return fail(err);
}

static int show(struct asked *a)
{
    struct rpa_work_info info;
    struct rpa_err err;
    int64_t item;
    if (!number_of(a->args[0], &item))
        return no_item(a->args[0], &err);
    int r = rpa_work_info(a->queues, item, &info, &err);
    if (r == 0) {
        list_item(a, &info);
        r = rpa_work_history(a->queues, item, show_step, a, &err);
    }
    return r < 0 ? fail(&err) : 0;
}

/* ---- what a person decides ---- */

static int resolve(struct asked *a)
{
    static const char *const names[] = { "", "done", "retry", "cancel" };
    const char *as = rpa_option_text(a->o, "as");
    struct rpa_err err;
    int64_t item;
    if (!number_of(a->args[0], &item))
        return no_item(a->args[0], &err);
    int verdict = 0;
    for (int v = RPA_WORK_AS_DONE; v <= RPA_WORK_AS_CANCEL; v++)
        if (as && !strcmp(as, names[v]))
            verdict = v;
    if (!verdict) {
        rpa_fail(&err, RPA_EINVAL, "say what it is resolved as");
        rpa_err_hint(&err, "--as done, --as retry or --as cancel");
        return fail(&err);
    }
    int r = rpa_work_resolve(a->queues, item, (enum rpa_work_verdict)verdict,
                             rpa_option_text(a->o, "reference"), a->who,
                             why_of(a), a->now, &err);
    return r < 0 ? fail(&err) : 0;
}

/* What is in doubt is not just retried: that is resolve's to say. */
static int retry_one(struct asked *a, int64_t item, struct rpa_err *err)
{
    struct rpa_work_info info = { 0 };
    int r = rpa_work_info(a->queues, item, &info, err);
    if (r == 0 && strcmp(info.queue, a->args[0]) != 0)
        r = rpa_fail(err, RPA_EINVAL, "item %lld is in the queue %.64s",
                     (long long)item, info.queue);
    if (r == 0 && info.state != RPA_WORK_FAILED)
        r = rpa_fail(err, RPA_EINVAL,
                     "item %lld is %s: only what failed is retried",
                     (long long)item, rpa_work_state_name(info.state));
    if (r < 0 && info.state == RPA_WORK_DOUBT)
        rpa_err_hint(err, "look in the target, then: rpa queue resolve %lld",
                     (long long)item);
    if (r < 0)
        return r;
    r = rpa_work_resolve(a->queues, item, RPA_WORK_AS_RETRY, NULL, a->who,
                             why_of(a), a->now, err);
    a->n += r == 0;
    return r;
}

static int count_item(void *data, const struct rpa_work_info *info)
{
    (void)info;
    ((struct asked *)data)->n++;
    return 0;
}

struct retrying {
    struct asked *asked;
    struct rpa_err err;
};

static int retry_item(void *data, const struct rpa_work_info *info)
{
    struct retrying *r = data;
    return retry_one(r->asked, info->item, &r->err) < 0;
}

/* the end of a batch of retries, of which @r came */
static int retried(struct asked *a, int r, struct rpa_err *err)
{
    if (r == 0)
        r = rpa_queues_commit(a->queues, err);
    else
        rpa_queues_rollback(a->queues);
    if (r < 0)
        return fail(err);
    printf("%lld are ready again\n", (long long)a->n);
    return 0;
}

/* every failed item: the count first, then the word */
static int retry_all(struct asked *a)
{
    struct retrying all = { .asked = a };
    const char *queue = a->args[0];
    struct rpa_err err;
    if (rpa_work_each(a->queues, queue, RPA_WORK_FAILED, count_item, a, &err) <
        0)
        return fail(&err);
    printf("%lld failed items in %s\n", (long long)a->n, queue);
    if (!a->n)
        return 0;
    if (!rpa_option_flag(a->o, "yes")) {
        rpa_fail(&err, RPA_EINVAL, "nothing was retried yet");
        rpa_err_hint(&err, "the same with --yes retries them all");
        return fail(&err);
    }
    a->n = 0;
    int r = rpa_queues_begin(a->queues, &err);
    if (r == 0)
        r = rpa_work_each(a->queues, queue, RPA_WORK_FAILED, retry_item, &all,
                          &err);
    if (r == 0 && all.err.code) {
        err = all.err;
        r = -(int)err.code;
    }
    return retried(a, r, &err);
}

/* those items, all or none */
static int retry(struct asked *a)
{
    struct rpa_err err;
    int64_t item;
    if (a->nargs == 1)
        return retry_all(a);
    for (int i = 1; i < a->nargs; i++)
        if (!number_of(a->args[i], &item))
            return no_item(a->args[i], &err);
    int r = rpa_queues_begin(a->queues, &err);
    for (int i = 1; r == 0 && i < a->nargs; i++) {
        number_of(a->args[i], &item);
        r = retry_one(a, item, &err);
    }
    return retried(a, r, &err);
}

static int hold(struct asked *a)
{
    struct rpa_err err;
    return rpa_queue_pause(a->queues, a->args[0], a->who, why_of(a), a->now,
                           &err) < 0
               ? fail(&err)
               : 0;
}

static int go_on(struct asked *a)
{
    struct rpa_err err;
    return rpa_queue_resume(a->queues, a->args[0], a->who, why_of(a), a->now,
                            &err) < 0
               ? fail(&err)
               : 0;
}

/* ---- the command ---- */

static const struct verb {
    const char *name;
    int least, most; /* arguments */
    int (*run)(struct asked *a);
} verbs[] = {
    { "create", 1, 1, create }, { "add", 2, 2, add },
    { "list", 0, 1, list },     { "show", 1, 1, show },
    { "retry", 1, 1000, retry }, { "resolve", 1, 1, resolve },
    { "pause", 1, 1, hold },    { "resume", 1, 1, go_on },
};

static const struct verb *verb_of(const struct rpa_options *o)
{
    for (size_t i = 0; o->nargs && i < sizeof verbs / sizeof *verbs; i++)
        if (!strcmp(o->args[0], verbs[i].name) &&
            o->nargs - 1 >= verbs[i].least && o->nargs - 1 <= verbs[i].most)
            return &verbs[i];
    return NULL;
}

static int run(const struct verb *verb, struct rpa_options *o,
               const char *state_dir)
{
    char name[64];
    struct passwd *user = getpwuid(getuid());
    snprintf(name, sizeof name, "%s", user ? user->pw_name : "");
    if (!name[0])
        snprintf(name, sizeof name, "uid %u", (unsigned)getuid());
    struct asked a = {
        .o = o, .who = { RPA_WHO_OPERATOR, name }, .now = rpa_now_us(),
        .args = o->args + 1, .nargs = o->nargs - 1,
        .json = rpa_option_flag(o, "json"),
    };
    struct rpa_err err;
    char path[4096];
    snprintf(path, sizeof path, "%s/queue.db", state_dir);
    if (verb->run != create && access(path, F_OK) < 0) { /* looking makes none */
        rpa_fail_errno(&err, RPA_ENOTFOUND, "%s", path);
        rpa_err_hint(&err, "rpa queue create QUEUE makes the first queue; "
                           "--state says where");
        return fail(&err);
    }
    if (rpa_queues_open(state_dir, &a.queues, &err) < 0)
        return fail(&err);
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
        const struct verb *verb = verb_of(&o);
        if (!verb)
            fputs(synopsis, stderr);
        status = verb ? run(verb, &o, state ? state : state_dir) : 2;
    }
    rpa_options_clear(&o);
    return status;
}
