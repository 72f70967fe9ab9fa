/* A file of the audit is closed beside the loop. */
#include "rpa/supervisor/closer.h"
#include "rpa/base/log.h"
#include "rpa/supervisor/aside.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SUPERVISOR = 3, PASSES = 5 };

struct closer {
    struct supervisor *sup;
    struct aside writer; /* of the segment */
    int passes;
    sd_event_source *trimming;
};

/* ---- who writes ---- */

int rpa_role_segment(void)
{
    struct rpa_audit_segment segment = { 0 };
    struct rpa_err err;
    cbor_item_t *msg = rpa_msg_new();
    rpa_log_init("segment", RPA_LOG_WARN);
    setpriority(PRIO_PROCESS, 0, 10); /* nobody waits, but for the disk */
    if (rpa_audit_segment_write(".", &segment, &err) < 0)
        rpa_msg_put_err(msg, &err);
    else
        rpa_msg_put_bytes(msg, "segment", &segment, sizeof segment);
    int r = rpa_msg_send(SUPERVISOR, msg, NULL, 0, &err);
    rpa_msg_free(&msg);
    return r < 0 ? 1 : 0;
}

static int read_answer(const cbor_item_t *msg, struct rpa_audit_segment *ret,
                       struct rpa_err *err)
{
    size_t len = 0;
    int r = rpa_msg_get_err(msg, err);
    const char *bytes = rpa_msg_bytes(msg, "segment", &len);
    if (r == 0 && len != sizeof *ret)
        r = rpa_fail(err, RPA_EPROTO, "who writes a segment said nothing");
    if (r == 0)
        memcpy(ret, bytes, sizeof *ret);
    return r;
}

/* ---- the loop's side ---- */

static int on_trim(sd_event_source *source, void *data)
{
    struct closer *closer = data;
    struct rpa_err err;
    int r = rpa_audit_trim(closer->sup->audit, &err);
    if (r < 0)
        supervisor_fail(closer->sup, &err);
    if (r <= 0)
        sd_event_source_set_enabled(source, SD_EVENT_OFF);
    return 0;
}

static void on_word(void *data, const cbor_item_t *msg,
                    const struct rpa_err *why);

static int start(struct closer *closer, struct rpa_err *err)
{
    char *env[] = { "LC_ALL=C.UTF-8", NULL };
    struct rpa_spawn spawn = { .role = "segment", .envp = env,
                               .output = STDERR_FILENO,
                               .cwd = closer->sup->state_dir };
    return aside_start(&closer->writer, closer->sup, &spawn, 0, on_word, closer,
                       err);
}

static void given_up(struct closer *closer, int r, struct rpa_err *err)
{
    if (r == -RPA_EAUDIT) {
        supervisor_fail(closer->sup, err);
        return;
    }
    rpa_err_context(err, "the audit goes on in the file it has");
    rpa_log_err(err);
}

static void on_word(void *data, const cbor_item_t *msg,
                    const struct rpa_err *why)
{
    struct closer *closer = data;
    struct rpa_audit_segment segment;
    struct rpa_err err;
    int r = why ? -(int)(err = *why).code : read_answer(msg, &segment, &err);
    aside_end(&closer->writer);
    if (r == 0)
        r = rpa_audit_turn(closer->sup->audit, &segment, &err);
    if (r == 0 && --closer->passes > 0)
        r = start(closer, &err); /* with the rows that came meanwhile */
    if (r < 0)
        given_up(closer, r, &err);
    else if (r > 0)
        sd_event_source_set_enabled(closer->trimming, SD_EVENT_ON);
    supervisor_settle(closer->sup);
}

void closer_look(struct closer *closer)
{
    struct supervisor *sup = closer->sup;
    struct rpa_err err;
    int r = rpa_audit_turn_due(sup->audit, sup->segment_rows, &err);
    closer->passes = PASSES;
    if (r > 0)
        r = start(closer, &err);
    if (r < 0)
        given_up(closer, r, &err);
}

bool closer_busy(const struct closer *closer)
{
    return aside_runs(&closer->writer);
}

int closer_open(struct supervisor *sup, struct closer **ret,
                struct rpa_err *err)
{
    struct closer *closer = calloc(1, sizeof *closer);
    if (!closer)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the closer");
    *closer = (struct closer){ .sup = sup };
    if (sd_event_add_defer(sup->loop, &closer->trimming, on_trim, closer) < 0) {
        free(closer);
        return rpa_fail(err, RPA_EIO, "listening for an idle loop");
    }
    sd_event_source_set_priority(closer->trimming, SD_EVENT_PRIORITY_IDLE);
    sd_event_source_set_enabled(closer->trimming, SD_EVENT_ON);
    *ret = closer;
    return 0;
}

void closer_close(struct closer *closer)
{
    if (!closer)
        return;
    aside_end(&closer->writer);
    sd_event_source_disable_unref(closer->trimming);
    free(closer);
}
