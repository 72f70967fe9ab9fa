#include "report_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *of(const json_t *truth, const char *label)
{
    return json_string_value(
        json_object_get(json_object_get(truth, "fields"), label));
}

/* Nothing where it is empty: json_pack()'s "s*" and "o*" leave that out */
static const char *text(const json_t *truth, const char *label)
{
    const char *value = of(truth, label);
    return value && *value ? value : NULL;
}

/* 29/03/2026 01:30 → 2026-03-29T01:30:00+00:00, and so without a time */
static json_t *date(const json_t *truth, const char *label)
{
    int day, month, year, hour, minute;
    int n = sscanf(of(truth, label), "%d/%d/%d %d:%d", &day, &month, &year,
                   &hour, &minute);
    if (n < 3)
        return json_null();
    return n == 3 ? json_sprintf("%04d-%02d-%02d", year, month, day)
                  : json_sprintf("%04d-%02d-%02dT%02d:%02d:00+00:00", year,
                                 month, day, hour, minute);
}

static json_t *names(const json_t *truth)
{
    json_t *list = json_array();
    char *all = strdup(of(truth, "Given Names")), *rest = all, *one;
    while ((one = strsep(&rest, " ")))
        json_array_append_new(list, json_string(one));
    free(all);
    return list;
}

static const char *gender(const json_t *truth)
{
    switch (*of(truth, "Gender")) {
    case 'M':
        return "male";
    case 'F':
        return "female";
    case 'X':
        return "not-stated";
    default:
        return "unspecified";
    }
}

static json_t *incident(const json_t *truth)
{
    const char *value = text(truth, "Property Value");
    return json_pack(
        "{s:{s:s*, s:s*, s:s*, s:s*}, s:{s:o, s:o}, s:b, s:b, s:s*, s:o*, s:s}",
        "classification", "crimeType", text(truth, "Crime Type"), "nsirCode",
        text(truth, "NSIR Code"), "cjsOffenceCode",
        text(truth, "CJS Offence Code"), "homeOfficeClass",
        text(truth, "HO Class"), "period", "start", date(truth, "Start"), "end",
        date(truth, "End"), "hateCrime", *of(truth, "Hate Crime") == 'Y',
        "weapon", *of(truth, "Weapon") == 'Y', "vrm", text(truth, "VRM"),
        "propertyValue", value ? json_real(atof(value)) : NULL, "narrative",
        json_string_value(json_object_get(truth, "narrative")));
}

static json_t *complainant(const json_t *truth)
{
    return json_pack(
        "{s:s, s:o, s:o, s:s, s:s*, s:s*, s:{s:s*, s:s*, s:s*, s:s*, s:s*, s:s*}}",
        "surname", of(truth, "Surname"), "givenNames", names(truth),
        "dateOfBirth", date(truth, "Date of Birth"), "gender", gender(truth),
        "phone", text(truth, "Phone"), "email", text(truth, "E-mail"),
        "address", "building", text(truth, "Building"), "street",
        text(truth, "Street"), "locality", text(truth, "Locality"), "town",
        text(truth, "Town"), "county", text(truth, "County"), "postcode",
        text(truth, "Postcode"));
}

char *report_json(const json_t *truth)
{
    json_t *report = json_pack(
        "{s:s, s:s, s:o, s:o, s:{s:s}}", "submissionId", of(truth, "Online Ref"),
        "submittedAt", of(truth, "Submitted"), "incident", incident(truth),
        "complainant", complainant(truth), "witness", "surname", "Bystander");
    char *json = report ? json_dumps(report, JSON_COMPACT) : NULL;
    json_decref(report);
    return json;
}

char *report_json_list(const struct report_set *set)
{
    json_t *list = json_array();
    for (size_t i = 0; i < set->n; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:o}", "id", set->reports[i].id, "href",
                            json_sprintf("/reports/%s", set->reports[i].id)));
    json_t *whole = json_pack("{s:o}", "reports", list);
    char *json = whole ? json_dumps(whole, JSON_COMPACT) : NULL;
    json_decref(whole);
    return json;
}
