/* What became of a queue between two times, from its history. */
#include "seed.h"

static int add_reasons(void *data, const char *reasons)
{
    rpa_buf_printf(data, "[%s]", reasons);
    return 0;
}

static void is_night(rpa_time from, rpa_time to, const char *want,
                     const char *name)
{
    struct rpa_queue_night n = { 0 };
    struct rpa_buf out = { 0 };
    is_int(rpa_queue_night(q, "crime", from, to, &n, &err), 0, "a night");
    for (int s = 1; s <= RPA_WORK_CANCELLED; s++)
        if (n.stand[s])
            rpa_buf_printf(&out, "%s %lld+%lld; ", rpa_work_state_name(s),
                           (long long)(n.stand[s] - n.came[s]),
                           (long long)n.came[s]);
    rpa_queue_rejects(q, "crime", from, to, add_reasons, &out, &err);
    is_str(out.data ? out.data : "", want, name);
    rpa_buf_clear(&out);
}

static void reject(struct rpa_claim *c, const char *reasons)
{
    const struct rpa_work_end how = { .outcome = RPA_WORK_END_REJECTED,
                                      .detail = reasons,
                                      .detail_len = strlen(reasons) };
    claim("crime", c);
    rpa_work_settle(q, c, &how, now, NULL, &err);
}

int main(void)
{
    struct rpa_claim c = { 0 };
    tmp_begin();
    must_open();
    make("crime", NULL, "retry", 0, "pause_after", 0, NULL);
    make("other", NULL, NULL);
    add("other", "R-1");
    rpa_time before = now;
    for (int i = 0; i < 7; i++) {
        char reference[8];
        snprintf(reference, sizeof reference, "R-%d", i);
        add("crime", reference);
    }
    now += seconds(3600);
    rpa_time first = now;
    claim("crime", &c);
    end(&c, RPA_WORK_END_DONE);
    reject(&c, "too_wide:Surname\nmissing:Town");
    claim("crime", &c);
    int64_t failed = c.item;
    end(&c, RPA_WORK_END_FAILED);
    claim("crime", &c);
    rpa_work_mark(q, &c, now, &err);
    end(&c, RPA_WORK_END_DOUBT);
    now += seconds(3600);
    rpa_time second = now;
    rpa_work_resolve(q, failed, RPA_WORK_AS_RETRY, NULL, sian, "again", now,
                     &err);
    claim("crime", &c);
    end(&c, RPA_WORK_END_DONE);
    reject(&c, "no_fold:Town");
    claim("crime", &c); /* in hand */
    now += seconds(3600);
    is_night(before - 1, before, "", "before there was any");
    is_night(before, first, "ready 0+7; ", "none was started");
    is_night(first, second,
             "ready 3+0; done 0+1; rejected 0+1; failed 0+1; in doubt 0+1; "
             "[too_wide:Surname\nmissing:Town]",
             "the first");
    is_night(second, now,
             "ready 1+0; leased 0+1; done 1+1; rejected 1+1; in doubt 1+0; "
             "[no_fold:Town]",
             "the second: what failed and was done later is done");
    is_int(rpa_queue_night(q, "none", before, now, &(struct rpa_queue_night){ 0 },
                           &err),
           -RPA_ENOTFOUND, "no such queue");
    rpa_claim_clear(&c);
    rpa_queues_close(q);
    return tap_done();
}
