/* rpa status, rpa stop: asking the supervisor that runs. */
#include "rpa/cmd_status.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/control.h"
#include "rpa/options.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static json_t *to_json(const cbor_item_t *item)
{
    size_t n, len;
    int64_t number;
    bool flag;
    const char *text = rpa_cbor_text(item, &len);
    if (text)
        return json_stringn(text, len);
    if (rpa_cbor_get_int(item, &number))
        return json_integer(number);
    if (rpa_cbor_get_bool(item, &flag))
        return json_boolean(flag);
    if (cbor_isa_array(item)) {
        json_t *list = json_array();
        for (size_t i = 0; i < cbor_array_size(item); i++)
            json_array_append_new(list, to_json(cbor_array_handle(item)[i]));
        return list;
    }
    struct cbor_pair *pairs = rpa_cbor_pairs(item, &n);
    json_t *map = json_object();
    for (size_t i = 0; i < n; i++)
        if ((text = rpa_cbor_text(pairs[i].key, &len)))
            json_object_setn_new(map, text, len, to_json(pairs[i].value));
    return map;
}

static void print_json(const cbor_item_t *ok)
{
    json_t *out = to_json(ok);
    json_dumpf(out, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(out);
}

static long long count(const cbor_item_t *ok, const char *key)
{
    int64_t value = 0;
    rpa_msg_int(ok, key, &value);
    return value;
}

static void print_run(const cbor_item_t *run)
{
    char bot[128] = "?", step[32] = "?", of[32] = "", finish[9] = "";
    rpa_msg_copy(run, "finish", finish, sizeof finish);
    bool stopping = false;
    rpa_msg_copy(run, "bot", bot, sizeof bot);
    rpa_msg_copy(run, "step", step, sizeof step);
    rpa_msg_bool(run, "stopping", &stopping);
    if (count(run, "items"))
        snprintf(of, sizeof of, " of %lld", count(run, "items"));
    printf("run %lld: %s, step %s, item %lld%s%s%s%s\n", count(run, "run"),
           bot, step, count(run, "item"), of,
           finish[0] ? ", will finish " : "", finish,
           stopping ? ", stopping" : "");
    printf("%lld done, %lld rejected, %lld failed, %lld deferred, %lld in "
           "doubt; %lld keys, %lld rows, %.1f s\n",
           count(run, "done"), count(run, "rejected"), count(run, "failed"),
           count(run, "deferred"), count(run, "doubt"), count(run, "keys"),
           count(run, "rows"),
           (double)(rpa_now_us() - count(run, "began_us")) / 1e6);
}

static void print_text(const cbor_item_t *ok)
{
    size_t n;
    cbor_item_t **runs = rpa_msg_array(ok, "runs", &n);
    for (size_t i = 0; i < n; i++)
        print_run(runs[i]);
    if (!n)
        puts("nothing runs");
}

static int tell(const char *call, struct rpa_options *o, const char *state_dir)
{
    const char *state = rpa_option_text(o, "state");
    cbor_item_t *msg = rpa_msg_new(), *ok = NULL;
    struct rpa_err err;
    rpa_msg_put_str(msg, "call", call);
    int r = control_ask(state ? state : state_dir, msg, &ok, &err);
    rpa_msg_free(&msg);
    if (r < 0) {
        rpa_log_err(&err);
        return rpa_code_exit(err.code);
    }
    if (rpa_option_flag(o, "json"))
        print_json(ok);
    else
        print_text(ok);
    rpa_msg_free(&ok);
    return 0;
}

static int ask(const char *call, int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    char synopsis[80];
    int status;
    snprintf(synopsis, sizeof synopsis, "usage: rpa %s [options]\n", call);
    bool go = rpa_options_read(RPA_OF_STATUS, synopsis, argc, argv, &o,
                               &status);
    if (go && o.nargs) {
        fputs(synopsis, stderr);
        status = 2;
    } else if (go) {
        status = tell(call, &o, state_dir);
    }
    rpa_options_clear(&o);
    return status;
}

int cmd_status(int argc, char **argv, const char *state_dir)
{
    return ask("status", argc, argv, state_dir);
}

int cmd_stop(int argc, char **argv, const char *state_dir)
{
    return ask("stop", argc, argv, state_dir);
}
