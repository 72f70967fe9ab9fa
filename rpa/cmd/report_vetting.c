/* rpa report vetting: what was searched for an application, where, as what, and
 * with which outcome; what was found possible, and who decided what of it. From
 * the audit and the reviews; no word of it says that anybody is clear. */
#include "rpa/audit/read.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/cmd/reading.h"
#include "rpa/cmd/report.h"
#include "rpa/cmd/review_show.h"
#include "rpa/config/cbor_json.h"
#include "rpa/config/people.h"
#include "rpa/ipc/msg.h"
#include "rpa/queue/review.h"
#include "rpa/supervisor/desk.h"

#include <stdio.h>
#include <string.h>

static const char *const outcomes[] = { "found", "not found", "could not check",
                                        "locked" };
#define OUTCOMES (sizeof outcomes / sizeof *outcomes)

static const char *text(const json_t *map, const char *key)
{
    const char *value = json_string_value(json_object_get(map, key));
    return value ? value : "";
}

/* ---- searches ---- */

static int add_search(json_t *searches, const struct rpa_audit_entry *e,
                      const json_t *plain, struct rpa_err *err)
{
    cbor_item_t *body = NULL;
    char when[28];
    int r = rpa_cbor_load(e->content, e->content_len, &body, err);
    if (r < 0)
        return r;
    json_t *as = cbor_json(rpa_msg_get(body, "as"));
    json_t *why = rpa_msg_get(body, "why") ? cbor_json(rpa_msg_get(body, "why"))
                                           : json_string("");
    json_array_append_new(
        searches,
        json_pack("{s:I,s:s,s:I,s:s,s:s,s:s,s:s,s:o,s:o,s:I}", "row",
                  (json_int_t)e->seq, "time", rpa_time_iso(e->t_us, when), "run",
                  (json_int_t)e->run, "operator", text(plain, "actor"), "system",
                  text(plain, "system"), "person", text(plain, "person"),
                  "outcome", text(plain, "outcome"), "as", as, "why", why,
                  "shown",
                  json_integer_value(json_object_get(plain, "shown"))));
    rpa_msg_free(&body);
    return 0;
}

static int take_searches(const char *state_dir, const char *about,
                         json_t *searches, struct rpa_err *err)
{
    const struct rpa_audit_filter filter = { .run = -1,
                                             .kind = RPA_AUDIT_REVIEW };
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    int r = rpa_audit_reader_open(state_dir, &filter, true, &reader, err);
    while (r == 0 && (r = rpa_audit_reader_next(reader, &e, err)) > 0) {
        json_t *plain = json_loads(e.plain, 0, NULL);
        bool ours = !strcmp(text(plain, "event"), "searched") &&
                    !strcmp(text(plain, "about"), about);
        r = ours ? add_search(searches, &e, plain, err) : 0;
        json_decref(plain);
    }
    rpa_audit_reader_close(reader);
    return r;
}

/* ---- possible matches ---- */

static int show_one(struct desk_door *door, const struct rpa_options *o,
                    int64_t review, json_t *matches, struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new(), *ok = NULL;
    rpa_msg_put_str(msg, "call", "queue");
    rpa_msg_put_str(msg, "verb", "review show");
    rpa_msg_put_int(msg, "review", review);
    int r = reading_purpose(msg, o, err);
    if (r == 0)
        r = desk_ask(door, msg, &ok, err);
    if (r == 0)
        json_array_append_new(matches, review_json(ok));
    rpa_msg_free(&ok);
    rpa_msg_free(&msg);
    return r;
}

/* each of them is shown, so each has its row */
static int take_matches(struct desk_door *door, const struct rpa_options *o,
                        const char *about, json_t *matches, struct rpa_err *err)
{
    int64_t after = 0;
    size_t n = 1;
    int r = 0;
    while (r == 0 && n > 0) {
        cbor_item_t *msg = rpa_msg_new(), *ok = NULL;
        rpa_msg_put_str(msg, "call", "queue");
        rpa_msg_put_str(msg, "verb", "review list");
        rpa_msg_put_str(msg, "kind", "match");
        rpa_msg_put_str(msg, "about", about);
        rpa_msg_put_int(msg, "after", after);
        r = desk_ask(door, msg, &ok, err);
        cbor_item_t **list = rpa_msg_array(ok, "reviews", &n);
        for (size_t i = 0; r == 0 && i < n; i++) {
            rpa_msg_int(list[i], "review", &after);
            r = show_one(door, o, after, matches, err);
        }
        rpa_msg_free(&ok);
        rpa_msg_free(&msg);
    }
    return r;
}

/* ---- in words ---- */

static long long count(const json_t *searches, const char *outcome)
{
    long long n = 0;
    size_t i;
    json_t *search;
    json_array_foreach((json_t *)searches, i, search)
        n += !strcmp(text(search, "outcome"), outcome);
    return n;
}

static void put(struct rpa_buf *out, const char *value)
{
    rpa_buf_escape(out, value, strlen(value));
}

static void print_search(const json_t *search)
{
    struct rpa_buf line = { 0 };
    const char *key;
    json_t *value;
    bool more = false;
    rpa_buf_printf(&line, "  row %lld  %.19sZ  ",
                   (long long)json_integer_value(json_object_get(search, "row")),
                   text(search, "time"));
    put(&line, text(search, "system"));
    rpa_buf_puts(&line, text(search, "person")[0] ? "  " : "");
    put(&line, text(search, "person"));
    rpa_buf_puts(&line, "  ");
    put(&line, text(search, "outcome"));
    rpa_buf_puts(&line, "  as ");
    json_object_foreach(json_object_get(search, "as"), key, value) {
        rpa_buf_puts(&line, more ? ", " : "");
        put(&line, key);
        rpa_buf_puts(&line, " ");
        put(&line, json_is_string(value) ? json_string_value(value) : "?");
        more = true;
    }
    rpa_buf_puts(&line, "  by ");
    put(&line, text(search, "operator"));
    rpa_buf_puts(&line, text(search, "why")[0] ? ": " : "");
    put(&line, text(search, "why"));
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

static void print(const json_t *report)
{
    const json_t *searches = json_object_get(report, "searches");
    const json_t *matches = json_object_get(report, "matches");
    json_t *one;
    size_t i;
    long long unknown = count(searches, "could not check") +
                        count(searches, "locked");
    printf("%s: %zu searches", text(report, "about"), json_array_size(searches));
    for (i = 0; i < OUTCOMES; i++)
        printf("%s %lld %s", i ? "," : ":", count(searches, outcomes[i]),
               outcomes[i]);
    printf("\n");
    if (unknown)
        printf("  NOT KNOWN: %lld of them could not be made to the end\n", unknown);
    json_array_foreach((json_t *)searches, i, one)
        print_search(one);
    printf("%zu possible matches\n", json_array_size(matches));
    json_array_foreach((json_t *)matches, i, one)
        review_print(one);
}

/* ---- the command ---- */

static int make(const char *state_dir, const struct rpa_options *o,
                json_t *report, struct rpa_err *err)
{
    const char *about = o->args[1];
    struct desk_door door = { .state_dir = state_dir };
    char what[RPA_REVIEW_LABEL_MAX + 32];
    json_t *searches = json_array(), *matches = json_array();
    json_object_set_new(report, "about", json_string(about));
    json_object_set_new(report, "searches", searches);
    json_object_set_new(report, "matches", matches);
    if (!rpa_review_label(about))
        return rpa_fail(err, RPA_EINVAL, "'%.64s' is no label of an application",
                        about);
    snprintf(what, sizeof what, "report vetting %s", about);
    int r = people_here(PEOPLE_OPERATOR | PEOPLE_AUDITOR, err);
    if (r == 0)
        r = reading_row(state_dir, "read", what, o, err);
    if (r == 0)
        r = take_searches(state_dir, about, searches, err);
    if (r == 0)
        r = take_matches(&door, o, about, matches, err);
    desk_leave(&door);
    if (r < 0 || json_array_size(searches) || json_array_size(matches))
        return r;
    rpa_fail(err, RPA_ENOTFOUND, "nothing was searched for %s", about);
    return rpa_err_hint(err, "that says nothing of anybody: see whether the bot "
                             "ran, and by which label");
}

int report_vetting(const char *state_dir, const struct rpa_options *o)
{
    struct rpa_err err;
    json_t *report = json_object();
    int r = make(state_dir, o, report, &err);
    if (r < 0)
        rpa_log_err(&err);
    else if (rpa_option_flag(o, "json"))
        review_print_json(report);
    else
        print(report);
    json_decref(report);
    return r < 0 ? rpa_code_exit(err.code) : 0;
}
