/* What the driver asks, each message as the writer takes it. */
#include "rpa/supervisor/hold.h"
#include "rpa/ipc/msg.h"
#include "rpa/role/bot.h"
#include "rpa/xml/doc.h"

#include <signal.h>
#include <string.h>

/* @value is taken */
static cbor_item_t *answer_of(int64_t req, int r, const struct rpa_err *why,
                              cbor_item_t *value)
{
    cbor_item_t *out = rpa_msg_new();
    rpa_msg_put_int(out, "req", req);
    if (r < 0) {
        rpa_msg_put_err(out, why);
        rpa_msg_free(&value);
    } else if (rpa_msg_get(value, "value")) { /* a bare value, not a map */
        rpa_msg_put_item(out, "ok", cbor_incref(rpa_msg_get(value, "value")));
        rpa_msg_free(&value);
    } else {
        rpa_msg_put_item(out, "ok", value);
    }
    return out;
}

/* the rows of the item's end are durable */
static int after_end(void *data, struct rpa_err *err)
{
    struct run *run = data;
    struct rpa_err why;
    int64_t req = 0;
    cbor_item_t *answer = run->answer;
    run->answer = NULL;
    int r = item_settle(run, &why);
    if (r < 0) {
        rpa_msg_int(answer, "req", &req);
        rpa_msg_free(&answer);
        answer = answer_of(req, r, &why, NULL);
    }
    client_ack(run->client, answer);
    if (r == -RPA_EAUDIT)
        *err = why;
    return r == -RPA_EAUDIT ? r : 0;
}

static int answer_call(struct run *run, const cbor_item_t *msg, int64_t req,
                       struct rpa_err *err)
{
    struct rpa_err why = { 0 };
    cbor_item_t *value = rpa_cbor_map();
    int r = call_answer(run, msg, value, &why);
    if (r > 0) {
        rpa_msg_free(&value);
        return hold_msg(run, msg, run->wait_us, run->wait_for, err);
    }
    cbor_item_t *out = answer_of(req, r, &why, value);
    if (r == 0 && run->rowed) {
        run->answer = out;
        client_then(run->client, after_end);
        return 0;
    }
    client_ack(run->client, out);
    if (r == -RPA_EAUDIT)
        *err = why;
    return r == -RPA_EAUDIT ? r : 0;
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
    if (run->held && (rpa_msg_get(msg, "call") || rpa_msg_get(msg, "intent")))
        return rpa_fail(err, RPA_EPROTO, "the driver asked before it was answered");
    if (rpa_msg_get(msg, "picture"))
        return pictures_announce(run, rpa_msg_get(msg, "picture"), err);
    if (rpa_msg_bool(msg, "silent", &run->silent))
        return run->beat ? work_keep(run, err) : 0;
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

void calls_bot_lost(const struct run *run, struct rpa_err *err)
{
    const struct process_end *end = &run->bot_end;
    if (end->code != CLD_EXITED && end->status == SIGXCPU) {
        rpa_fail(err, RPA_EBOT, "the bot computed for more than %lld s",
                 (long long)run->options->policy->quota.bot_cpu_s);
        rpa_err_hint(err, "see what it goes on computing; if it must, "
                          "limits.bot_cpu_s says how long");
        return;
    }
    if (end->code == CLD_EXITED && end->status == RPA_XML_NO_MEMORY) {
        rpa_fail(err, RPA_ENOMEM, "the bot had no memory left to read XML");
        rpa_err_hint(err, "read it record by record (rpa.xml.stream), or allow more: "
                          "limits.bot_memory_mib");
        return;
    }
    rpa_fail(err, RPA_EBOT, "the bot ended without a word (%s %d)",
             rpa_spawn_how(end->code), end->status);
    rpa_err_hint(err, "a bot that reaches for files, sockets or programs is "
                      "ended by the kernel");
}

bool calls_bot_alone(const struct run *run)
{
    return run->bot_end.code == CLD_EXITED && run->bot_end.status == RPA_BOT_ALONE;
}

/* The driver leaves when the bot has left: say which of them it was. */
void calls_tell_loss(struct run *run)
{
    struct rpa_err err;
    const struct process_end *bot = &run->bot_end, *driver = &run->driver_end;
    /* SIGKILL may have been ours: what is left when one of them is lost */
    bool of_itself = bot->code && bot->code != CLD_EXITED &&
                     bot->status != SIGKILL;
    if (driver->code != CLD_EXITED ? !of_itself : calls_bot_alone(run)) {
        rpa_fail(&err, RPA_EGONE, "the driver of the run was ended by %s %d",
                 rpa_spawn_how(driver->code), driver->status);
    } else {
        calls_bot_lost(run, &err);
    }
    run_fail(run, &err);
}

static void lost(void *data, struct rpa_err *err)
{
    struct run *run = data;
    bool gone = err->code == RPA_EGONE;
    run->client = NULL;
    if (run->over)
        return;
    if (gone && run->ended)
        run->step = STEP_END;
    run->lost = gone && !run->ended; /* whose fault is seen when both have ended */
    run_end(run, gone ? NULL : err);
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
