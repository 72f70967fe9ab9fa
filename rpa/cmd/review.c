/* rpa review: what bots put before people, and what people decide. */
#include "rpa/cmd/review.h"
#include "rpa/base/log.h"
#include "rpa/cmd/picture_file.h"
#include "rpa/cmd/reading.h"
#include "rpa/cmd/review_show.h"
#include "rpa/config/options.h"
#include "rpa/supervisor/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char synopsis[] =
    "usage: rpa review list [--about LABEL] [--in STATE] [--kind KIND] [--json]\n"
    "       rpa review show REVIEW --purpose LIST [--picture FILE] [--json]\n"
    "       rpa review decide REVIEW --as approved|refused --why TEXT [--correct]\n";

struct asked_review {
    struct desk_door door;
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
static int have_done(struct asked_review *a, cbor_item_t *msg,
                     cbor_item_t **ret_ok, struct rpa_err *err)
{
    int r = desk_ask(&a->door, msg, ret_ok, err);
    rpa_msg_free(&msg);
    return r;
}

/* ---- list ---- */

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
            json_t *is = review_is(reviews[i]);
            rpa_msg_int(reviews[i], "review", &after);
            (a->json ? review_print_json : review_print_line)(is);
            json_decref(is);
        }
        rpa_msg_free(&ok);
    }
    return r;
}

/* ---- show ---- */

static int ask_show(struct asked_review *a, bool picture,
                    cbor_item_t **ret_ok, struct rpa_err *err)
{
    cbor_item_t *msg = request(a, "review show");
    rpa_msg_put_bool(msg, "picture", picture);
    int r = reading_purpose(msg, a->o, err);
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
        (a->json ? review_print_json : review_print)(review);
        json_decref(review);
    }
    char *png = (char *)rpa_msg_bytes(ok, "png", &len);
    if (fd >= 0)
        r = picture_write(fd, out, r, png, len, err);
    if (r == 0 && out && !a->json)
        printf("  written: %s\n", out);
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
        json_t *is = review_is(rpa_msg_get(ok, "is"));
        (a->json ? review_print_json : review_print_line)(is);
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
    { { "list", 0, 0, "about in kind json" }, list },
    { { "show", 1, 1, "purpose picture json" }, show },
    { { "decide", 1, 1, "as why correct json" }, decide },
    { { NULL, 0, 0 }, NULL },
};

static int take_number(const char *text, int64_t *ret, struct rpa_err *err)
{
    if (rpa_option_id(text, ret))
        return 0;
    rpa_fail(err, RPA_EINVAL, "'%.60s' is no review's number", text);
    return rpa_err_hint(err, "rpa review list has them");
}

static int run(const struct verb *verb, struct asked_review *a,
               struct rpa_err *err)
{
    int r = verb->is.most ? take_number(a->o->args[1], &a->review, err) : 0;
    if (r == 0)
        r = reading_there(a->door.state_dir, err);
    if (r == 0)
        r = verb->run(a, err);
    desk_leave(&a->door);
    return r;
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
        struct asked_review a = { .door.state_dir = state ? state : state_dir,
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
