#ifndef RPA_SUPERVISOR_SURVIVORS_H
#define RPA_SUPERVISOR_SURVIVORS_H

#include "rpa/base/err.h"
#include "rpa/supervisor/kin.h"

/**
 * What a killed supervisor may leave behind: PDEATHSIG ends its children, but
 * not a program that an application put into a session of its own.
 *
 * STATE/children lists the folder of each run, and after it the children of the
 * run with the time they started, since a pid alone is soon somebody else's.
 */

/** Write the list anew: all there are, in the file that is there. */
int survivors_note(const char *state_dir, const struct kin *kin,
                   struct rpa_err *err);

/** The supervisor ends, and none of it is left. */
void survivors_forget(const char *state_dir);

/**
 * Before the first run: kill what an earlier supervisor's list names and what
 * came of it, and remove the runs' folders. Returns whether it named
 * any: an earlier supervisor was lost. Hold the store when calling.
 */
bool survivors_sweep(const char *state_dir);

#endif
