#ifndef RPA_CMD_REVIEW_H
#define RPA_CMD_REVIEW_H

/** rpa review …: what bots put before people, and what people decide. @argv from
 * the command's own name on; the exit status. */
int cmd_review(int argc, char **argv, const char *state_dir);

#endif
