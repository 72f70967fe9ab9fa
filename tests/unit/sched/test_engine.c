/* What the engine decides: each knob, and clocks that step. */
#include "sim.h"

static struct rpa_zone *zone;
static struct rpa_calendar *calendar;
static struct sim sim;

/* ---- times that come late ---- */

/* Asleep from 12:00:30 to @wakes; then on until 13:00. A run takes 5 min. */
static const struct {
    const char *name, *cron;
    enum rpa_sched_missed missed;
    int64_t deadline_s;
    int wakes_m; /* after 12:00 */
    const char *want;
} late[] = {
    { "in time", "10 12 * * *", 0, 0, 10, "12:10 a fired; [12:10 a] " },
    { "once a day, within the hour", "10 12 * * *", 0, 0, 50,
      "12:10 a fired; [12:50 a] " },
    { "a deadline of its own", "10 12 * * *", 0, 600, 21, "12:10 a missed; " },
    { "half the period", "*/20 * * * *", 0, 0, 31,
      "12:20 a missed; 12:40 a fired; [12:40 a] 13:00 a fired; [13:00 a] " },
    { "run_once: the newest that is in time", "*/10 * * * *", 0, 3600, 35,
      "12:10 a missed; 12:20 a missed; 12:30 a fired; [12:35 a] "
      "12:40 a fired; [12:40 a] 12:50 a fired; [12:50 a] "
      "13:00 a fired; [13:00 a] " },
    { "skip", "*/20 * * * *", RPA_SCHED_SKIP, 3600, 35,
      "12:20 a missed; 12:40 a fired; [12:40 a] 13:00 a fired; [13:00 a] " },
    { "skip: a minute late is in time", "34 12 * * *", RPA_SCHED_SKIP, 0, 35,
      "12:34 a fired; [12:35 a] " },
    { "run_all: one after another", "*/10 * * * *", RPA_SCHED_RUN_ALL, 3600, 35,
      "12:10 a fired; 12:20 a fired; 12:30 a fired; [12:35 a] "
      "12:40 a overlap; [12:40 a] [12:45 a] 12:50 a fired; [12:50 a] "
      "13:00 a fired; [13:00 a] " },
};

static void test_late(void)
{
    for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
        struct rpa_sched_spec spec = sim_spec("a", late[i].cron, zone);
        spec.missed = late[i].missed;
        spec.start_deadline_s = late[i].deadline_s;
        sim_begin(&sim, &spec, 1, at(22, 12, 0) + 30);
        sim.takes_s = 300;
        sim_step(&sim, at(22, 12, late[i].wakes_m));
        sim_run(&sim, at(22, 13, 0));
        sim_was(&sim, late[i].want, late[i].name);
    }
}

static int fates[7];

static void count_fate(struct sim *s, const struct rpa_sched_row *row)
{
    (void)s;
    fates[row->fate]++;
}

static void test_cap(void)
{
    struct rpa_sched_spec spec = sim_spec("a", "* * * * *", zone);
    spec.missed = RPA_SCHED_RUN_ALL;
    spec.start_deadline_s = 86400;
    sim_begin(&sim, &spec, 1, at(22, 0, 0));
    sim.quiet = true;
    sim.takes_s = 1;
    sim.on_row = count_fate;
    memset(fates, 0, sizeof fates);
    sim_step(&sim, at(22, 8, 0) - 1);
    sim_run(&sim, at(22, 8, 0) + 58);
    ok(fates[RPA_SCHED_FIRED] == 100 && fates[RPA_SCHED_MISSED] == 379,
       "run_all: the newest hundred (%d), and a row for each of the others "
       "(%d)", fates[RPA_SCHED_FIRED], fates[RPA_SCHED_MISSED]);
    is_int(sim.started, 60, "they start one after another");
    rpa_sched_close(sim.sched);
}

/* ---- overlap ---- */

static const struct {
    const char *name;
    enum rpa_sched_overlap overlap;
    int64_t takes_m;
    const char *want;
} overlaps[] = {
    { "forbid", RPA_SCHED_FORBID, 15,
      "12:10 a fired; [12:10 a] 12:20 a overlap; 12:30 a fired; [12:30 a] "
      "12:40 a overlap; " },
    { "queue_one", RPA_SCHED_QUEUE_ONE, 25,
      "12:10 a fired; [12:10 a] 12:20 a fired; 12:30 a overlap; [12:35 a] "
      "12:40 a fired; " },
    { "queue_one waits no longer than its deadline", RPA_SCHED_QUEUE_ONE, 45,
      "12:10 a fired; [12:10 a] 12:20 a fired; 12:30 a overlap; "
      "12:20 a missed; 12:40 a fired; " },
    { "replace", RPA_SCHED_REPLACE, 15,
      "12:10 a fired; [12:10 a] 12:20 a fired; stop 12:20: a newer run takes "
      "its place; [12:25 a] 12:30 a fired; stop 12:30: a newer run takes its "
      "place; 12:30 a overlap; 12:40 a fired; [12:40 a] " },
    { "replace: the newest of those that wait", RPA_SCHED_REPLACE, 35,
      "12:10 a fired; [12:10 a] 12:20 a fired; stop 12:20: a newer run takes "
      "its place; 12:20 a overlap; 12:30 a fired; 12:30 a overlap; 12:40 a "
      "fired; " },
    { "allow", RPA_SCHED_ALLOW, 15,
      "12:10 a fired; [12:10 a] 12:20 a fired; [12:20 a] 12:30 a fired; "
      "[12:30 a] 12:40 a fired; [12:40 a] " },
};

static void test_overlap(void)
{
    for (size_t i = 0; i < sizeof overlaps / sizeof *overlaps; i++) {
        struct rpa_sched_spec spec = sim_spec("a", "*/10 * * * *", zone);
        spec.overlap = overlaps[i].overlap;
        spec.start_deadline_s = 1100;
        sim_begin(&sim, &spec, 1, at(22, 12, 0));
        sim.takes_s = overlaps[i].takes_m * 60;
        sim_run(&sim, at(22, 12, 44));
        sim_was(&sim, overlaps[i].want, overlaps[i].name);
    }
}

/* ---- window, calendar, stop_at, jitter ---- */

static void test_window(void)
{
    struct rpa_sched_spec spec = sim_spec("a", "0 5,12,23 * * *", zone);
    spec.plan.has_window = rpa_window_read("22:00-06:00", &spec.plan.window);
    sim_begin(&sim, &spec, 1, at(22, 4, 0));
    sim_run(&sim, at(22, 13, 0));
    sim_was(&sim, "05:00 a fired; [05:00 a] stop 06:00: its window closes; "
            "12:00 a held; ",
            "a run is stopped when its window closes, none begins outside");

    sim_begin(&sim, &spec, 1, at(22, 4, 0));
    sim_step(&sim, at(22, 6, 0));
    sim_run(&sim, at(22, 7, 0));
    sim_was(&sim, "05:00 a fired; 05:00 a missed; ",
            "late and its window is closed: it does not start");

    spec = sim_spec("a", "0 5 * * *", zone);
    spec.has_stop_at = rpa_cron_parse("30 6 * * *", &spec.stop_at, NULL) == 0;
    sim_begin(&sim, &spec, 1, at(22, 4, 0));
    sim_run(&sim, at(22, 12, 0));
    sim_was(&sim,
            "05:00 a fired; [05:00 a] stop 06:30: it is the time at which it is "
            "stopped; ", "stop_at");
}

static void test_calendar(void)
{
    struct rpa_sched_spec spec = sim_spec("a", "0 9 * * *", zone);
    spec.plan.calendar = calendar;
    spec.plan.weekends_off = true;
    strcpy(spec.plan.division, "scotland");
    /* a Friday; Monday is St Andrew's Day */
    sim_begin(&sim, &spec, 1, at(27, 12, 0));
    sim.takes_s = 60;
    sim_run(&sim, at(31, 12, 0)); /* 1 December */
    sim_was(&sim,
            "09:00 a calendar; 09:00 a calendar; 09:00 a calendar; 09:00 a fired; "
            "[09:00 a] ", "days off");
    spec.plan.roll = RPA_PLAN_ROLL_PREV;
    spec.plan.cron.at[RPA_CRON_WEEKDAY] = 1; /* Sundays */
    sim_begin(&sim, &spec, 1, at(26, 12, 0));
    sim.takes_s = 60;
    sim_run(&sim, at(31, 12, 0));
    sim_was(&sim, "09:00 a fired; [09:00 a] ", "a day moved fires once");
}

static void test_jitter(void)
{
    struct rpa_sched_spec specs[26];
    bool spread[600] = { 0 };
    int n = 0;
    for (int i = 0; i < 26; i++) {
        specs[i] = sim_spec((char[]){ (char)('a' + i), 0 }, "0 12 * * *", zone);
        specs[i].jitter_s = 600;
    }
    sim_begin(&sim, specs, 26, at(22, 11, 0));
    sim.takes_s = 1;
    sim.quiet = true;
    for (int64_t t = at(22, 12, 0); t < at(22, 12, 10); t++) {
        int64_t before = sim.started;
        sim_run(&sim, t);
        spread[t - at(22, 12, 0)] = sim.started > before;
    }
    for (int i = 0; i < 600; i++)
        n += spread[i];
    ok(sim.started == 26 && n > 20, "jitter spreads 26 over %d seconds", n);
    rpa_sched_close(sim.sched);
}

/* ---- clocks that step ---- */

static void test_steps(void)
{
    struct rpa_sched_spec spec = sim_spec("a", "*/30 * * * *", zone);
    sim_begin(&sim, &spec, 1, at(22, 11, 45));
    sim.takes_s = 60;
    sim_run(&sim, at(22, 12, 40));
    sim_step(&sim, at(22, 11, 40));
    sim_run(&sim, at(22, 13, 10));
    sim_was(&sim,
            "12:00 a fired; [12:00 a] 12:30 a fired; [12:30 a] 13:00 a fired; "
            "[13:00 a] ", "back an hour: what fired does not fire again");

    spec = sim_spec("a", "10 12 * * *", zone);
    sim_begin(&sim, &spec, 1, at(22, 12, 0));
    sim.takes_s = 60;
    sim_step(&sim, at(23, 12, 0));
    sim_run(&sim, at(23, 12, 30));
    sim_was(&sim, "12:10 a missed; 12:10 a fired; [12:10 a] ", "forward a day");

    sim_begin(&sim, &spec, 1, at(22, 12, 0));
    sim.takes_s = 60;
    sim_step(&sim, at(23, 14, 0));
    sim_step(&sim, at(22, 12, 5));
    sim_run(&sim, at(23, 13, 0));
    sim_was(&sim, "12:10 a missed; 12:10 a missed; 12:10 a fired; [12:10 a] "
            "12:10 a fired; [12:10 a] ",
            "forward and back: what was missed only by the wrong clock fires");

    spec.start_deadline_s = 10 * 3600;
    sim_begin(&sim, &spec, 1, at(22, 12, 0));
    sim.takes_s = 60;
    sim_step(&sim, at(22, 20, 0));
    sim_run(&sim, at(22, 21, 0));
    sim_was(&sim,
            "12:10 a fired; [20:00 a] ", "suspended for eight hours, with time");
    spec.start_deadline_s = 0;
    sim_begin(&sim, &spec, 1, at(22, 12, 0));
    sim_step(&sim, at(22, 20, 0));
    sim_run(&sim, at(22, 21, 0));
    sim_was(&sim, "12:10 a missed; ", "and with an hour's deadline");
}

static void test_coming(void)
{
    struct rpa_sched_spec specs[] = { sim_spec("noon", "0 12 * * *", zone),
                                      sim_spec("one", "0 13 * * *", zone),
                                      sim_spec("held", "0 14 * * *", zone),
                                      sim_spec("ten", "0 10 * * *", zone),
                                      sim_spec("new", "0 11 * * *", zone) };
    struct rpa_sched_coming coming[2];
    size_t all;
    specs[0].jitter_s = 600;
    sim_begin(&sim, specs, 5, at(22, 9, 0));
    rpa_sched_pause(sim.sched, "held", "why", (struct rpa_sched_who){ "p", 1 },
                    sim.now, NULL);
    specs[4].hash[0] ^= 1; /* changed, and not approved again */
    rpa_sched_load(sim.sched, specs, 5, sim.now, NULL);
    is_int((int64_t)rpa_sched_coming(sim.sched, coming, 2, &all), 2,
           "the soonest two of what will start");
    is_int((int64_t)all, 3, "of three");
    is_str(coming[0].schedule, "ten", "the soonest first");
    is_str(coming[1].schedule, "noon", "then the next");
    int64_t late_s = rpa_sched_jitter(&specs[0]);
    ok(late_s > 0 && coming[1].due == at(22, 12, 0) + late_s,
       "at its time, and what its jitter adds");
    rpa_sched_close(sim.sched);
}

int main(void)
{
    rpa_zone_open("Europe/London", &zone, NULL);
    rpa_calendar_shipped(&calendar, NULL);
    test_late();
    test_cap();
    test_overlap();
    test_window();
    test_calendar();
    test_jitter();
    test_steps();
    test_coming();
    rpa_zone_free(zone);
    rpa_calendar_free(calendar);
    return tap_done();
}
