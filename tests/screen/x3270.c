#include "screen/x3270.h"

#include "rpa/base/buf.h"
#include "rpa/base/time.h"
#include "screen/xvfb.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
