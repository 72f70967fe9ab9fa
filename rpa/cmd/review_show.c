/* A review, as text and as JSON. */
#include "rpa/cmd/review_show.h"
#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/config/cbor_json.h"
#include "rpa/ipc/msg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct rpa_buf *out, const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    if (text)
        rpa_buf_escape(out, text, strlen(text));
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
    json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_SORT_KEYS);
    putchar('\n');
}

void review_print_line(const json_t *is)
{
    struct rpa_buf line = { 0 };
    rpa_buf_printf(&line, "%6lld  ", (long long)json_integer_value(
                                         json_object_get(is, "review")));
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
    char *text = json_is_string(value) ? strdup(json_string_value(value))
                                       : json_dumps(value, JSON_ENCODE_ANY);
    if (text)
        rpa_buf_escape(out, text, strlen(text));
    free(text);
}

/* a part of what was proposed, a line for each field or reason */
static void print_part(const char *name, const json_t *part)
{
    const char *key;
    json_t *value;
    size_t i;
    struct rpa_buf out = { 0 };
    if (json_is_number(part) || json_is_string(part))
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
    printf("  %s: %s\n", name, out.data ? out.data : "");
    rpa_buf_clear(&out);
}

static void print_decision(const json_t *decision)
{
    struct rpa_buf line = { 0 };
    json_int_t corrects = json_integer_value(json_object_get(decision, "corrects"));
    rpa_buf_printf(&line, "  decision %lld",
                   (long long)json_integer_value(json_object_get(decision, "n")));
    if (corrects)
        rpa_buf_printf(&line, ", which corrects %lld", (long long)corrects);
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

void review_print(const json_t *review)
{
    static const char *const parts[] = { "score", "agree", "disagree", "reasons",
                                         "record", "before", "after" };
    const json_t *content = json_object_get(review, "content");
    size_t i;
    json_t *decision;
    review_print_line(review);
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
