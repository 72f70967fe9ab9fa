#ifndef RPA_SUPERVISOR_BACKUP_ROW_H
#define RPA_SUPERVISOR_BACKUP_ROW_H

#include "rpa/audit/audit.h"

#include <sys/types.h>

/** The row that user @uid does @what ("backup", "restore"), signed. */
int backup_row(struct rpa_audit *audit, uid_t uid, const char *what,
               struct rpa_err *err);

#endif
