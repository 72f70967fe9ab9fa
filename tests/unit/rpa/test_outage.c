/* Outages by the clocks of the UK, on both days when those change. */
#include "rpa/outage.h"
#include "tap.h"

#include <time.h>

static rpa_time utc(int year, int month, int day, int hour, int minute)
{
    struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1,
                     .tm_mday = day, .tm_hour = hour, .tm_min = minute };
    return (rpa_time)timegm(&tm) * 1000000;
}

static const struct {
    const char *text;
    bool fits;
} texts[] = {
    { "02:00-02:30", true },    { "00:00-24:00", true },
    { "23:30-00:30", true },    { "Sun 02:00-06:00", true },
    { "Sat 23:59-00:00", true }, { "02:00-02:00", false },
    { "24:00-01:00", false },   { "02:60-03:00", false },
    { "2:00-03:00", false },    { "02:00-3:00", false },
    { "02:00", false },         { "", false },
    { "02:00 03:00", false },   { "02-00-03:00", false },
    { "Son 02:00-03:00", false }, { "Sun02:00-03:00", false },
    { "sun 02:00-03:00", false }, { "02:00-03:001", false },
    { "Sun ", false },          { "0x:00-03:00", false },
    { "02:00-25:00", false },   { "02:00-24:01", false },
};

/* 2026-11-22 is a Sunday, and UTC is what the clocks show. 2026-07-01 is a
 * Wednesday, and they show an hour more. */
static const struct {
    const char *text;
    int month, day, hour, minute; /* UTC, 2026 */
    bool down;
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

/* the last minutes before, the first after */
static const struct {
    int year, month, day, hour, minute, uk_hour;
} changes[] = {
    { 2026, 3, 29, 0, 59, 0 },  { 2026, 3, 29, 1, 0, 2 },
    { 2026, 10, 25, 0, 59, 1 }, { 2026, 10, 25, 1, 0, 1 },
    { 2024, 3, 31, 0, 59, 0 },  { 2024, 3, 31, 1, 0, 2 }, /* the 31st itself */
    { 2027, 10, 31, 0, 59, 1 }, { 2027, 10, 31, 1, 0, 1 },
    { 2026, 1, 1, 12, 0, 12 },  { 2026, 6, 1, 12, 0, 13 },
};

int main(void)
{
    struct rpa_outage o;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ok(rpa_outage_fits(texts[i].text) == texts[i].fits, "'%s' is %s",
           texts[i].text, texts[i].fits ? "one" : "none");
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        rpa_time now = utc(2026, moments[i].month, moments[i].day,
                           moments[i].hour, moments[i].minute);
        ok(rpa_outage_read(moments[i].text, &o) &&
               rpa_outage_at(&o, now) == moments[i].down,
           "%s: %02d-%02d %02d:%02d UTC is %s", moments[i].text,
           moments[i].month, moments[i].day, moments[i].hour,
           moments[i].minute, moments[i].down ? "within" : "not");
    }
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct rpa_uk_time uk = rpa_uk_time(
            utc(changes[i].year, changes[i].month, changes[i].day,
                changes[i].hour, changes[i].minute));
        ok(uk.hour == changes[i].uk_hour && uk.minute == changes[i].minute,
           "%d-%02d-%02d %02d:%02d UTC is %02d:%02d there", changes[i].year,
           changes[i].month, changes[i].day, changes[i].hour,
           changes[i].minute, uk.hour, uk.minute);
    }
    return tap_done();
}
