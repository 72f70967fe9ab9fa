#include "rpa/config/people.h"
#include "rpa/config/options.h"
#include "rpa/config/schema_row.h"

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

/* has @uid this one role? Without it, @names gets the groups it wants. */
static bool has_role(cbor_item_t *const *confs, size_t n, const char *role,
                     uid_t uid, bool own, struct rpa_buf *names)
{
    const struct passwd *user = getpwuid(uid);
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
        rpa_buf_printf(names, "%s%s (%s)%s", names->len ? ", " : "", name, role,
                       group ? "" : ", which is not there");
    }
    return named ? !missing : own;
}

int people_check(cbor_item_t *const *confs, size_t n, uid_t uid, bool own,
                 unsigned roles, struct rpa_err *err)
{
    struct rpa_buf names = { 0 };
    for (unsigned i = 0; rpa_roles_rows[i].name; i++)
        if (roles & 1u << i &&
            has_role(confs, n, rpa_roles_rows[i].name, uid, own, &names)) {
            rpa_buf_clear(&names);
            return 0;
        }
    char name[PEOPLE_NAME];
    rpa_fail(err, RPA_EPERM, "%s may not do that here", people_name(uid, name));
    rpa_err_seen(err, "wanted: to be in the group %s",
                 names.len ? names.data : "that roles of rpa.conf names");
    rpa_buf_clear(&names);
    return rpa_err_hint(err, "ask whoever keeps rpa.conf; a new member of a "
                             "group has its role at once");
}

char *people_name(uid_t uid, char out[static PEOPLE_NAME])
{
    const struct passwd *user = getpwuid(uid);
    snprintf(out, PEOPLE_NAME, "%s", user ? user->pw_name : "");
    if (!out[0])
        snprintf(out, PEOPLE_NAME, "uid %u", (unsigned)uid);
    return out;
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
    int r = rpa_options_confs(NULL, confs, err);
    if (r == 0)
        r = people_check(confs, RPA_CONFS, people_login(getpid(), getuid()), true,
                         roles, err);
    for (size_t i = 0; i < RPA_CONFS; i++)
        rpa_msg_free(&confs[i]);
    return r;
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
