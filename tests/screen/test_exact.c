/* Every character right, by the file of the program in an xterm: as fast as it
 * goes, and where others get in the way. Counts as arguments, for scripts/soak:
 *
 *   test_exact KEYS HINDERED KILLS STOP_MS */
#include "lib/screen/priv.h"
#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"
#include "rpa/screen/window.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <X11/keysym.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xcb/xtest.h>

enum { FRAME = 512, PART = 5000 }; /* bytes of a frame; keys between waits */

static struct xvfb x;
static struct rpa_display *d;
static struct rpa_err err;
static char dir[256];
static int stop_ms;
static uint32_t seed = 20261122;

static uint32_t next(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static int64_t in_s(int s)
{
    return rpa_mono_us() + s * 1000000LL;
}

struct term {
    pid_t pid;
    rpa_window window;
    char path[300];
    size_t had; /* bytes of the file that were compared */
};

/* @reader is what takes the keys in the terminal; %s is the file */
static void term_start(struct term *t, const char *name, const char *reader)
{
    char run[700], take[400];
    *t = (struct term){ 0 };
    snprintf(t->path, sizeof t->path, "%s/%s", dir, name);
    snprintf(take, sizeof take, reader, t->path);
    snprintf(run, sizeof run, "stty raw -echo; : > '%s'; %s", t->path, take);
    const char *argv[] = { "xterm", "-T", name, "-e", "sh", "-c", run, NULL };
    size_t len;
    t->pid = xvfb_spawn(&x, argv);
    if (rpa_window_find(d, name, NULL, in_s(30), &t->window, &err) < 0) {
        printf("Bail out! %s: %s\n", err.msg, err.seen);
        exit(1);
    }
    while (access(t->path, F_OK) < 0) /* then raw mode is set */
        free(file_wait(t->path, 0, 20, &len));
}

/* mixed Welsh and typographic text */
static void add_text(struct rpa_buf *b, int n)
{
    static const uint32_t ranges[][2] = {
        { 0x20, 0x7e },     { 0x20, 0x7e },     { 0xc0, 0xff },
        { 0x174, 0x178 },   { 0x2018, 0x2019 }, { 0x201c, 0x201d },
        { 0x20ac, 0x20ac }, { 0xa3, 0xa3 },     { 0x2013, 0x2014 },
    };
    char utf8[4];
    for (int i = 0; i < n;) {
        const uint32_t *r = ranges[next() % 9];
        uint32_t cp = r[0] + next() % (r[1] - r[0] + 1);
        if (!rpa_keymap_has(d, cp))
            continue;
        rpa_buf_add(b, utf8, rpa_utf8_encode(cp, utf8));
        i++;
    }
}

/* Bytes that differ, or are too few or too many, since the last look. */
static long wrong_since(struct term *t, const char *want, size_t len)
{
    size_t n;
    char *got = file_wait(t->path, t->had + len, 30000, &n);
    size_t have = n > t->had ? n - t->had : 0;
    long wrong = labs((long)have - (long)len);
    for (size_t i = 0; i < have && i < len; i++)
        wrong += got[t->had + i] != want[i];
    if (wrong)
        printf("# %zu of %zu bytes came\n", have, len);
    t->had = n;
    free(got);
    return wrong;
}

static void (*before_frame)(void); /* somebody's finger on a key */

/* The focus may be another's: nothing was pressed then, so ask and try again. */
static int type(struct term *t, const char *s, size_t len)
{
    int r = 0;
    int64_t deadline = in_s(120);
    for (size_t at = 0, n; r == 0 && at < len; at += r == 0 ? n : 0) {
        n = len - at > FRAME ? rpa_utf8_cut(s + at, FRAME) : len - at;
        if (before_frame)
            before_frame();
        r = rpa_window_focus(d, t->window, in_s(30), &err);
        if (r == 0)
            r = rpa_keys_text(d, t->window, s + at, n, NULL, &err);
        if (r < 0 && (r != -RPA_EFOCUS || !rpa_left_ms(deadline)))
            printf("# %s; %s\n", err.msg, err.seen);
        else if (r == -RPA_EFOCUS) {
            r = 0;
            n = 0;
        }
    }
    return r;
}

/* type @keys in parts, and count what came out wrong */
static void exact(struct term *t, int keys, const char *how)
{
    long wrong = 0;
    int64_t since = rpa_mono_us();
    for (int left = keys; left > 0; left -= PART) {
        struct rpa_buf text = { 0 };
        add_text(&text, left < PART ? left : PART);
        wrong += type(t, text.data, text.len) < 0;
        wrong += wrong_since(t, text.data, text.len);
        rpa_buf_clear(&text);
    }
    ok(wrong == 0, "%d keys, %s: %ld wrong", keys, how, wrong);
    printf("# %.0f keys/s\n", keys * 1e6 / (double)(rpa_mono_us() - since));
    xvfb_reap(t->pid);
}

static void stopped(int keys)
{
    struct term t;
    term_start(&t, "stopped", "exec cat >> '%s'");
    pid_t stopper = fork();
    if (stopper == 0) {
        for (;;) {
            kill(t.pid, SIGSTOP);
            poll(NULL, 0, (int)(next() % (uint32_t)stop_ms));
            kill(t.pid, SIGCONT);
            poll(NULL, 0, (int)(next() % 20));
        }
    }
    exact(&t, keys, "the terminal stopped again and again");
    kill(stopper, SIGKILL);
    waitpid(stopper, NULL, 0);
}

/* ---- fingers ---- */

static xcb_connection_t *other;

static uint8_t code_of(uint32_t keysym)
{
    const xcb_setup_t *s = xcb_get_setup(other);
    xcb_get_keyboard_mapping_reply_t *r = xcb_get_keyboard_mapping_reply(
        other, xcb_get_keyboard_mapping(other, s->min_keycode,
                                        s->max_keycode - s->min_keycode + 1),
        NULL);
    uint8_t code = 0;
    for (int i = s->min_keycode; i <= s->max_keycode && !code; i++)
        if (xcb_get_keyboard_mapping_keysyms(
                r)[(i - s->min_keycode) * r->keysyms_per_keycode] == keysym)
            code = (uint8_t)i;
    free(r);
    return code;
}

static void fake(uint8_t type, uint8_t code)
{
    xcb_test_fake_input(other, type, code, 0, 0, 0, 0, 0);
    free(xcb_get_input_focus_reply(other, xcb_get_input_focus(other), NULL));
}

static void hold_shift(void)
{
    fake(XCB_KEY_PRESS, code_of(XK_Shift_L));
}

/* before there is a keymap of ours */
static void lock_caps(void)
{
    uint8_t code = code_of(XK_Caps_Lock);
    fake(XCB_KEY_PRESS, code);
    fake(XCB_KEY_RELEASE, code);
    hold_shift();
}

/* ---- the thief ---- */

static void robbed(int keys)
{
    struct term t;
    int fds[2];
    char got[64];
    term_start(&t, "robbed", "exec cat >> '%s'");
    if (pipe(fds) < 0)
        exit(1);
    pid_t pid = fork();
    if (pid == 0) {
        xcb_connection_t *c = xcb_connect(x.name, NULL);
        xcb_screen_t *s = xcb_setup_roots_iterator(xcb_get_setup(c)).data;
        uint32_t mask = XCB_EVENT_MASK_KEY_PRESS;
        xcb_window_t w = xcb_generate_id(c);
        xcb_create_window(c, 0, w, s->root, 900, 0, 50, 50, 0, 1,
                          s->root_visual, XCB_CW_EVENT_MASK, &mask);
        xcb_map_window(c, w);
        for (;;) {
            xcb_set_input_focus(c, 1, w, 0);
            xcb_flush(c);
            poll(NULL, 0, (int)(next() % 4));
            for (xcb_generic_event_t *e; (e = xcb_poll_for_event(c)); free(e))
                if ((e->response_type & 0x7f) == XCB_KEY_PRESS &&
                    write(fds[1], "k", 1) < 0)
                    _exit(1);
        }
    }
    exact(&t, keys, "a thief of the focus about");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    struct pollfd p = { .fd = fds[0], .events = POLLIN };
    ok(poll(&p, 1, 0) == 0 || read(fds[0], got, 1) < 1, "the thief has none");
    close(fds[0]);
    close(fds[1]);
}

/* ---- typists that are killed in the middle of a field ---- */

static void be_killed(const struct term *t, const struct rpa_buf *text)
{
    d = NULL;
    if (rpa_display_open(x.name, &d, &err) < 0 ||
        rpa_keymap_install(d, NULL, 0, &err) < 0)
        _exit(1);
    struct term mine = *t;
    type(&mine, text->data, text->len);
    for (;;)
        pause();
}

/* what came is a beginning of @text, then @mark and nothing else */
static bool clean(struct term *t, const struct rpa_buf *text, const char *mark)
{
    size_t n = 0, len = strlen(mark);
    char *got = NULL;
    for (int64_t deadline = in_s(60); rpa_left_ms(deadline);) {
        free(got);
        got = file_wait(t->path, n + 1, 200, &n);
        if (n >= t->had + len && !memcmp(got + n - len, mark, len))
            break;
    }
    size_t before = n >= t->had + len ? n - len - t->had : 0;
    bool good = n >= t->had + len && before <= text->len &&
                !memcmp(got + t->had, text->data, before) &&
                !memcmp(got + n - len, mark, len);
    t->had = n;
    free(got);
    return good;
}

static void killed(int kills)
{
    struct term t;
    struct rpa_buf text = { 0 };
    int bad = 0;
    add_text(&text, 20000);
    term_start(&t, "killed", "exec cat >> '%s'");
    for (int i = 0; i < kills; i++) {
        char mark[64];
        snprintf(mark, sizeof mark, "|the next one, Number %d: £ŵ|", i);
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0)
            be_killed(&t, &text);
        size_t n;
        free(file_wait(t.path, t.had + 1, 20000, &n)); /* it is at it */
        poll(NULL, 0, (int)(next() % 20));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        struct rpa_display *was = d;
        d = NULL;
        if (rpa_display_open(x.name, &d, &err) < 0 ||
            rpa_keymap_install(d, NULL, 0, &err) < 0 ||
            type(&t, mark, strlen(mark)) < 0)
            bad++;
        bad += !clean(&t, &text, mark);
        rpa_display_close(d);
        d = was;
    }
    is_int(bad, 0, "typists killed in the middle: what came was right, and "
                   "the next one is clean");
    printf("# %d were killed\n", kills);
    rpa_buf_clear(&text);
    xvfb_reap(t.pid);
}

int main(int argc, char **argv)
{
    int keys = argc > 1 ? atoi(argv[1]) : 20000;
    int hindered = argc > 2 ? atoi(argv[2]) : 5000;
    int kills = argc > 3 ? atoi(argv[3]) : 10;
    struct term t;
    stop_ms = argc > 4 ? atoi(argv[4]) : 100;
    setenv("LC_ALL", "C.UTF-8", 1);
    tmp_dir(dir);
    xvfb_start(&x, 1024, 768);
    other = xcb_connect(x.name, NULL);
    lock_caps();
    if (rpa_display_open(x.name, &d, &err) < 0 ||
        rpa_keymap_install(d, NULL, 0, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    term_start(&t, "plain", "exec cat >> '%s'");
    exact(&t, keys, "as fast as it goes");
    stopped(hindered);
    term_start(&t, "slow", "while dd bs=64 count=1 2>/dev/null >> '%s'; do "
                           "sleep 0.01; done");
    exact(&t, hindered, "a program that takes 64 bytes at a time");
    before_frame = hold_shift;
    term_start(&t, "shift", "exec cat >> '%s'");
    exact(&t, hindered, "Caps Lock pressed before, Shift before each frame");
    before_frame = NULL;
    robbed(hindered);
    killed(kills);
    xcb_disconnect(other);
    rpa_display_close(d);
    xvfb_stop(&x);
    tmp_remove(dir);
    return tap_done();
}
