/* What stays while runs come and go: the store, the loop, who runs. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/sched/engine.h"
#include "rpa/supervisor/closer.h"
#include "rpa/supervisor/control.h"
#include "rpa/supervisor/hold.h"
#include "rpa/supervisor/rota.h"
#include "rpa/supervisor/survivors.h"
#include "rpa/supervisor/who.h"
#include "rpa/vault/crypto.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

/* ---- runs ---- */

int supervisor_submit(struct supervisor *sup,
                      const struct rpa_run_options *options, run_ended *ended,
                      void *data, struct run **ret, struct rpa_err *err)
{
    struct run *run = calloc(1, sizeof *run), **last = &sup->runs;
    if (!run)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a run");
    *run = (struct run){ .sup = sup, .options = options, .ended_with = ended,
                         .data = data, .loop = sup->loop, .audit = sup->audit,
                         .writer = sup->writer, .queues = sup->queues,
                         .began_us = rpa_now_us(), .driver_fd = -1,
                         .bot_fd = -1, .second_fd = -1,
                         .rejects = json_array(), .folds = json_array(),
                         .plan = json_array(), .keyed = json_array() };
    while (*last)
        last = &(*last)->next;
    *last = run;
    if (ret)
        *ret = run;
    supervisor_settle(sup);
    return 0;
}

struct run *supervisor_run(const struct supervisor *sup, int64_t id)
{
    struct run *run = sup->runs;
    while (run && run->id != id)
        run = run->next;
    return run;
}

static bool is_waiting(const struct run *run)
{
    return run->step == STEP_WAIT && !run->over;
}

/* the first of those that wait, if there is room */
static struct run *next_waiting(const struct supervisor *sup)
{
    int64_t running = 0;
    struct run *waiting = NULL;
    for (struct run *run = sup->runs; run; run = run->next)
        if (!is_waiting(run))
            running++;
        else if (!waiting)
            waiting = run;
    return running < sup->max_bots ? waiting : NULL;
}

/* what `systemctl status` says of a daemon */
static void tell_systemd(struct supervisor *sup)
{
    int64_t runs = 0, waiting = 0;
    for (const struct run *run = sup->runs; run; run = run->next) {
        runs += !is_waiting(run);
        waiting += is_waiting(run);
    }
    if (!sup->stays || (runs == sup->told_runs && waiting == sup->told_waiting))
        return;
    sd_notifyf(false, "STATUS=%lld bots at work, %lld waiting", (long long)runs,
               (long long)waiting);
    sup->told_runs = runs;
    sup->told_waiting = waiting;
}

static int on_settle(sd_event_source *source, void *data)
{
    struct supervisor *sup = data;
    struct run *run;
    (void)source;
    sup->settling = sd_event_source_disable_unref(sup->settling);
    if (!closer_busy(sup->closer) && (run = next_waiting(sup))) {
        run_begin(run);
        supervisor_settle(sup); /* one a turn */
    }
    tell_systemd(sup);
    pool_fill(sup);
    rota_soon(sup->rota); /* there may be room */
    sup->ran = sup->ran || sup->runs;
    if (sup->runs || rota_loads(sup->rota))
        return 0;
    children_end_strays(sup->children);
    if (sup->ran && !sup->leaving && !closer_busy(sup->closer))
        closer_look(sup->closer);
    sup->ran = false;
    if ((sup->leaving || (!sup->stays && !closer_busy(sup->closer))) &&
        !sup->lanes)
        sd_event_exit(sup->loop, 0);
    return 0;
}

void supervisor_settle(struct supervisor *sup)
{
    if (!sup->settling)
        sd_event_add_defer(sup->loop, &sup->settling, on_settle, sup);
}

void supervisor_leave(struct supervisor *sup)
{
    sup->leaving = true;
    supervisor_settle(sup);
}

void supervisor_stop(struct supervisor *sup, const char *how,
                     const struct person *who)
{
    for (struct run *run = sup->runs; run; run = run->next)
        run_interrupt(run, how, who);
    supervisor_leave(sup);
}

void supervisor_fail(struct supervisor *sup, const struct rpa_err *err)
{
    sup->leaving = true;
    sup->failed = *err;
    for (struct run *run = sup->runs; run; run = run->next) {
        run->err = *err;
        run->where[0] = run->doing[0] = '\0';
        run->told = false;
        if (run->lane)
            lane_kill(run->lane);
        run_end(run, NULL);
    }
    supervisor_settle(sup);
}

/* ---- the loop ---- */

static int on_signal(sd_event_source *source,
                     const struct signalfd_siginfo *si, void *data)
{
    struct supervisor *sup = data;
    struct person root = { .uid = si->ssi_uid, .name = "root" };
    bool ours = si->ssi_code != SI_USER || si->ssi_uid == sup->me.uid;
    (void)source; /* nobody else may */
    supervisor_stop(sup, si->ssi_signo == SIGINT ? "SIGINT" : "SIGTERM",
                    ours ? &sup->me : &root);
    return 0;
}

/* one flush a turn, so that no commit waits for that */
static bool tidied(struct supervisor *sup)
{
    return rpa_audit_tidy(sup->audit) || rpa_sched_tidy(rota_engine(sup->rota)) ||
           rpa_queues_tidy(sup->queues);
}

/* An idle store signs that it is: a gap in it would show. */
static int on_heartbeat(sd_event_source *source, uint64_t usec, void *data)
{
    struct supervisor *sup = data;
    struct rpa_err err;
    bool tidies = tidied(sup); /* and again, before others commit */
    (void)usec;
    sd_event_source_set_time_relative(source, tidies ? 0 : RPA_AUDIT_HEARTBEAT_US);
    sd_event_source_set_priority(source, tidies ? SD_EVENT_PRIORITY_IMPORTANT
                                                : SD_EVENT_PRIORITY_NORMAL);
    sd_event_source_set_enabled(source, SD_EVENT_ON);
    int r = tidies ? 1 : rpa_audit_commit_keys(sup->audit, &err);
    if (r == 0) /* else at the next one, if that is still due */
        r = rpa_audit_heartbeat(sup->audit, &err);
    if (r < 0)
        supervisor_fail(sup, &err);
    return 0;
}

static int open_loop(struct supervisor *sup, struct rpa_err *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    int r = sd_event_new(&sup->loop);
    if (r >= 0)
        r = sd_event_add_signal(sup->loop, NULL, SIGINT, on_signal, sup);
    if (r >= 0)
        r = sd_event_add_signal(sup->loop, NULL, SIGTERM, on_signal, sup);
    if (r >= 0)
        r = sd_event_add_time_relative(sup->loop, NULL, CLOCK_BOOTTIME,
                                       RPA_AUDIT_HEARTBEAT_US, 0,
                                       on_heartbeat, sup);
    if (r >= 0)
        return children_open(sup->loop, &sup->children, err);
    errno = -r;
    return rpa_fail_errno(err, RPA_EIO, "starting the event loop");
}

static void end_turn(struct supervisor *sup)
{
    struct turn turn;
    if (turns_end(&sup->turns, &turn) && sup->stays)
        rpa_log(RPA_LOG_WARN,
                "the loop stood still for %lld ms: %lld ms of computing, else "
                "the disk",
                (long long)turn.us / 1000, (long long)turn.cpu_us / 1000);
}

void supervisor_loop(struct supervisor *sup)
{
    while (sd_event_get_state(sup->loop) != SD_EVENT_FINISHED) {
        int r = sd_event_prepare(sup->loop);
        if (r == 0)
            r = sd_event_wait(sup->loop, UINT64_MAX);
        turns_begin(&sup->turns);
        if (r > 0)
            r = sd_event_dispatch(sup->loop);
        end_turn(sup);
        if (r < 0)
            return;
    }
}

/* ---- coming and going ---- */

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

int supervisor_open(const char *state_dir, struct supervisor **ret,
                    struct rpa_err *err)
{
    struct supervisor *sup = calloc(1, sizeof *sup);
    if (!sup)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the supervisor");
    *sup = (struct supervisor){ .state_dir = state_dir, .max_bots = 1,
                                .segment_rows = RPA_AUDIT_SEGMENT_ROWS,
                                .told_runs = -1, .ran = true };
    turns_open(&sup->turns);
    people_find(NULL, 0, getuid(), true, &sup->me);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    int r = rpa_audit_open(state_dir, &sup->audit, err);
    if (r == 0)
        sup->after_loss = survivors_sweep(state_dir);
    if (r == 0)
        r = rpa_queues_open(state_dir, &sup->queues, err);
    if (r == 0)
        r = work_recover(sup->audit, sup->queues, err);
    if (r == 0)
        r = hash_self(sup->self, err);
    if (r == 0)
        r = open_loop(sup, err);
    if (r == 0)
        r = closer_open(sup, &sup->closer, err);
    if (r == 0)
        r = writer_open(sup->loop, sup->audit, &sup->writer, err);
    if (r == 0)
        r = who_open(sup, &sup->who, err);
    if (r == 0)
        r = control_open(sup, &sup->control, err);
    if (r == 0)
        *ret = sup;
    else
        supervisor_close(sup);
    return r;
}

void supervisor_close(struct supervisor *sup)
{
    if (!sup)
        return;
    control_close(sup->control);
    who_close(sup->who);
    rota_close(sup->rota);
    hold_forget(sup);
    closer_close(sup->closer);
    sd_event_source_disable_unref(sup->settling);
    sd_event_source_disable_unref(sup->refill);
    writer_close(sup->writer);
    children_close(sup->children);
    sd_event_unref(sup->loop);
    rpa_vault_close(sup->vault);
    rpa_queues_close(sup->queues);
    if (sup->audit && !sup->kin)
        survivors_forget(sup->state_dir);
    rpa_audit_close(sup->audit);
    turns_close(&sup->turns);
    free(sup);
}
