#ifndef RPA_TESTS_SCREEN_TERM_H
#define RPA_TESTS_SCREEN_TERM_H

#include "rpa/screen/window.h"
#include "screen/xvfb.h"

#include <stddef.h>

/** An xterm of a test, which ends with it. What cannot start ends the test
 * ("Bail out!"). */
struct term {
    pid_t pid;
    rpa_window window;
    int tty;        /* term_show(): what is written here it shows */
    char path[300]; /* term_read(): what is typed comes into this file */
    size_t had;     /* of which so many bytes were looked at: the test's own */
};

/** One in which @reader, a command of sh with %s for the file, takes the keys:
 * all of them, as they are. It is ready and shows "go", but has no focus. */
void term_read(struct term *t, const struct xvfb *x, struct rpa_display *d,
               const char *dir, const char *title, const char *reader);

/** One of 80x24 that shows UTF-8, with @args (NULL-ended, at most 16) to say
 * how. It has the focus. */
void term_show(struct term *t, const struct xvfb *x, struct rpa_display *d,
               const char *dir, const char *title, const char *const args[]);

/** End it. */
void term_stop(struct term *t);

#endif
