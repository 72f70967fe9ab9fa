/* A server's side of HTTP/2, frame by frame, in the tests of lib/net (RFC 9113, 4). */
#ifndef RPA_TESTS_UNIT_NET_H2_H
#define RPA_TESTS_UNIT_NET_H2_H

#include "tls.h"

#include <netinet/tcp.h>

#define H2_OK "\x88" /* :status 200 (RFC 7541, A) */
#define H2_LENGTH(n) "\x0f\x0d\x01" n
#define WHOLE1 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"

enum { DATA, HEADERS, RST_STREAM = 3, SETTINGS, PING = 6, GOAWAY };
enum { END_STREAM = 1, ACK = 1, END_HEADERS = 4 };
enum { H2_FRAME = 16384 }; /* bytes at most */

/* a server of both, in a thread of its own */
struct h2_server {
    int listener;
    SSL_CTX *ctx;
    EVP_PKEY *key;
    pthread_t thread;
};

static int h2_choose(SSL *ssl, const unsigned char **out, unsigned char *outlen,
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

static bool h2_read(SSL *ssl, unsigned char *to, size_t len)
{
    size_t n;
    for (; len; to += n, len -= n)
        if (SSL_read_ex(ssl, to, len, &n) != 1)
            return false;
    return true;
}

static void h2_frame(SSL *ssl, int type, int flags, int stream, const char *data,
                     size_t len)
{
    unsigned char all[9 + H2_FRAME] = { 0,
                                        (unsigned char)(len >> 8),
                                        (unsigned char)len,
                                        (unsigned char)type,
                                        (unsigned char)flags,
                                        0,
                                        0,
                                        (unsigned char)(stream >> 8),
                                        (unsigned char)stream };
    memcpy(all + 9, data, len);
    SSL_write(ssl, all, (int)(9 + len));
}

/* what a client said in one */
struct h2_said {
    int type; /* -1: nothing any more */
    int flags, stream;
    size_t len;
    unsigned char body[H2_FRAME];
};

/* the next of them */
static int h2_next(SSL *ssl, struct h2_said *ret)
{
    unsigned char head[9];
    ret->type = -1;
    if (!h2_read(ssl, head, sizeof head))
        return -1;
    ret->len = (size_t)head[1] << 8 | head[2];
    ret->flags = head[4];
    ret->stream = head[7] << 8 | head[8];
    if (h2_read(ssl, ret->body, ret->len))
        ret->type = head[3];
    return ret->type;
}

/* @serve(@arg) ends when nothing can be accepted any more; its port */
static int h2_begin(struct h2_server *s, char pem[], size_t size, void *(*serve)(void *),
                    void *arg)
{
    int port;
    signal(SIGPIPE, SIG_IGN);
    s->key = EVP_EC_gen("P-256");
    must(s->key, "no key");
    s->ctx = server_context(s->key, "IP:127.0.0.1,DNS:localhost", 1, pem, size);
    SSL_CTX_set_alpn_select_cb(s->ctx, h2_choose, NULL);
    s->listener = listen_on_loopback(&port);
    setsockopt(s->listener, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    must(!pthread_create(&s->thread, NULL, serve, arg), "no thread");
    return port;
}

static void h2_end(struct h2_server *s)
{
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listener);
    SSL_CTX_free(s->ctx);
    EVP_PKEY_free(s->key);
}

/* the server's first frame, and the client's first bytes */
static bool h2_open(SSL *ssl)
{
    unsigned char preface[24];
    h2_frame(ssl, SETTINGS, 0, 0, "", 0);
    return h2_read(ssl, preface, sizeof preface);
}

#endif
