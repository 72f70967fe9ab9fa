#include "rpa/survivors.h"
#include "rpa/base/log.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LIST_MAX 64
#define END_MS 5000 /* for a killed process to be gone */
#define RUN_DIR "/tmp/rpa-run-"

struct list {
    char dir[64]; /* the run's folder */
    struct {
        pid_t pid;
        unsigned long long start;
    } child[LIST_MAX];
    size_t n;
};

static FILE *open_list(const char *state_dir, int flags, const char *mode)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/children", state_dir);
    int fd = open(path, flags | O_CLOEXEC, 0600);
    return fd < 0 ? NULL : fdopen(fd, mode);
}

/* session and start time (clock ticks since boot) of a process that lives.
 * Source: proc(5), /proc/pid/stat fields 6 and 22. */
static bool read_stat(pid_t pid, pid_t *ret_session, unsigned long long *ret)
{
    char path[32], text[1024];
    int session;
    char state;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[n] = '\0';
    if (file)
        fclose(file);
    char *name_end = strrchr(text, ')');
    if (!name_end ||
        sscanf(name_end + 1,
               " %c %*d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d "
               "%*d %*d %*d %*d %llu",
               &state, &session, ret) != 3 ||
        state == 'Z' || state == 'X')
        return false;
    *ret_session = session;
    return true;
}

/* ---- while a run is on ---- */

static int put(FILE *file, const char *what, const char *value,
               unsigned long long start, struct rpa_err *err)
{
    bool bad = !file || fprintf(file, "%s %s %llu\n", what, value, start) < 0;
    if (file && fclose(file) != 0)
        bad = true;
    return bad ? rpa_fail_errno(err, RPA_EIO, "noting the run's processes")
               : 0;
}

int survivors_begin(const char *state_dir, const char *run_dir,
                    struct rpa_err *err)
{
    return put(open_list(state_dir, O_WRONLY | O_CREAT | O_TRUNC, "w"), "dir",
               run_dir, 0, err);
}

int survivors_add(const char *state_dir, const char *role, pid_t pid,
                  struct rpa_err *err)
{
    char number[16];
    pid_t session;
    unsigned long long start = 0;
    snprintf(number, sizeof number, "%d", (int)pid);
    if (!read_stat(pid, &session, &start))
        return 0; /* it has ended already */
    return put(open_list(state_dir, O_WRONLY | O_APPEND, "a"), role, number,
               start, err);
}

void survivors_end(const char *state_dir)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/children", state_dir);
    unlink(path);
}

/* ---- after one that was lost ---- */

static void read_list(FILE *file, struct list *list)
{
    char what[16], value[64];
    unsigned long long start;
    while (fscanf(file, "%15s %63s %llu", what, value, &start) == 3) {
        int pid = (int)strtol(value, NULL, 10);
        if (!strcmp(what, "dir"))
            memcpy(list->dir, value, sizeof value);
        else if (pid > 1 && list->n < LIST_MAX) {
            list->child[list->n].pid = pid;
            list->child[list->n++].start = start;
        }
    }
}

/* does its environment name the run's folder? Only its own user can see */
static bool names_dir(pid_t pid, const char *dir)
{
    char path[32], text[65536];
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(text, 1, sizeof text, file) : 0;
    if (file)
        fclose(file);
    return n && *dir && memmem(text, n, dir, strlen(dir));
}

/* A session keeps its leader's number from being given again. */
static bool is_survivor(const struct list *list, pid_t pid)
{
    pid_t session;
    unsigned long long start;
    if (pid == getpid() || !read_stat(pid, &session, &start))
        return false;
    for (size_t i = 0; i < list->n; i++) {
        if (list->child[i].pid == pid && list->child[i].start == start)
            return true;
        if (list->child[i].pid == session && session != pid &&
            start >= list->child[i].start)
            return true;
    }
    return names_dir(pid, list->dir);
}

/* by descriptor: between look and signal a number may change hands */
static bool kill_survivor(const struct list *list, pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    bool ended = false;
    if (fd < 0)
        return false;
    if (is_survivor(list, pid) &&
        syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        ended = poll(&p, 1, END_MS) > 0;
    }
    close(fd);
    return ended;
}

static int kill_all(const struct list *list)
{
    int killed = 0;
    struct dirent *entry;
    DIR *proc = opendir("/proc");
    while (proc && (entry = readdir(proc))) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid > 1)
            killed += kill_survivor(list, pid);
    }
    if (proc)
        closedir(proc);
    return killed;
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    remove(path);
    return 0;
}

bool survivors_sweep(const char *state_dir)
{
    struct list list = { 0 };
    int killed = 0, more;
    FILE *file = open_list(state_dir, O_RDONLY, "r");
    if (!file)
        return false;
    read_list(file, &list);
    fclose(file);
    do /* until none was born while we looked */
        killed += more = kill_all(&list);
    while (more);
    if (killed)
        rpa_log(RPA_LOG_WARN, "killed %d processes of a run whose supervisor "
                              "was lost",
                killed);
    if (!strncmp(list.dir, RUN_DIR, strlen(RUN_DIR)) && !strstr(list.dir, ".."))
        nftw(list.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    survivors_end(state_dir);
    return true;
}
