/* Zones against the C library's own reading of the same files, and files that
 * are broken. */
#include "rpa/sched/zone.h"
#include "tap.h"

#include <stdlib.h>
#include <time.h>

static const char *const names[] = {
    "Europe/London",       "Europe/Dublin", "America/New_York",
    "America/Sao_Paulo",   "America/Nuuk",  "America/Santiago",
    "Australia/Lord_Howe", "Pacific/Apia",  "Pacific/Kwajalein",
    "Asia/Kathmandu",      "Asia/Hebron",   "Africa/Casablanca",
    "Antarctica/Troll",    "Asia/Tehran",   "UTC",
};

/* every offset from 1900 to 2199, at steps that hit each hour of a year */
static void test_against_libc(const char *name)
{
    struct rpa_zone *zone = NULL;
    struct rpa_err err;
    int asked = 0, wrong = 0;
    if (!ok(rpa_zone_open(name, &zone, &err) == 0, "%s", name))
        return;
    setenv("TZ", name, 1);
    tzset();
    for (int64_t t = -2208988800; t < 7258118400; t += 21 * 3601, asked++) {
        struct rpa_period period;
        struct tm tm;
        time_t libc = (time_t)t;
        rpa_zone_period(zone, t, &period);
        if (!localtime_r(&libc, &tm) || tm.tm_gmtoff != period.offset_s ||
            (tm.tm_isdst > 0) != period.dst ||
            strcmp(tm.tm_zone, period.abbr) != 0 || t < period.begin ||
            t >= period.end) {
            if (!wrong++)
                printf("# at %lld: %d %s, the C library has %ld %s\n",
                       (long long)t, period.offset_s, period.abbr, tm.tm_gmtoff,
                       tm.tm_zone);
        }
    }
    ok(!wrong, "%s: %d moments, %d other than the C library's", name, asked,
       wrong);
    rpa_zone_free(zone);
}

static void test_changes(void)
{
    struct rpa_zone *zone = NULL;
    struct rpa_period period;
    char out[40];
    rpa_zone_open("Europe/London", &zone, NULL);
    int64_t change = 1774746000; /* 2026-03-29 01:00 UTC */
    is_str(rpa_zone_iso(zone, change - 1, out), "2026-03-29T00:59:59+00:00",
           "before the change");
    is_str(rpa_zone_iso(zone, change, out), "2026-03-29T02:00:00+01:00",
           "after it");
    rpa_zone_period(zone, change, &period);
    is_int(period.begin, change, "a period begins with it");
    is_int(period.end, 1792890000, "and ends in October");
    is_str(rpa_zone_iso(zone, -5000000000, out), "1811-07-23T15:05:25-00:01:15",
           "local mean time");
    rpa_zone_free(zone);
}

static void test_names(void)
{
    static const char *const bad[] = {
        "",       "Europe/Nowhere", "../../../etc/passwd", "/etc/localtime",
        "Europe", "Europe/London ", "tzdata.zi",           ":UTC",
        "localtime", "posixrules", /* the host's */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rpa_zone *zone = NULL;
        struct rpa_err err = { 0 };
        ok(rpa_zone_open(bad[i], &zone, &err) < 0 && !zone && *err.msg,
           "no zone '%s': %s", bad[i], err.msg);
    }
}

/* A file cut short anywhere, or with any byte changed, gives a zone or an
 * error, and does not touch what lies behind it (the sanitizers look). */
static void test_broken(void)
{
    unsigned char bytes[8192];
    FILE *file = fopen("/usr/share/zoneinfo/America/New_York", "re");
    size_t len = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    struct rpa_zone *zone;
    int good = 0;
    if (file)
        fclose(file);
    ok(len > 0, "a file to break");
    for (size_t cut = 0; cut < len; cut++) {
        unsigned char *copy = malloc(cut + 1);
        memcpy(copy, bytes, cut);
        zone = NULL;
        good += rpa_zone_parse("cut", copy, cut, &zone, NULL) == 0;
        rpa_zone_free(zone);
        free(copy);
    }
    ok(!good, "cut short: %d of %zu taken", good, len);
    for (size_t i = 0; i < len; i++) {
        struct rpa_period period;
        bytes[i] ^= 0x81;
        zone = NULL;
        if (rpa_zone_parse("bent", bytes, len, &zone, NULL) == 0)
            rpa_zone_period(zone, 1774746000, &period);
        rpa_zone_free(zone);
        bytes[i] ^= 0x81;
    }
    ok(true, "%zu files with one byte changed", len);
}

int main(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        test_against_libc(names[i]);
    test_changes();
    test_names();
    test_broken();
    return tap_done();
}
