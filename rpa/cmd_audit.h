#ifndef RPA_CMD_AUDIT_H
#define RPA_CMD_AUDIT_H

/** `rpa audit verify|show …`; argv[0] is "audit". @state_dir unless --state
 * says another. Returns the exit status. */
int cmd_audit(int argc, char **argv, const char *state_dir);

#endif
