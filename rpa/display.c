/* The display of a run: a private Xvfb with its cookies, or one that is there. */
#include "rpa/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/file.h"
#include "rpa/spawn.h"
#include "rpa/vault/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 30000

/* An Xauthority entry for any display. Source: Xau(3), Xsecurity(7). */
static int write_cookie(const char *path, const unsigned char cookie[16],
                        uid_t uid, struct rpa_err *err)
{
    static const char name[] = "MIT-MAGIC-COOKIE-1";
    struct rpa_buf b = { 0 };
    rpa_buf_add(&b, "\xff\xff\0\0\0\0\0\x12", 8); /* FamilyWild, no names */
    rpa_buf_add(&b, name, sizeof name - 1);
    rpa_buf_add(&b, "\0\x10", 2);
    rpa_buf_add(&b, cookie, 16);
    int r = b.failed ? rpa_fail(err, RPA_ENOMEM, "no memory")
                     : rpa_write_file(path, b.data, b.len, uid, err);
    rpa_buf_clear(&b);
    return r;
}

static int write_cookies(struct run *run, struct rpa_err *err)
{
    static const char *const names[] = { "server", "driver", "app" };
    uid_t uids[] = { run->uid_driver, run->uid_driver, run->uid_app };
    unsigned char cookie[16];
    char path[96];
    int r = 0;
    rpa_random(cookie, sizeof cookie);
    for (size_t i = 0; r == 0 && i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s.xauth", run->dir, names[i]);
        r = write_cookie(path, cookie, uids[i], err);
    }
    explicit_bzero(cookie, sizeof cookie);
    return r;
}

/* a real layout on our own server, before anyone asks for its keys */
static int set_layout(const struct run *run, struct rpa_err *err)
{
    const cbor_item_t *app = rpa_msg_get(run->options->bundle->manifest,
                                         "app");
    char keymap[32], auth[128], display[48];
    pid_t pid;
    int status;
    if (!app || !rpa_msg_copy(app, "keymap", keymap, sizeof keymap) ||
        strncmp(keymap, "layout:", 7) != 0)
        return 0;
    char *env[] = { "PATH=/usr/bin:/bin", auth, display, NULL };
    char *argv[] = { "setxkbmap", "-layout", keymap + 7, NULL };
    snprintf(auth, sizeof auth, "XAUTHORITY=%s/driver.xauth", run->dir);
    snprintf(display, sizeof display, "DISPLAY=%s", run->display);
    struct rpa_spawn spawn = { .path = argv[0], .argv = argv, .envp = env,
                               .output = -1, .uid = run->uid_driver,
                               .fds = { -1, -1, -1, -1 } };
    int r = rpa_spawn(&spawn, &pid, err);
    if (r < 0)
        return r;
    if (waitpid(pid, &status, 0) == pid && status == 0)
        return 0;
    rpa_fail(err, RPA_EINVAL, "there is no keyboard layout '%s'", keymap + 7);
    return rpa_err_hint(err, "such as keymap = \"layout:gb\"");
}

static int on_display(sd_event_source *source, int fd, uint32_t events,
                      void *data)
{
    struct run *run = data;
    struct rpa_err err;
    char number[16] = "";
    (void)events;
    ssize_t n = read(fd, number, sizeof number - 1);
    sd_event_source_disable_unref(source); /* fd stays open until the end:
                    the newline comes by a write of its own, which would
                    else meet a closed pipe and end the server */
    if (n <= 0 || !strchr("0123456789", number[0])) {
        rpa_fail(&err, RPA_EDISPLAY, "Xvfb did not start");
        rpa_err_hint(&err, "start it by hand to see why: Xvfb -displayfd 1");
        run_fail(run, &err);
        sd_event_exit(run->loop, 0);
        return 0;
    }
    snprintf(run->display, sizeof run->display, ":%d",
             (int)strtol(number, NULL, 10));
    if (set_layout(run, &err) < 0) {
        run_fail(run, &err);
        sd_event_exit(run->loop, 0);
        return 0;
    }
    run_next(run);
    return 0;
}

static int start_xvfb(struct run *run, struct rpa_err *err)
{
    char auth[96];
    int pipe_fds[2];
    char *env[] = { "PATH=/usr/bin:/bin", NULL };
    char *argv[] = { "Xvfb", "-displayfd", "3", "-screen", "0",
                     RPA_SPAWN_SCREEN, "-noreset", "-nolisten", "tcp", "-auth",
                     auth, NULL };
    snprintf(auth, sizeof auth, "%s/server.xauth", run->dir);
    int r = write_cookies(run, err);
    if (r < 0)
        return r;
    if (mkdir("/tmp/.X11-unix", 01777) == 0) /* only root's server would */
        chmod("/tmp/.X11-unix", 01777);
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return rpa_fail_errno(err, RPA_EIO, "making a pipe");
    struct rpa_spawn spawn = { .path = "Xvfb", .argv = argv, .envp = env,
                               .output = -1, .uid = run->uid_driver,
                               .fds = { pipe_fds[1], -1, -1, -1 } };
    r = rpa_spawn(&spawn, &run->xvfb, err);
    close(pipe_fds[1]);
    if (r < 0) {
        close(pipe_fds[0]);
        return r;
    }
    run->display_fd = pipe_fds[0];
    run_limit(run, START_MS);
    sd_event_add_io(run->loop, NULL, pipe_fds[0], EPOLLIN, on_display, run);
    return stage_watch(run, "display", run->xvfb, err);
}

/* the cookies of a display that is not ours, for who connects to it */
static int copy_cookies(struct run *run, struct rpa_err *err)
{
    char from[512], to[96];
    const char *home = getenv("HOME"), *auth = getenv("XAUTHORITY");
    char *text = NULL;
    size_t len;
    snprintf(from, sizeof from, "%s%s", auth ? auth : home ? home : "/root",
             auth ? "" : "/.Xauthority");
    if (access(from, F_OK) < 0)
        return 0; /* a display without cookies */
    int r = rpa_read_file(from, 1 << 20, &text, &len, err);
    if (r < 0)
        return r;
    snprintf(to, sizeof to, "%s/driver.xauth", run->dir);
    r = rpa_write_file(to, text, len, run->uid_driver, err);
    snprintf(to, sizeof to, "%s/app.xauth", run->dir);
    if (r == 0 && stage_has_app(run))
        r = rpa_write_file(to, text, len, run->uid_app, err);
    explicit_bzero(text, len);
    free(text);
    return r;
}

int stage_display(struct run *run, struct rpa_err *err)
{
    run->step = STEP_DISPLAY;
    if (stage_has_display(run) && !run->options->display)
        return start_xvfb(run, err);
    if (run->options->display) {
        snprintf(run->display, sizeof run->display, "%s",
                 run->options->display);
        int r = copy_cookies(run, err);
        if (r < 0)
            return r;
        if (run->after_loss)
            display_sweep(run);
    }
    run_next(run);
    return 0;
}

/* keys that a killed driver held on a display that lives on */
void display_sweep(struct run *run)
{
    char auth[128];
    char *env[] = { "LC_ALL=C.UTF-8", auth, run->display, NULL };
    char display[48];
    struct rpa_err err;
    pid_t pid = 0;
    snprintf(auth, sizeof auth, "XAUTHORITY=%s/driver.xauth", run->dir);
    snprintf(display, sizeof display, "DISPLAY=%s", run->display);
    env[2] = display;
    struct rpa_spawn spawn = { .envp = env, .output = STDERR_FILENO,
                               .uid = run->uid_driver,
                               .fds = { -1, -1, -1, -1 } };
    if (rpa_spawn_role("sweep", &spawn, &pid, &err) == 0)
        waitpid(pid, NULL, 0);
    else
        rpa_log_err(&err);
}

/* what a killed Xvfb leaves, and another user's could not remove */
void display_remove(const struct run *run)
{
    char path[64];
    if (!run->display[0])
        return;
    snprintf(path, sizeof path, "/tmp/.X11-unix/X%s", run->display + 1);
    unlink(path);
    snprintf(path, sizeof path, "/tmp/.X%s-lock", run->display + 1);
    unlink(path);
}
