/* Several bots at once, each with a display, a terminal and a store of its
 * own, on this one machine. */
#include "bench.h"
#include "text.h"

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
    double first, last; /* seconds: its first intent, its last outcome */
};

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

/* all lanes' keys over the time from the first key of any to the last */
static double round_of(struct bench *b, int lanes, const char *set,
                       const char *want, long *wrong)
{
    struct lane l[LANES_MAX] = { 0 };
    for (int i = 0; i < lanes; i++)
        lane_start(b, &l[i], i, set);
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
        double rate[ROUNDS];
        long wrong = 0;
        snprintf(what, sizeof what, "lanes-%d", lanes);
        for (int r = 0; r < ROUNDS; r++)
            rate[r] = round_of(&b, lanes, set, want, &wrong);
        bench_row(&b, what, "rpa", rate, "keys/s", wrong,
                  ROUNDS * lanes * bench_chars(want));
    }
    bench_end(&b);
    return 0;
}
