/* What an answer may not be, and whom a request may not reach. */
#include "server.h"

#include <zlib.h>

/* ---- gzip ---- */

static size_t pack(const char *text, size_t len, char *out, size_t size)
{
    z_stream z = { .next_in = (unsigned char *)(uintptr_t)text,
                   .avail_in = (unsigned)len,
                   .next_out = (unsigned char *)out,
                   .avail_out = (unsigned)size };
    deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    deflate(&z, Z_FINISH);
    deflateEnd(&z);
    return size - z.avail_out;
}

/* libcurl's own unpacking takes the cut one for a whole one */
static const struct {
    const char *name, *coding;
    size_t unpacked, cut; /* bytes; of the packed ones that are left out */
    int times, code;      /* streams, one behind the other */
    const char *said;
} packed[] = {
    { "packed", "gzip", 900, 0, 1, 0, NULL },
    { "two streams", "gzip", 400, 0, 2, 0, NULL },
    { "cut in its trailer", "gzip", 900, 1, 1, RPA_EGONE, "too soon" },
    { "cut in its middle", "gzip", 900, 12, 1, RPA_EGONE, "too soon" },
    { "a bomb", "gzip", 1 << 22, 0, 1, RPA_EHTTP, "larger" },
    { "another coding", "br", 900, 0, 1, RPA_EPROTO, "gzip" },
    { "two codings", "gzip, gzip", 900, 0, 1, RPA_EPROTO, "gzip" },
    { "not packed at all", "identity", 900, 0, 1, 0, NULL },
};

static void test_packed(void)
{
    static char text[1 << 22], answer[16384], bytes[8192];
    struct rpa_http *http = client();
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
        struct server s;
        struct rpa_http_response got = { 0 };
        struct rpa_err err = { 0 };
        char url[64];
        size_t n = pack(text, packed[i].unpacked, bytes, sizeof bytes);
        bool gzip = !strncmp(packed[i].coding, "gzip", 4);
        if (packed[i].times == 2) {
            memcpy(bytes + n, bytes, n);
            n *= 2;
        }
        n -= packed[i].cut;
        if (!gzip)
            memcpy(bytes, text, n);
        int head = sprintf(answer, OK11 "Content-Encoding: %s\r\n"
                                        "Content-Length: %zu\r\n\r\n",
                           packed[i].coding, n);
        memcpy(answer + head, bytes, n);
        server_start(&s, answer, false);
        s.len = (size_t)head + n;
        url_of(&s, url);
        struct rpa_http_request req = request("GET", url);
        is_int(rpa_http_do(http, &req, &got, &err), -packed[i].code,
               packed[i].name);
        size_t want = packed[i].code ? 0
                      : gzip ? packed[i].unpacked * (size_t)packed[i].times
                             : n;
        ok(got.body_len == want && !memcmp(got.body ? got.body : "", text, want),
           "%zu bytes", want);
        ok(!packed[i].said || strstr(err.msg, packed[i].said), "%s", err.msg);
        rpa_http_response_clear(&got);
        server_stop(&s);
    }
    rpa_http_free(http);
}

/* ---- who may be reached, and how long that may take ---- */

static bool no_one(void *ctx, const struct sockaddr *addr)
{
    int *asked = ctx;
    ++*asked;
    return addr->sa_family != AF_INET;
}

static void test_refused_address(void)
{
    struct server s;
    struct rpa_http *http = client();
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    char url[64];
    int asked = 0;
    server_start(&s, OK11 "Content-Length: 0\r\n\r\n", false);
    url_of(&s, url);
    struct rpa_http_request req = request("GET", url);
    req.may_reach = no_one;
    req.ctx = &asked;
    is_int(rpa_http_do(http, &req, &got, &err), -RPA_EPERM, "refused");
    ok(strstr(err.msg, "127.0.0.1 is not of the open"), "%s", err.msg);
    ok(asked && !s.accepted && rpa_http_unsent(&err), "nobody was connected to");
    rpa_http_free(http);
    server_stop(&s);
}

/* @said: before the answer, which never comes */
static void test_first_byte(const char *said)
{
    struct server s;
    struct rpa_http *http = client();
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    char url[64];
    server_start(&s, said, true);
    url_of(&s, url);
    struct rpa_http_request req = request("GET", url);
    req.timeout_ms = 60000;
    req.first_byte_ms = 100;
    is_int(rpa_http_do(http, &req, &got, &err), -RPA_ETIMEOUT, "no first byte");
    ok(strstr(err.msg, "did not begin in 100 ms"), "%s", err.msg);
    ok(!rpa_http_unsent(&err), "it was sent");
    rpa_http_free(http);
    server_stop(&s);
}

static void test_cookies(void)
{
    struct server s;
    struct rpa_http *http = client();
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    char url[64];
    server_start(&s, OK11 "Set-Cookie: sid=1; Path=/\r\nContent-Length: 0\r\n\r\n",
                 true);
    url_of(&s, url);
    struct rpa_http_request req = request("GET", url);
    is_int(rpa_http_do(http, &req, &got, &err), 0, "a cookie comes");
    ok(!strstr(s.seen, "Cookie"), "none was sent");
    rpa_http_response_clear(&got);
    is_int(rpa_http_do(http, &req, &got, &err), 0, "and goes");
    ok(strstr(s.seen, "\r\nCookie: sid=1\r\n"), "with the next request");
    rpa_http_response_clear(&got);
    struct server other;
    server_start(&other, OK11 "Content-Length: 0\r\n\r\n", false);
    url_of(&other, url);
    is_int(rpa_http_do(http, &req, &got, &err), 0, "another port of its host");
    ok(!strstr(other.seen, "Cookie"), "is not told it");
    rpa_http_response_clear(&got);
    rpa_http_free(http);
    server_stop(&other);
    server_stop(&s);
}

static void test_retry_after(void)
{
    static const struct {
        const char *said;
        int64_t s; /* from 2026-11-23 12:00:00 on */
    } all[] = {
        { "7", 7 },
        { "0", 0 },
        { "000000000000000000000000000007", 7 },
        { "0000000000000000000000", 0 },
        { "999999999", 999999999 },
        { "9999999999999999999999999999999", INT32_MAX },
        { "99999999999", INT32_MAX },
        { "Mon, 23 Nov 2026 12:01:30 GMT", 90 },
        { "Monday, 23-Nov-26 12:01:30 GMT", 90 },
        { "Mon Nov 23 12:01:30 2026", 90 },
        { "Mon, 23 Nov 2026 11:59:00 GMT", 0 },
        { "Fri, 31 Dec 9999 23:59:59 GMT", INT32_MAX },
        { "-7", 0 },
        { "7.5", 0 },
        { "7 s", 0 },
        { "7, 9", 0 },
        { "soon", 0 },
        { "", 0 },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct rpa_http_header h = { "retry-after", all[i].said };
        struct rpa_http_response got = { .headers = &h, .nheaders = 1 };
        is_int(rpa_http_retry_after(&got, 1795435200000000), all[i].s, all[i].said);
    }
}

static void test_follow(void)
{
    static const struct {
        const char *url, *location, *leads;
    } all[] = {
        { "http://a/b/c?d", "e", "http://a/b/e" },
        { "http://a/b/c?d", "/e?f#g", "http://a/e?f" },
        { "http://a/b", "//c/d", "http://c/d" },
        { "http://a/b", "https://c:1/", "https://c:1/" },
        { "http://a/b", "gopher://c/", NULL },
        { "http://a/b", "a b", NULL },
        { "http://a/b", "http://", NULL },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char *got = NULL;
        struct rpa_err err;
        int r = rpa_http_url_follow(all[i].url, all[i].location, &got, &err);
        is_str(got, all[i].leads, all[i].location);
        ok(r == (all[i].leads ? 0 : -RPA_EPROTO), "%s", all[i].location);
        free(got);
    }
}

/* A proxy that makes no tunnel is told apart from a server that answered: nothing
 * was sent, and nothing secret was told to it. */
static void test_proxy(void)
{
    static const struct {
        const char *answer, *said;
    } all[] = {
        { "HTTP/1.1 407 X\r\nContent-Length: 9\r\n\r\n<p>who?</p>", "407" },
        { "HTTP/1.1 502 X\r\nContent-Type: text/html\r\nContent-Length: 4\r\n"
          "\r\n<p/>", "502" },
        { "HTTP/1.1 403 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "403" },
        { "<html>no HTTP</html>\r\n\r\n", "" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct server s;
        struct rpa_http *http = NULL;
        struct rpa_http_response got = { 0 };
        struct rpa_err err = { 0 };
        struct rpa_http_header header = { "X-Api-Key", "hidden" };
        char url[64];
        server_start(&s, all[i].answer, false);
        snprintf(url, sizeof url, "http://127.0.0.1:%d", s.port);
        is_int(rpa_http_new(NULL, url, &http, &err), 0, "a client with a proxy");
        struct rpa_http_request req = request("POST", "https://far.example/x");
        req.authorization = "Bearer hidden";
        req.headers = &header;
        req.nheaders = 1;
        req.body = "hidden";
        req.body_len = 6;
        is_int(rpa_http_do(http, &req, &got, &err), -RPA_EHTTP, "no tunnel");
        ok(strstr(err.msg, all[i].said), "%s", err.msg);
        ok(rpa_http_unsent(&err), "nothing was sent");
        rpa_http_free(http);
        server_stop(&s);
        ok(!strncmp(s.seen, "CONNECT far.example:443 ", 24) &&
               !strstr(s.seen, "hidden"), "the proxy was told the host alone");
    }
}

int main(void)
{
    test_packed();
    test_proxy();
    test_refused_address();
    test_first_byte(NULL);
    test_first_byte("HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n");
    test_cookies();
    test_retry_after();
    test_follow();
    return tap_done();
}
