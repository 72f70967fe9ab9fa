#ifndef RPA_LIB_SCREEN_GRID_H
#define RPA_LIB_SCREEN_GRID_H

#include "eyes.h"

/** One reader. grid.c watches and takes pictures; place.c finds the cells in
 * them and reads those. */
struct rpa_grid {
    struct rpa_display *d;
    struct rpa_tap tap;
    xcb_window_t top, inner; /* the application's, and the one that draws */
    struct rpa_damage damage; /* of @inner */
    bool dirty;     /* something was drawn, or the window changed */
    bool changed;   /* the window did, or what lies over it */
    bool uncovered; /* nothing lies over it, as far as we were told */
    bool touched;   /* something lay over it since the picture was begun */

    uint32_t *repertoire; /* sorted */
    size_t nrepertoire;
    struct rpa_geometry want;
    struct rpa_hints hints;

    struct rpa_font **fonts; /* to be tried */
    size_t nfonts;
    const struct rpa_font *font; /* the one that fitted, or NULL */
    struct rpa_cells *cells;     /* of that font */
    struct rpa_font *symbols;    /* of the status line; NULL until it is read */
    struct rpa_geometry at;
    int end; /* rpa_decode_end() when they were found */

    struct rpa_capture *capture;
    struct rpa_frame frame;
    bool current; /* the cells show all but what was drawn since */
    bool *drawn;  /* rows of cells that were drawn since */
    bool *taken;  /* rows of cells that are in the new picture */
    struct rpa_screen screen;
    struct rpa_row_sum *sums; /* of its rows */
    struct rpa_cursor_look look;
};

/** What the window's own hints say of its cells. */
void rpa_place_hints(struct rpa_grid *g);
/** Load the font of @spec, or if it has none all usual ones that fit the
 * hints. */
int rpa_place_fonts(struct rpa_grid *g, const struct rpa_grid_spec *spec,
                    struct rpa_err *err);
/** Is @fr another picture than the one the cells were found in? An x3270 that
 * was seen before it drew its status line had seemed to have more rows. */
bool rpa_place_other(const struct rpa_grid *g, const struct rpa_frame *fr);
/** Can most of what is shown not be read? Then it has perhaps another font. */
bool rpa_place_lost(const struct rpa_screen *s);
/**
 * Read the rows of g->taken from @fr, after finding font and place if need be:
 * only where nothing lies over the window (@covered), since the cells might be
 * another window's.
 */
int rpa_place_read(struct rpa_grid *g, const struct rpa_frame *fr, bool covered,
                   struct rpa_err *err);

#endif
