/* test_engine_kill [KILLS]: the scheduler's process killed at random instants,
 * its store on the disk: no tick starts twice, and none is lost but as the
 * policy says. The clock is the test's own; it lies in memory that outlives the
 * process. As the control, the tick and its pending run are two transactions
 * (the linker puts __wrap_diary_tick there), and then ticks must be lost. */
#include "sim.h"
#include "lib/sched/diary.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SCHEDULES = 6, KEYS = 100000, PERIOD_S = 60 };

/* what the world outside has seen */
struct world {
    int64_t clock;
    bool split;               /* the control */
    bool starting;            /* between the word that it starts and it */
    int64_t steps;            /* to do before the next kill */
    uint8_t spawned[SCHEDULES][KEYS]; /* processes made, by period */
    uint8_t row[SCHEDULES][KEYS];     /* the last fate told, + 1 */
};
static struct world *world;
static int64_t begin;
static struct sim sim;

int __real_diary_tick(struct diary *diary, int64_t id, int64_t cursor,
                      const struct rpa_sched_row *tick, struct diary_run *run,
                      struct rpa_err *err);
int __wrap_diary_tick(struct diary *diary, int64_t id, int64_t cursor,
                      const struct rpa_sched_row *tick, struct diary_run *run,
                      struct rpa_err *err);

static void step(void)
{
    if (world->steps-- <= 0)
        kill(getpid(), SIGKILL);
}

/* fired, and the run is none; then another change takes that back */
static int split(struct diary *diary, int64_t id, int64_t cursor,
                 const struct rpa_sched_row *tick, const struct diary_run *run,
                 struct rpa_err *err)
{
    struct diary_run none = *run;
    struct rpa_sched_row back = *tick;
    back.fate = RPA_SCHED_MISSED;
    int r = __real_diary_tick(diary, id, cursor, tick, &none, err);
    if (r <= 0)
        return r;
    r = diary_ended(diary, &none, 0, tick->at, err);
    r = diary_commit(diary, r, err);
    step();
    return r == 0 ? diary_undo(diary, &none, &back, err) : r;
}

int __wrap_diary_tick(struct diary *diary, int64_t id, int64_t cursor,
                      const struct rpa_sched_row *tick, struct diary_run *run,
                      struct rpa_err *err)
{
    int r = world->split && run
                ? split(diary, id, cursor, tick, run, err)
                : 0;
    if (r == 0)
        r = __real_diary_tick(diary, id, cursor, tick, run, err);
    step();
    return r;
}

static size_t period(int64_t key)
{
    return (size_t)((key - begin) / PERIOD_S) % KEYS;
}

static void on_row(struct sim *s, const struct rpa_sched_row *row)
{
    (void)s;
    world->row[row->schedule[0] - 'a'][period(row->key)] =
        (uint8_t)row->fate + 1;
    step();
}

static void on_start(struct sim *s, const struct rpa_sched_start *start)
{
    (void)s;
    step(); /* started, and no process yet */
    world->spawned[start->schedule[0] - 'a'][period(start->key)]++;
    world->starting = false;
    step();
}

static void start(void *data, const struct rpa_sched_start *one)
{
    world->starting = true;
    sim_start(data, one);
    world->starting = false;
}

static void specs_of(struct rpa_sched_spec specs[SCHEDULES],
                     const struct rpa_zone *zone)
{
    for (int i = 0; i < SCHEDULES; i++) {
        char name[] = { (char)('a' + i), 0 };
        specs[i] = sim_spec(name, "* * * * *", zone);
        specs[i].overlap = RPA_SCHED_ALLOW;
        specs[i].missed = RPA_SCHED_RUN_ALL;
        specs[i].start_deadline_s = 7200;
    }
}

/* one life of the process */
static int live(const char *dir, const struct rpa_sched_spec *specs,
                int64_t until)
{
    int nth;
    sim = (struct sim){ .now = world->clock, .quiet = true, .takes_s = 1,
                        .on_row = on_row, .on_start = on_start };
    if (!sim_open(&sim, dir, "boot-1"))
        return 1;
    sim.host.start = start;
    sim_approve(&sim, specs, SCHEDULES);
    if (!sim_load(&sim, specs, SCHEDULES))
        return 1;
    for (int64_t next; (next = sim_next(&sim, &nth)) <= until;) {
        world->clock = sim.now = next > sim.now ? next : sim.now;
        step();
        if (nth >= 0)
            sim_end(&sim, nth);
        else if (!sim_advance(&sim))
            return 1;
    }
    rpa_sched_close(sim.sched);
    return 0;
}

/* true if it was killed: after so many steps, or so many microseconds */
static bool life(const char *dir, const struct rpa_sched_spec *specs,
                 int64_t until, int64_t steps, int us)
{
    int status;
    const struct itimerval timer = { .it_value.tv_usec = us };
    world->steps = steps;
    world->starting = false;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        setitimer(ITIMER_REAL, &timer, NULL); /* SIGALRM ends it at once */
        _exit(live(dir, specs, until));
    }
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status);
}

struct found {
    int kills, ticks, doubled, lost;
    int unmade, excused; /* fired, and no process; killed just before it */
};

static struct found try(const struct rpa_sched_spec *specs, int kills,
                        bool split)
{
    char dir[] = "/tmp/rpa-sched-XXXXXX", command[64];
    struct found found = { 0 };
    memset(world, 0, sizeof *world);
    world->clock = begin;
    world->split = split;
    if (!mkdtemp(dir))
        return found;
    srandom(split ? 7 : 1);
    if (life(dir, specs, begin, INT64_MAX, 0)) /* the schedules begin */
        return found;
    while (found.kills < kills) {
        bool by_step = split || found.kills % 2;
        found.kills += life(dir, specs, INT64_MAX - 1,
                            by_step ? random() % 60 : INT64_MAX,
                            by_step ? 0 : 1 + (int)(random() % 40000));
        found.excused += world->starting;
    }
    int64_t until = world->clock + 600;
    if (life(dir, specs, until, INT64_MAX, 0))
        return found;
    for (size_t p = 1; p < period(until); p++)
        for (int i = 0; i < SCHEDULES; i++) {
            bool fired = world->row[i][p] == RPA_SCHED_FIRED + 1;
            found.ticks++;
            found.doubled += world->spawned[i][p] > 1;
            found.lost += world->row[i][p] == 0;
            found.unmade += fired && !world->spawned[i][p];
        }
    snprintf(command, sizeof command, "rm -rf %s", dir);
    if (system(command) != 0)
        printf("# %s is left\n", dir);
    return found;
}

int main(int argc, char **argv)
{
    struct rpa_zone *zone;
    struct rpa_sched_spec specs[SCHEDULES];
    int kills = argc > 1 ? atoi(argv[1]) : 50;
    world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    begin = at(22, 12, 0);
    rpa_zone_open("Europe/London", &zone, NULL);
    specs_of(specs, zone);
    struct found found = try(specs, kills, false);
    ok(found.kills == kills && found.ticks > kills && !found.doubled &&
           !found.lost,
       "killed %d times over %d ticks: %d started twice, %d not decided",
       found.kills, found.ticks, found.doubled, found.lost);
    ok(found.unmade <= found.excused,
       "%d fired and never began; killed between the word and the process: %d",
       found.unmade, found.excused);
    found = try(specs, kills, true);
    ok(found.unmade > found.excused,
       "the control: tick and run in two transactions lose %d of %d",
       found.unmade - found.excused, found.ticks);
    munmap(world, sizeof *world);
    rpa_zone_free(zone);
    return tap_done();
}
