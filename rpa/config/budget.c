/* A budget: a ring of the last commit acts. */
#include "rpa/config/budget.h"

#define MINUTE_US 60000000

int64_t rpa_budget_wait_us(const struct rpa_budget *budget, int64_t per_minute,
                           int64_t now_us)
{
    size_t most = (size_t)per_minute;
    if (!most || budget->n < most)
        return 0;
    int64_t first_us = budget->spent_us[(budget->n - most) % RPA_BUDGET_MAX];
    int64_t wait_us = first_us + MINUTE_US - now_us;
    return wait_us > 0 ? wait_us : 0;
}

void rpa_budget_spend(struct rpa_budget *budget, int64_t now_us)
{
    budget->spent_us[budget->n++ % RPA_BUDGET_MAX] = now_us;
}
