#ifndef RPA_TESTS_FAKE_CRIME_H
#define RPA_TESTS_FAKE_CRIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ds3270.h"
#include "person_file.h"

/**
 * The crime recording application behind the terminals: screens, rules, flow
 * and file. It knows nothing of sockets or time.
 */

enum crime_screen {
    CRIME_BAD_TERMINAL,
    CRIME_SIGN_ON,
    CRIME_NEWS, /* after it, where a layout has that */
    CRIME_TOP,  /* a menu before the menu, as well */
    CRIME_MENU,
    CRIME_REPORT_1,
    CRIME_REPORT_2,
    CRIME_REPORT_3,
    CRIME_REPORT_4, /* of those layouts that have as many */
    CRIME_REPORT_5,
    CRIME_CONFIRM, /* a question, as well */
    CRIME_JUSTIFY,
    CRIME_ACCEPTED,
    CRIME_FIND,
    CRIME_FOUND, /* what it found, where a layout has that */
    CRIME_LIST,
    CRIME_PICK, /* a list that fills a field of a record */
    CRIME_PERSON_SEARCH, /* from here on crime_people.c has them */
    CRIME_PERSONS,
    CRIME_PERSON,
    CRIME_PERSON_WHY,
};

enum { CRIME_WIDTH_MAX = 160, CRIME_SLOTS = 80, CRIME_MESSAGE_MAX = 79 };
enum { CRIME_HITS_MAX = 999 }; /* more than any surname has */

enum {
    CRIME_UPPER = 1,    /* the host makes it capitals */
    CRIME_HIDDEN = 2,   /* non-display, and forgotten after each Enter */
    CRIME_SKIP = 4,     /* when full, the cursor goes on to the next field */
    CRIME_REQUIRED = 8, /* its (first) line may not be blank */
    CRIME_SHOWN = 16,   /* not to be keyed into */
    CRIME_ASKED = 32,   /* of a record, and not held */
    CRIME_PICKED = 64,  /* filled from a list of its codes, and not otherwise */
};

/** What a user keys for a value, and what the system holds. */
struct crime_code {
    const char *keyed, *held;
};

/**
 * One labelled field. The label starts behind an attribute cell at @col; @colon
 * is where its leader ends; the cell after that is the field's attribute, then
 * come @width data cells, wrapping at the right edge. @lines more than 1 are
 * rows of the same shape below it.
 */
struct crime_field {
    enum crime_screen screen;
    const char *label;
    int row, col, colon; /* from 1 */
    int width, lines;
    int flags;
    int code; /* number of its message: E014; +100 for a wrong format */
    /* NULL, or what a value that is not blank must be: NULL when it is */
    const char *(*check)(const char *utf8);
    const char *name; /* what the system holds it as; NULL: its label */
    const struct crime_code *codes; /* the only values, to a NULL; or NULL */
    const char *picture; /* of a date or a part of it: DD, MM or MON, YYYY, hh,
                            mm; or NULL */
};

struct crime_text {
    int row, col;
    const char *text;
};

/** What stands around the fields of a screen: text up to the first without. */
struct crime_frame {
    const char *title, *id, *keys;
    bool alt; /* 43 rows */
    struct crime_text text[12];
};

/**
 * How one force has the system laid out. All hold the same, under the names of
 * the first layout, dates as DD/MM/YYYY and flags as Y or N. A
 * field named "A, B" holds two. Fields of one name, such as a
 * day and a time, are held with a blank between, a month and a year with a slash,
 * parts of a reference with a dash.
 */
struct crime_layout {
    const char *name;
    const struct crime_field *fields; /* in tabbing order */
    size_t count;
    const struct crime_frame *frames; /* by enum crime_screen */
    enum crime_screen last;           /* screen of a record: files it */
    const char *options; /* of the menu: new, find, list, off; persons, if at all */
    int cancel;                       /* the key that leaves a record */
    int forward, file; /* to the next screen of one; from its last; 0: Enter */
    int mode_col;                     /* where row 1 shows the mode */
    int message_row;                  /* 0: the last one */
    const char *reference;            /* before a crime's; NULL: CRIME REF */
    const char *number; /* before that of its own; NULL: CR26/ */
    const char *filed;  /* a message on the menu says so; NULL: a screen */
    int pick;           /* the key that opens a list */
    bool upper;         /* all is capitals */
};
extern const struct crime_layout crime_central, crime_north, crime_south,
    crime_east, crime_west, crime_isles;

/** What a field line holds, as received (EBCDIC). */
struct crime_value {
    size_t len;
    uint8_t bytes[CRIME_WIDTH_MAX];
};

struct crime_options {
    const struct crime_layout *layout;
    const char *mode, *user, *password;
    unsigned seed, justify_every;
    const char *drop_at; /* a screen's title, or NULL */
    bool drop_before_file, drop_after_file, drop_file_late;
    int list;               /* crimes on file */
    const char *list_fault; /* no-mark, skip, stuck, lost-row; or NULL */
};

/** What all sessions share. */
struct crime_host {
    struct crime_options opt;
    int drops_left;
    int fd; /* accepted reports, or -1 */
    unsigned long filed;
    struct person_file people; /* none: the index is not available */
};

struct crime_session {
    struct crime_host *host;
    enum crime_screen screen;
    char user[CRIME_WIDTH_MAX * 3 + 1]; /* who signed on; UTF-8 */
    char ref[32]; /* of the report filed, or found */
    char message[CRIME_MESSAGE_MAX + 1];
    int page;   /* of the list */
    const struct crime_field *picking; /* filled from the list that is shown */
    struct person_record *hits[CRIME_HITS_MAX]; /* persons found */
    size_t found;
    bool lost_row; /* the last of them is not shown */
    struct person_record *person;  /* shown, or asked for */
    enum crime_screen asked_on;    /* where it was asked why */
    int cursor; /* address for the next write; -1: the first field */
    struct crime_value value[CRIME_SLOTS];
};

/* crime_screens.c */
/** The layout by its name, or NULL. */
const struct crime_layout *crime_layout(const char *name);
const struct crime_frame *crime_frame(const struct crime_session *s);
/** Positions of the screen's buffer: 24x80 or 43x80. */
int crime_size(const struct crime_session *s);
/** Has the layout that screen? */
bool crime_has(const struct crime_session *s, enum crime_screen screen);
/** Address of the first data position of @line (from 0). */
int crime_addr(const struct crime_field *field, int line);
/** The session's value of @line of @field. */
struct crime_value *crime_value(struct crime_session *s,
                                const struct crime_field *field, int line);
/** A field by the name it is held as. */
const struct crime_field *crime_find(const struct crime_session *s,
                                     const char *name);
/** The name a field is held as. */
const char *crime_name(const struct crime_field *field);
/** The write that shows the session's screen. */
void crime_show(struct crime_session *s, struct ds_out *out);

/* crime_rules.c */
const char *crime_check_stamp(const char *utf8);
const char *crime_check_date(const char *utf8);
const char *crime_check_date_time(const char *utf8);
const char *crime_check_yes_no(const char *utf8);
const char *crime_check_gender(const char *utf8);
const char *crime_check_digits(const char *utf8);
const char *crime_check_purpose(const char *utf8);
/** What is held for what was keyed: @keyed itself, its code's, or a date as
 * DD/MM/YYYY [hh:mm] in @buf; NULL when it is none of the codes, or no date. */
const char *crime_held(const struct crime_field *field, const char *keyed,
                       char buf[static 24]);
/** Check the session's screen: true, or sets message and cursor. */
bool crime_valid(struct crime_session *s);

/* crime_flow.c */
enum crime_next { CRIME_REPLY, CRIME_DROP, CRIME_DROP_FILE_LATE };
void crime_begin(struct crime_session *s, struct crime_host *host,
                 const char *term);
/** One inbound record; then crime_show(), or the connection is dropped. */
enum crime_next crime_record(struct crime_session *s, const uint8_t *rec,
                             size_t len);

/* crime_list.c: the list of crimes on file */
void crime_list_show(struct crime_session *s, struct ds_out *out);
void crime_list_key(struct crime_session *s, int aid);

/* crime_pick.c: a list of codes that fills a field */
/** From a record to the list of the field that the cursor is in, or of the one that
 * nobody keys into. */
void crime_pick_open(struct crime_session *s, int cursor);
void crime_pick_show(struct crime_session *s, struct ds_out *out);
void crime_pick_key(struct crime_session *s, const struct ds_in *in);

/* crime_people.c: persons on file, searched as old systems do */
void crime_people_show(struct crime_session *s, struct ds_out *out);
void crime_people_key(struct crime_session *s, int aid);

/* crime_file.c */
/** Open for appending and count the lines there; -1 with errno. */
int crime_file_open(struct crime_host *host, const char *path);
/** Give the report the next reference and append it, durably; -1 with errno. */
int crime_file_add(struct crime_session *s);
/** The reference of the report with that submission id into s->ref, "" if there
 * is none; -1 with errno. */
int crime_file_find(struct crime_session *s, const char *id);

#endif
