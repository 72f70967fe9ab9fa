#include "rpa/supervisor/inbox.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/supervisor/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUPERVISOR 3
#define LOOK_US 30000000
#define AGAIN_US 10000000 /* it ended: when another one starts */

/* ---- the process ---- */

struct awaited {
    char schedule[RPA_SCHED_NAME];
    char *path;
    int64_t settled_us;
    int64_t key, since_us; /* as it was seen, and since when; key 0: not there */
    int64_t told_us;       /* 0: not yet, as it is */
};

struct looker {
    int inotify;
    struct awaited *list;
    size_t n;
};

/* which file it is, and as it is now */
static int64_t key_of(const struct stat *st)
{
    const int64_t parts[] = { (int64_t)st->st_dev, (int64_t)st->st_ino,
                              st->st_size, st->st_mtim.tv_sec,
                              st->st_mtim.tv_nsec };
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < sizeof parts; i++)
        hash = (hash ^ ((const uint8_t *)parts)[i]) * UINT64_C(1099511628211);
    return (int64_t)(hash >> 1) | 1;
}

/* No reader's lease is given on a file that is open for writing. Where we may ask
 * for none it is not known, and that it does not change must do.
 * Source: fcntl(2), Leases. */
static bool is_written(const char *path)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    bool written = fd >= 0 && fcntl(fd, F_SETLEASE, F_RDLCK) < 0 &&
                   errno == EAGAIN;
    if (fd >= 0)
        close(fd); /* and the lease is gone */
    return written;
}

static int tell(const struct awaited *a, const struct stat *st,
                struct rpa_err *err)
{
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "schedule", a->schedule);
    rpa_msg_put_int(msg, "key", a->key);
    rpa_msg_put_int(msg, "changed", st->st_ctim.tv_sec);
    int r = rpa_msg_send(SUPERVISOR, msg, NULL, 0, err);
    rpa_msg_free(&msg);
    return r;
}

/* *@ret: when to look again */
static int look_at(struct awaited *a, int64_t now_us, int64_t *ret,
                   struct rpa_err *err)
{
    struct stat st;
    *ret = now_us + LOOK_US;
    bool there = lstat(a->path, &st) == 0 && S_ISREG(st.st_mode);
    int64_t key = there ? key_of(&st) : 0;
    if (key != a->key || (there && is_written(a->path))) {
        a->key = key;
        a->since_us = now_us;
        a->told_us = 0;
    }
    if (!there)
        return 0;
    int64_t due_us = a->told_us ? a->told_us + LOOK_US
                                : a->since_us + a->settled_us;
    if (now_us < due_us) {
        *ret = due_us;
        return 0;
    }
    a->told_us = now_us;
    return tell(a, &st, err);
}

/* one that is made later is watched from the next look on */
static void watch_folder(const struct looker *l, const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    inotify_add_watch(l->inotify, folder,
                      IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
}

static int look_at_all(struct looker *l, int64_t *ret_until_us,
                       struct rpa_err *err)
{
    int64_t now_us = rpa_mono_us(), at_us;
    int r = 0;
    *ret_until_us = now_us + LOOK_US;
    for (size_t i = 0; r == 0 && i < l->n; i++) {
        watch_folder(l, l->list[i].path);
        r = look_at(&l->list[i], now_us, &at_us, err);
        *ret_until_us = at_us < *ret_until_us ? at_us : *ret_until_us;
    }
    return r;
}

static void forget(struct looker *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->list[i].path);
    free(l->list);
    l->list = NULL;
    l->n = 0;
}

/* {"files": [{"schedule", "path", "settled"}]} in place of those before */
static int take_list(struct looker *l, struct rpa_err *err)
{
    cbor_item_t *msg = NULL;
    size_t n = 0;
    int64_t settled_s = 0;
    int r = rpa_msg_recv(SUPERVISOR, RPA_MSG_FOREVER, &msg, NULL, err);
    if (r < 0)
        return r;
    cbor_item_t **files = rpa_msg_array(msg, "files", &n);
    forget(l);
    l->list = calloc(n + 1, sizeof *l->list);
    for (size_t i = 0; l->list && i < n; i++) {
        struct awaited *a = &l->list[l->n];
        a->path = rpa_msg_dup(files[i], "path");
        rpa_msg_copy(files[i], "schedule", a->schedule, sizeof a->schedule);
        rpa_msg_int(files[i], "settled", &settled_s);
        a->settled_us = settled_s * 1000000;
        l->n += a->path != NULL;
    }
    rpa_msg_free(&msg);
    return l->n == n ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for files");
}

int rpa_role_inbox(void)
{
    struct looker l = { .inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK) };
    struct pollfd fds[] = { { .fd = SUPERVISOR, .events = POLLIN },
                            { .fd = l.inotify, .events = POLLIN } };
    char events[4096];
    struct rpa_err err;
    int64_t until_us = 0;
    rpa_log_init("inbox", RPA_LOG_INFO);
    int r = take_list(&l, &err);
    while (r == 0) {
        r = look_at_all(&l, &until_us, &err);
        if (r == 0 && poll(fds, 2, rpa_left_ms(until_us)) > 0 && fds[0].revents)
            r = take_list(&l, &err);
        while (read(l.inotify, events, sizeof events) > 0)
            ;
    }
    forget(&l);
    close(l.inotify);
    if (r != -RPA_EGONE)
        rpa_log_err(&err);
    return r != -RPA_EGONE;
}

/* ---- its supervisor ---- */

struct inbox {
    struct supervisor *sup;
    struct aside process;
    cbor_item_t *list; /* NULL: none is waited for */
    sd_event_source *again;
    inbox_told *told;
    void *data;
};

static int start(struct inbox *inbox, struct rpa_err *err);

static int on_again(sd_event_source *source, uint64_t usec, void *data)
{
    struct inbox *inbox = data;
    struct rpa_err err;
    (void)usec;
    inbox->again = sd_event_source_disable_unref(source);
    if (start(inbox, &err) < 0)
        rpa_log_err(&err);
    return 0;
}

static void on_word(void *data, const cbor_item_t *msg,
                    const struct rpa_err *why)
{
    struct inbox *inbox = data;
    char schedule[RPA_SCHED_NAME];
    int64_t key, changed;
    if (why) {
        rpa_log(RPA_LOG_WARN, "who looks for files has ended: %s", why->msg);
        sd_event_add_time_relative(inbox->sup->loop, &inbox->again,
                                   CLOCK_BOOTTIME, AGAIN_US, 1000000, on_again,
                                   inbox);
    } else if (rpa_msg_copy(msg, "schedule", schedule, sizeof schedule) &&
               rpa_msg_int(msg, "key", &key) &&
               rpa_msg_int(msg, "changed", &changed)) {
        inbox->told(inbox->data, schedule, key, changed);
    }
}

static int start(struct inbox *inbox, struct rpa_err *err)
{
    struct rpa_spawn spawn = { .role = "inbox", .envp = environ,
                               .output = STDERR_FILENO };
    int r = aside_start(&inbox->process, inbox->sup, &spawn, 0, on_word, inbox,
                        err);
    return r == 0 ? aside_say(&inbox->process, inbox->list, -1, err) : r;
}

static cbor_item_t *make_list(const struct schedules *schedules)
{
    cbor_item_t *files = rpa_cbor_array(), *msg = rpa_msg_new();
    for (size_t i = 0; i < schedules->n; i++) {
        const struct schedule *s = &schedules->list[i];
        cbor_item_t *one = s->file ? rpa_cbor_map() : NULL;
        if (!one)
            continue;
        rpa_msg_put_str(one, "schedule", s->spec.name);
        rpa_msg_put_str(one, "path", s->file);
        rpa_msg_put_int(one, "settled", s->settled_s);
        rpa_cbor_push(files, one);
    }
    size_t n = cbor_array_size(files);
    rpa_msg_put_item(msg, "files", files);
    if (!n)
        rpa_msg_free(&msg);
    return msg;
}

/* one that does not listen may hang in a folder of a network: another is started */
void inbox_set(struct inbox *inbox, const struct schedules *schedules)
{
    struct rpa_err err;
    int r = 0;
    rpa_msg_free(&inbox->list);
    inbox->list = make_list(schedules);
    inbox->again = sd_event_source_disable_unref(inbox->again);
    if (!inbox->list)
        aside_end(&inbox->process);
    else if (!aside_runs(&inbox->process) ||
             aside_say(&inbox->process, inbox->list, -1, &err) < 0)
        r = start(inbox, &err);
    if (r < 0)
        rpa_log_err(&err);
}

int inbox_open(struct supervisor *sup, inbox_told *told, void *data,
               struct inbox **ret, struct rpa_err *err)
{
    struct inbox *inbox = calloc(1, sizeof *inbox);
    if (!inbox)
        return rpa_fail(err, RPA_ENOMEM, "no memory to look for files");
    *inbox = (struct inbox){ .sup = sup, .told = told, .data = data };
    *ret = inbox;
    return 0;
}

void inbox_close(struct inbox *inbox)
{
    if (!inbox)
        return;
    sd_event_source_disable_unref(inbox->again);
    aside_end(&inbox->process);
    rpa_msg_free(&inbox->list);
    free(inbox);
}
