/* HTTP/2 does not prove the end of an answer that has no length: a stream that was
 * reset without an error is taken for one that has ended. And a server that never
 * stops talking meets the time-outs all the same. */
#include "h2.h"

static const struct {
    const char *name, *method, *headers;
    enum { ENDS, RESETS, REFUSES, GOES } then; /* when the client has the body, or before
                                                  an answer */
    int code;
    bool again;
    const char *version; /* that the last answer came by */
} cases[] = {
    { "its length, and its end", "GET", H2_OK H2_LENGTH("2"), ENDS, 0, false, "h2" },
    { "an end alone", "GET", H2_OK, ENDS, RPA_EPROTO, true, "http/1.1" },
    { "a reset for an end", "GET", H2_OK, RESETS, RPA_EPROTO, true, "http/1.1" },
    { "a reset before its length", "GET", H2_OK H2_LENGTH("9"), RESETS, RPA_EGONE,
      false, "h2" },
    { "what changes something", "POST", H2_OK, RESETS, 0, false, "http/1.1" },
    { "a stream that is refused", "GET", "", REFUSES, RPA_EHTTP, false, "h2" },
    { "a server that goes", "GET", "", GOES, RPA_EHTTP, false, "h2" },
};

/* What is said without end: libcurl 7.88 reads on as long as there is something to
 * read, and looks at no clock. */
static const struct {
    const char *name, *headers, *frame; /* @headers: of an answer that begins, or "" */
    size_t len;
    int first_byte_ms, code;
    const char *said;
} floods[] = {
    { "empty pieces of a body", H2_OK, "\0\0\0\0\0\0\0\0\1", 9, 0, RPA_ETIMEOUT,
      "no whole answer in 700 ms" },
    { "frames of no kind", H2_OK, "\0\0\0\x7f\0\0\0\0\0", 9, 0, RPA_ETIMEOUT,
      "no whole answer in 700 ms" },
    { "so, and no answer begins", "", "\0\0\0\x7f\0\0\0\0\0", 9, 200, RPA_ETIMEOUT,
      "did not begin in 200 ms" },
    { "priorities", "", "\0\0\5\2\0\0\0\0\3\0\0\0\0\1", 14, 0, RPA_ETIMEOUT,
      "no whole answer in 700 ms" },
    { "answers before the answer", "", "\0\0\5\1\4\0\0\0\1\x08\x03" "103", 14, 0,
      RPA_EHTTP, "headers than" },
};

struct server {
    struct h2_server h2;
    size_t i; /* of the case */
    bool floods;
    char version[16];
};

/* of the first stream, or of the connection */
static void frame(SSL *ssl, int type, int flags, const char *data, size_t len)
{
    h2_frame(ssl, type, flags, type < SETTINGS, data, len);
}

/* until a frame of @type, with @flags, came */
static bool frame_came(SSL *ssl, int type, int flags)
{
    struct h2_said said;
    do
        h2_next(ssl, &said);
    while (said.type >= 0 && (said.type != type || (said.flags & flags) != flags));
    return said.type >= 0;
}

static void answer_h2(SSL *ssl, size_t i)
{
    const char *headers = cases[i].headers;
    if (!h2_open(ssl) || !frame_came(ssl, HEADERS, 0))
        return;
    if (cases[i].then == GOES)
        frame(ssl, GOAWAY, 0, "\0\0\0\0\0\0\0\0", 8);
    if (cases[i].then >= REFUSES) {
        frame(ssl, RST_STREAM, 0, "\0\0\0\7", 4);
        frame_came(ssl, PING, 0);
        return;
    }
    frame(ssl, HEADERS, END_HEADERS, headers, strlen(headers));
    frame(ssl, DATA, cases[i].then == ENDS ? END_STREAM : 0, "ok", 2);
    frame(ssl, PING, 0, "01234567", 8);
    if (!frame_came(ssl, PING, ACK)) /* it has read all of that */
        return;
    if (cases[i].then == RESETS)
        frame(ssl, RST_STREAM, 0, "\0\0\0\0", 4);
    frame_came(ssl, PING, 0); /* until it closes */
}

static void flood_h2(SSL *ssl, size_t i)
{
    char many[16384];
    const char *headers = floods[i].headers;
    size_t len = 0, wrote;
    for (; len + floods[i].len <= sizeof many; len += floods[i].len)
        memcpy(many + len, floods[i].frame, floods[i].len);
    if (!h2_open(ssl) || !frame_came(ssl, HEADERS, 0))
        return;
    if (*headers)
        frame(ssl, HEADERS, END_HEADERS, headers, strlen(headers));
    while (SSL_write_ex(ssl, many, len, &wrote) == 1)
        ;
}

static void answer(struct server *s, SSL *ssl)
{
    const unsigned char *chosen;
    unsigned len;
    char head[2048];
    SSL_get0_alpn_selected(ssl, &chosen, &len);
    snprintf(s->version, sizeof s->version, "%.*s", (int)len, chosen);
    if (s->floods)
        flood_h2(ssl, s->i);
    else if (!strcmp(s->version, "h2"))
        answer_h2(ssl, s->i);
    else if (SSL_read(ssl, head, sizeof head) > 0)
        SSL_write(ssl, WHOLE1, sizeof WHOLE1 - 1);
}

static void *serve(void *arg)
{
    struct server *s = arg;
    for (int fd; (fd = accept(s->h2.listener, NULL, NULL)) >= 0; close(fd)) {
        SSL *ssl = SSL_new(s->h2.ctx);
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
    is_int(rpa_http_refused(&err), cases[i].then >= REFUSES, "was not taken");
    ok(!rpa_http_unsent(&err), "it was sent");
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

/* One server that leaves it open says nothing of another. */
static void ask_two(struct server *s, const char *pem, int port)
{
    struct rpa_http *http = NULL;
    struct rpa_err err = { 0 };
    must(!rpa_http_new(pem, NULL, &http, &err), "no client");
    for (int i = 0; i < 3; i++) {
        struct rpa_http_response got = { 0 };
        char url[64];
        bool other = i == 2;
        snprintf(url, sizeof url, "https://%s:%d/", other ? "localhost" : "127.0.0.1",
                 port);
        struct rpa_http_request req = { .method = "GET", .url = url,
                                        .timeout_ms = 30000, .max_body = 100 };
        s->i = other ? 0 : 1;
        int r = rpa_http_do(http, &req, &got, &err);
        is_int(r, i ? 0 : -RPA_EPROTO, url);
        is_str(s->version, i == 1 ? "http/1.1" : "h2", "came by");
        rpa_http_response_clear(&got);
    }
    rpa_http_free(http);
}

static void drown(size_t i, const char *pem, int port)
{
    struct rpa_http *http = NULL;
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%d/", port);
    struct rpa_http_request req = { .method = "GET", .url = url, .timeout_ms = 700,
                                    .first_byte_ms = floods[i].first_byte_ms,
                                    .max_body = 100 };
    must(!rpa_http_new(pem, NULL, &http, &err), "no client");
    is_int(rpa_http_do(http, &req, &got, &err), -floods[i].code, floods[i].name);
    ok(strstr(err.msg, floods[i].said), "%s", err.msg);
    rpa_http_free(http);
}

int main(void)
{
    char pem[4096];
    struct server s = { 0 };
    int port = h2_begin(&s.h2, pem, sizeof pem, serve, &s);
    for (s.i = 0; s.i < sizeof cases / sizeof *cases; s.i++)
        ask(&s, s.i, pem, port);
    ask_two(&s, pem, port);
    s.floods = true;
    for (s.i = 0; s.i < sizeof floods / sizeof *floods; s.i++)
        drown(s.i, pem, port);
    h2_end(&s.h2);
    return tap_done();
}
