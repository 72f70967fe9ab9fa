#ifndef RPA_SUPERVISOR_PROPOSAL_H
#define RPA_SUPERVISOR_PROPOSAL_H

#include "rpa/audit/audit.h"
#include "rpa/config/people.h"
#include "rpa/queue/review.h"

/** A proposal as its row of the audit has it, whatever queue.db says by now. */
struct proposal {
    char by[PEOPLE_NAME]; /* who ordered the run, by name of that day */
    uint32_t by_uid;
    char target[RPA_QUEUE_NAME_MAX + 1];
    char mode[8]; /* of the run: LIVE, TRNG, DEMO */
};

/** The proposal of @info.
 * RPA_ETAMPER: the audit has another one, or none, of that number and content;
 * RPA_EPERM: it is from before a review kept its row there, so that nobody can tell.
 * Such a one is neither decided nor applied until its bot has proposed it again. */
int proposal_of(struct rpa_audit *audit, struct rpa_queues *queues,
                const struct rpa_review_info *info, struct proposal *ret,
                struct rpa_err *err);

#endif
