/* Reviews: the same once, decided by another than its proposer, corrected by a new
 * row; an approved change is an item that nothing else can be. */
#include "rpa/queue/review.h"
#include "seed.h"

#include <string.h>

static const struct rpa_review_new evans = {
    .kind = RPA_REVIEW_MATCH, .about = "VET-0001", .system = "crime",
    .target = "nominals", .key = "k1", .bot = "cleanse", .run = 7, .by = "sian",
    .by_uid = 1001, .content = "Evans", .content_len = 5,
};

static int64_t propose(enum rpa_review_kind kind, const char *about,
                       const char *key, int *ret_new)
{
    struct rpa_review_new new = evans;
    int64_t id = 0;
    new.kind = kind;
    new.about = about;
    new.key = key;
    int r = rpa_review_propose(q, &new, now, &id, &err);
    if (ret_new)
        *ret_new = r;
    return r < 0 ? r : id;
}

static int decide_as(int64_t id, bool approved, bool corrects, const char *who,
                     uint32_t uid, const char *why)
{
    const struct rpa_verdict_new new = { id, approved, corrects, who, uid, why,
                                         evans.by, evans.by_uid };
    struct rpa_verdict made;
    rpa_queues_begin(q, &err);
    int r = rpa_review_decide(q, &new, now, &made, &err);
    if (r == 0)
        return rpa_queues_commit(q, &err) < 0 ? -1 : (int)made.n;
    rpa_queues_rollback(q);
    return r;
}

static int decide(int64_t id, bool approved, bool corrects)
{
    return decide_as(id, approved, corrects, "owen", 1002, "as the form says");
}

static struct rpa_review_info look(int64_t id)
{
    struct rpa_review_info info = { 0 };
    rpa_review_info(q, id, &info, &err);
    return info;
}

static int take(int64_t item, struct rpa_claim *c)
{
    rpa_claim_clear(c);
    return rpa_work_claim_item(q, "changes.nominals", item, bot, "sian", 7, now,
                               c, &err);
}

static void test_propose(void)
{
    int new;
    int64_t id = propose(RPA_REVIEW_MATCH, "VET-0001", "k1", &new);
    ok(id > 0 && new == 1, "a review is put there");
    ok(propose(RPA_REVIEW_MATCH, "VET-0001", "k1", &new) == id && new == 0,
       "the same key is the same review");
    reopen();
    struct rpa_review_info info = look(id);
    ok(info.kind == RPA_REVIEW_MATCH && info.state == RPA_REVIEW_OPEN &&
           !strcmp(info.about, "VET-0001") && !strcmp(info.by, "sian") &&
           info.run == 7 && !info.item, "it is as it was proposed");
    struct rpa_buf content = { 0 };
    ok(rpa_review_content(q, id, &content, &err) == 0 && content.len == 5 &&
           !memcmp(content.data, "Evans", 5), "and opens");
    rpa_buf_clear(&content);
    static const char *const bad[] = { "", "Siân Evans", "a b", "a/b" };
    for (size_t i = 0; i < 4; i++)
        ok(propose(RPA_REVIEW_MATCH, bad[i], "k2", NULL) == -RPA_EINVAL,
           "no label: '%s'", bad[i]);
    is_int(propose(RPA_REVIEW_MATCH, "VET-0001", "", NULL), -RPA_EINVAL,
           "and it has a key");
}

/* what differs in anything is another review: nobody's evidence is dropped for
 * a key that another used */
static void test_same(void)
{
    struct rpa_review_new other[] = { evans, evans, evans, evans, evans, evans };
    static const char *const what[] = { "kind", "target", "label", "system", "key",
                                        "content" };
    int64_t id = 0, first = propose(RPA_REVIEW_MATCH, "VET-0001", "k1", NULL);
    other[0].kind = RPA_REVIEW_CHANGE;
    other[1].target = "others";
    other[2].about = "VET-0003";
    other[3].system = "vt";
    other[4].key = "k3";
    other[5].content = "Price";
    for (size_t i = 0; i < 6; i++) {
        ok(rpa_review_propose(q, &other[i], now, &id, &err) == 1,
           "another %s is another review", what[i]);
        ok(id != first && rpa_review_propose(q, &other[i], now, &id, &err) == 0,
           "and it is there then");
    }
    struct rpa_buf content = { 0 };
    ok(rpa_review_content(q, id, &content, &err) == 0 &&
           !memcmp(content.data, "Price", 5), "with its own content");
    rpa_buf_clear(&content);
    ok(rpa_review_rowed(q, id, &other[5], 77, now, &err) == 0 && look(id).row == 77 &&
           look(first).row == 0, "each has its own row of the audit");
}

static void test_decide(void)
{
    int64_t id = propose(RPA_REVIEW_MATCH, "VET-0002", "k10", NULL);
    is_int(decide_as(id, true, false, "sian", 5, "so"), -RPA_EPERM,
           "who had it proposed does not decide it");
    is_int(decide_as(id, true, false, "sian2", 1001, "so"), -RPA_EPERM,
           "nor by another name");
    static char huge[RPA_QUEUE_WHY_MAX + 2];
    memset(huge, 'a', sizeof huge - 1);
    const char *const none[] = { "", "   ", "\n\t", "\u200b", "...", "so\xff", huge };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ok(decide_as(id, true, false, "owen", 1002, none[i]) == -RPA_EINVAL,
               "a reason is demanded, and %zu is none", i);
    struct rpa_verdict_new altered = { id, true, false, "owen", 1002, "so",
                                       "owen", 1002 };
    is_int(rpa_review_decide(q, &altered, now, &(struct rpa_verdict){ 0 }, &err),
           -RPA_EPERM, "whatever queue.db says of who that was");
    is_int(decide(id, true, true), -RPA_EINVAL, "there is nothing to correct");
    is_int(look(id).state, RPA_REVIEW_OPEN, "it is open as it was");
    is_int(decide(id, true, false), 1, "decided");
    is_int(decide(id, false, false), -RPA_EINVAL, "once");
    is_int(decide(id, true, true), -RPA_EINVAL, "corrected to what it is: no");
    is_int(decide(id, false, true), 2, "corrected");
    is_int(look(id).item, 0, "a match is no work");
    struct rpa_verdict v;
    struct rpa_buf why = { 0 };
    ok(rpa_review_verdict(q, id, 0, &v, &why, &err) == 1 && v.n == 1 &&
           v.state == RPA_REVIEW_APPROVED && !v.corrects &&
           !strcmp(v.who, "owen") && v.uid == 1002 && why.len == 16,
       "the first stays");
    ok(rpa_review_verdict(q, id, 1, &v, NULL, &err) == 1 && v.n == 2 &&
           v.corrects == 1 && v.state == RPA_REVIEW_REFUSED,
       "the second names it");
    is_int(rpa_review_verdict(q, id, 2, &v, NULL, &err), 0, "no more");
    rpa_buf_clear(&why);
}

static void test_change(void)
{
    struct rpa_claim c = { 0 }, other = { 0 };
    int64_t id = propose(RPA_REVIEW_CHANGE, "BATCH-1", "k20", NULL);
    struct rpa_review_filter due = { .due = "nominals", .now = now };
    struct rpa_review_info info;
    is_int(rpa_review_next(q, &due, &info, &err), 0, "nothing is to be applied");
    decide(id, true, false);
    info = look(id);
    ok(info.item > 0 && info.work == RPA_WORK_READY, "an approved change is work");
    ok(rpa_review_next(q, &due, &info, &err) == 1 && info.id == id,
       "to be applied");
    is_int(add("changes.nominals", "R-1"), -RPA_EPERM,
           "nothing else gets into its queue");
    is_int(claim("changes.nominals", &c), -RPA_EPERM, "nor is given out so");
    is_int(rpa_work_doubt(q, "changes.nominals", 0, now, &c, &(int64_t){ 0 }, &err),
           -RPA_EPERM, "nor for a bot to look for");
    is_int(take(info.item, &c), 0, "it is given out by its number");
    is_int(take(info.item, &other), -RPA_ENOTFOUND, "once");
    is_int(decide(id, false, true), -RPA_EINVAL, "what was begun stays approved");
    is_int(rpa_review_next(q, &due, &info, &err), 0, "no more to be applied");
    is_int(end(&c, RPA_WORK_END_DONE), RPA_WORK_DONE, "done");
    is_int(rpa_work_rerun(q, info.item ? info.item : look(id).item, sian, "again",
                          now, &(int64_t){ 0 }, &err), -RPA_EPERM,
           "and never once more");
    is_int(decide(id, false, true), -RPA_EINVAL, "nor taken back");

    id = propose(RPA_REVIEW_CHANGE, "BATCH-1", "k21", NULL);
    decide(id, true, false);
    int64_t first = look(id).item;
    is_int(decide(id, false, true), 2, "what nobody began is taken back");
    is_int(look(id).item, 0, "it is no work");
    is_int(take(first, &c), -RPA_ENOTFOUND, "nor given out");
    is_int(decide(id, true, true), 3, "and approved after all");
    ok(look(id).item != first && take(look(id).item, &c) == 0, "a new item");
    is_int(end(&c, RPA_WORK_END_TRANSIENT), RPA_WORK_DEFERRED, "it is put off");
    is_int(rpa_review_next(q, &due, &info, &err), 0, "and not to be applied yet");
    due.now = now += seconds(3600);
    ok(rpa_review_next(q, &due, &info, &err) == 1 && info.id == id &&
           take(info.item, &c) == 0, "but later");
    is_int(end(&c, RPA_WORK_END_REJECTED), RPA_WORK_REJECTED, "it differs");

    id = propose(RPA_REVIEW_CHANGE, "BATCH-1", "k22", NULL);
    decide(id, true, false);
    is_int(rpa_work_resolve(q, look(id).item, RPA_WORK_AS_CANCEL, NULL, sian, "late",
                            now, &err), 0, "a person cancels the item");
    is_int(decide(id, true, true), -RPA_EINVAL, "it is approved as it was");
    is_int(decide(id, false, true), 2, "then refused");
    is_int(decide(id, true, true), 3, "and approved anew");
    is_int(look(id).work, RPA_WORK_READY, "so it is work again");
    rpa_claim_clear(&c);
    rpa_claim_clear(&other);
}

static void test_other_queue(void)
{
    struct rpa_queue_policy policy;
    rpa_queue_policy_default(&policy);
    is_int(rpa_queue_create(q, "changes.other", &policy, NULL, sian, now, &err),
           -RPA_EPERM, "nobody makes the queue of a target's changes");
    is_int(rpa_queue_policy_set(&policy, "reviewed", 1, &err), -RPA_EPERM,
           "nor says what is in one");
    policy.reviewed = 1;
    is_int(rpa_queue_create(q, "others", &policy, NULL, sian, now, &err),
           -RPA_EPERM, "nor is there one by another name");
    const struct rpa_review_new new = {
        .kind = RPA_REVIEW_CHANGE, .about = "B", .system = "s", .key = "k30",
        .target = "other", .bot = "cleanse", .by = "sian", .by_uid = 1001,
        .content = "", .content_len = 0,
    };
    int64_t id = 0;
    rpa_review_propose(q, &new, now, &id, &err);
    is_int(decide(id, true, false), 1, "an approval does");
}

int main(void)
{
    tmp_begin();
    must_open();
    test_propose();
    test_same();
    test_decide();
    test_change();
    test_other_queue();
    rpa_queues_close(q);
    return tap_done();
}
