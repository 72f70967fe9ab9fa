/* Several bots at once, each with a display, a terminal and a store of its
 * own, on this one machine. */
#include "bench.h"
#include "text.h"

#include "rpa/base/time.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LANES_MAX = 8, TIMES = 12 };

struct lane {
    pid_t pid;
    char state[300], file[300];
    double started, first, last; /* seconds: the lane, its first intent, its
                                    last outcome */
    double mib; /* of all its programs, while it types; 0: not looked at */
};

/* ---- memory: what each program has for itself, and its share of the rest ---- */

static bool read_number(const char *path, const char *format, double *ret)
{
    char line[512];
    bool found = false;
    FILE *f = fopen(path, "r");
    while (f && !found && fgets(line, sizeof line, f))
        found = sscanf(line, format, ret) == 1;
    if (f)
        fclose(f);
    return found;
}

/* of @root and what it started, as far as this user may see them */
static double mib_of(long root)
{
    char path[64];
    double kib = 0, parent;
    DIR *proc = opendir("/proc");
    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", root);
    double sum = read_number(path, "Pss: %lf kB", &kib) ? kib / 1024 : 0;
    for (struct dirent *e; proc && (e = readdir(proc));) {
        long pid = strtol(e->d_name, NULL, 10);
        snprintf(path, sizeof path, "/proc/%ld/status", pid);
        if (pid > 0 && read_number(path, "PPid: %lf", &parent) &&
            (long)parent == root)
            sum += mib_of(pid);
    }
    if (proc)
        closedir(proc);
    return sum;
}

static void lane_start(struct bench *b, struct lane *l, int n, const char *set)
{
    char program[512], bot[512], file[320];
    snprintf(program, sizeof program, "%s/rpa/rpa", b->build);
    snprintf(bot, sizeof bot, "%s/bots/xterm", b->tests);
    snprintf(l->state, sizeof l->state, "%s/lane%d", b->dir, n);
    snprintf(l->file, sizeof l->file, "%s/typed%d", b->dir, n);
    snprintf(file, sizeof file, "file=%s", l->file);
    fclose(fopen(l->file, "w"));
    if (chmod(l->file, 0666) < 0)
        bench_fail("cannot make %s", l->file);
    l->started = (double)rpa_mono_us() / 1e6;
    l->pid = fork();
    if (l->pid == 0) {
        if (!freopen("/dev/null", "w", stdout))
            _exit(1);
        execl(program, program, "run", bot, "--state", l->state, "--json",
              "--quiet", "--set", file, "--set", set, (char *)NULL);
        _exit(127);
    }
}

static void lane_end(struct bench *b, struct lane *l, const char *want,
                     long *wrong)
{
    int status = 0;
    if (l->pid < 0 || waitpid(l->pid, &status, 0) < 0 || status != 0)
        bench_fail("a lane failed (status %d)", status);
    json_t *rows = bench_rows(b, l->state);
    long at = bench_find_row(rows, 0, "KEY", NULL);
    l->first = bench_row_s(rows, at);
    for (long next = at; next >= 0;
         next = bench_find_row(rows, (size_t)at + 1, "OUTCOME", NULL))
        at = next;
    l->last = bench_row_s(rows, at);
    json_decref(rows);
    char *got = bench_read(l->file);
    *wrong += bench_wrong(want, got);
    free(got);
}

static void lane_weigh(struct lane *l)
{
    size_t len;
    free(file_wait(l->file, 1, 60000, &len)); /* it types */
    l->mib = mib_of(l->pid);
}

/* all lanes' keys over the time from the first key of any to the last */
static double round_of(struct bench *b, int lanes, const char *set,
                       const char *want, long *wrong, struct lane *l)
{
    for (int i = 0; i < lanes; i++)
        lane_start(b, &l[i], i, set);
    if (lanes == 1)
        lane_weigh(&l[0]);
    for (int i = 0; i < lanes; i++)
        lane_end(b, &l[i], want, wrong);
    double first = l[0].first, last = l[0].last;
    for (int i = 1; i < lanes; i++) {
        first = l[i].first < first ? l[i].first : first;
        last = l[i].last > last ? l[i].last : last;
    }
    for (int i = 0; i < lanes; i++)
        free(bench_run((const char *[]){ "rm", "-rf", l[i].state, NULL }, 0));
    return lanes * (double)bench_chars(want) / (last - first);
}

int main(int argc, char **argv)
{
    static char set[TIMES * LINES * (LINE_BYTES + 1) + 8] = "lines=";
    static char want[TIMES * LINES * LINE_BYTES];
    static struct text text;
    struct bench b;
    bench_begin(&b, "hands", argc, argv);
    setenv("LC_ALL", "C.UTF-8", 1);
    for (unsigned t = 0; t < TIMES; t++) {
        text_make(&text, t);
        for (int i = 0; i < LINES; i++) {
            strcat(strcat(set, text.line[i]), "|");
            strcat(want, text.line[i]);
        }
    }
    for (int lanes = 1; lanes <= LANES_MAX; lanes *= 2) {
        char what[16];
        double rate[ROUNDS], start[ROUNDS], mib[ROUNDS];
        long wrong = 0;
        snprintf(what, sizeof what, "lanes-%d", lanes);
        for (int r = 0; r < ROUNDS; r++) {
            struct lane l[LANES_MAX] = { 0 };
            rate[r] = round_of(&b, lanes, set, want, &wrong, l);
            start[r] = (l[0].first - l[0].started) * 1e3;
            mib[r] = l[0].mib;
        }
        bench_row(&b, what, "rpa", rate, "keys/s", wrong,
                  ROUNDS * lanes * bench_chars(want));
        if (lanes > 1)
            continue;
        bench_row(&b, "lane-start", "rpa", start, "ms", 0, 0);
        bench_row(&b, "lane-memory", "rpa", mib, "MiB", 0, 0);
    }
    bench_end(&b);
    return 0;
}
