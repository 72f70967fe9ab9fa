#include "priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    RESERVE = 1024 * 1024,     /* bytes, in a file that is given up when needed */
    ENOUGH = 4 * RESERVE,      /* free again: it is taken back */
};

static bool fill(const struct reserve *reserve)
{
    struct stat st;
    int fd = open(reserve->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool filled = fd >= 0 && fstat(fd, &st) == 0 &&
                  ((st.st_size == RESERVE && st.st_blocks * 512 >= RESERVE) ||
                   posix_fallocate(fd, 0, RESERVE) == 0);
    if (fd >= 0)
        close(fd);
    if (!filled)
        unlink(reserve->path);
    return filled;
}

/* bytes below the limit on a file's size, whichever of the two is larger */
static int64_t below_limit(const struct reserve *reserve)
{
    struct rlimit limit;
    struct stat st;
    int64_t size = 0;
    if (getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
        return INT64_MAX;
    if (stat(reserve->db, &st) == 0)
        size = st.st_size;
    if (stat(reserve->wal, &st) == 0 && st.st_size > size)
        size = st.st_size;
    return (int64_t)limit.rlim_cur - size;
}

int64_t reserve_room(const struct reserve *reserve)
{
    struct statvfs disk;
    int64_t below = below_limit(reserve);
    if (statvfs(reserve->dir, &disk) < 0)
        return below;
    int64_t left = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    return left < below ? left : below;
}

int reserve_open(struct reserve *reserve, const char *state_dir,
                 struct rpa_err *err)
{
    int r = state_path(reserve->dir, sizeof reserve->dir, state_dir, "", err);
    if (r == 0)
        r = state_path(reserve->path, sizeof reserve->path, state_dir,
                       "reserve", err);
    if (r == 0)
        r = state_path(reserve->db, sizeof reserve->db, state_dir, "audit.db",
                       err);
    if (r == 0)
        r = state_path(reserve->wal, sizeof reserve->wal, state_dir,
                       "audit.db-wal", err);
    if (r < 0)
        return r;
    reserve->low = !fill(reserve) || reserve_room(reserve) < RESERVE;
    return 0;
}

/* Given up before what is to be written, so that this still fits. */
void reserve_check(struct reserve *reserve)
{
    int64_t left = reserve_room(reserve);
    if (left < RESERVE) {
        unlink(reserve->path);
        reserve->low = true;
    } else if (reserve->low && left > ENOUGH) {
        reserve->low = !fill(reserve);
    }
}

/* Signs of life are let go of at the half: an idle store does not use up the
 * room for the ends of its runs, however long the disk stays full. */
bool reserve_idle(const struct reserve *reserve)
{
    return !reserve->low || reserve_room(reserve) > RESERVE / 2;
}

int reserve_ask(const struct reserve *reserve, struct rpa_err *err)
{
    if (!reserve->low)
        return 0;
    rpa_fail(err, RPA_EAUDIT,
             "the audit store cannot take a row: the disk is nearly full");
    return rpa_err_hint(err, "see to the disk: what is left of it is kept for "
                             "the ends of what was begun");
}
