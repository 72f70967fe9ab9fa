#include "rpa/sched/quartz.h"
#include "rpa/base/utf8.h"

#include <ctype.h>
#include <string.h>

enum { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY, YEAR, FIELDS, TEXT_MAX = 512 };

static const struct field {
    const char *name;
    int min, max;
    const char *names; /* three letters each, the first is min */
} fields[FIELDS] = {
    { "second", 0, 59, "" },
    { "minute", 0, 59, "" },
    { "hour", 0, 23, "" },
    { "day-of-month", 1, 31, "" },
    { "month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC" },
    { "day-of-week", 1, 7, "SUNMONTUEWEDTHUFRISAT" },
    { "year", 1970, 2099, "" },
};

/* ---- values ---- */

static bool skip(const char **at, char c)
{
    bool is = **at == c;
    *at += is;
    return is;
}

static bool get_number(const char **at, int *ret)
{
    int digits = 0;
    *ret = 0;
    for (; isdigit((unsigned char)**at) && digits < 4; digits++)
        *ret = *ret * 10 + *(*at)++ - '0';
    return digits > 0;
}

static int get_value(const struct field *field, const char **at, int *ret,
                     struct rpa_err *err)
{
    for (int i = 0; field->names[3 * i]; i++)
        if (!strncmp(*at, field->names + 3 * i, 3)) {
            *at += 3;
            *ret = field->min + i;
            return 0;
        }
    if (!get_number(at, ret))
        return rpa_fail(err, RPA_ESYNTAX, "a value is missing at '%s'", *at);
    return *ret >= field->min && *ret <= field->max
               ? 0
               : rpa_fail(err, RPA_ESYNTAX, "%d is not from %d to %d", *ret,
                          field->min, field->max);
}

/* a day of the week by its name, as the numbers differ */
static void put(const struct field *field, int value, struct rpa_buf *out)
{
    if (field == &fields[WEEKDAY])
        rpa_buf_printf(out, "%.3s", field->names + 3 * (value - field->min));
    else
        rpa_buf_printf(out, "%d", value);
}

/* ---- a part of a list ---- */

/* round the end with a step: each of its values */
static void put_round(const struct field *field, int low, int high, int step,
                      struct rpa_buf *out)
{
    int n = field->max - field->min + 1;
    for (int v = low; v <= high + n; v += step) {
        if (v > low)
            rpa_buf_putc(out, ',');
        put(field, field->min + (v - field->min) % n, out);
    }
}

static void put_range(const struct field *field, int low, int high, int step,
                      struct rpa_buf *out)
{
    bool all = low == field->min && high == field->max;
    if (all)
        rpa_buf_putc(out, '*');
    else
        put(field, low, out);
    if (!all && low < high) {
        rpa_buf_putc(out, '-');
        put(field, high, out);
    }
    if (step > 1 && low < high)
        rpa_buf_printf(out, "/%d", step);
}

static int read_part(const struct field *field, const char *at,
                     struct rpa_buf *out, struct rpa_err *err)
{
    int low = field->min, high = field->max, step = 1, r = 0;
    bool range = skip(&at, '*') || *at == '/';
    if (!range) {
        r = get_value(field, &at, &low, err);
        high = low;
        range = r == 0 && skip(&at, '-');
        if (range)
            r = get_value(field, &at, &high, err);
    }
    if (r == 0 && skip(&at, '/')) {
        if (!range) /* from there to the end */
            high = field->max;
        if (!get_number(&at, &step) || step < 1 || step > field->max)
            r = rpa_fail(err, RPA_ESYNTAX, "a step is a number from 1 to %d",
                         field->max);
    }
    if (r == 0 && *at)
        r = rpa_fail(err, RPA_ESYNTAX, "'%s' cannot stand here", at);
    if (r == 0 && low > high && step > 1)
        put_round(field, low, high, step, out);
    else if (r == 0 && low > high) {
        put_range(field, low, field->max, 1, out);
        rpa_buf_putc(out, ',');
        put_range(field, field->min, high, 1, out);
    } else if (r == 0)
        put_range(field, low, high, step, out);
    return r;
}

/* L, L-3, LW, 15W are the same here. Returns 1 if @at was one of them. */
static int read_day(const char *at, bool in_list, struct rpa_buf *out,
                    struct rpa_err *err)
{
    const char *text = at;
    int n = 1;
    bool last = skip(&at, 'L');
    if (!last && (!get_number(&at, &n) || *at != 'W'))
        return 0;
    bool before = last && skip(&at, '-');
    if (in_list)
        return rpa_fail(err, RPA_ESYNTAX, "L and W stand alone");
    if ((before && !get_number(&at, &n)) || n < 1 || n > 31 - before)
        return rpa_fail(err, RPA_ESYNTAX, "L-1 to L-30, and 1W to 31W");
    if (before && *at == 'W')
        return rpa_fail(err, RPA_ESYNTAX,
                        "the working day nearest to one before the last cannot "
                        "be said here");
    if (!before)
        skip(&at, 'W');
    if (*at)
        return rpa_fail(err, RPA_ESYNTAX, "'%s' cannot stand here", at);
    rpa_buf_puts(out, text);
    return 1;
}

/* L, 6L, 6#3. Returns 1 if @at was one of them. */
static int read_weekday(const char *at, struct rpa_buf *out,
                        struct rpa_err *err)
{
    const struct field *field = &fields[WEEKDAY];
    const char *mark = at + strlen(at) - (*at != '\0');
    int day, nth = 0;
    if (!strcmp(at, "L")) { /* alone it is the last day of the week */
        put(field, field->max, out);
        return 1;
    }
    if (*mark != 'L' && !(mark = strchr(at, '#')))
        return 0;
    int r = get_value(field, &at, &day, err);
    if (r < 0)
        return r;
    if (at != mark || (skip(&at, '#') && (!get_number(&at, &nth) || nth < 1 ||
                                          nth > 5 || *at)))
        return rpa_fail(err, RPA_ESYNTAX,
                        "a day is followed by L, or by # and 1 to 5");
    put(field, day, out);
    if (nth)
        rpa_buf_printf(out, "#%d", nth);
    else
        rpa_buf_puts(out, "#L");
    return 1;
}

/* ---- fields ---- */

static int read_list(int number, char *text, struct rpa_buf *out,
                     struct rpa_err *err)
{
    bool in_list = strchr(text, ',') != NULL;
    int r = 0;
    for (char *part; r >= 0 && (part = strsep(&text, ",")) != NULL;) {
        r = number == DAY       ? read_day(part, in_list, out, err)
            : number == WEEKDAY ? read_weekday(part, out, err)
                                : 0;
        if (r == 0)
            r = read_part(&fields[number], part, out, err);
        if (text)
            rpa_buf_putc(out, ',');
    }
    return r < 0 ? r : 0;
}

static int read_field(int number, const char *text, struct rpa_buf *out,
                      struct rpa_err *err)
{
    char list[TEXT_MAX];
    int r = 0;
    rpa_str_copy(list, sizeof list, text);
    if (out->len)
        rpa_buf_putc(out, ' ');
    if (!strcmp(text, "?") && (number == DAY || number == WEEKDAY))
        rpa_buf_putc(out, '*');
    else
        r = read_list(number, list, out, err);
    return r < 0 ? rpa_err_context(err, "%s '%s'", fields[number].name, text)
                 : 0;
}

static int check(char *const *words, size_t n, struct rpa_err *err)
{
    if (n < YEAR || n > FIELDS) {
        rpa_fail(err, RPA_ESYNTAX, "%zu fields; Quartz has 6, or 7 with the "
                                   "year", n);
        return rpa_err_hint(err, "one of 5 fields is none of Quartz: leave "
                                 "--import-quartz away");
    }
    if (!strcmp(words[DAY], "?") == !strcmp(words[WEEKDAY], "?"))
        return rpa_fail(err, RPA_ESYNTAX,
                        "one of day-of-month and day-of-week is ?, and only "
                        "one: Quartz takes no other");
    if (n == FIELDS && strcmp(words[YEAR], "*") != 0) {
        rpa_fail(err, RPA_ESYNTAX, "year '%s': an expression here is for every "
                                   "year", words[YEAR]);
        return rpa_err_hint(err, "leave the year away, and pause the schedule "
                                 "when it is over");
    }
    return 0;
}

int rpa_quartz_read(const char *text, struct rpa_buf *ret, struct rpa_err *err)
{
    char copy[TEXT_MAX], *words[FIELDS + 1], *save;
    struct rpa_buf out = { 0 };
    size_t n = 0;
    if (!rpa_str_copy(copy, sizeof copy, text))
        return rpa_fail(err, RPA_ESYNTAX, "this is too long");
    for (char *c = copy; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    for (char *word = strtok_r(copy, " \t", &save); word && n <= FIELDS;
         word = strtok_r(NULL, " \t", &save))
        words[n++] = word;
    int r = check(words, n, err);
    for (int i = SECOND; r == 0 && i < YEAR; i++)
        if (i != SECOND || strcmp(words[i], "0") != 0)
            r = read_field(i, words[i], &out, err);
    if (r == 0) {
        rpa_buf_add(ret, out.data, out.len);
        r = out.failed || ret->failed
                ? rpa_fail(err, RPA_ENOMEM, "no memory for an expression")
                : 0;
    }
    rpa_buf_clear(&out);
    return r;
}
