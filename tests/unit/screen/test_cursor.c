/* Where the cursor is, by what cells are drawn on: an outline, a block, or what
 * cannot be read and so may be the edge of an outline around the next cell. */
#include "lib/screen/eyes.h"
#include "tap.h"

#include <string.h>

enum { COLS = 8, PAPER = 0x000000, INK = 0xffffff };

static const struct {
    const char *name, *row; /* [x] block, (x) an outline, ! unreadable on other
                               paper, ? unreadable on the screen's */
    int col;                /* -1: cannot be told */
    bool near;
} cases[] = {
    { "no cursor", "abc def", -1, false },
    { "a block", "ab[c] de", 2, false },
    { "two", "a[b]c[d]", -1, false },
    { "an outline", "ab( )cd", 2, false },
    { "an outline and a block", "a[b]c( )", 3, false },
    { "beside an outline", "abc !de", 4, true },
    { "what is unreadable on the paper is none", "ab?[c]d", 3, false },
};

static void draw(const char *row, struct rpa_cell *cell)
{
    for (int i = 0; i < COLS; i++)
        cell[i] = (struct rpa_cell){ ' ', INK, PAPER, 0, 0 };
    for (int i = 0; *row && i < COLS; row++) {
        struct rpa_cell *c = &cell[i];
        if (strchr("[(])", *row)) {
            c->bg = *row == '[' ? INK : PAPER;
            c->flags = *row == '(' ? RPA_CELL_CURSOR : 0;
            continue;
        }
        c->bg = *row == '!' ? INK : c->bg;
        c->cp = strchr("!?", *row) || c->flags ? 0 : (uint32_t)*row;
        c->look = !c->cp;
        i++;
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_cell cell[COLS];
        struct rpa_row_sum sum = { 0 };
        struct rpa_cursor_look look = { 0 };
        struct rpa_screen s = { .rows = 1, .cols = COLS, .cells = cell,
                                .cursor_row = -1, .cursor_col = -1 };
        draw(cases[i].row, cell);
        rpa_screen_sum_up(&s, &sum, NULL, &look);
        ok(s.cursor_col == cases[i].col && s.cursor_near == cases[i].near,
           "%s: column %d%s", cases[i].name, s.cursor_col,
           s.cursor_near ? ", or beside it" : "");
    }
    return tap_done();
}
