#ifndef RPA_SUPERVISOR_PEER_H
#define RPA_SUPERVISOR_PEER_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/** Who is at the other end of the control socket. */
struct peer {
    uid_t uid; /* who logged in, */
    bool own;  /* as our own user, or root */
};

/** May it ask at all? Our own user and root may, others if @admits; what a run
 * has started may not. RPA_EPERM. */
int peer_check(int fd, bool admits, struct peer *ret, struct rpa_err *err);

#endif
