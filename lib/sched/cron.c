#include "rpa/sched/cron.h"
#include "civil.h"
#include "rpa/base/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    EVERY_MIN_S = 5,
    EVERY_MAX_S = 366 * DAY_S,
    FIELD_MAX = 256,
    RANGE_SIZE = 40,
    NUMBER_MAX = 1000000000 /* more than this is this */
};

static const struct field {
    const char *name;
    int min, max;      /* what * stands for */
    int top;           /* the largest that may be written */
    bool question;     /* ? may stand for * */
    const char *names; /* three letters each, the first is min */
} fields[RPA_CRON_FIELDS] = {
    { "second", 0, 59, 59, false, "" },
    { "minute", 0, 59, 59, false, "" },
    { "hour", 0, 23, 23, false, "" },
    { "day-of-month", 1, 31, 31, true, "" },
    { "month", 1, 12, 12, false, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC" },
    { "day-of-week", 0, 6, 7, true, "SUNMONTUEWEDTHUFRISAT" },
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
    const char *from = *at;
    int64_t value = 0;
    for (; isdigit((unsigned char)**at); (*at)++)
        if (value < NUMBER_MAX)
            value = value * 10 + **at - '0';
    *ret = value < NUMBER_MAX ? (int)value : NUMBER_MAX;
    return *at > from;
}

static bool get_name(const struct field *field, const char **at, int *ret)
{
    for (int i = 0; field->names[3 * i]; i++)
        if (!strncasecmp(*at, field->names + 3 * i, 3)) {
            *at += 3;
            *ret = field->min + i;
            return true;
        }
    return false;
}

static int get_value(const struct field *field, const char **at, int *ret,
                     struct rpa_err *err)
{
    const char *from = *at;
    if (get_name(field, at, ret))
        return 0;
    if (!get_number(at, ret))
        return **at
                   ? rpa_fail(err, RPA_ESYNTAX, "a number%s is missing at '%s'",
                              *field->names ? " or a name" : "", *at)
                   : rpa_fail(err, RPA_ESYNTAX, "a number%s is missing",
                              *field->names ? " or a name" : "");
    if (*ret < field->min || *ret > field->top)
        return rpa_fail(err, RPA_ESYNTAX, "%.*s is not from %d to %d",
                        (int)(*at - from), from, field->min, field->top);
    return 0;
}

static int at_end(const char *at, struct rpa_err *err)
{
    return *at ? rpa_fail(err, RPA_ESYNTAX, "'%s' cannot stand here", at) : 0;
}

/* ---- one part of a list: 5, 1-5, MON-FRI, *, and a step behind a range ----
 */

/* as it is written, and one value alone where the step reaches no other */
static char *put_range(char out[static RANGE_SIZE], int low, int high, int step)
{
    int n = snprintf(out, RANGE_SIZE, "%d", low);
    if (low + step <= high)
        n += snprintf(out + n, RANGE_SIZE - (size_t)n, "-%d", high);
    if (low + step <= high && step > 1)
        snprintf(out + n, RANGE_SIZE - (size_t)n, "/%d", step);
    return out;
}

static int wrapped(const struct field *field, int low, int high, int step,
                   struct rpa_err *err)
{
    char before[RANGE_SIZE], behind[RANGE_SIZE];
    rpa_fail(err, RPA_ESYNTAX,
             "the range goes backwards, and programs differ "
             "in what they make of that");
    if (low > field->max) /* 7-1: Sunday as the first day */
        return rpa_err_hint(err, "write %s",
                            put_range(before, field->min, high, step));
    int last = low + (field->max - low) / step * step;
    int again = last + step - (field->max - field->min + 1);
    put_range(before, low, field->max, step);
    return again > high ? rpa_err_hint(err, "write %s", before)
                        : rpa_err_hint(err, "write %s,%s", before,
                                       put_range(behind, again, high, step));
}

/* behind its "-"; Sunday ends a week too: SAT-SUN is 6-7 */
static int get_range_end(const struct field *field, const char **at,
                         int *ret_high, struct rpa_err *err)
{
    bool name = isalpha((unsigned char)**at);
    int r = get_value(field, at, ret_high, err);
    if (r == 0 && name && field == &fields[RPA_CRON_WEEKDAY] && *ret_high == 0)
        *ret_high = 7;
    return r;
}

static int get_step(const struct field *field, const char **at, bool range,
                    int low, int *ret, struct rpa_err *err)
{
    if (!get_number(at, ret) || *ret < 1)
        return rpa_fail(err, RPA_ESYNTAX, "a step is a number from 1");
    if (range)
        return 0;
    char text[RANGE_SIZE];
    rpa_fail(err, RPA_ESYNTAX,
             "a step needs a range, and programs differ in "
             "what they make of one value");
    return rpa_err_hint(
        err, "write %s",
        put_range(text, low > field->max ? field->min : low, field->max, *ret));
}

static int read_part(struct rpa_cron *cron, int number, const char *at,
                     struct rpa_err *err)
{
    const struct field *field = &fields[number];
    int low = field->min, high = field->max, step = 1, r = 0;
    bool range = skip(&at, '*');
    if (!range) {
        r = get_value(field, &at, &low, err);
        high = low;
        if (r == 0 && skip(&at, '-')) {
            range = true;
            r = get_range_end(field, &at, &high, err);
        }
    }
    if (r == 0 && skip(&at, '/'))
        r = get_step(field, &at, range, low, &step, err);
    if (r == 0)
        r = at_end(at, err);
    if (r == 0 && low > high)
        r = wrapped(field, low, high, step, err);
    for (int v = low; r == 0 && v <= high; v += step)
        cron->at[number] |= UINT64_C(1) << v;
    int whole = number == RPA_CRON_HOUR ? 24 : number < RPA_CRON_HOUR ? 60 : 1;
    cron->uneven |= r == 0 && low == 0 && high == whole - 1 && whole % step;
    cron->wide_step |= r == 0 && low + step > high && step > 1;
    cron->whole_week |= r == 0 && low == 0 && high == 7 && step == 1 &&
                        number == RPA_CRON_WEEKDAY;
    return r;
}

/* ---- the parts only days have ---- */

/* L, L-3, 15W, LW. Returns 1 if @at was one of them. */
static int read_day(struct rpa_cron *cron, const char *at, bool in_list,
                    struct rpa_err *err)
{
    const char *from = at;
    int n = 0;
    bool last = skip(&at, 'L');
    if (!last && (!get_number(&at, &n) || *at != 'W'))
        return 0;
    if (skip(&at, 'W')) {
        if (in_list)
            return rpa_fail(err, RPA_ESYNTAX, "W stands alone, not in a list");
        if (!last && (n < 1 || n > 31))
            return rpa_fail(err, RPA_ESYNTAX, "%.*s is not from 1 to 31",
                            (int)(at - 1 - from), from);
        cron->nearest_weekday = (uint8_t)(last ? RPA_CRON_LAST : n);
    } else {
        if (skip(&at, '-') && (!get_number(&at, &n) || n < 1 || n > 30))
            return rpa_fail(err, RPA_ESYNTAX, "L-n: n is from 1 to 30");
        cron->days_before_last |= UINT32_C(1) << n;
    }
    return *at ? at_end(at, err) : 1;
}

/* 5L, FRI#2, FRI#L. Returns 1 if @at was one of them. */
static int read_weekday(struct rpa_cron *cron, const char *at,
                        struct rpa_err *err)
{
    const struct field *field = &fields[RPA_CRON_WEEKDAY];
    int day = 0, nth = 0;
    if ((!get_name(field, &at, &day) && !get_number(&at, &day)) ||
        day > field->top || (*at != 'L' && *at != '#'))
        return 0;
    uint8_t bit = (uint8_t)(1 << day % 7);
    bool hash = skip(&at, '#');
    if (skip(&at, 'L'))
        cron->last_weekdays |= bit;
    else if (hash && get_number(&at, &nth) && nth >= 1 && nth <= 5)
        cron->nth_weekdays[nth - 1] |= bit;
    else
        return rpa_fail(err, RPA_ESYNTAX,
                        "# is followed by a number from 1 to 5, or by L");
    return *at ? at_end(at, err) : 1;
}

/* ---- fields ---- */

/* What was meant by a part that is refused, where its text tells. */
static void advise(int number, const char *part, struct rpa_err *err)
{
    bool day = number == RPA_CRON_DAY, week = number == RPA_CRON_WEEKDAY;
    const char *behind = part, *slash = strchr(part, '/');
    int ignored;
    if (!err || *err->hint)
        return;
    if (*part == '/' && part[1] >= '1' && part[1] <= '9')
        rpa_err_hint(err, "write *%s", part);
    else if (strchr(part, '=') ||
             (week && slash && isalpha((unsigned char)slash[1])))
        rpa_err_hint(err, "the zone is said apart, not in the expression");
    else if (strchr(part, '?'))
        rpa_err_hint(err, "? stands alone, in a day field; elsewhere write *");
    else if (get_name(&fields[number], &behind, &ignored) &&
             isalpha((unsigned char)*behind) && *behind != 'L')
        rpa_err_hint(err, "a name has three letters: write %.3s", part);
    else if ((day || week) && strpbrk(part, "lw"))
        rpa_err_hint(err, "L and W are capital letters");
    else if (week && strchr(part, '-') && strpbrk(part, "#L"))
        rpa_err_hint(err, "# and L follow one day, as in MON#2,TUE#2");
    else if (week && !strcmp(part, "L"))
        rpa_err_hint(err, "write 5L for the last Friday of a month");
    else if (number == RPA_CRON_HOUR && !strcmp(part, "24"))
        rpa_err_hint(err, "write 0: midnight begins a day");
}

static int read_list(struct rpa_cron *cron, int number, char *text,
                     struct rpa_err *err)
{
    bool in_list = strchr(text, ',') != NULL;
    int r = 0;
    for (char *part; r >= 0 && (part = strsep(&text, ",")) != NULL;) {
        r = 0;
        if (number == RPA_CRON_DAY)
            r = read_day(cron, part, in_list, err);
        else if (number == RPA_CRON_WEEKDAY)
            r = read_weekday(cron, part, err);
        if (r == 0)
            r = read_part(cron, number, part, err);
        if (r < 0)
            advise(number, part, err);
        if (r < 0 && in_list)
            rpa_err_context(err, "'%s'", part);
    }
    return r < 0 ? r : 0;
}

static int read_field(struct rpa_cron *cron, int number, const char *text,
                      struct rpa_err *err)
{
    const struct field *field = &fields[number];
    char list[FIELD_MAX];
    int r;
    cron->any[number] = !strcmp(text, "*") || !strcmp(text, "?");
    cron->both = number == RPA_CRON_WEEKDAY && *text == '+';
    if (field->question && !strcmp(text, "?"))
        r = read_part(cron, number, "*", err);
    else if (!rpa_str_copy(list, sizeof list, text + cron->both))
        r = rpa_fail(err, RPA_ESYNTAX, "this field is longer than %d bytes",
                     FIELD_MAX - 1);
    else
        r = read_list(cron, number, list, err);
    return r < 0 ? rpa_err_context(err, "%s '%s'", field->name, text) : 0;
}

/* @words: five or six of them */
static int read_fields(struct rpa_cron *cron, char **words, size_t n,
                       struct rpa_err *err)
{
    char **field = words - (RPA_CRON_FIELDS - n); /* field[RPA_CRON_MINUTE] */
    int r = 0;
    for (int i = (int)(RPA_CRON_FIELDS - n); r == 0 && i < RPA_CRON_FIELDS; i++)
        r = read_field(cron, i, field[i], err);
    if (r < 0)
        return r;
    if (*field[RPA_CRON_DAY] == '?' && *field[RPA_CRON_WEEKDAY] == '?')
        return rpa_fail(err, RPA_ESYNTAX,
                        "? in both day fields; one says the "
                        "day, the other may be ?");
    if (n < RPA_CRON_FIELDS)
        cron->at[RPA_CRON_SECOND] = 1; /* at second 0 */
    cron->at[RPA_CRON_WEEKDAY] |= cron->at[RPA_CRON_WEEKDAY] >> 7; /* 7 is 0 */
    cron->wildcard =
        *field[RPA_CRON_MINUTE] == '*' || *field[RPA_CRON_HOUR] == '*';
    return 0;
}

/* ---- @nicknames ---- */

static const struct {
    const char *name, *fields;
} nicknames[] = {
    { "@yearly", "0 0 1 1 *" },  { "@annually", "0 0 1 1 *" },
    { "@monthly", "0 0 1 * *" }, { "@weekly", "0 0 * * 0" },
    { "@daily", "0 0 * * *" },   { "@midnight", "0 0 * * *" },
    { "@hourly", "0 * * * *" },
};

bool rpa_duration_read(const char *at, int64_t *ret_s)
{
    static const struct {
        char letter;
        int s;
    } units[] = { { 'd', DAY_S }, { 'h', HOUR_S }, { 'm', 60 }, { 's', 1 } };
    int64_t total = 0;
    if (strlen(at) >= RPA_DURATION_SIZE)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const char *number = at;
        int n;
        if (get_number(&at, &n) && skip(&at, units[i].letter))
            total += (int64_t)n * units[i].s;
        else
            at = number;
    }
    if (*at || total < 1 || total > EVERY_MAX_S)
        return false;
    *ret_s = total;
    return true;
}

bool rpa_duration_fits(const char *text)
{
    int64_t ignored;
    return rpa_duration_read(text, &ignored);
}

/* @n: of the words, with @every */
static int read_every(size_t n, char **behind, int64_t *ret_s,
                      struct rpa_err *err)
{
    if (n == 2 && rpa_duration_read(*behind, ret_s) && *ret_s >= EVERY_MIN_S)
        return 0;
    if (n == 2)
        rpa_fail(err, RPA_ESYNTAX, "@every '%s': not a time from 5s to 366d",
                 *behind);
    else
        rpa_fail(err, RPA_ESYNTAX, "@every wants one time behind it");
    return rpa_err_hint(err, "write it like 90s, 15m, 2h30m or 1d");
}

static const char *nickname(const char *word)
{
    for (size_t i = 0; i < sizeof nicknames / sizeof *nicknames; i++)
        if (!strcmp(word, nicknames[i].name))
            return nicknames[i].fields;
    return NULL;
}

static int bad_nickname(const char *word, struct rpa_err *err)
{
    if (!strcmp(word, "@reboot")) {
        rpa_fail(err, RPA_ESYNTAX, "@reboot is no time");
        return rpa_err_hint(err, "it can start a schedule, but has no next");
    }
    rpa_fail(err, RPA_ESYNTAX, "there is no '%s'", word);
    return rpa_err_hint(err, "@yearly @monthly @weekly @daily @hourly, in "
                             "small letters, or @every 15m");
}

/* ---- the whole ---- */

static int read_words(struct rpa_cron *cron, char **words, size_t n,
                      struct rpa_err *err)
{
    if (n && !strcmp(words[0], "@every"))
        return read_every(n, words + 1, &cron->every_s, err);
    if (n && *words[0] == '@')
        return nickname(words[0])
                   ? rpa_fail(err, RPA_ESYNTAX, "'%s': nothing may follow it",
                              words[0])
                   : bad_nickname(words[0], err);
    if (n != 5 && n != 6) {
        rpa_fail(err, RPA_ESYNTAX,
                 "%zu fields; there are 5, or 6 with the "
                 "second first",
                 n);
        return rpa_err_hint(err, "minute hour day-of-month month day-of-week, "
                                 "with blanks between; the zone and the year "
                                 "do not belong here");
    }
    return read_fields(cron, words, n, err);
}

int rpa_cron_parse(const char *text, struct rpa_cron *ret, struct rpa_err *err)
{
    struct rpa_cron cron = { 0 };
    char copy[RPA_CRON_FIELDS * FIELD_MAX], *words[RPA_CRON_FIELDS + 2], *save;
    size_t n = 0, max = sizeof words / sizeof *words;
    if (!rpa_str_copy(copy, sizeof copy, text))
        return rpa_fail(err, RPA_ESYNTAX, "it is longer than %zu bytes",
                        sizeof copy - 1);
    for (char *word = strtok_r(copy, " \t", &save); word && n < max;
         word = strtok_r(NULL, " \t", &save))
        words[n++] = word;
    const char *known = n == 1 ? nickname(words[0]) : NULL;
    if (known)
        return rpa_cron_parse(known, ret, err);
    int r = read_words(&cron, words, n, err);
    if (r == 0)
        *ret = cron;
    return r;
}
