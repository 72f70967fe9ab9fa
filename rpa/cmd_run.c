/* rpa run: one bot in the foreground. */
#include "rpa/cmd_run.h"
#include "rpa/base/log.h"
#include "rpa/base/utf8.h"
#include "rpa/eval.h"
#include "rpa/purpose.h"
#include "rpa/schema.h"
#include "rpa/supervisor.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTINGS_MAX 64
#define CONFS 2 /* /etc/rpa/rpa.conf, and the user's own */

static const char usage[] =
    "usage: rpa run BOT [options]\n"
    "       rpa run -e LUA [--allow window=TITLE] [--allow host=HOST:PORT]\n"
    "\n"
    "  BOT                 a folder in bots/, or a path to one\n"
    "  -e, --execute LUA   run one chunk instead\n"
    "  --allow KIND=VALUE  what the chunk may touch (-e)\n"
    "  --set KEY=VALUE     a setting of the bot\n"
    "  --state DIR         the state directory\n"
    "  --config FILE       rpa.conf\n"
    "  --display :N        an existing display instead of a private one\n"
    "  --purpose LIST      FILE or key=value,… (justification, reason, …)\n"
    "  --mode MODE         LIVE, TRNG or DEMO, for -e\n"
    "  --timeout SECONDS   stop hard after this\n"
    "  --json              one JSON object about the run on standard output\n"
    "  --quiet             no progress\n";

struct command {
    const char *chunk, *name;
    struct rpa_setting set[SETTINGS_MAX], allow[SETTINGS_MAX];
    size_t nset, nallow;
    const char *config;
    struct rpa_run_options run;
    struct rpa_purpose purpose;
    char mode[8];
};

/* split "key=value" in place */
static int add_setting(struct rpa_setting *list, size_t *n, char *arg,
                       struct rpa_err *err)
{
    char *equals = strchr(arg, '=');
    if (!equals || equals == arg)
        return rpa_fail(err, RPA_EINVAL, "'%s' wants key=value", arg);
    if (*n == SETTINGS_MAX)
        return rpa_fail(err, RPA_EINVAL, "more than %d settings",
                        SETTINGS_MAX);
    *equals = '\0';
    list[(*n)++] = (struct rpa_setting){ arg, equals + 1 };
    return 0;
}

static int add_allow(struct command *c, char *arg, struct rpa_err *err)
{
    int r = add_setting(c->allow, &c->nallow, arg, err);
    if (r < 0)
        return r;
    const char *kind = c->allow[c->nallow - 1].key;
    if (strcmp(kind, "window") != 0 && strcmp(kind, "host") != 0 &&
        strcmp(kind, "clipboard") != 0)
        return rpa_fail(err, RPA_EINVAL,
                        "--allow wants window=…, host=… or clipboard=read, not '%s'", kind);
    if (!strcmp(kind, "window"))
        c->run.needs_display = c->run.display == NULL;
    return 0;
}

static int set_timeout(struct command *c, const char *arg, struct rpa_err *err)
{
    char *end;
    double seconds = strtod(arg, &end);
    if (*end || !(seconds > 0) || seconds > 1e6)
        return rpa_fail(err, RPA_EINVAL, "--timeout wants seconds, not '%s'",
                        arg);
    c->run.timeout_ms = (int64_t)(seconds * 1000) + 1;
    return 0;
}

enum { OPT_ALLOW = 256, OPT_SET, OPT_STATE, OPT_CONFIG, OPT_DISPLAY,
       OPT_PURPOSE, OPT_MODE, OPT_TIMEOUT, OPT_JSON, OPT_QUIET, OPT_HELP };

static const struct option options[] = {
    { "execute", required_argument, NULL, 'e' },
    { "allow", required_argument, NULL, OPT_ALLOW },
    { "set", required_argument, NULL, OPT_SET },
    { "state", required_argument, NULL, OPT_STATE },
    { "config", required_argument, NULL, OPT_CONFIG },
    { "display", required_argument, NULL, OPT_DISPLAY },
    { "purpose", required_argument, NULL, OPT_PURPOSE },
    { "mode", required_argument, NULL, OPT_MODE },
    { "timeout", required_argument, NULL, OPT_TIMEOUT },
    { "json", no_argument, NULL, OPT_JSON },
    { "quiet", no_argument, NULL, OPT_QUIET },
    { "help", no_argument, NULL, OPT_HELP },
    { 0 },
};

static int take_option(struct command *c, int opt, struct rpa_err *err)
{
    switch (opt) {
    case 'e':
        c->chunk = optarg;
        return 0;
    case OPT_ALLOW:
        return add_allow(c, optarg, err);
    case OPT_SET:
        return add_setting(c->set, &c->nset, optarg, err);
    case OPT_STATE:
        c->run.state_dir = optarg;
        return 0;
    case OPT_CONFIG:
        c->config = optarg;
        return 0;
    case OPT_DISPLAY:
        c->run.display = optarg;
        c->run.needs_display = false;
        return 0;
    case OPT_PURPOSE:
        return rpa_purpose_read(optarg, &c->purpose, err);
    case OPT_MODE:
        return rpa_str_copy(c->mode, sizeof c->mode, optarg)
                   ? 0
                   : rpa_fail(err, RPA_EINVAL, "no mode '%s'", optarg);
    case OPT_TIMEOUT:
        return set_timeout(c, optarg, err);
    case OPT_JSON:
        c->run.json = true;
        return 0;
    default:
        c->run.quiet = true;
        return 0;
    }
}

/* 0, or the exit status to end with */
static int take_options(struct command *c, int argc, char **argv)
{
    struct rpa_err err;
    int opt;
    optind = 1;
    while ((opt = getopt_long(argc, argv, "e:", options, NULL)) != -1) {
        if (opt == OPT_HELP) {
            fputs(usage, stdout);
            return -1;
        }
        if (opt == '?') {
            fputs(usage, stderr);
            return 2;
        }
        if (take_option(c, opt, &err) < 0) {
            rpa_log_err(&err);
            return 2;
        }
    }
    if (!c->chunk == (optind >= argc) || argc - optind > 1) {
        fputs(usage, stderr);
        return 2;
    }
    c->name = argv[optind];
    return 0;
}

static int check_mode(struct command *c, const cbor_item_t *conf,
                      const struct rpa_bundle *bundle, struct rpa_err *err)
{
    static const char *const modes[] = { "LIVE", "TRNG", "DEMO" };
    char mode[8] = "", target[64] = "", theirs[8] = "";
    bool known = false;
    if (rpa_msg_get(bundle->manifest, "mode") &&
        !rpa_msg_copy(bundle->manifest, "mode", mode, sizeof mode))
        return rpa_fail(err, RPA_EINVAL, "mode wants LIVE, TRNG or DEMO");
    if (!mode[0])
        rpa_str_copy(mode, sizeof mode, c->mode[0] ? c->mode : "TRNG");
    for (size_t i = 0; i < 3; i++)
        known = known || !strcmp(mode, modes[i]);
    if (!known)
        return rpa_fail(err, RPA_EINVAL,
                        "the mode is LIVE, TRNG or DEMO, not '%s'", mode);
    rpa_msg_copy(bundle->manifest, "target", target, sizeof target);
    const cbor_item_t *t = rpa_msg_get(rpa_msg_get(conf, "targets"), target);
    if (t && rpa_msg_copy(t, "mode", theirs, sizeof theirs) &&
        strcmp(theirs, mode) != 0) {
        rpa_fail(err, RPA_EPERM,
                 "this bot runs in mode %s, but the target %s is %s", mode,
                 target, theirs);
        return rpa_err_hint(err, "run it against the %s system, or have the "
                                 "manifest's mode reviewed",
                            mode);
    }
    memcpy(c->mode, mode, sizeof c->mode);
    return 0;
}

/* one file; a missing one is fine unless it was named */
static int load_one(const char *path, bool must, cbor_item_t **ret,
                    struct rpa_err *err)
{
    *ret = NULL;
    int r = rpa_eval_file(path, ret, err);
    if (r == 0)
        r = rpa_schema_check(rpa_schema_conf, path, *ret, err);
    return r == -RPA_ENOTFOUND && !must ? 0 : r;
}

/* The installation's file and the user's own, or the one named: what either
 * demands holds, so nobody's own file takes a demand away. */
static int load_conf(const char *named, cbor_item_t *ret[CONFS],
                     struct rpa_err *err)
{
    char path[512];
    const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");
    snprintf(path, sizeof path, "%s%s/rpa/rpa.conf",
             xdg ? xdg : home ? home : "", xdg ? "" : "/.config");
    int r = load_one("/etc/rpa/rpa.conf", false, &ret[0], err);
    if (r == 0)
        r = load_one(named ? named : path, named != NULL, &ret[1], err);
    return r;
}

/* the first that says which: the installation, the user, the bot */
static int choose_pictures(struct command *c, cbor_item_t *const confs[CONFS],
                           const struct rpa_bundle *bundle, struct rpa_err *err)
{
    static const char *const policies[] = { "none", "failure", "screens" };
    const cbor_item_t *const from[] = { confs[0], confs[1], bundle->manifest };
    c->run.pictures = "failure";
    for (size_t i = 0; i < 3; i++) {
        if (!rpa_msg_get(from[i], "pictures"))
            continue;
        for (size_t k = 0; k < 3; k++)
            if (rpa_msg_is(from[i], "pictures", policies[k])) {
                c->run.pictures = policies[k];
                return 0;
            }
        return rpa_fail(err, RPA_EINVAL, "pictures wants none, failure or "
                                         "screens");
    }
    return 0;
}

static int check_purpose(const struct command *c, const cbor_item_t *conf,
                         struct rpa_err *err)
{
    bool required = false;
    rpa_msg_bool(conf, "purpose_required", &required);
    if (!required || c->run.purpose.justification)
        return 0;
    rpa_fail(err, RPA_EPERM, "this installation runs nothing without a "
                             "purpose");
    return rpa_err_hint(err, "--purpose justification=…,reason=…");
}

static int run_it(struct command *c, int *ret_exit, struct rpa_err *err)
{
    struct rpa_bundle bundle = { 0 };
    cbor_item_t *confs[CONFS] = { NULL };
    int r = load_conf(c->config, confs, err);
    if (r == 0)
        r = c->chunk ? rpa_bundle_chunk("chunk", c->chunk, c->allow,
                                        c->nallow, c->set, c->nset, &bundle,
                                        err)
                     : rpa_bundle_load(c->name, c->set, c->nset, &bundle, err);
    c->run.purpose = c->purpose.block;
    for (size_t i = 0; r == 0 && i < CONFS; i++) {
        r = check_mode(c, confs[i], &bundle, err);
        if (r == 0)
            r = check_purpose(c, confs[i], err);
    }
    if (r == 0)
        r = choose_pictures(c, confs, &bundle, err);
    c->run.bundle = &bundle;
    c->run.mode = c->mode;
    if (r == 0)
        r = rpa_run(&c->run, ret_exit, err);
    rpa_bundle_clear(&bundle);
    for (size_t i = 0; i < CONFS; i++)
        rpa_msg_free(&confs[i]);
    return r;
}

int cmd_run(int argc, char **argv, const char *state_dir)
{
    struct command c = { .run = { .state_dir = state_dir } };
    struct rpa_err err;
    c.purpose.block.reason = -1;
    int status = take_options(&c, argc, argv);
    if (status)
        return status < 0 ? 0 : status;
    if (run_it(&c, &status, &err) < 0) {
        rpa_log_err(&err);
        status = rpa_code_exit(err.code);
    }
    rpa_purpose_clear(&c.purpose);
    return status;
}
