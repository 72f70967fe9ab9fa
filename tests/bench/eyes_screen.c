#include "eyes_screen.h"

#include "rpa/base/utf8.h"

#include <string.h>

void eyes_screen_fill(struct eyes_screen *s, unsigned seed, bool ascii)
{
    static const char *const words[] = {
        "Surname", "Morgan", "reported", "vehicle", "O'Brien", "the",
        "stolen", "CF10", "08:15", "Street", "between", "INCIDENT",
        "20/11/2026", "illicit", "l1I|", "O0", "statement", "Llanelli",
        "Caerffili", "rn/m", /* then what ASCII lacks */
        "Si\u00e2n", "T\u0177", "Ll\u0177r", "\u00a345.00", "d\u0175r",
    };
    unsigned n = ascii ? 20 : sizeof words / sizeof *words;
    for (int r = 0; r < EYES_ROWS; r++) {
        char *row = s->row[r];
        int used = 0;
        for (*row = '\0'; used < EYES_COLS - 12;) {
            seed = seed * 1664525u + 1013904223u;
            const char *w = words[(seed >> 8) % n];
            strcat(strcat(row, w), " ");
            used += (int)rpa_utf8_count(w, strlen(w)) + 1;
        }
        for (; used < EYES_COLS - 1; used++)
            strcat(row, ".");
    }
}

void eyes_screen_put(const struct eyes_screen *s, struct rpa_buf *out)
{
    rpa_buf_puts(out, "\033[H\033[2J");
    for (int r = 0; r < EYES_ROWS; r++)
        rpa_buf_printf(out, "\033[%d;1H%s", r + 1, s->row[r]);
    rpa_buf_printf(out, "\033[%d;%dH", EYES_ROWS, EYES_COLS);
}

long eyes_screen_wrong(const struct eyes_screen *s,
                       const struct rpa_screen *seen)
{
    long wrong = 0;
    for (int r = 0; r < EYES_ROWS; r++) {
        const char *want = s->row[r];
        size_t left = strlen(want);
        for (int c = 0; c < EYES_COLS - 1; c++) {
            uint32_t cp = 0;
            size_t n = rpa_utf8_decode(want, left, &cp);
            wrong += seen->cells[r * seen->cols + c].cp != cp;
            want += n;
            left -= n;
        }
    }
    return wrong;
}

bool eyes_screen_shown(void *ctx, const struct rpa_screen *seen)
{
    return seen->rows == EYES_ROWS && seen->cols == EYES_COLS &&
           seen->cursor_row == EYES_ROWS - 1 &&
           seen->cursor_col == EYES_COLS - 1 && !eyes_screen_wrong(ctx, seen);
}
