#ifndef RPA_CMD_REPORT_H
#define RPA_CMD_REPORT_H

#include "rpa/config/options.h"

#include <jansson.h>

/** rpa report: see rpa(1). */
int cmd_report(int argc, char **argv, const char *state_dir);

/* report_vetting.c: what was searched for an application, and who decided what;
 * the exit status */
int report_vetting(const char *state_dir, const struct rpa_options *o);

/* vetting_show.c: that in words, @report as report_vetting.c makes it */
void vetting_text(const json_t *report);

/* report_show.c: the report in words, @report as report.c makes it */
void report_text(const json_t *report);
void report_html(const json_t *report);

#endif
