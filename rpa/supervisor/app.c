/* The application of a run, and what is started beside it. */
#include "rpa/supervisor/supervisor.h"
#include "rpa/config/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENV_MAX 64
#define APP_USER "rpa-app"

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
        add(env, "USER=" APP_USER);
        add(env, "LOGNAME=" APP_USER);
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

/* The machine's users, and the application's own with a name and a home; "" in
 * @path if it runs as who we are. */
static int write_passwd(const struct run *run, char *path, size_t size,
                        struct rpa_err *err)
{
    char *all = NULL, *whole = NULL;
    size_t len;
    snprintf(path, size, "%s/passwd", run->lane->kin.dir);
    if (!run->lane->app)
        *path = '\0';
    if (!run->lane->app || access(path, F_OK) == 0)
        return 0;
    int r = rpa_read_file("/etc/passwd", 1 << 20, &all, &len, err);
    if (r == 0 && asprintf(&whole, "%.*s%s:x:%d:%d::%s/home:/bin/sh\n",
                           (int)len, all, APP_USER, (int)run->lane->app,
                           (int)run->lane->app, run->lane->kin.dir) < 0)
        r = rpa_fail(err, RPA_ENOMEM, "no memory");
    if (r == 0)
        r = rpa_write_file(path, whole, strlen(whole), 0, err);
    if (r == 0 && chmod(path, 0644) < 0)
        r = rpa_fail_errno(err, RPA_EIO, "writing %s", path);
    free(all);
    free(whole);
    return r;
}

/* Start a program as the application is: its user, its confinement. */
static int start_beside(struct run *run, const char *role, char **argv,
                        pid_t *ret_pid, struct rpa_err *err)
{
    const struct rpa_quota *quota = &run->options->policy->quota;
    struct strings env = { 0 };
    char home[96], passwd[96];
    int r = write_passwd(run, passwd, sizeof passwd, err);
    if (r < 0)
        return r;
    snprintf(home, sizeof home, "%s/home", run->lane->kin.dir);
    app_environment(run, rpa_msg_get(run->options->bundle->manifest, "app"),
                    &env);
    struct rpa_spawn spawn = {
        .path = argv[0], .argv = argv, .envp = env.list,
        .cwd = home, .fds = { -1, -1, -1, -1 }, .output = -1,
        .uid = run->lane->app,
        .limits = { .memory = quota->app_memory_mib << 20,
                    .cpu_s = quota->app_cpu_s,
                    .processes = run->lane->app ? quota->app_processes : 0 },
        .passwd = *passwd ? passwd : NULL,
        .confine = true,
        .state_dir = run->sup->state_dir, .own_dir = run->lane->kin.dir,
    };
    r = stage_start(run, role, &spawn, ret_pid, err);
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

/* Keys and clicks are the bot's: a manager that binds none, on a display of our
 * own. The driver waits for it before the application starts. */
int app_manager(struct run *run, struct rpa_err *err)
{
    static const char rules[] =
        "<?xml version=\"1.0\"?>\n"
        "<openbox_config xmlns=\"http://openbox.org/3.4/rc\">"
        "<keyboard/><mouse/></openbox_config>\n";
    char path[96];
    snprintf(path, sizeof path, "%s/openbox.xml", run->lane->kin.dir);
    FILE *file = fopen(path, "we");
    bool fine = file && fputs(rules, file) >= 0;
    if (file && fclose(file) != 0)
        fine = false;
    if (!fine || chmod(path, 0644) < 0)
        return rpa_fail_errno(err, RPA_EIO, "writing %s", path);
    char *argv[] = { "openbox", "--sm-disable", "--config-file", path, NULL };
    return start_beside(run, "manager", argv, &run->manager, err);
}
