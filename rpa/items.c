/* Work items: begun, marked before a commit act, and ended in one way. What
 * the audit knows decides; a run that died leaves nothing to memory. */
#include "rpa/supervisor.h"
#include "rpa/base/log.h"

#include <stdio.h>
#include <string.h>

static int rowed(struct run *run, enum rpa_item_event event,
                 const cbor_item_t *body, struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    int64_t seq;
    int r = body ? rpa_cbor_dump(body, &bytes, err) : 0;
    if (r == 0)
        r = rpa_audit_item(run->audit, run->id, run->grp,
                           run->options->bundle->name, run->item, event,
                           bytes.data, bytes.len, &seq, err);
    rpa_buf_clear(&bytes);
    return r;
}

/* from when on a look in the target tells: what is not there was not filed */
static const char *look_after(const struct run *run, char out[static 9])
{
    rpa_policy_horizon(run->options->policy, rpa_now_us(), out);
    return out;
}

static void tell_doubt(const struct run *run)
{
    char after[9];
    rpa_log(RPA_LOG_WARN,
            "item %lld is in doubt: look in the target after %s whether it was "
            "filed; a person decides",
            (long long)run->nth, look_after(run, after));
}

static int in_doubt(struct run *run, const char *id, struct rpa_err *err)
{
    char after[9];
    run->doubt = true;
    rpa_fail(err, RPA_EDOUBT,
             "item %s is in doubt: an earlier run pressed its commit key and "
             "saw no reference",
             id);
    rpa_err_hint(err, "look in the target after %s whether it was filed; a "
                      "person decides",
                 look_after(run, after));
    run->doubts++;
    run_fail(run, err);
    return 0;
}

int item_begin(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
               struct rpa_err *err)
{
    char id[201], subject[201];
    struct rpa_item_info info;
    if (run->item[0])
        return rpa_fail(err, RPA_EINVAL, "item %s has not ended yet",
                        run->item);
    if (!rpa_msg_copy(args, "id", id, sizeof id) || !id[0])
        return rpa_fail(err, RPA_EINVAL, "an item wants an id");
    if (!rpa_msg_copy(args, "subject", subject, sizeof subject))
        memcpy(subject, id, sizeof id);
    rpa_msg_int(args, "total", &run->total);
    run->used_items = true;
    int r = rpa_audit_item_state(run->audit, run->options->bundle->name, id,
                                 &info, err);
    if (r < 0)
        return r;
    if (info.state == RPA_ITEM_IS_IN_DOUBT)
        in_doubt(run, id, err);
    hold_items(run);
    if (run->stopping || run->doubt) {
        rpa_msg_put_str(reply, "state", "stop");
        return 0;
    }
    run->nth++;
    if (info.state == RPA_ITEM_IS_DONE) {
        run->skipped++;
        summary_item(run, "done before");
        rpa_msg_put_str(reply, "state", "done");
        return 0;
    }
    r = rpa_audit_group(run->audit, run->id, subject, &run->grp, err);
    if (r < 0)
        return r;
    memcpy(run->item, id, sizeof id);
    run->ncommits = 0;
    r = rowed(run, RPA_ITEM_BEGIN, NULL, err);
    if (r < 0)
        run->item[0] = '\0';
    else
        rpa_msg_put_str(reply, "state", "go");
    return r;
}

int item_before_commit(struct run *run, bool pending, struct rpa_err *err)
{
    if (!run->item[0])
        return 0;
    for (size_t i = 0; pending && i < run->ncommits; i++) {
        struct rpa_audit_row row = {
            .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_OUTCOME,
            .intent = run->commits[i], .result = RPA_RESULT_NOT_DONE,
        };
        int64_t seq;
        int r = rpa_audit_append(run->audit, &row, &seq, err);
        if (r < 0)
            return r;
    }
    if (pending)
        run->ncommits = 0;
    int r = rowed(run, RPA_ITEM_MARK, NULL, err);
    return r < 0 ? r : rpa_audit_commit(run->audit, err);
}

void item_committed(struct run *run, int64_t seq)
{
    if (run->item[0] && run->ncommits < COMMITS_MAX)
        run->commits[run->ncommits++] = seq;
}

void item_not_committed(struct run *run, int64_t seq)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->ncommits; i++)
        if (run->commits[i] != seq)
            run->commits[kept++] = run->commits[i];
    run->ncommits = kept;
}

/* every commit key of the item led to this reference */
static int refer(struct run *run, const cbor_item_t *reference,
                 struct rpa_err *err)
{
    struct rpa_buf body = { 0 };
    int r = rpa_cbor_dump(reference, &body, err);
    for (size_t i = 0; r == 0 && i < run->ncommits; i++) {
        struct rpa_audit_row row = {
            .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_OUTCOME,
            .intent = run->commits[i], .result = RPA_RESULT_REFERENCED,
            .body = body.data, .body_len = body.len,
        };
        int64_t seq;
        r = rpa_audit_append(run->audit, &row, &seq, err);
    }
    rpa_buf_clear(&body);
    return r < 0 ? r : rpa_audit_commit(run->audit, err);
}

static int end_done(struct run *run, const cbor_item_t *args,
                    struct rpa_err *err)
{
    cbor_item_t *reference = rpa_msg_get(args, "reference");
    if (!reference || !rpa_msg_str(args, "reference", &(size_t){ 0 }))
        return rpa_fail(err, RPA_EINVAL,
                        "an item is done with the reference the target gave");
    int r = refer(run, reference, err);
    if (r == 0)
        r = rowed(run, RPA_ITEM_DONE, reference, err);
    if (r < 0)
        return r;
    run->done++;
    summary_item(run, "done");
    return 0;
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
                          json_pack("{s:s, s:o}", "id", run->item, "reasons",
                                    list));
}

/* rejected or failed; after a commit key without a reference: in doubt */
static int end_otherwise(struct run *run, const cbor_item_t *args,
                         bool rejected, struct rpa_err *err)
{
    cbor_item_t *why = rpa_msg_get(args, rejected ? "reasons" : "message");
    bool doubt = run->ncommits > 0;
    int r = rowed(run, rejected ? RPA_ITEM_REJECTED : RPA_ITEM_FAILED, why,
                  err);
    if (r < 0)
        return r;
    if (doubt) {
        run->doubts++;
        run->doubt = true;
    } else if (rejected) {
        run->rejected++;
        note_reject(run, args);
    } else {
        run->failed++;
    }
    summary_item(run, doubt ? "in doubt" : rejected ? "rejected" : "failed");
    if (doubt)
        tell_doubt(run);
    return 0;
}

int item_end(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
             struct rpa_err *err)
{
    int r;
    (void)reply;
    if (!run->item[0])
        return rpa_fail(err, RPA_EINVAL, "there is no item to end");
    if (rpa_msg_is(args, "outcome", "done"))
        r = end_done(run, args, err);
    else if (rpa_msg_is(args, "outcome", "rejected"))
        r = end_otherwise(run, args, true, err);
    else if (rpa_msg_is(args, "outcome", "failed"))
        r = end_otherwise(run, args, false, err);
    else
        return rpa_fail(err, RPA_EINVAL,
                        "an item ends done, rejected or failed");
    if (r == 0) {
        run->item[0] = '\0';
        run->grp = 0;
        run->ncommits = 0;
    }
    return r;
}

void item_abandon(struct run *run)
{
    if (!run->item[0])
        return;
    bool doubt = run->ncommits > 0;
    *(doubt ? &run->doubts : &run->failed) += 1;
    summary_item(run, doubt ? "in doubt" : "not finished");
    if (doubt)
        tell_doubt(run);
    run->item[0] = '\0';
}
