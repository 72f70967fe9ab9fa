#include "priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int place(char *out, size_t size, const char *dir, const char *name,
                 struct rpa_err *err)
{
    if (snprintf(out, size, "%s/%s", dir, name) >= (int)size)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", dir);
    return 0;
}

int keyfile_read(const char *dir, const char *name, uint8_t key[static KEY_LEN],
                 struct rpa_err *err)
{
    char path[4096];
    int r = place(path, sizeof path, dir, name, err);
    if (r < 0)
        return r;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        r = rpa_fail_errno(err, errno == ENOENT   ? RPA_ENOTFOUND
                                : errno == EACCES ? RPA_EPERM
                                                  : RPA_EIO,
                           "cannot open the key %s", path);
        return r == -RPA_EPERM ? rpa_err_hint(err, "have its user do it") : r;
    }
    struct stat st;
    if (fstat(fd, &st) < 0)
        r = rpa_fail_errno(err, RPA_EIO, "cannot look at %s", path);
    else if (st.st_mode & 077)
        r = rpa_fail(err, RPA_EPERM, "others may read the key %s (%03o)",
                     path, st.st_mode & 0777);
    else if (st.st_size != (off_t)KEY_LEN ||
             read(fd, key, KEY_LEN) != (ssize_t)KEY_LEN)
        r = rpa_fail(err, RPA_EINVAL, "%s is no key of 32 bytes", path);
    close(fd);
    return r;
}

static int sync_dir(const char *dir, struct rpa_err *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = fd < 0 || fsync(fd) < 0
                ? rpa_fail_errno(err, RPA_EIO, "cannot sync %s", dir)
                : 0;
    if (fd >= 0)
        close(fd);
    return r;
}

/* Whole or not at all: written aside, synced, then linked to its name. Losing
 * the race to another process is fine; its key is read afterwards. */
int keyfile_make(const char *dir, const char *name, struct rpa_err *err)
{
    char path[4096], aside[4096 + 16];
    int r = place(path, sizeof path, dir, name, err);
    if (r < 0)
        return r;
    snprintf(aside, sizeof aside, "%s.%d", path, (int)getpid());
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    if (fd < 0)
        return rpa_fail_errno(err, RPA_EIO, "cannot make %s", aside);
    uint8_t key[KEY_LEN];
    randombytes_buf(key, sizeof key);
    if (write(fd, key, sizeof key) != (ssize_t)sizeof key || fsync(fd) < 0 ||
        (link(aside, path) < 0 && errno != EEXIST))
        r = rpa_fail_errno(err, RPA_EIO, "cannot write the key %s", path);
    sodium_memzero(key, sizeof key);
    close(fd);
    unlink(aside);
    return r == 0 ? sync_dir(dir, err) : r;
}

bool keyfile_there(const char *dir, const char *name)
{
    char path[4096];
    return place(path, sizeof path, dir, name, NULL) == 0 &&
           access(path, F_OK) == 0;
}
