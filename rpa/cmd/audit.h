#ifndef RPA_CMD_AUDIT_H
#define RPA_CMD_AUDIT_H

#include "rpa/audit/audit.h"
#include "rpa/audit/read.h"
#include "rpa/config/purpose.h"

/** `rpa audit verify|show|tail|export|picture|key|note …`; argv[0] is "audit".
 * @state_dir unless --state says another. */
int cmd_audit(int argc, char **argv, const char *state_dir);

/** What the options of all of them came to. */
struct audit_options {
    const char *state_dir;
    struct rpa_audit_filter filter;
    bool json, content, follow;
    struct rpa_purpose purpose; /* why the store is read */
    bool purpose_required;      /* or it is not: rpa.conf */
    const char *since;   /* verify: a file with a note */
    const char *proof;   /* export: the folder to make */
    const char *out;     /* picture: the file to make; or NULL */
    int64_t row;         /* picture: which */
};

/** Each is a command: 0, -RPA_E…, or the exit status if that is above 0. */
int audit_show(const struct audit_options *o, struct rpa_err *err);
int audit_tail(const struct audit_options *o, struct rpa_err *err);
int audit_verify(const struct audit_options *o, struct rpa_err *err);
/** The same of a store that is to be used: 0, also where its end is unsigned or
 * its older files are elsewhere, or pictures are missing or changed: *@ret_seals has
 * which. RPA_ETAMPER with the first bad row, RPA_EINVAL it cannot be checked,
 * RPA_EENV. */
int audit_judge(const char *state_dir, struct rpa_audit_verdict *ret_seals,
                struct rpa_err *err);
int audit_key(const struct audit_options *o, struct rpa_err *err);
int audit_note(const struct audit_options *o, struct rpa_err *err);
int audit_export(const struct audit_options *o, struct rpa_err *err);
int audit_pictures(const struct audit_options *o, struct rpa_err *err);
int audit_picture(const struct audit_options *o, struct rpa_err *err);

/** The content of a row as JSON text, to be freed; NULL: no memory. */
char *audit_content_text(const struct rpa_audit_entry *entry);

/** Who has the store while its readings are rowed: we, or a supervisor. */
struct audit_log {
    struct rpa_audit *own; /* NULL: not we, so far */
};
/**
 * Reading is itself a logged operation: its row is durable before the first word
 * is shown. A supervisor that has the store writes it; without one we do, and
 * have the store until audit_log_end(). What is read is read beside either.
 * Of @reading, who and why are filled in.
 *
 * Errors: RPA_EPERM the supervisor's roles, or no purpose where rpa.conf wants
 *         one, RPA_EEXIST who has the store does not
 *         answer.
 */
int audit_log_reading(struct audit_log *log, const struct audit_options *o,
                      struct rpa_audit_reading reading, struct rpa_err *err);
/** The same of the picture that @e keeps. */
int audit_log_picture(struct audit_log *log, const struct audit_options *o,
                      const struct rpa_audit_entry *e, struct rpa_err *err);
/** The same before rows are shown, which in clear may be read with no word of why
 * unless rpa.conf says otherwise, and then with no row. */
int audit_log_rows(const struct audit_options *o, const char *what,
                    struct rpa_err *err);
void audit_log_end(struct audit_log *log);

#endif
