#include "rpa/base/time.h"
#include "rpa/ipc/msg.h"
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static int a, b; /* the two ends */
static struct rpa_err err;

static void connect_pair(void)
{
    int ends[2];
    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
    a = ends[0];
    b = ends[1];
}

static void test_fields(void)
{
    cbor_item_t *msg = rpa_msg_new(), *got = NULL;
    size_t len;
    int64_t n = 0;
    bool yes = false;
    char small[4];
    ok(rpa_msg_put_str(msg, "call", "field.set") &&
           rpa_msg_put_int(msg, "most", INT64_MAX) &&
           rpa_msg_put_int(msg, "least", INT64_MIN) &&
           rpa_msg_put_bool(msg, "yes", true) &&
           rpa_msg_put_strn(msg, "raw", "\xff\0x", 3) &&
           rpa_msg_put_strn(msg, "nul", "a\0b", 3),
       "put");
    cbor_item_t *list = rpa_cbor_array();
    rpa_cbor_push(list, rpa_cbor_int(-1));
    rpa_cbor_push(list, rpa_cbor_strn("x", 1));
    ok(rpa_msg_put_item(msg, "list", list), "put a list");
    is_int(rpa_msg_send(a, msg, NULL, 0, &err), 0, "send");
    is_int(rpa_msg_recv(b, rpa_mono_us() + 5000000, &got, NULL, &err), 0,
           "receive");
    ok(rpa_msg_is(got, "call", "field.set"), "text");
    ok(rpa_msg_int(got, "most", &n) && n == INT64_MAX, "most");
    ok(rpa_msg_int(got, "least", &n) && n == INT64_MIN, "least");
    ok(rpa_msg_bool(got, "yes", &yes) && yes, "bool");
    ok(!rpa_msg_str(got, "raw", &len), "bytes are no text");
    ok(rpa_msg_bytes(got, "raw", &len) && len == 3, "bytes keep their NUL");
    ok(rpa_msg_str(got, "nul", &len) && len == 3, "text keeps its NUL");
    char *dup = rpa_msg_dup(got, "call");
    is_str(dup, "field.set", "dup");
    free(dup);
    ok(!rpa_msg_dup(got, "nul"), "no C string with a NUL inside");
    static const char *const texts[] = { "absent", "call", NULL },
                      *const bytes[] = { "call", "raw", NULL },
                      *const nul[] = { "nul", NULL };
    is_int(rpa_msg_texts(got, texts, &err), 0, "text, or left out");
    is_int(rpa_msg_texts(got, bytes, &err), -RPA_EINVAL, "bytes for a text");
    is_str(err.msg, "the raw is not UTF-8", "are not taken for left out");
    is_int(rpa_msg_texts(got, nul, &err), -RPA_EINVAL, "nor is a NUL");
    ok(!rpa_msg_copy(got, "call", small, sizeof small) && !small[0],
       "copy never cuts");
    cbor_item_t **items = rpa_msg_array(got, "list", &len);
    ok(items && len == 2 && rpa_cbor_get_int(items[0], &n) && n == -1, "list");
    ok(!rpa_msg_str(got, "absent", &len) && !rpa_msg_int(got, "call", &n),
       "absent, other type");
    rpa_msg_free(&msg);
    rpa_msg_free(&got);
}

static void test_errors(void)
{
    struct rpa_err was = { 0 }, got;
    cbor_item_t *msg = rpa_msg_new(), *plain = rpa_msg_new();
    rpa_fail(&was, RPA_EWINDOW, "no window \xff");
    rpa_err_hint(&was, "open it");
    ok(rpa_msg_put_err(msg, &was), "put an error");
    is_int(rpa_msg_get_err(msg, &got), -RPA_EWINDOW, "its code");
    is_str(got.msg, "no window \\xff", "its sentence is text");
    is_str(got.hint, "open it", "its hint");
    is_str(got.seen, "", "nothing seen");
    is_int(rpa_msg_get_err(plain, &got), 0, "no error");
    rpa_msg_put_int(plain, "err", 3);
    is_int(rpa_msg_get_err(plain, &got), -RPA_EPROTO, "an error of no shape");
    rpa_msg_free(&msg);
    rpa_msg_free(&plain);
    ok(!rpa_msg_put_item(msg = rpa_msg_new(), "x", NULL), "no memory");
    is_int(rpa_msg_send(a, msg, NULL, 0, &err), -RPA_ENOMEM,
           "an incomplete message is not sent");
    rpa_msg_free(&msg);
    for (int list = 0; list < 2; list++) { /* nor one that holds such a value */
        cbor_item_t *part = list ? rpa_cbor_array() : rpa_cbor_map();
        bool added = list ? rpa_cbor_push(part, NULL)
                          : rpa_msg_put_str(part, "a", "b") &&
                                rpa_msg_put_item(part, "x", NULL);
        msg = rpa_msg_new();
        ok(!added && rpa_msg_put_item(msg, "part", part), "part of a message");
        added = list ? rpa_cbor_push(part, rpa_cbor_int(1))
                     : rpa_msg_put_int(part, "y", 1);
        ok(!added, "it takes nothing more");
        is_int(rpa_msg_send(a, msg, NULL, 0, &err), -RPA_ENOMEM,
               "and makes the whole incomplete");
        rpa_msg_free(&msg);
    }
}

static void test_big(void)
{
    size_t len, big = 3000000;
    char *data = malloc(big);
    memset(data, 'x', big);
    cbor_item_t *msg = rpa_msg_new(), *got = NULL;
    int pipes[2], fd = -1;
    if (pipe(pipes) < 0)
        return;
    rpa_msg_put_strn(msg, "body", data, big);
    is_int(rpa_msg_send(a, msg, &pipes[0], 1, &err), 0, "send 3 MB and an fd");
    is_int(rpa_msg_recv(b, RPA_MSG_FOREVER, &got, &fd, &err), 0, "receive it");
    ok(rpa_msg_str(got, "body", &len) && len == big, "all of it");
    ok(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC, "and the descriptor");
    rpa_msg_free(&got);
    close(fd);
    is_int(rpa_msg_send(a, msg, &pipes[0], 1, &err), 0, "send again");
    is_int(rpa_msg_recv(b, RPA_MSG_FOREVER, &got, NULL, &err), -RPA_EPROTO,
           "an fd nobody asked for");
    rpa_msg_free(&msg);
    free(data);

    msg = rpa_msg_new();
    is_int(rpa_msg_to_memfd(msg, &fd, &err), 0, "start document");
    is_int(rpa_msg_from_memfd(fd, &got, &err), 0, "and back");
    ok(write(fd, "x", 1) < 0, "which nobody can change");
    rpa_msg_free(&got);
    close(fd);
    fd = memfd_create("open", MFD_ALLOW_SEALING);
    ok(write(fd, "\xa1\x61v\x01", 4) == 4, "a memfd without seals");
    is_int(rpa_msg_from_memfd(fd, &got, &err), -RPA_EPROTO, "is refused");
    close(fd);
    is_int(rpa_msg_from_memfd(pipes[0], &got, &err), -RPA_EPROTO,
           "so is a pipe");
    close(pipes[0]);
    close(pipes[1]);
    rpa_msg_free(&msg);
}

static void test_bytes(void)
{
    struct rpa_buf bytes = { 0 };
    cbor_item_t *got = NULL;
    void *data = NULL;
    size_t len = 0;
    int fd = -1;
    rpa_buf_add(&bytes, "no message", 10);
    is_int(rpa_memfd_new(&bytes, &fd, &err), 0, "bytes that are no message");
    is_int(rpa_memfd_map(fd, 9, &data, &len, &err), -RPA_EPROTO,
           "more than asked for");
    is_int(rpa_memfd_map(fd, 10, &data, &len, &err), 0, "mapped");
    ok(len == 10 && !memcmp(data, "no message", 10), "as they were");
    munmap(data, len);
    is_int(rpa_msg_from_memfd(fd, &got, &err), -RPA_EPROTO, "and no message");
    close(fd);
    rpa_buf_clear(&bytes);
}

static void test_hostile(void)
{
    static char frame[RPA_MSG_FRAME + 1];
    cbor_item_t *got = NULL;
    is_int(rpa_msg_recv(b, 0, &got, NULL, &err), -RPA_ETIMEOUT, "nothing");
    is_int(rpa_msg_recv(b, rpa_mono_us() + 20000, &got, NULL, &err),
           -RPA_ETIMEOUT, "nothing for 20 ms");
    static const struct {
        const char *name, *bytes;
        size_t len;
    } cases[] = {
        { "no version", "\xa0", 1 },
        { "version 2", "\xa1\x61v\x02", 4 },
        { "not a map", "\x01", 1 },
        { "not CBOR", "hello", 5 },
        { "memfd said but not sent", "\xa2\x61v\x01\x62" "fd\xf5", 8 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ok(send(a, cases[i].bytes, cases[i].len, 0) > 0, "send: %s",
           cases[i].name);
        is_int(rpa_msg_recv(b, RPA_MSG_FOREVER, &got, NULL, &err), -RPA_EPROTO,
               cases[i].name);
    }
    ok(send(a, frame, sizeof frame, 0) > 0, "send a frame too long");
    is_int(rpa_msg_recv(b, RPA_MSG_FOREVER, &got, NULL, &err), -RPA_EPROTO,
           "refused, not cut");
    close(a);
    is_int(rpa_msg_recv(b, RPA_MSG_FOREVER, &got, NULL, &err), -RPA_EGONE,
           "end of file");
    cbor_item_t *msg = rpa_msg_new();
    is_int(rpa_msg_send(b, msg, NULL, 0, &err), -RPA_EGONE, "sending to it");
    rpa_msg_free(&msg);
    close(b);
}

int main(void)
{
    connect_pair();
    test_fields();
    test_errors();
    test_big();
    test_bytes();
    test_hostile();
    return tap_done();
}
