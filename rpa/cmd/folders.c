#include "rpa/cmd/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* 1: @inner is @outer, or somewhere below it; 0: it is not; -1: errno */
static int lies_in(const char *inner, const char *outer)
{
    struct stat goal, at, last = { 0 }; /* the root is its own parent */
    int found = stat(outer, &goal);
    int fd = open(inner, O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (found == 0 && (found = fstat(fd, &at)) == 0 && !same(&at, &last)) {
        int up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
        close(fd);
        fd = up;
        last = at;
        found = same(&at, &goal);
    }
    if (fd >= 0)
        close(fd);
    return found;
}

int folders_apart(const char *const *dirs, int n, struct rpa_err *err)
{
    for (int i = 0; i < n * n; i++) {
        const char *inner = dirs[i / n], *outer = dirs[i % n];
        int r = i / n == i % n ? 0 : lies_in(inner, outer);
        if (r < 0)
            return rpa_fail_errno(err, RPA_ENOTFOUND, "cannot look at %s and %s",
                                  inner, outer);
        if (r > 0)
            return rpa_fail(err, RPA_EEXIST,
                            "%s is the folder %s, or is within it", inner, outer);
    }
    return 0;
}

int file_same(const char *path, const char *ours, struct rpa_err *err)
{
    FILE *a = fopen(path, "re");
    if (!a && errno == ENOENT)
        return 0;
    FILE *b = fopen(ours, "re");
    bool good = a && b;
    for (int c = 0; good && c != EOF;)
        good = (c = getc(a)) == getc(b);
    good = good && !ferror(a) && !ferror(b);
    if (a)
        fclose(a);
    if (b)
        fclose(b);
    return good ? 0 : rpa_fail(err, RPA_EEXIST, "%s is not %s", path, ours);
}
