/* rpa report vetting: what was searched for an application, where, as what, and
 * with which outcome; what was found possible, and who decided what of it. From
 * the audit and the reviews, as whoever holds them hands them out; no word of it
 * says that anybody is clear. */
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/cmd/reading.h"
#include "rpa/cmd/report.h"
#include "rpa/cmd/review_show.h"
#include "rpa/config/cbor_json.h"
#include "rpa/config/json_get.h"
#include "rpa/config/people.h"
#include "rpa/ipc/msg.h"
#include "rpa/supervisor/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vetting {
    struct desk_door door;
    const struct rpa_options *o;
    const char *about;
    /* in the report */
    json_t *runs, *unsearched, *searches, *matches, *unlike;
    json_t *wanted; /* in order */
    json_t *decided; /* rows of the audit: by "review.n", and how many by "review" */
    json_t *proposed; /* what the audit has and no match is yet: by "review" */
};

static cbor_item_t *request(const struct vetting *v, const char *verb)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "call", "queue");
    rpa_msg_put_str(msg, "verb", verb);
    rpa_msg_put_str(msg, "about", v->about);
    return msg;
}

/* have it answered, for the purpose that is said; @msg is taken */
static int ask(struct vetting *v, cbor_item_t *msg, cbor_item_t **ret_ok,
               struct rpa_err *err)
{
    int r = reading_purpose(msg, v->o, err);
    if (r == 0)
        r = desk_ask(&v->door, msg, ret_ok, err);
    rpa_msg_free(&msg);
    return r;
}

/* ---- rows ---- */

/* the run of a row, as the report tells of it; made when first asked for */
static json_t *run_of(struct vetting *v, int64_t run)
{
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)run);
    json_t *one = json_object_get(v->runs, key);
    if (!one) {
        one = json_pack("{s:I}", "run", (json_int_t)run);
        json_object_set_new(v->runs, key, one);
    }
    return one;
}

/* what a row has in clear */
static json_t *plain_of(const cbor_item_t *row)
{
    char *plain = rpa_msg_dup(row, "plain");
    json_t *json = plain ? json_loads(plain, 0, NULL) : NULL;
    free(plain);
    return json;
}

/* ---- who is wanted ---- */

/* somebody in a system, "" for any, by a row: in which mode, "" for any, and why nobody
 * will look there */
static void want(struct vetting *v, const char *person, const char *system,
                 const char *mode, int64_t row, json_t *why)
{
    json_array_append_new(v->wanted, json_pack("{s:s,s:s,s:s,s:I,s:o}", "person",
                                               person, "system", system, "mode",
                                               mode, "row", (json_int_t)row, "why",
                                               why));
}

static void add_wanted(struct vetting *v, const cbor_item_t *row)
{
    const cbor_item_t *why = rpa_msg_get(rpa_msg_get(row, "content"), "why");
    char *persons = rpa_msg_dup(row, "persons"), *rest = persons, *person;
    int64_t seq = 0, run = 0;
    rpa_msg_int(row, "row", &seq);
    rpa_msg_int(row, "run", &run);
    if (!persons) { /* else a file was queued */
        json_t *plain = plain_of(row);
        want(v, json_text(plain, "person"), json_text(plain, "system"),
             json_text(plain, "mode"), seq, why ? cbor_json(why) : json_string(""));
        json_object_set(run_of(v, run), "operator", json_object_get(plain, "actor"));
        json_object_set(run_of(v, run), "bot", json_object_get(plain, "bot"));
        json_decref(plain);
    }
    while ((person = strsep(&rest, "\n")))
        if (*person)
            want(v, person, "", "", seq, json_string(""));
    free(persons);
}

/* have both the same there? */
static bool same(const json_t *one, const json_t *other, const char *name)
{
    return !strcmp(json_text(one, name), json_text(other, name));
}

static bool is_later(const json_t *one, const json_t *wanted)
{
    return same(one, wanted, "person") &&
           json_long(one, "row") > json_long(wanted, "row");
}

/* in as live a mode: what training answers, or a system for show, is none of the live
 * one */
static bool as_live(const json_t *one, const json_t *wanted)
{
    static const char *const modes[] = { "DEMO", "TRNG", "LIVE" };
    int have = 0, want = 0;
    for (int i = 0; i < 3; i++) {
        have = strcmp(json_text(one, "mode"), modes[i]) ? have : i + 1;
        want = strcmp(json_text(wanted, "mode"), modes[i]) ? want : i + 1;
    }
    return have >= want;
}

/* Is it a later word about the same person, in that system, or in any where @wanted is
 * in none? */
static bool comes_after(const json_t *one, const json_t *wanted)
{
    return is_later(one, wanted) &&
           (!*json_text(wanted, "system") || same(one, wanted, "system")) &&
           as_live(one, wanted);
}

static bool is_anew(const json_t *one, const json_t *wanted)
{
    return is_later(one, wanted) && same(one, wanted, "system") &&
           (!*json_text(one, "mode") || as_live(one, wanted));
}

/* Was the person looked for since, or wanted anew, which is seen by itself? Of whom
 * nobody will look for only the latter, said of the same place or by a file. */
static bool is_met(const struct vetting *v, const json_t *wanted)
{
    bool rejected = *json_text(wanted, "why");
    const json_t *one;
    size_t i;
    json_array_foreach(v->wanted, i, one)
        if (rejected ? is_anew(one, wanted) : comes_after(one, wanted))
            return true;
    json_array_foreach(v->searches, i, one)
        if (!rejected && comes_after(one, wanted))
            return true;
    return false;
}

static void note_unsearched(const struct vetting *v)
{
    size_t i;
    json_t *one;
    json_array_foreach(v->wanted, i, one)
        if (!is_met(v, one)) {
            json_object_set_new(one, "outcome", json_string("could not check"));
            json_array_append(v->unsearched, one);
        }
}

/* ---- searches ---- */

static void add_search(struct vetting *v, const cbor_item_t *row)
{
    static const char *const said[] = { "system", "person", "outcome", "mode",
                                        "bot", "shown" };
    const cbor_item_t *content = rpa_msg_get(row, "content");
    int64_t seq = 0, run = 0;
    rpa_time at_us = 0;
    char when[28];
    json_t *plain = plain_of(row), *one = json_object();
    rpa_msg_int(row, "row", &seq);
    rpa_msg_int(row, "run", &run);
    rpa_msg_int(row, "at_us", &at_us);
    json_object_set_new(one, "row", json_integer(seq));
    json_object_set_new(one, "time", json_string(rpa_time_iso(at_us, when)));
    json_object_set_new(one, "run", json_integer(run));
    json_object_set(one, "operator", json_object_get(plain, "actor"));
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        json_object_set(one, said[i], json_object_get(plain, said[i]));
    rpa_cbor_sort(rpa_msg_get(content, "as"));
    json_object_set_new(one, "as", cbor_json(rpa_msg_get(content, "as")));
    json_object_set_new(one, "why", rpa_msg_get(content, "why")
                                        ? cbor_json(rpa_msg_get(content, "why"))
                                        : json_string(""));
    json_object_set(run_of(v, run), "operator", json_object_get(plain, "actor"));
    json_object_set(run_of(v, run), "bot", json_object_get(plain, "bot"));
    json_array_append_new(v->searches, one);
    json_decref(plain);
}

/* the name of decision @n of a review; of all of them for 0 */
static const char *decision_key(char key[static 48], long long review, long long n)
{
    snprintf(key, 48, n ? "%lld.%lld" : "%lld", review, n);
    return key;
}

static void add_decided(struct vetting *v, const cbor_item_t *row)
{
    char key[48];
    int64_t seq = 0;
    rpa_msg_int(row, "row", &seq);
    json_t *plain = plain_of(row);
    long long review = json_long(plain, "review");
    json_object_set_new(v->decided,
                        decision_key(key, review, json_long(plain, "n")),
                        json_pack("{s:I,s:O*}", "row", (json_int_t)seq, "as",
                                  json_object_get(plain, "as")));
    decision_key(key, review, 0);
    json_object_set_new(v->decided, key,
                        json_integer(json_long(v->decided, key) + 1));
    json_decref(plain);
}

static void add_proposed(struct vetting *v, const cbor_item_t *row)
{
    char key[48];
    int64_t seq = 0;
    rpa_msg_int(row, "row", &seq);
    json_t *plain = plain_of(row);
    decision_key(key, json_long(plain, "review"), 0);
    json_object_set_new(v->proposed, key,
                        json_pack("{s:I,s:I}", "review",
                                  (json_int_t)json_long(plain, "review"), "row",
                                  (json_int_t)seq));
    json_decref(plain);
}

/* with its status, or why it did not come to its end */
static void add_end(struct vetting *v, const cbor_item_t *row)
{
    int64_t run = 0;
    rpa_msg_int(row, "run", &run);
    json_t *plain = plain_of(row), *one = run_of(v, run);
    json_object_set(one, "status", json_object_get(plain, "outcome"));
    json_object_set(one, "why", json_object_get(plain, "why"));
    json_decref(plain);
}

static void take_piece(struct vetting *v, const cbor_item_t *ok)
{
    static const struct {
        const char *key;
        void (*add)(struct vetting *v, const cbor_item_t *row);
    } lists[] = {
        { "wanted", add_wanted },     { "searches", add_search },
        { "proposed", add_proposed }, { "decided", add_decided },
        { "ends", add_end },
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        size_t n;
        cbor_item_t **rows = rpa_msg_array(ok, lists[i].key, &n);
        for (size_t k = 0; k < n; k++)
            lists[i].add(v, rows[k]);
    }
}

static cbor_item_t *runs_so_far(const struct vetting *v)
{
    const char *key;
    json_t *one;
    cbor_item_t *list = rpa_cbor_array();
    json_object_foreach(v->runs, key, one)
        rpa_cbor_push(list, rpa_cbor_int(json_integer_value(
                                json_object_get(one, "run"))));
    return list;
}

static int take_searches(struct vetting *v, struct rpa_err *err)
{
    int64_t after = 0;
    bool more = true;
    int r = 0;
    while (r == 0 && more) {
        cbor_item_t *msg = request(v, "review searches"), *ok = NULL;
        rpa_msg_put_int(msg, "after", after);
        rpa_msg_put_item(msg, "runs", runs_so_far(v));
        r = ask(v, msg, &ok, err);
        more = false;
        rpa_msg_bool(ok, "more", &more);
        rpa_msg_int(ok, "after", &after);
        take_piece(v, ok);
        rpa_msg_free(&ok);
    }
    return r;
}

/* What was asked for once more, in the same mode and by the same form, has the row of
 * that: "again". A training system's answer is none of the live one. */
static void note_again(const json_t *searches)
{
    json_t *last = json_object(), *search;
    for (size_t i = json_array_size(searches); i-- > 0;) {
        search = json_array_get(searches, i);
        json_t *asked = json_pack("[s,s,s,O]", json_text(search, "mode"),
                                  json_text(search, "system"),
                                  json_text(search, "person"),
                                  json_object_get(search, "as"));
        char *key = json_dumps(asked, JSON_COMPACT | JSON_SORT_KEYS);
        if (key && json_object_get(last, key))
            json_object_set(search, "again", json_object_get(last, key));
        if (key)
            json_object_set(last, key, json_object_get(search, "row"));
        free(key);
        json_decref(asked);
    }
    json_decref(last);
}

/* ---- possible matches ---- */

static int show_one(struct vetting *v, int64_t review, struct rpa_err *err)
{
    cbor_item_t *msg = request(v, "review show"), *ok = NULL;
    rpa_msg_put_int(msg, "review", review);
    int r = ask(v, msg, &ok, err);
    if (r == 0)
        json_array_append_new(v->matches, review_json(ok));
    rpa_msg_free(&ok);
    return r;
}

/* each of them is shown, so each has its row */
static int take_matches(struct vetting *v, struct rpa_err *err)
{
    int64_t after = 0;
    size_t n = 1;
    int r = 0;
    while (r == 0 && n > 0) {
        cbor_item_t *msg = request(v, "review list"), *ok = NULL;
        rpa_msg_put_str(msg, "kind", "match");
        rpa_msg_put_int(msg, "after", after);
        r = ask(v, msg, &ok, err);
        cbor_item_t **list = rpa_msg_array(ok, "reviews", &n);
        for (size_t i = 0; r == 0 && i < n; i++) {
            rpa_msg_int(list[i], "review", &after);
            r = show_one(v, after, err);
        }
        rpa_msg_free(&ok);
    }
    return r;
}

static void note_unlike(const struct vetting *v, long long review, const char *what)
{
    json_array_append_new(v->unlike, json_pack("{s:I,s:s}", "review",
                                               (json_int_t)review, "what", what));
}

/* Each decision gets its row of the audit; "unlike" has what is not as that has it,
 * of a match or its decisions. */
static void note_rows(const struct vetting *v)
{
    char key[48];
    size_t i, d;
    json_t *match, *one;
    json_array_foreach(v->matches, i, match) {
        json_t *decisions = json_object_get(match, "decisions");
        long long review = json_long(match, "review");
        bool like = json_long(v->decided, decision_key(key, review, 0)) ==
                    (long long)json_array_size(decisions);
        json_array_foreach(decisions, d, one) {
            json_t *row = json_object_get(
                v->decided, decision_key(key, review, json_long(one, "n")));
            json_object_set(one, "row", json_object_get(row, "row"));
            like = like && json_equal(json_object_get(row, "as"),
                                      json_object_get(one, "as"));
        }
        if (json_object_get(match, "unlike"))
            note_unlike(v, review, "what it proposes");
        if (!like)
            note_unlike(v, review, "its decisions");
        json_object_del(v->proposed, decision_key(key, review, 0));
    }
}

/* what was proposed, by the audit, and is no match here */
static void note_missing(const struct vetting *v)
{
    const char *key;
    char what[64];
    json_t *one;
    json_object_foreach(v->proposed, key, one) {
        snprintf(what, sizeof what, "a possible match by row %lld, is not here",
                 json_long(one, "row"));
        note_unlike(v, json_long(one, "review"), what);
    }
}

/* ---- the command ---- */

static int make(struct vetting *v, struct rpa_err *err)
{
    int r = reading_there(v->door.state_dir, err);
    if (r == 0)
        r = take_searches(v, err);
    if (r == 0)
        r = take_matches(v, err);
    note_unsearched(v);
    note_again(v->searches);
    note_rows(v);
    note_missing(v);
    if (r < 0 || json_array_size(v->searches) || json_array_size(v->matches) ||
        json_array_size(v->unsearched) ||
        json_array_size(v->unlike))
        return r;
    rpa_fail(err, RPA_ENOTFOUND, "nothing was searched for %s", v->about);
    return rpa_err_hint(err, "that says nothing of anybody: see whether the bot "
                             "ran, and by which label");
}

int report_vetting(const char *state_dir, const struct rpa_options *o)
{
    struct rpa_err err;
    struct person me;
    char when[28];
    people_me(&me);
    struct vetting v = { .door.state_dir = state_dir, .o = o,
                         .about = o->args[1], .runs = json_object(),
                         .wanted = json_array(), .unsearched = json_array(),
                         .searches = json_array(), .matches = json_array(),
                         .unlike = json_array(), .decided = json_object(),
                         .proposed = json_object() };
    json_t *report = json_pack("{s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:o}", "about", v.about,
                               "made", rpa_time_iso(rpa_now_us(), when), "made_by",
                               me.name, "runs", v.runs, "unsearched",
                               v.unsearched, "searches", v.searches,
                               "matches", v.matches, "unlike", v.unlike);
    int r = report ? make(&v, &err)
                   : rpa_fail(&err, RPA_EINVAL, "an application's label is UTF-8");
    desk_leave(&v.door);
    json_decref(v.wanted);
    json_decref(v.decided);
    json_decref(v.proposed);
    if (r < 0)
        rpa_log_err(&err);
    else if (rpa_option_flag(o, "json"))
        review_print_json(report);
    else
        vetting_text(report);
    json_decref(report);
    return r < 0 ? rpa_code_exit(err.code) : 0;
}
