/* The rule at the end of a TZif file, "GMT0BST,M3.5.0/1,M10.5.0".
 * Source: POSIX.1-2017 8.3, with the hours to 167 of RFC 8536 3.3.1. */
#include "civil.h"
#include "priv.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* a day of every year, and a time on it */
struct day_rule {
    enum { JULIAN, ZERO_BASED, MONTH_WEEK_DAY } kind;
    int month, week, day;
    int time_s;
};

static bool get_number(const char **at, int min, int max, int *ret)
{
    int value = 0, digits = 0;
    for (; isdigit((unsigned char)**at) && digits < 4; digits++)
        value = value * 10 + *(*at)++ - '0';
    *ret = value;
    return digits && value >= min && value <= max;
}

static bool skip(const char **at, char c)
{
    bool is = **at == c;
    *at += is;
    return is;
}

/* [+-]hh[:mm[:ss]] */
static bool get_time(const char **at, int max_hours, int *ret)
{
    int h = 0, m = 0, s = 0;
    bool minus = skip(at, '-');
    bool good = (minus || skip(at, '+') || true) &&
                get_number(at, 0, max_hours, &h) &&
                (!skip(at, ':') || get_number(at, 0, 59, &m)) &&
                (!skip(at, ':') || get_number(at, 0, 59, &s));
    *ret = (minus ? -1 : 1) * (h * HOUR_S + m * 60 + s);
    return good;
}

/* "BST" or "<+01>" */
static bool get_abbr(const char **at, char abbr[static 16])
{
    bool quoted = skip(at, '<');
    size_t n = 0;
    for (; isalpha((unsigned char)**at) ||
           (quoted && **at && strchr("+-0123456789", **at));
         (*at)++)
        if (n < 15)
            abbr[n++] = **at;
    abbr[n] = '\0';
    return n >= 3 && (!quoted || skip(at, '>'));
}

static bool get_day(const char **at, struct day_rule *ret)
{
    bool good;
    if (skip(at, 'M')) {
        ret->kind = MONTH_WEEK_DAY;
        good = get_number(at, 1, 12, &ret->month) && skip(at, '.') &&
               get_number(at, 1, 5, &ret->week) && skip(at, '.') &&
               get_number(at, 0, 6, &ret->day);
    } else {
        ret->kind = skip(at, 'J') ? JULIAN : ZERO_BASED;
        good = get_number(at, ret->kind == JULIAN, 365, &ret->day);
    }
    ret->time_s = 2 * HOUR_S;
    return good && (!skip(at, '/') || get_time(at, 167, &ret->time_s));
}

/* local seconds of the rule's moment in a year */
static int64_t moment(const struct day_rule *rule, int year)
{
    int64_t day = civil_days(year, 1, 1);
    if (rule->kind == JULIAN) /* 29 February is never counted */
        day +=
            rule->day - 1 + (rule->day >= 60 && civil_month_len(year, 2) == 29);
    else if (rule->kind == ZERO_BASED)
        day += rule->day;
    else {
        day = civil_days(year, rule->month, 1);
        int len = civil_month_len(year, rule->month);
        int first = (rule->day - civil_weekday(day) + 7) % 7;
        int at = first + 7 * (rule->week - 1);
        day += at < len ? at : at - 7; /* week 5 is the last */
    }
    return day * DAY_S + rule->time_s;
}

static int add_if_later(struct rpa_zone *zone, int64_t at, size_t type,
                        struct rpa_err *err)
{
    if (zone->nchanges && zone->changes[zone->nchanges - 1].at >= at)
        return 0;
    return zone_add_change(zone, at, type, err);
}

static int write_out(struct rpa_zone *zone, const struct day_rule rule[2],
                     const size_t type[2], struct rpa_err *err)
{
    int64_t from = zone->nchanges ? zone->changes[zone->nchanges - 1].at : 0;
    int year = civil_from_days(civil_floor_day(from)).year, r = 0;
    for (; r == 0 && year <= RPA_ZONE_LAST_YEAR + 1; year++) {
        int64_t at[2]; /* into summer time, and out of it */
        at[0] = moment(&rule[0], year) - zone->types[type[1]].offset_s;
        at[1] = moment(&rule[1], year) - zone->types[type[0]].offset_s;
        int first = at[0] > at[1]; /* south of the equator */
        r = add_if_later(zone, at[first], type[first], err);
        if (r == 0)
            r = add_if_later(zone, at[!first], type[!first], err);
    }
    return r;
}

static int bad_rule(const struct rpa_zone *zone, const char *rule,
                    struct rpa_err *err)
{
    return rpa_fail(err, RPA_EPROTO, "time zone %s: a bad rule '%s'",
                    zone->name, rule);
}

int zone_add_rule(struct rpa_zone *zone, const char *rule, struct rpa_err *err)
{
    const char *at = rule;
    struct zone_type kind[2] = { { .dst = true }, { .dst = false } };
    struct day_rule day[2] = { 0 };
    size_t type[2];
    if (!get_abbr(&at, kind[1].abbr) || !get_time(&at, 24, &kind[1].offset_s))
        return bad_rule(zone, rule, err);
    kind[1].offset_s = -kind[1].offset_s; /* POSIX counts westward */
    int r = zone_add_type(zone, &kind[1], &type[1], err);
    if (r < 0 || !*at) /* one time all the year: the last change led to it */
        return r;
    kind[0].offset_s = kind[1].offset_s + HOUR_S;
    int west = 0;
    bool good = get_abbr(&at, kind[0].abbr);
    if (good && *at != ',') {
        good = get_time(&at, 24, &west);
        kind[0].offset_s = -west;
    }
    good = good && skip(&at, ',') && get_day(&at, &day[0]) && skip(&at, ',') &&
           get_day(&at, &day[1]) && !*at;
    if (!good)
        return bad_rule(zone, rule, err);
    r = zone_add_type(zone, &kind[0], &type[0], err);
    return r < 0 ? r : write_out(zone, day, type, err);
}
