#ifndef RPA_ROLE_SPAWN_H
#define RPA_ROLE_SPAWN_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/** Processes of a run: exec'd, with nothing of ours but what is listed. */
#define RPA_SPAWN_FDS 4

/** What the process may take, and each that comes of it; 0: what we may. */
struct rpa_spawn_limits {
    int64_t memory;    /* bytes of private memory */
    int64_t processes; /* of its user, which should be its own */
    int64_t cpu_s;     /* then SIGXCPU ends it */
};

struct rpa_spawn {
    const char *role; /* this same binary in that role ("bot", "driver"); or */
    const char *path; /* this program, looked up in PATH if it has no slash */
    char *const *argv;
    char *const *envp;         /* the whole environment */
    const char *cwd;           /* NULL: / */
    int fds[RPA_SPAWN_FDS];    /* become 3, 4 …; -1 ends the list */
    int output;                /* for stdout and stderr; -1: /dev/null */
    /** Done by the child while it still is who we are, as what may wait for the
     * disk; its failure is the child's. NULL: nothing. */
    int (*before)(const void *with, struct rpa_err *err);
    const void *with;
    uid_t uid;                 /* 0: stay who we are */
    struct rpa_spawn_limits limits;
    const char *passwd; /* a file that is /etc/passwd to it, with its user, where
                           the kernel lets us; NULL: the machine's */
    bool confine;              /* no way to the state directory */
    const char *state_dir, *own_dir;
};

/**
 * Start it. The child is a session of its own, dies with this process, cannot
 * gain privileges, and holds no descriptor but 0-2 and the list.
 *
 * Errors: RPA_EENV there is no such program; RPA_EPERM; RPA_EIO. A failure in
 *         the child before exec is reported here too.
 */
int rpa_spawn(const struct rpa_spawn *spawn, pid_t *ret_pid,
              struct rpa_err *err);

/** The same, for who may not wait until it is the program. *@ret_report is for
 * rpa_spawn_report(), when the child has ended or when there is time to wait. */
int rpa_spawn_begin(const struct rpa_spawn *spawn, pid_t *ret_pid,
                    int *ret_report, struct rpa_err *err);
/** Why it did not become the program; 0: it did. Closes @report. */
int rpa_spawn_report(int report, struct rpa_err *err);

/** Kill the child and its session. 0 is fine. */
void rpa_spawn_kill(pid_t pid);
/** And reap it. 0 is fine. */
void rpa_spawn_end(pid_t pid);

/** What the number in si_status is, by waitid(2)'s @si_code: "status" or "signal". */
const char *rpa_spawn_how(int si_code);
/** Remove a folder that programs were given, and all that they left there. */
void rpa_spawn_sweep(const char *dir);

/** A sealed pair of sockets for messages. */
int rpa_spawn_pair(int ret_fds[2], struct rpa_err *err);

/** The screen of each display we start. Its dots an inch come of a size in whole
 * millimetres, so they differ from size to size, and a font of so many points
 * is drawn otherwise there than where it was learned. */
#define RPA_SPAWN_SCREEN "1600x1200x24"

#endif
