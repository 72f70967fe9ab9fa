#include "rpa/supervisor/watch.h"
#include "rpa/base/utf8.h"
#include "rpa/base/log.h"
#include "rpa/supervisor/aside.h"

#include <stdlib.h>
#include <unistd.h>

#define AGAIN_US 10000000 /* it ended: when another one starts */

struct watch {
    struct supervisor *sup;
    char state[4096], schedules[4096];
    cbor_item_t *setup; /* NULL: nobody is to look */
    struct aside process;
    sd_event_source *again;
};

static int start(struct watch *watch, struct rpa_err *err);

/* ---- what it asks ---- */

static void answer(struct watch *watch)
{
    struct rpa_err err;
    cbor_item_t *reply = rpa_msg_new();
    rpa_msg_put_item(reply, "queues", status_queues(watch->sup));
    if (aside_say(&watch->process, reply, -1, &err) < 0)
        rpa_log_err(&err); /* it asks again */
    rpa_msg_free(&reply);
}

/* ---- its life ---- */

static int on_again(sd_event_source *source, uint64_t usec, void *data)
{
    struct watch *watch = data;
    struct rpa_err err;
    (void)source;
    (void)usec;
    watch->again = sd_event_source_disable_unref(watch->again);
    if (!watch->sup->leaving && start(watch, &err) < 0)
        rpa_log_err(&err);
    return 0;
}

static void on_question(void *data, const cbor_item_t *msg,
                        const struct rpa_err *why)
{
    struct watch *watch = data;
    if (msg) {
        answer(watch);
        return;
    }
    rpa_log(RPA_LOG_WARN, "who looks for what is wrong has ended: %s", why->msg);
    sd_event_add_time_relative(watch->sup->loop, &watch->again, CLOCK_BOOTTIME,
                               AGAIN_US, 1000000, on_again, watch);
}

static int start(struct watch *watch, struct rpa_err *err)
{
    struct rpa_spawn spawn = { .role = "watch", .envp = environ,
                               .output = STDERR_FILENO };
    int r = aside_start(&watch->process, watch->sup, &spawn, 0, on_question,
                        watch, err);
    return r == 0 ? aside_say(&watch->process, watch->setup, -1, err) : r;
}

static int make_setup(struct watch *watch, const cbor_item_t *alerts,
                      struct rpa_err *err)
{
    rpa_msg_free(&watch->setup);
    if (!alerts)
        return 0;
    watch->setup = rpa_msg_new();
    return rpa_msg_put_item(watch->setup, "alerts", rpa_cbor_ref(alerts)) &&
                   rpa_msg_put_str(watch->setup, "state", watch->state) &&
                   rpa_msg_put_str(watch->setup, "schedules", watch->schedules)
               ? 0
               : rpa_fail(err, RPA_ENOMEM, "no memory for the alerts");
}

static void stop(struct watch *watch)
{
    watch->again = sd_event_source_disable_unref(watch->again);
    aside_end(&watch->process);
}

int watch_tell(struct watch *watch, const cbor_item_t *alerts,
               struct rpa_err *err)
{
    int r = make_setup(watch, alerts, err);
    if (r == 0 && !alerts)
        stop(watch);
    else if (r == 0 && aside_runs(&watch->process))
        r = aside_say(&watch->process, watch->setup, -1, err);
    else if (r == 0 && !watch->again)
        r = start(watch, err);
    return r;
}

int watch_open(struct supervisor *sup, const char *schedules,
               struct watch **ret, struct rpa_err *err)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the alerts");
    *watch = (struct watch){ .sup = sup };
    if (!realpath(sup->state_dir, watch->state)) {
        free(watch);
        return rpa_fail_errno(err, RPA_EIO, "finding %s", sup->state_dir);
    }
    if (!realpath(schedules, watch->schedules))
        rpa_str_copy(watch->schedules, sizeof watch->schedules, schedules);
    *ret = watch;
    return 0;
}

void watch_close(struct watch *watch)
{
    if (!watch)
        return;
    stop(watch);
    rpa_msg_free(&watch->setup);
    free(watch);
}
