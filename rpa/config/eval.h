#ifndef RPA_CONFIG_EVAL_H
#define RPA_CONFIG_EVAL_H

#include "rpa/ipc/msg.h"

/**
 * Data files are not code here: a manifest, a screen map or rpa.conf is
 * evaluated by a bot-role process with no acts, in 1 s and 16 MiB.
 *
 * Shape:  @name stands in error positions; @source is the file's text.
 * Owns:   *@ret_value, the table it returned; cbor_decref() it.
 * Errors: RPA_ESYNTAX; RPA_EINVAL for all else it did, too long or too large
 *         included.
 */
int rpa_eval(const char *name, const char *source, size_t len,
             cbor_item_t **ret_value, struct rpa_err *err);

/** The same for the file at @path. */
int rpa_eval_file(const char *path, cbor_item_t **ret_value,
                  struct rpa_err *err);

#endif
