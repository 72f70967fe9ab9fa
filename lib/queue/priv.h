#ifndef RPA_QUEUE_PRIV_H
#define RPA_QUEUE_PRIV_H

#include "rpa/base/buf.h"
#include "rpa/queue/payload.h"
#include "rpa/queue/queue.h"
#include "rpa/store/store.h"
#include "rpa/vault/box.h"

/* ---- schema.c: the file and every statement on it ---- */

extern const struct rpa_store_kind queue_kind;
extern const char *const queue_sql[]; /* the text of each statement */

enum statement {
    QUEUE_PUT, QUEUE_GET, QUEUE_NAMES, QUEUE_COUNTS, QUEUE_OLDEST,
    QUEUE_NEAREST, QUEUE_PAUSE, EVENT_PUT,
    ITEM_PUT, ITEM_GET, ITEM_FIND, ITEM_NEXT, ITEM_DOUBT,
    ITEM_LEFT, ITEM_MOVE, ITEM_LEASE, ITEM_MARK,
    ITEM_ORPHAN, ITEM_DUE, ITEM_DUE_AT, ITEM_LEASE_AT, ITEM_EACH,
    ITEM_STAGED, ITEM_DROP,
    BATCH_PUT, BATCH_GET, BATCH_TOUCH, BATCH_DECIDE, BATCH_END,
    CONTENT_PUT, CONTENT_GET, CONTENT_RESULT, CONTENT_DROP,
    ATTEMPT_PUT, ATTEMPT_LAST, STEP_PUT, STEP_EACH, STEP_GET, STEP_WHY,
    NIGHT_STATES, NIGHT_REJECTS,
    STREAK_ADD, STREAK_COUNT, STREAK_EACH, STREAK_DROP, STREAK_END,
    REVIEW_PUT, REVIEW_ROWED, REVIEW_FIND, REVIEW_GET, REVIEW_NEXT, REVIEW_MOVE,
    REVIEW_CONTENT_PUT, REVIEW_CONTENT_GET, VERDICT_PUT, VERDICT_EACH,
    STATEMENTS
};

/* ---- queues.c: the handle, its transactions ---- */

struct rpa_queues {
    struct rpa_store *db;
    struct rpa_root *root;
    struct rpa_stmt *stmt[STATEMENTS]; /* prepared when first used */
    bool batch;                        /* between begin and commit */
    bool failed;
    struct rpa_err why; /* it failed first; what every later call says */
    struct rpa_buf text; /* what the last info's texts are in */
    int64_t schema_of;   /* the queue whose schema is below; 0 none */
    struct rpa_payload_schema *schema;
    int64_t policy_of; /* the queue whose policy is below; it never changes */
    struct rpa_queue_policy policy;
};

/* the statement, reset; NULL and @err if it cannot be prepared */
struct rpa_stmt *queue_stmt(struct rpa_queues *queues, enum statement which,
                            struct rpa_err *err);
/* bind and run to the end */
int queue_run(struct rpa_queues *queues, enum statement which,
              struct rpa_err *err, const char *types, ...);
/* bind and step: 1 a row in *@ret, 0 none */
int queue_row(struct rpa_queues *queues, enum statement which,
              struct rpa_stmt **ret, struct rpa_err *err, const char *types,
              ...);
/* A change: begin, then end with what came of it. In a batch the caller's own
 * transaction goes on; a refusal must come before the first write. */
int change_begin(struct rpa_queues *queues, struct rpa_err *err);
int change_end(struct rpa_queues *queues, int r, struct rpa_err *err);

/* ---- policy.c ---- */

int policy_load(const char *json, struct rpa_queue_policy *ret,
                struct rpa_err *err);
char *policy_dump(const struct rpa_queue_policy *policy); /* free() it */
int policy_check(const struct rpa_queue_policy *policy, struct rpa_err *err);
/* before attempt number @spent + 1, by back-off and jitter */
int64_t policy_delay_us(const struct rpa_queue_policy *policy, int64_t spent);

/* ---- queue.c ---- */

struct queue {
    int64_t id;
    bool paused;
    struct rpa_queue_policy policy;
};
/* @ret_schema (may be NULL) and @ret_why: texts in queues->text */
int queue_load(struct rpa_queues *queues, const char *name,
               struct queue *ret_queue, const char **ret_schema,
               const char **ret_why, struct rpa_err *err);
int queue_load_id(struct rpa_queues *queues, int64_t id,
                  struct queue *ret_queue, struct rpa_err *err);
int queue_set_paused(struct rpa_queues *queues, int64_t id, bool paused,
                     struct rpa_who who, const char *why, rpa_time now,
                     struct rpa_err *err);

/* ---- item.c: an item's row, its moves, its content ---- */

struct item {
    int64_t id, queue, state, priority, deadline_us, added_us, due_us, token,
        attempt, spent, locked, marked, steps, rerun_of;
};
int item_load(struct rpa_queues *queues, int64_t id, struct item *ret_item,
              struct rpa_err *err);

/* "payload 17", "detail 17.3": what sealed content is bound to */
char *item_about(const char *what, int64_t item, int64_t n, char out[64]);

/* is @why a reason that somebody gives, in words or numbers? */
int queue_why(const char *why, struct rpa_err *err);

/* why a step is taken; detail is sealed here */
struct reason {
    struct rpa_who who;
    const char *why, *detail;
    size_t detail_len;
};
/* the row as @item now says, moved to @to, and its step in the history */
int item_move(struct rpa_queues *queues, struct item *item, int to,
              rpa_time due_us, const struct reason *reason, rpa_time now,
              struct rpa_err *err);
/* the reference and payload of @claim's item, for who has it in hand */
int item_open(struct rpa_queues *queues, struct rpa_claim *claim,
              struct rpa_err *err);
/* the result part of an item's content */
int item_result(struct rpa_queues *queues, int64_t item, const char *reference,
                size_t len, struct rpa_err *err);
/* what a reference is found by; the audit's ITEM rows have the same */
int item_hash(const struct rpa_queues *queues, const char *queue,
              const char *reference, uint8_t out[static 32],
              struct rpa_err *err);

/* ---- batch.c ---- */

/* batch @batch of queue @queue takes another item now; RPA_EEXPIRED not so */
int batch_touch(struct rpa_queues *queues, int64_t batch, int64_t queue,
                rpa_time now, struct rpa_err *err);
/* @item, which no one has seen, is taken by another who adds its reference: what
 * it came with does not come to be */
int batch_spoil(struct rpa_queues *queues, int64_t item, struct rpa_err *err);
/* whatever was not decided by an earlier owner does not come to be */
int batch_drop_open(struct rpa_queues *queues, struct rpa_err *err);

/* ---- claim.c ---- */

/* -RPA_EPERM the items of @queue are approved changes, no bot's to ask for */
int queue_not_reviewed(const struct queue *queue, const char *name,
                       struct rpa_err *err);
/* the item, if the claim is the newest; -RPA_EEXPIRED if not */
int claim_item(struct rpa_queues *queues, const struct rpa_claim *claim,
               struct item *ret_item, struct rpa_err *err);

/* ---- streak.c: failures in a row ---- */

/* one more; the k-th on different items pauses the queue, and what failed in
 * the streak is ready again, its attempts not counted */
int streak_failed(struct rpa_queues *queues, const struct queue *queue,
                  int64_t item, bool passing, rpa_time now,
                  struct rpa_err *err);
/* @item ended in another way; @worked: the target did its part */
int streak_ended(struct rpa_queues *queues, int64_t queue, int64_t item,
                 bool worked, struct rpa_err *err);

#endif
