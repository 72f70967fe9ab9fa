#include "rpa/cmd/cron.h"
#include "rpa/base/buf.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/config/options.h"
#include "rpa/sched/cron.h"
#include "rpa/sched/quartz.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK "\xef\xbb\xbf" /* before a file's text, by some editors */

enum { EXIT_NEVER = 3, EXIT_BAD = 4, CHECK_COUNT = 5, COUNT_MAX = 100000 };

static const char synopsis[] =
    "usage: rpa cron next EXPR [--zone Z] [--from T] [--count N]\n"
    "       rpa cron check EXPR [--zone Z] [--from T]\n"
    "       rpa cron next|check --batch FILE   (expr, zone, from, count by "
    "tabs;\n"
    "                                        - standard input)\n"
    "       rpa cron next|check --import-quartz EXPR   (of Quartz or UiPath)\n";

/* one expression, and what is asked about it */
struct question {
    const char *expr, *zone, *from; /* NULL: Europe/London, now */
    int64_t count;
    bool check; /* one that never comes is refused, and warnings are told */
    bool quartz; /* and what it is here is said, when it is checked */
    int line;   /* of the batch; 0: none */
};

/* ---- one question ---- */

struct answer {
    struct rpa_buf expr;  /* of Quartz, as it is here */
    struct rpa_buf times; /* each ends with the separator */
    char separator;
};

static void clear(struct answer *answer)
{
    rpa_buf_clear(&answer->expr);
    rpa_buf_clear(&answer->times);
}

static void tell(void *data, const char *sentence)
{
    const struct question *q = data;
    if (q->line)
        fprintf(stderr, "warning: line %d: %s\n", q->line, sentence);
    else
        fprintf(stderr, "warning: %s\n", sentence);
}

/* RPA_ENOTFOUND: it never comes */
static int ask_in(const struct question *q, const struct rpa_zone *zone,
                  struct answer *answer, struct rpa_err *err)
{
    struct rpa_cron cron;
    int64_t t = rpa_now_us() / 1000000;
    char iso[40];
    int r = q->quartz ? rpa_quartz_read(q->expr, &answer->expr, err) : 0;
    if (r == 0)
        r = rpa_cron_parse(q->quartz ? answer->expr.data : q->expr, &cron, err);
    if (r == 0)
        r = q->from ? rpa_zone_parse_iso(q->from, &t, err) : 0;
    if (r == 0 && q->check)
        rpa_cron_warn(&cron, zone, t, tell, (void *)q);
    for (int64_t i = 0; r == 0 && i < q->count; i++) {
        r = rpa_cron_next(&cron, zone, t, &t, err);
        if (r == 0)
            rpa_buf_printf(&answer->times, "%s%c", rpa_zone_iso(zone, t, iso),
                           answer->separator);
        else if (i > 0) /* there were some */
            return 0;
    }
    return r;
}

static int ask(const struct question *q, struct answer *answer,
               struct rpa_err *err)
{
    struct rpa_zone *zone = NULL;
    int r = rpa_zone_open(q->zone ? q->zone : "Europe/London", &zone, err);
    if (r == 0)
        r = ask_in(q, zone, answer, err);
    rpa_zone_free(zone);
    return r;
}

static int refuse(struct rpa_err *err)
{
    if (err->code == RPA_ENOTFOUND)
        rpa_err_hint(err, "its month never has such a day");
    rpa_log_err(err);
    return EXIT_BAD;
}

static int one(const struct question *q)
{
    struct answer answer = { .separator = '\n' };
    struct rpa_err err;
    int r = ask(q, &answer, &err), status = 0;
    if (q->check && answer.expr.data)
        puts(answer.expr.data);
    if (answer.times.data)
        fputs(answer.times.data, stdout);
    if (r == -RPA_ENOTFOUND && !q->check)
        status = EXIT_NEVER;
    else if (r < 0)
        status = refuse(&err);
    clear(&answer);
    return status;
}

/* ---- many, a line each ---- */

/* "\t" in an expression is a tab */
static void unescape(char *text)
{
    for (char *tab; (tab = strstr(text, "\\t")) != NULL;) {
        *tab = '\t';
        memmove(tab + 1, tab + 2, strlen(tab + 2) + 1);
    }
}

static bool read_count(const char *text, int64_t *ret)
{
    char *end;
    errno = 0;
    *ret = strtoll(text, &end, 10);
    return *text && !*end && !errno && *ret >= 1 && *ret <= COUNT_MAX;
}

/* one that is empty, or is not there, is not said */
static const char *column(char **next, const char *otherwise)
{
    const char *text = strsep(next, "\t");
    return text && *text ? text : otherwise;
}

static int read_row(char *line, struct question *q, struct rpa_err *err)
{
    char *next = line, *expr = strsep(&next, "\t");
    unescape(expr);
    q->expr = expr;
    q->zone = column(&next, q->zone);
    q->from = column(&next, q->from);
    const char *count = column(&next, NULL);
    if (next)
        return rpa_fail(err, RPA_EINVAL, "more than four columns");
    if (count && !read_count(count, &q->count))
        return rpa_fail(err, RPA_EINVAL, "the count '%s' is not from 1 to %d",
                        count, COUNT_MAX);
    return 0;
}

/* without its last separator */
static const char *trimmed(struct rpa_buf *buf)
{
    if (buf->len)
        buf->data[--buf->len] = '\0';
    return buf->data ? buf->data : "";
}

/* without what ends it; what else stands in it is its own */
static int end_line(char *line, size_t len, struct rpa_err *err)
{
    while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        line[--len] = '\0';
    if (strlen(line) == len)
        return 0;
    rpa_fail(err, RPA_EINVAL, "byte %zu of the line is NUL", strlen(line) + 1);
    return rpa_err_hint(err, "a line is text in UTF-8; the file may be in UTF-16");
}

/* it quotes what was refused */
static void print_refusal(const struct rpa_err *err)
{
    struct rpa_buf text = { 0 };
    rpa_buf_escape(&text, err->msg, strlen(err->msg));
    if (*err->hint)
        rpa_buf_puts(&text, "; ");
    rpa_buf_escape(&text, err->hint, strlen(err->hint));
    printf("ERROR\t%s", text.data ? text.data : "");
    rpa_buf_clear(&text);
}

/* Returns false if the expression was refused. */
static bool print_row(const struct question *wanted, char *line, size_t len, int n)
{
    struct question q = *wanted;
    q.line = n;
    struct answer answer = { .separator = ',' };
    struct rpa_err err = { 0 };
    int r = end_line(line, len, &err);
    if (r == 0)
        r = read_row(line, &q, &err);
    if (r == 0)
        r = ask(&q, &answer, &err);
    if (r == -RPA_ENOTFOUND)
        fputs("NONE", stdout);
    else if (r < 0)
        print_refusal(&err);
    else
        fputs(trimmed(&answer.times), stdout);
    bool said = q.check && answer.expr.data && (r == 0 || r == -RPA_ENOTFOUND);
    printf("%s%s\n", said ? "\t" : "", said ? answer.expr.data : "");
    clear(&answer);
    return r == 0 || (r == -RPA_ENOTFOUND && !q.check);
}

static int unread(const char *doing, const char *path)
{
    struct rpa_err err;
    rpa_fail_errno(&err, RPA_EINVAL, "%s %s", doing, path);
    rpa_log_err(&err);
    return EXIT_BAD;
}

static int batch(const struct question *q, const char *path)
{
    char *line = NULL;
    size_t size = 0;
    bool all = true;
    bool from_stdin = !strcmp(path, "-");
    FILE *file = from_stdin ? stdin : fopen(path, "re");
    if (!file)
        return unread("opening", path);
    int number = 0;
    for (ssize_t len; (len = getline(&line, &size, file)) >= 0;) {
        size_t mark = number++ || strncmp(line, MARK, 3) != 0 ? 0 : 3;
        all = print_row(q, line + mark, (size_t)len - mark, number) && all;
    }
    int status = ferror(file) ? unread("reading", path) : 0;
    free(line);
    if (!from_stdin)
        fclose(file);
    if (status)
        return status;
    return all || !q->check ? 0 : EXIT_BAD;
}

/* "-5 * * * *" is an expression, if none that is taken, and no option: it goes
 * behind a "--". @ret has room for one more than @argc. */
static int set_apart(int argc, char **argv, char **ret)
{
    int n = 0;
    for (int i = 0; i < argc; i++)
        if (argv[i][0] != '-' || !isdigit((unsigned char)argv[i][1]))
            ret[n++] = argv[i];
    if (n < argc)
        ret[n++] = "--";
    for (int i = 0; i < argc; i++)
        if (argv[i][0] == '-' && isdigit((unsigned char)argv[i][1]))
            ret[n++] = argv[i];
    ret[n] = NULL;
    return n;
}

int cmd_cron(int argc, char **argv, const char *state_dir)
{
    struct rpa_options o;
    int status;
    double count;
    char **args = calloc((size_t)argc + 2, sizeof *args);
    (void)state_dir;
    if (!args)
        return rpa_code_exit(RPA_ENOMEM);
    argc = set_apart(argc, argv, args);
    if (rpa_options_read(RPA_OF_CRON, synopsis, argc, args, &o, &status)) {
        const char *verb = o.nargs ? o.args[0] : "";
        const char *path = rpa_option_text(&o, "batch");
        struct question q = { .check = !strcmp(verb, "check"),
                              .zone = rpa_option_text(&o, "zone"),
                              .from = rpa_option_text(&o, "from"),
                              .quartz = rpa_option_flag(&o, "import_quartz") };
        q.count = rpa_option_number(&o, "count", &count) ? (int64_t)count
                  : q.check                              ? CHECK_COUNT
                                                         : 1;
        if ((!q.check && strcmp(verb, "next") != 0) ||
            o.nargs != (path ? 1 : 2)) {
            fputs(synopsis, stderr);
            status = 2;
        } else if (path)
            status = batch(&q, path);
        else {
            q.expr = o.args[1];
            status = one(&q);
        }
    }
    rpa_options_clear(&o);
    free(args);
    return status;
}
