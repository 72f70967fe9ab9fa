/* A run from its first to its last step. */
#include "rpa/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/base/utf8.h"
#include "rpa/control.h"
#include "rpa/survivors.h"
#include "rpa/vault/crypto.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define HEARTBEAT_US 10000000u /* how often the audit may sign and commit */

static int on_deadline(sd_event_source *source, uint64_t usec, void *data)
{
    static const char *const waited[] = {
        "the display to start", "the driver to set up the keyboard",
        "the application to start", "the application's window",
        "the application's own word",
    };
    struct run *run = data;
    struct rpa_err err;
    (void)source;
    (void)usec;
    if (run->step < STEP_BOT) {
        rpa_fail(&err, RPA_ETIMEOUT, "%s did not come in time",
                 waited[run->step]);
        rpa_err_hint(&err, "see whether the program starts by hand");
    } else {
        rpa_fail(&err, RPA_ETIMEOUT, "the run took longer than --timeout");
        run->exit = 6;
    }
    run_fail(run, &err);
    sd_event_exit(run->loop, 0);
    return 0;
}

void run_limit(struct run *run, int64_t ms)
{
    sd_event_source_disable_unref(run->deadline);
    run->deadline = NULL;
    if (ms)
        sd_event_add_time_relative(run->loop, &run->deadline, CLOCK_BOOTTIME,
                                   (uint64_t)ms * 1000, 1000, on_deadline,
                                   run);
}

void run_next(struct run *run)
{
    static int (*const begin[])(struct run *run, struct rpa_err *err) = {
        [STEP_DRIVER] = stage_driver,
        [STEP_APP] = stage_app,
        [STEP_READY] = stage_ready,
        [STEP_SECOND] = stage_second,
        [STEP_BOT] = stage_bot,
    };
    struct rpa_err err;
    run->step++;
    if (run->step >= STEP_END)
        return;
    if (begin[run->step](run, &err) < 0) {
        run_fail(run, &err);
        sd_event_exit(run->loop, 0);
    }
}

void run_fail(struct run *run, const struct rpa_err *err)
{
    if (!run->err.code)
        run->err = *err;
}

void run_fail_stop(struct run *run, const struct rpa_err *err)
{
    run->err = *err;
    run->where[0] = run->doing[0] = '\0';
    stage_clear(run);
    sd_event_exit(run->loop, 0);
}

static int note(struct run *run, const cbor_item_t *body,
                struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    int64_t seq = 0;
    int r = rpa_cbor_dump(body, &bytes, err);
    struct rpa_audit_row row = { .run = run->id, .kind = RPA_AUDIT_NOTE,
                                 .body = bytes.data, .body_len = bytes.len };
    if (r == 0)
        r = rpa_audit_append(run->audit, &row, &seq, err);
    rpa_buf_clear(&bytes);
    return r;
}

static void user_name(uid_t uid, char *name, size_t size)
{
    struct passwd *user = getpwuid(uid);
    if (user)
        snprintf(name, size, "%s", user->pw_name);
    else
        snprintf(name, size, "uid %u", (unsigned)uid);
}

/* who stopped it, and how; durable before anything follows from it */
static int note_stop(struct run *run, const char *how, uid_t uid,
                     struct rpa_err *err)
{
    char name[64];
    user_name(uid, name, sizeof name);
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_str(body, "note", "asked to stop");
    rpa_msg_put_str(body, "how", how);
    rpa_msg_put_str(body, "by", name);
    rpa_msg_put_int(body, "uid", uid);
    int r = note(run, body, err);
    rpa_msg_free(&body);
    return r < 0 ? r : rpa_audit_commit(run->audit, err);
}

void run_interrupt(struct run *run, const char *how, uid_t uid)
{
    struct rpa_err err;
    run->interrupts++;
    if (run->id && note_stop(run, how, uid, &err) < 0) {
        run_fail_stop(run, &err);
        return;
    }
    if (run->interrupts == 1 && run->hand == HAND_ITEM) {
        run->stopping = true;
        rpa_log(RPA_LOG_INFO,
                "stopping after item %s; once more to stop at once",
                run->claim.reference);
        return;
    }
    if (!(run->interrupts == 1 && run->used_items && run->step == STEP_BOT))
        run->exit = 130;
    else
        run->exit = 7; /* between two items */
    run->stopping = true;
    sd_event_exit(run->loop, 0);
}

static int on_signal(sd_event_source *source,
                     const struct signalfd_siginfo *si, void *data)
{
    (void)source;
    run_interrupt(data, si->ssi_signo == SIGINT ? "SIGINT" : "SIGTERM",
                  si->ssi_code == SI_USER ? si->ssi_uid : getuid());
    return 0;
}

/* An idle store signs that it is: a gap in it would show. */
static int on_heartbeat(sd_event_source *source, uint64_t usec, void *data)
{
    struct run *run = data;
    struct rpa_err err;
    sd_event_source_set_time(source, usec + HEARTBEAT_US);
    sd_event_source_set_enabled(source, SD_EVENT_ON);
    if (rpa_audit_heartbeat(run->audit, &err) < 0)
        run_fail_stop(run, &err);
    return 0;
}

/* Who is at the keyboard: the login's name, also under sudo. */
static void operator_name(char *name, size_t size, uid_t *ret_uid)
{
    char login[16] = "";
    FILE *file = fopen("/proc/self/loginuid", "re");
    if (file && !fgets(login, sizeof login, file))
        login[0] = '\0';
    if (file)
        fclose(file);
    unsigned long uid = login[0] ? strtoul(login, NULL, 10) : 4294967295ul;
    *ret_uid = uid == 4294967295ul ? getuid() : (uid_t)uid;
    user_name(*ret_uid, name, size);
}

static int hash_self(unsigned char out[32], struct rpa_err *err)
{
    struct rpa_sha256 state;
    unsigned char chunk[65536];
    size_t n;
    FILE *file = fopen("/proc/self/exe", "re");
    if (!file)
        return rpa_fail_errno(err, RPA_EIO, "reading this program");
    rpa_sha256_init(&state);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        rpa_sha256_add(&state, chunk, n);
    fclose(file);
    rpa_sha256_end(&state, out);
    return 0;
}

/* with which settings and leave it runs: which host is keyed into, and what
 * rpa.conf says of its target */
static int note_settings(struct run *run, struct rpa_err *err)
{
    const struct rpa_bundle *b = run->options->bundle;
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_item(body, "set", cbor_incref(b->set));
    rpa_msg_put_item(body, "manifest", cbor_incref(b->manifest));
    rpa_msg_put_item(body, "policy", cbor_incref(run->options->policy->said));
    int r = note(run, body, err);
    rpa_msg_free(&body);
    return r;
}

/* why it failed, whole; stderr and the log have it without people's data */
static int note_failure(struct run *run, struct rpa_err *err)
{
    if (!run->err.code)
        return 0;
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_err(body, &run->err);
    rpa_msg_put_str(body, "where", run->where);
    rpa_msg_put_str(body, "step", run->doing);
    int r = note(run, body, err);
    rpa_msg_free(&body);
    return r;
}

static int open_run(struct run *run, struct rpa_err *err)
{
    const struct rpa_run_options *o = run->options;
    char host[256] = "", target[64];
    unsigned char self[32];
    uid_t uid;
    operator_name(run->operator_name, sizeof run->operator_name, &uid);
    gethostname(host, sizeof host - 1);
    if (!rpa_msg_copy(o->bundle->manifest, "target", target, sizeof target))
        snprintf(target, sizeof target, "none");
    struct rpa_audit_run row = {
        .bot = o->bundle->name, .bot_sha256 = o->bundle->sha256,
        .runtime_sha256 = self, .operator_name = run->operator_name, .uid = uid,
        .host = host, .target = target, .mode = o->policy->mode,
        .purpose = o->purpose,
    };
    rpa_random(row.uuid, sizeof row.uuid);
    int r = hash_self(self, err);
    if (r == 0)
        r = rpa_audit_run_open(run->audit, &row, &run->id, err);
    if (r == 0)
        r = note_settings(run, err);
    return r < 0 ? r : rpa_audit_commit(run->audit, err);
}

static int watch_signals(struct run *run, struct rpa_err *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    int r = sd_event_new(&run->loop);
    if (r >= 0)
        r = sd_event_add_signal(run->loop, NULL, SIGINT, on_signal, run);
    if (r >= 0)
        r = sd_event_add_signal(run->loop, NULL, SIGTERM, on_signal, run);
    if (r >= 0)
        r = sd_event_add_time_relative(run->loop, NULL, CLOCK_BOOTTIME,
                                       HEARTBEAT_US, 1000000, on_heartbeat,
                                       run);
    if (r >= 0)
        return 0;
    errno = -r;
    return rpa_fail_errno(err, RPA_EIO, "starting the event loop");
}

static void tell_error(const struct run *run)
{
    struct rpa_err shown = run->err;
    char at[sizeof run->where + sizeof run->doing + 2];
    snprintf(at, sizeof at, "%s%s%s", run->where, run->doing[0] ? ", " : "",
             run->doing);
    rpa_err_place(&shown, at);
    rpa_log_err(&shown);
    if (shown.picture)
        rpa_log(RPA_LOG_ERROR, "picture: rpa audit picture %lld",
                (long long)shown.picture);
}

static int exit_of(const struct run *run)
{
    if (run->err.code == RPA_EAUDIT || run->err.code == RPA_ETAMPER)
        return rpa_code_exit(run->err.code);
    if (run->exit == 130 || run->exit == 6)
        return run->exit;
    if (run->doubts || run->left_doubts)
        return 9;
    if (run->err.code)
        return rpa_code_exit(run->err.code);
    if (run->exit)
        return run->exit;
    if (run->stopping)
        return 7;
    return run->failed ? 1 : run->rejected ? 3 : 0;
}

/* everything but the audit is gone by now */
static void close_run(struct run *run)
{
    struct rpa_err err;
    item_abandon(run);
    run->err.picture = pictures_row(run, run->err.picture); /* it has come by now */
    run->exit = exit_of(run);
    int r = note_failure(run, &err); /* a failed store says so below as well */
    if (run->ended || run->exit == 7)
        r = rpa_audit_run_close(run->audit, run->id, run->exit, &err);
    else
        r = rpa_audit_run_abort(run->audit, run->id,
                                run->exit == 130 ? "stopped"
                                : run->exit == 6 ? "timeout"
                                                 : "failed",
                                &err);
    if (r == 0)
        r = rpa_audit_commit(run->audit, &err);
    run->rows = rpa_audit_last(run->audit) - run->first_row;
    if (r < 0 && run->err.code != RPA_EAUDIT) {
        run->err = err;
        run->exit = rpa_code_exit(err.code);
    }
}

/* nobody waits for that, and nothing is lost when it cannot be */
static void close_segment(struct run *run)
{
    struct rpa_err err;
    int r = rpa_audit_turn(run->audit, run->options->segment_rows, &err);
    if (r < 0 && r != -RPA_EAUDIT)
        rpa_err_context(&err, "the audit goes on in the file it has");
    if (r < 0)
        rpa_log_err(&err);
}

int rpa_run(const struct rpa_run_options *options, int *ret_exit,
            struct rpa_err *err)
{
    struct run run = { .options = options, .began_us = rpa_now_us(),
                       .driver_fd = -1, .bot_fd = -1, .display_fd = -1, .second_fd = -1,
                       .rejects = json_array(), .folds = json_array() };
    struct control *control = NULL;
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    int r = rpa_audit_open(options->state_dir, &run.audit, err);
    if (r == 0)
        run.after_loss = survivors_sweep(options->state_dir);
    if (r == 0)
        r = rpa_queues_open(options->state_dir, &run.queues, err);
    if (r == 0)
        r = work_recover(run.audit, run.queues, err);
    if (r == 0)
        r = work_prepare(&run, err);
    if (r == 0)
        r = watch_signals(&run, err);
    if (r == 0)
        r = writer_open(run.loop, run.audit, &run.writer, err);
    if (r == 0)
        r = control_open(&run, &control, err);
    run.first_row = r == 0 ? rpa_audit_last(run.audit) : 0;
    if (r == 0)
        r = open_run(&run, err);
    if (r == 0) {
        struct rpa_err why;
        if (stage_prepare(&run, &why) == 0 && stage_display(&run, &why) == 0)
            sd_event_loop(run.loop);
        else
            run_fail(&run, &why);
        stage_clear(&run);
        close_run(&run);
        if (run.err.code)
            tell_error(&run);
        summary_print(&run);
        close_segment(&run);
        *ret_exit = run.exit;
    }
    control_close(control);
    hold_clear(&run);
    sd_event_source_disable_unref(run.deadline);
    writer_close(run.writer);
    sd_event_unref(run.loop);
    rpa_msg_free(&run.announced.about);
    rpa_vault_close(run.vault);
    rpa_queues_close(run.queues);
    rpa_audit_close(run.audit);
    json_decref(run.rejects);
    json_decref(run.folds);
    return r;
}
