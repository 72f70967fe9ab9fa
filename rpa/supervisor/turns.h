#ifndef RPA_SUPERVISOR_TURNS_H
#define RPA_SUPERVISOR_TURNS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * How long the loop is not there for others: a turn is what it does about one
 * event, and meanwhile it hears nobody.
 *
 * Of a turn's time, some is for a processor that others have: that is the
 * machine's, and no stall of ours. The rest is computed, or waited for the disk.
 *
 * Source: proc(5) and Documentation/scheduler/sched-stats.rst, the second number
 * of schedstat: ready, and not running.
 */
struct turn {
    int64_t us;     /* without what others had the processors for */
    int64_t cpu_us; /* of it, computed */
    int64_t ready_us; /* not of it: ready to go on, and no processor free */
};

#define TURN_LONG_US 50000

struct turns {
    int schedstat; /* descriptor; -1: this kernel does not tell */
    int64_t n, long_ones; /* turns; those over TURN_LONG_US */
    struct turn longest;  /* of each the most; not of one turn */
    int64_t at_us, at_cpu_us, at_ready_us; /* when this one began */
};

void turns_open(struct turns *turns);
void turns_close(struct turns *turns);

void turns_begin(struct turns *turns);
/** What the turn took; true if that was long. */
bool turns_end(struct turns *turns, struct turn *ret);

#endif
