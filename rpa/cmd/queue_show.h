#ifndef RPA_CMD_QUEUE_SHOW_H
#define RPA_CMD_QUEUE_SHOW_H

#include "rpa/config/options.h"
#include "rpa/queue/queue.h"

/** One call of rpa queue. */
struct asked {
    const char *state_dir;
    struct rpa_queues *queues; /* for looking only; NULL for what changes them */
    struct rpa_options *o;
    struct rpa_who who;
    char **args; /* behind the verb */
    int nargs;
    bool json;
};

/** Tell of a failure; the exit status. */
int queue_fail(const struct rpa_err *err);
/** The number of an item; false, and told, if it is none. */
bool queue_item(const char *text, int64_t *ret);

/* Each is a verb; the exit status. */
int queue_list(struct asked *a);
int queue_show(struct asked *a);
/** QUEUE STATE_DIR: the items of the queue of that name in the state directory of
 * a machine that is dead, as they stand there, all or none; what may have been
 * filed is in doubt, never ready. (queue_import.c) */
int queue_import(struct asked *a);
/** Every item of a queue with its content, a JSON object a line. */
int queue_export(struct asked *a);

#endif
