#ifndef RPA_SUPERVISOR_CLOSER_H
#define RPA_SUPERVISOR_CLOSER_H

#include "rpa/supervisor/supervisor.h"

/**
 * Closing the audit's newest file as a segment, while nothing runs. Writing it
 * is another process's, in the role "segment"; the loop stays there for others,
 * but no run begins before it has ended. What is left of the rows goes step by
 * step, when there is nothing else to do.
 */
struct closer;

int closer_open(struct supervisor *sup, struct closer **ret,
                struct rpa_err *err);
/** What was begun is left as it is: it is begun anew another time. */
void closer_close(struct closer *closer); /* NULL is fine */

/** Close it, if it is time. Nothing is lost when it cannot be. */
void closer_look(struct closer *closer);
bool closer_busy(const struct closer *closer);

/** The role: descriptor 3 is the supervisor's socket, "." the state directory.
 * Writes the segment, answers what it came to, and ends. */
int rpa_role_segment(void);

#endif
