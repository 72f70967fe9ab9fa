#ifndef RPA_LIB_SCREEN_THINGS_H
#define RPA_LIB_SCREEN_THINGS_H

#include "face.h"

/** What stands on the papers of a picture. A paper is a connected part of one
 * colour that is large enough to stand something on; a thing is what one paper
 * has all around it: part of a letter, or a widget with all it holds. */
struct rpa_thing {
    struct rpa_box box;
    int paper; /* from 0; -1 - that of what reaches the end of its box: it
                  stands around the paper, or touches what does */
    int line;  /* that was read last of those it is a piece of */
};

struct rpa_things {
    struct rpa_thing *list;
    size_t n;
    uint32_t colour[256]; /* of each paper */
    int npapers;
    struct rpa_box *box; /* of each paper */
    int32_t **part; /* of each paper: for each pixel of its box the thing it
                       belongs to, or -1 */
    int *size;           /* and its pixels */
};

/** RPA_ENOMEM; RPA_EUNREADABLE more papers or things than a window has. */
int rpa_things_find(const struct rpa_frame *fr, struct rpa_things *ret,
                    struct rpa_err *err);
void rpa_things_clear(struct rpa_things *t);
/** The number of the thing a pixel of the box of @paper belongs to, of those on
 * it; -1. */
int rpa_things_at(const struct rpa_things *t, int paper, int x, int y);

/* ---- page.c ---- */

struct rpa_page {
    struct rpa_things things;
    struct rpa_text_run *runs; /* from the outer papers to the inner ones */
    int *paper;                /* of each */
    int line;                  /* is read now; from 1 */
    size_t n, cap;
};

#endif
