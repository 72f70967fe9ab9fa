/* Typing into Debian's x3270, whose window is a shell around an input widget,
 * with no window manager: what its host receives is what counts. */
#include "rpa/base/time.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"
#include "rpa/screen/window.h"
#include "screen/xvfb.h"
#include "tap.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int64_t in_s(int s)
{
    return rpa_mono_us() + s * 1000000LL;
}

static int listen_any(int *ret_port)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, 1) < 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) < 0)
        return -1;
    *ret_port = ntohs(at.sin_port);
    return fd;
}

/* read until @want bytes came that are not telnet's; NUL-terminated */
static size_t receive(int fd, char *to, size_t want, int timeout_ms)
{
    int64_t deadline = rpa_mono_us() + timeout_ms * 1000LL;
    size_t n = 0;
    struct pollfd p = { .fd = fd, .events = POLLIN };
    while (n < want && poll(&p, 1, rpa_left_ms(deadline)) > 0) {
        unsigned char in[512];
        ssize_t got = read(fd, in, sizeof in);
        if (got <= 0)
            break;
        for (ssize_t i = 0; i < got && n < want; i++)
            if (in[i] == 255)
                i += 2; /* IAC, verb, option */
            else
                to[n++] = (char)in[i];
    }
    to[n] = '\0';
    return n;
}

/* WILL ECHO, WILL SUPPRESS-GO-AHEAD: each character is sent at once. The
 * prompt unlocks the keyboard; DO TIMING-MARK is answered when it has been. */
static bool greet(int fd)
{
    static const char hello[] = "\xff\xfb\x01\xff\xfb\x03login: \xff\xfd\x06";
    unsigned char in[64];
    size_t n = 0;
    struct pollfd p = { .fd = fd, .events = POLLIN };
    if (write(fd, hello, sizeof hello - 1) < 0)
        return false;
    while (n < sizeof in && !memmem(in, n, "\xff\xfc\x06", 3) &&
           poll(&p, 1, 30000) > 0) {
        ssize_t got = read(fd, in + n, sizeof in - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    return memmem(in, n, "\xff\xfc\x06", 3) != NULL;
}

int main(void)
{
    struct xvfb x;
    struct rpa_display *d = NULL;
    struct rpa_err err = { 0 };
    rpa_window w = 0;
    int port = 0, listener = listen_any(&port);
    char host[32], got[512];
    const char *text =
        "The quick brown FOX; 0123 'jumps' (over) a £5 dog & naïve é";
    xvfb_start(&x, 1024, 900);
    if (rpa_display_open(x.name, &d, &err) < 0 ||
        rpa_keymap_install(d, NULL, 0, &err) < 0) {
        printf("Bail out! %s\n", err.msg);
        return 1;
    }
    snprintf(host, sizeof host, "127.0.0.1:%d", port);
    const char *argv[] = { "x3270", host, NULL };
    pid_t pid = xvfb_spawn(&x, argv);
    int fd = accept(listener, NULL, NULL);
    ok(greet(fd), "x3270 connects and takes text");
    is_int(rpa_window_find(d, host, NULL, in_s(30), &w, &err), 0, "its window");
    struct rpa_window_info info = { 0 };
    rpa_window_info(d, w, &info, &err);
    printf("# '%s' (%s) pid %d %dx%d\n", info.title, info.class, info.pid,
           info.width, info.height);
    is_int(rpa_window_focus(d, w, in_s(30), &err), 0, "takes the focus");
    is_int(rpa_keys_text(d, w, text, strlen(text), NULL, &err), 0, "typed");
    receive(fd, got, strlen(text), 30000);
    is_str(got, text, "the host has it");
    is_int(rpa_keys_chord(d, w, "Enter", NULL, &err), 0, "Enter");
    receive(fd, got, 1, 30000);
    is_int(got[0], '\r', "the host has that too");
    xvfb_reap(pid);
    rpa_display_close(d);
    xvfb_stop(&x);
    return tap_done();
}
