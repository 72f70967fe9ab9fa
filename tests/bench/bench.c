#include "bench.h"

#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn void bench_fail(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fprintf(stderr, "error: bench: ");
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

void bench_begin(struct bench *b, const char *name, int argc, char **argv)
{
    *b = (struct bench){ .name = name };
    if (argc != 4)
        bench_fail("usage: bench_%s table|json BUILD SOURCES", name);
    b->json = !strcmp(argv[1], "json");
    b->build = argv[2];
    b->tests = argv[3];
    tmp_dir(b->dir);
    chmod(b->dir, 0755); /* the application has a uid of its own */
}

void bench_end(struct bench *b)
{
    bench_run((const char *[]){ "rm", "-rf", b->dir, NULL }, 0);
}

/* ---- rows ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void bench_row(const struct bench *b, const char *what, const char *who,
               const double *value, const char *unit, long wrong, long n)
{
    double v[ROUNDS];
    memcpy(v, value, sizeof v);
    qsort(v, ROUNDS, sizeof *v, ascending);
    double median = v[ROUNDS / 2];
    if (b->json)
        printf("{\"bench\":\"%s\",\"case\":\"%s\",\"who\":\"%s\","
               "\"value\":%.3f,\"unit\":\"%s\",\"wrong\":%ld,\"n\":%ld}\n",
               b->name, what, who, median, unit, wrong, n);
    else
        printf("%-6s %-10s %-12s %12.*f %-7s %7ld %7ld\n", b->name, what, who,
               median < 100 ? 2 : 0, median, unit, wrong, n);
    fflush(stdout);
}

/* ---- texts ---- */

static uint32_t *code_points(const char *utf8, size_t *ret_n)
{
    size_t len = strlen(utf8), n = 0;
    uint32_t *cps = calloc(len + 1, sizeof *cps);
    for (size_t i = 0, used; cps && i < len; i += used ? used : 1)
        used = rpa_utf8_decode(utf8 + i, len - i, &cps[n++]);
    *ret_n = n;
    return cps;
}

long bench_chars(const char *utf8)
{
    return (long)rpa_utf8_count(utf8, strlen(utf8));
}

static long least(long a, long b, long c)
{
    a = a < b ? a : b;
    return a < c ? a : c;
}

long bench_wrong(const char *want, const char *got)
{
    size_t n, m;
    uint32_t *a = code_points(want, &n), *b = code_points(got, &m);
    long *cost = calloc(m + 1, sizeof *cost);
    if (!a || !b || !cost)
        bench_fail("no memory");
    for (size_t j = 0; j <= m; j++)
        cost[j] = (long)j;
    for (size_t i = 1; i <= n; i++) {
        long corner = cost[0]++;
        for (size_t j = 1; j <= m; j++) {
            long above = cost[j];
            cost[j] = least(above + 1, cost[j - 1] + 1,
                            corner + (a[i - 1] != b[j - 1]));
            corner = above;
        }
    }
    long wrong = cost[m];
    free(a);
    free(b);
    free(cost);
    return wrong;
}

/* ---- programs and files ---- */

char *bench_run(const char *const argv[], int status)
{
    int fds[2], got = 0;
    struct rpa_buf out = { 0 };
    char part[4096];
    if (pipe(fds) < 0)
        bench_fail("pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 1);
        close(fds[0]);
        close(fds[1]);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(fds[1]);
    for (ssize_t n; (n = read(fds[0], part, sizeof part)) > 0;)
        rpa_buf_add(&out, part, (size_t)n);
    close(fds[0]);
    if (pid < 0 || waitpid(pid, &got, 0) < 0 || !WIFEXITED(got) ||
        WEXITSTATUS(got) != status)
        bench_fail("%s ended with %s %d", argv[0],
                   WIFEXITED(got) ? "status" : "signal",
                   WIFEXITED(got) ? WEXITSTATUS(got) : WTERMSIG(got));
    rpa_buf_putc(&out, '\0');
    return rpa_buf_take(&out);
}

static long size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

int64_t bench_grown(const char *path, size_t len, int64_t since)
{
    int64_t last = since;
    char events[4096];
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd < 0 || inotify_add_watch(fd, path, IN_MODIFY) < 0)
        bench_fail("cannot watch %s: %s", path, strerror(errno));
    for (long size = 0; size < (long)len;) {
        long now = size_of(path);
        if (now > size) {
            size = now;
            last = rpa_mono_us();
            continue;
        }
        struct pollfd p = { .fd = fd, .events = POLLIN };
        if (poll(&p, 1, 300) <= 0)
            break;
        while (read(fd, events, sizeof events) > 0)
            ;
    }
    close(fd);
    return last;
}

char *bench_read(const char *path)
{
    size_t len;
    return file_wait(path, 0, 0, &len);
}

/* ---- bots ---- */

static void run_bot(struct bench *b, const char *bot, const char *const set[],
                    const char *state)
{
    char program[512], folder[512];
    const char *argv[32] = { program, "run", folder, "--state", state,
                             "--json", "--quiet" };
    size_t n = 7;
    snprintf(program, sizeof program, "%s/rpa/rpa", b->build);
    snprintf(folder, sizeof folder, "%s/bots/%s", b->tests, bot);
    for (; *set; set++) {
        argv[n++] = "--set";
        argv[n++] = *set;
    }
    free(bench_run(argv, 0));
}

json_t *bench_rows(struct bench *b, const char *state)
{
    char program[512];
    snprintf(program, sizeof program, "%s/rpa/rpa", b->build);
    free(bench_run((const char *[]){ program, "audit", "verify", "--state",
                                     state, NULL }, 0));
    char *text = bench_run((const char *[]){ program, "audit", "show",
                                             "--json", "--state", state,
                                             NULL }, 0);
    json_t *rows = json_array();
    for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
        json_t *row = json_loadb(at, (size_t)(end - at), 0, NULL);
        if (row)
            json_array_append_new(rows, row);
    }
    free(text);
    return rows;
}

json_t *bench_bot(struct bench *b, const char *bot, const char *const set[])
{
    char state[512];
    snprintf(state, sizeof state, "%s/state-%s", b->dir, bot);
    run_bot(b, bot, set, state);
    return bench_rows(b, state);
}

long bench_find_row(const json_t *rows, size_t from, const char *kind,
                    const char *field)
{
    for (size_t i = from; i < json_array_size(rows); i++) {
        const char *k = NULL, *f = NULL;
        if (json_unpack(json_array_get(rows, i), "{s:s, s:s}", "kind", &k,
                        "field", &f) == 0 &&
            !strcmp(k, kind) && (!field || !strcmp(f, field)))
            return (long)i;
    }
    return -1;
}

double bench_row_s(const json_t *rows, long i)
{
    if (i < 0)
        bench_fail("the audit lacks a row");
    json_t *us = json_object_get(json_array_get(rows, (size_t)i), "mono_us");
    return (double)json_integer_value(us) / 1e6;
}
