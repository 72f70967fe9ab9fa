#ifndef RPA_CONFIG_FILE_H
#define RPA_CONFIG_FILE_H

#include "rpa/base/err.h"

#include <stddef.h>
#include <sys/types.h>

/** Whole files, small enough to hold. */

/** Read one of at most @most bytes; free() *@ret_text, which has a NUL behind
 * @ret_len. Errors: RPA_ENOTFOUND there is none; RPA_EINVAL larger, or a folder;
 * RPA_EPERM, RPA_EIO, RPA_ENOMEM. */
int rpa_read_file(const char *path, size_t most, char **ret_text,
                  size_t *ret_len, struct rpa_err *err);

/** The same of one that is text: UTF-8 with no NUL in it, or RPA_EINVAL with its
 * first line that is not. */
int rpa_read_text(const char *path, size_t most, char **ret_text,
                  size_t *ret_len, struct rpa_err *err);

/** Write a new one that only @uid can read (0: who we are). Errors: RPA_EIO,
 * also when there is one. */
int rpa_write_file(const char *path, const char *text, size_t len, uid_t uid,
                   struct rpa_err *err);

#endif
