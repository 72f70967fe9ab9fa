/* Many clients, one writer: no ack before the commit, none starves another. */
#include "../audit/seed.h"
#include "rpa/supervisor/frame.h"
#include "rpa/supervisor/writer.h"

#include <sys/socket.h>

enum { CLIENTS = 200 };

struct seat {
    int ours, theirs;
    struct client *client;
    int taken, lost;
    bool slow; /* what it sends takes longer than others may wait */
    bool goes_on;           /* more is to be done when it is durable */
    int64_t went_on_behind; /* then that was the last row */
};

static struct rpa_audit *audit;
static sd_event *loop;
static int64_t run;
static struct seat seats[CLIENTS];
static int stops;

static int then(void *data, struct rpa_err *e)
{
    struct seat *seat = data;
    cbor_item_t *ack = rpa_msg_new();
    (void)e;
    seat->went_on_behind = rpa_audit_last(audit);
    rpa_msg_put_int(ack, "seq", seat->went_on_behind);
    client_ack(seat->client, ack);
    return 0;
}

static int take(void *data, const cbor_item_t *msg, int fd, struct rpa_err *e)
{
    (void)fd;
    struct seat *seat = data;
    int64_t req, seq = 0;
    struct frame frame;
    struct rpa_audit_row row;
    int r;
    seat->taken++;
    for (int64_t until = rpa_mono_us() + 20000; seat->slow && rpa_mono_us() < until;)
        ;
    frame_begin(&frame, rpa_msg_get(msg, "intent"));
    while ((r = frame_next(&frame, &row, e)) > 0) {
        row.run = run;
        if ((r = rpa_audit_append(audit, &row, &seq, e)) < 0)
            break;
    }
    if (r < 0)
        return r;
    if (seat->goes_on) {
        client_then(seat->client, then);
    } else if (rpa_msg_int(msg, "req", &req)) {
        cbor_item_t *ack = rpa_msg_new();
        rpa_msg_put_int(ack, "req", req);
        rpa_msg_put_int(ack, "seq", seq);
        client_ack(seat->client, ack);
    }
    return 0;
}

static void lost(void *data, struct rpa_err *e)
{
    (void)e;
    ((struct seat *)data)->lost++;
}

static void stopped(void *data, const struct rpa_err *e)
{
    (void)data;
    (void)e;
    stops++;
}

/* one row of @kind; without @req it is a note */
static bool send_row(const struct seat *seat, const char *kind, int64_t req)
{
    cbor_item_t *msg = rpa_msg_new(), *row = rpa_cbor_map();
    struct rpa_buf bytes = { 0 };
    rpa_msg_put_str(row, "kind", kind);
    rpa_cbor_dump(row, &bytes, &err);
    rpa_msg_put_bytes(msg, "intent", bytes.data, bytes.len);
    rpa_buf_clear(&bytes);
    rpa_msg_free(&row);
    if (req)
        rpa_msg_put_int(msg, "req", req);
    bool sent = rpa_msg_send(seat->theirs, msg, NULL, 0, &err) == 0;
    rpa_msg_free(&msg);
    return sent;
}

/* the row acknowledged, 0 if none waits */
static int64_t acked(const struct seat *seat)
{
    cbor_item_t *msg = NULL;
    int64_t seq = 0;
    if (rpa_msg_recv(seat->theirs, 0, &msg, NULL, &err) == 0)
        rpa_msg_int(msg, "seq", &seq);
    rpa_msg_free(&msg);
    return seq;
}

static void sit(struct writer *writer, struct seat *seat)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
        abort();
    *seat = (struct seat){ .ours = fds[0], .theirs = fds[1] };
    const struct client_of of = { take, lost, stopped, seat };
    if (writer_add(writer, seat->ours, &of, &seat->client, &err) < 0)
        abort();
}

static void turn(void)
{
    sd_event_run(loop, 1000000);
}

/* what waits is done */
static void drain(void)
{
    while (sd_event_run(loop, 2 * NOTES_US) > 0)
        ;
}

static void together(void)
{
    int64_t before = rpa_audit_last(audit);
    int right = 0;
    for (int i = 0; i < CLIENTS; i++)
        send_row(&seats[i], "KEY", i + 1);
    is_int(acked(&seats[0]), 0, "no acknowledgement before the commit");
    for (int i = 0; i < CLIENTS && rpa_audit_last(audit) < before + CLIENTS; i++)
        turn(); /* one, unless the machine is slow */
    for (int i = 0; i < CLIENTS; i++)
        right += acked(&seats[i]) == before + 1 + i;
    is_int(right, CLIENTS, "all that waited are acknowledged");
    is_int(rpa_audit_last(audit), before + CLIENTS, "each once");
}

/* what takes long is taken one a turn, each client's in turn */
static void slow(void)
{
    seats[8].slow = seats[9].slow = true;
    seats[8].taken = seats[9].taken = 0;
    drain();
    int64_t before = rpa_audit_last(audit);
    for (int i = 0; i < 3; i++) {
        send_row(&seats[8], "KEY", i + 1);
        send_row(&seats[9], "KEY", i + 1);
    }
    turn();
    is_int(seats[8].taken + seats[9].taken, 1, "one that takes long is a turn's work");
    is_int(rpa_audit_last(audit), before, "and its commit another's");
    while (seats[8].taken + seats[9].taken < 2)
        turn();
    ok(seats[8].taken == 1 && seats[9].taken == 1, "the other's is the next");
    while (seats[8].taken + seats[9].taken < 6)
        turn();
    ok(seats[8].taken == 3 && seats[9].taken == 3, "and so on");
    seats[8].slow = seats[9].slow = false;
    drain();
}

/* the keys of a group are flushed in a turn before it */
static void keyed(void)
{
    int64_t before = rpa_audit_last(audit), grp;
    rpa_audit_group(audit, run, "somebody", &grp, &err);
    send_row(&seats[10], "KEY", 1);
    turn();
    is_int(rpa_audit_last(audit), before, "new keys are a turn's work");
    turn();
    ok(acked(&seats[10]) > before, "their rows the next one's");
}

/* what follows from a message has a turn of its own, once that is durable */
static void goes_on(void)
{
    struct seat *seat = &seats[11];
    int64_t before = rpa_audit_last(audit);
    seat->taken = 0;
    seat->goes_on = true;
    send_row(seat, "KEY", 1);
    send_row(seat, "KEY", 2);
    turn();
    ok(rpa_audit_last(audit) > before && !seat->went_on_behind,
       "what is to follow waits for the commit");
    turn();
    ok(seat->went_on_behind > before, "and comes then");
    ok(acked(seat) > before, "before its answer");
    is_int(seat->taken, 1, "nothing more is taken meanwhile");
    seat->goes_on = false;
    drain();
    ok(acked(seat) > before + 1, "and then is");
    seat->goes_on = true;
    seat->went_on_behind = 0;
    send_row(seat, "KEY", 3);
    turn();
    client_drop(seat->client);
    for (int i = 0; i < 2; i++) {
        send_row(&seats[10], "KEY", 1);
        turn();
    }
    is_int(seat->went_on_behind, 0, "nothing follows for one that was dropped");
}

/* one that floods keeps nobody waiting for longer than a turn */
static void flood(void)
{
    int sent = 0;
    while (sent < 100 && send_row(&seats[0], "NOTE", 0))
        sent++;
    send_row(&seats[1], "KEY", 7);
    seats[0].taken = seats[1].taken = 0;
    while (!seats[1].taken)
        turn();
    ok(acked(&seats[1]) > 0, "beside %d notes of another, it is answered", sent);
    ok(seats[0].taken <= CLIENT_MAX, "which gave %d of its notes",
       seats[0].taken);
    for (int i = 0; i < 4 && seats[0].taken < sent; i++)
        turn();
    is_int(seats[0].taken, sent, "and the others in its next turns");
}

static void losses(void)
{
    rpa_audit_commit(audit, &err);
    send_row(&seats[2], "KEY", 1);
    close(seats[2].theirs);
    int64_t before = rpa_audit_last(audit);
    turn();
    turn();
    is_int(seats[2].lost, 1, "one that left is told of once");
    is_int(rpa_audit_last(audit), before + 1, "what it sent is durable");
    send_row(&seats[3], "DICT", 1);
    turn();
    is_int(seats[3].lost, 1, "one that sends what it may not is lost");
    is_int(acked(&seats[3]), 0, "and gets no acknowledgement");
    int full = 0;
    while (full < 100000 && !seats[4].lost) {
        if (send_row(&seats[4], "KEY", 1))
            turn();
        full++;
    }
    is_int(seats[4].lost, 1, "so is one that reads none");
    send_row(&seats[5], "KEY", 1);
    turn();
    ok(acked(&seats[5]) > 0, "the others go on");
    client_drop(seats[6].client);
    send_row(&seats[6], "KEY", 1);
    send_row(&seats[5], "KEY", 2);
    turn();
    ok(acked(&seats[5]) > 0 && seats[6].taken == 1 && !seats[6].lost,
       "one that was dropped is not listened to");
}

static void notes(void)
{
    int64_t before = rpa_audit_last(audit);
    send_row(&seats[7], "NOTE", 0);
    turn();
    is_int(rpa_audit_last(audit), before, "a note waits for the next commit");
    turn();
    is_int(rpa_audit_last(audit), before + 1, "but not for long");
}

int main(void)
{
    struct writer *writer = NULL;
    tmp_begin();
    audit = must_open();
    run = must_run(audit);
    rpa_audit_commit(audit, &err);
    if (sd_event_new(&loop) < 0 || writer_open(loop, audit, &writer, &err) < 0)
        return 1;
    for (int i = 0; i < CLIENTS; i++)
        sit(writer, &seats[i]);
    together();
    flood();
    slow();
    keyed();
    goes_on();
    losses();
    notes();
    is_int(stops, 0, "the store never stopped");
    writer_close(writer);
    for (int i = 0; i < CLIENTS; i++) {
        close(seats[i].ours);
        if (i != 2)
            close(seats[i].theirs);
    }
    sd_event_unref(loop);
    rpa_audit_close(audit);
    struct verdict v;
    ok(proved(&v), "and verifies");
    return tap_done();
}
