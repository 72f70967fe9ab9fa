#ifndef RPA_SUPERVISOR_ROTA_H
#define RPA_SUPERVISOR_ROTA_H

#include "rpa/base/err.h"
#include "rpa/ipc/msg.h"

#include <stdbool.h>

struct supervisor;
struct run;
struct rpa_sched;
struct rota;

/**
 * The schedules of a daemon: the engine (rpa/sched/engine.h) says what starts
 * when, this has the clock, carries it out, and writes down what it decided.
 *
 * It sleeps until the next time there is something to decide, by a clock that
 * follows the machine's. What starts is loaded by a process of its own
 * (launch.h), so that nothing waits for it.
 *
 * Deciding, writing down what was decided, starting one, and telling the engine of
 * one that has ended are steps, each in a turn of the loop and with one flush.
 */

/** @file need not be there; it is read again when it or a bot of it changes.
 * Faults in it are told, and nothing of it counts.
 * Owns: *@ret until rota_close(). */
int rota_open(struct supervisor *sup, const char *file, struct rota **ret,
              struct rpa_err *err);
void rota_close(struct rota *rota); /* NULL is fine */
/** Read the file again. NULL is fine. */
void rota_read(struct rota *rota);

/** NULL if there is none. */
struct rpa_sched *rota_engine(const struct rota *rota);
/** Something may be to do; NULL is fine. */
void rota_soon(struct rota *rota);
/** Add the times that come next to @status, a schedule each. NULL is fine. */
void rota_status(const struct rota *rota, cbor_item_t *status);
/** The schedule that started @run; NULL: none. Borrowed until it ends. */
const char *rota_schedule(const struct rota *rota, const struct run *run);
/** When the window of that schedule closes, s UTC; 0: it has none. */
int64_t rota_closes(const struct rota *rota, const struct run *run);
/** Is a bot being loaded, at work, or its end not written down? */
bool rota_loads(const struct rota *rota);

#endif
