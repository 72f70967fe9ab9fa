/* Look-ups that are sent ahead over one connection of HTTP/2: each has the answer to
 * its own request, whatever becomes of those beside it. */
#include "h2.h"

#include <poll.h>

enum { MANY = 16, LONG = 600 * 1024, SLOW_MS = 50 };

/* What the server does once it has all of them; the third is what it may be about. */
static const struct {
    const char *name;
    enum { WELL, SWAPS, RESETS, NO_LENGTH, IS_LONG, GOES, CLOSES, SILENT, FLOODS } then;
    int whole; /* so many answers at least are good; the others are asked for again */
    int timeout_ms;
} cases[] = {
    { "answers in another order", WELL, MANY, 20000 },
    { "(control) two that are swapped", SWAPS, MANY, 20000 },
    { "one that is reset", RESETS, MANY - 1, 20000 },
    { "one that does not say how long it is", NO_LENGTH, MANY - 1, 20000 },
    { "one that is long", IS_LONG, MANY - 1, 20000 },
    { "a server that goes", GOES, 2, 20000 },
    { "a connection that ends", CLOSES, 2, 20000 },
    { "one that is never answered", SILENT, MANY - 1, 1500 },
    { "one whose answer never ends", FLOODS, 0, 1500 },
};

struct server {
    struct h2_server h2;
    size_t i;     /* of the case */
    bool done;    /* it did what that is about, and is as any other */
    bool slow;    /* it takes its time */
    bool cookies; /* each answer sets one: set-cookie is the name 55 (RFC 7541, A) */
    int together; /* as many came before any of them was answered */
    int accepted; /* connections */
};

/* One request: what it says of itself is what it is answered. */
struct asked {
    int stream;
    char said[4];
};

static void answer_with(SSL *ssl, const struct asked *a, const char *headers)
{
    h2_frame(ssl, HEADERS, END_HEADERS, a->stream, headers, strlen(headers));
    h2_frame(ssl, DATA, END_STREAM, a->stream, a->said, 3);
}

static void answer(SSL *ssl, const struct asked *a)
{
    answer_with(ssl, a, H2_OK H2_LENGTH("3"));
}

static void answer_long(SSL *ssl, int stream)
{
    static const char bytes[H2_FRAME], headers[] = H2_OK "\x0f\x0d\x06" "614400";
    h2_frame(ssl, HEADERS, END_HEADERS, stream, headers, sizeof headers - 1);
    for (size_t left = LONG, n; left; left -= n) {
        n = left < sizeof bytes ? left : sizeof bytes;
        h2_frame(ssl, DATA, left == n ? END_STREAM : 0, stream, bytes, n);
    }
}

static void flood(SSL *ssl, int stream)
{
    char piece[9] = { 0, 0, 0, DATA, 0, 0, 0, 0, (char)stream }, many[9000];
    size_t wrote;
    h2_frame(ssl, HEADERS, END_HEADERS, stream, H2_OK, 1);
    for (size_t i = 0; i < sizeof many; i += sizeof piece)
        memcpy(many + i, piece, sizeof piece);
    while (SSL_write_ex(ssl, many, sizeof many, &wrote) == 1)
        ;
}

/* False: nothing more is said on this connection. */
static bool do_case(SSL *ssl, size_t i, struct asked all[])
{
    int third = all[2].stream, then = cases[i].then;
    char last[8] = { 0, 0, 0, (char)all[1].stream };
    if (then == GOES || then == CLOSES) {
        answer(ssl, &all[1]);
        answer(ssl, &all[0]);
    }
    if (then == GOES)
        h2_frame(ssl, GOAWAY, 0, 0, last, sizeof last);
    if (then == GOES || then == CLOSES)
        return false;
    if (then == FLOODS)
        flood(ssl, third);
    if (then == SWAPS)
        all[2].stream = all[3].stream, all[3].stream = third;
    if (then == RESETS)
        h2_frame(ssl, RST_STREAM, 0, third, "\0\0\0\2", 4);
    if (then == IS_LONG)
        answer_long(ssl, third);
    for (int k = MANY; k-- > 0;)
        if (k != 2 || then <= SWAPS)
            answer(ssl, &all[k]);
    if (then == NO_LENGTH) {
        h2_frame(ssl, HEADERS, END_HEADERS, third, H2_OK, 1);
        h2_frame(ssl, DATA, END_STREAM, third, "ok", 2);
    }
    return true;
}

static void talk(struct server *s, SSL *ssl)
{
    struct asked all[MANY], one;
    struct h2_said said;
    int n = 0;
    if (!h2_open(ssl))
        return;
    while (h2_next(ssl, &said) >= 0) {
        if (said.type != DATA || said.len != 3)
            continue;
        one.stream = said.stream;
        memcpy(one.said, said.body, 3);
        if (s->slow)
            poll(NULL, 0, SLOW_MS);
        if (s->done && cases[s->i].then == IS_LONG)
            answer_long(ssl, one.stream);
        else if (s->cookies)
            answer_with(ssl, &one, H2_OK H2_LENGTH("3") "\x0f\x28\x03" "a=1");
        else if (s->done || one.stream == 1) /* which shows that it is HTTP/2 */
            answer(ssl, &one);
        else {
            all[n++] = one;
            s->together = n;
            s->done = n == MANY;
            if (s->done && !do_case(ssl, s->i, all))
                return;
        }
    }
}

static void *serve(void *arg)
{
    struct server *s = arg;
    for (int fd; (fd = accept(s->h2.listener, NULL, NULL)) >= 0; close(fd)) {
        const unsigned char *chosen = NULL;
        s->accepted++;
        unsigned len = 0;
        char head[2048];
        SSL *ssl = SSL_new(s->h2.ctx);
        SSL_set_fd(ssl, fd);
        if (SSL_accept(ssl) == 1)
            SSL_get0_alpn_selected(ssl, &chosen, &len);
        if (len == 2)
            talk(s, ssl);
        else if (len && SSL_read(ssl, head, sizeof head) > 0)
            SSL_write(ssl, WHOLE1, sizeof WHOLE1 - 1);
        SSL_shutdown(ssl);
        SSL_free(ssl);
    }
    return NULL;
}

struct client {
    struct rpa_http *http;
    struct rpa_http_request req[MANY + 1];
    char said[MANY + 1][4];
    struct rpa_http_exchange *begun[MANY + 1];
};

/* It knows the server by a first answer. */
static struct client client(const char *pem, const char *url, int timeout_ms,
                            const char *name)
{
    struct client c = { 0 };
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    for (int i = 0; i <= MANY; i++) {
        snprintf(c.said[i], sizeof c.said[i], "q%02d", i);
        c.req[i] = (struct rpa_http_request){ .method = "GET", .url = url, .body_len = 3,
                                              .timeout_ms = timeout_ms,
                                              .max_body = 1 << 20 };
    }
    struct rpa_http_request first = c.req[0];
    first.body = "q--";
    must(!rpa_http_new(pem, NULL, &c.http, &err), "no client");
    ok(!rpa_http_begin(c.http, &first), "none goes ahead to who is not known");
    is_int(rpa_http_do(c.http, &first, &got, &err), 0, name);
    rpa_http_response_clear(&got);
    first.method = "POST";
    ok(!rpa_http_begin(c.http, &first), "what changes something does not go ahead");
    return c;
}

/* how many go */
static int begin(struct client *c)
{
    int n = 0;
    for (int i = 0; i <= MANY; i++) {
        c->req[i].body = c->said[i];
        c->begun[i] = rpa_http_begin(c->http, &c->req[i]);
        n += c->begun[i] != NULL;
    }
    return n;
}

/* its own, or all that the server says by HTTP/1.1 or at length */
static bool is_own(const struct rpa_http_response *got, const char *said)
{
    return !strcmp(got->body, said) || got->body_len == LONG || !strcmp(got->body, "ok");
}

/* How many were answered at once; of all, @ret_wrong have another's answer, or none. */
static int end_all(struct client *c, int *ret_wrong)
{
    int whole = 0, wrong = 0;
    for (int i = 0; i < MANY; i++) {
        struct rpa_http_response got = { 0 };
        struct rpa_err err = { 0 };
        int r = rpa_http_end(c->begun[i], &got, &err);
        whole += r == 0;
        wrong += r == 0 ? strcmp(got.body, c->said[i]) != 0
                        : !rpa_http_again(&err) && !rpa_http_unsent(&err);
        if (r < 0 && rpa_http_do(c->http, &c->req[i], &got, &err) < 0)
            printf("# the %d. once more: %s\n", i, err.msg), wrong++;
        else if (r < 0)
            wrong += !is_own(&got, c->said[i]);
        rpa_http_response_clear(&got);
    }
    *ret_wrong = wrong;
    return whole;
}

static void ask(struct server *s, const char *pem, const char *url)
{
    s->done = false;
    s->together = s->accepted = 0;
    struct client c = client(pem, url, cases[s->i].timeout_ms, cases[s->i].name);
    is_int(begin(&c), MANY, "so many go ahead, and no more");
    int wrong, whole = end_all(&c, &wrong);
    is_int(wrong, cases[s->i].then == SWAPS ? 2 : 0,
           "each has its own answer, or is asked again and has it");
    is_int(s->together, MANY, "they came to it before any was answered");
    ok(whole >= cases[s->i].whole, "%d were good at once", whole);
    ok(s->accepted <= 2, "%d connections", s->accepted);
    rpa_http_free(c.http);
}

/* Who is slow has few at once; and what is not waited for any more harms none. */
static void ask_slow(struct server *s, const char *pem, const char *url)
{
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    s->slow = s->done = true;
    s->i = 0;
    struct client c = client(pem, url, 16 * SLOW_MS, "a slow server");
    int n = begin(&c);
    ok(n == 1 || n == 2, "%d go ahead", n);
    rpa_http_drop(c.begun[0]);
    rpa_http_drop(c.begun[1]);
    is_int(rpa_http_do(c.http, &c.req[2], &got, &err), 0, "another is answered");
    is_str(got.body, c.said[2], "as itself");
    rpa_http_response_clear(&got);
    struct rpa_http_exchange *last = rpa_http_begin(c.http, &c.req[3]);
    ok(last, "one is under way when the client ends");
    rpa_http_drop(last);
    rpa_http_free(c.http);
}

/* What an answer changes of the next request has to be known before that goes. */
static void ask_for_cookies(struct server *s, const char *pem, const char *url)
{
    s->cookies = s->done = true;
    s->i = 0;
    struct client c = client(pem, url, 20000, "a server that sets cookies");
    is_int(begin(&c), 0, "none goes ahead");
    rpa_http_free(c.http);
    s->cookies = false;
}

int main(void)
{
    char pem[4096], url[64];
    struct server s = { 0 };
    int port = h2_begin(&s.h2, pem, sizeof pem, serve, &s);
    snprintf(url, sizeof url, "https://127.0.0.1:%d/", port);
    for (s.i = 0; s.i < sizeof cases / sizeof *cases; s.i++)
        ask(&s, pem, url);
    ask_for_cookies(&s, pem, url);
    ask_slow(&s, pem, url);
    h2_end(&s.h2);
    return tap_done();
}
