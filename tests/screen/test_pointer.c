/* Clicks into a real xterm that reports the mouse: what the program behind it
 * reads says where they came to. */
#include "lib/screen/priv.h"
#include "rpa/base/time.h"
#include "rpa/screen/grid.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/pointer.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xcb/xtest.h>

static struct xvfb x;
static struct rpa_display *d;
static struct rpa_err err;
static struct rpa_grid *grid;
static char dir[256], path[300];
static rpa_window window;
static size_t seen; /* bytes of the file that were looked at */

static int64_t in_s(int s)
{
    return rpa_mono_us() + s * 1000000LL;
}

static rpa_window open_xterm(const char *title, const char *at, const char *run)
{
    const char *argv[] = { "xterm", "-T", title, "-geometry", at, "-fn", "9x15",
                           "+sb", "-e", "sh", "-c", run, NULL };
    rpa_window w = 0;
    xvfb_spawn(&x, argv);
    if (rpa_window_find(d, title, NULL, in_s(20), &w, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    return w;
}

static bool ready(void *ctx, const struct rpa_screen *s)
{
    return rpa_screen_find(s, ctx, NULL, NULL);
}

static void start(void)
{
    static char run[600]; /* button, motion and wheel, as decimal numbers */
    const struct rpa_screen *s;
    tmp_dir(dir);
    snprintf(path, sizeof path, "%s/mouse", dir);
    snprintf(run, sizeof run,
             "stty raw -echo; printf '\\033[?1002h\\033[?1006hready'; "
             "exec cat > '%s'", path);
    xvfb_start(&x, 1280, 1024);
    if (rpa_display_open(x.name, &d, &err) < 0 ||
        rpa_keymap_install(d, NULL, 0, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        exit(1);
    }
    window = open_xterm("mouse", "60x20+0+0", run);
    is_int(rpa_window_focus(d, window, in_s(5), &err), 0, "focus");
    is_int(rpa_grid_open(d, window, NULL, &grid, &err), 0, "a grid");
    is_int(rpa_grid_wait(grid, ready, "ready", in_s(20), &s, &err), 0, "ready");
}

/* did the program get exactly this since the last look? */
static void reported(const char *want, const char *name)
{
    size_t n = 0;
    char *all = file_wait(path, seen + strlen(want), want[0] ? 10000 : 0, &n);
    bool same = n >= seen && !strcmp(all + seen, want);
    ok(same, "%s", name);
    if (!same)
        for (size_t i = seen; i < n; i++)
            printf(all[i] == 27 ? "%s^[" : "%s%c", i == seen ? "# " : "",
                   all[i]);
    seen = n;
    free(all);
}

/* on a cell, from 1, as terminals count */
static int on_cell(struct rpa_gesture g, int row, int col, int row2, int col2)
{
    uint32_t part = 0;
    if (!rpa_grid_pixel(grid, row - 1, col - 1, &part, &g.at.x, &g.at.y) ||
        !rpa_grid_pixel(grid, row2 - 1, col2 - 1, &part, &g.to.x, &g.to.y))
        return -1;
    return rpa_pointer_do(d, part, &g, NULL, &err);
}

static void gestures(void)
{
    static const struct {
        struct rpa_gesture g;
        int row, col, row2, col2;
        const char *want, *name;
    } cases[] = {
        { { .kind = RPA_GESTURE_CLICK, .button = 1, .times = 1 }, 1, 1, 1, 1,
          "\033[<0;1;1M\033[<0;1;1m", "a click in the first cell" },
        { { .kind = RPA_GESTURE_CLICK, .button = 3, .times = 1 }, 20, 60, 1, 1,
          "\033[<2;60;20M\033[<2;60;20m", "the right button, last cell" },
        { { .kind = RPA_GESTURE_CLICK, .button = 1, .times = 2 }, 7, 9, 1, 1,
          "\033[<0;9;7M\033[<0;9;7m\033[<0;9;7M\033[<0;9;7m", "twice" },
        { { .kind = RPA_GESTURE_CLICK, .button = 5, .times = 2 }, 3, 4, 1, 1,
          "\033[<65;4;3M\033[<65;4;3M", "the wheel, down" },
        { { .kind = RPA_GESTURE_DRAG, .button = 1, .times = 1 }, 5, 10, 5, 11,
          "\033[<0;10;5M\033[<32;11;5M\033[<0;11;5m", "a drag" },
        { { .kind = RPA_GESTURE_MOVE }, 5, 5, 1, 1, "", "a move alone" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        is_int(on_cell(cases[i].g, cases[i].row, cases[i].col, cases[i].row2,
                       cases[i].col2), 0, "it is made");
        reported(cases[i].want, cases[i].name);
    }
}

static const struct rpa_gesture one = { .kind = RPA_GESTURE_CLICK, .button = 1,
                                        .times = 1, .at = { 50, 50 } };

static int refuse(void *ctx, struct rpa_err *e)
{
    ++*(int *)ctx;
    return rpa_fail(e, RPA_ESCREEN, "it changed");
}

static void refused(void)
{
    int asked = 0;
    struct rpa_key_guard guard = { refuse, &asked };
    struct rpa_gesture g = one;
    is_int(rpa_pointer_do(d, window, &one, &guard, &err), -RPA_ESCREEN,
           "what the guard says");
    is_int(asked, 1, "which is asked once");
    g.at.x = 5000;
    is_int(rpa_pointer_do(d, window, &g, NULL, &err), -RPA_EWINDOW,
           "a point outside");
    g.at.x = 50;
    g.button = 9;
    is_int(rpa_pointer_do(d, window, &g, NULL, &err), -RPA_EINVAL,
           "a button nobody has");
    g.button = 1;
    g.times = 101;
    is_int(rpa_pointer_do(d, window, &g, NULL, &err), -RPA_EINVAL, "too often");
    xcb_test_fake_input(d->xcb, XCB_BUTTON_PRESS, 3, 0, 0, 0, 0, 0);
    is_int(rpa_pointer_do(d, window, &one, NULL, &err), -RPA_EFOCUS,
           "while another button is held");
    xcb_test_fake_input(d->xcb, XCB_BUTTON_RELEASE, 3, 0, 0, 0, 0, 0);
    is_int(rpa_pointer_do(d, 1, &one, NULL, &err), -RPA_EWINDOW,
           "a window that is not there");
    reported("\033[<2;6;4M\033[<2;6;4m", "control: that button alone came");
}

/* A grab by somebody else, who has a connection of his own. */
static void grabbed(void)
{
    xcb_connection_t *c = xcb_connect(x.name, NULL);
    xcb_window_t root = xcb_setup_roots_iterator(xcb_get_setup(c)).data->root;
    free(xcb_grab_pointer_reply(c, xcb_grab_pointer(c, 0, root, 0, 1, 1, 0, 0,
                                                    XCB_CURRENT_TIME), NULL));
    is_int(rpa_pointer_do(d, window, &one, NULL, &err), -RPA_EFOCUS,
           "while the pointer is grabbed");
    xcb_disconnect(c);
    while (rpa_pointer_do(d, window, &one, NULL, &err) == -RPA_EFOCUS)
        ; /* until the server has seen him leave */
    reported("\033[<0;6;4M\033[<0;6;4m", "after it, a click comes");
}

static void covered(void)
{
    struct rpa_gesture g = one;
    rpa_window over = open_xterm("over", "20x5+0+0", "exec cat");
    is_int(rpa_pointer_do(d, window, &g, NULL, &err), -RPA_EWINDOW,
           "where another window lies over it");
    reported("", "it gets nothing");
    is_int(rpa_pointer_do(d, over, &g, NULL, &err), 0, "that other one does");
    reported("", "control: and this one still nothing");
    g.at = (struct rpa_point){ 500, 250 };
    is_int(rpa_pointer_do(d, window, &g, NULL, &err), 0, "where it is free");
    reported("\033[<0;56;17M\033[<0;56;17m", "a click comes");
}

int main(void)
{
    setenv("LC_ALL", "C.UTF-8", 1);
    start();
    gestures();
    refused();
    grabbed();
    covered();
    rpa_grid_close(grid);
    rpa_display_close(d);
    xvfb_stop(&x);
    tmp_remove(dir);
    return tap_done();
}
