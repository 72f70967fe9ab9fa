/* Reviews: proposed by bots, decided by people; an approved change becomes a work
 * item. */
#include "rpa/queue/review.h"
#include "priv.h"
#include "rpa/base/utf8.h"
#include "rpa/vault/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *rpa_review_kind_name(int kind)
{
    static const char *const names[] = { NULL, "match", "change" };
    return kind > 0 && kind <= RPA_REVIEW_CHANGE ? names[kind] : NULL;
}

const char *rpa_review_state_name(int state)
{
    static const char *const names[] = { NULL, "open", "approved", "refused" };
    return state > 0 && state <= RPA_REVIEW_REFUSED ? names[state] : NULL;
}

bool rpa_review_label(const char *text)
{
    size_t len = text ? strlen(text) : 0;
    return len && len <= RPA_REVIEW_LABEL_MAX &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                        "0123456789._-") == len;
}

/* ---- proposing ---- */

static int check_new(const struct rpa_review_new *review, struct rpa_err *err)
{
    size_t len = review->key ? strlen(review->key) : 0;
    if (!rpa_review_label(review->about) || !rpa_review_label(review->system)) {
        rpa_fail(err, RPA_EINVAL, "a review is about something, in some system, "
                                  "each named by a label");
        return rpa_err_hint(err, "1 to %d letters, digits, dots, dashes or "
                                 "underscores, such as VET-0001; it is not "
                                 "sealed, so never anybody's name",
                            RPA_REVIEW_LABEL_MAX);
    }
    if (!len || len > RPA_REVIEW_KEY_MAX)
        return rpa_fail(err, RPA_EINVAL, "a review has a key of 1 to %d bytes, by "
                                         "which it is known again",
                        RPA_REVIEW_KEY_MAX);
    if (strlen(review->bot) > RPA_REVIEW_NAME_MAX ||
        strlen(review->by) > RPA_REVIEW_NAME_MAX ||
        strlen(review->target) > RPA_QUEUE_NAME_MAX)
        return rpa_fail(err, RPA_EINVAL, "a review's names are too long");
    return review->content_len <= RPA_REVIEW_CONTENT_MAX
               ? 0
               : rpa_fail(err, RPA_EINVAL, "a review of over %d bytes",
                          RPA_REVIEW_CONTENT_MAX);
}

/* the SHA-256 of @content, in hexadecimal */
static void put_digest(struct rpa_buf *out, const void *content, size_t len)
{
    struct rpa_sha256 hash;
    uint8_t digest[32];
    rpa_sha256_init(&hash);
    rpa_sha256_add(&hash, content, len);
    rpa_sha256_end(&hash, digest);
    rpa_buf_hex(out, digest, sizeof digest);
}

static int seal_new(struct rpa_queues *queues, int64_t id,
                    const struct rpa_review_new *review, struct rpa_err *err)
{
    uint8_t key[RPA_BOX_KEY];
    char place[64];
    struct rpa_buf sealed = { 0 };
    rpa_box_make(queues->root, RPA_ROOT_QUEUE, key);
    int r = rpa_box_seal(queues->root, RPA_ROOT_QUEUE, key,
                         item_about("review", id, 0, place), review->content,
                         review->content_len, &sealed, err);
    if (r == 0)
        r = queue_run(queues, REVIEW_CONTENT_PUT, err, "ibb", id, key,
                      sizeof key, sealed.data, sealed.len);
    rpa_buf_clear(&sealed);
    return r;
}

static int put(struct rpa_queues *queues, const struct rpa_review_new *review,
               const uint8_t hash[static 32], rpa_time now, int64_t *ret_id,
               struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, REVIEW_PUT, &row, err, "bissssisiii", hash,
                      (size_t)32, (int64_t)review->kind, review->about,
                      review->system, review->target, review->bot, review->run,
                      review->by, (int64_t)review->by_uid, now,
                      review->picture);
    if (r <= 0)
        return r;
    *ret_id = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    return seal_new(queues, *ret_id, review, err);
}

/* what two proposals are the same by */
static int identity(const struct rpa_queues *queues,
                    const struct rpa_review_new *review,
                    uint8_t out[static 32], struct rpa_err *err)
{
    struct rpa_buf text = { 0 };
    rpa_buf_printf(&text, "%d\n%s\n%s\n%s\n", (int)review->kind,
                   review->target, review->about, review->system);
    put_digest(&text, review->content, review->content_len);
    rpa_buf_printf(&text, "\n%s", review->key);
    int r = text.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a review")
                        : item_hash(queues, "review", text.data, out, err);
    rpa_buf_clear(&text);
    return r;
}

int rpa_review_propose(struct rpa_queues *queues,
                       const struct rpa_review_new *review, rpa_time now,
                       int64_t *ret_id, struct rpa_err *err)
{
    uint8_t hash[32];
    struct rpa_stmt *row;
    int r = check_new(review, err);
    if (r == 0)
        r = identity(queues, review, hash, err);
    if (r == 0)
        r = queue_row(queues, REVIEW_FIND, &row, err, "b", hash, (size_t)32);
    if (r < 0)
        return r;
    if (r > 0)
        *ret_id = rpa_stmt_int(row, 0);
    rpa_stmt_reset(row);
    if (r > 0)
        return 0;
    r = change_begin(queues, err);
    if (r == 0)
        r = change_end(queues, put(queues, review, hash, now, ret_id, err), err);
    return r < 0 ? r : 1;
}

int rpa_review_rowed(struct rpa_queues *queues, int64_t id,
                     const struct rpa_review_new *review, int64_t row,
                     rpa_time now, struct rpa_err *err)
{
    return queue_run(queues, REVIEW_ROWED, err, "isisiiii", row, review->bot,
                     review->run, review->by, (int64_t)review->by_uid, now,
                     review->picture, id);
}

/* ---- looking ---- */

static void describe(struct rpa_stmt *row, struct rpa_review_info *ret)
{
    *ret = (struct rpa_review_info){
        .id = rpa_stmt_int(row, 0),
        .kind = (int)rpa_stmt_int(row, 1),
        .state = (int)rpa_stmt_int(row, 2),
        .run = rpa_stmt_int(row, 3),
        .at_us = rpa_stmt_int(row, 4),
        .by_uid = (uint32_t)rpa_stmt_int(row, 5),
        .picture = rpa_stmt_int(row, 6),
        .verdicts = rpa_stmt_int(row, 7),
        .item = rpa_stmt_int(row, 8),
        .work = (int)rpa_stmt_int(row, 9),
        .row = rpa_stmt_int(row, 10),
    };
    const struct {
        char *to;
        size_t size;
    } texts[] = {
        { ret->about, sizeof ret->about },
        { ret->system, sizeof ret->system },
        { ret->target, sizeof ret->target },
        { ret->bot, sizeof ret->bot },
        { ret->by, sizeof ret->by },
        { ret->decided_by, sizeof ret->decided_by },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        rpa_str_copy(texts[i].to, texts[i].size, rpa_stmt_text(row, 11 + (int)i));
    rpa_stmt_reset(row);
}

int rpa_review_info(struct rpa_queues *queues, int64_t id,
                    struct rpa_review_info *ret_info, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, REVIEW_GET, &row, err, "i", id);
    if (r == 0) {
        rpa_fail(err, RPA_ENOTFOUND, "there is no review %lld", (long long)id);
        return rpa_err_hint(err, "rpa review list has their numbers");
    }
    if (r > 0)
        describe(row, ret_info);
    return r < 0 ? r : 0;
}

int rpa_review_next(struct rpa_queues *queues,
                    const struct rpa_review_filter *filter,
                    struct rpa_review_info *ret_info, struct rpa_err *err)
{
    struct rpa_stmt *row;
    int r = queue_row(queues, REVIEW_NEXT, &row, err, "isiisi", filter->after,
                      filter->about ? filter->about : "", (int64_t)filter->kind,
                      (int64_t)filter->state, filter->due ? filter->due : "", filter->now);
    if (r > 0)
        describe(row, ret_info);
    return r;
}

/* the key that a review's content and the reasons of its decisions are under,
 * with the content if it is wanted */
static int open_content(struct rpa_queues *queues, int64_t id,
                        uint8_t key[static RPA_BOX_KEY], struct rpa_buf *content,
                        struct rpa_err *err)
{
    struct rpa_stmt *row;
    char place[64];
    size_t len;
    int r = queue_row(queues, REVIEW_CONTENT_GET, &row, err, "i", id);
    if (r == 0)
        return rpa_fail(err, RPA_ENOTFOUND, "the content of review %lld was "
                                            "erased", (long long)id);
    const void *wrapped = r > 0 ? rpa_stmt_bytes(row, 0, &len) : NULL;
    if (r > 0 && len != RPA_BOX_KEY)
        r = rpa_fail(err, RPA_ETAMPER, "a sealed key was changed");
    if (r > 0)
        memcpy(key, wrapped, RPA_BOX_KEY);
    if (r > 0 && content) {
        const void *sealed = rpa_stmt_bytes(row, 1, &len);
        r = rpa_box_open(queues->root, RPA_ROOT_QUEUE, key,
                         item_about("review", id, 0, place), sealed, len,
                         content, err);
    }
    rpa_stmt_reset(row);
    return r < 0 ? r : 0;
}

int rpa_review_content(struct rpa_queues *queues, int64_t id,
                       struct rpa_buf *ret, struct rpa_err *err)
{
    uint8_t key[RPA_BOX_KEY];
    return open_content(queues, id, key, ret, err);
}

/* ---- deciding ---- */

int rpa_review_queue(struct rpa_queues *queues, const char *target, rpa_time now,
                     char name[static RPA_QUEUE_NAME_MAX + 1],
                     struct rpa_err *err)
{
    static const struct rpa_who review = { RPA_WHO_SUPERVISOR, "review" };
    struct rpa_queue_policy policy;
    struct queue queue;
    rpa_queue_policy_default(&policy);
    policy.reviewed = policy.second_person = 1;
    if (snprintf(name, RPA_QUEUE_NAME_MAX + 1, "changes.%s", target) >
        RPA_QUEUE_NAME_MAX)
        return rpa_fail(err, RPA_EINVAL, "a target's name is too long for a "
                                         "queue");
    int r = rpa_queue_create(queues, name, &policy, NULL, review, now, err);
    if (r != -RPA_EEXIST)
        return r;
    r = queue_load(queues, name, &queue, NULL, NULL, err);
    return r < 0 || queue.policy.reviewed
               ? r
               : rpa_fail(err, RPA_EPERM, "the queue %s is not for approved "
                                          "changes", name);
}

enum { APPROVED_MAX = 128 };

/* what an approval is of: the review, and its content by digest. Sealed in the item,
 * so that nobody who can write queue.db makes it another's. */
static int approval_of(struct rpa_queues *queues, int64_t id,
                       char out[static APPROVED_MAX], struct rpa_err *err)
{
    struct rpa_buf content = { 0 }, text = { 0 };
    int r = rpa_review_content(queues, id, &content, err);
    rpa_buf_printf(&text, "{\"review\":%lld,\"content\":\"", (long long)id);
    put_digest(&text, content.data, content.len);
    rpa_buf_puts(&text, "\"}");
    rpa_buf_clear(&content);
    if (r == 0 && text.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for an approval");
    rpa_str_copy(out, APPROVED_MAX, text.failed ? "" : text.data);
    rpa_buf_clear(&text);
    return r;
}

int rpa_review_check(struct rpa_queues *queues,
                     const struct rpa_review_info *info, struct rpa_err *err)
{
    char want[APPROVED_MAX], *payload = NULL;
    size_t len = 0;
    int r = approval_of(queues, info->id, want, err);
    if (r == 0)
        r = rpa_work_content(queues, info->item, RPA_WORK_PAYLOAD, &payload, &len,
                             err);
    if (r == 0 && (len != strlen(want) || memcmp(payload, want, len) != 0))
        r = rpa_fail(err, RPA_ETAMPER, "queue.db was changed: item %lld is no "
                                       "approval of review %lld as it stands",
                     (long long)info->item, (long long)info->id);
    free(payload);
    return r;
}

/* the item that an approved change becomes */
static int add_item(struct rpa_queues *queues, const char *target, int64_t id,
                    int64_t n, struct rpa_who who, rpa_time now,
                    int64_t *ret_item, struct rpa_err *err)
{
    char queue[RPA_QUEUE_NAME_MAX + 1], place[64], payload[APPROVED_MAX];
    struct rpa_work_new work = { .review = id, .payload = payload };
    work.reference = item_about("review", id, n, place);
    int r = approval_of(queues, id, payload, err);
    work.payload_len = strlen(payload);
    if (r == 0)
        r = rpa_review_queue(queues, target, now, queue, err);
    return r == 0 ? rpa_work_add(queues, queue, &work, who, now, NULL, ret_item,
                                 err)
                  : r;
}

static bool may_cancel(int work)
{
    return work == RPA_WORK_READY || work == RPA_WORK_DEFERRED ||
           work == RPA_WORK_FAILED || work == RPA_WORK_CANCELLED;
}

/* nor is what a person cancelled, looking into a doubt, cancelled again */
static bool must_cancel(const struct rpa_review_info *info)
{
    return info->item && info->work != RPA_WORK_CANCELLED;
}

static int check_verdict(const struct rpa_review_info *info,
                         const struct rpa_verdict_new *verdict, int to,
                         struct rpa_err *err)
{
    long long id = (long long)info->id;
    int r = queue_why(verdict->why, err);
    if (r < 0)
        return r;
    if (verdict->uid == verdict->by_uid || !strcmp(verdict->who, verdict->by)) {
        rpa_fail(err, RPA_EPERM, "%s had review %lld proposed and may not decide "
                                 "it", verdict->who, id);
        return rpa_err_hint(err, "another person decides");
    }
    if (!verdict->corrects && info->verdicts) {
        rpa_fail(err, RPA_EINVAL, "review %lld is %s, by %s", id,
                 rpa_review_state_name(info->state), info->decided_by);
        return rpa_err_hint(err, "a decision that was wrong is corrected by "
                                 "another: --correct");
    }
    if (verdict->corrects && !info->verdicts)
        return rpa_fail(err, RPA_EINVAL, "review %lld was not decided yet: there "
                                         "is nothing to correct", id);
    if (info->state == to) {
        rpa_fail(err, RPA_EINVAL, "review %lld is %s already", id,
                 rpa_review_state_name(to));
        return info->work == RPA_WORK_CANCELLED
                   ? rpa_err_hint(err, "its change was cancelled: refuse it, "
                                       "then approve it anew, each with "
                                       "--correct")
                   : -RPA_EINVAL;
    }
    return info->state != RPA_REVIEW_APPROVED || !info->item ||
                   may_cancel(info->work)
               ? 0
               : rpa_fail(err, RPA_EINVAL,
                          "the change of review %lld is %s: it cannot be taken "
                          "back", id, rpa_work_state_name(info->work));
}

static int put_verdict(struct rpa_queues *queues,
                       const struct rpa_verdict_new *verdict,
                       const struct rpa_verdict *row, struct rpa_err *err)
{
    uint8_t key[RPA_BOX_KEY];
    char place[64];
    struct rpa_buf sealed = { 0 }, content = { 0 };
    int r = open_content(queues, verdict->review, key, &content, err);
    rpa_buf_clear(&content); /* what does not open, nobody has seen */
    if (r == 0)
        r = rpa_box_seal(queues->root, RPA_ROOT_QUEUE, key,
                         item_about("verdict", verdict->review, row->n, place),
                         verdict->why, strlen(verdict->why), &sealed, err);
    if (r == 0)
        r = queue_run(queues, VERDICT_PUT, err, "iiiisiib", verdict->review,
                      row->n, row->corrects, (int64_t)row->state, verdict->who,
                      (int64_t)verdict->uid, row->at_us, sealed.data,
                      sealed.len);
    rpa_buf_clear(&sealed);
    return r;
}

int rpa_review_decide(struct rpa_queues *queues,
                      const struct rpa_verdict_new *verdict, rpa_time now,
                      struct rpa_verdict *ret, struct rpa_err *err)
{
    const struct rpa_who who = { RPA_WHO_OPERATOR, verdict->who };
    int to = verdict->approved ? RPA_REVIEW_APPROVED : RPA_REVIEW_REFUSED;
    struct rpa_review_info info;
    int r = rpa_review_info(queues, verdict->review, &info, err);
    if (r == 0)
        r = check_verdict(&info, verdict, to, err);
    if (r < 0)
        return r;
    struct rpa_verdict row = {
        .n = info.verdicts + 1, .corrects = info.verdicts, .state = to,
        .uid = verdict->uid, .at_us = now,
    };
    rpa_str_copy(row.who, sizeof row.who, verdict->who);
    r = change_begin(queues, err);
    if (r < 0)
        return r;
    r = put_verdict(queues, verdict, &row, err);
    if (r == 0 && must_cancel(&info) && !verdict->approved)
        r = rpa_work_resolve(queues, info.item, RPA_WORK_AS_CANCEL, NULL, who,
                             verdict->why, now, err);
    if (r == 0 && info.kind == RPA_REVIEW_CHANGE && verdict->approved)
        r = add_item(queues, info.target, info.id, row.n, who, now, &info.item, err);
    if (r == 0)
        r = queue_run(queues, REVIEW_MOVE, err, "iiii", (int64_t)to, row.n,
                      verdict->approved ? info.item : 0, info.id);
    r = change_end(queues, r, err);
    if (r == 0)
        *ret = row;
    return r;
}

int rpa_review_verdict(struct rpa_queues *queues, int64_t id, int64_t after,
                       struct rpa_verdict *ret, struct rpa_buf *why,
                       struct rpa_err *err)
{
    uint8_t key[RPA_BOX_KEY];
    struct rpa_stmt *row;
    char place[64];
    size_t len;
    int r = why ? open_content(queues, id, key, NULL, err) : 0;
    if (r == 0)
        r = queue_row(queues, VERDICT_EACH, &row, err, "ii", id, after);
    if (r <= 0)
        return r;
    *ret = (struct rpa_verdict){
        .n = rpa_stmt_int(row, 0), .corrects = rpa_stmt_int(row, 1),
        .state = (int)rpa_stmt_int(row, 2), .uid = (uint32_t)rpa_stmt_int(row, 3),
        .at_us = rpa_stmt_int(row, 4),
    };
    rpa_str_copy(ret->who, sizeof ret->who, rpa_stmt_text(row, 5));
    const void *sealed = rpa_stmt_bytes(row, 6, &len);
    r = why ? rpa_box_open(queues->root, RPA_ROOT_QUEUE, key,
                           item_about("verdict", id, ret->n, place), sealed, len,
                           why, err)
            : 0;
    rpa_stmt_reset(row);
    return r < 0 ? r : 1;
}
