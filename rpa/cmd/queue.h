#ifndef RPA_CMD_QUEUE_H
#define RPA_CMD_QUEUE_H

/** rpa queue …: work items in, what stands where, and what a person decides.
 * @argv from the command's own name on; the exit status. */
int cmd_queue(int argc, char **argv, const char *state_dir);

#endif
