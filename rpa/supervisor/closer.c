/* A file of the audit is closed beside the loop. */
#include "rpa/supervisor/closer.h"
#include "rpa/base/log.h"
#include "rpa/role/spawn.h"
#include "rpa/supervisor/children.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SUPERVISOR = 3, PASSES = 5 };

struct closer {
    struct supervisor *sup;
    pid_t pid; /* of who writes the segment; 0: nobody */
    int fd;    /* its end of the socket */
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

static int answer(int fd, struct rpa_audit_segment *ret, struct rpa_err *err)
{
    cbor_item_t *msg = NULL;
    size_t len = 0;
    int r = rpa_msg_recv(fd, 0, &msg, NULL, err);
    if (r < 0)
        return rpa_fail(err, RPA_EIO, "who writes a segment was ended");
    r = rpa_msg_get_err(msg, err);
    const char *bytes = rpa_msg_bytes(msg, "segment", &len);
    if (r == 0 && len != sizeof *ret)
        r = rpa_fail(err, RPA_EPROTO, "who writes a segment said nothing");
    if (r == 0)
        memcpy(ret, bytes, sizeof *ret);
    rpa_msg_free(&msg);
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

static void forget(struct closer *closer)
{
    children_forget(closer->sup->children, closer);
    rpa_spawn_end(closer->pid);
    if (closer->fd >= 0)
        close(closer->fd);
    closer->pid = 0;
    closer->fd = -1;
}

static void ended(void *data, const siginfo_t *si);

static int start(struct closer *closer, struct rpa_err *err)
{
    char *env[] = { "LC_ALL=C.UTF-8", NULL };
    int pair[2];
    int r = rpa_spawn_pair(pair, err);
    if (r < 0)
        return r;
    struct rpa_spawn spawn = { .envp = env, .output = STDERR_FILENO,
                               .cwd = closer->sup->state_dir,
                               .fds = { pair[1], -1 } };
    r = rpa_spawn_role("segment", &spawn, &closer->pid, err);
    close(pair[1]);
    closer->fd = pair[0];
    if (r == 0)
        r = children_add(closer->sup->children, closer->pid, ended, closer,
                         err);
    if (r < 0)
        forget(closer);
    return r;
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

static void ended(void *data, const siginfo_t *si)
{
    struct closer *closer = data;
    struct rpa_audit_segment segment;
    struct rpa_err err;
    (void)si;
    int r = answer(closer->fd, &segment, &err);
    close(closer->fd);
    closer->fd = -1;
    closer->pid = 0;
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
    return closer->pid > 0;
}

int closer_open(struct supervisor *sup, struct closer **ret,
                struct rpa_err *err)
{
    struct closer *closer = calloc(1, sizeof *closer);
    if (!closer)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the closer");
    *closer = (struct closer){ .sup = sup, .fd = -1 };
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
    forget(closer);
    sd_event_source_disable_unref(closer->trimming);
    free(closer);
}
