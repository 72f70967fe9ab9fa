/* Displays that are kept ready: none has served a run before. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/base/log.h"

#define LATER_US 1000000 /* a run that starts has the processors first */

static void discard(struct supervisor *sup, size_t i)
{
    struct lane *lane = sup->pool[i];
    sup->pool[i] = sup->pool[--sup->npool];
    lane_end(lane, false, NULL, NULL);
}

static void give_up(struct supervisor *sup, const struct rpa_err *err)
{
    rpa_log(RPA_LOG_WARN, "no displays are kept ready: %s", err->msg);
    sup->warm = 0;
    while (sup->npool)
        discard(sup, sup->npool - 1);
}

/* one that does not start would not start again and again */
static void on_told(void *data, const struct rpa_err *err)
{
    struct supervisor *sup = data;
    if (err)
        give_up(sup, err);
}

static int add(struct supervisor *sup, struct rpa_err *err)
{
    struct lane *lane;
    int r = lane_new(sup, &lane, err);
    if (r < 0)
        return r;
    lane->told = on_told;
    lane->data = sup;
    sup->pool[sup->npool++] = lane;
    return lane_display(lane, err);
}

void pool_fill(struct supervisor *sup)
{
    struct rpa_err err;
    while (sup->leaving && sup->npool)
        discard(sup, sup->npool - 1);
    if (!sup->leaving && !sup->refill && (int64_t)sup->npool < sup->warm &&
        sup->npool < POOL_MAX) {
        if (add(sup, &err) < 0)
            give_up(sup, &err);
        else
            supervisor_settle(sup); /* one a turn */
    }
}

static int on_later(sd_event_source *source, uint64_t usec, void *data)
{
    struct supervisor *sup = data;
    (void)usec;
    sup->refill = sd_event_source_disable_unref(source);
    supervisor_settle(sup);
    return 0;
}

struct lane *pool_take(struct supervisor *sup)
{
    size_t best = 0;
    if (!sup->npool)
        return NULL;
    for (size_t i = 0; i < sup->npool; i++)
        if (sup->pool[i]->display[0])
            best = i;
    struct lane *lane = sup->pool[best];
    sup->pool[best] = sup->pool[--sup->npool];
    if (!sup->refill)
        sd_event_add_time_relative(sup->loop, &sup->refill, CLOCK_BOOTTIME,
                                   LATER_US, 1000, on_later, sup);
    return lane;
}
