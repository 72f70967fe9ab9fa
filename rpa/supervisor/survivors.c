#include "rpa/supervisor/survivors.h"
#include "rpa/base/buf.h"
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
#include <sys/stat.h>
#include <unistd.h>

#define END_US 5000000 /* for killed processes to be gone */
#define LINE 128 /* bytes: a page of the file ends with one */
#define PAGE 4096

static void name_list(char path[PATH_MAX], const char *state_dir)
{
    snprintf(path, PATH_MAX, "%s/children", state_dir);
}

static void put_lines(struct rpa_buf *out, const struct kin *kin)
{
    char what[96];
    for (const struct kin *t = kin; t; t = t->next) {
        snprintf(what, sizeof what, "dir %s 0", t->dir);
        rpa_buf_printf(out, "%-*s\n", LINE - 1, what);
        for (size_t i = 0; i < t->n; i++) {
            snprintf(what, sizeof what, "%s %d %llu", t->child[i].role,
                     (int)t->child[i].pid, t->child[i].start);
            rpa_buf_printf(out, "%-*s\n", LINE - 1, what);
        }
    }
}

/* Over what stands there, whose rest is blanked: neither a file nor a name is made, as
 * that may wait for what others write to the disk; and in whole pages, as of a page
 * that was out of memory since the last run the rest would be read first. Who is
 * killed meanwhile leaves whole lines, be they of before or of now. */
static bool put_over(int fd, struct rpa_buf *out)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return false;
    while ((out->len < (size_t)st.st_size || out->len % PAGE) && !out->failed)
        rpa_buf_printf(out, "%*s\n", LINE - 1, "");
    return !out->failed &&
           pwrite(fd, out->data, out->len, 0) == (ssize_t)out->len;
}

int survivors_note(const char *state_dir, const struct kin *kin,
                   struct rpa_err *err)
{
    char path[PATH_MAX];
    struct rpa_buf lines = { 0 };
    name_list(path, state_dir);
    put_lines(&lines, kin);
    int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool good = fd >= 0 && put_over(fd, &lines);
    int r = good ? 0 : rpa_fail_errno(err, RPA_EIO, "noting the run's processes");
    if (fd >= 0)
        close(fd);
    rpa_buf_clear(&lines);
    return r;
}

void survivors_forget(const char *state_dir)
{
    char path[PATH_MAX];
    name_list(path, state_dir);
    unlink(path);
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
    if (!strncmp(kin->dir, KIN_DIR, strlen(KIN_DIR)) &&
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
    bool any = false;
    name_list(path, state_dir);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    for (; read_kin(file, &kin); any = true)
        killed += end_kin(&kin);
    fclose(file);
    if (killed)
        rpa_log(RPA_LOG_WARN, "killed %d process%s of runs whose supervisor was "
                              "lost",
                killed, killed == 1 ? "" : "es");
    unlink(path);
    return any;
}
