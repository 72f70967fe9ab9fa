#ifndef RPA_CONFIG_BUDGET_H
#define RPA_CONFIG_BUDGET_H

#include <stddef.h>
#include <stdint.h>

#define RPA_BUDGET_MAX 600

/** Commit acts on a target: when the last of them were, in rpa_mono_us() time. */
struct rpa_budget {
    int64_t spent_us[RPA_BUDGET_MAX];
    size_t n;
};

/** How long the next commit act must wait; 0: not at all. */
int64_t rpa_budget_wait_us(const struct rpa_budget *budget, int64_t per_minute,
                           int64_t now_us);
void rpa_budget_spend(struct rpa_budget *budget, int64_t now_us);

#endif
