#ifndef RPA_SUPERVISOR_REVIEW_H
#define RPA_SUPERVISOR_REVIEW_H

#include "rpa/supervisor/supervisor.h"

/* review.c */
/* What a bot hands over for people, by its calls; each fills @reply, a map. */
int review_propose(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                   struct rpa_err *err);
int review_approved(struct run *run, const cbor_item_t *args,
                    cbor_item_t *reply, struct rpa_err *err);
/** For the driver: what was approved. RPA_EPERM it is not for this run. */
int review_change(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                  struct rpa_err *err);
/** For the driver: it has read the record; the change begins, or has ended. */
int review_begin(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                 struct rpa_err *err);
/** May a commit act go, as far as the manifest's changes say? RPA_EPERM. */
int review_before_commit(const struct run *run, struct rpa_err *err);
/** Is there an approved change that this run may make? */
bool review_ready(struct run *run);
/** A REVIEW row of the run, or in a dry run a note of it, as that puts nothing before
 * anybody; takes @says and @body (may be NULL). *@ret_seq: 0 in a dry run. */
int review_row(struct run *run, enum rpa_s62 verb, json_t *says,
               cbor_item_t *body, int64_t *ret_seq, struct rpa_err *err);

/* search.c */
/** The look-ups of these rows are asked together. */
void review_asked(struct run *run, int64_t from, int64_t upto);
/** The look-up whose row is @row was answered. */
void review_answered(struct run *run, int64_t row);
/** Somebody is to be looked for, in a system or anywhere: what nothing comes of is
 * told by the report of a vetting. */
int review_wanted(struct run *run, const cbor_item_t *args, cbor_item_t *reply,
                  struct rpa_err *err);
int review_searched(struct run *run, const cbor_item_t *args,
                    cbor_item_t *reply, struct rpa_err *err);

#endif
