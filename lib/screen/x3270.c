#include "rpa/screen/x3270.h"

#include "rpa/base/time.h"
#include "rpa/base/utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_MAX = 1 << 20 }; /* bytes; a 255x255 screen in UTF-8 has 200 K */

struct rpa_x3270 {
    int fd;
    struct rpa_buf in;   /* the answer at hand */
    struct rpa_buf text; /* of agrees() */
};

static void name_socket(pid_t pid, struct sockaddr_un *a)
{
    *a = (struct sockaddr_un){ .sun_family = AF_UNIX };
    snprintf(a->sun_path, sizeof a->sun_path, "/tmp/x3sck.%d", (int)pid);
}

static bool belongs_to(int fd, pid_t pid)
{
    struct ucred who;
    socklen_t len = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 &&
           who.pid == pid;
}

int rpa_x3270_connect(pid_t pid, int *ret_fd, struct rpa_err *err)
{
    struct sockaddr_un a;
    name_socket(pid, &a);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return rpa_fail_errno(err, RPA_EIO, "socket");
    if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0) {
        bool absent = errno == ENOENT || errno == ECONNREFUSED;
        rpa_fail_errno(err, absent ? RPA_ENOTFOUND : RPA_EIO,
                       "x3270 does not answer at %s", a.sun_path);
        close(fd);
        return rpa_err_hint(err, "start x3270 with -socket; it needs to make "
                                 "that in /tmp, so keep the state directory "
                                 "elsewhere");
    }
    if (!belongs_to(fd, pid)) { /* anyone may make files in /tmp */
        close(fd);
        return rpa_fail(err, RPA_EPERM, "%s is not that x3270's", a.sun_path);
    }
    *ret_fd = fd;
    return 0;
}

void rpa_x3270_remove(pid_t pid)
{
    struct sockaddr_un a;
    name_socket(pid, &a);
    unlink(a.sun_path);
}

int rpa_x3270_new(int fd, struct rpa_x3270 **ret, struct rpa_err *err)
{
    struct rpa_x3270 *x = calloc(1, sizeof *x);
    if (!x) {
        close(fd);
        return rpa_fail(err, RPA_ENOMEM, "no memory for a reader");
    }
    x->fd = fd;
    *ret = x;
    return 0;
}

void rpa_x3270_free(struct rpa_x3270 *x)
{
    if (!x)
        return;
    close(x->fd);
    rpa_buf_clear(&x->in);
    rpa_buf_clear(&x->text);
    free(x);
}

/* ---- one exchange ---- */

static bool ends(const struct rpa_buf *b, const char *with)
{
    size_t n = strlen(with);
    return b->len >= n && !memcmp(b->data + b->len - n, with, n);
}

static int more(struct rpa_x3270 *x, int64_t deadline_us, struct rpa_err *err)
{
    char got[16384];
    struct pollfd p = { .fd = x->fd, .events = POLLIN };
    int n = poll(&p, 1, rpa_left_ms(deadline_us));
    if (n == 0)
        return rpa_fail(err, RPA_ETIMEOUT, "x3270 does not answer");
    ssize_t len = n < 0 ? -1 : read(x->fd, got, sizeof got);
    if (len < 0 && errno == EINTR)
        return 0;
    if (len <= 0)
        return rpa_fail(err, RPA_EWINDOW, "x3270 has ended");
    if (x->in.len + (size_t)len > ANSWER_MAX)
        return rpa_fail(err, RPA_EPROTO, "x3270's answer has no end");
    rpa_buf_add(&x->in, got, (size_t)len);
    return x->in.failed ? rpa_fail(err, RPA_ENOMEM, "no memory") : 0;
}

static int send_all(struct rpa_x3270 *x, const char *action,
                    struct rpa_err *err)
{
    char line[256];
    int n = snprintf(line, sizeof line, "%s\n", action);
    if (n >= (int)sizeof line || strchr(action, '\n'))
        return rpa_fail(err, RPA_EINVAL, "not an action: %.40s", action);
    if (send(x->fd, line, (size_t)n, MSG_NOSIGNAL) != n)
        return rpa_fail(err, RPA_EWINDOW, "x3270 has ended");
    return 0;
}

/* "U F U C(host) I 4 43 80 4 2 0x0 -": keyboard, formatted, field, connection,
 * mode, model, rows, columns, cursor row and column, window, time */
static bool parse_status(const char *line, struct rpa_x3270_status *ret)
{
    char keyboard, host[300];
    struct rpa_x3270_status s = { 0 };
    if (sscanf(line, "%c %*s %*s %299s %*s %*s %d %d %d %d", &keyboard, host,
               &s.rows, &s.cols, &s.cursor_row, &s.cursor_col) != 6 ||
        !strchr("ULE", keyboard) || s.rows < 1 || s.cols < 1 ||
        s.rows > 1000 || s.cols > 1000)
        return false;
    s.locked = keyboard != 'U';
    s.connected = host[0] == 'C';
    *ret = s;
    return true;
}

/* the lines that begin with "data: ", then the status, then the verdict */
static int take_apart(struct rpa_x3270 *x, struct rpa_buf *text,
                      struct rpa_x3270_status *ret, struct rpa_err *err)
{
    char *line = x->in.data, *end;
    bool known = false, done = false;
    for (; (end = strchr(line, '\n')) && !done; line = end + 1) {
        *end = '\0';
        done = !strcmp(line, "ok") || !strcmp(line, "error");
        if (!strncmp(line, "data:", 5)) {
            if (text)
                rpa_buf_printf(text, "%s\n", line + 5 + (line[5] == ' '));
        } else if (!done)
            known = parse_status(line, ret);
        else if (*line == 'e')
            return rpa_fail(err, RPA_EPROTO, "x3270 refused an action");
    }
    if (text && text->failed)
        return rpa_fail(err, RPA_ENOMEM, "no memory");
    return known && done ? 0
                         : rpa_fail(err, RPA_EPROTO,
                                    "x3270's answer is not understood");
}

int rpa_x3270_ask(struct rpa_x3270 *x, const char *action, int64_t deadline_us,
                  struct rpa_buf *text, struct rpa_x3270_status *ret,
                  struct rpa_err *err)
{
    struct rpa_x3270_status status;
    x->in.len = 0;
    int r = send_all(x, action, err);
    while (r == 0 && !ends(&x->in, "\nok\n") && !ends(&x->in, "\nerror\n"))
        r = more(x, deadline_us, err);
    if (r == 0)
        r = take_apart(x, text, &status, err);
    if (r == 0 && ret)
        *ret = status;
    return r;
}

/* ---- two readers ---- */

static int differs(int row, int col, struct rpa_err *err)
{
    rpa_fail(err, RPA_ESCREEN,
             "what the screen shows is not what x3270 says it shows");
    rpa_err_seen(err, "the first difference is at row %d, column %d", row + 1,
                 col + 1);
    return rpa_err_hint(err, "the font may draw two characters alike: try "
                             "-efont 3270-20, or rpa font learn");
}

/* What x3270 says by another name than what it draws: a no-break space is a blank,
 * a soft hyphen a hyphen; of graphic escapes, a line is two characters that look
 * the same, and three signs have names it took from elsewhere in Unicode. */
static const struct {
    uint32_t said, shown;
} aliases[] = {
    { 0xa0, ' ' },      { 0xad, '-' },      { 0x2223, 0x2502 },
    { 0x207c, 0x207d }, { 0x0282, 0x2082 }, { 0x0283, 0x2083 },
};

static bool stands_for(uint32_t shown, uint32_t said)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (aliases[i].said == said && aliases[i].shown == shown)
            return true;
    return !shown || shown == said;
}

/* A screen of the host's smaller size is shown in the larger window, and blank
 * below: @rows are said. */
static int compare(const struct rpa_screen *s, const char *text, int rows,
                   struct rpa_err *err)
{
    size_t left = strlen(text);
    for (int i = rows * s->cols; i < s->rows * s->cols; i++)
        if (!stands_for(s->cells[i].cp, ' '))
            return differs(i / s->cols, i % s->cols, err);
    for (int row = 0; row < rows; row++) {
        for (int col = 0; col < s->cols; col++) {
            uint32_t cp = 0, shown = s->cells[row * s->cols + col].cp;
            size_t n = left ? rpa_utf8_decode(text, left, &cp) : 0;
            if (!n || cp == '\n' || !stands_for(shown, cp))
                return differs(row, col, err);
            text += n;
            left -= n;
        }
        if (!left || *text != '\n')
            return differs(row, s->cols, err);
        text++;
        left--;
    }
    return left ? differs(rows, 0, err) : 0;
}

int rpa_x3270_agrees(struct rpa_x3270 *x, const struct rpa_screen *s,
                     int64_t deadline_us, struct rpa_x3270_status *ret,
                     struct rpa_err *err)
{
    struct rpa_x3270_status status;
    x->text.len = 0;
    int r = rpa_x3270_ask(x, "Ascii1()", deadline_us, &x->text, &status, err);
    if (r < 0)
        return r;
    if (status.rows > s->rows || status.cols != s->cols)
        return differs(s->rows, s->cols, err);
    r = compare(s, x->text.data ? x->text.data : "", status.rows, err);
    if (r < 0)
        return r;
    if (s->cursor_row >= 0 && (s->cursor_row != status.cursor_row ||
                               s->cursor_col != status.cursor_col))
        return differs(s->cursor_row, s->cursor_col, err);
    *ret = status;
    return 0;
}
