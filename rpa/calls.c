/* What the driver asks, each message as the writer takes it. */
#include "rpa/supervisor.h"
#include "rpa/ipc/msg.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static int answer_call(struct run *run, const cbor_item_t *msg, int64_t req,
                       struct rpa_err *err)
{
    struct rpa_err why = { 0 };
    cbor_item_t *out = rpa_msg_new(), *value = rpa_cbor_map();
    rpa_msg_put_int(out, "req", req);
    int r = call_answer(run, msg, value, &why);
    if (r > 0) {
        rpa_msg_free(&out);
        rpa_msg_free(&value);
        return hold_msg(run, msg, run->wait_us, err);
    }
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
static int take(void *data, const cbor_item_t *msg, int sent,
                struct rpa_err *err)
{
    struct run *run = data;
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
        if ((r = hold_intent(run, msg, err)) > 0)
            return 0;
        if (r == 0)
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

static void lost(void *data, struct rpa_err *err)
{
    struct run *run = data;
    run->client = NULL;
    if (err->code == RPA_EGONE && run->ended) {
        run->step = STEP_END;
    } else {
        if (err->code == RPA_EGONE)
            tell_loss(run, err);
        run_fail(run, err);
    }
    sd_event_exit(run->loop, 0);
}

static void stopped(void *data, const struct rpa_err *err)
{
    run_fail_stop(data, err);
}

int calls_listen(struct run *run, struct rpa_err *err)
{
    const struct client_of of = { take, lost, stopped, run };
    return writer_add(run->writer, run->driver_fd, &of, &run->client, err);
}
