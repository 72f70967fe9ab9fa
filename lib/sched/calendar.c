#include "rpa/sched/calendar.h"
#include "civil.h"
#include "priv.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct holiday {
    int64_t day;
    const char *division, *title; /* borrowed from the JSON */
};

struct rpa_calendar {
    json_t *json;
    struct holiday *holidays;
    size_t n;
};

static bool read_day(const char *text, int64_t *ret)
{
    struct civil d;
    int end = 0;
    if (!text || strlen(text) != strlen("2026-12-25") ||
        sscanf(text, "%4d-%2d-%2d%n", &d.year, &d.month, &d.day, &end) != 3 ||
        text[end] || d.year < 1 || d.month < 1 || d.month > 12 || d.day < 1 ||
        d.day > civil_month_len(d.year, d.month))
        return false;
    *ret = civil_days(d.year, d.month, d.day);
    return true;
}

static int add(struct rpa_calendar *calendar, const char *division,
               const json_t *event, size_t number, struct rpa_err *err)
{
    struct holiday h = { .division = division };
    h.title = json_string_value(json_object_get(event, "title"));
    const char *date = json_string_value(json_object_get(event, "date"));
    if (!h.title || !read_day(date, &h.day))
        return rpa_fail(err, RPA_EINVAL,
                        "%.40s: event %zu has no title, or no date such as "
                        "2026-12-25",
                        division, number);
    calendar->holidays[calendar->n++] = h;
    return 0;
}

static int add_all(struct rpa_calendar *calendar, struct rpa_err *err)
{
    const char *division;
    json_t *value, *event;
    size_t i, count = 0;
    int r = 0;
    json_object_foreach(calendar->json, division, value) count +=
        json_array_size(json_object_get(value, "events"));
    calendar->holidays = calloc(count + 1, sizeof *calendar->holidays);
    if (!calendar->holidays)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a calendar");
    json_object_foreach(calendar->json, division, value) json_array_foreach(
        json_object_get(value, "events"), i, event) if (r == 0) r =
        add(calendar, division, event, i + 1, err);
    if (r == 0 && !count) {
        rpa_fail(err, RPA_EINVAL, "no bank holidays are in it");
        r = rpa_err_hint(err, "it is gov.uk's bank-holidays.json");
    }
    return r;
}

int rpa_calendar_parse(const char *json, size_t len, struct rpa_calendar **ret,
                       struct rpa_err *err)
{
    json_error_t bad;
    struct rpa_calendar *calendar = calloc(1, sizeof *calendar);
    if (!calendar)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a calendar");
    calendar->json = json_loadb(json, len, JSON_REJECT_DUPLICATES, &bad);
    int r = calendar->json
                ? add_all(calendar, err)
                : rpa_fail(err, RPA_EINVAL, "line %d: %s", bad.line, bad.text);
    if (r == 0)
        *ret = calendar;
    else
        rpa_calendar_free(calendar);
    return r;
}

int rpa_calendar_shipped(struct rpa_calendar **ret, struct rpa_err *err)
{
    return rpa_calendar_parse(sched_embedded[0].data, sched_embedded[0].len,
                              ret, err);
}

void rpa_calendar_free(struct rpa_calendar *calendar)
{
    if (!calendar)
        return;
    json_decref(calendar->json);
    free(calendar->holidays);
    free(calendar);
}

const char *rpa_calendar_title(const struct rpa_calendar *calendar,
                               const char *division, int64_t day)
{
    for (size_t i = 0; i < calendar->n; i++)
        if (calendar->holidays[i].day == day &&
            !strcmp(calendar->holidays[i].division, division))
            return calendar->holidays[i].title;
    return NULL;
}

int64_t rpa_calendar_end(const struct rpa_calendar *calendar,
                         const char *division)
{
    int64_t end = INT64_MIN;
    for (size_t i = 0; i < calendar->n; i++)
        if (calendar->holidays[i].day > end &&
            !strcmp(calendar->holidays[i].division, division))
            end = calendar->holidays[i].day;
    return end;
}

bool rpa_calendar_knows(const struct rpa_calendar *calendar,
                        const char *division, int64_t day)
{
    int year = civil_from_days(day).year;
    bool knows = false;
    for (size_t i = 0; i < calendar->n && !knows; i++)
        knows = civil_from_days(calendar->holidays[i].day).year == year &&
                !strcmp(calendar->holidays[i].division, division);
    return knows;
}
