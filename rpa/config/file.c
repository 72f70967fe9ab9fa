#include "rpa/config/file.h"
#include "rpa/base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum rpa_code code_of_open(void)
{
    switch (errno) {
    case ENOENT:
        return RPA_ENOTFOUND;
    case EACCES:
    case EPERM:
        return RPA_EPERM;
    case ELOOP:
    case ENOTDIR:
    case ENAMETOOLONG:
        return RPA_EINVAL;
    default:
        return RPA_EIO;
    }
}

int rpa_read_file(const char *path, size_t most, char **ret_text,
                  size_t *ret_len, struct rpa_err *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return rpa_fail_errno(err, code_of_open(), "opening %s", path);
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

/* the first line that is not text; 0: all is */
static size_t bad_line(const char *text, size_t len)
{
    size_t n = 1;
    for (const char *end = text + len; text < end; n++) {
        const char *eol = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((eol ? eol : end) - text);
        if (!rpa_utf8_valid(text, line) || memchr(text, '\0', line))
            return n;
        text += line + (eol != NULL);
    }
    return 0;
}

int rpa_read_text(const char *path, size_t most, char **ret_text,
                  size_t *ret_len, struct rpa_err *err)
{
    char *text;
    size_t len;
    int r = rpa_read_file(path, most, &text, &len, err);
    size_t line = r == 0 ? bad_line(text, len) : 0;
    if (line) {
        free(text);
        rpa_fail(err, RPA_EINVAL, "%s is not UTF-8: line %zu", path, line);
        return rpa_err_hint(err, "save it as text in UTF-8, without a NUL");
    }
    if (r == 0) {
        *ret_text = text;
        *ret_len = len;
    }
    return r;
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
