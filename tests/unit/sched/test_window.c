/* Windows by the clocks of a zone, on both days when those change. */
#include "rpa/sched/window.h"
#include "tap.h"

#include <stdlib.h>
#include <time.h>

static int64_t utc(int year, int month, int day, int hour, int minute)
{
    struct tm tm = { .tm_year = year - 1900,
                     .tm_mon = month - 1,
                     .tm_mday = day,
                     .tm_hour = hour,
                     .tm_min = minute };
    return timegm(&tm);
}

static const struct {
    const char *text;
    bool fits;
} texts[] = {
    { "02:00-02:30", true },
    { "00:00-24:00", true },
    { "23:30-00:30", true },
    { "Sun 02:00-06:00", true },
    { "Sat 23:59-00:00", true },
    { "02:00-02:00", false },
    { "24:00-01:00", false },
    { "02:60-03:00", false },
    { "2:00-03:00", false },
    { "02:00-3:00", false },
    { "02:00", false },
    { "", false },
    { "02:00 03:00", false },
    { "02-00-03:00", false },
    { "Son 02:00-03:00", false },
    { "Sun02:00-03:00", false },
    { "sun 02:00-03:00", false },
    { "02:00-03:001", false },
    { "Sun ", false },
    { "0x:00-03:00", false },
    { "02:00-25:00", false },
    { "02:00-24:01", false },
};

/* 2026-11-22 is a Sunday, and UTC is what the clocks show. 2026-07-01 is a
 * Wednesday, and they show an hour more. */
static const struct {
    const char *text;
    int month, day, hour, minute; /* UTC, 2026 */
    bool within;
} moments[] = {
    { "02:00-02:30", 11, 22, 1, 59, false },
    { "02:00-02:30", 11, 22, 2, 0, true },
    { "02:00-02:30", 11, 22, 2, 29, true },
    { "02:00-02:30", 11, 22, 2, 30, false },
    { "02:00-02:30", 7, 1, 1, 15, true },
    { "02:00-02:30", 7, 1, 2, 15, false },
    { "23:30-00:30", 11, 22, 23, 30, true },
    { "23:30-00:30", 11, 23, 0, 29, true },
    { "23:30-00:30", 11, 23, 0, 30, false },
    { "Sun 02:00-06:00", 11, 22, 3, 0, true },
    { "Sun 02:00-06:00", 11, 23, 3, 0, false },
    { "Sun 23:00-01:00", 11, 22, 23, 30, true },
    { "Sun 23:00-01:00", 11, 23, 0, 30, true },
    { "Sun 23:00-01:00", 11, 22, 0, 30, false },
    { "Sat 23:00-01:00", 11, 22, 0, 30, true },
    { "Thu 00:00-00:30", 7, 1, 23, 15, true }, /* Thursday by UK clocks */
    { "00:00-24:00", 11, 22, 23, 59, true },
};

/* From noon UTC of a day, the opening that is on or comes next. */
static const struct {
    const char *text;
    int year, month, day;
    const char *begin, *end;
} openings[] = {
    { "22:00-06:00", 2026, 11, 22, "2026-11-22T22:00:00+00:00",
      "2026-11-23T06:00:00+00:00" },
    { "22:00-06:00", 2026, 3, 28, "2026-03-28T22:00:00+00:00",
      "2026-03-29T06:00:00+01:00" }, /* 7 hours */
    { "22:00-06:00", 2026, 10, 24, "2026-10-24T22:00:00+01:00",
      "2026-10-25T06:00:00+00:00" }, /* 9 hours */
    { "01:00-01:30", 2026, 10, 24, "2026-10-25T01:00:00+01:00",
      "2026-10-25T01:30:00+01:00" }, /* the first pass alone */
    { "01:15-01:45", 2026, 3, 28, "2026-03-30T01:15:00+01:00",
      "2026-03-30T01:45:00+01:00" }, /* nothing is left on the 29th */
    { "01:15-04:00", 2026, 3, 28, "2026-03-29T02:00:00+01:00",
      "2026-03-29T04:00:00+01:00" },
    { "Sun 02:00-06:00", 2026, 11, 23, "2026-11-29T02:00:00+00:00",
      "2026-11-29T06:00:00+00:00" },
    { "00:00-24:00", 2026, 11, 22, "2026-11-22T00:00:00+00:00",
      "2026-11-23T00:00:00+00:00" },
    { "09:00-17:00", 2026, 11, 22, "2026-11-22T09:00:00+00:00",
      "2026-11-22T17:00:00+00:00" },
};

static void test_openings(const struct rpa_zone *zone)
{
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        struct rpa_window window;
        struct rpa_opening o;
        char begin[40], end[40];
        int64_t now =
            utc(openings[i].year, openings[i].month, openings[i].day, 12, 0);
        rpa_window_read(openings[i].text, &window);
        bool open = rpa_window_at(&window, zone, now, &o);
        is_str(rpa_zone_iso(zone, o.begin, begin), openings[i].begin,
               openings[i].text);
        is_str(rpa_zone_iso(zone, o.end, end), openings[i].end, "  its end");
        ok(open == (o.begin <= now), "  and whether it is on");
        int day = atoi(openings[i].begin + strlen("2026-11-"));
        ok(o.day == utc(2026, atoi(openings[i].begin + 5), day, 0, 0) / 86400,
           "  it belongs to the day it opened on");
    }
}

int main(void)
{
    struct rpa_window w;
    struct rpa_opening opening;
    struct rpa_zone *zone = NULL;
    if (!ok(rpa_zone_open("Europe/London", &zone, NULL) == 0, "a zone"))
        return tap_done();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ok(rpa_window_fits(texts[i].text) == texts[i].fits, "'%s' is %s",
           texts[i].text, texts[i].fits ? "one" : "none");
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        int64_t now = utc(2026, moments[i].month, moments[i].day,
                          moments[i].hour, moments[i].minute);
        ok(rpa_window_read(moments[i].text, &w) &&
               rpa_window_at(&w, zone, now, &opening) == moments[i].within,
           "%s: %02d-%02d %02d:%02d UTC is %s", moments[i].text,
           moments[i].month, moments[i].day, moments[i].hour, moments[i].minute,
           moments[i].within ? "within" : "not");
    }
    test_openings(zone);
    rpa_zone_free(zone);
    return tap_done();
}
