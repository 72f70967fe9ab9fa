/* Typing into a real xterm under a real server: what the program behind it
 * reads is what counts. */
#include "lib/screen/priv.h"
#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/base/utf8.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"
#include "rpa/screen/selection.h"
#include "rpa/screen/window.h"
#include "screen/other.h"
#include "screen/term.h"
#include "tap.h"

#include <X11/keysym.h>

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FRAME = 512 };

static struct xvfb x;
static struct rpa_display *d;
static struct rpa_err err;
static char dir[256];

static int64_t in_s(int s)
{
    return rpa_mono_us() + s * 1000000LL;
}

/* an xterm whose program writes what it reads to dir/name */
static void term_start(struct term *t, const char *title)
{
    term_read(t, &x, d, dir, title, "exec cat > '%s'");
    if (rpa_window_focus(d, t->window, in_s(30), &err) < 0) {
        printf("Bail out! %s: %s\n", err.msg, err.seen);
        exit(1);
    }
}

static uint32_t seed = 20261122;
static uint32_t next(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* any of the characters that are on the keyboard */
static uint32_t any_char(void)
{
    static const uint32_t ranges[][2] = {
        { 0x20, 0x7e },     { 0xc0, 0xff },     { 0x174, 0x178 },
        { 0x2018, 0x2019 }, { 0x201c, 0x201d }, { 0x20ac, 0x20ac },
        { 0xa3, 0xa3 },     { 0x2013, 0x2014 }
    };
    for (;;) {
        const uint32_t *r = ranges[next() % 8];
        uint32_t cp = r[0] + next() % (r[1] - r[0] + 1);
        if (rpa_keymap_has(d, cp))
            return cp;
    }
}

static void add_text(struct rpa_buf *b, int n)
{
    char utf8[4];
    for (int i = 0; i < n; i++)
        rpa_buf_add(b, utf8, rpa_utf8_encode(any_char(), utf8));
}

/* in frames of at most FRAME bytes, cut between characters */
static int type(rpa_window w, const char *s, size_t len)
{
    int r = 0;
    for (size_t at = 0, n; r == 0 && at < len; at += n) {
        n = len - at > FRAME ? rpa_utf8_cut(s + at, FRAME) : len - at;
        r = rpa_keys_text(d, w, s + at, n, NULL, &err);
    }
    return r;
}

static bool arrived(struct term *t, const struct rpa_buf *want, size_t from)
{
    size_t len;
    char *got = file_wait(t->path, from + want->len, 30000, &len);
    bool same =
        len == from + want->len && !memcmp(got + from, want->data, want->len);
    if (!same) {
        size_t at = 0;
        while (from + at < len && at < want->len &&
               got[from + at] == want->data[at])
            at++;
        printf("# %zu bytes of %zu, first difference at %zu: %02x, not %02x\n",
               len - from, want->len, at, (unsigned char)got[from + at],
               (unsigned char)want->data[at]);
    }
    free(got);
    return same;
}

static void many_characters(void)
{
    struct term t;
    struct rpa_buf text = { 0 };
    enum { KEYS = 20000 };
    term_start(&t, "many");
    add_text(&text, KEYS);
    int64_t start = rpa_mono_us();
    is_int(type(t.window, text.data, text.len), 0, "20,000 keys are taken");
    int64_t sent = rpa_mono_us() - start;
    ok(arrived(&t, &text, 0), "20,000 mixed characters are in the file");
    int64_t read = rpa_mono_us() - start;
    printf("# %.0f keys/s into the server, %.0f keys/s to the file\n",
           KEYS * 1e6 / (double)sent, KEYS * 1e6 / (double)read);
    rpa_buf_clear(&text);
    term_stop(&t);
}

static void every_character(void)
{
    struct term t;
    struct rpa_buf text = { 0 };
    char utf8[4];
    term_start(&t, "every");
    int n = 0;
    for (uint32_t cp = 0x20; cp < 0x3000; cp++)
        if (rpa_keymap_has(d, cp)) {
            rpa_buf_add(&text, utf8, rpa_utf8_encode(cp, utf8));
            n++;
        }
    type(t.window, text.data, text.len);
    ok(arrived(&t, &text, 0), "each of the %d characters on the map, once", n);
    ok(n >= 171, "which are at least 171");
    size_t from = text.len, room = rpa_keymap_room(d);
    rpa_buf_clear(&text);
    rpa_buf_puts(&text, "Łukasz ḃóṫar Łł");
    is_int(type(t.window, text.data, text.len), 0, "new characters are added");
    is_int((long long)(room - rpa_keymap_room(d)), 4, "each once");
    ok(arrived(&t, &text, from), "and arrive in a running application");
    from += text.len;
    is_int(rpa_keys_text(d, t.window, "ab\r", 3, NULL, &err), -RPA_EINVAL,
           "a control character is refused");
    is_int(rpa_keys_text(d, t.window, "ab\xff", 3, NULL, &err), -RPA_EINVAL,
           "broken UTF-8 is refused");
    for (uint32_t cp = 0x400; rpa_keymap_room(d); cp++)
        rpa_keymap_add(d, &cp, 1, &err);
    is_int(rpa_keys_text(d, t.window, "abӾ", 4, NULL, &err), -RPA_EREPERTOIRE,
           "a character too many is refused");
    rpa_buf_clear(&text);
    rpa_buf_puts(&text, "Aa\x15\r\tz\x15\x7f");
    rpa_keys_text(d, t.window, "Aa", 2, NULL, &err);
    is_int(rpa_keys_chord(d, t.window, "ctrl+u", NULL, &err), 0, "ctrl+u");
    is_int(rpa_keys_chord(d, t.window, "Enter", NULL, &err), 0, "Enter");
    is_int(rpa_keys_chord(d, t.window, "tab", NULL, &err), 0, "Tab");
    rpa_keys_text(d, t.window, "z", 1, NULL, &err);
    const char *several[] = { "ctrl+u", "BackSpace", NULL, "Tab", "Tab", "Tab",
                              "Tab", "Tab", "Tab", NULL };
    is_int(rpa_keys_chords(d, t.window, several, NULL, &err), 0,
           "several chords in one batch");
    several[2] = "Tab";
    is_int(rpa_keys_chords(d, t.window, several, NULL, &err), -RPA_EINVAL,
           "but not as many as one likes");
    ok(arrived(&t, &text, from), "chords, and nothing of what was refused");
    rpa_buf_clear(&text);
    term_stop(&t);
}

/* a person's finger, or a program's */
static void press(xcb_connection_t *c, uint8_t code)
{
    other_fake(c, XCB_KEY_PRESS, code);
}

/* somebody left Caps Lock on and a finger on Shift before we came */
static void leave_caps_on(xcb_connection_t *c)
{
    uint8_t code = other_code(c, XK_Caps_Lock);
    press(c, code);
    other_fake(c, XCB_KEY_RELEASE, code);
    press(c, other_code(c, XK_Shift_L));
    xcb_query_pointer_reply_t *p = xcb_query_pointer_reply(
        c,
        xcb_query_pointer(
            c, xcb_setup_roots_iterator(xcb_get_setup(c)).data->root),
        NULL);
    is_int(p->mask, XCB_MOD_MASK_LOCK | XCB_MOD_MASK_SHIFT,
           "Caps Lock is on and Shift is held before we start");
    free(p);
}

static bool key_down(xcb_connection_t *c, uint8_t code)
{
    xcb_query_keymap_reply_t *k =
        xcb_query_keymap_reply(c, xcb_query_keymap(c), NULL);
    bool down = k->keys[code / 8] >> code % 8 & 1;
    free(k);
    return down;
}

static void modifiers(xcb_connection_t *other)
{
    struct term t;
    struct rpa_buf text = { 0 };
    term_start(&t, "mods");
    rpa_buf_puts(&text, "Under Shift ŵ£1! ");
    press(other, other_code(other, XK_Shift_L));
    is_int(type(t.window, text.data, text.len), 0,
           "Shift held: released first");
    rpa_buf_puts(&text, "and Control");
    press(other, other_code(other, XK_Control_L));
    is_int(type(t.window, "and Control", 11), 0, "Control too");
    ok(arrived(&t, &text, 0), "the text is right");
    is_int(rpa_keys_hold(d, t.window, "shift", NULL, &err), 0, "hold Shift");
    ok(key_down(other, other_code(other, XK_Shift_L)), "it is down");
    is_int(rpa_keys_text(d, t.window, "x", 1, NULL, &err), -RPA_EINVAL,
           "no text while we hold a key");
    is_int(rpa_keys_release_all(d, &err), 0, "release all");
    ok(!key_down(other, other_code(other, XK_Shift_L)), "it is up");
    ok(!other_code(other, XK_Caps_Lock), "Caps Lock is off the keyboard");
    xcb_get_keyboard_control_reply_t *repeats = xcb_get_keyboard_control_reply(
        other, xcb_get_keyboard_control(other), NULL);
    ok(repeats && repeats->global_auto_repeat == XCB_AUTO_REPEAT_MODE_OFF,
       "and no key repeats");
    free(repeats);
    rpa_buf_clear(&text);
    term_stop(&t);
}

static int no(void *ctx, struct rpa_err *e)
{
    ++*(int *)ctx;
    return rpa_fail(e, RPA_EEXPIRED, "too late");
}

static void refusals(xcb_connection_t *other)
{
    struct term t, u;
    int asked = 0;
    size_t len;
    struct rpa_key_guard guard = { no, &asked };
    term_start(&t, "first");
    term_start(&u, "second");
    is_int(rpa_keys_text(d, t.window, "x", 1, NULL, &err), -RPA_EFOCUS,
           "the other window has the focus");
    ok(strstr(err.seen, "second") != NULL, "and is named: %s", err.seen);
    is_int(rpa_keys_text(d, u.window, "x", 1, &guard, &err), -RPA_EEXPIRED,
           "the guard's answer is returned");
    is_int(asked, 1, "the guard was asked once");
    xcb_grab_keyboard_reply_t *g = xcb_grab_keyboard_reply(
        other, xcb_grab_keyboard(other, 0, t.window, 0, 1, 1), NULL);
    is_int(g->status, 0, "another client grabs the keyboard");
    free(g);
    is_int(rpa_keys_text(d, u.window, "x", 1, NULL, &err), -RPA_EFOCUS,
           "a grabbed keyboard is refused");
    xcb_ungrab_keyboard(other, 0);
    free(xcb_get_input_focus_reply(other, xcb_get_input_focus(other), NULL));
    is_int(rpa_keys_text(d, u.window, "end", 3, NULL, &err), 0,
           "after it, not");
    char *got = file_wait(u.path, 3, 30000, &len);
    is_str(got, "end", "nothing of what was refused was pressed");
    free(got);
    term_stop(&u);
    /* without a manager the server gives the focus back to nobody */
    int r = 0;
    while ((r = rpa_keys_text(d, u.window, "x", 1, NULL, &err)) == 0 ||
           r == -RPA_EFOCUS)
        if (rpa_display_wait(d, in_s(30), &err) <= 0)
            break;
    is_int(r, -RPA_EWINDOW, "a window that went is an error of the call");
    is_int(rpa_window_focus(d, u.window, in_s(1), &err), -RPA_EWINDOW,
           "focus says so too");
    ok(!rpa_window_exists(d, u.window), "it does not exist");
    is_int(rpa_window_find(d, "no such title", NULL, rpa_mono_us() + 50000,
                           &u.window, &err),
           -RPA_ETIMEOUT, "find times out");
    ok(strstr(err.seen, "'first'") != NULL, "naming what is there: %s",
       err.seen);
    term_stop(&t);
}

/* xterm owns PRIMARY once the word it printed is double-clicked */
static void selection(void)
{
    struct term t;
    char *got = NULL;
    size_t len = 0;
    is_int(rpa_selection_get(d, "PRIMARY", &got, &len, in_s(5), &err),
           -RPA_ENOTFOUND, "nothing is marked");
    is_int(rpa_selection_get(d, "SECOND", &got, &len, in_s(5), &err),
           -RPA_EINVAL, "no such selection");
    term_start(&t, "mark");
    int r = -1;
    for (int i = 0; i < 50 && r < 0; i++) {
        xdo_move_mouse(d->xdo, 10, 8, 0);
        xdo_click_window_multiple(d->xdo, CURRENTWINDOW, 1, 2, 20000);
        r = rpa_selection_get(d, "PRIMARY", &got, &len, in_s(5), &err);
    }
    is_int(r, 0, "a word is marked");
    is_str(got, "go", "and read");
    is_int((long long)len, 2, "in bytes");
    free(got);
    term_stop(&t);
}

/* A process with a window of its own that takes the focus again and again and
 * counts the keys it gets. */
static pid_t thief_start(int *ret_fd)
{
    int fds[2];
    if (pipe(fds) < 0)
        exit(1);
    pid_t pid = fork();
    if (pid) {
        close(fds[1]);
        *ret_fd = fds[0];
        return pid;
    }
    close(fds[0]);
    xcb_connection_t *c = xcb_connect(x.name, NULL);
    xcb_window_t w = other_window(c);
    if (write(fds[1], "r", 1) < 0) /* ready */
        _exit(1);
    for (;;)
        other_steal(c, w, fds[1], (int)(next() % 2));
}

#define LINE                                                                   \
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"           \
    ".,:;-+*/()=?!%&$<>[]{}@~#_^|\"'"
enum { BATCH = sizeof LINE - 1, BATCHES = 300 };

/* keys the thief got while BATCHES of BATCH keys were typed, or more until it
 * once had the focus first */
static int leaked(struct term *t, bool until_stolen, int *ret_done,
                  int *ret_stolen)
{
    int fd, n = 0, done = 0, stolen = 0;
    char buf[4096];
    pid_t thief = thief_start(&fd);
    int64_t deadline = in_s(60);
    struct pollfd p = { .fd = fd, .events = POLLIN };
    if (poll(&p, 1, 30000) <= 0 || read(fd, buf, 1) != 1)
        deadline = 0;
    while ((done < BATCHES || (until_stolen && !stolen)) &&
           rpa_mono_us() < deadline) {
        rpa_window_focus(d, t->window, in_s(5), &err);
        int r = rpa_keys_text(d, t->window, LINE, BATCH, NULL, &err);
        done += r == 0;
        stolen += r == -RPA_EFOCUS;
    }
    /* a round trip of the thief's makes it see the keys: give it 200 ms */
    for (ssize_t got; poll(&p, 1, 200) > 0; n += (int)got)
        if ((got = read(fd, buf, sizeof buf)) <= 0)
            break;
    kill(thief, SIGKILL);
    waitpid(thief, NULL, 0);
    close(fd);
    *ret_done = done;
    *ret_stolen = stolen;
    return n;
}

static void thief(void)
{
    struct term t;
    int done = 0, stolen = 0, n;
    size_t len;
    term_start(&t, "victim");
    n = leaked(&t, true, &done, &stolen);
    is_int(n, 0, "a thief of the focus gets no key");
    ok(done >= BATCHES, "and all batches were typed");
    ok(stolen > 0, "though %d times it had the focus first", stolen);
    free(file_wait(t.path, (size_t)(BATCH * done), 30000, &len));
    is_int((long long)len, BATCH * done, "into the right window");
    d->no_grab = true;
    n = 0; /* it is a matter of luck, so more than one try */
    for (int i = 0; i < 5 && n == 0; i++)
        n = leaked(&t, false, &done, &stolen);
    d->no_grab = false;
    ok(n > 0, "control: without the grab it gets %d of %d", n, done * BATCH);
    term_stop(&t);
}

static void held_on_close(xcb_connection_t *other)
{
    struct term t;
    term_start(&t, "held");
    uint8_t code = other_code(other, XK_Control_L);
    rpa_keys_hold(d, t.window, "ctrl+c", NULL, &err);
    ok(key_down(other, code), "Control is held");
    rpa_display_close(d);
    ok(!key_down(other, code), "close releases it");
    d = NULL;
    if (rpa_display_open(x.name, &d, &err) < 0 || rpa_keymap_adopt(d, &err) < 0)
        exit(1);
    is_int(rpa_keymap_mode(d), RPA_KEYMAP_LAYOUT, "the keyboard as it is");
    is_int(rpa_keys_text(d, t.window, "ab", 2, NULL, &err), 0, "types as well");
    press(other, code);
    is_int(rpa_keys_text(d, t.window, "ab", 2, NULL, &err), -RPA_EFOCUS,
           "but a key held by another is refused");
    ok(strstr(err.msg, "Control") != NULL, "and named: %s", err.msg);
    term_stop(&t);
}

static void dead_server(void)
{
    xvfb_stop(&x);
    is_int(rpa_keys_text(d, 1, "x", 1, NULL, &err), -RPA_EDISPLAY,
           "a dead server is RPA_EDISPLAY");
    is_int(rpa_keys_chord(d, 1, "Enter", NULL, &err), -RPA_EDISPLAY,
           "every time");
    is_int(rpa_display_wait(d, in_s(5), &err), -RPA_EDISPLAY, "waiting too");
    rpa_window w;
    is_int(rpa_window_find(d, "x", NULL, in_s(5), &w, &err), -RPA_EDISPLAY,
           "finding too");
    is_int(rpa_window_focus(d, 1, in_s(5), &err), -RPA_EDISPLAY, "focus too");
    rpa_display_close(d);
    d = NULL;
    is_int(rpa_display_open(x.name, &d, &err), -RPA_EDISPLAY,
           "nobody listens any more");
    ok(true, "and the process lives");
}

int main(void)
{
    tmp_dir(dir);
    xvfb_start(&x, 1024, 768);
    xcb_connection_t *other = xcb_connect(x.name, NULL);
    leave_caps_on(other);
    if (rpa_display_open(x.name, &d, &err) < 0 ||
        rpa_keymap_install(d, NULL, 0, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    many_characters();
    every_character();
    modifiers(other);
    refusals(other);
    selection();
    thief();
    held_on_close(other);
    xcb_disconnect(other);
    dead_server();
    tmp_remove(dir);
    return tap_done();
}
