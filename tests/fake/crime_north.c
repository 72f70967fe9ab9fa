/* The north: the victim comes first, other labels, codes of numbers, dates with
 * the year before. */
#include "crime.h"

enum { REQ = CRIME_REQUIRED, UP = CRIME_UPPER };

#define FIELD(name_, screen, label, row, col, colon, width, flags, code, ...)  \
    {                                                                          \
        CRIME_##screen, label, row, col, colon, width, 1, flags, code,         \
            __VA_ARGS__.name = name_                                           \
    }

static const struct crime_code sexes[] = {
    { "1", "M" }, { "2", "F" }, { "9", "X" }, { "0", "U" }, { 0 }
};
static const struct crime_code flags[] = { { "1", "Y" }, { "0", "N" }, { 0 } };

static const struct crime_field fields[] = {
    FIELD("User ID", SIGN_ON, "Operator", 9, 20, 36, 8, REQ, 1, ),
    FIELD("Password", SIGN_ON, "Passcode", 11, 20, 36, 8, REQ | CRIME_HIDDEN,
          2, ),
    FIELD("Option", MENU, "Selection", 18, 12, 24, 1, REQ | UP, 3, ),
    FIELD("Submission ID", FIND, "Source Ref", 6, 4, 20, 30, REQ, 30, ),
    FIELD("Given Names", REPORT_1, "Forenames", 4, 3, 18, 35, 0, 15, ),
    FIELD("Surname", REPORT_1, "Family Name", 7, 3, 18, 35, REQ, 14, ),
    FIELD("Gender", REPORT_1, "Sex", 10, 3, 18, 1, 0, 17, .codes = sexes, ),
    FIELD("Date of Birth", REPORT_1, "Born", 13, 3, 18, 10, 0, 16,
          .picture = "YYYY-MM-DD", ),
    FIELD("Phone", REPORT_1, "Telephone", 16, 3, 18, 20, 0, 18, ),
    FIELD("E-mail", REPORT_1, "Email", 19, 3, 18, 120, 0, 19, ),
    FIELD("Postcode", REPORT_1, "Post Code", 22, 3, 18, 8, UP, 25, ),
    FIELD("Building", REPORT_1, "House", 25, 3, 18, 60, 0, 20, ),
    FIELD("Street", REPORT_1, "Road", 28, 3, 18, 160, 0, 21, ),
    FIELD("Locality", REPORT_1, "District", 31, 3, 18, 35, 0, 22, ),
    FIELD("Town", REPORT_1, "Town/City", 34, 3, 18, 35, 0, 23, ),
    FIELD("County", REPORT_1, "County", 37, 3, 18, 35, 0, 24, ),
    FIELD("Crime Type", REPORT_2, "Offence", 5, 3, 20, 35, REQ | UP, 9, ),
    FIELD("HO Class", REPORT_2, "HO Code", 7, 3, 20, 6, 0, 8, ),
    FIELD("CJS Offence Code", REPORT_2, "CJS Code", 9, 3, 20, 8, 0, 7, ),
    FIELD("NSIR Code", REPORT_2, "NSIR", 11, 3, 20, 3, 0, 6, ),
    FIELD("Start", REPORT_2, "From", 13, 3, 20, 16, 0, 10,
          .picture = "YYYY-MM-DD hh:mm", ),
    FIELD("End", REPORT_2, "To", 15, 3, 20, 16, 0, 11,
          .picture = "YYYY-MM-DD hh:mm", ),
    FIELD("Weapon", REPORT_2, "Weapon Used", 17, 3, 20, 1, 0, 13,
          .codes = flags, ),
    FIELD("Hate Crime", REPORT_2, "Hate", 19, 3, 20, 1, 0, 12,
          .codes = flags, ),
    FIELD("Online Ref", REPORT_2, "Source Ref", 21, 3, 20, 30, REQ, 4, ),
    FIELD("Submitted", REPORT_2, "Received", 23, 3, 20, 30, 0, 5,
          .check = crime_check_stamp, ),
    { CRIME_REPORT_3, "Account", 5, 2, 80, 72, 24, REQ, 28,
      .name = "Narrative" },
    FIELD("VRM", REPORT_3, "Vehicle", 34, 3, 16, 11, UP, 26, ),
    FIELD("Property Value", REPORT_3, "Value GBP", 35, 3, 16, 12, 0, 27,
          .check = crime_check_digits, ),
    FIELD("Justification", JUSTIFY, "Reason", 14, 2, 80, 70, REQ, 29, ),
};

#define KEYS "ENTER=Continue  PF3=Menu (nothing filed)"

static const struct crime_frame frames[] = {
    [CRIME_BAD_TERMINAL] = { "TERMINAL NOT SUPPORTED",
                             "NC00",
                             "ENTER=Disconnect",
                             false,
                             { { 10, 10,
                                 "A terminal of 43 x 80 positions is "
                                 "needed." } } },
    [CRIME_SIGN_ON] = { "LOGON",
                        "NC01",
                        "ENTER=Log on",
                        false,
                        { { 4, 20, "NORTHERN CRIME SYSTEM" } } },
    [CRIME_MENU] = { "SELECT A FUNCTION",
                     "NC10",
                     "ENTER=Go",
                     false,
                     { { 8, 14, "1   Enter a crime" },
                       { 9, 14, "2   List" },
                       { 10, 14, "3   Look for a crime" },
                       { 12, 14, "9   Log off" } } },
    [CRIME_REPORT_1] = { "CRIME ENTRY - VICTIM",
                         "NC21",
                         KEYS,
                         true,
                         { { 0 } } },
    [CRIME_REPORT_2] = { "CRIME ENTRY - OFFENCE",
                         "NC22",
                         KEYS,
                         true,
                         { { 4, 3, "OFFENCE (dates YYYY-MM-DD)" } } },
    [CRIME_REPORT_3] = { "CRIME ENTRY - ACCOUNT",
                         "NC23",
                         KEYS,
                         true,
                         { { 0 } } },
    [CRIME_JUSTIFY] = { "STATE YOUR REASON",
                        "NC29",
                        KEYS,
                        true,
                        { { 6, 2, "This crime was chosen for a check." } } },
    [CRIME_ACCEPTED] = { "CRIME ACCEPTED",
                         "NC30",
                         "ENTER=Functions",
                         true,
                         { { 8, 2, "It has been filed." } } },
    [CRIME_FIND] = { "LOOK FOR A CRIME",
                     "NC40",
                     "ENTER=Look  PF3=Functions",
                     false,
                     { { 0 } } },
    [CRIME_LIST] = { "LIST OF CRIMES",
                     "NC50",
                     "PF3=Functions  PF7=Back  PF8=Forward",
                     false,
                     { { 0 } } },
};

const struct crime_layout crime_north = {
    .name = "north",
    .fields = fields,
    .count = sizeof fields / sizeof *fields,
    .frames = frames,
    .last = CRIME_REPORT_3,
    .options = "1329",
    .cancel = DS_PF3,
    .mode_col = 70,
};
