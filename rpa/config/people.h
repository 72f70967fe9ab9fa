#ifndef RPA_CONFIG_PEOPLE_H
#define RPA_CONFIG_PEOPLE_H

#include "rpa/config/schema.h"

#include <stdbool.h>
#include <sys/types.h>

/**
 * Who may do what: roles, each a Unix group that rpa.conf names.
 *
 *   author    has bots tried, where it is not LIVE, without secrets, and with
 *             items of queues for trials alone
 *   operator  runs, stops, queues, pauses and starts schedules, sets secrets
 *   approver  approves schedules
 *   auditor   reads the audit, and what queues hold
 *
 * Where a file names a group, only its members of today have the role, root not
 * excepted; with several files, of each file's. A role that none names is that of
 * the supervisor's own user and root, so one person at one machine needs no
 * groups. Everybody with any role may ask how it goes.
 *
 * A person is who logged in, also under sudo; see people_login().
 */
enum people_role {
    PEOPLE_AUTHOR = 1,
    PEOPLE_OPERATOR = 2,
    PEOPLE_APPROVER = 4,
    PEOPLE_AUDITOR = 8,
    PEOPLE_ANY = 15,
};

#define PEOPLE_NAME 64 /* bytes of what somebody is called */

/** The key of rpa.conf, and what it holds. */
extern const struct rpa_schema rpa_schema_roles, rpa_roles_rows[];

/** Does any of the @n files name a group? */
bool people_named(cbor_item_t *const *confs, size_t n);
/** Has @uid one of @roles? @own: the state directory is its own, or it is root.
 * Errors: RPA_EPERM, with the groups. */
int people_check(cbor_item_t *const *confs, size_t n, uid_t uid, bool own,
                 unsigned roles, struct rpa_err *err);
/** Which roles may ask for what @msg asks of a supervisor. */
unsigned people_for(const cbor_item_t *msg);
/** And of them, which may have a bot run for @mode, the run's own once its
 * policy is read: an order may say anything. */
unsigned people_for_mode(const char *mode);
/** The same for a command that works on the state directory itself: as the files
 * of rpa.conf that are there say, for whoever logged in. */
int people_here(unsigned roles, struct rpa_err *err);

/** What @uid is called today; "uid 1000" if it has no name. Returns @out. */
char *people_name(uid_t uid, char out[static PEOPLE_NAME]);
/** Who is at the keyboard of @pid: its login's, also under sudo; @uid, its own,
 * if it has none. */
uid_t people_login(pid_t pid, uid_t uid);

#endif
