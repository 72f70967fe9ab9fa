#ifndef RPA_SUPERVISOR_ASIDE_H
#define RPA_SUPERVISOR_ASIDE_H

#include "rpa/ipc/msg.h"
#include "rpa/role/spawn.h"
#include "rpa/supervisor/supervisor.h"

/**
 * A process of ours beside the loop, for what takes long or waits for others. It
 * is talked to over a socket, its descriptor 3.
 */
struct aside {
    struct supervisor *sup;
    pid_t pid; /* 0: it has ended */
    int fd;    /* -1: it says nothing any more */
    sd_event_source *saying, *late;
    int64_t most_us;
    struct rpa_err why; /* it ended; code 0: nobody told of that yet */
    void (*told)(void *data, const cbor_item_t *msg, const struct rpa_err *err);
    void *data;
};

/** Told of each message; or, once and last, that no more comes: RPA_EBOT it was
 * lost, RPA_ETIMEOUT, RPA_EPROTO, what kept it from starting. It may be ended or
 * started here. */
typedef void aside_told(void *data, const cbor_item_t *msg,
                        const struct rpa_err *err);

/** One of all zero was never started. Start @spawn, whose descriptors are ours to fill in. It may take @most_us; 0: as
 * long as it likes. */
int aside_start(struct aside *aside, struct supervisor *sup,
                struct rpa_spawn *spawn, int64_t most_us, aside_told *told,
                void *data, struct rpa_err *err);
/** Does it run, and can be talked to? */
bool aside_runs(const struct aside *aside);
/** With the descriptor @with, or -1. Never waits: what does not fit is
 * RPA_ETIMEOUT. */
int aside_say(struct aside *aside, const cbor_item_t *msg, int with,
              struct rpa_err *err);
/** Close the socket of one that runs, and let it end by itself in @most_us, as told. */
void aside_leave(struct aside *aside, int64_t most_us);
/** Wait here for its next message, where there is no loop yet. */
void aside_wait(struct aside *aside);
/** Kill it; it is reaped as any child is, and nobody is told. Fine twice. */
void aside_end(struct aside *aside);

#endif
