/* rpa status, rpa stop: asking the supervisor that runs. */
#include "rpa/cmd/status.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/config/cbor_json.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/queue/queue.h"
#include "rpa/sched/engine.h"
#include "rpa/supervisor/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_NOBODY = 3 }; /* no supervisor runs */

static void print_json(const cbor_item_t *ok)
{
    json_t *out = cbor_json(ok);
    json_dumpf(out, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(out);
}

static long long count(const cbor_item_t *ok, const char *key)
{
    int64_t value = 0;
    rpa_msg_int(ok, key, &value);
    return value;
}

static void print_run(const cbor_item_t *run)
{
    char bot[128] = "?", step[32] = "?", of[32] = "", finish[9] = "";
    char schedule[RPA_SCHED_NAME] = "", why[160] = "";
    rpa_msg_copy(run, "waits_for", why, sizeof why);
    rpa_msg_copy(run, "finish", finish, sizeof finish);
    rpa_msg_copy(run, "schedule", schedule, sizeof schedule);
    bool stopping = false;
    rpa_msg_copy(run, "bot", bot, sizeof bot);
    rpa_msg_copy(run, "step", step, sizeof step);
    rpa_msg_bool(run, "stopping", &stopping);
    if (count(run, "items"))
        snprintf(of, sizeof of, " of %lld", count(run, "items"));
    printf("run %lld: %s%s%s, step %s, item %lld%s%s%s%s%s%s\n", count(run, "run"),
           bot, schedule[0] ? ", schedule " : "", schedule, step,
           count(run, "item"), of,
           finish[0] ? ", will finish " : "", finish,
           stopping ? ", stopping" : "", why[0] ? ", waits for " : "", why);
    printf("%lld done, %lld rejected, %lld failed, %lld deferred, %lld in "
           "doubt; %lld keys, %lld rows, %.1f s\n",
           count(run, "done"), count(run, "rejected"), count(run, "failed"),
           count(run, "deferred"), count(run, "doubt"), count(run, "keys"),
           count(run, "rows"),
           (double)(rpa_now_us() - count(run, "began_us")) / 1e6);
}

static void print_queue(const cbor_item_t *queue, const char *name)
{
    char *forecast = rpa_msg_dup(rpa_msg_get(queue, "forecast"), "text");
    bool paused = false;
    rpa_msg_bool(queue, "paused", &paused);
    printf("queue %s: %lld ready, %lld in doubt%s%s%s\n", name,
           count(queue, "ready"), count(queue, "doubt"),
           paused ? ", paused" : "", forecast ? "; " : "",
           forecast ? forecast : "");
    free(forecast);
}

static void print_text(const cbor_item_t *ok)
{
    size_t n;
    char name[128], bot[256], at[48];
    cbor_item_t **list = rpa_msg_array(ok, "runs", &n);
    for (size_t i = 0; i < n; i++)
        print_run(list[i]);
    if (!n)
        puts("nothing runs");
    list = rpa_msg_array(ok, "queues", &n);
    for (size_t i = 0; i < n; i++)
        if (rpa_msg_copy(list[i], "queue", name, sizeof name))
            print_queue(list[i], name);
    bool leaving = false;
    rpa_msg_bool(ok, "leaving", &leaving);
    const cbor_item_t *health = rpa_msg_get(ok, "health");
    if (leaving || !health) /* nothing comes, of whoever answers */
        return;
    list = rpa_msg_array(ok, "next", &n);
    for (size_t i = 0; i < n; i++)
        if (rpa_msg_copy(list[i], "schedule", name, sizeof name) &&
            rpa_msg_copy(list[i], "bot", bot, sizeof bot) &&
            rpa_msg_copy(list[i], "at", at, sizeof at))
            printf("next %s: %s (%s)\n", at, name, bot);
    if (count(ok, "coming") > (long long)n)
        printf("and %lld more: rpa schedule list\n",
               count(ok, "coming") - (long long)n);
    printf("the loop's longest turn: %.1f ms, computing %.1f ms; %lld over 50 "
           "ms\n",
           (double)count(health, "longest_us") / 1e3,
           (double)count(health, "longest_cpu_us") / 1e3,
           count(health, "stalls"));
}

/* ---- where no supervisor runs ---- */

struct stand {
    struct rpa_queues *queues;
    cbor_item_t *list;
};

static int put_queue(void *data, const char *name)
{
    struct stand *stand = data;
    struct rpa_queue_left left;
    struct rpa_err ignored;
    if (rpa_queue_left(stand->queues, name, &left, &ignored) < 0)
        return 0;
    cbor_item_t *one = rpa_cbor_map();
    rpa_msg_put_str(one, "queue", name);
    rpa_msg_put_int(one, "ready", left.ready);
    rpa_msg_put_int(one, "doubt", left.doubt);
    rpa_msg_put_bool(one, "paused", left.paused);
    return !rpa_cbor_push(stand->list, one);
}

/* nothing runs, which is an answer; its queues can be read all the same */
static int look(const char *state_dir, cbor_item_t **ret_ok, struct rpa_err *err)
{
    struct stand stand = { .list = rpa_cbor_array() };
    int r = people_folder(state_dir, err);
    if (r == 0 && access(state_dir, F_OK) < 0)
        rpa_log(RPA_LOG_WARN, "there is no state directory %s", state_dir);
    if (r == 0)
        r = rpa_queues_open_ro(state_dir, &stand.queues, err);
    if (r == 0)
        r = rpa_queue_each(stand.queues, put_queue, &stand, err);
    else if (r == -RPA_ENOTFOUND) /* nobody has made one */
        r = 0;
    rpa_queues_close(stand.queues);
    cbor_item_t *ok = rpa_msg_new();
    rpa_msg_put_bool(ok, "supervisor", false);
    rpa_msg_put_item(ok, "runs", rpa_cbor_array());
    rpa_msg_put_item(ok, "queues", stand.list);
    if (r == 0)
        *ret_ok = ok;
    else
        rpa_msg_free(&ok);
    return r;
}

static int tell(const cbor_item_t *msg, struct rpa_options *o,
                const char *state_dir)
{
    const char *state = rpa_option_text(o, "state");
    cbor_item_t *ok = NULL;
    struct rpa_err err;
    state = state ? state : state_dir;
    int r = control_ask(state, msg, &ok, &err);
    bool nobody = r == -RPA_ENOTFOUND && err.native;
    if (nobody && rpa_msg_is(msg, "call", "status"))
        r = look(state, &ok, &err);
    if (r < 0) {
        rpa_log_err(&err);
        return rpa_code_exit(err.code);
    }
    if (rpa_option_flag(o, "json"))
        print_json(ok);
    else
        print_text(ok);
    rpa_msg_free(&ok);
    return nobody ? EXIT_NOBODY : 0;
}

int cmd_status(int argc, char **argv, const char *state_dir)
{
    static const char synopsis[] = "usage: rpa status [options]\n";
    struct rpa_options o;
    int status;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "call", "status");
    bool go = rpa_options_read(RPA_OF_STATUS, synopsis, argc, argv, &o,
                               &status);
    if (go && o.nargs) {
        fputs(synopsis, stderr);
        status = 2;
    } else if (go) {
        status = tell(msg, &o, state_dir);
    }
    rpa_options_clear(&o);
    rpa_msg_free(&msg);
    return status;
}

/* nothing: the supervisor itself; else one run by its number */
static bool read_run(const struct rpa_options *o, cbor_item_t *msg)
{
    int64_t run;
    if (o->nargs == 0)
        return true;
    if (o->nargs > 1 || !rpa_option_id(o->args[0], &run) ||
        rpa_option_flag(o, "all"))
        return false;
    return rpa_msg_put_int(msg, "run", run);
}

int cmd_stop(int argc, char **argv, const char *state_dir)
{
    static const char synopsis[] = "usage: rpa stop [RUN | --all] [options]\n"
                                   "\n"
                                   "RUN is a run's number; without it, all of "
                                   "them and then the supervisor.\n";
    struct rpa_options o;
    int status;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "call", "stop");
    bool go = rpa_options_read(RPA_OF_STOP, synopsis, argc, argv, &o, &status);
    rpa_msg_put_bool(msg, "now", go && rpa_option_flag(&o, "now"));
    rpa_msg_put_bool(msg, "all", go && rpa_option_flag(&o, "all"));
    if (go && !read_run(&o, msg)) {
        fputs(synopsis, stderr);
        status = 2;
    } else if (go) {
        status = tell(msg, &o, state_dir);
    }
    rpa_options_clear(&o);
    rpa_msg_free(&msg);
    return status;
}
