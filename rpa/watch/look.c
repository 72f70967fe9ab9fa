/* What is wrong at the moment. Counts and labels, nothing of a person: why a
 * queue is paused, and what an item is, stay where they are. */
#include "rpa/watch/look.h"
#include "rpa/base/log.h"
#include "rpa/queue/queue.h"
#include "rpa/supervisor/planner.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

enum { WAITS_S = 300, SOON_S = 60 * 86400 };

#define BIT(kind) (1u << (kind))

struct looking {
    const struct look *at;
    struct looked *out;
};

static void found(struct looking *l, enum rpa_alert_kind kind,
                  const char *about, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
static void found(struct looking *l, enum rpa_alert_kind kind,
                  const char *about, const char *name, const char *fmt, ...)
{
    struct rpa_alert alert = { .kind = kind };
    va_list ap;
    snprintf(alert.about, sizeof alert.about, "%s %s", about, name);
    va_start(ap, fmt);
    vsnprintf(alert.text, sizeof alert.text, fmt, ap);
    va_end(ap);
    rpa_buf_add(&l->out->list, &alert, sizeof alert);
}

/* "1 item", "2 items" */
#define ITEMS(n) (long long)(n), (n) == 1 ? "" : "s"

/* "3 h 10 min" */
static char *span(int64_t s, char out[static 48])
{
    if (s >= 3600)
        snprintf(out, 48, "%lld h %lld min", (long long)(s / 3600),
                 (long long)(s % 3600 / 60));
    else
        snprintf(out, 48, "%lld min", (long long)(s / 60));
    return out;
}

/* ---- schedules ---- */

static void look_at_times(struct looking *l, const struct schedule *s,
                          const struct rpa_sched_info *info)
{
    const char *name = s->spec.name, *day_off;
    char at[40], waits[48];
    struct rpa_opening opening;
    int64_t now = l->at->now;
    if (info->fate == RPA_SCHED_MISSED)
        found(l, RPA_ALERT_LATE, "schedule", name,
              "its time of %s was missed",
              rpa_zone_iso(s->zone, info->fate_due, at));
    else if (info->fate == RPA_SCHED_BLOCKED && info->approved)
        found(l, RPA_ALERT_LATE, "schedule", name,
              "its time of %s was blocked: %s",
              rpa_zone_iso(s->zone, info->fate_due, at),
              s->spec.trigger == RPA_SCHED_AFTER
                  ? "what it follows did not end as it should, or not in time"
                  : "it was not approved then");
    else if (info->waits && now - info->waits >= WAITS_S &&
             rpa_plan_open(&s->spec.plan, now, &opening, &day_off) &&
             now - opening.begin >= WAITS_S)
        found(l, RPA_ALERT_LATE, "schedule", name,
              "its run waits for a place for %s",
              span(now - info->waits, waits));
}

static void look_at_schedule(struct looking *l, const struct schedule *s,
                             const struct rpa_sched_info *info)
{
    const char *name = s->spec.name;
    if (info->last == RPA_SCHED_FAILURE || info->last == RPA_SCHED_LOST)
        found(l, RPA_ALERT_FAILED, "schedule", name, "its last run %s",
              info->last == RPA_SCHED_LOST ? "was lost with the daemon"
                                           : "failed");
    if (info->changed)
        found(l, RPA_ALERT_CHANGED, "schedule", name,
              "%s is not what was approved, and it does not start",
              info->bot_changed ? "its bot" : "it");
    else if (!info->approved && info->fate == RPA_SCHED_BLOCKED)
        found(l, RPA_ALERT_CHANGED, "schedule", name,
              "nobody has approved it, and it does not start");
    if (!info->paused)
        look_at_times(l, s, info);
}

static int look_at_schedules(struct looking *l, struct rpa_err *err)
{
    const struct schedules *all = l->at->schedules;
    struct rpa_sched *sched = NULL;
    struct rpa_sched_info info;
    int r = rpa_sched_open_ro(l->at->state_dir, &sched, err);
    if (r == -RPA_ENOTFOUND) /* nothing was decided yet */
        return 0;
    for (size_t i = 0; r == 0 && i < all->n; i++) {
        const struct schedule *s = &all->list[i];
        info = (struct rpa_sched_info){ 0 };
        r = rpa_sched_info(sched, s->spec.name, NULL, &info, err);
        if (r == 0)
            look_at_schedule(l, s, &info);
    }
    rpa_sched_close(sched);
    return r;
}

/* each division once */
static void look_at_calendars(struct looking *l)
{
    const struct schedules *all = l->at->schedules;
    for (size_t i = 0; i < all->n; i++) {
        const struct rpa_plan *plan = &all->list[i].spec.plan;
        size_t before = 0;
        int64_t ends;
        while (before < i && (!all->list[before].spec.plan.calendar ||
                              strcmp(all->list[before].spec.plan.division,
                                     plan->division)))
            before++;
        if (!plan->calendar || !*plan->division || before < i)
            continue;
        ends = rpa_calendar_end(plan->calendar, plan->division) * 86400;
        if (ends - l->at->now < SOON_S)
            found(l, RPA_ALERT_CALENDAR, "calendar", plan->division,
                  "the bank holidays that are known end in %lld days; gov.uk "
                  "has more: " SCHEDULES_HOLIDAYS ", beside the schedules",
                  (long long)((ends - l->at->now) / 86400));
    }
}

/* ---- queues ---- */

static void look_at_queue(struct looking *l, const struct rpa_queue_info *info)
{
    const struct alert_conf *conf = l->at->conf;
    const char *name = info->name;
    int64_t now = l->at->now, doubt = info->count[RPA_WORK_DOUBT];
    int64_t ready = info->count[RPA_WORK_READY];
    int64_t age_s = now - info->oldest_us / 1000000;
    int64_t left_s = info->deadline_us / 1000000 - now;
    char text[48];
    if (doubt)
        found(l, RPA_ALERT_DOUBT, "queue", name,
              "%lld item%s in doubt: a person decides", ITEMS(doubt));
    if (info->paused)
        found(l, RPA_ALERT_DOWN, "queue", name,
              "it is paused, with %lld item%s ready; rpa queue list says why",
              ITEMS(ready));
    if (info->oldest_us && age_s >= conf->queue_age_s)
        found(l, RPA_ALERT_AGE, "queue", name,
              "%lld item%s ready, the oldest for %s", ITEMS(ready),
              span(age_s, text));
    if (info->deadline_us && left_s < conf->deadline_s)
        found(l, RPA_ALERT_DEADLINE, "queue", name, "%s%s",
              left_s < 0 ? "a deadline has passed by "
                         : "the next deadline is in ",
              span(left_s < 0 ? -left_s : left_s, text));
}

struct walk {
    struct looking *looking;
    struct rpa_queues *queues;
    struct rpa_err *err;
    int r;
};

static int each_queue(void *data, const char *name)
{
    struct walk *w = data;
    struct rpa_queue_info info;
    w->r = rpa_queue_info(w->queues, name, &info, w->err);
    if (w->r == 0)
        look_at_queue(w->looking, &info);
    return w->r;
}

static int look_at_queues(struct looking *l, struct rpa_err *err)
{
    struct walk w = { .looking = l, .err = err };
    int r = rpa_queues_open_ro(l->at->state_dir, &w.queues, err);
    if (r == -RPA_ENOTFOUND)
        return 0;
    if (r == 0)
        r = rpa_queue_each(w.queues, each_queue, &w, err);
    rpa_queues_close(w.queues);
    return r < 0 ? r : w.r;
}

/* what the supervisor foresees */
static void look_at_forecasts(struct looking *l)
{
    size_t n;
    cbor_item_t **list = rpa_cbor_elements(l->at->queues, &n);
    for (size_t i = 0; i < n; i++) {
        const cbor_item_t *forecast = rpa_msg_get(list[i], "forecast");
        char name[RPA_QUEUE_NAME_MAX + 1], text[200];
        bool late = false;
        rpa_msg_bool(forecast, "late", &late);
        if (late && rpa_msg_copy(list[i], "queue", name, sizeof name) &&
            rpa_msg_copy(forecast, "text", text, sizeof text))
            found(l, RPA_ALERT_LATE, "queue", name, "%s", text);
    }
}

/* ---- the disk ---- */

static int look_at_disk(struct looking *l, struct rpa_err *err)
{
    struct statvfs fs;
    if (statvfs(l->at->state_dir, &fs) < 0)
        return rpa_fail_errno(err, RPA_EIO, "asking how much of the disk is "
                                            "free");
    int64_t free_mib = (int64_t)(fs.f_bavail * fs.f_frsize >> 20);
    if (free_mib < l->at->conf->disk_mib)
        found(l, RPA_ALERT_DISK, "state", "directory",
              "%lld MiB of its disk are free", (long long)free_mib);
    return 0;
}

/* ---- all ---- */

static bool saw(struct looking *l, unsigned kinds, int r,
                const struct rpa_err *err)
{
    if (r < 0)
        rpa_log_err(err);
    else
        l->out->seen |= kinds;
    return r == 0;
}

void look(const struct look *at, struct looked *ret)
{
    struct looking l = { at, ret };
    struct rpa_err err;
    *ret = (struct looked){ .seen = 0 };
    if (at->schedules &&
        saw(&l, BIT(RPA_ALERT_FAILED) | BIT(RPA_ALERT_CHANGED),
            look_at_schedules(&l, &err), &err)) {
        look_at_calendars(&l);
        ret->seen |= BIT(RPA_ALERT_CALENDAR) |
                     (at->queues ? BIT(RPA_ALERT_LATE) : 0);
    }
    saw(&l,
        BIT(RPA_ALERT_DOUBT) | BIT(RPA_ALERT_AGE) | BIT(RPA_ALERT_DEADLINE) |
            BIT(RPA_ALERT_DOWN),
        look_at_queues(&l, &err), &err);
    look_at_forecasts(&l);
    saw(&l, BIT(RPA_ALERT_DISK), look_at_disk(&l, &err), &err);
    if (ret->list.failed) /* better nothing than half of it */
        ret->seen = 0;
}
