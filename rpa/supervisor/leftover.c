/* Half a file whose writer was killed: its lock is nobody's any more. */
#include "rpa/supervisor/leftover.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void drop_unlocked(int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(folder, name, 0);
    close(fd);
}

void leftover_drop(int folder, const char *base)
{
    char prefix[256];
    int n = snprintf(prefix, sizeof prefix, LEFTOVER_PREFIX, base);
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *all = fd < 0 ? NULL : fdopendir(fd);
    if (!all && fd >= 0)
        close(fd);
    for (struct dirent *e; all && (e = readdir(all));) {
        size_t len = strlen(e->d_name);
        if (len > 4 && !strcmp(e->d_name + len - 4, ".new") &&
            !strncmp(e->d_name, prefix, (size_t)n))
            drop_unlocked(folder, e->d_name);
    }
    if (all)
        closedir(all);
}
