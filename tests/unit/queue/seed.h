/* A work queue under test, and short words for what is done with it. */
#ifndef RPA_TESTS_UNIT_QUEUE_SEED_H
#define RPA_TESTS_UNIT_QUEUE_SEED_H

#include "../tmpdir.h"
#include "rpa/queue/queue.h"
#include "tap.h"

#include "rpa/base/buf.h"

#include <stdarg.h>

static struct rpa_err err;
static struct rpa_queues *q;
static rpa_time now = 1795305600000000; /* 2026-11-22T00:00:00Z */

__attribute__((unused)) static const struct rpa_who sian = { RPA_WHO_OPERATOR, "sian" };
__attribute__((unused)) static const struct rpa_who owen = { RPA_WHO_OPERATOR, "owen" };
__attribute__((unused)) static const struct rpa_who bot = { RPA_WHO_BOT, "rekey" };

__attribute__((unused)) static int64_t seconds(int64_t s)
{
    return s * 1000000;
}

static void must_open(void)
{
    if (rpa_queues_open(tmpdir, &q, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
}

__attribute__((unused)) static void reopen(void)
{
    rpa_queues_close(q);
    must_open();
}

/* a queue of the name, with policy "knob=value …" set */
__attribute__((unused)) static void make(const char *name, const char *schema, ...)
{
    struct rpa_queue_policy policy;
    va_list ap;
    rpa_queue_policy_default(&policy);
    va_start(ap, schema);
    for (const char *knob; (knob = va_arg(ap, const char *));)
        if (rpa_queue_policy_set(&policy, knob, va_arg(ap, int), &err) < 0)
            printf("# %s\n", err.msg);
    va_end(ap);
    if (rpa_queue_create(q, name, &policy, schema, sian, now, &err) < 0)
        printf("# %s\n", err.msg);
}

__attribute__((unused)) static int64_t add(const char *queue, const char *reference)
{
    int64_t item = 0;
    const struct rpa_work_new work = { .reference = reference,
                                       .payload = "{\"Surname\":\"O'Brien\"}",
                                       .payload_len = 21 };
    int r = rpa_work_add(q, queue, &work, sian, now, NULL, &item, &err);
    return r < 0 ? r : item;
}

__attribute__((unused)) static int claim(const char *queue, struct rpa_claim *c)
{
    rpa_claim_clear(c);
    return rpa_work_claim(q, queue, bot, "sian", 7, now, c, &err);
}

/* where the item stands then, or a negative code */
__attribute__((unused)) static int end(struct rpa_claim *c, enum rpa_work_outcome outcome)
{
    enum rpa_work_state state = 0;
    const struct rpa_work_end how = {
        .outcome = outcome, .detail = "CR26/000001", .detail_len = 11,
        .until_us = now + seconds(600),
    };
    int r = rpa_work_settle(q, c, &how, now, &state, &err);
    return r < 0 ? r : (int)state;
}

__attribute__((unused)) static enum rpa_work_state state_of(int64_t item)
{
    struct rpa_work_info info;
    return rpa_work_info(q, item, &info, &err) < 0 ? 0 : info.state;
}

static int tell_step(void *data, const struct rpa_work_step *step)
{
    struct rpa_buf *out = data;
    const char *from = rpa_work_state_name(step->from);
    rpa_buf_printf(out, "%s>%s %s %s:%s%s; ", from ? from : "",
                   rpa_work_state_name(step->to), step->why,
                   rpa_who_kind_name(step->who.kind), step->who.name,
                   step->has_detail ? " +" : "");
    return 0;
}

__attribute__((unused)) static void is_history(int64_t item, const char *want)
{
    struct rpa_buf out = { 0 };
    rpa_work_history(q, item, tell_step, &out, &err);
    is_str(out.data, want, "its history");
    rpa_buf_clear(&out);
}

/* end all leases, so that the next test has none */
__attribute__((unused)) static void settle_all(void)
{
    struct rpa_work_orphan o;
    while (rpa_work_lost(q, INT64_MAX, &o, &err) == 1) {
        const struct rpa_work_end how = { .outcome = o.marked
                                              ? RPA_WORK_END_DOUBT
                                              : RPA_WORK_END_RELEASED };
        if (rpa_work_settle(q, &o.claim, &how, now, NULL, &err) < 0)
            break;
    }
}

#endif
