#include "rpa/supervisor/launch.h"
#include "rpa/base/log.h"
#include "rpa/base/utf8.h"
#include "rpa/supervisor/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOAD_US 60000000 /* a bot, its map and rpa.conf */
#define ARGS_MAX 160

/* ---- the loader ---- */

struct args {
    char *list[ARGS_MAX];
    size_t n;
};

static void add(struct args *args, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void add(struct args *args, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (args->n < ARGS_MAX - 1 &&
        vasprintf(&args->list[args->n], fmt, ap) >= 0)
        args->n++;
    va_end(ap);
}

/* as a person would have it run */
static void command(const struct launch *launch,
                    const struct schedule *schedule, struct args *args)
{
    size_t n, klen, vlen;
    int64_t number;
    struct cbor_pair *set = rpa_cbor_pairs(schedule->set, &n);
    add(args, "rpa");
    add(args, "role");
    add(args, "load");
    add(args, "%s", schedule->bot);
    for (size_t i = 0; i < n; i++) {
        const char *key = rpa_cbor_text(set[i].key, &klen);
        const char *text = rpa_cbor_text(set[i].value, &vlen);
        if (text)
            add(args, "--set=%.*s=%.*s", (int)klen, key, (int)vlen, text);
        else if (rpa_cbor_get_int(set[i].value, &number))
            add(args, "--set=%.*s=%lld", (int)klen, key, (long long)number);
    }
    if (schedule->purpose)
        add(args, "--purpose=%s", schedule->purpose);
    if (launch->sup->config)
        add(args, "--config=%s", launch->sup->config);
}

static void on_order(void *data, const cbor_item_t *msg,
                     const struct rpa_err *why);

static int start_loader(struct launch *launch, const struct schedule *schedule,
                        struct rpa_err *err)
{
    struct args args = { 0 };
    char cwd[4096];
    command(launch, schedule, &args);
    struct rpa_spawn spawn = {
        .path = "/proc/self/exe", .argv = args.list, .envp = environ,
        .cwd = getcwd(cwd, sizeof cwd), .output = STDERR_FILENO,
    };
    int r = aside_start(&launch->loader, launch->sup, &spawn, LOAD_US, on_order,
                        launch, err);
    for (size_t i = 0; i < args.n; i++)
        free(args.list[i]);
    return r;
}

/* ---- its end ---- */

void launch_free(struct launch *launch)
{
    if (!launch)
        return;
    aside_end(&launch->loader);
    order_free(launch->order);
    free(launch);
}

static void end(struct launch *launch, enum rpa_sched_outcome outcome)
{
    launch->ended(launch->data, launch, outcome);
}

static void fail(struct launch *launch, const struct rpa_err *err)
{
    struct rpa_err shown = *err;
    rpa_err_context(&shown, "%s", launch->schedule);
    rpa_log_err(&shown);
    end(launch, RPA_SCHED_FAILURE);
}

/* ---- the run ---- */

/* the daemon's log has it already */
static int say(void *data, const cbor_item_t *msg, struct rpa_err *err)
{
    (void)data;
    (void)msg;
    (void)err;
    return 0;
}

static void on_run(void *data, const struct run *run)
{
    struct launch *launch = data;
    launch->run = NULL;
    launch->audit_run = run->id;
    end(launch, run->exit == 0 || run->exit == 3     ? RPA_SCHED_SUCCESS
                : run->exit == 7 || run->exit == 130 ? RPA_SCHED_STOPPED
                                                     : RPA_SCHED_FAILURE);
}

static int submit(struct launch *launch, const cbor_item_t *msg,
                  struct rpa_err *err)
{
    int r = order_open(msg, NULL, &launch->order, err);
    if (r < 0)
        return r;
    launch->changed = memcmp(launch->order->bundle.sha256, launch->bot,
                             sizeof launch->bot) != 0;
    if (launch->changed)
        return rpa_fail(err, RPA_EPERM, "its bot changed since it was approved");
    struct rpa_run_options *run = &launch->order->run;
    int64_t most_ms = launch->timeout_s * 1000;
    run->uid = launch->uid;
    run->operator_name = launch->by;
    run->voice = (struct voice){ say, launch, .nobody = true };
    if (most_ms && (!run->timeout_ms || run->timeout_ms > most_ms))
        run->timeout_ms = most_ms;
    return supervisor_submit(launch->sup, run, on_run, launch, &launch->run,
                             err);
}

static void on_order(void *data, const cbor_item_t *msg,
                     const struct rpa_err *why)
{
    struct launch *launch = data;
    struct rpa_err err;
    aside_end(&launch->loader);
    if (why) {
        err = *why;
        rpa_err_context(&err, "loading its bot");
        fail(launch, &err);
    } else if (launch->stop || launch->sup->leaving) {
        end(launch, RPA_SCHED_STOPPED);
    } else if (submit(launch, msg, &err) < 0) {
        fail(launch, &err);
    }
}

int launch_start(struct supervisor *sup, const struct schedule *schedule,
                 const struct rpa_sched_start *start,
                 void (*ended)(void *data, struct launch *launch,
                               enum rpa_sched_outcome outcome),
                 void *data, struct launch **ret, struct rpa_err *err)
{
    struct launch *launch = calloc(1, sizeof *launch);
    if (!launch)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a run");
    *launch = (struct launch){ .sup = sup, .id = start->run,
                               .uid = (uid_t)start->by_uid,
                               .timeout_s = start->timeout_s, .ended = ended,
                               .data = data };
    memcpy(launch->bot, schedule->spec.hash + RPA_SCHED_BOT,
           sizeof launch->bot);
    rpa_str_copy(launch->schedule, sizeof launch->schedule, start->schedule);
    rpa_str_copy(launch->by, sizeof launch->by, start->by);
    int r = start_loader(launch, schedule, err);
    if (r == 0)
        *ret = launch;
    else
        launch_free(launch);
    return r;
}

void launch_stop(struct launch *launch, const char *why)
{
    launch->stop = true;
    if (launch->run && !launch->run->interrupts)
        run_interrupt(launch->run, why, &launch->sup->me);
}
