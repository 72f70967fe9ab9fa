#ifndef RPA_LIB_SCREEN_LESSON_H
#define RPA_LIB_SCREEN_LESSON_H

#include "face.h"
#include "rpa/screen/font.h"
#include "rpa/screen/pointer.h"

/** A proportional font is learned in an entry of the program itself: known text
 * is typed between two bars, and what is drawn between them is its. A blank on
 * each side of a glyph keeps it apart; pens are counted so that these pairs
 * need no kerning, and that of all others follows. */
struct rpa_lesson {
    struct rpa_display *d;
    rpa_window window;
    struct rpa_point entry;
    struct rpa_look *look;
    struct rpa_box in; /* the inside of the entry */
    uint32_t paper;
    int full[3];       /* levels that full cover adds: blue, green, red */
    int channels;
    struct rpa_box bar; /* the first one's ink */
    uint32_t *ink;      /* the bar's pixels: of all rows inside */
    int apart;          /* pixels from the first bar's pen to the glyph's */
    int space;          /* advance of a blank */
    int bearing;        /* pixels from a bar's pen to its ink */
    struct rpa_face *face;
};

/* ---- lesson.c: the entry ---- */

/** Find the inside of the entry, its colours, the bar and the blank. */
int rpa_lesson_begin(struct rpa_lesson *l, struct rpa_err *err);
/** Bring the focus to it. */
int rpa_lesson_click(struct rpa_lesson *l, struct rpa_err *err);
/** Show @text alone, and wait until nothing more is drawn. */
int rpa_lesson_show(struct rpa_lesson *l, const char *text,
                    struct rpa_err *err);
/** The same, character by character, and not drawn anew at the end. */
int rpa_lesson_spell(struct rpa_lesson *l, const char *text,
                     struct rpa_err *err);
/** Type @text alone, without a wait. */
int rpa_lesson_type(struct rpa_lesson *l, const char *text,
                    struct rpa_err *err);
/** Take a picture when nothing has been drawn for a moment. */
int rpa_lesson_settle(struct rpa_lesson *l, struct rpa_err *err);
/** The column of the last bar, or -1. */
int rpa_lesson_last_bar(const struct rpa_lesson *l);
/** What is between the two bars, as a glyph: RPA_EUNREADABLE in other colours,
 * or it reaches into a bar. *@ret->a: free(). */
int rpa_lesson_glyph(const struct rpa_lesson *l, const char *text,
                     struct rpa_face_glyph *ret, struct rpa_err *err);

/** The text cursor, if one is drawn now: behind three blanks behind the first
 * bar. 1, or 0 if none is, or in a way of its own. *@ret->a: free(). */
int rpa_lesson_caret(const struct rpa_lesson *l, struct rpa_face_glyph *ret,
                     struct rpa_err *err);

/* ---- pairs.c ---- */

/** Learn the kerning of all pairs of l->face. */
int rpa_lesson_pairs(struct rpa_lesson *l, struct rpa_err *err);

#endif
