/* Reviews, by a command: which there are, what they say, what a person decides. */
#include "rpa/audit/item.h"
#include "rpa/audit/read.h"
#include "rpa/base/utf8.h"
#include "rpa/queue/review.h"
#include "rpa/supervisor/desk_asking.h"
#include "rpa/supervisor/proposal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

/* a REVIEW row about what @a's person does, durable with the next commit; takes @says */
static int put_row(struct asking *a, enum rpa_s62 verb, json_t *says,
                   const void *body, size_t body_len, struct rpa_err *err)
{
    int64_t seq;
    json_object_set_new(says, "actor", json_string(a->who.name));
    json_object_set_new(says, "uid", json_integer(a->uid));
    char *text = says ? json_dumps(says, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(says);
    const struct rpa_audit_review row = { .verb = verb, .says = text,
                                          .body = body, .body_len = body_len };
    int r = text ? rpa_audit_review(a->desk->audit, &row, &seq, err)
                 : rpa_fail(err, RPA_ENOMEM, "no memory for a row");
    free(text);
    return r;
}

/* ---- which there are ---- */

static cbor_item_t *info_map(const struct rpa_review_info *info)
{
    cbor_item_t *map = rpa_cbor_map();
    const char *work = rpa_work_state_name(info->work);
    rpa_msg_put_int(map, "review", info->id);
    rpa_msg_put_str(map, "kind", rpa_review_kind_name(info->kind));
    rpa_msg_put_str(map, "state", rpa_review_state_name(info->state));
    rpa_msg_put_str(map, "about", info->about);
    rpa_msg_put_str(map, "system", info->system);
    rpa_msg_put_str(map, "target", info->target);
    rpa_msg_put_str(map, "bot", info->bot);
    rpa_msg_put_int(map, "run", info->run);
    rpa_msg_put_str(map, "proposed_by", info->by);
    rpa_msg_put_int(map, "proposed_us", info->at_us);
    rpa_msg_put_str(map, "decided_by", info->decided_by);
    rpa_msg_put_int(map, "row", info->row);
    rpa_msg_put_int(map, "picture", info->picture);
    if (work) {
        rpa_msg_put_int(map, "item", info->item);
        rpa_msg_put_str(map, "change", work);
    }
    return map;
}

/* 0: it is not said */
static int number_of(const cbor_item_t *msg, const char *key,
                     const char *(*name)(int), int *ret, struct rpa_err *err)
{
    *ret = 0;
    for (int i = 1; name(i); i++)
        if (rpa_msg_is(msg, key, name(i)))
            *ret = i;
    return *ret || !rpa_msg_get(msg, key)
               ? 0
               : rpa_fail(err, RPA_EINVAL, "no review is of that %s",
                          !strcmp(key, "in") ? "state" : key);
}

int desk_about(const struct asking *a, char ret[static RPA_REVIEW_LABEL_MAX + 1],
               struct rpa_err *err)
{
    if (rpa_msg_copy(a->msg, "about", ret, RPA_REVIEW_LABEL_MAX + 1) &&
        rpa_review_label(ret))
        return 0;
    rpa_fail(err, RPA_EINVAL, "that is no label of an application or a batch");
    return rpa_err_hint(err, "1 to %d letters, digits, dots, dashes or "
                             "underscores, such as VET-0001",
                        RPA_REVIEW_LABEL_MAX);
}

int desk_review_list(struct asking *a, struct rpa_err *err)
{
    char about[RPA_REVIEW_LABEL_MAX + 1] = "";
    struct rpa_review_filter filter = { .about = about };
    struct rpa_review_info info;
    int r = number_of(a->msg, "kind", rpa_review_kind_name, &filter.kind, err);
    if (r == 0)
        r = number_of(a->msg, "in", rpa_review_state_name, &filter.state, err);
    if (r == 0 && rpa_msg_get(a->msg, "about"))
        r = desk_about(a, about, err);
    if (r < 0)
        return r;
    cbor_item_t *list = rpa_cbor_array();
    rpa_msg_int(a->msg, "after", &filter.after);
    for (int n = 0; n < DESK_PIECE; n++) {
        r = rpa_review_next(a->desk->queues, &filter, &info, err);
        if (r <= 0)
            break;
        rpa_cbor_push(list, info_map(&info));
        filter.after = info.id;
    }
    rpa_msg_put_item(a->ok, "reviews", list);
    return r < 0 ? r : 0;
}

/* ---- what one says ---- */

static int put_verdicts(struct asking *a, int64_t id, struct rpa_err *err)
{
    struct rpa_verdict v = { 0 };
    struct rpa_buf why = { 0 };
    cbor_item_t *list = rpa_cbor_array();
    int r;
    while ((r = rpa_review_verdict(a->desk->queues, id, v.n, &v, &why, err)) > 0) {
        cbor_item_t *one = rpa_cbor_map();
        rpa_msg_put_int(one, "n", v.n);
        rpa_msg_put_int(one, "corrects", v.corrects);
        rpa_msg_put_str(one, "as", rpa_review_state_name(v.state));
        rpa_msg_put_str(one, "who", v.who);
        rpa_msg_put_int(one, "uid", v.uid);
        rpa_msg_put_int(one, "at_us", v.at_us);
        rpa_msg_put_strn(one, "why", why.data ? why.data : "", why.len);
        rpa_cbor_push(list, one);
        rpa_buf_clear(&why);
    }
    rpa_buf_clear(&why);
    rpa_msg_put_item(a->ok, "decisions", list);
    return r;
}

static int put_content(struct asking *a, int64_t id, struct rpa_err *err)
{
    struct rpa_buf content = { 0 };
    cbor_item_t *entry = NULL;
    int r = rpa_review_content(a->desk->queues, id, &content, err);
    if (r == 0)
        r = rpa_cbor_load(content.data, content.len, &entry, err);
    if (r == 0)
        rpa_msg_put_item(a->ok, "content", entry);
    rpa_buf_clear(&content);
    return r;
}

static int put_picture(struct asking *a, int64_t row, struct rpa_err *err)
{
    const struct rpa_audit_filter at = { .run = -1, .after = row - 1 };
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry entry;
    struct rpa_buf png = { 0 };
    if (!row)
        return rpa_fail(err, RPA_ENOTFOUND, "no picture was kept with this review");
    int r = rpa_audit_reader_open(a->desk->state_dir, &at, true, &reader, err);
    if (r == 0)
        r = rpa_audit_reader_next(reader, &entry, err);
    if (r == 0)
        r = rpa_fail(err, RPA_ENOTFOUND, "row %lld is gone", (long long)row);
    if (r > 0)
        r = rpa_audit_reader_picture(reader, &png, err);
    rpa_audit_reader_close(reader);
    if (r == 0)
        rpa_msg_put_bytes(a->ok, "png", png.data, png.len);
    if (png.data)
        explicit_bzero(png.data, png.cap);
    rpa_buf_clear(&png);
    return r;
}

int desk_review_show(struct asking *a, struct rpa_err *err)
{
    struct rpa_review_info info;
    struct proposal was;
    int64_t id = 0;
    size_t len = 0;
    bool picture = false;
    const void *purpose = rpa_msg_bytes(a->msg, "purpose", &len);
    rpa_msg_int(a->msg, "review", &id);
    rpa_msg_bool(a->msg, "picture", &picture);
    int r = desk_purpose(a, "a review is", err);
    if (r == 0)
        r = rpa_review_info(a->desk->queues, id, &info, err);
    if (r == 0 && !a->rowed)
        r = put_row(a, RPA_S62_CONSULTATION,
                    json_pack("{s:s,s:I,s:s,s:b}", "event", "shown", "review",
                              (json_int_t)id, "about", info.about, "picture",
                              picture),
                    purpose, len, err);
    if (r < 0 || !a->rowed)
        return r < 0 ? r : 1;
    cbor_item_t *is = info_map(&info);
    r = proposal_of(a->desk->audit, a->desk->queues, &info, &was, err);
    if (r == 0)
        rpa_msg_put_str(is, "mode", was.mode);
    if (r == -RPA_ETAMPER)
        rpa_msg_put_bool(is, "unlike", true);
    if (r == -RPA_EPERM)
        rpa_msg_put_bool(is, "before", true);
    rpa_msg_put_item(a->ok, "is", is);
    if (r == 0 || r == -RPA_ETAMPER || r == -RPA_EPERM)
        r = put_content(a, id, err);
    if (r == 0)
        r = put_verdicts(a, id, err);
    return r == 0 && picture ? put_picture(a, info.picture, err) : r;
}

/* ---- what a person decides ---- */

/* An approval that is withdrawn: its item is cancelled in the audit, which an older
 * queue.db does not make unsaid. */
static int withdraw(struct asking *a, int64_t item, struct rpa_err *err)
{
    struct rpa_work_info work;
    struct rpa_item_info known = { 0 };
    char *reference = NULL;
    size_t len;
    int64_t seq;
    int r = rpa_work_info(a->desk->queues, item, &work, err);
    if (r == 0)
        r = rpa_work_content(a->desk->queues, item, RPA_WORK_REFERENCE, &reference,
                             &len, err);
    if (r == 0)
        r = rpa_audit_item_state(a->desk->audit, work.queue, reference, &known,
                                 err);
    if (r == 0 && known.state != RPA_ITEM_IS_REJECTED)
        r = rpa_audit_item(a->desk->audit, 0, 0, work.queue, reference,
                           RPA_ITEM_CANCELLED, NULL, 0, &seq, err);
    free(reference);
    return r;
}

/* Who had it proposed, so that another decides. Where that is not provable, a change
 * may still be refused, by another than queue.db names: that files nothing. */
static int proposer_of(struct asking *a, const struct rpa_review_info *info,
                       bool approved, struct proposal *ret, struct rpa_err *err)
{
    int r = proposal_of(a->desk->audit, a->desk->queues, info, ret, err);
    if (r != -RPA_EPERM || approved || info->kind != RPA_REVIEW_CHANGE)
        return r;
    rpa_str_copy(ret->by, sizeof ret->by, info->by);
    ret->by_uid = info->by_uid;
    return 0;
}

int desk_review_decide(struct asking *a, struct rpa_err *err)
{
    struct rpa_verdict_new new = {
        .approved = rpa_msg_is(a->msg, "as", "approved"), .who = a->who.name,
        .uid = a->uid, .why = a->why,
    };
    struct rpa_verdict made = { 0 };
    struct rpa_review_info info = { 0 }, was = { 0 };
    struct proposal proposal = { 0 };
    struct rpa_buf body = { 0 };
    rpa_msg_int(a->msg, "review", &new.review);
    rpa_msg_bool(a->msg, "correct", &new.corrects);
    if (!new.approved && !rpa_msg_is(a->msg, "as", "refused"))
        return rpa_fail(err, RPA_EINVAL, "a review is decided as approved or "
                                         "refused");
    int r = desk_change(a, err);
    if (r == 0)
        r = rpa_review_info(a->desk->queues, new.review, &was, err);
    if (r == 0)
        r = proposer_of(a, &was, new.approved, &proposal, err);
    new.by = proposal.by;
    new.by_uid = proposal.by_uid;
    if (r == 0)
        r = rpa_review_decide(a->desk->queues, &new, a->now, &made, err);
    if (r == 0)
        r = rpa_review_info(a->desk->queues, new.review, &info, err);
    if (r == 0 && was.item && !new.approved)
        r = withdraw(a, was.item, err);
    cbor_item_t *why = rpa_cbor_map();
    rpa_msg_put_str(why, "why", a->why);
    if (r == 0)
        r = rpa_cbor_dump(why, &body, err);
    if (r == 0)
        r = put_row(a, RPA_S62_NONE,
                    json_pack("{s:s,s:I,s:s,s:s,s:I,s:I}", "event", "decided",
                              "review", (json_int_t)new.review, "about",
                              info.about, "as", rpa_review_state_name(made.state),
                              "n", (json_int_t)made.n, "corrects",
                              (json_int_t)made.corrects),
                    body.data, body.len, err);
    a->own_row = true;
    rpa_msg_free(&why);
    rpa_buf_clear(&body);
    if (r == 0)
        rpa_msg_put_item(a->ok, "is", info_map(&info));
    return r;
}
