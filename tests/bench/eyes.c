/* Reading a full 80x24 xterm. */
#include "bench.h"
#include "eyes_screen.h"

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

#define FONT "-misc-fixed-medium-r-semicondensed--13-120-75-75-c-60-iso10646-1"

struct screen {
    struct xvfb x;
    struct rpa_display *d;
    rpa_window window;
    struct rpa_grid *judge;
    int fifo;
    struct eyes_screen text; /* what it shows now */
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

static void say(const struct screen *s, const struct rpa_buf *out)
{
    if (out->failed || write(s->fifo, out->data, out->len) != (ssize_t)out->len)
        bench_fail("cannot write to the xterm");
}

static void show(struct screen *s, unsigned seed)
{
    struct rpa_buf out = { 0 };
    eyes_screen_fill(&s->text, seed, false);
    eyes_screen_put(&s->text, &out);
    say(s, &out);
    rpa_buf_clear(&out);
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
        rpa_capture_read(c, inner, NULL, 0, &fr, &err) < 0)
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
    for (int r = 0; r < EYES_ROWS; r++)
        rpa_buf_printf(&want, "%s\n", s->text.row[r]);
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
    *wrong += eyes_screen_wrong(&s->text, seen);
    return (double)took / 1000;
}

/* A reader of its own tells when all is shown, so that to the other all is
 * new. */
static void await(struct screen *s)
{
    const struct rpa_screen *seen;
    struct rpa_err err;
    if (rpa_grid_wait(s->judge, eyes_screen_shown, &s->text,
                      rpa_mono_us() + 10000000, &seen, &err) < 0)
        bench_fail("the xterm does not show what it was told: %s", err.msg);
}

/* the whole screen, drawn anew each time */
static void read_all(struct bench *b, struct screen *s, struct rpa_grid *g)
{
    double rpa[ROUNDS], tesseract[ROUNDS];
    long wrong_rpa = 0, wrong_tesseract = 0, n = 0;
    for (int r = -1; r < ROUNDS; r++) { /* the first finds font and place */
        show(s, (unsigned)r + 2);
        await(s);
        double ms = by_rpa(s, g, &wrong_rpa);
        if (r < 0)
            continue;
        rpa[r] = ms;
        tesseract[r] = by_tesseract(b, s, &wrong_tesseract);
        n += EYES_ROWS * (EYES_COLS - 1);
    }
    bench_row(b, "read80x24", "rpa", rpa, "ms", wrong_rpa, n);
    bench_row(b, "read80x24", "tesseract", tesseract, "ms", wrong_tesseract,
              n);
}

/* a reading after one row changed */
static void read_row(struct bench *b, struct screen *s, struct rpa_grid *g)
{
    double ms[ROUNDS];
    long wrong = 0;
    struct eyes_screen other;
    for (int r = 0; r < ROUNDS; r++) {
        struct rpa_buf out = { 0 };
        int row = 3 + r;
        eyes_screen_fill(&other, (unsigned)r + 100, false);
        strcpy(s->text.row[row], other.row[row]);
        rpa_buf_printf(&out, "\033[%d;1H%s\033[24;80H", row + 1,
                       s->text.row[row]);
        say(s, &out);
        await(s);
        ms[r] = by_rpa(s, g, &wrong);
        rpa_buf_clear(&out);
    }
    bench_row(b, "row", "rpa", ms, "ms", wrong,
              ROUNDS * EYES_ROWS * (EYES_COLS - 1));
}

int main(int argc, char **argv)
{
    static struct screen s;
    struct bench b;
    struct rpa_err err;
    struct rpa_grid *g = NULL;
    bench_begin(&b, "eyes", argc, argv);
    setenv("LC_ALL", "C.UTF-8", 1);
    show_window(&b, &s);
    if (rpa_grid_open(s.d, s.window, NULL, &s.judge, &err) < 0 ||
        rpa_grid_open(s.d, s.window, NULL, &g, &err) < 0)
        bench_fail("%s", err.msg);
    read_all(&b, &s, g);
    read_row(&b, &s, g);
    rpa_grid_close(g);
    rpa_grid_close(s.judge);
    close(s.fifo);
    rpa_display_close(s.d);
    xvfb_stop(&s.x);
    bench_end(&b);
    return 0;
}
