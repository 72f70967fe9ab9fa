/* Reading options: the arguments, the environment, rpa.conf; each side whole,
 * with all that is wrong on it at once. */
#include "rpa/base/log.h"
#include "rpa/base/utf8.h"
#include "rpa/config/eval.h"
#include "rpa/config/faults.h"
#include "rpa/config/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a text stands for; one that stands for nothing stays a text, and the
 * check says what was wanted. */
static cbor_item_t *value_of(const struct rpa_option *o, const char *text)
{
    static const char *const yes[] = { "1", "true", "yes" },
                      *const no[] = { "0", "false", "no" };
    char *end;
    double number = strtod(text, &end);
    if (o->row.type == RPA_SCHEMA_NUMBER && *text && !*end)
        return cbor_build_float8(number);
    long long whole = strtoll(text, &end, 10);
    if (o->row.type == RPA_SCHEMA_INT && *text && !*end)
        return rpa_cbor_int(whole);
    for (size_t i = 0; o->row.type == RPA_SCHEMA_BOOL && i < 3; i++)
        if (!strcmp(text, yes[i]) || !strcmp(text, no[i]))
            return cbor_build_bool(!strcmp(text, yes[i]));
    return rpa_cbor_strn(text, strlen(text));
}

/* what one side said, and what is wrong with it */
struct reading {
    unsigned from, command;
    cbor_item_t *map;
    struct rpa_faults bad;
    bool failed; /* no memory */
};

/* in place of an earlier one */
static bool put(cbor_item_t *map, const char *name, cbor_item_t *value)
{
    size_t n, len;
    struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    for (size_t i = 0; value && i < n; i++) {
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        if (len != strlen(name) || memcmp(key, name, len) != 0)
            continue;
        cbor_decref(&pairs[i].value);
        pairs[i].value = value;
        return true;
    }
    return rpa_msg_put_item(map, name, value);
}

static void take(struct reading *r, const struct rpa_option *o,
                 const char *text)
{
    const char *name = o->row.name;
    if (o->row.type == RPA_SCHEMA_TEXTS) {
        if (!rpa_msg_get(r->map, name))
            r->failed |= !rpa_msg_put_item(r->map, name, rpa_cbor_array());
        r->failed |= !rpa_cbor_push(rpa_msg_get(r->map, name),
                                    value_of(o, text));
    } else {
        r->failed |= !put(r->map, name, value_of(o, text));
    }
}

static void check_values(struct reading *r, const struct rpa_option *o)
{
    char name[40];
    struct rpa_schema row = rpa_option_single(o);
    cbor_item_t *value = rpa_msg_get(r->map, o->row.name), **list = &value;
    size_t n = value != NULL;
    if (o->row.type == RPA_SCHEMA_TEXTS)
        list = rpa_msg_array(r->map, o->row.name, &n);
    for (size_t i = 0; i < n; i++)
        r->bad.n += rpa_schema_faults(&row, rpa_option_shown(o, r->from, name),
                                      list[i], &r->bad.text);
}

/* 0, or all that is wrong as one error. The map is @ret's, right or wrong. */
static int end_reading(struct reading *r, cbor_item_t **ret,
                       const char *where, struct rpa_err *err)
{
    const struct rpa_option *o;
    char many[60];
    for (size_t i = 0; (o = rpa_option_at(i)); i++)
        if (o->commands & r->command) /* another's of that name may be otherwise */
            check_values(r, o);
    snprintf(many, sizeof many, "%d faults in %s", r->bad.n, where);
    int result = rpa_faults_end(&r->bad, RPA_EINVAL, many, err);
    if (r->failed)
        result = rpa_fail(err, RPA_ENOMEM, "no memory for %s", where);
    *ret = r->map;
    return result;
}

/* ---- the environment ---- */

static int read_env(unsigned command, struct rpa_options *ret,
                    struct rpa_err *err)
{
    struct reading r = { .from = RPA_FROM_ENV, .command = command,
                         .map = rpa_cbor_map() };
    char name[40];
    const struct rpa_option *o;
    for (size_t i = 0; r.map && (o = rpa_option_at(i)); i++) {
        const char *text = getenv(rpa_option_shown(o, RPA_FROM_ENV, name));
        if (text && *text && o->from & RPA_FROM_ENV && o->commands & command)
            take(&r, o, text);
    }
    r.failed |= !r.map;
    return end_reading(&r, &ret->env, "the environment", err);
}

/* ---- the arguments ---- */

#define FIRST 256 /* what getopt returns for the first option */
#define HELP (FIRST + RPA_OPTIONS_MAX)

static void long_options(unsigned command,
                         struct option list[RPA_OPTIONS_MAX + 2],
                         char names[RPA_OPTIONS_MAX][40])
{
    const struct rpa_option *o;
    size_t n = 0;
    for (size_t i = 0; (o = rpa_option_at(i)); i++) {
        if (!(o->from & RPA_FROM_ARGV) || !(o->commands & command))
            continue;
        rpa_option_shown(o, RPA_FROM_ARGV, names[i]);
        list[n++] = (struct option){ names[i] + 2,
                                     o->value ? required_argument : no_argument,
                                     NULL, FIRST + (int)i };
    }
    list[n++] = (struct option){ "help", no_argument, NULL, HELP };
    list[n] = (struct option){ 0 };
}

static const struct rpa_option *of_letter(int letter, unsigned command)
{
    const struct rpa_option *o;
    for (size_t i = 0; (o = rpa_option_at(i)); i++)
        if (o->letter == letter && o->commands & command)
            return o;
    return NULL;
}

/* getopt knows only that it knows not */
static void unknown(struct reading *r, int opt, char **argv)
{
    const char *word = optind > 1 ? argv[optind - 1] : "";
    if (opt == ':')
        rpa_fault(&r->bad, "%s wants a value", word);
    else if ((opt != '?' && opt < FIRST) || (optopt && optopt < FIRST))
        rpa_fault(&r->bad, "there is no -%c", opt != '?' ? opt : optopt);
    else if (optopt)
        rpa_fault(&r->bad, "%s takes no value", word);
    else
        rpa_fault(&r->bad, "there is no %s, or it is not whole", word);
}

/* 1: --help was asked for */
static int read_argv(unsigned command, int argc, char **argv,
                     struct rpa_options *ret, struct rpa_err *err)
{
    struct reading r = { .from = RPA_FROM_ARGV, .command = command,
                         .map = rpa_cbor_map() };
    struct option list[RPA_OPTIONS_MAX + 2];
    char names[RPA_OPTIONS_MAX][40];
    int opt, help = 0;
    long_options(command, list, names);
    opterr = optind = 0; /* 0: getopt begins anew */
    while (r.map && (opt = getopt_long(argc, argv, ":e:fn:", list, NULL)) != -1) {
        const struct rpa_option *o = opt >= FIRST
                                         ? rpa_option_at((size_t)opt - FIRST)
                                         : of_letter(opt, command);
        if (opt == HELP)
            help = 1;
        else if (opt == '?' || opt == ':' || !o)
            unknown(&r, opt, argv);
        else
            take(&r, o, o->value ? optarg : "true");
    }
    r.failed |= !r.map;
    ret->args = argv + optind;
    ret->nargs = argc - optind;
    for (int i = 0; i < ret->nargs; i++)
        if (!rpa_utf8_valid(ret->args[i], strlen(ret->args[i])))
            rpa_fault(&r.bad, "argument %d is not UTF-8", i + 1);
    int result = end_reading(&r, &ret->argv, "the arguments", err);
    return help ? help : result;
}

/* ---- rpa.conf ---- */

/* one file; a missing one is fine unless it was named */
static int read_conf(const char *path, bool must, cbor_item_t **ret,
                     struct rpa_err *err)
{
    struct rpa_schema rows[RPA_CONF_ROWS];
    rpa_options_conf_rows(rows);
    int r = rpa_eval_file(path, ret, err);
    if (r == 0)
        r = rpa_schema_check(rows, path, *ret, err);
    if (r == -RPA_ENOTFOUND && must)
        return rpa_fail(err, RPA_EINVAL, "there is no file %s", path);
    return r == -RPA_ENOTFOUND ? 0 : r;
}

void rpa_options_conf_paths(const char *named, char ret[RPA_CONFS][4096])
{
    const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");
    snprintf(ret[0], sizeof ret[0], "/etc/rpa/rpa.conf");
    snprintf(ret[1], sizeof ret[1], "%s%s/rpa/rpa.conf",
             xdg && *xdg ? xdg : home ? home : "",
             xdg && *xdg ? "" : "/.config");
    snprintf(ret[2], sizeof ret[2], "%s", named ? named : "");
}

int rpa_options_confs(const char *named, cbor_item_t *ret[RPA_CONFS],
                      struct rpa_err *err)
{
    char paths[RPA_CONFS][4096];
    int r = 0;
    rpa_options_conf_paths(named, paths);
    for (size_t i = 0; r == 0 && i < RPA_CONFS; i++)
        if (*paths[i])
            r = read_conf(paths[i], i == RPA_CONFS - 1, &ret[i], err);
    return r;
}

static bool has_conf(unsigned command)
{
    const struct rpa_option *o;
    for (size_t i = 0; (o = rpa_option_at(i)); i++)
        if (o->from & RPA_FROM_CONF && o->commands & command)
            return true;
    return false;
}

bool rpa_options_read(enum rpa_option_command command, const char *synopsis,
                      int argc, char **argv, struct rpa_options *ret,
                      int *ret_status)
{
    struct rpa_err err;
    *ret = (struct rpa_options){ 0 };
    int r = read_argv(command, argc, argv, ret, &err);
    if (r > 0) {
        rpa_options_help(command, synopsis);
        *ret_status = 0;
        return false;
    }
    if (r < 0) {
        rpa_err_hint(&err, "rpa %s --help", argv[0]);
        rpa_log_err(&err);
        *ret_status = err.code == RPA_EINVAL ? 2 : rpa_code_exit(err.code);
        return false;
    }
    r = read_env(command, ret, &err);
    if (r == 0)
        r = rpa_options_keep(ret, &err);
    if (r == 0 && has_conf(command))
        r = rpa_options_confs(rpa_option_text(ret, "config"), ret->confs,
                              &err);
    if (r == 0) /* and what the files say */
        r = rpa_options_keep(ret, &err);
    if (r < 0) {
        rpa_log_err(&err);
        *ret_status = rpa_code_exit(err.code);
    }
    return r == 0;
}

