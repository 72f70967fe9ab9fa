#ifndef RPA_CMD_QUEUE_ADD_H
#define RPA_CMD_QUEUE_ADD_H

#include "rpa/config/options.h"
#include "rpa/queue/queue.h"

/**
 * rpa queue add QUEUE FILE: all rows of a file, or none of them.
 *
 * What is wrong is told on standard error, a row and column a line, before
 * anything is queued; --dry-run queues nothing in any case. The rows go to who
 * answers for the state directory as they are read, a few at a time, so that
 * memory does not grow with the file. The exit status.
 */
int queue_add_file(const char *state_dir, const char *queue, const char *path,
                   struct rpa_options *o);

#endif
