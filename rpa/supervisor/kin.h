#ifndef RPA_SUPERVISOR_KIN_H
#define RPA_SUPERVISOR_KIN_H

#include <stdbool.h>
#include <sys/types.h>

#define KIN_MAX 16

/** What the names of their folders begin with. */
#define KIN_DIR "/tmp/rpa-run-"

/**
 * The processes of one run: the children that were started for it, and all that
 * came of them. A program may put itself into a session of its own and be
 * handed to the supervisor when its parent ends, so a process belongs to a run
 *
 *   - that started it (by pid and start time: a pid alone is soon another's),
 *   - whose child's session it is in,
 *   - whose user it runs as, where runs have users of their own; else, whose
 *     folder its environment names, or
 *   - that one of its parents belongs to.
 */
struct kin {
    char dir[64];          /* the run's folder */
    uid_t first, last;     /* its users; 0: none of its own */
    struct {
        char role[16];
        pid_t pid;
        unsigned long long start;
    } child[KIN_MAX];
    size_t n;
    struct kin *next;
};

/** Add @pid, started as @role. */
void kin_add(struct kin *kin, const char *role, pid_t pid);

/** A process that goes on for @role, whose own has ended: one it left behind, in
 * its session or in one of its own. Returns a descriptor that is readable when
 * that one ends too (look again then), the caller's to close; -1: there is none. */
int kin_left(const struct kin *kin, const char *role);

/** Kill all there is of it. Returns how many lived; they may not be gone yet, so
 * ask until it is 0. */
int kin_kill(const struct kin *kin);

#endif
