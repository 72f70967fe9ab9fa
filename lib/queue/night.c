/* What became of the items of a queue between two times. */
#include "priv.h"

#include <stdlib.h>

int rpa_queue_night(struct rpa_queues *queues, const char *name,
                    rpa_time from_us, rpa_time to_us,
                    struct rpa_queue_night *ret, struct rpa_err *err)
{
    struct queue queue;
    struct rpa_stmt *row = NULL;
    struct rpa_queue_night night = { 0 };
    int r = queue_load(queues, name, &queue, NULL, NULL, err);
    if (r == 0)
        r = queue_row(queues, NIGHT_STATES, &row, err, "iii", queue.id, from_us,
                      to_us);
    for (; r > 0; r = rpa_stmt_step(row, err)) {
        int64_t state = rpa_stmt_int(row, 0), n = rpa_stmt_int(row, 2);
        if (state < RPA_WORK_READY || state > RPA_WORK_CANCELLED)
            continue;
        night.stand[state] += n;
        if (rpa_stmt_int(row, 1))
            night.came[state] = n;
    }
    rpa_stmt_reset(row);
    if (r == 0)
        *ret = night;
    return r;
}

int rpa_queue_rejects(struct rpa_queues *queues, const char *name,
                      rpa_time from_us, rpa_time to_us,
                      int (*each)(void *data, const char *reasons),
                      void *data, struct rpa_err *err)
{
    struct queue queue;
    struct rpa_stmt *row = NULL;
    char *reasons;
    size_t len;
    int r = queue_load(queues, name, &queue, NULL, NULL, err), stop = 0;
    if (r == 0)
        r = queue_row(queues, NIGHT_REJECTS, &row, err, "iii", queue.id,
                      from_us, to_us);
    while (r > 0 && !stop) {
        r = rpa_work_detail(queues, rpa_stmt_int(row, 0), rpa_stmt_int(row, 1),
                            &reasons, &len, err);
        if (r < 0)
            break;
        stop = each(data, reasons);
        free(reasons);
        r = rpa_stmt_step(row, err);
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}
