#include "rpa/role/confine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Debian 12's header knows ABI 2; the rest is from the kernel's own. */
#define FS_ABI1 0x1fffull
#define FS_REFER (1ull << 13)    /* ABI 2 */
#define FS_TRUNCATE (1ull << 14) /* ABI 3 */
#define FS_FILE_RIGHTS (0x7ull | FS_TRUNCATE) /* execute, write, read */
#define SCOPE_SIGNAL (1ull << 1) /* ABI 6 */

struct attr {
    uint64_t fs, net, scoped;
};

int rpa_confine_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
                       LANDLOCK_CREATE_RULESET_VERSION);
    return abi > 0 ? (int)abi : 0;
}

static uint64_t fs_rights(int abi)
{
    return FS_ABI1 | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0);
}

/* allow @name in @dir and all below it; what cannot be opened stays closed */
static int allow(int ruleset, int dir, const char *name, uint64_t rights)
{
    struct stat st;
    int fd = openat(dir, name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return 0;
    if (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
        rights &= FS_FILE_RIGHTS;
    struct landlock_path_beneath_attr beneath = { .allowed_access = rights,
                                                  .parent_fd = fd };
    long r = S_ISLNK(st.st_mode)
                 ? 0 /* where it leads is allowed or not by itself */
                 : syscall(SYS_landlock_add_rule, ruleset,
                           LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(fd);
    return (int)r;
}

/* allow everything in @path but the entry @but */
static int allow_siblings(int ruleset, const char *path, const char *but,
                          uint64_t rights)
{
    DIR *dir = opendir(path);
    int r = 0;
    struct dirent *entry;
    if (!dir)
        return 0; /* not ours to list: stays closed */
    while (r == 0 && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0 && strcmp(entry->d_name, but))
            r = allow(ruleset, dirfd(dir), entry->d_name, rights);
    closedir(dir);
    return r;
}

/* each folder on the way to the state directory: all but the way */
static int allow_all_but(int ruleset, const char *state_dir, uint64_t rights)
{
    char path[PATH_MAX] = "/", name[NAME_MAX + 1];
    const char *at = state_dir;
    int r = 0;
    while (r == 0 && *at == '/' && at[1]) {
        size_t len = strcspn(at + 1, "/");
        if (len > NAME_MAX)
            return -1;
        memcpy(name, at + 1, len);
        name[len] = '\0';
        r = allow_siblings(ruleset, path, name, rights);
        at += 1 + len;
        size_t used = (size_t)(at - state_dir);
        memcpy(path, state_dir, used);
        path[used] = '\0';
    }
    return r;
}

int rpa_confine_open(const char *state_dir, const char *own_dir, int *ret_fd,
                     struct rpa_err *err)
{
    char real[PATH_MAX];
    int abi = rpa_confine_abi();
    *ret_fd = -1;
    if (!abi)
        return 0;
    if (!realpath(state_dir, real))
        return rpa_fail_errno(err, RPA_EIO, "finding %s", state_dir);
    uint64_t rights = fs_rights(abi);
    struct attr attr = { rights, 0, abi >= 6 ? SCOPE_SIGNAL : 0 };
    size_t size = abi >= 6 ? sizeof attr : sizeof attr.fs;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    if (ruleset < 0)
        return rpa_fail_errno(err, RPA_EPERM, "making a Landlock domain");
    int r = allow_all_but(ruleset, real, rights);
    if (r == 0 && own_dir)
        r = allow(ruleset, AT_FDCWD, own_dir, rights);
    if (r < 0) {
        r = rpa_fail_errno(err, RPA_EPERM, "filling a Landlock domain");
        close(ruleset);
        return r;
    }
    *ret_fd = ruleset;
    return 0;
}

int rpa_confine_enter(int fd, struct rpa_err *err)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return rpa_fail_errno(err, RPA_EPERM, "setting no_new_privs");
    if (fd >= 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
        return rpa_fail_errno(err, RPA_EPERM, "entering a Landlock domain");
    if (fd >= 0)
        close(fd);
    return 0;
}
