#ifndef RPA_QUEUE_ADD_H
#define RPA_QUEUE_ADD_H

#include "rpa/options.h"
#include "rpa/queue/queue.h"

/**
 * rpa queue add QUEUE FILE: all rows of a file, or none of them.
 *
 * What is wrong is told on standard error, a row and column a line, before
 * anything is queued; --dry-run queues nothing in any case. While a supervisor
 * runs the rows go to it in one message (16 MiB); else they are written as they
 * are read, and memory does not grow with the file. The exit status.
 */
int queue_add_file(const char *state_dir, const char *queue, const char *path,
                   struct rpa_options *o, struct rpa_who who);

#endif
