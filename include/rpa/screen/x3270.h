#ifndef RPA_SCREEN_X3270_H
#define RPA_SCREEN_X3270_H

#include "rpa/base/err.h"
#include "rpa/screen/grid.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * x3270's own word for what it shows: the text, the cursor and the keyboard
 * lock, by the script socket it opens with -socket. A second reader beside the
 * pixels: where both agree, neither the font nor the terminal's drawing can
 * have misled us.
 *
 * Source: x3270-script(1), "Status Format" and the actions Ascii1 and Query.
 */
struct rpa_x3270;

/** From the status line of a reply. */
struct rpa_x3270_status {
    bool locked; /* the keyboard takes nothing; why, it does not tell: 4.1
                  * says of an operator's error that it waits for the host */
    bool connected;             /* to a host */
    int rows, cols;
    int cursor_row, cursor_col; /* from 0 */
};

/**
 * Connect to the socket of the x3270 with process id @pid.
 *
 * Owns:   *@ret_fd, close() it or give it to rpa_x3270_new().
 * Errors: RPA_ENOTFOUND it does not listen (no -socket), RPA_EPERM another
 *         process does in its place, RPA_EIO.
 */
int rpa_x3270_connect(pid_t pid, int *ret_fd, struct rpa_err *err);
/** Remove what an x3270 that was killed leaves of its socket, if anything. */
void rpa_x3270_remove(pid_t pid);

/** Talk on @fd, which is taken also on failure. RPA_ENOMEM. */
int rpa_x3270_new(int fd, struct rpa_x3270 **ret, struct rpa_err *err);
void rpa_x3270_free(struct rpa_x3270 *x); /* NULL is fine */

/**
 * Run one action; what it printed goes into @text, without "data: ", one line
 * each.
 *
 * Shape:  @text is added to; NULL: not wanted. @ret may be NULL.
 * Errors: RPA_EPROTO it failed or the answer is not x3270's, RPA_ETIMEOUT,
 *         RPA_EWINDOW it ended; RPA_ENOMEM. After one, only free() is good.
 */
int rpa_x3270_ask(struct rpa_x3270 *x, const char *action,
                  int64_t deadline_us, struct rpa_buf *text,
                  struct rpa_x3270_status *ret, struct rpa_err *err);

/**
 * Does x3270 say that it shows @s? Every cell that can be read must be as x3270
 * says, and the cursor where both know it.
 *
 * Errors: RPA_ESCREEN they differ: seen says where, not what; else as ask().
 */
int rpa_x3270_agrees(struct rpa_x3270 *x, const struct rpa_screen *s,
                     int64_t deadline_us, struct rpa_x3270_status *ret,
                     struct rpa_err *err);

#endif
