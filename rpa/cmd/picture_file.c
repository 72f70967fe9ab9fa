#include "rpa/cmd/picture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int picture_file(const char *path, struct rpa_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    rpa_fail_errno(err, RPA_EIO, "making %s", path);
    return rpa_err_hint(err, "name a new file");
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

int picture_write(int fd, const char *path, int r, const char *png, size_t len,
                  struct rpa_err *err)
{
    if (r == 0 && write_all(fd, png, len) < 0)
        r = rpa_fail_errno(err, RPA_EIO, "writing %s", path);
    close(fd);
    if (r < 0)
        unlink(path);
    return r;
}
