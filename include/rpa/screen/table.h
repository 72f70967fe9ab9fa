#ifndef RPA_SCREEN_TABLE_H
#define RPA_SCREEN_TABLE_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"
#include "rpa/screen/grid.h"

/**
 * Tables on a grid of cells: columns by the texts of their headings, rows below
 * them. Every cell of the table's rows belongs to one column or is blank, and
 * what could be read in two ways is refused: a table is read exactly, or not.
 *
 * The headings stand in one row, in the order of the columns, with nothing else
 * in it but blanks and walls ("|" and line drawing). Which cells a column has:
 *
 *   width given     that many from where its heading begins; a column that is
 *                   right-aligned: that many up to where its heading ends
 *   left, no width  from its heading to one blank before the next column
 *   right, no width from one blank behind the column before to its heading's end
 *
 * Between a left-aligned and a right-aligned column one of them needs a width.
 * In a column without one, two blanks inside a text are refused: they may be
 * the end of one column and the beginning of the next. A line of dashes is
 * refused: it may be a row. Line drawing is none.
 */
#define RPA_TABLE_COLUMNS 32
#define RPA_TABLE_ROWS 200

/** What a row is whose first column is empty. */
enum rpa_unkeyed {
    RPA_UNKEYED_REFUSED,
    RPA_UNKEYED_ROW,   /* a row like others */
    RPA_UNKEYED_JOINS, /* more of the row above: a wrapped text */
};

struct rpa_column {
    const char *header; /* its heading; NULL: none, @col and @width say where */
    int col;            /* from 1, where its heading stands; 0: anywhere */
    int width;          /* cells; 0: as above */
    bool right;         /* right-aligned */
};

struct rpa_table_spec {
    const struct rpa_column *columns; /* from the left; one has a heading */
    size_t ncolumns;
    int skip;           /* rows below the headings that are no data */
    int rows;           /* of the screen it takes at most; 0: @footer says */
    const char *footer; /* begins the row below the table; NULL: none, and
                           nothing but blank rows is below it */
    enum rpa_unkeyed unkeyed;
};

struct rpa_table {
    int top, bottom; /* rows from 0: the headings; the first one below it all */
    size_t ncols;
    struct {
        int col, len; /* from 0 */
    } cols[RPA_TABLE_COLUMNS];
    size_t nrows;
    struct {
        int row, lines; /* of the screen, from 0; more than 1: joined */
    } rows[RPA_TABLE_ROWS];
};

/**
 * Find the one table of @spec on @s.
 *
 * Errors: RPA_ELABEL the headings are not there, or twice; RPA_ESCREEN text
 *         stands where no column is, or a row cannot be told from what is
 *         below; RPA_EUNREADABLE an unreadable cell in a row; RPA_EINVAL the
 *         columns overlap or contend for the same cells. No text of a row is
 *         in an error, only its place.
 */
int rpa_table_find(const struct rpa_screen *s,
                   const struct rpa_table_spec *spec, struct rpa_table *ret,
                   struct rpa_err *err);

/** Add the text of a cell, blanks at its ends removed; the lines of a joined
 * row that are not empty, with a newline between. */
void rpa_table_cell(const struct rpa_screen *s, const struct rpa_table *t,
                    size_t row, size_t col, struct rpa_buf *out);

#endif
