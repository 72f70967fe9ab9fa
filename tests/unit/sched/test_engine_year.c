/* The real engine through 2026 for a thousand schedules, against each one's
 * times computed one by one. */
#include "sim.h"

enum { SCHEDULES = 1000 };

static struct sim sim;

/* what the engine said of each: nominal times in its order */
struct seen {
    int64_t *key;
    size_t n, max;
    int started, wrong;
};
static struct seen seen[SCHEDULES];

static struct seen *seen_of(const char *name)
{
    return &seen[atoi(name + 1)];
}

static void on_row(struct sim *s, const struct rpa_sched_row *row)
{
    struct seen *one = seen_of(row->schedule);
    (void)s;
    if (one->n == one->max)
        one->key = reallocarray(one->key, one->max = 2 * one->max + 512,
                                sizeof *one->key);
    one->key[one->n++] = row->key;
    one->wrong += row->fate != RPA_SCHED_FIRED || row->at != row->due;
}

static void on_start(struct sim *s, const struct rpa_sched_start *start)
{
    struct seen *one = seen_of(start->schedule);
    one->started++;
    one->wrong += start->due != s->now;
}

/* one a day; every eighth in another zone */
static struct rpa_sched_spec spec_of(int i, struct rpa_zone *const zones[4])
{
    char name[16], cron[32];
    int minute = i * 7919 % 1440;
    snprintf(name, sizeof name, "s%d", i);
    snprintf(cron, sizeof cron, "%d %d * * *", minute % 60, minute / 60);
    struct rpa_sched_spec spec =
        sim_spec(name, cron, zones[i % 8 ? 0 : i / 8 % 4]);
    spec.hash[1] = 1;
    return spec;
}

static bool same(const struct rpa_sched_spec *spec, const struct seen *one,
                 int64_t from, int64_t to)
{
    size_t n = 0;
    for (int64_t t = from;; n++) {
        if (rpa_cron_next(&spec->plan.cron, spec->plan.zone, t, &t, NULL) < 0 ||
            t > to)
            break;
        if (n >= one->n || one->key[n] != t)
            return false;
    }
    return n == one->n && one->started == (int)n && !one->wrong;
}

int main(void)
{
    static const char *const names[] = { "Europe/London", "America/New_York",
                                         "Australia/Lord_Howe", "Asia/Tokyo" };
    static struct rpa_sched_spec specs[SCHEDULES];
    struct rpa_zone *zones[4];
    struct tm tm = { .tm_year = 126, .tm_mday = 1 };
    int64_t from = timegm(&tm), to = from + 365 * INT64_C(86400);
    struct timespec a, b;
    int differ = 0;
    for (int i = 0; i < 4; i++)
        rpa_zone_open(names[i], &zones[i], NULL);
    for (int i = 0; i < SCHEDULES; i++)
        specs[i] = spec_of(i, zones);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    sim = (struct sim){ .now = from - 1, .quiet = true, .told_late = true,
                        .takes_s = 600,
                        .on_row = on_row, .on_start = on_start };
    sim_open(&sim, NULL, "boot-1");
    sim_approve(&sim, specs, SCHEDULES);
    sim_load(&sim, specs, SCHEDULES);
    sim_run(&sim, to - 1);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    for (int i = 0; i < SCHEDULES; i++) {
        differ += !same(&specs[i], &seen[i], from - 1, to - 1);
        free(seen[i].key);
    }
    ok(differ == 0 && sim.seq == sim.started,
       "%lld ticks of 2026, each started once at its time: %d of %d schedules "
       "differ from their times one by one",
       (long long)sim.seq, differ, SCHEDULES);
    printf("# %.2f s\n", (double)(b.tv_sec - a.tv_sec) +
                             (double)(b.tv_nsec - a.tv_nsec) / 1e9);
    rpa_sched_close(sim.sched);
    for (int i = 0; i < 4; i++)
        rpa_zone_free(zones[i]);
    return tap_done();
}
