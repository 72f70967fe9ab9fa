#ifndef RPA_SCREEN_PICTURE_H
#define RPA_SCREEN_PICTURE_H

#include "rpa/screen/form_look.h"
#include "rpa/screen/grid.h"

/**
 * A picture of a window, for people who look into a run.
 *
 * Pixels and cells are of one moment, so that what the cells say must not be
 * seen is black in the picture before anything leaves this process. What lies
 * over the window is black from the start: it is not this window's.
 */
struct rpa_picture {
    int w, h;     /* pixels */
    uint32_t *px; /* w * h, 0xRRGGBB */
    /* the cells in it, from ox, oy, each cw by ch pixels; 0 rows when no text
     * could be read */
    int rows, cols, ox, oy, cw, ch;
};

/**
 * Take one, by a reading of its own.
 *
 * Owns:   *@ret; end it with rpa_picture_clear().
 * Shape:  *@ret_screen is what the reading found, borrowed from @g until the
 *         next; NULL when the text of the window cannot be read.
 * Errors: RPA_EWINDOW it closed, RPA_EUNREADABLE it is not shown whole,
 *         RPA_EDISPLAY, RPA_ENOMEM.
 */
int rpa_picture_take(struct rpa_grid *g, struct rpa_picture *ret,
                     const struct rpa_screen **ret_screen, struct rpa_err *err);

/**
 * The last picture of a look (rpa_look_take), without cells.
 *
 * Owns:   *@ret; end it with rpa_picture_clear().
 * Errors: RPA_EUNREADABLE it cannot be told what lies over the window, RPA_ENOMEM.
 */
int rpa_picture_look(const struct rpa_look *look, struct rpa_picture *ret,
                     struct rpa_err *err);

/** Black out @area; what of it is outside of the picture does not matter. */
void rpa_picture_black_area(struct rpa_picture *picture,
                            const struct rpa_area *area);
/** Black out the cells that are marked in @black[rows * cols], and a pixel to
 * either side, where a glyph may hang over. */
void rpa_picture_black(struct rpa_picture *picture, const bool *black);
/** Leave nothing but the cell at @row, @col (from 0): the picture is as large as
 * that. False, and nothing is done, if there is no such cell. */
bool rpa_picture_crop(struct rpa_picture *picture, int row, int col);
/** Black out all that is not a cell. */
void rpa_picture_black_around(struct rpa_picture *picture);

/**
 * The picture as PNG: with a palette where 256 colours are enough, as they are
 * for a terminal.
 *
 * Owns:   @out, which is added to.
 * Errors: RPA_ENOMEM, RPA_EIO libpng could not.
 * Source: ISO/IEC 15948 (PNG); libpng's simplified write API.
 */
int rpa_picture_png(const struct rpa_picture *picture, struct rpa_buf *out,
                    struct rpa_err *err);

/** Free it; its pixels are wiped. */
void rpa_picture_clear(struct rpa_picture *picture);

#endif
