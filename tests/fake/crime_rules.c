#include "crime.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cp1146.h"

/* @shape: 9 stands for a digit, anything else for itself; whole string. */
static bool has_shape(const char *s, const char *shape)
{
    for (; *s && *shape; s++, shape++)
        if (*shape == '9' ? !isdigit((unsigned char)*s) : *s != *shape)
            return false;
    return !*s && !*shape;
}

static bool real_date(int day, int month, int year)
{
    static const int days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };
    bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
    if (month < 1 || month > 12 || day < 1 || year < 1800)
        return false;
    return day <= days[month - 1] + (month == 2 && leap);
}

static bool real_time(const char *hh_mm)
{
    return atoi(hh_mm) < 24 && atoi(hh_mm + 3) < 60;
}

static bool day_first(const char *s)
{
    return real_date(atoi(s), atoi(s + 3), atoi(s + 6));
}

const char *crime_check_date(const char *utf8)
{
    if (has_shape(utf8, "99/99/9999") && day_first(utf8))
        return NULL;
    return "MUST BE A DATE DD/MM/YYYY";
}

const char *crime_check_date_time(const char *utf8)
{
    if (has_shape(utf8, "99/99/9999 99:99") && day_first(utf8) &&
        real_time(utf8 + 11))
        return NULL;
    return "MUST BE DD/MM/YYYY HH:MM";
}

/* ISO 8601 with its offset; seconds may be missing. */
const char *crime_check_stamp(const char *utf8)
{
    static const char *const shapes[] = {
        "9999-99-99T99:99:99Z",      "9999-99-99T99:99:99+99:99",
        "9999-99-99T99:99:99-99:99", "9999-99-99T99:99Z",
        "9999-99-99T99:99+99:99",    "9999-99-99T99:99-99:99",
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (has_shape(utf8, shapes[i]) &&
            real_date(atoi(utf8 + 8), atoi(utf8 + 5), atoi(utf8)) &&
            real_time(utf8 + 11))
            return NULL;
    return "MUST BE AN ISO 8601 DATE AND TIME";
}

const char *crime_check_yes_no(const char *utf8)
{
    return strchr("YN", *utf8) ? NULL : "MUST BE Y OR N";
}

const char *crime_check_gender(const char *utf8)
{
    return strchr("MFXU", *utf8) ? NULL : "MUST BE M, F, X OR U";
}

const char *crime_check_digits(const char *utf8)
{
    for (; *utf8; utf8++)
        if (!isdigit((unsigned char)*utf8))
            return "MUST BE WHOLE POUNDS";
    return NULL;
}

const char *crime_check_purpose(const char *utf8)
{
    int code = has_shape(utf8, "99") ? atoi(utf8) : 0;
    return code >= 1 && code <= 10 ? NULL : "MUST BE A CODE FROM 01 TO 10";
}

/* The digits of @letter's place in @picture, into @to of @width. */
static bool take_part(const char *picture, const char *keyed, char letter,
                      char *to, size_t width)
{
    const char *at = strchr(picture, letter);
    memcpy(to, at ? keyed + (at - picture) : "", at ? width : 0);
    for (size_t i = 0; at && i < width; i++)
        if (!isdigit((unsigned char)to[i]))
            return false;
    return true;
}

/* The same of a month: its number, or MON, its name */
static bool take_month(const char *picture, const char *keyed, char *to)
{
    static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    const char *at = strstr(picture, "MON");
    if (!at)
        return take_part(picture, keyed, 'M', to, 2);
    for (int i = 0; i < 12; i++) {
        if (memcmp(names + 3 * i, keyed + (at - picture), 3) != 0)
            continue;
        to[0] = (char)('0' + (i + 1) / 10);
        to[1] = (char)('0' + (i + 1) % 10);
        return true;
    }
    return false;
}

static bool signs_fit(const char *picture, const char *keyed)
{
    if (strlen(keyed) != strlen(picture))
        return false;
    for (size_t i = 0; picture[i]; i++)
        if (!strchr("DMONYhm", picture[i]) && picture[i] != keyed[i])
            return false;
    return true;
}

/* A part of a date, which has a field of its own */
static bool is_part(const char *picture)
{
    static const char *const parts[] = { "DD", "MM", "YYYY" };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strcmp(picture, parts[i]))
            return true;
    return false;
}

/* @keyed as DD/MM/YYYY, hh:mm or both, or a part as it is; or NULL */
static const char *read_picture(const char *picture, const char *keyed,
                                char buf[static 24])
{
    if (is_part(picture))
        return strlen(keyed) == strlen(picture) &&
                       strspn(keyed, "0123456789") == strlen(keyed)
                   ? keyed
                   : NULL;
    bool day = strchr(picture, 'D'), time = strchr(picture, 'h');
    char *clock = buf + (day ? strlen("DD/MM/YYYY ") : 0);
    strcpy(buf, !day ? "hh:mm" : time ? "DD/MM/YYYY hh:mm" : "DD/MM/YYYY");
    if (!signs_fit(picture, keyed))
        return NULL;
    bool fine = !day || (take_part(picture, keyed, 'D', buf, 2) &&
                         take_month(picture, keyed, buf + 3) &&
                         take_part(picture, keyed, 'Y', buf + 6, 4) &&
                         day_first(buf));
    fine = fine && (!time || (take_part(picture, keyed, 'h', clock, 2) &&
                              take_part(picture, keyed, 'm', clock + 3, 2) &&
                              real_time(clock)));
    return fine ? buf : NULL;
}

const char *crime_held(const struct crime_field *field, const char *keyed,
                       char buf[static 24])
{
    if (field->picture)
        return read_picture(field->picture, keyed, buf);
    for (const struct crime_code *c = field->codes; c && c->keyed; c++)
        if (!strcmp(c->keyed, keyed))
            return c->held;
    return field->codes ? NULL : keyed;
}

static void complain(struct crime_session *s, const struct crime_field *f,
                     int code, const char *what)
{
    char label[32];
    size_t n = 0;
    for (; f->label[n] && n + 1 < sizeof label; n++)
        label[n] = (char)toupper((unsigned char)f->label[n]);
    label[n] = '\0';
    snprintf(s->message, sizeof s->message, "E%03d %s %s", code, label, what);
    s->cursor = crime_addr(f, 0);
}

bool crime_valid(struct crime_session *s)
{
    const struct crime_layout *layout = s->host->opt.layout;
    for (size_t i = 0; i < layout->count; i++) {
        const struct crime_field *f = &layout->fields[i];
        if (f->screen != s->screen)
            continue;
        const struct crime_value *v = crime_value(s, f, 0);
        char text[CRIME_WIDTH_MAX * 3 + 1], held[24];
        cp1146_to_utf8(v->bytes, v->len, text);
        bool blank = !text[strspn(text, " ")];
        const char *value = blank ? NULL : crime_held(f, text, held);
        const char *wrong = value && f->check ? f->check(value) : NULL;
        if (!blank && !value)
            wrong = f->picture ? "IS NO SUCH DATE" : "IS NONE OF THE CODES";
        if (blank && f->flags & CRIME_REQUIRED)
            complain(s, f, f->code, "REQUIRED");
        else if (wrong)
            complain(s, f, f->code + 100, wrong);
        else
            continue;
        return false;
    }
    return true;
}
