/* The control socket: who may ask a running supervisor, and what. */
#include "rpa/supervisor/control.h"
#include "rpa/base/log.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/supervisor/control_calls.h"
#include "rpa/supervisor/order.h"
#include "rpa/supervisor/peer.h"
#include "rpa/supervisor/who.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ADMIT_MOST 32 /* in one turn of the loop */

struct control {
    struct supervisor *sup;
    int dir, fd;
    sd_event_source *listening, *working;
    struct asker *askers;
    struct asker *at_work; /* its answer takes more turns than one, and nobody
                              else is answered before */
    bool admits; /* others than our own user */
};

/* Who asks, and may stay for a run. */
struct asker {
    struct control *control;
    struct asker *next;
    int fd; /* -1: it has left, and the run goes on */
    struct peer peer;
    struct person who; /* once it is looked up: */
    bool known;
    bool rowed; /* what its question had to row is durable */
    cbor_item_t *question;
    sd_event_source *source, *deadline;
    struct order *order;
    struct run *run; /* it waits for that one; NULL: for an answer */
};

/* those who stay for a run, or those who wait for an answer */
static size_t count(const struct control *c, bool stay)
{
    size_t n = 0;
    for (const struct asker *a = c->askers; a; a = a->next)
        n += (a->order != NULL) == stay;
    return n;
}

/* ---- who stays for a run ---- */

static void leave(struct asker *a)
{
    a->source = sd_event_source_disable_unref(a->source);
    a->deadline = sd_event_source_disable_unref(a->deadline);
    if (a->fd >= 0)
        close(a->fd);
    a->fd = -1;
    if (a->order)
        a->order->run.voice.nobody = true;
}

static void drop(struct asker *a)
{
    struct control *c = a->control;
    struct asker **at = &c->askers;
    leave(a);
    if (c->at_work == a)
        c->at_work = NULL;
    who_forget(c->sup->who, a);
    rpa_msg_free(&a->question);
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    order_free(a->order);
    free(a);
    sd_event_source_set_enabled(c->listening, SD_EVENT_ON);
}

/* the command prints it; one that does not read is left behind */
static int say(void *data, const cbor_item_t *msg, struct rpa_err *err)
{
    struct asker *a = data;
    if (a->fd >= 0 && rpa_msg_send(a->fd, msg, NULL, 0, err) < 0)
        leave(a);
    return 0;
}

static void on_ended(void *data, const struct run *run)
{
    struct asker *a = data;
    struct rpa_err ignored;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_int(msg, "end", run->exit);
    if (a->fd >= 0)
        rpa_msg_send(a->fd, msg, NULL, 0, &ignored);
    rpa_msg_free(&msg);
    a->run = NULL;
    drop(a);
}

/* What others ask for is done with our powers: files are those the daemon's own
 * rpa.conf allows, and no display is somebody's. */
static int keep_to_role(struct asker *a, struct rpa_err *err)
{
    struct rpa_run_options *run = &a->order->run;
    const char *files = a->control->sup->files;
    if (run->display)
        return rpa_fail(err, RPA_EPERM, "a daemon of many people runs bots on "
                                        "displays of its own");
    if (!files && rpa_msg_get(run->bundle->manifest, "files")) {
        rpa_fail(err, RPA_EPERM, "the bot wants files, and the daemon has no "
                                 "folder for them");
        return rpa_err_hint(err, "files = \"/srv/…\" in its rpa.conf");
    }
    if (!(run->files_dir = order_text(a->order, files ? files : "/nonexistent")))
        return rpa_fail(err, RPA_ENOMEM, "no memory for an order");
    return 0;
}

static int begin_run(struct asker *a, const cbor_item_t *msg,
                     struct rpa_err *err)
{
    struct supervisor *sup = a->control->sup;
    struct rpa_err ignored;
    if (!sup->stays || sup->leaving) {
        rpa_fail(err, RPA_EEXIST, sup->stays ? "the daemon is ending"
                                             : "another run holds %s",
                 sup->state_dir);
        return rpa_err_hint(err, "wait for it, or name another --state");
    }
    if (count(a->control, true) >= CONTROL_MAX) {
        rpa_fail(err, RPA_EEXIST, "%d runs that people asked for have not ended",
                 CONTROL_MAX);
        return rpa_err_hint(err, "wait for one to end, or end some: rpa stop RUN");
    }
    int r = order_open(msg, a->control->admits ? sup->confs : NULL, &a->order,
                       err);
    if (r == 0)
        r = people_check(&a->who, people_for_mode(a->order->policy.mode), err);
    if (r == 0 && !a->peer.own)
        r = keep_to_role(a, err);
    if (r < 0)
        return r;
    a->order->run.tried = people_check(&a->who, PEOPLE_OPERATOR, &ignored) < 0;
    a->order->run.uid = a->who.uid;
    a->order->run.operator_name = a->who.name;
    a->order->run.voice = (struct voice){ .say = say, .data = a };
    return supervisor_submit(sup, &a->order->run, on_ended, a, &a->run, err);
}

/* ---- answering ---- */

/* 1: its row is to be durable first */
static int answer(struct asker *a, const cbor_item_t *msg, cbor_item_t *reply,
                  struct rpa_err *err)
{
    cbor_item_t *ok = rpa_cbor_map();
    int r = rpa_msg_is(msg, "call", "run")
                ? begin_run(a, msg, err)
                : control_answer(a->control->sup, msg, &a->who, a->rowed, ok, err);
    if (r == 0)
        rpa_msg_put_item(reply, "ok", ok);
    else
        rpa_msg_free(&ok);
    return r;
}

/* @r: what became of it */
static void reply_to(struct asker *a, int r, cbor_item_t *reply,
                     const struct rpa_err *err)
{
    struct rpa_err ignored;
    if (r < 0)
        rpa_msg_put_err(reply, err);
    rpa_msg_send(a->fd, reply, NULL, 0, &ignored);
    rpa_msg_free(&reply);
    a->deadline = sd_event_source_disable_unref(a->deadline);
    if (a->run) {
        sd_event_source_set_enabled(a->source, SD_EVENT_ON);
        sd_event_source_set_enabled(a->control->listening, SD_EVENT_ON);
    } else {
        drop(a);
    }
}

/* the first of those who wait */
static struct asker *next_known(const struct control *c)
{
    struct asker *first = NULL;
    for (struct asker *a = c->askers; a; a = a->next)
        if (a->known && a->question)
            first = a;
    return first;
}

static void answer_soon(struct control *c)
{
    if (next_known(c))
        sd_event_source_set_enabled(c->working, SD_EVENT_ONESHOT);
}

/* the answer, or what comes before it and ends this turn: 1 */
static int work(struct asker *a, cbor_item_t *reply, struct rpa_err *err)
{
    struct supervisor *sup = a->control->sup;
    if (a->control->at_work != a || a->rowed)
        return answer(a, a->question, reply, err);
    int r = rpa_audit_commit_keys(sup->audit, err);
    if (r == 0) {
        r = rpa_audit_commit(sup->audit, err);
        a->rowed = r == 0;
    }
    if (r < 0)
        supervisor_fail(sup, err);
    return r < 0 ? r : 1;
}

/* One flush a turn. What one asks for that is rowed first is done before the next
 * is answered, so that it is as it was when it was looked at. */
static int on_work(sd_event_source *source, void *data)
{
    struct control *c = data;
    struct asker *a = c->at_work ? c->at_work : next_known(c);
    cbor_item_t *reply = rpa_msg_new();
    struct rpa_err err;
    (void)source;
    int r = a ? work(a, reply, &err) : 1;
    c->at_work = a;
    if (r > 0) {
        rpa_msg_free(&reply);
    } else {
        c->at_work = NULL;
        rpa_msg_free(&a->question);
        reply_to(a, r, reply, &err);
    }
    answer_soon(c);
    return 0;
}

static void on_known(void *data, const struct person *who, const struct rpa_err *why)
{
    struct asker *a = data;
    struct rpa_err err;
    int r = 0;
    if (why) {
        r = rpa_fail(&err, RPA_EIO, "who looks up uid %u is lost: %s",
                     (unsigned)a->peer.uid, why->msg);
        rpa_err_hint(&err, "ask again");
    } else {
        a->who = *who;
        r = people_check(&a->who, people_for(a->question), &err);
    }
    if (r < 0) {
        rpa_msg_free(&a->question);
        reply_to(a, r, rpa_msg_new(), &err);
        return;
    }
    a->known = true;
    a->deadline = sd_event_source_disable_unref(a->deadline);
    answer_soon(a->control);
}

/* ---- the sockets ---- */

static int read_question(struct asker *a, struct rpa_err *err)
{
    int r = peer_check(a->fd, a->control->admits, &a->peer, err);
    if (r == 0)
        return rpa_msg_recv(a->fd, 0, &a->question, NULL, err);
    recv(a->fd, NULL, 0, MSG_DONTWAIT); /* left, it would reset the socket before
                                           our answer */
    return r;
}

/* what is asked waits until it is known who asks */
static void take_question(struct asker *a)
{
    struct rpa_err err;
    int r = read_question(a, &err);
    if (r == 0)
        r = who_ask(a->control->sup->who, a->peer.uid, a->peer.own, on_known, a, &err);
    if (r < 0) {
        reply_to(a, r, rpa_msg_new(), &err);
        return;
    }
    sd_event_source_set_enabled(a->source, SD_EVENT_OFF);
    sd_event_source_set_time_relative(a->deadline, WHO_S * 1000000ull);
}

/* who stays may ask for a stop, and may leave */
static void take_word(struct asker *a)
{
    cbor_item_t *msg = NULL;
    struct rpa_err err;
    int r = rpa_msg_recv(a->fd, 0, &msg, NULL, &err);
    if (r == 0 && rpa_msg_is(msg, "call", "stop"))
        control_stop_run(a->run, msg, &a->who);
    else if (r < 0 && r != -RPA_ETIMEOUT)
        leave(a);
    rpa_msg_free(&msg);
}

static int on_asker(sd_event_source *source, int fd, uint32_t events,
                    void *data)
{
    struct asker *a = data;
    (void)source;
    (void)fd;
    (void)events;
    if (a->run)
        take_word(a);
    else
        take_question(a);
    return 0;
}

static int on_silence(sd_event_source *source, uint64_t usec, void *data)
{
    struct asker *a = data;
    struct rpa_err err;
    (void)source;
    (void)usec;
    if (!a->question) {
        drop(a);
        return 0;
    }
    rpa_fail(&err, RPA_ETIMEOUT, "who uid %u is was not found out in %d s",
             (unsigned)a->peer.uid, WHO_S);
    rpa_err_hint(&err, "see whether this ends: getent passwd %u",
                 (unsigned)a->peer.uid);
    reply_to(a, -RPA_ETIMEOUT, rpa_msg_new(), &err);
    return 0;
}

/* false: nobody is there, or there is no room. Where many say nothing, none of
 * them has long for it, and there is room for who asks. */
static bool admit_one(struct control *c)
{
    size_t n = count(c, false);
    uint64_t ms = n < CONTROL_MAX / 2 ? CONTROL_MS : CONTROL_BUSY_MS;
    if (n >= CONTROL_MAX) {
        sd_event_source_set_enabled(c->listening, SD_EVENT_OFF);
        return false;
    }
    struct asker *a = calloc(1, sizeof *a);
    int client = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0 || !a) {
        if (client >= 0)
            close(client);
        free(a);
        return false;
    }
    *a = (struct asker){ .control = c, .next = c->askers, .fd = client };
    c->askers = a;
    if (sd_event_add_io(c->sup->loop, &a->source, client, EPOLLIN, on_asker,
                        a) < 0 ||
        sd_event_add_time_relative(c->sup->loop, &a->deadline, CLOCK_BOOTTIME,
                                   ms * 1000, 1000, on_silence, a) < 0)
        drop(a);
    return true;
}

static int on_connect(sd_event_source *source, int fd, uint32_t events,
                      void *data)
{
    (void)source;
    (void)fd;
    (void)events;
    for (int i = 0; i < ADMIT_MOST && admit_one(data); i++)
        ;
    return 0;
}

/* who asked us to end has that */
static void put_ended(cbor_item_t *reply)
{
    cbor_item_t *ok = rpa_cbor_map();
    rpa_msg_put_bool(ok, "leaving", true);
    rpa_msg_put_item(ok, "runs", rpa_cbor_array());
    rpa_msg_put_item(ok, "queues", rpa_cbor_array());
    rpa_msg_put_item(reply, "ok", ok);
}

/* We end, and nobody is left unanswered. Where there are roles, nobody is there any
 * more who knows which of them somebody has. */
static void turn_away(struct asker *a)
{
    struct rpa_err err;
    cbor_item_t *reply = rpa_msg_new();
    int r = a->question ? 0 : read_question(a, &err);
    bool stop = r == 0 && !a->control->admits &&
                rpa_msg_is(a->question, "call", "stop") &&
                !rpa_msg_get(a->question, "run");
    if (stop) {
        put_ended(reply);
    } else if (r != -RPA_EPERM) {
        r = rpa_fail(&err, RPA_EEXIST, "the supervisor is ending");
        rpa_err_hint(&err, "wait for it; then rpa daemon starts another");
    }
    reply_to(a, r, reply, &err);
}

int control_open(struct supervisor *sup, struct control **ret, struct rpa_err *err)
{
    struct control *c = calloc(1, sizeof *c);
    if (!c)
        return rpa_fail(err, RPA_ENOMEM, "no memory");
    *c = (struct control){ .sup = sup, .fd = -1 };
    c->dir = open(sup->state_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int r = c->dir < 0 ? rpa_fail_errno(err, RPA_EIO, "opening %s",
                                        sup->state_dir)
                       : (c->fd = control_listen(c->dir, err));
    if (r >= 0)
        r = sd_event_add_io(sup->loop, &c->listening, c->fd, EPOLLIN,
                            on_connect, c);
    if (r >= 0)
        r = sd_event_add_defer(sup->loop, &c->working, on_work, c);
    if (r < 0) {
        control_close(c);
        return r;
    }
    *ret = c;
    return 0;
}

void control_admit(struct control *c, bool admits)
{
    if (admits == c->admits)
        return;
    c->admits = admits;
    if (chmod(c->sup->state_dir, admits ? 0711 : 0700) < 0 ||
        fchmodat(c->dir, CONTROL_NAME, admits ? 0666 : 0600, 0) < 0)
        rpa_log(RPA_LOG_WARN, "who reaches the control socket is as it was: %s",
                strerror(errno));
}

void control_close(struct control *c)
{
    if (!c)
        return;
    for (int i = 0; i < CONTROL_MAX && c->fd >= 0 && admit_one(c); i++)
        ;
    while (c->at_work) /* what has its row is done as well */
        on_work(NULL, c);
    while (c->askers)
        if (c->askers->run || c->askers->fd < 0)
            drop(c->askers);
        else
            turn_away(c->askers);
    sd_event_source_disable_unref(c->listening);
    sd_event_source_disable_unref(c->working);
    if (c->fd >= 0) {
        unlinkat(c->dir, CONTROL_NAME, 0);
        close(c->fd);
    }
    if (c->dir >= 0)
        close(c->dir);
    free(c);
}
