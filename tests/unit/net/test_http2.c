/* HTTP/2 does not prove the end of an answer that has no length: a stream that was
 * reset without an error is taken for one that has ended. */
#include "tls.h"

#define H2_OK "\x88" /* :status 200 (RFC 7541, A) */
#define H2_LENGTH(n) "\x0f\x0d\x01" n
#define WHOLE1 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"

static const struct {
    const char *name, *method, *headers;
    bool reset; /* when the client has the body, in place of its end */
    int code;
    bool again;
    const char *version; /* that the last answer came by */
} cases[] = {
    { "its length, and its end", "GET", H2_OK H2_LENGTH("2"), false, 0, false, "h2" },
    { "an end alone", "GET", H2_OK, false, RPA_EPROTO, true, "http/1.1" },
    { "a reset for an end", "GET", H2_OK, true, RPA_EPROTO, true, "http/1.1" },
    { "a reset before its length", "GET", H2_OK H2_LENGTH("9"), true, RPA_EGONE,
      false, "h2" },
    { "what changes something", "POST", H2_OK, true, 0, false, "http/1.1" },
};

enum { DATA, HEADERS, RST_STREAM = 3, SETTINGS, PING = 6 };
enum { END_STREAM = 1, ACK = 1, END_HEADERS = 4 };

struct server {
    int listener;
    SSL_CTX *ctx;
    size_t i; /* of the case */
    char version[16];
};

static int choose(SSL *ssl, const unsigned char **out, unsigned char *outlen,
                  const unsigned char *in, unsigned inlen, void *arg)
{
    static const unsigned char ours[] = "\x02h2\x08http/1.1";
    (void)ssl, (void)arg;
    return SSL_select_next_proto((unsigned char **)(uintptr_t)out, outlen, ours,
                                 sizeof ours - 1, in, inlen) ==
                   OPENSSL_NPN_NEGOTIATED
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_NOACK;
}

static bool read_all(SSL *ssl, unsigned char *to, size_t len)
{
    size_t n;
    for (; len; to += n, len -= n)
        if (SSL_read_ex(ssl, to, len, &n) != 1)
            return false;
    return true;
}

/* RFC 9113, 4.1 */
static void frame(SSL *ssl, int type, int flags, const char *data, size_t len)
{
    unsigned char all[64] = { 0, 0, (unsigned char)len, (unsigned char)type,
                              (unsigned char)flags };
    all[8] = type < SETTINGS; /* the first stream, or the connection */
    memcpy(all + 9, data, len);
    SSL_write(ssl, all, (int)(9 + len));
}

/* until a frame of @type, with @flags, came */
static bool frame_came(SSL *ssl, int type, int flags)
{
    unsigned char head[9], body[16384];
    do {
        if (!read_all(ssl, head, sizeof head) ||
            !read_all(ssl, body, (size_t)head[1] << 8 | head[2]))
            return false;
    } while (head[3] != type || (head[4] & flags) != flags);
    return true;
}

static void answer_h2(SSL *ssl, size_t i)
{
    unsigned char preface[24];
    const char *headers = cases[i].headers;
    frame(ssl, SETTINGS, 0, "", 0);
    if (!read_all(ssl, preface, sizeof preface) || !frame_came(ssl, HEADERS, 0))
        return;
    frame(ssl, HEADERS, END_HEADERS, headers, strlen(headers));
    frame(ssl, DATA, cases[i].reset ? 0 : END_STREAM, "ok", 2);
    frame(ssl, PING, 0, "01234567", 8);
    if (!frame_came(ssl, PING, ACK)) /* it has read all of that */
        return;
    if (cases[i].reset)
        frame(ssl, RST_STREAM, 0, "\0\0\0\0", 4);
    frame_came(ssl, PING, 0); /* until it closes */
}

static void answer(struct server *s, SSL *ssl)
{
    const unsigned char *chosen;
    unsigned len;
    char head[2048];
    SSL_get0_alpn_selected(ssl, &chosen, &len);
    snprintf(s->version, sizeof s->version, "%.*s", (int)len, chosen);
    if (!strcmp(s->version, "h2"))
        answer_h2(ssl, s->i);
    else if (SSL_read(ssl, head, sizeof head) > 0)
        SSL_write(ssl, WHOLE1, sizeof WHOLE1 - 1);
}

static void *serve(void *arg)
{
    struct server *s = arg;
    for (int fd; (fd = accept(s->listener, NULL, NULL)) >= 0; close(fd)) {
        SSL *ssl = SSL_new(s->ctx);
        SSL_set_fd(ssl, fd);
        if (SSL_accept(ssl) == 1)
            answer(s, ssl);
        SSL_shutdown(ssl);
        SSL_free(ssl);
    }
    return NULL;
}

static void ask(const struct server *s, size_t i, const char *pem, int port)
{
    struct rpa_http *http = NULL;
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%d/", port);
    struct rpa_http_request req = { .method = cases[i].method, .url = url,
                                    .timeout_ms = 30000, .max_body = 100 };
    must(!rpa_http_new(pem, NULL, &http, &err), "no client");
    is_int(rpa_http_do(http, &req, &got, &err), -cases[i].code, cases[i].name);
    ok(rpa_http_again(&err) == cases[i].again, "asked again or not: %s", err.msg);
    if (cases[i].again) {
        is_int(rpa_http_do(http, &req, &got, &err), 0, "asked again");
        rpa_http_response_clear(&got);
        is_int(rpa_http_do(http, &req, &got, &err), 0, "and the next");
    }
    is_str(got.body, cases[i].code && !cases[i].again ? NULL : "ok", "body");
    rpa_http_response_clear(&got);
    rpa_http_free(http);
    is_str(s->version, cases[i].version, "it came by");
}

int main(void)
{
    char pem[4096];
    int port;
    pthread_t thread;
    signal(SIGPIPE, SIG_IGN);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    must(key, "no key");
    struct server s = { .ctx = server_context(key, "IP:127.0.0.1", 1, pem,
                                              sizeof pem) };
    SSL_CTX_set_alpn_select_cb(s.ctx, choose, NULL);
    s.listener = listen_on_loopback(&port);
    must(!pthread_create(&thread, NULL, serve, &s), "no thread");
    for (s.i = 0; s.i < sizeof cases / sizeof *cases; s.i++)
        ask(&s, s.i, pem, port);
    shutdown(s.listener, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(s.listener);
    SSL_CTX_free(s.ctx);
    EVP_PKEY_free(key);
    return tap_done();
}
