/* The display of a lane: a private Xvfb with its cookies, or one that is there. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/config/file.h"
#include "rpa/role/spawn.h"
#include "rpa/supervisor/room.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void tell(struct lane *lane, const struct rpa_err *err)
{
    if (lane->told)
        lane->told(lane->data, err);
}

/* What a killed Xvfb leaves, and another user's could not remove. No other
 * server takes the number before this one is reaped. */
static void remove_sockets(const struct lane *lane)
{
    char path[64];
    if (!lane->display[0])
        return;
    snprintf(path, sizeof path, "/tmp/.X11-unix/X%s", lane->display + 1);
    unlink(path);
    snprintf(path, sizeof path, "/tmp/.X%s-lock", lane->display + 1);
    unlink(path);
}

static void on_end(void *data, const siginfo_t *si, const struct rpa_err *why)
{
    struct lane *lane = data;
    struct rpa_err err;
    bool ready = lane->display[0] != '\0';
    (void)si;
    remove_sockets(lane);
    lane->xvfb = 0;
    lane->display[0] = '\0';
    lane->saying = sd_event_source_disable_unref(lane->saying);
    if (why) {
        err = *why;
    } else if (ready) {
        rpa_fail(&err, RPA_EDISPLAY, "the display of the run ended");
    } else {
        rpa_fail(&err, RPA_EDISPLAY, "Xvfb did not start");
        rpa_err_hint(&err, "start it by hand to see why: Xvfb -displayfd 1");
    }
    tell(lane, &err);
}

static int on_display(sd_event_source *source, int fd, uint32_t events,
                      void *data)
{
    struct lane *lane = data;
    char number[16] = "";
    (void)source;
    (void)events;
    ssize_t n = read(fd, number, sizeof number - 1);
    lane->saying = sd_event_source_disable_unref(lane->saying);
    /* fd stays open until the end: the newline comes by a write of its own,
     * which would else meet a closed pipe and end the server */
    if (n <= 0 || !strchr("0123456789", number[0]))
        return 0; /* it is about to end: on_end() */
    snprintf(lane->display, sizeof lane->display, ":%d",
             (int)strtol(number, NULL, 10));
    tell(lane, NULL);
    return 0;
}

int lane_display(struct lane *lane, struct rpa_err *err)
{
    char auth[96], cookie[ROOM_COOKIE];
    int pipe_fds[2];
    char *env[] = { "PATH=/usr/bin:/bin", NULL };
    char *argv[] = { "Xvfb", "-displayfd", "3", "-screen", "0",
                     RPA_SPAWN_SCREEN, "-noreset", "-nolisten", "tcp", "-auth",
                     auth, NULL };
    const struct room room = { .dir = lane->kin.dir, .driver = lane->driver,
                               .app = lane->app, .auth = cookie,
                               .auth_len = sizeof cookie };
    snprintf(auth, sizeof auth, "%s/driver.xauth", lane->kin.dir);
    if (mkdir("/tmp/.X11-unix", 01777) == 0) /* only root's server would */
        chmod("/tmp/.X11-unix", 01777);
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return rpa_fail_errno(err, RPA_EIO, "making a pipe");
    struct rpa_spawn spawn = { .path = "Xvfb", .argv = argv, .envp = env,
                               .before = room_make, .with = &room,
                               .output = -1, .uid = lane->driver,
                               .fds = { pipe_fds[1], -1, -1, -1 } };
    lane->display_fd = pipe_fds[0];
    room_cookie(cookie);
    int r = lane_start(lane, "display", &spawn, on_end, lane, &lane->xvfb, err);
    explicit_bzero(cookie, sizeof cookie);
    close(pipe_fds[1]);
    if (r == 0 && sd_event_add_io(lane->sup->loop, &lane->saying, pipe_fds[0],
                                  EPOLLIN, on_display, lane) < 0)
        r = rpa_fail(err, RPA_EIO, "listening to Xvfb failed");
    return r;
}

/* the cookies that we are let in with; none if it asks for none */
static int read_cookies(char **ret, size_t *ret_len, struct rpa_err *err)
{
    char path[512];
    const char *home = getenv("HOME"), *auth = getenv("XAUTHORITY");
    snprintf(path, sizeof path, "%s%s", auth ? auth : home ? home : "/root",
             auth ? "" : "/.Xauthority");
    return access(path, F_OK) < 0
               ? 0
               : rpa_read_file(path, 1 << 20, ret, ret_len, err);
}

int lane_borrow(struct lane *lane, const char *name, struct rpa_err *err)
{
    char *text = NULL;
    size_t len = 0;
    snprintf(lane->display, sizeof lane->display, "%s", name);
    int r = read_cookies(&text, &len, err);
    if (r < 0)
        return r;
    const struct room room = { .dir = lane->kin.dir, .driver = lane->driver,
                               .app = lane->app, .auth = text,
                               .auth_len = len };
    r = room_make(&room, err);
    if (text)
        explicit_bzero(text, len);
    free(text);
    return r;
}
