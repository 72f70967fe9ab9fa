#ifndef RPA_AUDIT_ITEM_H
#define RPA_AUDIT_ITEM_H

#include "rpa/audit/audit.h"

/**
 * Work items as the audit knows them: never keyed twice.
 *
 * An item's id may name a person, so only its keyed hash is stored. COMMIT and
 * OUTCOME rows of a run belong to the item the run has begun and not ended.
 */
enum rpa_item_event {
    RPA_ITEM_BEGIN = 1,
    RPA_ITEM_MARK = 2, /* before each COMMIT; again is fine */
    RPA_ITEM_DONE = 3, /* @body: the reference, if the OUTCOME had none */
    RPA_ITEM_REJECTED = 4,
    RPA_ITEM_FAILED = 5,
    RPA_ITEM_DEFERRED = 6, /* not now: it is begun again later */
    /* how a doubt ends, by a look in the target or a person's word; whoever has
     * no item in hand may say it */
    RPA_ITEM_FOUND = 7,     /* filed after all; @body: the reference */
    RPA_ITEM_ABSENT = 8,    /* certainly not filed: may be begun again */
    RPA_ITEM_CANCELLED = 9, /* nothing more is made of it */
};

enum rpa_item_state {
    RPA_ITEM_IS_NEW,      /* never heard of */
    RPA_ITEM_IS_READY,    /* begun or marked by a run that ended: not pressed */
    RPA_ITEM_IS_BEGUN,    /* by a run still open */
    RPA_ITEM_IS_MARKED,   /* by a run still open */
    RPA_ITEM_IS_IN_DOUBT, /* a commit act went out, no reference came back */
    RPA_ITEM_IS_DONE,
    RPA_ITEM_IS_REJECTED,
    RPA_ITEM_IS_FAILED,
};

struct rpa_item_info {
    enum rpa_item_state state;
    int64_t run;     /* that touched it last */
    int64_t seq;     /* its last row */
    rpa_time t_us;   /* when that was written; 0 if NEW */
    int64_t ref_seq; /* the row whose body holds the reference; 0 if none */
};

/** What is known of item @id of @queue; NEW if nothing. */
int rpa_audit_item_state(struct rpa_audit *audit, const char *queue,
                         const char *id, struct rpa_item_info *ret_info,
                         struct rpa_err *err);

/**
 * Append what happened to an item; durable with the next commit.
 *
 * Errors: BEGIN of an item that is done or held by an open run RPA_EEXIST, in
 *         doubt RPA_EDOUBT; anything out of turn RPA_EINVAL. REJECTED, FAILED
 *         and DEFERRED after a commit act without OUTCOME are rowed, but the
 *         item stays in doubt. FOUND, ABSENT and CANCELLED are for what is in
 *         doubt, or was never heard of (a queue that came from elsewhere);
 *         CANCELLED also for what failed, or was left before its commit act.
 */
int rpa_audit_item(struct rpa_audit *audit, int64_t run, int64_t grp,
                   const char *queue, const char *id, enum rpa_item_event event,
                   const void *body, size_t body_len, int64_t *ret_seq,
                   struct rpa_err *err);

/** "ready", "in_doubt" …; "begin", "mark" …; NULL for no such number. Static. */
const char *rpa_item_state_name(int state);
const char *rpa_item_event_name(int event);

#endif
