/* What the supervisor takes for a picture, and from a driver that is not to be
 * trusted. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/ipc/msg.h"
#include "rpa/vault/crypto.h"
#include "tap.h"
#include "unit/of_json.h"
#include "unit/tmpdir.h"

#include <fcntl.h>
#include <sys/mman.h>

static struct rpa_err err;
static struct rpa_bundle bundle = { .name = "bot" };
static struct rpa_run_options options = { .bundle = &bundle,
                                          .pictures = "failure" };
static struct run run;
static struct supervisor sup = { .runs = &run, .state_dir = tmpdir };
static struct run run = { .sup = &sup, .options = &options };

static int announce(const char *json)
{
    cbor_item_t *item = of_json(json);
    int r = pictures_announce(&run, item, &err);
    rpa_msg_free(&item);
    return r;
}

static int announce_next(const char *reason)
{
    char json[200];
    snprintf(json, sizeof json,
             "{'number':%lld,'reason':'%s','window':'w','width':3}",
             (long long)run.pictures.last + 1, reason);
    return announce(json);
}

static int take(int64_t number, const char *bytes, size_t len, bool sealed)
{
    struct rpa_buf buf = { 0 };
    int fd = -1;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_int(msg, "image", number);
    rpa_buf_add(&buf, bytes, len);
    if (bytes && sealed)
        rpa_memfd_new(&buf, &fd, &err);
    else if (bytes)
        fd = memfd_create("open", 0);
    int r = pictures_take(&run, msg, fd, &err);
    if (fd >= 0)
        close(fd);
    rpa_buf_clear(&buf);
    rpa_msg_free(&msg);
    return r;
}

#define PNG "\x89PNG\r\n\x1a\npixels"

static void taken(void)
{
    is_int(announce_next("failure"), 0, "announced");
    is_int(take(1, PNG, sizeof PNG - 1, true), 0, "taken");
    is_int(run.pictures.kept, 1, "and kept");
    ok(pictures_row(&run, 1) > 0, "the failure's row");
    is_int(pictures_row(&run, 2), 0, "there is no other");
    is_int(access(tmp_path("pictures/1-1.sealed"), F_OK), 0, "its file");
    is_int(announce_next("confirmation"), 0, "another");
    run.grp = 7; /* the item ended meanwhile; there is no such group */
    is_int(take(2, PNG, sizeof PNG - 1, true), 0,
           "is sealed for whom it was announced");
    run.grp = 0;
    is_int(run.pictures.kept, 2, "and kept");
    is_int(pictures_row(&run, 2), 0, "it is no failure's");
}

/* said, and the run goes on */
static void lost(void)
{
    static char large[9 << 20] = PNG;
    int64_t kept = run.pictures.kept;
    announce_next("failure");
    is_int(take(run.pictures.last, "no picture", 10, true), 0, "no PNG");
    is_int(run.pictures.lost, 1, "is not kept");
    is_int(pictures_row(&run, run.pictures.last), 0, "and has no row");
    announce_next("failure");
    cbor_item_t *msg = rpa_msg_new();
    struct rpa_err why;
    rpa_fail(&why, RPA_ENOMEM, "no memory");
    rpa_msg_put_int(msg, "image", run.pictures.last);
    rpa_msg_put_err(msg, &why);
    is_int(pictures_take(&run, msg, -1, &err), 0, "the driver could not");
    rpa_msg_free(&msg);
    is_int(run.pictures.lost, 2, "likewise");
    is_int(run.pictures.kept, kept, "none of them is kept");
    announce_next("failure");
    is_int(take(run.pictures.last, large, sizeof large, true), -RPA_EPROTO,
           "one too large is against the protocol");
}

static void odd(void)
{
    is_int(take(run.pictures.last, PNG, 14, true), -RPA_EPROTO,
           "one that nobody announced");
    announce_next("failure");
    is_int(take(run.pictures.last + 1, PNG, 14, true), -RPA_EPROTO,
           "another number");
    announce_next("failure");
    is_int(take(run.pictures.last, PNG, 14, false), -RPA_EPROTO,
           "a memfd that is not sealed");
    announce_next("failure");
    is_int(take(run.pictures.last, NULL, 0, false), -RPA_EPROTO, "none at all");
    is_int(announce("{'number':1,'reason':'failure','window':'w'}"),
           -RPA_EPROTO, "a number used before");
    is_int(announce("{'reason':'failure','window':'w'}"), -RPA_EPROTO,
           "no number");
    is_int(announce_next("curiosity"), -RPA_EPROTO, "a reason of its own");
    options.pictures = "none";
    is_int(announce_next("failure"), -RPA_EPROTO, "where none is wanted");
}

int main(void)
{
    static const uint8_t sha[32];
    const struct rpa_audit_run row = {
        .bot = "bot", .bot_sha256 = sha, .runtime_sha256 = sha,
        .operator_name = "tester", .host = "here", .target = "none",
        .mode = "DEMO", .purpose = { .reason = -1 },
    };
    rpa_log_init("# ", RPA_LOG_ERROR);
    tmp_begin();
    bundle.manifest = rpa_cbor_map();
    if (!rpa_crypto_init() || rpa_audit_open(tmpdir, &run.audit, &err) < 0 ||
        rpa_audit_run_open(run.audit, &row, &run.id, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    taken();
    lost();
    odd();
    rpa_msg_free(&run.announced.about);
    rpa_msg_free(&bundle.manifest);
    rpa_audit_close(run.audit);
    unlink(tmp_path("pictures/1-1.sealed"));
    unlink(tmp_path("pictures/1-2.sealed"));
    rmdir(tmp_path("pictures"));
    return tap_done();
}
