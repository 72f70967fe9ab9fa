/* A directory of the test's own, gone with everything in it at the end. */
#ifndef RPA_TESTS_UNIT_TMPDIR_H
#define RPA_TESTS_UNIT_TMPDIR_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char tmpdir[64];

__attribute__((unused)) static const char *tmp_path(const char *name)
{
    static char path[2][512];
    static int at;
    at = !at;
    snprintf(path[at], sizeof path[at], "%s/%s", tmpdir, name);
    return path[at];
}

__attribute__((unused)) static void tmp_empty(void)
{
    DIR *dir = opendir(tmpdir);
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (e->d_name[0] != '.')
            unlink(tmp_path(e->d_name));
    if (dir)
        closedir(dir);
}

static void tmp_end(void)
{
    tmp_empty();
    rmdir(tmpdir);
}

__attribute__((unused)) static void tmp_begin(void)
{
    snprintf(tmpdir, sizeof tmpdir, "/tmp/rpa-test-XXXXXX");
    if (!mkdtemp(tmpdir))
        abort();
    atexit(tmp_end);
}

#endif
