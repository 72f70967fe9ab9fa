/* Who was to be looked for in an application, the searches that were made about it,
 * the possible matches that were proposed and the decisions of them, from the audit,
 * for who may read them: a piece at a time, so that no answer takes long. */
#include "rpa/audit/read.h"
#include "rpa/queue/review.h"
#include "rpa/supervisor/desk_asking.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SPAN = 25000,    /* rows of the audit that are looked through at once */
    RUNS_MAX = 1000, /* whose ends are asked for */
};

/* one piece */
struct piece {
    const char *about;
    cbor_item_t *wanted, *searches, *proposed, *decided, *ends;
    size_t n;               /* of all but the last */
    int64_t runs[RUNS_MAX]; /* of the searches so far */
    size_t nruns;
};

static bool known(const struct piece *p, int64_t run)
{
    size_t i = 0;
    while (i < p->nruns && p->runs[i] != run)
        i++;
    return i < p->nruns;
}

static void note_run(struct piece *p, int64_t run)
{
    if (p->nruns < RUNS_MAX && !known(p, run))
        p->runs[p->nruns++] = run;
}

static void take_runs(struct piece *p, const cbor_item_t *msg)
{
    size_t n;
    cbor_item_t **runs = rpa_msg_array(msg, "runs", &n);
    for (size_t i = 0; i < n; i++) {
        int64_t run = 0;
        rpa_cbor_get_int(runs[i], &run);
        note_run(p, run);
    }
}

/* where a row of that event belongs; NULL: to none of them. A change that was proposed
 * is no match. */
static cbor_item_t *list_of(const struct piece *p, const char *event, const char *kind)
{
    if (!strcmp(event, "wanted"))
        return p->wanted;
    if (!strcmp(event, "searched"))
        return p->searches;
    if (!strcmp(event, "decided"))
        return p->decided;
    return !strcmp(event, "proposed") && kind &&
                   !strcmp(kind, rpa_review_kind_name(RPA_REVIEW_MATCH))
               ? p->proposed
               : NULL;
}

/* where a row belongs, if it is about our label */
static cbor_item_t *list_for(const struct piece *p, const struct rpa_audit_entry *e)
{
    json_t *plain = json_loads(e->plain, 0, NULL);
    const char *event = json_string_value(json_object_get(plain, "event"));
    const char *about = json_string_value(json_object_get(plain, "about"));
    const char *kind = json_string_value(json_object_get(plain, "kind"));
    cbor_item_t *list = NULL;
    if (event && about && !strcmp(about, p->about))
        list = list_of(p, event, kind);
    json_decref(plain);
    return list;
}

static cbor_item_t *row_map(const struct rpa_audit_entry *e)
{
    cbor_item_t *map = rpa_cbor_map();
    rpa_msg_put_int(map, "row", e->seq);
    rpa_msg_put_int(map, "run", e->run);
    rpa_msg_put_int(map, "at_us", e->t_us);
    rpa_msg_put_str(map, "plain", e->plain);
    return map;
}

/* with what it was searched as, or why nobody will; what was proposed, and why it was decided so, is with
 * the review */
static int take_ours(struct piece *p, cbor_item_t *list,
                     const struct rpa_audit_entry *e, struct rpa_err *err)
{
    cbor_item_t *map = row_map(e), *content = NULL;
    int r = 0;
    if (list == p->searches || list == p->wanted) {
        r = rpa_cbor_load(e->content, e->content_len, &content, err);
        if (r == 0)
            rpa_msg_put_item(map, "content", content);
        note_run(p, e->run);
    }
    rpa_cbor_push(list, map);
    p->n++;
    return r == 0 ? 0 : rpa_err_context(err, "row %lld", (long long)e->seq);
}

/* cut off the "~2" of a row that was mended, and so is queued by another reference */
static void cut_again(char *person)
{
    char *again = strrchr(person, '~');
    if (again && again[1] && !again[1 + strspn(again + 1, "0123456789")])
        *again = '\0';
}

/* The persons of ours in what was queued, "number reference" a line: a reference is
 * APPLICATION/PERSON or APPLICATION/PERSON~NUMBER. Each has a line in @out. */
static void put_persons(const struct piece *p, char *items, struct rpa_buf *out)
{
    size_t len = strlen(p->about);
    char *line;
    while ((line = strsep(&items, "\n"))) {
        char *reference = line + strcspn(line, " ");
        reference += *reference == ' ';
        cut_again(reference);
        if (!strncmp(reference, p->about, len) && reference[len] == '/' &&
            rpa_review_label(reference + len + 1))
            rpa_buf_printf(out, "%s\n", reference + len + 1);
    }
}

/* Who queued a file of persons has each wanted, whatever becomes of them. */
static int take_queued(struct piece *p, const struct rpa_audit_entry *e,
                       struct rpa_err *err)
{
    json_t *plain = json_loads(e->plain, 0, NULL);
    const char *what = json_string_value(json_object_get(plain, "what"));
    bool queued = what && !strncmp(what, "queue add ", 10);
    cbor_item_t *content = NULL;
    struct rpa_buf persons = { 0 };
    json_decref(plain);
    int r = queued && e->content_len
                ? rpa_cbor_load(e->content, e->content_len, &content, err)
                : 0;
    char *items = rpa_msg_dup(content, "items");
    rpa_msg_free(&content);
    if (items)
        put_persons(p, items, &persons);
    free(items);
    if (r == 0 && persons.failed)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for who was queued");
    if (r == 0 && persons.len) {
        cbor_item_t *map = row_map(e);
        rpa_msg_put_str(map, "persons", persons.data);
        rpa_cbor_push(p->wanted, map);
        p->n++;
    }
    rpa_buf_clear(&persons);
    return r;
}

static int take(struct piece *p, const struct rpa_audit_entry *e,
                struct rpa_err *err)
{
    if (e->kind == RPA_AUDIT_S62)
        return e->run ? 0 : take_queued(p, e, err);
    cbor_item_t *list = e->kind == RPA_AUDIT_REVIEW ? list_for(p, e) : NULL;
    if (list)
        return take_ours(p, list, e, err);
    if (e->kind != RPA_AUDIT_REVIEW && known(p, e->run))
        rpa_cbor_push(p->ends, row_map(e));
    return 0;
}

/* from *@after on; where it ended */
static int look(struct asking *a, struct piece *p, int64_t *after,
                struct rpa_err *err)
{
    const struct rpa_audit_filter filter = {
        .run = -1, .after = *after, .upto = *after + SPAN,
        .kinds = RPA_AUDIT_ONLY(RPA_AUDIT_REVIEW) |
                 RPA_AUDIT_ONLY(RPA_AUDIT_S62) |
                 RPA_AUDIT_ONLY(RPA_AUDIT_RUN_CLOSE) |
                 RPA_AUDIT_ONLY(RPA_AUDIT_RUN_ABORT),
    };
    struct rpa_audit_reader *reader = NULL;
    struct rpa_audit_entry e;
    int r = rpa_audit_reader_open(a->desk->state_dir, &filter, true, &reader, err);
    if (r == 0)
        *after = filter.upto;
    while (r == 0 && (r = rpa_audit_reader_next(reader, &e, err)) > 0) {
        r = take(p, &e, err);
        if (p->n == DESK_PIECE) {
            *after = e.seq;
            break;
        }
    }
    rpa_audit_reader_close(reader);
    return r;
}

/* Who asks, and who gets some, is rowed, and looked for again once that is durable. */
static int put_row(struct asking *a, const char *about, struct rpa_err *err)
{
    char what[RPA_REVIEW_LABEL_MAX + 32];
    struct rpa_audit_reading reading = {
        .actor = a->who.name, .uid = a->uid, .what = what, .run = -1,
        .verb = RPA_S62_CONSULTATION,
    };
    reading.purpose = rpa_msg_bytes(a->msg, "purpose", &reading.purpose_len);
    snprintf(what, sizeof what, "report vetting %s", about);
    int r = rpa_audit_query(a->desk->audit, &reading, err);
    return r == 0 ? 1 : r;
}

int desk_review_searches(struct asking *a, struct rpa_err *err)
{
    char about[RPA_REVIEW_LABEL_MAX + 1];
    int64_t from = 0, after, last = rpa_audit_last(a->desk->audit);
    int r = desk_about(a, about, err);
    if (r == 0)
        r = desk_purpose(a, "searches are", err);
    if (r < 0)
        return r;
    struct piece *p = calloc(1, sizeof *p);
    if (!p)
        return rpa_fail(err, RPA_ENOMEM, "no memory to look for searches");
    *p = (struct piece){ .about = about, .wanted = rpa_cbor_array(),
                         .searches = rpa_cbor_array(),
                         .proposed = rpa_cbor_array(), .decided = rpa_cbor_array(),
                         .ends = rpa_cbor_array() };
    take_runs(p, a->msg);
    rpa_msg_int(a->msg, "after", &from);
    after = from = from < 0 ? 0 : from > last ? last : from;
    r = look(a, p, &after, err);
    if (r == 0 && !a->rowed && (!from || p->n || cbor_array_size(p->ends)))
        r = put_row(a, about, err);
    rpa_msg_put_item(a->ok, "wanted", p->wanted);
    rpa_msg_put_item(a->ok, "searches", p->searches);
    rpa_msg_put_item(a->ok, "proposed", p->proposed);
    rpa_msg_put_item(a->ok, "decided", p->decided);
    rpa_msg_put_item(a->ok, "ends", p->ends);
    rpa_msg_put_int(a->ok, "after", after);
    rpa_msg_put_bool(a->ok, "more", after < last);
    free(p);
    return r;
}
