#ifndef RPA_CMD_RUN_H
#define RPA_CMD_RUN_H

/** `rpa run BOT | -e LUA …`; argv[0] is "run". Returns the exit status. */
int cmd_run(int argc, char **argv, const char *state_dir);

/** `rpa screen …`: what a window shows, with rulers; the same path as a run. */
int cmd_screen(int argc, char **argv, const char *state_dir);

/** The role that reads a bot for a schedule: as rpa run, but the order goes to
 * descriptor 3. */
int rpa_role_load(int argc, char **argv);

#endif
