/* Typing into an xterm whose program writes what it gets to a file. */
#include "bench.h"
#include "text.h"

#include "rpa/base/time.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"
#include "rpa/screen/window.h"

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

struct term {
    struct xvfb x;
    struct rpa_display *d;
    rpa_window window;
    char file[300];
};

static void term_start(struct bench *b, struct term *t, const char *who)
{
    char run[512];
    struct rpa_err err;
    const char *argv[] = { "xterm", "-u8", "-T", "Bench", "-e", "sh", "-c", run,
                           NULL };
    snprintf(t->file, sizeof t->file, "%s/%s", b->dir, who);
    snprintf(run, sizeof run, "stty raw echo; exec cat >'%s'", t->file);
    xvfb_start(&t->x, 1280, 1024);
    if (rpa_display_open(t->x.name, &t->d, &err) < 0 ||
        (!strcmp(who, "xtest") &&
         rpa_keymap_install(t->d, NULL, 0, &err) < 0))
        bench_fail("%s", err.msg);
    xvfb_spawn(&t->x, argv);
    if (rpa_window_find(t->d, "Bench", NULL, rpa_mono_us() + 20000000,
                        &t->window, &err) < 0 ||
        rpa_window_focus(t->d, t->window, rpa_mono_us() + 5000000, &err) < 0)
        bench_fail("%s; %s", err.msg, err.seen);
    size_t len;
    for (int i = 0; i < 500 && access(t->file, F_OK) < 0; i++)
        free(file_wait(t->file, 1, 20, &len));
}

static void term_stop(struct term *t)
{
    rpa_display_close(t->d);
    xvfb_stop(&t->x);
}

typedef void typist(struct bench *b, struct term *t, const struct text *text);

static void with(struct bench *b, const char *who, typist *type,
                 const struct text *text)
{
    struct term t;
    double rate[ROUNDS];
    long wrong = 0, n = 0;
    term_start(b, &t, who);
    for (int r = 0; r < ROUNDS; r++) {
        char *before = bench_read(t.file);
        size_t had = strlen(before);
        int64_t since = rpa_mono_us();
        type(b, &t, &text[r]);
        int64_t until = bench_grown(t.file, had + strlen(text[r].all), since);
        char *got = bench_read(t.file);
        wrong += bench_wrong(text[r].all, got + had);
        n += bench_chars(text[r].all);
        rate[r] = LINES * WIDTH * 1e6 / (double)(until - since + 1);
        free(before);
        free(got);
    }
    term_stop(&t);
    bench_row(b, "xterm", who, rate, "keys/s", wrong, n);
}

static void by_xdotool(struct bench *b, struct term *t, const struct text *text)
{
    (void)b;
    setenv("DISPLAY", t->x.name, 1);
    free(bench_run((const char *[]){ "xdotool", "type", "--delay", "0",
                                     text->all, NULL }, 0));
}

static void by_xte(struct bench *b, struct term *t, const struct text *text)
{
    char command[LINES * LINE_BYTES + 4];
    (void)b;
    snprintf(command, sizeof command, "str %s", text->all);
    setenv("DISPLAY", t->x.name, 1); /* it gives up at a letter without key */
    free(bench_run((const char *[]){ "sh", "-c", "xte \"$0\" 2>/dev/null || :",
                                     command, NULL }, 0));
}

static void by_xtest(struct bench *b, struct term *t, const struct text *text)
{
    struct rpa_err err;
    (void)b;
    for (int i = 0; i < LINES; i++)
        if (rpa_keys_text(t->d, t->window, text->line[i],
                          strlen(text->line[i]), NULL, &err) < 0)
            bench_fail("%s", err.msg);
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
    with(&b, "xdotool", by_xdotool, text);
    with(&b, "xte", by_xte, text);
    with(&b, "xtest", by_xtest, text);
    bench_end(&b);
    return 0;
}
