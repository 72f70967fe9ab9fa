#include "rpa/config/people.h"
#include "rpa/base/utf8.h"
#include "rpa/config/options.h"
#include "rpa/config/schema_row.h"

#include <sys/stat.h>
#include <fcntl.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUPS_MAX 65536 /* NGROUPS_MAX of Linux */

const struct rpa_schema rpa_roles_rows[] = {
    TEXT("author", false, "the group of who has bots tried, where it is not LIVE"),
    TEXT("operator", false, "the group of who runs bots and keeps the queues"),
    TEXT("approver", false, "the group of who approves schedules"),
    TEXT("auditor", false, "the group of who reads the audit"),
    END,
};
_Static_assert(sizeof rpa_roles_rows / sizeof *rpa_roles_rows ==
                   PEOPLE_ROLES + 1, "one bit each");
const struct rpa_schema rpa_schema_roles = {
    "roles", RPA_SCHEMA_MAP, false, rpa_roles_rows, "who may do what"
};

bool people_named(cbor_item_t *const *confs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (const struct rpa_schema *r = rpa_roles_rows; r->name; r++)
            if (rpa_msg_get(rpa_msg_get(confs[i], "roles"), r->name))
                return true;
    return false;
}

/* ---- groups ---- */

/* as they are today; a process may have older ones */
static bool in_group(const struct passwd *user, gid_t gid)
{
    int n = 64;
    bool found = false;
    gid_t *list = calloc((size_t)n, sizeof *list);
    while (list && getgrouplist(user->pw_name, user->pw_gid, list, &n) < 0) {
        gid_t *more = n <= GROUPS_MAX
                          ? realloc(list, (size_t)n * sizeof *list)
                          : NULL;
        if (!more) {
            free(list);
            return false;
        }
        list = more;
    }
    for (int i = 0; list && i < n; i++)
        found = found || list[i] == gid;
    free(list);
    return found;
}

/* has @uid this one role? Without it, @wants gets the groups it wants. */
static bool has_role(cbor_item_t *const *confs, size_t n, const char *role,
                     const struct passwd *user, bool own, struct rpa_buf *wants)
{
    bool named = false, missing = false;
    char name[64];
    for (size_t i = 0; i < n; i++) {
        if (!rpa_msg_copy(rpa_msg_get(confs[i], "roles"), role, name,
                          sizeof name))
            continue;
        const struct group *group = getgrnam(name);
        named = true;
        if (user && group && in_group(user, group->gr_gid))
            continue;
        missing = true;
        rpa_buf_printf(wants, "%s%s (%s)%s", wants->len ? ", " : "", name, role,
                       group ? "" : ", which is not there");
    }
    return named ? !missing : own;
}

static void take_name(const struct passwd *user, struct person *ret)
{
    snprintf(ret->name, sizeof ret->name, "%s", user ? user->pw_name : "");
    if (!ret->name[0])
        snprintf(ret->name, sizeof ret->name, "uid %u", (unsigned)ret->uid);
}

void people_find(cbor_item_t *const *confs, size_t n, uid_t uid, bool own,
                 struct person *ret)
{
    const struct passwd *user = getpwuid(uid);
    *ret = (struct person){ .uid = uid };
    take_name(user, ret);
    for (unsigned i = 0; i < PEOPLE_ROLES; i++) {
        struct rpa_buf wants = { 0 };
        if (has_role(confs, n, rpa_roles_rows[i].name, user, own, &wants))
            ret->roles |= 1u << i;
        else if (wants.data)
            rpa_str_copy(ret->wants[i], sizeof ret->wants[i], wants.data);
        rpa_buf_clear(&wants);
    }
}

int people_check(const struct person *person, unsigned roles,
                 struct rpa_err *err)
{
    char groups[sizeof person->wants + PEOPLE_ROLES * 2];
    int len = 0;
    if (person->roles & roles)
        return 0;
    for (unsigned i = 0; i < PEOPLE_ROLES; i++)
        if (roles & 1u << i && person->wants[i][0])
            len += snprintf(groups + len, sizeof groups - (size_t)len, "%s%s",
                            len ? ", " : "", person->wants[i]);
    rpa_fail(err, RPA_EPERM, "%s may not do that here", person->name);
    rpa_err_seen(err, "wanted: to be in the group %s",
                 len ? groups : "that roles of rpa.conf names");
    return rpa_err_hint(err, "ask whoever keeps rpa.conf; a new member of a "
                             "group has its role at once");
}

void people_me(struct person *ret)
{
    *ret = (struct person){ .uid = people_login(getpid(), getuid()) };
    take_name(getpwuid(ret->uid), ret);
}

uid_t people_login(pid_t pid, uid_t uid)
{
    char path[40], login[16] = "";
    snprintf(path, sizeof path, "/proc/%d/loginuid", (int)pid);
    FILE *file = fopen(path, "re");
    if (file && !fgets(login, sizeof login, file))
        login[0] = '\0';
    if (file)
        fclose(file);
    unsigned long is = login[0] ? strtoul(login, NULL, 10) : 4294967295ul;
    return is == 4294967295ul ? uid : (uid_t)is;
}

int people_here(unsigned roles, struct rpa_err *err)
{
    cbor_item_t *confs[RPA_CONFS] = { NULL };
    struct person person;
    int r = rpa_options_confs(NULL, confs, err);
    if (r == 0)
        people_find(confs, RPA_CONFS, people_login(getpid(), getuid()), true,
                    &person);
    if (r == 0)
        r = people_check(&person, roles, err);
    for (size_t i = 0; i < RPA_CONFS; i++)
        rpa_msg_free(&confs[i]);
    return r;
}

int people_folder(const char *state_dir, struct rpa_err *err)
{
    struct stat st;
    if (stat(state_dir, &st) == 0 && !S_ISDIR(st.st_mode))
        return rpa_fail(err, RPA_EINVAL, "%s is no folder", state_dir);
    if (faccessat(AT_FDCWD, state_dir, R_OK | X_OK, AT_EACCESS) == 0 ||
        errno != EACCES)
        return 0;
    struct person me;
    people_me(&me);
    const struct passwd *owner = /* good until the next getpwuid() */
        stat(state_dir, &st) == 0 ? getpwuid(st.st_uid) : NULL;
    const char *whose = owner ? owner->pw_name : "another user";
    rpa_fail(err, RPA_EPERM, "%s may not look into %s, which is %s's", me.name,
             state_dir, whose);
    return rpa_err_hint(err, "have %s do it, or name another folder: --state",
                        whose);
}

/* ---- what is asked ---- */

static const struct {
    const char *call, *verb; /* verb NULL: all others of the call */
    unsigned roles;
} asked[] = {
    { "status", NULL, PEOPLE_ANY },
    { "run", NULL, PEOPLE_OPERATOR | PEOPLE_AUTHOR },
    { "queue", "read", PEOPLE_OPERATOR | PEOPLE_AUDITOR },
    { "queue", "export", PEOPLE_OPERATOR | PEOPLE_AUDITOR },
    { "queue", "audit read", PEOPLE_AUDITOR },
    { "queue", "audit export", PEOPLE_AUDITOR },
    { "queue", "review list", PEOPLE_ANY },
    { "queue", "review show",
      PEOPLE_OPERATOR | PEOPLE_APPROVER | PEOPLE_AUDITOR },
    { "queue", "review searches",
      PEOPLE_OPERATOR | PEOPLE_APPROVER | PEOPLE_AUDITOR },
    { "queue", "review decide", PEOPLE_OPERATOR | PEOPLE_APPROVER },
    { "schedule", "approve", PEOPLE_APPROVER },
};

unsigned people_for(const cbor_item_t *msg)
{
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        if (rpa_msg_is(msg, "call", asked[i].call) &&
            (!asked[i].verb || rpa_msg_is(msg, "verb", asked[i].verb)))
            return asked[i].roles;
    return PEOPLE_OPERATOR;
}

unsigned people_for_mode(const char *mode)
{
    return strcmp(mode, "LIVE") != 0 ? PEOPLE_OPERATOR | PEOPLE_AUTHOR
                                     : PEOPLE_OPERATOR;
}
