#ifndef RPA_SCHED_QUARTZ_H
#define RPA_SCHED_QUARTZ_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"

/**
 * An expression of Quartz or UiPath as one of cron.h, for who moves here:
 *
 *     second minute hour day-of-month month day-of-week [year]
 *
 *     0 5/15 8-17 ? * MON-FRI *      5-59/15 8-17 * * MON-FRI
 *     0 0 6 1/1 * ? *                0 6 * * *
 *     0 0 22 ? * 6L                  0 22 * * FRI#L
 *
 * There Sunday is 1; one of the day fields is ?; N/n begins at N; a range may
 * go round. What an expression here cannot say is refused: a year, L-3W. The
 * rules for a change of clocks are ours (cron.h); Quartz leaves out what falls
 * into the missing hour, and runs in the second pass of the doubled one.
 *
 * Shape:  appends to @ret, which rpa_cron_parse() then takes.
 * Errors: RPA_ESYNTAX: which field, and what is wrong with it; RPA_ENOMEM.
 * Source: Quartz 2.3, org.quartz.CronExpression.
 */
int rpa_quartz_read(const char *text, struct rpa_buf *ret, struct rpa_err *err);

#endif
