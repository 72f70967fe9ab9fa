#include "rpa/config/bots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACES = 3 };

/* what stands with the program, the last that is looked in; "": nothing */
static void installed(char root[PATH_MAX])
{
    char exe[PATH_MAX], mark[PATH_MAX + 32];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    exe[n > 0 ? n : 0] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(exe, '/');
        if (slash)
            *slash = '\0';
    }
    snprintf(root, PATH_MAX, "%.3000s/share/rpa/bots", exe);
    snprintf(mark, sizeof mark, "%.3000s/../meson.build", exe);
    if (access(root, F_OK) < 0 && access(mark, F_OK) == 0)
        snprintf(root, PATH_MAX, "%.3000s/../bots", exe);
}

static void place(int which, char root[PATH_MAX])
{
    const char *said = getenv("RPA_BOTS");
    if (which == 2)
        installed(root);
    else
        snprintf(root, PATH_MAX, "%.3000s", which ? "bots" : said ? said : "");
}

bool rpa_bots_find(const char *name, char root[PATH_MAX])
{
    char path[PATH_MAX + 256];
    for (int i = 0; i < PLACES; i++) {
        place(i, root);
        snprintf(path, sizeof path, "%s/%.240s", root, name);
        if (*root && access(path, R_OK) == 0)
            return true;
    }
    *root = '\0';
    return false;
}

int rpa_bots_hint(struct rpa_err *err, const char *what)
{
    char said[PATH_MAX], last[PATH_MAX];
    place(0, said);
    installed(last);
    return rpa_err_hint(err, "%s; looked for in %.60s%sbots/ and %.90s, or say its "
                             "path", what, said, *said ? ", " : "", last);
}
