#ifndef RPA_SCREEN_DISPLAY_H
#define RPA_SCREEN_DISPLAY_H

#include "rpa/base/err.h"

/**
 * One connection to one X display, through which everything goes: windows,
 * keys, capture and grab. A second connection would deadlock under the grab.
 *
 * A window that vanishes is an error of the call that used it; a server that
 * dies makes every later call fail with RPA_EDISPLAY. Neither ends the process,
 * as Xlib would have it. One thread at a time.
 */
struct rpa_display;

/**
 * Connect through libxdo.
 *
 * Shape:  @name as in DISPLAY (":7"); NULL takes it from the environment.
 * Owns:   *@ret, set on success only; end it with rpa_display_close().
 * Errors: RPA_EDISPLAY nobody listens there or the cookie is wrong, RPA_EENV
 *         the server lacks an extension that is needed (XTEST, XKB),
 *         RPA_ENOMEM.
 * Note:   sets Xlib's two process-wide error handlers. The process must ignore
 *         SIGPIPE.
 */
int rpa_display_open(const char *name, struct rpa_display **ret,
                     struct rpa_err *err);

/** Release the keys still held, then disconnect. NULL is fine, a dead server
 * too. */
void rpa_display_close(struct rpa_display *d);

/**
 * Ask of the programs that are yet to start on this display, which must be our
 * own, for a cursor that can be told from all else: a block of a colour of its
 * own that does not blink and stays full without focus. Terminals heed it (X
 * resources; xterm(1), urxvt(1)); in one that does not, or that was given other
 * colours, the cursor is found by how it differs from its neighbours.
 * RPA_EDISPLAY.
 */
int rpa_display_mark_cursors(struct rpa_display *d, struct rpa_err *err);

/** Called before a wait goes to sleep, each time a window may have come since the
 * last time; what it returns below 0 ends that wait. */
typedef int (*rpa_display_came)(void *ctx, struct rpa_err *err);
/** NULL: no more. @ctx is borrowed until then. */
void rpa_display_interrupt(struct rpa_display *d, rpa_display_came came,
                           void *ctx);

/** Called before a wait goes to sleep, and when the descriptor it was given with
 * is readable; what it returns below 0 ends that wait. */
typedef int (*rpa_display_heard)(void *ctx, struct rpa_err *err);
/** Listen to @fd too while waiting. NULL: no more. @ctx is borrowed until then. */
void rpa_display_listen(struct rpa_display *d, int fd, rpa_display_heard heard,
                        void *ctx);

/** Readable when the server has something to say. */
int rpa_display_fd(const struct rpa_display *d);
/** Look at what it said, and give others what they ask of us (selection.h);
 * does not wait. RPA_EDISPLAY: it has gone. */
int rpa_display_serve(struct rpa_display *d, struct rpa_err *err);

#endif
