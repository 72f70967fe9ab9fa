/* A commit act over the budget waits and then goes on by itself; while the
 * target is down nothing new is begun; and who asks for a stop is rowed. */
#include "rpa/supervisor/hold.h"
#include "rpa/base/log.h"
#include "tap.h"
#include "unit/of_json.h"
#include "unit/tmpdir.h"

#include <sys/socket.h>
#include <unistd.h>

static struct rpa_bundle bundle = { .name = "b" };
static struct rpa_policy policy = { .target = "crs", .mode = "DEMO",
                                    .commit_horizon_s = 120 };
static const struct rpa_run_options options = { .bundle = &bundle,
                                                .policy = &policy };
static struct run run;
static struct supervisor sup = { .runs = &run };
static struct run run = { .sup = &sup, .options = &options, .step = STEP_BOT };
static int driver; /* the driver's end */

static void must(int r, const struct rpa_err *err)
{
    if (r >= 0)
        return;
    printf("Bail out! %s\n", err->msg);
    exit(1);
}

static void start(void)
{
    static const uint8_t zero[32];
    struct rpa_audit_run row = {
        .bot = "b", .bot_sha256 = zero, .runtime_sha256 = zero,
        .operator_name = "o", .host = "h", .target = "crs", .mode = "DEMO",
        .purpose = { .reason = -1 },
    };
    struct rpa_err err = { 0 };
    int pair[2];
    tmp_begin();
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), &err);
    run.driver_fd = pair[0];
    driver = pair[1];
    run.rejects = json_array();
    run.folds = json_array();
    must(sd_event_new(&run.loop), &err);
    must(rpa_audit_open(tmpdir, &run.audit, &err), &err);
    must(writer_open(run.loop, run.audit, &run.writer, &err), &err);
    must(calls_listen(&run, &err), &err);
    must(rpa_audit_run_open(run.audit, &row, &run.id, &err), &err);
    must(rpa_queues_open(tmpdir, &run.queues, &err), &err);
    bundle.manifest = of_json("{'queues':{'q':{'lease_ms':100}}}");
    must(work_prepare(&run, &err), &err);
}

/* call the supervisor as the driver does; what it answers is *@ret */
static int call(int (*answers)(struct run *, const cbor_item_t *, cbor_item_t *,
                               struct rpa_err *),
                const char *args, cbor_item_t **ret, struct rpa_err *err)
{
    cbor_item_t *given = of_json(args), *reply = rpa_cbor_map();
    int r = answers(&run, given, reply, err);
    if (r == 0 && run.rowed)
        r = item_settle(&run, err);
    cbor_decref(&given);
    if (ret)
        *ret = reply;
    else
        cbor_decref(&reply);
    return r;
}

static void ask_commit(int64_t req)
{
    struct rpa_err err;
    cbor_item_t *msg = rpa_msg_new();
    cbor_item_t *row = of_json("{'kind':'COMMIT','target':'crs','window':'w'}");
    struct rpa_buf bytes = { 0 };
    rpa_msg_put_bytes(row, "body", "\xa0", 1);
    must(rpa_cbor_dump(row, &bytes, &err), &err);
    rpa_msg_put_bytes(msg, "intent", bytes.data, bytes.len);
    rpa_buf_clear(&bytes);
    rpa_msg_free(&row);
    rpa_msg_put_int(msg, "req", req);
    must(rpa_msg_send(driver, msg, NULL, 0, &err), &err);
    rpa_msg_free(&msg);
}

/* Let the supervisor work until it answers, @ms at most. NULL: no answer. */
static cbor_item_t *answer(int ms)
{
    struct rpa_err err;
    cbor_item_t *msg = NULL;
    int64_t deadline = rpa_mono_us() + ms * 1000LL;
    while (!msg && rpa_mono_us() < deadline) {
        sd_event_run(run.loop, 10000);
        rpa_msg_recv(driver, 0, &msg, NULL, &err);
    }
    return msg;
}

static bool acked(cbor_item_t *msg, int64_t req)
{
    int64_t got = 0, deadline = 0;
    bool fine = msg && rpa_msg_int(msg, "req", &got) && got == req &&
                rpa_msg_int(msg, "deadline", &deadline) &&
                deadline > rpa_mono_us();
    rpa_msg_free(&msg);
    return fine;
}

static void await_held(void)
{
    for (int i = 0; i < 3 && !run.held; i++) /* 1 is enough */
        sd_event_run(run.loop, 10000000);
}

static void budget(void)
{
    policy.per_minute = 2;
    int64_t now_us = rpa_mono_us();
    rpa_budget_spend(hold_budget(&sup, "crs"), now_us - 57000000); /* due in 3 s */
    ask_commit(1);
    ok(acked(answer(30000), 1), "within the budget: acknowledged");
    ok(!run.held, "and nothing is held");
    int64_t before = rpa_audit_last(run.audit);
    ask_commit(2);
    await_held();
    cbor_item_t *early = NULL;
    ok(rpa_msg_recv(driver, 0, &early, NULL, NULL) == -RPA_ETIMEOUT,
       "over it: no ack");
    is_int(rpa_audit_last(run.audit), before, "and no row");
    ok(acked(answer(30000), 2), "in its time it is, with a deadline of its own");
    ok(rpa_mono_us() >= now_us + 3000000, "and not before");
    is_int(rpa_audit_last(run.audit), before + 1, "and rowed once");
    ok(!run.held && !run.held_until, "nothing is held any more");
    ask_commit(3);
    await_held();
    hold_clear(&run);
    ok(!run.held && !run.held_until, "a run that ends lets go of it");
    policy.per_minute = 0;
    ask_commit(4);
    ok(acked(answer(30000), 4), "control: without a budget none waits");
}

/* bots of another target, by name, on the same host; and one that is slow */
static void host(void)
{
    snprintf(policy.hosts[0], sizeof policy.hosts[0], "crs:3270");
    policy.nhosts = 1;
    policy.per_minute = 1;
    hold_forget(&sup);
    int64_t now_us = rpa_mono_us();
    rpa_budget_spend(hold_budget(&sup, "crs:3270"), now_us - 58000000);
    ask_commit(5);
    ok(acked(answer(30000), 5), "spent on the host by others: acknowledged");
    ok(rpa_mono_us() >= now_us + 2000000, "in its time");
    policy.per_minute = 0;
    policy.slow_ms = 1000;
    run.filed_us = now_us = rpa_mono_us();
    hold_shown(&run);
    ask_commit(6);
    ok(acked(answer(30000), 6), "control: a fast host holds nobody");
    ok(!run.held, "not held");
    now_us = rpa_mono_us();
    run.filed_us = now_us - 2000000;
    hold_shown(&run);
    ask_commit(7);
    await_held();
    ok(run.held, "a slow one does");
    ok(acked(answer(30000), 7), "and lets go by itself");
    ok(rpa_mono_us() >= now_us + 2000000, "after as long as it took");
    policy.slow_ms = 0;
    run.filed_us = 1;
    hold_shown(&run);
    ask_commit(8);
    ok(acked(answer(30000), 8), "control: for none that is never slow");
    policy.nhosts = 0;
}

#define ADD(reference)                                                         \
    call(queue_add, "{'queue':'q','reference':'" reference "','payload':'{}'}", \
         NULL, &err)

static int begin(cbor_item_t **ret)
{
    struct rpa_err err = { 0 };
    return call(item_next, "{'queue':'q'}", ret, &err);
}

static void outage(void)
{
    cbor_item_t *reply;
    struct rpa_err err;
    is_int(ADD("A-1") | ADD("A-2"), 0, "two items");
    is_int(ADD("A-2"), -RPA_EEXIST, "each once");
    is_int(begin(&reply), 0, "an item");
    ok(rpa_msg_is(reply, "state", "go"), "is begun");
    rpa_msg_free(&reply);
    rpa_window_read("00:00-24:00", &policy.outages[0]);
    rpa_zone_open("UTC", &policy.zone, NULL);
    policy.noutages = 1;
    ok(!run.stopping, "the target goes down: the item in hand goes on");
    ask_commit(5);
    ok(acked(answer(30000), 5), "its commit act too");
    is_int(call(item_end, "{'outcome':'done','reference':'R'}", NULL, &err), 0,
           "to its end");
    ask_commit(6);
    cbor_item_t *refused = answer(30000);
    ok(rpa_msg_get_err(refused, &err) == -RPA_EENV, "no commit act then");
    rpa_msg_free(&refused);
    call(queue_leave, "{}", NULL, &err);
    ask_commit(7);
    refused = answer(30000);
    ok(rpa_msg_get_err(refused, &err) == -RPA_EENV &&
           strstr(err.msg, "the target crs is down until 00:00"),
       "outside an item a commit act is refused");
    rpa_msg_free(&refused);
    is_int(begin(&reply), 0, "the next item");
    ok(rpa_msg_is(reply, "state", "stop") && run.stopping && run.hand == HAND_EMPTY,
       "is not begun: the run stops, as if asked to");
    rpa_msg_free(&reply);
    policy.noutages = 0;
    run.stopping = false;
    is_int(begin(&reply), 0, "control: once it is up again");
    ok(rpa_msg_is(reply, "state", "go"), "it is begun");
    rpa_msg_free(&reply);
}

static void stop(void)
{
    struct rpa_err err = { 0 };
    struct rpa_buf body = { 0 };
    cbor_item_t *said = NULL;
    int64_t uid = -1;
    int64_t before = rpa_audit_last(run.audit);
    run_interrupt(&run, "rpa stop", &(struct person){ .name = "jo" });
    ok(!run.stopping && rpa_audit_last(run.audit) == before,
       "a stop waits for a turn of the loop");
    for (int i = 0; i < 3 && !run.stopping; i++) /* 1 is enough */
        sd_event_run(run.loop, 1000000);
    int r = rpa_audit_body(run.audit, rpa_audit_last(run.audit), &body, &err);
    if (r == 0)
        r = rpa_cbor_load(body.data, body.len, &said, &err);
    is_int(r, 0, "and is rowed, durably");
    ok(rpa_msg_is(said, "note", "asked to stop") &&
           rpa_msg_is(said, "how", "rpa stop") && rpa_msg_is(said, "by", "jo") &&
           rpa_msg_int(said, "uid", &uid) && uid == 0,
       "with who asked for it, and how");
    ok(run.stopping && run.hand == HAND_ITEM, "the item in hand is finished first");
    rpa_msg_free(&said);
    rpa_buf_clear(&body);
}

/* a driver that does not wait for its answer: a second timer would outlive the run */
static void impatient(void)
{
    policy.per_minute = 1;
    hold_forget(&sup);
    rpa_budget_spend(hold_budget(&sup, "crs"), rpa_mono_us());
    ask_commit(8);
    await_held();
    cbor_item_t *first = run.held;
    ask_commit(9);
    for (int i = 0; i < 3 && run.client; i++) /* 1 is enough */
        sd_event_run(run.loop, 1000000);
    ok(!run.client, "a driver that asks before it was answered is not heard any more");
    ok(first && run.held == first, "and the first is what is held");
}

int main(void)
{
    rpa_log_init("", RPA_LOG_ERROR + 1);
    start();
    budget();
    host();
    outage();
    stop();
    impatient();
    hold_clear(&run);
    work_let_go(&run, HAND_EMPTY);
    rpa_queues_close(run.queues);
    rpa_msg_free(&bundle.manifest);
    writer_close(run.writer);
    sd_event_unref(run.loop);
    rpa_audit_close(run.audit);
    json_decref(run.rejects);
    json_decref(run.folds);
    close(run.driver_fd);
    close(driver);
    return tap_done();
}
