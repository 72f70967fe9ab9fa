#ifndef RPA_SUPERVISOR_VOICE_H
#define RPA_SUPERVISOR_VOICE_H

#include "rpa/base/log.h"
#include "rpa/ipc/msg.h"

#include <stdbool.h>

struct run;

/**
 * What a run says to whoever has it run, as messages: printed by this process,
 * or by a command that is attached to it, by the same code.
 *
 *   {"log": text, "level": n}   a line on stderr
 *   {"err": {…}}                a failure in full, on stderr
 *   {"progress": text}          in place of the last, on a terminal; "" ends it
 *   {"out": bytes}              on standard output
 *   {"end": n}                  the exit status, last of all
 */
struct voice {
    /** NULL: print it here. RPA_EIO: nobody reads it. */
    int (*say)(void *data, const cbor_item_t *msg, struct rpa_err *err);
    void *data;
    bool nobody; /* there is none to print to: what a bot prints is left out */
};

/** Print @msg; one that is none of them is ignored. RPA_EIO nobody reads. */
int voice_print(const cbor_item_t *msg, struct rpa_err *err);

void run_log(const struct run *run, enum rpa_log_level level, const char *fmt,
             ...) __attribute__((format(printf, 3, 4)));
/** To that one alone, and not into the log: it may name somebody's report. */
void run_tell(const struct run *run, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void run_log_err(const struct run *run, const struct rpa_err *err);
void run_progress(const struct run *run, const char *text);
/** Does somebody read what it prints? If not, the log says so, once. */
bool run_heard(struct run *run);
int run_out(const struct run *run, const char *data, size_t len,
            struct rpa_err *err);

#endif
