/* Typing into a form of Tk and of GTK 3, which is then filed: what stands in its
 * file is what counts. */
#include "typists.h"

#include "rpa/base/time.h"
#include "rpa/screen/pointer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* where the forms have them */
static const struct rpa_point notes = { 250, 270 }, ok_button = { 170, 351 };
enum { PATIENCE_MS = 60000 }; /* for a form to file */

struct form {
    const char *name;  /* the case, and the toolkit */
    const char *title; /* of its window, and its screen in the map */
    char program[512]; /* tests/fake/forms */
    char file[300];
};

static void form_file(struct form *f, struct bench *b, const char *who)
{
    snprintf(f->file, sizeof f->file, "%s/%s-%s", b->dir, f->name, who);
    fclose(fopen(f->file, "w"));
    if (chmod(f->file, 0666) < 0)
        bench_fail("cannot make %s", f->file);
}

/* the notes of the @n-th record against what was to be typed */
static long wrong_in(const struct form *f, int n, const struct text *text)
{
    char *all = bench_read(f->file), *line = all;
    const char *got = "";
    for (int i = 0; i < n && line; i++)
        line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
    json_t *record = line ? json_loads(line, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
    if (record)
        json_unpack(record, "{s:s}", "Notes", &got);
    long wrong = bench_wrong(text->all, got);
    json_decref(record);
    free(all);
    return wrong;
}

/* ---- rpa: from a round's first row until the text was read back ---- */

/* the outcome of the text that was typed after row @at */
static long text_outcome(const json_t *rows, long at)
{
    const char *verb = "";
    while ((at = bench_find_row(rows, (size_t)at, "KEY", "Notes")) >= 0 &&
           (json_unpack(json_array_get(rows, (size_t)at), "{s:s}", "verb", &verb) <
                0 ||
            strcmp(verb, "alteration") != 0))
        at++;
    return at < 0 ? at : bench_find_row(rows, (size_t)at, "OUTCOME", NULL);
}

/* @rows_before: of the audit, which the toolkits share, by the ones before */
static void with_rpa(struct bench *b, struct form *f, const struct text *text,
                     size_t *rows_before)
{
    char set_file[320], set_program[540], set_title[40];
    static char set_lines[ROUNDS * LINES * (LINE_BYTES + 1) + 8];
    double rate[ROUNDS];
    long wrong = 0, n = 0, at = (long)*rows_before;
    form_file(f, b, "rpa");
    snprintf(set_file, sizeof set_file, "file=%s", f->file);
    snprintf(set_program, sizeof set_program, "program=%s", f->program);
    snprintf(set_title, sizeof set_title, "title=%s", f->title);
    strcpy(set_lines, "lines=");
    for (int r = 0; r < ROUNDS; r++)
        strcat(strcat(set_lines, text[r].all), "|");
    json_t *rows = bench_bot(b, "form",
                             (const char *[]){ set_file, set_program, set_title,
                                               set_lines, NULL });
    for (int r = 0; r < ROUNDS; r++) {
        long first = bench_find_row(rows, (size_t)at, "KEY", "Notes");
        long last = text_outcome(rows, first);
        rate[r] = LINES * WIDTH /
                  (bench_row_s(rows, last) - bench_row_s(rows, first));
        at = bench_find_row(rows, (size_t)last, "COMMIT", NULL);
        wrong += wrong_in(f, r, &text[r]);
        n += bench_chars(text[r].all);
    }
    *rows_before = json_array_size(rows);
    json_decref(rows);
    bench_row(b, f->name, "rpa", rate, "keys/s", wrong, n);
}

/* ---- the others: from the first key until it is filed, which a click behind
 * the last key does ---- */

/* once no key is down: the typist has ended, but what it sent may be under way */
static void click(struct desk *desk, struct rpa_point at)
{
    struct rpa_gesture g = { .kind = RPA_GESTURE_CLICK, .at = at, .button = 1,
                             .times = 1 };
    struct rpa_err err;
    int64_t deadline_us = rpa_mono_us() + (int64_t)PATIENCE_MS * 1000;
    int r;
    do
        r = rpa_pointer_do(desk->d, desk->window, &g, NULL, &err);
    while (r == -RPA_EFOCUS && rpa_mono_us() < deadline_us);
    if (r < 0)
        bench_fail("%s; %s", err.msg, err.seen);
}

static void with(struct bench *b, struct form *f, const struct typist *who,
                 const struct text *text)
{
    struct desk desk;
    double rate[ROUNDS];
    long wrong = 0, n = 0;
    form_file(f, b, who->who);
    desk_open(&desk, who, (const char *[]){ f->program, f->file, f->title, NULL },
              f->title);
    for (int r = 0; r < ROUNDS; r++) {
        char *before = bench_read(f->file);
        click(&desk, notes);
        int64_t since = who->type(b, &desk, &text[r]);
        click(&desk, ok_button);
        size_t len = strlen(before) + 1;
        free(file_wait(f->file, len, PATIENCE_MS, &len));
        int64_t until = rpa_mono_us();
        wrong += wrong_in(f, r, &text[r]);
        n += bench_chars(text[r].all);
        rate[r] = LINES * WIDTH * 1e6 / (double)(until - since + 1);
        free(before);
    }
    desk_close(&desk);
    bench_row(b, f->name, who->who, rate, "keys/s", wrong, n);
}

int main(int argc, char **argv)
{
    static struct text text[ROUNDS];
    struct form forms[] = { { .name = "tk", .title = "Crime Form tk" },
                            { .name = "gtk3", .title = "Crime Form gtk3" } };
    size_t rows_before = 0;
    struct bench b;
    bench_begin(&b, "hands", argc, argv);
    setenv("LC_ALL", "C.UTF-8", 1);
    for (unsigned r = 0; r < ROUNDS; r++)
        text_make(&text[r], r);
    for (int i = 0; i < 2; i++) {
        struct form *f = &forms[i];
        snprintf(f->program, sizeof f->program, "%s/../fake/forms/form_%s",
                 b.tests, i ? "gtk3.py" : "tk.tcl");
        char *path = realpath(f->program, NULL);
        if (!path)
            bench_fail("%s is not there", f->program);
        snprintf(f->program, sizeof f->program, "%s", path);
        free(path);
        with_rpa(&b, f, text, &rows_before);
        for (const struct typist *who = typists; who->who; who++)
            with(&b, f, who, text);
    }
    bench_end(&b);
    return 0;
}
