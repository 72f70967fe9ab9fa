/* How it goes, for rpa status: runs, queues, health, what comes next. */
#include "rpa/supervisor/forecast.h"
#include "rpa/supervisor/hold.h"
#include "rpa/supervisor/rota.h"
#include "rpa/supervisor/supervisor.h"

#include <unistd.h>

static cbor_item_t *run_status(const struct run *run)
{
    static const char *const steps[] = { "waiting", "opening", "display",
                                         "layout", "sweep", "driver",
                                         "application", "ready", "second",
                                         "bot", "end" };
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        { "run", run->id },
        { "item", run->nth },        { "items", run->total },
        { "done", run->done },       { "rejected", run->rejected },
        { "failed", run->failed },   { "doubt", run->doubts },
        { "deferred", run->deferred }, { "found", run->found },
        { "keys", run->keys },
        { "rows", rpa_audit_run_rows(run->audit, run->id) },
        { "began_us", run->began_us },
    };
    char finish[9];
    cbor_item_t *one = rpa_cbor_map();
    if (summary_forecast(run, finish))
        rpa_msg_put_str(one, "finish", finish);
    const char *schedule = rota_schedule(run->sup->rota, run);
    if (schedule)
        rpa_msg_put_str(one, "schedule", schedule);
    rpa_msg_put_str(one, "queue", run->queue);
    rpa_msg_put_str(one, "bot", run->options->bundle->name);
    rpa_msg_put_str(one, "mode", run->options->policy->mode);
    rpa_msg_put_str(one, "step", steps[run->over ? STEP_END : run->step]);
    rpa_msg_put_bool(one, "in_item", run->hand == HAND_ITEM);
    rpa_msg_put_bool(one, "stopping", run->stopping || run->interrupts);
    const char *why = hold_why(run);
    rpa_msg_put_bool(one, "held", why != NULL);
    if (why)
        rpa_msg_put_str(one, "waits_for", why);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        rpa_msg_put_int(one, counts[i].name, counts[i].value);
    return one;
}

struct queue_list {
    const struct supervisor *sup;
    cbor_item_t *list;
};

static int queue_status(void *data, const char *name)
{
    struct queue_list *queues = data;
    struct forecast forecast;
    struct rpa_err ignored;
    struct rpa_queue_left left;
    cbor_item_t *one = rpa_cbor_map();
    rpa_msg_put_str(one, "queue", name);
    if (rpa_queue_left(queues->sup->queues, name, &left, &ignored) == 0) {
        rpa_msg_put_int(one, "ready", left.ready);
        rpa_msg_put_int(one, "doubt", left.doubt);
        rpa_msg_put_bool(one, "paused", left.paused);
        forecast_queue(queues->sup, name, left.ready, &forecast);
        if (forecast.workers)
            forecast_put(queues->sup, &forecast, one);
    }
    rpa_cbor_push(queues->list, one);
    return 0;
}

/* how long the loop was not there for others; what is kept ready */
static cbor_item_t *health(const struct supervisor *sup)
{
    const struct turns *turns = &sup->turns;
    cbor_item_t *map = rpa_cbor_map();
    rpa_msg_put_int(map, "turns", turns->n);
    rpa_msg_put_int(map, "stalls", turns->long_ones);
    rpa_msg_put_int(map, "longest_us", turns->longest.us);
    rpa_msg_put_int(map, "longest_cpu_us", turns->longest.cpu_us);
    rpa_msg_put_int(map, "longest_ready_us", turns->longest.ready_us);
    rpa_msg_put_int(map, "warm", (int64_t)sup->npool);
    rpa_msg_put_int(map, "lanes", sup->lanes);
    return map;
}

cbor_item_t *status_queues(const struct supervisor *sup)
{
    struct queue_list queues = { sup, rpa_cbor_array() };
    struct rpa_err ignored;
    rpa_queue_each(sup->queues, queue_status, &queues, &ignored);
    return queues.list;
}

void status_put(const struct supervisor *sup, cbor_item_t *ok)
{
    cbor_item_t *runs = rpa_cbor_array();
    for (const struct run *run = sup->runs; run; run = run->next)
        rpa_cbor_push(runs, run_status(run));
    rpa_msg_put_int(ok, "pid", getpid());
    rpa_msg_put_bool(ok, "daemon", sup->stays);
    rpa_msg_put_bool(ok, "leaving", sup->leaving);
    rpa_msg_put_item(ok, "runs", runs);
    rpa_msg_put_item(ok, "queues", status_queues(sup));
    rpa_msg_put_item(ok, "health", health(sup));
    rota_status(sup->rota, ok);
}
