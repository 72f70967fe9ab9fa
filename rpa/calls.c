/* What the driver asks. Everything that waits on the socket is taken, made
 * durable by one commit, and only then acknowledged. Notes, which nobody waits
 * for, go into that same commit: they are durable before the next act, or at
 * the latest NOTES_US after they came. */
#include "rpa/supervisor.h"
#include "rpa/ipc/msg.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOTES_US 20000
#define TAKE_MAX 64

static int answer_call(struct run *run, const cbor_item_t *msg, int64_t req,
                       struct rpa_err *err)
{
    struct rpa_err why = { 0 };
    cbor_item_t *out = rpa_msg_new(), *value = rpa_cbor_map();
    rpa_msg_put_int(out, "req", req);
    int r = call_answer(run, msg, value, &why);
    if (r == 0)
        r = rpa_audit_commit(run->audit, &why);
    if (r < 0) {
        rpa_msg_put_err(out, &why);
        rpa_msg_free(&value);
    } else if (rpa_msg_get(value, "value")) { /* a bare value, not a map */
        rpa_msg_put_item(out, "ok", cbor_incref(rpa_msg_get(value, "value")));
        rpa_msg_free(&value);
    } else {
        rpa_msg_put_item(out, "ok", value);
    }
    int sent = rpa_msg_send(run->driver_fd, out, NULL, 0, err);
    size_t len = 0;
    char *bare = (char *)rpa_msg_bytes(out, "ok", &len);
    if (bare) /* a secret's value */
        explicit_bzero(bare, len);
    rpa_msg_free(&out);
    if (r == -RPA_EAUDIT) {
        *err = why;
        return r;
    }
    return sent;
}

/* ---- the socket ---- */

static int refuse(struct run *run, int64_t req, const struct rpa_err *why)
{
    struct rpa_err err;
    cbor_item_t *out = rpa_msg_new();
    rpa_msg_put_int(out, "req", req);
    rpa_msg_put_err(out, why);
    int r = rpa_msg_send(run->driver_fd, out, NULL, 0, &err);
    rpa_msg_free(&out);
    return r;
}

/* @sent is a descriptor that came along, or -1 */
static int take(struct run *run, const cbor_item_t *msg, int sent,
                struct rpa_err *err)
{
    int64_t req = 0;
    int r;
    rpa_msg_int(msg, "req", &req);
    if (rpa_msg_get(msg, "image"))
        return pictures_take(run, msg, sent, err);
    if (sent >= 0)
        return rpa_fail(err, RPA_EPROTO, "a descriptor nobody asked for");
    if (rpa_msg_get(msg, "picture"))
        return pictures_announce(run, rpa_msg_get(msg, "picture"), err);
    if (rpa_msg_get(msg, "note"))
        return rows_note(run, rpa_msg_get(msg, "note"), err);
    if (rpa_msg_get(msg, "call"))
        return answer_call(run, msg, req, err);
    if (rpa_msg_get(msg, "intent")) {
        r = rows_intent(run, msg, req, err);
        if (r < 0 && r != -RPA_EAUDIT && r != -RPA_EPROTO)
            return refuse(run, req, err);
        return r;
    }
    if (run->step == STEP_BOT)
        return rpa_fail(err, RPA_EPROTO, "the driver sent an unknown message");
    r = rpa_msg_get_err(msg, err); /* the answer to setup or ready */
    if (r == 0)
        run_next(run);
    return r;
}

static int send_acks(struct run *run, struct rpa_err *err)
{
    int r = 0;
    for (size_t i = 0; i < run->nacks && r == 0; i++) {
        cbor_item_t *out = rpa_msg_new();
        rpa_msg_put_int(out, "req", run->acks[i].req);
        rpa_msg_put_int(out, "seq", run->acks[i].seq);
        if (run->acks[i].deadline_us)
            rpa_msg_put_int(out, "deadline", run->acks[i].deadline_us);
        r = rpa_msg_send(run->driver_fd, out, NULL, 0, err);
        rpa_msg_free(&out);
    }
    run->nacks = 0;
    return r;
}

/* how a process that has left ended; killed now if it only pretends */
static siginfo_t end_of(pid_t pid)
{
    siginfo_t si = { 0 };
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT);
    }
    return si;
}

/* The driver leaves when the bot has left: say which of them it was. */
static void tell_loss(const struct run *run, struct rpa_err *err)
{
    siginfo_t driver = end_of(run->driver);
    if (driver.si_code != CLD_EXITED) {
        rpa_fail(err, RPA_EGONE, "the driver of the run was ended by signal %d",
                 driver.si_status);
        return;
    }
    siginfo_t bot = end_of(run->bot);
    rpa_fail(err, RPA_EBOT, "the bot ended without a word (%s %d)",
             bot.si_code == CLD_EXITED ? "status" : "signal", bot.si_status);
    rpa_err_hint(err, "a bot that reaches for files, sockets or programs is "
                      "ended by the kernel");
}

static void driver_lost(struct run *run, struct rpa_err *err)
{
    if (err->code == RPA_EAUDIT || err->code == RPA_ETAMPER) {
        run_fail_stop(run, err);
    } else if (err->code == RPA_EGONE && run->ended) {
        run->step = STEP_END;
        sd_event_exit(run->loop, 0);
    } else {
        if (err->code == RPA_EGONE)
            tell_loss(run, err);
        run_fail(run, err);
        sd_event_exit(run->loop, 0);
    }
}

static int commit(struct run *run)
{
    struct rpa_err err;
    int r = rpa_audit_commit(run->audit, &err);
    if (r < 0)
        run_fail_stop(run, &err);
    return r;
}

static int on_notes_due(sd_event_source *source, uint64_t usec, void *data)
{
    struct run *run = data;
    (void)usec;
    run->notes_due = sd_event_source_disable_unref(source);
    commit(run);
    return 0;
}

static void commit_soon(struct run *run)
{
    if (!run->notes_due &&
        sd_event_add_time_relative(run->loop, &run->notes_due, CLOCK_BOOTTIME,
                                   NOTES_US, 1000, on_notes_due, run) < 0)
        commit(run);
}

int on_driver(sd_event_source *source, int fd, uint32_t events, void *data)
{
    struct run *run = data;
    struct rpa_err err = { 0 };
    int r = 0, taken = 0;
    (void)source;
    (void)events;
    while (taken < TAKE_MAX && run->nacks < ACKS_MAX) {
        cbor_item_t *msg = NULL;
        int sent = -1;
        r = rpa_msg_recv(fd, 0, &msg, &sent, &err);
        if (r == -RPA_ETIMEOUT) {
            r = 0;
            break;
        }
        if (r == 0)
            r = take(run, msg, sent, &err);
        rpa_msg_free(&msg);
        if (sent >= 0)
            close(sent);
        if (r < 0)
            break;
        taken++;
    }
    if (r == 0 && !run->nacks)
        commit_soon(run);
    else if (r != -RPA_EAUDIT && commit(run) < 0)
        return 0; /* a store that has stopped keeps its first error */
    if (r == 0)
        r = send_acks(run, &err);
    if (r < 0)
        driver_lost(run, &err);
    return 0;
}
