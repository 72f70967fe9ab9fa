/* A lane from its making to its end. */
#include "rpa/supervisor/lane.h"
#include "rpa/base/log.h"
#include "rpa/supervisor/supervisor.h"
#include "rpa/supervisor/survivors.h"
#include "rpa/vault/crypto.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* systemd gives these to services for as long as they run (DynamicUser=);
 * nobody logs in as one. Three a lane, the first free slot of a lock folder. */
#define UID_FIRST 61184
#define UID_SLOTS 1400
#define SLOT_DIR "/run/rpa-uids"

#define AGAIN_US 5000     /* how often those killed are looked for */
#define SWEEP_US 5000000

static int take_users(struct lane *lane, struct rpa_err *err)
{
    char path[64];
    if (geteuid() != 0)
        return 0;
    mkdir(SLOT_DIR, 0700);
    for (uid_t slot = 0; slot < UID_SLOTS; slot++) {
        snprintf(path, sizeof path, SLOT_DIR "/%u", (unsigned)slot);
        int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0)
            break;
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            lane->users = fd;
            lane->driver = lane->kin.first = UID_FIRST + slot * 3;
            lane->app = lane->driver + 1;
            lane->bot = lane->kin.last = lane->driver + 2;
            return 0;
        }
        close(fd);
    }
    return rpa_fail(err, RPA_EENV, "no free user id for the run's processes");
}

/* Nobody else's, and none that is there: room_make() refuses one. */
static void name_dir(struct lane *lane)
{
    uint64_t number;
    rpa_random(&number, sizeof number);
    snprintf(lane->kin.dir, sizeof lane->kin.dir, KIN_DIR "%016" PRIx64, number);
}

int lane_new(struct supervisor *sup, struct lane **ret, struct rpa_err *err)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a run");
    *lane = (struct lane){ .sup = sup, .users = -1, .display_fd = -1 };
    name_dir(lane);
    lane->kin.next = sup->kin;
    sup->kin = &lane->kin;
    sup->lanes++;
    int r = survivors_note(sup->state_dir, sup->kin, err);
    if (r == 0)
        r = take_users(lane, err);
    if (r == 0)
        *ret = lane;
    else
        lane_end(lane, false, NULL, NULL);
    return r;
}

int lane_start(struct lane *lane, const char *role,
               const struct rpa_spawn *spawn, child_ended *ended, void *data,
               pid_t *ret_pid, struct rpa_err *err)
{
    int r = children_start(lane->sup->children, spawn, ended, data, ret_pid,
                           err);
    if (r < 0)
        return r;
    kin_add(&lane->kin, role, *ret_pid);
    return survivors_note(lane->sup->state_dir, lane->sup->kin, err);
}

/* keys that a killed driver held on a display that lives on */
int lane_sweep(struct lane *lane, child_ended *ended, void *data,
               struct rpa_err *err)
{
    char auth[128], display[48];
    char *env[] = { "LC_ALL=C.UTF-8", auth, display, NULL };
    pid_t ignored;
    snprintf(auth, sizeof auth, "XAUTHORITY=%s/driver.xauth", lane->kin.dir);
    snprintf(display, sizeof display, "DISPLAY=%s", lane->display);
    struct rpa_spawn spawn = { .role = "sweep", .envp = env,
                               .output = STDERR_FILENO, .uid = lane->driver,
                               .fds = { -1, -1, -1, -1 } };
    return lane_start(lane, "sweep", &spawn, ended, data, &ignored, err);
}

/* ---- its end ---- */

bool lane_kill(struct lane *lane)
{
    int left = kin_kill(&lane->kin);
    for (size_t i = 0; i < lane->kin.n; i++) /* dead, and not told of yet */
        left += children_has(lane->sup->children, lane->kin.child[i].pid);
    return left > 0;
}

static void done(struct lane *lane)
{
    struct supervisor *sup = lane->sup;
    struct rpa_err err;
    struct kin **at = &sup->kin;
    while (*at != &lane->kin)
        at = &(*at)->next;
    *at = lane->kin.next;
    if (survivors_note(sup->state_dir, sup->kin, &err) < 0)
        rpa_log_err(&err);
    sd_event_source_disable_unref(lane->again);
    sd_event_source_disable_unref(lane->saying);
    children_forget(sup->children, lane);
    if (lane->display_fd >= 0)
        close(lane->display_fd);
    if (lane->users >= 0)
        close(lane->users);
    void (*ended)(void *data) = lane->ended;
    void *data = lane->data;
    free(lane);
    sup->lanes--;
    if (ended)
        ended(data);
    supervisor_settle(sup);
}

static void go_on(struct lane *lane);
static void again(struct lane *lane, uint64_t us);

static void on_step(void *data, const siginfo_t *si, const struct rpa_err *why)
{
    struct lane *lane = data;
    if (why)
        rpa_log_err(why);
    else if (si->si_code != CLD_EXITED || si->si_status)
        rpa_log(RPA_LOG_WARN,
                lane->removed ? "the folder of a run may be left behind: %s"
                              : "keys may be held still on display %s",
                lane->removed ? lane->kin.dir : lane->display);
    again(lane, 0); /* a turn for each: one signal tells of many ends */
}

static int on_again(sd_event_source *source, uint64_t usec, void *data)
{
    (void)source;
    (void)usec;
    go_on(data);
    return 0;
}

static void again(struct lane *lane, uint64_t us)
{
    sd_event_source_disable_unref(lane->again);
    lane->again = NULL;
    sd_event_add_time_relative(lane->sup->loop, &lane->again, CLOCK_BOOTTIME,
                               us, 1000, on_again, lane);
}

static int start_remove(struct lane *lane, struct rpa_err *err)
{
    char *argv[] = { "rm", "-rf", "--", lane->kin.dir, NULL };
    char *env[] = { "PATH=/usr/bin:/bin", NULL };
    struct rpa_spawn spawn = { .path = "rm", .argv = argv, .envp = env,
                               .fds = { -1, -1, -1, -1 }, .output = -1 };
    pid_t ignored;
    return children_start(lane->sup->children, &spawn, on_step, lane, &ignored,
                          err);
}

/* The kernel tells of the ends of our children; of those who have other parents
 * it does not. */
static void go_on(struct lane *lane)
{
    struct rpa_err err;
    if (lane_kill(lane)) {
        again(lane, AGAIN_US);
        return;
    }
    sd_event_source_disable_unref(lane->again);
    lane->again = NULL;
    if (lane->sweeps) {
        lane->sweeps = false;
        if (lane_sweep(lane, on_step, lane, &err) == 0) {
            again(lane, SWEEP_US);
            return;
        }
        rpa_log_err(&err);
    }
    if (!lane->removed) {
        lane->removed = true;
        if (start_remove(lane, &err) == 0)
            return;
        rpa_log_err(&err);
    }
    done(lane);
}

void lane_end(struct lane *lane, bool sweep, void (*ended)(void *data),
              void *data)
{
    lane->told = NULL;
    lane->ending = true;
    lane->sweeps = sweep;
    lane->ended = ended;
    lane->data = data;
    lane_kill(lane);
    again(lane, 0);
}
