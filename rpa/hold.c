/* What must wait: commit acts over the target's budget, and all that is new
 * while the target is down. What is in hand is finished. */
#include "rpa/supervisor.h"
#include "rpa/base/utf8.h"
#include "rpa/frame.h"

#include <stdlib.h>
#include <string.h>

/* What all runs on a target have spent of its budget. */
struct spending {
    struct spending *next;
    char target[64];
    struct rpa_budget budget;
};

struct rpa_budget *hold_budget(struct supervisor *sup, const char *target)
{
    struct spending *one = sup->spending;
    while (one && strcmp(one->target, target) != 0)
        one = one->next;
    if (!one && (one = calloc(1, sizeof *one))) {
        rpa_str_copy(one->target, sizeof one->target, target);
        one->next = sup->spending;
        sup->spending = one;
    }
    return one ? &one->budget : NULL;
}

void hold_forget(struct supervisor *sup)
{
    while (sup->spending) {
        struct spending *next = sup->spending->next;
        free(sup->spending);
        sup->spending = next;
    }
}

static bool is_commit(const cbor_item_t *msg)
{
    size_t n;
    struct frame frame;
    struct rpa_audit_row row;
    cbor_item_t **rows = rpa_msg_array(msg, "intent", &n);
    return n == 1 && frame_row(rows[0], &frame, &row, NULL) == 0 &&
           row.kind == RPA_AUDIT_COMMIT;
}

static int on_due(sd_event_source *source, uint64_t usec, void *data)
{
    struct run *run = data;
    cbor_item_t *msg = run->held;
    (void)usec;
    run->held = NULL;
    run->held_until = sd_event_source_disable_unref(source);
    if (run->client) /* else the driver has left */
        client_give(run->client, msg);
    rpa_msg_free(&msg);
    return 0;
}

/* The driver waits for its ack, whose deadline begins with the ack; whether the
 * screen is still the same it sees for itself, as always. */
int hold_msg(struct run *run, const cbor_item_t *msg, int64_t us,
             struct rpa_err *err)
{
    if (sd_event_add_time_relative(run->loop, &run->held_until,
                                   CLOCK_BOOTTIME, (uint64_t)us, 1000, on_due,
                                   run) < 0)
        return rpa_fail(err, RPA_EIO, "starting a timer");
    run->held = cbor_incref((cbor_item_t *)msg);
    return 0;
}

int hold_intent(struct run *run, const cbor_item_t *msg, struct rpa_err *err)
{
    const struct rpa_policy *p = run->options->policy;
    if (!is_commit(msg))
        return 0;
    struct rpa_budget *budget = hold_budget(run->sup, p->target);
    if (!budget)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a budget");
    int64_t now_us = rpa_mono_us(),
            wait_us = rpa_budget_wait_us(budget, p->per_minute, now_us);
    if (wait_us) {
        run_log(run, RPA_LOG_INFO,
                "the budget of %s is %lld commit acts a minute: waiting %.1f s",
                p->target, (long long)p->per_minute, (double)wait_us / 1e6);
        int r = hold_msg(run, msg, wait_us, err);
        return r < 0 ? r : 1;
    }
    int r = run->hand == HAND_ITEM ? 0 : rpa_policy_check_time(p, rpa_now_us(), err);
    if (r == 0)
        rpa_budget_spend(budget, now_us);
    return r;
}

void hold_items(struct run *run)
{
    struct rpa_err down;
    if (run->stopping ||
        rpa_policy_check_time(run->options->policy, rpa_now_us(), &down) == 0)
        return;
    run->stopping = true;
    run_log(run, RPA_LOG_WARN, "%s: no more items are begun", down.msg);
}

void hold_wake(struct supervisor *sup)
{
    for (struct run *run = sup->runs; run; run = run->next)
        if (run->held_until && run->wait_until_us)
            sd_event_source_set_time(run->held_until, 0);
}

void hold_clear(struct run *run)
{
    run->held_until = sd_event_source_disable_unref(run->held_until);
    rpa_msg_free(&run->held);
}
