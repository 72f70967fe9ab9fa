#include "rpa/supervisor/reader.h"
#include "rpa/base/log.h"
#include "rpa/config/options.h"
#include "rpa/config/schedule.h"
#include "rpa/supervisor/aside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_US 120000000 /* its bots too, a process each */
#define SETTLE_US 200000  /* what changes is left alone so long */
#define CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)

struct reader {
    struct supervisor *sup;
    const char *role, *file;
    struct aside process;
    sd_event_source *again;
    struct watched {
        struct watched *next;
        struct reader *reader;
        sd_event_source *source;
        char *path; /* the file; NULL: a folder of bots */
    } *watched;
    reader_told *told;
    void *data;
};

/* ---- the processes ---- */

static void tell(const char *fault)
{
    rpa_log(RPA_LOG_ERROR, "%s", fault);
}

static int answer(cbor_item_t *msg, int r, const struct rpa_err *why)
{
    struct rpa_err err;
    if (r < 0)
        rpa_msg_put_err(msg, why);
    int sent = rpa_msg_send(3, msg, NULL, 0, &err);
    if (sent < 0)
        rpa_log_err(&err);
    rpa_msg_free(&msg);
    return sent < 0 || r < 0;
}

int rpa_role_schedules(int argc, char **argv)
{
    struct schedules_file file = { 0 };
    char tzdata[16];
    cbor_item_t *msg = rpa_msg_new();
    struct rpa_err err;
    int r = 0;
    if (argc != 2)
        r = rpa_fail(&err, RPA_EINVAL, "one file is read");
    if (r == 0)
        r = schedules_check(argv[1], rpa_now_us() / 1000000, tell, &file, &err);
    if (r == 0) {
        rpa_msg_put_item(msg, "ok", file.table);
        rpa_msg_put_item(msg, "bots", file.bots);
        rpa_msg_put_str(msg, "tzdata", rpa_zone_release(tzdata));
        if (file.holidays)
            rpa_msg_put_item(msg, "holidays", file.holidays);
    }
    return answer(msg, r, &err);
}

const char *const reader_confs[RPA_CONFS] = { "system", "user", "named" };

int rpa_role_conf(int argc, char **argv)
{
    cbor_item_t *confs[RPA_CONFS] = { NULL }, *msg = rpa_msg_new(),
                *ok = rpa_cbor_map();
    struct rpa_err err;
    int r = argc == 2 ? rpa_options_confs(*argv[1] ? argv[1] : NULL, confs, &err)
                      : rpa_fail(&err, RPA_EINVAL, "one file is read");
    for (size_t i = 0; i < RPA_CONFS; i++)
        if (confs[i])
            rpa_msg_put_item(ok, reader_confs[i], confs[i]);
    rpa_msg_put_item(msg, "ok", ok);
    return answer(msg, r, &err);
}

/* ---- one reading ---- */

static void on_word(void *data, const cbor_item_t *msg,
                    const struct rpa_err *why)
{
    struct reader *reader = data;
    struct rpa_err err;
    int r = why ? -(int)(err = *why).code : rpa_msg_get_err(msg, &err);
    if (why)
        rpa_err_context(&err, "reading %s", reader->file);
    aside_end(&reader->process);
    reader->told(reader->data, r < 0 ? NULL : msg, r < 0 ? &err : NULL);
}

int reader_read(struct reader *reader, struct rpa_err *err)
{
    char *argv[] = { "rpa", "role", (char *)reader->role, (char *)reader->file,
                     NULL };
    char cwd[4096];
    struct rpa_spawn spawn = {
        .path = "/proc/self/exe", .argv = argv, .envp = environ,
        .cwd = getcwd(cwd, sizeof cwd), .output = STDERR_FILENO,
    };
    reader->again = sd_event_source_disable_unref(reader->again);
    return aside_start(&reader->process, reader->sup, &spawn, READ_US, on_word,
                       reader, err); /* in place of who read what is no more */
}

int reader_read_now(struct reader *reader, struct rpa_err *err)
{
    int r = reader_read(reader, err);
    if (r == 0)
        aside_wait(&reader->process);
    return r;
}

/* ---- again ---- */

static int on_again(sd_event_source *source, uint64_t usec, void *data)
{
    struct rpa_err err;
    (void)source;
    (void)usec;
    if (reader_read(data, &err) < 0)
        rpa_log_err(&err);
    return 0;
}

void reader_read_soon(struct reader *reader)
{
    reader->again = sd_event_source_disable_unref(reader->again);
    sd_event_add_time_relative(reader->sup->loop, &reader->again,
                               CLOCK_BOOTTIME, SETTLE_US, 1000, on_again,
                               reader);
}

static bool is_file(const struct watched *w, const struct inotify_event *event)
{
    const char *slash = strrchr(w->path, '/');
    struct stat st;
    if (!event->len || strcmp(event->name, slash ? slash + 1 : w->path) != 0)
        return false;
    /* a new file is heard of again when it is written */
    return !(event->mask & IN_CREATE) || lstat(w->path, &st) < 0 ||
           !S_ISREG(st.st_mode);
}

static bool is_bots(const struct inotify_event *event)
{
    const char *end = event->len ? strrchr(event->name, '.') : NULL;
    return !event->len || /* the folder itself */
           (end && (!strcmp(end, ".lua") || !strcmp(end, ".font")));
}

static int on_change(sd_event_source *source, const struct inotify_event *event,
                     void *data)
{
    struct watched *w = data;
    (void)source;
    if (w->path ? is_file(w, event) : is_bots(event))
        reader_read_soon(w->reader);
    return 0;
}

static void watch(struct reader *reader, const char *folder, const char *path,
                  uint32_t events)
{
    struct watched *w = calloc(1, sizeof *w);
    char *copy = path ? strdup(path) : NULL;
    if (!w || (path && !copy) ||
        sd_event_add_inotify(reader->sup->loop, &w->source, folder, events,
                             on_change, w) < 0) {
        free(copy);
        free(w);
        return;
    }
    w->reader = reader;
    w->path = copy;
    w->next = reader->watched;
    reader->watched = w;
}

void reader_watch_file(struct reader *reader, const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s",
             slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    watch(reader, folder, path, CHANGES | IN_CREATE);
}

void reader_watch_bots(struct reader *reader, const char *folder)
{
    watch(reader, folder, NULL, CHANGES | IN_MOVE_SELF | IN_DELETE_SELF);
}

static void forget(struct reader *reader, bool files)
{
    for (struct watched **at = &reader->watched, *w; (w = *at);) {
        if (w->path && !files) {
            at = &w->next;
            continue;
        }
        *at = w->next;
        sd_event_source_disable_unref(w->source);
        free(w->path);
        free(w);
    }
}

void reader_forget_bots(struct reader *reader)
{
    forget(reader, false);
}

/* ---- coming and going ---- */

int reader_new(struct supervisor *sup, const char *role, const char *file,
               reader_told *told, void *data, struct reader **ret,
               struct rpa_err *err)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return rpa_fail(err, RPA_ENOMEM, "no memory to read %s", file);
    *reader = (struct reader){ .sup = sup, .role = role, .file = file,
                               .told = told, .data = data };
    *ret = reader;
    return 0;
}

void reader_free(struct reader *reader)
{
    if (!reader)
        return;
    reader->again = sd_event_source_disable_unref(reader->again);
    aside_end(&reader->process);
    forget(reader, true);
    free(reader);
}
