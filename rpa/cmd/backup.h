#ifndef RPA_CMD_BACKUP_H
#define RPA_CMD_BACKUP_H

#include "rpa/audit/audit.h"

#include <sys/types.h>

/** `rpa backup DIR --keys DIR`: copies of a state directory's stores, and the
 * keys to them in a folder of their own, all of one moment, also beside a run.
 * Returns the exit status. */
int cmd_backup(int argc, char **argv, const char *state_dir);

/** `rpa restore DIR --keys DIR`: a state directory from those. */
int cmd_restore(int argc, char **argv, const char *state_dir);

#endif
