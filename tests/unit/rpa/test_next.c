/* What a run is given, what it may file when, and what a lost one left. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/supervisor/desk.h"
#include "tap.h"
#include "unit/of_json.h"
#include "unit/tmpdir.h"

static struct rpa_bundle bundle = { .name = "b" };
static struct rpa_policy policy = { .target = "crs", .mode = "DEMO" };
static const struct rpa_run_options options = { .bundle = &bundle,
                                                .policy = &policy,
                                                .quiet = true };
static struct run run;
static struct supervisor sup = { .runs = &run };
static struct rpa_err err;

static void must(int r)
{
    if (r >= 0)
        return;
    printf("Bail out! %s\n", err.msg);
    exit(1);
}

/* a supervisor begins; with @lost the one before was killed */
static void start(bool lost)
{
    static const uint8_t zero[32];
    struct rpa_audit_run row = {
        .bot = "b", .bot_sha256 = zero, .runtime_sha256 = zero,
        .operator_name = "o", .host = "h", .target = "crs", .mode = "DEMO",
        .purpose = { .reason = -1 },
    };
    if (run.audit) {
        if (!lost)
            while (item_abandon(&run))
                ;
        else
            work_let_go(&run, HAND_EMPTY);
        rpa_queues_close(run.queues);
        rpa_audit_close(run.audit);
        sd_event_unref(run.loop);
        json_decref(run.rejects);
    }
    run = (struct run){ .sup = &sup, .options = &options, .rejects = json_array() };
    must(sd_event_new(&run.loop));
    must(rpa_audit_open(tmpdir, &run.audit, &err));
    must(rpa_queues_open(tmpdir, &run.queues, &err));
    must(work_recover(run.audit, run.queues, &err));
    must(work_prepare(&run, &err));
    must(rpa_audit_run_open(run.audit, &row, &run.id, &err));
}

/* call the supervisor as the driver does: "queue.add" … Its state, if any */
static char state[16];
static int call(const char *name, const char *args)
{
    cbor_item_t *msg = rpa_msg_new(), *reply = rpa_cbor_map();
    rpa_msg_put_str(msg, "call", name);
    rpa_msg_put_item(msg, "args", of_json(args));
    int r = call_answer(&run, msg, reply, &err);
    if (r == 0 && run.rowed)
        r = item_settle(&run, &err);
    rpa_msg_copy(reply, "state", state, sizeof state);
    rpa_msg_free(&msg);
    rpa_msg_free(&reply);
    return r;
}

static void next_is(const char *want, const char *what)
{
    int r = call("item.next", "{'queue':'q','looks':true}");
    ok(r == 0 && !strcmp(state, want), "%s: %s", what, r ? err.msg : state);
}

/* a commit act: its row, or why it is refused */
static int commit(void)
{
    struct rpa_audit_row row = { .run = run.id, .grp = run.grp,
                                 .kind = RPA_AUDIT_COMMIT, .target = "crs" };
    int64_t seq;
    int r = item_before_commit(&run, false, &err);
    if (r == 0)
        r = rpa_audit_append(run.audit, &row, &seq, &err);
    if (r == 0)
        item_committed(&run, seq);
    return r == 0 ? rpa_audit_commit(run.audit, &err) : r;
}

static void add(const char *reference)
{
    char args[100];
    snprintf(args, sizeof args,
             "{'queue':'q','reference':'%s','payload':'{}'}", reference);
    must(call("queue.add", args));
}

static int stands(int64_t item)
{
    struct rpa_work_info info = { 0 };
    rpa_work_info(run.queues, item, &info, &err);
    return (int)info.state;
}

static int desk(const char *message)
{
    const struct desk d = { run.audit, run.queues };
    cbor_item_t *msg = of_json(message), *reply = NULL;
    int r = desk_answer(&d, &(struct person){ .name = "root" }, msg, &reply, &err);
    rpa_msg_free(&msg);
    rpa_msg_free(&reply);
    return r;
}

static void hands(void)
{
    is_int(commit(), 0, "outside an item a commit act goes, such as signing on");
    is_int(call("item.next", "{'queue':'other'}"), -RPA_EPERM,
           "a queue the manifest does not name");
    add("A-1");
    add("A-2");
    next_is("go", "an item");
    is_int(call("item.next", "{'queue':'q'}"), -RPA_EINVAL, "one at a time");
    is_int(commit(), 0, "it may file");
    is_int(call("item.end", "{'outcome':'done'}"), -RPA_EINVAL,
           "done wants a reference");
    is_int(call("item.end", "{'outcome':'done','reference':'R'}"), 0, "done");
    is_int(commit(), -RPA_EPERM, "between two items no commit act goes");
    next_is("go", "the next");
    is_int(call("item.end", "{'outcome':'deferred','until':'2020-01-01T00:00:00Z'}"),
           -RPA_EINVAL, "a deferral is to a time to come");
    is_int(call("item.end", "{'outcome':'deferred','after_ms':1}"), 0, "deferred");
    is_int(stands(2), RPA_WORK_DEFERRED, "and stands so");
    call("queue.leave", "{}");
    is_int(commit(), 0, "after the last item it goes again");
}

/* what a kill leaves, by what the audit knows */
static void lost(void)
{
    must(call("item.next", "{'queue':'q'}"));
    start(true);
    is_int(stands(2), RPA_WORK_DEFERRED, "lost before its commit act: again");
    must(rpa_work_resolve(run.queues, 2, RPA_WORK_AS_CANCEL, NULL,
                          (struct rpa_who){ RPA_WHO_OPERATOR, "o" }, "w",
                          rpa_now_us(), &err));
    add("B-1");
    next_is("go", "another");
    must(commit());
    start(true);
    is_int(stands(3), RPA_WORK_DOUBT, "lost behind it: in doubt");
    next_is("look", "which a later run looks for first");
    is_int(commit(), -RPA_EPERM, "and a look files nothing");
    is_int(call("item.found", "{'answer':'perhaps'}"), -RPA_EINVAL,
           "it has three answers");
    is_int(call("item.found", "{'answer':'unknown'}"), 0, "unknown");
    next_is("none", "is not looked for again in this run");
    is_int(run.left_doubts, 1, "but told of");
    start(false);
    next_is("look", "in the next it is");
    is_int(call("item.found", "{'answer':'found','reference':'R-9'}"), 0, "found");
    is_int(stands(3), RPA_WORK_DONE, "done");
    add("B-2");
    next_is("go", "one more");
    must(commit());
    start(false);
    is_int(stands(4), RPA_WORK_DOUBT, "a bot that dies settles it at once");
    next_is("look", "looked for");
    is_int(call("item.found", "{'answer':'absent'}"), 0, "absent");
    next_is("go", "so it is begun again");
    is_int(call("item.end", "{'outcome':'rejected','reasons':['x']}"), 0,
           "and ends as it will");
}

/* a doubt that a person settled is one the audit knows to be settled */
static void decided(void)
{
    struct rpa_item_info info;
    add("C-1");
    next_is("go", "an item");
    must(commit());
    start(false);
    is_int(desk("{'verb':'resolve','item':5,'as':'retry'}"), -RPA_EINVAL,
           "a decision wants a reason");
    rpa_audit_item_state(run.audit, "q", "C-1", &info, &err);
    is_int(info.state, RPA_ITEM_IS_IN_DOUBT, "what is refused is not rowed");
    is_int(desk("{'verb':'resolve','item':5,'as':'retry','why':'not there'}"), 0,
           "retried");
    rpa_audit_item_state(run.audit, "q", "C-1", &info, &err);
    is_int(info.state, RPA_ITEM_IS_FAILED, "rowed");
    next_is("go", "and begun again");
    is_int(desk("{'verb':'pause','queue':'q','why':'w'}"), 0, "a pause");
    is_int(call("item.end", "{'outcome':'transient','message':'m'}"), 0,
           "lets the item in hand end");
    next_is("stop", "and gives out no more");
    is_int(desk("{'verb':'read','what':'w'}"), -RPA_EINVAL,
           "content is read for a purpose");
    is_int(desk("{'verb':'nothing'}"), -RPA_EINVAL, "no such verb");
}

/* one step of what is asked, as the control socket has it */
static int step(const char *message, bool rowed)
{
    const struct desk d = { run.audit, run.queues };
    const struct person root = { .name = "root" };
    cbor_item_t *msg = of_json(message), *ok = rpa_cbor_map();
    int r = desk_step(&d, &root, msg, rowed, ok, &err);
    rpa_msg_free(&msg);
    rpa_msg_free(&ok);
    return r;
}

/* that are durable */
static int64_t rows(void)
{
    must(rpa_audit_commit(run.audit, &err));
    return rpa_audit_last(run.audit);
}

static bool exists(const char *queue)
{
    struct rpa_queue_left left;
    return rpa_queue_left(run.queues, queue, &left, &err) == 0;
}

/* its row in one turn, what is asked for in a later one; bots go on in between */
static void in_steps(void)
{
    static const char make[] = "{'verb':'create','queue':'new'}";
    static const char late[] = "{'verb':'create','queue':'late'}";
    int64_t before = rows();
    is_int(step(make, false), 1, "a change has its row first");
    ok(!exists("new"), "and is not made: a crash now leaves the row alone");
    int64_t rowed = rows();
    ok(rowed > before, "which is durable before");
    is_int(step(make, true), 0, "it is made behind it");
    ok(exists("new"), "and there");
    is_int(step(make, false), -RPA_EEXIST, "what the queue refuses");
    is_int(rows(), rowed, "has no row, and what is made had one");
    is_int(step(late, false), 1, "another has its row");
    must(desk(late));
    before = rows();
    is_int(step(late, true), -RPA_EEXIST,
           "what somebody else has done meanwhile is refused");
    is_int(rows(), before + 1, "and that has a row, too");
}

/* ---- what a kill leaves: each row of the table in lib/queue/QUEUE.md ---- */

/* how far it came; each has done what stands above it */
enum how_far { CLAIMED, BEGUN, MARKED, ROWED, PRESSED, ANSWERED, ENDED };

static int come(enum how_far far, enum rpa_item_event event)
{
    static const uint8_t reference[] = "\x6b" "CR26/000001"; /* CBOR text */
    int64_t seq;
    int r = rpa_work_claim(run.queues, "q", work_bot(&run), "o", run.id,
                           rpa_now_us(), &run.claim, &err);
    if (r == 0 && far >= BEGUN) {
        snprintf(run.queue, sizeof run.queue, "q");
        run.hand = HAND_ITEM;
        r = item_row(&run, RPA_ITEM_BEGIN, NULL, &err);
    }
    if (r == 0 && far >= MARKED)
        r = work_mark(&run, &err);
    if (r == 0 && far >= ROWED)
        r = item_row(&run, RPA_ITEM_MARK, NULL, &err);
    if (r == 0 && far >= PRESSED)
        r = commit();
    struct rpa_audit_row outcome = {
        .run = run.id, .kind = RPA_AUDIT_OUTCOME, .intent = run.commit,
        .result = RPA_RESULT_REFERENCED, .body = reference, .body_len = 12,
    };
    if (r == 0 && far >= ANSWERED)
        r = rpa_audit_append(run.audit, &outcome, &seq, &err);
    if (r == 0 && far == ENDED)
        r = item_row(&run, event, NULL, &err);
    return r == 0 ? rpa_audit_commit(run.audit, &err) : r;
}

static void recovery(void)
{
    static const struct {
        const char *name;
        enum how_far far;
        enum rpa_item_event event;
        int want;
    } rows[] = {
        { "claimed, and the audit knows nothing", CLAIMED, 0, RPA_WORK_DEFERRED },
        { "begun", BEGUN, 0, RPA_WORK_DEFERRED },
        { "marked in the queue", MARKED, 0, RPA_WORK_DEFERRED },
        { "marked in both", ROWED, 0, RPA_WORK_DEFERRED },
        { "COMMIT without a reference", PRESSED, 0, RPA_WORK_DOUBT },
        { "a reference", ANSWERED, 0, RPA_WORK_DONE },
        { "a reference, and its end", ENDED, RPA_ITEM_DONE, RPA_WORK_DONE },
    };
    static const enum rpa_item_event ends[] = { RPA_ITEM_REJECTED,
                                                RPA_ITEM_FAILED,
                                                RPA_ITEM_DEFERRED };
    static const int want[] = { RPA_WORK_REJECTED, RPA_WORK_DEFERRED,
                                RPA_WORK_DEFERRED };
    must(desk("{'verb':'resume','queue':'q','why':'w'}"));
    must(rpa_work_resolve(run.queues, 5, RPA_WORK_AS_CANCEL, NULL,
                          (struct rpa_who){ RPA_WHO_OPERATOR, "o" }, "w",
                          rpa_now_us(), &err));
    start(false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *shown = NULL;
        size_t len;
        add(rows[i].name);
        must(come(rows[i].far, rows[i].event));
        int64_t item = run.claim.item;
        start(true);
        is_int(stands(item), rows[i].want, rows[i].name);
        if (rows[i].want == RPA_WORK_DONE)
            ok(rpa_work_content(run.queues, item, RPA_WORK_RESULT, &shown, &len,
                                &err) == 0 && !strcmp(shown, "CR26/000001"),
               "with it");
        free(shown);
        if (rows[i].want == RPA_WORK_DEFERRED)
            must(rpa_work_resolve(run.queues, item, RPA_WORK_AS_CANCEL, NULL,
                                  (struct rpa_who){ RPA_WHO_OPERATOR, "o" }, "w",
                                  rpa_now_us(), &err));
    }
    for (size_t i = 0; i < 3; i++) { /* before any commit act */
        add(rpa_item_event_name((int)ends[i]));
        must(come(ROWED, 0));
        int64_t item = run.claim.item;
        must(item_row(&run, ends[i], NULL, &err));
        must(rpa_audit_commit(run.audit, &err));
        start(true);
        is_int(stands(item), want[i], rpa_item_event_name((int)ends[i]));
        rpa_work_resolve(run.queues, item, RPA_WORK_AS_CANCEL, NULL,
                         (struct rpa_who){ RPA_WHO_OPERATOR, "o" }, "w",
                         rpa_now_us(), &err);
    }
}

int main(void)
{
    rpa_log_init("", RPA_LOG_ERROR);
    tmp_begin();
    must(rpa_zone_open("UTC", &policy.zone, &err));
    bundle.manifest = of_json(
        "{'queues':{'q':{'backoff_ms':1,'horizon_ms':0,'max_attempts':9}}}");
    start(false);
    hands();
    lost();
    decided();
    in_steps();
    recovery();
    while (item_abandon(&run))
        ;
    rpa_queues_close(run.queues);
    rpa_audit_close(run.audit);
    sd_event_unref(run.loop);
    json_decref(run.rejects);
    rpa_msg_free(&bundle.manifest);
    rpa_zone_free(policy.zone);
    return tap_done();
}
