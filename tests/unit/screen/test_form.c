/* Labels and fields, on screens drawn as text. */
#include "rpa/base/utf8.h"
#include "rpa/screen/form.h"
#include "tap.h"

#include <stdlib.h>

enum { COLS = 40 };

/* '\1' switches to the colour of values, '\2' back to that of labels */
static struct rpa_screen draw(const char *const *rows, int n)
{
    struct rpa_screen s = { .rows = n, .cols = COLS };
    s.cells = calloc((size_t)(n * COLS), sizeof *s.cells);
    for (int r = 0; r < n; r++) {
        uint32_t fg = 0xff;
        const char *p = rows[r];
        for (int c = 0; c < COLS; c++) {
            uint32_t cp = ' ';
            while (*p == 1 || *p == 2)
                fg = *p++ == 1 ? 0xff00 : 0xff;
            if (*p)
                p += rpa_utf8_decode(p, strlen(p), &cp);
            s.cells[r * COLS + c] =
                (struct rpa_cell){ cp == '~' ? 0 : cp, fg, 0, 0 };
        }
    }
    return s;
}

static const char *const form[] = {
    " NEW CRIME REPORT 2/3               DEMO", /* 0 */
    " Surname . . . : \1O'Brien: 10:15",         /* 1 */
    " Given Names :   \1Si\303\242n\2  Gender: \1F", /* 2 */
    " Names......:      Start  . . :",            /* 3 */
    " Option ===>",                              /* 4 */
    " E014 SURNAME: REQUIRED",                   /* 5: two blanks missing */
    " Narrative . . :",                          /* 6 */
    "                 \1VRM: AB12",              /* 7: a value */
    " VRM . . . . . :",                          /* 8 */
    " Twice:          ",                         /* 9 */
    " Twice:          ",                         /* 10 */
    " B~d: x",                                   /* 11 */
};
enum { ROWS = sizeof form / sizeof *form };
#define AT(r, c) ((r) * COLS + (c))

static const struct {
    const char *label;
    int line, start, room, code;
} cases[] = {
    { "Surname", 0, AT(1, 17), AT(2, 1) - 1 - AT(1, 17), 0 },
    { "Given Names", 0, AT(2, 15), AT(2, 23) - 1 - AT(2, 15), 0 },
    { "Gender", 0, AT(2, 31), AT(3, 1) - 1 - AT(2, 31), 0 },
    { "Names", 0, AT(3, 14), AT(3, 19) - 1 - AT(3, 14), 0 },
    { "Start", 0, AT(3, 32), AT(4, 1) - 1 - AT(3, 32), 0 },
    { "Option", 0, AT(4, 13), AT(5, 1) - 1 - AT(4, 13), 0 },
    { "Narrative", 0, AT(6, 17), AT(8, 1) - 1 - AT(6, 17), 0 },
    { "Narrative", 1, AT(7, 17), AT(8, 1) - 1 - AT(7, 17), 0 },
    { "Narrative", 90, 0, 0, RPA_ELABEL },
    { "VRM", 0, AT(8, 17), AT(9, 1) - 1 - AT(8, 17), 0 },
    { "Twice", 0, 0, 0, RPA_ELABEL },
    { "Bad", 0, 0, 0, RPA_ELABEL },
    { "surname", 0, 0, 0, RPA_ELABEL },
    { "", 0, 0, 0, RPA_ELABEL },
};

int main(void)
{
    struct rpa_screen s = draw(form, ROWS);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_field_pos p = { 0 };
        struct rpa_err err = { 0 };
        int r = rpa_form_field(&s, cases[i].label, cases[i].line, &p, &err);
        ok(r == -cases[i].code && p.start == cases[i].start &&
               p.room == cases[i].room,
           "'%s' line %d", cases[i].label, cases[i].line);
        if (r != -cases[i].code || p.start != cases[i].start ||
            p.room != cases[i].room)
            printf("# %d start %d (wanted %d) room %d (wanted %d) %s\n", r,
                   p.start, cases[i].start, p.room, cases[i].room, err.seen);
        if (r < 0 && cases[i].line == 0)
            ok(strstr(err.seen, "Given Names, Gender"), "labels are listed");
    }
    int row = -1, col = -1;
    ok(rpa_screen_find(&s, "Si\303\242n", &row, &col) && row == 2 && col == 17,
       "text is found");
    ok(!rpa_screen_find(&s, "B~d", &row, &col), "not in unreadable cells");
    struct rpa_buf b = { 0 };
    rpa_screen_text(&s, AT(11, 1), 4, &b);
    is_str(b.data, "B\357\277\275d:", "text marks unreadable cells");
    rpa_buf_clear(&b);
    free(s.cells);
    return tap_done();
}
