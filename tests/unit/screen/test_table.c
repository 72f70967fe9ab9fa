/* Tables on screens drawn as text: read exactly, or refused. */
#include "draw.h"
#include "rpa/screen/table.h"
#include "tap.h"

enum { COLS = 60, ROWS = 14 };

#define LEFT(h) { h, 0, 0, false }
#define FULL(h, w) { h, 0, w, false }
#define RIGHT(h, w) { h, 0, w, true }

static const struct rpa_column plain[] = { LEFT("REF"), LEFT("SURNAME"),
                                           LEFT("DATE OF BIRTH") };
static const struct rpa_column money[] = { FULL("ITEM", 19), RIGHT("VALUE", 0) };
static const struct rpa_column contended[] = { LEFT("ITEM"), RIGHT("VALUE", 0) };
static const struct rpa_column numbers[] = { RIGHT("A", 6), RIGHT("B", 0) };
static const struct rpa_column chosen[] = { { NULL, 2, 1, false },
                                            LEFT("REF"), LEFT("SURNAME") };
static const struct rpa_column wide[] = { FULL("REF", 3), FULL("SURNAME", 30) };
static const struct rpa_column second[] = { { "REF", 31, 0, false } };
static const struct rpa_column one[] = { LEFT("REF") };
#define SPEC(c, ...) { c, sizeof c / sizeof *c, __VA_ARGS__ }

static const struct {
    const char *name;
    const char *rows[ROWS];
    struct rpa_table_spec spec;
    int code;
    const char *want; /* cells with | behind each, rows with a newline */
} cases[] = {
    { "a table to the end of the screen",
      { " LIST", "", " REF   SURNAME    DATE OF BIRTH",
        " CR/1  Jones      01/02/1990", " CR/2  van Dyck", "" },
      SPEC(plain, 0), 0, "CR/1|Jones|01/02/1990|\nCR/2|van Dyck||\n" },
    { "a rule below the headings, a footer below the rows",
      { " REF   SURNAME    DATE OF BIRTH", " ----  ---------  -------------",
        " CR/1  Jones", "", " PF3=Menu" },
      SPEC(plain, .footer = "PF3", .skip = 1), 0, "CR/1|Jones||\n" },
    { "a line of dashes may be a row",
      { " REF   SURNAME    DATE OF BIRTH", " ----  ---------  -------------",
        " CR/1  Jones" },
      SPEC(plain, 0), RPA_ESCREEN, "" },
    { "blank rows below the headings",
      { " REF   SURNAME    DATE OF BIRTH", "", " CR/1  Jones" },
      SPEC(plain, 0), 0, "CR/1|Jones||\n" },
    { "the footer follows at once",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jones", " PF3=Menu",
        " anything else" },
      SPEC(plain, .footer = "PF3"), 0, "CR/1|Jones||\n" },
    { "text below, and nothing says what it is",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jones", "", " PF3=Menu" },
      SPEC(plain, 0), RPA_ESCREEN, "" },
    { "a row behind a blank one is not lost",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jones", "", " CR/2  Evans",
        " PF3" },
      SPEC(plain, .footer = "PF3"), RPA_ESCREEN, "" },
    { "nor one behind a line of dashes",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jones", " -----",
        " CR/2  Evans", " PF3" },
      SPEC(plain, .footer = "PF3"), RPA_ESCREEN, "" },
    { "the footer is not there",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jones" },
      SPEC(plain, .footer = "PF3"), RPA_ELABEL, "" },
    { "a value looks like the footer",
      { " REF   SURNAME    DATE OF BIRTH", " PF3=  Jones", " PF3=Menu" },
      SPEC(plain, .footer = "PF3"), RPA_ESCREEN, "" },
    { "so many rows of the screen",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jones", " CR/2  Evans",
        " PF3" },
      SPEC(plain, .rows = 2), 0, "CR/1|Jones||\nCR/2|Evans||\n" },
    { "rows below the headings that are none",
      { " REF   SURNAME    DATE OF BIRTH", "       (maiden)   (day first)",
        " CR/1  Jones" },
      SPEC(plain, .skip = 1), 0, "CR/1|Jones||\n" },
    { "no rows",
      { " REF   SURNAME    DATE OF BIRTH" }, SPEC(plain, 0), 0, "" },
    { "a heading is missing",
      { " REF   SURNAME    BORN", " CR/1  Jones" }, SPEC(plain, 0), RPA_ELABEL,
      "" },
    { "a heading that was not named",
      { " REF   SURNAME    FORENAMES  DATE OF BIRTH", " CR/1  Jones  Sam" },
      SPEC(plain, 0), RPA_ELABEL, "" },
    { "the headings twice",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jones", "",
        " REF   SURNAME    DATE OF BIRTH" },
      SPEC(plain, 0), RPA_ELABEL, "" },
    { "told apart by the column",
      { " REF", " A", " END", "", "                              REF",
        "                              B" },
      SPEC(second, 0), 0, "B|\n" },
    { "part of a heading is none",
      { " REFERENCE", " A" }, SPEC(one, 0), RPA_ELABEL, "" },
    { "right-aligned, wider than its heading",
      { " ITEM                   VALUE", " A ring              1,234.50",
        " A bicycle                  7" },
      SPEC(money, 0), 0, "A ring|1,234.50|\nA bicycle|7|\n" },
    { "the cells between may be of either",
      { " ITEM                   VALUE", " A ring             1,234.50" },
      SPEC(contended, 0), RPA_EINVAL, "" },
    { "right-aligned ones side by side",
      { "       A        B", "      12   345678", "  123456        1" },
      SPEC(numbers, 0), 0, "12|345678|\n123456|1|\n" },
    { "text that runs into the next column",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Featherstone 01/02/1990" },
      SPEC(plain, 0), RPA_ESCREEN, "" },
    { "a number with blanks under a left-aligned heading",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jones  1 01/02/1990" },
      SPEC(plain, 0), RPA_ESCREEN, "" },
    { "two texts in one column",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  A   B      01/02/1990" },
      SPEC(plain, 0), RPA_ESCREEN, "" },
    { "columns of a fixed width need no gap, and may hold blanks",
      { " REFSURNAME", " CR1van  Dyck" }, SPEC(wide, 0), RPA_ELABEL, "" },
    { "the same with a gap in the headings",
      { " REF SURNAME", " CR1 van  Dyck" }, SPEC(wide, 0), 0,
      "CR1|van  Dyck|\n" },
    { "text in no column",
      { " REF SURNAME", " CR1 Jones                           left over" },
      SPEC(wide, 0), RPA_ESCREEN, "" },
    { "a column without a heading",
      { "   REF   SURNAME", " _ CR/1  Jones", " s CR/2  Evans" },
      SPEC(chosen, 0), 0, "_|CR/1|Jones|\ns|CR/2|Evans|\n" },
    { "an empty first column is refused",
      { " REF   SURNAME    DATE OF BIRTH", "       Jones" }, SPEC(plain, 0),
      RPA_ESCREEN, "" },
    { "unless rows may lack it",
      { " REF   SURNAME    DATE OF BIRTH", "       Jones" },
      SPEC(plain, .unkeyed = RPA_UNKEYED_ROW), 0, "|Jones||\n" },
    { "or it is more of the row above",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jones      01/02/1990",
        "       (Evans)", " CR/2  Price" },
      SPEC(plain, .unkeyed = RPA_UNKEYED_JOINS), 0,
      "CR/1|Jones\n(Evans)|01/02/1990|\nCR/2|Price||\n" },
    { "which must be there",
      { " REF   SURNAME    DATE OF BIRTH", "       (Evans)" },
      SPEC(plain, .unkeyed = RPA_UNKEYED_JOINS), RPA_ESCREEN, "" },
    { "an unreadable cell",
      { " REF   SURNAME    DATE OF BIRTH", " CR/1  Jo~es" }, SPEC(plain, 0),
      RPA_EUNREADABLE, "" },
    { "a box",
      { "┌──────┬──────────┬──────────────┐", "│ REF  │ SURNAME  │ DATE OF BIRTH│",
        "├──────┼──────────┼──────────────┤", "│ CR/1 │ Jones    │ 01/02/1990   │",
        "│ CR/2 │van der Weyden           │", "└──────┴──────────┴──────────────┘" },
      SPEC(plain, 0), RPA_ESCREEN, "" },
    { "a box whose walls stand",
      { "┌──────┬──────────┬──────────────┐", "│ REF  │ SURNAME  │ DATE OF BIRTH│",
        "├──────┼──────────┼──────────────┤", "│ CR/1 │ Jones    │ 01/02/1990   │",
        "│ CR/2 │ Llŷr     │              │", "└──────┴──────────┴──────────────┘" },
      SPEC(plain, 0), 0, "CR/1|Jones|01/02/1990|\nCR/2|Llŷr||\n" },
};

static void print(const struct rpa_screen *s, const struct rpa_table *t,
                  struct rpa_buf *out)
{
    rpa_buf_puts(out, "");
    for (size_t r = 0; r < t->nrows; r++) {
        for (size_t c = 0; c < t->ncols; c++) {
            rpa_table_cell(s, t, r, c, out);
            rpa_buf_puts(out, "|");
        }
        rpa_buf_puts(out, "\n");
    }
}

static void read_one(size_t i)
{
    struct rpa_screen s = draw_new(ROWS, COLS);
    struct rpa_table t;
    struct rpa_buf got = { 0 };
    struct rpa_err err = { 0 };
    for (int r = 0; r < ROWS && cases[i].rows[r]; r++)
        draw_at(&s, r, 0, cases[i].rows[r]);
    int r = rpa_table_find(&s, &cases[i].spec, &t, &err);
    if (r == 0)
        print(&s, &t, &got);
    is_int(r, -cases[i].code, cases[i].name);
    is_str(got.data ? got.data : "", cases[i].want, cases[i].name);
    if (r < 0)
        printf("# %s; %s; %s\n", err.msg, err.seen, err.hint);
    ok(!strstr(err.msg, "Jones") && !strstr(err.seen, "Jones"),
       "no one's name in the error");
    rpa_buf_clear(&got);
    free(s.cells);
}

/* ---- random tables, drawn and read back ---- */

static unsigned next_random(unsigned *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

enum { CASES = 4000, MOST = 20 };

struct random_table {
    struct rpa_column columns[6];
    char header[6][16];
    int start[6], len[6]; /* what each has on the screen */
    char text[MOST][6][24];
    size_t ncols, nrows;
    bool fixed; /* all widths are declared */
};

/* words, one blank apart, of @most characters; "" now and then */
static void random_text(unsigned *seed, int most, bool digits, char *out)
{
    static const char *const letters[] = { "a", "Ŵ", "é", "Z", "0", "-", "'",
                                           "|", "=", "7" };
    int n = (int)(next_random(seed) % (unsigned)(most + 1));
    bool blank = true;
    *out = '\0';
    for (int i = 0; i < n; i++) {
        bool gap = !blank && i + 1 < n && next_random(seed) % 5 == 0;
        const char *c = gap       ? " "
                        : digits ? letters[4 + 5 * (next_random(seed) % 2)]
                                  : letters[next_random(seed) % 10];
        blank = gap;
        strcat(out, c);
    }
}

static void make(struct random_table *t, unsigned *seed)
{
    int at = 1 + (int)(next_random(seed) % 3);
    t->ncols = 1 + next_random(seed) % 6;
    t->nrows = next_random(seed) % MOST;
    t->fixed = next_random(seed) % 2;
    for (size_t i = 0; i < t->ncols; i++) {
        int head = 1 + (int)(next_random(seed) % 5);
        bool right = t->fixed && next_random(seed) % 2;
        int len = head + (int)(next_random(seed) % 6);
        snprintf(t->header[i], 16, "%.*s%zu", head, "HEADING", i);
        head++;
        len = len < head ? head : len;
        t->start[i] = at;
        t->len[i] = len;
        t->columns[i] = (struct rpa_column){ t->header[i], 0,
                                             t->fixed ? len : 0, right };
        for (size_t r = 0; r < t->nrows; r++)
            do
                random_text(seed, len, right, t->text[r][i]);
            while (!i && !t->text[r][i][0]);
        at += len + 1 + (int)(next_random(seed) % 2);
    }
}

static void put(struct rpa_screen *s, const struct random_table *t, int row,
                size_t i, const char *text)
{
    int n = (int)rpa_utf8_count(text, strlen(text));
    draw_at(s, row, t->start[i] + (t->columns[i].right ? t->len[i] - n : 0),
            text);
}

/* 1 right, 0 refused, -1 wrong */
static int round_trip(unsigned *seed)
{
    struct random_table t;
    struct rpa_table got;
    struct rpa_screen s = draw_new(30, 100);
    int top = (int)(next_random(seed) % 5), result = 1;
    make(&t, seed);
    draw_at(&s, top + 1 + (int)t.nrows, 2, "PF3=End");
    for (size_t i = 0; i < t.ncols; i++) {
        put(&s, &t, top, i, t.header[i]);
        for (size_t r = 0; r < t.nrows; r++)
            put(&s, &t, top + 1 + (int)r, i, t.text[r][i]);
    }
    struct rpa_table_spec spec = { t.columns, t.ncols, .footer = "PF3" };
    if (rpa_table_find(&s, &spec, &got, NULL) < 0)
        result = 0;
    else if (got.nrows != t.nrows)
        result = -1;
    for (size_t r = 0; result == 1 && r < t.nrows; r++)
        for (size_t i = 0; i < t.ncols; i++) {
            struct rpa_buf cell = { 0 };
            rpa_buf_puts(&cell, "");
            rpa_table_cell(&s, &got, r, i, &cell);
            if (strcmp(cell.data ? cell.data : "", t.text[r][i]) != 0)
                result = -1;
            rpa_buf_clear(&cell);
        }
    free(s.cells);
    return result;
}

int main(void)
{
    unsigned seed = 20240517;
    int tally[3] = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        read_one(i);
    for (int i = 0; i < CASES; i++)
        tally[round_trip(&seed) + 1]++;
    printf("# random tables: %d read right, %d refused, %d wrong\n", tally[2],
           tally[1], tally[0]);
    is_int(tally[0], 0, "no random table is read wrongly");
    ok(tally[2] > CASES * 9 / 10, "and few are refused");
    return tap_done();
}
