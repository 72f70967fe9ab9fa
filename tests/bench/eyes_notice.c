/* How soon a change is noticed: from the drawing by a program of ours, to the
 * text read and found; or by "told", until the server has told a client of it
 * that reads nothing: what the machine takes to wake the server, and the client.
 * The change comes a few milliseconds after who waits began to, as an echo or the
 * next field; or, "notice-idle", so long after it that a virtual processor has
 * been given up meanwhile and comes back with cold caches. */
#include "bench.h"

#include "rpa/base/time.h"
#include "rpa/screen/grid.h"
#include "rpa/screen/window.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <xcb/damage.h>

enum { ROWS = 24, COLS = 80, CHANGES = 15 };
#define FONT "6x13"

/* ---- the program: a window of cells; as many ms after a byte on stdin as that
 * says, when who waits does so already, it draws a number and says when ---- */

static _Noreturn void draw(const char *display, int in, int out)
{
    Display *d = XOpenDisplay(display);
    XFontStruct *f = XLoadQueryFont(d, FONT);
    int cw = f->max_bounds.width, ch = f->ascent + f->descent;
    XSizeHints hints = { .flags = PResizeInc | PBaseSize, .width_inc = cw,
                         .height_inc = ch };
    Window w = XCreateSimpleWindow(d, DefaultRootWindow(d), 0, 0,
                                   (unsigned)(COLS * cw),
                                   (unsigned)(ROWS * ch), 0, 0, 0xffffff);
    GC gc = XCreateGC(d, w, 0, NULL);
    char text[COLS + 1];
    unsigned char ms;
    XStoreName(d, w, "Notice");
    XSetWMNormalHints(d, w, &hints);
    XSetFont(d, gc, f->fid);
    XSetForeground(d, gc, 0);
    XSetBackground(d, gc, 0xffffff);
    XMapWindow(d, w);
    XSync(d, False);
    for (int i = 0; read(in, &ms, 1) == 1; i++) {
        poll(NULL, 0, ms);
        snprintf(text, sizeof text, "change %06d of a screen", i);
        int64_t now = rpa_mono_us();
        XDrawImageString(d, w, gc, 0, f->ascent + i % ROWS * ch, text,
                         (int)strlen(text));
        XFlush(d);
        if (write(out, &now, sizeof now) != sizeof now)
            break;
    }
    _exit(0);
}

struct program {
    pid_t pid;
    int in, out;
    int changes;
};

static void start(const char *display, struct program *p)
{
    int in[2], out[2];
    if (pipe(in) < 0 || pipe(out) < 0 || (p->pid = fork()) < 0)
        bench_fail("fork: %s", strerror(errno));
    if (p->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        draw(display, in[0], out[1]);
    }
    p->in = in[1];
    p->out = out[0];
}

/* ---- who notices ---- */

struct want {
    int change;
    long wrong;
};

static bool there(void *ctx, const struct rpa_screen *s)
{
    struct want *want = ctx;
    char text[COLS + 1];
    int row = -1, col = -1;
    snprintf(text, sizeof text, "change %06d of a screen", want->change);
    return rpa_screen_find(s, text, &row, &col) &&
           row == want->change % ROWS && col == 0;
}

struct eyes {
    struct rpa_grid *grid;
    rpa_window window;
    xcb_connection_t *told; /* of a client that only listens */
    xcb_damage_damage_t damage;
};

static int64_t by_rpa(const struct eyes *e, struct want *want)
{
    const struct rpa_screen *s;
    struct rpa_err err;
    if (rpa_grid_wait(e->grid, there, want, rpa_mono_us() + 10000000, &s,
                      &err) < 0)
        bench_fail("%s", err.msg);
    return rpa_mono_us();
}

static void await_drawing(const struct eyes *e)
{
    free(xcb_wait_for_event(e->told));
    xcb_damage_subtract(e->told, e->damage, XCB_NONE, XCB_NONE);
}

static void open_told(struct eyes *e, const char *display)
{
    xcb_connection_t *x = e->told = xcb_connect(display, NULL);
    free(xcb_damage_query_version_reply(x, xcb_damage_query_version(x, 1, 1),
                                        NULL));
    e->damage = xcb_generate_id(x);
    free(xcb_request_check(
        x, xcb_damage_create_checked(x, e->damage, e->window,
                                     XCB_DAMAGE_REPORT_LEVEL_DELTA_RECTANGLES)));
    await_drawing(e); /* all of it, at first */
    xcb_flush(x);
}

static int64_t by_told(const struct eyes *e, struct want *want)
{
    (void)want;
    await_drawing(e);
    int64_t t = rpa_mono_us();
    xcb_flush(e->told);
    return t;
}

static int64_t by_polling(const struct eyes *e, struct want *want)
{
    const struct rpa_screen *s;
    struct rpa_err err;
    for (;;) {
        if (rpa_grid_read(e->grid, &s, &err) < 0)
            bench_fail("%s", err.msg);
        if (there(want, s))
            return rpa_mono_us();
        poll(NULL, 0, 50);
    }
}

typedef int64_t notice(const struct eyes *e, struct want *want);

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void tell(const struct program *p, int ms)
{
    unsigned char byte = (unsigned char)ms;
    if (write(p->in, &byte, 1) != 1)
        bench_fail("the program has ended");
}

struct pace {
    const char *name;
    int after, spread; /* ms until the change: from, and over how many more */
};
static const struct pace soon = { "notice", 1, 5 };
static const struct pace idle = { "notice-idle", 20, 50 };

/* median of one round, in ms */
static double round_of(struct program *p, const struct eyes *e, notice *by,
                       const struct pace *pace)
{
    double took[CHANGES];
    for (int i = 0; i < CHANGES; i++) {
        struct want want = { .change = p->changes++ };
        int64_t drawn;
        tell(p, pace->after + i * 17 % pace->spread);
        int64_t seen = by(e, &want);
        if (read(p->out, &drawn, sizeof drawn) != sizeof drawn)
            bench_fail("the program has ended");
        took[i] = (double)(seen - drawn) / 1000;
    }
    qsort(took, CHANGES, sizeof *took, ascending);
    return took[CHANGES / 2];
}

static void measure(const struct bench *b, struct program *p,
                    const struct eyes *e, const char *who, notice *by,
                    const struct pace *pace)
{
    double ms[ROUNDS];
    for (int r = 0; r < ROUNDS; r++)
        ms[r] = round_of(p, e, by, pace);
    /* what was read wrong would not have been found; who is told reads nothing */
    bench_row(b, pace->name, who, ms, "ms", 0,
              by == by_told ? 0 : ROUNDS * CHANGES * 23);
}

int main(int argc, char **argv)
{
    struct bench b;
    struct xvfb x;
    struct program p = { 0 };
    struct eyes e = { 0 };
    struct rpa_display *d;
    struct rpa_err err;
    bench_begin(&b, "eyes", argc, argv);
    xvfb_start(&x, 800, 600);
    start(x.name, &p);
    if (rpa_display_open(x.name, &d, &err) < 0 ||
        rpa_window_find(d, "Notice", NULL, rpa_mono_us() + 20000000, &e.window,
                        &err) < 0 ||
        rpa_grid_open(d, e.window, NULL, &e.grid, &err) < 0)
        bench_fail("%s", err.msg);
    round_of(&p, &e, by_rpa, &soon); /* finds font and place */
    measure(&b, &p, &e, "rpa", by_rpa, &soon);
    measure(&b, &p, &e, "poll50", by_polling, &idle); /* at any moment */
    measure(&b, &p, &e, "rpa", by_rpa, &idle);
    rpa_grid_close(e.grid);
    rpa_display_close(d);
    open_told(&e, x.name);
    measure(&b, &p, &e, "told", by_told, &soon);
    measure(&b, &p, &e, "told", by_told, &idle);
    xcb_disconnect(e.told);
    kill(p.pid, SIGKILL);
    xvfb_stop(&x);
    bench_end(&b);
    return 0;
}
