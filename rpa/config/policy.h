#ifndef RPA_CONFIG_POLICY_H
#define RPA_CONFIG_POLICY_H

#include "rpa/base/time.h"
#include "rpa/config/budget.h"
#include "rpa/config/bundle.h"
#include "rpa/config/quota.h"
#include "rpa/sched/window.h"

#define RPA_MODES "LIVE|TRNG|DEMO"
#define RPA_CHANGES "approved"
/** Of failures and confirmations; of all screens shown to the bot as well. */
#define RPA_PICTURES "none|failure|screens"
#define RPA_OUTAGES_MAX 32
#define RPA_HOSTS_MAX 4

/** What rpa.conf says of the target of a run, all files together. */
struct rpa_policy {
    char target[64];           /* "" if the bot names none */
    char mode[8];              /* the run's: LIVE, TRNG or DEMO */
    int64_t per_minute;        /* commit acts; 0: no limit */
    int64_t commit_horizon_s;
    int64_t slow_ms;           /* answered later than this, it is slow; 0: never */
    char hosts[RPA_HOSTS_MAX][128]; /* that its commit acts go to */
    size_t nhosts;
    struct rpa_window outages[RPA_OUTAGES_MAX];
    size_t noutages;
    struct rpa_zone *zone; /* by whose clocks they are: UK time */
    cbor_item_t *networks; /* a list a file that names hosts */
    char *authority;       /* PEM; NULL: the system's */
    char proxy[256];       /* "": none */
    struct rpa_quota quota;
    cbor_item_t *said; /* the tables themselves, for the audit; NULL: none */
};

/**
 * Hold @bundle against what the @n files of rpa.conf say of its target, and
 * complete its map with their repertoire, folds and mode_at.
 *
 * Every file's word counts: a bot may name only windows and hosts that all of
 * them allow, the smallest budget holds, all outages do, the longest horizon
 * does. What a file and the screen map, or two files, say differently of
 * characters is an error: nothing wins.
 *
 * Shape:  @required: some file must know the target. @mode is for a chunk, whose manifest names none; NULL for TRNG.
 * Owns:   end @ret with rpa_policy_clear().
 * Errors: RPA_EINVAL the map, or files that do not agree; RPA_EPERM what the
 *         bot may not, all of it at once.
 */
int rpa_policy_read(cbor_item_t *const *confs, size_t n, bool required,
                    const char *mode, struct rpa_bundle *bundle,
                    struct rpa_policy *ret, struct rpa_err *err);
void rpa_policy_clear(struct rpa_policy *policy);

/** RPA_EENV while the target is down; the hint says until when. */
int rpa_policy_check_time(const struct rpa_policy *policy, rpa_time now,
                          struct rpa_err *err);

/** @t as the clocks of the UK show it: "14:03:20". */
char *rpa_policy_clock(const struct rpa_policy *policy, rpa_time t,
                       char out[static 9]);

/** "HOST", "HOST:PORT" or "HOST:*"; "http://" before it: without TLS. */
bool rpa_policy_is_host(const char *text);
/** Does a host of rpa.conf allow the one a manifest names? */
bool rpa_policy_host_covers(const char *allowed, const char *named);

#endif
