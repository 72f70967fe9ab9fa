/* What must wait: commit acts over the target's budget, and all that is new
 * while the target is down. What is in hand is finished. */
#include "rpa/supervisor/hold.h"
#include "rpa/base/utf8.h"
#include "rpa/supervisor/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOW_MOST_US 60000000

/* What all runs on a target, or on a host, have spent of its budget. */
struct spending {
    struct spending *next;
    char place[128];
    struct rpa_budget budget;
    int64_t not_before_us; /* it was slow: let it be until then */
};

static struct spending *spending_of(struct supervisor *sup, const char *place)
{
    struct spending *one = sup->spending;
    while (one && strcmp(one->place, place) != 0)
        one = one->next;
    if (!one && (one = calloc(1, sizeof *one))) {
        rpa_str_copy(one->place, sizeof one->place, place);
        one->next = sup->spending;
        sup->spending = one;
    }
    return one;
}

struct rpa_budget *hold_budget(struct supervisor *sup, const char *place)
{
    struct spending *one = spending_of(sup, place);
    return one ? &one->budget : NULL;
}

/* the target, by its name, and its hosts, which may have other names too */
static int places(const struct run *run, struct spending *list[RPA_HOSTS_MAX + 1],
                  struct rpa_err *err)
{
    const struct rpa_policy *p = run->options->policy;
    int n = 0;
    list[n++] = spending_of(run->sup, p->target);
    for (size_t i = 0; i < p->nhosts; i++)
        list[n++] = spending_of(run->sup, p->hosts[i]);
    for (int i = 0; i < n; i++)
        if (!list[i])
            return rpa_fail(err, RPA_ENOMEM, "no memory for a budget");
    return n;
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
    struct frame frame;
    struct rpa_audit_row row;
    frame_begin(&frame, rpa_msg_get(msg, "intent"));
    return frame_next(&frame, &row, NULL) > 0 && !frame.left &&
           row.kind == RPA_AUDIT_COMMIT;
}

static int on_due(sd_event_source *source, uint64_t usec, void *data)
{
    struct run *run = data;
    cbor_item_t *msg = run->held;
    (void)usec;
    run->held = NULL;
    run->held_until = sd_event_source_disable_unref(source);
    if (run->filed_us) /* so long it was not the target that was waited for */
        run->filed_us += rpa_mono_us() - run->held_us;
    if (run->client) /* else the driver has left */
        client_give(run->client, msg);
    rpa_msg_free(&msg);
    return 0;
}

/* The driver waits for its ack, whose deadline begins with the ack; whether the
 * screen is still the same it sees for itself, as always. */
int hold_msg(struct run *run, const cbor_item_t *msg, int64_t us, const char *why,
             struct rpa_err *err)
{
    if (sd_event_add_time_relative(run->loop, &run->held_until,
                                   CLOCK_BOOTTIME, (uint64_t)us, 1000, on_due,
                                   run) < 0)
        return rpa_fail(err, RPA_EIO, "starting a timer");
    run->held = cbor_incref((cbor_item_t *)msg);
    run->held_us = rpa_mono_us();
    if (why != run->held_for)
        rpa_str_copy(run->held_for, sizeof run->held_for, why);
    return 0;
}

const char *hold_why(const struct run *run)
{
    return run->held             ? run->held_for
           : pictures_full(run) ? "its pictures to be sealed"
                                : NULL;
}

/* how long until the next commit act may be, and why */
static int64_t must_wait_us(struct run *run, const struct spending *one,
                            int64_t now_us)
{
    int64_t per_minute = run->options->policy->per_minute,
            budget_us = rpa_budget_wait_us(&one->budget, per_minute, now_us),
            slow_us = one->not_before_us - now_us;
    if (slow_us > budget_us) {
        run_log(run, RPA_LOG_INFO, "%s is slow: waiting %.1f s", one->place,
                (double)slow_us / 1e6);
        snprintf(run->held_for, sizeof run->held_for, "%s, which is slow", one->place);
    } else if (budget_us) {
        run_log(run, RPA_LOG_INFO,
                "the budget of %s is %lld commit acts a minute: waiting %.1f s",
                one->place, (long long)per_minute, (double)budget_us / 1e6);
        snprintf(run->held_for, sizeof run->held_for,
                 "the budget of %s, %lld commit acts a minute", one->place,
                 (long long)per_minute);
    }
    return slow_us > budget_us ? slow_us : budget_us;
}

int hold_intent(struct run *run, const cbor_item_t *msg, struct rpa_err *err)
{
    struct spending *list[RPA_HOSTS_MAX + 1];
    if (run->options->dry || !is_commit(msg))
        return 0;
    int64_t now_us = rpa_mono_us();
    int n = places(run, list, err);
    for (int i = 0; i < n; i++) {
        int64_t wait_us = must_wait_us(run, list[i], now_us);
        if (wait_us > 0) { /* then all are asked again */
            int r = hold_msg(run, msg, wait_us, run->held_for, err);
            return r < 0 ? r : 1;
        }
    }
    int r = n < 0 || run->hand == HAND_ITEM
                ? n
                : rpa_policy_check_time(run->options->policy, rpa_now_us(), err);
    for (int i = 0; r >= 0 && i < n; i++)
        rpa_budget_spend(&list[i]->budget, now_us);
    if (r >= 0)
        run->filed_us = now_us;
    return r < 0 ? r : 0;
}

void hold_shown(struct run *run)
{
    struct spending *list[RPA_HOSTS_MAX + 1];
    struct rpa_err ignored;
    int64_t now_us = rpa_mono_us(), took_us = now_us - run->filed_us,
            slow_us = run->options->policy->slow_ms * 1000;
    bool slow = run->filed_us && slow_us && took_us > slow_us;
    run->filed_us = 0;
    int n = slow ? places(run, list, &ignored) : 0;
    for (int i = 0; i < n; i++)
        list[i]->not_before_us = now_us + (took_us < SLOW_MOST_US ? took_us
                                                                  : SLOW_MOST_US);
    if (slow)
        run_log(run, RPA_LOG_WARN, "the target took %.1f s to answer: its bots "
                                   "wait as long", (double)took_us / 1e6);
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
