#include "rpa/config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int rpa_read_file(const char *path, size_t most, char **ret_text,
                  size_t *ret_len, struct rpa_err *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return rpa_fail_errno(err, errno == ENOENT ? RPA_ENOTFOUND : RPA_EPERM,
                              "opening %s", path);
    char *text = malloc(most + 2);
    size_t len = text ? fread(text, 1, most + 1, file) : 0;
    int r = 0;
    if (!text)
        r = rpa_fail(err, RPA_ENOMEM, "no memory for %s", path);
    else if (ferror(file))
        r = rpa_fail_errno(err, errno == EISDIR ? RPA_EINVAL : RPA_EIO,
                           "reading %s", path);
    else if (len > most)
        r = rpa_fail(err, RPA_EINVAL, "%s is larger than %zu bytes", path,
                     most);
    fclose(file);
    if (r < 0) {
        free(text);
        return r;
    }
    text[len] = '\0';
    *ret_text = text;
    *ret_len = len;
    return 0;
}

int rpa_write_file(const char *path, const char *text, size_t len, uid_t uid,
                   struct rpa_err *err)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    int r = 0;
    if (fd < 0 || write(fd, text, len) != (ssize_t)len ||
        (uid && fchown(fd, uid, uid) < 0))
        r = rpa_fail_errno(err, RPA_EIO, "writing %s", path);
    if (fd >= 0)
        close(fd);
    return r;
}
