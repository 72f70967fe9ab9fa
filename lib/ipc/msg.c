/* Frames: sending, receiving, and the memfd for what is too big for one. */
#include "rpa/ipc/msg.h"

#include "rpa/base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_FDS 2 /* the memfd and one more */
#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

static void close_all(int *fds, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

static int encode(const cbor_item_t *msg, struct rpa_buf *out,
                  struct rpa_err *err)
{
    if (!msg)
        return rpa_fail(err, RPA_ENOMEM, "no memory to build a message");
    int r = rpa_cbor_dump(msg, out, err);
    if (r == 0 && out->len > RPA_MSG_MAX)
        r = rpa_fail(err, RPA_EINVAL, "a message of %zu bytes; at most %d",
                     out->len, RPA_MSG_MAX);
    return r;
}

static int write_all(int fd, const char *data, size_t len, struct rpa_err *err)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return rpa_fail_errno(err, RPA_EIO, "writing a memfd");
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

int rpa_memfd_new(const struct rpa_buf *bytes, int *ret_fd,
                  struct rpa_err *err)
{
    int fd = memfd_create("rpa-msg", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return rpa_fail_errno(err, RPA_EIO, "making a memfd");
    int r = write_all(fd, bytes->data, bytes->len, err);
    if (r == 0 && fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) < 0)
        r = rpa_fail_errno(err, RPA_EIO, "sealing a memfd");
    if (r < 0)
        close(fd);
    else
        *ret_fd = fd;
    return r;
}

int rpa_msg_to_memfd(const cbor_item_t *msg, int *ret_fd, struct rpa_err *err)
{
    struct rpa_buf bytes = { 0 };
    int r = encode(msg, &bytes, err);
    if (r == 0)
        r = rpa_memfd_new(&bytes, ret_fd, err);
    rpa_buf_clear(&bytes);
    return r;
}

static int load(const void *data, size_t len, cbor_item_t **ret_msg,
                struct rpa_err *err)
{
    cbor_item_t *msg = NULL;
    int64_t v = 0;
    int r = rpa_cbor_load(data, len, &msg, err);
    if (r < 0)
        return r;
    if (!rpa_msg_int(msg, "v", &v) || v != 1) {
        rpa_msg_free(&msg);
        return rpa_fail(err, RPA_EPROTO, "not a message of version 1");
    }
    *ret_msg = msg;
    return 0;
}

int rpa_memfd_map(int fd, size_t most, void **ret_data, size_t *ret_len,
                  struct rpa_err *err)
{
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS)
        return rpa_fail(err, RPA_EPROTO, "a memfd that is not sealed");
    off_t size = lseek(fd, 0, SEEK_END); /* fstat() is barred to a bot */
    if (size < 1 || (uint64_t)size > most)
        return rpa_fail(err, RPA_EPROTO, "a memfd of %lld bytes; at most %zu",
                        (long long)size, most);
    void *data = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return rpa_fail_errno(err, RPA_EIO, "reading a memfd");
    *ret_data = data;
    *ret_len = (size_t)size;
    return 0;
}

int rpa_msg_from_memfd(int fd, cbor_item_t **ret_msg, struct rpa_err *err)
{
    void *data;
    size_t len;
    int r = rpa_memfd_map(fd, RPA_MSG_MAX, &data, &len, err);
    if (r < 0)
        return r;
    r = load(data, len, ret_msg, err);
    munmap(data, len);
    return r;
}

static int send_frame(int fd, const void *data, size_t len, const int *fds,
                      size_t nfds, struct rpa_err *err)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * MAX_FDS)];
        struct cmsghdr align;
    } control = { 0 };
    struct iovec iov = { (void *)data, len };
    struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
    if (nfds) {
        hdr.msg_control = control.bytes;
        hdr.msg_controllen = CMSG_SPACE(sizeof(int) * nfds);
        struct cmsghdr *c = CMSG_FIRSTHDR(&hdr);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * nfds);
        memcpy(CMSG_DATA(c), fds, sizeof(int) * nfds);
    }
    ssize_t n;
    do
        n = sendmsg(fd, &hdr, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n >= 0)
        return 0;
    if (errno == EPIPE || errno == ECONNRESET)
        return rpa_fail(err, RPA_EGONE, "the other side went away");
    if (errno == EAGAIN)
        return rpa_fail(err, RPA_ETIMEOUT, "the other side does not read");
    return rpa_fail_errno(err, RPA_EIO, "sending a message");
}

int rpa_msg_send(int fd, const cbor_item_t *msg, const int *fds, size_t nfds,
                 struct rpa_err *err)
{
    static const char big[] = "\xa2\x61v\x01\x62" "fd\xf5"; /* v:1, fd:true */
    struct rpa_buf bytes = { 0 };
    int all[MAX_FDS] = { -1, -1 };
    if (nfds > 1)
        return rpa_fail(err, RPA_EINVAL, "more than one descriptor to send");
    if (nfds)
        all[1] = fds[0];
    int r = encode(msg, &bytes, err);
    if (r == 0 && bytes.len > RPA_MSG_INLINE) {
        r = rpa_memfd_new(&bytes, &all[0], err);
        if (r == 0)
            r = send_frame(fd, big, sizeof big - 1, all, 1 + nfds, err);
        close_all(all, 1);
    } else if (r == 0) {
        r = send_frame(fd, bytes.data, bytes.len, all + 1, nfds, err);
    }
    if (bytes.data)
        explicit_bzero(bytes.data, bytes.len); /* it may hold a secret */
    rpa_buf_clear(&bytes);
    return r;
}

static int wait_readable(int fd, int64_t deadline_us, struct rpa_err *err)
{
    for (;;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        int n = poll(&p, 1, rpa_left_ms(deadline_us));
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return rpa_fail_errno(err, RPA_EIO, "waiting for a message");
        if (n == 0 && rpa_left_ms(deadline_us) == 0)
            return rpa_fail(err, RPA_ETIMEOUT, "no message came in time");
    }
}

/* The descriptors of a frame into fds[MAX_FDS]; -1 when they are too many. */
static int take_fds(struct msghdr *hdr, int *fds)
{
    size_t count = 0;
    bool many = hdr->msg_flags & MSG_CTRUNC;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(hdr); c; c = CMSG_NXTHDR(hdr, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (count < MAX_FDS) {
                fds[count++] = fd;
            } else {
                close(fd);
                many = true;
            }
        }
    }
    return many ? -1 : (int)count;
}

/* One frame into @buf; MSG_DONTWAIT in @flags, unless it is waited for without
 * end. fds[] is the caller's to close, also after a failure. */
static int read_frame(int fd, int flags, char *buf, size_t *ret_len, int *fds,
                      size_t *ret_nfds, struct rpa_err *err)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * (MAX_FDS + 2))];
        struct cmsghdr align;
    } control;
    struct iovec iov = { buf, RPA_MSG_FRAME };
    struct msghdr hdr = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = control.bytes,
                          .msg_controllen = sizeof control.bytes };
    ssize_t n;
    do
        n = recvmsg(fd, &hdr, MSG_CMSG_CLOEXEC | flags);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return rpa_fail(err, RPA_ETIMEOUT, "no message came in time");
    if (n < 0 && errno != ECONNRESET)
        return rpa_fail_errno(err, RPA_EIO, "receiving a message");
    if (n <= 0)
        return rpa_fail(err, RPA_EGONE, "the other side went away");
    int nfds = take_fds(&hdr, fds);
    if (nfds < 0)
        return rpa_fail(err, RPA_EPROTO, "a message with many descriptors");
    if (hdr.msg_flags & MSG_TRUNC)
        return rpa_fail(err, RPA_EPROTO, "a frame over %d bytes",
                        RPA_MSG_FRAME);
    *ret_len = (size_t)n;
    *ret_nfds = (size_t)nfds;
    return 0;
}

/* {"v":1,"fd":true} and nothing else: the message is in the first memfd. A
 * message of its own may well have a key "fd". */
static bool is_envelope(const cbor_item_t *msg)
{
    bool in_fd = false;
    size_t n;
    rpa_cbor_pairs(msg, &n);
    return n == 2 && rpa_msg_bool(msg, "fd", &in_fd) && in_fd;
}

int rpa_msg_recv(int fd, int64_t deadline_us, cbor_item_t **ret_msg,
                 int *ret_fd, struct rpa_err *err)
{
    char buf[RPA_MSG_FRAME];
    int fds[MAX_FDS] = { -1, -1 };
    size_t len = 0, nfds = 0, used = 0;
    cbor_item_t *msg = NULL;
    bool ever = deadline_us == RPA_MSG_FOREVER;
    int r = ever || rpa_left_ms(deadline_us) == 0
                ? 0
                : wait_readable(fd, deadline_us, err);
    if (r < 0)
        return r;
    if ((r = read_frame(fd, ever ? 0 : MSG_DONTWAIT, buf, &len, fds, &nfds,
                        err)) < 0 ||
        (r = load(buf, len, &msg, err)) < 0)
        goto out;
    if (is_envelope(msg)) {
        rpa_msg_free(&msg);
        if ((r = rpa_msg_from_memfd(fds[0], &msg, err)) < 0)
            goto out;
        used = 1;
    }
    if (nfds > used + (ret_fd ? 1 : 0)) {
        r = rpa_fail(err, RPA_EPROTO, "a descriptor nobody asked for");
        goto out;
    }
    if (ret_fd) {
        *ret_fd = fds[used];
        fds[used] = -1;
    }
    *ret_msg = msg;
    msg = NULL;
out:
    explicit_bzero(buf, len); /* it may have held a secret */
    rpa_msg_free(&msg);
    close_all(fds, MAX_FDS);
    return r;
}
