/* The layout of the crime recording system that the others differ from. */
#include "crime.h"

enum {
    REQ = CRIME_REQUIRED,
    UP = CRIME_UPPER,
    SKIP = CRIME_SKIP,
    SHOWN = CRIME_SHOWN
};

/*
 * In tabbing order. Three fields end in an auto-skip attribute, as some do on
 * real systems: HO Class, Date of Birth, Postcode. After their last character
 * the cursor is in the next field; after the last one of any other it stands
 * in protected space.
 */
static const struct crime_field fields[] = {
    { CRIME_SIGN_ON, "User ID", 10, 26, 42, 8, 1, REQ, 1, NULL },
    { CRIME_SIGN_ON, "Password", 12, 26, 42, 8, 1, REQ | CRIME_HIDDEN, 2,
      NULL },
    { CRIME_MENU, "Option", 16, 10, 22, 1, 1, REQ | UP, 3, NULL },

    { CRIME_FIND, "Submission ID", 5, 2, 21, 50, 1, REQ, 30, NULL },

    { CRIME_REPORT_1, "Online Ref", 5, 2, 21, 50, 1, REQ, 4, NULL },
    { CRIME_REPORT_1, "Submitted", 6, 2, 21, 25, 1, 0, 5, crime_check_stamp },
    { CRIME_REPORT_1, "NSIR Code", 9, 2, 21, 3, 1, 0, 6, NULL },
    { CRIME_REPORT_1, "CJS Offence Code", 9, 42, 61, 8, 1, 0, 7, NULL },
    { CRIME_REPORT_1, "HO Class", 10, 2, 21, 6, 1, SKIP, 8, NULL },
    { CRIME_REPORT_1, "Crime Type", 11, 2, 21, 35, 1, REQ | UP, 9, NULL },
    { CRIME_REPORT_1, "Start", 14, 2, 21, 16, 1, 0, 10, crime_check_date_time },
    { CRIME_REPORT_1, "End", 14, 42, 61, 16, 1, 0, 11, crime_check_date_time },
    { CRIME_REPORT_1, "Hate Crime", 17, 2, 21, 1, 1, 0, 12,
      crime_check_yes_no },
    { CRIME_REPORT_1, "Weapon", 17, 42, 61, 1, 1, 0, 13, crime_check_yes_no },

    { CRIME_REPORT_2, "Surname", 5, 2, 21, 35, 1, REQ, 14, NULL },
    { CRIME_REPORT_2, "Given Names", 6, 2, 21, 35, 1, 0, 15, NULL },
    { CRIME_REPORT_2, "Date of Birth", 7, 2, 21, 10, 1, SKIP, 16,
      crime_check_date },
    { CRIME_REPORT_2, "Gender", 7, 42, 61, 1, 1, 0, 17, crime_check_gender },
    { CRIME_REPORT_2, "Phone", 10, 2, 21, 15, 1, 0, 18, NULL },
    { CRIME_REPORT_2, "E-mail", 11, 2, 21, 120, 1, 0, 19, NULL },
    { CRIME_REPORT_2, "Building", 15, 2, 21, 50, 1, 0, 20, NULL },
    { CRIME_REPORT_2, "Street", 16, 2, 21, 160, 1, 0, 21, NULL },
    { CRIME_REPORT_2, "Locality", 19, 2, 21, 35, 1, 0, 22, NULL },
    { CRIME_REPORT_2, "Town", 20, 2, 21, 35, 1, 0, 23, NULL },
    { CRIME_REPORT_2, "County", 21, 2, 21, 35, 1, 0, 24, NULL },
    { CRIME_REPORT_2, "Postcode", 22, 2, 21, 8, 1, UP | SKIP, 25, NULL },

    { CRIME_REPORT_3, "VRM", 5, 2, 21, 11, 1, UP, 26, NULL },
    { CRIME_REPORT_3, "Property Value", 6, 2, 21, 20, 1, 0, 27,
      crime_check_digits },
    /* 72 wide leaves no room beside the label: its leader runs to the right
     * edge, so that the attribute cell is column 1 of the next row */
    { CRIME_REPORT_3, "Narrative", 9, 2, 80, 72, 24, REQ, 28, NULL },

    { CRIME_JUSTIFY, "Justification", 12, 2, 80, 70, 1, REQ, 29, NULL },

    { CRIME_PERSON_SEARCH, "Purpose", 5, 2, 21, 2, 1, REQ, 21,
      crime_check_purpose },
    { CRIME_PERSON_SEARCH, "Person Surname", 7, 2, 21, 35, 1, REQ | UP, 31,
      NULL },
    { CRIME_PERSON_SEARCH, "Person Forename", 8, 2, 21, 20, 1, UP, 32, NULL },
    { CRIME_PERSON_SEARCH, "Born", 9, 2, 21, 10, 1, 0, 33, crime_check_date },
    { CRIME_PERSON_WHY, "Reason", 12, 2, 21, 55, 1, REQ, 41, NULL },
    { CRIME_PERSONS, "Line", 20, 2, 21, 3, 1, REQ, 51, NULL },

    { CRIME_PERSON, "Record", 5, 2, 21, 8, 1, SHOWN, 0, NULL, "ref" },
    { CRIME_PERSON, "Surname", 6, 2, 21, 35, 1, SHOWN, 0, NULL, "surname" },
    { CRIME_PERSON, "Given Names", 7, 2, 21, 40, 1, SHOWN, 0, NULL, "given" },
    { CRIME_PERSON, "Born", 8, 2, 21, 10, 1, SHOWN, 0, NULL, "born" },
    { CRIME_PERSON, "Sex", 9, 2, 21, 1, 1, SHOWN, 0, NULL, "sex" },
    { CRIME_PERSON, "Postcode", 10, 2, 21, 8, 1, SHOWN, 0, NULL, "postcode" },
    { CRIME_PERSON, "PNC ID", 11, 2, 21, 13, 1, SHOWN, 0, NULL, "pnc" },
    { CRIME_PERSON, "CRO", 12, 2, 21, 12, 1, SHOWN, 0, NULL, "cro" },
    { CRIME_PERSON, "NINO", 13, 2, 21, 9, 1, SHOWN, 0, NULL, "nino" },
    { CRIME_PERSON, "Warnings", 14, 2, 21, 40, 1, SHOWN, 0, NULL, "warnings" },
};

#define RECORD_KEYS "ENTER=Continue  PF3=Menu (nothing filed)"
#define PAGED_KEYS "ENTER=Continue  PF3=Menu (nothing filed)  PF7=Back"

static const struct crime_frame frames[] = {
    [CRIME_BAD_TERMINAL] = { "TERMINAL NOT SUPPORTED",
                             "CRS0000",
                             "ENTER=Disconnect",
                             false,
                             { { 10, 10,
                                 "This system needs a terminal of 43 x "
                                 "80 positions (model 4)." } } },
    [CRIME_SIGN_ON] = { "SIGN ON",
                        "CRS0001",
                        "ENTER=Sign on",
                        false,
                        { { 4, 26, "CRIME RECORDING SYSTEM" },
                          { 6, 10,
                            "Authorised users only. All access is "
                            "logged and may be audited." },
                          { 15, 10,
                            "Unauthorised access is an offence under "
                            "the Computer Misuse Act 1990." } } },
    [CRIME_MENU] = { "MAIN MENU",
                     "CRS0100",
                     "ENTER=Select",
                     false,
                     { { 5, 10, "Select an option and press ENTER" },
                       { 8, 14, "1   New crime report" },
                       { 9, 14, "2   Find a report" },
                       { 10, 14, "3   Crimes on file" },
                       { 11, 14, "4   Person search" },
                       { 12, 14, "X   Sign off" } } },
    [CRIME_REPORT_1] = { "NEW CRIME REPORT 1/3",
                         "CRS0210",
                         RECORD_KEYS,
                         true,
                         { { 4, 2, "REPORT" },
                           { 8, 2, "OFFENCE" },
                           { 13, 2, "COMMITTED (day first, 24-hour clock)" },
                           { 16, 2, "FLAGS (Y/N)" } } },
    [CRIME_REPORT_2] = { "NEW CRIME REPORT 2/3",
                         "CRS0220",
                         PAGED_KEYS,
                         true,
                         { { 4, 2,
                             "AGGRIEVED (born DD/MM/YYYY, gender M/F/X/U)" },
                           { 9, 2, "CONTACT" },
                           { 14, 2, "ADDRESS" } } },
    [CRIME_REPORT_3] = { "NEW CRIME REPORT 3/3",
                         "CRS0230",
                         PAGED_KEYS,
                         true,
                         { { 4, 2, "PROPERTY (whole pounds)" },
                           { 8, 2, "CIRCUMSTANCES" } } },
    [CRIME_JUSTIFY] = { "JUSTIFICATION REQUIRED",
                        "CRS0290",
                        RECORD_KEYS,
                        true,
                        { { 6, 2, "This report was chosen for a check." },
                          { 8, 2,
                            "State why it is being recorded and on whose "
                            "behalf." } } },
    [CRIME_ACCEPTED] = { "REPORT ACCEPTED",
                         "CRS0299",
                         "ENTER=Menu",
                         true,
                         { { 8, 2, "The crime report has been filed." } } },
    [CRIME_FIND] = { "FIND A REPORT",
                     "CRS0310",
                     "ENTER=Find  PF3=Menu",
                     false,
                     { { 4, 2, "By the id it was submitted under" } } },
    [CRIME_LIST] = { "CRIMES ON FILE", "CRS0300",
                     "PF3=Menu  PF7=Back  PF8=Forward", false, { { 0 } } },
    [CRIME_PERSON_SEARCH] = { "PERSON SEARCH",
                              "CRS0400",
                              "ENTER=Search  PF3=Menu",
                              false,
                              { { 4, 2, "WHY" },
                                { 6, 2, "WHO (surname as on file)" } } },
    [CRIME_PERSONS] = { "PERSONS FOUND", "CRS0410",
                        "ENTER=Show line  PF3=Search  PF7=Back  PF8=Forward",
                        false, { { 0 } } },
    [CRIME_PERSON] = { "PERSON RECORD", "CRS0420", "PF3=Back", false, { { 0 } } },
    [CRIME_PERSON_WHY] = { "FULLER JUSTIFICATION",
                           "CRS0490",
                           "ENTER=Continue  PF3=Abandon",
                           false,
                           { { 6, 2, "This enquiry was chosen for a check." },
                             { 8, 2,
                               "State why it is made and on whose behalf." } } },
};

const struct crime_layout crime_central = {
    .name = "central",
    .fields = fields,
    .count = sizeof fields / sizeof *fields,
    .frames = frames,
    .last = CRIME_REPORT_3,
    .options = "123X4",
    .cancel = DS_PF3,
    .mode_col = 76,
};
