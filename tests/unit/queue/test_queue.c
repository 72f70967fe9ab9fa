/* The contract of the work queue: queues, items in, order, what is kept. */
#include "seed.h"

#include <signal.h>
#include <sys/wait.h>

/* ---- queues ---- */

static int collect(void *data, const char *name)
{
    rpa_buf_printf(data, "%s ", name);
    return 0;
}

static void test_queues(void)
{
    struct rpa_queue_policy policy;
    struct rpa_queue_info info;
    struct rpa_buf names = { 0 };
    rpa_queue_policy_default(&policy);
    ok(rpa_queue_create(q, "zebra", &policy, NULL, sian, now, &err) == 0 &&
           rpa_queue_create(q, "ant", &policy, NULL, sian, now, &err) == 0,
       "two queues");
    is_int(rpa_queue_create(q, "ant", &policy, NULL, sian, now, &err),
           -RPA_EEXIST, "a name twice");
    static const char *const bad[] = { "", "a b", "../x", ".x", "Si\xc3\xa2n" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        is_int(rpa_queue_create(q, bad[i], &policy, NULL, sian, now, &err),
               -RPA_EINVAL, "no name for a queue");
    rpa_queue_each(q, collect, &names, &err);
    is_str(names.data, "ant zebra ", "all of them, in order");
    rpa_buf_clear(&names);
    ok(rpa_queue_policy_set(&policy, "max_attempts", 0, &err) < 0 &&
           strstr(err.msg, "from 1 to 100"),
       "a knob out of range: %s", err.msg);
    ok(rpa_queue_policy_set(&policy, "max_atempts", 3, &err) < 0 &&
           strstr(rpa_err_hint_of(&err), "max_attempts"),
       "a knob that is none: the hint has them");
    ok(rpa_queue_info(q, "bee", &info, &err) == -RPA_ENOTFOUND &&
           strstr(rpa_err_hint_of(&err), "ant, zebra"),
       "no such queue: the hint has them");
    ok(rpa_queue_create(q, "bad", &policy, "{\"typ\":1}", sian, now, &err) ==
           -RPA_EINVAL, "a schema with a slip: %s", err.msg);
}

static void test_pause(void)
{
    struct rpa_queue_info info;
    struct rpa_claim c = { 0 };
    make("night", NULL, NULL);
    add("night", "R-1");
    is_int(rpa_queue_pause(q, "night", sian, "", now, &err), -RPA_EINVAL,
           "a pause wants a reason");
    ok(rpa_queue_pause(q, "night", sian, "backup of CRS", now, &err) == 0 &&
           claim("night", &c) == -RPA_ESTOP && strstr(err.msg, "backup of CRS"),
       "paused: %s", err.msg);
    reopen();
    ok(rpa_queue_info(q, "night", &info, &err) == 0 && info.paused &&
           !strcmp(info.paused_why, "backup of CRS"),
       "and so it is after a restart");
    ok(rpa_queue_resume(q, "night", owen, "over", now, &err) == 0 &&
           claim("night", &c) == 0, "resumed");
    rpa_claim_clear(&c);
}

/* ---- items in ---- */

static void test_add(void)
{
    struct rpa_work_new work = { .reference = "R-1", .payload = "{}",
                                 .payload_len = 2 };
    struct rpa_claim c = { 0 };
    struct rpa_buf faults = { 0 };
    int64_t item = 0, again = 0;
    make("in", "{\"required\":[\"Surname\",\"Town\"]}", NULL);
    is_int(rpa_work_add(q, "in", &work, sian, now, &faults, &item, &err),
           -RPA_EINVAL, "against the schema");
    is_str(faults.data, "/Surname: is missing\n/Town: is missing\n",
           "all that is wrong");
    rpa_buf_clear(&faults);
    work.payload = "{\"Surname\":\"Si\xc3\xa2n\",\"Town\":\"007\"}";
    work.payload_len = strlen(work.payload);
    ok(rpa_work_add(q, "in", &work, sian, now, NULL, &item, &err) == 0, "added");
    ok(rpa_work_add(q, "in", &work, sian, now, NULL, &again, &err) == -RPA_EEXIST &&
           strstr(err.msg, "ready"), "a reference twice: %s", err.msg);
    static const char *const bad[] = { "", "a\nb", "\xff" };
    for (size_t i = 0; i < 3; i++) {
        work.reference = bad[i];
        is_int(rpa_work_add(q, "in", &work, sian, now, NULL, &again, &err),
               -RPA_EINVAL, "no reference");
    }
    work.reference = "R-1";
    work.rerun_of = item;
    is_int(rpa_work_add(q, "in", &work, sian, now, NULL, &again, &err), -RPA_EINVAL,
           "a re-run of what has not ended");
    ok(claim("in", &c) == 0 && c.item == item && c.attempt == 1 &&
           !strcmp(c.reference, "R-1") &&
           c.payload_len == work.payload_len &&
           !strcmp(c.payload, work.payload) &&
           c.lease_us == now + seconds(90),
       "claimed, its content as it was given");
    is_int(end(&c, RPA_WORK_END_REJECTED), RPA_WORK_REJECTED, "rejected");
    ok(rpa_work_add(q, "in", &work, sian, now, NULL, &again, &err) == 0 &&
           again != item, "then a re-run names the old");
    work.rerun_of = item;
    is_int(rpa_work_add(q, "in", &work, sian, now, NULL, &again, &err), -RPA_EINVAL,
           "but only the newest");
    int64_t found = 0;
    ok(rpa_work_find(q, "in", "R-1", &found, &err) == 0 && found > item,
       "found by its reference: the newest");
    is_int(rpa_work_find(q, "in", "R-2", &found, &err), -RPA_ENOTFOUND,
           "not found");
    rpa_claim_clear(&c);
}

static void test_batch(void)
{
    make("batch", NULL, NULL);
    ok(rpa_queues_begin(q, &err) == 0, "begin");
    int64_t first = add("batch", "B-1");
    ok(first > 0 && add("batch", "B-1") == -RPA_EEXIST &&
           add("batch", "B-2") > 0, "a refusal leaves the rest");
    rpa_queues_rollback(q);
    is_int(state_of(first), 0, "not one before the commit");
    rpa_queues_begin(q, &err);
    first = add("batch", "B-1");
    add("batch", "B-2");
    ok(rpa_queues_commit(q, &err) == 0, "commit");
    reopen();
    is_int(state_of(first), RPA_WORK_READY, "all after it");
    rpa_queues_begin(q, &err); /* a queue that never was leaves nothing behind */
    make("gone", "{\"required\":[\"Town\"]}", "lease_ms", 50, NULL);
    add("gone", "G-1");
    rpa_queues_rollback(q);
    make("here", NULL, NULL);
    struct rpa_claim c = { 0 };
    ok(add("here", "H-1") > 0 && claim("here", &c) == 0 &&
           c.lease_us == now + seconds(90),
       "neither a schema nor a policy");
    is_int(claim("nowhere", &c), -RPA_ENOTFOUND, "no such queue");
    ok(strstr(err.msg, "no queue 'nowhere'"), "is what is said: %s", err.msg);
    rpa_claim_clear(&c);
}

/* ---- a batch: kept apart, decided, moved a few at a time ---- */

static int64_t batch;
static int put(const char *reference)
{
    const struct rpa_work_new work = { .reference = reference, .payload = "{}",
                                       .payload_len = 2, .batch = batch };
    return rpa_work_add(q, "many", &work, sian, now, NULL, NULL, &err);
}

/* all that is decided, in steps of two; how many came to be */
static size_t go_on(void)
{
    size_t n = 0;
    int more = 1;
    while (more > 0) {
        struct rpa_batch_step step = { 0 };
        more = rpa_batch_go_on(q, 2, now, &step, &err);
        n += step.n;
        free(step.items);
    }
    return more < 0 ? 99 : n;
}

static int64_t ready(void)
{
    struct rpa_queue_info info;
    return rpa_queue_info(q, "many", &info, &err) < 0
               ? -1
               : info.count[RPA_WORK_READY];
}

static void three(void)
{
    is_int(rpa_batch_begin(q, "many", sian, now, &batch, &err), 0, "a batch");
    ok(batch > 0 && put("M-1") == 0 && put("M-2") == 0 && put("M-3") == 0,
       "of three");
}

static void test_pieces(void)
{
    struct rpa_claim c = { 0 };
    int64_t other = 0, item = 0;
    make("many", NULL, NULL);
    is_int(rpa_batch_begin(q, "nowhere", sian, now, &batch, &err),
           -RPA_ENOTFOUND, "no such queue");
    three();
    is_int(claim("many", &c), -RPA_ENOTFOUND, "nobody is given one yet");
    ok(rpa_work_find(q, "many", "M-1", &item, &err) == -RPA_ENOTFOUND &&
           ready() == 0, "nor finds one");
    is_int(put("M-2"), -RPA_EEXIST, "a reference twice");
    ok(rpa_batch_begin(q, "many", owen, now, &other, &err) == -RPA_EEXIST &&
           strstr(err.msg, "sian"), "one at a time: %s", err.msg);
    is_int(rpa_batch_decide(q, batch, true, &err), 0, "all of it");
    is_int(put("M-4"), -RPA_EEXPIRED, "then nothing more comes");
    ok(go_on() == 3 && ready() == 3, "all three came to be");
    ok(claim("many", &c) == 0 && !strcmp(c.reference, "M-1"), "and are given out");
    is_history(c.item, ">ready added operator:sian; ready>leased claimed bot:rekey; ");
    end(&c, RPA_WORK_END_RELEASED);
    batch = 0;
    is_int(put("M-2"), -RPA_EEXIST, "they are in the queue");
    rpa_claim_clear(&c);
}

static void test_pieces_dropped(void)
{
    int64_t other = 0;
    make("none", NULL, NULL);
    is_int(rpa_batch_begin(q, "many", sian, now, &batch, &err), 0, "a batch");
    put("N-1");
    is_int(rpa_batch_decide(q, batch, false, &err), 0, "nothing of it");
    is_int(rpa_batch_begin(q, "many", sian, now, &other, &err), 0, "another");
    is_int(other, 0, "must wait until that is cleared");
    ok(go_on() == 0 && ready() == 3, "none came to be");
    is_int(rpa_batch_begin(q, "many", sian, now, &batch, &err), 0, "a batch");
    put("N-1");
    reopen();
    is_int(put("N-2"), -RPA_EEXPIRED, "one that nobody decided, after a restart");
    ok(go_on() == 0 && ready() == 3, "does not come to be");
    is_int(rpa_batch_begin(q, "many", sian, now, &batch, &err), 0, "a batch");
    put("N-1");
    put("N-2");
    put("N-3");
    rpa_batch_decide(q, batch, true, &err);
    struct rpa_batch_step step = { 0 };
    is_int(rpa_batch_go_on(q, 1, now, &step, &err), 1, "cut off while it comes to be");
    free(step.items);
    reopen();
    ok(go_on() == 2 && ready() == 6, "one that was decided does, after a restart");
    rpa_batch_begin(q, "many", sian, now, &batch, &err);
    put("N-4");
    now += seconds(61);
    is_int(rpa_batch_begin(q, "many", owen, now, &other, &err), 0,
           "one that stood still for a minute gives way");
    ok(other == 0 && go_on() == 0 && put("N-5") == -RPA_EEXPIRED, "it is gone");
    rpa_batch_begin(q, "many", sian, now, &batch, &err);
    put("N-4");
    put("N-5");
    ok(add("many", "N-4") > 0, "who adds a reference of it meanwhile has it");
    ok(rpa_batch_decide(q, batch, true, &err) == -RPA_EEXPIRED &&
           strstr(rpa_err_hint_of(&err), "add it again"), "the batch does not");
    ok(go_on() == 0 && ready() == 7, "nor does any of it come to be");
}

static void test_sealed(void)
{
    static const char *const names[] = { "queue.db", "queue.db-wal" };
    make("sealed", NULL, NULL);
    int64_t item = add("sealed", "ref-of-O'Brien");
    struct rpa_claim c = { 0 };
    claim("sealed", &c);
    end(&c, RPA_WORK_END_DONE);
    bool seen = false;
    for (size_t i = 0; i < 2; i++) {
        char cmd[600];
        snprintf(cmd, sizeof cmd, "grep -qaE \"O'Brien|CR26\" '%s' 2>/dev/null",
                 tmp_path(names[i]));
        seen = seen || system(cmd) == 0;
    }
    ok(!seen, "neither content, reference nor result stands in the files");
    char *text = NULL;
    size_t len;
    ok(rpa_work_content(q, item, RPA_WORK_RESULT, &text, &len, &err) == 0 &&
           !strcmp(text, "CR26/000001"), "the result opens");
    free(text);
    rpa_claim_clear(&c);
}

/* ---- order ---- */

static int64_t add_ranked(const char *reference, int64_t priority,
                          int64_t hours, int64_t wait_s)
{
    int64_t item = 0;
    const struct rpa_work_new work = {
        .reference = reference, .payload = "{}", .payload_len = 2,
        .priority = priority,
        .deadline_us = hours ? now + seconds(hours * 3600) : 0,
        .not_before_us = wait_s ? now + seconds(wait_s) : 0,
    };
    rpa_work_add(q, "order", &work, sian, now, NULL, &item, &err);
    return item;
}

static void test_order(void)
{
    struct rpa_claim c = { 0 };
    struct rpa_buf got = { 0 };
    rpa_time due;
    settle_all();
    make("order", NULL, NULL);
    add_ranked("old", 0, 0, 0);
    add_ranked("late", 0, 24, 0);
    add_ranked("soon", 0, 2, 0);
    add_ranked("urgent", 5, 48, 0);
    add_ranked("waits", 9, 1, 60);
    add_ranked("new", 0, 0, 0);
    while (claim("order", &c) == 0)
        rpa_buf_printf(&got, "%s ", c.reference);
    is_str(got.data, "urgent soon late old new ",
           "priority, then deadline, then age");
    ok(rpa_queues_due(q, &due, &err) == 0 && due == now + seconds(60),
       "and it says when the next is due");
    now += seconds(59);
    is_int(claim("order", &c), -RPA_ENOTFOUND, "a second before");
    now += seconds(1);
    ok(claim("order", &c) == 0 && !strcmp(c.reference, "waits"), "then");
    rpa_claim_clear(&c);
    rpa_buf_clear(&got);
}

/* ---- guards ---- */

/* an item whose content is gone is no empty queue, and is not leased */
static void test_erased(void)
{
    struct rpa_claim c = { 0 };
    char cmd[600];
    make("erased", NULL, NULL);
    int64_t item = add("erased", "E-1");
    snprintf(cmd, sizeof cmd,
             "sqlite3 '%s' 'DELETE FROM content WHERE item=%lld'",
             tmp_path("queue.db"), (long long)item);
    is_int(system(cmd), 0, "erased by hand");
    ok(claim("erased", &c) == -RPA_ENOTFOUND && strstr(err.msg, "was erased"),
       "%s", err.msg);
    is_int(state_of(item), RPA_WORK_READY, "and it stays where it was");
    rpa_claim_clear(&c);
}

static void test_guards(void)
{
    struct rpa_queues *other = NULL;
    is_int(rpa_queues_open(tmpdir, &other, &err), -RPA_EEXIST,
           "one owner a state directory");
    char cmd[600];
    static const char *const bad[] = { "DELETE FROM step",
                                       "UPDATE step SET why=''",
                                       "DELETE FROM attempt",
                                       "DELETE FROM event" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(cmd, sizeof cmd, "sqlite3 '%s' \"%s\" 2>/dev/null",
                 tmp_path("queue.db"), bad[i]);
        ok(system(cmd) != 0, "refused: %s", bad[i]);
    }
}

/* killed between any two calls: what was acknowledged is there */
static void test_kill(void)
{
    int pipe_fd[2];
    make("kill", NULL, NULL);
    for (int i = 0; i < 40; i++)
        add("kill", (char[]){ 'K', (char)('A' + i / 26), (char)('A' + i % 26),
                              0 });
    rpa_queues_close(q);
    int done = 0, lost = 0;
    for (int round = 0; round < 8; round++) {
        int64_t said = 0, item;
        if (pipe(pipe_fd) < 0)
            break;
        pid_t pid = fork();
        if (pid == 0) {
            struct rpa_claim c = { 0 };
            must_open();
            for (int i = 0;; i++) {
                claim("kill", &c);
                if (i == round % 4)
                    kill(getpid(), SIGKILL);
                rpa_work_mark(q, &c, now, &err);
                end(&c, RPA_WORK_END_DONE);
                if (write(pipe_fd[1], &c.item, sizeof c.item) < 0)
                    _exit(1);
            }
        }
        close(pipe_fd[1]);
        waitpid(pid, NULL, 0);
        must_open();
        while (read(pipe_fd[0], &item, sizeof item) == (ssize_t)sizeof item) {
            said++;
            lost += state_of(item) != RPA_WORK_DONE;
        }
        done += (int)said;
        close(pipe_fd[0]);
        settle_all();
        rpa_queues_close(q);
    }
    must_open();
    struct rpa_queue_info info;
    rpa_queue_info(q, "kill", &info, &err);
    ok(!lost && done == info.count[RPA_WORK_DONE] && done == 12,
       "8 kills: %d done said, %lld are, %d lost", done,
       (long long)info.count[RPA_WORK_DONE], lost);
    is_int(info.count[RPA_WORK_DONE] + info.count[RPA_WORK_READY], 40,
           "nothing else lost or doubled");
}

int main(void)
{
    tmp_begin();
    must_open();
    test_queues();
    test_pause();
    test_add();
    test_batch();
    test_pieces();
    test_pieces_dropped();
    test_sealed();
    test_order();
    test_erased();
    test_guards();
    test_kill();
    rpa_queues_close(q);
    return tap_done();
}
