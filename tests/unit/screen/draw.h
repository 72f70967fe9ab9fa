/* A screen drawn as lines of text; '~' is an unreadable cell. */
#ifndef RPA_TESTS_UNIT_SCREEN_DRAW_H
#define RPA_TESTS_UNIT_SCREEN_DRAW_H

#include "rpa/base/utf8.h"
#include "rpa/screen/grid.h"

#include <stdlib.h>
#include <string.h>

static struct rpa_screen draw_new(int rows, int cols)
{
    struct rpa_screen s = { .rows = rows, .cols = cols };
    s.cells = calloc((size_t)(rows * cols), sizeof *s.cells);
    for (int i = 0; i < rows * cols; i++)
        s.cells[i].cp = ' ';
    return s;
}

static void draw_at(struct rpa_screen *s, int row, int col, const char *text)
{
    size_t len = strlen(text), n = 0;
    for (int c = col; n < len && c < s->cols; c++) {
        uint32_t cp;
        n += rpa_utf8_decode(text + n, len - n, &cp);
        s->cells[row * s->cols + c].cp = cp == '~' ? 0 : cp;
    }
}

#endif
