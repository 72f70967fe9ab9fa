#ifndef RPA_SUPERVISOR_LANE_H
#define RPA_SUPERVISOR_LANE_H

#include <sys/types.h>
#include <systemd/sd-event.h>

#include "rpa/supervisor/children.h"
#include "rpa/supervisor/kin.h"

struct supervisor;

/**
 * Where one run lives: users of its own (as root), and in most cases a display
 * and its folder. A lane never serves two runs.
 */
struct lane {
    struct supervisor *sup;
    struct kin kin;      /* its folder, and what runs in it */
    uid_t driver, app, bot; /* 0: our own */
    int users;             /* the lock on these, or -1 */
    char display[32];      /* "" if none, or not ready */
    pid_t xvfb;            /* 0: the display is not ours */
    int display_fd;        /* Xvfb says its number here */
    sd_event_source *saying, *again;
    /** The display is ready (@err is NULL), or there is none any more. */
    void (*told)(void *data, const struct rpa_err *err);
    void *data;
    void (*ended)(void *data);
    bool ending, sweeps, removed;
};

/** The name of a folder, which its display makes (struct room), and users that no
 * other lane of the machine has.
 * Owns: *@ret until lane_end() is done. */
int lane_new(struct supervisor *sup, struct lane **ret, struct rpa_err *err);

/** Start a private display; told() is called when it is ready. */
int lane_display(struct lane *lane, struct rpa_err *err);
/** Use the display @name, which is there: its cookies, for whoever connects, in the
 * lane's folder, which is made here. */
int lane_borrow(struct lane *lane, const char *name, struct rpa_err *err);

/** Start a process of the lane (children_start()), and let the next supervisor find
 * it if we are lost. */
int lane_start(struct lane *lane, const char *role,
               const struct rpa_spawn *spawn, child_ended *ended, void *data,
               pid_t *ret_pid, struct rpa_err *err);
/** Release the keys that a driver left down on a display that stays: start a
 * process that does. */
int lane_sweep(struct lane *lane, child_ended *ended, void *data,
               struct rpa_err *err);

/** Kill all there is now. Returns whether anything was left of it. */
bool lane_kill(struct lane *lane);
/** Kill all there is, with @sweep release the display's keys, and free the lane
 * when nothing is left of it: then @ended is called. */
void lane_end(struct lane *lane, bool sweep, void (*ended)(void *data),
              void *data);

#endif
