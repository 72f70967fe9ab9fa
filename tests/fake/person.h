#ifndef RPA_TESTS_FAKE_PERSON_H
#define RPA_TESTS_FAKE_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** People who are all made up, and how three systems write their names. */

enum { PERSON_TEXT = 80 };

struct person {
    char surname[PERSON_TEXT], given[PERSON_TEXT]; /* as people write; UTF-8 */
    char title[8];
    char former[PERSON_TEXT]; /* surname; "": none */
    char alias[PERSON_TEXT], alias_given[PERSON_TEXT];
    int day, month, year; /* of birth; 0: not known */
    char sex;             /* F or M */
    char postcode[9], nino[10];
    bool marks; /* on record with the marks that its system can hold */
};

enum person_system { PERSON_CRIME, PERSON_VT, PERSON_SOAP, PERSON_SYSTEMS };

/** What is awkward about a name. */
enum person_style {
    PERSON_ANY, /* as often as in the population */
    PERSON_MARKS,
    PERSON_APOSTROPHE,
    PERSON_MC,
    PERSON_HYPHEN,
    PERSON_PARTICLE,
    PERSON_SINGLE,
    PERSON_LONG,
    PERSON_UNIQUE, /* a surname nobody else has, by @nth */
    PERSON_STYLES,
};

/** splitmix64: the same everywhere. */
uint64_t person_draw(uint64_t *rng);
unsigned person_below(uint64_t *rng, unsigned n);

void person_new(uint64_t *rng, enum person_style style, unsigned nth,
                struct person *ret);
/** Give @p a former surname, an alias, a second given name, a title. */
void person_marry(uint64_t *rng, struct person *p);
void person_alias(uint64_t *rng, struct person *p);
void person_second_name(uint64_t *rng, struct person *p);
void person_title(uint64_t *rng, struct person *p);
/** Another forename of the same initial, unlike all of @p's; false: none. */
bool person_twin_name(const struct person *p, char ret[static PERSON_TEXT]);

/* Valid by their published rules. */
void person_postcode(uint64_t *rng, char ret[static 9]);
void person_nino(uint64_t *rng, char ret[static 10]);
void person_pnc(uint64_t *rng, char ret[static 14]);
void person_cro(uint64_t *rng, char ret[static 13]);

/**
 * A name as a system holds it, in capitals. Crime keeps apostrophes, hyphens
 * and, with @marks, those marks that Latin-1 has; VT drops apostrophes and has
 * blanks for hyphens; SOAP keeps both. The last two have no marks. Cut at
 * @width columns.
 */
void person_stored(enum person_system system, bool marks, const char *name,
                   size_t width, char ret[static PERSON_TEXT]);

#endif
