#ifndef RPA_QUEUE_QUEUE_H
#define RPA_QUEUE_QUEUE_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"
#include "rpa/base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Queues of work items: what is to be keyed, who is at it, what became of it.
 *
 * This header is the contract; lib/queue keeps it in SQLite (queue.db of a
 * state directory), for its one owner, the supervisor. lib/queue/QUEUE.md has
 * the promises: at least once, fenced, never lost, final is final.
 *
 * Every change is durable when its function returns 0, and is a row of the
 * item's history. "Now" is an argument, in wall-clock microseconds, so that
 * tests and simulated nights choose it. A `why` is a phrase without anybody's
 * data; whatever may hold some goes into `detail`, which is sealed.
 *
 * Errors of every function: RPA_EIO and RPA_ENOMEM as usual; after RPA_EIO in a
 * change every later call fails, and the process is to end (fail-stop).
 */
struct rpa_queues; /* opaque; one thread */

enum {
    RPA_QUEUE_NAME_MAX = 64,
    RPA_QUEUE_WHY_MAX = 1000, /* characters of a reason */
    RPA_WORK_REFERENCE_MAX = 200,        /* bytes */
    RPA_WORK_PAYLOAD_MAX = 1024 * 1024, /* bytes of JSON */
};

/** Where an item stands. The numbers are stored and stay for ever. */
enum rpa_work_state {
    RPA_WORK_READY = 1,
    RPA_WORK_LEASED = 2,    /* a worker has it */
    RPA_WORK_DEFERRED = 3,  /* ready again at a time */
    RPA_WORK_DONE = 4,      /* filed, with the target's reference; final */
    RPA_WORK_REJECTED = 5,  /* the data is wrong; never retried; final */
    RPA_WORK_FAILED = 6,    /* attempts are spent; a person may retry it */
    RPA_WORK_DOUBT = 7,     /* may or may not have been filed */
    RPA_WORK_CANCELLED = 8, /* by a person; final */
};
/** "ready", "in doubt" …; NULL for a number that is none. Static. */
const char *rpa_work_state_name(int state);

/** Who does something. @kind is one of the enum, @name a person, bot or run. */
struct rpa_who {
    enum rpa_who_kind {
        RPA_WHO_OPERATOR = 1,
        RPA_WHO_BOT = 2,
        RPA_WHO_SUPERVISOR = 3,
    } kind;
    const char *name;
};
/** "operator", "bot", "supervisor". Static. */
const char *rpa_who_kind_name(int kind);

/* ---- queues ---- */

/** How a queue deals with failure. rpa_queue_policy_default() first. */
struct rpa_queue_policy {
    int64_t max_attempts; /* 1-100, default 3 */
    /** which application errors are tried again: 0 none, 1 those the bot
     * declares transient (default), 2 all */
    int64_t retry;
    int64_t backoff_ms;      /* before the second attempt, then doubled; 30 s */
    int64_t backoff_max_ms;  /* at most; 30 min */
    int64_t lease_ms;        /* a worker's, unless it says it lives; 90 s */
    int64_t locked_tries;    /* of a record another user has open; 3 */
    int64_t locked_ms;       /* between those; 10 s */
    int64_t locked_defer_ms; /* after the last of those; 30 min */
    int64_t pause_after; /* failures in a row on different items; 5, 0 never */
    int64_t horizon_ms;  /* "absent" counts only so long after; 120 s */
    int64_t second_person; /* 1: who resolves is not who ran it */
    int64_t trial; /* 1: for bots that are tried, and never LIVE */
    int64_t reviewed; /* 1: only approved changes come in, each once, and a
                         bot is given one by its review (rpa/queue/review.h) */
};
void rpa_queue_policy_default(struct rpa_queue_policy *policy);
/** Set one by its name, "max_attempts" …; RPA_EINVAL says what is allowed. */
int rpa_queue_policy_set(struct rpa_queue_policy *policy, const char *name,
                         int64_t value, struct rpa_err *err);

/**
 * Open queue.db in @state_dir, made if absent. Leases that an earlier owner
 * left are lost at once: see rpa_work_lost().
 *
 * Owns:   *@ret_queues, set on success only; end it with rpa_queues_close().
 * Errors: RPA_EEXIST another supervisor has it open, RPA_EINVAL, RPA_ENOTFOUND
 *         the root key is gone.
 */
int rpa_queues_open(const char *state_dir, struct rpa_queues **ret_queues,
                    struct rpa_err *err);
/** For looking only, beside its owner or without one: every change fails.
 * RPA_ENOTFOUND there is none. */
int rpa_queues_open_ro(const char *state_dir, struct rpa_queues **ret_queues,
                       struct rpa_err *err);
/** A copy in memory, of everything as it is now, for a trial: nobody else's
 * queues change with it. RPA_ENOTFOUND: there are none yet. */
int rpa_queues_open_copy(const char *state_dir, struct rpa_queues **ret_queues,
                         struct rpa_err *err);
void rpa_queues_close(struct rpa_queues *queues); /* NULL is fine */
/** rpa_store_tidy() of its file. */
bool rpa_queues_tidy(struct rpa_queues *queues);

/** All until rpa_queues_commit() becomes durable together, or not at all. A
 * call refused in between (RPA_EINVAL, RPA_EEXIST) leaves the rest as it is. */
int rpa_queues_begin(struct rpa_queues *queues, struct rpa_err *err);
int rpa_queues_commit(struct rpa_queues *queues, struct rpa_err *err);
void rpa_queues_rollback(struct rpa_queues *queues);

/**
 * Make a queue. @name: letters, digits, dot, dash, underscore. @schema: the
 * JSON Schema of its payloads (rpa/queue/payload.h says what is understood),
 * or NULL.
 *
 * Errors: RPA_EEXIST, RPA_EINVAL.
 */
int rpa_queue_create(struct rpa_queues *queues, const char *name,
                     const struct rpa_queue_policy *policy, const char *schema,
                     struct rpa_who who, rpa_time now, struct rpa_err *err);

/** A queue as it stands. Texts are good until the next call. */
struct rpa_queue_info {
    const char *name, *schema; /* schema "" for none */
    struct rpa_queue_policy policy;
    bool paused;
    const char *paused_why;
    int64_t count[RPA_WORK_CANCELLED + 1]; /* by state */
    rpa_time oldest_us;                    /* added, of the ready; 0 none */
    rpa_time deadline_us;                  /* the nearest not kept; 0 none */
};
/** RPA_ENOTFOUND no such queue; the hint names those there are. */
int rpa_queue_info(struct rpa_queues *queues, const char *name,
                   struct rpa_queue_info *ret_info, struct rpa_err *err);
/** What is left to do of one. Quick, unlike rpa_queue_info(), which looks at each
 * item that there ever was. */
struct rpa_queue_left {
    bool paused, trial;
    int64_t ready, doubt;
};
/** Errors: as above. */
int rpa_queue_left(struct rpa_queues *queues, const char *name,
                   struct rpa_queue_left *ret, struct rpa_err *err);
/** When the oldest of the ready ones was added; 0: none is ready. */
int rpa_queue_oldest(struct rpa_queues *queues, const char *name,
                     rpa_time *ret_us, struct rpa_err *err);
/** Call @each with every queue's name, in order; its non-zero ends the walk. */
int rpa_queue_each(struct rpa_queues *queues,
                   int (*each)(void *data, const char *name), void *data,
                   struct rpa_err *err);
/** Give out no more items, or go on. Pausing what is paused changes why. */
int rpa_queue_pause(struct rpa_queues *queues, const char *name,
                    struct rpa_who who, const char *why, rpa_time now,
                    struct rpa_err *err);
int rpa_queue_resume(struct rpa_queues *queues, const char *name,
                     struct rpa_who who, const char *why, rpa_time now,
                     struct rpa_err *err);

/* ---- items in ---- */

/** An item to be. Texts are borrowed for the call. */
struct rpa_work_new {
    const char *reference; /* unique in its queue; kept sealed and hashed */
    const char *payload;   /* JSON, UTF-8 */
    size_t payload_len;
    int64_t priority;     /* higher first; 0 */
    rpa_time deadline_us; /* 0: none */
    rpa_time not_before_us; /* 0: at once */
    int64_t rerun_of; /* the final item this one does again; 0: none */
    const char *why;  /* and why it is done again; sealed. NULL: none */
    int64_t batch;    /* it comes to be with the rest of that; 0: now */
    int64_t review;   /* the approved change it is; 0: none */
};
/**
 * Add an item.
 *
 * Errors: RPA_EEXIST the reference is there (the message has its item and
 *         state), RPA_EPERM the queue takes approved changes alone, RPA_EINVAL
 *         the reference, or the payload against the queue's
 *         schema: all that is wrong is appended to @faults (NULL if nobody
 *         wants it), a line each. RPA_ENOTFOUND no such queue.
 */
int rpa_work_add(struct rpa_queues *queues, const char *queue,
                 const struct rpa_work_new *work, struct rpa_who who,
                 rpa_time now, struct rpa_buf *faults, int64_t *ret_item,
                 struct rpa_err *err);

/**
 * Do an item that has ended, and is the newest with its reference, once more: a
 * new item of the same content, place and deadline, that names it.
 *
 * Errors: RPA_EINVAL it has not ended, is not the newest, or no @why;
 *         RPA_ENOTFOUND its content was erased.
 */
int rpa_work_rerun(struct rpa_queues *queues, int64_t item, struct rpa_who who,
                   const char *why, rpa_time now, int64_t *ret_item,
                   struct rpa_err *err);

/**
 * Add an item that stood in @state in another queue, with the target's reference
 * @result if it is done. What was leased there is lost: ready again, or in doubt
 * if it was @marked. Errors as rpa_work_add().
 */
int rpa_work_bring(struct rpa_queues *queues, const char *queue,
                   const struct rpa_work_new *work, enum rpa_work_state state,
                   bool marked, const char *result, struct rpa_who who,
                   rpa_time now, int64_t *ret_item, struct rpa_err *err);

/* ---- many items in, all or none ---- */

/**
 * A batch comes piece by piece, in as many transactions, and beside what else
 * goes on: rpa_work_add() keeps its items where nobody is given them.
 * rpa_batch_decide() then says, durably, whether all of them are to be or none,
 * and rpa_batch_go_on() makes it so, a few at a time.
 *
 * There is one batch at a time. One that nobody decides does not come to be: it
 * is dropped when the queues are opened, when it had no piece for a minute and
 * another begins, or when someone else adds one of its references.
 *
 * Shape:  *@ret_batch 0: an older one that is decided is in the way;
 *         rpa_batch_go_on() clears it.
 * Errors: RPA_EEXIST somebody else is at it, RPA_ENOTFOUND no such queue.
 */
int rpa_batch_begin(struct rpa_queues *queues, const char *queue,
                    struct rpa_who who, rpa_time now, int64_t *ret_batch,
                    struct rpa_err *err);
/** RPA_EEXPIRED it was dropped meanwhile. */
int rpa_batch_decide(struct rpa_queues *queues, int64_t batch, bool keep,
                     struct rpa_err *err);

/** What one step made of a batch. */
struct rpa_batch_step {
    char queue[RPA_QUEUE_NAME_MAX + 1];
    char who[64]; /* an operator */
    int64_t *items; /* those that came to be, the caller's free() */
    size_t n;
};
/** Go on with what is decided: at most @most items. 1 there may be more, 0 there
 * is nothing left to do. */
int rpa_batch_go_on(struct rpa_queues *queues, size_t most, rpa_time now,
                    struct rpa_batch_step *ret_step, struct rpa_err *err);

/* ---- the worker's side ---- */

/** An item in a worker's hands: only who has the newest token may settle it. */
struct rpa_claim {
    int64_t item, token;
    int64_t attempt;   /* 1, 2 … */
    rpa_time lease_us; /* its end */
    rpa_time deadline_us;
    int64_t rerun_of;          /* the item that this one does again; 0 */
    char *reference, *payload; /* NUL-terminated; the claim's */
    size_t payload_len;
};
void rpa_claim_clear(struct rpa_claim *claim); /* a second call is fine */

/**
 * Take the next item: highest priority, then earliest deadline, then oldest.
 * @operator_name is the person the run belongs to, @run its number.
 *
 * Errors: RPA_ENOTFOUND nothing is ready, RPA_ESTOP the queue is paused (the
 *         message says why).
 */
int rpa_work_claim(struct rpa_queues *queues, const char *queue,
                   struct rpa_who who, const char *operator_name, int64_t run,
                   rpa_time now, struct rpa_claim *ret_claim,
                   struct rpa_err *err);
/** Take item @item and no other; of a queue that is `reviewed` this is the only
 * way. RPA_ENOTFOUND it is not ready. */
int rpa_work_claim_item(struct rpa_queues *queues, const char *queue,
                        int64_t item, struct rpa_who who,
                        const char *operator_name, int64_t run, rpa_time now,
                        struct rpa_claim *ret_claim, struct rpa_err *err);
/** The worker lives: the lease begins anew. RPA_EEXPIRED it is not its own
 * any more (so for all that take a claim). */
int rpa_work_extend(struct rpa_queues *queues, struct rpa_claim *claim,
                    rpa_time now, struct rpa_err *err);
/** A commit act is about to go out: the first step of the fence. From here on
 * a loss is a doubt until the audit says otherwise. */
int rpa_work_mark(struct rpa_queues *queues, const struct rpa_claim *claim,
                  rpa_time now, struct rpa_err *err);
/** It certainly did not go out. */
int rpa_work_unmark(struct rpa_queues *queues, const struct rpa_claim *claim,
                    rpa_time now, struct rpa_err *err);

/** How an attempt ended. */
struct rpa_work_end {
    enum rpa_work_outcome {
        RPA_WORK_END_DONE = 1,      /* detail: the target's reference */
        RPA_WORK_END_REJECTED = 2,  /* detail: the reasons */
        RPA_WORK_END_FAILED = 3,    /* an application error */
        RPA_WORK_END_TRANSIENT = 4, /* one the bot declares to be passing */
        RPA_WORK_END_LOCKED = 5,    /* another user has the record open */
        RPA_WORK_END_DEFERRED = 6,  /* the bot's wish, until @until_us */
        RPA_WORK_END_LOST = 7,      /* the worker died, nothing was pressed */
        RPA_WORK_END_DOUBT = 8,     /* pressed, and no reference was seen */
        RPA_WORK_END_RELEASED = 9,  /* not begun after all; no attempt */
    } outcome;
    const char *why;    /* a phrase; "" for none */
    const char *detail; /* sealed; NULL for none */
    size_t detail_len;
    rpa_time until_us;
};
/** "done", "rejected" …; NULL for a number that is none. Static. */
const char *rpa_work_outcome_name(int outcome);
/**
 * End the attempt. The queue's policy makes of a failure another attempt after
 * a while or the end; *@ret_state (may be NULL) is where the item stands then.
 * The k-th failure in a row on different items pauses the queue, and those
 * attempts do not count: the target is down, not the data wrong.
 * A marked item can end DONE, DOUBT, or what the bot says once unmarked.
 *
 * Errors: RPA_EEXPIRED, RPA_EDOUBT it is marked, RPA_EINVAL.
 */
int rpa_work_settle(struct rpa_queues *queues, const struct rpa_claim *claim,
                    const struct rpa_work_end *end, rpa_time now,
                    enum rpa_work_state *ret_state, struct rpa_err *err);

/** A leased item whose worker is gone: its lease ran out, or its supervisor
 * ended. The owner asks the audit what was pressed, then settles it. */
struct rpa_work_orphan {
    struct rpa_claim claim; /* item, token and attempt only */
    char queue[RPA_QUEUE_NAME_MAX + 1];
    int64_t run;
    bool marked; /* a commit act may have gone out */
};
/** The next orphan in *@ret: 1, or 0 if there is none. */
int rpa_work_lost(struct rpa_queues *queues, rpa_time now,
                  struct rpa_work_orphan *ret, struct rpa_err *err);
/** When something becomes due: a deferral or a lease; 0 if nothing will. */
int rpa_queues_due(struct rpa_queues *queues, rpa_time *ret_due_us,
                   struct rpa_err *err);

/* ---- in doubt, and what a person may do ---- */

/** What a look into the target came to. */
enum rpa_work_found {
    RPA_WORK_IS_THERE = 1,   /* with the reference in @detail: done */
    RPA_WORK_IS_ABSENT = 2,  /* ready again, but only past the horizon */
    RPA_WORK_IS_UNKNOWN = 3, /* stays in doubt */
};
/**
 * The next item in doubt behind item @after that may be looked for: its doubt
 * arose the queue's horizon ago. 1, or 0 if there is none. *@ret_claim has the
 * item and its content and no token; *@ret_run is the run that last had it.
 * RPA_EPERM the queue is `reviewed`: a person looks (rpa_work_resolve()).
 */
int rpa_work_doubt(struct rpa_queues *queues, const char *queue, int64_t after,
                   rpa_time now, struct rpa_claim *ret_claim, int64_t *ret_run,
                   struct rpa_err *err);
/** Errors: RPA_EINVAL it is not in doubt, RPA_EEXPIRED too early for "absent"
 * (the hint says when). */
int rpa_work_reconcile(struct rpa_queues *queues, int64_t item,
                       enum rpa_work_found found, const char *detail,
                       struct rpa_who who, rpa_time now, struct rpa_err *err);
/** What a person decides. */
enum rpa_work_verdict {
    RPA_WORK_AS_DONE = 1,   /* in doubt only; @reference as the target has it */
    RPA_WORK_AS_RETRY = 2,  /* in doubt or failed; attempts begin anew */
    RPA_WORK_AS_CANCEL = 3, /* whatever is not final and in no worker's hands */
};
/** Errors: RPA_EINVAL not from this state, or no @why; RPA_EPERM the policy
 * wants another person than the one who ran it. */
int rpa_work_resolve(struct rpa_queues *queues, int64_t item,
                     enum rpa_work_verdict verdict, const char *reference,
                     struct rpa_who who, const char *why, rpa_time now,
                     struct rpa_err *err);

/* ---- looking ---- */

/** An item without its content. Texts are good until the next call. */
struct rpa_work_info {
    int64_t item, rerun_of, attempts, spent, priority;
    const char *queue, *why; /* why it stands where it does */
    enum rpa_work_state state;
    bool marked;
    rpa_time added_us, deadline_us;
    rpa_time due_us;   /* of a deferral, or the lease's end; 0 */
    rpa_time begun_us; /* when its last attempt began; 0: none */
};
int rpa_work_info(struct rpa_queues *queues, int64_t item,
                  struct rpa_work_info *ret_info, struct rpa_err *err);
/** Every item of @queue, oldest first; @state 0 for all. */
int rpa_work_each(struct rpa_queues *queues, const char *queue, int state,
                  int (*each)(void *data, const struct rpa_work_info *info),
                  void *data, struct rpa_err *err);
/** The item with that reference, the newest re-run. RPA_ENOTFOUND none. */
int rpa_work_find(struct rpa_queues *queues, const char *queue,
                  const char *reference, int64_t *ret_item,
                  struct rpa_err *err);

/** What became of a queue's items between two times, by state. */
struct rpa_queue_night {
    int64_t stand[RPA_WORK_CANCELLED + 1]; /* at the end: all of them */
    int64_t came[RPA_WORK_CANCELLED + 1];  /* and those that came there since
                                              the beginning */
};
/** From the history, so of any time. Reads a step of each item: not for a loop
 * that others wait for. */
int rpa_queue_night(struct rpa_queues *queues, const char *name,
                    rpa_time from_us, rpa_time to_us,
                    struct rpa_queue_night *ret, struct rpa_err *err);
/** The reasons of each item that was rejected between them and stands so at the
 * end, a line each; unsealed, so who shows more of them than their codes has
 * said why first. @each's non-zero ends the walk. */
int rpa_queue_rejects(struct rpa_queues *queues, const char *name,
                      rpa_time from_us, rpa_time to_us,
                      int (*each)(void *data, const char *reasons),
                      void *data, struct rpa_err *err);

/** One part of an item's content. Who shows it has said why first. */
enum rpa_work_part {
    RPA_WORK_REFERENCE = 1,
    RPA_WORK_PAYLOAD = 2,
    RPA_WORK_RESULT = 3, /* the target's reference; "" if there is none yet */
};
/** NUL-terminated in *@ret, free() it. RPA_ETAMPER it does not open. */
int rpa_work_content(struct rpa_queues *queues, int64_t item,
                     enum rpa_work_part part, char **ret, size_t *ret_len,
                     struct rpa_err *err);

/** One change of an item. @detail is unsealed only by rpa_work_detail(). */
struct rpa_work_step {
    int64_t n, attempt; /* n: 1, 2 … */
    rpa_time at_us;
    int from, to; /* states; from 0: it came to be */
    struct rpa_who who;
    const char *why;
    bool has_detail;
};
/** Every change of @item, in order. */
int rpa_work_history(struct rpa_queues *queues, int64_t item,
                     int (*each)(void *data, const struct rpa_work_step *step),
                     void *data, struct rpa_err *err);
/** The detail of step @n of @item, "" if it has none; NUL-terminated, free()
 * it. */
int rpa_work_detail(struct rpa_queues *queues, int64_t item, int64_t n,
                    char **ret, size_t *ret_len, struct rpa_err *err);

#endif
