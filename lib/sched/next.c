/* The next time of an expression: a month's days as bits, a day's times as
 * bits, and the zone's periods one after another. */
#include "civil.h"
#include "rpa/sched/cron.h"

enum { JUMP_MAX = 3 * HOUR_S }; /* more is a correction of the clock */

static uint64_t bits_from(uint64_t bits, int from)
{
    return from > 63 ? 0 : bits & ~UINT64_C(0) << from;
}

/* ---- days of a month ---- */

/* 15W: the weekday nearest to the 15th that is in the same month */
static uint32_t nearest_weekday(int wanted, int len, int first_weekday)
{
    int day = wanted == RPA_CRON_LAST ? len : wanted;
    if (day > len)
        return 0;
    int weekday = (first_weekday + day - 1) % 7;
    if (weekday == 6)
        day += day > 1 ? -1 : 2;
    else if (weekday == 0)
        day += day < len ? 1 : -2;
    return UINT32_C(1) << day;
}

static uint32_t by_day(const struct rpa_cron *cron, int len, int first_weekday)
{
    uint32_t days = (uint32_t)cron->at[RPA_CRON_DAY];
    for (int n = 0; n < len; n++)
        if (cron->days_before_last >> n & 1)
            days |= UINT32_C(1) << (len - n);
    if (cron->nearest_weekday)
        days |= nearest_weekday(cron->nearest_weekday, len, first_weekday);
    return days;
}

static uint32_t by_weekday(const struct rpa_cron *cron, int len,
                           int first_weekday)
{
    uint32_t days = 0;
    for (int day = 1; day <= len; day++) {
        uint8_t fit = (uint8_t)cron->at[RPA_CRON_WEEKDAY];
        fit |= cron->nth_weekdays[(day - 1) / 7];
        if (day + 7 > len)
            fit |= cron->last_weekdays;
        if (fit >> (first_weekday + day - 1) % 7 & 1)
            days |= UINT32_C(1) << day;
    }
    return days;
}

/* bits 1 to 31 */
static uint32_t days_of_month(const struct rpa_cron *cron, int year, int month)
{
    int len = civil_month_len(year, month);
    int first_weekday = civil_weekday(civil_days(year, month, 1));
    uint32_t day = by_day(cron, len, first_weekday);
    uint32_t weekday = by_weekday(cron, len, first_weekday);
    uint32_t all = (uint32_t)((UINT64_C(2) << len) - 2);
    bool either =
        !cron->both && !cron->any[RPA_CRON_DAY] && !cron->any[RPA_CRON_WEEKDAY];
    return (either ? day | weekday : day & weekday) & all;
}

/* ---- times of a day ---- */

/* The first at or after @from, seconds of the day; -1: none. */
static int time_from(const struct rpa_cron *cron, int from)
{
    int h = from / HOUR_S, m = from / 60 % 60, s = from % 60;
    uint64_t hours = bits_from(cron->at[RPA_CRON_HOUR], h);
    for (; hours; hours &= hours - 1, m = s = 0) {
        int hour = __builtin_ctzll(hours);
        if (hour > h)
            m = s = 0;
        uint64_t minutes = bits_from(cron->at[RPA_CRON_MINUTE], m);
        for (; minutes; minutes &= minutes - 1, s = 0) {
            int minute = __builtin_ctzll(minutes);
            uint64_t seconds =
                bits_from(cron->at[RPA_CRON_SECOND], minute > m ? 0 : s);
            if (seconds)
                return hour * HOUR_S + minute * 60 + __builtin_ctzll(seconds);
        }
    }
    return -1;
}

/* ---- local time ---- */

/* The first local time from @low up to, not with, @high. */
static bool first_local(const struct rpa_cron *cron, int64_t low, int64_t high,
                        int64_t *ret)
{
    int64_t first = civil_floor_day(low), day = first;
    struct civil date = civil_from_days(day);
    while (day * DAY_S < high) {
        uint64_t days = 0;
        if (cron->at[RPA_CRON_MONTH] >> date.month & 1)
            days =
                bits_from(days_of_month(cron, date.year, date.month), date.day);
        for (; days; days &= days - 1) {
            int64_t hit = day - date.day + __builtin_ctzll(days);
            int time =
                time_from(cron, hit == first ? (int)(low - first * DAY_S) : 0);
            if (time >= 0) {
                *ret = hit * DAY_S + time;
                return *ret < high;
            }
        }
        date.year += date.month == 12;
        date.month = date.month % 12 + 1;
        date.day = 1;
        day = civil_days(date.year, date.month, 1);
    }
    return false;
}

/* ---- clocks ---- */

/* Does one of its times fall into the hour that is missing where @period begins
 * and clocks were put forward by @jump_s? Such a job is moved to its end. */
static bool in_gap(const struct rpa_cron *cron, const struct rpa_period *period,
                   int64_t jump_s)
{
    int64_t begin = period->begin + period->offset_s, local;
    return !cron->wildcard && jump_s > 0 && jump_s <= JUMP_MAX &&
           first_local(cron, begin - jump_s, begin, &local);
}

/* The first time in @period from @low on. @jump_s: by how much clocks were put
 * forward where it begins; less than 0 for back. */
static bool first_in(const struct rpa_cron *cron,
                     const struct rpa_period *period, int64_t jump_s,
                     int64_t low, int64_t *ret)
{
    int64_t local;
    if (low == period->begin && in_gap(cron, period, jump_s)) {
        *ret = low; /* all that fell into the gap, once */
        return true;
    }
    if (!cron->wildcard && jump_s < 0 && jump_s >= -JUMP_MAX &&
        low < period->begin - jump_s)
        low = period->begin - jump_s; /* behind the second pass */
    if (low >= period->end ||
        !first_local(cron, low + period->offset_s,
                     period->end + period->offset_s, &local))
        return false;
    *ret = local - period->offset_s;
    return true;
}

static int64_t next_every(const struct rpa_cron *cron, int64_t after)
{
    int64_t since = after - cron->anchor_s, every = cron->every_s;
    int64_t count = since / every - (since % every < 0);
    return cron->anchor_s + (count + 1) * every;
}

/* s UTC; beyond it there is no looking. For who asks from later, 40 years are
 * the longest wait: 29 February on one weekday, over a century's missing one.
 */
static int64_t horizon(int64_t after)
{
    int year = civil_from_days(civil_floor_day(after)).year;
    year = year <= RPA_ZONE_LAST_YEAR ? RPA_ZONE_LAST_YEAR : year + 40;
    return civil_days(year + 1, 1, 1) * DAY_S;
}

int rpa_cron_next(const struct rpa_cron *cron, const struct rpa_zone *zone,
                  int64_t after, int64_t *ret, struct rpa_err *err)
{
    const int64_t first = civil_days(1, 1, 1) * DAY_S;
    const int64_t last = civil_days(9000, 1, 1) * DAY_S;
    struct rpa_period period, before;
    after = after < first ? first : after > last ? last : after;
    if (cron->every_s && after < last) {
        *ret = next_every(cron, after);
        return 0;
    }
    const int64_t end = after < last ? horizon(after) : last;
    for (int64_t low = after + 1; low < end; low = period.end) {
        int64_t jump_s = 0;
        rpa_zone_period(zone, low, &period);
        if (period.begin > first) {
            rpa_zone_period(zone, period.begin - 1, &before);
            jump_s = period.offset_s - before.offset_s;
        } else
            period.begin = first;
        if (period.end > end)
            period.end = end;
        if (first_in(cron, &period, jump_s, low, ret))
            return 0;
    }
    return rpa_fail(err, RPA_ENOTFOUND,
                    "there is no such time up to the year "
                    "%d",
                    RPA_ZONE_LAST_YEAR);
}

/* ---- what is often not meant ---- */

/* The next change that puts clocks forward moves it. */
static bool is_moved(const struct rpa_cron *cron, const struct rpa_zone *zone,
                     int64_t now)
{
    struct rpa_period period;
    rpa_zone_period(zone, now, &period);
    while (period.end < now + 366 * DAY_S) {
        int64_t before_s = period.offset_s;
        rpa_zone_period(zone, period.end, &period);
        if (in_gap(cron, &period, period.offset_s - before_s))
            return true;
    }
    return false;
}

bool rpa_cron_either(const struct rpa_cron *cron)
{
    return !cron->every_s && !cron->both && !cron->any[RPA_CRON_DAY] &&
           !cron->any[RPA_CRON_WEEKDAY];
}

void rpa_cron_warn(const struct rpa_cron *cron, const struct rpa_zone *zone,
                   int64_t now, void (*tell)(void *data, const char *sentence),
                   void *data)
{
    if (cron->every_s)
        return;
    if (rpa_cron_either(cron))
        tell(data, "runs on days that fit either day field; + before "
                   "day-of-week (0 0 1-7 * +MON) asks for both");
    if (cron->uneven && !cron->wide_step)
        tell(data, "the step does not divide the minute, hour or day: the last "
                   "interval of each is shorter");
    if (cron->wide_step)
        tell(data, "a step is longer than its range: only the range's first "
                   "value is left");
    if (cron->whole_week)
        tell(data, "day-of-week from Sunday to Sunday is every day; SUN alone "
                   "is Sunday");
    if (is_moved(cron, zone, now))
        tell(data, "falls into the hour that is missing when clocks go "
                   "forward: one run a year is moved to its end");
}
