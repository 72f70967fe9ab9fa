/* What the driver asks. Everything that waits on the socket is taken, made
 * durable by one commit, and only then acknowledged. Notes, which nobody waits
 * for, go into that same commit: they are durable before the next act, or at
 * the latest NOTES_US after they came. */
#include "rpa/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/ipc/msg.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOTES_US 20000
#define TAKE_MAX 64
#define PRINT_US 500000 /* for whoever reads what a bot prints */

static int call_subject(struct run *run, const cbor_item_t *args,
                        cbor_item_t *reply, struct rpa_err *err)
{
    char ref[201];
    (void)reply;
    if (!rpa_msg_copy(args, "ref", ref, sizeof ref) || !ref[0])
        return rpa_fail(err, RPA_EINVAL, "a subject wants a reference");
    return rpa_audit_group(run->audit, run->id, ref, &run->grp, err);
}

static void put_text(cbor_item_t *map, const char *key, const char *text)
{
    if (text)
        rpa_msg_put_str(map, key, text);
}

static int call_info(struct run *run, const cbor_item_t *args,
                     cbor_item_t *reply, struct rpa_err *err)
{
    const struct rpa_audit_purpose *p = &run->options->purpose;
    cbor_item_t *purpose = rpa_cbor_map();
    (void)args;
    (void)err;
    put_text(purpose, "justification", p->justification);
    put_text(purpose, "on_behalf", p->on_behalf);
    put_text(purpose, "originator", p->originator);
    put_text(purpose, "location", p->location);
    put_text(purpose, "reference", p->reference);
    if (p->reason >= 0)
        rpa_msg_put_int(purpose, "reason", p->reason);
    rpa_msg_put_item(reply, "purpose", purpose);
    rpa_msg_put_str(reply, "bot", run->options->bundle->name);
    rpa_msg_put_str(reply, "mode", run->options->mode);
    rpa_msg_put_int(reply, "run", run->id);
    return 0;
}

static int call_log(struct run *run, const cbor_item_t *args,
                    cbor_item_t *reply, struct rpa_err *err)
{
    char *text = rpa_msg_dup(args, "text");
    (void)reply;
    (void)err;
    if (text && !(run->options->quiet && !rpa_msg_is(args, "level", "warn")))
        rpa_log(rpa_msg_is(args, "level", "warn")    ? RPA_LOG_WARN
                : rpa_msg_is(args, "level", "debug") ? RPA_LOG_DEBUG
                                                     : RPA_LOG_INFO,
                "%s", text);
    free(text);
    return 0;
}

/* What a bot prints leaves the system for whoever reads it. */
static int disclose(struct run *run, const char *text, size_t len,
                    struct rpa_err *err)
{
    struct rpa_audit_row row = {
        .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_S62,
        .verb = RPA_S62_DISCLOSURE, .body = text, .body_len = len,
    };
    int64_t seq;
    int r = rpa_audit_append(run->audit, &row, &seq, err);
    return r < 0 ? r : rpa_audit_commit(run->audit, err);
}

/* Nobody may hold up the supervisor by not reading. */
static int write_out(const char *data, size_t len, struct rpa_err *err)
{
    int64_t deadline_us = rpa_mono_us() + PRINT_US;
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    while (len > 0) {
        if (poll(&out, 1, rpa_left_ms(deadline_us)) <= 0)
            return rpa_fail(err, RPA_EIO, "nobody reads standard output");
        /* a pipe that polls writable takes this much without waiting */
        ssize_t n = write(STDOUT_FILENO, data, len < PIPE_BUF ? len : PIPE_BUF);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return rpa_fail_errno(err, RPA_EIO, "writing to standard output");
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* the bot's text, fit for a terminal; newlines and tabs stay */
static int call_print(struct run *run, const cbor_item_t *args,
                      cbor_item_t *reply, struct rpa_err *err)
{
    size_t len;
    struct rpa_buf out = { 0 };
    (void)reply;
    const char *text = rpa_msg_bytes(args, "text", &len);
    for (size_t i = 0, part; text && i <= len; i += part + 1) {
        for (part = 0; i + part < len && !memchr("\n\t", text[i + part], 2);)
            part++;
        rpa_buf_escape(&out, text + i, part);
        rpa_buf_putc(&out, i + part < len ? text[i + part] : '\n');
    }
    int r = disclose(run, text ? text : "", text ? len : 0, err);
    if (r == 0)
        r = out.failed ? rpa_fail(err, RPA_ENOMEM, "no memory")
                       : write_out(out.data, out.len, err);
    rpa_buf_clear(&out);
    return r;
}

/* the driver checks the screen; what it says of the place is checked here */
static bool bound_to(const struct run *run, const char *name,
                     const char *field)
{
    const cbor_item_t *bound = rpa_msg_get(
        rpa_msg_get(run->options->bundle->manifest, "secrets"), name);
    return bound && (rpa_msg_get(bound, "url") ||
                     rpa_msg_is(bound, "field", field));
}

static int call_secret(struct run *run, const cbor_item_t *args,
                       cbor_item_t *reply, struct rpa_err *err)
{
    char name[65], window[256], field[128];
    struct rpa_secret *secret = NULL;
    size_t len;
    int64_t seq;
    rpa_msg_copy(args, "name", name, sizeof name);
    rpa_msg_copy(args, "window", window, sizeof window);
    rpa_msg_copy(args, "field", field, sizeof field);
    if (!bound_to(run, name, field))
        return rpa_fail(err, RPA_ESECRET,
                        "the manifest binds no secret '%s' to this place",
                        name);
    int r = run->vault ? 0
                       : rpa_vault_open(run->options->state_dir, &run->vault,
                                        err);
    if (r == 0)
        r = rpa_vault_get(run->vault, name, &secret, err);
    if (r == -RPA_ENOTFOUND)
        rpa_err_hint(err, "set it with: rpa secret set %s", name);
    if (r < 0)
        return r;
    cbor_item_t *body = rpa_cbor_map();
    struct rpa_buf bytes = { 0 };
    rpa_msg_put_str(body, "secret", name);
    r = rpa_cbor_dump(body, &bytes, err);
    struct rpa_audit_row row = {
        .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_SECRET,
        .window = window[0] ? window : NULL, .field = field,
        .body = bytes.data, .body_len = bytes.len,
    };
    if (r == 0)
        r = rpa_audit_append(run->audit, &row, &seq, err);
    if (r == 0)
        r = rpa_audit_commit(run->audit, err);
    if (r == 0) {
        const char *value = rpa_secret_bytes(secret, &len);
        rpa_msg_put_bytes(reply, "value", value, len);
    }
    rpa_buf_clear(&bytes);
    rpa_msg_free(&body);
    rpa_secret_free(secret);
    return r;
}

/* the bot's last word */
static int call_end(struct run *run, const cbor_item_t *args,
                    cbor_item_t *reply, struct rpa_err *err)
{
    const cbor_item_t *failed = rpa_msg_get(args, "error");
    struct rpa_err theirs;
    (void)reply;
    (void)err;
    run->ended = true;
    if (!failed)
        return 0;
    rpa_msg_err_from(failed, &theirs);
    rpa_msg_copy(failed, "where", run->where, sizeof run->where);
    if (theirs.code == RPA_ENOMEM) /* its own limit, not the machine's */
        theirs.code = RPA_EBOT;
    run_fail(run, &theirs);
    return 0;
}

static const struct {
    const char *name;
    int (*answer)(struct run *run, const cbor_item_t *args,
                  cbor_item_t *reply, struct rpa_err *err);
} calls[] = {
    { "item.begin", item_begin }, { "item.end", item_end },
    { "subject", call_subject },  { "run.info", call_info },
    { "log", call_log },          { "print", call_print },
    { "secret.use", call_secret }, { "run.end", call_end },
};

static int take_call(struct run *run, const cbor_item_t *msg,
                     cbor_item_t *reply, struct rpa_err *err)
{
    const cbor_item_t *args = rpa_msg_get(msg, "args");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (rpa_msg_is(msg, "call", calls[i].name))
            return calls[i].answer(run, args, reply, err);
    return rpa_fail(err, RPA_EPROTO, "the driver made an unknown call");
}

static int answer_call(struct run *run, const cbor_item_t *msg, int64_t req,
                       struct rpa_err *err)
{
    struct rpa_err why = { 0 };
    cbor_item_t *out = rpa_msg_new(), *value = rpa_cbor_map();
    rpa_msg_put_int(out, "req", req);
    int r = take_call(run, msg, value, &why);
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

static int take(struct run *run, const cbor_item_t *msg, struct rpa_err *err)
{
    int64_t req = 0;
    int r;
    rpa_msg_int(msg, "req", &req);
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
        r = rpa_msg_recv(fd, 0, &msg, NULL, &err);
        if (r == -RPA_ETIMEOUT) {
            r = 0;
            break;
        }
        if (r == 0)
            r = take(run, msg, &err);
        rpa_msg_free(&msg);
        if (r < 0)
            break;
        taken++;
    }
    if (r == 0 && !run->nacks)
        commit_soon(run);
    else if (commit(run) < 0)
        return 0;
    if (r == 0)
        r = send_acks(run, &err);
    if (r < 0)
        driver_lost(run, &err);
    return 0;
}
