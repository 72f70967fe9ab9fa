#ifndef RPA_SUPERVISOR_FORECAST_H
#define RPA_SUPERVISOR_FORECAST_H

#include "rpa/supervisor/supervisor.h"

/** When the runs at work on a queue will have done what is ready. */
struct forecast {
    int64_t items;   /* ready, and in hand */
    int64_t workers; /* runs at work on it; 0: all else is 0 */
    int64_t finish;  /* at the pace so far, s UTC; 0: it cannot be told yet */
    int64_t closes;  /* the first window of theirs to close; 0: there is none */
    bool late;       /* that comes first, as far as a few items can tell */
};

/** @ready items of @queue wait. */
void forecast_queue(const struct supervisor *sup, const char *queue,
                    int64_t ready, struct forecast *ret);
/** Add "forecast" to @map, a queue's: its numbers, the times as "finish" and
 * "closes", and in "text" "548 items, 6 workers, will finish 02:40; window
 * closes 06:00", UK time. Nothing where nobody is at work. */
void forecast_put(const struct supervisor *sup, const struct forecast *forecast,
                  cbor_item_t *map);

#endif
