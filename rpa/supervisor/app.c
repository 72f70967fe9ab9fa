/* The application of a run, and what is started beside it. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/supervisor/room.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENV_MAX 64

struct strings {
    char *list[ENV_MAX];
    size_t n;
};

static void add(struct strings *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void add(struct strings *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (s->n < ENV_MAX - 1 && vasprintf(&s->list[s->n], fmt, ap) >= 0)
        s->n++;
    va_end(ap);
}

static void clear(struct strings *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->list[i]);
}

static void app_environment(const struct run *run, const cbor_item_t *app,
                            struct strings *env)
{
    size_t n, klen, vlen;
    struct cbor_pair *pairs = rpa_cbor_pairs(rpa_msg_get(app, "env"), &n);
    add(env, "PATH=/usr/local/bin:/usr/bin:/bin:/usr/games");
    add(env, "LC_ALL=C.UTF-8");
    if (run->lane->app) {
        add(env, "USER=" ROOM_USER);
        add(env, "LOGNAME=" ROOM_USER);
    }
    add(env, "HOME=%s/home", run->lane->kin.dir);
    add(env, "TMPDIR=%s/home", run->lane->kin.dir); /* /tmp itself may be closed to it */
    add(env, "DISPLAY=%s", run->lane->display);
    add(env, "XAUTHORITY=%s/app.xauth", run->lane->kin.dir);
    for (size_t i = 0; i < n; i++) {
        const char *key = rpa_cbor_text(pairs[i].key, &klen);
        const char *value = rpa_cbor_text(pairs[i].value, &vlen);
        if (key && value)
            add(env, "%.*s=%.*s", (int)klen, key, (int)vlen, value);
    }
}

/* Start a program as the application is: its user, its confinement. */
static int start_beside(struct run *run, const char *role, char **argv,
                        pid_t *ret_pid, struct rpa_err *err)
{
    const struct rpa_quota *quota = &run->options->policy->quota;
    struct strings env = { 0 };
    char home[96], passwd[128];
    snprintf(home, sizeof home, "%s/home", run->lane->kin.dir);
    snprintf(passwd, sizeof passwd, "%s/passwd-%s", run->lane->kin.dir, role);
    const struct room room = { .dir = run->lane->kin.dir,
                               .app = run->lane->app,
                               .passwd = strrchr(passwd, '/') };
    app_environment(run, rpa_msg_get(run->options->bundle->manifest, "app"),
                    &env);
    struct rpa_spawn spawn = {
        .path = argv[0], .argv = argv, .envp = env.list,
        .cwd = home, .fds = { -1, -1, -1, -1 }, .output = -1,
        .uid = run->lane->app,
        .limits = { .memory = quota->app_memory_mib << 20,
                    .cpu_s = quota->app_cpu_s,
                    .processes = run->lane->app ? quota->app_processes : 0 },
        .before = run->lane->app ? room_name : NULL, .with = &room,
        .passwd = run->lane->app ? passwd : NULL,
        .confine = true,
        .state_dir = run->sup->state_dir, .own_dir = run->lane->kin.dir,
    };
    int r = stage_start(run, role, &spawn, ret_pid, err);
    clear(&env);
    return r;
}

int stage_app(struct run *run, struct rpa_err *err)
{
    const cbor_item_t *app = rpa_msg_get(run->options->bundle->manifest,
                                         "app");
    struct strings argv = { 0 };
    size_t n, len;
    cbor_item_t **words = app ? rpa_msg_array(app, "argv", &n) : NULL;
    if (!words) {
        run_next(run);
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        const char *word = rpa_cbor_text(words[i], &len);
        add(&argv, "%.*s", (int)len, word);
    }
    int r = n ? start_beside(run, "app", argv.list, &run->app, err)
              : rpa_fail(err, RPA_EINVAL, "app.argv is empty");
    clear(&argv);
    if (r < 0)
        return r;
    run_next(run);
    return 0;
}

/* On a display of our own. The driver waits for it before the application starts. */
int app_manager(struct run *run, struct rpa_err *err)
{
    char path[96];
    snprintf(path, sizeof path, "%s/openbox.xml", run->lane->kin.dir);
    char *argv[] = { "openbox", "--sm-disable", "--config-file", path, NULL };
    return start_beside(run, "manager", argv, &run->manager, err);
}
