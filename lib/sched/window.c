#include "rpa/sched/window.h"
#include "civil.h"

#include <string.h>

enum { DAY_MIN = 1440 };

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

bool rpa_window_read(const char *text, struct rpa_window *ret)
{
    static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed",
                                     "Thu", "Fri", "Sat" };
    struct rpa_window w = { .weekday = -1 };
    for (int i = 0; i < 7; i++)
        if (!strncmp(text, days[i], 3) && text[3] == ' ')
            w.weekday = i;
    text += w.weekday >= 0 ? 4 : 0;
    if (strlen(text) != strlen("HH:MM-HH:MM") || text[5] != '-')
        return false;
    w.from = minutes(text);
    w.to = minutes(text + 6);
    if (w.from < 0 || w.from >= DAY_MIN || w.to < 0 || w.to > DAY_MIN ||
        w.from == w.to)
        return false;
    if (ret)
        *ret = w;
    return true;
}

bool rpa_window_fits(const char *text)
{
    return rpa_window_read(text, NULL);
}

static struct rpa_opening opening_of(const struct rpa_window *window,
                                     const struct rpa_zone *zone, int64_t day)
{
    int64_t closes = day + (window->to < window->from);
    return (struct rpa_opening){
        .begin = rpa_zone_instant(zone, day * DAY_S + window->from * 60),
        .end = rpa_zone_instant(zone, closes * DAY_S + window->to * 60),
        .day = day,
    };
}

bool rpa_window_at(const struct rpa_window *window, const struct rpa_zone *zone,
                   int64_t now, struct rpa_opening *ret)
{
    struct rpa_period period;
    rpa_zone_period(zone, now, &period);
    int64_t day = civil_floor_day(now + period.offset_s) - 1;
    for (;; day++) { /* yesterday's may still be open */
        if (window->weekday >= 0 && window->weekday != civil_weekday(day))
            continue;
        *ret = opening_of(window, zone, day);
        if (ret->end > now && ret->end > ret->begin)
            return ret->begin <= now;
    }
}
