/* x3270's own word, from canned answers: what agrees, what differs, what is no
 * answer. */
#include "rpa/base/time.h"
#include "rpa/screen/x3270.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STATUS "U F U C(127.0.0.1) I 4 2 3 0 1 0x0 0.001\n"
#define LOCKED "L F U C(127.0.0.1) I 4 2 3 0 1 0x0 0.001\n"
#define ERROR "E F U C(127.0.0.1) I 4 2 3 0 1 0x0 0.001\n"

struct word {
    const char *what, *answer;
    int code;
    bool locked;
};

static const struct word cases[] = {
    { "the same", "data: AB \ndata:  \305\265-\n" STATUS "ok\n", RPA_OK, false },
    { "locked", "data: AB \ndata:  \305\265-\n" LOCKED "ok\n", RPA_OK, true },
    { "locked by an error of the operator", "data: AB \ndata:  \305\265-\n" ERROR "ok\n",
      RPA_OK, true },
    { "soft hyphen, no-break space",
      "data: AB\302\240\ndata:  \305\265\302\255\n" STATUS "ok\n", RPA_OK, false },
    { "another character", "data: AC \ndata:  \305\265-\n" STATUS "ok\n",
      RPA_ESCREEN, false },
    { "a blank that is none", "data: ABx\ndata:  \305\265-\n" STATUS "ok\n",
      RPA_ESCREEN, false },
    { "a short row", "data: AB\ndata:  \305\265-\n" STATUS "ok\n", RPA_ESCREEN,
      false },
    { "a row too few", "data: AB \n" STATUS "ok\n", RPA_ESCREEN, false },
    { "a row too many", "data: AB \ndata:  \305\265-\ndata:    \n" STATUS "ok\n",
      RPA_ESCREEN, false },
    { "another cursor",
      "data: AB \ndata:  \305\265-\nU F U C(h) I 4 2 3 1 1 0x0 -\nok\n",
      RPA_ESCREEN, false },
    { "another size",
      "data: AB \ndata:  \305\265-\nU F U C(h) I 4 24 80 0 1 0x0 -\nok\n",
      RPA_ESCREEN, false },
    { "a smaller screen, and text below it",
      "data: AB \nU F U C(h) I 4 1 3 0 1 0x0 -\nok\n", RPA_ESCREEN, false },
    { "refused", "data: no\n" STATUS "error\n", RPA_EPROTO, false },
    { "no status", "data: AB \ndata:  \305\265-\nok\n", RPA_EPROTO, false },
    { "half a status", "U F U\nok\n", RPA_EPROTO, false },
    { "silence", "", RPA_ETIMEOUT, false },
    { "an end in the middle", "data: AB \n", RPA_EWINDOW, false },
};

/* graphic escapes, one of which cannot be read */
static const struct word escapes[] = {
    { "other names", "data: \u2223\u207c\u0282\ndata: \u0283\u2374\u2502\n" STATUS
      "ok\n", RPA_OK, false },
    { "their own", "data: \u2502\u207d\u2082\ndata: \u2083 \u2223\n" STATUS "ok\n",
      RPA_OK, false },
    { "the name of another", "data: \u2502\u2223\u2082\ndata: \u2083 \u2502\n" STATUS
      "ok\n", RPA_ESCREEN, false },
    { "a bar for a line", "data: |\u207d\u2082\ndata: \u2083 \u2502\n" STATUS "ok\n",
      RPA_ESCREEN, false },
};

static void hear(const struct word *w, const struct rpa_screen *s)
{
    int fds[2];
    struct rpa_x3270 *x = NULL;
    struct rpa_x3270_status status = { 0 };
    struct rpa_err err = { 0 };
    size_t len = strlen(w->answer);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0 ||
        write(fds[1], w->answer, len) != (ssize_t)len ||
        rpa_x3270_new(fds[0], &x, &err) < 0) {
        ok(false, "%s: cannot be tried", w->what);
        return;
    }
    if (w->code == RPA_EWINDOW)
        shutdown(fds[1], SHUT_WR);
    int ms = w->code == RPA_ETIMEOUT ? 20 : 20000;
    int r = rpa_x3270_agrees(x, s, rpa_mono_us() + ms * 1000, &status, &err);
    ok(r == -w->code && status.locked == w->locked, "%s: %s", w->what,
       r ? err.msg : "agrees");
    rpa_x3270_free(x);
    close(fds[1]);
}

static struct rpa_screen screen_of(struct rpa_cell cells[6],
                                   const uint32_t cps[6])
{
    for (int i = 0; i < 6; i++)
        cells[i] = (struct rpa_cell){ .cp = cps[i] };
    return (struct rpa_screen){ .rows = 2, .cols = 3, .cells = cells,
                                .cursor_row = 0, .cursor_col = 1 };
}

int main(void)
{
    struct rpa_cell cells[6];
    struct rpa_screen s = screen_of(
        cells, (const uint32_t[]){ 'A', 'B', ' ', ' ', 0x175, '-' });
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        hear(&cases[i], &s);
    s = screen_of(cells, (const uint32_t[]){ 0x2502, 0x207d, 0x2082, 0x2083, 0,
                                             0x2502 });
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        hear(&escapes[i], &s);
    return tap_done();
}
