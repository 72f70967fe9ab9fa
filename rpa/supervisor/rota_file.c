#include "rpa/supervisor/rota_file.h"
#include "rpa/base/log.h"
#include "rpa/role/spawn.h"
#include "rpa/supervisor/children.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_US 120000000 /* its bots too, a process each */

struct rota_reader {
    struct supervisor *sup;
    pid_t pid;
    int fd;
    sd_event_source *source, *deadline;
    rota_told *told;
    void *data;
};

/* ---- the process ---- */

static void tell(const char *fault)
{
    rpa_log(RPA_LOG_ERROR, "%s", fault);
}

int rpa_role_schedules(int argc, char **argv)
{
    struct schedules_file file = { 0 };
    cbor_item_t *msg = rpa_msg_new();
    struct rpa_err err;
    struct stat st;
    int r = 0;
    if (argc != 2)
        r = rpa_fail(&err, RPA_EINVAL, "one file is read");
    else if (stat(argv[1], &st) == 0 && !S_ISREG(st.st_mode))
        r = rpa_fail(&err, RPA_EINVAL, "%s is no regular file", argv[1]);
    if (r == 0)
        r = schedules_check(argv[1], rpa_now_us() / 1000000, tell, &file, &err);
    if (r == 0) {
        rpa_msg_put_item(msg, "ok", file.table);
        rpa_msg_put_item(msg, "bots", file.bots);
    } else
        rpa_msg_put_err(msg, &err);
    int sent = rpa_msg_send(3, msg, NULL, 0, &err);
    if (sent < 0)
        rpa_log_err(&err);
    rpa_msg_free(&msg);
    return sent < 0 || r < 0;
}

/* ---- its supervisor ---- */

static void stop(struct rota_reader *reader)
{
    reader->source = sd_event_source_disable_unref(reader->source);
    reader->deadline = sd_event_source_disable_unref(reader->deadline);
    if (reader->fd >= 0)
        close(reader->fd);
    reader->fd = -1;
    if (reader->pid) /* it is reaped as any child is */
        kill(-reader->pid, SIGKILL);
    reader->pid = 0;
}

void rota_reader_free(struct rota_reader *reader)
{
    if (!reader)
        return;
    stop(reader);
    children_forget(reader->sup->children, reader);
    free(reader);
}

static void take(struct rota_reader *reader, int64_t until_us)
{
    cbor_item_t *msg = NULL;
    struct rpa_err err;
    int r = rpa_msg_recv(reader->fd, until_us, &msg, NULL, &err);
    if (r == -RPA_ETIMEOUT && !until_us)
        return;
    if (r == -RPA_EGONE)
        rpa_fail(&err, RPA_EBOT, "whoever read the schedules was lost");
    if (r == 0)
        r = rpa_msg_get_err(msg, &err);
    const struct schedules_file file = { rpa_msg_get(msg, "ok"),
                                         rpa_msg_get(msg, "bots") };
    stop(reader);
    reader->told(reader->data, r == 0 ? &file : NULL, r == 0 ? NULL : &err);
    rpa_msg_free(&msg);
}

static int on_word(sd_event_source *source, int fd, uint32_t events,
                   void *data)
{
    (void)source;
    (void)fd;
    (void)events;
    take(data, 0);
    return 0;
}

static int on_late(sd_event_source *source, uint64_t usec, void *data)
{
    struct rota_reader *reader = data;
    struct rpa_err err;
    (void)source;
    (void)usec;
    stop(reader);
    rpa_fail(&err, RPA_ETIMEOUT, "the schedules were not read in %d s",
             READ_US / 1000000);
    reader->told(reader->data, NULL, &err);
    return 0;
}

void rota_reader_wait(struct rota_reader *reader)
{
    take(reader, rpa_mono_us() + READ_US);
}

static void on_end(void *data, const siginfo_t *si)
{
    struct rota_reader *reader = data;
    (void)si;
    reader->pid = 0; /* the socket's end tells the rest */
}

static int start(struct rota_reader *reader, const char *file,
                 struct rpa_err *err)
{
    char *argv[] = { "rpa", "role", "schedules", (char *)file, NULL };
    char cwd[4096];
    int pair[2];
    int r = rpa_spawn_pair(pair, err);
    if (r < 0)
        return r;
    struct rpa_spawn spawn = {
        .path = "/proc/self/exe", .argv = argv, .envp = environ,
        .cwd = getcwd(cwd, sizeof cwd), .output = STDERR_FILENO,
        .fds = { pair[1], -1, -1, -1 },
    };
    r = rpa_spawn(&spawn, &reader->pid, err);
    close(pair[1]);
    reader->fd = pair[0];
    return r == 0 ? children_add(reader->sup->children, reader->pid, on_end,
                                 reader, err)
                  : r;
}

int rota_reader_start(struct supervisor *sup, const char *file,
                      rota_told *told, void *data, struct rota_reader **ret,
                      struct rpa_err *err)
{
    struct rota_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return rpa_fail(err, RPA_ENOMEM, "no memory to read the schedules");
    *reader = (struct rota_reader){ .sup = sup, .fd = -1, .told = told,
                                    .data = data };
    int r = start(reader, file, err);
    if (r == 0 &&
        (sd_event_add_io(sup->loop, &reader->source, reader->fd, EPOLLIN,
                         on_word, reader) < 0 ||
         sd_event_add_time_relative(sup->loop, &reader->deadline,
                                    CLOCK_BOOTTIME, READ_US, 1000, on_late,
                                    reader) < 0))
        r = rpa_fail(err, RPA_EIO, "waiting for the schedules");
    if (r == 0)
        *ret = reader;
    else
        rota_reader_free(reader);
    return r;
}
