#ifndef RPA_SUPERVISOR_HOME_H
#define RPA_SUPERVISOR_HOME_H

#include "rpa/base/err.h"

#include <sys/types.h>

/**
 * The home folder of a run's application, new for each run: what a person's
 * settings would be, so that nothing on the screen moves by itself.
 *
 * Errors: RPA_EIO.
 */
int home_make(const char *path, uid_t uid, struct rpa_err *err);

#endif
