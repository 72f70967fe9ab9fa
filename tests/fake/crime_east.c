/* The east: a notice after signing on, a menu behind a menu, dates in a field for
 * each of their parts, codes for the kinds of crime, an account over two screens,
 * and a question before it is filed; messages above, not below. */
#include "crime.h"

enum { REQ = CRIME_REQUIRED, UP = CRIME_UPPER, SKIP = CRIME_SKIP };

#define FIELD(name_, screen, label, row, col, colon, width, flags, code, ...)  \
    {                                                                          \
        CRIME_##screen, label, row, col, colon, width, 1, flags, code,         \
            __VA_ARGS__.name = name_                                           \
    }
#define PART(of, screen, label, row, col, colon, picture_, code)               \
    FIELD(of, screen, label, row, col, colon, sizeof picture_ - 1, SKIP, code, \
          .picture = picture_, )

static const struct crime_code sexes[] = {
    { "01", "M" }, { "02", "F" }, { "03", "X" }, { "99", "U" }, { 0 }
};
static const struct crime_code flags[] = { { "1", "Y" }, { "2", "N" }, { 0 } };
static const struct crime_code sure[] = { { "YES", "YES" }, { 0 } };
static const struct crime_code online[] = { { "OL", "OL" }, { 0 } };
static const struct crime_code kinds[] = {
    { "B01", "BURGLARY - RESIDENTIAL" },
    { "D02", "CRIMINAL DAMAGE TO A VEHICLE" },
    { "T01", "THEFT FROM A SHOP" },
    { "T02", "THEFT OF PEDAL CYCLE" },
    { "T03", "THEFT FROM A MOTOR VEHICLE & TRAILR" },
    { "H01", "HARASSMENT WITHOUT VIOLENCE" },
    { "F01", "FRAUD BY FALSE REPRESENTATION" },
    { 0 }
};

static const struct crime_field fields[] = {
    FIELD("User ID", SIGN_ON, "Staff no", 8, 30, 40, 8, REQ, 1, ),
    FIELD("Password", SIGN_ON, "PIN", 9, 30, 40, 8, REQ | CRIME_HIDDEN, 2, ),
    FIELD("Top Option", TOP, "Go to", 20, 2, 10, 1, REQ, 3, ),
    FIELD("Option", MENU, "Go to", 20, 2, 10, 1, REQ, 3, ),
    FIELD("Submission ID", FIND, "Ext ref", 6, 2, 14, 50, REQ, 30, ),
    FIELD("Online Ref", REPORT_1, "Ext ref", 6, 2, 14, 50, REQ, 4, ),
    FIELD("Source", REPORT_1, "Source", 7, 2, 14, 2, REQ | SKIP | CRIME_ASKED,
          31, .codes = online, ),
    FIELD("Submitted", REPORT_1, "Reported", 8, 2, 14, 25, 0, 5,
          .check = crime_check_stamp, ),
    FIELD("Crime Type", REPORT_1, "Kind", 10, 2, 14, 3, REQ | SKIP, 9,
          .codes = kinds, ),
    FIELD("HO Class", REPORT_1, "Class", 10, 24, 31, 6, 0, 8, ),
    FIELD("NSIR Code", REPORT_1, "NSIR", 10, 42, 48, 3, SKIP, 6, ),
    FIELD("CJS Offence Code", REPORT_1, "CJS", 10, 56, 61, 8, 0, 7, ),
    PART("Start", REPORT_1, "From day", 12, 2, 14, "DD", 10),
    PART("Start", REPORT_1, "month", 12, 20, 27, "MM", 10),
    PART("Start", REPORT_1, "year", 12, 33, 39, "YYYY", 10),
    PART("Start", REPORT_1, "time", 12, 47, 53, "hhmm", 10),
    PART("End", REPORT_1, "To day", 13, 2, 14, "DD", 11),
    PART("End", REPORT_1, "month", 13, 20, 27, "MM", 11),
    PART("End", REPORT_1, "year", 13, 33, 39, "YYYY", 11),
    PART("End", REPORT_1, "time", 13, 47, 53, "hhmm", 11),
    FIELD("Hate Crime", REPORT_1, "Hate", 15, 2, 14, 1, SKIP, 12,
          .codes = flags, ),
    FIELD("Weapon", REPORT_1, "Armed", 16, 2, 14, 1, SKIP, 13,
          .codes = flags, ),
    FIELD("VRM", REPORT_1, "Reg mark", 18, 2, 14, 11, UP, 26, ),
    FIELD("Property Value", REPORT_1, "Value", 19, 2, 14, 12, 0, 27,
          .check = crime_check_digits, ),
    FIELD("Given Names", REPORT_2, "Names", 6, 2, 14, 35, 0, 15, ),
    FIELD("Surname", REPORT_2, "Surname", 7, 2, 14, 35, REQ, 14, ),
    FIELD("Gender", REPORT_2, "Sex", 8, 2, 14, 2, SKIP, 17, .codes = sexes, ),
    PART("Date of Birth", REPORT_2, "Born day", 10, 2, 14, "DD", 16),
    PART("Date of Birth", REPORT_2, "month", 10, 20, 27, "MM", 16),
    PART("Date of Birth", REPORT_2, "year", 10, 33, 39, "YYYY", 16),
    FIELD("E-mail", REPORT_2, "Mail to", 12, 2, 14, 120, 0, 19, ),
    FIELD("Phone", REPORT_2, "Phone", 15, 2, 14, 15, 0, 18, ),
    FIELD("Postcode", REPORT_3, "Postcode", 6, 2, 14, 8, UP | SKIP, 25, ),
    FIELD("Building", REPORT_3, "House", 7, 2, 14, 50, 0, 20, ),
    FIELD("Street", REPORT_3, "Street", 8, 2, 14, 160, 0, 21, ),
    FIELD("Locality", REPORT_3, "Parish", 12, 2, 14, 35, 0, 22, ),
    FIELD("Town", REPORT_3, "Town", 13, 2, 14, 35, 0, 23, ),
    FIELD("County", REPORT_3, "County", 14, 2, 14, 35, 0, 24, ),
    { CRIME_REPORT_4, "Account", 5, 2, 80, 72, 14, REQ, 28,
      .name = "Narrative" },
    { CRIME_REPORT_5, "Account (more)", 5, 2, 80, 72, 10, 0, 28,
      .name = "Narrative" },
    FIELD("Justification", JUSTIFY, "Reason", 12, 2, 80, 70, REQ, 29, ),
    FIELD("Sure", CONFIRM, "File it", 12, 2, 14, 3, REQ | UP | SKIP, 32,
          .codes = sure, ),
};

#define KEYS "PF11=Next  PF9=Leave"
#define FILES "PF10=File  PF9=Leave"

static const struct crime_frame frames[] = {
    [CRIME_BAD_TERMINAL] = { "TERMINAL?", "E/00", "", false,
                             { { 10, 10, "43 x 80, please." } } },
    [CRIME_SIGN_ON] = { "EAST: WHO ARE YOU?", "E/01", "ENTER=Go", false,
                        { { 0 } } },
    [CRIME_NEWS] = { "NEWS", "E/02", "ENTER=Seen", false,
                     { { 8, 6, "The system closes at 22:00 on Sunday." } } },
    [CRIME_TOP] = { "EAST", "E/03", "ENTER=Go", false,
                    { { 8, 6, "1   Persons" },
                      { 9, 6, "2   Crimes" },
                      { 10, 6, "0   Go home" } } },
    [CRIME_MENU] = { "CRIMES", "E/04", "ENTER=Go", false,
                     { { 8, 6, "1   Enter one" },
                       { 9, 6, "2   Look for one" },
                       { 10, 6, "3   All" },
                       { 11, 6, "9   Back" } } },
    [CRIME_REPORT_1] = { "CRIME 1 OF 5", "E/11", KEYS, false, { { 0 } } },
    [CRIME_REPORT_2] = { "CRIME 2 OF 5", "E/12", KEYS, false, { { 0 } } },
    [CRIME_REPORT_3] = { "CRIME 3 OF 5", "E/13", KEYS, false, { { 0 } } },
    [CRIME_REPORT_4] = { "CRIME 4 OF 5", "E/14", KEYS, false, { { 0 } } },
    [CRIME_REPORT_5] = { "CRIME 5 OF 5", "E/15", FILES, false, { { 0 } } },
    [CRIME_CONFIRM] = { "SURE?", "E/16", FILES, false,
                        { { 10, 2, "YES to file it." } } },
    [CRIME_JUSTIFY] = { "REASON FOR THIS", "E/17", FILES, false, { { 0 } } },
    [CRIME_ACCEPTED] = { "FILED", "E/18", "ENTER=Crimes", false, { { 0 } } },
    [CRIME_FIND] = { "LOOK FOR ONE", "E/21", "ENTER=Look  PF9=Crimes", false,
                     { { 0 } } },
    [CRIME_LIST] = { "ALL", "E/31", "PF9=Crimes  PF7=Back  PF8=Forward", false,
                     { { 0 } } },
};

const struct crime_layout crime_east = {
    .name = "east",
    .fields = fields,
    .count = sizeof fields / sizeof *fields,
    .frames = frames,
    .last = CRIME_REPORT_5,
    .options = "1239",
    .cancel = DS_PF9,
    .forward = DS_PF11,
    .file = DS_PF10,
    .mode_col = 50,
    .message_row = 4,
    .reference = "CRIME NUMBER:",
};
