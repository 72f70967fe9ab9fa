/* What a run is given to work on: recovery of what a lost supervisor left, items
 * in doubt to look for, items to begin. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/supervisor/desk.h"
#include "rpa/supervisor/hold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT_US 10000000 /* how often what is left is counted, for progress */

/* ---- what the audit knows of an item ---- */

/* the reference in row @seq, free() it */
static int reference_of(struct rpa_audit *audit, int64_t seq, char **ret,
                        struct rpa_err *err)
{
    struct rpa_buf body = { 0 };
    cbor_item_t *text = NULL;
    size_t len;
    int r = rpa_audit_body(audit, seq, &body, err);
    if (r == 0)
        r = rpa_cbor_load(body.data, body.len, &text, err);
    const char *bytes = r == 0 ? rpa_cbor_text(text, &len) : NULL;
    *ret = bytes ? strndup(bytes, len) : NULL;
    if (r == 0 && !*ret)
        r = rpa_fail(err, RPA_EIO, "row %lld has no reference", (long long)seq);
    rpa_msg_free(&text);
    rpa_buf_clear(&body);
    return r;
}

/* What must become of an item in a worker's hands who is gone: the audit says
 * whether a commit act went out. */
static int recover(struct rpa_audit *audit, struct rpa_queues *queues,
                   const char *queue, const struct rpa_claim *claim,
                   const char *id, struct rpa_err *err)
{
    struct rpa_item_info info;
    struct rpa_work_info work;
    struct rpa_work_end end = { .outcome = RPA_WORK_END_LOST,
                                .why = "its run was lost" };
    char *reference = NULL;
    enum rpa_work_state state;
    int r = rpa_audit_item_state(audit, queue, id, &info, err);
    if (r == 0)
        r = rpa_work_info(queues, claim->item, &work, err);
    if (r == 0 && info.state == RPA_ITEM_IS_DONE) {
        r = reference_of(audit, info.ref_seq, &reference, err);
        end.outcome = RPA_WORK_END_DONE;
        end.detail = reference;
        end.detail_len = reference ? strlen(reference) : 0;
    } else if (r == 0 && info.state == RPA_ITEM_IS_IN_DOUBT) {
        end.outcome = RPA_WORK_END_DOUBT;
    } else if (r == 0 && work.marked && info.t_us < work.begun_us) {
        end.outcome = RPA_WORK_END_DOUBT;
        end.why = "the audit is older than this attempt";
    } else if (r == 0) {
        if (info.state == RPA_ITEM_IS_REJECTED) /* or cancelled by a person */
            end = (struct rpa_work_end){ .outcome = RPA_WORK_END_REJECTED,
                                         .why = "the audit has its end" };
        r = rpa_work_unmark(queues, claim, rpa_now_us(), err);
    }
    if (r == 0)
        r = rpa_work_settle(queues, claim, &end, rpa_now_us(), &state, err);
    if (r == 0)
        rpa_log(RPA_LOG_INFO, "item %lld of %s was left by a run that is lost: "
                              "it is %s",
                (long long)claim->item, queue, rpa_work_state_name((int)state));
    free(reference);
    return r;
}

int work_recover(struct rpa_audit *audit, struct rpa_queues *queues,
                 struct rpa_err *err)
{
    const struct desk desk = { audit, queues };
    struct rpa_work_orphan lost;
    bool left = true;
    int r = 0;
    while (r == 0 && left) { /* what was being added */
        r = desk_go_on(&desk, getuid(), false, &left, err);
        if (r > 0 && (r = rpa_audit_commit(audit, err)) == 0)
            r = desk_go_on(&desk, getuid(), true, &left, err);
    }
    if (r < 0)
        return r;
    while ((r = rpa_work_lost(queues, rpa_now_us(), &lost, err)) > 0) {
        char id[ITEM_ID];
        size_t len;
        r = rpa_work_content(queues, lost.claim.item, RPA_WORK_REFERENCE,
                             &lost.claim.reference, &len, err);
        if (r == 0)
            r = recover(audit, queues, lost.queue, &lost.claim,
                        item_id(&lost.claim, id), err);
        rpa_claim_clear(&lost.claim);
        if (r < 0)
            return r;
    }
    return r;
}

/* an end of a doubt that is in the audit, and was cut off there */
static int settle_known(struct rpa_audit *audit, struct rpa_queues *queues,
                        int64_t item, const struct rpa_item_info *info,
                        struct rpa_err *err)
{
    static const enum rpa_work_verdict verdicts[] = {
        [RPA_ITEM_IS_DONE] = RPA_WORK_AS_DONE,
        [RPA_ITEM_IS_REJECTED] = RPA_WORK_AS_CANCEL,
        [RPA_ITEM_IS_FAILED] = RPA_WORK_AS_RETRY,
    };
    const struct rpa_who who = { RPA_WHO_SUPERVISOR, "audit" };
    char *reference = NULL;
    int r = info->state == RPA_ITEM_IS_DONE
                ? reference_of(audit, info->ref_seq, &reference, err)
                : 0;
    if (r == 0)
        r = rpa_work_resolve(queues, item, verdicts[info->state], reference,
                             who, "the audit has its end", rpa_now_us(), err);
    free(reference);
    return r < 0 ? r : 1;
}

int work_known(struct rpa_audit *audit, struct rpa_queues *queues, int64_t item,
               struct rpa_err *err)
{
    struct rpa_work_info work;
    struct rpa_item_info info = { 0 };
    struct rpa_claim claim = { .item = item };
    char id[ITEM_ID], queue[RPA_QUEUE_NAME_MAX + 1];
    size_t len;
    int r = rpa_work_info(queues, item, &work, err);
    if (r < 0 || work.state != RPA_WORK_DOUBT)
        return r;
    snprintf(queue, sizeof queue, "%s", work.queue);
    claim.rerun_of = work.rerun_of;
    r = rpa_work_content(queues, item, RPA_WORK_REFERENCE, &claim.reference,
                         &len, err);
    if (r == 0)
        r = rpa_audit_item_state(audit, queue, item_id(&claim, id), &info, err);
    /* of an older audit, an attempt that failed before this one */
    bool older = info.state == RPA_ITEM_IS_FAILED && info.t_us < work.begun_us;
    if (r == 0 && info.state >= RPA_ITEM_IS_DONE && !older)
        r = settle_known(audit, queues, item, &info, err);
    rpa_claim_clear(&claim);
    return r;
}

/* ---- item.next ---- */

static void hand_out(struct run *run, enum hand hand, cbor_item_t *reply)
{
    char when[28];
    run->hand = hand;
    run->took_item = run->took_item || hand == HAND_ITEM;
    rpa_msg_put_str(reply, "state", hand == HAND_ITEM ? "go" : "look");
    rpa_msg_put_str(reply, "reference", run->claim.reference);
    rpa_msg_put_strn(reply, "payload", run->claim.payload,
                     run->claim.payload_len);
    rpa_msg_put_int(reply, "item", run->claim.item);
    rpa_msg_put_int(reply, "attempt", run->claim.attempt);
    if (run->claim.deadline_us)
        rpa_msg_put_str(reply, "deadline",
                        rpa_time_iso(run->claim.deadline_us, when));
}

/* the row that it begins with, under its own subject's key */
static int begin(struct run *run, struct rpa_err *err)
{
    int r = rpa_audit_group(run->audit, run->id, run->claim.reference,
                            &run->grp, err);
    if (r == 0)
        r = item_row(run, RPA_ITEM_BEGIN, NULL, err);
    return r == 0 ? work_keep(run, err) : r;
}

/* 1 with an item in hand, 0 when nothing is ready; @only: that one, 0: the next */
static int next_ready(struct run *run, int64_t only, cbor_item_t *reply,
                      struct rpa_err *err)
{
    struct rpa_item_info info;
    char id[ITEM_ID];
    for (;;) {
        int r = only ? rpa_work_claim_item(run->queues, run->queue, only,
                                           work_bot(run), run->operator_name,
                                           run->id, rpa_now_us(), &run->claim,
                                           err)
                     : rpa_work_claim(run->queues, run->queue, work_bot(run),
                                      run->operator_name, run->id, rpa_now_us(),
                                      &run->claim, err);
        if (r == -RPA_ENOTFOUND)
            return 0;
        if (r < 0)
            return r;
        r = rpa_audit_item_state(run->audit, run->queue,
                                 item_id(&run->claim, id), &info, err);
        if (r == 0 && (info.state == RPA_ITEM_IS_DONE ||
                       info.state == RPA_ITEM_IS_REJECTED ||
                       info.state == RPA_ITEM_IS_IN_DOUBT))
            /* an older queue.db was put back: the audit knows more */
            r = recover(run->audit, run->queues, run->queue, &run->claim, id,
                        err);
        else if (r == 0 && (r = begin(run, err)) == 0) {
            run->nth++;
            hand_out(run, HAND_ITEM, reply);
            return 1;
        }
        work_let_go(run, HAND_ENDED);
        if (r < 0)
            return r;
    }
}

int item_take(struct run *run, int64_t item, cbor_item_t *reply,
              struct rpa_err *err)
{
    run->used_items = true;
    run->looked = run->counted_us = 0;
    return next_ready(run, item, reply, err);
}

/* Those of a run that has not ended are left alone, this one's too: its
 * application may still be about to file. So are those that another looks for. */
static bool may_look(const struct run *run, int64_t left_by)
{
    if (supervisor_run(run->sup, left_by))
        return false;
    for (const struct run *r = run->sup->runs; r; r = r->next)
        if (r != run && r->hand == HAND_LOOK &&
            r->claim.item == run->claim.item)
            return false;
    return true;
}

/* 1 with an item to look for, 0 when there is none. */
static int next_doubt(struct run *run, cbor_item_t *reply, struct rpa_err *err)
{
    int64_t left_by;
    int r;
    while ((r = rpa_work_doubt(run->queues, run->queue, run->looked,
                               rpa_now_us(), &run->claim, &left_by, err)) > 0) {
        run->looked = run->claim.item;
        r = work_known(run->audit, run->queues, run->claim.item, err);
        bool look = r == 0 && may_look(run, left_by);
        if (look)
            r = rpa_audit_group(run->audit, run->id, run->claim.reference,
                                &run->grp, err);
        if (look && r == 0) {
            hand_out(run, HAND_LOOK, reply);
            return 1;
        }
        work_let_go(run, HAND_ENDED);
        if (r < 0)
            return r;
    }
    return r;
}

/* what is ready, for progress; what is in doubt, for the end */
static int count_left(struct run *run, struct rpa_err *err)
{
    struct rpa_queue_left left;
    int r = rpa_queue_left(run->queues, run->queue, &left, err);
    if (r == 0) {
        run->left_doubts = left.doubt;
        run->total = run->nth + left.ready;
        run->counted_us = rpa_mono_us();
    }
    return r;
}

/* nothing to do now: wait for what comes due, or say so. 1: the call waits */
static int none(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                struct rpa_err *err)
{
    rpa_time due_us = 0;
    int64_t wait_ms = 0, now_us = rpa_mono_us();
    rpa_msg_int(args, "wait_ms", &wait_ms);
    if (!run->wait_until_us)
        run->wait_until_us = now_us + rpa_ms_to_us(wait_ms);
    int r = wait_ms ? rpa_queues_due(run->queues, &due_us, err) : 0;
    if (r < 0)
        return r;
    int64_t left_us = due_us ? due_us - rpa_now_us() : INT64_MAX;
    if (due_us && now_us + left_us <= run->wait_until_us) {
        run->wait_us = left_us > 1000 ? left_us : 1000;
        run->wait_for = "an item that comes due";
        return 1;
    }
    run->wait_until_us = 0;
    run->hand = HAND_EMPTY;
    rpa_msg_put_str(reply, "state", "none");
    r = count_left(run, err);
    if (r == 0 && run->left_doubts)
        run_log(run, RPA_LOG_WARN,
                "%lld items of %s are in doubt: rpa queue list %s --in 'in "
                "doubt'",
                (long long)run->left_doubts, run->queue, run->queue);
    return r;
}

static int stop(struct run *run, cbor_item_t *reply)
{
    run->hand = HAND_EMPTY;
    rpa_msg_put_str(reply, "state", "stop");
    return 0;
}

int item_next(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
              struct rpa_err *err)
{
    char queue[RPA_QUEUE_NAME_MAX + 1];
    bool looks = false;
    int r = work_queue(run, args, queue, err);
    if (r == 0 && run->hand == HAND_ITEM)
        r = rpa_fail(err, RPA_EINVAL, "item %lld has not ended yet",
                     (long long)run->claim.item);
    if (r < 0)
        return r;
    work_let_go(run, HAND_ENDED);
    rpa_msg_bool(args, "looks", &looks);
    run->used_items = true;
    run->waits = rpa_msg_get(args, "wait_ms") != NULL;
    if (strcmp(run->queue, queue) != 0) {
        memcpy(run->queue, queue, sizeof queue);
        run->looked = run->counted_us = 0;
    }
    hold_items(run);
    if (run->stopping)
        return stop(run, reply);
    if (run->nth >= run->total || rpa_mono_us() - run->counted_us > COUNT_US)
        r = count_left(run, err);
    if (r == 0 && looks)
        r = next_doubt(run, reply, err);
    if (r == 0)
        r = next_ready(run, 0, reply, err);
    if (r == -RPA_ESTOP) { /* paused: a person goes on */
        if (run->err.code)
            run_log(run, RPA_LOG_WARN, "%s", err->msg);
        run_fail(run, err);
        run->stopping = true;
        return stop(run, reply);
    }
    if (r == 0)
        return none(run, args, reply, err);
    run->wait_until_us = 0;
    return work_stored(r < 0 ? r : 0, err);
}

int queue_leave(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                struct rpa_err *err)
{
    (void)args;
    (void)reply;
    if (run->hand == HAND_ITEM)
        return rpa_fail(err, RPA_EINVAL, "item %lld has not ended yet",
                        (long long)run->claim.item);
    work_let_go(run, HAND_EMPTY);
    return 0;
}

/* ---- what a look into the target came to ---- */

/* Row and queue in one turn of the loop: a person may resolve the same doubt, and would
 * come between them. */
int item_found(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
               struct rpa_err *err)
{
    static const struct {
        const char *name, *said;
        enum rpa_item_event event;
        enum rpa_work_found found;
    } answers[] = {
        { "found", "found in the target", RPA_ITEM_FOUND, RPA_WORK_IS_THERE },
        { "absent", "not in the target", RPA_ITEM_ABSENT, RPA_WORK_IS_ABSENT },
        { "unknown", "could not be looked up", 0, RPA_WORK_IS_UNKNOWN },
    };
    size_t a = 0;
    (void)reply;
    while (a < 3 && !rpa_msg_is(args, "answer", answers[a].name))
        a++;
    cbor_item_t *reference = rpa_msg_get(args, "reference");
    char *text = rpa_msg_dup(args, "reference");
    bool there = a < 3 && answers[a].found == RPA_WORK_IS_THERE;
    int r = 0;
    if (run->hand != HAND_LOOK)
        r = rpa_fail(err, RPA_EINVAL, "there is no item to look for");
    else if (a == 3 || (there && (!text || !text[0])))
        r = rpa_fail(err, RPA_EINVAL, "a look finds the target's reference; or "
                                      "says \"absent\" or \"unknown\"");
    if (r == 0 && answers[a].event)
        r = item_row(run, answers[a].event, there ? reference : NULL, err);
    if (r == 0)
        r = rpa_audit_commit(run->audit, err);
    if (r == 0)
        r = rpa_work_reconcile(run->queues, run->claim.item, answers[a].found,
                               text, work_bot(run), rpa_now_us(), err);
    free(text);
    if (r < 0)
        return work_stored(r, err);
    run->found += there;
    run_log(run, RPA_LOG_INFO, "item %lld of %s was in doubt: %s",
            (long long)run->claim.item, run->queue, answers[a].said);
    work_let_go(run, HAND_ENDED);
    return 0;
}
