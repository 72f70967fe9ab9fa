#ifndef RPA_CMD_FOLDERS_H
#define RPA_CMD_FOLDERS_H

#include "rpa/base/err.h"

/** Are these @n folders, which exist, all apart: none of them another one, or
 * within it? By what they are, not by how they are spelled. */
int folders_apart(const char *const *dirs, int n, struct rpa_err *err);

/** The file at @path, if there is one, is that at @ours byte for byte. */
int file_same(const char *path, const char *ours, struct rpa_err *err);

#endif
