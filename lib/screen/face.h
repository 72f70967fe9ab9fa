#ifndef RPA_LIB_SCREEN_FACE_H
#define RPA_LIB_SCREEN_FACE_H

#include "eyes.h"
#include "rpa/screen/face.h"

/** What the files of proportional fonts share. Reading a line is a walk: from
 * a pen position one glyph explains the pixels up to where the next may ink,
 * and moves the pen by its advance and the kerning of the pair. */

enum {
    RPA_FACE_HEIGHT_MAX = 64, /* pixel rows of a line */
    RPA_FACE_WIDTH_MAX = 128, /* pixels of a glyph's ink, or of its advance */
    RPA_FACE_GLYPHS_MAX = 1000,
    RPA_FACE_TEXT = 16,  /* bytes of what one glyph stands for, with the NUL */
    RPA_FACE_KERN = 100, /* pixels, at most */
    RPA_FACE_APART = 127, /* a pair that was seen to be drawn in another way */
};

struct rpa_face_glyph {
    char text[RPA_FACE_TEXT]; /* a character; several, drawn as one; or "", a
                                 text cursor */
    int advance; /* pixels from pen to pen, at least 1; of a cursor 0 */
    int left, top, w, h; /* of the box that has ink: from the pen, from the top
                            of the line; w and h are 0 without ink */
    struct rpa_peak peak; /* where it covers most; from the pen */
    uint8_t *a;           /* coverage: h rows of w pixels, channels each */
};

struct rpa_face {
    char name[200];
    int height;   /* pixel rows of a line */
    int channels; /* 1 grey, 3 subpixel: blue, green, red */
    struct rpa_face_glyph *glyphs;
    size_t n;
    int8_t *kern; /* n * n: what a pair adds to the advance of its first */
    int back;     /* pixels that a glyph may ink to the left of the end of the
                     one before, at most */
    int widest;   /* advance */
};

/* ---- face.c ---- */

/** An empty one. RPA_ENOMEM. */
int rpa_face_new(const char *name, int height, int channels,
                 struct rpa_face **ret, struct rpa_err *err);
/** Add @glyph; its coverage is copied. false: no room. */
bool rpa_face_add(struct rpa_face *f, const struct rpa_face_glyph *glyph);
/** The number of the glyph for @text; -1. */
int rpa_face_find(const struct rpa_face *f, const char *text);
/** To be called when all glyphs are in: makes room for kerning, all 0. */
int rpa_face_pair(struct rpa_face *f, struct rpa_err *err);
/** And once that is in too: finds peaks, and how far glyphs reach. RPA_EINVAL
 * if the font cannot be read with. */
int rpa_face_finish(struct rpa_face *f, struct rpa_err *err);

static inline int rpa_face_kern(const struct rpa_face *f, size_t a, size_t b)
{
    return f->kern[a * f->n + b];
}
/** Coverage at @x from the pen and @y from the top of the line. */
int rpa_face_cover(const struct rpa_face *f, const struct rpa_face_glyph *g,
                   int x, int y, int c);
/** Do they look the same, or nearly so? */
bool rpa_face_alike(const struct rpa_face *f, const struct rpa_face_glyph *a,
                    const struct rpa_face_glyph *b);

/* ---- facefile.c ---- */

void rpa_face_write(const struct rpa_face *f, struct rpa_buf *out);

/* ---- form_look.c ---- */

/** The last picture; good until the next one. */
const struct rpa_frame *rpa_look_frame(const struct rpa_look *l);
/** What lay over the window then; *ret_n -1: that cannot be told. */
const struct rpa_box *rpa_look_over(const struct rpa_look *l, int *ret_n);

/* ---- facewalk.c: one line ---- */

/** A line of text to be read: ink on paper of one colour. */
struct rpa_strip {
    const struct rpa_frame *frame;
    struct rpa_box ink; /* all that is not paper, and no more */
    struct {
        int y, h;
    } seen; /* rows that are known: the line stands in them, whole */
    uint32_t paper;
};

/** What came of it. */
enum rpa_walk {
    RPA_WALK_READ,
    RPA_WALK_UNKNOWN, /* no row of glyphs of the font explains the pixels */
    RPA_WALK_SEVERAL, /* more than one does, with different texts */
};
/** The one text that explains all pixels of @strip; blanks before and behind
 * it do not show. */
enum rpa_walk rpa_face_walk(const struct rpa_face *f,
                            const struct rpa_strip *strip, struct rpa_buf *ret);

/** Glyphs that are known, and stand where their kerning puts them. */
struct rpa_row {
    const struct rpa_strip *strip;
    const int *full; /* levels above the paper at full cover, each channel */
    int top, pen;    /* of the line, and of the first glyph */
    const size_t *glyphs;
    size_t n;
};
/** Find the kerning of each pair, so that all pixels of the strip from the
 * first pen on are explained. Returns how many glyphs have a place: r->n if
 * all is well, and then ret[i] is the kerning behind the i-th. */
size_t rpa_face_align(const struct rpa_face *f, const struct rpa_row *row,
                      int8_t *ret);

#endif
