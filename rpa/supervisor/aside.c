#include "rpa/supervisor/aside.h"
#include "rpa/supervisor/children.h"

#include <fcntl.h>
#include <unistd.h>

static void hush(struct aside *a)
{
    a->saying = sd_event_source_disable_unref(a->saying);
    a->late = sd_event_source_disable_unref(a->late);
    if (a->fd >= 0)
        close(a->fd);
    a->fd = -1;
}

void aside_end(struct aside *a)
{
    if (!a->sup)
        return;
    children_forget(a->sup->children, a);
    hush(a);
    rpa_spawn_kill(a->pid);
    a->pid = 0;
}

static void tell_loss(struct aside *a)
{
    struct rpa_err why = a->why;
    aside_end(a);
    a->told(a->data, NULL, &why);
}

/* its words are heard to the end first */
static void on_end(void *data, const siginfo_t *si, const struct rpa_err *why)
{
    struct aside *a = data;
    a->pid = 0;
    if (why)
        a->why = *why;
    else if (!a->why.code)
        rpa_fail(&a->why, RPA_EBOT, "the process ended with %s %d",
                 rpa_spawn_how(si->si_code), si->si_status);
    if (a->fd < 0)
        tell_loss(a);
}

static void hang_up(struct aside *a)
{
    hush(a);
    rpa_spawn_kill(a->pid);
    if (!a->pid)
        tell_loss(a);
}

static int on_word(sd_event_source *source, int fd, uint32_t events, void *data)
{
    struct aside *a = data;
    cbor_item_t *msg = NULL;
    struct rpa_err err;
    (void)source;
    (void)events;
    int r = rpa_msg_recv(fd, 0, &msg, NULL, &err);
    if (r == -RPA_ETIMEOUT)
        return 0;
    if (r < 0 && r != -RPA_EGONE)
        a->why = err;
    if (r < 0)
        hang_up(a);
    else
        a->told(a->data, msg, NULL);
    rpa_msg_free(&msg);
    return 0;
}

/* one that was left is given up, whether or not it can be ended */
static int on_late(sd_event_source *source, uint64_t usec, void *data)
{
    struct aside *a = data;
    (void)source;
    (void)usec;
    if (a->fd < 0) {
        rpa_fail(&a->why, RPA_ETIMEOUT, "it did not end by itself");
        tell_loss(a);
        return 0;
    }
    rpa_fail(&a->why, RPA_ETIMEOUT, "it was not done in %d s",
             (int)(a->most_us / 1000000));
    hang_up(a);
    return 0;
}

static int listen_to(struct aside *a, struct rpa_err *err)
{
    if (fcntl(a->fd, F_SETFL, O_NONBLOCK) < 0 ||
        sd_event_add_io(a->sup->loop, &a->saying, a->fd, EPOLLIN, on_word, a) < 0 ||
        (a->most_us && sd_event_add_time_relative(
                           a->sup->loop, &a->late, CLOCK_BOOTTIME,
                           (uint64_t)a->most_us, 1000, on_late, a) < 0))
        return rpa_fail(err, RPA_EIO, "listening to a process beside the loop");
    return 0;
}

int aside_start(struct aside *a, struct supervisor *sup,
                struct rpa_spawn *spawn, int64_t most_us, aside_told *told,
                void *data, struct rpa_err *err)
{
    int pair[2];
    aside_end(a);
    *a = (struct aside){ .sup = sup, .fd = -1, .most_us = most_us, .told = told,
                         .data = data };
    int r = rpa_spawn_pair(pair, err);
    if (r < 0)
        return r;
    a->fd = pair[0];
    spawn->fds[0] = pair[1];
    spawn->fds[1] = -1;
    r = children_start(sup->children, spawn, on_end, a, &a->pid, err);
    close(pair[1]);
    if (r == 0)
        r = listen_to(a, err);
    if (r < 0)
        aside_end(a);
    return r;
}

bool aside_runs(const struct aside *a)
{
    return a->sup && a->fd >= 0;
}

int aside_say(struct aside *a, const cbor_item_t *msg, int with,
              struct rpa_err *err)
{
    return rpa_msg_send(a->fd, msg, &with, with >= 0, err);
}

void aside_leave(struct aside *a, int64_t most_us)
{
    hush(a);
    sd_event_add_time_relative(a->sup->loop, &a->late, CLOCK_BOOTTIME,
                               a->pid ? (uint64_t)most_us : 0, 1000, on_late, a);
}

void aside_wait(struct aside *a)
{
    cbor_item_t *msg = NULL;
    struct rpa_err err;
    int r = rpa_msg_recv(a->fd, rpa_mono_us() + a->most_us, &msg, NULL, &err);
    if (r == -RPA_EGONE)
        rpa_fail(&err, RPA_EBOT, "the process ended");
    if (r < 0)
        aside_end(a);
    a->told(a->data, msg, r < 0 ? &err : NULL);
    rpa_msg_free(&msg);
}
