/* What a command changes in the queues: one transaction, with a row in the audit
 * that is durable before it. The row's turn of the loop is one, the change's the
 * next: each has its flush. */
#include "rpa/supervisor/desk_asking.h"
#include "rpa/audit/item.h"
#include "rpa/config/people.h"
#include "rpa/config/purpose.h"
#include "rpa/supervisor/control.h"
#include "rpa/supervisor/supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- queues ---- */

static int create(struct asking *a, struct rpa_err *err)
{
    struct rpa_queue_policy policy;
    size_t n;
    struct cbor_pair *knobs = rpa_cbor_pairs(rpa_msg_get(a->msg, "policy"), &n);
    char *schema = rpa_msg_dup(a->msg, "schema");
    int r = 0;
    rpa_queue_policy_default(&policy);
    for (size_t i = 0; r == 0 && i < n; i++) {
        size_t len;
        int64_t value = 0;
        const char *key = rpa_cbor_text(knobs[i].key, &len);
        char *name = key ? strndup(key, len) : NULL;
        rpa_cbor_get_int(knobs[i].value, &value);
        r = name ? rpa_queue_policy_set(&policy, name, value, err)
                 : rpa_fail(err, RPA_EINVAL, "a setting has no name");
        free(name);
    }
    if (r == 0)
        r = desk_change(a, err);
    if (r == 0)
        r = rpa_queue_create(a->desk->queues, a->queue, &policy, schema, a->who,
                             a->now, err);
    free(schema);
    return r;
}

static int hold(struct asking *a, struct rpa_err *err)
{
    int r = desk_change(a, err);
    return r == 0 ? rpa_queue_pause(a->desk->queues, a->queue, a->who, a->why,
                                    a->now, err)
                  : r;
}

static int go_on(struct asking *a, struct rpa_err *err)
{
    int r = desk_change(a, err);
    return r == 0 ? rpa_queue_resume(a->desk->queues, a->queue, a->who, a->why,
                                     a->now, err)
                  : r;
}

/* ---- what a person decides ---- */

static int retry_one(struct asking *a, int64_t item, struct rpa_err *err)
{
    struct rpa_work_info info = { 0 };
    bool again = false;
    int64_t made;
    int r = rpa_work_info(a->desk->queues, item, &info, err);
    rpa_msg_bool(a->msg, "again", &again);
    if (r == 0 && strcmp(info.queue, a->queue) != 0)
        r = rpa_fail(err, RPA_EINVAL, "item %lld is in the queue %.64s",
                     (long long)item, info.queue);
    if (r < 0)
        return r;
    if (info.state == RPA_WORK_FAILED && !again)
        return rpa_work_resolve(a->desk->queues, item, RPA_WORK_AS_RETRY, NULL,
                                a->who, a->why, a->now, err);
    if (again) /* what has not ended is refused there */
        return rpa_work_rerun(a->desk->queues, item, a->who, a->why, a->now,
                              &made, err);
    rpa_fail(err, RPA_EINVAL, "item %lld is %s: only what failed is retried",
             (long long)item, rpa_work_state_name(info.state));
    if (info.state == RPA_WORK_DOUBT)
        return rpa_err_hint(err, "look in the target, then: rpa queue resolve "
                                 "%lld", (long long)item);
    return rpa_err_hint(err, "what has ended is done once more, as a new item, "
                             "with --again");
}

/* those items, all or none */
static int retry(struct asking *a, struct rpa_err *err)
{
    size_t n;
    cbor_item_t **items = rpa_msg_array(a->msg, "items", &n);
    int r = desk_change(a, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        int64_t item = 0;
        rpa_cbor_get_int(items[i], &item);
        r = retry_one(a, item, err);
        if (r == 0)
            r = desk_note(&a->note, a->desk->queues, item, err);
    }
    rpa_msg_put_int(a->ok, "n", (int64_t)n);
    return r;
}

/* the audit's row about the end of a doubt: with the reference, or why. An older
 * copy of the audit has no doubt to end; the row of the change says it then. */
static int row_end(struct asking *a, const struct rpa_claim *claim,
                   enum rpa_item_event event, const char *body,
                   struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    struct rpa_item_info info;
    char id[ITEM_ID];
    int64_t seq;
    int r = rpa_audit_item_state(a->desk->audit, a->queue, item_id(claim, id),
                                 &info, err);
    if (r < 0 || info.state == RPA_ITEM_IS_READY ||
        info.state == RPA_ITEM_IS_FAILED)
        return r;
    cbor_item_t *text = rpa_cbor_strn(body, strlen(body));
    r = rpa_cbor_dump(text, &bytes, err);
    if (r == 0)
        r = rpa_audit_item(a->desk->audit, 0, 0, a->queue, id, event,
                           bytes.data, bytes.len, &seq, err);
    rpa_msg_free(&text);
    rpa_buf_clear(&bytes);
    return r;
}

static int end_doubt(struct asking *a, int64_t item, int64_t rerun_of,
                     enum rpa_work_verdict as, const char *reference,
                     struct rpa_err *err)
{
    static const enum rpa_item_event events[] = {
        [RPA_WORK_AS_DONE] = RPA_ITEM_FOUND,
        [RPA_WORK_AS_RETRY] = RPA_ITEM_ABSENT,
        [RPA_WORK_AS_CANCEL] = RPA_ITEM_CANCELLED,
    };
    struct rpa_claim claim = { .item = item, .rerun_of = rerun_of };
    size_t len;
    int r = rpa_work_content(a->desk->queues, item, RPA_WORK_REFERENCE,
                             &claim.reference, &len, err);
    if (r == 0)
        r = row_end(a, &claim, events[as],
                    as == RPA_WORK_AS_DONE ? reference : a->why, err);
    rpa_claim_clear(&claim);
    return r;
}

static int resolve(struct asking *a, struct rpa_err *err)
{
    static const char *const names[] = { "", "done", "retry", "cancel" };
    struct rpa_work_info info;
    int64_t item = 0;
    int as = RPA_WORK_AS_CANCEL;
    rpa_msg_int(a->msg, "item", &item);
    while (as > 0 && !rpa_msg_is(a->msg, "as", names[as]))
        as--;
    if (!as)
        return rpa_fail(err, RPA_EINVAL, "an item is resolved as done, retry "
                                         "or cancel");
    char *reference = rpa_msg_dup(a->msg, "reference");
    int r = work_known(a->desk->audit, a->desk->queues, item, err);
    if (r >= 0)
        r = rpa_work_info(a->desk->queues, item, &info, err);
    if (r == 0)
        snprintf(a->queue, sizeof a->queue, "%s", info.queue);
    if (r == 0)
        r = desk_change(a, err);
    if (r == 0)
        r = rpa_work_resolve(a->desk->queues, item, (enum rpa_work_verdict)as,
                             reference, a->who, a->why, a->now, err);
    if (r == 0 && info.state == RPA_WORK_DOUBT)
        r = end_doubt(a, item, info.rerun_of, (enum rpa_work_verdict)as,
                      reference, err);
    if (r == 0)
        r = desk_note(&a->note, a->desk->queues, item, err);
    free(reference);
    return r;
}

/* ---- reading content ---- */

static int read_audit(struct asking *a, struct rpa_err *err)
{
    char *what = rpa_msg_dup(a->msg, "what");
    bool hands_out = rpa_msg_is(a->msg, "verb", "export") ||
                     rpa_msg_is(a->msg, "verb", "audit export");
    struct rpa_audit_reading reading = {
        .actor = a->who.name, .uid = a->uid, .what = what ? what : "", .run = -1,
        .verb = hands_out ? RPA_S62_DISCLOSURE : RPA_S62_CONSULTATION,
    };
    reading.purpose = rpa_msg_bytes(a->msg, "purpose", &reading.purpose_len);
    rpa_msg_int(a->msg, "run", &reading.run);
    int r = a->rowed ? 0 : rpa_audit_query(a->desk->audit, &reading, err);
    free(what);
    return r == 0 && !a->rowed ? 1 : r;
}

int desk_purpose(const struct asking *a, const char *what, struct rpa_err *err)
{
    size_t len = 0;
    const void *packed = rpa_msg_bytes(a->msg, "purpose", &len);
    cbor_item_t *purpose = NULL;
    int r = packed && len ? rpa_cbor_load(packed, len, &purpose, err) : 0;
    struct rpa_purpose given = { 0 };
    const struct rpa_audit_purpose none = { .reason = -1 };
    if (r == 0)
        r = rpa_purpose_over(purpose, &none, &given, err);
    bool said = r == 0 && given.block.justification;
    rpa_purpose_clear(&given);
    rpa_msg_free(&purpose);
    if (r < 0 || said)
        return r;
    rpa_fail(err, RPA_EINVAL, "%s read for a purpose, with a justification", what);
    return rpa_err_hint(err, "--purpose justification=…,reason=…");
}

static int read_content(struct asking *a, struct rpa_err *err)
{
    int r = desk_purpose(a, "content is", err);
    return r == 0 ? read_audit(a, err) : r;
}

/* ---- */

static const struct verb {
    const char *name;
    int (*answer)(struct asking *a, struct rpa_err *err);
    enum rpa_s62 is; /* what its row says it is */
    bool at_once;    /* a bot may not come between its row and its change */
} verbs[] = {
    { "create", create, RPA_S62_NONE },
    { "add", desk_add, RPA_S62_NONE },
    { "added", desk_added, RPA_S62_NONE },
    { "retry", retry, RPA_S62_ALTERATION },
    { "resolve", resolve, RPA_S62_ALTERATION, true },
    { "pause", hold, RPA_S62_NONE },
    { "resume", go_on, RPA_S62_NONE },
    { "read", read_content, RPA_S62_NONE },
    { "export", read_content, RPA_S62_NONE },
    { "review list", desk_review_list, RPA_S62_NONE },
    { "review show", desk_review_show, RPA_S62_NONE },
    { "review searches", desk_review_searches, RPA_S62_NONE },
    { "review decide", desk_review_decide, RPA_S62_NONE, true },
    { "audit read", read_audit, RPA_S62_NONE },
    { "audit export", read_audit, RPA_S62_NONE },
};

static int put_row(struct asking *a, const char *verb, enum rpa_s62 is,
                   const char *why, struct rpa_err *err)
{
    const struct desk_row row = {
        .verb = verb, .queue = a->queue, .is = is, .actor = a->who.name,
        .uid = a->uid, .why = why, .note = &a->note,
    };
    return desk_row(a->desk->audit, &row, err);
}

/* its row says that it was done; @why it was not */
static void row_refusal(struct asking *a, const struct verb *verb,
                        const struct rpa_err *why)
{
    char refused[40];
    struct rpa_err ignored; /* a store that fails is seen by whoever commits */
    snprintf(refused, sizeof refused, "%s refused", verb->name);
    put_row(a, refused, RPA_S62_NONE, why->msg, &ignored);
}

/* The queue's change is written before the audit's row and committed after it:
 * what the queue refuses is not rowed. */
static int settle(struct asking *a, const struct verb *verb, int r,
                  struct rpa_err *err)
{
    if (!a->changing)
        return r;
    if (r == 0 && !a->rowed && !a->own_row)
        r = put_row(a, verb->name, verb->is, a->why, err);
    if (r == 0 && verb->at_once)
        r = rpa_audit_commit(a->desk->audit, err);
    if (r == 0 && (a->rowed || verb->at_once))
        return rpa_queues_commit(a->desk->queues, err);
    rpa_queues_rollback(a->desk->queues);
    if (r < 0 && a->rowed)
        row_refusal(a, verb, err);
    return r < 0 ? r : 1;
}

int desk_step(const struct desk *desk, const struct person *who,
              const cbor_item_t *msg, bool rowed, cbor_item_t *ok,
              struct rpa_err *err)
{
    struct asking a = { .desk = desk, .msg = msg, .ok = ok, .uid = who->uid,
                        .who = { RPA_WHO_OPERATOR, who->name },
                        .now = rpa_now_us(), .rowed = rowed };
    static const char *const texts[] = { "queue", "schema", "why", "reference",
                                         "what", "as", "about", NULL };
    size_t v = 0;
    if (rpa_msg_texts(msg, texts, err) < 0)
        return -RPA_EINVAL;
    while (v < sizeof verbs / sizeof *verbs &&
           !rpa_msg_is(msg, "verb", verbs[v].name))
        v++;
    if (v == sizeof verbs / sizeof *verbs)
        return rpa_fail(err, RPA_EINVAL, "no such thing is done with a queue");
    rpa_msg_copy(msg, "queue", a.queue, sizeof a.queue);
    a.why = rpa_msg_dup(msg, "why");
    if (!a.why && !(a.why = strdup("")))
        return rpa_fail(err, RPA_ENOMEM, "no memory");
    int r = work_stored(settle(&a, &verbs[v], verbs[v].answer(&a, err), err),
                        err);
    rpa_buf_clear(&a.note.items);
    free(a.why);
    return r;
}

int desk_answer(const struct desk *desk, const struct person *who,
                const cbor_item_t *msg, cbor_item_t **ret_ok, struct rpa_err *err)
{
    cbor_item_t *ok = rpa_cbor_map();
    int r = desk_step(desk, who, msg, false, ok, err);
    if (r > 0) {
        rpa_msg_free(&ok);
        ok = rpa_cbor_map();
        r = rpa_audit_commit(desk->audit, err);
        if (r == 0)
            r = desk_step(desk, who, msg, true, ok, err);
    }
    if (r == 0)
        *ret_ok = ok;
    else
        rpa_msg_free(&ok);
    return r;
}

/* ---- who answers ---- */

/* we are the supervisor of the moment, without a run */
static int open_own(struct desk_door *door, struct rpa_err *err)
{
    door->own.state_dir = door->state_dir;
    int r = rpa_audit_open(door->state_dir, &door->own.audit, err);
    if (r == 0)
        r = rpa_queues_open(door->state_dir, &door->own.queues, err);
    if (r < 0 && err->native == EACCES)
        return rpa_err_hint(err, "no supervisor answers here, and the stores are "
                                 "another's: they start rpa daemon");
    return r == 0 ? work_recover(door->own.audit, door->own.queues, err) : r;
}

int desk_ask(struct desk_door *door, const cbor_item_t *msg,
             cbor_item_t **ret_ok, struct rpa_err *err)
{
    struct person me;
    int r = 0;
    if (!door->own.audit) {
        r = control_ask(door->state_dir, msg, ret_ok, err);
        if (r != -RPA_ENOTFOUND || !err->native)
            return r;
        r = people_here(people_for(msg), err);
        if (r == 0)
            r = open_own(door, err);
    }
    people_me(&me);
    return r == 0 ? desk_answer(&door->own, &me, msg, ret_ok, err) : r;
}

void desk_leave(struct desk_door *door)
{
    rpa_queues_close(door->own.queues);
    rpa_audit_close(door->own.audit);
    door->own = (struct desk){ 0 };
}
