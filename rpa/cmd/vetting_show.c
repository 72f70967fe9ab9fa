/* The report of a vetting in words: first what is not known and what nobody has
 * decided, then each search, then each possible match. */
#include "rpa/base/buf.h"
#include "rpa/cmd/report.h"
#include "rpa/cmd/review_show.h"
#include "rpa/config/json_get.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcomes[] = { "found", "not found", "could not check",
                                        "locked" };
#define OUTCOMES (sizeof outcomes / sizeof *outcomes)

static const char *plural(size_t n, const char *ending)
{
    return n == 1 ? "" : ending;
}

static void put(struct rpa_buf *out, const json_t *value)
{
    if (json_is_string(value))
        rpa_buf_escape(out, json_string_value(value), json_string_length(value));
}

static void print(struct rpa_buf *line)
{
    puts(line->data ? line->data : "");
    rpa_buf_clear(line);
}

static bool is(const json_t *search, const char *outcome)
{
    return !strcmp(json_text(search, "outcome"), outcome);
}

/* ---- what to see first ---- */

/* "3 searches: 1 found, 2 not found" */
static void put_counts(struct rpa_buf *out, const json_t *searches)
{
    size_t all = json_array_size(searches), i;
    const json_t *one;
    rpa_buf_printf(out, "%zu search%s", all, plural(all, "es"));
    for (size_t o = 0; o < OUTCOMES; o++) {
        long long n = 0;
        json_array_foreach((json_t *)searches, i, one)
            n += is(one, outcomes[o]);
        rpa_buf_printf(out, "%s%lld %s", o ? ", " : ": ", n, outcomes[o]);
    }
}

/* those that were not made to the end, nor again later */
static void print_unknown(const json_t *searches)
{
    size_t i, n = 0;
    const json_t *one;
    json_array_foreach((json_t *)searches, i, one)
        n += !is(one, "found") && !is(one, "not found") &&
             !json_object_get(one, "again");
    if (n)
        printf("  NOT KNOWN: %zu of them could not be made to the end\n", n);
}

/* Did it do all that it had to, though items were rejected? See EXIT STATUS. */
static bool ended_well(const json_t *status)
{
    return status &&
           (json_integer_value(status) == 0 || json_integer_value(status) == 3);
}

/* a run that broke off had more to search, or had not */
static void print_run(const json_t *run)
{
    struct rpa_buf line = { 0 };
    const json_t *status = json_object_get(run, "status");
    const json_t *why = json_object_get(run, "why");
    if (ended_well(status))
        return;
    rpa_buf_printf(&line, "  NOT KNOWN: run %lld of ", json_long(run, "run"));
    put(&line, json_object_get(run, "bot"));
    rpa_buf_putc(&line, ' ');
    if (status)
        rpa_buf_printf(&line, "ended with status %lld",
                       (long long)json_integer_value(status));
    else
        rpa_buf_puts(&line, why ? "did not come to its end: "
                                : "has not ended");
    put(&line, why);
    rpa_buf_puts(&line, ": it may have had more to search");
    print(&line);
}

/* who wrote no mode was before there were any */
static bool not_live(const json_t *search)
{
    const char *mode = json_text(search, "mode");
    return mode[0] && strcmp(mode, "LIVE") != 0;
}

static void print_modes(const json_t *searches)
{
    size_t i, n = 0;
    const json_t *one;
    json_array_foreach((json_t *)searches, i, one)
        n += not_live(one);
    if (n)
        printf("  NOT LIVE: %zu of them %s made in training or for show\n", n,
               n == 1 ? "was" : "were");
}

/* "partner in crime"; of nobody that is named "crime" */
static const char *place_of(const json_t *said, char out[static 160])
{
    const char *person = json_text(said, "person"), *system = json_text(said, "system");
    snprintf(out, 160, "%s%s%s", person, *person && *system ? " in " : "", system);
    return out;
}

/* who was to be looked for, and nobody did: that is not known */
static void print_unsearched(const json_t *unsearched)
{
    size_t i;
    const json_t *one;
    char place[160];
    json_array_foreach((json_t *)unsearched, i, one) {
        struct rpa_buf line = { 0 };
        const json_t *why = json_object_get(one, "why");
        rpa_buf_printf(&line, "  NOT SEARCHED: %s, wanted in row %lld: could not check, ",
                       place_of(one, place), json_long(one, "row"));
        if (json_string_length(why))
            put(&line, why);
        else
            rpa_buf_printf(&line, "no search was told of since%s%s",
                           *json_text(one, "mode") ? " in " : "",
                           json_text(one, "mode"));
        print(&line);
    }
}

/* one that is as the audit has it, of the person that was searched for there */
static bool has_match(const json_t *matches, const json_t *search)
{
    size_t i;
    const json_t *one;
    json_array_foreach((json_t *)matches, i, one) {
        const json_t *record =
            json_object_get(json_object_get(one, "content"), "record");
        if (!json_object_get(one, "unlike") &&
            !strcmp(json_text(one, "system"), json_text(search, "system")) &&
            !strcmp(json_text(record, "person"), json_text(search, "person")))
            return true;
    }
    return false;
}

/* where records were found and nobody has been asked about any */
static void print_unproposed(const json_t *searches, const json_t *matches)
{
    size_t i;
    const json_t *one;
    char place[160];
    json_t *told = json_object();
    json_array_foreach((json_t *)searches, i, one) {
        place_of(one, place);
        if (!is(one, "found") || has_match(matches, one) ||
            json_object_get(told, place))
            continue;
        json_object_set_new(told, place, json_true());
        printf("  FOUND, NOT PROPOSED: %s has records, none of them a possible "
               "match\n", place);
    }
    json_decref(told);
}

/* where queue.db is another than the audit */
static void print_unlike(const json_t *unlike)
{
    size_t i;
    const json_t *one;
    json_array_foreach((json_t *)unlike, i, one)
        printf("  NOT AS THE AUDIT HAS IT: review %lld, %s\n",
               json_long(one, "review"), json_text(one, "what"));
}

/* where nobody can tell which of the two is right */
static void print_before(const json_t *matches)
{
    size_t i;
    const json_t *one;
    json_array_foreach((json_t *)matches, i, one)
        if (json_object_get(one, "before"))
            printf("  NOT PROVABLE: who proposed review %lld, which is from before its "
                   "row of the audit was kept\n", json_long(one, "review"));
}

/* what people have not decided */
static void print_undecided(const json_t *report)
{
    size_t i, n = 0;
    const json_t *one, *matches = json_object_get(report, "matches");
    json_array_foreach((json_t *)matches, i, one)
        n += !strcmp(json_text(one, "state"), "open");
    if (n)
        printf("  NOT DECIDED: %zu of %zu possible match%s (rpa review list --about "
               "%s --in open)\n", n, json_array_size(matches),
               plural(json_array_size(matches), "es"), json_text(report, "about"));
}

/* ---- searches ---- */

static void print_search(const json_t *search)
{
    struct rpa_buf line = { 0 };
    const char *key;
    json_t *value;
    bool more = false;
    rpa_buf_printf(&line, "  row %lld  %.19sZ  %-15s  as ",
                   json_long(search, "row"), json_text(search, "time"), json_text(search, "outcome"));
    json_object_foreach(json_object_get(search, "as"), key, value) {
        rpa_buf_puts(&line, more ? ", " : "");
        rpa_buf_escape(&line, key, strlen(key));
        rpa_buf_putc(&line, ' ');
        put(&line, value);
        more = true;
    }
    rpa_buf_puts(&line, "  by ");
    put(&line, json_object_get(search, "operator"));
    rpa_buf_printf(&line, " in run %lld of ", json_long(search, "run"));
    put(&line, json_object_get(search, "bot"));
    if (not_live(search))
        rpa_buf_printf(&line, ", %s", json_text(search, "mode"));
    if (json_object_get(search, "again"))
        rpa_buf_printf(&line, ", again in row %lld", json_long(search, "again"));
    rpa_buf_puts(&line, json_text(search, "why")[0] ? ": " : "");
    put(&line, json_object_get(search, "why"));
    print(&line);
}

/* by person and system */
static json_t *grouped(const json_t *searches)
{
    size_t i;
    json_t *one, *groups = json_object();
    json_array_foreach((json_t *)searches, i, one) {
        char name[160];
        place_of(one, name);
        if (!json_object_get(groups, name))
            json_object_set_new(groups, name, json_array());
        json_array_append(json_object_get(groups, name), one);
    }
    return groups;
}

static void print_group(const char *name, const json_t *group)
{
    size_t i;
    const json_t *one;
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "\n%s: ", name);
    put_counts(&line, group);
    print(&line);
    json_array_foreach((json_t *)group, i, one)
        print_search(one);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void print_searches(const json_t *searches)
{
    const char *name;
    size_t n = 0;
    json_t *group, *groups = grouped(searches);
    const char **names = calloc(json_object_size(groups) + 1, sizeof *names);
    json_object_foreach(groups, name, group)
        if (names)
            names[n++] = name;
    if (names)
        qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++)
        print_group(names[i], json_object_get(groups, names[i]));
    free(names);
    json_decref(groups);
}

/* "3 possible matches: 1 approved (it is the person), …" */
static void print_matches(const json_t *matches)
{
    static const char *const states[][2] = {
        { "approved", " (it is the person)" },
        { "refused", " (it is another)" },
        { "open", "" },
    };
    size_t i, all = json_array_size(matches);
    const json_t *one;
    printf("\n%zu possible match%s", all, plural(all, "es"));
    for (size_t s = 0; all && s < 3; s++) {
        size_t n = 0;
        json_array_foreach((json_t *)matches, i, one)
            n += !strcmp(json_text(one, "state"), states[s][0]);
        printf("%s %zu %s%s", s ? "," : ":", n, states[s][0], states[s][1]);
    }
    printf("\n");
    json_array_foreach((json_t *)matches, i, one)
        review_print(one);
}

/* ---- all of it ---- */

void vetting_text(const json_t *report)
{
    const json_t *searches = json_object_get(report, "searches");
    const char *key;
    json_t *one;
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "%s, %.19sZ, for ", json_text(report, "about"),
                   json_text(report, "made"));
    put(&line, json_object_get(report, "made_by"));
    print(&line);
    put_counts(&line, searches);
    print(&line);
    print_unsearched(json_object_get(report, "unsearched"));
    print_unknown(searches);
    json_object_foreach(json_object_get(report, "runs"), key, one)
        print_run(one);
    print_modes(searches);
    print_unproposed(searches, json_object_get(report, "matches"));
    print_unlike(json_object_get(report, "unlike"));
    print_before(json_object_get(report, "matches"));
    print_undecided(report);
    print_searches(searches);
    print_matches(json_object_get(report, "matches"));
}
