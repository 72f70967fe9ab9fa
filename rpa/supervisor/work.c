/* The queue's side of a run: its queues, the lease of what it has in hand, what
 * it adds. next.c has what it is given. */
#include "rpa/supervisor/hold.h"

#include <stdlib.h>
#include <string.h>

int work_stored(int r, struct rpa_err *err)
{
    if (r != -RPA_EIO && r != -RPA_ENOMEM)
        return r;
    err->code = RPA_EAUDIT;
    return -RPA_EAUDIT;
}

struct rpa_who work_bot(const struct run *run)
{
    return (struct rpa_who){ RPA_WHO_BOT, run->options->bundle->name };
}

static const cbor_item_t *named_queue(const struct run *run, const char *name)
{
    return rpa_msg_get(rpa_msg_get(run->options->bundle->manifest, "queues"),
                       name);
}

int work_queue(const struct run *run, const cbor_item_t *args,
               char name[static RPA_QUEUE_NAME_MAX + 1], struct rpa_err *err)
{
    if (!rpa_msg_copy(args, "queue", name, RPA_QUEUE_NAME_MAX + 1))
        return rpa_fail(err, RPA_EINVAL, "a queue wants a name");
    if (named_queue(run, name))
        return 0;
    rpa_fail(err, RPA_EPERM, "the manifest names no queue '%s'", name);
    return rpa_err_hint(err, "add it there: queues = { [\"%s\"] = {} }", name);
}

/* ---- the queues of the manifest ---- */

static int policy_of(const struct run *run, const cbor_item_t *said,
                     struct rpa_queue_policy *policy, struct rpa_err *err)
{
    size_t n;
    int64_t value;
    char name[64];
    struct cbor_pair *pairs = rpa_cbor_pairs(said, &n);
    rpa_queue_policy_default(policy);
    policy->horizon_ms = run->options->policy->commit_horizon_s * 1000;
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        size_t len;
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        if (!key || len >= sizeof name ||
            !rpa_cbor_get_int(pairs[i].value, &value))
            continue; /* the schema of payloads */
        memcpy(name, key, len);
        name[len] = '\0';
        r = rpa_queue_policy_set(policy, name, value, err);
    }
    return r;
}

static int create(struct run *run, const char *name, const cbor_item_t *said,
                  struct rpa_err *err)
{
    struct rpa_queue_policy policy;
    char *schema = rpa_msg_dup(said, "schema");
    int r = policy_of(run, said, &policy, err);
    if (r == 0)
        r = rpa_queue_create(run->queues, name, &policy, schema, work_bot(run),
                             rpa_now_us(), err);
    free(schema);
    return r == -RPA_EEXIST ? 0 : r; /* a person's policy stands */
}

/* @call for each queue of the manifest, with what that says of it; ends at the
 * first that is not 0 */
static int each_queue(struct run *run,
                      int (*call)(struct run *run, const char *name,
                                  const cbor_item_t *said, struct rpa_err *err),
                      struct rpa_err *err)
{
    size_t n, len;
    int r = 0;
    struct cbor_pair *pairs = rpa_cbor_pairs(
        rpa_msg_get(run->options->bundle->manifest, "queues"), &n);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const char *key = rpa_cbor_text(pairs[i].key, &len);
        char *name = key ? strndup(key, len) : NULL;
        r = name ? call(run, name, pairs[i].value, err)
                 : rpa_fail(err, RPA_ENOMEM, "no memory for a queue's name");
        free(name);
    }
    return r;
}

/* Whoever writes a manifest names any queue in it. So a queue for trials is one
 * that an operator made so, and its items are never LIVE. */
static int check_trial(struct run *run, const char *name,
                       const cbor_item_t *said, struct rpa_err *err)
{
    struct rpa_queue_left left = { 0 };
    bool tried = run->options->tried;
    (void)said;
    int r = rpa_queue_left(run->queues, name, &left, err);
    if (r < 0 && !(tried && r == -RPA_ENOTFOUND))
        return r;
    if (tried && !left.trial) {
        rpa_fail(err, RPA_EPERM, "a bot that its author tries gets no item of "
                                 "the queue %s, and adds none", name);
        return rpa_err_hint(err, "an operator may run it, or make a queue for "
                                 "trials: rpa queue create QUEUE --set trial=1");
    }
    if (left.trial && !strcmp(run->options->policy->mode, "LIVE"))
        return rpa_fail(err, RPA_EPERM, "the queue %s is for trials, and this "
                                        "run is LIVE", name);
    return 0;
}

int work_prepare(struct run *run, struct rpa_err *err)
{
    int r = run->options->tried ? 0 : each_queue(run, create, err);
    return r < 0 ? r : each_queue(run, check_trial, err);
}

static int is_ready(struct run *run, const char *name, const cbor_item_t *said,
                    struct rpa_err *err)
{
    struct rpa_queue_left left;
    (void)said;
    int r = rpa_queue_left(run->queues, name, &left, err);
    return r < 0 ? r : !left.paused && left.ready > 0;
}

bool work_ready(struct run *run)
{
    struct rpa_err err;
    return each_queue(run, is_ready, &err) > 0;
}

/* ---- the lease ---- */

static int on_beat(sd_event_source *source, uint64_t usec, void *data);

/* again when two ninths of the lease are over, every 20 s of 90 s; for a silent
 * bot when all of it is */
int work_keep(struct run *run, struct rpa_err *err)
{
    int64_t us = run->claim.lease_us - rpa_now_us();
    if (!run->silent)
        us = us * 2 / 9;
    run->beat = sd_event_source_disable_unref(run->beat);
    if (sd_event_add_time_relative(run->loop, &run->beat, CLOCK_BOOTTIME,
                                   us > 0 ? (uint64_t)us : 0, 1000, on_beat,
                                   run) < 0)
        return rpa_fail(err, RPA_EIO, "starting a timer");
    return 0;
}

/* It is gone as if it had died, and its item is settled so. */
static void give_up(struct run *run)
{
    struct rpa_err err;
    rpa_fail(&err, RPA_ETIMEOUT,
             "the bot made no call while the lease of item %lld ran out",
             (long long)run->claim.item);
    rpa_err_hint(&err, "see what it computes there for so long; a longer lease "
                       "is the queue's lease_ms");
    run_end(run, &err);
}

static int on_beat(sd_event_source *source, uint64_t usec, void *data)
{
    struct run *run = data;
    struct rpa_err err;
    int r = 0;
    (void)source;
    (void)usec;
    if (run->silent && run->claim.lease_us <= rpa_now_us()) {
        give_up(run);
        return 0;
    }
    if (!run->silent)
        r = rpa_work_extend(run->queues, &run->claim, rpa_now_us(), &err);
    if (r == 0)
        r = work_keep(run, &err);
    if (work_stored(r, &err) == -RPA_EAUDIT)
        run_fail_stop(run, &err);
    return 0;
}

int work_mark(struct run *run, struct rpa_err *err)
{
    return work_stored(rpa_work_mark(run->queues, &run->claim, rpa_now_us(), err),
                  err);
}

/* it is marked only as long as a commit act may be out */
int work_settle(struct run *run, const struct rpa_work_end *end,
                struct rpa_err *err)
{
    rpa_time now = rpa_now_us();
    struct rpa_work_end at = *end;
    if (at.until_us && at.until_us <= now) /* it came while it was rowed */
        at.until_us = now + 1;
    int r = run->commit ? 0
                        : rpa_work_unmark(run->queues, &run->claim, now, err);
    if (r == 0)
        r = rpa_work_settle(run->queues, &run->claim, &at, now, NULL, err);
    return work_stored(r, err);
}

void work_let_go(struct run *run, enum hand hand)
{
    run->beat = sd_event_source_disable_unref(run->beat);
    rpa_claim_clear(&run->claim);
    run->hand = hand;
    run->grp = run->purpose = 0;
    run->commit = run->change = 0;
}

/* ---- items in ---- */

static int read_work(const cbor_item_t *args, struct rpa_work_new *work,
                     char reference[static RPA_WORK_REFERENCE_MAX + 1],
                     struct rpa_err *err)
{
    static const char *const times[] = { "deadline", "not_before" };
    rpa_time *to[] = { &work->deadline_us, &work->not_before_us };
    char when[40];
    if (!rpa_msg_copy(args, "reference", reference, RPA_WORK_REFERENCE_MAX + 1))
        return rpa_fail(err, RPA_EINVAL, "an item wants a reference");
    work->reference = reference;
    work->payload = rpa_msg_str(args, "payload", &work->payload_len);
    if (!work->payload)
        return rpa_fail(err, RPA_EINVAL, "an item wants a payload");
    rpa_msg_int(args, "priority", &work->priority);
    for (size_t i = 0; i < 2; i++)
        if (rpa_msg_get(args, times[i]) &&
            (!rpa_msg_copy(args, times[i], when, sizeof when) ||
             !(*to[i] = rpa_time_parse(when)))) {
            rpa_fail(err, RPA_EINVAL, "%s is no time", times[i]);
            return rpa_err_hint(err, "such as 2026-11-22T04:00:00Z");
        }
    return 0;
}

int queue_add(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
              struct rpa_err *err)
{
    char queue[RPA_QUEUE_NAME_MAX + 1], reference[RPA_WORK_REFERENCE_MAX + 1];
    struct rpa_work_new work = { 0 };
    struct rpa_buf faults = { 0 };
    int64_t item = 0;
    int r = work_queue(run, args, queue, err);
    if (r == 0)
        r = read_work(args, &work, reference, err);
    if (r == 0)
        r = rpa_work_add(run->queues, queue, &work, work_bot(run), rpa_now_us(),
                         &faults, &item, err);
    if (r == -RPA_EINVAL && faults.len)
        rpa_err_seen(err, "%s", faults.data);
    rpa_buf_clear(&faults);
    if (r == 0) {
        rpa_msg_put_int(reply, "item", item);
        hold_wake(run->sup);
    }
    return work_stored(r, err);
}

int queue_state(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                struct rpa_err *err)
{
    char queue[RPA_QUEUE_NAME_MAX + 1], reference[RPA_WORK_REFERENCE_MAX + 1];
    struct rpa_work_info info;
    int64_t item;
    int r = work_queue(run, args, queue, err);
    if (r == 0 && !rpa_msg_copy(args, "reference", reference, sizeof reference))
        r = rpa_fail(err, RPA_EINVAL, "an item has a reference");
    if (r == 0)
        r = rpa_work_find(run->queues, queue, reference, &item, err);
    if (r == -RPA_ENOTFOUND)
        return 0; /* no "state": it is not there */
    if (r == 0)
        r = rpa_work_info(run->queues, item, &info, err);
    if (r == 0)
        rpa_msg_put_str(reply, "state", rpa_work_state_name((int)info.state));
    return r;
}
