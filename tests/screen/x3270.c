#include "screen/x3270.h"

#include "rpa/base/time.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_US = 30000000 };

static struct sockaddr_un address(pid_t x3270)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    snprintf(a.sun_path, sizeof a.sun_path, "/tmp/x3sck.%d", (int)x3270);
    return a;
}

/* the socket is there before anybody listens at it */
static int reach(pid_t x3270, int64_t deadline)
{
    struct sockaddr_un a = address(x3270);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    while (connect(s, (struct sockaddr *)&a, sizeof a) < 0) {
        if (rpa_left_ms(deadline) == 0) {
            close(s);
            return -1;
        }
        poll(NULL, 0, 5);
    }
    return s;
}

char *x3270_ask(pid_t x3270, const char *actions)
{
    struct rpa_buf b = { 0 };
    int64_t deadline = rpa_mono_us() + PATIENCE_US;
    bool whole = false;
    int s = reach(x3270, deadline);
    if (s < 0)
        return NULL;
    ssize_t n = write(s, actions, strlen(actions));
    while (n > 0 && !whole) {
        char got[4096];
        struct pollfd p = { .fd = s, .events = POLLIN };
        n = poll(&p, 1, rpa_left_ms(deadline)) > 0 ? read(s, got, sizeof got)
                                                   : 0;
        if (n > 0)
            rpa_buf_add(&b, got, (size_t)n);
        whole = b.len && (strstr(b.data, "\nok\n") ||
                          strstr(b.data, "\nerror\n"));
    }
    close(s);
    if (whole)
        return rpa_buf_take(&b);
    rpa_buf_clear(&b);
    return NULL;
}

void x3270_reap(pid_t x3270)
{
    if (x3270 <= 0)
        return;
    struct sockaddr_un a = address(x3270);
    xvfb_reap(x3270);
    unlink(a.sun_path);
}

/* ---- a host with one screen ---- */

static void answer(int fd)
{
    char got[512];
    struct pollfd p = { .fd = fd, .events = POLLIN };
    if (poll(&p, 1, 3000) > 0 && read(fd, got, sizeof got) < 0)
        _exit(1);
}

static void say(int fd, const char *bytes, size_t len)
{
    if (write(fd, bytes, len) != (ssize_t)len)
        _exit(1);
}

/* the screen, and no more: the connection stays */
static void serve(int listener, const struct rpa_buf *screen)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        say(fd, "\xff\xfd\x18", 3); /* DO TERMINAL-TYPE */
        answer(fd);
        say(fd, "\xff\xfa\x18\x01\xff\xf0", 6);
        answer(fd);
        say(fd, "\xff\xfd\x00\xff\xfb\x00\xff\xfd\x19\xff\xfb\x19", 12);
        answer(fd);
        say(fd, screen->data, screen->len);
    }
}

pid_t x3270_host(const struct rpa_buf *screen, int *ret_port)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof a;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s, (struct sockaddr *)&a, len) < 0 || listen(s, 4) < 0 ||
        getsockname(s, (struct sockaddr *)&a, &len) < 0)
        return -1;
    *ret_port = ntohs(a.sin_port);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(s, screen);
    }
    close(s);
    return pid;
}

void x3270_stage_open(struct x3270_stage *stage, struct rpa_buf *screen, int width,
                      int height)
{
    struct rpa_err err;
    signal(SIGPIPE, SIG_IGN);
    setenv("LC_ALL", "C.UTF-8", 1);
    stage->host = x3270_host(screen, &stage->port);
    rpa_buf_clear(screen);
    xvfb_start(&stage->x, width, height);
    if (rpa_display_open(stage->x.name, &stage->d, &err) == 0)
        return;
    printf("Bail out! %s\n", err.msg);
    exit(1);
}

void x3270_stage_close(struct x3270_stage *stage)
{
    rpa_display_close(stage->d);
    xvfb_stop(&stage->x);
    xvfb_reap(stage->host);
}
