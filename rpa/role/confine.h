#ifndef RPA_ROLE_CONFINE_H
#define RPA_ROLE_CONFINE_H

#include "rpa/base/err.h"

/**
 * A Landlock domain that closes the state directory: everything is allowed but
 * @state_dir, and, where the kernel can (ABI 6), no signals to processes
 * outside. Made by who may read the way to @state_dir, entered by the child
 * after it has become another user.
 *
 * What Landlock does not stop: connect() to a path socket (the control socket
 * looks at its peer), and, before ABI 3, truncate(). What is made later in the
 * folders on the way to @state_dir is closed too.
 *
 * Shape:  @own_dir is allowed even when new (the run's own folder).
 * Owns:   *@ret_fd, for rpa_confine_enter(); -1 when the kernel has no
 *         Landlock.
 * Errors: RPA_EPERM the kernel refused; do not go on.
 * Source: landlock(7); Linux Documentation/userspace-api/landlock.rst.
 */
int rpa_confine_open(const char *state_dir, const char *own_dir, int *ret_fd,
                     struct rpa_err *err);

/** Enter it, for this process and all it will start. Closes @fd. */
int rpa_confine_enter(int fd, struct rpa_err *err);

/** The kernel's Landlock version, 0 if none. */
int rpa_confine_abi(void);

#endif
