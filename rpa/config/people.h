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
#define PEOPLE_ROLES 4

/** Somebody, as the machine's users and groups were when they were asked. */
struct person {
    uid_t uid;
    char name[PEOPLE_NAME]; /* "uid 1000" if it has none */
    unsigned roles;         /* enum people_role */
    char wants[PEOPLE_ROLES][96]; /* of each other one: the groups it is not in */
};

/** The key of rpa.conf, and what it holds. */
extern const struct rpa_schema rpa_schema_roles, rpa_roles_rows[];

/** Does any of the @n files name a group? */
bool people_named(cbor_item_t *const *confs, size_t n);
/** Look @uid up. @own: the state directory is its own, or it is root. Users and
 * groups may be asked of a network: the supervisor has who.h do it. */
void people_find(cbor_item_t *const *confs, size_t n, uid_t uid, bool own,
                 struct person *ret);
/** Has it one of @roles? RPA_EPERM tells the groups. */
int people_check(const struct person *person, unsigned roles,
                 struct rpa_err *err);
/** Whoever logged in, by name and uid alone. */
void people_me(struct person *ret);
/** Which roles may ask for what @msg asks of a supervisor. */
unsigned people_for(const cbor_item_t *msg);
/** And of them, which may have a bot run for @mode, the run's own once its
 * policy is read: an order may say anything. */
unsigned people_for_mode(const char *mode);
/** May we look into the folder @state_dir, and so read what is in it? RPA_EPERM says
 * whose it is, RPA_EINVAL it is no folder; one that is not there is no matter of
 * permission. */
int people_folder(const char *state_dir, struct rpa_err *err);

/** The same for a command that works on the state directory itself: as the files
 * of rpa.conf that are there say, for whoever logged in. */
int people_here(unsigned roles, struct rpa_err *err);

/** Who is at the keyboard of @pid: its login's, also under sudo; @uid, its own,
 * if it has none. */
uid_t people_login(pid_t pid, uid_t uid);

#endif
