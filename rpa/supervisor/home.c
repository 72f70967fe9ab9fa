#include "rpa/supervisor/home.h"
#include "rpa/config/file.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* GTK 3 fades what gets or loses the focus over 200 ms, and no picture of it
 * would be like the last. Source: GtkSettings. */
static const char gtk[] = "[Settings]\n"
                          "gtk-enable-animations=false\n"
                          "gtk-cursor-blink=false\n";

static int make_dir(const char *path, uid_t uid, struct rpa_err *err)
{
    if (mkdir(path, 0700) < 0 || (uid && chown(path, uid, uid) < 0))
        return rpa_fail_errno(err, RPA_EIO, "making %s", path);
    return 0;
}

int home_make(const char *path, uid_t uid, struct rpa_err *err)
{
    static const char *const dirs[] = { "", "/.config", "/.config/gtk-3.0" };
    char name[160];
    int r = 0;
    for (size_t i = 0; r == 0 && i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, dirs[i]);
        r = make_dir(name, uid, err);
    }
    snprintf(name, sizeof name, "%s/.config/gtk-3.0/settings.ini", path);
    return r == 0 ? rpa_write_file(name, gtk, sizeof gtk - 1, uid, err) : r;
}
