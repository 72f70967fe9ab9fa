/* Asking the supervisor of a state directory. */
#include "rpa/supervisor/control.h"
#include "rpa/base/time.h"
#include "rpa/config/people.h"
#include "rpa/supervisor/voice.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_US 60000000

static int connect_to(const char *state_dir, struct rpa_err *err)
{
    struct sockaddr_un at;
    int dir = open(state_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    const struct timeval patience = { .tv_sec = ANSWER_US / 1000000 };
    control_address(dir, &at);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    int r = dir < 0 || fd < 0
                ? -1
                : connect(fd, (struct sockaddr *)&at, sizeof at);
    int why = errno;
    if (dir >= 0)
        close(dir);
    if (r == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    errno = why;
    if (why == EACCES && people_folder(state_dir, err) < 0) {
        err->native = why;
        return -RPA_EPERM;
    }
    if (why == EACCES || why == EPERM)
        return rpa_fail_errno(err, RPA_EPERM, "asking the supervisor of %s",
                              state_dir);
    if (why == EAGAIN) {
        rpa_fail(err, RPA_ETIMEOUT, "the supervisor of %s takes no questions",
                 state_dir);
        return rpa_err_hint(err, "see whether it is stopped, or the disk "
                                 "does not answer");
    }
    rpa_fail(err, RPA_ENOTFOUND, "no supervisor runs on %s", state_dir);
    rpa_err_hint(err, "rpa daemon starts one that stays; --state says where it is");
    err->native = why; /* what tells it from a supervisor's own answer */
    return -RPA_ENOTFOUND;
}

static int ask(int fd, const cbor_item_t *msg, cbor_item_t **ret_ok,
               struct rpa_err *err)
{
    cbor_item_t *reply = NULL;
    int r = rpa_msg_send(fd, msg, NULL, 0, err);
    if (r == 0)
        r = rpa_msg_recv(fd, rpa_mono_us() + ANSWER_US, &reply, NULL, err);
    if (r == -RPA_EGONE) {
        rpa_fail(err, RPA_EGONE, "the supervisor was lost before it answered");
        rpa_err_hint(err, "rpa status tells whether another runs");
    }
    if (r == 0)
        r = rpa_msg_get_err(reply, err);
    cbor_item_t *ok = r == 0 ? rpa_msg_get(reply, "ok") : NULL;
    if (r == 0 && !ok)
        r = rpa_fail(err, RPA_EPROTO, "the supervisor gave no answer");
    if (r == 0)
        *ret_ok = cbor_incref(ok);
    rpa_msg_free(&reply);
    return r;
}

int control_ask(const char *state_dir, const cbor_item_t *msg,
                cbor_item_t **ret_ok, struct rpa_err *err)
{
    int fd = connect_to(state_dir, err);
    if (fd < 0)
        return fd;
    int r = ask(fd, msg, ret_ok, err);
    close(fd);
    return r;
}

/* ---- staying for a run ---- */

/* the first Ctrl-C lets the item finish, the second does not */
static int pass_on(int fd, int signals, bool *asked, struct rpa_err *err)
{
    struct signalfd_siginfo si;
    if (read(signals, &si, sizeof si) != sizeof si)
        return 0;
    cbor_item_t *msg = rpa_msg_new();
    rpa_msg_put_str(msg, "call", "stop");
    rpa_msg_put_str(msg, "how",
                    si.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM");
    rpa_msg_put_bool(msg, "now", *asked);
    *asked = true;
    int r = rpa_msg_send(fd, msg, NULL, 0, err);
    rpa_msg_free(&msg);
    return r;
}

/* one message; 1 when it was the last */
static int take(int fd, int *ret_exit, struct rpa_err *err)
{
    cbor_item_t *msg = NULL;
    struct rpa_err ignored;
    int64_t end;
    int r = rpa_msg_recv(fd, RPA_MSG_FOREVER, &msg, NULL, err);
    if (r < 0)
        return r;
    bool last = rpa_msg_int(msg, "end", &end);
    if (last)
        *ret_exit = (int)end;
    else
        voice_print(msg, &ignored);
    rpa_msg_free(&msg);
    return last;
}

static int stay(int fd, int signals, int *ret_exit, struct rpa_err *err)
{
    struct pollfd p[] = { { .fd = fd, .events = POLLIN },
                          { .fd = signals, .events = POLLIN } };
    bool asked = false;
    int r = 0;
    while (r == 0) {
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            return rpa_fail_errno(err, RPA_EIO, "waiting for the daemon");
        if (p[1].revents)
            r = pass_on(fd, signals, &asked, err);
        if (r == 0 && p[0].revents)
            r = take(fd, ret_exit, err);
    }
    if (r == -RPA_EGONE) {
        rpa_fail(err, RPA_EGONE, "the daemon was lost");
        rpa_err_hint(err, "rpa audit show tells how far the run came");
    }
    return r < 0 ? r : 0;
}

int control_run(const char *state_dir, const cbor_item_t *order, int *ret_exit,
                struct rpa_err *err)
{
    sigset_t set;
    int fd = connect_to(state_dir, err);
    if (fd < 0)
        return fd;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int signals = signalfd(-1, &set, SFD_CLOEXEC);
    cbor_item_t *ok = NULL;
    int r = ask(fd, order, &ok, err);
    rpa_msg_free(&ok);
    if (r == 0)
        r = stay(fd, signals, ret_exit, err);
    if (signals >= 0)
        close(signals);
    close(fd);
    return r;
}
