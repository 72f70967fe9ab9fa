/* rpa daemon: the supervisor of a state directory that stays. */
#include "rpa/cmd/daemon.h"
#include "rpa/base/log.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/config/schedule.h"
#include "rpa/supervisor/control.h"
#include "rpa/supervisor/reader.h"
#include "rpa/supervisor/rota.h"
#include "rpa/supervisor/supervisor.h"
#include "rpa/supervisor/watch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

static const char synopsis[] = "usage: rpa daemon [options]\n";

/* what looks after many bots, and what it goes by */
struct keeper {
    struct rpa_options *o;
    struct supervisor *sup;
    struct watch *watch;
    struct reader *confs; /* rpa.conf, read again */
    sd_event_source *hangup;
};

static int64_t number(const struct rpa_options *o, const char *name,
                      int64_t otherwise)
{
    double value = (double)otherwise;
    rpa_option_number(o, name, &value);
    return (int64_t)value;
}

/* ---- rpa.conf ---- */

static int take_options(struct keeper *k, struct rpa_err *err)
{
    struct supervisor *sup = k->sup;
    sup->segment_rows = number(k->o, "segment_rows", RPA_AUDIT_SEGMENT_ROWS);
    sup->max_bots = number(k->o, "max_bots", 4);
    sup->warm = number(k->o, "warm", 1);
    sup->files = rpa_option_text(k->o, "files");
    sup->confs = k->o->confs;
    control_admit(sup->control, people_named(sup->confs, RPA_CONFS));
    return watch_tell(k->watch, rpa_option_table(k->o, "alerts"), err);
}

static void on_confs(void *data, const cbor_item_t *msg,
                     const struct rpa_err *why)
{
    struct keeper *k = data;
    cbor_item_t *confs[RPA_CONFS];
    struct rpa_err err;
    if (!msg) {
        err = *why;
        rpa_err_context(&err, "rpa.conf stays as it was; until it is mended no "
                              "run starts");
        rpa_log_err(&err);
        return;
    }
    for (size_t i = 0; i < RPA_CONFS; i++) {
        cbor_item_t *one = rpa_msg_get(rpa_msg_get(msg, "ok"), reader_confs[i]);
        confs[i] = one ? cbor_incref(one) : NULL;
    }
    if (rpa_options_renew(k->o, confs, &err) < 0)
        rpa_log_err(&err);
    if (take_options(k, &err) < 0)
        rpa_log_err(&err);
    else
        rpa_log(RPA_LOG_INFO, "rpa.conf is read again: up to %lld bots at once",
                (long long)k->sup->max_bots);
    supervisor_settle(k->sup);
    rota_soon(k->sup->rota);
}

static int on_hangup(sd_event_source *source,
                     const struct signalfd_siginfo *si, void *data)
{
    struct keeper *k = data;
    (void)source;
    (void)si;
    rota_read(k->sup->rota);
    reader_read_soon(k->confs);
    return 0;
}

/* at SIGHUP, and when a file of it changes */
static int read_again(struct keeper *k, struct rpa_err *err)
{
    char paths[RPA_CONFS][4096];
    const char *config = k->sup->config ? k->sup->config : "";
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int r = reader_new(k->sup, "conf", config, on_confs, k, &k->confs, err);
    if (r < 0)
        return r;
    rpa_options_conf_paths(k->sup->config, paths);
    for (size_t i = 0; i < RPA_CONFS; i++)
        if (*paths[i])
            reader_watch_file(k->confs, paths[i]);
    return sd_event_add_signal(k->sup->loop, &k->hangup, SIGHUP, on_hangup,
                               k) < 0
               ? rpa_fail(err, RPA_EIO, "listening for SIGHUP")
               : 0;
}

/* ---- its life ---- */

static int begin(struct keeper *k, const char *schedules, struct rpa_err *err)
{
    k->sup->stays = true;
    k->sup->config = rpa_option_text(k->o, "config");
    int r = watch_open(k->sup, schedules, &k->watch, err);
    if (r == 0)
        r = read_again(k, err);
    if (r == 0)
        r = rota_open(k->sup, schedules, &k->sup->rota, err);
    return r == 0 ? take_options(k, err) : r;
}

static void run(struct keeper *k)
{
    sd_event_set_watchdog(k->sup->loop, true);
    supervisor_settle(k->sup);
    rpa_log(RPA_LOG_INFO, "ready on %s: up to %lld bots at once",
            k->sup->state_dir, (long long)k->sup->max_bots);
    sd_notify(false, "READY=1");
    supervisor_loop(k->sup);
    sd_notify(false, "STOPPING=1");
}

static int look_after(struct rpa_options *o, const char *state_dir,
                      struct rpa_err *err)
{
    const char *state = rpa_option_text(o, "state"),
               *schedules = rpa_option_text(o, "schedules");
    struct keeper k = { .o = o };
    int r = supervisor_open(state ? state : state_dir, &k.sup, err);
    if (r < 0)
        return r;
    r = begin(&k, schedules ? schedules : SCHEDULES_FILE, err);
    if (r == 0)
        run(&k);
    if (k.sup->failed.code)
        r = -(int)(*err = k.sup->failed).code;
    sd_event_source_disable_unref(k.hangup);
    reader_free(k.confs);
    watch_close(k.watch);
    supervisor_close(k.sup);
    return r;
}

int cmd_daemon(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    struct rpa_err err;
    int status = 0;
    if (rpa_options_read(RPA_OF_DAEMON, synopsis, argc, argv, &o, &status)) {
        if (o.nargs) {
            fputs(synopsis, stderr);
            status = 2;
        } else if (look_after(&o, state_dir, &err) < 0) {
            rpa_log_err(&err);
            status = rpa_code_exit(err.code);
        }
    }
    rpa_options_clear(&o);
    return status;
}
