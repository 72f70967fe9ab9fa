/* LD_PRELOAD: the users of the machine are kept where nobody answers. The first
 * look-up that finds the file SLOW_USERS takes it away and never ends. */
#include <dlfcn.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

struct passwd *getpwuid(uid_t uid)
{
    const char *path = getenv("SLOW_USERS");
    struct passwd *(*real)(uid_t) = (struct passwd *(*)(uid_t))dlsym(RTLD_NEXT, "getpwuid");
    if (path && unlink(path) == 0)
        for (;;)
            pause();
    return real(uid);
}
