#ifndef RPA_CMD_DAEMON_H
#define RPA_CMD_DAEMON_H

int cmd_daemon(int argc, char **argv, const char *state_dir);

#endif
