#include "rpa/supervisor/watch.h"
#include "rpa/base/utf8.h"
#include "rpa/base/log.h"
#include "rpa/role/spawn.h"
#include "rpa/supervisor/supervisor.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define AGAIN_US 10000000 /* it ended: when another one starts */

struct watch {
    struct supervisor *sup;
    char state[4096], schedules[4096];
    cbor_item_t *setup; /* NULL: nobody is to look */
    pid_t pid; /* 0: it has ended */
    int fd;
    sd_event_source *asked, *again;
};

static int start(struct watch *watch, struct rpa_err *err);

/* ---- what it asks ---- */

static void stop_listening(struct watch *watch)
{
    watch->asked = sd_event_source_disable_unref(watch->asked);
    if (watch->fd >= 0)
        close(watch->fd);
    watch->fd = -1;
}

static int on_question(sd_event_source *source, int fd, uint32_t events,
                       void *data)
{
    struct watch *watch = data;
    cbor_item_t *msg = NULL, *reply;
    struct rpa_err err;
    (void)source;
    (void)events;
    int r = rpa_msg_recv(fd, 0, &msg, NULL, &err);
    rpa_msg_free(&msg);
    if (r == -RPA_ETIMEOUT)
        return 0;
    if (r == 0) {
        reply = rpa_msg_new();
        rpa_msg_put_item(reply, "queues", status_queues(watch->sup));
        r = rpa_msg_send(fd, reply, NULL, 0, &err);
        rpa_msg_free(&reply);
    }
    if (r < 0) /* it will end, if it has not */
        stop_listening(watch);
    return 0;
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

static void on_end(void *data, const siginfo_t *si)
{
    struct watch *watch = data;
    watch->pid = 0;
    stop_listening(watch);
    rpa_log(RPA_LOG_WARN, "who looks for what is wrong has ended with %s %d",
            si->si_code == CLD_EXITED ? "status" : "signal", si->si_status);
    sd_event_add_time_relative(watch->sup->loop, &watch->again, CLOCK_BOOTTIME,
                               AGAIN_US, 1000000, on_again, watch);
}

static int listen_to(struct watch *watch, struct rpa_err *err)
{
    if (fcntl(watch->fd, F_SETFL, O_NONBLOCK) < 0 ||
        sd_event_add_io(watch->sup->loop, &watch->asked, watch->fd, EPOLLIN,
                        on_question, watch) < 0)
        return rpa_fail(err, RPA_EIO, "listening to who looks");
    return rpa_msg_send(watch->fd, watch->setup, NULL, 0, err);
}

static int start(struct watch *watch, struct rpa_err *err)
{
    int pair[2];
    int r = rpa_spawn_pair(pair, err);
    if (r < 0)
        return r;
    struct rpa_spawn spawn = { .envp = environ, .output = STDERR_FILENO,
                               .fds = { pair[1], -1, -1, -1 } };
    r = rpa_spawn_role("watch", &spawn, &watch->pid, err);
    close(pair[1]);
    watch->fd = pair[0];
    if (r == 0)
        r = children_add(watch->sup->children, watch->pid, on_end, watch, err);
    return r == 0 ? listen_to(watch, err) : r;
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
    children_forget(watch->sup->children, watch);
    watch->again = sd_event_source_disable_unref(watch->again);
    stop_listening(watch);
    rpa_spawn_end(watch->pid);
    watch->pid = 0;
}

int watch_tell(struct watch *watch, const cbor_item_t *alerts,
               struct rpa_err *err)
{
    int r = make_setup(watch, alerts, err);
    if (r == 0 && !alerts)
        stop(watch);
    else if (r == 0 && watch->fd >= 0)
        r = rpa_msg_send(watch->fd, watch->setup, NULL, 0, err);
    else if (r == 0 && !watch->pid && !watch->again)
        r = start(watch, err);
    return r;
}

int watch_open(struct supervisor *sup, const char *schedules,
               struct watch **ret, struct rpa_err *err)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the alerts");
    *watch = (struct watch){ .sup = sup, .fd = -1 };
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
