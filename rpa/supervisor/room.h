#ifndef RPA_SUPERVISOR_ROOM_H
#define RPA_SUPERVISOR_ROOM_H

#include "rpa/base/err.h"

#include <stddef.h>
#include <sys/types.h>

/** The user that a run's application is, in the passwd of its room. */
#define ROOM_USER "rpa-app"

/** Bytes of an Xauthority entry for any display. */
#define ROOM_COOKIE 44

/**
 * The folder of a run, new for each:
 *
 *   home/         the application's, with what a person's settings would be, so
 *                 that nothing on the screen moves by itself
 *   driver.xauth  what opens the display to the driver, and to Xvfb
 *   app.xauth     and to the application
 *   passwd-ROLE   the machine's users and ROOM_USER, whose home that is: of the
 *                 application and of what is beside it, if they are a user of
 *                 their own
 *   openbox.xml   of a window manager that binds no key and no click
 */
struct room {
    const char *dir;
    uid_t driver, app; /* whose the files are; 0: our own */
    const char *auth;  /* Xauthority entries; NULL: no cookies */
    size_t auth_len;
    const char *passwd; /* for room_name(): "/passwd-ROLE" */
};

/** A new cookie for any display, as an Xauthority entry: random, to be wiped when
 * it is written. */
void room_cookie(char ret[static ROOM_COOKIE]);

/** Make @room, a struct room: what rpa_spawn.before takes, since each of these
 * files may wait for the disk, and a loop that serves other runs must not. (One
 * that borrows a display does; that is a run by hand, and serves no other.)
 *
 * Errors: RPA_EIO, also when there is one. */
int room_make(const void *room, struct rpa_err *err);

/** Write its passwd, likewise: when a program starts, since a warm display may be
 * older than the machine's last user.
 *
 * Errors: RPA_EIO, also when there is one; RPA_ENOMEM; of reading the machine's
 * passwd, as rpa_read_file(). */
int room_name(const void *room, struct rpa_err *err);

#endif
