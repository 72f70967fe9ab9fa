#include "rpa/writer.h"

#include <fcntl.h>
#include <stdlib.h>

enum { GROUP_MAX = 1024 }; /* messages */

struct client {
    struct writer *writer;
    struct client_of of;
    int fd;
    sd_event_source *source; /* NULL: dropped */
    struct { int64_t req, seq, deadline_us; } acks[CLIENT_MAX];
    size_t nacks, taken;
    struct rpa_err err; /* why it is lost; code 0 if it is not */
};

struct writer {
    sd_event *loop;
    struct rpa_audit *audit;
    struct client **clients;
    size_t n, cap;
    sd_event_source *ready; /* runs when no socket has anything more */
    sd_event_source *notes_due;
    size_t taken; /* messages of this group */
    bool waited;  /* somebody waits for it */
};

void client_ack(struct client *client, int64_t req, int64_t seq,
                int64_t deadline_us)
{
    client->acks[client->nacks].req = req;
    client->acks[client->nacks].seq = seq;
    client->acks[client->nacks++].deadline_us = deadline_us;
    client->writer->waited = true;
}

static void send_acks(struct client *client)
{
    int r = 0;
    for (size_t i = 0; i < client->nacks && r == 0; i++) {
        cbor_item_t *out = rpa_msg_new();
        rpa_msg_put_int(out, "req", client->acks[i].req);
        rpa_msg_put_int(out, "seq", client->acks[i].seq);
        if (client->acks[i].deadline_us)
            rpa_msg_put_int(out, "deadline", client->acks[i].deadline_us);
        r = rpa_msg_send(client->fd, out, NULL, 0, &client->err);
        rpa_msg_free(&out);
    }
}

/* ---- the end of a group ---- */

static void stop(struct writer *w, const struct rpa_err *err)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->clients[i]->source)
            w->clients[i]->of.stopped(w->clients[i]->of.data, err);
}

static void tell(struct client *client)
{
    if (client->source && !client->err.code)
        send_acks(client);
    if (client->source && client->taken >= CLIENT_MAX)
        sd_event_source_set_enabled(client->source, SD_EVENT_ON);
    client->nacks = client->taken = 0;
    if (!client->source || !client->err.code)
        return;
    struct rpa_err why = client->err;
    client_drop(client);
    client->of.lost(client->of.data, &why);
}

static void sweep(struct writer *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->n; i++)
        if (w->clients[i]->source)
            w->clients[kept++] = w->clients[i];
        else
            free(w->clients[i]);
    w->n = kept;
}

static void end_group(struct writer *w)
{
    struct rpa_err err;
    w->notes_due = sd_event_source_disable_unref(w->notes_due);
    w->taken = 0;
    w->waited = false;
    if (rpa_audit_commit(w->audit, &err) < 0) {
        stop(w, &err);
        return;
    }
    for (size_t i = 0; i < w->n; i++)
        tell(w->clients[i]);
    sweep(w);
}

static int on_notes_due(sd_event_source *source, uint64_t usec, void *data)
{
    (void)source;
    (void)usec;
    end_group(data);
    return 0;
}

static int on_ready(sd_event_source *source, void *data)
{
    struct writer *w = data;
    (void)source;
    if (w->waited)
        end_group(w);
    else if (!w->notes_due &&
             sd_event_add_time_relative(w->loop, &w->notes_due, CLOCK_BOOTTIME,
                                        NOTES_US, 1000, on_notes_due, w) < 0)
        end_group(w);
    return 0;
}

/* ---- taking ---- */

/* 1 taken, 0 nothing there */
static int take_one(struct client *client, struct rpa_err *err)
{
    cbor_item_t *msg = NULL;
    int r = rpa_msg_recv(client->fd, 0, &msg, NULL, err);
    if (r == -RPA_ETIMEOUT)
        return 0;
    if (r == 0)
        r = client->of.take(client->of.data, msg, err);
    rpa_msg_free(&msg);
    return r < 0 ? r : 1;
}

static int on_client(sd_event_source *source, int fd, uint32_t events,
                     void *data)
{
    struct client *client = data;
    struct writer *w = client->writer;
    struct rpa_err err = { 0 };
    (void)fd;
    (void)events;
    int r = take_one(client, &err);
    if (r == -RPA_EAUDIT || r == -RPA_ETAMPER) {
        stop(w, &err);
        return 0;
    }
    if (r < 0) {
        client->err = err;
        w->waited = true;
    }
    w->taken++;
    if (client->source && (r < 0 || ++client->taken >= CLIENT_MAX))
        sd_event_source_set_enabled(source, SD_EVENT_OFF);
    if (w->taken >= GROUP_MAX)
        end_group(w);
    else
        sd_event_source_set_enabled(w->ready, SD_EVENT_ONESHOT);
    return 0;
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
    int r = sd_event_add_io(w->loop, &client->source, fd, EPOLLIN, on_client,
                            client);
    if (r < 0) {
        free(client);
        return rpa_fail(err, RPA_EIO, "listening to a client failed");
    }
    w->clients[w->n++] = client;
    *ret = client;
    return 0;
}

void client_drop(struct client *client)
{
    if (client) /* freed when no group is being told */
        client->source = sd_event_source_disable_unref(client->source);
}

int writer_open(sd_event *loop, struct rpa_audit *audit, struct writer **ret,
                struct rpa_err *err)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the writer");
    *w = (struct writer){ .loop = loop, .audit = audit };
    if (sd_event_add_defer(loop, &w->ready, on_ready, w) < 0 ||
        sd_event_source_set_priority(w->ready, SD_EVENT_PRIORITY_IDLE) < 0 ||
        sd_event_source_set_enabled(w->ready, SD_EVENT_OFF) < 0) {
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
    sd_event_source_disable_unref(w->ready);
    sd_event_source_disable_unref(w->notes_due);
    free(w->clients);
    free(w);
}
