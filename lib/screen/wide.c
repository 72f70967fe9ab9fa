/* Characters that take two cells. */
#include "eyes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pairs of first and last. Source: mk_wcwidth() of Markus Kuhn, which xterm
 * goes by (East Asian Width W and F), without what is beyond a core font. */
static const uint32_t wide[][2] = {
    { 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf },
    { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
    { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
};

bool rpa_wide_is(uint32_t cp)
{
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (cp >= wide[i][0] && cp <= wide[i][1])
            return true;
    return false;
}

bool rpa_wide_name(const char *name, char *out, size_t size)
{
    char field[14][64];
    size_t n = 0, len = 0;
    for (const char *at = name; *at == '-' && n < 14; n++) {
        size_t part = strcspn(++at, "-");
        if (part >= sizeof field[n])
            return false;
        memcpy(field[n], at, part);
        field[n][part] = '\0';
        at += part;
    }
    if (n != 14)
        return false;
    for (size_t i = 0; i < 14 && len < size; i++)
        len += (size_t)(i == 11 ? snprintf(out + len, size - len, "-%d",
                                           atoi(field[i]) * 2)
                                : snprintf(out + len, size - len, "-%s",
                                           i == 4 || i == 5 ? "*" : field[i]));
    return len < size;
}

/* How a row may be split into characters of one cell and of two: the fewest
 * cells left unread of all ways from the start to before cell i, and from cell
 * i to the end. */
struct ways {
    int from[RPA_ROW_MAX + 1], to[RPA_ROW_MAX + 1];
};

enum { NEVER = RPA_ROW_MAX + 1 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void find_ways(const struct rpa_cell *one, const struct rpa_cell *two,
                      int n, struct ways *w)
{
    for (int i = 0; i <= n; i++)
        w->from[i] = w->to[i] = NEVER;
    w->from[0] = w->to[n] = 0;
    for (int i = 0; i < n; i++) {
        w->from[i + 1] = least(w->from[i + 1], w->from[i] + !one[i].cp);
        if (i + 1 < n && two[i].cp)
            w->from[i + 2] = w->from[i];
    }
    for (int i = n - 1; i >= 0; i--) {
        w->to[i] = w->to[i + 1] + !one[i].cp;
        if (i + 1 < n && two[i].cp)
            w->to[i] = least(w->to[i], w->to[i + 2]);
    }
}

void rpa_wide_settle(struct rpa_cell *one, const struct rpa_cell *two, int n)
{
    struct ways w;
    find_ways(one, two, n, &w);
    bool left = false, right; /* two[i], two[i - 1] is a part of a best way */
    for (int i = 0; i < n; i++) {
        bool alone = w.from[i] + !one[i].cp + w.to[i + 1] == w.to[0];
        right = left;
        left = i + 1 < n && two[i].cp && w.from[i] + w.to[i + 2] == w.to[0];
        if (alone + left + right > 1)
            one[i] = (struct rpa_cell){ .fg = one[i].fg, .bg = one[i].bg };
        else if (left)
            one[i] = two[i];
        else if (right) {
            one[i] = two[i - 1];
            one[i].cp = RPA_CELL_REST;
            one[i].flags &= ~(unsigned)RPA_CELL_WIDE;
        }
    }
}
