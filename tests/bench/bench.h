#ifndef RPA_TESTS_BENCH_BENCH_H
#define RPA_TESTS_BENCH_BENCH_H

#include "screen/xvfb.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What the benches share. Each prints one row for each case and who: the
 * median of its rounds, and beside it how many characters came out wrong, by
 * the word of the target. What cannot run ends the bench with an error.
 */

enum { ROUNDS = 7 };

/** From the arguments: --json, and where the build is. */
struct bench {
    const char *name;
    bool json;
    const char *build; /* folder of the build */
    const char *tests; /* folder of the benches' sources */
    char dir[256];     /* a folder of this bench; anyone may read it */
};

void bench_begin(struct bench *b, const char *name, int argc, char **argv);
void bench_end(struct bench *b);

/** End the bench: one line on stderr, exit status 1. */
_Noreturn void bench_fail(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/** Print the median of @value[ROUNDS]. @n: characters looked at in all rounds,
 * of which @wrong. */
void bench_row(const struct bench *b, const char *what, const char *who,
               const double *value, const char *unit, long wrong, long n);

/** Fewest characters to change, drop or add to make @got of @want (UTF-8). */
long bench_wrong(const char *want, const char *got);

/** Characters of UTF-8 text. */
long bench_chars(const char *utf8);

/** Run @argv to its end; its standard output, free() it. Fails if its exit
 * status is not @status. */
char *bench_run(const char *const argv[], int status);

/** Wait until @path has @len bytes or stops growing for 0.3 s; returns when it
 * last grew, in rpa_mono_us() time, or @since if never. */
int64_t bench_grown(const char *path, size_t len, int64_t since);

/** The whole file, NUL-terminated; free() it. */
char *bench_read(const char *path);

/** Run a bench bot by `rpa run` with @set (NULL-ended "key=value"); returns
 * the rows of its audit, which has those of the same bot's earlier runs too;
 * json_decref() them. */
json_t *bench_bot(struct bench *b, const char *bot, const char *const set[]);

/** The rows of the audit in @state, once it is verified; json_decref() them. */
json_t *bench_rows(struct bench *b, const char *state);

/** Rows of an audit: -1 when there is none from @from on. @field NULL: any. */
long bench_find_row(const json_t *rows, size_t from, const char *kind,
                    const char *field);
double bench_row_s(const json_t *rows, long i); /* seconds */

#endif
