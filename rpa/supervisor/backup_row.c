/* Who copies the store is in it. */
#include "rpa/supervisor/backup_row.h"

int backup_row(struct rpa_audit *audit, const struct person *who,
               const char *what, struct rpa_err *err)
{
    const struct rpa_audit_reading reading = {
        .actor = who->name, .uid = (uint32_t)who->uid, .what = what,
        .run = -1, .verb = RPA_S62_CONSULTATION,
    };
    int r = rpa_audit_query(audit, &reading, err);
    return r == 0 ? rpa_audit_sign(audit, err) : r;
}
