/* scripts/bench sched: a daemon that has 10,000 schedules and nothing to do, and
 * how late it is when 1,000 come, ten each second. */
#include "bench/bench.h"
#include "rpa/base/time.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { IDLE = 10000, FIRES = 1000, A_SECOND = 10, LOOK_MS = 10000,
       LEAD_S = 120 };

/* ---- the daemon ---- */

struct daemon {
    pid_t pid;
    int word; /* what it tells systemd */
};

static struct daemon start(const struct bench *b, const char *state,
                           const char *file)
{
    char path[320], text[4096] = "";
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    struct daemon d = { .word = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
    snprintf(path, sizeof path, "%s/rpa/rpa", b->build);
    snprintf(at.sun_path, sizeof at.sun_path, "%.90s/word", b->dir);
    unlink(at.sun_path);
    if (bind(d.word, (struct sockaddr *)&at, sizeof at) < 0)
        bench_fail("no socket at %s", at.sun_path);
    if ((d.pid = fork()) == 0) {
        setenv("NOTIFY_SOCKET", at.sun_path, 1);
        if (!freopen("/dev/null", "w", stderr) ||
            !freopen("/dev/null", "w", stdout))
            _exit(127);
        execl(path, path, "daemon", "--state", state, "--schedules", file,
              NULL);
        _exit(127);
    }
    while (!strstr(text, "READY=1")) {
        struct pollfd p = { .fd = d.word, .events = POLLIN };
        if (poll(&p, 1, 60000) != 1)
            bench_fail("the daemon is not ready after a minute");
        text[recv(d.word, text, sizeof text - 1, 0)] = '\0';
    }
    return d;
}

static void stop(struct daemon *d)
{
    int status;
    kill(d->pid, SIGTERM);
    waitpid(d->pid, &status, 0);
    close(d->word);
}

/* let @ms pass; it may tell what it likes meanwhile */
static void let_pass(struct daemon *d, int64_t ms)
{
    char text[4096];
    int64_t until = rpa_mono_us() + ms * 1000;
    for (int left; (left = rpa_left_ms(until)) > 0;) {
        struct pollfd p = { .fd = d->word, .events = POLLIN };
        if (poll(&p, 1, left) == 1)
            recv(d->word, text, sizeof text, 0);
    }
}

/* ---- its schedules ---- */

static void written(const struct bench *b, int n, int64_t first,
                    char path[static 320])
{
    snprintf(path, 320, "%s/schedules-%d.lua", b->dir, n);
    FILE *file = fopen(path, "we");
    fprintf(file, "return {\n");
    for (int i = 0; i < n; i++) {
        time_t t = (time_t)(first ? first + i / A_SECOND : i * 600);
        struct tm tm;
        gmtime_r(&t, &tm);
        fprintf(file, "s%d = { bot = \"hello\", zone = \"UTC\", "
                "at = \"%d %d %d %d %d *\" },\n", i, tm.tm_sec, tm.tm_min,
                tm.tm_hour, tm.tm_mday, tm.tm_mon + 1);
    }
    fprintf(file, "}\n");
    fclose(file);
}

static double cpu_ns(const struct daemon *d)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)d->pid);
    char *text = bench_read(path);
    double ns = strtod(text, NULL);
    free(text);
    return ns;
}

static double memory_kib(const struct daemon *d)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/status", (int)d->pid);
    char *text = bench_read(path), *at = strstr(text, "VmRSS:");
    double kib = at ? strtod(at + strlen("VmRSS:"), NULL) : 0;
    free(text);
    return kib;
}

static void idle(struct bench *b)
{
    double cpu[ROUNDS], memory[ROUNDS];
    char file[320], state[320];
    written(b, IDLE, 0, file);
    snprintf(state, sizeof state, "%s/idle", b->dir);
    struct daemon d = start(b, state, file);
    let_pass(&d, LOOK_MS);
    for (int i = 0; i < ROUNDS; i++) {
        double before = cpu_ns(&d);
        let_pass(&d, LOOK_MS);
        cpu[i] = (cpu_ns(&d) - before) / (LOOK_MS * 1e6) * 100;
        memory[i] = memory_kib(&d);
    }
    stop(&d);
    bench_row(b, "idle-10000", "rpa", cpu, "% core", 0, IDLE);
    bench_row(b, "memory", "rpa", memory, "KiB", 0, IDLE);
}

/* ---- how late ---- */

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void approve(const struct bench *b, const char *state, const char *file)
{
    static char names[FIRES][8];
    static const char *argv[FIRES + 8];
    char program[512];
    int n = 0;
    snprintf(program, sizeof program, "%s/rpa/rpa", b->build);
    argv[n++] = program;
    argv[n++] = "schedule";
    argv[n++] = "approve";
    for (int i = 0; i < FIRES; i++) {
        snprintf(names[i], sizeof names[i], "s%d", i);
        argv[n++] = names[i];
    }
    argv[n++] = "--state";
    argv[n++] = state;
    argv[n++] = "--schedules";
    argv[n++] = file;
    free(bench_run(argv, 0));
}

/* s; of "2026-11-22T01:02:03.000004Z" */
static double written_at(const json_t *row)
{
    const char *text = json_string_value(json_object_get(row, "time"));
    struct tm tm = { 0 };
    const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
    if (!end)
        bench_fail("a row of the audit has no time");
    return (double)timegm(&tm) + strtod(end, NULL);
}

static void lateness(struct bench *b)
{
    static double ms[FIRES];
    double p50[ROUNDS], p99[ROUNDS];
    char file[320], state[320];
    int n = 0;
    int64_t first = time(NULL) + LEAD_S;
    written(b, FIRES, first, file);
    snprintf(state, sizeof state, "%s/late", b->dir);
    struct daemon d = start(b, state, file);
    approve(b, state, file);
    let_pass(&d, (first - time(NULL) + FIRES / A_SECOND + 2) * 1000);
    stop(&d);
    json_t *rows = bench_rows(b, state), *row;
    size_t i;
    json_array_foreach(rows, i, row)
    {
        json_t *says = json_object_get(row, "plain");
        const char *fate = json_string_value(json_object_get(says, "fate"));
        json_int_t key = json_integer_value(json_object_get(says, "key"));
        if (fate && !strcmp(fate, "fired") && n < FIRES)
            ms[n++] = written_at(row) * 1e3 - (double)key * 1e3;
    }
    json_decref(rows);
    qsort(ms, (size_t)n, sizeof *ms, by_size);
    for (int r = 0; n && r < ROUNDS; r++) {
        p50[r] = ms[n / 2];
        p99[r] = ms[n * 99 / 100];
    }
    if (n < FIRES)
        bench_fail("%d of %d fired", n, FIRES);
    bench_row(b, "late-p50", "rpa", p50, "ms", 0, n);
    bench_row(b, "late-p99", "rpa", p99, "ms", 0, n);
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_begin(&b, "sched", argc, argv);
    idle(&b);
    lateness(&b);
    bench_end(&b);
    return 0;
}
