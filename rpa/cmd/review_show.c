/* A review, as text and as JSON. */
#include "rpa/cmd/review_show.h"
#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/config/cbor_json.h"
#include "rpa/config/json_get.h"
#include "rpa/ipc/msg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REAL JSON_REAL_PRECISION(15) /* 0.9 is 0.9 */

static void put(struct rpa_buf *out, const json_t *json, const char *key)
{
    const json_t *text = json_object_get(json, key);
    if (json_is_string(text))
        rpa_buf_escape(out, json_string_value(text), json_string_length(text));
}

/* the time of @key, in microseconds, as text at @as */
static void put_time(json_t *json, const char *key, const char *as)
{
    char when[28];
    rpa_time at_us = json_integer_value(json_object_get(json, key));
    json_object_set_new(json, as, json_string(rpa_time_iso(at_us, when)));
    json_object_del(json, key);
}

void review_print_json(const json_t *json)
{
    json_dumpf(json, stdout,
               JSON_COMPACT | JSON_ENSURE_ASCII | JSON_SORT_KEYS | REAL);
    putchar('\n');
}

void review_print_line(const json_t *is)
{
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "%6lld  ", json_long(is, "review"));
    put(&line, is, "kind");
    rpa_buf_puts(&line, "  ");
    put(&line, is, "state");
    if (json_object_get(is, "change")) {
        rpa_buf_puts(&line, ", ");
        put(&line, is, "change");
    }
    rpa_buf_puts(&line, "  ");
    put(&line, is, "about");
    rpa_buf_puts(&line, "  ");
    put(&line, is, "system");
    rpa_buf_puts(&line, "  proposed by ");
    put(&line, is, "proposed_by");
    rpa_buf_printf(&line, " %.16sZ", json_string_value(
                                         json_object_get(is, "proposed")));
    if (json_string_length(json_object_get(is, "decided_by"))) {
        rpa_buf_puts(&line, ", decided by ");
        put(&line, is, "decided_by");
    }
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

json_t *review_is(const cbor_item_t *is)
{
    json_t *json = cbor_json(is);
    put_time(json, "proposed_us", "proposed");
    return json;
}

static void put_value(struct rpa_buf *out, const json_t *value)
{
    char *text = json_is_string(value)
                     ? NULL
                     : json_dumps(value, JSON_ENCODE_ANY | REAL);
    if (text)
        rpa_buf_escape(out, text, strlen(text));
    else if (json_is_string(value))
        rpa_buf_escape(out, json_string_value(value), json_string_length(value));
    free(text);
}

/* a part of what was proposed, a line for each field or reason */
static void print_part(const char *name, const json_t *part)
{
    const char *key;
    json_t *value;
    size_t i;
    struct rpa_buf out = { 0 };
    if (json_is_number(part))
        put_value(&out, part);
    json_array_foreach((json_t *)part, i, value) {
        rpa_buf_puts(&out, "\n    ");
        put_value(&out, value);
    }
    json_object_foreach((json_t *)part, key, value) {
        const json_t *asked = json_object_get(value, "asked");
        rpa_buf_puts(&out, "\n    ");
        rpa_buf_escape(&out, key, strlen(key));
        rpa_buf_puts(&out, asked ? ": asked " : ": ");
        put_value(&out, asked ? asked : value);
        if (asked)
            rpa_buf_puts(&out, ", seen ");
        if (asked)
            put_value(&out, json_object_get(value, "seen"));
    }
    printf("  %s:%s%s\n", name, json_is_number(part) ? " " : "",
           out.data ? out.data : "");
    rpa_buf_clear(&out);
}

static void print_decision(const json_t *decision)
{
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "  decision %lld", json_long(decision, "n"));
    if (json_long(decision, "corrects"))
        rpa_buf_printf(&line, ", which corrects %lld",
                       json_long(decision, "corrects"));
    if (json_long(decision, "row"))
        rpa_buf_printf(&line, ", row %lld", json_long(decision, "row"));
    rpa_buf_puts(&line, ": ");
    put(&line, decision, "as");
    rpa_buf_puts(&line, " by ");
    put(&line, decision, "who");
    rpa_buf_printf(&line, " %s: ", json_string_value(
                                        json_object_get(decision, "at")));
    put(&line, decision, "why");
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

/* where it came from, and of what there is a picture */
static void print_origin(const json_t *review)
{
    struct rpa_buf line = { 0 };
    rpa_buf_puts(&line, "  target: ");
    put(&line, review, "target");
    rpa_buf_puts(&line, "\n  bot: ");
    put(&line, review, "bot");
    rpa_buf_printf(&line, ", run %lld, row %lld", json_long(review, "run"),
                   json_long(review, "row"));
    rpa_buf_puts(&line, json_object_get(review, "mode") ? ", " : "");
    put(&line, review, "mode");
    if (json_object_get(review, "unlike"))
        rpa_buf_puts(&line, ", NOT AS THE AUDIT HAS IT");
    if (json_object_get(review, "before"))
        rpa_buf_puts(&line, ", FROM BEFORE THAT ROW WAS KEPT: who proposed it is not "
                            "provable");
    if (json_long(review, "picture"))
        rpa_buf_printf(&line, "\n  picture: row %lld",
                       json_long(review, "picture"));
    puts(line.data ? line.data : "");
    rpa_buf_clear(&line);
}

void review_print(const json_t *review)
{
    static const char *const parts[] = { "score", "agree", "disagree", "reasons",
                                         "record", "before", "after" };
    const json_t *content = json_object_get(review, "content");
    size_t i;
    json_t *decision;
    review_print_line(review);
    print_origin(review);
    for (i = 0; i < sizeof parts / sizeof *parts; i++)
        if (json_object_get(content, parts[i]))
            print_part(parts[i], json_object_get(content, parts[i]));
    json_array_foreach(json_object_get(review, "decisions"), i, decision)
        print_decision(decision);
}

json_t *review_json(const cbor_item_t *ok)
{
    size_t i;
    json_t *decision, *review = review_is(rpa_msg_get(ok, "is"));
    json_object_set_new(review, "content", cbor_json(rpa_msg_get(ok, "content")));
    json_object_set_new(review, "decisions",
                        cbor_json(rpa_msg_get(ok, "decisions")));
    json_array_foreach(json_object_get(review, "decisions"), i, decision)
        put_time(decision, "at_us", "at");
    return review;
}
