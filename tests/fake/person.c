#include "person.h"
#include "person_words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

uint64_t person_draw(uint64_t *rng)
{
    uint64_t z = (*rng += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

unsigned person_below(uint64_t *rng, unsigned n)
{
    return (unsigned)(person_draw(rng) % n);
}

/* ---- names --------------------------------------------------------------- */

/* One of a list; of the earlier ones more often. */
static const char *pick(uint64_t *rng, const char *const *list)
{
    unsigned n = 0;
    while (list[n])
        n++;
    unsigned a = person_below(rng, n), b = person_below(rng, n);
    return list[a < b ? a : b];
}

static const struct origin *some_origin(uint64_t *rng)
{
    return &origins[person_below(rng, COUNT(origins))];
}

static const char *forename(uint64_t *rng, const struct origin *o, char sex)
{
    return pick(rng, sex == 'F' ? o->women : o->men);
}

static void put(char ret[static PERSON_TEXT], const char *text)
{
    snprintf(ret, PERSON_TEXT, "%s", text);
}

static bool ascii(const char *s)
{
    while (*s && !(*s & 0x80))
        s++;
    return !*s;
}

static bool has_style(const char *surname, enum person_style style)
{
    switch (style) {
    case PERSON_MARKS:
        return !ascii(surname);
    case PERSON_APOSTROPHE:
        return strchr(surname, '\'') != NULL;
    case PERSON_MC:
        return !strncmp(surname, "Mc", 2) || !strncmp(surname, "Mac", 3);
    default:
        return true;
    }
}

/* A surname that @style describes, of an origin that has one. */
static void surname_like(uint64_t *rng, enum person_style style,
                         const struct origin **o, struct person *p)
{
    put(p->surname, pick(rng, (*o)->surnames));
    while (!has_style(p->surname, style)) {
        *o = some_origin(rng);
        put(p->surname, pick(rng, (*o)->surnames));
    }
}

/* Half of those with an apostrophe write it as typesetters do. */
static void curl(struct person *p)
{
    char *at = strchr(p->surname, '\''), rest[PERSON_TEXT];
    if (!at)
        return;
    put(rest, at + 1);
    snprintf(at, PERSON_TEXT - (size_t)(at - p->surname), "’%s", rest);
}

static void double_barrelled(uint64_t *rng, struct person *p)
{
    const char *second;
    do
        second = pick(rng, some_origin(rng)->surnames);
    while (!strcmp(second, p->surname) || strpbrk(second, " -") ||
           strlen(second) + strlen(p->surname) > 18);
    size_t len = strlen(p->surname);
    snprintf(p->surname + len, PERSON_TEXT - len, "-%s", second);
}

/* The kinds of surname that are not in the lists of an origin; as many of the
 * population as the numbers below say, in a hundred. */
static enum person_style some_style(uint64_t *rng)
{
    unsigned n = person_below(rng, 100);
    return n < 5   ? PERSON_HYPHEN
           : n < 7 ? PERSON_PARTICLE
           : n < 8 ? PERSON_LONG
           : n < 9 ? PERSON_SINGLE
                   : PERSON_ANY;
}

static void name(uint64_t *rng, enum person_style style, unsigned nth,
                 struct person *p)
{
    const struct origin *o = some_origin(rng);
    if (style == PERSON_ANY)
        style = some_style(rng);
    surname_like(rng, style, &o, p);
    put(p->given, forename(rng, o, p->sex));
    switch (style) {
    case PERSON_APOSTROPHE:
        if (nth % 2)
            curl(p);
        break;
    case PERSON_HYPHEN:
        while (strpbrk(p->surname, " -") || strlen(p->surname) > 12)
            surname_like(rng, style, &o, p);
        double_barrelled(rng, p);
        break;
    case PERSON_PARTICLE:
        put(p->surname, particles[person_below(rng, COUNT(particles))]);
        break;
    case PERSON_SINGLE:
        put(p->surname, single_names[person_below(rng, COUNT(single_names))]);
        p->given[0] = '\0';
        break;
    case PERSON_LONG:
        put(p->surname, long_names[person_below(rng, COUNT(long_names))]);
        break;
    case PERSON_UNIQUE:
        snprintf(p->surname, sizeof p->surname, "%s%s",
                 heads[nth % COUNT(heads)],
                 tails[nth / COUNT(heads) % COUNT(tails)]);
        break;
    default:
        break;
    }
}

void person_new(uint64_t *rng, enum person_style style, unsigned nth,
                struct person *ret)
{
    *ret = (struct person){ .marks = true };
    ret->sex = person_below(rng, 2) ? 'F' : 'M';
    ret->year = 1946 + (int)person_below(rng, 60);
    ret->month = 1 + (int)person_below(rng, 12);
    ret->day = 1 + (int)person_below(rng, 28);
    if (ret->year == 1970 && ret->month == 1 && ret->day == 1)
        ret->day = 2; /* by the rules of the data the 1st is no date of birth */
    name(rng, style, nth, ret);
    person_postcode(rng, ret->postcode);
    person_nino(rng, ret->nino);
}

void person_marry(uint64_t *rng, struct person *p)
{
    put(p->former, p->surname);
    while (!strcmp(p->former, p->surname))
        put(p->surname, pick(rng, origins[3].surnames));
}

void person_alias(uint64_t *rng, struct person *p)
{
    const struct origin *o = some_origin(rng);
    put(p->alias, pick(rng, o->surnames));
    put(p->alias_given, forename(rng, o, p->sex));
}

void person_second_name(uint64_t *rng, struct person *p)
{
    const char *second = forename(rng, some_origin(rng), p->sex);
    size_t len = strlen(p->given);
    if (len && strncmp(second, p->given, 1) != 0)
        snprintf(p->given + len, PERSON_TEXT - len, " %s", second);
}

void person_title(uint64_t *rng, struct person *p)
{
    snprintf(p->title, sizeof p->title, "%s",
             titles[person_below(rng, COUNT(titles))]);
}

/* Unlike for sure: another second and another last letter, so that Jaro and
 * Winkler give less than 0.9 for all names that are here. */
static bool unlike(const char *a, const char *b)
{
    return a[1] != b[1] && a[strlen(a) - 1] != b[strlen(b) - 1];
}

static bool unlike_all(const char *name, const struct person *p)
{
    char all[PERSON_TEXT], *rest = NULL;
    put(all, p->given);
    for (char *one = strtok_r(all, " ", &rest); one;
         one = strtok_r(NULL, " ", &rest))
        if (one[0] == name[0] ? !unlike(one, name) : !strcmp(one, name))
            return false;
    return true;
}

bool person_twin_name(const struct person *p, char ret[static PERSON_TEXT])
{
    for (size_t i = 0; i < COUNT(origins) && p->given[0]; i++)
        for (const char *const *n = p->sex == 'F' ? origins[i].women
                                                  : origins[i].men;
             *n; n++)
            if ((*n)[0] == p->given[0] && ascii(*n) && unlike_all(*n, p)) {
                put(ret, *n);
                return true;
            }
    return false;
}

/* ---- identifiers --------------------------------------------------------- */

void person_postcode(uint64_t *rng, char ret[static 9])
{
    static const char inward[] = "ABDEFGHJLNPQRSTUWXYZ";
    /* arguments may be evaluated in any order: one draw a statement */
    const char *area = areas[person_below(rng, COUNT(areas))];
    unsigned district = 1 + person_below(rng, 29),
             sector = person_below(rng, 10);
    char first = inward[person_below(rng, sizeof inward - 1)];
    char second = inward[person_below(rng, sizeof inward - 1)];
    snprintf(ret, 9, "%s%u %u%c%c", area, district, sector, first, second);
}

void person_nino(uint64_t *rng, char ret[static 10])
{
    const char *prefix = ninos[person_below(rng, COUNT(ninos))];
    unsigned number = person_below(rng, 1000000);
    char suffix = "ABCD"[person_below(rng, 4)];
    snprintf(ret, 10, "%s%06u%c", prefix, number, suffix);
}

static char letter(unsigned long number)
{
    return "ZABCDEFGHJKLMNPQRTUVWXY"[number % 23];
}

void person_pnc(uint64_t *rng, char ret[static 14])
{
    unsigned year = 1975 + person_below(rng, 51);
    unsigned serial = 1 + person_below(rng, 999999);
    snprintf(ret, 14, "%04u/%07u%c", year % 10000, serial,
             letter(year % 100 * 10000000ul + serial));
}

void person_cro(uint64_t *rng, char ret[static 13])
{
    unsigned year = person_below(rng, 26), kind = person_below(rng, 6);
    unsigned serial = 100000 + person_below(rng, 900000);
    char check = letter(year * 1000000ul + serial);
    if (kind == 0) /* no prints held */
        snprintf(ret, 13, "SF%02u/%06u%c", year, serial, check);
    else
        snprintf(ret, 13, "%06u/%02u%c", serial, year, check);
}

/* ---- as a system holds them ---------------------------------------------- */

static const struct marked *mark_at(const char *s)
{
    for (size_t i = 0; i < COUNT(marked); i++)
        if (!strncmp(s, marked[i].letter, strlen(marked[i].letter)))
            return &marked[i];
    return NULL;
}

void person_stored(enum person_system system, bool marks, const char *name,
                   size_t width, char ret[static PERSON_TEXT])
{
    size_t len = 0, columns = 0;
    while (*name && columns < width) {
        const struct marked *m = mark_at(name);
        char one[2] = { (char)toupper((unsigned char)*name), '\0' };
        const char *put_in = !m ? one
                             : marks && system == PERSON_CRIME && m->capital
                                 ? m->capital
                                 : m->bare;
        name += m ? strlen(m->letter) : 1;
        if (system == PERSON_VT && *put_in == '-')
            put_in = " ";
        if (system == PERSON_VT && *put_in == '\'')
            continue;
        len += (size_t)snprintf(ret + len, PERSON_TEXT - len, "%s", put_in);
        columns++;
    }
    ret[len] = '\0';
    while (len && ret[len - 1] == ' ')
        ret[--len] = '\0';
}
