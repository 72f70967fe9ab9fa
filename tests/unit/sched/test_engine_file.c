/* Files that have come: each state of one fires once, and is not lost. */
#include "sim.h"

static struct rpa_zone *zone;
static struct sim sim;
static const struct rpa_sched_who jo = { "jo", 1000 };

static struct rpa_sched_spec spec_of(const char *name)
{
    struct rpa_sched_spec spec = sim_spec(name, "", zone);
    spec.trigger = RPA_SCHED_FILE;
    return spec;
}

static void arrives(int64_t key, int64_t changed)
{
    if (rpa_sched_file(sim.sched, "f", key, changed, sim.now, NULL) < 0)
        printf("# refused\n");
    sim_run(&sim, sim.now);
}

static void begin(const struct rpa_sched_spec *spec)
{
    sim_begin(&sim, spec, 1, at(22, 12, 0));
    sim_run(&sim, at(22, 12, 10));
}

static void test_once(void)
{
    struct rpa_sched_spec spec = spec_of("f");
    begin(&spec);
    sim.takes_s = 60;
    arrives(7, at(22, 12, 9));
    arrives(7, at(22, 12, 9));
    sim_run(&sim, at(22, 12, 20));
    arrives(7, at(22, 12, 9));
    arrives(8, at(22, 12, 19));
    sim_was(&sim, "12:10 f fired; [12:10 f] 12:20 f fired; [12:20 f] ",
            "each state of a file fires once");

    begin(&spec);
    arrives(7, at(22, 11, 59));
    sim.now = at(22, 13, 0);
    rpa_sched_file(sim.sched, "g", 7, sim.now, sim.now, NULL);
    sim_run(&sim, at(22, 14, 0));
    sim_was(&sim, "", "one from before the schedule does not, nor another's");
}

static void test_waits(void)
{
    struct rpa_sched_spec spec = spec_of("f");
    begin(&spec);
    sim.takes_s = 600;
    arrives(7, at(22, 12, 9));
    arrives(8, at(22, 12, 10));
    arrives(8, at(22, 12, 10));
    sim_run(&sim, at(22, 12, 30));
    arrives(8, at(22, 12, 10));
    sim_was(&sim,
            "12:10 f fired; [12:10 f] 12:10 f overlap; 12:30 f fired; [12:30 f] ",
            "one that comes while a run is at work is skipped, once, and fires then");

    spec.hash[0] ^= 1;
    *sim.log = '\0';
    sim = (struct sim){ .now = at(22, 12, 0) };
    sim_open(&sim, NULL, "boot-1");
    sim_load(&sim, &spec, 1);
    arrives(7, at(22, 12, 0));
    arrives(7, at(22, 12, 0));
    rpa_sched_approve(sim.sched, "f", spec.hash, jo, sim.now, NULL);
    rpa_sched_pause(sim.sched, "f", "why", jo, sim.now, NULL);
    arrives(7, at(22, 12, 0));
    rpa_sched_resume(sim.sched, "f", "done", jo, sim.now, NULL);
    arrives(7, at(22, 12, 0));
    sim_was(&sim, "12:00 f blocked; 12:00 f fired; [12:00 f] ",
            "nor is one lost that came before the approval, or in a pause");

    spec = spec_of("f");
    spec.plan.has_window = rpa_window_read("22:00-06:00", &spec.plan.window);
    begin(&spec);
    arrives(7, at(22, 12, 9));
    sim_run(&sim, at(22, 22, 0));
    arrives(7, at(22, 12, 9));
    sim_was(&sim, "12:10 f held; 22:00 f fired; [22:00 f] ",
            "one waits for its window");
}

static void test_restart(void)
{
    char dir[] = "/tmp/rpa-sched-file-XXXXXX", remove[64];
    struct rpa_sched_spec spec = spec_of("f");
    if (!mkdtemp(dir))
        return;
    sim = (struct sim){ .now = at(22, 12, 0), .takes_s = 60 };
    sim_open(&sim, dir, "boot-1");
    rpa_sched_approve(sim.sched, "f", spec.hash, jo, sim.now, NULL);
    sim_load(&sim, &spec, 1);
    sim.now += 600;
    arrives(7, sim.now);
    sim_run(&sim, at(22, 12, 20));
    rpa_sched_close(sim.sched);
    sim.now = at(22, 13, 0);
    sim_open(&sim, dir, "boot-1");
    sim_load(&sim, &spec, 1);
    arrives(7, at(22, 12, 10));
    arrives(8, at(22, 12, 40));
    sim_was(&sim, "12:10 f fired; [12:10 f] 13:00 f fired; [13:00 f] ",
            "after a restart: what came meanwhile, and not what had fired");
    snprintf(remove, sizeof remove, "rm -rf %s", dir);
    ok(system(remove) == 0, "tidy");
}

static void test_clock(void)
{
    struct rpa_sched_spec spec = spec_of("f");
    begin(&spec);
    sim_step(&sim, at(22, 11, 0));
    arrives(7, at(22, 11, 0));
    sim_was(&sim, "11:00 f fired; [11:00 f] ",
            "a clock that went back does not hide what comes");
}

int main(void)
{
    rpa_zone_open("Europe/London", &zone, NULL);
    test_once();
    test_waits();
    test_restart();
    test_clock();
    rpa_zone_free(zone);
    return tap_done();
}
