#ifndef RPA_LIB_SCHED_DIARY_H
#define RPA_LIB_SCHED_DIARY_H

#include "rpa/sched/engine.h"

/**
 * What the engine must remember: schedule.db, or the same in memory. The first
 * write of a change opens its transaction, diary_commit() ends it.
 */
struct diary; /* opaque */

/** What is known of a schedule beside its text. */
struct diary_schedule {
    int64_t id;
    bool loaded; /* once at least, with this hash */
    uint8_t hash[RPA_SCHED_HASH];
    int64_t cursor; /* nominal time of the last tick that is decided */
    int64_t anchor; /* of "@every"; 0: none yet */
    char boot[40];  /* the last one it was seen in; "" none */
    bool has_approval;
    uint8_t approved[RPA_SCHED_HASH];
    struct diary_word {
        char by[64], why[RPA_SCHED_WHY_MAX + 1];
        int64_t uid, at;
    } approval, pause; /* who said it last */
    bool paused;
};

struct diary_run {
    int64_t id;
    int64_t seq; /* its tick's; the same until that is undone */
    int64_t schedule, key, due, start_by, by_uid;
    enum rpa_sched_cause cause;
    char by[64];
    bool running; /* else pending */
    int64_t audit_run; /* its number in the audit, when it ends */
};

/** @state_dir NULL: in memory. */
int diary_open(const char *state_dir, bool writes, struct diary **ret,
              struct rpa_err *err);
void diary_close(struct diary *diary);

/** End the change that came to @r: all of it, or if @r < 0 nothing. */
int diary_commit(struct diary *diary, int r, struct rpa_err *err);

/** 1, 0 unknown. */
int diary_find(struct diary *diary, const char *name, struct diary_schedule *ret,
              struct rpa_err *err);
/** All of @schedule; id 0 becomes its id. */
int diary_keep(struct diary *diary, const char *name,
              struct diary_schedule *schedule, struct rpa_err *err);
int diary_event(struct diary *diary, int64_t schedule, const char *what,
               const struct diary_word *word, struct rpa_err *err);

/** What a tick of schedule @id came to, with the run that is pending if it fired
 * (else NULL), which gets its number, and the cursor that then holds. A tick
 * that has fired stays so, and one that came to the same again gives no new row
 * of it: 0. Else 1. */
int diary_tick(struct diary *diary, int64_t id, int64_t cursor,
              const struct rpa_sched_row *tick, struct diary_run *run,
              struct rpa_err *err);
/** The tick of @run, which had fired, was missed, skipped or blocked after all.
 * The run is still to be ended. */
int diary_undo(struct diary *diary, struct diary_run *run,
               const struct rpa_sched_row *tick, struct rpa_err *err);
/** The rows after @seq, oldest first; @each may not write. */
int diary_rows(struct diary *diary, int64_t seq,
              void (*each)(void *data, const struct rpa_sched_row *row),
              void *data, struct rpa_err *err);
/** The newest rows of @name (NULL: of all), newest first. */
int diary_last(struct diary *diary, const char *name, int64_t most,
              int (*each)(void *data, const struct rpa_sched_row *row),
              void *data, struct rpa_err *err);
/** Those that were due from @from up to @to. */
int diary_due(struct diary *diary, int64_t from, int64_t to,
              int (*each)(void *data, const struct rpa_sched_row *row),
              void *data, struct rpa_err *err);
/** The runs that began then, but those that were not to be after all. */
int diary_began(struct diary *diary, int64_t from, int64_t to,
                int (*each)(void *data, const struct rpa_sched_ran *ran),
                void *data, struct rpa_err *err);
/** Forget some of what is from before @before and not needed to fire once: 1 there is
 * more of it, 0. */
int diary_forget(struct diary *diary, int64_t before, int64_t now,
                 struct rpa_err *err);
/** When the newest was decided; 0: there is none. */
int diary_clock(struct diary *diary, int64_t *ret, struct rpa_err *err);
/** A change of its own, not flushed. */
int diary_told(struct diary *diary, int64_t seq, struct rpa_err *err);
/** rpa_store_tidy() of its file. */
bool diary_tidy(struct diary *diary);
int64_t diary_told_seq(const struct diary *diary);

/** A change of its own. RPA_EBUG: nothing would know that it was started. */
int diary_started(struct diary *diary, const struct diary_run *run,
                  int64_t now, struct rpa_err *err);
/** @outcome 0: it never started. */
int diary_ended(struct diary *diary, const struct diary_run *run,
               enum rpa_sched_outcome outcome, int64_t now, struct rpa_err *err);
/** Those that have not ended, oldest first. */
int diary_live(struct diary *diary,
              int (*each)(void *data, const struct diary_run *run), void *data,
              struct rpa_err *err);

/** The parts of @ret that runs and ticks say. */
int diary_info(struct diary *diary, int64_t id, struct rpa_sched_info *ret,
              struct rpa_err *err);

#endif
