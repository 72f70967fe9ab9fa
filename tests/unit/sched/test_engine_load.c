/* Schedules that are loaded in pieces: what happens between two of them. */
#include "sim.h"

static struct rpa_zone *zone;
static struct sim sim;

static int some(size_t most)
{
    return rpa_sched_load_some(sim.sched, most, sim.now, NULL);
}

static void begin(const struct rpa_sched_spec *specs, size_t n)
{
    rpa_sched_load_begin(sim.sched, specs, n, NULL);
}

/* "a" at each ten minutes, "b" at 5 past; "c" is the third of what is loaded next */
static void begin_two(struct rpa_sched_spec specs[static 3])
{
    specs[0] = sim_spec("a", "*/10 * * * *", zone);
    specs[1] = sim_spec("b", "5 * * * *", zone);
    specs[2] = sim_spec("c", "20 * * * *", zone);
    sim_begin(&sim, specs, 2, at(22, 12, 1));
    sim.takes_s = 60;
}

static void test_in_between(void)
{
    struct rpa_sched_spec specs[3];
    begin_two(specs);
    begin(specs, 3);
    is_int(some(2), 1, "two of three");
    sim_run(&sim, at(22, 12, 10));
    is_int(some(2), 0, "and the third");
    sim_run(&sim, at(22, 12, 21));
    sim_was(&sim,
            "12:05 b fired; [12:05 b] 12:10 a fired; [12:10 a] "
            "12:20 a fired; 12:20 c blocked; [12:20 a] ",
            "what fires between two pieces fires once, by what was there");

    begin_two(specs);
    begin(specs, 3);
    some(3); /* all are ready: this is a load */
    is_int((int64_t)rpa_sched_load_some(sim.sched, 3, sim.now, NULL), 0,
           "one that is over has nothing more to do");
    sim_run(&sim, at(22, 12, 6));
    sim_was(&sim, "12:05 b fired; [12:05 b] ", "and changes nothing");
}

static void test_people(void)
{
    struct rpa_sched_spec specs[3];
    struct rpa_sched_who jo = { "jo", 1000 };
    begin_two(specs);
    rpa_sched_approve(sim.sched, "c", specs[2].hash, jo, sim.now, NULL);
    begin(specs, 3);
    some(2);
    rpa_sched_pause(sim.sched, "a", "the host is down", jo, sim.now, NULL);
    some(1);
    sim_run(&sim, at(22, 12, 21));
    sim_was(&sim, "12:05 b fired; [12:05 b] 12:20 c fired; [12:20 c] ",
            "a pause between two pieces holds");

    begin_two(specs);
    begin(specs, 3);
    some(2);
    specs[2].hash[0] ^= 1; /* as it will be read */
    begin(specs, 3);
    is_int(some(2), 1, "begun again");
    is_int(some(0), 1, "none of it");
    rpa_sched_approve(sim.sched, "b", specs[1].hash, jo, sim.now, NULL);
    rpa_sched_approve(sim.sched, "c", specs[2].hash, jo, sim.now, NULL);
    some(1);
    sim_run(&sim, at(22, 12, 21));
    sim_was(&sim,
            "12:05 b fired; [12:05 b] 12:10 a fired; [12:10 a] "
            "12:20 a fired; 12:20 c fired; [12:20 a] [12:20 c] ",
            "an approval holds");
}

static void test_changed(void)
{
    struct rpa_sched_spec specs[3];
    begin_two(specs);
    sim.places = 1;
    sim.takes_s = 3600;
    struct rpa_sched_spec fresh[3] = { specs[0], specs[1], specs[2] };
    fresh[0].hash[1] = 1; /* another text */
    begin(fresh, 3);
    some(2);
    sim_run(&sim, at(22, 12, 10));
    some(1);
    sim_run(&sim, at(22, 12, 19));
    sim_was(&sim,
            "12:05 b fired; [12:05 b] 12:10 a fired; 12:10 a blocked; ",
            "what waits of a text that was changed meanwhile does not start");
}

static void test_clock(void)
{
    struct rpa_sched_spec specs[3];
    begin_two(specs);
    sim_advance(&sim);
    specs[0].hash[1] = 1;
    rpa_sched_approve(sim.sched, "a", specs[0].hash,
                      (struct rpa_sched_who){ "jo", 1000 }, sim.now, NULL);
    begin(specs, 3);
    some(2);
    sim_step(&sim, at(22, 11, 1)); /* an hour back */
    is_int(some(2), 1, "a clock that goes back has all of them made ready again");
    some(1);
    sim_run(&sim, at(22, 11, 11));
    sim_was(&sim, "11:05 b fired; [11:05 b] 11:10 a fired; [11:10 a] ",
            "and none waits for the hour to come again");
}

static void test_gone(void)
{
    struct rpa_sched_spec specs[3];
    begin_two(specs);
    sim.takes_s = 0;
    sim_run(&sim, at(22, 12, 5));
    begin(specs, 1);
    some(1);
    is_int(sim.nbusy, 1, "what runs of one that is in the file no more runs on");
    sim_end(&sim, 0);
    sim_run(&sim, at(22, 12, 11));
    sim_was(&sim, "12:05 b fired; [12:05 b] 12:10 a fired; [12:10 a] ",
            "to its end");
}

int main(void)
{
    rpa_zone_open("Europe/London", &zone, NULL);
    test_in_between();
    test_people();
    test_changed();
    test_clock();
    test_gone();
    rpa_zone_free(zone);
    return tap_done();
}
