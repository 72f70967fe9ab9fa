#ifndef RPA_CMD_ALERT_H
#define RPA_CMD_ALERT_H

/** rpa alert: see rpa(1). */
int cmd_alert(int argc, char **argv, const char *state_dir);

#endif
