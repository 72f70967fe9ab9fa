#include "rpa/supervisor/children.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct waited {
    pid_t pid;
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
    for (size_t i = 0; i < children->n; i++) {
        struct waited one = children->list[i];
        if (one.pid != si->si_pid)
            continue;
        children->list[i] = children->list[--children->n];
        if (one.ended)
            one.ended(one.data, si);
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
    free(children->list);
    free(children);
}

int children_add(struct children *children, pid_t pid, child_ended *ended,
                 void *data, struct rpa_err *err)
{
    if (children->n == children->cap) {
        size_t cap = children->cap ? children->cap * 2 : 16;
        struct waited *list = realloc(children->list, cap * sizeof *list);
        if (!list)
            return rpa_fail(err, RPA_ENOMEM, "no memory for a child");
        children->list = list;
        children->cap = cap;
    }
    children->list[children->n++] = (struct waited){ pid, ended, data };
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
        if (children->list[i].data == data)
            children->list[i] = children->list[--children->n];
        else
            i++;
}
