/* Selections against xclip, which shares no code with us, both ways; and
 * against owners and takers that stop half way. */
#include "lib/screen/priv.h"
#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "rpa/screen/selection.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGE = 3 << 20 }; /* bytes */

static struct xvfb x;
static struct rpa_display *d;
static struct rpa_err err;
static char dir[256], path[300];
static char *large;

static int64_t in_ms(int ms)
{
    return rpa_mono_us() + ms * 1000LL;
}

static void write_file(const char *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, text, len) != (ssize_t)len)
        printf("Bail out! cannot write %s\n", path), exit(1);
    close(fd);
}

/* let xclip own the file's text; it stays in the foreground */
static pid_t xclip_owns(const char *text, size_t len)
{
    write_file(text, len);
    rpa_selection_drop(d, "CLIPBOARD");
    pid_t pid = xvfb_spawn(&x, (const char *[]){
        "xclip", "-quiet", "-selection", "clipboard", "-i", path, NULL });
    char *got = NULL;
    size_t n;
    int64_t deadline = in_ms(20000);
    int r = -RPA_ENOTFOUND; /* RPA_EGONE: that was the one before it */
    while ((r == -RPA_ENOTFOUND || r == -RPA_EGONE) && rpa_left_ms(deadline)) {
        rpa_display_wait(d, in_ms(10), NULL);
        r = rpa_selection_get(d, "CLIPBOARD", &got, &n, in_ms(5000), &err);
    }
    free(got);
    return pid;
}

/* what xclip gets of us, while we look at events; "" and -1 if it gets none */
static char *xclip_takes(const char *target, size_t *ret_len, int *ret_status)
{
    int fds[2];
    struct rpa_buf out = { 0 };
    char part[65536];
    ssize_t n = 1;
    if (pipe2(fds, O_CLOEXEC) < 0)
        exit(1);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 1);
        setenv("DISPLAY", x.name, 1);
        execlp("xclip", "xclip", "-o", "-selection", "clipboard", "-target",
               target, (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    for (int64_t deadline = in_ms(30000); n != 0 && rpa_left_ms(deadline);) {
        n = read(fds[0], part, sizeof part);
        if (n > 0)
            rpa_buf_add(&out, part, (size_t)n);
        else
            rpa_display_wait(d, in_ms(5), NULL);
    }
    close(fds[0]);
    waitpid(pid, ret_status, 0);
    *ret_len = out.len;
    rpa_buf_putc(&out, '\0');
    return rpa_buf_take(&out);
}

/* an answer that comes too late is no answer to the next question */
static void late_answers(void)
{
    pid_t pid = xclip_owns("late", 4);
    char *got = NULL;
    size_t len = 0;
    int wrong = 0;
    for (int i = 0; i < 40; i++) {
        kill(pid, SIGSTOP);
        if (rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(2), &err) == 0)
            free(got);
        kill(pid, SIGCONT);
        if (rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(30000), &err) <
            0) {
            wrong++;
            continue;
        }
        wrong += len != 4 || memcmp(got, "late", 4) != 0;
        free(got);
    }
    is_int(wrong, 0, "40 late answers, each next one whole");
    xvfb_reap(pid);
}

static void getting(void)
{
    char *got = NULL;
    size_t len = 0;
    is_int(rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(5000), &err),
           -RPA_ENOTFOUND, "nobody owns it");
    pid_t pid = xclip_owns("Gŵyn £5 ’", strlen("Gŵyn £5 ’"));
    is_int(rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(20000), &err), 0,
           "a short one");
    is_str(got, "Gŵyn £5 ’", "as it is");
    free(got);
    got = NULL;
    xvfb_reap(pid);
    pid = xclip_owns(large, LARGE);
    is_int(rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(30000), &err), 0,
           "3 MiB");
    ok(len == LARGE && !memcmp(got, large, LARGE), "every byte of them");
    free(got);
    kill(pid, SIGSTOP);
    is_int(rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(100), &err),
           -RPA_ETIMEOUT, "an owner that hangs");
    kill(pid, SIGKILL);
    kill(pid, SIGCONT);
    is_int(rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(20000), &err) ==
               -RPA_ENOTFOUND || err.code == RPA_EGONE, 1, "one that ended");
    xvfb_reap(pid);
    pid = xclip_owns("\xff\xfe", 2);
    is_int(rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(20000), &err),
           -RPA_EPROTO, "no UTF-8");
    xvfb_reap(pid);
}

static void giving(void)
{
    size_t len;
    int status;
    is_int(rpa_selection_offer(d, "CLIPBOARD", "Siân ŵ", strlen("Siân ŵ"),
                               &err), 0, "offered");
    char *got = xclip_takes("UTF8_STRING", &len, &status);
    is_str(got, "Siân ŵ", "xclip has it");
    free(got);
    free(xclip_takes("STRING", &len, &status));
    is_int(len, 0, "as Latin-1 it is refused: ŵ is none");
    rpa_selection_offer(d, "CLIPBOARD", "Siân", strlen("Siân"), &err);
    got = xclip_takes("STRING", &len, &status);
    is_str(got, "Si\xe2n", "this one is");
    free(got);
    got = xclip_takes("TARGETS", &len, &status);
    ok(strstr(got, "UTF8_STRING") && strstr(got, "TARGETS"), "its targets");
    free(got);
    free(xclip_takes("image/png", &len, &status));
    is_int(len, 0, "not as a picture");
    is_int(rpa_selection_offer(d, "CLIPBOARD", large, LARGE, &err), 0, "3 MiB");
    got = xclip_takes("UTF8_STRING", &len, &status);
    ok(len == LARGE && !memcmp(got, large, LARGE), "every byte of them");
    free(got);
    got = NULL;
    is_int(rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(30000), &err), 0,
           "from ourselves");
    ok(len == LARGE && !memcmp(got, large, LARGE), "too");
    free(got);
    rpa_selection_drop(d, "CLIPBOARD");
    is_int(rpa_selection_offer(d, "CLIPBOARD", "x", 1, &err), 0, "again");
    got = xclip_takes("UTF8_STRING", &len, &status);
    is_str(got, "x", "the end of the one before does not end this one");
    free(got);
    rpa_selection_drop(d, "CLIPBOARD");
    free(xclip_takes("UTF8_STRING", &len, &status));
    ok(len == 0 && status != 0, "dropped: nobody gets it");
    is_int(rpa_selection_offer(d, "SECONDARY", "x", 1, &err), -RPA_EINVAL,
           "no such selection");
    is_int(rpa_selection_offer(d, "PRIMARY", "\xff", 1, &err), -RPA_EINVAL,
           "no UTF-8");
}

static xcb_atom_t atom(xcb_connection_t *c, const char *name)
{
    xcb_intern_atom_reply_t *r = xcb_intern_atom_reply(
        c, xcb_intern_atom(c, 0, (uint16_t)strlen(name), name), NULL);
    xcb_atom_t a = r->atom;
    free(r);
    return a;
}

static xcb_window_t a_window(xcb_connection_t *c)
{
    xcb_window_t w = xcb_generate_id(c);
    xcb_create_window(c, 0, w, xcb_setup_roots_iterator(xcb_get_setup(c)).data->
                      root, 0, 0, 1, 1, 0, XCB_WINDOW_CLASS_INPUT_ONLY, 0, 0,
                      NULL);
    return w;
}

static xcb_connection_t *become_owner(xcb_window_t *ret)
{
    xcb_connection_t *c = xcb_connect(x.name, NULL);
    *ret = a_window(c);
    xcb_set_selection_owner(c, *ret, atom(c, "CLIPBOARD"), XCB_CURRENT_TIME);
    atom(c, "INCR"); /* a round trip: it is the owner now */
    return c;
}

/* An owner that promises much, sends a little, and leaves. */
static void leave_half_way(int ready)
{
    xcb_window_t w;
    xcb_connection_t *c = become_owner(&w);
    uint32_t much = LARGE, told_of = XCB_EVENT_MASK_PROPERTY_CHANGE;
    if (write(ready, "x", 1) != 1)
        _exit(1);
    for (;;) {
        xcb_generic_event_t *ev = xcb_wait_for_event(c);
        if (!ev)
            _exit(1);
        xcb_selection_request_event_t *ask = (void *)ev;
        if ((ev->response_type & 0x7f) != XCB_SELECTION_REQUEST)
            continue;
        xcb_selection_notify_event_t told = {
            .response_type = XCB_SELECTION_NOTIFY, .selection = ask->selection,
            .requestor = ask->requestor, .property = ask->property,
            .target = ask->target,
        };
        xcb_change_window_attributes(c, ask->requestor, XCB_CW_EVENT_MASK,
                                     &told_of);
        xcb_change_property(c, XCB_PROP_MODE_REPLACE, ask->requestor,
                            ask->property, atom(c, "INCR"), 32, 1, &much);
        xcb_send_event(c, 0, ask->requestor, 0, (const char *)&told);
        xcb_flush(c);
        xcb_property_notify_event_t *p;
        do
            p = (void *)xcb_wait_for_event(c);
        while (p && ((p->response_type & 0x7f) != XCB_PROPERTY_NOTIFY ||
                     p->state != XCB_PROPERTY_DELETE));
        xcb_change_property(c, XCB_PROP_MODE_REPLACE, ask->requestor,
                            ask->property, atom(c, "UTF8_STRING"), 8, 4,
                            "half");
        atom(c, "INCR");
        _exit(0);
    }
}

/* A taker that asks for much and leaves. */
static void ask_and_leave(void)
{
    xcb_connection_t *c = xcb_connect(x.name, NULL);
    xcb_window_t w = a_window(c);
    xcb_convert_selection(c, w, atom(c, "CLIPBOARD"), atom(c, "UTF8_STRING"),
                          atom(c, "HERE"), XCB_CURRENT_TIME);
    xcb_flush(c);
    free(xcb_wait_for_event(c)); /* the first piece is promised */
    _exit(0);
}

/* The server gives the numbers of a client that ended to the next one. */
static void same_number(void)
{
    char *got = NULL;
    size_t len;
    xcb_window_t first, second;
    xcb_connection_t *c = become_owner(&first);
    is_int(rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(20), &err),
           -RPA_ETIMEOUT, "an owner that says nothing");
    int64_t deadline = in_ms(20000);
    do {
        xcb_disconnect(c);
        c = become_owner(&second);
    } while (second != first && rpa_left_ms(deadline));
    is_int(second, first, "the next has its number");
    is_int(rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(20), &err),
           -RPA_ETIMEOUT, "and is not the one that ended");
    xcb_disconnect(c);
}

static void half_way(void)
{
    int fds[2], status;
    char c, *got = NULL;
    size_t len;
    if (pipe2(fds, O_CLOEXEC) < 0)
        exit(1);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        leave_half_way(fds[1]);
    is_int(read(fds[0], &c, 1), 1, "an owner");
    int r = rpa_selection_get(d, "CLIPBOARD", &got, &len, in_ms(20000), &err);
    is_int(r, -RPA_EGONE, "it ends half way: an error, not half of it");
    waitpid(pid, &status, 0);
    close(fds[0]);
    close(fds[1]);

    rpa_selection_offer(d, "CLIPBOARD", large, LARGE, &err);
    pid = fork();
    if (pid == 0)
        ask_and_leave();
    int ended = 0;
    for (int64_t deadline = in_ms(30000); !ended && rpa_left_ms(deadline);) {
        rpa_display_wait(d, in_ms(5), NULL);
        ended = waitpid(pid, &status, WNOHANG) == pid;
    }
    ok(ended, "a taker that ends half way");
    got = xclip_takes("UTF8_STRING", &len, &status);
    ok(len == LARGE && !memcmp(got, large, LARGE), "the next one has it all");
    free(got);
}

int main(void)
{
    setenv("LC_ALL", "C.UTF-8", 1);
    tmp_dir(dir);
    snprintf(path, sizeof path, "%s/text", dir);
    xvfb_start(&x, 640, 480);
    large = malloc(LARGE);
    if (!large || rpa_display_open(x.name, &d, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    for (size_t i = 0; i + 1 < LARGE; i += 2) /* ŵŷ, two bytes each: pieces */
        memcpy(large + i, i / 2 % 7 ? "ŵ" : "ŷ", 2); /* may cut them */
    getting();
    late_answers();
    giving();
    half_way();
    same_number();
    rpa_display_close(d);
    xvfb_stop(&x);
    free(large);
    tmp_remove(dir);
    return tap_done();
}
