#include "cmd_secret.h"
#include "rpa/base/log.h"
#include "rpa/vault/crypto.h"
#include "rpa/vault/secret.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_INTERRUPTED = 130, CTRL_C = 3 };

struct options {
    const char *state_dir, *name; /* name NULL if not given */
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

static int set(struct rpa_vault *vault, const struct options *o)
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
    const struct options *o = data;
    char when[28];
    rpa_time_iso(set_us, when);
    if (o->json)
        printf("{\"name\":\"%s\",\"set\":\"%s\"}\n", name, when);
    else
        printf("%-32s %s\n", name, when);
    return 0;
}

static int list(struct rpa_vault *vault, const struct options *o)
{
    struct rpa_err err;
    return rpa_vault_list(vault, show_one, (void *)o, &err) < 0 ? fail(&err) : 0;
}

static int drop(struct rpa_vault *vault, const struct options *o)
{
    struct rpa_err err;
    return rpa_vault_remove(vault, o->name, &err) < 0 ? fail(&err) : 0;
}

static const char usage[] =
    "usage: rpa secret set NAME [--state DIR]      (asks, or a line on stdin)\n"
    "       rpa secret set NAME --whole <FILE      (a certificate and its key)\n"
    "       rpa secret list [--state DIR] [--json]\n"
    "       rpa secret remove NAME [--state DIR]\n";

static bool parse(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        { "state", required_argument, NULL, 's' },
        { "json", no_argument, NULL, 'j' },
        { "whole", no_argument, NULL, 'w' },
        { 0 },
    };
    optind = 0; /* getopt was used before for the options of rpa itself */
    for (int opt; (opt = getopt_long(argc, argv, "", known, NULL)) != -1;)
        if (opt == 's')
            o->state_dir = optarg;
        else if (opt == 'j')
            o->json = true;
        else if (opt == 'w')
            o->whole = true;
        else
            return false;
    o->name = optind + 1 < argc ? argv[optind + 1] : NULL;
    return optind < argc && optind + 2 >= argc;
}

int cmd_secret(int argc, char **argv, const char *state_dir)
{
    static const struct {
        const char *name;
        bool named;
        int (*run)(struct rpa_vault *, const struct options *);
    } verbs[] = { { "set", true, set },
                  { "list", false, list },
                  { "remove", true, drop } };
    struct options o = { .state_dir = state_dir };
    if (argc == 2 && !strcmp(argv[1], "--help")) {
        fputs(usage, stdout);
        return 0;
    }
    if (parse(argc, argv, &o))
        for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
            if (strcmp(argv[optind], verbs[i].name) ||
                verbs[i].named != (o.name != NULL))
                continue;
            struct rpa_vault *vault = NULL;
            struct rpa_err err;
            if (rpa_vault_open(o.state_dir, &vault, &err) < 0)
                return fail(&err);
            int status = verbs[i].run(vault, &o);
            rpa_vault_close(vault);
            return status;
        }
    fputs(usage, stderr);
    return EXIT_USAGE;
}
