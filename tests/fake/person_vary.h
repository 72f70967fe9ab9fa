#ifndef RPA_TESTS_FAKE_PERSON_VARY_H
#define RPA_TESTS_FAKE_PERSON_VARY_H

#include "person.h"

/** The awkward ways in which a person may be on record. */
struct person_variation {
    const char *name;
    bool date;   /* of the date of birth, not of the name */
    bool common; /* fits many: those that fit few come first */
    bool (*fits)(const struct person *p);
    void (*apply)(struct person *p);
};

enum { PERSON_VARIATIONS = 14 };
extern const struct person_variation person_variations[PERSON_VARIATIONS];

#endif
