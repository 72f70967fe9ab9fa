#ifndef RPA_CONFIG_QUOTA_H
#define RPA_CONFIG_QUOTA_H

#include "rpa/config/schema.h"

/**
 * What a run may take of the machine. The kernel holds the limits (setrlimit: no
 * control group is needed, and each process has them for itself), so a bot or an application that goes on and on hurts no other run.
 *
 * Units: MiB of private memory a process, s of processor time, processes.
 */
struct rpa_quota {
    int64_t bot_memory_mib, bot_cpu_s;
    int64_t app_memory_mib, app_cpu_s;
    int64_t app_processes; /* where the application has a user of its own */
};

/** The key of rpa.conf, and of a manifest; what it holds. */
extern const struct rpa_schema rpa_schema_limits, rpa_quota_rows[];

/**
 * The smallest that the @n files of rpa.conf say, or the default; of those a
 * manifest may ask for less.
 *
 * Errors: RPA_EPERM it asks for more.
 */
int rpa_quota_read(cbor_item_t *const *confs, size_t n,
                    const cbor_item_t *manifest, struct rpa_quota *ret,
                    struct rpa_err *err);

#endif
