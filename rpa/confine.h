#ifndef RPA_CONFINE_H
#define RPA_CONFINE_H

#include "rpa/base/err.h"

/**
 * Close the state directory to this process and to all it will start: a
 * Landlock domain that allows everything but @state_dir, and, where the kernel
 * can (ABI 6), no signals to processes outside.
 *
 * What Landlock does not stop: connect() to a path socket (the control socket
 * looks at its peer), and, before ABI 3, truncate().
 *
 * Shape:  @state_dir is absolute and without links, as realpath(3) gives it;
 *         ask before the uid is dropped, which may not look into its parents.
 *         @own_dir is allowed even when new (the run's own folder).
 *         *@ret_abi gets the kernel's Landlock version; 0: it has none, and
 *         nothing was done.
 * Errors: RPA_EPERM the kernel refused; do not go on.
 * Source: landlock(7); Linux Documentation/userspace-api/landlock.rst.
 */
int rpa_confine(const char *state_dir, const char *own_dir, int *ret_abi,
                struct rpa_err *err);

/** The kernel's Landlock version, 0 if none. */
int rpa_confine_abi(void);

#endif
