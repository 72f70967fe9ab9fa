/* The contract of the work queue: leases, ends, failures, doubt. */
#include "seed.h"

/* ---- leases ---- */

static void test_lease(void)
{
    struct rpa_claim c = { 0 }, later = { 0 };
    struct rpa_work_orphan o;
    settle_all();
    make("lease", NULL, "lease_ms", 1000, "backoff_ms", 1, NULL);
    int64_t item = add("lease", "R-1");
    claim("lease", &c);
    is_int(claim("lease", &later), -RPA_ENOTFOUND, "an item has one worker");
    now += seconds(1) - 1;
    is_int(rpa_work_lost(q, now, &o, &err), 0, "its lease holds");
    ok(rpa_work_extend(q, &c, now, &err) == 0 &&
           c.lease_us == now + seconds(1), "and begins anew");
    now += seconds(1);
    ok(rpa_work_lost(q, now, &o, &err) == 1 && o.claim.item == item &&
           o.run == 7 && !o.marked && !strcmp(o.queue, "lease"),
       "then it ran out: an orphan");
    is_int(rpa_work_mark(q, &c, now, &err), -RPA_EEXPIRED,
           "no commit act under a lease that ran out");
    const struct rpa_work_end lost = { .outcome = RPA_WORK_END_LOST };
    rpa_work_settle(q, &o.claim, &lost, now, NULL, &err);
    now += seconds(1);
    ok(claim("lease", &later) == 0 && later.token > c.token &&
           later.attempt == 2, "another worker has it, with a newer token");
    is_int(rpa_work_mark(q, &c, now, &err), -RPA_EEXPIRED, "the old may not mark");
    is_int(rpa_work_extend(q, &c, now, &err), -RPA_EEXPIRED, "nor extend");
    is_int(end(&c, RPA_WORK_END_DONE), -RPA_EEXPIRED, "nor complete");
    is_int(end(&later, RPA_WORK_END_DONE), RPA_WORK_DONE, "the new may");
    is_int(end(&later, RPA_WORK_END_DONE), -RPA_EEXPIRED, "once: final is final");
    is_history(item,
               ">ready added operator:sian; ready>leased claimed bot:rekey; "
               "leased>deferred lost supervisor:supervisor; "
               "deferred>ready due supervisor:clock; "
               "ready>leased claimed bot:rekey; leased>done done bot:rekey; ");
    rpa_claim_clear(&c);
    rpa_claim_clear(&later);
}

static void test_restart(void)
{
    struct rpa_claim c = { 0 };
    struct rpa_work_orphan o;
    make("restart", NULL, NULL);
    int64_t item = add("restart", "R-1");
    claim("restart", &c);
    rpa_work_mark(q, &c, now, &err);
    reopen();
    ok(rpa_work_lost(q, now, &o, &err) == 1 && o.claim.item == item &&
           o.marked, "a supervisor that ended leaves orphans at once");
    const struct rpa_work_end doubt = { .outcome = RPA_WORK_END_DOUBT,
                                        .why = "pressed, no reference seen" };
    is_int(rpa_work_settle(q, &o.claim, &doubt, now, NULL, &err), 0, "in doubt");
    is_int(rpa_work_lost(q, now, &o, &err), 0, "no more orphans");
    is_int(claim("restart", &c), -RPA_ENOTFOUND, "what is in doubt is not ready");
    rpa_claim_clear(&c);
}

/* ---- ends ---- */

static void test_ends(void)
{
    static const struct {
        const char *name;
        int retry;
        bool marked;
        enum rpa_work_outcome outcome;
        int want;
    } cases[] = {
        { "done", 1, false, RPA_WORK_END_DONE, RPA_WORK_DONE },
        { "marked, done", 1, true, RPA_WORK_END_DONE, RPA_WORK_DONE },
        { "rejected", 2, false, RPA_WORK_END_REJECTED, RPA_WORK_REJECTED },
        { "failed", 1, false, RPA_WORK_END_FAILED, RPA_WORK_FAILED },
        { "failed, all are retried", 2, false, RPA_WORK_END_FAILED,
          RPA_WORK_DEFERRED },
        { "transient", 1, false, RPA_WORK_END_TRANSIENT, RPA_WORK_DEFERRED },
        { "transient, none is retried", 0, false, RPA_WORK_END_TRANSIENT,
          RPA_WORK_FAILED },
        { "locked", 0, false, RPA_WORK_END_LOCKED, RPA_WORK_DEFERRED },
        { "deferred", 0, false, RPA_WORK_END_DEFERRED, RPA_WORK_DEFERRED },
        { "lost", 0, false, RPA_WORK_END_LOST, RPA_WORK_DEFERRED },
        { "doubt", 1, true, RPA_WORK_END_DOUBT, RPA_WORK_DOUBT },
        { "released", 1, false, RPA_WORK_END_RELEASED, RPA_WORK_READY },
        { "marked, rejected", 1, true, RPA_WORK_END_REJECTED, -RPA_EDOUBT },
        { "marked, failed", 1, true, RPA_WORK_END_FAILED, -RPA_EDOUBT },
        { "marked, transient", 1, true, RPA_WORK_END_TRANSIENT, -RPA_EDOUBT },
        { "marked, lost", 1, true, RPA_WORK_END_LOST, -RPA_EDOUBT },
        { "marked, deferred", 1, true, RPA_WORK_END_DEFERRED, -RPA_EDOUBT },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_claim c = { 0 };
        char name[24];
        snprintf(name, sizeof name, "end-%zu", i);
        make(name, NULL, "retry", cases[i].retry, NULL);
        add(name, "R-1");
        claim(name, &c);
        if (cases[i].marked)
            rpa_work_mark(q, &c, now, &err);
        is_int(end(&c, cases[i].outcome), cases[i].want, cases[i].name);
        if (cases[i].want < 0) /* once it certainly did not go out, it may */
            ok(rpa_work_unmark(q, &c, now, &err) == 0 &&
                   end(&c, cases[i].outcome) > 0, "unmarked, it may");
        rpa_claim_clear(&c);
    }
}

static void test_bad_ends(void)
{
    struct rpa_claim c = { 0 };
    make("bad-end", NULL, NULL);
    add("bad-end", "R-1");
    claim("bad-end", &c);
    const struct rpa_work_end bare = { .outcome = RPA_WORK_END_DONE };
    const struct rpa_work_end past = { .outcome = RPA_WORK_END_DEFERRED,
                                       .until_us = now };
    const struct rpa_work_end odd = { .outcome = 99 };
    is_int(rpa_work_settle(q, &c, &bare, now, NULL, &err), -RPA_EINVAL,
           "done wants a reference");
    is_int(rpa_work_settle(q, &c, &past, now, NULL, &err), -RPA_EINVAL,
           "deferred wants a time to come");
    is_int(rpa_work_settle(q, &c, &odd, now, NULL, &err), -RPA_EINVAL,
           "no such end");
    is_int(end(&c, RPA_WORK_END_DONE), RPA_WORK_DONE, "nothing was lost");
    rpa_claim_clear(&c);
}

static rpa_time due_of(int64_t item)
{
    struct rpa_work_info info = { 0 };
    rpa_work_info(q, item, &info, &err);
    return info.due_us - now;
}

static void test_backoff(void)
{
    struct rpa_claim c = { 0 };
    make("backoff", NULL, "max_attempts", 9, "pause_after", 0, NULL);
    int64_t item = add("backoff", "R-1");
    int64_t want_s[] = { 30, 60, 120, 240, 480, 960, 1800, 1800 };
    bool right = true, other = false;
    for (int i = 0; i < 8; i++) {
        claim("backoff", &c);
        end(&c, RPA_WORK_END_TRANSIENT);
        int64_t wait = due_of(item), most = seconds(want_s[i]);
        right = right && wait >= most / 2 && wait <= most;
        other = other || (wait != most && wait != most / 2);
        now += wait;
    }
    ok(right && other, "30 s doubled up to 30 min, half of it by chance");
    claim("backoff", &c);
    is_int(end(&c, RPA_WORK_END_TRANSIENT), RPA_WORK_FAILED,
           "the ninth is the last");
    rpa_claim_clear(&c);
}

static void test_locked(void)
{
    static const int64_t want_s[] = { 10, 10, 1800, 10 };
    struct rpa_claim c = { 0 };
    make("locked", NULL, "max_attempts", 1, NULL);
    int64_t item = add("locked", "R-1");
    for (int i = 0; i < 4; i++) {
        claim("locked", &c);
        end(&c, RPA_WORK_END_LOCKED);
        is_int(due_of(item), seconds(want_s[i]),
               "a locked record: 3 tries 10 s apart, then put off");
        now += due_of(item);
    }
    claim("locked", &c);
    is_int(end(&c, RPA_WORK_END_TRANSIENT), RPA_WORK_FAILED,
           "none of those was an attempt spent");
    rpa_claim_clear(&c);
}

/* ---- the target is down ---- */

static void test_breaker(void)
{
    struct rpa_claim c = { 0 };
    struct rpa_queue_info info;
    struct rpa_work_info one;
    int64_t items[4];
    make("down", NULL, "pause_after", 3, "max_attempts", 1, NULL);
    for (int i = 0; i < 4; i++)
        items[i] = add("down", (char[]){ 'R', (char)('0' + i), 0 });
    for (int i = 0; i < 2; i++) {
        claim("down", &c);
        is_int(end(&c, RPA_WORK_END_TRANSIENT), RPA_WORK_FAILED,
               "its only attempt is spent");
    }
    claim("down", &c);
    is_int(end(&c, RPA_WORK_END_TRANSIENT), RPA_WORK_READY,
           "the third in a row: given back");
    rpa_queue_info(q, "down", &info, &err);
    ok(info.paused && strstr(info.paused_why, "3 items in a row"),
       "the queue is paused: %s", info.paused_why);
    is_int(info.count[RPA_WORK_READY], 4, "no attempt was burnt");
    ok(rpa_work_info(q, items[0], &one, &err) == 0 && one.spent == 0 &&
           one.attempts == 1, "though each is in the history");
    rpa_queue_resume(q, "down", sian, "CRS is back", now, &err);
    for (int i = 0; i < 2; i++) {
        claim("down", &c);
        end(&c, RPA_WORK_END_TRANSIENT);
    }
    claim("down", &c);
    end(&c, RPA_WORK_END_DONE);
    claim("down", &c);
    end(&c, RPA_WORK_END_TRANSIENT);
    ok(rpa_queue_info(q, "down", &info, &err) == 0 && !info.paused,
       "a success between them: not in a row");
    rpa_claim_clear(&c);
}

/* one item that fails again and again is its own trouble */
static void test_one_bad_item(void)
{
    struct rpa_claim c = { 0 };
    struct rpa_queue_info info;
    make("one-bad", NULL, "pause_after", 3, "max_attempts", 10, "backoff_ms", 1,
         NULL);
    add("one-bad", "R-1");
    for (int i = 0; i < 6; i++) {
        claim("one-bad", &c);
        end(&c, RPA_WORK_END_TRANSIENT);
        now += seconds(1);
    }
    ok(rpa_queue_info(q, "one-bad", &info, &err) == 0 && !info.paused,
       "six failures of one item pause nothing");
    rpa_claim_clear(&c);
}

/* ---- in doubt ---- */

static int64_t doubt_of(const char *queue, const char *reference)
{
    struct rpa_claim c = { 0 };
    int64_t item = add(queue, reference);
    claim(queue, &c);
    rpa_work_mark(q, &c, now, &err);
    end(&c, RPA_WORK_END_DOUBT);
    rpa_claim_clear(&c);
    return item;
}

static int64_t doubt(const char *queue)
{
    return doubt_of(queue, "R-1");
}

static int reconcile(int64_t item, enum rpa_work_found found,
                     const char *reference)
{
    return rpa_work_reconcile(q, item, found, reference, bot, now, &err);
}

static void test_reconcile(void)
{
    make("found", NULL, NULL);
    make("absent", NULL, NULL);
    int64_t there = doubt("found"), gone = doubt("absent");
    is_int(reconcile(there, RPA_WORK_IS_UNKNOWN, NULL), 0, "unknown");
    is_int(state_of(there), RPA_WORK_DOUBT, "stays in doubt");
    is_int(reconcile(there, RPA_WORK_IS_THERE, ""), -RPA_EINVAL,
           "found wants the reference");
    ok(reconcile(there, RPA_WORK_IS_THERE, "CR26/000009") == 0 &&
           state_of(there) == RPA_WORK_DONE, "found: done");
    is_int(reconcile(there, RPA_WORK_IS_ABSENT, NULL), -RPA_EINVAL,
           "final is final");
    now += seconds(119);
    ok(reconcile(gone, RPA_WORK_IS_ABSENT, NULL) == -RPA_EEXPIRED &&
           strstr(rpa_err_hint_of(&err), "counts from"),
       "absent before the horizon does not count: %s", rpa_err_hint_of(&err));
    now += seconds(1);
    ok(reconcile(gone, RPA_WORK_IS_ABSENT, NULL) == 0 &&
           state_of(gone) == RPA_WORK_READY, "after it: ready again");
}

/* what may be looked for, and what is left to do */
static void test_doubt(void)
{
    struct rpa_claim claim = { 0 };
    struct rpa_queue_left left = { 0 };
    rpa_time oldest = 1;
    int64_t run = 0;
    make("looked-for", NULL, NULL);
    ok(rpa_queue_oldest(q, "looked-for", &oldest, &err) == 0 && !oldest,
       "nothing is ready");
    int64_t first = doubt("looked-for"), second = doubt_of("looked-for", "R-2");
    add("looked-for", "ready");
    is_int(rpa_queue_left(q, "looked-for", &left, &err), 0, "what is left");
    ok(left.ready == 1 && left.doubt == 2 && !left.paused && !left.trial,
       "one ready, two in doubt");
    ok(rpa_queue_oldest(q, "looked-for", &oldest, &err) == 0 && oldest == now,
       "added now");
    is_int(rpa_work_doubt(q, "looked-for", 0, now + seconds(119), &claim, &run,
                          &err), 0, "none before the horizon");
    is_int(rpa_work_doubt(q, "looked-for", 0, now + seconds(120), &claim, &run,
                          &err), 1, "then one");
    ok(claim.item == first && !claim.token && claim.reference && claim.payload_len,
       "the first, with what it holds");
    rpa_claim_clear(&claim);
    is_int(rpa_work_doubt(q, "looked-for", first, now + seconds(120), &claim, &run,
                          &err), 1, "the next");
    is_int(claim.item, second, "behind it");
    rpa_claim_clear(&claim);
    is_int(rpa_work_doubt(q, "looked-for", second, now + seconds(120), &claim,
                          &run, &err), 0, "and no more");
}

/* items of another machine's queue */
static void test_bring(void)
{
    static const struct {
        enum rpa_work_state from;
        bool marked;
        const char *result;
        int to;
    } cases[] = {
        { RPA_WORK_READY, false, "", RPA_WORK_READY },
        { RPA_WORK_LEASED, false, "", RPA_WORK_READY },
        { RPA_WORK_LEASED, true, "", RPA_WORK_DOUBT },
        { RPA_WORK_DOUBT, true, "", RPA_WORK_DOUBT },
        { RPA_WORK_DONE, false, "CR26/000001", RPA_WORK_DONE },
        { RPA_WORK_REJECTED, false, "", RPA_WORK_REJECTED },
        { RPA_WORK_FAILED, false, "", RPA_WORK_FAILED },
    };
    struct rpa_queues *looking;
    make("brought", NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[24];
        int64_t item = 0;
        const struct rpa_work_new work = { .reference = name, .payload = "{}",
                                           .payload_len = 2 };
        snprintf(name, sizeof name, "b-%zu", i);
        is_int(rpa_work_bring(q, "brought", &work, cases[i].from,
                              cases[i].marked, cases[i].result, sian, now,
                              &item, &err),
               0, "brought");
        rpa_work_find(q, "brought", name, &item, &err);
        is_int(state_of(item), cases[i].to, "and stands");
    }
    is_int(rpa_queues_open_ro(tmpdir, &looking, &err), 0, "looking beside it");
    is_int(rpa_queue_pause(looking, "brought", sian, "w", now, &err), -RPA_EIO,
           "changes nothing");
    rpa_queues_close(looking);
}

static int resolve(int64_t item, enum rpa_work_verdict verdict,
                   struct rpa_who who, const char *why)
{
    return rpa_work_resolve(q, item, verdict, "CR26/000009", who, why, now,
                            &err);
}

static void test_resolve(void)
{
    static const struct {
        enum rpa_work_verdict verdict;
        int want;
    } cases[] = { { RPA_WORK_AS_DONE, RPA_WORK_DONE },
                  { RPA_WORK_AS_RETRY, RPA_WORK_READY },
                  { RPA_WORK_AS_CANCEL, RPA_WORK_CANCELLED } };
    for (size_t i = 0; i < 3; i++) {
        char name[24];
        snprintf(name, sizeof name, "resolve-%zu", i);
        make(name, NULL, "second_person", 1, NULL);
        int64_t item = doubt(name);
        is_int(resolve(item, cases[i].verdict, owen, ""), -RPA_EINVAL,
               "a decision wants a reason");
        is_int(resolve(item, cases[i].verdict, sian, "seen on screen"),
               -RPA_EPERM, "not by who ran it");
        ok(resolve(item, cases[i].verdict, owen, "seen on screen") == 0 &&
               (int)state_of(item) == cases[i].want, "by another");
        if (i != 1)
            is_int(resolve(item, RPA_WORK_AS_RETRY, owen, "once more"),
                   -RPA_EINVAL, "final is final");
    }
    make("resolve-ready", NULL, NULL);
    int64_t item = add("resolve-ready", "R-1");
    is_int(resolve(item, RPA_WORK_AS_DONE, owen, "by hand"), -RPA_EINVAL,
           "what is ready is not done by saying so");
    is_int(resolve(item, RPA_WORK_AS_CANCEL, owen, "keyed by hand"), 0,
           "but may be cancelled");
    char *text = NULL;
    size_t len;
    ok(rpa_work_detail(q, item, 2, &text, &len, &err) == 0 &&
           !strcmp(text, "keyed by hand"), "the reason is kept, sealed");
    free(text);
    is_history(item, ">ready added operator:sian; "
                     "ready>cancelled cancel operator:owen +; ");
}

static void test_retry_failed(void)
{
    struct rpa_claim c = { 0 };
    make("retry", NULL, "max_attempts", 1, NULL);
    int64_t item = add("retry", "R-1");
    claim("retry", &c);
    end(&c, RPA_WORK_END_TRANSIENT);
    ok(resolve(item, RPA_WORK_AS_RETRY, sian, "CRS was slow") == 0 &&
           claim("retry", &c) == 0 && c.attempt == 2 &&
           end(&c, RPA_WORK_END_TRANSIENT) == RPA_WORK_FAILED,
       "a person retries: a new attempt, counted anew");
    int64_t again = 0;
    struct rpa_work_new work = { .reference = "R-1", .payload = "{}",
                                 .payload_len = 2, .rerun_of = item };
    ok(rpa_work_add(q, "retry", &work, sian, now, NULL, &again, &err) ==
               -RPA_EINVAL && strstr(rpa_err_hint_of(&err), "cancel"),
       "what may be retried has no re-run beside it");
    ok(resolve(item, RPA_WORK_AS_CANCEL, sian, "the data was wrong") == 0 &&
           rpa_work_add(q, "retry", &work, sian, now, NULL, &again, &err) == 0,
       "cancelled, it has");
    is_int(rpa_work_rerun(q, again, owen, "keyed wrong", now, &item, &err),
           -RPA_EINVAL, "what has not ended is not done once more");
    claim("retry", &c);
    end(&c, RPA_WORK_END_DONE);
    is_int(rpa_work_rerun(q, again, owen, "", now, &item, &err), -RPA_EINVAL,
           "nor without a reason");
    ok(rpa_work_rerun(q, again, owen, "keyed wrong", now, &item, &err) == 0 &&
           claim("retry", &c) == 0 && c.item == item && c.rerun_of == again &&
           !strcmp(c.reference, "R-1") && !strcmp(c.payload, "{}"),
       "what has ended is, as a new item that names it");
    is_history(item, ">ready added once more operator:owen +; "
                     "ready>leased claimed bot:rekey; ");
    end(&c, RPA_WORK_END_DONE);
    rpa_claim_clear(&c);
}

int main(void)
{
    tmp_begin();
    must_open();
    test_lease();
    test_restart();
    test_ends();
    test_bad_ends();
    test_backoff();
    test_locked();
    test_breaker();
    test_one_bad_item();
    test_reconcile();
    test_doubt();
    test_bring();
    test_resolve();
    test_retry_failed();
    rpa_queues_close(q);
    return tap_done();
}
