/* The south: the account comes first and the person last, dates with the month's name
 * and times in fields of their own, one key to go on and another one to file. */
#include "crime.h"

enum { REQ = CRIME_REQUIRED, UP = CRIME_UPPER };

#define FIELD(name_, screen, label, row, col, colon, width, flags, code, ...)  \
    {                                                                          \
        CRIME_##screen, label, row, col, colon, width, 1, flags, code,         \
            __VA_ARGS__.name = name_                                           \
    }
#define DAY .picture = "DD-MON-YYYY"
#define TIME .picture = "hh.mm"

static const struct crime_code sexes[] = {
    { "MALE", "M" }, { "FEML", "F" }, { "X", "X" }, { "NK", "U" }, { 0 }
};
static const struct crime_code flags[] = { { "+", "Y" }, { "-", "N" }, { 0 } };

static const struct crime_field fields[] = {
    FIELD("User ID", SIGN_ON, "Officer", 12, 10, 22, 8, REQ, 1, ),
    FIELD("Password", SIGN_ON, "Code word", 12, 42, 54, 8, REQ | CRIME_HIDDEN,
          2, ),
    FIELD("Option", MENU, "Command", 5, 2, 12, 1, REQ | UP, 3, ),
    FIELD("Submission ID", FIND, "Form number", 8, 20, 34, 40, REQ, 30, ),
    { CRIME_REPORT_1, "What happened", 4, 2, 80, 72, 24, REQ, 28,
      .name = "Narrative" },
    FIELD("VRM", REPORT_1, "Index", 30, 2, 12, 11, UP, 26, ),
    FIELD("Online Ref", REPORT_2, "Form number", 4, 2, 24, 40, REQ, 4, ),
    FIELD("Start", REPORT_2, "From", 6, 2, 24, 11, CRIME_SKIP, 10, DAY, ),
    FIELD("Start", REPORT_2, "at", 6, 46, 50, 5, 0, 10, TIME, ),
    FIELD("End", REPORT_2, "Until", 7, 2, 24, 11, CRIME_SKIP, 11, DAY, ),
    FIELD("End", REPORT_2, "about", 7, 46, 54, 5, 0, 11, TIME, ),
    FIELD("Property Value", REPORT_2, "Worth", 9, 2, 24, 9, 0, 27,
          .check = crime_check_digits, ),
    FIELD("HO Class", REPORT_2, "Home Office", 10, 2, 24, 6, 0, 8, ),
    FIELD("Crime Type", REPORT_2, "Crime", 11, 2, 24, 40, REQ | UP, 9, ),
    FIELD("NSIR Code", REPORT_2, "Incident", 12, 2, 24, 3, CRIME_SKIP, 6, ),
    FIELD("CJS Offence Code", REPORT_2, "Justice", 12, 40, 50, 8, 0, 7, ),
    FIELD("Weapon", REPORT_2, "Armed", 14, 2, 24, 1, 0, 13, .codes = flags, ),
    FIELD("Hate Crime", REPORT_2, "Hate", 15, 2, 24, 1, 0, 12,
          .codes = flags, ),
    FIELD("Submitted", REPORT_2, "Sent", 17, 2, 24, 25, 0, 5,
          .check = crime_check_stamp, ),
    FIELD("Town", REPORT_3, "Post town", 5, 2, 20, 35, 0, 23, ),
    FIELD("County", REPORT_3, "Shire", 6, 2, 20, 35, 0, 24, ),
    FIELD("Postcode", REPORT_3, "Postal code", 7, 2, 20, 8, UP | CRIME_SKIP, 25, ),
    FIELD("Locality", REPORT_3, "Village", 8, 2, 20, 35, 0, 22, ),
    FIELD("Street", REPORT_3, "Street", 9, 2, 20, 160, 0, 21, ),
    FIELD("Building", REPORT_3, "Number/name", 13, 2, 20, 50, 0, 20, ),
    FIELD("Surname, Given Names", REPORT_3, "Full name", 16, 2, 20, 72, REQ, 14, ),
    FIELD("Date of Birth", REPORT_3, "Date of birth", 18, 2, 20, 11, 0, 16,
          DAY, ),
    FIELD("Gender", REPORT_3, "Sex", 19, 2, 20, 4, 0, 17, .codes = sexes, ),
    FIELD("E-mail", REPORT_3, "E-mail", 21, 2, 20, 120, 0, 19, ),
    FIELD("Phone", REPORT_3, "Tel", 24, 2, 20, 15, 0, 18, ),
    FIELD("Justification", JUSTIFY, "Grounds", 20, 2, 80, 70, REQ, 29, ),
};

#define KEYS "PF8=Next  ENTER=Check only  PF12=Leave"
#define FILES "PF5=File  ENTER=Check only  PF7=Back  PF12=Leave"

static const struct crime_frame frames[] = {
    [CRIME_BAD_TERMINAL] = { "WRONG TERMINAL",
                             "S-0",
                             "",
                             false,
                             { { 10, 10, "43 x 80 positions are needed." } } },
    [CRIME_SIGN_ON] = { "SOUTHERN CRIME DESK", "S-1", "ENTER=Begin", false,
                        { { 0 } } },
    [CRIME_MENU] = { "DESK",
                     "S-2",
                     "ENTER=Do it",
                     false,
                     { { 8, 4, "A   Add" },
                       { 9, 4, "S   Search" },
                       { 10, 4, "L   List" },
                       { 11, 4, "E   End" } } },
    [CRIME_REPORT_1] = { "ADD: ACCOUNT", "S-3", KEYS, true, { { 0 } } },
    [CRIME_REPORT_2] = { "ADD: CRIME",
                         "S-4",
                         KEYS,
                         true,
                         { { 5, 2, "WHEN (as 03-APR-1990, 14.05)" } } },
    [CRIME_REPORT_3] = { "ADD: PERSON", "S-5", FILES, true, { { 0 } } },
    [CRIME_JUSTIFY] = { "GROUNDS", "S-6", FILES, true, { { 0 } } },
    [CRIME_ACCEPTED] = { "ADDED", "S-7", "ENTER=Desk", true, { { 0 } } },
    [CRIME_FIND] = { "SEARCH", "S-8", "ENTER=Search  PF12=Desk", false,
                     { { 0 } } },
    [CRIME_LIST] = { "LIST", "S-9", "PF12=Desk  PF7=Back  PF8=Forward", false,
                     { { 0 } } },
};

const struct crime_layout crime_south = {
    .name = "south",
    .fields = fields,
    .count = sizeof fields / sizeof *fields,
    .frames = frames,
    .last = CRIME_REPORT_3,
    .options = "ASLE",
    .cancel = DS_PF12,
    .forward = DS_PF8,
    .file = DS_PF5,
    .mode_col = 60,
};
