#ifndef RPA_CONFIG_BOTS_H
#define RPA_CONFIG_BOTS_H

#include "rpa/base/err.h"

#include <limits.h>
#include <stdbool.h>

/**
 * Where bots and screen maps are: in the folder RPA_BOTS names, else in bots/ of
 * the current folder, else with rpa: share/rpa/bots of its prefix, or, of one that
 * is not installed, bots/ of the source tree it was built in.
 */

/** The first of them in which @name, such as "hello/main.lua", can be read; false:
 * none, and @root is "". */
bool rpa_bots_find(const char *name, char root[PATH_MAX]);
/** Add @what, and where it is looked for. Returns -err->code. */
int rpa_bots_hint(struct rpa_err *err, const char *what);

#endif
