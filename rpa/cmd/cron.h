#ifndef RPA_CMD_CRON_H
#define RPA_CMD_CRON_H

/** rpa cron next|check: what an expression means, for anyone to try. */
int cmd_cron(int argc, char **argv, const char *state_dir);

#endif
