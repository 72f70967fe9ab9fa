/* A run from its first to its last step. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/base/utf8.h"
#include "rpa/config/people.h"
#include "rpa/supervisor/dry.h"
#include "rpa/supervisor/hold.h"
#include "rpa/supervisor/review.h"
#include "rpa/supervisor/rota.h"
#include "rpa/vault/crypto.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int on_deadline(sd_event_source *source, uint64_t usec, void *data)
{
    static const char *const waited[] = {
        [STEP_DISPLAY] = "the display to start",
        [STEP_LAYOUT] = "the keyboard's layout",
        [STEP_SWEEP] = "the display's keys to be released",
        [STEP_DRIVER] = "the driver to set up the keyboard",
        [STEP_APP] = "the application to start",
        [STEP_READY] = "the application's window",
        [STEP_SECOND] = "the application's own word",
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
        rpa_fail(&err, RPA_ETIMEOUT, "the run took longer than %s",
                 rota_schedule(run->sup->rota, run)
                     ? "run_timeout of its schedule, or timeout of rpa.conf"
                     : "--timeout");
        run->exit = 6;
    }
    run_end(run, &err);
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

static int commit_open(struct run *run, struct rpa_err *err)
{
    int r = rpa_audit_commit(run->audit, err);
    if (r == 0)
        run_next(run);
    return r;
}

/* a step starts a program or is a flush: each has a turn of the loop for itself */
static int on_step(sd_event_source *source, void *data)
{
    static int (*const begin[])(struct run *run, struct rpa_err *err) = {
        [STEP_OPEN] = commit_open,
        [STEP_DISPLAY] = stage_display,
        [STEP_LAYOUT] = stage_layout,
        [STEP_SWEEP] = stage_sweep,
        [STEP_DRIVER] = stage_driver,
        [STEP_APP] = stage_app,
        [STEP_READY] = stage_ready,
        [STEP_SECOND] = stage_second,
        [STEP_BOT] = stage_bot,
    };
    struct run *run = data;
    struct rpa_err err;
    run->stepping = sd_event_source_disable_unref(source);
    if (!run->over && begin[run->step](run, &err) < 0)
        run_end(run, &err);
    return 0;
}

void run_next(struct run *run)
{
    if (run->over || run->stepping || run->step >= STEP_BOT)
        return;
    run->step++;
    sd_event_add_defer(run->loop, &run->stepping, on_step, run);
}

void run_fail(struct run *run, const struct rpa_err *err)
{
    if (run->err.code && !run->told)
        return;
    run->err = *err;
    run->where[0] = run->doing[0] = '\0';
    run->told = false;
}

void run_fail_stop(struct run *run, const struct rpa_err *err)
{
    supervisor_fail(run->sup, err);
}

/* ---- what is rowed of it ---- */

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

/* who stopped it, and how */
static int note_stop(struct run *run, const char *how,
                     const struct person *who, struct rpa_err *err)
{
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_str(body, "note", "asked to stop");
    rpa_msg_put_str(body, "how", how);
    rpa_msg_put_str(body, "by", who->name);
    rpa_msg_put_int(body, "uid", who->uid);
    int r = note(run, body, err);
    rpa_msg_free(&body);
    return r;
}

static void stop(struct run *run)
{
    run->stopping = true; /* and no other bot begins */
    if (run->over)
        return;
    if (run->interrupts == 1 && run->hand == HAND_ITEM) {
        run_log(run, RPA_LOG_INFO,
                "stopping after item %lld; once more to stop at once",
                (long long)run->claim.item);
        return;
    }
    bool between = run->used_items && (run->anew || run->step == STEP_BOT);
    run->exit = run->interrupts == 1 && between ? 7 : 130;
    run_end(run, NULL);
}

/* durable before anything follows from it: one flush for all that are stopped */
static int on_interrupt(sd_event_source *source, void *data)
{
    struct run *run = data;
    struct rpa_err err;
    run->interrupting = sd_event_source_disable_unref(source);
    if (rpa_audit_commit(run->audit, &err) < 0)
        run_fail_stop(run, &err);
    else
        stop(run);
    return 0;
}

void run_interrupt(struct run *run, const char *how, const struct person *who)
{
    struct rpa_err err;
    if (run->over && !run->broke.code)
        return; /* it ends */
    run->interrupts++;
    if (!run->id)
        stop(run);
    else if (note_stop(run, how, who, &err) < 0)
        run_fail_stop(run, &err);
    else if (!run->interrupting)
        sd_event_add_defer(run->loop, &run->interrupting, on_interrupt, run);
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
static int note_failure(struct run *run, const char *then, struct rpa_err *err)
{
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_err(body, &run->err);
    rpa_msg_put_str(body, "where", run->where);
    rpa_msg_put_str(body, "step", run->doing);
    if (then)
        rpa_msg_put_str(body, "then", then);
    int r = note(run, body, err);
    rpa_msg_free(&body);
    return r;
}

static int open_run(struct run *run, struct rpa_err *err)
{
    const struct rpa_run_options *o = run->options;
    char host[256] = "", target[64];
    rpa_str_copy(run->operator_name, sizeof run->operator_name,
                 o->operator_name);
    gethostname(host, sizeof host - 1);
    if (!rpa_msg_copy(o->bundle->manifest, "target", target, sizeof target))
        snprintf(target, sizeof target, "none");
    struct rpa_audit_run row = {
        .bot = o->bundle->name, .bot_sha256 = o->bundle->sha256,
        .runtime_sha256 = run->sup->self,
        .operator_name = run->operator_name, .uid = o->uid, .host = host,
        .target = target, .mode = o->policy->mode, .purpose = o->purpose,
    };
    rpa_random(row.uuid, sizeof row.uuid);
    int r = rpa_audit_run_open(run->audit, &row, &run->id, err);
    if (r == 0)
        r = note_settings(run, err);
    if (r == 0 && o->dry)
        r = dry_note(run, "begins", NULL, err);
    return r < 0 ? r : rpa_audit_commit_keys(run->audit, err);
}

/* ---- its end ---- */

static void tell_error(const struct run *run)
{
    struct rpa_err shown = run->err;
    char at[sizeof run->where + sizeof run->doing + 2];
    snprintf(at, sizeof at, "%s%s%s", run->where, run->doing[0] ? ", " : "",
             run->doing);
    rpa_err_place(&shown, at);
    run_log_err(run, &shown);
    if (shown.picture)
        run_log(run, RPA_LOG_ERROR, "picture: rpa audit picture %lld",
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
    int r = 0;
    run->exit = exit_of(run);
    if (run->err.code && !run->told) {
        run->err.picture = pictures_row(run, run->err.picture); /* it has come */
        note_failure(run, NULL, &err); /* a failed store says so below as well */
    }
    run->rows = rpa_audit_run_rows(run->audit, run->id) + 1;
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
    if (r < 0 && run->err.code != RPA_EAUDIT) {
        run->err = err;
        run->exit = rpa_code_exit(err.code);
    }
}

static void forget(struct run *run)
{
    struct run **at = &run->sup->runs;
    while (*at != run)
        at = &(*at)->next;
    *at = run->next;
    hold_clear(run);
    sd_event_source_disable_unref(run->ending);
    sd_event_source_disable_unref(run->interrupting);
    rpa_msg_free(&run->announced.about);
    json_decref(run->rejects);
    json_decref(run->folds);
    dry_clear(run);
    free(run->answers.pending);
    free(run);
}

/* ---- the bot begins anew ---- */

/* Errors the next bot would meet too. */
static bool stays(enum rpa_code code)
{
    return code == RPA_EPERM || code == RPA_ESECRET || code == RPA_EENV ||
           code == RPA_EPROTO || code == RPA_EAUDIT || code == RPA_ETAMPER;
}

static bool is_stopped(const struct run *run)
{
    return run->stopping || run->exit || run->sup->leaving;
}

/* An error that its bot did not settle ends the bot, not the night: nothing is
 * known of where it left the application, so the next items go to a new one; as
 * little as of one that stands before a commit act in a dry run. It
 * comes to an end, as each bot has taken an item. */
static bool goes_on(struct run *run)
{
    return (run->planned || run->broke.code) && !stays(run->broke.code) &&
           run->took_item && !is_stopped(run) &&
           (run->waits || work_ready(run) ||
            (run->planned && review_ready(run)));
}

/* What one bot leaves behind: its error is told and rowed before the next. */
static int end_bot(struct run *run, struct rpa_err *err)
{
    run->err.picture = pictures_row(run, run->err.picture);
    int r = note_failure(run, "the bot begins anew", err);
    if (r == 0)
        r = rpa_audit_commit(run->audit, err);
    tell_error(run);
    run->told = true;
    run_log(run, RPA_LOG_WARN, "the bot ended: %s; it begins anew with the next "
                               "item", run->broke.msg);
    return r;
}

static void begin_anew(struct run *run)
{
    struct rpa_err err;
    int r = run->planned ? 0 : end_bot(run, &err);
    hold_clear(run);
    run->ending = sd_event_source_disable_unref(run->ending);
    run->driver = run->manager = run->app = run->bot = 0;
    run->driver_end = run->bot_end = (struct process_end){ 0 };
    run->second_until_us = run->filed_us = 0;
    run->broke.code = 0;
    run->took_item = run->ended = run->over = run->silent = false;
    run->planned = false;
    run->queue[0] = '\0';
    run->anew = true;
    run->step = STEP_WAIT;
    if (r < 0)
        run_fail_stop(run, &err);
    else
        run_next(run);
}

static void finish(struct run *run)
{
    struct supervisor *sup = run->sup;
    if (run->lost)
        calls_tell_loss(run);
    if (run->id)
        close_run(run);
    else
        run->exit = exit_of(run);
    if (run->err.code && !run->told)
        tell_error(run);
    if (run->id)
        summary_print(run);
    run->ended_with(run->data, run);
    forget(run);
    supervisor_settle(sup);
}

/* its item is let go of first; each flush has a turn of the loop */
static int on_left(sd_event_source *source, void *data)
{
    struct run *run = data;
    bool anew = run->goes_on && !is_stopped(run);
    (void)source;
    run->ending = sd_event_source_disable_unref(run->ending);
    while (!(anew && run->planned) && item_abandon(run))
        if (sd_event_add_defer(run->loop, &run->ending, on_left, run) >= 0)
            return 0; /* else in this turn: a run always ends */
    if (anew)
        begin_anew(run);
    else
        finish(run);
    return 0;
}

/* nothing is left of its processes */
static void on_gone(void *data)
{
    struct run *run = data;
    struct rpa_err err;
    run->lane = NULL;
    if (files_leave(run, on_gone) || pictures_leave(run, on_gone))
        return;
    if (run->id && rpa_audit_unanswered(run->audit, run->id, &err) < 0)
        run_fail_stop(run, &err);
    run->goes_on = goes_on(run);
    on_left(NULL, run);
}

/* not where it was asked for: that may be in the midst of taking a message */
static int on_ending(sd_event_source *source, void *data)
{
    struct run *run = data;
    bool left = run->driver_end.code == CLD_EXITED && !run->driver_end.status;
    bool sweep = !left && run->options->display && run->step > STEP_DRIVER;
    (void)source;
    run->stepping = sd_event_source_disable_unref(run->stepping);
    run->heir = sd_event_source_disable_unref(run->heir);
    client_drop(run->client);
    run->client = NULL;
    int *fds[] = { &run->driver_fd, &run->bot_fd, &run->second_fd };
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
    if (run->lane)
        lane_end(run->lane, sweep, on_gone, run);
    else
        on_gone(run);
    return 0;
}

void run_end(struct run *run, const struct rpa_err *err)
{
    if (err)
        run_fail(run, err);
    if (run->over)
        return;
    run->over = true;
    run_limit(run, 0);
    if (sd_event_add_defer(run->loop, &run->ending, on_ending, run) >= 0)
        sd_event_source_set_priority(run->ending, SD_EVENT_PRIORITY_IMPORTANT);
}

void run_begin(struct run *run)
{
    struct rpa_err err;
    int r = run->options->dry ? dry_begin(run, &err) : 0;
    if (r == 0)
        r = work_prepare(run, &err);
    if (r == 0)
        r = open_run(run, &err);
    if (r < 0) /* else its rows come with the next step */
        run_end(run, &err);
    else
        run_next(run);
}
