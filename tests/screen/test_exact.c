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
#include "screen/other.h"
#include "screen/term.h"
#include "tap.h"

#include <X11/keysym.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void start(struct term *t, const char *title, const char *reader)
{
    term_read(t, &x, d, dir, title, reader);
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
    term_stop(t);
}

static void stopped(int keys)
{
    struct term t;
    start(&t, "stopped", "exec cat >> '%s'");
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

static void hold_shift(void)
{
    other_fake(other, XCB_KEY_PRESS, other_code(other, XK_Shift_L));
}

/* before there is a keymap of ours */
static void lock_caps(void)
{
    uint8_t code = other_code(other, XK_Caps_Lock);
    other_fake(other, XCB_KEY_PRESS, code);
    other_fake(other, XCB_KEY_RELEASE, code);
    hold_shift();
}

/* ---- the thief ---- */

static void robbed(int keys)
{
    struct term t;
    int fds[2];
    char got[64];
    start(&t, "robbed", "exec cat >> '%s'");
    if (pipe(fds) < 0)
        exit(1);
    pid_t pid = fork();
    if (pid == 0) {
        xcb_connection_t *c = xcb_connect(x.name, NULL);
        xcb_window_t w = other_window(c);
        for (;;)
            other_steal(c, w, fds[1], (int)(next() % 4));
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
    start(&t, "killed", "exec cat >> '%s'");
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
    term_stop(&t);
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
    start(&t, "plain", "exec cat >> '%s'");
    exact(&t, keys, "as fast as it goes");
    stopped(hindered);
    start(&t, "slow", "while dd bs=64 count=1 2>/dev/null >> '%s'; do "
                           "sleep 0.01; done");
    exact(&t, hindered, "a program that takes 64 bytes at a time");
    before_frame = hold_shift;
    start(&t, "shift", "exec cat >> '%s'");
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
