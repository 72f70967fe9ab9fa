/* scripts/bench sched: next times of cron expressions a second. */
#include "bench/bench.h"
#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/sched/cron.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 100, AGAIN = 50 }; /* times of each; so often for the clock */

/* what all three read alike */
static const char *const exprs[] = {
    "*/5 * * * *",   "0 * * * *",       "30 2 * * *",     "0 9 * * 1-5",
    "15 8,12,17 * * *", "0 0 1 * *",    "0 22 * * 1-5",   "*/15 9-17 * * 1-5",
    "5 4 * * 0",     "0 0 1 1 *",       "0 6 1,15 * *",   "10 3 29 3 *",
    "45 23 * 12 *",  "0 12 * 3-10 6",   "*/7 5 * * *",    "59 23 31 * *",
};
enum { EXPRS = sizeof exprs / sizeof *exprs };

static int64_t begin_s = 1767225600; /* 2026-01-01T00:00:00Z */

static double ours(int64_t times[EXPRS][COUNT])
{
    struct rpa_zone *zone;
    struct rpa_cron cron[EXPRS];
    struct rpa_err err;
    if (rpa_zone_open("Europe/London", &zone, &err) < 0)
        bench_fail("%s", err.msg);
    for (int e = 0; e < EXPRS; e++)
        if (rpa_cron_parse(exprs[e], &cron[e], &err) < 0)
            bench_fail("%s: %s", exprs[e], err.msg);
    int64_t began = rpa_mono_us();
    for (int again = 0; again < AGAIN; again++)
        for (int e = 0; e < EXPRS; e++) {
            int64_t at = begin_s;
            for (int i = 0; i < COUNT; i++, at = times[e][i - 1])
                rpa_cron_next(&cron[e], zone, at, &times[e][i], NULL);
        }
    double s = (double)(rpa_mono_us() - began) / 1e6;
    rpa_zone_free(zone);
    return (double)AGAIN * EXPRS * COUNT / s;
}

/* a peer's rate; *@wrong: times that are not ours */
static double theirs(const struct bench *b, const char *program,
                     const char *script, int64_t times[EXPRS][COUNT],
                     long *wrong)
{
    char command[1024], path[512];
    struct rpa_buf text = { 0 };
    snprintf(path, sizeof path, "%s/exprs", b->dir);
    for (int e = 0; e < EXPRS; e++)
        rpa_buf_printf(&text, "%s\n", exprs[e]);
    FILE *file = fopen(path, "we");
    if (!file || fwrite(text.data, 1, text.len, file) != text.len ||
        fclose(file) != 0)
        bench_fail("cannot write %s", path);
    rpa_buf_clear(&text);
    snprintf(command, sizeof command, "exec %s '%s/peers/%s' %d <'%s'", program,
             b->build, script, (int)COUNT, path);
    char *out = bench_run((const char *const[]){ "/bin/sh", "-c", command,
                                                 NULL }, 0), *at;
    double rate = strtod(out, &at);
    for (int e = 0; e < EXPRS; e++)
        for (int i = 0; i < COUNT; i++)
            *wrong += strtoll(at, &at, 10) != times[e][i];
    free(out);
    return rate;
}

int main(int argc, char **argv)
{
    static int64_t times[EXPRS][COUNT];
    struct bench b;
    double rpa[ROUNDS], croner[ROUNDS], croniter[ROUNDS];
    long n = (long)ROUNDS * EXPRS * COUNT, wrong[2] = { 0 };
    bench_begin(&b, "sched", argc, argv);
    for (int i = 0; i < ROUNDS; i++) {
        rpa[i] = ours(times);
        croner[i] = theirs(&b, "node", "croner.js", times, &wrong[0]);
        croniter[i] = theirs(&b, "/usr/bin/python3", "croniter_next.py", times,
                             &wrong[1]);
    }
    bench_row(&b, "next", "rpa", rpa, "times/s", 0, n);
    bench_row(&b, "next", "croner", croner, "times/s", wrong[0], n);
    bench_row(&b, "next", "croniter", croniter, "times/s", wrong[1], n);
    bench_end(&b);
    return 0;
}
