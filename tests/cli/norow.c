/* LD_PRELOAD: no memory for the row of a picture. The first of them that finds the
 * file NO_ROW takes it away and fails. */
#include <dlfcn.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

char *json_dumps(const json_t *json, size_t flags)
{
    const char *path = getenv("NO_ROW");
    char *(*real)(const json_t *, size_t) =
        (char *(*)(const json_t *, size_t))dlsym(RTLD_NEXT, "json_dumps");
    if (path && json_object_get(json, "sealed") && unlink(path) == 0)
        return NULL;
    return real(json, flags);
}
