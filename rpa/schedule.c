#include "rpa/schedule.h"
#include "rpa/bundle.h"
#include "rpa/eval.h"
#include "rpa/schema_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct rpa_schema calendar[] = {
    ROW(TEXT, "division", true, "whose bank holidays are days off",
        .oneof = RPA_DIVISIONS),
    BOOL("weekends", "Saturday and Sunday are days off too (false)"),
    ROW(TEXT, "on", false, "what becomes of a time on a day off",
        .oneof = "skip|roll_next|roll_prev", .otherwise = "skip"),
    END,
};

static const struct rpa_schema rows[] = {
    TEXT("bot", true, "a folder in bots/, or a path"),
    TEXT("at", true, "the cron expression"),
    TEXT("zone", false, "by whose clocks (Europe/London)"),
    { "calendar", RPA_SCHEMA_MAP, false, calendar, "days off" },
    ROW(TEXT, "window", false, "when it may start", .unit = "[DAY ]HH:MM-HH:MM",
        .fits = rpa_window_fits),
    END,
};

static const struct rpa_schema whole = { "schedules", RPA_SCHEMA_NAMED, true,
                                         rows, "the schedules" };

/* ---- one ---- */

static void take_days_off(const struct rpa_calendar *holidays,
                          const cbor_item_t *said, struct rpa_plan *plan)
{
    if (!said)
        return;
    plan->calendar = holidays;
    rpa_msg_copy(said, "division", plan->division, sizeof plan->division);
    rpa_msg_bool(said, "weekends", &plan->weekends_off);
    if (rpa_msg_is(said, "on", "roll_next"))
        plan->roll = RPA_PLAN_ROLL_NEXT;
    else if (rpa_msg_is(said, "on", "roll_prev"))
        plan->roll = RPA_PLAN_ROLL_PREV;
}

static int check_bot(const struct schedule *s, struct rpa_err *err)
{
    struct rpa_bundle bundle = { 0 };
    int r = rpa_bundle_load(s->bot, NULL, 0, &bundle, err);
    rpa_bundle_clear(&bundle);
    return r;
}

static int take(struct schedule *s, const cbor_item_t *said,
                const struct rpa_calendar *holidays, int64_t now,
                struct rpa_err *err)
{
    char zone[64] = "Europe/London";
    struct rpa_plan *plan = &s->plan;
    if (!rpa_msg_copy(said, "bot", s->bot, sizeof s->bot) ||
        !rpa_msg_copy(said, "at", s->at, sizeof s->at))
        return rpa_fail(err, RPA_EINVAL, "bot and at are at most %zu bytes",
                        sizeof s->at - 1);
    if (rpa_msg_get(said, "zone"))
        rpa_msg_copy(said, "zone", zone, sizeof zone);
    int r = rpa_cron_parse(s->at, &plan->cron, err);
    if (r == 0)
        r = rpa_zone_open(zone, &s->zone, err);
    if (r < 0)
        return r;
    plan->zone = s->zone;
    take_days_off(holidays, rpa_msg_get(said, "calendar"), plan);
    rpa_msg_copy(said, "window", s->window, sizeof s->window);
    plan->has_window = *s->window && rpa_window_read(s->window, &plan->window);
    r = rpa_plan_check(plan, now, err);
    return r < 0 ? r : check_bot(s, err);
}

/* ---- all ---- */

static int by_name(const void *a, const void *b)
{
    const struct schedule *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* Returns how many are wrong. */
static int take_all(struct schedules *all, const cbor_item_t *table,
                    int64_t now, void (*tell)(const char *))
{
    size_t n, len;
    int wrong = 0;
    struct cbor_pair *pairs = rpa_cbor_pairs(table, &n);
    all->list = calloc(n + 1, sizeof *all->list);
    for (size_t i = 0; all->list && i < n; i++) {
        struct schedule *s = &all->list[all->n++];
        struct rpa_err why = { 0 };
        char text[1200];
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        snprintf(s->name, sizeof s->name, "%.*s", name ? (int)len : 0,
                 name ? name : "");
        if (take(s, pairs[i].value, all->calendar, now, &why) == 0)
            continue;
        snprintf(text, sizeof text, "%s: %s%s%s; %s", s->name, why.msg,
                 *why.seen ? ": " : "", why.seen, rpa_err_hint_of(&why));
        tell(text);
        wrong++;
    }
    if (all->list)
        qsort(all->list, all->n, sizeof *all->list, by_name);
    return wrong;
}

/* the shape of the table; 0 or how many faults were told */
static int check_shape(const cbor_item_t *table, void (*tell)(const char *))
{
    struct rpa_buf faults = { 0 };
    int n = rpa_schema_faults(&whole, "schedules", table, &faults);
    if (n)
        tell(faults.data ? faults.data + strlen("; ") : "no memory");
    rpa_buf_clear(&faults);
    return n;
}

int schedules_read(const char *path, int64_t now, void (*tell)(const char *),
                   struct schedules *ret, struct rpa_err *err)
{
    struct schedules all = { 0 };
    cbor_item_t *table = NULL;
    int faults = 0, r = rpa_eval_file(path, &table, err);
    if (r == 0)
        r = rpa_calendar_shipped(&all.calendar, err);
    if (r == 0 && !(faults = check_shape(table, tell)))
        faults = take_all(&all, table, now, tell);
    if (r == 0 && faults)
        r = rpa_fail(err, RPA_EINVAL,
                     "%s: %d fault%s, and nothing of it counts", path, faults,
                     faults == 1 ? "" : "s");
    else if (r == 0 && !all.list)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    rpa_msg_free(&table);
    if (r == 0)
        *ret = all;
    else
        schedules_clear(&all);
    return r;
}

void schedules_clear(struct schedules *schedules)
{
    for (size_t i = 0; i < schedules->n; i++)
        rpa_zone_free(schedules->list[i].zone);
    free(schedules->list);
    rpa_calendar_free(schedules->calendar);
    *schedules = (struct schedules){ 0 };
}

int schedules_find(const struct schedules *schedules, const char *name,
                   const struct schedule **ret, struct rpa_err *err)
{
    struct rpa_buf names = { 0 };
    for (size_t i = 0; i < schedules->n; i++) {
        if (!strcmp(schedules->list[i].name, name)) {
            *ret = &schedules->list[i];
            rpa_buf_clear(&names);
            return 0;
        }
        rpa_buf_printf(&names, "%s%s", i ? ", " : "", schedules->list[i].name);
    }
    rpa_fail(err, RPA_ENOTFOUND, "no schedule is called '%s'", name);
    rpa_err_hint(err, "there is %s", names.data ? names.data : "none");
    rpa_buf_clear(&names);
    return -RPA_ENOTFOUND;
}
