/* Runs: who lets them start, what starts them beside the time, restarts. */
#include "sim.h"

static struct rpa_zone *zone;
static struct sim sim;

/* ---- approve, edit, pause ---- */

static void test_people(void)
{
    struct rpa_sched_who jo = { "jo", 1000 };
    struct rpa_sched_spec spec = sim_spec("a", "*/10 * * * *", zone);
    struct rpa_sched_info info;
    int64_t run;
    sim = (struct sim){ .now = at(22, 12, 0), .takes_s = 60 };
    sim_open(&sim, NULL, "boot-1");
    sim_load(&sim, &spec, 1);
    sim_run(&sim, at(22, 12, 15));
    sim_approve(&sim, &spec, 1);
    sim_run(&sim, at(22, 12, 25));
    spec.hash[0]++;
    sim_load(&sim, &spec, 1);
    sim_run(&sim, at(22, 12, 35));
    rpa_sched_info(sim.sched, "a", spec.hash, &info, NULL);
    ok(!info.approved && info.changed && !strcmp(info.approved_by, "jo") &&
           info.last == RPA_SCHED_SUCCESS && info.fate == RPA_SCHED_BLOCKED &&
           !strcmp(info.fate_why, "changed since jo approved it"),
       "and why is known");
    sim_was(&sim, "12:10 a blocked; 12:20 a fired; [12:20 a] 12:30 a blocked; ",
            "only the text that was approved fires");

    sim_begin(&sim, &spec, 1, at(22, 12, 5));
    sim.takes_s = 60;
    sim_step(&sim, at(22, 12, 8));
    sim.now = at(22, 15, 0);
    spec.hash[0]++;
    sim_approve(&sim, &spec, 1);
    sim_load(&sim, &spec, 1);
    sim_run(&sim, at(22, 15, 11));
    sim_was(&sim, "15:10 a fired; [15:10 a] ", "editing never backfills");

    sim_begin(&sim, &spec, 1, at(22, 12, 5));
    sim.takes_s = 60;
    sim_run(&sim, at(22, 12, 11));
    spec.hash[RPA_SCHED_BOT]++;
    sim_load(&sim, &spec, 1);
    sim_run(&sim, at(22, 12, 21));
    rpa_sched_info(sim.sched, "a", NULL, &info, NULL);
    ok(!info.approved && info.changed && info.bot_changed &&
           !strcmp(info.fate_why, "its bot changed since jo approved it"),
       "another bot is not what was approved: %s", info.fate_why);
    sim.now = at(22, 12, 31);
    sim_approve(&sim, &spec, 1);
    sim_load(&sim, &spec, 1);
    sim_run(&sim, at(22, 12, 32));
    sim_was(&sim,
            "12:10 a fired; [12:10 a] 12:20 a blocked; 12:30 a fired; "
            "[12:31 a] ",
            "and its times go on meanwhile");

    struct rpa_err err = { 0 };
    sim_begin(&sim, &spec, 1, at(22, 12, 5));
    sim_run(&sim, at(22, 12, 10));
    is_int(rpa_sched_block(sim.sched, 77, "x", sim.now, &err), -RPA_EBUG,
           "what does not run is not blocked");
    is_int(rpa_sched_block(sim.sched, 1, "its bot changed", sim.now, &err), 0,
           "one that started and is not to be");
    sim.nbusy = 0;
    sim_run(&sim, at(22, 12, 11));
    rpa_sched_info(sim.sched, "a", NULL, &info, NULL);
    ok(!info.running && !info.last && info.fate == RPA_SCHED_BLOCKED,
       "is no run");
    sim_was(&sim, "12:10 a fired; [12:10 a] 12:10 a blocked; ",
            "and has a row");

    sim_begin(&sim, &spec, 1, at(22, 12, 5));
    sim.takes_s = 60;
    is_int(rpa_sched_pause(sim.sched, "a", "", jo, sim.now, &err), -RPA_EINVAL,
           "a pause says why");
    char why[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    is_int(rpa_sched_pause(sim.sched, "a", why, jo, sim.now, &err), -RPA_EINVAL,
           "which is not cut short");
    is_int(rpa_sched_pause(sim.sched, "a", " . ", jo, sim.now, &err),
           -RPA_EINVAL, "in words");
    rpa_sched_pause(sim.sched, "a", "works at the host", jo, sim.now, NULL);
    sim_run(&sim, at(22, 12, 33));
    rpa_sched_hand(sim.sched, "a", jo, sim.now, &run, &err);
    is_str(err.msg, "a is paused by jo: works at the host",
           "a paused one is not started by hand");
    rpa_sched_resume(sim.sched, "a", "done", jo, sim.now, NULL);
    sim_run(&sim, at(22, 12, 41));
    sim_was(&sim,
            "12:10 a missed; 12:20 a missed; 12:30 a fired; [12:33 a] 12:40 a "
            "fired; [12:40 a] ", "what passed while it was paused is missed");

    sim_begin(&sim, &spec, 1, at(22, 12, 5));
    sim.takes_s = 600;
    is_int(rpa_sched_hand(sim.sched, "a", jo, sim.now, &run, &err), 0,
           "by hand");
    sim_run(&sim, at(22, 12, 6));
    is_int(rpa_sched_hand(sim.sched, "a", jo, sim.now, &run, &err), -RPA_EPERM,
           "not twice at once");
    is_int(rpa_sched_hand(sim.sched, "b", jo, sim.now, &run, &err),
           -RPA_ENOTFOUND, "nor what is no schedule");
    sim_run(&sim, at(22, 12, 21));
    sim_was(&sim,
            "12:05 a fired; [12:05 a] 12:10 a overlap; 12:20 a fired; [12:20 a] ",
            "a run by hand is one of its runs");
}

static const char *operator_is;

static void see_operator(struct sim *s, const struct rpa_sched_start *start)
{
    (void)s;
    if (start->cause == RPA_SCHED_HAND)
        operator_is = strcmp(start->by, "sam") || start->by_uid != 7 ? "?"
                                                                     : "sam";
    else
        operator_is = strcmp(start->by, "jo") ? "?" : "jo";
}

static void test_operator(void)
{
    struct rpa_sched_spec spec = sim_spec("a", "10 12 * * *", zone);
    int64_t run;
    sim_begin(&sim, &spec, 1, at(22, 12, 5));
    sim.on_start = see_operator;
    sim.takes_s = 1;
    sim_run(&sim, at(22, 12, 11));
    is_str(operator_is, "jo", "the operator is who approved it");
    rpa_sched_hand(sim.sched, "a", (struct rpa_sched_who){ "sam", 7 }, sim.now,
                   &run, NULL);
    sim_run(&sim, at(22, 12, 12));
    is_str(operator_is, "sam", "and of a run by hand, who started it");
    rpa_sched_close(sim.sched);
}

/* ---- one after another ---- */

static void test_after(void)
{
    static const struct {
        const char *name;
        enum rpa_sched_on on;
        enum rpa_sched_outcome ends;
        int takes_m;
        const char *want;
    } cases[] = {
        { "on success", RPA_SCHED_ON_SUCCESS, RPA_SCHED_SUCCESS, 20,
          "12:10 a fired; [12:10 a] 12:30 b fired; [12:30 b] " },
        { "it failed", RPA_SCHED_ON_SUCCESS, RPA_SCHED_FAILURE, 20,
          "12:10 a fired; [12:10 a] 12:30 b blocked; " },
        { "on failure", RPA_SCHED_ON_FAILURE, RPA_SCHED_FAILURE, 20,
          "12:10 a fired; [12:10 a] 12:30 b fired; [12:30 b] " },
        { "a stop is neither", RPA_SCHED_ON_FAILURE, RPA_SCHED_STOPPED, 20,
          "12:10 a fired; [12:10 a] 12:30 b blocked; " },
        { "on any", RPA_SCHED_ON_ANY, RPA_SCHED_STOPPED, 20,
          "12:10 a fired; [12:10 a] 12:30 b fired; [12:30 b] " },
        { "it takes too long: told when that is clear", RPA_SCHED_ON_ANY,
          RPA_SCHED_SUCCESS, 70, "12:10 a fired; [12:10 a] 12:40 b blocked; " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_sched_spec specs[] = { sim_spec("b", "", zone),
                                          sim_spec("a", "10 12 * * *", zone) };
        specs[0].trigger = RPA_SCHED_AFTER;
        specs[0].after.on = cases[i].on;
        specs[0].after.within_s = 1800;
        strcpy(specs[0].after.schedule, "a");
        sim_begin(&sim, specs, 2, at(22, 12, 0));
        sim.takes_s = cases[i].takes_m * 60;
        sim.ends = cases[i].ends;
        sim_run(&sim, at(22, 13, 25));
        sim_was(&sim, cases[i].want, cases[i].name);
    }
}

/* ---- queues ---- */

static struct rpa_sched_spec queue_spec(void)
{
    struct rpa_sched_spec spec = sim_spec("q", "", zone);
    spec.trigger = RPA_SCHED_QUEUE;
    strcpy(spec.queue.name, "reports");
    spec.queue.min = 10;
    spec.queue.oldest_s = 600;
    spec.queue.per_worker = 100;
    spec.queue.workers = 3;
    return spec;
}

static void test_queue(void)
{
    struct rpa_sched_spec spec = queue_spec();
    sim_begin(&sim, &spec, 1, at(22, 12, 0));
    sim.counts = (struct rpa_sched_counts){ 9, at(22, 12, 0) };
    sim_run(&sim, at(22, 12, 9));
    is_str(sim.log, "", "too few, and too young");
    sim_run(&sim, at(22, 12, 11));
    sim_was(&sim,
            "12:10 q fired; [12:10 q] ", "the oldest has waited enough: one");

    sim_begin(&sim, &spec, 1, at(22, 12, 0));
    sim.takes_s = 120;
    sim.counts = (struct rpa_sched_counts){ 101, at(22, 12, 0) };
    sim_run(&sim, at(22, 12, 1));
    sim.counts.ready = 548;
    sim_run(&sim, at(22, 12, 1) + 30);
    is_str(sim.log, "12:00 q fired; 12:00 q fired; [12:00 q] [12:00 q] "
                    "12:01 q fired; [12:01 q] ",
           "a worker for each hundred, at most three");
    sim.counts.ready = 9;
    sim_run(&sim, at(22, 12, 8));
    sim_was(&sim, "12:00 q fired; 12:00 q fired; [12:00 q] [12:00 q] "
            "12:01 q fired; [12:01 q] ", "none for what is too few and too young");

    spec.plan.has_window = rpa_window_read("22:00-06:00", &spec.plan.window);
    sim_begin(&sim, &spec, 1, at(22, 12, 0));
    sim.obeys_s = 5;
    sim.counts = (struct rpa_sched_counts){ 50, at(22, 12, 0) };
    sim_run(&sim, at(23, 7, 0));
    sim_was(&sim,
            "12:00 q held; 22:00 q fired; [22:00 q] stop 06:00: its window closes; "
            "06:00 q held; ", "held until its window opens, told once a day");

    sim_begin(&sim, &spec, 1, at(22, 12, 0));
    spec.hash[0]++;
    sim_load(&sim, &spec, 1);
    spec.plan.has_window = false;
    sim_load(&sim, &spec, 1);
    sim.counts = (struct rpa_sched_counts){ 50, at(22, 12, 0) };
    sim_run(&sim, at(22, 12, 10));
    sim_approve(&sim, &spec, 1);
    sim_run(&sim, at(22, 12, 11));
    sim_was(&sim,
            "12:00 q blocked; 12:10 q fired; [12:10 q] ", "blocked until approved");
}

/* ---- a place is free later; after a restart; after a boot ---- */

static void test_places(void)
{
    struct rpa_sched_spec specs[] = { sim_spec("a", "10 12 * * *", zone),
                                      sim_spec("b", "10 12 * * *", zone),
                                      sim_spec("c", "10 12 * * *", zone) };
    specs[2].start_deadline_s = 300;
    sim_begin(&sim, specs, 3, at(22, 12, 0));
    sim.places = 1;
    sim.takes_s = 600;
    sim_run(&sim, at(22, 13, 0));
    char *first = strstr(sim.log, "[12:10");
    ok(first && strstr(sim.log, "[12:20") && strstr(sim.log, "12:10 c missed"),
       "who waits for a place starts when one is free, or is missed");
    printf("# %s\n", sim.log);
    rpa_sched_close(sim.sched);
}

static void restart(const char *dir, const char *boot,
                    const struct rpa_sched_spec *specs, size_t n, int64_t now)
{
    rpa_sched_close(sim.sched);
    sim.now = now;
    if (sim_open(&sim, dir, boot) && sim_load(&sim, specs, n))
        sim_run(&sim, now);
}

static void test_restart(void)
{
    char dir[] = "/tmp/rpa-sched-XXXXXX", command[64];
    struct rpa_sched_spec specs[] = { sim_spec("a", "*/20 * * * *", zone),
                                      sim_spec("b", "", zone),
                                      sim_spec("r", "", zone) };
    specs[1].trigger = RPA_SCHED_AFTER;
    specs[1].after.on = RPA_SCHED_ON_FAILURE;
    specs[1].after.within_s = 3600;
    strcpy(specs[1].after.schedule, "a");
    specs[2].trigger = RPA_SCHED_BOOT;
    if (!mkdtemp(dir))
        return;
    sim = (struct sim){ .now = at(22, 12, 0) };
    sim_open(&sim, dir, "boot-1");
    sim_approve(&sim, specs, 3);
    sim_load(&sim, specs, 3);
    sim.takes_s = 60;
    sim_run(&sim, at(22, 12, 10));
    restart(dir, "boot-1", specs, 3, at(22, 12, 15));
    is_str(sim.log, "", "a restart is no boot");
    restart(dir, "boot-2", specs, 3, at(22, 12, 16));
    is_str(sim.log, "12:16 r fired; [12:16 r] ", "a boot is one");
    sim_run(&sim, at(22, 12, 18));
    restart(dir, "boot-2", specs, 3, at(22, 12, 19));
    is_str(sim.log, "12:16 r fired; [12:16 r] ", "once");

    sim.log[0] = '\0';
    sim.places = -1;
    sim_run(&sim, at(22, 12, 21));
    is_str(sim.log, "12:20 a fired; ", "pending");
    sim.places = 0;
    restart(dir, "boot-2", specs, 3, at(22, 12, 25));
    is_str(sim.log, "12:20 a fired; [12:25 a] ", "still in time: it starts");
    restart(dir, "boot-2", specs, 3, at(22, 12, 26));
    is_str(sim.log, "12:20 a fired; [12:25 a] 12:26 b fired; [12:26 b] ",
           "what ran is lost, and that is a failure to what follows");
    sim_run(&sim, at(22, 12, 39));

    sim.log[0] = '\0';
    sim.places = -1;
    sim_run(&sim, at(22, 12, 41));
    sim.places = 0;
    restart(dir, "boot-2", specs, 3, at(22, 12, 51));
    is_str(sim.log, "12:40 a fired; 12:40 a missed; 12:51 b blocked; ",
           "past its time: it is missed, and what follows is blocked");
    sim.log[0] = '\0';
    sim_run(&sim, at(22, 13, 0));
    restart(dir, "boot-2", specs + 1, 2, at(22, 13, 0));
    is_str(sim.log, "13:00 a fired; [13:00 a] ", "gone while it ran");
    rpa_sched_close(sim.sched);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    ok(system(command) == 0, "cleaned up");
}

/* two by hand in one second, of which the second takes the first one's place */
static void test_hand_twice(void)
{
    const struct rpa_sched_who jo = { "jo", 1000 };
    struct rpa_sched_spec spec = sim_spec("a", "0 18 * * *", zone);
    int64_t first, second;
    spec.overlap = RPA_SCHED_REPLACE;
    sim_begin(&sim, &spec, 1, at(22, 12, 5));
    sim.places = -1;
    rpa_sched_hand(sim.sched, "a", jo, sim.now, &first, NULL);
    sim_advance(&sim);
    rpa_sched_hand(sim.sched, "a", jo, sim.now, &second, NULL);
    sim.places = 0;
    sim_advance(&sim);
    sim_was(&sim, "12:05 a fired; 12:05 a overlap; 12:05 a fired; [12:05 a] ",
            "what became of the first is told too");
    ok(first != second, "each has its number: %d, %d", (int)first, (int)second);
}

/* what the store does not have is not begun: nothing would know that it was */
static void test_no_row(void)
{
    char dir[] = "/tmp/rpa-sched-XXXXXX", command[96];
    struct rpa_sched_spec spec = sim_spec("a", "10 12 * * *", zone);
    if (!mkdtemp(dir))
        return;
    sim = (struct sim){ .now = at(22, 12, 5), .places = -1 };
    sim_open(&sim, dir, "boot-1");
    sim_approve(&sim, &spec, 1);
    sim_load(&sim, &spec, 1);
    sim_run(&sim, at(22, 12, 11));
    snprintf(command, sizeof command,
             "sqlite3 %s/schedule.db 'DELETE FROM tick'", dir);
    is_int(system(command), 0, "its row goes");
    sim.places = 0;
    sim_step(&sim, at(22, 12, 12));
    is_int(sim.started, 0, "a run without a row does not begin");
    rpa_sched_close(sim.sched);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    ok(system(command) == 0, "cleaned up ");
}

int main(void)
{
    rpa_zone_open("Europe/London", &zone, NULL);
    test_people();
    test_operator();
    test_after();
    test_queue();
    test_places();
    test_restart();
    test_hand_twice();
    test_no_row();
    rpa_zone_free(zone);
    return tap_done();
}
