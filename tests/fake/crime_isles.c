/* The isles: all in capitals, kinds and sexes from lists on a screen of their own, two
 * columns, values in three fields, a class and a postcode in two, dates with the year
 * first and dots, one menu behind another, a question that a key answers; what is
 * filed, the menu says. */
#include "crime.h"

enum {
    REQ = CRIME_REQUIRED,
    SKIP = CRIME_SKIP,
    PICK = CRIME_PICKED,
    SHOWN = CRIME_SHOWN
};

#define FIELD(name_, screen, label, row, col, colon, width, flags, code, ...)  \
    {                                                                          \
        CRIME_##screen, label, row, col, colon, width, 1, flags, code,         \
            __VA_ARGS__.name = name_                                           \
    }
#define WHEN .picture = "YYYY.MM.DD hh.mm"

static const struct crime_code offices[] = { { "CRIME", "CRIME" }, { 0 } };
static const struct crime_code flags[] = { { "T", "Y" }, { "F", "N" }, { 0 } };
static const struct crime_code sexes[] = {
    { "10", "M" }, { "20", "F" }, { "30", "X" }, { "90", "U" }, { 0 }
};
static const struct crime_code kinds[] = {
    { "A-01", "ARSON" },
    { "B-01", "BURGLARY - BUSINESS" },
    { "B-02", "BURGLARY - RESIDENTIAL" },
    { "C-01", "CRIMINAL DAMAGE TO A BUILDING" },
    { "C-02", "CRIMINAL DAMAGE TO A VEHICLE" },
    { "F-01", "FRAUD BY FALSE REPRESENTATION" },
    { "H-01", "HARASSMENT WITHOUT VIOLENCE" },
    { "T-01", "THEFT FROM A MOTOR VEHICLE & TRAILR" },
    { "T-02", "THEFT FROM A SHOP" },
    { "T-03", "THEFT OF A MOTOR VEHICLE" },
    { "T-04", "THEFT OF PEDAL CYCLE" },
    { 0 }
};

static const struct crime_field fields[] = {
    FIELD("User ID", SIGN_ON, "NAME", 9, 30, 40, 8, REQ, 1, ),
    FIELD("Password", SIGN_ON, "KEY", 10, 30, 40, 8, REQ | CRIME_HIDDEN, 2, ),
    FIELD("Office", SIGN_ON, "OFFICE", 11, 30, 40, 5, REQ | SKIP, 33,
          .codes = offices, ),
    FIELD("Top Option", TOP, "TO", 20, 2, 6, 1, REQ, 3, ),
    FIELD("Option", MENU, "TO", 20, 2, 6, 1, REQ, 3, ),
    FIELD("Submission ID", FIND, "ONLINE", 5, 2, 14, 3, REQ | SKIP, 30, ),
    FIELD("Submission ID", FIND, "YEAR", 5, 22, 30, 4, REQ | SKIP, 30, ),
    FIELD("Submission ID", FIND, "NO", 5, 42, 52, 6, REQ, 30, ),
    FIELD("Surname", REPORT_1, "SURNAME", 5, 2, 14, 35, REQ, 14, ),
    FIELD("Given Names", REPORT_1, "1ST NAME", 6, 2, 14, 20, 0, 15, ),
    FIELD("Given Names", REPORT_1, "2ND NAME", 6, 42, 52, 20, 0, 15, ),
    FIELD("Given Names", REPORT_1, "OTHERS", 7, 2, 14, 30, 0, 15, ),
    FIELD("Date of Birth", REPORT_1, "BORN", 8, 2, 14, 10, SKIP, 16,
          .picture = "YYYY.MM.DD", ),
    FIELD("Gender", REPORT_1, "SEX", 8, 42, 52, 2, PICK, 17, .codes = sexes, ),
    FIELD("Phone", REPORT_1, "PHONE", 10, 2, 14, 15, 0, 18, ),
    FIELD("E-mail", REPORT_1, "MAIL", 11, 2, 14, 120, 0, 19, ),
    FIELD("Online Ref", REPORT_2, "ONLINE", 5, 2, 14, 3, REQ | SKIP, 4, ),
    FIELD("Online Ref", REPORT_2, "YEAR", 5, 22, 30, 4, REQ | SKIP, 4, ),
    FIELD("Online Ref", REPORT_2, "NO", 5, 42, 52, 6, REQ, 4, ),
    FIELD("Submitted", REPORT_2, "SENT", 6, 2, 14, 25, 0, 5,
          .check = crime_check_stamp, ),
    FIELD("Crime Type", REPORT_2, "KIND", 8, 2, 14, 4, REQ | PICK | SHOWN, 9,
          .codes = kinds, ),
    FIELD("HO Class", REPORT_2, "CLASS", 9, 2, 14, 3, SKIP, 8, ),
    FIELD("HO Class", REPORT_2, "SUB", 9, 42, 52, 2, SKIP, 8, ),
    FIELD("NSIR Code", REPORT_2, "NSIR", 10, 2, 14, 3, SKIP, 6, ),
    FIELD("CJS Offence Code", REPORT_2, "CJS", 10, 42, 52, 8, 0, 7, ),
    FIELD("Start", REPORT_2, "FROM", 12, 2, 14, 16, 0, 10, WHEN, ),
    FIELD("End", REPORT_2, "TO", 12, 42, 52, 16, 0, 11, WHEN, ),
    FIELD("Hate Crime", REPORT_2, "HATE", 13, 2, 14, 1, SKIP, 12,
          .codes = flags, ),
    FIELD("Weapon", REPORT_2, "ARMED", 13, 42, 52, 1, SKIP, 13,
          .codes = flags, ),
    FIELD("VRM", REPORT_2, "REG", 15, 2, 14, 11, 0, 26, ),
    FIELD("Property Value", REPORT_2, "LOSS", 15, 42, 52, 20, 0, 27,
          .check = crime_check_digits, ),
    FIELD("Building", REPORT_3, "HOUSE", 5, 2, 14, 50, 0, 20, ),
    FIELD("Street", REPORT_3, "STREET", 6, 2, 14, 160, 0, 21, ),
    FIELD("Locality", REPORT_3, "PARISH", 10, 2, 14, 35, 0, 22, ),
    FIELD("Town", REPORT_3, "TOWN", 11, 2, 14, 35, 0, 23, ),
    FIELD("County", REPORT_3, "ISLE", 12, 2, 14, 35, 0, 24, ),
    FIELD("Postcode", REPORT_3, "CODE", 13, 2, 14, 4, 0, 25, ),
    FIELD("Postcode", REPORT_3, "IN", 13, 42, 52, 3, SKIP, 25, ),
    { CRIME_REPORT_4, "ACCOUNT", 5, 2, 80, 72, 24, REQ, 28,
      .name = "Narrative" },
    FIELD("Justification", JUSTIFY, "WHY", 12, 2, 80, 70, REQ, 29, ),
};

#define KEYS "ENTER=NEXT  PF4=LIST  PF3=OUT"
#define FILES "PF6=FILE  PF3=OUT"

static const struct crime_frame frames[] = {
    [CRIME_BAD_TERMINAL] = { "TERMINAL", "I00", "", false,
                             { { 10, 10, "43 X 80, PLEASE." } } },
    [CRIME_SIGN_ON] = { "THE ISLES", "I01", "ENTER=IN", false, { { 0 } } },
    [CRIME_NEWS] = { "TODAY", "I02", "ENTER=ON", false,
                     { { 8, 6, "NO FERRY." } } },
    [CRIME_TOP] = { "ALL SYSTEMS", "I03", "ENTER=GO", false,
                    { { 8, 6, "2   CRIME" }, { 9, 6, "0   OUT" } } },
    [CRIME_MENU] = { "CRIME", "I04", "ENTER=GO", false,
                     { { 8, 6, "1   NEW" },
                       { 9, 6, "2   FIND" },
                       { 10, 6, "3   ALL" },
                       { 11, 6, "4   BACK" } } },
    [CRIME_REPORT_1] = { "NEW: WHO", "I11", KEYS, false, { { 0 } } },
    [CRIME_REPORT_2] = { "NEW: WHAT", "I12", KEYS, false, { { 0 } } },
    [CRIME_REPORT_3] = { "NEW: WHERE", "I13", KEYS, false, { { 0 } } },
    [CRIME_REPORT_4] = { "NEW: HOW", "I14", FILES, true, { { 0 } } },
    [CRIME_CONFIRM] = { "FILE IT?", "I15", FILES, false, { { 0 } } },
    [CRIME_JUSTIFY] = { "WHY?", "I16", FILES, false, { { 0 } } },
    [CRIME_FIND] = { "FIND", "I21", "ENTER=FIND  PF3=OUT", false, { { 0 } } },
    [CRIME_LIST] = { "ALL", "I31", "PF3=OUT  PF7=UP  PF8=DOWN", false,
                     { { 0 } } },
    [CRIME_PICK] = { "PICK ONE", "I32", "ENTER=TAKE  PF3=OUT  PF7=UP  PF8=DOWN",
                     false, { { 0 } } },
};

const struct crime_layout crime_isles = {
    .name = "isles",
    .fields = fields,
    .count = sizeof fields / sizeof *fields,
    .frames = frames,
    .last = CRIME_REPORT_4,
    .options = "1234",
    .cancel = DS_PF3,
    .file = DS_PF6,
    .mode_col = 70,
    .message_row = 3,
    .reference = "HELD AS",
    .number = "IS-2026-",
    .filed = "I020 HELD AS",
    .pick = DS_PF4,
    .upper = true,
};
