/* How long the loop is not there for others, and for whose sake. */
#include "rpa/supervisor/turns.h"
#include "rpa/base/time.h"
#include "tap.h"

#include <poll.h>

enum { LONG_MS = 80, LONG_US = LONG_MS * 1000 };

int main(void)
{
    struct turns turns;
    struct turn turn;
    turns_open(&turns);
    turns_begin(&turns);
    turns_end(&turns, &turn);
    ok(turns.n == 1 && turn.cpu_us < LONG_US, "a turn with nothing in it");

    turns_begin(&turns);
    while (!turns_end(&turns, &turn) || turn.cpu_us < LONG_US)
        ;
    ok(turn.us > TURN_LONG_US, "what is computed is a stall");
    is_int(turns.longest.cpu_us, turn.cpu_us, "and kept as the longest");

    int64_t before = turns.long_ones;
    turns_begin(&turns);
    poll(NULL, 0, LONG_MS); /* as a disk would have it wait */
    ok(turns_end(&turns, &turn), "what is waited for is a stall");
    ok(turn.us + turn.ready_us >= LONG_US && turn.cpu_us < LONG_US,
       "which is not computed");
    is_int(turns.long_ones, before + 1, "and counted");
    turns_close(&turns);
    turns_close(&turns);
    return tap_done();
}
