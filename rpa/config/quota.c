/* What a run may take of the machine: defaults, rpa.conf, the manifest. */
#include "rpa/config/quota.h"
#include "rpa/config/faults.h"
#include "rpa/config/schema_row.h"

#include <stddef.h>
#include <stdlib.h>

#define LIMIT(name, unit_, least_, most_, default_, doc)                       \
    ROW(INT, name, false, doc, .unit = unit_, .least = least_, .most = most_,  \
        .otherwise = default_)

const struct rpa_schema rpa_quota_rows[] = {
    LIMIT("bot_memory_mib", "MiB", 8, 65536, "256", "the bot's memory"),
    LIMIT("bot_cpu_s", "s", 1, 1000000, "3600",
          "what the bot computes itself, its waits not counted"),
    LIMIT("app_memory_mib", "MiB", 16, 1 << 26, "2048",
          "the memory of each process of the application"),
    LIMIT("app_cpu_s", "s", 1, 1000000, "36000",
          "what each process of the application computes"),
    LIMIT("app_processes", "processes", 4, 100000, "256",
          "how many the application is, threads counted; as root"),
    END,
};

const struct rpa_schema rpa_schema_limits = {
    "limits", RPA_SCHEMA_MAP, false, rpa_quota_rows,
    "what a run may take of the machine"
};

static const size_t places[] = {
    offsetof(struct rpa_quota, bot_memory_mib),
    offsetof(struct rpa_quota, bot_cpu_s),
    offsetof(struct rpa_quota, app_memory_mib),
    offsetof(struct rpa_quota, app_cpu_s),
    offsetof(struct rpa_quota, app_processes),
};

/* the smallest that any file says; false: none does */
static bool said_least(cbor_item_t *const *confs, size_t n, const char *name,
                       int64_t *ret)
{
    bool known = false;
    int64_t said;
    for (size_t i = 0; i < n; i++)
        if (rpa_msg_int(rpa_msg_get(confs[i], "limits"), name, &said)) {
            *ret = !known || said < *ret ? said : *ret;
            known = true;
        }
    return known;
}

int rpa_quota_read(cbor_item_t *const *confs, size_t n,
                    const cbor_item_t *manifest, struct rpa_quota *ret,
                    struct rpa_err *err)
{
    struct rpa_faults f = { 0 };
    for (size_t i = 0; rpa_quota_rows[i].name; i++) {
        int64_t most = strtoll(rpa_quota_rows[i].otherwise, NULL, 10), asked = 0;
        bool known = said_least(confs, n, rpa_quota_rows[i].name, &most);
        if (rpa_msg_int(rpa_msg_get(manifest, "limits"), rpa_quota_rows[i].name, &asked) &&
            asked > most)
            rpa_fault(&f, "limits: %s: %lld is more than the %lld of %s",
                      rpa_quota_rows[i].name, (long long)asked, (long long)most,
                      known ? "rpa.conf" : "an rpa.conf that says nothing");
        *(int64_t *)((char *)ret + places[i]) = asked ? asked : most;
    }
    return rpa_faults_end(&f, RPA_EPERM, "the bot asks for more than it may "
                                         "have", err);
}
