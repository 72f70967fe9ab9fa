/* rpa alert: what is wrong, whom it was told, and whether that works. */
#include "rpa/cmd/alert.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/watch/deliver.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char synopsis[] = "usage: rpa alert list [--json]\n"
                               "       rpa alert test [--json]\n";

struct asked {
    const char *state_dir;
    struct alert_conf conf;
    bool json;
};

static int fail(const struct rpa_err *err)
{
    rpa_log_err(err);
    return rpa_code_exit(err->code);
}

static void print(json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(json);
}

/* ---- list ---- */

static json_t *letter_json(const struct rpa_letter *l)
{
    char since[28];
    json_t *out = json_pack("{s:s,s:s,s:s,s:s}", "kind",
                            rpa_alert_name(l->alert.kind), "about",
                            l->alert.about, "text", l->alert.text, "since",
                            rpa_time_iso(l->began * 1000000, since));
    if (!*l->channel)
        return out;
    json_object_set_new(out, "waits_for", json_string(l->channel));
    json_object_set_new(out, "event",
                        json_string(l->over ? "over" : "begins"));
    json_object_set_new(out, "tries", json_integer(l->tries));
    json_object_set_new(out, "why", json_string(l->why));
    return out;
}

static int list_one(void *data, const struct rpa_letter *l)
{
    const struct asked *a = data;
    char since[28];
    struct rpa_buf words = { 0 };
    if (a->json) {
        print(letter_json(l));
        return 0;
    }
    deliver_words(l, &words);
    rpa_time_iso(l->began * 1000000, since);
    since[16] = '\0';
    if (*l->channel)
        printf("  waits for %s, tried %lld time%s: %s%s%s\n", l->channel,
               (long long)l->tries, l->tries == 1 ? "" : "s",
               words.data ? words.data : "", *l->why ? ": " : "", l->why);
    else
        printf("since %sZ  %s\n", since, words.data ? words.data : "");
    rpa_buf_clear(&words);
    return 0;
}

static int list(struct asked *a)
{
    struct rpa_outbox *outbox = NULL;
    struct rpa_err err;
    int r = people_folder(a->state_dir, &err);
    if (r == 0)
        r = rpa_outbox_open_ro(a->state_dir, &outbox, &err);
    if (r == -RPA_ENOTFOUND) {
        if (!a->json)
            puts("nobody has looked yet: a daemon does, where rpa.conf has "
                 "alerts");
        return 0;
    }
    if (r == 0)
        r = rpa_outbox_each(outbox, list_one, a, &err);
    rpa_outbox_close(outbox);
    return r < 0 ? fail(&err) : 0;
}

/* ---- test ---- */

static int try_one(struct asked *a, const char *channel)
{
    struct rpa_letter letter = {
        .id = rpa_now_us(), .began = rpa_now_us() / 1000000,
        .alert = { .kind = RPA_ALERT_TEST, .about = "this channel",
                   .text = "somebody tries whether this arrives" },
    };
    struct rpa_err err = { 0 };
    strcpy(letter.channel, channel);
    int r = deliver(&a->conf, a->state_dir, &letter, &err);
    if (a->json)
        print(json_pack("{s:s,s:b,s:s}", "channel", channel, "sent", r == 0,
                        "why", err.msg));
    else if (r == 0)
        printf("%s: sent\n", channel);
    else
        rpa_err_context(&err, "%s", channel);
    return r < 0 ? a->json ? rpa_code_exit(err.code) : fail(&err) : 0;
}

static int test(struct asked *a)
{
    struct rpa_err err;
    int status = 0;
    if (!a->conf.nchannels) {
        rpa_fail(&err, RPA_EINVAL, "rpa.conf names nobody to tell");
        rpa_err_hint(&err, "alerts = { mail = { server = …, from = …, to = "
                           "{ … } } }; rpa.conf(5)");
        return fail(&err);
    }
    for (size_t i = 0; i < a->conf.nchannels; i++) {
        int one = try_one(a, a->conf.channels[i]);
        status = one ? one : status;
    }
    return status;
}

/* ---- the command ---- */

static const struct verb {
    struct rpa_verb is;
    int (*run)(struct asked *a);
} verbs[] = {
    { { "list", 0, 0 }, list },
    { { "test", 0, 0 }, test },
    { { NULL, 0, 0 }, NULL },
};

int cmd_alert(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    int status;
    if (rpa_options_read(RPA_OF_ALERT, synopsis, argc, argv, &o, &status)) {
        const struct verb *verb = rpa_option_verb(&o, verbs, sizeof *verbs,
                                                  synopsis);
        const char *state = rpa_option_text(&o, "state");
        struct asked a = { .state_dir = state ? state : state_dir,
                           .json = rpa_option_flag(&o, "json") };
        alert_conf_read(rpa_option_table(&o, "alerts"), &a.conf);
        status = verb ? verb->run(&a) : 2;
    }
    rpa_options_clear(&o);
    return status;
}
