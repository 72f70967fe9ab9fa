#ifndef RPA_CMD_SECRET_H
#define RPA_CMD_SECRET_H

/** `rpa secret set|list|remove …`; argv[0] is "secret". @state_dir unless
 * --state says another. Returns the exit status. */
int cmd_secret(int argc, char **argv, const char *state_dir);

#endif
