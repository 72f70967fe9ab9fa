/* Reading a full 80x24 xterm. */
#include "bench.h"

#include "lib/screen/eyes.h"
#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/screen/grid.h"
#include "rpa/screen/window.h"

#include <fcntl.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS = 24, COLS = 80 };
#define FONT "-misc-fixed-medium-r-semicondensed--13-120-75-75-c-60-iso10646-1"

struct screen {
    struct xvfb x;
    struct rpa_display *d;
    rpa_window window;
    int fifo;
    char text[ROWS][COLS * 3 + 1]; /* what it shows now */
};

static void show_window(struct bench *b, struct screen *s)
{
    char path[300], run[400];
    struct rpa_err err;
    const char *argv[] = { "xterm", "-u8", "-T", "Bench", "-fn", FONT, "-e",
                           "sh", "-c", run, NULL };
    snprintf(path, sizeof path, "%s/fifo", b->dir);
    snprintf(run, sizeof run, "stty raw -echo; exec cat '%s'", path);
    xvfb_start(&s->x, 1280, 1024);
    if (mkfifo(path, 0600) < 0)
        bench_fail("cannot make %s", path);
    xvfb_spawn(&s->x, argv);
    if (rpa_display_open(s->x.name, &s->d, &err) < 0 ||
        rpa_window_find(s->d, "Bench", NULL, rpa_mono_us() + 20000000,
                        &s->window, &err) < 0 ||
        rpa_window_focus(s->d, s->window, rpa_mono_us() + 5000000, &err) < 0)
        bench_fail("%s", err.msg);
    s->fifo = open(path, O_WRONLY);
}

/* A record as a clerk sees it, other words and figures each time; the cursor
 * in the last cell, which is blank. */
static void show(struct screen *s, unsigned seed)
{
    static const char *const words[] = {
        "Surname", "Morgan", "reported", "Siân",  "Caerffili", "vehicle",
        "O'Brien", "Tŷ",     "the",      "Llŷr",  "stolen",    "£45.00",
        "CF10",    "dŵr",    "08:15",    "Street", "between",  "INCIDENT",
        "20/11/2026", "illicit", "l1I|",  "O0",    "statement", "Llanelli",
    };
    struct rpa_buf out = { 0 };
    rpa_buf_puts(&out, "\033[H\033[2J");
    for (int r = 0; r < ROWS; r++) {
        char *row = s->text[r];
        int used = 0;
        for (*row = '\0'; used < COLS - 12;) {
            seed = seed * 1664525u + 1013904223u;
            const char *w = words[(seed >> 8) % (sizeof words / sizeof *words)];
            strcat(strcat(row, w), " ");
            used += (int)bench_chars(w) + 1;
        }
        for (; used < COLS - 1; used++)
            strcat(row, ".");
        rpa_buf_printf(&out, "\033[%d;1H%s", r + 1, row);
    }
    rpa_buf_puts(&out, "\033[24;80H");
    if (out.failed || write(s->fifo, out.data, out.len) != (ssize_t)out.len)
        bench_fail("cannot write to the xterm");
    rpa_buf_clear(&out);
}

/* characters of the screen that are not as written */
static long wrong_cells(const struct screen *s, const struct rpa_screen *seen)
{
    long wrong = 0;
    for (int r = 0; r < ROWS; r++) {
        struct rpa_buf row = { 0 };
        rpa_screen_text(seen, r * seen->cols, COLS - 1, &row);
        rpa_buf_putc(&row, '\0');
        wrong += bench_wrong(s->text[r], row.data);
        rpa_buf_clear(&row);
    }
    return wrong;
}

static bool is_shown(void *ctx, const struct rpa_screen *seen)
{
    return seen->rows == ROWS && seen->cols == COLS &&
           seen->cursor_row == ROWS - 1 && seen->cursor_col == COLS - 1 &&
           !wrong_cells(ctx, seen);
}

/* ---- tesseract: the same picture as a file, one process a screen ---- */

static void save(struct screen *s, const char *path)
{
    struct rpa_capture *c = NULL;
    struct rpa_frame fr;
    struct rpa_err err;
    png_image png = { .version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_BGRA };
    xcb_window_t inner = rpa_cover_inner(s->d, s->window);
    if (rpa_capture_open(s->d, &c, &err) < 0 ||
        rpa_capture_read(c, inner, 0, 0, &fr, &err) < 0)
        bench_fail("%s", err.msg);
    size_t n = (size_t)fr.w * (size_t)fr.h;
    uint32_t *px = calloc(n, sizeof *px);
    for (size_t i = 0; px && i < n; i++)
        px[i] = fr.px[i] | 0xff000000; /* opaque */
    png.width = (png_uint_32)fr.w;
    png.height = (png_uint_32)fr.h;
    if (!px || !png_image_write_to_file(&png, path, 0, px, 0, NULL))
        bench_fail("cannot write %s: %s", path, png.message);
    free(px);
    rpa_capture_close(c);
}

/* words, one blank between them: how far apart they are is not its strength */
static void squeeze(char *text)
{
    char *to = text;
    for (char *at = text; *at; at++) {
        bool blank = *at == ' ' || *at == '\n' || *at == '\f';
        if (!blank)
            *to++ = *at;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    *to = '\0';
}

static double by_tesseract(struct bench *b, struct screen *s, long *wrong)
{
    char path[300];
    struct rpa_buf want = { 0 };
    snprintf(path, sizeof path, "%s/screen.png", b->dir);
    save(s, path);
    setenv("OMP_THREAD_LIMIT", "1", 1);
    int64_t since = rpa_mono_us();
    char *got = bench_run((const char *[]){ "sh", "-c",
                                            "exec tesseract \"$0\" - --psm 6 "
                                            "2>/dev/null",
                                            path, NULL }, 0);
    int64_t took = rpa_mono_us() - since;
    for (int r = 0; r < ROWS; r++)
        rpa_buf_printf(&want, "%s\n", s->text[r]);
    squeeze(want.data);
    squeeze(got);
    *wrong += bench_wrong(want.data, got);
    rpa_buf_clear(&want);
    free(got);
    return (double)took / 1000;
}

/* ---- rpa: one read after all cells were drawn ---- */

static double by_rpa(struct screen *s, struct rpa_grid *g, long *wrong)
{
    const struct rpa_screen *seen;
    struct rpa_err err;
    int64_t since = rpa_mono_us();
    if (rpa_grid_read(g, &seen, &err) < 0)
        bench_fail("%s", err.msg);
    int64_t took = rpa_mono_us() - since;
    *wrong += wrong_cells(s, seen);
    return (double)took / 1000;
}

/* a reader of its own tells when all is shown, so that to @g all is new */
static void await(struct screen *s)
{
    struct rpa_grid *g = NULL;
    const struct rpa_screen *seen;
    struct rpa_err err;
    if (rpa_grid_open(s->d, s->window, NULL, &g, &err) < 0 ||
        rpa_grid_wait(g, is_shown, s, rpa_mono_us() + 10000000, &seen, &err) <
            0)
        bench_fail("the xterm does not show what it was told: %s", err.msg);
    rpa_grid_close(g);
}

int main(int argc, char **argv)
{
    static struct screen s;
    struct bench b;
    struct rpa_err err;
    struct rpa_grid *g = NULL;
    double rpa[ROUNDS], tesseract[ROUNDS];
    long wrong_rpa = 0, wrong_tesseract = 0, n = 0;
    bench_begin(&b, "eyes", argc, argv);
    setenv("LC_ALL", "C.UTF-8", 1);
    show_window(&b, &s);
    if (rpa_grid_open(s.d, s.window, NULL, &g, &err) < 0)
        bench_fail("%s", err.msg);
    for (int r = -1; r < ROUNDS; r++) { /* the first finds font and place */
        show(&s, (unsigned)r + 2);
        await(&s);
        double ms = by_rpa(&s, g, &wrong_rpa);
        if (r < 0)
            continue;
        rpa[r] = ms;
        tesseract[r] = by_tesseract(&b, &s, &wrong_tesseract);
        n += ROWS * (COLS - 1);
    }
    bench_row(&b, "read80x24", "rpa", rpa, "ms", wrong_rpa, n);
    bench_row(&b, "read80x24", "tesseract", tesseract, "ms", wrong_tesseract,
              n);
    rpa_grid_close(g);
    close(s.fifo);
    rpa_display_close(s.d);
    xvfb_stop(&s.x);
    bench_end(&b);
    return 0;
}
