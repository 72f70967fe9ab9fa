/* What a bot puts before a person, and the changes that a person approved: each
 * rowed first. search.c has the searches behind it. */
#include "rpa/queue/review.h"
#include "rpa/base/utf8.h"
#include "rpa/supervisor/dry.h"
#include "rpa/supervisor/entry.h"
#include "rpa/supervisor/hold.h"
#include "rpa/supervisor/proposal.h"
#include "rpa/supervisor/review.h"

#include <string.h>

/* ---- rows ---- */

/* takes @says and @body (may be NULL) */
static int put_row(struct run *run, enum rpa_s62 verb, json_t *says,
                   cbor_item_t *body, int64_t *ret_seq, struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    json_object_set_new(says, "actor", json_string(run->operator_name));
    json_object_set_new(says, "uid", json_integer(run->options->uid));
    json_object_set_new(says, "mode", json_string(run->options->policy->mode));
    char *text = says ? json_dumps(says, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(says);
    int r = text ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    if (r == 0 && body)
        r = rpa_cbor_dump(body, &bytes, err);
    const struct rpa_audit_review row = {
        .run = run->id, .grp = run->grp, .verb = verb, .says = text,
        .body = bytes.data, .body_len = bytes.len,
    };
    if (r == 0)
        r = rpa_audit_review(run->audit, &row, ret_seq, err);
    rpa_msg_free(&body);
    rpa_buf_clear(&bytes);
    free(text);
    return r;
}

int review_row(struct run *run, enum rpa_s62 verb, json_t *says,
                          cbor_item_t *body, int64_t *ret_seq,
                          struct rpa_err *err)
{
    if (!run->options->dry)
        return put_row(run, verb, says, body, ret_seq, err);
    const char *event = json_string_value(json_object_get(says, "event"));
    int r = dry_note(run, event ? event : "", body, err);
    *ret_seq = 0;
    json_decref(says);
    rpa_msg_free(&body);
    return r;
}

/* ---- proposing ---- */

static int check_fields(const cbor_item_t *entry, const char *name,
                        struct rpa_err *err)
{
    if (entry_texts(rpa_msg_get(entry, name)) > 0)
        return 0;
    rpa_fail(err, RPA_EINVAL, "a change has no %s", name);
    return rpa_err_hint(err, "record, before and after are tables of labels of "
                             "the screen map and texts");
}

/* what is to be set is what it was before, by the same labels */
static int check_change(const cbor_item_t *entry, struct rpa_err *err)
{
    char label[128];
    size_t n, m, len;
    int r = check_fields(entry, "record", err);
    if (r == 0)
        r = check_fields(entry, "before", err);
    if (r == 0)
        r = check_fields(entry, "after", err);
    if (r < 0)
        return r;
    const cbor_item_t *before = rpa_msg_get(entry, "before");
    struct cbor_pair *pairs = rpa_cbor_pairs(rpa_msg_get(entry, "after"), &n);
    rpa_cbor_pairs(before, &m);
    bool same = n == m;
    for (size_t i = 0; same && i < n; i++) {
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        same = len < sizeof label;
        if (same) {
            memcpy(label, key, len);
            label[len] = '\0';
            same = rpa_msg_get(before, label) != NULL;
        }
    }
    return same ? 0
                : rpa_fail(err, RPA_EINVAL, "before and after of a change have "
                                            "the same labels");
}

static int may_propose(const struct run *run, enum rpa_review_kind kind,
                       const char *target, struct rpa_err *err)
{
    if (run->options->tried) {
        rpa_fail(err, RPA_EPERM, "a bot that its author tries puts nothing before "
                                 "a person");
        return rpa_err_hint(err, "an operator may run it (roles of rpa.conf)");
    }
    if (kind != RPA_REVIEW_CHANGE || target[0])
        return 0;
    rpa_fail(err, RPA_EINVAL, "the manifest names no target that a change is for");
    return rpa_err_hint(err, "target = \"…\" in bot.lua");
}

static int put_proposed(struct run *run, const struct rpa_review_new *new,
                        int64_t id, int64_t *ret_seq, struct rpa_err *err)
{
    enum rpa_s62 verb = new->kind == RPA_REVIEW_MATCH ? RPA_S62_COMBINATION
                                                      : RPA_S62_NONE;
    cbor_item_t *body = NULL;
    int r = rpa_cbor_load(new->content, new->content_len, &body, err);
    if (r == 0)
        r = review_row(run, verb,
                       json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:I}", "event",
                                 "proposed", "review", (json_int_t)id, "kind",
                                 rpa_review_kind_name(new->kind), "about",
                                 new->about, "system", new->system, "target",
                                 new->target, "picture",
                                 (json_int_t)new->picture),
                       body, ret_seq, err);
    return r == 0 ? rpa_audit_commit(run->audit, err) : r;
}

/* Is it from before reviews kept their row, so that this proposal is to be its own?
 * Not of a change that is approved: what is approved has another proposer. */
static int lacks_row(struct run *run, int64_t id, struct rpa_err *err)
{
    struct rpa_review_info info;
    int r = rpa_review_info(run->queues, id, &info, err);
    return r < 0 ? r
                 : !info.row && !run->options->dry &&
                       !(info.kind == RPA_REVIEW_CHANGE &&
                         info.state == RPA_REVIEW_APPROVED);
}

/* the review's own row, then the store's: durable in that order. 1: it is new */
static int keep_new(struct run *run, const struct rpa_review_new *new,
                    int64_t *ret_id, struct rpa_err *err)
{
    int64_t seq = 0;
    rpa_time now = rpa_now_us();
    int r = rpa_queues_begin(run->queues, err);
    if (r < 0)
        return r;
    int made = r = rpa_review_propose(run->queues, new, now, ret_id, err);
    if (r == 0)
        r = lacks_row(run, *ret_id, err);
    bool rows = r > 0;
    if (rows)
        r = put_proposed(run, new, *ret_id, &seq, err);
    if (rows && r == 0)
        r = rpa_review_rowed(run->queues, *ret_id, new, seq, now, err);
    if (rows && r == 0)
        r = rpa_queues_commit(run->queues, err);
    else
        rpa_queues_rollback(run->queues);
    return r < 0 ? r : made;
}

static enum rpa_review_kind kind_of(const cbor_item_t *args)
{
    for (int k = RPA_REVIEW_CHANGE; k > 0; k--)
        if (rpa_msg_is(args, "kind", rpa_review_kind_name(k)))
            return (enum rpa_review_kind)k;
    return 0;
}

int review_propose(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                   struct rpa_err *err)
{
    const cbor_item_t *said = rpa_msg_get(args, "review");
    cbor_item_t *entry = rpa_msg_get(said, "entry");
    char about[RPA_REVIEW_LABEL_MAX + 1] = "", system[RPA_REVIEW_LABEL_MAX + 1] = "";
    char key[RPA_REVIEW_KEY_MAX + 1] = "", target[RPA_QUEUE_NAME_MAX + 1] = "";
    struct rpa_review_info info;
    struct rpa_buf content = { 0 };
    int64_t id = 0, picture = 0;
    rpa_msg_copy(said, "about", about, sizeof about);
    rpa_msg_copy(said, "system", system, sizeof system);
    rpa_msg_copy(said, "key", key, sizeof key);
    rpa_msg_int(args, "picture", &picture);
    if (picture && pictures_pending(run, picture)) {
        run->wait_us = 60000000; /* it is taken up again when that is sealed */
        run->wait_for = "its picture to be sealed";
        return 1;
    }
    rpa_msg_copy(run->options->bundle->manifest, "target", target, sizeof target);
    struct rpa_review_new new = {
        .kind = kind_of(said), .about = about, .system = system, .key = key,
        .target = target, .bot = run->options->bundle->name, .run = run->id,
        .picture = picture ? pictures_row(run, picture) : 0,
        .by = run->operator_name, .by_uid = (uint32_t)run->options->uid,
    };
    int r = new.kind ? may_propose(run, new.kind, target, err)
                     : rpa_fail(err, RPA_EINVAL, "a review is of a match or a "
                                                 "change");
    if (r == 0)
        r = entry_check(entry, err);
    if (r == 0 && new.kind == RPA_REVIEW_CHANGE)
        r = check_change(entry, err);
    rpa_cbor_sort(entry); /* the same entry has the same content */
    if (r == 0)
        r = rpa_cbor_dump(entry, &content, err);
    new.content = content.data;
    new.content_len = content.len;
    int made = r == 0 ? (r = keep_new(run, &new, &id, err)) : 0;
    if (r >= 0)
        r = rpa_review_info(run->queues, id, &info, err);
    rpa_buf_clear(&content);
    if (r < 0)
        return work_stored(r, err);
    rpa_msg_put_int(reply, "id", id);
    rpa_msg_put_str(reply, "state", rpa_review_state_name(info.state));
    rpa_msg_put_bool(reply, "new", made > 0);
    return 0;
}

/* ---- changes ---- */

static bool gated(const struct run *run)
{
    return rpa_msg_is(run->options->bundle->manifest, "changes", "approved");
}

int review_before_commit(const struct run *run, struct rpa_err *err)
{
    if (!gated(run) || run->change)
        return 0;
    rpa_fail(err, RPA_EPERM, "a commit act was refused: this bot changes only "
                             "what was approved");
    return rpa_err_hint(err, "inside rpa.review.apply(); the keys that file nothing, "
                             "such as those of signing on, are leads in the screen map");
}

/* What was proposed for another target, or seen in training, is not made here. */
static int check_proposal(struct run *run, const struct rpa_review_info *info,
                          const char *target, struct rpa_err *err)
{
    struct proposal was;
    const char *mode = run->options->policy->mode;
    if (info->kind != RPA_REVIEW_CHANGE || strcmp(info->target, target) != 0)
        return rpa_fail(err, RPA_EPERM, "review %lld is no change for %s",
                        (long long)info->id, target);
    int r = proposal_of(run->audit, run->queues, info, &was, err);
    if (r < 0 || !strcmp(was.mode, mode))
        return r;
    rpa_fail(err, RPA_EPERM, "review %lld was proposed by a %s run, and this is %s",
             (long long)info->id, was.mode, mode);
    return rpa_err_hint(err, "what one system showed is not changed in another: "
                             "propose it anew");
}

static int may_apply(const struct run *run, char target[static 65],
                     struct rpa_err *err)
{
    int64_t most = 0;
    if (!gated(run) ||
        !rpa_msg_int(run->options->bundle->manifest, "max_changes", &most) ||
        !rpa_msg_copy(run->options->bundle->manifest, "target", target, 65)) {
        rpa_fail(err, RPA_EPERM, "the manifest lets this bot change nothing");
        return rpa_err_hint(err, "changes = \"approved\", max_changes = N and a "
                                 "target in bot.lua");
    }
    if (run->options->tried)
        return rpa_fail(err, RPA_EPERM, "a bot that its author tries changes "
                                        "nothing");
    if (run->changes < most)
        return 0;
    rpa_fail(err, RPA_EPERM, "this run has made %lld changes, its max_changes",
             (long long)run->changes);
    return rpa_err_hint(err, "what is left is for another run, when these were "
                             "looked at");
}

/* record, before and after of the review, into @reply */
static int put_change(struct run *run, int64_t id, cbor_item_t *reply,
                      struct rpa_err *err)
{
    static const char *const parts[] = { "record", "before", "after" };
    struct rpa_buf content = { 0 };
    cbor_item_t *entry = NULL;
    int r = rpa_review_content(run->queues, id, &content, err);
    if (r == 0)
        r = rpa_cbor_load(content.data, content.len, &entry, err);
    for (size_t i = 0; r == 0 && i < 3; i++)
        rpa_msg_put_item(reply, parts[i],
                         rpa_cbor_ref(rpa_msg_get(entry, parts[i])));
    rpa_msg_free(&entry);
    rpa_buf_clear(&content);
    return r;
}

int review_approved(struct run *run, const cbor_item_t *args,
                    cbor_item_t *reply, struct rpa_err *err)
{
    char target[65], about[RPA_REVIEW_LABEL_MAX + 1] = "";
    struct rpa_review_filter filter = { .kind = RPA_REVIEW_CHANGE,
                                        .about = about, .due = target,
                                        .now = rpa_now_us() };
    struct rpa_review_info info;
    rpa_msg_int(args, "after", &filter.after);
    int r = may_apply(run, target, err);
    if (r == 0 && rpa_msg_get(args, "about") &&
        (!rpa_msg_copy(args, "about", about, sizeof about) ||
         !rpa_review_label(about)))
        r = rpa_fail(err, RPA_EINVAL, "changes are about a label, as they were "
                                      "proposed");
    if (r < 0)
        return r;
    hold_items(run);
    r = run->stopping ? 0 : rpa_review_next(run->queues, &filter, &info, err);
    if (r <= 0)
        return work_stored(r, err);
    rpa_msg_put_int(reply, "id", info.id);
    rpa_msg_put_str(reply, "about", info.about);
    rpa_msg_put_str(reply, "system", info.system);
    rpa_msg_put_str(reply, "decided_by", info.decided_by);
    return work_stored(put_change(run, info.id, reply, err), err);
}

bool review_ready(struct run *run)
{
    char target[65];
    const struct rpa_review_filter filter = { .kind = RPA_REVIEW_CHANGE,
                                              .due = target };
    struct rpa_review_info info;
    struct rpa_err err;
    return may_apply(run, target, &err) == 0 &&
           rpa_review_next(run->queues, &filter, &info, &err) > 0;
}

/* the change that a call names: approved, for this target, nobody's yet */
static int find_change(struct run *run, const cbor_item_t *args,
                       struct rpa_review_info *ret, struct rpa_err *err)
{
    char target[65];
    int64_t id = 0;
    rpa_msg_int(args, "id", &id);
    int r = may_apply(run, target, err);
    if (r == 0 && (run->hand == HAND_ITEM || run->hand == HAND_LOOK))
        r = rpa_fail(err, RPA_EINVAL, "item %lld has not ended yet",
                     (long long)run->claim.item);
    if (r == 0)
        r = rpa_review_info(run->queues, id, ret, err);
    if (r < 0)
        return r;
    r = check_proposal(run, ret, target, err);
    if (r < 0)
        return r;
    if (ret->state != RPA_REVIEW_APPROVED)
        return rpa_fail(err, RPA_EPERM, "review %lld is %s, not approved",
                        (long long)id, rpa_review_state_name(ret->state));
    if (ret->work == RPA_WORK_READY || ret->work == RPA_WORK_DEFERRED)
        /* whether it is due is seen when it is taken */
        return rpa_review_check(run->queues, ret, err);
    return rpa_fail(err, RPA_EPERM, "the change of review %lld is %s: it is made "
                                    "once",
                    (long long)id, rpa_work_state_name(ret->work));
}

int review_change(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                  struct rpa_err *err)
{
    struct rpa_review_info info;
    int r = find_change(run, args, &info, err);
    return work_stored(r == 0 ? put_change(run, info.id, reply, err) : r, err);
}

/* It is done already, or its record is another by now: so the item ends. */
static int end_unmade(struct run *run, const cbor_item_t *args, bool already,
                      struct rpa_err *err)
{
    char field[128] = "", why[200];
    cbor_item_t *end = rpa_cbor_map(), *reasons = rpa_cbor_array();
    rpa_msg_copy(args, "field", field, sizeof field);
    snprintf(why, sizeof why, "changed_since:%s", field);
    rpa_msg_put_str(end, "outcome", already ? "done" : "rejected");
    if (already)
        rpa_msg_put_str(end, "reference", "as approved already");
    else
        rpa_cbor_push(reasons, rpa_cbor_strn(why, strlen(why)));
    rpa_msg_put_item(end, "reasons", reasons);
    int r = item_end(run, end, NULL, err);
    rpa_msg_free(&end);
    return r;
}

int review_begin(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                 struct rpa_err *err)
{
    struct rpa_review_info info;
    char state[16] = "";
    int64_t seq;
    int r = find_change(run, args, &info, err);
    rpa_msg_copy(args, "state", state, sizeof state);
    if (r == 0)
        r = rpa_review_queue(run->queues, info.target, rpa_now_us(), run->queue,
                             err);
    if (r == 0)
        r = item_take(run, info.item, reply, err);
    if (r == 0)
        r = rpa_fail(err, RPA_EPERM, "the change of review %lld is not to be made "
                                     "now", (long long)info.id);
    if (r < 0)
        return work_stored(r, err);
    run->change = info.id; /* from here on only what is filed makes it done */
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_item(body, "image", rpa_cbor_ref(rpa_msg_get(args, "image")));
    r = review_row(run, RPA_S62_CONSULTATION,
                json_pack("{s:s,s:I,s:s}", "event", "applied", "review",
                          (json_int_t)info.id, "state", state),
                body, &seq, err);
    if (r < 0)
        return r;
    if (strcmp(state, "go") != 0) {
        run->change = 0;
        return end_unmade(run, args, !strcmp(state, "already"), err);
    }
    run->changes++;
    return 0;
}
