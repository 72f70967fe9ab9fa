/* LD_PRELOAD: the groups of the machine are kept where nobody answers. The first
 * look-up that finds the file SLOW_USERS takes it away and never ends. */
#include <dlfcn.h>
#include <grp.h>
#include <stdlib.h>
#include <unistd.h>

int getgrouplist(const char *user, gid_t group, gid_t *groups, int *n)
{
    const char *path = getenv("SLOW_USERS");
    int (*real)(const char *, gid_t, gid_t *, int *) =
        (int (*)(const char *, gid_t, gid_t *, int *))dlsym(RTLD_NEXT,
                                                          "getgrouplist");
    if (path && unlink(path) == 0)
        for (;;)
            pause();
    return real(user, group, groups, n);
}
