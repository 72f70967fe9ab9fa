#include "priv.h"
#include "rpa/vault/crypto.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const int64_t DAY_MS = 24 * 3600 * 1000;

/* Every knob of a queue: its name, what it starts with, what is allowed. */
static const struct knob {
    const char *name;
    size_t at;
    int64_t start, min, max;
} knobs[] = {
#define KNOB(name, start, min, max)                                            \
    { #name, offsetof(struct rpa_queue_policy, name), start, min, max }
    KNOB(max_attempts, 3, 1, 100),
    KNOB(retry, 1, 0, 2),
    KNOB(backoff_ms, 30000, 1, DAY_MS),
    KNOB(backoff_max_ms, 1800000, 1, DAY_MS),
    KNOB(lease_ms, 90000, 50, DAY_MS),
    KNOB(locked_tries, 3, 1, 100),
    KNOB(locked_ms, 10000, 1, DAY_MS),
    KNOB(locked_defer_ms, 1800000, 1, DAY_MS),
    KNOB(pause_after, 5, 0, 1000),
    KNOB(horizon_ms, 120000, 0, DAY_MS),
    KNOB(second_person, 0, 0, 1),
    KNOB(trial, 0, 0, 1),
    KNOB(reviewed, 0, 0, 1),
#undef KNOB
};
enum { KNOBS = sizeof knobs / sizeof *knobs };

static int64_t *value_of(const struct rpa_queue_policy *policy,
                         const struct knob *knob)
{
    return (int64_t *)((char *)policy + knob->at);
}

void rpa_queue_policy_default(struct rpa_queue_policy *policy)
{
    for (size_t i = 0; i < KNOBS; i++)
        *value_of(policy, &knobs[i]) = knobs[i].start;
}

static int check(const struct knob *knob, int64_t value, struct rpa_err *err)
{
    if (value >= knob->min && value <= knob->max)
        return 0;
    return rpa_fail(err, RPA_EINVAL,
                    "a queue's %s is from %lld to %lld, not %lld", knob->name,
                    (long long)knob->min, (long long)knob->max,
                    (long long)value);
}

int rpa_queue_policy_set(struct rpa_queue_policy *policy, const char *name,
                         int64_t value, struct rpa_err *err)
{
    if (!strcmp(name, "reviewed")) {
        rpa_fail(err, RPA_EPERM, "no queue is set to hold approved changes");
        return rpa_err_hint(err, "what is approved makes that of its target: "
                                 "rpa review decide");
    }
    for (size_t i = 0; i < KNOBS; i++)
        if (!strcmp(knobs[i].name, name)) {
            int r = check(&knobs[i], value, err);
            if (r == 0)
                *value_of(policy, &knobs[i]) = value;
            return r;
        }
    struct rpa_buf names = { 0 };
    for (size_t i = 0; i < KNOBS; i++)
        rpa_buf_printf(&names, "%s%s", i ? ", " : "", knobs[i].name);
    rpa_fail(err, RPA_EINVAL, "a queue has no setting '%.64s'", name);
    rpa_err_hint(err, "it has %s", names.data ? names.data : "others");
    rpa_buf_clear(&names);
    return -RPA_EINVAL;
}

int policy_check(const struct rpa_queue_policy *policy, struct rpa_err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < KNOBS; i++)
        r = check(&knobs[i], *value_of(policy, &knobs[i]), err);
    return r;
}

char *policy_dump(const struct rpa_queue_policy *policy)
{
    json_t *json = json_object();
    for (size_t i = 0; json && i < KNOBS; i++)
        json_object_set_new(json, knobs[i].name,
                            json_integer(*value_of(policy, &knobs[i])));
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    return text;
}

/* a knob that came later has its start value in an older queue */
int policy_load(const char *text, struct rpa_queue_policy *ret,
                struct rpa_err *err)
{
    json_t *json = json_loads(text, 0, NULL);
    if (!json)
        return rpa_fail(err, RPA_ETAMPER, "a queue's policy was changed");
    rpa_queue_policy_default(ret);
    for (size_t i = 0; i < KNOBS; i++) {
        json_t *value = json_object_get(json, knobs[i].name);
        if (json_is_integer(value))
            *value_of(ret, &knobs[i]) = json_integer_value(value);
    }
    json_decref(json);
    return policy_check(ret, err) < 0
               ? rpa_fail(err, RPA_ETAMPER, "a queue's policy was changed")
               : 0;
}

/* half of it fixed and half by chance, so that what failed together does not
 * come back together; never above the maximum */
int64_t policy_delay_us(const struct rpa_queue_policy *policy, int64_t spent)
{
    int64_t ms = policy->backoff_ms;
    for (int64_t i = 1; i < spent && ms < policy->backoff_max_ms; i++)
        ms *= 2;
    if (ms > policy->backoff_max_ms)
        ms = policy->backoff_max_ms;
    uint32_t chance;
    rpa_random(&chance, sizeof chance);
    int64_t half_us = ms * 1000 / 2;
    return half_us + (int64_t)((double)half_us * chance / UINT32_MAX);
}
