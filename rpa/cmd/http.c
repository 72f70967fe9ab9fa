/* rpa http: one request, sent as a bot would: a run of a chunk, by the same rules,
 * with the same rows. */
#include "rpa/cmd/http.h"
#include "rpa/base/log.h"
#include "rpa/cmd/run.h"
#include "rpa/ipc/msg.h"
#include "rpa/net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGS_MAX 128

static const char usage[] =
    "usage: rpa http METHOD URL [options]\n"
    "\n"
    "  --header NAME=VALUE   one more header; may be given again\n"
    "  --query NAME=VALUE    one more part of the query; may be given again\n"
    "  --body TEXT           what to send\n"
    "  --type TYPE           of what kind that is (application/json)\n"
    "  --fail                exit 1 unless the status is 200 to 299\n"
    "\n"
    "and the options of rpa run -e: --target, --purpose, --config, --state, …\n";

/* what was asked is in the settings: nothing of it becomes Lua */
static const char chunk[] =
    "local set, headers, query = rpa.set, {}, {}\n"
    "for n = 1, tonumber(set.pairs) do\n"
    "  local kind, name, text = set['pair-' .. n]:match('^(%a+) ([^=]*)=(.*)$')\n"
    "  if kind == 'header' then headers[name] = text\n"
    "  else query[name] = query[name] or {}; table.insert(query[name], text) end\n"
    "end\n"
    "if set.body then headers['Content-Type'] = set.type or 'application/json' end\n"
    "local reply = rpa.http.request { method = set.method, url = set.url,\n"
    "  headers = headers, query = query, body = set.body }\n"
    "rpa.log('status ' .. reply.status .. ', ' .. reply.bytes .. ' bytes')\n"
    "print((reply.body:gsub('\\n$', '')))\n"
    "if set.fail and (reply.status < 200 or reply.status > 299) then\n"
    "  error('answered with status ' .. reply.status, 0)\n"
    "end\n";

/* an argv for rpa run; its texts are ours to free from @nown */
struct line {
    char *argv[ARGS_MAX];
    int argc;
    bool failed;
};

static void add(struct line *l, const char *text)
{
    char *copy = strdup(text);
    l->failed = l->failed || !copy || l->argc >= ARGS_MAX - 1;
    if (l->failed)
        free(copy);
    else
        l->argv[l->argc++] = copy;
}

static void add_setting(struct line *l, const char *key, const char *value)
{
    struct rpa_buf pair = { 0 };
    rpa_buf_printf(&pair, "%s=%s", key, value);
    l->failed = l->failed || pair.failed;
    if (!pair.failed) {
        add(l, "--set");
        add(l, pair.data);
    }
    rpa_buf_clear(&pair);
}

/* "pair-2" = "query NAME=VALUE": the order is kept */
static void add_pair(struct line *l, const char *kind, const char *value, int n)
{
    char key[32];
    struct rpa_buf pair = { 0 };
    snprintf(key, sizeof key, "pair-%d", n);
    rpa_buf_printf(&pair, "%s %s", kind, value);
    l->failed = l->failed || pair.failed;
    if (!pair.failed)
        add_setting(l, key, pair.data);
    rpa_buf_clear(&pair);
}

/* Is @value, which stands behind @option, one? */
static int check_value(const char *option, const char *value, bool pair,
                       struct rpa_err *err)
{
    if (!value || !strncmp(value, "--", 2))
        rpa_fail(err, RPA_EINVAL, "%s wants a value", option);
    else if (pair && (*value == '=' || !strchr(value, '=')))
        rpa_fail(err, RPA_EINVAL, "%s wants NAME=VALUE", option);
    else
        return 0;
    return rpa_err_hint(err, "rpa http --help");
}

/* 1: one of our own options, and its value, was taken; 0: it is not ours; @n:
 * pairs so far */
static int own_option(struct line *l, char **argv, int *i, int *n,
                      struct rpa_err *err)
{
    static const char *const names[] = { "--header", "--query", "--body",
                                         "--type" };
    if (!strcmp(argv[*i], "--fail")) {
        add_setting(l, "fail", "1");
        return 1;
    }
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        bool pair = k < 2;
        if (strcmp(argv[*i], names[k]) != 0)
            continue;
        const char *value = argv[++*i];
        int r = check_value(names[k], value, pair, err);
        if (r < 0)
            return r;
        if (pair)
            add_pair(l, names[k] + 2, value, ++*n);
        else
            add_setting(l, names[k] + 2, value);
        return 1;
    }
    return 0;
}

/* who is called is what may be called: as --allow host= of rpa run -e; rpa.conf
 * has its say about the target as ever */
static int add_host(struct line *l, const char *url, struct rpa_err *err)
{
    char host[256], allow[320];
    int port;
    int r = rpa_http_url_host(url, host, sizeof host, &port, err);
    if (r < 0)
        return r;
    snprintf(allow, sizeof allow, "host=%s%s:%d",
             strncmp(url, "http://", 7) ? "" : "http://", host, port);
    add(l, "--allow");
    add(l, allow);
    return 0;
}

static int make_line(struct line *l, int argc, char **argv, struct rpa_err *err)
{
    int n = 0;
    char count[16];
    add(l, "run");
    add(l, "-e");
    add(l, chunk);
    add_setting(l, "method", argv[1]);
    add_setting(l, "url", argv[2]);
    int r = add_host(l, argv[2], err);
    for (int i = 3; r >= 0 && i < argc; i++) {
        r = own_option(l, argv, &i, &n, err);
        if (r == 0)
            add(l, argv[i]);
    }
    if (r < 0)
        return r;
    snprintf(count, sizeof count, "%d", n);
    add_setting(l, "pairs", count);
    return l->failed ? rpa_fail(err, RPA_EINVAL, "too many arguments") : 0;
}

int cmd_http(int argc, char **argv, const char *state_dir)
{
    struct line l = { 0 };
    struct rpa_err err;
    bool help = argc == 2 && !strcmp(argv[1], "--help");
    if (help || argc < 3) {
        fputs(usage, help ? stdout : stderr);
        return help ? 0 : 2;
    }
    int status = 2;
    if (make_line(&l, argc, argv, &err) < 0)
        rpa_log_err(&err);
    else
        status = cmd_run(l.argc, l.argv, state_dir);
    for (int i = 0; i < l.argc; i++)
        free(l.argv[i]);
    return status;
}
