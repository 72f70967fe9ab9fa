#ifndef RPA_SUPERVISOR_ORDER_H
#define RPA_SUPERVISOR_ORDER_H

#include "rpa/supervisor/supervisor.h"

#define ORDER_TEXTS 10

/**
 * An order: everything about a run that somebody wants, as one message, so that
 * it may be carried out by this process or by a daemon. Whoever makes it reads
 * the bot, its map and rpa.conf (eval.h); whoever carries it out checks them,
 * finds the bot's name and hash (bundle.h) and holds all against each other
 * (policy.h).
 */
struct order {
    struct rpa_bundle bundle;
    struct rpa_policy policy;
    struct rpa_run_options run; /* borrows from here */
    char *texts[ORDER_TEXTS];
    size_t ntexts;
};

/** A copy of @text that lasts as long as the order does; NULL: no memory. */
const char *order_text(struct order *order, const char *text);

/** What an order is made of, beside the options of the run. */
struct order_parts {
    const struct rpa_bundle *bundle;
    cbor_item_t *const *confs; /* RPA_CONFS of them; NULL: no such file */
    bool target_required;
    const char *mode; /* a chunk's; NULL: not said */
};

/** {"call":"run", …}; rpa_msg_free(). NULL: no memory. */
cbor_item_t *order_make(const struct rpa_run_options *run,
                        const struct order_parts *parts);

/**
 * Have all that a run needs. @confs, RPA_CONFS of them, count in place of the
 * order's own where it comes from somebody else; NULL: its own do.
 *
 * Owns:   *@ret, until order_free().
 * Errors: RPA_EPROTO no order; those of rpa_schema_check(), rpa_bundle_finish()
 *         and rpa_policy_read(), and RPA_EENV the target is down.
 */
int order_open(const cbor_item_t *msg, cbor_item_t *const *confs,
               struct order **ret, struct rpa_err *err);
void order_free(struct order *order); /* NULL is fine */

#endif
