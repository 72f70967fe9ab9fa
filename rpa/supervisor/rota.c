#include "rpa/supervisor/rota.h"
#include "rpa/base/log.h"
#include "rpa/config/file.h"
#include "rpa/supervisor/clock.h"
#include "rpa/supervisor/inbox.h"
#include "rpa/supervisor/intake.h"
#include "rpa/supervisor/launch.h"
#include "rpa/supervisor/planner.h"
#include "rpa/supervisor/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define FULL_US 5000000   /* until a full disk is looked at again */
#define COMING_MAX 20   /* of what is next, in the status */

struct rota {
    struct supervisor *sup;
    const char *file;
    struct schedules schedules;
    char tzdata[16]; /* the release of the zones they go by */
    struct rpa_sched *sched;
    struct rpa_sched_host host;
    char *boot;
    struct reader *reader; /* of the file */
    struct intake *intake; /* what it read is taken in */
    struct inbox *inbox;   /* files that schedules wait for */
    bool open;
    struct rpa_err first; /* why the file could not be read before that */
    struct clock_watch *clock;
    sd_event_source *timer;
    struct launch *launches;
    bool launched, more; /* one a turn; there are others */
    bool full;
    int64_t rowed; /* the engine's last row that the audit has taken, and that
                      is not told to be there; 0: none */
    struct rpa_err row_err;
};

static int64_t now_s(void)
{
    return rpa_now_us() / 1000000;
}

/* ---- what the engine asks for ---- */

static void put_row(void *data, const struct rpa_sched_row *row)
{
    struct rota *rota = data;
    if (rota->row_err.code)
        return;
    if (planner_row(rota->sup->audit, row, rota->tzdata, &rota->row_err) == 0)
        rota->rowed = row->seq;
    if (row->fate != RPA_SCHED_FIRED)
        rpa_log(RPA_LOG_WARN, "%s: %s: %s", row->schedule,
                planner_fate(row->fate), row->why);
}

static void ended(void *data, struct launch *launch,
                  enum rpa_sched_outcome outcome)
{
    launch->outcome = outcome;
    rota_soon(data);
}

static bool has_room(const struct rota *rota)
{
    int64_t n = 0;
    for (const struct run *run = rota->sup->runs; run; run = run->next)
        n++;
    for (const struct launch *l = rota->launches; l; l = l->next)
        n += l->run == NULL;
    return n < rota->sup->max_bots && !rota->sup->leaving;
}

static void start(void *data, const struct rpa_sched_start *start)
{
    struct rota *rota = data;
    const struct schedule *schedule;
    struct launch *launch;
    struct rpa_err err;
    bool later = rota->launched || rota->rowed;
    rota->more = later && has_room(rota);
    if (later || rota->row_err.code || !has_room(rota) ||
        schedules_find(&rota->schedules, start->schedule, &schedule, &err) < 0)
        return;
    rota->launched = true;
    int r = rpa_sched_started(rota->sched, start->run, now_s(), &err);
    if (r == -RPA_EEXPIRED)
        return;
    if (r < 0) {
        supervisor_fail(rota->sup, &err);
        return;
    }
    if (launch_start(rota->sup, schedule, start, ended, rota, &launch, &err) <
        0) {
        rpa_log_err(&err);
        if (rpa_sched_ended(rota->sched, start->run, RPA_SCHED_FAILURE, 0,
                            now_s(), &err) < 0)
            supervisor_fail(rota->sup, &err);
        return;
    }
    rpa_log(RPA_LOG_INFO, "%s: %s starts (%s)", launch->schedule, schedule->bot,
            planner_cause(start->cause));
    launch->next = rota->launches;
    rota->launches = launch;
}

static void stop(void *data, int64_t run, const char *why)
{
    struct rota *rota = data;
    for (struct launch *l = rota->launches; l; l = l->next)
        if (l->id == run)
            launch_stop(l, why);
}

/* nothing is given out of one that is paused */
static bool count(void *data, const char *queue, struct rpa_sched_counts *ret)
{
    struct rota *rota = data;
    struct rpa_queue_left left;
    rpa_time oldest_us;
    struct rpa_err ignored;
    if (rpa_queue_left(rota->sup->queues, queue, &left, &ignored) < 0 ||
        left.paused ||
        rpa_queue_oldest(rota->sup->queues, queue, &oldest_us, &ignored) < 0)
        return false;
    *ret = (struct rpa_sched_counts){ left.ready, oldest_us / 1000000 };
    return true;
}

/* ---- its steps: each has a turn of the loop, and so at most one flush ---- */

static struct launch **an_ended(struct rota *rota)
{
    struct launch **at = &rota->launches;
    while (*at && !(*at)->outcome)
        at = &(*at)->next;
    return at;
}

/* a run has ended: what follows it is pending */
static int settle(struct rota *rota, struct launch **at, struct rpa_err *err)
{
    struct launch *launch = *at;
    *at = launch->next;
    int r = launch->changed
                ? rpa_sched_block(rota->sched, launch->id,
                                  "its bot changed since it was approved",
                                  now_s(), err)
                : rpa_sched_ended(rota->sched, launch->id, launch->outcome,
                                  launch->audit_run, now_s(), err);
    if (launch->changed) /* no watch has told so */
        reader_read_soon(rota->reader);
    launch_free(launch);
    rota->more = true;
    supervisor_settle(rota->sup);
    return r;
}

/* what was decided is durable in the audit, before anything of it starts */
static int tell(struct rota *rota, struct rpa_err *err)
{
    int64_t rowed = rota->rowed;
    rota->rowed = 0;
    int r = rpa_audit_commit(rota->sup->audit, err);
    return r == 0 ? rpa_sched_told(rota->sched, rowed, err) : r;
}

/* decide what is due; or, when nothing is, start one */
static int decide(struct rota *rota, struct rpa_err *err)
{
    rota->row_err.code = 0;
    rota->launched = rota->more = false;
    int r = rpa_sched_advance(rota->sched, now_s(), err);
    if (r == 0 && rota->row_err.code)
        r = -(int)(*err = rota->row_err).code;
    return r;
}

/* ---- the clock ---- */

static void arm(struct rota *rota)
{
    int64_t wake = rpa_sched_next_wake(rota->sched);
    bool never = wake == INT64_MAX || rota->sup->leaving;
    if (!never)
        sd_event_source_set_time(rota->timer,
                                 wake > 0 ? (uint64_t)wake * 1000000 : 0);
    sd_event_source_set_enabled(rota->timer,
                                never ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

/* What is decided is rowed, which would use up the room for the ends of runs. */
static bool has_no_room(struct rota *rota)
{
    bool was = rota->full;
    rota->full = rpa_audit_is_full(rota->sup->audit);
    if (rota->full != was)
        rpa_log(RPA_LOG_WARN, "%s", rota->full
                    ? "the disk is nearly full: no schedule is decided on until "
                      "there is room"
                    : "there is room again: what was missed goes by its policy");
    if (rota->full)
        sd_event_source_set_time(rota->timer,
                                 (uint64_t)rpa_now_us() + FULL_US);
    return rota->full;
}

static int on_time(sd_event_source *source, uint64_t usec, void *data)
{
    struct rota *rota = data;
    struct launch **over = an_ended(rota);
    struct rpa_err err;
    int r = 0;
    (void)source;
    (void)usec;
    if (*over)
        r = settle(rota, over, &err);
    else if (rota->sup->failed.code)
        return 0;
    else if (rota->rowed)
        r = tell(rota, &err);
    else if (rota->sup->leaving)
        return 0;
    else if (!has_no_room(rota))
        r = decide(rota, &err);
    if (r < 0)
        supervisor_fail(rota->sup, &err);
    if (rota->full)
        sd_event_source_set_enabled(rota->timer, SD_EVENT_ONESHOT);
    else if (rota->more || rota->rowed || *an_ended(rota))
        rota_soon(rota);
    else
        arm(rota);
    return 0;
}

void rota_soon(struct rota *rota)
{
    if (!rota)
        return;
    sd_event_source_set_time(rota->timer, 0);
    sd_event_source_set_enabled(rota->timer, SD_EVENT_ONESHOT);
}

/* decided anew at once, not when the next time was due by the old clock */
static void on_clock(void *data)
{
    rpa_log(RPA_LOG_WARN, "the clock was set, or the machine slept: what is "
                          "due is decided anew");
    rota_soon(data);
}

/* It is told of again every 30 s: what cannot be decided now is not lost. */
static void on_arrival(void *data, const char *schedule, int64_t key,
                       int64_t changed)
{
    struct rota *rota = data;
    struct rpa_err err;
    if (rota->full || rota->sup->leaving)
        return;
    if (rpa_sched_file(rota->sched, schedule, key, changed, now_s(), &err) < 0)
        supervisor_fail(rota->sup, &err);
    else
        rota_soon(rota);
}

/* ---- the file ---- */

/* A bot that changes is not what was approved: known before it is to start, if
 * its folders can be watched, and when it is loaded in any case. */
static void watch_bots(struct rota *rota, const cbor_item_t *bots)
{
    static const char *const parts[] = { "", "/../common", "/../common/fonts" };
    char folder[256], path[sizeof folder + 20];
    size_t n;
    struct cbor_pair *pairs = rpa_cbor_pairs(bots, &n);
    reader_forget_bots(rota->reader);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0;
             k < sizeof parts / sizeof *parts &&
             rpa_msg_copy(pairs[i].value, "folder", folder, sizeof folder);
             k++) {
            snprintf(path, sizeof path, "%s%s", folder, parts[k]);
            reader_watch_bots(rota->reader, path);
        }
}

static void refuse(struct rota *rota, const struct rpa_err *err)
{
    if (rota->open)
        rpa_log_err(err);
    else
        rota->first = *err;
}

/* RPA_EINVAL and the like: what was there stays */
static void on_taken(void *data, const cbor_item_t *msg,
                     const struct schedules *fresh, const struct rpa_err *why)
{
    struct rota *rota = data;
    if (why && why->code == RPA_EIO && rota->open) {
        supervisor_fail(rota->sup, why);
    } else if (why) {
        refuse(rota, why);
    } else {
        schedules_clear(&rota->schedules);
        rota->schedules = *fresh;
        if (msg)
            rpa_log(RPA_LOG_INFO, "%zu schedules in %s", fresh->n, rota->file);
        else
            rpa_log(RPA_LOG_WARN, "no schedules: there is no %s", rota->file);
        inbox_set(rota->inbox, &rota->schedules);
        rota_soon(rota);
        if (msg) {
            rpa_msg_copy(msg, "tzdata", rota->tzdata, sizeof rota->tzdata);
            watch_bots(rota, rpa_msg_get(msg, "bots"));
        }
    }
    intake_end(rota->intake);
    rota->intake = NULL;
}

static void on_file(void *data, const cbor_item_t *msg,
                    const struct rpa_err *why)
{
    struct rota *rota = data;
    struct rpa_err err;
    int r = 0;
    if (!msg && (why->code != RPA_ENOTFOUND || rota->schedules.n))
        r = -(int)(err = *why).code;
    if (r == -RPA_ENOTFOUND)
        rpa_err_hint(&err, "the %zu schedules of before stay; an empty table "
                           "ends them", rota->schedules.n);
    if (r == 0) { /* no file and none of before: a daemon without schedules */
        intake_end(rota->intake);
        rota->intake = NULL;
        r = intake_begin(rota->sup, rota->sched, rota->file, msg, on_taken, rota,
                         &rota->intake, &err);
    }
    if (r < 0)
        refuse(rota, &err);
    else if (!rota->open)
        intake_now(rota->intake);
}

void rota_read(struct rota *rota)
{
    if (rota)
        reader_read_soon(rota->reader);
}

/* ---- coming and going ---- */

int rota_open(struct supervisor *sup, const char *file, struct rota **ret,
              struct rpa_err *err)
{
    struct rota *rota = calloc(1, sizeof *rota);
    char holidays[4096];
    size_t len;
    if (!rota)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    *rota = (struct rota){ .sup = sup, .file = file };
    rota->host = (struct rpa_sched_host){ rota, put_row, start, stop, count };
    int r = rpa_read_file(BOOT_ID, 64, &rota->boot, &len, err);
    if (r == 0)
        r = rpa_sched_open(sup->state_dir, &rota->host, rota->boot,
                           &rota->sched, err);
    if (r == 0 && sd_event_add_time(sup->loop, &rota->timer, CLOCK_REALTIME, 0,
                                    1000, on_time, rota) < 0)
        r = rpa_fail(err, RPA_EIO, "starting a timer");
    if (r == 0)
        r = clock_watch_new(sup->loop, on_clock, rota, &rota->clock, err);
    if (r == 0)
        r = inbox_open(sup, on_arrival, rota, &rota->inbox, err);
    if (r == 0)
        r = reader_new(sup, "schedules", file, on_file, rota, &rota->reader,
                       err);
    if (r == 0) {
        schedules_holidays_path(file, holidays, sizeof holidays);
        reader_watch_file(rota->reader, file);
        reader_watch_file(rota->reader, holidays);
        reader_watch_file(rota->reader, RPA_ZONE_RELEASE);
        r = reader_read_now(rota->reader, err);
    }
    if (r == 0 && rota->first.code)
        r = -(int)(*err = rota->first).code;
    rota->open = true;
    if (r == 0)
        *ret = rota;
    else
        rota_close(rota);
    return r;
}

void rota_close(struct rota *rota)
{
    struct rpa_err ignored;
    if (!rota)
        return;
    if (rota->rowed && !rota->sup->failed.code)
        tell(rota, &ignored);
    while (rota->launches) {
        struct launch *next = rota->launches->next;
        launch_free(rota->launches);
        rota->launches = next;
    }
    reader_free(rota->reader);
    intake_end(rota->intake);
    inbox_close(rota->inbox);
    clock_watch_free(rota->clock);
    sd_event_source_disable_unref(rota->timer);
    rpa_sched_close(rota->sched);
    schedules_clear(&rota->schedules);
    free(rota->boot);
    free(rota);
}

struct rpa_sched *rota_engine(const struct rota *rota)
{
    return rota ? rota->sched : NULL;
}

bool rota_loads(const struct rota *rota)
{
    return rota && rota->launches;
}

const char *rota_schedule(const struct rota *rota, const struct run *run)
{
    for (const struct launch *l = rota ? rota->launches : NULL; l; l = l->next)
        if (l->run == run)
            return l->schedule;
    return NULL;
}

int64_t rota_closes(const struct rota *rota, const struct run *run)
{
    const char *name = rota_schedule(rota, run);
    const struct schedule *s;
    struct rpa_opening opening;
    struct rpa_err ignored;
    if (!name || schedules_find(&rota->schedules, name, &s, &ignored) < 0 ||
        !s->spec.plan.has_window ||
        !rpa_window_at(&s->spec.plan.window, s->zone, now_s(), &opening))
        return 0;
    return opening.end;
}

/* what a person approved and the clock starts; the others wait for something */
void rota_status(const struct rota *rota, cbor_item_t *status)
{
    struct rpa_sched_coming coming[COMING_MAX];
    const struct schedule *s;
    struct rpa_err ignored;
    char iso[40];
    if (!rota)
        return;
    cbor_item_t *list = rpa_cbor_array();
    size_t all, n = rpa_sched_coming(rota->sched, coming, COMING_MAX, &all);
    for (size_t i = 0; i < n; i++) {
        if (schedules_find(&rota->schedules, coming[i].schedule, &s,
                           &ignored) < 0)
            continue;
        cbor_item_t *one = rpa_cbor_map();
        rpa_msg_put_str(one, "schedule", s->spec.name);
        rpa_msg_put_str(one, "bot", s->bot);
        rpa_msg_put_str(one, "at", rpa_zone_iso(s->zone, coming[i].due, iso));
        rpa_cbor_push(list, one);
    }
    rpa_msg_put_item(status, "next", list);
    rpa_msg_put_int(status, "coming", (int64_t)all);
}
