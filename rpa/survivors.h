#ifndef RPA_SURVIVORS_H
#define RPA_SURVIVORS_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/**
 * What a killed supervisor may leave behind: PDEATHSIG ends its children, but
 * not a program that an application put into a session of its own.
 *
 * STATE/children lists the run's folder and display, and each child with the
 * time it started, since a pid alone is soon somebody else's.
 */

/** A new run: begin the list with its folder. */
int survivors_begin(const char *state_dir, const char *run_dir,
                    struct rpa_err *err);
/** Add @pid, started as @role. */
int survivors_add(const char *state_dir, const char *role, pid_t pid,
                  struct rpa_err *err);
/** Everything has ended: forget the list. */
void survivors_end(const char *state_dir);

/**
 * Before a run: kill what an earlier supervisor's list names and what is of
 * the same session or carries the run's folder in its environment, then remove
 * that folder. Returns whether there was such a list: an earlier supervisor was
 * lost. Hold the store when calling.
 */
bool survivors_sweep(const char *state_dir);

#endif
