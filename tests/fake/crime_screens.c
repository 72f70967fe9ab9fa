#include "crime.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { REQ = CRIME_REQUIRED, UP = CRIME_UPPER, SKIP = CRIME_SKIP };

/*
 * In tabbing order. Three fields end in an auto-skip attribute, as some do on
 * real systems: HO Class, Date of Birth, Postcode. After their last character
 * the cursor is in the next field; after the last one of any other it stands
 * in protected space.
 */
const struct crime_field crime_fields[] = {
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
};
const size_t crime_field_count = sizeof crime_fields / sizeof *crime_fields;

struct text {
    int row, col;
    const char *text;
};

#define RECORD_KEYS "ENTER=Continue  PF3=Menu (nothing filed)"
#define PAGED_KEYS "ENTER=Continue  PF3=Menu (nothing filed)  PF7=Back"

/* Rows of text: up to the first without any. */
static const struct screen {
    const char *title, *id, *keys;
    bool alt; /* 43 rows */
    struct text text[12];
} screens[] = {
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
};

const char *crime_title(enum crime_screen screen)
{
    return screens[screen].title;
}

int crime_size(enum crime_screen screen)
{
    return screens[screen].alt ? DS_SIZE_ALT : DS_SIZE;
}

static int at(int row, int col)
{
    return (row - 1) * DS_COLS + col - 1;
}

int crime_addr(const struct crime_field *field, int line)
{
    return at(field->row + line, field->colon) + 2;
}

struct crime_value *crime_value(struct crime_session *s,
                                const struct crime_field *field, int line)
{
    int slot = line;
    for (const struct crime_field *f = crime_fields; f < field; f++)
        slot += f->lines;
    assert(slot < CRIME_SLOTS);
    return &s->value[slot];
}

const struct crime_field *crime_find(const char *label)
{
    for (size_t i = 0; i < crime_field_count; i++)
        if (!strcmp(crime_fields[i].label, label))
            return &crime_fields[i];
    return NULL;
}

static void show_text(struct ds_out *out, int row, int col, int attr_bits,
                      const char *text)
{
    ds_sba(out, at(row, col) - 1);
    ds_sf(out, DS_PROTECTED | attr_bits);
    ds_text(out, text);
}

/* "Label . . . :", dots counted from the colon so that they line up. */
static void show_label(struct ds_out *out, const struct crime_field *f)
{
    char text[DS_COLS + 1];
    int len = f->colon - f->col + 1, used = (int)strlen(f->label);
    for (int i = 0; i < len; i++)
        text[i] = i > used && i < len - 1 && (len - 1 - i) % 2 == 0 ? '.' : ' ';
    memcpy(text, f->label, (size_t)used);
    text[len - 1] = ':';
    text[len] = '\0';
    show_text(out, f->row, f->col, 0, text);
}

static void show_line(struct crime_session *s, struct ds_out *out,
                      const struct crime_field *f, int line)
{
    int addr = crime_addr(f, line);
    const struct crime_value *v = crime_value(s, f, line);
    ds_sba(out, addr - 1);
    ds_sf(out, f->flags & CRIME_HIDDEN ? DS_HIDDEN : 0);
    ds_bytes(out, v->bytes, v->len);
    ds_sba(out, addr + f->width);
    ds_sf(out, DS_PROTECTED | (f->flags & CRIME_SKIP ? DS_NUMERIC : 0));
}

static void show_fields(struct crime_session *s, struct ds_out *out)
{
    int cursor = s->cursor;
    for (size_t i = 0; i < crime_field_count; i++) {
        const struct crime_field *f = &crime_fields[i];
        if (f->screen != s->screen)
            continue;
        show_label(out, f);
        for (int line = 0; line < f->lines; line++)
            show_line(s, out, f, line);
        if (cursor < 0)
            cursor = crime_addr(f, 0);
    }
    ds_sba(out, cursor < 0 ? 0 : cursor);
    ds_ic(out);
}

static void show_frame(struct crime_session *s, struct ds_out *out)
{
    const struct screen *screen = &screens[s->screen];
    int last = crime_size(s->screen) / DS_COLS;
    char rule[DS_COLS] = "";
    memset(rule, '-', DS_COLS - 2);
    show_text(out, 1, 2, 0, screen->id);
    show_text(out, 1, (DS_COLS - (int)strlen(screen->title)) / 2, DS_INTENSE,
              screen->title);
    show_text(out, 1, 76, DS_INTENSE, s->host->opt.mode);
    show_text(out, 2, 2, 0, rule);
    for (const struct text *t = screen->text; t->text; t++)
        show_text(out, t->row, t->col, 0, t->text);
    show_text(out, last - 2, 2, 0, rule);
    show_text(out, last - 1, 2, 0, screen->keys);
    show_text(out, last, 2, DS_INTENSE, s->message);
}

void crime_show(struct crime_session *s, struct ds_out *out)
{
    bool alarm = s->message[0] == 'E';
    ds_begin(out, screens[s->screen].alt ? DS_ERASE_WRITE_ALT : DS_ERASE_WRITE,
             DS_WCC_RESTORE | DS_WCC_RESET_MDT | (alarm ? DS_WCC_ALARM : 0));
    show_frame(s, out);
    if (s->screen == CRIME_ACCEPTED || (s->screen == CRIME_FIND && s->ref[0])) {
        char text[64];
        snprintf(text, sizeof text, "CRIME REF %s", s->ref);
        show_text(out, 10, 2, DS_INTENSE, text);
    }
    if (s->screen == CRIME_LIST)
        crime_list_show(s, out);
    show_fields(s, out);
}
