#ifndef RPA_SUPERVISOR_BACKUP_ROW_H
#define RPA_SUPERVISOR_BACKUP_ROW_H

#include "rpa/audit/audit.h"
#include "rpa/config/people.h"

/** The row that @who does @what ("backup", "restore"), signed. */
int backup_row(struct rpa_audit *audit, const struct person *who,
               const char *what, struct rpa_err *err);

#endif
