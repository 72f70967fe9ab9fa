/* The work queue and the clock: it is set, and it passes midnights. */
#include "seed.h"

/* set while an item is in hand: nobody else gets it, and nothing is pressed that
 * another might have pressed as well */
static void test_clock_step(void)
{
    struct rpa_claim c = { 0 }, other = { 0 };
    struct rpa_work_orphan o;
    rpa_time then = now;
    settle_all();
    make("clock", NULL, "backoff_ms", 1, NULL);
    add("clock", "R-1");
    claim("clock", &c);
    now -= seconds(3600);
    is_int(rpa_work_lost(q, now, &o, &err), 0, "an hour back: its lease holds");
    is_int(claim("clock", &other), -RPA_ENOTFOUND, "and nobody else has it");
    is_int(rpa_work_mark(q, &c, now, &err), 0, "it may file");
    ok(rpa_work_extend(q, &c, now, &err) == 0 && c.lease_us == now + seconds(90),
       "and its lease is of the new time");
    is_int(end(&c, RPA_WORK_END_DONE), RPA_WORK_DONE, "done");
    add("clock", "R-2");
    claim("clock", &c);
    now += seconds(86400);
    is_int(rpa_work_mark(q, &c, now, &err), -RPA_EEXPIRED,
           "a day forward: it may not file");
    is_int(rpa_work_lost(q, now, &o, &err), 1, "its lease is over");
    const struct rpa_work_end lost = { .outcome = RPA_WORK_END_LOST };
    rpa_work_settle(q, &o.claim, &lost, now, NULL, &err);
    now += seconds(1);
    ok(claim("clock", &other) == 0 && other.token > c.token, "another has it");
    is_int(end(&c, RPA_WORK_END_DONE), -RPA_EEXPIRED, "and who had it does not");
    is_int(end(&other, RPA_WORK_END_DONE), RPA_WORK_DONE, "done");
    now = then;
    rpa_claim_clear(&c);
    rpa_claim_clear(&other);
}

/* a deferral is to a moment, whatever the clock on the wall says around it */
static void test_defer(void)
{
    static const struct {
        const char *name, *from, *until;
        int64_t s;
    } cases[] = {
        { "over midnight", "2026-11-22T23:59:30Z", "2026-11-23T00:00:30Z", 60 },
        { "over the year", "2026-12-31T23:00:00Z", "2027-01-01T01:00:00Z", 7200 },
        { "clocks go forward", "2026-03-29T00:30:00+00:00",
          "2026-03-29T02:30:00+01:00", 3600 },
        { "clocks go back", "2026-10-25T01:30:00+01:00",
          "2026-10-25T01:30:00+00:00", 3600 },
    };
    struct rpa_claim c = { 0 };
    rpa_time then = now, due = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[24];
        snprintf(name, sizeof name, "defer-%zu", i);
        make(name, NULL, NULL);
        now = rpa_time_parse(cases[i].from);
        add(name, "R-1");
        claim(name, &c);
        const struct rpa_work_end later = {
            .outcome = RPA_WORK_END_DEFERRED,
            .until_us = rpa_time_parse(cases[i].until),
        };
        is_int(rpa_work_settle(q, &c, &later, now, NULL, &err), 0, cases[i].name);
        ok(rpa_queues_due(q, &due, &err) == 0 && due == now + seconds(cases[i].s),
           "due in %lld s", (long long)cases[i].s);
        now += seconds(cases[i].s) - 1;
        is_int(claim(name, &c), -RPA_ENOTFOUND, "not before");
        now++;
        ok(claim(name, &c) == 0 && end(&c, RPA_WORK_END_DONE) == RPA_WORK_DONE,
           "then");
    }
    now = then;
    rpa_claim_clear(&c);
}

int main(void)
{
    tmp_begin();
    must_open();
    test_clock_step();
    test_defer();
    rpa_queues_close(q);
    return tap_done();
}
