/* Labels and fields, on screens drawn as text. */
#include "rpa/base/utf8.h"
#include "rpa/screen/form.h"
#include "tap.h"

#include <stdlib.h>

enum { COLS = 40 };

/* '\1' switches to the colour of values, '\2' back to that of labels; '\3' to the
 * background of fields, '\4' back to paper; '\5': the cursor, in its own */
static struct rpa_screen draw(const char *const *rows, int n)
{
    struct rpa_screen s = { .rows = n, .cols = COLS };
    s.cells = calloc((size_t)(n * COLS), sizeof *s.cells);
    for (int r = 0; r < n; r++) {
        uint32_t fg = 0xff, bg = 0;
        bool cursor;
        const char *p = rows[r];
        for (int c = 0; c < COLS; c++) {
            uint32_t cp = ' ';
            for (cursor = false; *p >= 1 && *p <= 5; p++) {
                fg = *p == 1 ? 0xff00 : *p == 2 ? 0xff : fg;
                bg = *p == 3 ? 0xcccc : *p == 4 ? 0 : bg;
                cursor |= *p == 5;
            }
            if (*p)
                p += rpa_utf8_decode(p, strlen(p), &cp);
            s.cells[r * COLS + c] =
                (struct rpa_cell){ cp == '~' ? 0 : cp, fg,
                                   cursor ? 0xf08038 : bg,
                                   cursor ? RPA_CELL_CURSOR : 0 };
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
    " Town        :   \1Pill\2       County : ",   /* 12 */
    " Town Hall     closed",                     /* 13 */
    " \1Nickname:\2 ",                           /* 14: at hand, drawn otherwise */
    " Comment :",                                /* 15 */
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
    { "Town", 0, AT(12, 15), AT(12, 28) - 1 - AT(12, 15), 0 },
    { "County", 0, AT(12, 37), AT(15, 1) - 1 - AT(12, 37), 0 },
    { "Nickname", 0, AT(14, 11), AT(15, 1) - 1 - AT(14, 11), 0 },
    { "Town Hall", 0, 0, 0, RPA_ELABEL },
    { "surname", 0, 0, 0, RPA_ELABEL },
    { "", 0, 0, 0, RPA_ELABEL },
};

static const char *const other[] = {
    " VICTIM      SUSPECT:    STREET NAME",  /* 0 */
    " _________   ________    ___________",  /* 1 */
    "",                                       /* 2 */
    " Name: \1Jones: x\2     Name: \1Price",  /* 3 */
    " Name:          \1Name: x",             /* 4: a value that looks like one */
    " VICTIM OF",                             /* 5 */
    " \u2502 \u2502Box:  Siân \u2502 Bay: y\u2502",  /* 6: in frames */
    " \u2502  BED     \u2502 Be\u2502d: z",       /* 7 */
    "            \u2502",                       /* 8 */
    " Tint:      \3          \4",             /* 9: a background of its own */
    " Here: \3\5         \4    Flush:\3       \4", /* 10 */
    " Away:  \5                  ",              /* 11: the cursor within */
    " LIST",                                      /* 12 */
    " \3 \5       \4",                           /* 13 */
};
enum { OTHER = sizeof other / sizeof *other };

static const struct {
    const char *name;
    struct rpa_field_at at;
    int line, start, room, code;
} places[] = {
    { "below", { "VICTIM", true }, 0, AT(1, 1), 11, 0 },
    { "the second row of it", { "VICTIM", true }, 1, AT(2, 1), 11, 0 },
    { "below a text with a colon", { "SUSPECT", true }, 0, AT(1, 13), 11, 0 },
    { "below the last of a row", { "STREET NAME", true }, 0, AT(1, 25), 15, 0 },
    { "below a part of a text", { "STREET", true }, 0, 0, 0, RPA_ELABEL },
    { "below nothing", { "WITNESS", true }, 0, 0, 0, RPA_ELABEL },
    { "three of them", { "Name" }, 0, 0, 0, RPA_ELABEL },
    { "the first of three", { "Name", false, 1, 3 }, 0, AT(3, 7), 12, 0 },
    { "the second", { "Name", false, 2, 3 }, 0, AT(3, 26),
      AT(4, 1) - 1 - AT(3, 26), 0 },
    { "the third", { "Name", false, 3, 3 }, 0, AT(4, 7), AT(6, 1) - AT(4, 7), 0 },
    { "the third of four", { "Name", false, 3, 4 }, 0, 0, 0, RPA_ELABEL },
    { "where its background begins", { "Tint" }, 0, AT(9, 12), 10, 0 },
    { "with the cursor in it", { "Here" }, 0, AT(10, 7), 9, 0 },
    { "without a blank before", { "Flush" }, 0, AT(10, 26), 7, 0 },
    { "the cursor alone is no field", { "Away" }, 0, AT(11, 7), AT(14, 0) - AT(11, 7), 0 },
    { "below, by its background", { "LIST", true }, 0, AT(13, 1), 8, 0 },
    { "by position", { .row = 5, .col = 8 }, 0, AT(4, 7), 8, 0 },
    { "in a frame", { "Box" }, 0, AT(6, 9), 6, 0 },
    { "a blank behind it", { "Bay" }, 0, AT(6, 22), 1, 0 },
    { "below a text behind a line", { "BED", true }, 0, AT(8, 4), 8, 0 },
    { "a line within a label", { "d" }, 0, AT(7, 20), AT(8, 12) - AT(7, 20), 0 },
    { "outside", { .row = 99, .col = 8 }, 0, 0, 0, RPA_ELABEL },
};

static void at_places(void)
{
    struct rpa_screen s = draw(other, OTHER);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct rpa_field_pos p = { 0 };
        struct rpa_err err = { 0 };
        int r = rpa_form_field(&s, &places[i].at, places[i].line, &p, &err);
        if (!ok(r == -places[i].code && p.start == places[i].start &&
                    p.room == places[i].room,
                "%s", places[i].name))
            printf("# %d %s; start %d room %d, wanted %d %d\n", r, err.msg,
                   p.start, p.room, places[i].start, places[i].room);
    }
    struct rpa_err err = { 0 };
    struct rpa_field_pos p;
    rpa_form_field(&s, &(struct rpa_field_at){ "Name" }, 0, &p, &err);
    ok(strstr(err.msg, "3 fields 'Name' on this screen, not 1: row 4, column 2; "
                       "row 4, column 21; row 5, column 2"),
       "its places are listed: %s", err.msg);
    free(s.cells);
}

int main(void)
{
    at_places();
    struct rpa_screen s = draw(form, ROWS);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_field_pos p = { 0 };
        struct rpa_err err = { 0 };
        struct rpa_field_at at = { .label = cases[i].label };
        int r = rpa_form_field(&s, &at, cases[i].line, &p, &err);
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
