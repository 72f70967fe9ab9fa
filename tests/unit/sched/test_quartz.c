/* Expressions of Quartz and UiPath, and what they are here. */
#include "rpa/sched/cron.h"
#include "rpa/sched/quartz.h"
#include "tap.h"

static const struct {
    const char *quartz, *ours;
} good[] = {
    /* of Quartz's own manual and its tests */
    { "0 0 12 * * ?", "0 12 * * *" },
    { "0 15 10 ? * *", "15 10 * * *" },
    { "0 15 10 * * ? *", "15 10 * * *" },
    { "0 * 14 * * ?", "* 14 * * *" },
    { "0 0/5 14 * * ?", "*/5 14 * * *" },
    { "0 0/5 14,18 * * ?", "*/5 14,18 * * *" },
    { "0 0-5 14 * * ?", "0-5 14 * * *" },
    { "0 10,44 14 ? 3 WED", "10,44 14 * 3 WED" },
    { "0 15 10 ? * MON-FRI", "15 10 * * MON-FRI" },
    { "0 15 10 15 * ?", "15 10 15 * *" },
    { "0 15 10 L * ?", "15 10 L * *" },
    { "0 15 10 L-2 * ?", "15 10 L-2 * *" },
    { "0 15 10 ? * 6L", "15 10 * * FRI#L" },
    { "0 15 10 ? * FRIL", "15 10 * * FRI#L" },
    { "0 15 10 ? * 6#3", "15 10 * * FRI#3" },
    { "0 0 12 1/5 * ?", "0 12 */5 * *" },
    { "0 11 11 11 11 ?", "11 11 11 11 *" },
    { "0 0 9 15W * ?", "0 9 15W * *" },
    { "0 0 9 lw * ?", "0 9 LW * *" },
    { "0 0 0 ? * L", "0 0 * * SAT" },
    { "0 0 0 ? * 1", "0 0 * * SUN" },
    { "0 0 0 ? * 7", "0 0 * * SAT" },
    { "0/15 * * * * ?", "*/15 * * * * *" },
    { "10/15 5/10 * * * ?", "10-59/15 5-59/10 * * * *" },
    { "30 0 0 ? JAN-MAR SUN,SAT", "30 0 0 * 1-3 SUN,SAT" },
    { "0 /5 * * * ?", "*/5 * * * *" },
    /* as UiPath writes them */
    { "0 0/30 * 1/1 * ? *", "*/30 * * * *" },
    { "0 0 6 1/1 * ? *", "0 6 * * *" },
    { "0 30 22 ? * MON,TUE,WED,THU,FRI *", "30 22 * * MON,TUE,WED,THU,FRI" },
    { "0 0 9 ? 1/1 2#1 *", "0 9 * * MON#1" },
    { "0 0 0/1 1/1 * ? *", "0 * * * *" },
    /* round the end */
    { "0 0 22-6 * * ?", "0 22-23,0-6 * * *" },
    { "0 0 22-6/3 * * ?", "0 22,1,4 * * *" },
    { "0 0 0 ? * FRI-MON", "0 0 * * FRI-SAT,SUN-MON" },
    { "0 0 0 ? * 6-2/2", "0 0 * * FRI,SUN" },
    { "0 0 0 ? 11-2 ?", NULL },
    { "0 0 0 1 11-2 ?", "0 0 1 11-12,1-2 *" },
    { "0 5-5/10 * * * ?", "5 * * * *" },
};

static const struct {
    const char *quartz, *msg;
} bad[] = {
    { "0 12 * * *", "5 fields; Quartz has 6, or 7 with the year" },
    { "", "0 fields; Quartz has 6, or 7 with the year" },
    { "0 0 12 * * * * *", "8 fields; Quartz has 6, or 7 with the year" },
    { "0 0 12 * * *", "one of day-of-month and day-of-week is ?, and only one: "
                      "Quartz takes no other" },
    { "0 0 12 ? * ?", "one of day-of-month and day-of-week is ?, and only one: "
                      "Quartz takes no other" },
    { "0 0 12 1 1 ? 2026",
      "year '2026': an expression here is for every year" },
    { "0 0 12 ? * 0", "day-of-week '0': 0 is not from 1 to 7" },
    { "0 0 12 ? * 8", "day-of-week '8': 8 is not from 1 to 7" },
    { "0 60 12 * * ?", "minute '60': 60 is not from 0 to 59" },
    { "0 0 24 * * ?", "hour '24': 24 is not from 0 to 23" },
    { "0 0 12 32 * ?", "day-of-month '32': 32 is not from 1 to 31" },
    { "0 0 12 * FOO ?", "month 'FOO': a value is missing at 'FOO'" },
    { "? 0 12 * * ?", "second '?': a value is missing at '?'" },
    { "0 0/0 * * * ?", "minute '0/0': a step is a number from 1 to 59" },
    { "0 0/61 * * * ?", "minute '0/61': a step is a number from 1 to 59" },
    { "0 0 12 L-3W * ?", "day-of-month 'L-3W': the working day nearest to one "
                         "before the last cannot be said here" },
    { "0 0 12 15WW * ?", "day-of-month '15WW': 'W' cannot stand here" },
    { "0 0 12 L-31 * ?", "day-of-month 'L-31': L-1 to L-30, and 1W to 31W" },
    { "0 0 12 0W * ?", "day-of-month '0W': L-1 to L-30, and 1W to 31W" },
    { "0 0 12 1W,15W * ?", "day-of-month '1W,15W': L and W stand alone" },
    { "0 0 12 ? * 6#6",
      "day-of-week '6#6': a day is followed by L, or by # and 1 to 5" },
    { "0 0 12 ? * 2-6L",
      "day-of-week '2-6L': a day is followed by L, or by # and 1 to 5" },
};

int main(void)
{
    struct rpa_err err;
    struct rpa_cron cron;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct rpa_buf ours = { 0 };
        int r = rpa_quartz_read(good[i].quartz, &ours, &err);
        if (good[i].ours) {
            is_str(r == 0 ? ours.data : err.msg, good[i].ours, good[i].quartz);
            is_int(rpa_cron_parse(good[i].ours, &cron, &err), 0,
                   "which is taken");
        } else
            ok(r < 0, "%s", good[i].quartz);
        rpa_buf_clear(&ours);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rpa_buf ours = { 0 };
        int r = rpa_quartz_read(bad[i].quartz, &ours, &err);
        is_str(r < 0 ? err.msg : ours.data, bad[i].msg, bad[i].quartz);
        ok(!ours.len, "and nothing is said");
        rpa_buf_clear(&ours);
    }
    return tap_done();
}
