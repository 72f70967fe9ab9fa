#ifndef RPA_CMD_SCHEDULE_H
#define RPA_CMD_SCHEDULE_H

/** rpa schedule check|list|next|explain: what a file of schedules means. */
int cmd_schedule(int argc, char **argv, const char *state_dir);

#endif
