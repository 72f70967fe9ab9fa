#ifndef RPA_CMD_PICTURE_H
#define RPA_CMD_PICTURE_H

/** `rpa audit pictures …`: list them; argv[0] is "audit". @state_dir unless
 * --state says another. Returns the exit status. */
int cmd_pictures(int argc, char **argv, const char *state_dir);

/** `rpa audit picture ROW …`: open one, which is logged. */
int cmd_picture(int argc, char **argv, const char *state_dir);

#endif
