#ifndef RPA_CMD_HTTP_H
#define RPA_CMD_HTTP_H

/** rpa http: one request, as a run of its own. */
int cmd_http(int argc, char **argv, const char *state_dir);

#endif
