/* The processes of a run: driver, application, bot. Each is exec'd,
 * holds only its own sockets, and as root has a uid of its own. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/role/confine.h"
#include "rpa/screen/x3270.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 30000

bool stage_has_app(const struct run *run)
{
    return rpa_msg_get(run->options->bundle->manifest, "app") != NULL;
}

bool stage_has_display(const struct run *run)
{
    return stage_has_app(run) || run->options->display || run->options->needs_display;
}

/* what keeps the run's processes from the store, and what does not */
static void say_confinement(const struct run *run)
{
    int abi = rpa_confine_abi();
    const char *open = abi < 1   ? "the state directory, truncate() and signals"
                       : abi < 3 ? "truncate() and signals"
                       : abi < 6 ? "signals"
                                 : NULL;
    if (run->lane->app) {
        if (!run->options->quiet)
            run_log(run, RPA_LOG_INFO,
                    "confined: user ids %u to %u, and Landlock version %d",
                    (unsigned)run->lane->driver, (unsigned)run->lane->bot, abi);
    } else if (open) {
        run_log(run, RPA_LOG_WARN,
                "not confined: this kernel's Landlock (version %d) does not "
                "close %s to the application; as root it would have a user id "
                "of its own",
                abi, open);
    } else if (!run->options->quiet) {
        run_log(run, RPA_LOG_INFO, "confined: Landlock version %d", abi);
    }
}

/* the display is there, or is there no more */
static void on_display(void *data, const struct rpa_err *err)
{
    struct run *run = data;
    if (!err)
        run_next(run);
    else if (!run->ended)
        run_end(run, err);
}

int stage_display(struct run *run, struct rpa_err *err)
{
    bool own = stage_has_display(run) && !run->options->display;
    bool warm = own && (run->lane = pool_take(run->sup));
    int r = warm ? 0 : lane_new(run->sup, &run->lane, err);
    if (r < 0)
        return r;
    say_confinement(run);
    run->lane->told = on_display;
    run->lane->data = run;
    run_limit(run, START_MS);
    if (warm && run->lane->display[0])
        run_next(run);
    if (own)
        return warm ? 0 : lane_display(run->lane, err);
    if (run->options->display)
        r = lane_borrow(run->lane, run->options->display, err);
    if (r == 0)
        run_next(run);
    return r;
}

/* ---- children ---- */

static int send_item(struct run *run, const char *key, cbor_item_t *value,
                     struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_item(msg, key, value);
    int r = rpa_msg_send(run->driver_fd, msg, NULL, 0, err);
    rpa_msg_free(&msg);
    return r;
}

/* No window of it is there or can come. A bot that has begun may not need one
 * any more: the driver says it where it does. */
static void app_over(struct run *run)
{
    const struct process_end *end = &run->app_end;
    struct rpa_err err;
    char how[32];
    snprintf(how, sizeof how, "%s %d", rpa_spawn_how(end->code), end->status);
    if (run->bot || run->bot_end.code) {
        send_item(run, "app_ended", cbor_build_string(how), &err);
        return; /* a driver that is gone says so itself */
    }
    rpa_fail(&err, RPA_EENV, "the application ended at once (%s)", how);
    rpa_err_hint(&err, "start it by hand to see why");
    run_end(run, &err);
}

static int on_heir(sd_event_source *source, int fd, uint32_t events, void *data);

/* What was started may have been a launcher, that left its work to others. */
static void look_for_heir(struct run *run)
{
    int fd = run->over ? -1 : kin_left(&run->lane->kin, "app");
    if (fd < 0 && !run->over)
        app_over(run);
    else if (fd >= 0 && sd_event_add_io(run->loop, &run->heir, fd, EPOLLIN,
                                        on_heir, run) < 0)
        close(fd);
    else if (fd >= 0)
        sd_event_source_set_io_fd_own(run->heir, true);
}

static int on_heir(sd_event_source *source, int fd, uint32_t events, void *data)
{
    struct run *run = data;
    (void)fd;
    (void)events;
    run->heir = sd_event_source_disable_unref(source);
    look_for_heir(run);
    return 0;
}

static void on_app(struct run *run, const siginfo_t *si)
{
    rpa_x3270_remove(si->si_pid);
    run->app = 0;
    run->app_end = (struct process_end){ si->si_code, si->si_status };
    look_for_heir(run);
}

static bool driver_ended(const struct run *run)
{
    siginfo_t si = { 0 };
    return !run->driver || (waitid(P_PID, (id_t)run->driver, &si,
                                   WEXITED | WNOHANG | WNOWAIT) == 0 &&
                            si.si_pid);
}

static void on_bot(struct run *run, const siginfo_t *si)
{
    struct rpa_err err;
    (void)si;
    if (run->ended || run->over)
        return;
    /* whose fault it was, both their ends tell */
    run->lost = calls_bot_alone(run) || driver_ended(run);
    if (!run->lost)
        calls_bot_lost(run, &err);
    run_end(run, run->lost ? NULL : &err);
}

/* windows stay where they are; but the driver waits for one before them */
static void on_manager(struct run *run, const siginfo_t *si)
{
    struct rpa_err err;
    run->manager = 0;
    if (run->over || run->step > STEP_DRIVER)
        return;
    rpa_fail(&err, RPA_EENV, "the window manager ended at once (%s %d)",
             rpa_spawn_how(si->si_code), si->si_status);
    rpa_err_hint(&err, "start it by hand to see why: openbox");
    run_end(run, &err);
}

static void on_child(void *data, const siginfo_t *si, const struct rpa_err *why)
{
    struct run *run = data;
    if (why)
        run_end(run, why);
    if (si->si_pid == run->bot) {
        run->bot = 0;
        run->bot_end = (struct process_end){ si->si_code, si->si_status };
        on_bot(run, si);
    } else if (si->si_pid == run->driver) {
        run->driver = 0; /* its socket's end tells what is to be told */
        run->driver_end = (struct process_end){ si->si_code, si->si_status };
    } else if (si->si_pid == run->app) {
        on_app(run, si);
    } else if (si->si_pid == run->manager) {
        on_manager(run, si);
    }
}

int stage_start(struct run *run, const char *role, const struct rpa_spawn *spawn,
                pid_t *ret_pid, struct rpa_err *err)
{
    return lane_start(run->lane, role, spawn, on_child, run, ret_pid, err);
}

/* ---- before the driver ---- */

/* "gb" where the manifest says keymap = "layout:gb" */
static bool layout_of(const struct run *run, char out[static 32])
{
    const cbor_item_t *app = rpa_msg_get(run->options->bundle->manifest,
                                         "app");
    if (!app || !rpa_msg_copy(app, "keymap", out, 32) ||
        strncmp(out, "layout:", 7) != 0)
        return false;
    memmove(out, out + 7, strlen(out + 7) + 1);
    return true;
}

/* a process that prepares the display has ended */
static void on_prepared(void *data, const siginfo_t *si,
                        const struct rpa_err *why)
{
    struct run *run = data;
    struct rpa_err err;
    char keymap[32];
    if (run->over) /* and it was ended with the others */
        return;
    if (why) {
        run_end(run, why);
        return;
    }
    if (si->si_code != CLD_EXITED) {
        rpa_fail(&err, RPA_EDISPLAY, "who %s was ended by signal %d",
                 run->step == STEP_SWEEP ? "releases the display's keys"
                                         : "sets the keyboard's layout",
                 si->si_status);
    } else if (si->si_status == 0 || run->step == STEP_SWEEP) { /* that has said why */
        run_next(run);
        return;
    } else {
        layout_of(run, keymap);
        rpa_fail(&err, RPA_EINVAL, "there is no keyboard layout '%s'", keymap);
        rpa_err_hint(&err, "such as keymap = \"layout:gb\"");
    }
    run_end(run, &err);
}

/* a real layout on our own server, before anyone asks for its keys */
int stage_layout(struct run *run, struct rpa_err *err)
{
    char layout[32], auth[128], display[48];
    pid_t ignored;
    if (run->options->display || !layout_of(run, layout)) {
        run_next(run);
        return 0;
    }
    char *env[] = { "PATH=/usr/bin:/bin", auth, display, NULL };
    char *argv[] = { "setxkbmap", "-layout", layout, NULL };
    snprintf(auth, sizeof auth, "XAUTHORITY=%s/driver.xauth",
             run->lane->kin.dir);
    snprintf(display, sizeof display, "DISPLAY=%s", run->lane->display);
    struct rpa_spawn spawn = { .path = argv[0], .argv = argv, .envp = env,
                               .output = -1, .uid = run->lane->driver,
                               .fds = { -1, -1, -1, -1 } };
    return lane_start(run->lane, "layout", &spawn, on_prepared, run, &ignored,
                      err);
}

/* keys that the driver of a lost supervisor held on a display that stays */
int stage_sweep(struct run *run, struct rpa_err *err)
{
    if (run->options->display && run->sup->after_loss)
        return lane_sweep(run->lane, on_prepared, run, err);
    run_next(run);
    return 0;
}

/* ---- the driver ---- */

static void put_from(cbor_item_t *setup, const struct run *run,
                     const char *key)
{
    cbor_item_t *value = rpa_msg_get(run->options->bundle->manifest, key);
    if (value)
        rpa_msg_put_item(setup, key, cbor_incref(value));
}

static bool has_manager(const struct run *run)
{
    const cbor_item_t *app = rpa_msg_get(run->options->bundle->manifest,
                                         "app");
    return app && rpa_msg_get(app, "wm") && !run->options->display;
}

static cbor_item_t *make_setup(const struct run *run)
{
    static const char *const policies[] = { "target",     "windows", "http",
                                            "services",   "secrets", "clipboard",
                                            "navigation", "changes" };
    const struct rpa_policy *way = run->options->policy;
    const struct rpa_bundle *b = run->options->bundle;
    const cbor_item_t *app = rpa_msg_get(b->manifest, "app");
    cbor_item_t *setup = rpa_cbor_map();
    char keymap[32];
    int64_t echo_ms;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        put_from(setup, run, policies[i]);
    if (b->map)
        rpa_msg_put_item(setup, "map", cbor_incref(b->map));
    if (b->font)
        rpa_msg_put_strn(setup, "font_file", b->font, b->font_len);
    rpa_msg_put_str(setup, "mode", way->mode);
    rpa_msg_put_item(setup, "networks", rpa_cbor_ref(way->networks));
    if (way->authority)
        rpa_msg_put_str(setup, "authority", way->authority);
    if (way->proxy[0])
        rpa_msg_put_str(setup, "proxy", way->proxy);
    rpa_msg_put_str(setup, "pictures", run->options->pictures);
    rpa_msg_put_int(setup, "pictured", run->pictures.last);
    if (!app || !rpa_msg_copy(app, "keymap", keymap, sizeof keymap))
        snprintf(keymap, sizeof keymap, "%s",
                 run->options->display ? "layout" : "private");
    rpa_msg_put_str(setup, "keymap", keymap);
    if (app && rpa_msg_int(app, "echo_ms", &echo_ms))
        rpa_msg_put_int(setup, "echo_ms", echo_ms);
    if (run->lane->display[0])
        rpa_msg_put_str(setup, "display", run->lane->display);
    if (!run->options->display)
        rpa_msg_put_bool(setup, "private", true);
    rpa_msg_put_bool(setup, "manager", has_manager(run));
    return setup;
}

int stage_driver(struct run *run, struct rpa_err *err)
{
    int sup[2], bot[2];
    char auth[128];
    char *env[] = { "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", auth, NULL };
    snprintf(auth, sizeof auth, "XAUTHORITY=%s/driver.xauth", run->lane->kin.dir);
    int r = rpa_spawn_pair(sup, err);
    if (r == 0 && (r = rpa_spawn_pair(bot, err)) < 0) {
        close(sup[0]);
        close(sup[1]);
    }
    if (r < 0)
        return r;
    run->driver_fd = sup[0];
    run->bot_fd = bot[1];
    struct rpa_spawn spawn = {
        .role = "driver", .envp = env, .output = STDERR_FILENO,
        .uid = run->lane->driver,
        .fds = { sup[1], bot[0], -1, -1 }, .confine = true,
        .state_dir = run->sup->state_dir, .own_dir = run->lane->kin.dir,
    };
    r = stage_start(run, "driver", &spawn, &run->driver, err);
    close(sup[1]);
    close(bot[0]);
    if (r == 0 && has_manager(run))
        r = app_manager(run, err);
    if (r == 0)
        r = send_item(run, "setup", make_setup(run), err);
    if (r < 0)
        return r;
    run_limit(run, START_MS);
    return calls_listen(run, err);
}

int stage_ready(struct run *run, struct rpa_err *err)
{
    const cbor_item_t *app = rpa_msg_get(run->options->bundle->manifest,
                                         "app");
    cbor_item_t *ready = app ? rpa_msg_get(app, "ready") : NULL;
    int64_t timeout_ms = 30000;
    if (!ready) {
        run_next(run);
        return 0;
    }
    rpa_msg_int(ready, "timeout_ms", &timeout_ms);
    run_limit(run, timeout_ms + 5000);
    return send_item(run, "ready", cbor_incref(ready), err);
}

/* ---- the bot ---- */

static cbor_item_t *start_document(const struct run *run)
{
    const struct rpa_bundle *b = run->options->bundle;
    cbor_item_t *doc = rpa_msg_new();
    rpa_msg_put_str(doc, "mode", "run");
    rpa_msg_put_str(doc, "name", b->file);
    rpa_msg_put_strn(doc, "source", b->source, b->source_len);
    rpa_msg_put_item(doc, "modules", cbor_incref(b->modules));
    rpa_msg_put_item(doc, "set", cbor_incref(b->set));
    rpa_msg_put_item(doc, "manifest", cbor_incref(b->manifest));
    if (b->map)
        rpa_msg_put_item(doc, "map", cbor_incref(b->map));
    rpa_msg_put_int(doc, "memory",
                    run->options->policy->quota.bot_memory_mib << 20);
    return doc;
}

/* The driver may begin; with a socket to the application's own word, which only
 * the supervisor may open where the two have users of their own. */
static int send_serve(struct run *run, struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_item(msg, "serve", rpa_cbor_map());
    int r = rpa_msg_send(run->driver_fd, msg, &run->second_fd,
                         run->second_fd >= 0, err);
    rpa_msg_free(&msg);
    return r;
}

/* one limit for the run, however often its bot begins */
static void limit_work(struct run *run)
{
    run_limit(run, 0);
    if (!run->options->timeout_ms)
        return;
    if (!run->until_us)
        run->until_us = rpa_mono_us() + run->options->timeout_ms * 1000;
    int64_t left_ms = (run->until_us - rpa_mono_us()) / 1000;
    run_limit(run, left_ms > 0 ? left_ms : 1);
}

int stage_bot(struct run *run, struct rpa_err *err)
{
    char *env[] = { "LC_ALL=C.UTF-8", NULL };
    int doc_fd;
    cbor_item_t *doc = start_document(run);
    int r = rpa_msg_to_memfd(doc, &doc_fd, err);
    rpa_msg_free(&doc);
    if (r < 0)
        return r;
    struct rpa_spawn spawn = { .role = "bot", .envp = env,
                               .output = STDERR_FILENO, .uid = run->lane->bot,
                               .limits = { .cpu_s = run->options->policy
                                                        ->quota.bot_cpu_s },
                               .fds = { run->bot_fd, doc_fd, -1, -1 } };
    r = send_serve(run, err);
    if (r == 0)
        r = stage_start(run, "bot", &spawn, &run->bot, err);
    close(doc_fd);
    close(run->bot_fd);
    run->bot_fd = -1;
    if (r == 0)
        limit_work(run);
    return r;
}
