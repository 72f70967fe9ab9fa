/* The west: four smaller screens, words for codes, dates without signs, forenames
 * in two fields, another key to leave, and what is found on a screen of its own. */
#include "crime.h"

enum { REQ = CRIME_REQUIRED, UP = CRIME_UPPER };

#define FIELD(name_, screen, label, row, col, colon, width, flags, code, ...)  \
    {                                                                          \
        CRIME_##screen, label, row, col, colon, width, 1, flags, code,         \
            __VA_ARGS__.name = name_                                           \
    }

static const struct crime_code genders[] = { { "MALE", "M" },
                                             { "FEMALE", "F" },
                                             { "OTHER", "X" },
                                             { "UNKNOWN", "U" },
                                             { 0 } };
static const struct crime_code flags[] = { { "YES", "Y" },
                                           { "NO", "N" },
                                           { 0 } };

static const struct crime_field fields[] = {
    FIELD("User ID", SIGN_ON, "User", 10, 30, 40, 8, REQ, 1, ),
    FIELD("Password", SIGN_ON, "Password", 11, 30, 40, 8, REQ | CRIME_HIDDEN,
          2, ),
    FIELD("Option", MENU, "Choose", 20, 5, 14, 1, REQ | UP, 3, ),
    FIELD("Submission ID", FIND, "Reference", 4, 2, 14, 50, REQ, 30, ),
    FIELD("Online Ref", REPORT_1, "External Ref", 4, 2, 16, 50, REQ, 4, ),
    FIELD("Submitted", REPORT_1, "Logged", 5, 2, 16, 25, 0, 5,
          .check = crime_check_stamp, ),
    FIELD("HO Class", REPORT_1, "Class", 7, 2, 16, 6, CRIME_SKIP, 8, ),
    FIELD("NSIR Code", REPORT_1, "NSIR", 7, 30, 37, 3, 0, 6, ),
    FIELD("CJS Offence Code", REPORT_1, "CJS", 7, 50, 56, 8, 0, 7, ),
    FIELD("Crime Type", REPORT_1, "Type", 8, 2, 16, 35, REQ | UP, 9, ),
    FIELD("Start", REPORT_1, "Commenced", 11, 2, 16, 12, 0, 10,
          .picture = "DDMMYYYYhhmm", ),
    FIELD("End", REPORT_1, "Ended", 11, 40, 50, 12, 0, 11,
          .picture = "DDMMYYYYhhmm", ),
    FIELD("Hate Crime", REPORT_1, "Hate", 14, 2, 16, 3, 0, 12,
          .codes = flags, ),
    FIELD("Weapon", REPORT_1, "Weapon", 14, 40, 50, 3, 0, 13, .codes = flags, ),
    FIELD("Surname", REPORT_2, "Surname", 4, 2, 14, 35, REQ, 14, ),
    FIELD("Given Names", REPORT_2, "Forename", 6, 2, 14, 20, 0, 15, ),
    FIELD("Given Names", REPORT_2, "Others", 6, 38, 46, 30, 0, 15, ),
    FIELD("Date of Birth", REPORT_2, "DOB", 8, 2, 14, 8, CRIME_SKIP, 16,
          .picture = "DDMMYYYY", ),
    FIELD("Gender", REPORT_2, "Gender", 10, 2, 14, 7, 0, 17,
          .codes = genders, ),
    FIELD("Phone", REPORT_2, "Phone", 12, 2, 14, 15, 0, 18, ),
    FIELD("E-mail", REPORT_2, "Mail", 14, 2, 14, 120, 0, 19, ),
    FIELD("Building", REPORT_3, "Property", 4, 2, 14, 50, 0, 20, ),
    FIELD("Street", REPORT_3, "Street", 7, 2, 14, 160, 0, 21, ),
    FIELD("Locality", REPORT_3, "Area", 10, 2, 14, 35, 0, 22, ),
    FIELD("Town", REPORT_3, "Town", 13, 2, 14, 35, 0, 23, ),
    FIELD("County", REPORT_3, "County", 16, 2, 14, 35, 0, 24, ),
    FIELD("Postcode", REPORT_3, "PCode", 19, 2, 14, 8, UP, 25, ),
    FIELD("VRM", REPORT_4, "Reg", 4, 2, 14, 11, UP, 26, ),
    FIELD("Property Value", REPORT_4, "Loss", 5, 2, 14, 20, 0, 27,
          .check = crime_check_digits, ),
    { CRIME_REPORT_4, "Details", 8, 2, 80, 72, 24, REQ, 28,
      .name = "Narrative" },
    FIELD("Found ID", FOUND, "Ext Reference", 14, 2, 20, 50, CRIME_SHOWN, 0, ),
    FIELD("Justification", JUSTIFY, "Why", 12, 2, 80, 70, REQ, 29, ),
};

#define KEYS "ENTER=Continue  PF12=Menu (nothing filed)"

static const struct crime_frame frames[] = {
    [CRIME_BAD_TERMINAL] = { "TERMINAL NOT SUPPORTED",
                             "W000",
                             "ENTER=Disconnect",
                             false,
                             { { 10, 10,
                                 "A terminal of 43 x 80 positions is "
                                 "needed." } } },
    [CRIME_SIGN_ON] = { "WESTERN RECORDS",
                        "W001",
                        "ENTER=Sign on",
                        false,
                        { { 0 } } },
    [CRIME_MENU] = { "TASKS",
                     "W010",
                     "ENTER=Start",
                     false,
                     { { 6, 8, "N   New" },
                       { 7, 8, "F   Find" },
                       { 8, 8, "L   List" },
                       { 9, 8, "Q   Quit" } } },
    [CRIME_REPORT_1] = { "1 INCIDENT",
                         "W101",
                         KEYS,
                         false,
                         { { 10, 2, "WHEN (DDMMYYYYhhmm)" },
                           { 13, 2, "YES OR NO" } } },
    [CRIME_REPORT_2] = { "2 COMPLAINANT", "W102", KEYS, false, { { 0 } } },
    [CRIME_REPORT_3] = { "3 ADDRESS", "W103", KEYS, false, { { 0 } } },
    [CRIME_REPORT_4] = { "4 CIRCUMSTANCES", "W104", KEYS, true, { { 0 } } },
    [CRIME_JUSTIFY] = { "WHY IS THIS RECORDED?",
                        "W190",
                        KEYS,
                        true,
                        { { 0 } } },
    [CRIME_ACCEPTED] = { "RECORDED", "W199", "ENTER=Tasks", true, { { 0 } } },
    [CRIME_FIND] = { "FIND BY REFERENCE",
                     "W300",
                     "ENTER=Find  PF12=Tasks",
                     false,
                     { { 0 } } },
    [CRIME_FOUND] = { "ONE REPORT", "W301", "ENTER=Tasks", true, { { 0 } } },
    [CRIME_LIST] = { "ALL CRIMES",
                     "W400",
                     "PF12=Tasks  PF7=Back  PF8=Forward",
                     false,
                     { { 0 } } },
};

const struct crime_layout crime_west = {
    .name = "west",
    .fields = fields,
    .count = sizeof fields / sizeof *fields,
    .frames = frames,
    .last = CRIME_REPORT_4,
    .options = "NFLQ",
    .cancel = DS_PF12,
    .mode_col = 76,
};
