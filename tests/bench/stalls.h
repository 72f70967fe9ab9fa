#ifndef RPA_TESTS_BENCH_STALLS_H
#define RPA_TESTS_BENCH_STALLS_H

#include <stdint.h>

enum { STALLS_MAX = 7 };

/**
 * What stalls.so tells of the loop of the program it is preloaded to, in the file
 * $STALLS of that layout: the turn that was longest once its longest flush and
 * what others had the processors for are taken from it, µs; and how often a turn
 * flushed.
 *
 * A turn is from one return of epoll_wait() of the main thread to its next call,
 * as sd-event makes it; a flush is fsync() or fdatasync(). Seen from outside: the
 * program itself tells only how long its turns were.
 */
struct stalls {
    int64_t pid; /* whose loop; 0: of the first that waits for events */
    int64_t rest_us; /* of that turn, without its longest flush */
    int64_t flush_us; /* that flush */
    int64_t flushes;  /* of that turn */
    int64_t turns[STALLS_MAX + 1]; /* how many turns had so many; the last: or more */
};

#endif
