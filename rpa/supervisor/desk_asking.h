#ifndef RPA_SUPERVISOR_DESK_ASKING_H
#define RPA_SUPERVISOR_DESK_ASKING_H

#include "rpa/base/buf.h"
#include "rpa/queue/review.h"
#include "rpa/supervisor/desk.h"

/* One request at the desk; desk.c answers, desk_add.c what is about items in,
 * desk_review.c about reviews, desk_search.c about searches. */
struct asking {
    const struct desk *desk;
    const cbor_item_t *msg;
    cbor_item_t *ok;
    uint32_t uid;
    struct rpa_who who;
    rpa_time now;
    char queue[RPA_QUEUE_NAME_MAX + 1];
    char *why; /* "" if none is said */
    bool rowed;    /* what is asked has its row, and that is durable */
    bool changing; /* a transaction is open, which ends with its row */
    bool own_row;  /* it has put that itself */
    struct desk_note note;
};

/* What comes now is a change. Made for its row, then unmade until that is durable;
 * made again then. */
int desk_change(struct asking *a, struct rpa_err *err);

int desk_add(struct asking *a, struct rpa_err *err);
int desk_added(struct asking *a, struct rpa_err *err);
/* The label of what is asked about, at @ret; RPA_EINVAL it is none. */
int desk_about(const struct asking *a, char ret[static RPA_REVIEW_LABEL_MAX + 1],
               struct rpa_err *err);
/* Is it said why it is read? RPA_EINVAL: "@what read for a purpose". */
int desk_purpose(const struct asking *a, const char *what, struct rpa_err *err);
int desk_review_list(struct asking *a, struct rpa_err *err);
int desk_review_show(struct asking *a, struct rpa_err *err);
int desk_review_searches(struct asking *a, struct rpa_err *err);
int desk_review_decide(struct asking *a, struct rpa_err *err);

#endif
