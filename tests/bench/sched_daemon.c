/* scripts/bench sched: a daemon that has 10,000 schedules and nothing to do, how
 * late it is when 1,000 come, ten each second, how long its loop then heard nobody,
 * also with 8 bots on a queue of 100,000 beside the 10,000 schedules, and how soon a
 * bot acts on a display that is kept ready. */
#include "bench/bench.h"
#include "bench/stalls.h"
#include "rpa/base/time.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { IDLE = 10000, FIRES = 1000, A_SECOND = 10, LOOK_MS = 10000,
       LEAD_S = 120, ITEMS = 100000, BOTS = 8, BUSY_MS = 30000 };

/* ---- the daemon ---- */

struct daemon {
    pid_t pid;
    int word; /* what it tells systemd */
    struct stalls *stalls;
};

/* of the program that this process becomes: see stalls.h */
static struct stalls *watch_loop(const struct bench *b, char path[static 320])
{
    snprintf(path, 320, "%s/stalls", b->dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(struct stalls)) < 0)
        bench_fail("cannot make %s", path);
    struct stalls *stalls = mmap(NULL, sizeof *stalls, PROT_READ | PROT_WRITE,
                                 MAP_SHARED, fd, 0);
    close(fd);
    if (stalls == MAP_FAILED)
        bench_fail("no memory");
    return stalls;
}

static struct daemon start(const struct bench *b, const char *state,
                           const char *file, const char *config)
{
    char path[320], watched[320], preload[400], text[4096] = "";
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    struct daemon d = { .word = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0),
                        .stalls = watch_loop(b, watched) };
    snprintf(path, sizeof path, "%s/rpa/rpa", b->build);
    snprintf(preload, sizeof preload, "%s/tests/bench/stalls.so", b->build);
    snprintf(at.sun_path, sizeof at.sun_path, "%.90s/word", b->dir);
    unlink(at.sun_path);
    if (bind(d.word, (struct sockaddr *)&at, sizeof at) < 0)
        bench_fail("no socket at %s", at.sun_path);
    if ((d.pid = fork()) == 0) {
        d.stalls->pid = getpid();
        setenv("STALLS", watched, 1);
        setenv("LD_PRELOAD", preload, 1);
        setenv("NOTIFY_SOCKET", at.sun_path, 1);
        if (!freopen("/dev/null", "w", stderr) ||
            !freopen("/dev/null", "w", stdout))
            _exit(127);
        execl(path, path, "daemon", "--state", state, "--schedules", file,
              config ? "--config" : NULL, config, NULL);
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
    munmap(d->stalls, sizeof *d->stalls);
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

/* the first number behind @name in /proc/PID/@file */
static double proc(const struct daemon *d, const char *file, const char *name)
{
    char path[40], text[4096];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)d->pid, file);
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    text[n] = '\0';
    if (f)
        fclose(f);
    const char *at = strstr(text, name);
    if (!at || !n)
        bench_fail("nothing to read in %s", path);
    return strtod(at + strlen(name), NULL);
}

static void one_row(const struct bench *b, const char *what, const char *of,
                    double value, const char *unit)
{
    char row[40];
    double values[ROUNDS];
    snprintf(row, sizeof row, "%s%s", what, of);
    for (int r = 0; r < ROUNDS; r++)
        values[r] = value;
    bench_row(b, row, "rpa", values, unit, 0, 1);
}

static void ms_row(const struct bench *b, const char *what, const char *of,
                   int64_t us)
{
    one_row(b, what, of, (double)us / 1e3, "ms");
}

/* How long the loop was not there for others: the longest turn, and the most that
 * one computed, by `rpa status`; what is left of the one that was longest without
 * its longest flush; and the most flushes of one. */
static void stall(struct bench *b, const struct daemon *d, const char *state,
                  const char *what)
{
    char program[512];
    snprintf(program, sizeof program, "%s/rpa/rpa", b->build);
    char *text = bench_run((const char *[]){ program, "status", "--json",
                                             "--state", state, NULL }, 0);
    json_t *status = json_loads(text, 0, NULL);
    json_t *health = json_object_get(status, "health");
    ms_row(b, what, "", json_integer_value(json_object_get(health, "longest_us")));
    ms_row(b, what, "-cpu",
           json_integer_value(json_object_get(health, "longest_cpu_us")));
    if (!d->stalls->rest_us)
        bench_fail("no turn of the loop was seen");
    ms_row(b, what, "-rest", d->stalls->rest_us);
    int most = STALLS_MAX;
    while (most && !d->stalls->turns[most])
        most--;
    one_row(b, what, "-flush", most, "a turn");
    json_decref(status);
    free(text);
}

static void idle(struct bench *b)
{
    double cpu[ROUNDS], memory[ROUNDS];
    char file[320], state[320];
    written(b, IDLE, 0, file);
    snprintf(state, sizeof state, "%s/idle", b->dir);
    struct daemon d = start(b, state, file, NULL);
    let_pass(&d, LOOK_MS);
    for (int i = 0; i < ROUNDS; i++) {
        double before = proc(&d, "schedstat", ""); /* ns */
        let_pass(&d, LOOK_MS);
        cpu[i] = (proc(&d, "schedstat", "") - before) /
                 (LOOK_MS * 1e6) * 100;
        memory[i] = proc(&d, "status", "VmRSS:");
    }
    stall(b, &d, state, "stall-idle");
    stop(&d);
    bench_row(b, "idle-10000", "rpa", cpu, "% core", 0, IDLE);
    bench_row(b, "memory", "rpa", memory, "KiB", 0, IDLE);
}

/* ---- many bots beside them ---- */

static void written_items(const struct bench *b, char path[static 320])
{
    snprintf(path, 320, "%s/items.csv", b->dir);
    FILE *file = fopen(path, "we");
    fprintf(file, "id\n");
    for (int i = 0; i < ITEMS; i++)
        fprintf(file, "I-%d\n", i);
    fclose(file);
}

static void busy(struct bench *b)
{
    char file[320], items[320], state[320], config[320], program[512];
    char bot[512];
    pid_t runs[BOTS];
    written(b, IDLE, 0, file);
    written_items(b, items);
    snprintf(state, sizeof state, "%s/busy", b->dir);
    snprintf(config, sizeof config, "%s/busy.conf", b->dir);
    snprintf(program, sizeof program, "%s/rpa/rpa", b->build);
    snprintf(bot, sizeof bot, "%s/bots/items", b->tests);
    FILE *conf = fopen(config, "we");
    fprintf(conf, "return { max_bots = %d }\n", BOTS);
    fclose(conf);
    struct daemon d = start(b, state, file, config);
    free(bench_run((const char *[]){ program, "queue", "create", "bench",
                                     "--state", state, NULL }, 0));
    free(bench_run((const char *[]){ program, "queue", "add", "bench", items,
                                     "--state", state, NULL }, 0));
    for (int i = 0; i < BOTS; i++)
        if ((runs[i] = fork()) == 0) {
            if (!freopen("/dev/null", "w", stderr) ||
                !freopen("/dev/null", "w", stdout))
                _exit(127);
            execl(program, program, "run", bot, "--quiet", "--state", state,
                  NULL);
            _exit(127);
        }
    let_pass(&d, BUSY_MS);
    stall(b, &d, state, "stall-busy");
    stop(&d);
    for (int i = 0; i < BOTS; i++)
        waitpid(runs[i], NULL, 0);
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
    struct daemon d = start(b, state, file, NULL);
    approve(b, state, file);
    let_pass(&d, (first - time(NULL) + FIRES / A_SECOND + 2) * 1000);
    stall(b, &d, state, "stall-fires");
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

/* ---- how soon a bot acts ---- */

/* when its first word came, which it says after its first act */
static double first_word(const char *command)
{
    char line[512] = "";
    FILE *out = popen(command, "r");
    while (out && fgets(line, sizeof line, out) && !strstr(line, "acted"))
        ;
    double at = (double)rpa_mono_us() / 1e6;
    if (!strstr(line, "acted"))
        bench_fail("the bot did not act: %s", line);
    while (fgets(line, sizeof line, out))
        ;
    pclose(out);
    return at;
}

/* s, of the first @kind of @run */
static double row_s(const json_t *rows, int run, const char *kind)
{
    long i = 0, n = (long)json_array_size(rows);
    for (; i < n; i++) {
        const json_t *row = json_array_get(rows, (size_t)i);
        const char *is = json_string_value(json_object_get(row, "kind"));
        if (is && !strcmp(is, kind) &&
            json_integer_value(json_object_get(row, "run")) == run)
            break;
    }
    return bench_row_s(rows, i < n ? i : -1);
}

static void spawn(struct bench *b)
{
    char file[320], state[320], bare[1200], whole[1200];
    double acted[ROUNDS], bot[ROUNDS], with_app[ROUNDS];
    written(b, 0, 0, file);
    snprintf(state, sizeof state, "%s/spawn", b->dir);
    snprintf(bare, sizeof bare,
             "%s/rpa/rpa run -e 'rpa.windows() rpa.log(\"acted\")' "
             "--allow window=none --state %s 2>&1", b->build, state);
    snprintf(whole, sizeof whole,
             "%s/rpa/rpa run %s/bots/xterm --set lines=xy --state %s 2>&1 && "
             "echo acted", b->build, b->tests, state);
    struct daemon d = start(b, state, file, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        let_pass(&d, 3000); /* a display gets ready */
        acted[i] = first_word(bare);
        let_pass(&d, 3000);
        first_word(whole);
    }
    stall(b, &d, state, "stall-spawn");
    stop(&d);
    json_t *rows = bench_rows(b, state);
    for (int i = 0; i < ROUNDS; i++) {
        int run = 2 * i + 1;
        bot[i] = (acted[i] - row_s(rows, run, "RUN_OPEN")) * 1e3;
        with_app[i] = (row_s(rows, run + 1, "KEY") -
                       row_s(rows, run + 1, "RUN_OPEN")) * 1e3;
    }
    json_decref(rows);
    bench_row(b, "spawn", "rpa", bot, "ms", 0, ROUNDS);
    bench_row(b, "spawn-xterm", "rpa", with_app, "ms", 0, ROUNDS);
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_begin(&b, "sched", argc, argv);
    idle(&b);
    busy(&b);
    spawn(&b);
    lateness(&b);
    bench_end(&b);
    return 0;
}
