#include "rpa/supervisor/writer.h"
#include "rpa/base/time.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    GROUP_MAX = 1024, /* messages */
    GROUP_US = 10000, /* then others have their turn: who is answered at once asks
                         at once again */
};

struct client {
    struct writer *writer;
    struct client_of of;
    int fd;
    bool dropped, heard; /* heard: in the set of those listened to */
    bool waits;          /* for room: nothing is taken of it, but that it ended */
    cbor_item_t *acks[CLIENT_MAX];
    size_t nacks, taken;
    int (*then)(void *data, struct rpa_err *err);
    sd_event_source *follows; /* calls it */
    struct rpa_err err; /* why it is lost; code 0 if it is not */
};

struct writer {
    sd_event *loop;
    struct rpa_audit *audit;
    struct client **clients;
    size_t n, cap;
    int set; /* epoll, of the clients' sockets; itself in the loop's */
    sd_event_source *listening, *due;
    bool waited; /* somebody waits for this group */
    bool ends;   /* and it ends in the next turn */
};

void client_ack(struct client *client, cbor_item_t *ack)
{
    client->acks[client->nacks++] = ack;
    client->writer->waited = true;
}

static void send_acks(struct client *client)
{
    int r = 0;
    for (size_t i = 0; i < client->nacks && r == 0; i++)
        r = rpa_msg_send(client->fd, client->acks[i], NULL, 0, &client->err);
}

static void forget_acks(struct client *client)
{
    for (size_t i = 0; i < client->nacks; i++) {
        size_t len = 0;
        char *bare = (char *)rpa_msg_bytes(client->acks[i], "ok", &len);
        if (bare) /* a secret's value */
            explicit_bzero(bare, len);
        rpa_msg_free(&client->acks[i]);
    }
    client->nacks = 0;
}

/* its end is told of whatever we ask for */
static void ask_of(const struct client *client, int how)
{
    struct epoll_event event = { .events = client->waits ? 0 : EPOLLIN,
                                 .data.ptr = (void *)client };
    epoll_ctl(client->writer->set, how, client->fd, &event);
}

static void hear(struct client *client, bool on)
{
    if (client->heard != on)
        ask_of(client, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL);
    client->heard = on;
}

/* ---- the end of a group ---- */

static void stop(struct writer *w, const struct rpa_err *err)
{
    for (size_t i = 0; i < w->n; i++)
        if (!w->clients[i]->dropped)
            w->clients[i]->of.stopped(w->clients[i]->of.data, err);
}

static int on_then(sd_event_source *source, void *data);

/* what it sent is durable; is there more to do before it is told? */
static bool goes_on(struct client *client)
{
    if (!client->then || client->dropped || client->err.code)
        return false;
    if (!client->follows &&
        sd_event_add_defer(client->writer->loop, &client->follows, on_then,
                           client) < 0)
        rpa_fail(&client->err, RPA_ENOMEM, "no memory for a client");
    return client->follows != NULL;
}

static void tell(struct client *client)
{
    if (goes_on(client))
        return;
    if (!client->dropped && !client->err.code)
        send_acks(client);
    forget_acks(client);
    client->taken = 0;
    if (client->dropped)
        return;
    if (!client->err.code) {
        hear(client, true);
        return;
    }
    client_drop(client);
    client->of.lost(client->of.data, &client->err);
}

static void sweep(struct writer *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->n; i++)
        if (!w->clients[i]->dropped) {
            w->clients[kept++] = w->clients[i];
        } else {
            forget_acks(w->clients[i]);
            free(w->clients[i]);
        }
    w->n = kept;
}

static void end_group(struct writer *w)
{
    struct rpa_err err;
    w->due = sd_event_source_disable_unref(w->due);
    w->waited = w->ends = false;
    if (rpa_audit_commit(w->audit, &err) < 0) {
        stop(w, &err);
        return;
    }
    for (size_t i = 0; i < w->n; i++)
        tell(w->clients[i]);
    sweep(w);
}

static int on_due(sd_event_source *source, uint64_t usec, void *data);

/* at once: in the next turn, before whoever commits would flush our keys as well */
static void end_group_in(struct writer *w, uint64_t us)
{
    w->due = sd_event_source_disable_unref(w->due);
    w->ends = us == 0;
    if (sd_event_add_time_relative(w->loop, &w->due, CLOCK_BOOTTIME, us, 1,
                                   on_due, w) < 0)
        end_group(w);
    else if (w->ends)
        sd_event_source_set_priority(w->due, SD_EVENT_PRIORITY_IMPORTANT);
}

/* its keys, if it has any, in a turn before it */
static void begin_end(struct writer *w)
{
    struct rpa_err err;
    int r = rpa_audit_commit_keys(w->audit, &err);
    if (r < 0)
        stop(w, &err);
    else if (r > 0)
        end_group_in(w, 0);
    else
        end_group(w);
}

static int on_due(sd_event_source *source, uint64_t usec, void *data)
{
    (void)source;
    (void)usec;
    begin_end(data);
    return 0;
}

/* Now if anybody waits for it, or in a turn of its own when this one, that began
 * at @began_us, has flushed; else soon. */
static void end_turn(struct writer *w, int64_t began_us)
{
    bool long_one = rpa_mono_us() - began_us > GROUP_US;
    if (w->ends)
        return;
    if (w->waited && !long_one)
        begin_end(w);
    else if (w->waited || !w->due)
        end_group_in(w, w->waited ? 0 : NOTES_US);
}

/* ---- taking ---- */

/* one message, if there is one */
static int take_one(struct client *client, struct rpa_err *err)
{
    cbor_item_t *msg = NULL;
    int fd = -1;
    int r = rpa_msg_recv(client->fd, 0, &msg, &fd, err);
    if (r == -RPA_ETIMEOUT)
        return 0;
    if (r == 0)
        r = client->of.take(client->of.data, msg, fd, err);
    rpa_msg_free(&msg);
    if (fd >= 0)
        close(fd);
    return r;
}

/* @r says how its message was taken; false when the store has stopped */
static bool taken(struct client *client, int r, const struct rpa_err *err)
{
    if (r == -RPA_EAUDIT || r == -RPA_ETAMPER) {
        stop(client->writer, err);
        return false;
    }
    if (r < 0) {
        client->err = *err;
        client->writer->waited = true;
    }
    bool full = ++client->taken >= CLIENT_MAX;
    if (full) /* what else it sends waits for this group's end: let that be now */
        client->writer->waited = true;
    if (!client->dropped && (r < 0 || full))
        hear(client, false);
    return true;
}

static int on_then(sd_event_source *source, void *data)
{
    struct client *client = data;
    struct writer *w = client->writer;
    struct rpa_err err = { 0 };
    int (*then)(void *data, struct rpa_err *err) = client->then;
    int64_t began_us = rpa_mono_us();
    client->follows = sd_event_source_disable_unref(source);
    client->then = NULL;
    if (taken(client, then(client->of.data, &err), &err))
        end_turn(w, began_us);
    return 0;
}

void client_then(struct client *client,
                 int (*then)(void *data, struct rpa_err *err))
{
    client->then = then;
    client->writer->waited = true;
    hear(client, false);
}

/* one message of each that has one, and again, until none has or it took long;
 * asked for one at a time, the set gives each its turn */
static int on_clients(sd_event_source *source, int fd, uint32_t events,
                      void *data)
{
    struct writer *w = data;
    struct epoll_event ready;
    int count = 0;
    int64_t began_us = rpa_mono_us();
    (void)source;
    (void)events;
    while (count < GROUP_MAX && rpa_mono_us() - began_us < GROUP_US &&
           epoll_wait(fd, &ready, 1, 0) > 0) {
        struct client *client = ready.data.ptr;
        struct rpa_err err = { 0 };
        if (ready.events & EPOLLHUP) /* no more comes: what there is is taken */
            client->waits = false;
        if (!client->dropped && !taken(client, take_one(client, &err), &err))
            return 0;
        count++;
    }
    if (count)
        end_turn(w, began_us);
    return 0;
}

void client_wait(struct client *client, bool waits)
{
    client->waits = waits;
    if (client->heard)
        ask_of(client, EPOLL_CTL_MOD);
}

void client_give(struct client *client, const cbor_item_t *msg)
{
    struct writer *w = client->writer;
    struct rpa_err err = { 0 };
    int64_t began_us = rpa_mono_us();
    if (taken(client, client->of.take(client->of.data, msg, -1, &err), &err))
        end_turn(w, began_us);
}

/* ---- coming and going ---- */

int writer_add(struct writer *w, int fd, const struct client_of *of,
               struct client **ret, struct rpa_err *err)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return rpa_fail_errno(err, RPA_EIO, "listening to a client");
    if (w->n == w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 8;
        struct client **more = realloc(w->clients, cap * sizeof *more);
        if (!more)
            return rpa_fail(err, RPA_ENOMEM, "no memory for a client");
        w->clients = more;
        w->cap = cap;
    }
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a client");
    *client = (struct client){ .writer = w, .of = *of, .fd = fd };
    hear(client, true);
    w->clients[w->n++] = client;
    *ret = client;
    return 0;
}

void client_drop(struct client *client)
{
    if (!client)
        return;
    hear(client, false);
    client->follows = sd_event_source_disable_unref(client->follows);
    forget_acks(client);
    client->dropped = true; /* freed after a group's end */
}

int writer_open(sd_event *loop, struct rpa_audit *audit, struct writer **ret,
                struct rpa_err *err)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the writer");
    *w = (struct writer){ .loop = loop, .audit = audit };
    w->set = epoll_create1(EPOLL_CLOEXEC);
    if (w->set < 0 || sd_event_add_io(loop, &w->listening, w->set, EPOLLIN,
                                      on_clients, w) < 0) {
        writer_close(w);
        return rpa_fail(err, RPA_EIO, "starting the writer failed");
    }
    *ret = w;
    return 0;
}

void writer_close(struct writer *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->n; i++)
        client_drop(w->clients[i]);
    sweep(w);
    sd_event_source_disable_unref(w->listening);
    sd_event_source_disable_unref(w->due);
    if (w->set >= 0)
        close(w->set);
    free(w->clients);
    free(w);
}
