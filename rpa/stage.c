/* The processes of a run: driver, application, bot. Each is exec'd,
 * holds only its own sockets, and as root has a uid of its own. */
#include "rpa/supervisor.h"
#include "rpa/base/log.h"
#include "rpa/confine.h"
#include "rpa/eval.h"
#include "rpa/home.h"
#include "rpa/screen/x3270.h"
#include "rpa/spawn.h"
#include "rpa/survivors.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 30000
#define BOT_MEMORY (256 << 20)

/* systemd gives these to services for as long as they run (DynamicUser=);
 * nobody logs in as one. Three a run, the first free slot of a lock folder. */
#define UID_FIRST 61184
#define UID_SLOTS 1400
#define SLOT_DIR "/run/rpa-uids"

bool stage_has_app(const struct run *run)
{
    return rpa_msg_get(run->options->bundle->manifest, "app") != NULL;
}

bool stage_has_display(const struct run *run)
{
    return stage_has_app(run) || run->options->display || run->options->needs_display;
}

/* three uids that no other run has; the lock lasts as long as this process */
static int take_uids(struct run *run, struct rpa_err *err)
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
            run->uid_driver = UID_FIRST + slot * 3;
            run->uid_app = run->uid_driver + 1;
            run->uid_bot = run->uid_driver + 2;
            return 0;
        }
        close(fd);
    }
    return rpa_fail(err, RPA_EENV, "no free user id for the run's processes");
}

/* what keeps the run's processes from the store, and what does not */
static void say_confinement(const struct run *run)
{
    int abi = rpa_confine_abi();
    const char *open = abi < 1   ? "the state directory, truncate() and signals"
                       : abi < 3 ? "truncate() and signals"
                       : abi < 6 ? "signals"
                                 : NULL;
    if (run->uid_app) {
        if (!run->options->quiet)
            rpa_log(RPA_LOG_INFO,
                    "confined: user ids %u to %u, and Landlock version %d",
                    (unsigned)run->uid_driver, (unsigned)run->uid_bot, abi);
    } else if (open) {
        rpa_log(RPA_LOG_WARN,
                "not confined: this kernel's Landlock (version %d) does not "
                "close %s to the application; as root it would have a user id "
                "of its own",
                abi, open);
    } else if (!run->options->quiet) {
        rpa_log(RPA_LOG_INFO, "confined: Landlock version %d", abi);
    }
}

int stage_prepare(struct run *run, struct rpa_err *err)
{
    char path[96];
    snprintf(run->dir, sizeof run->dir, "/tmp/rpa-run-XXXXXX");
    if (!mkdtemp(run->dir)) {
        run->dir[0] = '\0';
        return rpa_fail_errno(err, RPA_EIO, "making the run's folder");
    }
    chmod(run->dir, 0711);
    int r = survivors_begin(run->options->state_dir, run->dir, err);
    if (r == 0)
        r = take_uids(run, err);
    snprintf(path, sizeof path, "%s/home", run->dir);
    if (r == 0)
        r = home_make(path, run->uid_app, err);
    if (r == 0)
        say_confinement(run);
    return r;
}

/* ---- children ---- */

static int on_child(sd_event_source *source, const siginfo_t *si, void *data)
{
    struct run *run = data;
    struct rpa_err err = { 0 };
    (void)source;
    if (si->si_pid == run->bot) {
        run->bot = 0;
        if (!run->ended && si->si_code != CLD_EXITED)
            rpa_fail(&err, RPA_EBOT, "the bot was ended by signal %d",
                     si->si_status);
        else if (!run->ended)
            rpa_fail(&err, RPA_EBOT, "the bot ended without a word (status %d)",
                     si->si_status);
        if (err.code) {
            rpa_err_hint(&err, "a bot that reaches for files, sockets or "
                               "programs is ended by the kernel");
            run_fail(run, &err);
            sd_event_exit(run->loop, 0);
        }
    } else if (si->si_pid == run->xvfb) {
        run->xvfb = 0;
        if (!run->ended && run->step > STEP_DISPLAY) {
            rpa_fail(&err, RPA_EDISPLAY, "the display of the run ended");
            run_fail(run, &err);
            sd_event_exit(run->loop, 0);
        }
    } else if (si->si_pid == run->app) {
        run->app = 0; /* its windows are gone: the driver's acts say so */
        if (run->step <= STEP_READY) {
            rpa_fail(&err, RPA_EENV, "the application ended at once");
            rpa_err_hint(&err, "start it by hand to see why");
            run_fail(run, &err);
            sd_event_exit(run->loop, 0);
        }
    } else if (si->si_pid == run->manager) {
        run->manager = 0; /* windows stay where they are */
    } else if (si->si_pid == run->driver) {
        run->driver = 0; /* its socket's end tells what is to be told */
    }
    return 0;
}

/* notice its end, and let the next supervisor find it if we are lost */
int stage_watch(struct run *run, const char *role, pid_t pid,
                       struct rpa_err *err)
{
    int r = survivors_add(run->options->state_dir, role, pid, err);
    if (r == 0)
        sd_event_add_child(run->loop, NULL, pid, WEXITED, on_child, run);
    return r;
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
    static const char *const policies[] = { "target", "windows", "http",
                                            "navigation", "secrets",
                                            "clipboard" };
    const struct rpa_bundle *b = run->options->bundle;
    const cbor_item_t *app = rpa_msg_get(b->manifest, "app");
    cbor_item_t *setup = rpa_cbor_map();
    char keymap[32];
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        put_from(setup, run, policies[i]);
    if (b->map)
        rpa_msg_put_item(setup, "map", cbor_incref(b->map));
    if (b->font)
        rpa_msg_put_strn(setup, "font_file", b->font, b->font_len);
    rpa_msg_put_str(setup, "mode", run->options->policy->mode);
    rpa_msg_put_str(setup, "pictures", run->options->pictures);
    if (!app || !rpa_msg_copy(app, "keymap", keymap, sizeof keymap))
        snprintf(keymap, sizeof keymap, "%s",
                 run->options->display ? "layout" : "private");
    rpa_msg_put_str(setup, "keymap", keymap);
    if (run->display[0])
        rpa_msg_put_str(setup, "display", run->display);
    if (!run->options->display)
        rpa_msg_put_bool(setup, "private", true);
    rpa_msg_put_bool(setup, "manager", has_manager(run));
    return setup;
}

static int send_item(struct run *run, const char *key, cbor_item_t *value,
                     struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_item(msg, key, value);
    int r = rpa_msg_send(run->driver_fd, msg, NULL, 0, err);
    rpa_msg_free(&msg);
    return r;
}

int stage_driver(struct run *run, struct rpa_err *err)
{
    int sup[2], bot[2];
    char auth[128];
    char *env[] = { "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", auth, NULL };
    snprintf(auth, sizeof auth, "XAUTHORITY=%s/driver.xauth", run->dir);
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
        .envp = env, .output = STDERR_FILENO, .uid = run->uid_driver,
        .fds = { sup[1], bot[0], -1, -1 }, .confine = true,
        .state_dir = run->options->state_dir, .own_dir = run->dir,
    };
    r = rpa_spawn_role("driver", &spawn, &run->driver, err);
    close(sup[1]);
    close(bot[0]);
    if (r == 0 && has_manager(run))
        r = app_manager(run, err);
    if (r == 0)
        r = send_item(run, "setup", make_setup(run), err);
    if (r < 0)
        return r;
    run_limit(run, START_MS);
    r = calls_listen(run, err);
    return r < 0 ? r : stage_watch(run, "driver", run->driver, err);
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
    rpa_msg_put_int(doc, "memory", BOT_MEMORY);
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

int stage_bot(struct run *run, struct rpa_err *err)
{
    char *env[] = { "LC_ALL=C.UTF-8", NULL };
    int doc_fd;
    cbor_item_t *doc = start_document(run);
    int r = rpa_msg_to_memfd(doc, &doc_fd, err);
    rpa_msg_free(&doc);
    if (r < 0)
        return r;
    struct rpa_spawn spawn = { .envp = env, .output = STDERR_FILENO,
                               .uid = run->uid_bot,
                               .fds = { run->bot_fd, doc_fd, -1, -1 } };
    r = send_serve(run, err);
    if (r == 0)
        r = rpa_spawn_role("bot", &spawn, &run->bot, err);
    close(doc_fd);
    close(run->bot_fd);
    run->bot_fd = -1;
    if (r < 0)
        return r;
    run_limit(run, run->options->timeout_ms);
    return stage_watch(run, "bot", run->bot, err);
}

/* ---- the end ---- */

static void remove_tree(const char *dir)
{
    char *argv[] = { "rm", "-rf", "--", (char *)dir, NULL };
    char *env[] = { "PATH=/usr/bin:/bin", NULL };
    struct rpa_spawn spawn = { .path = "rm", .argv = argv, .envp = env,
                               .fds = { -1, -1, -1, -1 }, .output = -1 };
    struct rpa_err err;
    pid_t pid = 0;
    if (rpa_spawn(&spawn, &pid, &err) == 0)
        waitpid(pid, NULL, 0);
}

void stage_clear(struct run *run)
{
    bool ours = run->xvfb > 0;
    rpa_spawn_end(run->bot);
    rpa_spawn_end(run->driver);
    if (run->driver && run->options->display && run->step > STEP_DRIVER)
        display_sweep(run);
    rpa_spawn_end(run->app);
    rpa_spawn_end(run->manager);
    if (run->app > 0)
        rpa_x3270_remove(run->app);
    rpa_spawn_end(run->xvfb);
    if (ours)
        display_remove(run);
    rpa_spawn_end_all();
    run->bot = run->driver = run->app = run->manager = run->xvfb = 0;
    client_drop(run->client);
    run->client = NULL;
    int *fds[] = { &run->driver_fd, &run->bot_fd, &run->display_fd,
                   &run->second_fd };
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
    if (run->dir[0])
        remove_tree(run->dir);
    run->dir[0] = '\0';
    survivors_end(run->options->state_dir);
}
