/* Expressions and their times, by the vectors in tests/data/cron-vectors.tsv,
 * on each of which at least two of eleven implementations agree; the last are
 * of the same sources, by croner or cron-parser and a model that knows no cron,
 * or refusals that OCPS asks for. */
#include "rpa/sched/cron.h"
#include "tap.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>

static int64_t from_iso(const char *text)
{
    struct tm tm = { 0 };
    if (!strptime(text, "%Y-%m-%dT%H:%M:%S%z", &tm))
        return INT64_MIN;
    long offset_s = tm.tm_gmtoff;
    return timegm(&tm) - offset_s;
}

static void unescape(char *text)
{
    char *tab;
    while ((tab = strstr(text, "\\t")) != NULL) {
        *tab = '\t';
        memmove(tab + 1, tab + 2, strlen(tab + 2) + 1);
    }
}

/* as a row of the vectors says it: times by commas, NONE or ERROR */
static void answer(const char *expr, const char *zone_name, const char *start,
                   size_t count, char *out, size_t size)
{
    struct rpa_cron cron;
    struct rpa_zone *zone = NULL;
    int64_t t = from_iso(start);
    char iso[40];
    snprintf(out, size, "ERROR");
    if (rpa_cron_parse(expr, &cron, NULL) < 0 ||
        rpa_zone_open(zone_name, &zone, NULL) < 0)
        return;
    *out = '\0';
    for (size_t i = 0;
         i < count && rpa_cron_next(&cron, zone, t, &t, NULL) == 0; i++) {
        size_t n = strlen(out);
        snprintf(out + n, size - n, "%s%s", i ? "," : "",
                 rpa_zone_iso(zone, t, iso));
    }
    if (!*out)
        snprintf(out, size, "NONE");
    rpa_zone_free(zone);
}

static void test_vectors(const char *folder)
{
    char path[PATH_MAX], line[4096], got[4096];
    int rows = 0, wrong = 0;
    snprintf(path, sizeof path, "%s/cron-vectors.tsv", folder);
    FILE *file = fopen(path, "re");
    if (!ok(file && fgets(line, sizeof line, file), "the vectors are there"))
        return;
    for (; fgets(line, sizeof line, file); rows++) {
        char *next = line, *column[5];
        for (int i = 0; i < 5; i++)
            column[i] = strsep(&next, "\t\n");
        unescape(column[0]);
        size_t count = 1;
        for (const char *at = column[3]; (at = strchr(at, ',')); at++)
            count++;
        answer(column[0], column[1], column[2], count, got, sizeof got);
        if (strcmp(got, column[3]) != 0) {
            printf("# '%s' in %s from %s\n#    got %s\n# wanted %s  (%s)\n",
                   column[0], column[1], column[2], got, column[3], column[4]);
            wrong++;
        }
    }
    fclose(file);
    ok(rows > 1000 && !wrong, "%d vectors, %d wrong", rows, wrong);
}

static const struct {
    const char *expr, *zone, *from, *want;
    size_t count;
} times[] = {
    { "30 1 * * *", "Europe/London", "2026-03-28T12:00:00+00:00",
      "2026-03-29T02:00:00+01:00,2026-03-30T01:30:00+01:00", 2 },
    { "30 1 * * *", "Europe/London", "2026-10-24T12:00:00+01:00",
      "2026-10-25T01:30:00+01:00,2026-10-26T01:30:00+00:00", 2 },
    { "*/30 1 * * *", "Europe/London", "2026-10-24T12:00:00+01:00",
      "2026-10-25T01:00:00+01:00,2026-10-25T01:30:00+01:00,"
      "2026-10-25T01:00:00+00:00,2026-10-25T01:30:00+00:00",
      4 },
    { "0,30 1-2 * * *", "Europe/London", "2026-03-28T12:00:00+00:00",
      "2026-03-29T02:00:00+01:00,2026-03-29T02:30:00+01:00,"
      "2026-03-30T01:00:00+01:00",
      3 }, /* at 02:00 once, not twice */
    { "0 0 29 2 *", "UTC", "2096-03-01T00:00:00+00:00",
      "2104-02-29T00:00:00+00:00", 1 },
    { "0 0 * 2 FRI#5", "UTC", "2036-03-01T00:00:00+00:00",
      "2064-02-29T00:00:00+00:00", 1 },
    { "30 12 1 7 *", "Europe/London", "2198-07-02T00:00:00+01:00",
      "2199-07-01T12:30:00+01:00", 9 }, /* summer time, and the end */
    { "0 0 1-7 * +MON", "UTC", "2026-11-22T00:00:00+00:00",
      "2026-12-07T00:00:00+00:00,2027-01-04T00:00:00+00:00", 2 },
    { "0 0 L-3 * *", "UTC", "2026-01-30T00:00:00+00:00",
      "2026-02-25T00:00:00+00:00", 1 },
    { "0 9 LW * *", "UTC", "2026-05-01T00:00:00+00:00",
      "2026-05-29T09:00:00+00:00", 1 },
    { "0 9 29W 2 *", "UTC", "2026-01-01T00:00:00+00:00",
      "2028-02-29T09:00:00+00:00", 1 }, /* a month without it has none */
    { "30 10 29 12 *", "Pacific/Apia", "2011-12-29T12:00:00-10:00",
      "2012-12-29T10:30:00+14:00", 1 },
    { "30 10 30 12 *", "Pacific/Apia", "2011-12-29T12:00:00-10:00",
      "2012-12-30T10:30:00+14:00", 1 }, /* the day that never was */
    { "@every 2h30m", "UTC", "1970-01-01T00:00:00+00:00",
      "1970-01-01T02:30:00+00:00,1970-01-01T05:00:00+00:00", 2 },
    { "@every 86400s", "UTC", "1970-01-01T00:00:00+00:00",
      "1970-01-02T00:00:00+00:00", 1 }, /* a unit takes any number */
    { "59 59 23 31 12 *", "UTC", "2026-11-22T00:00:00+00:00",
      "2026-12-31T23:59:59+00:00", 1 },
    { "59 59 * * * *", "UTC", "2026-11-22T00:59:59+00:00",
      "2026-11-22T01:59:59+00:00", 1 },
    { "0 0 1 1 SAT-SUN", "UTC", "2026-12-27T00:00:00+00:00",
      "2027-01-01T00:00:00+00:00,2027-01-02T00:00:00+00:00,"
      "2027-01-03T00:00:00+00:00,2027-01-09T00:00:00+00:00",
      4 },
};

static void test_times(void)
{
    char got[1024];
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        answer(times[i].expr, times[i].zone, times[i].from, times[i].count, got,
               sizeof got);
        is_str(got, times[i].want, times[i].expr);
    }
}

static const struct {
    const char *expr, *msg, *hint;
} refused[] = {
    { "0/15 * * * *",
      "minute '0/15': a step needs a range, and programs differ in what they "
      "make of one value",
      "write 0-59/15" },
    { "0 22-6 * * *",
      "hour '22-6': the range goes backwards, and programs differ in what they "
      "make of that",
      "write 22-23,0-6" },
    { "0 0 * * FRI-MON",
      "day-of-week 'FRI-MON': the range goes backwards, and programs differ in "
      "what they make of that",
      "write 5-6,0-1" },
    { "0 0 * * 7-1",
      "day-of-week '7-1': the range goes backwards, and programs differ in "
      "what they make of that",
      "write 0-1" },
    { "22-6/2 * * * *",
      "minute '22-6/2': the range goes backwards, and programs differ in what "
      "they make of that",
      "write 22-59/2,0-6/2" },
    { "50-10/7 * * * *", /* 50, 57, 4 */
      "minute '50-10/7': the range goes backwards, and programs differ in what "
      "they make of that",
      "write 50-59/7,4" },
    { "0 22-6/12 * * *",
      "hour '22-6/12': the range goes backwards, and programs differ in what "
      "they make of that",
      "write 22" },
    { "0 0 * * 6-0",
      "day-of-week '6-0': the range goes backwards, and programs differ in "
      "what they make of that",
      "write 6,0" },
    { "59/15 * * * *",
      "minute '59/15': a step needs a range, and programs differ in what they "
      "make of one value",
      "write 59" },
    { "/15 * * * *", "minute '/15': a number is missing at '/15'",
      "write */15" },
    { "? * * * *", "minute '?': a number is missing at '?'",
      "? stands alone, in a day field; elsewhere write *" },
    { "0 0 * Sept *", "month 'Sept': 't' cannot stand here",
      "a name has three letters: write Sep" },
    { "0 0 lw * *", "day-of-month 'lw': a number is missing at 'lw'",
      "L and W are capital letters" },
    { "0 0 * * fri#l",
      "day-of-week 'fri#l': # is followed by a number from 1 to 5, or by L",
      "L and W are capital letters" },
    { "0 0 * * MON-FRI#2",
      "day-of-week 'MON-FRI#2': '#2' cannot stand here",
      "# and L follow one day, as in MON#2,TUE#2" },
    { "0 0 * * 1,L",
      "day-of-week '1,L': 'L': a number or a name is missing at 'L'",
      "write 5L for the last Friday of a month" },
    { "0 0 * * * Europe/London",
      "day-of-week 'Europe/London': a number or a name is missing at "
      "'Europe/London'",
      "the zone is said apart, not in the expression" },
    { "0 24 * * *", "hour '24': 24 is not from 0 to 23",
      "write 0: midnight begins a day" },
    { "0 99999999999999999999 * * *",
      "hour '99999999999999999999': 99999999999999999999 is not from 0 to 23",
      "" },
    { "0 0 4294967297 * *",
      "day-of-month '4294967297': 4294967297 is not from 1 to 31", "" },
    { "0 0 10000W * *", "day-of-month '10000W': 10000 is not from 1 to 31", "" },
    { "0 0 L-4294967297 * *",
      "day-of-month 'L-4294967297': L-n: n is from 1 to 30", "" },
    { "*/0 * * * *", "minute '*/0': a step is a number from 1", "" },
    { "0 1,x * * *", "hour '1,x': 'x': a number is missing at 'x'", "" },
    { "0 1, * * *", "hour '1,': '': a number is missing", "" },
    { "0 0 1,15W * *",
      "day-of-month '1,15W': '15W': W stands alone, not in a list", "" },
    { "0 0 0W * *", "day-of-month '0W': 0 is not from 1 to 31", "" },
    { "0 0 L-31 * *", "day-of-month 'L-31': L-n: n is from 1 to 30", "" },
    { "0 0 * * MON#6",
      "day-of-week 'MON#6': # is followed by a number from 1 to 5, or by L",
      "" },
    { "0 0 * * MONDAY", "day-of-week 'MONDAY': 'DAY' cannot stand here",
      "a name has three letters: write MON" },
    { "0 0 ? * ?", "? in both day fields; one says the day, the other may be ?",
      "" },
    { "* * * *", "4 fields; there are 5, or 6 with the second first",
      "minute hour day-of-month month day-of-week, with blanks between; the "
      "zone and the year do not belong here" },
    { "@reboot", "@reboot is no time",
      "it can start a schedule, but has no next" },
    { "@every 00000000000000000000000000000090s",
      "@every '00000000000000000000000000000090s': not a time from 5s to 366d",
      "write it like 90s, 15m, 2h30m or 1d" },
    { "@every 4294967301s",
      "@every '4294967301s': not a time from 5s to 366d",
      "write it like 90s, 15m, 2h30m or 1d" },
    { "@every 2s", "@every '2s': not a time from 5s to 366d",
      "write it like 90s, 15m, 2h30m or 1d" },
    { "@every", "@every wants one time behind it",
      "write it like 90s, 15m, 2h30m or 1d" },
    { "@EVERY 5m", "there is no '@EVERY'",
      "@yearly @monthly @weekly @daily @hourly, in small letters, or @every "
      "15m" },
    { "@daily 5m", "'@daily': nothing may follow it", "" },
    { "@Daily", "there is no '@Daily'",
      "@yearly @monthly @weekly @daily @hourly, in small letters, or @every "
      "15m" },
};

static void test_refused(void)
{
    struct rpa_cron cron;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct rpa_err err = { 0 };
        int r = rpa_cron_parse(refused[i].expr, &cron, &err);
        is_int(r, -RPA_ESYNTAX, refused[i].expr);
        is_str(err.msg, refused[i].msg, "  it says");
        is_str(err.hint, refused[i].hint, "  and what to write");
    }
}

/* From second to second, an expression's times are those that fit. */
static void test_strictly_after(void)
{
    struct rpa_cron cron;
    struct rpa_zone *zone = NULL;
    int64_t t, next;
    rpa_zone_open("UTC", &zone, NULL);
    rpa_cron_parse("0 * * * *", &cron, NULL);
    ok(rpa_cron_next(&cron, zone, 3600, &t, NULL) == 0 && t == 7200,
       "strictly after");
    ok(rpa_cron_next(&cron, zone, INT64_MIN, &t, NULL) == 0 &&
           rpa_cron_next(&cron, zone, t, &next, NULL) == 0 && next == t + 3600,
       "from the beginning of time");
    ok(rpa_cron_next(&cron, zone, INT64_MAX, &t, NULL) == -RPA_ENOTFOUND,
       "nor is its end a trouble: nothing comes after it");
    rpa_cron_parse("@every 15m", &cron, NULL);
    ok(rpa_cron_next(&cron, zone, INT64_MAX, &t, NULL) == -RPA_ENOTFOUND,
       "not of an interval either");
    rpa_zone_free(zone);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    test_vectors(argv[1]);
    test_times();
    test_refused();
    test_strictly_after();
    return tap_done();
}
