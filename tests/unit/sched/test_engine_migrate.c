/* A store of version 1, where runs were beside their ticks, is taken on with all
 * that it says. */
#include "sim.h"

#include "lib/sched/schema.h"

#include <sys/stat.h>

static struct sim sim;
static struct rpa_zone *zone;

/* a has run twice: the tick of the first was dropped, that of the second is the
 * last; of a clock that went back by months it ran at that time before. b waits. c
 * is at work. d was missed after it had fired. e: not yet */
static const char before[] =
    "UPDATE meta SET told=7;"
    "INSERT INTO schedule SELECT value+1,char(97+value),x'',0,1,'',x'','',0,0,0,"
    "'','',0,0,CASE value WHEN 0 THEN 4 ELSE value+4 END FROM"
    " json_each('[0,1,2,3,4]');"
    "INSERT INTO tick VALUES(4,1,1,40,40,41,1,'',2),(5,2,1,50,50,51,1,'',3),"
    "(6,3,1,60,60,61,1,'',4),(7,4,1,70,70,73,2,'too late',5),"
    "(8,5,1,80,80,81,3,'overlaps',0);"
    "INSERT INTO run VALUES(1,1,1,10,10,15,'jo',1000,3,901,11,12,1),"
    "(2,1,1,40,40,45,'jo',1000,3,902,42,43,2),"
    "(3,2,1,50,50,55,'jo',1000,1,0,0,0,0),"
    "(4,3,1,60,60,65,'jo',1000,2,0,62,0,0),"
    "(5,4,1,70,70,72,'jo',1000,4,0,0,73,0),"
    "(6,1,1,40,40,45,'jo',1000,3,900,8,9,1)";

static void make(const char *dir)
{
    char path[64];
    struct rpa_store_kind old = diary_kind;
    struct rpa_store *store = NULL;
    struct rpa_err err = { 0 };
    old.steps = 1;
    snprintf(path, sizeof path, "%s/schedule.db", dir);
    int r = rpa_store_open(path, &old, &store, &err);
    if (r == 0)
        r = rpa_store_exec(store, before, &err);
    is_int(r, 0, err.msg);
    rpa_store_close(store);
}

static int add_run(void *data, const struct rpa_sched_ran *ran)
{
    (void)data;
    sim_log(&sim, "%s ran %d at %d to %d: %d, %d; ", ran->schedule,
            (int)ran->run, (int)ran->began, (int)ran->ended, (int)ran->outcome,
            (int)ran->audit_run);
    return 0;
}

static int add_row(void *data, const struct rpa_sched_row *row)
{
    (void)data;
    sim_log(&sim, "%d %s %d %d %s %d; ", (int)row->seq, row->schedule,
            (int)row->due, (int)row->fate, row->why, (int)row->run);
    return 0;
}

static void is_info(const char *name, int running, int waits, int last, int fate)
{
    struct rpa_sched_info info;
    rpa_sched_info(sim.sched, name, NULL, &info, NULL);
    ok(info.running == running && info.waits == waits && info.last_run == last &&
           (int)info.fate == fate,
       "%s: %d live, waits since %d, its last run %d, fate %d", name,
       (int)info.running, (int)info.waits, (int)info.last_run, (int)info.fate);
}

int main(void)
{
    char dir[] = "/tmp/rpa-sched-XXXXXX", command[64];
    struct rpa_sched_spec spec[2];
    if (!mkdtemp(dir) || rpa_zone_open("Europe/London", &zone, NULL) < 0)
        return 1;
    make(dir);
    sim.now = 100;
    ok(sim_open(&sim, dir, "boot-1"), "it is taken on");
    is_info("a", 0, 0, 2, RPA_SCHED_FIRED);
    is_info("b", 1, 50, 0, RPA_SCHED_FIRED);
    is_info("c", 1, 0, 0, RPA_SCHED_FIRED);
    is_info("d", 0, 0, 0, RPA_SCHED_MISSED);
    is_info("e", 0, 0, 0, RPA_SCHED_SKIPPED_OVERLAP);
    rpa_sched_ran(sim.sched, 1, 100, add_run, add_row, NULL, NULL);
    is_str(sim.log, "a ran 1 at 11 to 12: 1, 901; a ran 2 at 42 to 43: 2, 902; "
                    "c ran 4 at 62 to 0: 0, 0; "
                    "-6 a 10 1  1; 4 a 40 1  2; 5 b 50 1  3; 6 c 60 1  4; "
                    "7 d 70 2 too late 5; 8 e 80 3 overlaps 0; ",
           "runs and ticks as they were");
    sim.log[0] = '\0';
    spec[0] = sim_spec("b", "0 12 * * *", zone);
    spec[1] = sim_spec("c", "0 12 * * *", zone);
    sim_load(&sim, spec, 2);
    sim_advance(&sim);
    is_str(sim.log, "00:01 e overlap; 00:00 b blocked; ",
           "the audit is told what it had not; what waited is another text now");
    is_info("b", 0, 0, 0, RPA_SCHED_BLOCKED);
    is_info("c", 0, 0, 4, RPA_SCHED_FIRED);
    rpa_sched_close(sim.sched);
    rpa_zone_free(zone);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command) != 0 ? 1 : tap_done();
}
