/* The night forecast: will it be done before the window closes? */
#include "rpa/supervisor/forecast.h"
#include "rpa/supervisor/rota.h"

#include <stdio.h>
#include <string.h>

enum { TELLS = 5 }; /* items that a pace can be told by */

static bool works_on(const struct run *run, const char *queue)
{
    return run->step == STEP_BOT && !run->over && !strcmp(run->queue, queue);
}

void forecast_queue(const struct supervisor *sup, const char *queue,
                    int64_t ready, struct forecast *ret)
{
    struct forecast f = { .items = ready };
    int64_t now_us = rpa_now_us(), begun = 0;
    double per_us = 0;
    for (const struct run *run = sup->runs; run; run = run->next) {
        int64_t closes = rota_closes(sup->rota, run);
        if (!works_on(run, queue))
            continue;
        f.workers++;
        f.items += run->hand == HAND_ITEM;
        begun += run->nth;
        if (now_us > run->began_us)
            per_us += (double)run->nth / (double)(now_us - run->began_us);
        if (closes && (!f.closes || closes < f.closes))
            f.closes = closes;
    }
    if (per_us > 0)
        f.finish = (now_us + (int64_t)((double)f.items / per_us)) / 1000000;
    f.late = begun >= TELLS && f.closes && f.finish > f.closes;
    *ret = f.workers ? f : (struct forecast){ 0 };
}

/* "02:40", or when that is a day off or more "in 31 hours" */
static char *clock_of(const struct supervisor *sup, int64_t t,
                      char out[static 32])
{
    int64_t left_s = t - rpa_now_us() / 1000000;
    char at[9];
    if (left_s >= 86400) {
        snprintf(out, 32, "in %lld hours", (long long)(left_s / 3600));
    } else {
        rpa_policy_clock(sup->runs->options->policy, t * 1000000, at);
        snprintf(out, 32, "%.5s", at);
    }
    return out;
}

void forecast_put(const struct supervisor *sup, const struct forecast *f,
                  cbor_item_t *map)
{
    char at[32];
    struct rpa_buf text = { 0 };
    cbor_item_t *out = rpa_cbor_map();
    rpa_buf_printf(&text, "%lld item%s, %lld worker%s", (long long)f->items,
                   f->items == 1 ? "" : "s", (long long)f->workers,
                   f->workers == 1 ? "" : "s");
    if (f->finish)
        rpa_buf_printf(&text, ", will finish %s", clock_of(sup, f->finish, at));
    if (f->closes)
        rpa_buf_printf(&text, "; window closes %s%s",
                       clock_of(sup, f->closes, at),
                       f->late ? ", which is too soon" : "");
    rpa_msg_put_int(out, "items", f->items);
    rpa_msg_put_int(out, "workers", f->workers);
    rpa_msg_put_int(out, "finish", f->finish);
    rpa_msg_put_int(out, "closes", f->closes);
    rpa_msg_put_bool(out, "late", f->late);
    rpa_msg_put_str(out, "text", text.data ? text.data : "");
    rpa_buf_clear(&text);
    rpa_msg_put_item(map, "forecast", out);
}
