#ifndef RPA_CMD_REPORT_H
#define RPA_CMD_REPORT_H

#include <jansson.h>

/** rpa report: see rpa(1). */
int cmd_report(int argc, char **argv, const char *state_dir);

/* report_show.c: the report in words, @report as report.c makes it */
void report_text(const json_t *report);
void report_html(const json_t *report);

#endif
