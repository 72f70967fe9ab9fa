#ifndef RPA_TESTS_SCREEN_X3270_H
#define RPA_TESTS_SCREEN_X3270_H

#include "rpa/base/buf.h"
#include "rpa/screen/display.h"
#include "screen/xvfb.h"

#include <sys/types.h>

/** x3270's own word, for one started with -socket: do @actions (lines) and
 * return what it answers, free() it. Waits until x3270 listens. NULL when there
 * is no whole answer within 30 s. */
char *x3270_ask(pid_t x3270, const char *actions);

/** Start a host on a port of this machine that sends @screen, a write command
 * in TN3270, to whoever connects, and then nothing more. Ends with the test. */
pid_t x3270_host(const struct rpa_buf *screen, int *ret_port);

/** A display of its own, and such a host: what a test needs that starts x3270. */
struct x3270_stage {
    struct xvfb x;
    struct rpa_display *d;
    int port;
    pid_t host;
};

/** @screen is taken. Ends the test where there is no display. */
void x3270_stage_open(struct x3270_stage *stage, struct rpa_buf *screen, int width,
                      int height);
void x3270_stage_close(struct x3270_stage *stage);

/** End one and wait, and remove its script socket. 0 is fine. */
void x3270_reap(pid_t x3270);

#endif
