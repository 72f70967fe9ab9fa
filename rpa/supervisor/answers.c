/* What the supervisor answers itself: items, secrets, what a bot says. */
#include "rpa/supervisor/review.h"
#include "rpa/config/purpose.h"
#include "rpa/ipc/msg.h"

#include <stdlib.h>
#include <string.h>

static int call_subject(struct run *run, const cbor_item_t *args,
                        cbor_item_t *reply, struct rpa_err *err)
{
    char ref[201];
    (void)reply;
    if (!rpa_msg_copy(args, "ref", ref, sizeof ref) || !ref[0])
        return rpa_fail(err, RPA_EINVAL, "a subject wants a reference");
    return rpa_audit_group(run->audit, run->id, ref, &run->grp, err);
}

/* why the look-ups of the item are made, until it ends; the run's again */
static int call_purpose(struct run *run, const cbor_item_t *args,
                        cbor_item_t *reply, struct rpa_err *err)
{
    struct rpa_purpose own = { 0 };
    size_t said;
    (void)reply;
    run->purpose = 0;
    rpa_cbor_pairs(args, &said);
    if (!said)
        return 0;
    int r = rpa_purpose_over(args, &run->options->purpose, &own, err);
    if (r == 0)
        r = rpa_audit_purpose(run->audit, run->id, run->grp, &own.block,
                              &run->purpose, err);
    rpa_purpose_clear(&own);
    return r;
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
    rpa_msg_put_str(reply, "mode", run->options->policy->mode);
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
        run_log(run,
                rpa_msg_is(args, "level", "warn")    ? RPA_LOG_WARN
                : rpa_msg_is(args, "level", "debug") ? RPA_LOG_DEBUG
                                                     : RPA_LOG_INFO,
                "%s", text);
    free(text);
    return 0;
}

/* What a bot prints leaves the system for whoever reads it. */
int run_disclose(struct run *run, const char *text, size_t len,
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

/* What of a text is told as it stands: the ends of lines, CRLF too, and tabs. */
static bool is_layout(const char *text, size_t len)
{
    return memchr("\n\t", *text, 2) || (len > 1 && !memcmp(text, "\r\n", 2));
}

/* the bot's text, fit for a terminal */
static int call_print(struct run *run, const cbor_item_t *args,
                      cbor_item_t *reply, struct rpa_err *err)
{
    size_t len = 0;
    bool more = false;
    struct rpa_buf out = { 0 };
    (void)reply;
    const char *text = rpa_msg_bytes(args, "text", &len);
    if (!run_heard(run)) /* nothing is disclosed */
        return 0;
    for (size_t i = 0, part; i < len; i += part + 1) {
        for (part = 0; i + part < len && !is_layout(text + i + part, len - i - part);)
            part++;
        rpa_buf_escape(&out, text + i, part);
        if (i + part < len)
            rpa_buf_putc(&out, text[i + part]);
    }
    if (!rpa_msg_bool(args, "more", &more) || !more)
        rpa_buf_putc(&out, '\n');
    int r = run_disclose(run, text ? text : "", text ? len : 0, err);
    if (r == 0)
        r = out.failed ? rpa_fail(err, RPA_ENOMEM, "no memory")
                       : run_out(run, out.data, out.len, err);
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
    if (run->options->tried) { /* who wrote it chose the place as well */
        rpa_fail(err, RPA_EPERM, "a bot that its author tries gets no secret "
                                 "('%s')",
                 name);
        return rpa_err_hint(err, "an operator may run it (roles of rpa.conf)");
    }
    struct supervisor *sup = run->sup;
    int r = sup->vault ? 0
                       : rpa_vault_open(sup->state_dir, &sup->vault, err);
    if (r == 0)
        r = rpa_vault_get(sup->vault, name, &secret, err);
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

void run_note_error(struct run *run, const cbor_item_t *failed)
{
    struct rpa_err theirs;
    if (!failed || (run->err.code && !run->told))
        return;
    rpa_msg_err_from(failed, &theirs);
    if (theirs.code == RPA_ENOMEM) /* its own limit, not the machine's */
        theirs.code = RPA_EBOT;
    run_fail(run, &theirs);
    rpa_msg_copy(failed, "where", run->where, sizeof run->where);
    rpa_msg_copy(failed, "step", run->doing, sizeof run->doing);
}

/* the bot's last word */
static int call_end(struct run *run, const cbor_item_t *args,
                    cbor_item_t *reply, struct rpa_err *err)
{
    const cbor_item_t *failed = rpa_msg_get(args, "error");
    (void)reply;
    (void)err;
    run->ended = true;
    if (!failed || run->planned) /* a dry run ended it: that is no error */
        return 0;
    rpa_msg_err_from(failed, &run->broke);
    run_note_error(run, failed);
    return 0;
}

static const struct {
    const char *name;
    int (*answer)(struct run *run, const cbor_item_t *args,
                  cbor_item_t *reply, struct rpa_err *err);
} calls[] = {
    { "file.read", files_read },  { "file.write", files_write },
    { "item.next", item_next },   { "item.end", item_end },
    { "item.found", item_found }, { "queue.leave", queue_leave },
    { "review.propose", review_propose },
    { "review.searched", review_searched },
    { "review.wanted", review_wanted },
    { "review.approved", review_approved },
    { "review.change", review_change },
    { "review.begin", review_begin },
    { "queue.add", queue_add },   { "queue.state", queue_state },
    { "subject", call_subject },  { "purpose", call_purpose },
    { "run.info", call_info },
    { "log", call_log },          { "print", call_print },
    { "secret.use", call_secret }, { "run.end", call_end },
};

int call_answer(struct run *run, const cbor_item_t *msg,
                     cbor_item_t *reply, struct rpa_err *err)
{
    const cbor_item_t *args = rpa_msg_get(msg, "args");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (rpa_msg_is(msg, "call", calls[i].name))
            return calls[i].answer(run, args, reply, err);
    return rpa_fail(err, RPA_EPROTO, "the driver made an unknown call");
}
