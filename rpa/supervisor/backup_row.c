/* Who copies the store is in it. */
#include "rpa/supervisor/backup_row.h"

#include <pwd.h>

int backup_row(struct rpa_audit *audit, uid_t uid, const char *what,
               struct rpa_err *err)
{
    struct passwd *pw = getpwuid(uid);
    const struct rpa_audit_reading reading = {
        .actor = pw ? pw->pw_name : "", .uid = (uint32_t)uid, .what = what,
        .run = -1, .verb = RPA_S62_CONSULTATION,
    };
    int r = rpa_audit_query(audit, &reading, err);
    return r == 0 ? rpa_audit_sign(audit, err) : r;
}
