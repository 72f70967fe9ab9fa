#ifndef RPA_CMD_PICTURE_FILE_H
#define RPA_CMD_PICTURE_FILE_H

#include "rpa/base/err.h"

#include <stddef.h>

/** A new file for a picture, made before anybody has looked; its descriptor. */
int picture_file(const char *path, struct rpa_err *err);
/** End it: write @png into @fd; nothing is left of it when @r,
 * what the picture came to, or the writing is a failure. Returns that. */
int picture_write(int fd, const char *path, int r, const char *png, size_t len,
                  struct rpa_err *err);

#endif
