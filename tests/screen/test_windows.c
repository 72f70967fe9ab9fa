/* Windows as a whole: found, waited for, moved, closed, and lost, without a
 * window manager and under openbox. */
#include "lib/screen/priv.h"
#include "rpa/base/time.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"
#include "rpa/screen/manage.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static struct xvfb x;
static struct rpa_display *d;
static struct rpa_err err;

static int64_t in_ms(int ms)
{
    return rpa_mono_us() + ms * 1000LL;
}

static rpa_window await_window(const char *title)
{
    rpa_window w = 0;
    if (rpa_window_find(d, title, NULL, in_ms(20000), &w, &err) < 0) {
        printf("Bail out! %s; %s\n", err.msg, err.seen);
        exit(1);
    }
    return w;
}

/* A shell that does what it is told in an xterm. It gives the window its title
 * itself: before it runs, xterm's word that it should end would be lost. */
static pid_t start(const char *title, const char *at, const char *run)
{
    char told[256];
    snprintf(told, sizeof told, "printf '\\033]2;%s\\007'; %s", title, run);
    const char *argv[] = { "xterm", "-T", "not yet", "-geometry", at, "-fn",
                           "9x15", "+sb", "-e", "sh", "-c", told, NULL };
    return xvfb_spawn(&x, argv);
}

static void found(void)
{
    struct rpa_window_info info;
    struct rpa_window_want want = { .pattern = "^Crime [0-9]+$" };
    struct rpa_window_info other;
    rpa_window w;
    pid_t pid = start("Crime 12", "40x10+0+0", "exec cat");
    pid_t second = start("Crime log", "40x10+500+0", "exec cat");
    rpa_window log = await_window("Crime log");
    w = await_window("Crime 12");
    is_int(rpa_window_search(d, &want, in_ms(0), &other, &err), 0, "by pattern");
    ok(other.id == w, "the right one");
    rpa_window_info(d, w, &info, &err);
    want = (struct rpa_window_want){ .pid = info.pid };
    ok(info.pid == pid && rpa_window_search(d, &want, in_ms(0), &other, &err) ==
                              0 && other.id == w, "by its process");
    want = (struct rpa_window_want){ .class = "XTerm" };
    is_int(rpa_window_search(d, &want, in_ms(0), &other, &err), -RPA_EWINDOW,
           "two of a class are not one");
    want.pattern = "log$";
    is_int(rpa_window_search(d, &want, in_ms(0), &other, &err), 0,
           "class and pattern");
    ok(other.id == log, "tell them apart");
    want = (struct rpa_window_want){ .pattern = "(" };
    is_int(rpa_window_search(d, &want, in_ms(0), &other, &err), -RPA_EINVAL,
           "a bad pattern");
    want = (struct rpa_window_want){ 0 };
    is_int(rpa_window_search(d, &want, in_ms(0), &other, &err), -RPA_EINVAL,
           "no wish at all");
    want = (struct rpa_window_want){ .pid = 1 };
    is_int(rpa_window_search(d, &want, in_ms(50), &other, &err), -RPA_ETIMEOUT,
           "a process without a window");
    want = (struct rpa_window_want){ .title = "" };
    is_int(rpa_window_search(d, &want, in_ms(50), &other, &err), -RPA_ETIMEOUT,
           "no window is without a title");
    xvfb_reap(pid);
    is_int(rpa_window_search(d, &want, in_ms(50), &other, &err), -RPA_ETIMEOUT,
           "and one that has one is not either");
    xvfb_reap(second);
}

static void titles(void)
{
    pid_t pid = start("before", "40x10+0+0",
                      "read x; printf '\\033]2;afterwards\\007'; exec cat");
    rpa_window w = await_window("before");
    is_int(rpa_window_await_title(d, w, "after", in_ms(50), &err),
           -RPA_ETIMEOUT, "a title that does not change");
    ok(strstr(err.seen, "'before'") != NULL, "%s", err.seen);
    rpa_window_focus(d, w, in_ms(5000), &err);
    is_int(rpa_keys_chord(d, w, "Enter", NULL, &err), 0, "told to");
    is_int(rpa_window_await_title(d, w, "after", in_ms(20000), &err), 0,
           "it changes");
    is_int(rpa_window_await_gone(d, w, in_ms(50), &err), -RPA_ETIMEOUT,
           "it is not gone");
    kill(pid, SIGKILL);
    is_int(rpa_window_await_gone(d, w, in_ms(20000), &err), 0, "now it is");
    is_int(rpa_window_await_title(d, w, "x", in_ms(50), &err), -RPA_EWINDOW,
           "and has no title");
    xvfb_reap(pid);
}

static void placed(const char *how)
{
    struct rpa_window_info info;
    printf("# %s\n", how);
    pid_t pid = start("mover", "40x10+0+0", "exec cat");
    rpa_window w = await_window("mover");
    is_int(rpa_window_move(d, w, 200, 150, in_ms(20000), &err), 0, "moved");
    is_int(rpa_window_resize(d, w, 640, 400, in_ms(20000), &err), 0, "resized");
    rpa_window_info(d, w, &info, &err);
    ok(info.width > 631 && info.width <= 640 && info.height > 385 &&
           info.height <= 400, "to %dx%d", info.width, info.height);
    pid_t over = start("over", "40x10+200+150", "exec cat");
    rpa_window top = await_window("over");
    rpa_window_raise(d, top, in_ms(20000), &err);
    is_int(rpa_window_raise(d, w, in_ms(20000), &err), 0, "raised");
    is_int(rpa_window_close(d, w, in_ms(20000), &err), 0, "closed politely");
    is_int(rpa_window_raise(d, w, in_ms(50), &err), -RPA_EWINDOW, "then gone");
    is_int(rpa_window_kill(d, top, in_ms(20000), &err), 0, "cut off");
    is_int(rpa_window_move(d, top, 0, 0, in_ms(50), &err), -RPA_EWINDOW,
           "moving what is gone");
    is_int(rpa_window_resize(d, top, 9, 9, in_ms(50), &err), -RPA_EWINDOW,
           "resizing it");
    is_int(rpa_window_close(d, top, in_ms(50), &err), -RPA_EWINDOW,
           "closing it");
    is_int(rpa_window_focus(d, top, in_ms(50), &err), -RPA_EWINDOW,
           "giving it the focus");
    xvfb_reap(pid);
    xvfb_reap(over);
}

/* One that stands still when it is asked: only firmness helps. */
static void stubborn(void)
{
    pid_t pid = start("stubborn", "40x10+0+0", "exec cat");
    rpa_window w = await_window("stubborn");
    kill(pid, SIGSTOP);
    is_int(rpa_window_close(d, w, in_ms(100), &err), -RPA_ETIMEOUT,
           "a program that hangs does not close");
    is_int(rpa_window_kill(d, w, in_ms(20000), &err), 0, "cut off, it is gone");
    kill(pid, SIGCONT);
    xvfb_reap(pid);
}

/* Xlib's own handlers would end this process at each of these. */
static void vanishing(void)
{
    int wrong = 0;
    for (int i = 0; i < 10; i++) {
        rpa_window w;
        pid_t pid = start("brief", "20x5+0+0", "exec cat");
        w = await_window("brief");
        kill(pid, SIGKILL); /* it goes while we work on it */
        for (int k = 0; k < 20; k++) {
            int r = k % 4 == 0 ? rpa_window_move(d, w, k, k, in_ms(0), &err)
                    : k % 4 == 1
                        ? rpa_window_focus(d, w, in_ms(0), &err)
                    : k % 4 == 2 ? rpa_window_raise(d, w, in_ms(0), &err)
                                 : rpa_keys_text(d, w, "a", 1, NULL, &err);
            wrong += r < 0 && r != -RPA_EWINDOW && r != -RPA_ETIMEOUT &&
                     r != -RPA_EFOCUS;
        }
        rpa_window_await_gone(d, w, in_ms(20000), &err);
        xvfb_reap(pid);
    }
    is_int(wrong, 0, "windows vanish under our hands: errors, no more");
}

/* openbox holds a terminal to its least size, one cell: the wish is not met, and
 * what came of it does not stay. */
static void put_back(void)
{
    struct rpa_window_info was, now;
    pid_t pid = start("kept", "40x10+0+0", "exec cat");
    rpa_window w = await_window("kept");
    rpa_window_info(d, w, &was, &err);
    is_int(rpa_window_resize(d, w, 0, 300, in_ms(20000), &err), -RPA_EINVAL,
           "no window is 0 wide");
    is_int(rpa_window_resize(d, w, 1, 1, in_ms(500), &err), -RPA_ETIMEOUT,
           "a size the window does not take");
    ok(strstr(err.msg, "not resized") != NULL, "%s; %s", err.msg, err.seen);
    rpa_window_info(d, w, &now, &err);
    ok(now.width == was.width && now.height == was.height,
       "it has its old one again: %dx%d", now.width, now.height);
    xvfb_reap(pid);
}

static void under_openbox(void)
{
    is_int(rpa_window_await_manager(d, in_ms(50), &err), -RPA_ETIMEOUT,
           "there is no window manager");
    pid_t pid = xvfb_spawn(&x, (const char *[]){ "openbox", "--sm-disable",
                                                 NULL });
    is_int(rpa_window_await_manager(d, in_ms(20000), &err), 0, "openbox comes");
    placed("under openbox");
    put_back();
    xvfb_reap(pid);
}

int main(void)
{
    setenv("LC_ALL", "C.UTF-8", 1);
    xvfb_start(&x, 1280, 1024);
    if (rpa_display_open(x.name, &d, &err) < 0 ||
        rpa_keymap_install(d, NULL, 0, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    found();
    titles();
    placed("without a window manager");
    stubborn();
    vanishing();
    under_openbox();
    rpa_display_close(d);
    xvfb_stop(&x);
    return tap_done();
}
