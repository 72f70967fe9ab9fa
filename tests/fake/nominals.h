#ifndef RPA_TESTS_FAKE_NOMINALS_H
#define RPA_TESTS_FAKE_NOMINALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tn3270.h"

/**
 * The index of nominals behind the terminals: records, screens, what is keyed
 * and filed. It knows nothing of sockets.
 */
enum { NOMINAL_VALUE_MAX = 40, NOMINAL_FIELDS = 10, NOMINAL_ENTRIES = 4 };
enum {
    NOMINAL_TEXT = NOMINAL_VALUE_MAX * 3 + 1
}; /* a value as UTF-8, with its NUL */

/** A value as the terminal has it: EBCDIC. */
struct nominal_value {
    size_t len;
    uint8_t bytes[NOMINAL_VALUE_MAX];
};

struct nominal {
    struct nominal_value value[NOMINAL_FIELDS];
};

enum nominals_screen { SIGN_ON, MENU, LIST, OPEN, RECORD };

struct nominals_session {
    enum nominals_screen screen;
    int page;
    struct nominal *record; /* that is open; the index's, */
    struct nominal edited;  /* and as the terminal has it */
    struct nominal_value entry[NOMINAL_ENTRIES];
    char message[80];
};

/** Have the records of @path; say why not, and end. @fd: what is filed goes
 * there, -1: nowhere; @mode is shown on each screen. */
void nominals_open(const char *path, int fd, const char *mode);
/** One inbound record. */
void nominals_take(struct nominals_session *s, const uint8_t *rec, size_t len);
/** Queue the write that shows the session's screen. */
void nominals_show(struct nominals_session *s, struct tn *tn);

#endif
