#ifndef RPA_TESTS_FAKE_PERSON_GEN_H
#define RPA_TESTS_FAKE_PERSON_GEN_H

#include <stdio.h>

#include "person.h"

/**
 * What a vetting search is tried on: applicants and those who live with them,
 * three systems that hold some of them among many others, and the truth. The
 * same seed and numbers give the same bytes.
 *
 * applicants: CSV by RFC 4180 with the header
 *   application,person,surname,given,former,aliases,born,sex,postcode,nino
 *   former surnames and aliases (Surname/Given) with ; between, born DD/MM/YYYY
 *
 * A system: JSON a line. A record is
 *   {"ref":"V0012345","surname":"OBRIEN","given":"SIAN MAIR",
 *    "born":"03/04/1990","sex":"F","postcode":"CF10 1AA","pnc":"1999/0012345X",
 *    "cro":"012345/99X","nino":"AB123456C","alias":"","warnings":"WEAPONS"}
 *   born has 00 for what is not known; with "state", what becomes of a look at
 *   it: "locked" ("times": so often, without it always) or "denied"
 * and a trouble, which meets each search for that surname:
 *   {"trouble":"fault","surname":"BRACKHAM"}
 *   fault, denied, closed, lost-row, odd, html or cut
 *
 * The truth: JSON a line, for each person and system
 *   {"application":"VET-0001","person":"applicant","system":"vt",
 *    "outcome":"found"|"not found"|"locked"|"could not check","why":"closed",
 *    "matches":[{"ref":"V0012345","how":["swapped","date_near"]}],
 *    "maybe":["V…"], "twins":["V…"],"near":["V…"]}
 *   maybe: may be proposed or not, as it can't be read to its end
 */
struct person_files {
    FILE *applicants, *system[PERSON_SYSTEMS], *truth;
};

/** @people others, in each system, and @persons to search for, at most 400 *
 * 4, as one in four has a surname of its own. */
void person_generate(const struct person_files *to, unsigned people,
                     unsigned persons, uint64_t seed);

extern const char *const person_system_names[PERSON_SYSTEMS];

#endif
