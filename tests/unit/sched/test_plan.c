/* Schedules over calendars, windows and clock changes. */
#include "rpa/sched/plan.h"
#include "tap.h"

#include <stdlib.h>
#include <time.h>

static struct rpa_zone *zone;
static struct rpa_calendar *calendar;

static int64_t from_iso(const char *text)
{
    struct tm tm = { 0 };
    strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    return timegm(&tm);
}

static struct rpa_plan plan_of(const char *expr, const char *division,
                               enum rpa_plan_roll roll, bool weekends_off,
                               const char *window)
{
    struct rpa_plan plan = { .zone = zone,
                             .roll = roll,
                             .weekends_off = weekends_off,
                             .calendar = *division ? calendar : NULL };
    snprintf(plan.division, sizeof plan.division, "%s", division);
    plan.has_window = *window && rpa_window_read(window, &plan.window);
    rpa_cron_parse(expr, &plan.cron, NULL);
    return plan;
}

#define EW "england-and-wales"

/* the first three ticks after a time: when, or why not */
static const struct {
    const char *name, *expr, *division;
    enum rpa_plan_roll roll;
    bool weekends;
    const char *window, *after, *want;
} ticks[] = {
    { "every day of Christmas", "0 2 * * *", "", RPA_PLAN_SKIP, false, "",
      "2026-12-24T12:00:00", "25T02:00 26T02:00 27T02:00 " },
    { "but bank holidays", "0 2 * * *", EW, RPA_PLAN_SKIP, false, "",
      "2026-12-24T12:00:00", "(Christmas Day) 26T02:00 27T02:00 " },
    { "in a night window a time belongs to the evening before", "0 2 * * *", EW,
      RPA_PLAN_SKIP, false, "22:00-06:00", "2026-12-24T12:00:00",
      "25T02:00 (Christmas Day) 27T02:00 " },
    { "working days", "0 9 * * *", EW, RPA_PLAN_SKIP, true, "",
      "2026-12-24T12:00:00", "(Christmas Day) (Saturday) (Sunday) " },
    { "the last working day of a month", "0 9 L * *", EW, RPA_PLAN_ROLL_PREV,
      true, "", "2026-05-01T12:00:00", "29T09:00 30T09:00 31T09:00 " },
    { "the first working day after", "0 9 25 12 *", EW, RPA_PLAN_ROLL_NEXT,
      true, "", "2026-01-01T00:00:00", "29T09:00 29T09:00 27T09:00 " },
    { "Scotland has its own", "0 9 2 1 *", "scotland", RPA_PLAN_ROLL_NEXT, true,
      "", "2025-12-31T00:00:00", "05T09:00 05T09:00 05T09:00 " },
    { "moved, it still belongs to the evening before", "0 2 26 12 *", EW,
      RPA_PLAN_ROLL_NEXT, true, "22:00-06:00", "2026-01-01T00:00:00",
      "30T02:00 30T02:00 28T02:00 " },
    { "outside the window", "0 12,23 * * *", "", RPA_PLAN_SKIP, false,
      "22:00-06:00", "2026-11-22T00:00:00", "(outside) 22T23:00 (outside) " },
    { "a moved one keeps its local time", "30 8 29 3 *", EW, RPA_PLAN_ROLL_NEXT,
      true, "", "2026-03-01T00:00:00", "30T08:30 30T08:30 29T08:30 " },
};

static void test_ticks(void)
{
    for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
        struct rpa_plan plan =
            plan_of(ticks[i].expr, ticks[i].division, ticks[i].roll,
                    ticks[i].weekends, ticks[i].window);
        struct rpa_tick tick = { .nominal = from_iso(ticks[i].after) };
        char got[256] = "", iso[40];
        for (int n = 0; n < 3; n++) {
            size_t len = strlen(got);
            if (rpa_plan_next(&plan, tick.nominal, &tick, NULL) < 0)
                break;
            if (tick.fate == RPA_TICK_FIRES)
                snprintf(got + len, sizeof got - len, "%.8s ",
                         rpa_zone_iso(zone, tick.due, iso) + 8);
            else
                snprintf(got + len, sizeof got - len, "(%s) ",
                         tick.day_off ? tick.day_off : "outside");
        }
        is_str(got, ticks[i].want, ticks[i].name);
    }
}

static const struct {
    const char *expr, *division, *window;
    enum rpa_plan_roll roll;
    const char *msg;
} faults[] = {
    { "0 9 L * *", EW, "", RPA_PLAN_ROLL_PREV, "" },
    { "0 0 30 2 *", "", "", RPA_PLAN_SKIP, "it never fires" },
    { "0 9,17 * * *", EW, "", RPA_PLAN_ROLL_NEXT,
      "only what fires once a day can be moved to a working day" },
    { "@every 1h", EW, "", RPA_PLAN_ROLL_NEXT,
      "only what fires once a day can be moved to a working day" },
    { "0 12 * * *", "", "22:00-06:00", RPA_PLAN_SKIP,
      "the next 400 times are all days off or outside the window" },
    { "0 12 * * *", "wales", "", RPA_PLAN_SKIP, "the calendar has no 'wales'" },
};

static void test_faults(void)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct rpa_err err = { 0 };
        struct rpa_plan plan = plan_of(faults[i].expr, faults[i].division,
                                       faults[i].roll, false, faults[i].window);
        rpa_plan_check(&plan, from_iso("2026-11-22T00:00:00"), &err);
        is_str(err.msg, faults[i].msg, faults[i].expr);
    }
}

/* What is due after a time, wherever its day off put it. */
static void test_cursor(void)
{
    static const struct {
        const char *name, *expr, *after, *want;
        enum rpa_plan_roll roll;
    } asked[] = {
        { "moved to before it: is over", "0 9 L * *", "2026-05-30T00:00:00",
          "2026-06-30T09:00:00+01:00", RPA_PLAN_ROLL_PREV },
        { "moved to before it, and that is to come", "0 9 L * *",
          "2026-05-29T07:59:59", "2026-05-29T09:00:00+01:00",
          RPA_PLAN_ROLL_PREV },
        { "moved to after it: is to come", "0 9 1 * *", "2026-08-01T12:00:00",
          "2026-08-03T09:00:00+01:00", RPA_PLAN_ROLL_NEXT },
        { "strictly after", "0 9 1 * *", "2026-08-03T08:00:00",
          "2026-09-01T09:00:00+01:00", RPA_PLAN_ROLL_NEXT },
        { "of one that is not moved", "0 9 1 * *", "2026-08-01T08:00:00",
          "2026-09-01T09:00:00+01:00", RPA_PLAN_SKIP },
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct rpa_plan plan =
            plan_of(asked[i].expr, EW, asked[i].roll, true, "");
        struct rpa_tick tick;
        char iso[40];
        int64_t cursor = rpa_plan_cursor(&plan, from_iso(asked[i].after));
        rpa_plan_next(&plan, cursor, &tick, NULL);
        is_str(rpa_zone_iso(zone, tick.due, iso), asked[i].want, asked[i].name);
    }
}

/* Whatever is moved, due times do not fall. */
static void test_rising(void)
{
    static const enum rpa_plan_roll rolls[] = { RPA_PLAN_ROLL_NEXT,
                                                RPA_PLAN_ROLL_PREV };
    for (int i = 0; i < 2; i++) {
        struct rpa_plan plan = plan_of("30 1 * * *", EW, rolls[i], true, "");
        struct rpa_tick tick = { .nominal = from_iso("2026-01-01T00:00:00") };
        int64_t due = INT64_MIN;
        int n = 0, fell = 0, off = 0;
        for (; n < 1800; n++, due = tick.due) {
            rpa_plan_next(&plan, tick.nominal, &tick, NULL);
            struct rpa_plan same = plan;
            same.roll = RPA_PLAN_SKIP;
            struct rpa_tick at = { 0 };
            rpa_plan_next(&same, tick.due - 1, &at, NULL);
            fell += tick.due < due;
            off += at.nominal == tick.due && at.day_off;
        }
        ok(!fell && !off, "%d times moved: %d fell, %d on a day off", n, fell,
           off);
    }
}

static void test_calendar(void)
{
    static const struct {
        const char *json, *msg;
    } bad[] = {
        { "", "line 1: '[' or '{' expected near end of file" },
        { "{}", "no bank holidays are in it" },
        { "{\"scotland\":{\"events\":[{\"title\":\"x\",\"date\":\"25/12/2026\"}"
          "]}}",
          "scotland: event 1 has no title, or no date such as 2026-12-25" },
        { "{\"scotland\":{\"events\":[{\"title\":\"x\",\"date\":\"2026-02-30\"}"
          "]}}",
          "scotland: event 1 has no title, or no date such as 2026-12-25" },
        { "{\"a\":1,\"a\":2}", "line 1: duplicate object key near '\"a\"'" },
        { "{\"scotland\":{\"events\":[3]}}",
          "scotland: event 1 has no title, or no date such as 2026-12-25" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rpa_calendar *none = NULL;
        struct rpa_err err = { 0 };
        rpa_calendar_parse(bad[i].json, strlen(bad[i].json), &none, &err);
        is_str(err.msg, bad[i].msg, bad[i].json);
        ok(!none, "  and none is made");
    }
    is_str(rpa_calendar_title(calendar, "northern-ireland",
                              from_iso("2026-07-13T00:00:00") / 86400),
           "Battle of the Boyne", "a day of one division");
    is_str(rpa_calendar_title(calendar, EW,
                              from_iso("2026-07-13T00:00:00") / 86400),
           NULL, "is none of another");
    is_int(rpa_calendar_end(calendar, EW),
           from_iso("2031-12-26T00:00:00") / 86400, "how far it goes");
}

int main(void)
{
    struct rpa_err err;
    if (!ok(rpa_zone_open("Europe/London", &zone, &err) == 0 &&
                rpa_calendar_shipped(&calendar, &err) == 0,
            "a zone and the shipped calendar"))
        return tap_done();
    test_ticks();
    test_faults();
    test_cursor();
    test_rising();
    test_calendar();
    rpa_calendar_free(calendar);
    rpa_zone_free(zone);
    return tap_done();
}
