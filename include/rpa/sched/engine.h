#ifndef RPA_SCHED_ENGINE_H
#define RPA_SCHED_ENGINE_H

#include "rpa/sched/plan.h"

/**
 * The scheduler: which run starts, stops, or is not to be, and when to ask
 * again. It decides and remembers; it starts nothing, has no clock and no
 * timer. "now" is an argument of every call (s UTC), so that a year can be
 * tried in a second. lib/sched/ENGINE.md has the rules.
 *
 * Each time of a schedule is a *tick*, named by the schedule, the cause and a
 * key (of a time: the nominal time). A tick that fires is committed together
 * with its pending run, so a power cut leaves both or none, and no tick fires
 * twice. What a tick came to is a row that the host writes into the audit.
 *
 * The host's part:
 *
 *     rpa_sched_open, rpa_sched_load
 *     for ever: wait until rpa_sched_next_wake(), or until something happens
 *               rpa_sched_advance(now)   which calls host->row, start, stop
 *
 * and, when they happen: rpa_sched_started() before a run's first process is
 * made, rpa_sched_ended() when its last one is gone, rpa_sched_told() when the
 * rows so far are durable in the audit. Any call may change the next wake.
 */
struct rpa_sched; /* opaque; one thread at a time */

/** Why a tick is. */
enum rpa_sched_cause {
    RPA_SCHED_AT = 1, /* its time has come; key: the nominal time */
    RPA_SCHED_BOOT,   /* @reboot; key: when it was seen */
    RPA_SCHED_AFTER,  /* another schedule's run ended; key: that run's id */
    RPA_SCHED_QUEUE,  /* a queue wants a worker; key: when, and which of them;
                         of a held one: when its window opens */
    RPA_SCHED_HAND,   /* a person wants it now; key: when */
    RPA_SCHED_FILE,   /* a file is there; key: which one, as it is */
};

/** What it came to. */
enum rpa_sched_fate {
    RPA_SCHED_FIRED = 1,        /* a run is pending; it may still be missed */
    RPA_SCHED_MISSED,           /* nobody was there to start it in time */
    RPA_SCHED_SKIPPED_OVERLAP,  /* the run before it was still at work */
    RPA_SCHED_SKIPPED_CALENDAR, /* a day off */
    RPA_SCHED_HELD_WINDOW,      /* its window is closed */
    RPA_SCHED_BLOCKED,          /* not approved, or what it follows failed */
};

enum rpa_sched_missed {
    RPA_SCHED_RUN_ONCE, /* the newest one that is still in time */
    RPA_SCHED_SKIP,     /* none: in time is within a minute */
    RPA_SCHED_RUN_ALL,  /* each that is still in time, RPA_SCHED_ALL_MAX */
};
#define RPA_SCHED_ALL_MAX 100

enum rpa_sched_overlap {
    RPA_SCHED_FORBID,    /* while one runs, the next is skipped */
    RPA_SCHED_QUEUE_ONE, /* one waits, more are skipped */
    RPA_SCHED_REPLACE,   /* the one that runs is stopped after its item */
    RPA_SCHED_ALLOW,
};

/** How a run ended. */
enum rpa_sched_outcome {
    RPA_SCHED_SUCCESS = 1,
    RPA_SCHED_FAILURE,
    RPA_SCHED_STOPPED, /* as it was asked to */
    RPA_SCHED_LOST,    /* the supervisor died; the engine finds these itself */
};

enum rpa_sched_on { RPA_SCHED_ON_SUCCESS, RPA_SCHED_ON_FAILURE,
                    RPA_SCHED_ON_ANY };

#define RPA_SCHED_NAME 64
/** What is approved, as bytes: the hash of what was written of a schedule, and
 * from RPA_SCHED_BOT on that of its bot. */
enum { RPA_SCHED_BOT = 32, RPA_SCHED_HASH = 64 };

/** A schedule. Plain data; what @plan points to is borrowed until the next
 * rpa_sched_load() or the close. 0 of a number: none, or the default. */
struct rpa_sched_spec {
    char name[RPA_SCHED_NAME];
    uint8_t hash[RPA_SCHED_HASH]; /* of what was written, and of its bot */
    enum rpa_sched_cause trigger; /* any but HAND */
    struct rpa_plan plan;         /* its zone and window count for every one,
                                     its expression for AT alone */
    enum rpa_sched_missed missed;
    int64_t start_deadline_s; /* after its time; 0: half the period, at most an
                                 hour; never less than a minute */
    enum rpa_sched_overlap overlap;
    int64_t jitter_s;      /* it is late by a part of this, always the same */
    int64_t run_timeout_s; /* from the start; handed on to the host */
    bool has_stop_at;
    struct rpa_cron stop_at; /* then it is stopped, after its item */
    struct {                 /* trigger AFTER */
        char schedule[RPA_SCHED_NAME];
        enum rpa_sched_on on;
        int64_t within_s; /* of that tick's time; later, it is blocked */
    } after;
    struct { /* trigger QUEUE */
        char name[RPA_SCHED_NAME];
        int64_t min;        /* start when so many are ready, */
        int64_t oldest_s;   /* or one has waited so long; 0: never for that */
        int64_t per_worker; /* a worker for each so many; 0: one for all */
        int64_t workers;    /* never more than this */
    } queue;
};

/** What a tick came to: a row of the audit. Good during the call. */
struct rpa_sched_row {
    int64_t seq;    /* rising; a later one of the same tick overrules */
    const char *schedule;
    enum rpa_sched_cause cause;
    int64_t key;    /* with schedule and cause: the tick's name for ever */
    int64_t due;    /* s UTC: when it was to be */
    int64_t at;     /* s UTC: when it was decided */
    enum rpa_sched_fate fate;
    const char *why; /* in words; "" for what fired */
    int64_t run;     /* the run's id; 0: none */
};

/** A run that may start now. Good during the call. */
struct rpa_sched_start {
    int64_t run; /* its id, never used again */
    const char *schedule;
    enum rpa_sched_cause cause;
    int64_t key, due;
    const char *by; /* the operator: who approved the schedule, or who started
                       it by hand; by the name of that day */
    int64_t by_uid;
    int64_t timeout_s; /* the host ends it hard so long after its start, by a
                          clock that does not step; 0: never */
};

struct rpa_sched_counts {
    int64_t ready;    /* items that could be claimed now; not deferred ones */
    int64_t oldest_s; /* s UTC: since when the oldest of them waits */
};

/** Whom the engine calls, from rpa_sched_advance() alone and after its
 * decisions are durable. */
struct rpa_sched_host {
    void *data;
    /** A row for the audit. One whose rpa_sched_told() was never reached comes
     * again after a restart, with the same seq. */
    void (*row)(void *data, const struct rpa_sched_row *row);
    /** This run may start: call rpa_sched_started() here, or do nothing if no
     * place is free. It is offered at every advance until it is started or too
     * late, oldest first. */
    void (*start)(void *data, const struct rpa_sched_start *start);
    /** Have a run that was started finish the item in hand and claim no more:
     * its window closes, it is stop_at, a newer run takes its place. Once. */
    void (*stop)(void *data, int64_t run, const char *why);
    /** What a queue holds. false: it cannot be said, ask later. */
    bool (*count)(void *data, const char *queue, struct rpa_sched_counts *ret);
};

/**
 * Open @state_dir/schedule.db, made if absent; NULL: one in memory.
 *
 * Shape:  @host and @boot (/proc/sys/kernel/random/boot_id) are borrowed until
 *         the close; NULL for who only approves, pauses and resumes.
 * Owns:   *@ret; end it with rpa_sched_close().
 * Errors: RPA_EEXIST another process has it; RPA_EINVAL; RPA_EIO.
 */
int rpa_sched_open(const char *state_dir, const struct rpa_sched_host *host,
                   const char *boot, struct rpa_sched **ret,
                   struct rpa_err *err);
void rpa_sched_close(struct rpa_sched *sched); /* NULL is fine */

/**
 * These are the schedules from now on. A new or changed one begins at @now:
 * times that lie behind it do not count. The first load after an open settles
 * what a lost supervisor left: what ran is LOST.
 *
 * Errors: RPA_EIO.
 */
int rpa_sched_load(struct rpa_sched *sched, const struct rpa_sched_spec *specs,
                   size_t n, int64_t now, struct rpa_err *err);

/**
 * The same in pieces, for who may not stop so long: those before count until the
 * last piece. What happens meanwhile counts, too.
 *
 * Shape:  @specs are borrowed until the last piece, or the next begin. @most of
 *         them are looked at, each some 10 us; the last piece looks at all, which
 *         takes 1 us each. End and begin give up what was begun.
 * Returns: of some: 1 there are more, 0 they are loaded.
 */
int rpa_sched_load_begin(struct rpa_sched *sched,
                         const struct rpa_sched_spec *specs, size_t n,
                         struct rpa_err *err);
int rpa_sched_load_some(struct rpa_sched *sched, size_t most, int64_t now,
                        struct rpa_err *err);
void rpa_sched_load_end(struct rpa_sched *sched);

/** When to call rpa_sched_advance(), s UTC; INT64_MAX: never. It may be past:
 * then at once. */
int64_t rpa_sched_next_wake(const struct rpa_sched *sched);

/**
 * Decide all that is due at @now, a clock that may have stepped: back, and
 * nothing that fired fires again; forward, and the missed are decided by
 * policy. Does some thousand ticks at most, and wants to be called again at
 * once if there are more.
 *
 * Errors: RPA_EIO: nothing was decided, and the only way on is close.
 */
int rpa_sched_advance(struct rpa_sched *sched, int64_t now,
                      struct rpa_err *err);

/** The rows up to @seq are durable in the audit. That this is known waits for no
 * disk: after a power cut they may come again. */
int rpa_sched_told(struct rpa_sched *sched, int64_t seq, struct rpa_err *err);
/** rpa_store_tidy() of its file. NULL is fine. */
bool rpa_sched_tidy(struct rpa_sched *sched);

/**
 * @run starts: durable on return, and only then its first process is made, so
 * a power cut may leave a run that never was (LOST), but none that is twice.
 *
 * Errors: RPA_EEXPIRED: it may not start any more. RPA_EIO.
 */
int rpa_sched_started(struct rpa_sched *sched, int64_t run, int64_t now,
                      struct rpa_err *err);

/**
 * A file that @name waits for is there and settled. @key says which one and in
 * which state: it fires once in each. @changed, s UTC, is when it got so; from
 * before the schedule was loaded, or RPA_SCHED_FILE_S ago, it is none of its. One
 * that was skipped, missed or blocked fires when it is said again and may.
 *
 * Errors: RPA_EIO.
 */
int rpa_sched_file(struct rpa_sched *sched, const char *name, int64_t key,
                   int64_t changed, int64_t now, struct rpa_err *err);
enum { RPA_SCHED_FILE_S = 60 * 86400 }; /* ticks are kept for longer */

/** @run has ended, and what follows it is pending or blocked by the same
 * commit. @audit_run is the number it had in the audit, 0 if it did not come so
 * far; one that is lost has none here, and its begin and end there. Call rpa_sched_advance() soon: next_wake says so. */
int rpa_sched_ended(struct rpa_sched *sched, int64_t run,
                    enum rpa_sched_outcome outcome, int64_t audit_run,
                    int64_t now, struct rpa_err *err);

/** @run was started and is not to be, as nothing of it ran: its tick is blocked.
 * Errors as rpa_sched_ended(). */
int rpa_sched_block(struct rpa_sched *sched, int64_t run, const char *why,
                    int64_t now, struct rpa_err *err);

/* ---- what a person decides ---- */

struct rpa_sched_who {
    const char *name; /* of today */
    int64_t uid;
};

/** @hash is what is approved: another text of @name, or another bot, does not
 * fire. */
int rpa_sched_approve(struct rpa_sched *sched, const char *name,
                      const uint8_t hash[static RPA_SCHED_HASH],
                      struct rpa_sched_who who, int64_t now,
                      struct rpa_err *err);
enum { RPA_SCHED_WHY_MAX = 255 }; /* bytes */
/** No times of it count until it is resumed; then those since are missed, by
 * its policy. RPA_EINVAL: @why is not what somebody can read, or too long. */
int rpa_sched_pause(struct rpa_sched *sched, const char *name, const char *why,
                    struct rpa_sched_who who, int64_t now, struct rpa_err *err);
int rpa_sched_resume(struct rpa_sched *sched, const char *name,
                     const char *why, struct rpa_sched_who who, int64_t now,
                     struct rpa_err *err);
/** Start it at the next advance: a tick of its own.
 * Errors: RPA_ENOTFOUND not loaded; RPA_EPERM not approved, paused, its window
 *         is closed, or it overlaps. */
int rpa_sched_hand(struct rpa_sched *sched, const char *name,
                   struct rpa_sched_who who, int64_t now, int64_t *ret_run,
                   struct rpa_err *err);

/* ---- looking ---- */

/** Read what @state_dir has, beside whoever holds it; only for the two below
 * and rpa_sched_close(). RPA_ENOTFOUND: there is none. */
int rpa_sched_open_ro(const char *state_dir, struct rpa_sched **ret,
                      struct rpa_err *err);

struct rpa_sched_info {
    bool approved;    /* as @hash of the question says */
    bool changed;     /* approved once, and changed since: */
    bool bot_changed; /* only its bot */
    char approved_by[64];
    int64_t approved_at;
    bool paused;
    char paused_by[64], paused_why[RPA_SCHED_WHY_MAX + 1];
    int64_t paused_at;
    int64_t cursor;  /* the nominal time of the last tick decided; 0: none yet,
                        look from now */
    int64_t anchor;  /* of "@every"; 0: none yet */
    int64_t running; /* runs at work or pending */
    int64_t waits;   /* when the first of those pending was due; 0: none */
    int64_t last_run, last_audit_run, last_began, last_ended; /* 0: none */
    enum rpa_sched_outcome last; /* of the newest run that ended; 0: none */
    enum rpa_sched_fate fate;    /* of the newest tick; 0: none */
    int64_t fate_due;
    char fate_why[256];
};
/** Of @name with @hash; NULL: as it was loaded last. A schedule nobody knows yet
 * is all zero. */
int rpa_sched_info(struct rpa_sched *sched, const char *name,
                   const uint8_t *hash, struct rpa_sched_info *ret,
                   struct rpa_err *err);

/** By how much of its jitter it is late, s: its name's share, always the same. */
int64_t rpa_sched_jitter(const struct rpa_sched_spec *spec);

/** A time that lies ahead of what is loaded. */
struct rpa_sched_coming {
    const char *schedule; /* good until the next load */
    int64_t due;          /* s UTC, with its jitter */
};
/** The soonest @most times, one a schedule that is approved, not paused and comes
 * by the clock; the soonest first. Returns how many; *@ret_all: of how many. */
size_t rpa_sched_coming(const struct rpa_sched *sched,
                        struct rpa_sched_coming *ret, size_t most,
                        size_t *ret_all);

/** The newest @most ticks of @name (NULL: of all), newest first. Stops when
 * @each returns other than 0. */
int rpa_sched_each(struct rpa_sched *sched, const char *name, int64_t most,
                   int (*each)(void *data, const struct rpa_sched_row *row),
                   void *data, struct rpa_err *err);

/** A run, as it stands. Good during the call. */
struct rpa_sched_ran {
    const char *schedule;
    int64_t run, audit_run;
    int64_t began, ended;           /* s UTC; 0: it has not */
    enum rpa_sched_outcome outcome; /* 0: it has not ended */
};
/** The runs that began from @from up to, not with, @to, oldest first, and the
 * ticks that were due then. Stops when one returns other than 0. */
int rpa_sched_ran(struct rpa_sched *sched, int64_t from, int64_t to,
                  int (*each)(void *data, const struct rpa_sched_ran *ran),
                  int (*tick)(void *data, const struct rpa_sched_row *row),
                  void *data, struct rpa_err *err);

#endif
