/* Marks of pages, on one line of a screen. */
#include "draw.h"
#include "rpa/screen/mark.h"
#include "tap.h"

static const struct {
    const char *mark, *row;
    int code;
    long page, pages, from, to, total;
} cases[] = {
    { "PAGE {page} OF {pages}", " PAGE 1 OF 3", 0, 1, 3, -1, -1, -1 },
    { "PAGE {page} OF {pages}", "PAGE   1 OF  12", 0, 1, 12, -1, -1, -1 },
    { "PAGE {page} OF {pages}", "PAGE 1 OF 3.", 0, 1, 3, -1, -1, -1 },
    { "PAGE {page} OF {pages}", "PAGE 1 OF", RPA_ENOTFOUND, -1, -1, -1, -1, -1 },
    { "PAGE {page} OF {pages}", "FRONTPAGE 1 OF 3", RPA_ENOTFOUND, -1, -1, -1,
      -1, -1 },
    { "PAGE {page} OF {pages}", "page 1 of 3", RPA_ENOTFOUND, -1, -1, -1, -1,
      -1 },
    { "PAGE {page} OF {pages}", "PAGE 1 OF 3A", RPA_ENOTFOUND, -1, -1, -1, -1,
      -1 },
    { "PAGE {page} OF {pages}", "PAGE 1 OF ~", RPA_ENOTFOUND, -1, -1, -1, -1,
      -1 },
    { "PAGE {page} OF {pages}", "PAGE 1 OF 3  PAGE 2 OF 3", RPA_ESCREEN, -1, -1,
      -1, -1, -1 },
    { "Page {page}/{pages}", "Page 1/ 3", 0, 1, 3, -1, -1, -1 },
    { "Page {page}/{pages}", "Page 1 / 3", RPA_ENOTFOUND, -1, -1, -1, -1, -1 },
    { "Row {from} of {total}", "Row 1 of 1,057 ", 0, -1, -1, 1, -1, 1057 },
    { "Row {from} of {total}", "Row 1 of 1,05", RPA_ENOTFOUND, -1, -1, -1, -1,
      -1 },
    { "Row {from} of {total}", "Row 1 of 1234,567", RPA_ENOTFOUND, -1, -1, -1,
      -1, -1 },
    { "Rows {from} to {to} of {total}", "(Rows 11 to 20 of 57)", 0, -1, -1, 11,
      20, 57 },
    { "{total} records found", "   57 records found", 0, -1, -1, -1, -1, 57 },
    { "{total} records found", "x57 records found", RPA_ENOTFOUND, -1, -1, -1,
      -1, -1 },
    { "Seite {page} für {pages}", "Seite 2 für 3", 0, 2, 3, -1, -1, -1 },
    { "Row {from} of {total}", "Row 1 of 9999999999999999", RPA_ENOTFOUND, -1,
      -1, -1, -1, -1 },
};

static const struct {
    const char *mark;
    bool good;
} marks[] = {
    { "PAGE {page} OF {pages}", true }, { "{total} found", true },
    { "PAGE", false },                  { "", false },
    { " {page}", false },               { "{Page}", false },
    { "{page", false },                 { "{page}{pages}", false },
    { "{page}1", false },               { "{page} {page}", false },
    { "{nothing}", false },
};

static void read_one(size_t i)
{
    struct rpa_screen s = draw_new(3, 40);
    struct rpa_err err = { 0 };
    int64_t got[RPA_MARK_NUMBERS] = { -1, -1, -1, -1, -1 };
    draw_at(&s, 1, 0, cases[i].row);
    int r = rpa_mark_read(&s, cases[i].mark, 0, 0, got, &err);
    ok(r == -cases[i].code && got[RPA_MARK_PAGE] == cases[i].page &&
           got[RPA_MARK_PAGES] == cases[i].pages &&
           got[RPA_MARK_FROM] == cases[i].from &&
           got[RPA_MARK_TO] == cases[i].to &&
           got[RPA_MARK_TOTAL] == cases[i].total,
       "'%s' on '%s'", cases[i].mark, cases[i].row);
    free(s.cells);
}

int main(void)
{
    struct rpa_err err = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        read_one(i);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        ok((rpa_mark_check(marks[i].mark, NULL, &err) == 0) == marks[i].good,
           "'%s' is %s mark", marks[i].mark, marks[i].good ? "a" : "no");

    struct rpa_screen s = draw_new(4, 40);
    int64_t got[RPA_MARK_NUMBERS] = { -1, -1, -1, -1, -1 };
    draw_at(&s, 0, 0, "PAGE 1 OF 3");
    draw_at(&s, 2, 0, "PAGE 9 OF 9");
    is_int(rpa_mark_read(&s, "PAGE {page} OF {pages}", 2, 3, got, &err), 0,
           "what stands in the rows of the table is no mark");
    is_int(got[RPA_MARK_PAGES], 3, "the other one is");
    draw_at(&s, 3, 0, "SHEET 2");
    is_int(rpa_mark_read(&s, "SHEET {page}", 2, 3, got, &err), -RPA_ESCREEN,
           "two marks that differ");
    free(s.cells);
    return tap_done();
}
