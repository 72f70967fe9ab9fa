#ifndef RPA_LIB_SCHED_ENGINE_H
#define RPA_LIB_SCHED_ENGINE_H

#include "diary.h"

/*
 *   engine.c  the schedules that are loaded, and the advance over them
 *   load.c    how they come to be loaded
 *   times.c   the times of one that have come
 *   runs.c    runs from pending to ended, and what follows them
 *   queues.c  workers for queues; arrivals.c files
 *   people.c  approve, pause, resume, by hand; looking
 *   diary.c    what is remembered; schema.c its file
 */

enum {
    MINUTE_S = 60,
    DEADLINE_S = 3600,
    FORGET_S = 3600,     /* how often what is older than KEPT_S is dropped, or
                            each second while there is more of it, */
    KEPT_S = 90 * 86400,
    JUMP_S = 2 * 86400,  /* but not so soon after a jump of the clock */
};

/* A run that is pending or at work. */
struct live {
    struct diary_run run;
    struct entry *of;
    struct live *next; /* of the same schedule, rising ids */
    int64_t stop_by;   /* at work: when its window closes or stop_at comes */
    const char *stop_why;
    const char *stop; /* it is to stop, and why */
    bool stop_said;   /* to the host */
    int64_t late_at;  /* when the first of what follows it gives up */
};

/* A schedule that is loaded. */
struct entry {
    struct rpa_sched_spec spec;
    struct diary_schedule known;
    bool fresh;           /* new or changed with this load */
    bool touched;         /* something happened to it since it was made ready */
    struct rpa_tick next; /* trigger AT: not decided yet */
    bool has_next;
    int64_t jitter_s; /* its own */
    int64_t check_at; /* trigger QUEUE: when to count again */
    struct live *runs;
    struct entry *followers, *next_follower;
    int64_t wake;
    size_t at; /* in the heap */
};

/* Schedules that are not loaded yet. */
struct loading {
    const struct rpa_sched_spec **specs; /* by name */
    struct entry *entries;               /* as many; @done of them are ready */
    size_t n, done;
    int64_t now;                         /* of the last piece */
};

struct rpa_sched {
    struct diary *diary;
    const struct rpa_sched_host *host;
    char boot[40];
    struct entry *entries; /* by name */
    size_t n;
    struct loading load;
    struct entry **gone; /* not in the file any more, while they run */
    size_t ngone;
    struct entry **heap; /* all of both: the soonest wake first */
    size_t nheap;
    struct live **lives; /* rising ids */
    size_t nlives, maxlives;
    int64_t clock; /* the last "now" */
    int64_t forget_at; /* when something old is dropped */
    int64_t said;  /* rows up to this seq were handed to the host */
    bool again;    /* something happened: advance at once */
    bool settled;  /* a first load was */
};

/* ---- engine.c ---- */

struct entry *sched_find(const struct rpa_sched *sched, const char *name);
/* After anything that changes when it is to be looked at. */
void sched_wake(struct rpa_sched *sched, struct entry *e, int64_t now);
bool sched_approved(const struct entry *e);
/* One more in the heap. */
void sched_add(struct rpa_sched *sched, struct entry *e, int64_t now);

/* ---- load.c ---- */

struct entry *load_find(const struct entry *entries, size_t n, const char *name);
/* Something of @name is written that a load may have read. */
void load_touch(struct rpa_sched *sched, const char *name);
/* All that is loaded, or was about to be. */
void load_clear(struct rpa_sched *sched);

/* ---- times.c ---- */

/* Times that lie behind @now do not count. */
void times_begin(struct entry *e, int64_t now);
/* Find the first one after what is decided. */
void times_next(struct entry *e);
/* Decide all that have come, *@budget at most. */
int times_decide(struct rpa_sched *sched, struct entry *e, int64_t now,
                 int *budget, struct rpa_err *err);

/* ---- runs.c ---- */

/* A tick that wants a run. */
struct want {
    enum rpa_sched_cause cause;
    int64_t key, due, start_by;
    bool in_line; /* it waits for the run before it, whatever overlap says */
    struct rpa_sched_who by;
};

/* A tick that comes to no run: 1 taken, 0 it is decided already. */
int tick_none(struct rpa_sched *sched, struct entry *e, const struct want *want,
             enum rpa_sched_fate fate, const char *why, int64_t now,
             struct rpa_err *err);
/* Its run is pending, or it is blocked or skipped: 1 taken, 0 decided
 * already. */
int tick_fire(struct rpa_sched *sched, struct entry *e, const struct want *want,
             int64_t now, struct rpa_err *err);
/* Why overlap forbids one more at the moment; NULL: it does not. */
const char *tick_overlaps(const struct entry *e);
/* May this one start now? */
bool live_may_start(const struct live *live, int64_t now);
/* A pending one never starts. */
int live_drop(struct rpa_sched *sched, struct live *live,
             enum rpa_sched_fate fate, const char *why, int64_t now,
             struct rpa_err *err);
/* What time does to the runs of one: too late, to be stopped. */
int lives_decide(struct rpa_sched *sched, struct entry *e, int64_t now,
                struct rpa_err *err);
int64_t lives_wake(const struct entry *e, int64_t now);
struct live *lives_add(struct rpa_sched *sched, struct entry *e,
                      const struct diary_run *run, struct rpa_err *err);
/* Move one to the entry that is loaded now. */
void lives_attach(struct entry *e, struct live *live);
/* The first with an id above @id; NULL: none. */
struct live *lives_above(const struct rpa_sched *sched, int64_t id);
/* It has ended: what follows is decided, and it is forgotten. @e may be
 * NULL. */
int lives_end(struct rpa_sched *sched, struct entry *e, struct live *live,
             enum rpa_sched_outcome outcome, int64_t now, struct rpa_err *err);

/* ---- queues.c ---- */

int queues_decide(struct rpa_sched *sched, struct entry *e, int64_t now,
                  struct rpa_err *err);

#endif
