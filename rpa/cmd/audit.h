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
    const char *since;   /* verify: a file with a note */
    const char *proof;   /* export: the folder to make */
    const char *out;     /* picture: the file to make; or NULL */
    int64_t row;         /* picture: which */
};

/** Each is a command: 0, -RPA_E…, or the exit status if that is above 0. */
int audit_show(const struct audit_options *o, struct rpa_err *err);
int audit_tail(const struct audit_options *o, struct rpa_err *err);
int audit_verify(const struct audit_options *o, struct rpa_err *err);
int audit_key(const struct audit_options *o, struct rpa_err *err);
int audit_note(const struct audit_options *o, struct rpa_err *err);
int audit_export(const struct audit_options *o, struct rpa_err *err);
int audit_pictures(const struct audit_options *o, struct rpa_err *err);
int audit_picture(const struct audit_options *o, struct rpa_err *err);

/** The content of a row as JSON text, to be freed; NULL: no memory. */
char *audit_content_text(const struct rpa_audit_entry *entry);
/** Reading is itself a logged operation: its row is durable before the first word
 * is shown, written by the supervisor while one runs. With @then it is this
 * process that holds the store, and reads on meanwhile: RPA_EEXIST if it cannot. */
int audit_log_reading(const struct audit_options *o, const char *what,
                      enum rpa_s62 verb,
                      int (*then)(const struct audit_options *o,
                                  struct rpa_audit *audit,
                                  const struct rpa_audit_reading *who,
                                  struct rpa_err *err),
                      struct rpa_err *err);

#endif
