#ifndef RPA_CMD_STATUS_H
#define RPA_CMD_STATUS_H

/** `rpa status`: what the supervisor of the state directory does; exit 1 when
 * none runs. Returns the exit status. */
int cmd_status(int argc, char **argv, const char *state_dir);

/** `rpa stop`: the first Ctrl-C for it: the item is finished, none begun. */
int cmd_stop(int argc, char **argv, const char *state_dir);

#endif
