#include "person_vary.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void put(char ret[static PERSON_TEXT], const char *text)
{
    char copy[PERSON_TEXT]; /* @text may be part of @ret */
    snprintf(copy, sizeof copy, "%s", text);
    memcpy(ret, copy, sizeof copy);
}

static bool plain(const char *s)
{
    char as[PERSON_TEXT];
    person_stored(PERSON_CRIME, false, s, PERSON_TEXT, as);
    return *as && strspn(as, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(as);
}

static bool any(const struct person *p)
{
    (void)p;
    return true;
}

static bool ascii(const char *s)
{
    while (*s && !(*s & 0x80))
        s++;
    return !*s;
}

static bool has_marks(const struct person *p)
{
    return !ascii(p->surname) || !ascii(p->given);
}

static void fold(struct person *p)
{
    p->marks = false;
}

static bool has_hyphen(const struct person *p)
{
    return strchr(p->surname, '-') != NULL;
}

/* The first of its parts, or the last. */
static void halve(struct person *p)
{
    if (p->day % 2)
        *strchr(p->surname, '-') = '\0';
    else
        put(p->surname, strrchr(p->surname, '-') + 1);
}

static bool one_word(const struct person *p)
{
    return plain(p->surname) && plain(p->given);
}

static void swap(struct person *p)
{
    char surname[PERSON_TEXT];
    put(surname, p->surname);
    put(p->surname, p->given);
    put(p->given, surname);
}

static bool has_mc(const struct person *p)
{
    return !strncmp(p->surname, "Mc", 2) || !strncmp(p->surname, "Mac", 3);
}

static void other_mc(struct person *p)
{
    char rest[PERSON_TEXT];
    bool mac = p->surname[1] == 'a';
    put(rest, p->surname + (mac ? 3 : 2));
    snprintf(p->surname, PERSON_TEXT, "%s%.70s", mac ? "Mc" : "Mac", rest);
}

static bool has_alias(const struct person *p)
{
    return p->alias[0];
}

static void by_alias(struct person *p)
{
    put(p->surname, p->alias);
    put(p->given, p->alias_given);
}

static bool has_former(const struct person *p)
{
    return p->former[0];
}

static void unmarried(struct person *p)
{
    put(p->surname, p->former);
}

static bool has_second(const struct person *p)
{
    return strchr(p->given, ' ') != NULL;
}

static void by_second(struct person *p)
{
    put(p->given, strchr(p->given, ' ') + 1);
}

static bool has_given(const struct person *p)
{
    return p->given[0] && ascii(p->given);
}

static void by_initial(struct person *p)
{
    p->given[1] = '\0';
}

static bool has_particle(const struct person *p)
{
    return islower((unsigned char)p->surname[0]);
}

static void join(struct person *p)
{
    char *to = p->surname;
    for (const char *s = p->surname; *s; s++)
        if (*s != ' ')
            *to++ = *s;
    *to = '\0';
}

static void drop(struct person *p)
{
    put(p->surname, strrchr(p->surname, ' ') + 1);
}

static bool exchangeable(const struct person *p)
{
    return p->day <= 12 && p->day != p->month;
}

static void exchange(struct person *p)
{
    int day = p->day;
    p->day = p->month;
    p->month = day;
}

static void no_day(struct person *p)
{
    p->day = 0;
}

static void year_only(struct person *p)
{
    p->day = p->month = 0;
}

static void next_year(struct person *p)
{
    p->year += p->year % 10 == 9 ? -1 : 1;
}

const struct person_variation person_variations[PERSON_VARIATIONS] = {
    { "folded", false, true, has_marks, fold },
    { "hyphen_half", false, false, has_hyphen, halve },
    { "swapped", false, true, one_word, swap },
    { "mc_mac", false, false, has_mc, other_mc },
    { "alias", false, false, has_alias, by_alias },
    { "maiden", false, false, has_former, unmarried },
    { "second_given", false, true, has_second, by_second },
    { "initial_only", false, true, has_given, by_initial },
    { "particle_joined", false, false, has_particle, join },
    { "particle_dropped", false, false, has_particle, drop },
    { "date_exchanged", true, false, exchangeable, exchange },
    { "date_partial", true, false, any, no_day },
    { "date_year", true, false, any, year_only },
    { "date_near", true, false, any, next_year },
};
