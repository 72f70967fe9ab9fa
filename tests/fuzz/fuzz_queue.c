/* What the driver asks about work items, and what a command asks of the desk:
 * whatever comes, the supervisor stands, and a run has an item in hand or not. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/supervisor/desk.h"
#include "unit/tmpdir.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct rpa_bundle bundle = { .name = "b" };
static struct rpa_policy policy = { .target = "crs", .mode = "DEMO" };
static const struct rpa_run_options options = { .bundle = &bundle,
                                                .policy = &policy,
                                                .quiet = true };
static struct run run;
static struct supervisor sup = { .runs = &run };
static struct run run = { .sup = &sup, .options = &options };

/* {"queues":{"q":{"lease_ms":60000,"backoff_ms":1,"horizon_ms":0}}} */
static const char manifest[] =
    "\xa1\x66queues\xa1\x61q\xa3\x68lease_ms\x19\xea\x60\x6a" "backoff_ms\x01"
    "\x6ahorizon_ms\x00";

static void start(void)
{
    static const uint8_t zero[32];
    const struct rpa_audit_run row = {
        .bot = "b", .bot_sha256 = zero, .runtime_sha256 = zero,
        .operator_name = "o", .host = "h", .target = "crs", .mode = "DEMO",
        .purpose = { .reason = -1 },
    };
    struct rpa_err err;
    rpa_log_init("", RPA_LOG_ERROR + 1);
    tmp_begin();
    run.rejects = json_array();
    int r = rpa_cbor_load(manifest, sizeof manifest - 1, &bundle.manifest, &err);
    r = r < 0 ? r : rpa_zone_open("UTC", &policy.zone, &err);
    r = r < 0 ? r : sd_event_new(&run.loop);
    r = r < 0 ? r : rpa_audit_open(tmpdir, &run.audit, &err);
    r = r < 0 ? r : rpa_queues_open(tmpdir, &run.queues, &err);
    r = r < 0 ? r : work_prepare(&run, &err);
    r = r < 0 ? r : rpa_audit_run_open(run.audit, &row, &run.id, &err);
    assert(r == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rpa_err err;
    cbor_item_t *msg = NULL;
    if (!run.audit)
        start();
    if (rpa_cbor_load(data, size, &msg, &err) < 0)
        return 0;
    cbor_item_t *reply = rpa_cbor_map(), *ok = NULL;
    const struct desk desk = { run.audit, run.queues };
    const struct person who = { .name = "root" };
    int r = rpa_msg_is(msg, "call", "queue")
                ? desk_answer(&desk, &who, msg, &ok, &err)
            : rpa_msg_is(msg, "call", "print") || rpa_msg_is(msg, "call", "secret.use")
                ? 0
                : call_answer(&run, msg, reply, &err);
    assert(r != -RPA_EAUDIT);
    assert((run.hand == HAND_ITEM || run.hand == HAND_LOOK) ==
           (run.claim.reference != NULL));
    run.stopping = false;
    run.err.code = RPA_OK;
    rpa_msg_free(&ok);
    rpa_msg_free(&reply);
    rpa_msg_free(&msg);
    return 0;
}
