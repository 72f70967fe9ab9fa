#ifndef RPA_ACT_DRIVER_H
#define RPA_ACT_DRIVER_H

#include <cbor.h>

#include "rpa/act/act.h"

/**
 * The hands and eyes of one run. Does nothing before the supervisor has the
 * intent on disk. Plain blocking code, one thread.
 */

/**
 * Make a driver.
 *
 * Shape:  @setup as the supervisor sends it: display, keymap, target map,
 *         windows, http, navigation, secrets, mode; echo_ms, how long
 *         the target may take to show what was typed (10000).
 * Owns:   takes @setup (its reference) and both sockets on success.
 * Errors: RPA_EDISPLAY, RPA_EINVAL, RPA_ENOMEM.
 */
int rpa_driver_new(int supervisor_fd, int bot_fd, cbor_item_t *setup,
                   struct rpa_driver **ret, struct rpa_err *err);

/** Release what is held and close everything. NULL is fine. */
void rpa_driver_free(struct rpa_driver *driver);

/** Read every screen by x3270's own word too: @fd is its script socket, taken
 * also on failure. A screen on which the two differ is refused. RPA_ENOMEM. */
int rpa_driver_second(struct rpa_driver *driver, int fd, struct rpa_err *err);

/** Wait for the window that tells that the application is ready. */
int rpa_driver_ready(struct rpa_driver *driver, const char *title,
                     int timeout_ms, struct rpa_err *err);

/**
 * Serve the bot until it ends its run or either side goes away.
 * Returns 0 after run.end; -RPA_EGONE when a side went away.
 */
int rpa_driver_serve(struct rpa_driver *driver, struct rpa_err *err);

#endif
