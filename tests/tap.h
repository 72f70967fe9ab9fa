/* TAP for the C tests: ok(), is_int(), is_str(), tap_done(). */
#ifndef RPA_TESTS_TAP_H
#define RPA_TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_bad;

/** One result. @cond decides; the rest names it. Returns @cond. */
__attribute__((format(printf, 2, 3), unused)) static bool
ok(bool cond, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    printf("%sok %d - ", cond ? "" : "not ", ++tap_count);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    fflush(stdout);
    tap_bad += !cond;
    return cond;
}

__attribute__((unused)) static bool is_int(long long got, long long want,
                                           const char *name)
{
    bool same = ok(got == want, "%s", name);
    if (!same)
        printf("# got %lld, wanted %lld\n", got, want);
    return same;
}

__attribute__((unused)) static bool is_str(const char *got, const char *want,
                                           const char *name)
{
    bool same = got && want ? !strcmp(got, want) : got == want;
    ok(same, "%s", name);
    if (!same)
        printf("# got '%s'\n# wanted '%s'\n", got ? got : "(null)",
               want ? want : "(null)");
    return same;
}

/** Print the plan; the exit status for main(). */
__attribute__((unused)) static int tap_done(void)
{
    printf("1..%d\n", tap_count);
    return tap_bad ? 1 : 0;
}

#endif
