#ifndef RPA_SUPERVISOR_INBOX_H
#define RPA_SUPERVISOR_INBOX_H

#include "rpa/config/schedule.h"
#include "rpa/supervisor/supervisor.h"

/**
 * Files that schedules wait for, looked for by a process beside the loop: their
 * folder may lie on another machine. It looks when the kernel tells of a change
 * there, and every 30 s, which is how changes by others of a network come. What it
 * tells of is a plain file, no link, that is the same as it was for as long as the
 * schedule says, and that nobody has open for writing, where the kernel can say
 * that. Only the file's state is looked at, never what is in it.
 */
struct inbox;

/** A file is there, and still is each 30 s. @key: which one, as it is; @changed,
 * s UTC: since when. */
typedef void inbox_told(void *data, const char *schedule, int64_t key,
                        int64_t changed);

int inbox_open(struct supervisor *sup, inbox_told *told, void *data,
               struct inbox **ret, struct rpa_err *err);
void inbox_close(struct inbox *inbox); /* NULL is fine */
/** Look for the files of these from now on; nothing is borrowed. */
void inbox_set(struct inbox *inbox, const struct schedules *schedules);

/** The process: the role "inbox". */
int rpa_role_inbox(void);

#endif
