#include "rpa/supervisor/survivors.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/role/spawn.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define END_US 5000000 /* for killed processes to be gone */
#define RUN_DIR "/tmp/rpa-run-"

static void name_list(char path[PATH_MAX], const char *state_dir,
                      const char *suffix)
{
    snprintf(path, PATH_MAX, "%s/children%s", state_dir, suffix);
}

int survivors_note(const char *state_dir, const struct kin *kin,
                   struct rpa_err *err)
{
    char path[PATH_MAX], made[PATH_MAX];
    name_list(path, state_dir, "");
    name_list(made, state_dir, ".new");
    if (!kin) {
        unlink(path);
        return 0;
    }
    int fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    bool bad = !file;
    for (const struct kin *t = kin; t && !bad; t = t->next) {
        bad = fprintf(file, "dir %s 0\n", t->dir) < 0;
        for (size_t i = 0; i < t->n && !bad; i++)
            bad = fprintf(file, "%s %d %llu\n", t->child[i].role,
                          (int)t->child[i].pid, t->child[i].start) < 0;
    }
    if (file && fclose(file) != 0)
        bad = true;
    return bad || rename(made, path) < 0
               ? rpa_fail_errno(err, RPA_EIO, "noting the run's processes")
               : 0;
}

/* ---- after one that was lost ---- */

/* until none was born while we looked, and all are gone */
static int end_kin(const struct kin *kin)
{
    int64_t until_us = rpa_mono_us() + END_US;
    int killed = kin_kill(kin), left = killed;
    while (left && rpa_mono_us() < until_us) {
        poll(NULL, 0, 1);
        left = kin_kill(kin);
    }
    if (!strncmp(kin->dir, RUN_DIR, strlen(RUN_DIR)) &&
        !strstr(kin->dir, ".."))
        rpa_spawn_sweep(kin->dir);
    return killed;
}

/* the next of the list: a folder, and children up to the next folder */
static bool read_kin(FILE *file, struct kin *ret)
{
    char what[16], value[64];
    unsigned long long start;
    long at = ftell(file);
    *ret = (struct kin){ 0 };
    while (fscanf(file, "%15s %63s %llu", what, value, &start) == 3) {
        bool folder = !strcmp(what, "dir");
        if (folder && ret->dir[0]) {
            fseek(file, at, SEEK_SET);
            break;
        }
        if (folder) {
            rpa_str_copy(ret->dir, sizeof ret->dir, value);
        } else if (ret->n < KIN_MAX) {
            ret->child[ret->n].pid = (pid_t)strtol(value, NULL, 10);
            ret->child[ret->n++].start = start;
        }
        at = ftell(file);
    }
    return ret->dir[0] != '\0';
}

bool survivors_sweep(const char *state_dir)
{
    struct kin kin;
    char path[PATH_MAX];
    int killed = 0;
    name_list(path, state_dir, "");
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    while (read_kin(file, &kin))
        killed += end_kin(&kin);
    fclose(file);
    if (killed)
        rpa_log(RPA_LOG_WARN, "killed %d process%s of runs whose supervisor was "
                              "lost",
                killed, killed == 1 ? "" : "es");
    unlink(path);
    return true;
}
