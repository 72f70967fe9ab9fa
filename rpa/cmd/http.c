/* rpa http: one request, sent as a bot would: a run of a chunk, by the same rules,
 * with the same rows. */
#include "rpa/cmd/http.h"
#include "rpa/base/log.h"
#include "rpa/cmd/run.h"
#include "rpa/ipc/msg.h"
#include "rpa/net/http.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGS_MAX 128
#define BODY_MAX (8 << 20)

static const char usage[] =
    "usage: rpa http METHOD URL [options]\n"
    "       rpa http METHOD PATH --bot BOT --service NAME [options]\n"
    "\n"
    "  --bot BOT             by that bot's manifest: its hosts, services, secrets\n"
    "  --service NAME        to that service of it; what its answer means is told\n"
    "  --secret NAME         say who we are with that secret of it\n"
    "  --save FILE           the body into that file, in the folder of --files;\n"
    "                        with --bot, an output file of its manifest by name\n"
    "  --header NAME=VALUE   one more header; may be given again\n"
    "  --query NAME=VALUE    one more part of the query; may be given again\n"
    "  --body TEXT           what to send: @FILE a file, - standard input\n"
    "  --type TYPE           of what kind that is (application/json)\n"
    "  --fail                exit 1 unless the status is 200 to 299, or from a\n"
    "                        service unless it is found\n"
    "\n"
    "and the options of rpa run -e: --target, --purpose, --config, --state, …\n";

/* after the table `asked`, which has each of our options as a string */
static const char chunk[] =
    "local headers, query = {}, {}\n"
    "for _, pair in ipairs(asked.pairs) do\n"
    "  local name, text = pair[2]:match('^([^=]*)=(.*)$')\n"
    "  if pair[1] == 'header' then headers[name] = text\n"
    "  else query[name] = query[name] or {}; table.insert(query[name], text) end\n"
    "end\n"
    "local typed = asked.body and (asked.type or 'application/json')\n"
    "for name in pairs(headers) do\n"
    "  if typed and name:lower() == 'content-type' then\n"
    "    if asked.type then error('--type and --header ' .. name, 0) end\n"
    "    typed = nil\n"
    "  end\n"
    "end\n"
    "headers['Content-Type'] = headers['Content-Type'] or typed\n"
    "local service = asked.service and rpa.service(asked.service)\n"
    "local judged = service and asked.save\n"
    "local request = { method = asked.method, [service and 'path' or 'url'] = asked.url,\n"
    "  headers = headers, query = query, body = asked.body, secret = asked.secret,\n"
    "  save = not judged and asked.save or nil, stream = judged and true }\n"
    "local reply = service and service:request(request) or\n"
    "  rpa.http.request(request)\n"
    "local good = reply.status >= 200 and reply.status <= 299\n"
    "local said = 'status ' .. reply.status\n"
    "rpa.log(said .. ', ' .. reply.bytes .. ' bytes')\n"
    "if service then\n"
    "  local answer = service:judge(reply)\n"
    "  good, said = answer.outcome == 'found', answer.outcome\n"
    "  rpa.log(said .. (answer.why and ': ' .. tostring(answer.why) or ''))\n"
    "end\n"
    "if judged and good then reply:save(asked.save)\n"
    "elseif reply.body then\n"
    "  local body = reply.body\n"
    "  print((body:gsub('\\n$', '')))\n"
    "  if not utf8.len(body) or body:gsub('\\r\\n', ''):find('[\\0-\\8\\11-\\31\\127]') or\n"
    "    body:find('\\xC2[\\x80-\\x9F]') or body:find('\\xE2\\x80[\\xAA-\\xAE]') or\n"
    "    body:find('\\xE2\\x81[\\xA6-\\xA9]') then\n"
    "    error('status ' .. reply.status .. ': the body is no plain text, and is ' ..\n"
    "      'printed with \\\\xNN in it: --save keeps its bytes', 0)\n"
    "  end\n"
    "end\n"
    "if asked.fail and not good then error('answered with ' .. said, 0) end\n";

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

/* as Lua writes any bytes: nothing of them is code */
static void put_quoted(struct rpa_buf *out, const char *text, size_t len)
{
    rpa_buf_putc(out, '"');
    for (size_t i = 0; i < len; i++)
        rpa_buf_printf(out, isalnum((unsigned char)text[i]) ? "%c" : "\\%03d",
                       (unsigned char)text[i]);
    rpa_buf_putc(out, '"');
}

static void put_option(struct rpa_buf *out, const char *name, const char *text,
                       size_t len)
{
    rpa_buf_printf(out, "%s = ", name);
    put_quoted(out, text, len);
    rpa_buf_puts(out, ", ");
}

/* what is there to be sent: on the command line all of the machine may read it */
static int put_body(struct rpa_buf *out, const char *said, struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    char some[65536];
    size_t n;
    if (*said != '@' && strcmp(said, "-") != 0) {
        put_option(out, "body", said, strlen(said));
        return 0;
    }
    FILE *from = *said == '@' ? fopen(said + 1, "re") : stdin;
    if (!from)
        return rpa_fail_errno(err, RPA_EINVAL, "--body %s", said);
    while (bytes.len <= BODY_MAX && (n = fread(some, 1, sizeof some, from)) > 0)
        rpa_buf_add(&bytes, some, n);
    int r = ferror(from)           ? rpa_fail_errno(err, RPA_EINVAL, "--body %s", said)
            : bytes.len > BODY_MAX ? rpa_fail(err, RPA_EINVAL,
                                              "--body %s has more than %d bytes",
                                              said, BODY_MAX)
                                   : 0;
    if (r == 0)
        put_option(out, "body", bytes.data ? bytes.data : "", bytes.len);
    out->failed = out->failed || bytes.failed;
    rpa_buf_clear(&bytes);
    if (from != stdin)
        fclose(from);
    return r;
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

/* 1: one of our own options, and its value, was taken into @asked or @pairs; 0: it
 * is not ours. @given: which were, a bit each. */
static int own_option(struct rpa_buf *asked, struct rpa_buf *pairs, char **argv,
                      int *i, unsigned *given, struct rpa_err *err)
{
    static const char *const names[] = { "--header", "--query",  "--body", "--type",
                                         "--secret", "--save", "--service" };
    if (!strcmp(argv[*i], "--fail")) {
        rpa_buf_puts(asked, "fail = true, ");
        return 1;
    }
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        bool pair = k < 2;
        if (strcmp(argv[*i], names[k]) != 0)
            continue;
        const char *value = argv[++*i];
        int r = check_value(names[k], value, pair, err);
        if (r == 0 && !pair && *given & 1u << k)
            r = rpa_fail(err, RPA_EINVAL, "%s is given twice", names[k]);
        *given |= 1u << k;
        if (r == 0 && pair) {
            rpa_buf_printf(pairs, "{ \"%s\", ", names[k] + 2);
            put_quoted(pairs, value, strlen(value));
            rpa_buf_puts(pairs, " }, ");
        } else if (r == 0 && !strcmp(names[k], "--body")) {
            r = put_body(asked, value, err);
        } else if (r == 0) {
            put_option(asked, names[k] + 2, value, strlen(value));
        }
        return r < 0 ? r : 1;
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

/* of what is not a bot's the file is named here, as by --allow output= */
static void add_output(struct line *l, const char *file)
{
    struct rpa_buf allow = { 0 };
    rpa_buf_printf(&allow, "output=%s", file);
    add(l, "--allow");
    add(l, allow.data ? allow.data : "");
    rpa_buf_clear(&allow);
}

/* the options into the table that the chunk begins with, what is not ours into @l */
static int read_options(struct line *l, int argc, char **argv,
                        struct rpa_buf *asked, struct rpa_err *err)
{
    struct rpa_buf pairs = { 0 };
    const char *bot = NULL, *save = NULL;
    unsigned given = 0;
    int r = 0;
    for (int i = 3; r >= 0 && i < argc; i++) {
        if (!strcmp(argv[i], "--bot")) {
            bot = argv[++i];
            r = check_value("--bot", bot, false, err);
            continue;
        }
        save = strcmp(argv[i], "--save") ? save : argv[i + 1];
        r = own_option(asked, &pairs, argv, &i, &given, err);
        if (r == 0)
            add(l, argv[i]);
    }
    rpa_buf_printf(asked, "pairs = { %s } }\n%s", pairs.data ? pairs.data : "",
                   chunk);
    l->failed = l->failed || pairs.failed;
    rpa_buf_clear(&pairs);
    if (r >= 0 && bot)
        add(l, bot);
    if (r >= 0 && !bot && save)
        add_output(l, save);
    return r >= 0 && !bot ? add_host(l, argv[2], err) : r;
}

static int make_line(struct line *l, int argc, char **argv, struct rpa_err *err)
{
    struct rpa_buf asked = { 0 };
    add(l, "http"); /* whose --help an unknown option is told of */
    rpa_buf_puts(&asked, "local asked = { ");
    put_option(&asked, "method", argv[1], strlen(argv[1]));
    put_option(&asked, "url", argv[2], strlen(argv[2]));
    int r = read_options(l, argc, argv, &asked, err);
    add(l, "-e");
    if (!asked.failed && asked.data)
        add(l, asked.data);
    l->failed = l->failed || asked.failed;
    rpa_buf_clear(&asked);
    return r < 0       ? r
           : l->failed ? rpa_fail(err, RPA_EINVAL, "too many arguments")
                       : 0;
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
