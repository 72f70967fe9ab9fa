/* Work items: marked before a commit act, and ended in one way. The audit's row
 * comes first, then the queue's; after a kill the audit says what was pressed
 * (work.c, recovery). */
#include "rpa/supervisor/dry.h"
#include "rpa/supervisor/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An item's id in the audit: its reference, so that both find it by one keyed
 * hash; one that does another again is another item. */
char *item_id(const struct rpa_claim *claim, char out[static ITEM_ID])
{
    if (claim->rerun_of)
        snprintf(out, ITEM_ID, "%s\n%lld", claim->reference,
                 (long long)claim->rerun_of);
    else
        snprintf(out, ITEM_ID, "%s", claim->reference);
    return out;
}

int item_row(struct run *run, enum rpa_item_event event,
             const cbor_item_t *body, struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    char id[ITEM_ID];
    int64_t seq;
    if (run->options->dry)
        return dry_item(run, event, body, err);
    int r = body ? rpa_cbor_dump(body, &bytes, err) : 0;
    if (r == 0)
        r = rpa_audit_item(run->audit, run->id, run->grp, run->queue,
                           item_id(&run->claim, id), event, bytes.data,
                           bytes.len, &seq, err);
    rpa_buf_clear(&bytes);
    return r;
}

static void tell_doubt(const struct run *run)
{
    char after[9];
    const struct rpa_policy *p = run->options->policy;
    rpa_policy_clock(p, rpa_now_us() + p->commit_horizon_s * 1000000, after);
    run_log(run, RPA_LOG_WARN,
            "item %lld of %s is in doubt: look in the target after %s whether "
            "it was filed, then: rpa queue resolve %lld",
            (long long)run->claim.item, run->queue, after,
            (long long)run->claim.item);
}

/* ---- the fence ---- */

static int not_now(const struct run *run, struct rpa_err *err)
{
    if (run->hand == HAND_LOOK)
        rpa_fail(err, RPA_EPERM,
                 "a commit act was refused: item %lld is only looked for",
                 (long long)run->claim.item);
    else
        rpa_fail(err, RPA_EPERM, "a commit act was refused: the item has ended "
                                 "and the next has not begun");
    return rpa_err_hint(err, "what files something belongs before item:done(), "
                             "item:reject() and the like");
}

/* what became of the item's commit act; @body, if not NULL, is its reference */
static int answer(struct run *run, enum rpa_audit_result result,
                  const cbor_item_t *body, struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    int64_t seq;
    int r = body ? rpa_cbor_dump(body, &bytes, err) : 0;
    const struct rpa_audit_row row = {
        .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_OUTCOME,
        .intent = run->commit, .result = result,
        .body = bytes.data, .body_len = bytes.len,
    };
    if (r == 0)
        r = rpa_audit_append(run->audit, &row, &seq, err);
    rpa_buf_clear(&bytes);
    return r;
}

int item_before_commit(struct run *run, bool pending, struct rpa_err *err)
{
    int r = review_before_commit(run, err);
    if (r < 0)
        return r;
    if (run->hand == HAND_LOOK || run->hand == HAND_ENDED)
        return not_now(run, err);
    if (run->hand == HAND_EMPTY)
        return 0;
    if (run->commit && !pending) {
        rpa_fail(err, RPA_EDOUBT, "a second commit act of item %lld was refused: "
                                  "the first may have filed it",
                 (long long)run->claim.item);
        return rpa_err_hint(err, "what files nothing is navigation, or its "
                                 "screen is pending in the map");
    }
    r = work_mark(run, err);
    if (r == 0 && run->commit)
        r = answer(run, RPA_RESULT_NOT_DONE, NULL, err);
    if (r == 0)
        run->commit = 0;
    return r == 0 ? item_row(run, RPA_ITEM_MARK, NULL, err) : r;
}

void item_committed(struct run *run, int64_t seq)
{
    if (run->hand == HAND_ITEM)
        run->commit = seq;
}

void item_not_committed(struct run *run, int64_t seq)
{
    if (run->commit == seq)
        run->commit = 0;
}

/* ---- its end ---- */

/* the reasons as one text, a line each: a line's end within one is a blank */
static char *reasons_text(const cbor_item_t *args)
{
    struct rpa_buf out = { 0 };
    size_t n, len = 0;
    cbor_item_t **reasons = rpa_msg_array(args, "reasons", &n);
    for (size_t i = 0; i < n; i++) {
        const char *text = rpa_cbor_text(reasons[i], &len);
        if (text && out.len)
            rpa_buf_putc(&out, '\n');
        for (size_t c = 0; text && c < len; c++)
            rpa_buf_putc(&out, text[c] == '\n' ? ' ' : text[c]);
    }
    return rpa_buf_take(&out);
}

static void note_reject(struct run *run, const cbor_item_t *args)
{
    size_t n, len;
    cbor_item_t **reasons = rpa_msg_array(args, "reasons", &n);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        const char *text = rpa_cbor_text(reasons[i], &len);
        if (text)
            json_array_append_new(list, json_stringn(text, len));
    }
    json_array_append_new(run->rejects,
                          json_pack("{s:I, s:s, s:s, s:o}", "item",
                                    (json_int_t)run->claim.item, "queue",
                                    run->queue, "id", run->claim.reference,
                                    "reasons", list));
}

/* How a bot may end an item: what the audit is told, what the queue, where the
 * words are, how it is called in the summary. */
static const struct ending {
    const char *name;
    enum rpa_item_event event;
    enum rpa_work_outcome outcome;
    const char *words, *said;
} endings[] = {
    { "done", RPA_ITEM_DONE, RPA_WORK_END_DONE, "reference", "done" },
    { "rejected", RPA_ITEM_REJECTED, RPA_WORK_END_REJECTED, "reasons",
      "rejected" },
    { "failed", RPA_ITEM_FAILED, RPA_WORK_END_FAILED, "message", "failed" },
    { "transient", RPA_ITEM_FAILED, RPA_WORK_END_TRANSIENT, "message",
      "failed" },
    { "locked", RPA_ITEM_DEFERRED, RPA_WORK_END_LOCKED, "message", "locked" },
    { "deferred", RPA_ITEM_DEFERRED, RPA_WORK_END_DEFERRED, "message",
      "deferred" },
};

static const struct ending *ending_of(const cbor_item_t *args)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (rpa_msg_is(args, "outcome", endings[i].name))
            return &endings[i];
    return NULL;
}

/* a deferral says until when, before anything is rowed */
static int read_until(const cbor_item_t *args, struct rpa_work_end *end,
                      struct rpa_err *err)
{
    int64_t after_ms = 0;
    char when[40];
    if (rpa_msg_int(args, "after_ms", &after_ms))
        end->until_us = rpa_now_us() + rpa_ms_to_us(after_ms);
    else if (rpa_msg_copy(args, "until", when, sizeof when))
        end->until_us = rpa_time_parse(when);
    if (end->until_us > rpa_now_us())
        return 0;
    rpa_fail(err, RPA_EINVAL, "an item is deferred to a time to come");
    return rpa_err_hint(err, "seconds from now, or 2026-11-22T04:00:00Z");
}

static void count_end(struct run *run, const struct ending *e, bool doubt,
                      const cbor_item_t *args)
{
    int64_t *counts[] = {
        [RPA_WORK_END_DONE] = &run->done,
        [RPA_WORK_END_REJECTED] = &run->rejected,
        [RPA_WORK_END_FAILED] = &run->failed,
        [RPA_WORK_END_TRANSIENT] = &run->failed,
        [RPA_WORK_END_LOCKED] = &run->deferred,
        [RPA_WORK_END_DEFERRED] = &run->deferred,
    };
    ++*(doubt ? &run->doubts : counts[e->outcome]);
    if (!doubt && e->outcome == RPA_WORK_END_REJECTED)
        note_reject(run, args);
    summary_item(run, doubt ? "in doubt" : e->said);
    if (doubt)
        tell_doubt(run);
}

/* rows first, durable; then the queue */
struct item_rowed {
    const struct ending *how;
    bool durable;
    cbor_item_t *args;
    char *words;
    struct rpa_work_end end;
};

static void rowed_free(struct item_rowed *rowed)
{
    if (!rowed)
        return;
    rpa_msg_free(&rowed->args);
    free(rowed->words);
    free(rowed);
}

static int put_rows(struct run *run, const struct ending *e,
                    const cbor_item_t *args, struct rpa_err *err)
{
    cbor_item_t *words = rpa_msg_get(args, e->words);
    int r = e->outcome == RPA_WORK_END_DONE && run->commit
                ? answer(run, RPA_RESULT_REFERENCED, words, err)
                : 0;
    return r == 0 ? item_row(run, e->event, words, err) : r;
}

int item_settle(struct run *run, struct rpa_err *err)
{
    struct item_rowed *rowed = run->rowed;
    const struct ending *e = rowed->how;
    bool doubt = rowed->end.outcome == RPA_WORK_END_DOUBT;
    run->rowed = NULL;
    int r = work_settle(run, &rowed->end, err);
    if (r == 0) {
        count_end(run, e, doubt, rowed->args);
        if (e->event == RPA_ITEM_FAILED)
            run_note_error(run, rpa_msg_get(rowed->args, "error"));
        work_let_go(run, HAND_ENDED);
    }
    rowed_free(rowed);
    return r;
}

int item_end(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
             struct rpa_err *err)
{
    const struct ending *e = ending_of(args);
    (void)reply;
    if (run->hand != HAND_ITEM)
        return rpa_fail(err, RPA_EINVAL, "there is no item to end");
    if (!e)
        return rpa_fail(err, RPA_EINVAL, "an item ends done, rejected, failed, "
                                         "transient, locked or deferred");
    struct item_rowed *rowed = calloc(1, sizeof *rowed);
    if (!rowed)
        return rpa_fail(err, RPA_ENOMEM, "no memory for an item's end");
    char *words = e->outcome == RPA_WORK_END_REJECTED
                      ? reasons_text(args)
                      : rpa_msg_dup(args, e->words);
    *rowed = (struct item_rowed){
        .how = e, .args = rpa_cbor_ref(args), .words = words,
        .end = { .outcome = e->outcome, .detail = words,
                 .detail_len = words ? strlen(words) : 0 },
    };
    int r = 0;
    if (e->outcome == RPA_WORK_END_DONE && (!words || !words[0]))
        r = rpa_fail(err, RPA_EINVAL,
                     "an item is done with the reference the target gave");
    else if (e->outcome == RPA_WORK_END_DONE && run->change && !run->commit)
        r = rpa_fail(err, RPA_EINVAL, "the change is not done: nothing has filed it");
    else if (e->outcome == RPA_WORK_END_DEFERRED)
        r = read_until(args, &rowed->end, err);
    if (e->outcome != RPA_WORK_END_DONE && run->commit)
        rowed->end.outcome = RPA_WORK_END_DOUBT;
    if (r == 0)
        r = put_rows(run, e, args, err);
    if (r < 0)
        rowed_free(rowed);
    else
        run->rowed = rowed;
    return r;
}

/* ---- its run has ended ---- */

/* the bot said how it ends, and has not been told that it has */
static int abandon_rowed(struct run *run, struct rpa_err *err)
{
    if (run->rowed->durable)
        return item_settle(run, err);
    run->rowed->durable = true;
    return rpa_audit_commit(run->audit, err);
}

static int abandon_hand(struct run *run, struct rpa_err *err)
{
    bool doubt = run->commit != 0;
    const struct rpa_work_end end = {
        /* what a person stopped is begun again as it was */
        .outcome = doubt           ? RPA_WORK_END_DOUBT
                   : run->exit == 130 ? RPA_WORK_END_RELEASED
                                   : RPA_WORK_END_LOST,
        .why = run->exit == 130 ? "the run was stopped" : "the run ended",
    };
    ++*(doubt ? &run->doubts : &run->failed);
    summary_item(run, doubt ? "in doubt" : "not finished");
    if (doubt)
        tell_doubt(run);
    int r = work_settle(run, &end, err); /* else at the next start */
    work_let_go(run, HAND_EMPTY);
    return r;
}

bool item_abandon(struct run *run)
{
    struct rpa_err err;
    int r = 1;
    rpa_msg_free(&run->answer);
    if (run->rowed)
        r = abandon_rowed(run, &err);
    else if (run->hand == HAND_ITEM)
        r = abandon_hand(run, &err);
    else
        work_let_go(run, HAND_EMPTY);
    if (r < 0) {
        run_log_err(run, &err);
        rowed_free(run->rowed);
        run->rowed = NULL;
    }
    return r <= 0;
}
