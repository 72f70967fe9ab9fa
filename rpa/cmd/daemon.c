/* rpa daemon: the supervisor of a state directory that stays. */
#include "rpa/cmd/daemon.h"
#include "rpa/base/log.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/config/schedule.h"
#include "rpa/supervisor/control.h"
#include "rpa/supervisor/rota.h"
#include "rpa/supervisor/supervisor.h"
#include "rpa/supervisor/watch.h"

#include <stdio.h>
#include <systemd/sd-daemon.h>

static const char synopsis[] = "usage: rpa daemon [options]\n";

static int64_t number(const struct rpa_options *o, const char *name,
                      int64_t otherwise)
{
    double value = (double)otherwise;
    rpa_option_number(o, name, &value);
    return (int64_t)value;
}

static int look_after(struct rpa_options *o, const char *state_dir,
                      struct rpa_err *err)
{
    const char *state = rpa_option_text(o, "state"),
               *file = rpa_option_text(o, "schedules");
    struct supervisor *sup;
    struct watch *watch = NULL;
    int r = supervisor_open(state ? state : state_dir, &sup, err);
    if (r < 0)
        return r;
    sup->stays = true;
    sup->segment_rows = number(o, "segment_rows", RPA_AUDIT_SEGMENT_ROWS);
    sup->max_bots = number(o, "max_bots", 4);
    sup->warm = number(o, "warm", 1);
    sup->config = rpa_option_text(o, "config");
    sup->files = rpa_option_text(o, "files");
    sup->confs = o->confs;
    if (people_named(sup->confs, RPA_CONFS))
        control_admit(sup->control);
    file = file ? file : SCHEDULES_FILE;
    r = rota_open(sup, file, &sup->rota, err);
    if (r == 0)
        r = watch_open(sup, rpa_option_table(o, "alerts"), file, &watch, err);
    if (r < 0) {
        supervisor_close(sup);
        return r;
    }
    sd_event_set_watchdog(sup->loop, true);
    supervisor_settle(sup);
    rpa_log(RPA_LOG_INFO, "ready on %s: up to %lld bots at once",
            sup->state_dir, (long long)sup->max_bots);
    sd_notify(false, "READY=1");
    supervisor_loop(sup);
    sd_notify(false, "STOPPING=1");
    if (sup->failed.code)
        r = -(int)(*err = sup->failed).code;
    watch_close(watch);
    supervisor_close(sup);
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
