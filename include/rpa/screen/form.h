#ifndef RPA_SCREEN_FORM_H
#define RPA_SCREEN_FORM_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"
#include "rpa/screen/grid.h"

/**
 * Fields of a terminal form, found by their labels.
 *
 * A label is words one blank apart, at the start of a row, after two blanks
 * (one of them the attribute cell of a 3270) or after a line of a frame, with
 * or without a blank, followed by leaders: "Name:",
 * "Name . . . :", "Name  . . :", "Name .....:" or "Option ===>". A colon with
 * text right behind it ("10:15") ends no label. The field begins after the
 * leaders and one attribute cell; or if only blanks lie between, where another
 * background does, and then it also ends with that.
 */
struct rpa_field_pos {
    int start; /* linear cell of the field's first character */
    int room;  /* cells until the next label of its colour, a line of a frame,
                  the end of its background or of the screen; the field itself
                  may be shorter: the screen map says how long */
};

/** Which field is meant. */
struct rpa_field_at {
    const char *label; /* compared whole and exactly; NULL: by position */
    bool below;        /* it stands in the row below the label, which is any
                          text by itself, where that begins */
    int nth, of;       /* from 1, from the top left, where @of of them are; 0:
                          the only one */
    int row, col;      /* from 1: where the field begins, without a label */
};

/**
 * Find the field that @at means.
 *
 * Shape:  @line 0 is the field's first row, n the n-th continuation row below
 *         it, in the same column.
 * Errors: RPA_ELABEL when the label is not on the screen, or more than once in
 *         the colour most labels of this screen have, or not @of times, or the
 *         line is not; seen lists the labels there are.
 *         RPA_ENOMEM.
 */
int rpa_form_field(const struct rpa_screen *s, const struct rpa_field_at *at,
                   int line, struct rpa_field_pos *ret, struct rpa_err *err);

/** One label as it is on the screen. */
struct rpa_label {
    int row, col, len; /* cells, without leaders */
    int field;         /* linear cell of the first character of its field */
    uint32_t fg;       /* its colour */
};
/** Up to @max labels from the top left into @out; returns how many there are. */
size_t rpa_form_labels(const struct rpa_screen *s, struct rpa_label *out,
                       size_t max);

#endif
