/* What is remembered, for how long, and that it is enough to fire once. */
#include "sim.h"

static struct rpa_zone *zone;
static struct sim sim;

enum { DAY_S = 86400, STEP_S = 300 };

static int count(void *data, const struct rpa_sched_row *row)
{
    int64_t *n = data;
    *n += row->at <= sim.now;
    return 0;
}

/* but for those of a time when the clock was ahead */
static int64_t ticks(void)
{
    int64_t n = 0;
    rpa_sched_each(sim.sched, NULL, 1000000, count, &n, NULL);
    return n;
}

static void run_days(int days)
{
    for (int64_t end = sim.now + (int64_t)days * DAY_S; sim.now < end;)
        sim_run(&sim, sim.now + 7 * 3600 < end ? sim.now + 7 * 3600 : end);
}

static void test_forget(void)
{
    struct rpa_sched_spec specs[] = { sim_spec("often", "*/5 * * * *", zone),
                                      sim_spec("once", "0 13 23 11 *", zone) };
    struct rpa_sched_info info;
    const int64_t a_day = DAY_S / STEP_S;
    sim_begin(&sim, specs, 2, at(22, 12, 1));
    sim.quiet = true;
    sim.takes_s = 60;
    run_days(60);
    is_int(ticks(), 60 * a_day + 1, "sixty days of it");
    run_days(60);
    int64_t kept = ticks();
    ok(kept >= 90 * a_day && kept <= 91 * a_day, "ninety days are kept: %lld",
       (long long)kept);
    rpa_sched_info(sim.sched, "once", specs[1].hash, &info, NULL);
    ok(info.fate == RPA_SCHED_FIRED && info.last == RPA_SCHED_SUCCESS &&
           info.last_audit_run == info.last_run + 1000,
       "and the last of each schedule, with its run's number in the audit");
    int64_t started = sim.started;
    sim_step(&sim, sim.now - DAY_S);
    run_days(1);
    is_int(sim.started - started, 0, "a day back: nothing fires again");
    run_days(1);
    is_int(sim.started - started, a_day, "and then it goes on");
    started = sim.started;
    int64_t back = sim.now;
    sim_step(&sim, sim.now + 400 * (int64_t)DAY_S);
    for (int i = 0; i < 200; i++)
        sim_run(&sim, sim.now + 3600);
    started = sim.started;
    sim_step(&sim, back - DAY_S);
    run_days(1);
    is_int(sim.started - started, 0,
           "a clock that was a year ahead has not had yesterday forgotten");
    rpa_sched_close(sim.sched);
}

/* what was written when the clock was ahead is dropped when it is old, and does
 * not keep what came after it */
static void test_ahead(void)
{
    struct rpa_sched_spec spec = sim_spec("hourly", "0 * * * *", zone);
    sim_begin(&sim, &spec, 1, at(22, 12, 1));
    sim.quiet = true;
    sim.takes_s = 60;
    sim_step(&sim, sim.now + 150 * (int64_t)DAY_S);
    sim_step(&sim, at(22, 12, 1));
    run_days(110);
    int64_t kept = ticks();
    ok(kept >= 90 * 24 && kept <= 91 * 24,
       "behind what is from a clock that was ahead, ninety days: %lld",
       (long long)kept);
    rpa_sched_close(sim.sched);
}

/* more in an hour than is dropped at once does not stay for ever */
static void test_many(void)
{
    enum { MANY = 10 };
    struct rpa_sched_spec specs[MANY];
    for (int i = 0; i < MANY; i++)
        specs[i] = sim_spec((char[]){ (char)('a' + i), '\0' }, "* * * * *", zone);
    sim_begin(&sim, specs, MANY, at(22, 12, 1));
    sim.quiet = true;
    sim.takes_s = 10;
    sim_run(&sim, sim.now + 6 * 3600 + 30);
    is_int(ticks(), 6 * 60 * MANY, "six hours of many");
    sim_load(&sim, NULL, 0);
    for (int day = 0; day < 91; day++) {
        sim.now += DAY_S;
        sim_advance(&sim);
    }
    for (int s = 0; s < 10; s++) {
        sim.now++;
        sim_advance(&sim);
    }
    is_int(ticks(), MANY, "ten seconds after ninety days, but the last of each");
    rpa_sched_close(sim.sched);
}

/* one that had fired and was too late is the last word of its schedule */
static void test_undone(void)
{
    struct rpa_sched_spec spec = sim_spec("a", "10 12 * * *", zone);
    struct rpa_sched_info info;
    spec.start_deadline_s = 600;
    sim_begin(&sim, &spec, 1, at(22, 12, 5));
    sim.places = 1;
    sim.nbusy = 1; /* of somebody else */
    sim.busy[0].end = INT64_MAX;
    sim_run(&sim, at(22, 12, 15));
    rpa_sched_info(sim.sched, "a", spec.hash, &info, NULL);
    ok(info.running == 1 && info.waits == at(22, 12, 10), "it waits, since when");
    sim_run(&sim, at(22, 12, 21));
    rpa_sched_info(sim.sched, "a", spec.hash, &info, NULL);
    ok(info.fate == RPA_SCHED_MISSED && info.fate_due == at(22, 12, 10) &&
           !info.waits, "and is missed");
    rpa_sched_close(sim.sched);
}

static int add_run(void *data, const struct rpa_sched_ran *ran)
{
    sim_log(data, "ran %s %s %d; ", clock_of(ran->began), ran->schedule,
            (int)ran->outcome);
    return 0;
}

static int add_tick(void *data, const struct rpa_sched_row *row)
{
    sim_log(data, "tick %s %s; ", clock_of(row->due), row->schedule);
    return 0;
}

static void test_ran(void)
{
    struct rpa_sched_spec spec = sim_spec("a", "*/10 * * * *", zone);
    sim_begin(&sim, &spec, 1, at(22, 12, 5));
    sim.takes_s = 60;
    sim_run(&sim, at(22, 12, 45));
    sim.log[0] = '\0';
    rpa_sched_ran(sim.sched, at(22, 12, 20), at(22, 12, 40), add_run, add_tick,
                  &sim, NULL);
    is_str(sim.log, "ran 12:20 a 1; ran 12:30 a 1; tick 12:20 a; tick 12:30 a; ",
           "what ran and what was due between two times");
    sim_run(&sim, at(22, 12, 50));
    rpa_sched_block(sim.sched, sim.busy[0].run, "its bot changed", sim.now, NULL);
    sim.log[0] = '\0';
    rpa_sched_ran(sim.sched, at(22, 12, 50), at(22, 13, 0), add_run, add_tick,
                  &sim, NULL);
    is_str(sim.log, "tick 12:50 a; ", "one that was not to be is no run");
    rpa_sched_close(sim.sched);
}

int main(void)
{
    if (rpa_zone_open("Europe/London", &zone, NULL) < 0)
        return 1;
    test_forget();
    test_ahead();
    test_many();
    test_undone();
    test_ran();
    rpa_zone_free(zone);
    return tap_done();
}
