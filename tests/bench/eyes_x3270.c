/* Reading a full 80x24 x3270: its pixels, and its own word by -socket. */
#include "bench.h"
#include "eyes_screen.h"

#include "rpa/base/time.h"
#include "rpa/screen/window.h"
#include "rpa/screen/x3270.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct term {
    struct xvfb x;
    pid_t pid;
    int host; /* what is written here it shows, in NVT mode */
    struct rpa_display *d;
    rpa_window window;
    struct rpa_grid *grid, *judge; /* who tells when all is shown */
    struct rpa_x3270 *word;
};

static int64_t soon(void)
{
    return rpa_mono_us() + 20000000;
}

static void start(struct term *t)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof a;
    char address[32];
    struct rpa_err err;
    int fd, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&a, len) < 0 ||
        listen(listener, 1) < 0 ||
        getsockname(listener, (struct sockaddr *)&a, &len) < 0)
        bench_fail("cannot listen");
    snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(a.sin_port));
    xvfb_start(&t->x, 1280, 1024);
    t->pid = xvfb_spawn(&t->x, (const char *[]){
        "x3270", "-once", "-socket", "-title", "Bench", "-model", "3279-2",
        "-efont", "3270-20", "-xrm", "x3270.menuBar: False", address, NULL });
    struct pollfd p = { .fd = listener, .events = POLLIN };
    if (poll(&p, 1, 20000) != 1 || (t->host = accept(listener, 0, 0)) < 0)
        bench_fail("x3270 does not connect");
    close(listener);
    if (rpa_display_open(t->x.name, &t->d, &err) < 0 ||
        rpa_window_find(t->d, "Bench", NULL, soon(), &t->window, &err) < 0 ||
        rpa_window_focus(t->d, t->window, soon(), &err) < 0 ||
        rpa_grid_open(t->d, t->window, NULL, &t->grid, &err) < 0 ||
        rpa_grid_open(t->d, t->window, NULL, &t->judge, &err) < 0 ||
        rpa_x3270_connect(t->pid, &fd, &err) < 0 ||
        rpa_x3270_new(fd, &t->word, &err) < 0)
        bench_fail("%s; %s", err.msg, err.seen);
}

static void show(struct term *t, struct eyes_screen *s, unsigned seed)
{
    struct rpa_buf out = { 0 };
    const struct rpa_screen *seen;
    struct rpa_err err;
    eyes_screen_fill(s, seed, true);
    eyes_screen_put(s, &out);
    if (write(t->host, out.data, out.len) != (ssize_t)out.len ||
        rpa_grid_wait(t->judge, eyes_screen_shown, s, soon(), &seen, &err) < 0)
        bench_fail("x3270 does not show what it was told");
    rpa_buf_clear(&out);
}

static double by_rpa(struct term *t, const struct eyes_screen *s, long *wrong)
{
    const struct rpa_screen *seen;
    struct rpa_err err;
    int64_t since = rpa_mono_us();
    if (rpa_grid_read(t->grid, &seen, &err) < 0)
        bench_fail("%s", err.msg);
    int64_t took = rpa_mono_us() - since;
    *wrong += eyes_screen_wrong(s, seen);
    return (double)took / 1000;
}

static double by_x3270(struct term *t, const struct eyes_screen *s,
                       long *wrong)
{
    struct rpa_buf text = { 0 };
    struct rpa_err err;
    int64_t since = rpa_mono_us();
    if (rpa_x3270_ask(t->word, "Ascii1()", soon(), &text, NULL, &err) < 0)
        bench_fail("%s", err.msg);
    int64_t took = rpa_mono_us() - since;
    char *line = text.data;
    for (int r = 0; r < EYES_ROWS; r++, line += EYES_COLS + 1) {
        line[EYES_COLS - 1] = '\0';
        *wrong += bench_wrong(s->row[r], line);
    }
    rpa_buf_clear(&text);
    return (double)took / 1000;
}

int main(int argc, char **argv)
{
    static struct eyes_screen s;
    struct bench b;
    struct term t = { 0 };
    double rpa[ROUNDS], word[ROUNDS];
    long wrong_rpa = 0, wrong_word = 0, n = 0;
    bench_begin(&b, "eyes", argc, argv);
    start(&t);
    for (int r = -1; r < ROUNDS; r++) {
        show(&t, &s, (unsigned)r + 2);
        double ms = by_rpa(&t, &s, &wrong_rpa);
        if (r < 0)
            continue;
        rpa[r] = ms;
        word[r] = by_x3270(&t, &s, &wrong_word);
        n += EYES_ROWS * (EYES_COLS - 1);
    }
    bench_row(&b, "read80x24", "rpa-x3270", rpa, "ms", wrong_rpa, n);
    bench_row(&b, "read80x24", "x3270", word, "ms", wrong_word, n);
    rpa_x3270_free(t.word);
    rpa_grid_close(t.judge);
    rpa_grid_close(t.grid);
    close(t.host);
    xvfb_reap(t.pid);
    rpa_display_close(t.d);
    xvfb_stop(&t.x);
    bench_end(&b);
    return 0;
}
