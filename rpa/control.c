/* The control socket: who may ask a running supervisor, and what. */
#include "rpa/control.h"
#include "rpa/base/utf8.h"
#include "rpa/cmd_backup.h"
#include "rpa/desk.h"
#include "rpa/planner.h"
#include "rpa/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD /* Linux 6.5 */
#define SO_PEERPIDFD 77
#endif

#define NAME "control.sock"
#define PARENTS_MAX 64

struct control {
    struct supervisor *sup;
    int dir, fd, client;
    sd_event_source *listening, *asking, *deadline;
};

/* a path of any length, by way of its folder: sun_path is short */
static void address(int dir, struct sockaddr_un *ret)
{
    *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
    snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d/" NAME,
             dir);
}

/* ---- who asks ---- */

static pid_t parent_of(pid_t pid)
{
    char path[32], text[512];
    int parent = -1;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[n] = '\0';
    if (file)
        fclose(file);
    char *name_end = strrchr(text, ')'); /* a name may hold anything */
    if (!name_end || sscanf(name_end + 1, " %*c %d", &parent) != 1)
        return -1;
    return parent;
}

/* Everything the run started has us among its parents: we are its subreaper.
 * What cannot be followed counts as ours. */
static bool is_ours(pid_t pid)
{
    for (int i = 0; i < PARENTS_MAX; i++) {
        if (pid < 0 || pid == getpid())
            return true;
        if (pid <= 1)
            return false;
        pid = parent_of(pid);
    }
    return true;
}

/* was it there all the time? A number may have gone to another process. */
static bool still_there(int fd)
{
    int pidfd;
    socklen_t len = sizeof pidfd;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &len) < 0)
        return errno == ENOPROTOOPT; /* an older kernel cannot tell */
    struct pollfd p = { .fd = pidfd, .events = POLLIN };
    bool there = poll(&p, 1, 0) == 0;
    close(pidfd);
    return there;
}

static int check_peer(int fd, uid_t *ret_uid, struct rpa_err *err)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
        return rpa_fail_errno(err, RPA_EPERM, "asking who connects");
    if (peer.uid != 0 && peer.uid != geteuid())
        return rpa_fail(err, RPA_EPERM,
                        "this supervisor answers its own user, not uid %u",
                        (unsigned)peer.uid);
    if (peer.pid <= 0 || is_ours(peer.pid) || !still_there(fd))
        return rpa_fail(err, RPA_EPERM,
                        "the supervisor does not answer what its runs started");
    *ret_uid = run_login(peer.pid, peer.uid);
    return 0;
}

/* ---- what is answered ---- */

static cbor_item_t *run_status(const struct run *run)
{
    static const char *const steps[] = { "waiting", "display", "layout",
                                         "sweep", "driver", "application",
                                         "ready", "second", "bot", "end" };
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        { "run", run->id },
        { "item", run->nth },        { "items", run->total },
        { "done", run->done },       { "rejected", run->rejected },
        { "failed", run->failed },   { "doubt", run->doubts },
        { "deferred", run->deferred }, { "found", run->found },
        { "keys", run->keys },
        { "rows", rpa_audit_run_rows(run->audit, run->id) },
        { "began_us", run->began_us },
    };
    char finish[9];
    cbor_item_t *one = rpa_cbor_map();
    if (summary_forecast(run, finish))
        rpa_msg_put_str(one, "finish", finish);
    rpa_msg_put_str(one, "bot", run->options->bundle->name);
    rpa_msg_put_str(one, "mode", run->options->policy->mode);
    rpa_msg_put_str(one, "step", steps[run->over ? STEP_END : run->step]);
    rpa_msg_put_bool(one, "in_item", run->hand == HAND_ITEM);
    rpa_msg_put_bool(one, "stopping", run->stopping);
    rpa_msg_put_bool(one, "held", run->held != NULL);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        rpa_msg_put_int(one, counts[i].name, counts[i].value);
    return one;
}

static void say_status(const struct supervisor *sup, cbor_item_t *ok)
{
    cbor_item_t *runs = rpa_cbor_array();
    for (const struct run *run = sup->runs; run; run = run->next)
        rpa_cbor_push(runs, run_status(run));
    rpa_msg_put_int(ok, "pid", getpid());
    rpa_msg_put_bool(ok, "leaving", sup->leaving);
    rpa_msg_put_item(ok, "runs", runs);
}

/* the first Ctrl-C, never the second */
static void stop(struct supervisor *sup, uid_t uid)
{
    for (struct run *run = sup->runs; run; run = run->next)
        if (!run->interrupts)
            run_interrupt(run, "rpa stop", uid);
}

static int answer_call(struct control *c, const cbor_item_t *msg, uid_t uid,
                       cbor_item_t *ok, struct rpa_err *err)
{
    struct supervisor *sup = c->sup;
    const struct desk desk = { sup->audit, sup->queues };
    bool backup = rpa_msg_is(msg, "call", "backup");
    if (backup || rpa_msg_is(msg, "call", "queue")) {
        int r = backup ? backup_row(sup->audit, uid, "backup", err)
                       : desk_answer(&desk, uid, msg, ok, err);
        if (backup)
            rpa_msg_put_int(ok, "rows", rpa_audit_last(sup->audit));
        if (r == -RPA_EAUDIT)
            supervisor_fail(sup, err);
        hold_wake(sup);
        return r;
    }
    if (rpa_msg_is(msg, "call", "schedule")) {
        const struct planner planner = { .audit = sup->audit,
                                         .state_dir = sup->state_dir };
        int r = planner_answer(&planner, uid, msg, ok, err);
        if (r == -RPA_EAUDIT)
            supervisor_fail(sup, err);
        return r;
    }
    if (rpa_msg_is(msg, "call", "stop"))
        stop(sup, uid);
    else if (!rpa_msg_is(msg, "call", "status"))
        return rpa_fail(err, RPA_EINVAL,
                        "a supervisor is asked status, stop, queue, "
                        "schedule or backup");
    say_status(sup, ok);
    return 0;
}

static int answer(struct control *c, cbor_item_t *reply, struct rpa_err *err)
{
    cbor_item_t *msg = NULL;
    uid_t uid = 0;
    int r = check_peer(c->client, &uid, err);
    if (r == 0)
        r = rpa_msg_recv(c->client, 0, &msg, NULL, err);
    else /* what stays unread would reset the socket before our answer */
        recv(c->client, NULL, 0, MSG_DONTWAIT);
    cbor_item_t *ok = rpa_cbor_map();
    if (r == 0)
        r = answer_call(c, msg, uid, ok, err);
    rpa_msg_free(&msg);
    if (r == 0)
        rpa_msg_put_item(reply, "ok", ok);
    else
        rpa_msg_free(&ok);
    return r;
}

/* ---- the sockets ---- */

static void drop(struct control *c)
{
    sd_event_source_disable_unref(c->asking);
    sd_event_source_disable_unref(c->deadline);
    c->asking = c->deadline = NULL;
    if (c->client >= 0)
        close(c->client);
    c->client = -1;
    sd_event_source_set_enabled(c->listening, SD_EVENT_ON);
}

static int on_client(sd_event_source *source, int fd, uint32_t events,
                     void *data)
{
    struct control *c = data;
    struct rpa_err err, ignored;
    cbor_item_t *reply = rpa_msg_new();
    (void)source;
    (void)events;
    if (answer(c, reply, &err) < 0)
        rpa_msg_put_err(reply, &err);
    rpa_msg_send(fd, reply, NULL, 0, &ignored);
    rpa_msg_free(&reply);
    drop(c);
    return 0;
}

static int on_silence(sd_event_source *source, uint64_t usec, void *data)
{
    (void)source;
    (void)usec;
    drop(data);
    return 0;
}

static int on_connect(sd_event_source *source, int fd, uint32_t events,
                      void *data)
{
    struct control *c = data;
    (void)source;
    (void)events;
    c->client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (c->client < 0)
        return 0;
    sd_event_source_set_enabled(c->listening, SD_EVENT_OFF);
    if (sd_event_add_io(c->sup->loop, &c->asking, c->client, EPOLLIN, on_client,
                        c) < 0 ||
        sd_event_add_time_relative(c->sup->loop, &c->deadline, CLOCK_BOOTTIME,
                                   CONTROL_MS * 1000ull, 1000, on_silence,
                                   c) < 0)
        drop(c);
    return 0;
}

static int listen_at(int dir, struct rpa_err *err)
{
    struct sockaddr_un at;
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    address(dir, &at);
    unlinkat(dir, NAME, 0); /* of a lost supervisor: the store's lock is ours */
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0 ||
        fchmodat(dir, NAME, 0600, 0) < 0 || listen(fd, 8) < 0) {
        rpa_fail_errno(err, RPA_EIO, "making the control socket");
        if (fd >= 0)
            close(fd);
        return -RPA_EIO;
    }
    return fd;
}

int control_open(struct supervisor *sup, struct control **ret, struct rpa_err *err)
{
    struct control *c = calloc(1, sizeof *c);
    if (!c)
        return rpa_fail(err, RPA_ENOMEM, "no memory");
    *c = (struct control){ .sup = sup, .fd = -1, .client = -1 };
    c->dir = open(sup->state_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int r = c->dir < 0 ? rpa_fail_errno(err, RPA_EIO, "opening %s",
                                        sup->state_dir)
                       : (c->fd = listen_at(c->dir, err));
    if (r >= 0)
        r = sd_event_add_io(sup->loop, &c->listening, c->fd, EPOLLIN,
                            on_connect, c);
    if (r < 0) {
        control_close(c);
        return r;
    }
    *ret = c;
    return 0;
}

void control_close(struct control *c)
{
    if (!c)
        return;
    drop(c);
    sd_event_source_disable_unref(c->listening);
    if (c->fd >= 0) {
        unlinkat(c->dir, NAME, 0);
        close(c->fd);
    }
    if (c->dir >= 0)
        close(c->dir);
    free(c);
}

/* ---- asking ---- */

static int connect_to(const char *state_dir, struct rpa_err *err)
{
    struct sockaddr_un at;
    int dir = open(state_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    address(dir, &at);
    int r = dir < 0 || fd < 0
                ? -1
                : connect(fd, (struct sockaddr *)&at, sizeof at);
    int why = errno;
    if (dir >= 0)
        close(dir);
    if (r == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    errno = why;
    if (why == EACCES || why == EPERM)
        return rpa_fail_errno(err, RPA_EPERM, "asking the supervisor of %s",
                              state_dir);
    rpa_fail(err, RPA_ENOTFOUND, "no supervisor runs on %s", state_dir);
    err->native = why; /* what tells it from a supervisor's own answer */
    return -RPA_ENOTFOUND;
}

int control_ask(const char *state_dir, const cbor_item_t *msg,
                cbor_item_t **ret_ok, struct rpa_err *err)
{
    int fd = connect_to(state_dir, err);
    if (fd < 0)
        return fd;
    cbor_item_t *reply = NULL;
    int r = rpa_msg_send(fd, msg, NULL, 0, err);
    if (r == 0)
        r = rpa_msg_recv(fd, rpa_mono_us() + 60 * 1000000, &reply, NULL, err);
    if (r == 0)
        r = rpa_msg_get_err(reply, err);
    cbor_item_t *ok = r == 0 ? rpa_msg_get(reply, "ok") : NULL;
    if (r == 0 && !ok)
        r = rpa_fail(err, RPA_EPROTO, "the supervisor gave no answer");
    if (r == 0)
        *ret_ok = cbor_incref(ok);
    rpa_msg_free(&reply);
    close(fd);
    return r;
}
