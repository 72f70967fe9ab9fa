#ifndef RPA_SUPERVISOR_WHO_H
#define RPA_SUPERVISOR_WHO_H

#include "rpa/config/people.h"

struct supervisor;

/**
 * Who asks: names and groups, looked up beside the loop, because the machine may
 * ask a network for them (nsswitch.conf). A process of its own, without keys and
 * away from the state directory, is asked; each question is one more process, so
 * one directory that does not answer holds up nobody else.
 */
struct who;

#define WHO_S 10 /* then nobody is told, and the process ends */

/** Told once; @err: nobody looks it up any more, and @person is NULL. */
typedef void who_told(void *data, const struct person *person,
                      const struct rpa_err *err);

int who_open(struct supervisor *sup, struct who **ret, struct rpa_err *err);
/** NULL is fine; nobody is told after it. */
void who_close(struct who *who);

/** Have @uid looked up as people_find() does. */
int who_ask(struct who *who, uid_t uid, bool own, who_told *told, void *data,
            struct rpa_err *err);
/** @data does not wait any more. */
void who_forget(struct who *who, const void *data);

/** The process: the role "who". */
int rpa_role_who(void);

#endif
