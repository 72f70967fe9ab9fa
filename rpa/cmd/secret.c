#include "rpa/cmd/secret.h"
#include "rpa/base/log.h"
#include "rpa/config/options.h"
#include "rpa/config/people.h"
#include "rpa/vault/crypto.h"
#include "rpa/vault/secret.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_INTERRUPTED = 130, CTRL_C = 3 };

struct asked {
    const char *name; /* NULL if not given */
    bool json, whole;
};

static int fail(const struct rpa_err *err)
{
    rpa_log_err(err);
    return rpa_code_exit(err->code);
}

/* One line by read(2), so that no stdio buffer keeps it. */
static int read_line(char *line, size_t size, size_t *ret_len,
                     struct rpa_err *err)
{
    size_t len = 0;
    for (;;) {
        ssize_t n = read(STDIN_FILENO, line + len, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return rpa_fail_errno(err, RPA_EIO, "cannot read the secret");
        if (n == 0 && len == 0)
            return rpa_fail(err, RPA_EINVAL, "no secret was given");
        if (n == 0 || line[len] == '\n')
            break;
        if (++len == size)
            return rpa_fail(err, RPA_EINVAL, "a secret is at most %d bytes",
                            RPA_SECRET_MAX);
    }
    *ret_len = len;
    return 0;
}

/* No echo, and Ctrl-C as a letter, so that no signal can leave the terminal
 * without its echo. */
static int ask(const char *prompt, char *line, size_t size, size_t *ret_len,
               struct rpa_err *err)
{
    struct termios was, quiet;
    if (tcgetattr(STDIN_FILENO, &was) < 0)
        return rpa_fail_errno(err, RPA_EIO, "cannot silence the terminal");
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) < 0)
        return rpa_fail_errno(err, RPA_EIO, "cannot silence the terminal");
    fputs(prompt, stderr);
    int r = read_line(line, size, ret_len, err);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
    fputc('\n', stderr);
    if (r == 0 && memchr(line, CTRL_C, *ret_len))
        r = rpa_fail(err, RPA_ESTOP, "nothing was set");
    return r;
}

static int read_twice(char *first, char *second, size_t size, size_t *ret_len,
                      struct rpa_err *err)
{
    size_t len = 0;
    int r = ask("Secret (not shown): ", first, size, ret_len, err);
    if (r == 0)
        r = ask("Again: ", second, size, &len, err);
    if (r == 0 && (len != *ret_len || memcmp(first, second, len) != 0))
        r = rpa_fail(err, RPA_EINVAL, "the two differ; nothing was set");
    return r;
}

/* All of standard input, byte for byte: a certificate has many lines. */
static int read_whole(char *text, size_t size, size_t *ret_len,
                      struct rpa_err *err)
{
    size_t len = 0;
    ssize_t n;
    while ((n = read(STDIN_FILENO, text + len, size - len)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return rpa_fail_errno(err, RPA_EIO, "cannot read the secret");
        len += (size_t)n;
        if (len == size)
            return rpa_fail(err, RPA_EINVAL, "a secret is at most %d bytes",
                            RPA_SECRET_MAX);
    }
    *ret_len = len;
    return len ? 0 : rpa_fail(err, RPA_EINVAL, "no secret was given");
}

static int set(struct rpa_vault *vault, const struct asked *o)
{
    struct rpa_err err;
    struct rpa_secret *secret = NULL;
    size_t size = RPA_SECRET_MAX + 1, len = 0;
    char *lines = rpa_locked_new(2 * size);
    int r = 0;
    if (!lines)
        r = rpa_fail(&err, RPA_ENOMEM, "no locked memory for a secret");
    else if (o->whole)
        r = read_whole(lines, size, &len, &err);
    else if (isatty(STDIN_FILENO))
        r = read_twice(lines, lines + size, size, &len, &err);
    else
        r = read_line(lines, size, &len, &err);
    if (r == 0)
        r = rpa_secret_new(lines, len, &secret, &err);
    rpa_locked_free(lines);
    if (r == 0)
        r = rpa_vault_set(vault, o->name, secret, &err);
    rpa_secret_free(secret);
    if (r == -RPA_ESTOP)
        return EXIT_INTERRUPTED;
    return r < 0 ? fail(&err) : 0;
}

static int show_one(void *data, const char *name, rpa_time set_us)
{
    const struct asked *o = data;
    char when[28];
    rpa_time_iso(set_us, when);
    if (o->json)
        printf("{\"name\":\"%s\",\"set\":\"%s\"}\n", name, when);
    else
        printf("%-32s %s\n", name, when);
    return 0;
}

static int list(struct rpa_vault *vault, const struct asked *o)
{
    struct rpa_err err;
    return rpa_vault_list(vault, show_one, (void *)o, &err) < 0 ? fail(&err) : 0;
}

static int drop(struct rpa_vault *vault, const struct asked *o)
{
    struct rpa_err err;
    return rpa_vault_remove(vault, o->name, &err) < 0 ? fail(&err) : 0;
}

static const char synopsis[] =
    "usage: rpa secret set NAME [--state DIR]      (asks, or a line on stdin)\n"
    "       rpa secret set NAME --whole <FILE      (a certificate and its key)\n"
    "       rpa secret list [--state DIR] [--json]\n"
    "       rpa secret remove NAME [--state DIR]\n";

static const struct verb {
    struct rpa_verb is;
    int (*run)(struct rpa_vault *, const struct asked *);
} verbs[] = {
    { { "set", 1, 1 }, set },
    { { "list", 0, 0 }, list },
    { { "remove", 1, 1 }, drop },
    { { NULL, 0, 0 }, NULL },
};

static int run(const struct verb *verb, const struct rpa_options *o,
               const char *state_dir)
{
    struct rpa_vault *vault = NULL;
    struct rpa_err err;
    char path[4096];
    const char *state = rpa_option_text(o, "state");
    const struct asked asked = { .name = o->nargs > 1 ? o->args[1] : NULL,
                                 .json = rpa_option_flag(o, "json"),
                                 .whole = rpa_option_flag(o, "whole") };
    state = state ? state : state_dir;
    if (people_folder(state, &err) < 0)
        return fail(&err);
    snprintf(path, sizeof path, "%s/secrets.db", state);
    if (verb->run != set && access(path, F_OK) < 0 && errno == ENOENT) {
        if (verb->run == list) /* of none; looking makes no key */
            return 0;
        rpa_fail(&err, RPA_ENOTFOUND, "there is no secret '%s'", asked.name);
        return fail(&err);
    }
    if (rpa_vault_open(state, &vault, &err) < 0)
        return fail(&err);
    int status = verb->run(vault, &asked);
    rpa_vault_close(vault);
    return status;
}

int cmd_secret(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    int status;
    if (rpa_options_read(RPA_OF_SECRET, synopsis, argc, argv, &o, &status)) {
        const struct verb *verb = rpa_option_verb(&o, verbs, sizeof *verbs,
                                                  synopsis);
        status = verb ? run(verb, &o, state_dir) : EXIT_USAGE;
    }
    rpa_options_clear(&o);
    return status;
}
