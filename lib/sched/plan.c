#include "rpa/sched/plan.h"
#include "civil.h"

enum { ROLL_DAYS_MAX = 31, CHECK_TICKS = 400 };

/* Why @day is off; NULL for a working day. */
static const char *day_off(const struct rpa_plan *plan, int64_t day)
{
    int weekday = civil_weekday(day);
    if (plan->weekends_off && (weekday == 0 || weekday == 6))
        return weekday ? "Saturday" : "Sunday";
    return plan->calendar
               ? rpa_calendar_title(plan->calendar, plan->division, day)
               : NULL;
}

/* The working day nearest to @day in the direction of the roll. */
static int64_t working_day(const struct rpa_plan *plan, int64_t day)
{
    int step = plan->roll == RPA_PLAN_ROLL_NEXT ? 1 : -1;
    for (int i = 0; i < ROLL_DAYS_MAX && day_off(plan, day); i++)
        day += step;
    return day;
}

/* Of an expression with one: not what a clock change made of it. */
static int time_of_day(const struct rpa_cron *cron)
{
    return __builtin_ctzll(cron->at[RPA_CRON_HOUR]) * HOUR_S +
           __builtin_ctzll(cron->at[RPA_CRON_MINUTE]) * 60 +
           __builtin_ctzll(cron->at[RPA_CRON_SECOND]);
}

static bool in_window(const struct rpa_plan *plan, int64_t t,
                      struct rpa_opening *ret)
{
    return plan->has_window && rpa_window_at(&plan->window, plan->zone, t, ret);
}

static bool is_time_of(const struct rpa_cron *cron, int64_t local)
{
    int s = (int)(local - civil_floor_day(local) * DAY_S);
    return cron->at[RPA_CRON_HOUR] >> s / HOUR_S & 1 &&
           cron->at[RPA_CRON_MINUTE] >> s / 60 % 60 & 1 &&
           cron->at[RPA_CRON_SECOND] >> s % 60 & 1;
}

static enum rpa_tick_clock clock_of(const struct rpa_plan *plan, int64_t t)
{
    struct rpa_period now, other;
    int64_t forward_s = 0, back_s = 0; /* by how much, before it and after */
    rpa_zone_period(plan->zone, t, &now);
    if (plan->cron.every_s)
        return RPA_TICK_CLOCK_NONE;
    if (now.begin != INT64_MIN) {
        rpa_zone_period(plan->zone, now.begin - 1, &other);
        forward_s = now.offset_s - other.offset_s;
    }
    if (forward_s > 0 && t == now.begin &&
        !is_time_of(&plan->cron, t + now.offset_s))
        return RPA_TICK_CLOCK_MISSING;
    if (forward_s < 0 && t < now.begin - forward_s)
        return RPA_TICK_CLOCK_SECOND_PASS;
    if (now.end != INT64_MAX) {
        rpa_zone_period(plan->zone, now.end, &other);
        back_s = now.offset_s - other.offset_s;
    }
    return back_s > 0 && t >= now.end - back_s ? RPA_TICK_CLOCK_FIRST_PASS
                                               : RPA_TICK_CLOCK_NONE;
}

/* what becomes of the tick at its nominal time */
static void place(const struct rpa_plan *plan, struct rpa_tick *tick)
{
    struct rpa_period period;
    struct rpa_opening opening;
    rpa_zone_period(plan->zone, tick->nominal, &period);
    int64_t date = civil_floor_day(tick->nominal + period.offset_s);
    int64_t day = date; /* that it belongs to */
    if (in_window(plan, tick->nominal, &opening))
        day = opening.day;
    tick->due = tick->nominal;
    tick->fate = RPA_TICK_FIRES;
    tick->day_off = day_off(plan, day);
    if (tick->day_off && plan->roll == RPA_PLAN_SKIP)
        tick->fate = RPA_TICK_SKIPPED_CALENDAR;
    else if (tick->day_off)
        tick->due = rpa_zone_instant(
            plan->zone, (date + working_day(plan, day) - day) * DAY_S +
                            time_of_day(&plan->cron));
    if (tick->fate == RPA_TICK_FIRES && plan->has_window &&
        !in_window(plan, tick->due, &opening))
        tick->fate = RPA_TICK_OUTSIDE_WINDOW;
    tick->clock = clock_of(plan, tick->due);
}

int rpa_plan_next(const struct rpa_plan *plan, int64_t after,
                  struct rpa_tick *ret, struct rpa_err *err)
{
    int r = rpa_cron_next(&plan->cron, plan->zone, after, &ret->nominal, err);
    if (r == 0)
        place(plan, ret);
    return r;
}

int64_t rpa_plan_cursor(const struct rpa_plan *plan, int64_t now)
{
    bool moved = plan->roll != RPA_PLAN_SKIP;
    int64_t cursor = moved ? now - (ROLL_DAYS_MAX + 1) * DAY_S : now;
    struct rpa_tick tick;
    while (rpa_plan_next(plan, cursor, &tick, NULL) == 0 && tick.due <= now)
        cursor = tick.nominal;
    return cursor;
}

bool rpa_plan_open(const struct rpa_plan *plan, int64_t now,
                   struct rpa_opening *ret, const char **ret_day_off)
{
    struct rpa_period period;
    bool open = true;
    if (plan->has_window) {
        open = rpa_window_at(&plan->window, plan->zone, now, ret);
    } else {
        rpa_zone_period(plan->zone, now, &period);
        ret->day = civil_floor_day(now + period.offset_s);
        ret->begin = rpa_zone_instant(plan->zone, ret->day * DAY_S);
        ret->end = rpa_zone_instant(plan->zone, (ret->day + 1) * DAY_S);
    }
    *ret_day_off = day_off(plan, ret->day);
    return open;
}

static bool once_a_day(const struct rpa_cron *cron)
{
    bool once = !cron->every_s;
    for (int i = RPA_CRON_SECOND; i <= RPA_CRON_HOUR; i++)
        once = once && __builtin_popcountll(cron->at[i]) == 1;
    return once;
}

int rpa_plan_check(const struct rpa_plan *plan, int64_t now,
                   struct rpa_err *err)
{
    struct rpa_tick tick = { .nominal = now };
    bool fires = false;
    if (plan->calendar &&
        rpa_calendar_end(plan->calendar, plan->division) == INT64_MIN)
        return rpa_fail(err, RPA_EINVAL, "the calendar has no '%s'",
                        plan->division);
    if (plan->roll != RPA_PLAN_SKIP && !once_a_day(&plan->cron)) {
        rpa_fail(err, RPA_EINVAL,
                 "only what fires once a day can be moved to "
                 "a working day");
        return rpa_err_hint(err, "skip days off, or give one time, such as "
                                 "0 9 L * *");
    }
    for (int i = 0; i < CHECK_TICKS && !fires; i++) {
        int r = rpa_plan_next(plan, tick.nominal, &tick, err);
        if (r < 0)
            return rpa_fail(err, RPA_EINVAL, "it never fires");
        fires = tick.fate == RPA_TICK_FIRES;
    }
    return fires ? 0
                 : rpa_fail(err, RPA_EINVAL,
                            "the next %d times are all days off or outside "
                            "the window",
                            CHECK_TICKS);
}
