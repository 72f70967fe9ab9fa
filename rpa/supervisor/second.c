/* The second reader of a run: the application's own word. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/screen/x3270.h"

#define SECOND_MS 5000 /* for x3270 to listen */
#define SECOND_EACH_US 20000

/* x3270 listens a little after it shows its window */
static int on_second(sd_event_source *source, uint64_t usec, void *data)
{
    struct run *run = data;
    struct rpa_err err;
    (void)usec;
    sd_event_source_disable_unref(source);
    if (stage_second(run, &err) < 0)
        run_end(run, &err);
    return 0;
}

int stage_second(struct run *run, struct rpa_err *err)
{
    cbor_item_t *app = rpa_msg_get(run->options->bundle->manifest, "app");
    sd_event_source *again;
    if (!app || !rpa_msg_get(app, "second_reader")) {
        run_next(run);
        return 0;
    }
    if (!run->second_until_us) {
        run->second_until_us = rpa_mono_us() + SECOND_MS * 1000LL;
        run_limit(run, SECOND_MS + 5000);
    }
    int r = rpa_x3270_connect(run->app, &run->second_fd, err);
    if (r == -RPA_ENOTFOUND && rpa_left_ms(run->second_until_us) > 0)
        return sd_event_add_time_relative(run->loop, &again, CLOCK_BOOTTIME,
                                          SECOND_EACH_US, 1000, on_second,
                                          run) < 0
                   ? rpa_fail(err, RPA_EIO, "cannot set a timer")
                   : 0;
    if (r == 0)
        run_next(run);
    return r;
}
