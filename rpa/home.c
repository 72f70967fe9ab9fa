#include "rpa/home.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

static int make_file(const char *path, uid_t uid, const char *text,
                     struct rpa_err *err)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600), r = 0;
    size_t len = strlen(text);
    if (fd < 0 || write(fd, text, len) != (ssize_t)len ||
        (uid && fchown(fd, uid, uid) < 0))
        r = rpa_fail_errno(err, RPA_EIO, "writing %s", path);
    if (fd >= 0)
        close(fd);
    return r;
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
    return r == 0 ? make_file(name, uid, gtk, err) : r;
}
