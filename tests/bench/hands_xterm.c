/* Typing into an xterm whose program writes what it gets to a file. */
#include "typists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- rpa: from the first row of a round to the first of the next ---- */

static double cpu_s(const struct timeval *t)
{
    return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

/* of all programs that have ended: rpa's three, the server, the terminal */
static double spent_s(void)
{
    struct rusage u;
    getrusage(RUSAGE_CHILDREN, &u);
    return cpu_s(&u.ru_utime) + cpu_s(&u.ru_stime);
}

/* A run that types against one that does not: the key's share of all
 * processors, whichever process had them. */
static void cpu_row(struct bench *b, const char *file, const char *set_lines,
                    const char *want)
{
    char set_file[320];
    long wrong = 0;
    snprintf(set_file, sizeof set_file, "file=%s", file);
    double value[ROUNDS], before = spent_s();
    json_decref(bench_bot(b, "xterm", (const char *[]){ set_file, NULL }));
    double idle = spent_s() - before;
    for (int r = 0; r < ROUNDS; r++) {
        before = spent_s();
        json_decref(bench_bot(b, "xterm", (const char *[]){ set_file, set_lines,
                                                            NULL }));
        value[r] = (spent_s() - before - idle) * 1e6 / (ROUNDS * LINES * WIDTH);
        char *got = bench_read(file);
        wrong += bench_wrong(want, got);
        free(got);
    }
    bench_row(b, "xterm", "rpa", value, "us cpu", wrong,
              ROUNDS * ROUNDS * LINES * WIDTH);
}

static void with_rpa(struct bench *b, const struct text *text)
{
    char file[300], set_file[320];
    static char set_lines[ROUNDS * LINES * (LINE_BYTES + 1) + 8] = "lines=";
    static char want[ROUNDS * LINES * LINE_BYTES];
    double rate[ROUNDS], since = 0;
    snprintf(file, sizeof file, "%s/xterm", b->dir);
    snprintf(set_file, sizeof set_file, "file=%s", file);
    fclose(fopen(file, "w"));
    if (chmod(file, 0666) < 0)
        bench_fail("cannot make %s", file);
    for (int r = 0; r < ROUNDS; r++)
        for (int i = 0; i < LINES; i++) {
            strcat(strcat(set_lines, text[r].line[i]), "|");
            strcat(want, text[r].line[i]);
        }
    json_t *rows = bench_bot(b, "xterm",
                             (const char *[]){ set_file, set_lines, NULL });
    long at = bench_find_row(rows, 0, "KEY", NULL), last = at;
    since = bench_row_s(rows, at);
    for (int r = 0; r < ROUNDS; r++) {
        for (int i = 0; i < LINES; i++) {
            last = bench_find_row(rows, (size_t)at, "OUTCOME", NULL);
            at = bench_find_row(rows, (size_t)at + 1, "KEY", NULL);
        }
        double now = bench_row_s(rows, r < ROUNDS - 1 ? at : last);
        rate[r] = LINES * WIDTH / (now - since);
        since = now;
    }
    char *got = bench_read(file);
    bench_row(b, "xterm", "rpa", rate, "keys/s", bench_wrong(want, got),
              bench_chars(want));
    free(got);
    json_decref(rows);
    cpu_row(b, file, set_lines, want);
}

/* ---- the others: from the first key until the file stops growing ---- */

static void with(struct bench *b, const struct typist *who,
                 const struct text *text)
{
    struct desk desk;
    char file[300], run[512];
    double rate[ROUNDS];
    long wrong = 0, n = 0;
    size_t len;
    snprintf(file, sizeof file, "%s/%s", b->dir, who->who);
    snprintf(run, sizeof run, "stty raw echo; exec cat >'%s'", file);
    desk_open(&desk, who, (const char *[]){ "xterm", "-u8", "-T", "Bench", "-e",
                                            "sh", "-c", run, NULL }, "Bench");
    for (int i = 0; i < 500 && access(file, F_OK) < 0; i++)
        free(file_wait(file, 1, 20, &len));
    for (int r = 0; r < ROUNDS; r++) {
        char *before = bench_read(file);
        size_t had = strlen(before);
        int64_t since = who->type(b, &desk, &text[r]);
        int64_t until = bench_grown(file, had + strlen(text[r].all), since);
        char *got = bench_read(file);
        wrong += bench_wrong(text[r].all, got + had);
        n += bench_chars(text[r].all);
        rate[r] = LINES * WIDTH * 1e6 / (double)(until - since + 1);
        free(before);
        free(got);
    }
    desk_close(&desk);
    bench_row(b, "xterm", who->who, rate, "keys/s", wrong, n);
}

int main(int argc, char **argv)
{
    static struct text text[ROUNDS];
    struct bench b;
    bench_begin(&b, "hands", argc, argv);
    setenv("LC_ALL", "C.UTF-8", 1); /* xdotool types as the locale has it */
    for (unsigned r = 0; r < ROUNDS; r++)
        text_make(&text[r], r);
    with_rpa(&b, text);
    for (const struct typist *who = typists; who->who; who++)
        with(&b, who, text);
    bench_end(&b);
    return 0;
}
