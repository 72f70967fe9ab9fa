#include "rpa/supervisor/launch.h"
#include "rpa/base/log.h"
#include "rpa/base/utf8.h"
#include "rpa/role/spawn.h"
#include "rpa/supervisor/order.h"

#include <fcntl.h>
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

static int start_loader(struct launch *launch, const struct schedule *schedule,
                        struct rpa_err *err)
{
    struct args args = { 0 };
    char cwd[4096];
    int pair[2];
    int r = rpa_spawn_pair(pair, err);
    if (r < 0)
        return r;
    command(launch, schedule, &args);
    struct rpa_spawn spawn = {
        .path = "/proc/self/exe", .argv = args.list, .envp = environ,
        .cwd = getcwd(cwd, sizeof cwd), .output = STDERR_FILENO,
        .fds = { pair[1], -1, -1, -1 },
    };
    r = rpa_spawn(&spawn, &launch->loader, err);
    for (size_t i = 0; i < args.n; i++)
        free(args.list[i]);
    close(pair[1]);
    launch->fd = pair[0];
    return r;
}

/* ---- its end ---- */

static void stop_loading(struct launch *launch)
{
    launch->source = sd_event_source_disable_unref(launch->source);
    launch->deadline = sd_event_source_disable_unref(launch->deadline);
    if (launch->fd >= 0)
        close(launch->fd);
    launch->fd = -1;
    if (launch->loader) /* it is reaped as any child is */
        kill(-launch->loader, SIGKILL);
    launch->loader = 0;
}

void launch_free(struct launch *launch)
{
    if (!launch)
        return;
    children_forget(launch->sup->children, launch);
    stop_loading(launch);
    order_free(launch->order);
    free(launch);
}

static void end(struct launch *launch, enum rpa_sched_outcome outcome)
{
    stop_loading(launch);
    launch->ended(launch->data, launch, outcome);
}

static void on_loader(void *data, const siginfo_t *si)
{
    struct launch *launch = data;
    (void)si;
    launch->loader = 0; /* the socket's end tells the rest */
}

static void fail(struct launch *launch, const struct rpa_err *err)
{
    struct rpa_err shown = *err;
    rpa_err_context(&shown, "%s", launch->schedule);
    rpa_log_err(&shown);
    end(launch, RPA_SCHED_FAILURE);
}

static int on_late(sd_event_source *source, uint64_t usec, void *data)
{
    struct rpa_err err;
    (void)source;
    (void)usec;
    rpa_fail(&err, RPA_ETIMEOUT, "the bot was not loaded in %d s",
             LOAD_US / 1000000);
    fail(data, &err);
    return 0;
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

static int on_order(sd_event_source *source, int fd, uint32_t events,
                    void *data)
{
    struct launch *launch = data;
    cbor_item_t *msg = NULL;
    struct rpa_err err;
    (void)source;
    (void)events;
    int r = rpa_msg_recv(fd, 0, &msg, NULL, &err);
    if (r == -RPA_ETIMEOUT)
        return 0;
    if (r == -RPA_EGONE)
        rpa_fail(&err, RPA_EBOT, "its bot could not be loaded");
    stop_loading(launch);
    if (r == 0 && (launch->stop || launch->sup->leaving))
        end(launch, RPA_SCHED_STOPPED);
    else if (r < 0 || submit(launch, msg, &err) < 0)
        fail(launch, &err);
    rpa_msg_free(&msg);
    return 0;
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
    *launch = (struct launch){ .sup = sup, .id = start->run, .fd = -1,
                               .uid = (uid_t)start->by_uid,
                               .timeout_s = start->timeout_s, .ended = ended,
                               .data = data };
    memcpy(launch->bot, schedule->spec.hash + RPA_SCHED_BOT,
           sizeof launch->bot);
    rpa_str_copy(launch->schedule, sizeof launch->schedule, start->schedule);
    rpa_str_copy(launch->by, sizeof launch->by, start->by);
    int r = start_loader(launch, schedule, err);
    if (r == 0)
        r = children_add(sup->children, launch->loader, on_loader, launch, err);
    if (r == 0 &&
        (fcntl(launch->fd, F_SETFL, O_NONBLOCK) < 0 ||
         sd_event_add_io(sup->loop, &launch->source, launch->fd, EPOLLIN,
                         on_order, launch) < 0 ||
         sd_event_add_time_relative(sup->loop, &launch->deadline,
                                    CLOCK_BOOTTIME, LOAD_US, 1000, on_late,
                                    launch) < 0))
        r = rpa_fail(err, RPA_EIO, "waiting for a bot to be loaded");
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
