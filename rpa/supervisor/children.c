#include "rpa/supervisor/children.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct waited {
    pid_t pid;
    int report; /* whether it became its program */
    child_ended *ended;
    void *data;
};

struct children {
    sd_event_source *source;
    struct waited *list;
    size_t n, cap;
};

static void tell(struct children *children, const siginfo_t *si)
{
    struct rpa_err why;
    for (size_t i = 0; i < children->n; i++) {
        struct waited one = children->list[i];
        if (one.pid != si->si_pid)
            continue;
        children->list[i] = children->list[--children->n];
        int r = rpa_spawn_report(one.report, &why);
        one.ended(one.data, si, r < 0 ? &why : NULL);
        return;
    }
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *ssi,
                     void *data)
{
    siginfo_t si = { 0 };
    (void)source;
    (void)ssi;
    while (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == 0 && si.si_pid) {
        tell(data, &si);
        waitid(P_PID, (id_t)si.si_pid, &si, WEXITED | WNOHANG);
        si = (siginfo_t){ 0 };
    }
    return 0;
}

int children_open(sd_event *loop, struct children **ret, struct rpa_err *err)
{
    struct children *children = calloc(1, sizeof *children);
    if (!children)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the children");
    if (sd_event_add_signal(loop, &children->source, SIGCHLD, on_signal,
                            children) < 0) {
        free(children);
        return rpa_fail(err, RPA_EIO, "listening for the ends of children");
    }
    *ret = children;
    return 0;
}

void children_close(struct children *children)
{
    if (!children)
        return;
    sd_event_source_disable_unref(children->source);
    while (children->n)
        close(children->list[--children->n].report);
    free(children->list);
    free(children);
}

static int make_room(struct children *children, struct rpa_err *err)
{
    size_t cap = children->cap ? children->cap * 2 : 16;
    if (children->n < children->cap)
        return 0;
    struct waited *list = realloc(children->list, cap * sizeof *list);
    if (!list)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a child");
    children->list = list;
    children->cap = cap;
    return 0;
}

int children_start(struct children *children, const struct rpa_spawn *spawn,
                   child_ended *ended, void *data, pid_t *ret_pid,
                   struct rpa_err *err)
{
    struct waited one = { .ended = ended, .data = data };
    int r = make_room(children, err);
    if (r == 0)
        r = rpa_spawn_begin(spawn, &one.pid, &one.report, err);
    if (r < 0)
        return r;
    children->list[children->n++] = one;
    *ret_pid = one.pid;
    return 0;
}

bool children_has(const struct children *children, pid_t pid)
{
    for (size_t i = 0; i < children->n; i++)
        if (children->list[i].pid == pid)
            return true;
    return false;
}

void children_end_strays(const struct children *children)
{
    int pid;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *list = fopen(path, "re");
    while (list && fscanf(list, "%d", &pid) == 1)
        if (!children_has(children, pid))
            kill(pid, SIGKILL);
    if (list)
        fclose(list);
}

void children_forget(struct children *children, const void *data)
{
    for (size_t i = 0; i < children->n;)
        if (children->list[i].data == data) {
            close(children->list[i].report);
            children->list[i] = children->list[--children->n];
        } else {
            i++;
        }
}
