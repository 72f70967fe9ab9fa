#ifndef RPA_QUEUE_REVIEW_H
#define RPA_QUEUE_REVIEW_H

#include "rpa/queue/queue.h"

/**
 * Reviews: what a bot proposes, and people decide.
 *
 * A bot hands over evidence, a person decides (DPA 2018 ss.50A-50D): a possible
 * match, which is then known to be one or not; or a change of a record, which
 * is made once it is approved, by another person than who had it proposed.
 *
 * A review is in queue.db. Its content is sealed as a payload is; labels,
 * numbers and who did what are in clear. A decision is never changed: one that
 * corrects it is a new row, which names it.
 *
 * An approved change is a work item of the queue "changes.TARGET", which
 * nothing else gets into: so its lease, its mark, its doubt and its end are
 * those of every item, and it is done at most once.
 */
enum rpa_review_kind { RPA_REVIEW_MATCH = 1, RPA_REVIEW_CHANGE = 2 };
enum rpa_review_state {
    RPA_REVIEW_OPEN = 1,
    RPA_REVIEW_APPROVED = 2,
    RPA_REVIEW_REFUSED = 3,
};
/** "match", "change"; "open", "approved", "refused"; NULL for a number that is
 * none. Static. */
const char *rpa_review_kind_name(int kind);
const char *rpa_review_state_name(int state);

enum {
    RPA_REVIEW_LABEL_MAX = 64, /* bytes of about and system */
    RPA_REVIEW_NAME_MAX = 127, /* of a bot or person */
    RPA_REVIEW_KEY_MAX = 400,
    RPA_REVIEW_CONTENT_MAX = 32 * 1024,
};

/** Is @text a label: letters, digits, dot, dash, underscore? */
bool rpa_review_label(const char *text);

/** A review to be. Texts are borrowed for the call. */
struct rpa_review_new {
    enum rpa_review_kind kind;
    const char *about, *system; /* labels */
    const char *target;         /* of the manifest */
    const char *key; /* what the bot knows it by; kept hashed */
    const char *bot;
    int64_t run, picture;       /* the picture's row of the audit; 0: none */
    const char *by;             /* who ordered the run, */
    uint32_t by_uid;            /* by name of that day and number */
    const void *content;        /* CBOR; sealed here */
    size_t content_len;
};
/**
 * Put it there for a person. The same again (kind, target, labels, @key, content)
 * is the review that is there; the same key with other content is another review,
 * so that nobody's evidence is lost to who came first.
 *
 * Shape:  1 it is new, 0 it was there; *@ret_id is its number.
 * Errors: RPA_EINVAL a label, a name, the key or too much content.
 */
int rpa_review_propose(struct rpa_queues *queues,
                       const struct rpa_review_new *review, rpa_time now,
                       int64_t *ret_id, struct rpa_err *err);

/** The row @row of the audit says that review @id was proposed, by whom @review has,
 * @now; in the same transaction. Also of one that was there and has no row. */
int rpa_review_rowed(struct rpa_queues *queues, int64_t id,
                     const struct rpa_review_new *review, int64_t row,
                     rpa_time now, struct rpa_err *err);

/** A review without its content. */
struct rpa_review_info {
    int64_t id;
    int kind, state;
    int64_t run;
    rpa_time at_us;
    uint32_t by_uid;
    int64_t picture, verdicts;
    int64_t item; /* of an approved change; 0: none, */
    int work;     /* and where that stands */
    int64_t row;  /* of the audit, which says that it was proposed; 0: it is
                    from before that was kept */
    char about[RPA_REVIEW_LABEL_MAX + 1], system[RPA_REVIEW_LABEL_MAX + 1];
    char target[RPA_QUEUE_NAME_MAX + 1], bot[RPA_REVIEW_NAME_MAX + 1];
    char by[RPA_REVIEW_NAME_MAX + 1];
    char decided_by[RPA_REVIEW_NAME_MAX + 1]; /* "" nobody yet */
};
/** RPA_ENOTFOUND there is none. */
int rpa_review_info(struct rpa_queues *queues, int64_t id,
                    struct rpa_review_info *ret_info, struct rpa_err *err);

/** Which ones: zero for all. */
struct rpa_review_filter {
    int64_t after;
    const char *about;
    int kind, state;
    const char *due; /* changes of this target that may be applied at @now */
    rpa_time now;
};
/** The next one that fits, by number: 1, or 0 there is none. */
int rpa_review_next(struct rpa_queues *queues,
                    const struct rpa_review_filter *filter,
                    struct rpa_review_info *ret_info, struct rpa_err *err);

/** What was proposed, added to @ret. Who shows it has said why first.
 * RPA_ENOTFOUND it was erased, RPA_ETAMPER it does not open. */
int rpa_review_content(struct rpa_queues *queues, int64_t id,
                       struct rpa_buf *ret, struct rpa_err *err);

/** A person's decision. */
struct rpa_verdict_new {
    int64_t review;
    bool approved; /* else refused */
    bool corrects; /* one that was made before */
    const char *who;
    uint32_t uid;
    const char *why; /* sealed */
    const char *by;  /* who had it proposed, as the audit has it: not by a file */
    uint32_t by_uid; /* that can be altered */
};
/** One that was made. */
struct rpa_verdict {
    int64_t n, corrects; /* 1, 2 …; the one it corrects, 0: it is the first */
    int state;
    uint32_t uid;
    rpa_time at_us;
    char who[RPA_REVIEW_NAME_MAX + 1];
};
/**
 * Decide, between rpa_queues_begin() and rpa_queues_commit(), or roll back. An
 * approved change becomes a work item; a correction of that cancels it, as long
 * as nobody has begun with it.
 *
 * Errors: RPA_EPERM who had it proposed does not decide it; RPA_EINVAL no @why,
 *         it was decided (or was not, and this corrects), or so already, or the
 *         change was begun.
 */
int rpa_review_decide(struct rpa_queues *queues,
                      const struct rpa_verdict_new *verdict, rpa_time now,
                      struct rpa_verdict *ret, struct rpa_err *err);
/** Is the item of an approved change what a person approved: this review, with the
 * content it has now? RPA_ETAMPER it is not. */
int rpa_review_check(struct rpa_queues *queues,
                     const struct rpa_review_info *info, struct rpa_err *err);
/** The decision behind number @after: 1, or 0 there is none. @why, if not NULL,
 * gets its reason: see rpa_review_content(). */
int rpa_review_verdict(struct rpa_queues *queues, int64_t id, int64_t after,
                       struct rpa_verdict *ret, struct rpa_buf *why,
                       struct rpa_err *err);

/** The queue of approved changes of @target, made if it is not there; its name.
 * RPA_EINVAL that is no name, RPA_EPERM there is another of that name. */
int rpa_review_queue(struct rpa_queues *queues, const char *target, rpa_time now,
                     char name[static RPA_QUEUE_NAME_MAX + 1],
                     struct rpa_err *err);

#endif
