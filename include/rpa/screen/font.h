#ifndef RPA_SCREEN_FONT_H
#define RPA_SCREEN_FONT_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"
#include "rpa/screen/display.h"

#include <stddef.h>
#include <stdint.h>

/**
 * Learning the font a terminal draws with, however it draws it: core, Xft grey
 * or subpixel. What was learned is a text file that a grid reads with
 * (rpa_grid_spec.file), here or on another machine with the same font.
 */
struct rpa_font_lesson {
    struct rpa_buf file;  /* the font; its format is told in fontfile.c */
    struct rpa_buf alike; /* a line for each set of characters that look the
                             same, or nearly so: "– U+2012 bold". They are
                             unreadable, but if the target's repertoire has only
                             one of them */
    int cw, ch;           /* pixels of a cell */
    int channels;         /* 1 grey, 3 subpixel */
    size_t nglyphs;
    size_t nblank;        /* characters that are drawn as nothing */
};

/** The characters that are learned where no others are asked for, which @out has
 * room for, or is NULL; returns how many. No dashes: in many fonts they are twins. */
size_t rpa_font_usual(uint32_t *out);

/** Empty it. */
void rpa_font_lesson_clear(struct rpa_font_lesson *lesson);

/**
 * Show known text in a terminal and learn from what is drawn.
 *
 * Shape:  @window is the terminal's; what is written to @tty it shows: 80x24 or
 *         more, one dark and one light colour, UTF-8, bold and underlined text
 *         on (a terminal that cannot draw these is fine). What it showed is
 *         lost. @repertoire is sorted; NULL: what rpa_grid_open() takes.
 * Errors: RPA_EUNREADABLE what is drawn is not cells of one size, or not in two
 *         colours; RPA_ETIMEOUT nothing is drawn; RPA_EWINDOW, RPA_EIO,
 *         RPA_ENOMEM.
 */
int rpa_font_learn(struct rpa_display *d, uint32_t window, int tty,
                   const char *name, const uint32_t *repertoire, size_t n,
                   struct rpa_font_lesson *ret, struct rpa_err *err);

/** Learn X core font @x_name and its bold sibling from the server. Errors:
 * RPA_EENV no such font, not of fixed width; RPA_ENOMEM. */
int rpa_font_learn_core(struct rpa_display *d, const char *x_name,
                        const char *name, const uint32_t *repertoire, size_t n,
                        struct rpa_font_lesson *ret, struct rpa_err *err);

/** Is this a font file that can be used? The same checks as when a grid is
 * opened with it. RPA_EINVAL tells the line; RPA_ENOMEM. */
int rpa_font_check(const char *file, size_t len, struct rpa_err *err);

#endif
