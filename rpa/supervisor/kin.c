#include "rpa/supervisor/kin.h"
#include "rpa/base/utf8.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A process as one look at /proc found it. */
struct seen {
    pid_t pid, parent, session;
    unsigned long long start; /* clock ticks since boot */
    uid_t uid;
    bool ours, stopped;
};

struct look {
    struct seen *list;
    size_t n, cap;
};

/* Source: proc(5), /proc/pid/stat fields 3, 4, 6 and 22. */
static bool read_stat(pid_t pid, struct seen *ret)
{
    char path[32], text[1024], state;
    int parent, session;
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[n] = '\0';
    *ret = (struct seen){ .pid = pid };
    if (file && fstat(fileno(file), &st) == 0)
        ret->uid = st.st_uid;
    if (file)
        fclose(file);
    char *name_end = strrchr(text, ')'); /* a name may hold anything */
    if (!name_end ||
        sscanf(name_end + 1,
               " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d "
               "%*d %*d %*d %*d %llu",
               &state, &parent, &session, &ret->start) != 4 ||
        state == 'Z' || state == 'X')
        return false;
    ret->parent = parent;
    ret->session = session;
    return true;
}

void kin_add(struct kin *kin, const char *role, pid_t pid)
{
    struct seen seen;
    if (kin->n == KIN_MAX || !read_stat(pid, &seen))
        return; /* it has ended already */
    rpa_str_copy(kin->child[kin->n].role, sizeof kin->child->role, role);
    kin->child[kin->n].pid = pid;
    kin->child[kin->n++].start = seen.start;
}

/* ---- who belongs to it ---- */

/* does its environment name the run's folder? Only its own user can see */
static bool names_dir(pid_t pid, const char *dir)
{
    char path[32], text[65536];
    if (!*dir)
        return false;
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(text, 1, sizeof text, file) : 0;
    if (file)
        fclose(file);
    return n && memmem(text, n, dir, strlen(dir));
}

/* A session keeps its leader's number from being given again. */
static bool belongs(const struct kin *kin, const struct seen *seen)
{
    for (size_t i = 0; i < kin->n; i++) {
        pid_t pid = kin->child[i].pid;
        if (pid == seen->pid && kin->child[i].start == seen->start)
            return true;
        if (pid == seen->session && pid != seen->pid &&
            seen->start >= kin->child[i].start)
            return true;
    }
    return kin->first ? seen->uid >= kin->first && seen->uid <= kin->last
                       : names_dir(seen->pid, kin->dir);
}

static const struct seen *find(const struct look *look, pid_t pid)
{
    for (size_t i = 0; i < look->n; i++)
        if (look->list[i].pid == pid)
            return &look->list[i];
    return NULL;
}

/* whoever has one of them among its parents is one of them */
static void mark_descendants(struct look *look)
{
    bool more;
    do {
        more = false;
        for (size_t i = 0; i < look->n; i++) {
            struct seen *one = &look->list[i];
            const struct seen *parent = one->ours ? NULL
                                                  : find(look, one->parent);
            if (parent && parent->ours)
                one->ours = more = true;
        }
    } while (more);
}

static void take_look(const struct kin *kin, struct look *look)
{
    struct dirent *entry;
    DIR *proc = opendir("/proc");
    look->n = 0;
    while (proc && (entry = readdir(proc))) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid <= 1 || pid == getpid())
            continue;
        if (look->n == look->cap) {
            size_t cap = look->cap ? look->cap * 2 : 256;
            struct seen *list = realloc(look->list, cap * sizeof *list);
            if (!list)
                break;
            look->list = list;
            look->cap = cap;
        }
        struct seen *seen = &look->list[look->n];
        if (read_stat(pid, seen)) {
            seen->ours = belongs(kin, seen);
            look->n++;
        }
    }
    if (proc)
        closedir(proc);
    mark_descendants(look);
}

/* by descriptor: between look and deed a number may change hands. -1: it ended */
static int hold_it(const struct seen *seen)
{
    struct seen now;
    int fd = (int)syscall(SYS_pidfd_open, seen->pid, 0);
    if (fd >= 0 &&
        !(read_stat(seen->pid, &now) && now.start == seen->start)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* in a session of its own it came of an application: no other program that is
 * started for a run makes one */
static bool is_of(const struct kin *kin, const struct seen *seen,
                  const char *role)
{
    for (size_t i = 0; i < kin->n; i++)
        if (kin->child[i].pid == seen->session)
            return !strcmp(kin->child[i].role, role);
    return true;
}

int kin_left(const struct kin *kin, const char *role)
{
    struct look look = { 0 };
    int fd = -1;
    take_look(kin, &look);
    for (size_t i = 0; i < look.n && fd < 0; i++)
        if (look.list[i].ours && is_of(kin, &look.list[i], role))
            fd = hold_it(&look.list[i]);
    free(look.list);
    return fd;
}

/* ---- their end ---- */

static bool signal_it(const struct seen *seen, int number)
{
    int fd = hold_it(seen);
    if (fd < 0)
        return false;
    bool sent = syscall(SYS_pidfd_send_signal, fd, number, NULL, 0) == 0;
    close(fd);
    return sent;
}

/* stop those that ran at the last look; false when there was none */
static bool stop_all(const struct look *look, struct look *stopped)
{
    bool any = false;
    for (size_t i = 0; i < look->n; i++) {
        const struct seen *one = &look->list[i];
        const struct seen *before = one->ours ? find(stopped, one->pid) : NULL;
        if (one->ours && !(before && before->start == one->start) &&
            signal_it(one, SIGSTOP))
            any = true;
    }
    return any;
}

/* They are stopped before any is killed: none has children while we look, and
 * who its parents are can be seen as long as they live. */
int kin_kill(const struct kin *kin)
{
    struct look look = { 0 }, before = { 0 };
    int killed = 0;
    take_look(kin, &look);
    while (stop_all(&look, &before)) {
        struct look swap = before;
        before = look;
        look = swap;
        take_look(kin, &look);
    }
    for (size_t i = 0; i < look.n; i++)
        if (look.list[i].ours && signal_it(&look.list[i], SIGKILL))
            killed++;
    free(look.list);
    free(before.list);
    return killed;
}
