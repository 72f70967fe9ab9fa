#include "screen/term.h"

#include "rpa/base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t soon(void)
{
    return rpa_mono_us() + 30000000;
}

static void bail(const char *title, const char *msg, const char *seen)
{
    printf("Bail out! %s: %s; %s\n", title, msg, seen);
    exit(1);
}

static void find(struct term *t, struct rpa_display *d, const char *title)
{
    struct rpa_err err = { 0 };
    if (rpa_window_find(d, title, NULL, soon(), &t->window, &err) < 0)
        bail(title, err.msg, err.seen);
}

/* the file is there: then raw mode is set */
static void await_file(const struct term *t, const char *title)
{
    int64_t deadline = soon();
    size_t len;
    while (access(t->path, F_OK) < 0) {
        if (!rpa_left_ms(deadline) || waitpid(t->pid, NULL, WNOHANG) != 0)
            bail(title, "its shell does not start", "");
        free(file_wait(t->path, 0, 20, &len));
    }
}

void term_read(struct term *t, const struct xvfb *x, struct rpa_display *d,
               const char *dir, const char *title, const char *reader)
{
    char run[800], take[400];
    *t = (struct term){ .tty = -1 };
    snprintf(t->path, sizeof t->path, "%s/%s", dir, title);
    snprintf(take, sizeof take, reader, t->path);
    snprintf(run, sizeof run, "stty raw -echo; echo go; : > '%s'; %s", t->path,
             take);
    const char *argv[] = { "xterm", "-T", title, "-e", "sh", "-c", run, NULL };
    t->pid = xvfb_spawn(x, argv);
    find(t, d, title);
    await_file(t, title);
}

/* The FIFO, once the terminal reads from it. */
static int await_reader(const struct term *t, const char *fifo,
                        const char *title)
{
    int64_t deadline = soon();
    int fd;
    while ((fd = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0) {
        if (errno != ENXIO || !rpa_left_ms(deadline) ||
            waitpid(t->pid, NULL, WNOHANG) != 0)
            bail(title, "its shell does not start", "");
        poll(NULL, 0, 5);
    }
    fcntl(fd, F_SETFL, 0);
    return fd;
}

void term_show(struct term *t, const struct xvfb *x, struct rpa_display *d,
               const char *dir, const char *title, const char *const args[])
{
    char fifo[300], run[400];
    struct rpa_err err = { 0 };
    *t = (struct term){ 0 };
    snprintf(fifo, sizeof fifo, "%s/%s", dir, title);
    snprintf(run, sizeof run, "stty raw -echo; exec cat '%s'", fifo);
    const char *argv[32] = { "xterm", "-u8", "-geometry", "80x24", "-T", title,
                             "+sb", "-xrm", "*allowBoldFonts: true", "-xrm",
                             "*cursorBlink: false" };
    size_t n = 11;
    while (*args)
        argv[n++] = *args++;
    const char *end[] = { "-e", "sh", "-c", run };
    memcpy(argv + n, end, sizeof end);
    if (mkfifo(fifo, 0600) < 0)
        bail(title, "no FIFO", strerror(errno));
    t->pid = xvfb_spawn(x, argv);
    find(t, d, title);
    if (rpa_window_focus(d, t->window, soon(), &err) < 0)
        bail(title, err.msg, err.seen);
    t->tty = await_reader(t, fifo, title);
}

void term_stop(struct term *t)
{
    if (t->tty >= 0)
        close(t->tty);
    t->tty = -1;
    xvfb_reap(t->pid);
    t->pid = 0;
}
