#ifndef RPA_LIB_SCREEN_EYES_H
#define RPA_LIB_SCREEN_EYES_H

#include "priv.h"
#include "rpa/base/buf.h"
#include "rpa/screen/grid.h"

#include <xcb/damage.h>

/** What the files of the eyes share: pixels, glyphs, and where cells are. */

/* ---- capture.c: the pixels of a window ---- */

struct rpa_frame {
    int w, h;           /* pixels */
    const uint32_t *px; /* w * h; the top byte is noise, mask it */
};

struct rpa_capture;
/** Errors: RPA_EENV no 24-bit little-endian TrueColor display; RPA_ENOMEM. */
int rpa_capture_open(struct rpa_display *d, struct rpa_capture **ret,
                     struct rpa_err *err);
void rpa_capture_close(struct rpa_capture *c); /* NULL is fine */
/** Pixel rows, from @from to before @to. */
struct rpa_band {
    int from, to;
};
enum { RPA_BANDS_MAX = 8 };
/**
 * Renew @n bands of the picture of @window, by shared memory where the server
 * is on this machine. All rows are renewed if @n is 0, at the first read, after
 * an error and when the window has become smaller. A band is of one moment;
 * another may be of a later one. That a window has grown is not asked for with
 * @n bands: who reads these hears of it, ConfigureNotify before the picture.
 * @ret->px is good until the next call.
 * Errors: RPA_EWINDOW gone, RPA_EUNREADABLE not mapped or partly off the
 *         screen, RPA_EDISPLAY, RPA_ENOMEM.
 */
int rpa_capture_read(struct rpa_capture *c, xcb_window_t window,
                     const struct rpa_band *band, int n, struct rpa_frame *ret,
                     struct rpa_err *err);

/* ---- damage.c: what is drawn in a window ---- */

struct rpa_damage {
    xcb_damage_damage_t id; /* 0: not begun */
    uint8_t event;          /* the type of those that tell */
};
/** Errors: RPA_EENV the display cannot tell; RPA_EWINDOW it has closed. */
int rpa_damage_start(struct rpa_display *d, xcb_window_t window,
                     enum xcb_damage_report_level_t level,
                     struct rpa_damage *ret, struct rpa_err *err);
/** Where was drawn, if @ev is about that; else NULL. */
const xcb_rectangle_t *rpa_damage_told(const struct rpa_damage *damage,
                                       const xcb_generic_event_t *ev);
/** Tell again of what is drawn from now on. */
void rpa_damage_renew(struct rpa_display *d, const struct rpa_damage *damage);
/** Look once: 1 when it is as wanted, 0 not yet, else minus a code. */
typedef int (*rpa_damage_look)(void *ctx, struct rpa_err *err);
/**
 * Look until it is as wanted: at once, then each time *@dirty, which a tap of
 * the caller's sets and @look clears, is set.
 * Errors: RPA_ETIMEOUT "the @what did not become as expected"; those of @look.
 */
int rpa_damage_wait(struct rpa_display *d, const bool *dirty,
                    rpa_damage_look look, void *ctx, int64_t deadline_us,
                    const char *what, struct rpa_err *err);
/** An X error comes of it if the window has gone. All 0 is fine. */
void rpa_damage_stop(struct rpa_display *d, struct rpa_damage *damage);

/* ---- cover.c: what lies over a window ---- */

struct rpa_box {
    int x, y, w, h; /* pixels, from the window's top left */
};
enum { RPA_COVERS_MAX = 64 };
/** The windows over @window, at most @max; returns how many, or -1 when that
 * cannot be told (too many, or it vanished). */
int rpa_cover_list(struct rpa_display *d, xcb_window_t window,
                   struct rpa_box *out, int max);
/** The window that draws: the largest descendant, as long as it fills most of
 * its parent. *@ret is @window itself if it has no such child. */
xcb_window_t rpa_cover_inner(struct rpa_display *d, xcb_window_t window);

/* ---- font.c: glyphs ---- */

enum {
    RPA_GLYPH_MAX = 48, /* widest and highest cell, pixels; <= 64 */
    RPA_GLYPH_MIN = 4,  /* narrowest */
};

/** One cell's ink: bit x of row y. */
struct rpa_mask {
    uint64_t row[RPA_GLYPH_MAX];
};

enum { RPA_TWINS_MAX = 64 };

struct rpa_font {
    char name[256];
    int cw, ch, ascent; /* pixels */
    struct rpa_glyph *glyphs;
    size_t nglyphs, cap;
    uint32_t *index; /* open addressing, glyph number + 1 */
    size_t nindex;   /* a power of two */
    struct {
        uint32_t a, b;
        bool bold;
    } twin[RPA_TWINS_MAX]; /* characters that look the same: the first of them */
    size_t ntwins;
    bool spills;     /* some glyph inks the cell to its right */
    size_t text;     /* the first so many glyphs: what is learned after them
                        yields to one that it looks like */
    struct rpa_font *wide; /* of twice the width, for characters that take two
                              cells; or NULL */
    struct rpa_soft *soft; /* antialiased glyphs instead of the above */
};

struct rpa_glyph {
    uint32_t cp; /* 0: several characters look like this */
    unsigned flags;
    uint64_t spill; /* bit y: inks the first column of the next cell there */
    struct rpa_mask ink;
};

/**
 * Learn the glyphs of X font @name, its bold sibling and those of twice the
 * width that show characters of @repertoire (sorted); @lines: underlined too.
 * Errors: RPA_EENV no such font, not fixed width, cells too large or an
 *         encoding we do not know; RPA_ENOMEM.
 */
int rpa_font_load(struct rpa_display *d, const char *name, bool lines,
                  const uint32_t *repertoire, size_t n, struct rpa_font **ret,
                  struct rpa_err *err);
/** Learn the line drawing that @repertoire lacks as well, and in a font of x3270
 * all that it draws for graphic escapes: a target shows those whatever it can
 * hold. What looks like text stays text; of two others that look the same none is
 * read. RPA_ENOMEM. */
int rpa_font_frames(struct rpa_display *d, struct rpa_font *f,
                    const uint32_t *repertoire, size_t n, struct rpa_err *err);
void rpa_font_free(struct rpa_font *f); /* NULL is fine */
/** The glyph with exactly this ink; NULL when there is none. */
const struct rpa_glyph *rpa_font_match(const struct rpa_font *f,
                                       const struct rpa_mask *m);

/** Does some glyph stand for @cp alone? A blank always does. */
bool rpa_font_has(const struct rpa_font *f, uint32_t cp);

/* ---- codes.c ---- */

enum { RPA_CODES_TEXT = 256, RPA_CODES_MAX = 512 };
/** The characters of the codes of a font whose CHARSET_REGISTRY and
 * CHARSET_ENCODING are these, 0 where there is none; from RPA_CODES_TEXT on, what
 * x3270 draws for graphic escapes. *@ret_unicode: codes are Unicode itself, and
 * there is no map. False: not an encoding we know. */
bool rpa_codes_of(const char *registry, const char *enc,
                  uint32_t map[RPA_CODES_MAX], bool *ret_unicode);

/* ---- wide.c: characters that take two cells ---- */

/** Do terminals give two cells to @cp? */
bool rpa_wide_is(uint32_t cp);
/** The pattern of the names of X fonts for those, beside font @name (an XLFD);
 * false: it has none. */
bool rpa_wide_name(const char *name, char *out, size_t size);
enum { RPA_ROW_MAX = 1024 }; /* cells */
/**
 * Settle which of @n cells are what: @one as read each by itself, @two as read
 * together with the next (cp 0: not a wide character). What can be read both
 * ways is unread. *@one becomes the result.
 */
void rpa_wide_settle(struct rpa_cell *one, const struct rpa_cell *two, int n);

/* ---- soft.c: antialiased glyphs ---- */

/* columns a glyph may ink beside its cell, to the left and to the right */
enum { RPA_SOFT_UNDER = 3, RPA_SOFT_OVER = 3 };
#define RPA_SOFT_WIDTH(cw) (RPA_SOFT_UNDER + (cw) + RPA_SOFT_OVER)

/** Where a glyph covers most. */
struct rpa_peak {
    int x, y, cover;
};

struct rpa_soft_glyph {
    uint32_t cp; /* 0: several characters look like this */
    unsigned flags;
    int over;  /* columns it inks to the right of its cell */
    int under; /* and to the left */
    struct rpa_peak peak[3]; /* a channel */
    uint8_t *a; /* coverage: ch rows of RPA_SOFT_WIDTH(cw), channels each */
};

/** Pixel rows that an underline fills. */
struct rpa_line {
    int top, height;
};

enum { RPA_LINES_MAX = 8, RPA_SOFT_GLYPHS_MAX = 16384 };

struct rpa_soft {
    int channels; /* 1 grey, 3 subpixel: blue, green, red */
    struct rpa_line line[RPA_LINES_MAX]; /* there may be one of */
    size_t nlines;
    struct rpa_soft_glyph *glyphs;
    size_t n;
    int over, under; /* the most of any glyph */
};

struct rpa_spill;
/** As rpa_decode_cell(), for a font with f->soft. */
void rpa_soft_cell(const struct rpa_font *f, const uint32_t *px, int stride,
                   struct rpa_spill *spill, struct rpa_cell *ret);
/** An empty font of this kind. RPA_ENOMEM. */
int rpa_soft_new(const char *name, int cw, int ch, int channels,
                 struct rpa_font **ret, struct rpa_err *err);
/** Add a glyph and return it, blank; NULL when there is no room. Good until the
 * next one. */
struct rpa_soft_glyph *rpa_soft_add(struct rpa_font *f, uint32_t cp,
                                    unsigned flags);
/** Take the last one out again. */
void rpa_soft_drop(struct rpa_font *f);
/** Does it fill its cell evenly? It is a blank of another colour then: as which it
 * is read. */
bool rpa_soft_is_even(const struct rpa_font *f, const struct rpa_soft_glyph *g);
/** Add the characters that look alike, those of each glyph as a line. RPA_ENOMEM */
int rpa_soft_alike(const struct rpa_font *f, struct rpa_buf *out, struct rpa_err *err);
/** Is there a glyph of it that looks like no other character's? */
bool rpa_soft_has(const struct rpa_font *f, uint32_t cp);
/** Add a character as people know it, and a blank. */
void rpa_soft_name(struct rpa_buf *out, uint32_t cp);
/** To be called once all glyphs and lines are in: takes the even ones out, adds the underlined ones, and
 * finds peaks and what is let over. RPA_EINVAL: a glyph has no ink that could
 * be read; RPA_ENOMEM. */
int rpa_soft_finish(struct rpa_font *f, struct rpa_err *err);
void rpa_soft_free(struct rpa_soft *s); /* NULL is fine */

/* ---- fontfile.c: a font as a file ---- */

enum { RPA_FONT_FILE_MAX = 8 << 20 }; /* bytes */

/** Write @f, before rpa_soft_finish(), as text. */
void rpa_font_write(const struct rpa_font *f, struct rpa_buf *out);
/** Read what rpa_font_write() wrote, as far as it is of @repertoire (sorted;
 * NULL: all). RPA_EINVAL says in which line what is wrong; RPA_ENOMEM. */
int rpa_font_parse(const char *text, size_t len, const uint32_t *repertoire,
                   size_t n, struct rpa_font **ret, struct rpa_err *err);

/* ---- usual.c: what terminals draw, and with what ---- */

/** The @n-th font to try, or NULL behind the last. */
const char *rpa_usual_font(size_t n);
/** Is @cp one of @n sorted characters? */
bool rpa_usual_has(const uint32_t *repertoire, size_t n, uint32_t cp);
/** Which of the line drawing that terminals show is not in @repertoire. */
enum { RPA_FRAMES_MAX = 64 };
size_t rpa_usual_frames(const uint32_t *repertoire, size_t n,
                        uint32_t out[RPA_FRAMES_MAX]);
/** A sorted copy of the repertoire of @spec, or if it has none, of Latin text
 * and line drawing; free() *@ret. RPA_ENOMEM. */
int rpa_usual_repertoire(const struct rpa_grid_spec *spec, uint32_t **ret,
                         size_t *ret_n, struct rpa_err *err);

/* ---- screen.c ---- */

/** What follows from the cells of one row. */
struct rpa_row_sum {
    uint64_t hash;
    int nunknown;
    uint32_t paper; /* the background most of its cells have: @npaper */
    int npaper;
    uint32_t on;           /* the screen's paper, which the rest is by */
    int hollow, at_hollow; /* cells with an outline, and the last of them */
    int block, at_block;   /* cells that are a block */
    int marked, at_marked; /* cells of the colour that marks cursors */
};
/** How the cursor is told. */
struct rpa_cursor_look {
    bool may_mark; /* programs of this display were asked to mark it */
    bool marks;    /* and this one was seen to do so: it is nowhere else */
};
/** Work out what follows from the cells: reversal, cursor, count, hash. Only
 * the rows marked in @anew (NULL: all) have changed since @row was made. */
void rpa_screen_sum_up(struct rpa_screen *s, struct rpa_row_sum *row,
                       const bool *anew, struct rpa_cursor_look *look);

/* ---- decode.c: one cell ---- */

/** Where the cells are in a frame. */
struct rpa_geometry {
    int ox, oy; /* pixels, of the first cell */
    int rows, cols;
};
/** What WM_NORMAL_HINTS say; all 0 when they say nothing. */
struct rpa_hints {
    int cw, ch;       /* increments */
    int base_w, base_h;
    bool font; /* that it is drawn with the font to be tried was said */
};

/** What a cell lets over into the one to its right. */
struct rpa_spill {
    bool unread; /* not known, since it could not be read */
    bool last;   /* of the cell to be read: there is none to its right */
    bool looked; /* of a cell that was read: the one to its right counted */
    bool twin;   /* of one that could not be: more than one character looks like it */
    uint64_t rows;
    uint32_t paper, ink;               /* its colours */
    const struct rpa_soft_glyph *soft; /* what inked it, or NULL */
};

/** Read the cell whose first pixel is @px; @stride in pixels. @spill is that of
 * the cell to its left, all 0 at the start of a row, and becomes its own. */
void rpa_decode_cell(const struct rpa_font *f, const uint32_t *px, int stride,
                     struct rpa_spill *spill, struct rpa_cell *ret);

/* ---- cells.c: rows of cells, most of which were seen before ---- */

struct rpa_cells;
/** A memory for cells of @font, borrowed. RPA_ENOMEM. */
int rpa_cells_new(const struct rpa_font *font, struct rpa_cells **ret,
                  struct rpa_err *err);
void rpa_cells_free(struct rpa_cells *c); /* NULL is fine */
/** Read a row of @n cells, the first pixel of which is @px. */
void rpa_cells_row(struct rpa_cells *c, const uint32_t *px, int stride, int n,
                   struct rpa_cell *ret);

/* ---- locate.c ---- */

/** The pixel row below the cells: x3270 draws its status line under a line
 * across the whole window. The height if there is none. */
int rpa_decode_end(const struct rpa_frame *fr);
/** Find where cells of @f are in @fr. Returns a score above 0 if all but a few
 * inked cells are readable at one place and only there; else 0. Where font and
 * cell size are certain, so is the place by the window's margins: enough then if
 * more is read there than elsewhere. @want rows and cols may be 0. */
int rpa_decode_locate(const struct rpa_font *f, const struct rpa_frame *fr,
                      const struct rpa_hints *hints,
                      const struct rpa_geometry *want,
                      struct rpa_geometry *ret);

/* ---- grid.c ---- */

/** A reading together with the pixels it was made from: all of one moment. */
struct rpa_view {
    struct rpa_frame frame;          /* of the whole window */
    const struct rpa_screen *screen; /* NULL: no text could be read */
    struct rpa_geometry at;          /* of its cells, each @cw by @ch pixels */
    int cw, ch;
    struct rpa_box over[RPA_COVERS_MAX]; /* what lay over the window */
    int nover;
};
/** Good until the next reading. Errors as rpa_grid_read(), but a window whose
 * text cannot be read has a view all the same. */
int rpa_grid_view(struct rpa_grid *g, struct rpa_view *ret, struct rpa_err *err);

#endif
