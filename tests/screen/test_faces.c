/* Proportional text in the entries of a toolkit, read by learned glyphs: every
 * text is read right, or said to be unreadable where that was told before.
 * test_faces CHARACTERS PROGRAM...: a form of tests/fake/forms. */
#include "lib/screen/things.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"
#include "rpa/screen/window.h"
#include "screen/xvfb.h"
#include "tap.h"
#include "unit/screen/face_proves.h"

#include <stdlib.h>
#include <string.h>

#define FRAMED_MS 300 /* what is not read then, may stand against the frame */
#define SHOWN 220     /* pixels of an entry, at least */
#define GAPS 16       /* blanks: far more than a line is high */
#define WAIT_MS 30000 /* what is not read then, is refused */
#define FEW "abdefghiklmnoprstuvwyABCDFGLNRSTUVW105/'.:_jŵŷâîŴ–’"

/* a form has its first entries here (tests/fake/forms) */
static const struct rpa_area surname = { 120, 10, 260, 28 },
                             given = { 120, 45, 260, 28 };

struct world {
    struct xvfb x;
    struct rpa_display *d;
    rpa_window window;
    struct rpa_look *look;
    struct rpa_face *face;
    uint32_t rep[400];
    size_t nrep;
    unsigned seed;
};

static void bail(const char *why)
{
    printf("Bail out! %s\n", why);
    exit(1);
}

static unsigned rnd(struct world *w, unsigned n)
{
    w->seed = w->seed * 1664525u + 1013904223u;
    return (w->seed >> 8) % n;
}

static int64_t soon(int ms)
{
    return rpa_mono_us() + ms * 1000LL;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void fill_repertoire(struct world *w)
{
    const char *few = FEW;
    for (size_t i = 0, len = strlen(few); i < len;)
        i += rpa_utf8_decode(few + i, len - i, &w->rep[w->nrep++]);
    qsort(w->rep, w->nrep, sizeof *w->rep, by_value);
}

static void start(struct world *w, const char *const argv[])
{
    struct rpa_err err = { 0 };
    xvfb_start(&w->x, 1200, 900);
    if (rpa_display_open(w->x.name, &w->d, &err) < 0 ||
        rpa_keymap_install(w->d, NULL, 0, &err) < 0)
        bail(err.msg);
    xvfb_spawn(&w->x, argv);
    if (rpa_window_find(w->d, "Crime Form", NULL, soon(60000), &w->window, &err) < 0)
        bail(err.msg);
}

static void learn(struct world *w, bool all)
{
    struct rpa_font_lesson told;
    struct rpa_err err = { 0 };
    struct rpa_point at = { 330, 24 };
    int r = rpa_face_learn(w->d, w->window, &at, "test", all ? NULL : w->rep,
                           w->nrep, &told, &err);
    if (!ok(r == 0, "its font is learned: %s", r ? err.msg : "yes"))
        exit(tap_done());
    printf("# %zu glyphs; alike: %s\n", told.nglyphs,
             told.alike.len ? "some" : "none");
    ok(rpa_face_parse(told.file.data, told.file.len, &w->face, &err) == 0,
       "as a file of %zu bytes", told.file.len);
    rpa_font_lesson_clear(&told);
    if (all) { /* the glyphs there are */
        w->nrep = 0;
        for (size_t i = 0; i < w->face->n && w->nrep < 400; i++) {
            const char *text = w->face->glyphs[i].text;
            uint32_t cp;
            size_t len = strlen(text);
            if (len && rpa_utf8_decode(text, len, &cp) == len)
                w->rep[w->nrep++] = cp;
        }
    }
    if (rpa_look_open(w->d, w->window, &w->look, &err) < 0)
        bail(err.msg);
}

static int advance(const struct world *w, const char *ch)
{
    int i = rpa_face_find(w->face, ch);
    return i < 0 ? 0 : w->face->glyphs[i].advance;
}

/* Words of mixed characters with one or more blanks between; none at the ends; no
 * wider than is shown. */
static void make_text(struct world *w, char *out)
{
    size_t len = 0;
    int most = 40 + (int)rnd(w, SHOWN - 40);
    bool blank = false;
    for (int px = 0; px < most;) {
        char ch[5] = "";
        uint32_t cp = w->rep[rnd(w, (unsigned)w->nrep)];
        if (len && rnd(w, blank ? 3 : 6) == 0)
            cp = ' ';
        else if (cp == ' ')
            cp = 'e';
        blank = cp == ' ';
        rpa_utf8_encode(cp, ch);
        len += (size_t)sprintf(out + len, "%s", ch);
        px += advance(w, ch);
    }
    while (len && out[len - 1] == ' ')
        len--;
    out[len] = '\0';
}

static int type(struct world *w, const char *text, struct rpa_err *err)
{
    static const char *const erase[] = { "End", "shift+Home", "BackSpace" };
    int r = 0;
    for (size_t i = 0; r == 0 && i < 3; i++)
        r = rpa_keys_chord(w->d, w->window, erase[i], NULL, err);
    return r == 0 ? rpa_keys_text(w->d, w->window, text, strlen(text), NULL, err)
                  : r;
}

struct wish {
    struct world *w;
    const struct rpa_area *at;
    const char *want;
};

/* The text in @area: 1, or 0 when there is none; -1 what is there is no text. */
static int text_in(const struct world *w, const struct rpa_look *look,
                   const struct rpa_area *area, struct rpa_buf *ret)
{
    struct rpa_page *p = NULL;
    int n = 0;
    rpa_buf_clear(ret);
    if (rpa_page_read(w->face, look, &p, NULL) < 0)
        return -1;
    for (size_t i = 0; n >= 0 && i < p->n; i++) {
        const struct rpa_text_run *t = &p->runs[i];
        if (t->at.x < area->x || t->at.x >= area->x + area->w ||
            t->at.y < area->y || t->at.y >= area->y + area->h ||
            (t->text && !t->text[0])) /* a cursor */
            continue;
        n = t->text && n == 0 ? 1 : -1;
        rpa_buf_puts(ret, n > 0 ? t->text : "");
    }
    rpa_page_free(p);
    return n;
}

static bool reads(void *ctx, const struct rpa_look *look)
{
    struct wish *wish = ctx;
    struct rpa_buf got = { 0 };
    bool same = text_in(wish->w, look, wish->at, &got) == (wish->want[0] != 0) &&
                !strcmp(got.data ? got.data : "", wish->want);
    rpa_buf_clear(&got);
    return same;
}

static bool await(struct world *w, const struct rpa_area *at, const char *want,
                  int ms)
{
    struct wish wish = { w, at, want };
    return rpa_look_wait(w->look, reads, &wish, soon(ms), NULL) == 0;
}

static void focus(struct world *w, const struct rpa_area *at)
{
    struct rpa_err err = { 0 };
    struct rpa_gesture click = { .kind = RPA_GESTURE_CLICK, .button = 1,
                                 .times = 1, .leave = true,
                                 .at = { at->x + 200, at->y + 14 } };
    if (rpa_window_focus(w->d, w->window, soon(30000), &err) < 0 ||
        rpa_pointer_do(w->d, w->window, &click, NULL, &err) < 0)
        bail(err.msg);
}

/* 1 @text is read; 0 it is refused for @ms; -1 something else is read */
static int try_text(struct world *w, const char *text, int ms)
{
    struct rpa_err err = { 0 };
    struct rpa_buf got = { 0 };
    if (type(w, text, &err) < 0)
        bail(err.msg);
    while (*text == ' ')
        text++;
    if (await(w, &surname, text, ms))
        return 1;
    int r = text_in(w, w->look, &surname, &got);
    rpa_buf_clear(&got);
    if (r >= 0 && await(w, &surname, text, WAIT_MS))
        return 1;
    r = text_in(w, w->look, &surname, &got);
    if (r >= 0)
        printf("# wanted '%s', got '%s'\n", text, got.len ? got.data : "");
    rpa_buf_clear(&got);
    return r >= 0 ? -1 : 0;
}

/* What has the pixels of another text is told before. What stands against the
 * frame on the left might be the end of a longer text, and is refused, as what
 * is cut off there (Motif: what a first glyph inks to the left of its pen):
 * behind a blank it is read. */
static void test_texts(struct world *w, long chars)
{
    long done = 0, texts = 0, told = 0, framed = 0, refused = 0, wrong = 0;
    focus(w, &surname);
    while (done < chars && wrong + refused < 5) {
        char text[256] = " ";
        make_text(w, text + 1);
        texts++;
        if (!face_proves(w->face, text + 1)) {
            told++;
            continue;
        }
        int r = try_text(w, text + 1, FRAMED_MS);
        if (r == 0) {
            framed++;
            r = try_text(w, text, WAIT_MS);
        }
        if (r == 0)
            printf("# refused: '%s'\n", text + 1);
        refused += r == 0;
        wrong += r < 0;
        done += r > 0 ? (long)rpa_utf8_count(text + 1, strlen(text + 1)) : 0;
    }
    ok(wrong == 0 && refused == 0 && (told + framed) * 2 <= texts,
       "%ld texts: %ld characters read; %ld texts read wrong, %ld refused; %ld "
       "stood against the frame, and are read behind a blank; %ld have the "
       "pixels of another text",
       texts, done, wrong, refused, framed, told);
}

/* A gap of any width is blanks of the one text, and as many as were typed. */
static void test_gaps(struct world *w)
{
    int read = 0;
    for (int blanks = 1; blanks <= GAPS; blanks++) {
        char text[80];
        snprintf(text, sizeof text, " ni%*sl.", blanks, "");
        read += try_text(w, text, WAIT_MS) == 1;
    }
    ok(read == GAPS, "%d of %d texts with gaps of 1 to %d blanks are read", read,
       GAPS, GAPS);
}

/* ---- what is drawn in other ways ---- */

/* Read as it is, or not read: never as something else. */
static void is_or_none(struct world *w, const char *want, const char *what)
{
    struct rpa_buf got = { 0 };
    bool same = await(w, &surname, want, 2000);
    int r = same ? 1 : text_in(w, w->look, &surname, &got);
    ok(same || r < 0, "%s makes no other of it: %s", what,
       same ? "it is read" : r < 0 ? "it is not read" : got.data);
    rpa_buf_clear(&got);
}

static void test_states(struct world *w)
{
    struct rpa_err err = { 0 };
    ok(type(w, "Siân Llŷr", &err) == 0 && await(w, &surname, "Siân Llŷr", 30000),
       "control: a text is read");
    rpa_keys_chord(w->d, w->window, "shift+Home", NULL, &err);
    is_or_none(w, "Siân Llŷr", "a selection of all");
    rpa_keys_chord(w->d, w->window, "End", NULL, &err);
    ok(await(w, &surname, "Siân Llŷr", 30000), "no longer selected it is read");
    for (int i = 0; i < 4; i++)
        rpa_keys_chord(w->d, w->window, "Left", NULL, &err);
    is_or_none(w, "Siân Llŷr", "the cursor within a text");
    rpa_keys_chord(w->d, w->window, "Tab", NULL, &err);
    ok(await(w, &surname, "Siân Llŷr", 30000), "and without the focus");
    ok(await(w, &given, "", 30000), "an empty entry is empty");
}

/* ---- labels ---- */

static void test_page(struct world *w)
{
    static const struct {
        const char *label;
        int y;
    } labels[] = { { "Surname:", 10 }, { "Crime Type:", 150 },
                   { "Date of Birth:", 80 } };
    struct rpa_err err = { 0 };
    struct rpa_page *p = NULL;
    size_t n = 0;
    int r = rpa_page_read(w->face, w->look, &p, &err);
    ok(r == 0, "the window is read: %s", r ? err.msg : "yes");
    const struct rpa_text_run *runs = p ? p->runs : NULL;
    n = p ? p->n : 0;
    for (size_t i = 0; i < n; i++)
        printf("# %d,%d %dx%d %s\n", runs[i].at.x, runs[i].at.y, runs[i].at.w,
               runs[i].at.h, runs[i].text ? runs[i].text : "(not read)");
    for (size_t i = 0; p && i < 3; i++) {
        struct rpa_place_beside right = { RPA_RIGHT_OF, 1, false },
                                below = { RPA_BELOW, 1, true };
        struct rpa_area at = { 0 };
        r = rpa_page_beside(p, w->face, labels[i].label, &right, &at, &err);
        ok(r == 0 && abs(at.x - 120) < 9 && abs(at.y - labels[i].y) < 9 &&
               at.w > 180 && at.w < 270,
           "right of '%s': %s (%d,%d %dx%d)", labels[i].label,
           r ? err.msg : "its entry", at.x, at.y, at.w, at.h);
        r = rpa_page_beside(p, w->face, labels[i].label, &below, &at, &err);
        ok(r == -RPA_ELABEL, "below it: %s", r ? err.msg : "something");
    }
    rpa_page_free(p);
}

int main(int argc, char **argv)
{
    static struct world w = { .seed = 7 };
    const char *form[8] = { NULL };
    int n = 0;
    long chars = argc > 1 ? atol(argv[1]) : 0;
    for (int i = 2; i < argc && n < 5; i++)
        form[n++] = argv[i];
    form[n++] = "/dev/null";
    form[n++] = "Crime Form";
    fill_repertoire(&w);
    start(&w, form);
    learn(&w, chars > 20000);
    test_texts(&w, chars);
    test_gaps(&w);
    test_states(&w);
    test_page(&w);
    rpa_look_close(w.look);
    rpa_face_free(w.face);
    rpa_display_close(w.d);
    xvfb_stop(&w.x);
    return tap_done();
}
