#ifndef RPA_SCREEN_MARK_H
#define RPA_SCREEN_MARK_H

#include "rpa/base/err.h"
#include "rpa/screen/grid.h"

/**
 * What a screen says of where in a list it is: "PAGE 1 OF 3", "Row 1 of 57".
 *
 * A mark is that text with a name in braces for each number: {page}, {pages},
 * {from}, {to} (rows, from 1) and {total} (rows). A blank stands for one or
 * more; a number may have blanks before it and commas in thousands.
 */
enum rpa_mark_number {
    RPA_MARK_PAGE,
    RPA_MARK_PAGES,
    RPA_MARK_FROM,
    RPA_MARK_TO,
    RPA_MARK_TOTAL,
    RPA_MARK_NUMBERS
};

/** The name of a number, as it stands in braces. */
const char *rpa_mark_name(enum rpa_mark_number n);

/** Is @mark one? *@ret_which (may be NULL) gets a bit for each number in it.
 * Errors: RPA_EINVAL. */
int rpa_mark_check(const char *mark, unsigned *ret_which, struct rpa_err *err);

/**
 * Read the numbers of @mark into those of @ret that it names.
 *
 * Shape:  rows @from to before @to (from 0) are not looked at: there data
 *         stands, which may look like anything.
 * Errors: RPA_ENOTFOUND it is not on the screen; RPA_ESCREEN it is there more
 *         than once, or an earlier mark gave another number.
 */
int rpa_mark_read(const struct rpa_screen *s, const char *mark, int from,
                  int to, int64_t ret[static RPA_MARK_NUMBERS],
                  struct rpa_err *err);

#endif
