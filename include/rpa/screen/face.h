#ifndef RPA_SCREEN_FACE_H
#define RPA_SCREEN_FACE_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"
#include "rpa/screen/font.h"
#include "rpa/screen/form_look.h"
#include "rpa/screen/pointer.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * A proportional font as a program draws it: the mask of each glyph, how far it
 * moves the pen, and the kerning of each pair. Learned from the program itself
 * (rpa_face_learn), kept as a file, and read with exactly: a text is told when
 * it is the only one the font has that explains every pixel, else nothing is.
 *
 * What shows no ink cannot be told: blanks at the two ends of a text.
 */
struct rpa_face;

/** Is this the file of a proportional font? It may be a broken one. */
bool rpa_face_is(const char *file, size_t len);
/** Owns: *@ret, end it with rpa_face_free(). Errors: RPA_EINVAL tells the line;
 * RPA_ENOMEM. */
int rpa_face_parse(const char *file, size_t len, struct rpa_face **ret,
                   struct rpa_err *err);
void rpa_face_free(struct rpa_face *f); /* NULL is fine */

/**
 * Learn the font of an entry by typing into it: each character, ligatures, and
 * every pair.
 *
 * Shape:  @entry is a pixel of @window inside an empty entry of one line, dark
 *         text on light paper. What it held is lost. What is learned is
 *         all that is on a key of the display's keymap, which is to be
 *         installed before the program starts, as far as it is of @repertoire
 *         (sorted; NULL: all).
 * Errors: RPA_EUNREADABLE it is no such entry, or glyphs are put between
 *         pixels; RPA_EFOCUS, RPA_ETIMEOUT, RPA_EWINDOW, RPA_ENOMEM.
 */
int rpa_face_learn(struct rpa_display *d, uint32_t window,
                   const struct rpa_point *entry, const char *name,
                   const uint32_t *repertoire, size_t n,
                   struct rpa_font_lesson *ret, struct rpa_err *err);

/** All text of a window: what stands on parts of one colour. */
struct rpa_page;

enum { RPA_PAGE_LINES = 400 }; /* on one colour */

/**
 * Read all of the last picture of @l.
 *
 * Owns:   *@ret, rpa_page_free() it.
 * Errors: RPA_EUNREADABLE something lies over the window, or it has too many
 *         parts; RPA_ENOMEM.
 */
int rpa_page_read(const struct rpa_face *f, const struct rpa_look *l,
                  struct rpa_page **ret, struct rpa_err *err);
void rpa_page_free(struct rpa_page *p); /* NULL is fine */

/** A line of text, or a part of one: what stands farther apart than a line is
 * high is two texts, but on a part no higher than three lines, such as an entry,
 * one, if the gap is of whole blanks. */
struct rpa_text_run {
    struct rpa_area at;
    const char *text; /* UTF-8; NULL: something that is no text of the font */
};
/** All of them, *@ret_n, in no order; good as long as the page is. */
const struct rpa_text_run *rpa_page_runs(const struct rpa_page *p,
                                         size_t *ret_n);

enum rpa_beside { RPA_RIGHT_OF, RPA_BELOW };
/** Where a widget stands from a text: the @nth (from 1) to the right of it, in its
 * line, or below it. */
struct rpa_place_beside {
    enum rpa_beside side;
    int nth;
    bool tall; /* it has several lines: else more than three are refused */
};
/**
 * The inside of a widget: of one colour, large enough for text, and on the part
 * where the label stands. Its frame is not in it.
 * Errors: RPA_ELABEL no such text, or more than one, or no such widget.
 */
int rpa_page_beside(const struct rpa_page *p, const struct rpa_face *f,
                    const char *label, const struct rpa_place_beside *where,
                    struct rpa_area *ret, struct rpa_err *err);

#endif
