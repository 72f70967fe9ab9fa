#include "eyes.h"

#include "rpa/base/utf8.h"

#include <string.h>

static void put(struct rpa_buf *out, uint32_t cp)
{
    char utf8[4];
    rpa_buf_add(out, utf8, rpa_utf8_encode(cp ? cp : 0xfffd, utf8));
}

void rpa_screen_text(const struct rpa_screen *s, int start, int n,
                     struct rpa_buf *out)
{
    long end = (long)start + n, all = (long)s->rows * s->cols;
    for (long i = start < 0 ? 0 : start; i < end && i < all; i++)
        put(out, s->cells[i].cp);
}

/* does the row go on like @utf8 from @cell, of @left cells? */
static bool starts(const struct rpa_cell *cell, int left, const char *utf8,
                   size_t len)
{
    for (; len; left--, cell++) {
        uint32_t cp;
        size_t n = rpa_utf8_decode(utf8, len, &cp);
        if (!n || left == 0 || cell->cp != cp)
            return false;
        utf8 += n;
        len -= n;
    }
    return true;
}

bool rpa_screen_find(const struct rpa_screen *s, const char *utf8,
                     int *ret_row, int *ret_col)
{
    size_t len = strlen(utf8);
    for (int r = 0; r < s->rows; r++)
        for (int c = 0; c < s->cols; c++) {
            if (!starts(&s->cells[r * s->cols + c], s->cols - c, utf8, len))
                continue;
            if (ret_row)
                *ret_row = r;
            if (ret_col)
                *ret_col = c;
            return true;
        }
    return false;
}
