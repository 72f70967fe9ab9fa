#ifndef RPA_SCREEN_OIA_H
#define RPA_SCREEN_OIA_H

#include "rpa/screen/grid.h"

/**
 * The operator information area of a 3270 terminal: the status line that x3270
 * draws under a line across its window, with symbols of its own font.
 */
struct rpa_oia {
    bool connected; /* to a 3270 host */
    bool locked;    /* the keyboard takes nothing */
    /* Why, as it stands behind the X, UTF-8: "SYSTEM"; "◷" the host is waited
     * for; "←☺→" a protected field; "☺>" no room; "☺NUM" digits only; "↯" not
     * connected. Empty when not locked. */
    char reason[64];
    bool insert;                /* insert mode */
    int cursor_row, cursor_col; /* from 0; -1 where it is not shown */
};

/**
 * Read it, with a whole reading of the window.
 *
 * Errors: RPA_EUNREADABLE the window has no such line, or a glyph in what is
 *         told above is not known, or something lies over it; else as
 *         rpa_grid_read().
 * Source: x3270 4.1, whose fonts have the symbols at codes of their own;
 *         GA23-0059, chapter on the operator information area.
 */
int rpa_grid_oia(struct rpa_grid *g, struct rpa_oia *ret, struct rpa_err *err);

#endif
