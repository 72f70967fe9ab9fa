/* Stands in for libFuzzer: feeds each file of the directories named to the
 * target, as TAP. */
#include "tap.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *path)
{
    static uint8_t data[1 << 20];
    FILE *f = fopen(path, "rb");
    size_t len = f ? fread(data, 1, sizeof data, f) : 0;
    uint8_t *exact = malloc(len + !len); /* so that ASan sees one byte over */
    if (!ok(f && exact, "%s", path))
        return;
    memcpy(exact, data, len);
    LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    fclose(f);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct dirent **names;
        int n = scandir(argv[i], &names, NULL, alphasort);
        for (int k = 0; k < n; k++) {
            char path[1024];
            snprintf(path, sizeof path, "%s/%s", argv[i], names[k]->d_name);
            if (names[k]->d_name[0] != '.')
                replay(path);
            free(names[k]);
        }
        if (n >= 0)
            free(names);
        ok(n > 2, "%s has a corpus", argv[i]);
    }
    return tap_done();
}
