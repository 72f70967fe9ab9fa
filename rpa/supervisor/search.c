/* What a bot looked for, and was to look for: each search and each person that is
 * wanted has its row, so that a report tells of who was never come to. */
#include "rpa/queue/review.h"
#include "rpa/base/utf8.h"
#include "rpa/supervisor/entry.h"
#include "rpa/supervisor/review.h"

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

void review_answered(struct run *run, int64_t row)
{
    struct answers *a = &run->answers;
    a->last[a->n++ % ANSWERS] = (struct answered){ row, run->purpose };
    run->shown = row;
}

/* it was told of one search, and is of no other */
static bool use_answer(struct run *run, int64_t row)
{
    for (size_t i = 0; row && i < ANSWERS; i++) {
        struct answered *one = &run->answers.last[i];
        bool good = one->row == row && one->purpose == run->purpose;
        if (one->row == row)
            one->row = 0;
        if (good)
            return true;
    }
    return false;
}

/* What a system has and what it has not, it shows: no answer is of nothing, and none
 * is that of another search. The row that it is of; 0, and why, if there is none. */
static int64_t rests_on(struct run *run, const cbor_item_t *args, const char **why)
{
    int64_t row = run->shown;
    if (rpa_msg_int(args, "row", &row)) {
        *why = "the look-up that it names was not answered in this run for this "
               "purpose, or is told as another search";
        return use_answer(run, row) ? row : 0;
    }
    *why = "nothing was read or answered since the search before this one";
    if (row <= run->searched)
        return 0;
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
    const char *why;
    int64_t row = rests_on(run, args, &why);
    cbor_item_t *body = rpa_cbor_map();
    rpa_msg_put_item(body, "as", rpa_cbor_ref(rpa_msg_get(args, "as")));
    if (!row && is_seen(outcome)) {
        run_log(run, RPA_LOG_WARN, "a search is told as '%s', but %s: it could not be "
                                   "checked", outcome, why);
        rpa_msg_put_str(body, "why", why);
        rpa_str_copy(outcome, sizeof outcome, "could not check");
    } else if (rpa_msg_get(args, "why")) {
        rpa_msg_put_item(body, "why", rpa_cbor_ref(rpa_msg_get(args, "why")));
    }
    if (row == run->shown || !rpa_msg_get(args, "row"))
        run->searched = run->shown;
    json_t *says = says_of(run, "searched", &who);
    json_object_set_new(says, "outcome", json_string(outcome));
    json_object_set_new(says, "shown", json_integer(row));
    r = review_row(run, RPA_S62_NONE, says, body, &seq, err);
    if (r == 0)
        rpa_msg_put_int(reply, "value", seq);
    return r;
}
