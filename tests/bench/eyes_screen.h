#ifndef RPA_TESTS_BENCH_EYES_SCREEN_H
#define RPA_TESTS_BENCH_EYES_SCREEN_H

#include "rpa/screen/grid.h"

#include <stdbool.h>

/** A record as a clerk sees it, 80x24, other words and figures for each seed;
 * the cursor in the last cell, which is blank. */
enum { EYES_ROWS = 24, EYES_COLS = 80 };

struct eyes_screen {
    char row[EYES_ROWS][EYES_COLS * 3 + 1]; /* all but the last column */
};

void eyes_screen_fill(struct eyes_screen *s, unsigned seed, bool ascii);
/** As a terminal gets it. */
void eyes_screen_put(const struct eyes_screen *s, struct rpa_buf *out);
/** Cells that are not as written. */
long eyes_screen_wrong(const struct eyes_screen *s,
                       const struct rpa_screen *seen);
/** rpa_screen_test: all is there, the cursor too. @ctx: struct eyes_screen. */
bool eyes_screen_shown(void *ctx, const struct rpa_screen *seen);

#endif
