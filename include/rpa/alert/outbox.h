#ifndef RPA_ALERT_OUTBOX_H
#define RPA_ALERT_OUTBOX_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What lasts and somebody should know of, and the letters about it: alerts.db.
 *
 * Who watches says again and again all that is wrong at the moment. The outbox
 * finds what began: one letter to each channel; and what is over: one more. In
 * between it says nothing, and neither when it comes back within a while. A
 * letter stays, over a power cut too, until its channel has taken it.
 *
 * Nothing here is personal data: labels, counts, numbers of runs and items.
 * "now" is an argument, s UTC.
 */
struct rpa_outbox; /* opaque; one thread at a time */

/** What may be wrong. Numbers are in the file: never changed. */
enum rpa_alert_kind {
    RPA_ALERT_FAILED = 1,   /* a schedule's last run failed, or was lost */
    RPA_ALERT_LATE = 2,     /* it was missed, waits, or ends after its window */
    RPA_ALERT_DOUBT = 3,    /* items in doubt */
    RPA_ALERT_AGE = 4,      /* an item waits too long */
    RPA_ALERT_DEADLINE = 5, /* one has little time left */
    RPA_ALERT_DOWN = 6,     /* a queue gives out nothing */
    RPA_ALERT_DISK = 7,     /* little room is left */
    RPA_ALERT_CHANGED = 8,  /* a schedule is not what was approved */
    RPA_ALERT_CALENDAR = 9, /* the bank holidays end soon */
    RPA_ALERT_TEST = 10,    /* a person tries the channels */
};
#define RPA_ALERT_KINDS 10
/** "failed"; "?" for a number that is none. Static. */
const char *rpa_alert_name(enum rpa_alert_kind kind);

/** One thing that is wrong. @kind and @about name it; @text may change. */
struct rpa_alert {
    enum rpa_alert_kind kind;
    char about[96]; /* "queue crime" */
    char text[256]; /* a sentence, without its end */
};

/**
 * Open @state_dir/alerts.db, made if absent. Owns: *@ret until close.
 * Errors: RPA_EEXIST another process has it; RPA_EINVAL; RPA_EIO.
 */
int rpa_outbox_open(const char *state_dir, struct rpa_outbox **ret,
                    struct rpa_err *err);
/** For the two that look, beside whoever writes. RPA_ENOTFOUND: none is
 * there. */
int rpa_outbox_open_ro(const char *state_dir, struct rpa_outbox **ret,
                       struct rpa_err *err);
void rpa_outbox_close(struct rpa_outbox *outbox); /* NULL is fine */

/** To whom, and when it is over. */
struct rpa_outbox_rules {
    const char *const *channels; /* by name; borrowed for the call */
    size_t nchannels;
    int64_t calm_s; /* it is over when it was not there for so long */
};
/**
 * These @n are wrong at @now, and nothing else of the kinds in @seen, a bit
 * (1 << kind) each; the others could not be looked at, and stay as they are.
 * Durable on return.
 *
 * Errors: RPA_EIO: nothing of it holds.
 */
int rpa_outbox_tell(struct rpa_outbox *outbox, const struct rpa_alert *alerts,
                    size_t n, unsigned seen,
                    const struct rpa_outbox_rules *rules, int64_t now,
                    struct rpa_err *err);

/** A letter, or an alert that lasts. */
struct rpa_letter {
    int64_t id; /* of the letter; the same each time it is tried */
    struct rpa_alert alert;
    bool over; /* it tells of the end */
    int64_t began, ended; /* of the alert, s UTC; ended 0: it lasts */
    char channel[16];     /* "": it is no letter but an alert */
    int64_t tries, due;   /* so far; not before */
    char why[256];        /* it was not taken; "" */
};

/** The next letter that is due at @now: 1, or 0 none. The oldest first. */
int rpa_outbox_next(struct rpa_outbox *outbox, int64_t now,
                    struct rpa_letter *ret, struct rpa_err *err);
/** When the next is due; INT64_MAX: none waits. */
int rpa_outbox_due(struct rpa_outbox *outbox, int64_t *ret,
                   struct rpa_err *err);
/** Its channel has taken it. */
int rpa_outbox_sent(struct rpa_outbox *outbox, int64_t letter, int64_t now,
                    struct rpa_err *err);
/**
 * It has not, and @why. All that wait for that channel wait longer each time:
 * half a minute, doubled up to an hour; after three days it is given up, and
 * @ret_given_up says so.
 */
int rpa_outbox_failed(struct rpa_outbox *outbox, int64_t letter,
                      const char *why, int64_t now, bool *ret_given_up,
                      struct rpa_err *err);

/** Call @each with all that lasts, then with the letters that wait; its
 * non-zero ends the walk. */
int rpa_outbox_each(struct rpa_outbox *outbox,
                    int (*each)(void *data, const struct rpa_letter *letter),
                    void *data, struct rpa_err *err);

#endif
