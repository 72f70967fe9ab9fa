#include "rpa/outage.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed",
                                 "Thu", "Fri", "Sat" };

/* The last Sunday of a month of 31 days, 01:00 UTC. */
static time_t last_sunday(int year, int month)
{
    struct tm tm = { .tm_year = year, .tm_mon = month, .tm_mday = 31,
                     .tm_hour = 1 };
    timegm(&tm); /* says which weekday the 31st is */
    tm.tm_mday -= tm.tm_wday;
    return timegm(&tm);
}

struct rpa_uk_time rpa_uk_time(rpa_time t)
{
    time_t s = (time_t)(t / 1000000);
    struct tm tm;
    gmtime_r(&s, &tm);
    if (s >= last_sunday(tm.tm_year, 2) && s < last_sunday(tm.tm_year, 9)) {
        s += 3600;
        gmtime_r(&s, &tm);
    }
    return (struct rpa_uk_time){ tm.tm_wday, tm.tm_hour, tm.tm_min, tm.tm_sec };
}

/* "HH:MM" into minutes; -1 if it is not that */
static int minutes(const char *s)
{
    int value[2];
    for (int i = 0; i < 2; i++, s += 3) {
        if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
            return -1;
        value[i] = (s[0] - '0') * 10 + s[1] - '0';
    }
    return s[-4] == ':' && value[1] < 60 ? value[0] * 60 + value[1] : -1;
}

bool rpa_outage_read(const char *text, struct rpa_outage *ret)
{
    struct rpa_outage o = { .day = -1 };
    for (int i = 0; i < 7; i++)
        if (!strncmp(text, days[i], 3) && text[3] == ' ')
            o.day = i;
    text += o.day >= 0 ? 4 : 0;
    if (strlen(text) != strlen("HH:MM-HH:MM") || text[5] != '-')
        return false;
    o.from = minutes(text);
    o.to = minutes(text + 6);
    if (o.from < 0 || o.from >= 1440 || o.to < 0 || o.to > 1440 ||
        o.from == o.to)
        return false;
    if (ret)
        *ret = o;
    return true;
}

bool rpa_outage_fits(const char *text)
{
    return rpa_outage_read(text, NULL);
}

bool rpa_outage_at(const struct rpa_outage *o, rpa_time now)
{
    struct rpa_uk_time uk = rpa_uk_time(now);
    int at = uk.hour * 60 + uk.minute;
    bool first = o->day < 0 || o->day == uk.day;
    bool second = o->day < 0 || (o->day + 1) % 7 == uk.day;
    if (o->from < o->to)
        return first && at >= o->from && at < o->to;
    return (first && at >= o->from) || (second && at < o->to);
}
