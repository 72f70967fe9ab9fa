/* A dry run: everything is done but what files. Its bot works its items as ever,
 * and is ended at each one's commit act: none goes out of the supervisor. */
#include "rpa/supervisor/dry.h"
#include "rpa/base/utf8.h"
#include "rpa/config/json_get.h"

#include <string.h>

int dry_begin(struct run *run, struct rpa_err *err)
{
    struct rpa_queues *copy;
    int r = rpa_queues_open_copy(run->sup->state_dir, &copy, err);
    if (r == 0)
        run->queues = copy;
    return r;
}

void dry_clear(struct run *run)
{
    if (run->queues != run->sup->queues)
        rpa_queues_close(run->queues);
    json_decref(run->plan);
    json_decref(run->keyed);
}

int dry_note(struct run *run, const char *what, const cbor_item_t *body,
             struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    int64_t seq;
    cbor_item_t *note = rpa_cbor_map();
    rpa_msg_put_str(note, "dry_run", what);
    if (run->claim.item) {
        rpa_msg_put_str(note, "queue", run->queue);
        rpa_msg_put_int(note, "item", run->claim.item);
    }
    if (body)
        rpa_msg_put_item(note, "said", rpa_cbor_ref(body));
    int r = rpa_cbor_dump(note, &bytes, err);
    const struct rpa_audit_row row = {
        .run = run->id, .grp = run->grp, .kind = RPA_AUDIT_NOTE,
        .field = "dry run", .body = bytes.data, .body_len = bytes.len,
    };
    if (r == 0)
        r = rpa_audit_append(run->audit, &row, &seq, err);
    rpa_buf_clear(&bytes);
    rpa_msg_free(&note);
    return r;
}

int dry_item(struct run *run, enum rpa_item_event event,
             const cbor_item_t *body, struct rpa_err *err)
{
    if (event == RPA_ITEM_BEGIN) /* what was set before is not the item's */
        json_array_clear(run->keyed);
    return dry_note(run, rpa_item_event_name(event), body, err);
}

/* ---- what was keyed ---- */

/* the screen that is left: all that was set since the last one was on it */
static void leave_screen(json_t *keyed, const char *title)
{
    size_t i;
    json_t *one;
    json_array_foreach(keyed, i, one)
        if (!json_object_get(one, "screen"))
            json_object_set_new(one, "screen", json_string(title));
}

/* The field on the present screen that @cell is of (a text of more than one row, or
 * one that is typed again), or that was only emptied so far; new if there is none. A
 * key in it says no cell: -1. */
static json_t *field_at(json_t *keyed, const char *label, int64_t cell)
{
    size_t i;
    json_t *one;
    json_array_foreach(keyed, i, one)
    {
        int64_t its = json_integer_value(json_object_get(one, "cell"));
        if (!json_object_get(one, "screen") &&
            !strcmp(json_string_value(json_object_get(one, "field")), label) &&
            (its == cell || its < 0 || cell < 0)) {
            if (its < 0)
                json_object_set_new(one, "cell", json_integer(cell));
            return one;
        }
    }
    one = json_pack("{s:s, s:I, s:s}", "field", label, "cell", (json_int_t)cell,
                    "value", "");
    json_array_append_new(keyed, one);
    return one;
}

/* The rows of a text come one after the other, then a key: what comes behind that
 * is the whole text once more. */
static void type_text(json_t *one, const char *text, size_t len)
{
    struct rpa_buf whole = { 0 };
    if (!json_is_true(json_object_get(one, "left")))
        rpa_buf_puts(&whole, json_string_value(json_object_get(one, "value")));
    json_object_del(one, "left");
    rpa_buf_add(&whole, text, len);
    json_object_set_new(one, "value",
                        json_stringn(whole.data ? whole.data : "", whole.len));
    rpa_buf_clear(&whole);
}

void dry_key(struct run *run, const struct rpa_audit_row *row,
             const cbor_item_t *body)
{
    char title[256];
    int64_t cell = -1;
    size_t len, i;
    json_t *one;
    const char *text = rpa_msg_bytes(body, "text", &len);
    const char *field = row->field && row->field[0] ? row->field : NULL;
    rpa_msg_int(body, "cell", &cell);
    if (text) {
        type_text(field_at(run->keyed, field ? field : "the cursor", cell), text,
                  len);
        return;
    }
    if (field && row->kind == RPA_AUDIT_KEY)
        field_at(run->keyed, field, -1); /* emptied, it may be */
    json_array_foreach(run->keyed, i, one)
        json_object_set_new(one, "left", json_true());
    if (rpa_msg_copy(body, "title", title, sizeof title))
        leave_screen(run->keyed, title);
}

/* ---- the plan ---- */

/* by one of these something is filed */
static const char *const ways[] = { "key", "button", "pointer", "window", "method" };
#define WAYS (sizeof ways / sizeof *ways)

/* what files: a key on a screen, a button, a request; never with its values */
static json_t *act_of(const struct rpa_audit_row *row, const cbor_item_t *body)
{
    char what[64] = "", title[256] = "";
    json_t *act = json_object();
    for (size_t i = 0; i < WAYS; i++)
        if (rpa_msg_copy(body, ways[i], what, sizeof what))
            json_object_set_new(act, ways[i], json_string(what));
    if (rpa_msg_copy(body, "title", title, sizeof title))
        json_object_set_new(act, "screen", json_string(title));
    if (row->window && row->window[0])
        json_object_set_new(act, "window", json_string(row->window));
    if (row->field && row->field[0])
        json_object_set_new(act, "place", json_string(row->field));
    return act;
}

/* what stays of a field: how much of it there is, unless all may be shown */
static void finish_fields(const struct run *run)
{
    size_t i;
    json_t *one;
    json_array_foreach(run->keyed, i, one)
    {
        json_t *value = json_object_get(one, "value");
        json_object_set_new(
            one, "characters",
            json_integer((json_int_t)rpa_utf8_count(
                json_string_value(value), json_string_length(value))));
        json_object_del(one, "cell");
        json_object_del(one, "left");
        if (!run->options->show)
            json_object_del(one, "value");
    }
}

static void put_words(struct rpa_buf *out, const char *before, const char *text)
{
    if (!text[0])
        return;
    rpa_buf_puts(out, before);
    rpa_buf_escape(out, text, strlen(text));
}

static void put_field(struct rpa_buf *out, const json_t *one)
{
    const json_t *value = json_object_get(one, "value");
    put_words(out, "    ", json_text(one, "screen"));
    put_words(out, json_text(one, "screen")[0] ? ", " : "    ",
              json_text(one, "field"));
    if (value)
        put_words(out, ": ", json_string_value(value));
    else
        rpa_buf_printf(out, ": %lld characters",
                       (long long)json_integer_value(
                           json_object_get(one, "characters")));
    rpa_buf_putc(out, '\n');
}

static void put_entry(struct rpa_buf *out, const json_t *entry)
{
    const json_t *act = json_object_get(entry, "act");
    size_t i = 0;
    json_t *one;
    while (i < WAYS - 1 && !json_text(act, ways[i])[0])
        i++;
    if (json_object_get(entry, "item"))
        rpa_buf_printf(out, "item %lld of %s",
                       (long long)json_integer_value(
                           json_object_get(entry, "item")),
                       json_text(entry, "queue"));
    else
        rpa_buf_puts(out, "outside any item");
    put_words(out, ": would file by ", json_text(act, ways[i]));
    put_words(out, " on ", json_text(act, "screen"));
    put_words(out, " at ", json_text(act, "place"));
    rpa_buf_putc(out, '\n');
    json_array_foreach(json_object_get(entry, "fields"), i, one)
        put_field(out, one);
}

/* It is told at once; what is shown of people, behind a row that says so. */
static int tell(struct run *run, json_t *entry, struct rpa_err *err)
{
    struct rpa_buf out = { 0 };
    put_entry(&out, entry);
    int r = out.failed ? rpa_fail(err, RPA_ENOMEM, "no memory for a plan") : 0;
    if (r == 0 && run->options->show)
        r = run_disclose(run, out.data, out.len, err);
    if (r == 0 && !run->options->json && run_heard(run))
        r = run_out(run, out.data, out.len, err);
    rpa_buf_clear(&out);
    return r;
}

static int plan(struct run *run, const struct rpa_audit_row *row,
                struct rpa_err *err)
{
    cbor_item_t *body = NULL;
    int r = rpa_cbor_load(row->body, row->body_len, &body, err);
    if (r < 0)
        return r;
    dry_key(run, row, body);
    finish_fields(run);
    json_t *entry = json_pack("{s:o, s:O}", "act", act_of(row, body), "fields",
                              run->keyed);
    if (run->hand == HAND_ITEM) {
        json_object_set_new(entry, "item", json_integer(run->claim.item));
        json_object_set_new(entry, "queue", json_string(run->queue));
        json_object_set_new(entry, "id", json_string(run->claim.reference));
    }
    json_array_append_new(run->plan, entry);
    json_decref(run->keyed);
    run->keyed = json_array();
    r = dry_note(run, "a commit act was refused", body, err);
    rpa_msg_free(&body);
    if (r == 0)
        r = rpa_audit_commit(run->audit, err);
    return r == 0 ? tell(run, entry, err) : r;
}

/* in the copy it is done, so that the next one comes */
static int be_done(struct run *run, struct rpa_err *err)
{
    static const char words[] = "dry run";
    const struct rpa_work_end end = { .outcome = RPA_WORK_END_DONE,
                                      .detail = words,
                                      .detail_len = sizeof words - 1 };
    int r = work_settle(run, &end, err);
    if (r == 0)
        work_let_go(run, HAND_ENDED);
    return r;
}

/* What comes behind a commit act that no item is filed by is not known. */
static void tell_end(struct run *run)
{
    struct rpa_err err;
    if (run->hand != HAND_EMPTY || run->took_item || !work_ready(run))
        return;
    rpa_fail(&err, RPA_EPERM, "the dry run ended before the first item, at a "
                              "commit act outside any");
    rpa_err_hint(&err, "what files nothing, such as signing on, is navigation in "
                       "the manifest");
    run_fail(run, &err);
}

int dry_refuse(struct run *run, const struct rpa_audit_row *row,
               struct rpa_err *err)
{
    int r = plan(run, row, err);
    if (r == 0) {
        run->plans++;
        summary_item(run, "would be filed");
    }
    if (r == 0)
        tell_end(run);
    if (r == 0 && run->hand == HAND_ITEM)
        r = be_done(run, err);
    if (r < 0)
        return r;
    run->planned = run->ended = true;
    run_end(run, NULL);
    return rpa_fail(err, RPA_ESTOP, "a dry run files nothing");
}
