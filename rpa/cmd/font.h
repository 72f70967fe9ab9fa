#ifndef RPA_CMD_FONT_H
#define RPA_CMD_FONT_H

/** `rpa font`: learn the font a terminal draws with, as a file that screen
 * maps name; check such a file. Returns the exit status. */
int cmd_font(int argc, char **argv, const char *state_dir);

#endif
