#ifndef RPA_TESTS_FAKE_VT_H
#define RPA_TESTS_FAKE_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "person_file.h"

/** A record-search application on a terminal: its screens and what they do. */

enum vt_screen {
    VT_SIGN_ON,
    VT_TRANSACTION,
    VT_SEARCH,
    VT_JUSTIFY,
    VT_NOTICE,
    VT_RESULTS,
    VT_RECORD,
    VT_CLOSED,
};

/** By their place in vt_fields. */
enum vt_field {
    VT_OPERATOR,
    VT_PASSWORD,
    VT_CODE,
    VT_PURPOSE,
    VT_ORIGINATOR,
    VT_SURNAME,
    VT_FORENAME,
    VT_BORN,
    VT_REASON,
    VT_LINE,
    VT_FIELDS,
};

enum {
    VT_WIDTH_MAX = 55,
    VT_UTF8_MAX = VT_WIDTH_MAX * 4 + 1,
    VT_PAGE_ROWS = 12
};
enum { VT_HITS_MAX = 999 }; /* more than any surname has */

struct vt_input {
    enum vt_screen screen;
    const char *label;
    int row, width;
    bool hidden;
};
extern const struct vt_input vt_fields[VT_FIELDS]; /* in tabbing order */

struct vt_frame {
    const char *id, *title, *keys;
};
extern const struct vt_frame vt_frames[]; /* by enum vt_screen */

enum vt_key { VT_ENTER, VT_F3, VT_F7, VT_F8, VT_OTHER };

struct vt_options {
    const char *mode, *user, *password;
    unsigned seed, justify_every, notice_every, slow_every, slow_ms, work_ms;
    long close_after; /* searches; -1: never */
};

struct vt {
    struct vt_options opt;
    struct person_file file;
    enum vt_screen screen;
    enum vt_field field; /* where the cursor is; VT_FIELDS: nowhere */
    bool entered; /* and nothing typed there yet: it is on its first cell */
    wchar_t text[VT_FIELDS][VT_WIDTH_MAX + 1];
    char message[80];
    char operator_[VT_UTF8_MAX]; /* who signed on */
    long searches;

    /* of the search that is shown; LOST: the last row is not */
    struct person_record *hits[VT_HITS_MAX];
    size_t found, page;
    bool lost_row;
    struct person_record *record; /* shown, or asked for */
    enum vt_screen asked_on;      /* where the justification was asked */
};

/* vt_flow.c */
/** One of the keys that are answered, in the session's screen. */
void vt_answer(struct vt *vt, enum vt_key key);
/** Will the answer to this key take its time? */
bool vt_slow(struct vt *vt, enum vt_key key);
/** Show a screen, the cursor in its first field. */
void vt_go(struct vt *vt, enum vt_screen screen);
/** What a field holds, as UTF-8. */
const char *vt_get(const struct vt *vt, enum vt_field field,
                   char ret[static VT_UTF8_MAX]);

/* vt_screen.c */
void vt_draw(struct vt *vt);

#endif
