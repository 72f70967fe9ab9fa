/* rpa review: what bots put before people, and what people decide. */
#include "rpa/cmd/review.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/cmd/picture_file.h"
#include "rpa/config/cbor_json.h"
#include "rpa/config/options.h"
#include "rpa/config/purpose.h"
#include "rpa/supervisor/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char synopsis[] =
    "usage: rpa review list [--about LABEL] [--in STATE] [--kind KIND] [--json]\n"
    "       rpa review show REVIEW --purpose LIST [--picture FILE] [--json]\n"
    "       rpa review decide REVIEW --as approved|refused --why TEXT [--correct]\n";

struct asked_review {
    const char *state_dir;
    struct rpa_options *o;
    int64_t review;
    bool json;
};

static cbor_item_t *request(const struct asked_review *a, const char *verb)
{
    static const char *const texts[] = { "about", "in", "kind", "as", "why" };
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "call", "queue");
    rpa_msg_put_str(msg, "verb", verb);
    rpa_msg_put_int(msg, "review", a->review);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (rpa_option_text(a->o, texts[i]))
            rpa_msg_put_str(msg, texts[i], rpa_option_text(a->o, texts[i]));
    return msg;
}

/* have it done; @msg is taken */
static int have_done(const struct asked_review *a, cbor_item_t *msg,
                     cbor_item_t **ret_ok, struct rpa_err *err)
{
    struct desk_door door = { .state_dir = a->state_dir };
    int r = desk_ask(&door, msg, ret_ok, err);
    desk_leave(&door);
    rpa_msg_free(&msg);
    return r;
}

/* ---- list ---- */

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

static void print_json(const json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_SORT_KEYS);
    putchar('\n');
}

static void print_line(const json_t *is)
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

static json_t *is_json(const cbor_item_t *is)
{
    json_t *json = cbor_json(is);
    put_time(json, "proposed_us", "proposed");
    return json;
}

static int list(struct asked_review *a, struct rpa_err *err)
{
    int64_t after = 0;
    size_t n = 1;
    int r = 0;
    while (r == 0 && n > 0) {
        cbor_item_t *msg = request(a, "review list"), *ok = NULL;
        rpa_msg_put_int(msg, "after", after);
        r = have_done(a, msg, &ok, err);
        cbor_item_t **reviews = rpa_msg_array(ok, "reviews", &n);
        for (size_t i = 0; r == 0 && i < n; i++) {
            json_t *is = is_json(reviews[i]);
            rpa_msg_int(reviews[i], "review", &after);
            (a->json ? print_json : print_line)(is);
            json_decref(is);
        }
        rpa_msg_free(&ok);
        if (r == 0 && ferror(stdout))
            r = rpa_fail(err, RPA_EIO, "cannot write");
    }
    return r;
}

/* ---- show ---- */

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

static void print_review(const json_t *review)
{
    static const char *const parts[] = { "score", "agree", "disagree", "reasons",
                                         "record", "before", "after" };
    const json_t *content = json_object_get(review, "content");
    size_t i;
    json_t *decision;
    print_line(review);
    for (i = 0; i < sizeof parts / sizeof *parts; i++)
        if (json_object_get(content, parts[i]))
            print_part(parts[i], json_object_get(content, parts[i]));
    json_array_foreach(json_object_get(review, "decisions"), i, decision)
        print_decision(decision);
}

static json_t *review_json(const cbor_item_t *ok)
{
    size_t i;
    json_t *decision, *review = is_json(rpa_msg_get(ok, "is"));
    json_object_set_new(review, "content", cbor_json(rpa_msg_get(ok, "content")));
    json_object_set_new(review, "decisions",
                        cbor_json(rpa_msg_get(ok, "decisions")));
    json_array_foreach(json_object_get(review, "decisions"), i, decision)
        put_time(decision, "at_us", "at");
    return review;
}

static int put_purpose(const struct asked_review *a, cbor_item_t *msg,
                       struct rpa_err *err)
{
    struct rpa_purpose purpose = { .block.reason = -1 };
    struct rpa_buf packed = { 0 };
    const char *list = rpa_option_text(a->o, "purpose");
    int r = list ? rpa_purpose_read(list, &purpose, err) : 0;
    if (r == 0)
        r = rpa_purpose_pack(&purpose.block, &packed, err);
    if (packed.len)
        rpa_msg_put_bytes(msg, "purpose", packed.data, packed.len);
    rpa_buf_clear(&packed);
    rpa_purpose_clear(&purpose);
    return r;
}

static int ask_show(const struct asked_review *a, bool picture,
                    cbor_item_t **ret_ok, struct rpa_err *err)
{
    cbor_item_t *msg = request(a, "review show");
    rpa_msg_put_bool(msg, "picture", picture);
    int r = put_purpose(a, msg, err);
    if (r == 0)
        return have_done(a, msg, ret_ok, err);
    rpa_msg_free(&msg);
    return r;
}

/* The file comes first: who cannot write it has not looked. */
static int show(struct asked_review *a, struct rpa_err *err)
{
    const char *out = rpa_option_text(a->o, "picture");
    cbor_item_t *ok = NULL;
    size_t len = 0;
    int fd = out ? picture_file(out, err) : -1;
    int r = out && fd < 0 ? fd : ask_show(a, out != NULL, &ok, err);
    if (r == 0) {
        json_t *review = review_json(ok);
        (a->json ? print_json : print_review)(review);
        json_decref(review);
    }
    char *png = (char *)rpa_msg_bytes(ok, "png", &len);
    if (fd >= 0)
        r = picture_write(fd, out, r, png, len, err);
    if (png)
        explicit_bzero(png, len);
    rpa_msg_free(&ok);
    return r;
}

/* ---- decide ---- */

static int decide(struct asked_review *a, struct rpa_err *err)
{
    cbor_item_t *ok = NULL;
    if (!rpa_option_text(a->o, "as")) {
        rpa_fail(err, RPA_EINVAL, "say what is decided");
        return rpa_err_hint(err, "--as approved or --as refused");
    }
    cbor_item_t *msg = request(a, "review decide");
    rpa_msg_put_bool(msg, "correct", rpa_option_flag(a->o, "correct"));
    int r = have_done(a, msg, &ok, err);
    if (r == 0) {
        json_t *is = is_json(rpa_msg_get(ok, "is"));
        (a->json ? print_json : print_line)(is);
        json_decref(is);
    }
    rpa_msg_free(&ok);
    return r;
}

/* ---- the command ---- */

static const struct verb {
    struct rpa_verb is;
    int (*run)(struct asked_review *a, struct rpa_err *err);
} verbs[] = {
    { { "list", 0, 0 }, list },
    { { "show", 1, 1 }, show },
    { { "decide", 1, 1 }, decide },
    { { NULL, 0, 0 }, NULL },
};

static int take_number(const char *text, int64_t *ret, struct rpa_err *err)
{
    char *end;
    *ret = strtoll(text, &end, 10);
    if (*text && !*end && *ret > 0)
        return 0;
    rpa_fail(err, RPA_EINVAL, "'%.60s' is no review's number", text);
    return rpa_err_hint(err, "rpa review list has them");
}

static int run(const struct verb *verb, struct asked_review *a,
               struct rpa_err *err)
{
    char path[4096];
    int r = verb->is.most ? take_number(a->o->args[1], &a->review, err) : 0;
    snprintf(path, sizeof path, "%s/queue.db", a->state_dir);
    if (r == 0 && access(a->state_dir, X_OK) == 0 && access(path, F_OK) < 0)
        return rpa_fail_errno(err, RPA_ENOTFOUND, "%s", path); /* makes none */
    return r == 0 ? verb->run(a, err) : r;
}

int cmd_review(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    struct rpa_err err;
    int status;
    if (rpa_options_read(RPA_OF_REVIEW, synopsis, argc, argv, &o, &status)) {
        const char *state = rpa_option_text(&o, "state");
        const struct verb *verb = rpa_option_verb(&o, verbs, sizeof *verbs,
                                                  synopsis);
        struct asked_review a = { .state_dir = state ? state : state_dir,
                                  .o = &o,
                                  .json = rpa_option_flag(&o, "json") };
        int r = verb ? run(verb, &a, &err) : 0;
        if (r < 0)
            rpa_log_err(&err);
        status = !verb ? 2 : r < 0 ? rpa_code_exit(err.code) : 0;
    }
    rpa_options_clear(&o);
    return status;
}
