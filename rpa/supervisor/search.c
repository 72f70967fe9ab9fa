/* What a bot looked for, and was to look for: each search and each person that is
 * wanted has its row, so that a report tells of who was never come to. */
#include "rpa/queue/review.h"
#include "rpa/base/utf8.h"
#include "rpa/supervisor/entry.h"
#include "rpa/supervisor/review.h"

#include <stdlib.h>
#include <string.h>

/** Who is looked for, for what, and where; labels. */
struct subject {
    char about[RPA_REVIEW_LABEL_MAX + 1], person[RPA_REVIEW_LABEL_MAX + 1];
    char system[RPA_REVIEW_LABEL_MAX + 1];
};

/* @anywhere: it may be in no system */
static int read_subject(const cbor_item_t *args, bool anywhere, struct subject *ret,
                        struct rpa_err *err)
{
    *ret = (struct subject){ 0 };
    rpa_msg_copy(args, "about", ret->about, sizeof ret->about);
    rpa_msg_copy(args, "person", ret->person, sizeof ret->person);
    rpa_msg_copy(args, "system", ret->system, sizeof ret->system);
    if (rpa_review_label(ret->about) &&
        (!ret->person[0] || rpa_review_label(ret->person)) &&
        ((anywhere && !ret->system[0]) || rpa_review_label(ret->system)))
        return 0;
    rpa_fail(err, RPA_EINVAL, "a search is about something, in some system, "
                              "each named by a label");
    return rpa_err_hint(err, "letters, digits, dots, dashes or underscores; "
                             "they are not sealed, so never anybody's name");
}

static json_t *says_of(const struct run *run, const char *event,
                       const struct subject *who)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s}", "event", event, "about", who->about,
                     "system", who->system, "person", who->person, "bot",
                     run->options->bundle->name);
}

int review_wanted(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                  struct rpa_err *err)
{
    struct subject who;
    int64_t seq = 0;
    int r = read_subject(args, true, &who, err);
    if (r < 0)
        return r;
    cbor_item_t *body = rpa_cbor_map(), *why = rpa_msg_get(args, "why");
    if (why)
        rpa_msg_put_item(body, "why", rpa_cbor_ref(why));
    r = review_row(run, RPA_S62_NONE, says_of(run, "wanted", &who), body, &seq,
                   err);
    if (r == 0)
        rpa_msg_put_int(reply, "value", seq);
    return r;
}

static bool is_outcome(const char *text)
{
    static const char *const four[] = { "found", "not found", "could not check",
                                        "locked" };
    for (size_t i = 0; i < 4; i++)
        if (!strcmp(text, four[i]))
            return true;
    return false;
}

/* ---- what a search rests on ---- */

#define PENDING 65536 /* answers that are kept for a run, of which nobody told */

void review_asked(struct run *run, int64_t from, int64_t upto)
{
    run->answers.from = from;
    run->answers.upto = upto;
}

/* Room for one more: of too many the older half goes, which none that is asked now is
 * among, as rpa.http.all takes less at once. */
static bool make_room(struct answers *a)
{
    if (a->n == PENDING) {
        a->n /= 2;
        memmove(a->pending, a->pending + a->n, a->n * sizeof *a->pending);
    }
    if (a->n < a->room)
        return true;
    size_t room = a->room ? 2 * a->room : 64;
    struct answered *more = realloc(a->pending, room * sizeof *more);
    if (!more)
        return false;
    a->pending = more;
    a->room = room;
    return true;
}

void review_answered(struct run *run, int64_t row)
{
    struct answers *a = &run->answers;
    if (row > a->last)
        a->last = row;
    if (make_room(a)) /* else nothing is told of it */
        a->pending[a->n++] = (struct answered){
            row, run->purpose, a->from <= row && row <= a->upto
        };
}

/* it was told of one search, and is of no other */
static bool use_answer(struct run *run, int64_t row)
{
    struct answers *a = &run->answers;
    size_t i = 0;
    while (i < a->n && a->pending[i].row != row)
        i++;
    if (i == a->n)
        return false;
    bool good = a->pending[i].purpose == run->purpose;
    memmove(&a->pending[i], &a->pending[i + 1],
            (--a->n - i) * sizeof *a->pending);
    return good;
}

/* What came last since the search before, and for this purpose: what was shown, or an
 * answer; of several that were asked together nobody knows which it is. 0: nothing. */
static int64_t last_seen(const struct run *run, const char **why)
{
    const struct answers *a = &run->answers;
    bool shown = run->shown > run->searched, together = false;
    int64_t row = shown && run->shown_for == run->purpose ? run->shown : 0, last = 0;
    size_t n = 0;
    *why = shown ? "what was read since the search before this one was read for another "
                   "purpose"
                 : "nothing was read or answered since the search before this one";
    for (size_t i = 0; i < a->n; i++) {
        const struct answered *one = &a->pending[i];
        if (one->row <= run->searched || one->purpose != run->purpose)
            continue;
        n++;
        together = together || one->together;
        last = one->row > last ? one->row : last;
    }
    if (n > 1 && together)
        *why = "it names none of the look-ups that were answered together (of = the "
               "answers that it is of)";
    else if (last > row)
        row = last;
    return row;
}

/* The last of the look-ups that a search names; all of them are its own now. 0: one
 * was not answered, or is of something else. */
static int64_t use_named(struct run *run, cbor_item_t **rows, size_t n, json_t *says)
{
    int64_t last = 0;
    bool good = true;
    json_t *named = json_array();
    for (size_t i = 0; i < n; i++) {
        int64_t row = 0;
        good = rpa_cbor_get_int(rows[i], &row) && use_answer(run, row) && good;
        last = row > last ? row : last;
        json_array_append_new(named, json_integer(row));
    }
    if (good && n > 1)
        json_object_set(says, "look_ups", named);
    json_decref(named);
    return good ? last : 0;
}

/* What a system has and what it has not, it shows: no answer is of nothing, and none
 * is that of another search. The row that it is of; 0, and why, if there is none. */
static int64_t rests_on(struct run *run, const cbor_item_t *args, bool seen,
                        json_t *says, const char **why)
{
    int64_t row = 0;
    size_t n;
    cbor_item_t **rows = rpa_msg_array(args, "rows", &n);
    if (rpa_msg_get(args, "rows")) {
        *why = "a look-up that it names was not answered in this run for this "
               "purpose, or is told as another search";
        return use_named(run, rows, n, says);
    }
    if (seen && (row = last_seen(run, why)))
        use_answer(run, row);
    return row;
}

static bool is_seen(const char *outcome)
{
    return !strcmp(outcome, "found") || !strcmp(outcome, "not found");
}

int review_searched(struct run *run, const cbor_item_t *args,
                    cbor_item_t *reply, struct rpa_err *err)
{
    struct subject who;
    char outcome[17] = "";
    int64_t seq = 0;
    int r = read_subject(args, false, &who, err);
    if (r < 0)
        return r;
    rpa_msg_copy(args, "outcome", outcome, sizeof outcome);
    if (!is_outcome(outcome))
        return rpa_fail(err, RPA_EINVAL, "'%s' is no outcome of a search", outcome);
    if (entry_texts(rpa_msg_get(args, "as")) < 0)
        return rpa_fail(err, RPA_EINVAL, "what was searched as is a table of names "
                                         "and texts");
    const char *why = "";
    bool seen = is_seen(outcome);
    json_t *says = says_of(run, "searched", &who);
    int64_t row = rests_on(run, args, seen, says, &why);
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_item(body, "as", rpa_cbor_ref(rpa_msg_get(args, "as")));
    if (!row && seen) {
        run_log(run, RPA_LOG_WARN, "a search is told as '%s', but %s: it could not be "
                                   "checked", outcome, why);
        rpa_msg_put_str(body, "why", why);
        rpa_str_copy(outcome, sizeof outcome, "could not check");
    } else if (rpa_msg_get(args, "why")) {
        rpa_msg_put_item(body, "why", rpa_cbor_ref(rpa_msg_get(args, "why")));
    }
    run->searched = run->shown > run->answers.last ? run->shown : run->answers.last;
    json_object_set_new(says, "outcome", json_string(outcome));
    json_object_set_new(says, "shown", json_integer(row));
    r = review_row(run, RPA_S62_NONE, says, body, &seq, err);
    if (r == 0)
        rpa_msg_put_int(reply, "value", seq);
    return r;
}
