#ifndef RPA_SCREEN_GRID_H
#define RPA_SCREEN_GRID_H

#include "rpa/base/buf.h"
#include "rpa/base/err.h"
#include "rpa/screen/display.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The eyes for terminals: a window of character cells, read exactly.
 *
 * Each cell's pixels are compared with the glyphs of the X core font the
 * window draws with. A cell is one known character or it is unreadable; it is
 * never the nearest one. Unreadable are: a glyph the font does not have, two
 * characters of the repertoire that look the same (but for a letter and a
 * combining accent, which are read as the one letter they make), the cell under the hollow
 * cursor of an unfocused window, cells covered by another window, and what could
 * be read in two ways next to a neighbour that is unreadable. What is not drawn
 * is a blank, so text of hidden or, at that moment, blinking letters is; a soft
 * hyphen that is drawn is a hyphen. Bold, slanted, underlined and struck-out
 * text is read as far as it can be drawn only so. Characters of two
 * cells are read where the repertoire has them and the window draws with a core
 * font that has a sibling of twice the width, as xterm looks for one.
 */
enum rpa_cell_flag {
    RPA_CELL_REVERSE = 1,   /* its background is not the screen's */
    RPA_CELL_CURSOR = 2,    /* the cursor stands here */
    RPA_CELL_BOLD = 4,      /* drawn with the bold font, or twice */
    RPA_CELL_UNDERLINE = 8,
    RPA_CELL_WIDE = 16, /* the character takes this cell and the next */
};

/** cp of the right half of a wide character: not a character of its own. */
#define RPA_CELL_REST 0x110000u

struct rpa_cell {
    uint32_t cp;     /* Unicode, or RPA_CELL_REST; 0 when unreadable; a blank
                        is U+0020 */
    uint32_t fg, bg; /* 0xRRGGBB; of a blank cell fg says nothing */
    unsigned flags;  /* enum rpa_cell_flag */
    uint32_t look;   /* of an unreadable cell, its pixels in short; 0: it cannot
                        be seen, or it can be read */
};

/** Line drawing: the frames of a program, no text. */
static inline bool rpa_cell_is_line(uint32_t cp)
{
    return cp >= 0x2500 && cp <= 0x257f;
}

/** What a window showed. Borrowed from its grid until the next read, wait or
 * close. */
struct rpa_screen {
    int rows, cols;
    struct rpa_cell *cells;     /* rows * cols, row by row */
    int cursor_row, cursor_col; /* from 0; -1 when it cannot be told */
    bool cursor_hidden;         /* it is known that none is shown */
    bool cursor_near; /* that cell cannot be read: it may be the next one's outline */
    size_t nunknown;            /* unreadable cells */
    uint64_t hash;              /* of size and characters, where one cannot be
                                   read of its pixels; not of colours or
                                   cursor */
};

struct rpa_grid_spec {
    const char *font; /* an X font name; NULL: tried out */
    const char *file; /* a learned font (rpa/screen/font.h) instead, or NULL */
    size_t nfile;     /* its bytes */
    /* The text the target can show; NULL: Latin text, typographic quotes and
     * line drawing, without dashes. One that is not in here but looks like one
     * that is, is read as that one. Copied. Read besides are line drawing, with
     * a learned font as far as it is in here; and what x3270's own fonts draw
     * for graphic escapes: lines and APL. Those that look like text are read
     * as text: walls are | in 3270-12 and, underlined, in 3270, where ∧ and ∼
     * are ^ and ~; and where hyphens are drawn twice, one right behind a line may
     * be a line. In a font that is not its own x3270 draws for an escape what
     * that has: nothing, or a character like it. */
    const uint32_t *repertoire;
    size_t nrepertoire;
    int rows, cols; /* 0: found from the window */
};

struct rpa_grid;

/**
 * Bind a reader to @window, an application's top-level window.
 *
 * Shape:  the font and the place of the first cell are found at the first read
 *         that shows text, and again after a change of size. @spec may be NULL.
 * Owns:   *@ret; end it with rpa_grid_close(), before the display.
 * Errors: RPA_EWINDOW no such window, RPA_EENV no usable font or no DAMAGE,
 *         RPA_EDISPLAY, RPA_ENOMEM.
 */
int rpa_grid_open(struct rpa_display *d, uint32_t window,
                  const struct rpa_grid_spec *spec, struct rpa_grid **ret,
                  struct rpa_err *err);
void rpa_grid_close(struct rpa_grid *g); /* NULL is fine */

/**
 * Read what is shown now.
 *
 * Errors: RPA_EUNREADABLE no font fits what is shown, or nothing is shown yet,
 *         or the window is partly off the screen or not mapped; RPA_EWINDOW it
 *         closed; RPA_EDISPLAY.
 */
int rpa_grid_read(struct rpa_grid *g, const struct rpa_screen **ret,
                  struct rpa_err *err);

/** True when @s is what was waited for. */
typedef bool (*rpa_screen_test)(void *ctx, const struct rpa_screen *s);

/**
 * Read until @test holds: at once, then each time something was drawn.
 *
 * Units:  @deadline_us in rpa_mono_us() time.
 * Shape:  *@ret is also set on RPA_ETIMEOUT: the last screen, or NULL when
 *         none could be read.
 * Errors: RPA_ETIMEOUT, the caller adds what it waited for and what was seen;
 *         else as rpa_grid_read(), but "nothing readable yet" is waited out.
 */
int rpa_grid_wait(struct rpa_grid *g, rpa_screen_test test, void *ctx,
                  int64_t deadline_us, const struct rpa_screen **ret,
                  struct rpa_err *err);

/** The middle of a cell (from 0) as a pixel of *@ret_window, the part of the
 * window that draws; false before the first read or for no such cell. */
bool rpa_grid_pixel(const struct rpa_grid *g, int row, int col,
                    uint32_t *ret_window, int *ret_x, int *ret_y);

/** Can @cp be read where this font draws it, in some style? A character it has
 * not, or draws as it does another, can't. True before the first read. */
bool rpa_grid_can_read(const struct rpa_grid *g, uint32_t cp);

/** The name of the font in use, or NULL before the first read. Borrowed. */
const char *rpa_grid_font(const struct rpa_grid *g);

/** Add @n cells from linear position @start as UTF-8, unreadable ones as
 * U+FFFD, going on to the next row. Cells outside the screen are left out; a
 * wide character is one character, and U+FFFD if only half of it is asked for. */
void rpa_screen_text(const struct rpa_screen *s, int start, int n,
                     struct rpa_buf *out);
/** Find @utf8 within one row, first match from the top left. Unreadable cells
 * match nothing. Either ret may be NULL. */
bool rpa_screen_find(const struct rpa_screen *s, const char *utf8, int *ret_row,
                     int *ret_col);

#endif
