/* The client against a server that says exactly the bytes of a table. */
#include "server.h"

#include <errno.h>
#include <fcntl.h>

static const struct {
    const char *name, *method, *answer;
    int code;
    long status;
    const char *body, *said;
} cases[] = {
    { "a body", "GET", OK11 "Content-Length: 3\r\n\r\nabc", 0, 200, "abc",
      NULL },
    { "no body", "GET", OK11 "Content-Length: 0\r\n\r\n", 0, 200, "", NULL },
    { "chunks", "GET",
      OK11 "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
      0, 200, "abc", NULL },
    { "204", "DELETE", "HTTP/1.1 204 No\r\n\r\n", 0, 204, "", NULL },
    { "HEAD", "HEAD", OK11 "Content-Length: 3\r\n\r\n", 0, 200, "", NULL },
    { "500 is an answer", "GET",
      "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno", 0, 500, "no", NULL },
    { "a redirect is an answer", "GET",
      "HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:1/\r\n"
      "Content-Length: 0\r\n\r\n",
      0, 302, "", NULL },
    { "100 comes before", "PUT",
      "HTTP/1.1 100 Continue\r\n\r\n" OK11 "Content-Length: 1\r\n\r\nx", 0, 200,
      "x", NULL },
    { "cut body", "GET", OK11 "Content-Length: 9\r\n\r\nabc", RPA_EGONE, 0,
      NULL, "GET 127.0.0.1:" },
    { "cut chunk", "GET", OK11 "Transfer-Encoding: chunked\r\n\r\n9\r\nabc",
      RPA_EGONE, 0, NULL, NULL },
    { "last chunk missing", "GET",
      OK11 "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", RPA_EGONE, 0, NULL,
      NULL },
    { "no length", "GET", OK11 "\r\nabc", RPA_EPROTO, 0, NULL, "how long" },
    { "a cut body behind another coding", "GET",
      OK11 "Content-Length: 60\r\nTransfer-Encoding: identity\r\n\r\nabc",
      RPA_EPROTO, 0, NULL, "Transfer-Encoding" },
    { "identity", "GET", OK11 "Transfer-Encoding: identity\r\n\r\nabc",
      RPA_EPROTO, 0, NULL, NULL },
    { "a coding nobody knows", "GET", OK11 "Transfer-Encoding: x\r\n\r\nabc",
      RPA_EPROTO, 0, NULL, NULL },
    { "chunks within gzip", "GET",
      OK11 "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", RPA_EPROTO, 0,
      NULL, "Transfer-Encoding" },
    { "chunked twice", "GET",
      OK11 "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
           "0\r\n\r\n",
      RPA_EPROTO, 0, NULL, NULL },
    { "chunks of HTTP/1.0", "GET",
      "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
      "0\r\n\r\n",
      RPA_EPROTO, 0, NULL, NULL },
    { "a folded coding", "GET",
      OK11 "Transfer-Encoding:\r\n chunked\r\n\r\n3\r\nab", RPA_EPROTO, 0,
      NULL, NULL },
    { "chunks, and their length", "GET",
      OK11 "Transfer-Encoding: Chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc"
           "\r\n0\r\n\r\n",
      0, 200, "abc", NULL },
    { "chunks, and another length", "GET",
      OK11 "Transfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n3\r\nabc"
           "\r\n0\r\n\r\n",
      RPA_EPROTO, 0, NULL, "Content-Length" },
    { "two lengths, the smaller last", "GET",
      OK11 "Content-Length: 9\r\nContent-Length: 3\r\n\r\nabc", RPA_EPROTO, 0,
      NULL, "Content-Length" },
    { "one length twice", "GET",
      OK11 "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", RPA_EPROTO, 0,
      NULL, "Content-Length" },
    { "two lengths in one", "GET", OK11 "Content-Length: 3, 9\r\n\r\nabc",
      RPA_EPROTO, 0, NULL, "Content-Length" },
    { "a length of an earlier answer", "GET",
      "HTTP/1.1 103 E\r\nContent-Length: 3\r\n\r\n" OK11 "\r\nabc",
      RPA_EPROTO, 0, NULL, "how long" },
    { "a part nobody asked for", "GET",
      "HTTP/1.1 206 P\r\nContent-Length: 3\r\n"
      "Content-Range: bytes 0-2/9\r\n\r\nabc",
      RPA_EPROTO, 0, NULL, "a part" },
    { "two kinds", "GET",
      OK11 "Content-Type: application/json\r\nContent-Type: text/html\r\n"
           "Content-Length: 3\r\n\r\nabc",
      RPA_EPROTO, 0, NULL, "Content-Type" },
    { "closed at once", "GET", "", RPA_EGONE, 0, NULL, NULL },
    { "no HTTP", "GET", "220 mail ready\r\n", RPA_EPROTO, 0, NULL, NULL },
    { "too large, said so", "GET", OK11 "Content-Length: 2000\r\n\r\nabc",
      RPA_EHTTP, 0, NULL, "larger" },
    { "never", "GET", NULL, RPA_ETIMEOUT, 0, NULL, "300 ms" },
};

static void test_answers(void)
{
    struct rpa_http *http = client();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server s;
        struct rpa_http_response got = { 0 };
        struct rpa_err err = { 0 };
        char url[64];
        server_start(&s, cases[i].answer, false);
        url_of(&s, url);
        struct rpa_http_request req = request(cases[i].method, url);
        is_int(rpa_http_do(http, &req, &got, &err), -cases[i].code,
               cases[i].name);
        is_int(got.status, cases[i].status, cases[i].name);
        is_str(got.body, cases[i].body, cases[i].name);
        if (cases[i].said &&
            !ok(strstr(err.msg, cases[i].said), "says '%s'", cases[i].said))
            printf("# %s\n", err.msg);
        ok(!strstr(err.msg, "secret") && !strstr(err.msg, "path"),
           "neither path nor query is in an error");
        rpa_http_response_clear(&got);
        server_stop(&s);
    }
    rpa_http_free(http);
}

/* in a file; another's part is to keep it */
static bool keep_body(void *ctx, const void *data, size_t len)
{
    int fd = *(int *)ctx;
    if (!data)
        return lseek(fd, 0, SEEK_SET) == 0 &&
               (ftruncate(fd, 0) == 0 || errno == EINVAL); /* a device */
    return write(fd, data, len) == (ssize_t)len;
}

/* a body on disk: the one before it is gone, and no memory has it */
static void test_spool(void)
{
    static const struct {
        const char *name, *answer, *body;
        int code;
    } each[] = {
        { "a long one", OK11 "Content-Length: 9\r\n\r\nabcdefghi", "abcdefghi",
          0 },
        { "a shorter one", OK11 "Content-Length: 3\r\n\r\nxyz", "xyz", 0 },
        { "an empty one", OK11 "Content-Length: 0\r\n\r\n", "", 0 },
        { "a cut one", OK11 "Content-Length: 9\r\n\r\nabc", NULL, RPA_EGONE },
        { "one that is too large", OK11 "Content-Length: 2000\r\n\r\nabc", NULL,
          RPA_EHTTP },
    };
    struct rpa_http *http = client();
    FILE *spool = tmpfile();
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct server s;
        struct rpa_http_response got = { 0 };
        struct rpa_err err = { 0 };
        char url[64], there[16] = "";
        server_start(&s, each[i].answer, false);
        url_of(&s, url);
        struct rpa_http_request req = request("GET", url);
        int fd = fileno(spool);
        req.keep_body = keep_body;
        req.ctx = &fd;
        req.max_body = 1000;
        req.name = "h/{id}";
        is_int(rpa_http_do(http, &req, &got, &err), -each[i].code, each[i].name);
        ssize_t n = pread(fd, there, sizeof there, 0);
        ok(each[i].code || (got.kept == strlen(each[i].body) &&
                            n == (ssize_t)got.kept &&
                            !strcmp(there, each[i].body) && !got.body_len),
           "%s is in the file", each[i].name);
        ok(!each[i].code || strstr(err.msg, "GET h/{id}: "), "%s", err.msg);
        rpa_http_response_clear(&got);
        server_stop(&s);
    }
    int full = open("/dev/full", O_WRONLY);
    struct server s;
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    char url[64];
    server_start(&s, each[0].answer, false);
    url_of(&s, url);
    struct rpa_http_request req = request("GET", url);
    req.keep_body = keep_body;
    req.ctx = &full;
    is_int(rpa_http_do(http, &req, &got, &err), -RPA_EIO, "a disk that is full");
    server_stop(&s);
    close(full);
    fclose(spool);
    rpa_http_free(http);
}

static void test_part(void)
{
    struct server s;
    struct rpa_http *http = client();
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    const struct rpa_http_header range = { "range", "bytes=0-2" };
    char url[64];
    server_start(&s,
                 "HTTP/1.1 206 P\r\nContent-Length: 3\r\n"
                 "Content-Range: bytes 0-2/9\r\n\r\nabc",
                 false);
    url_of(&s, url);
    struct rpa_http_request req = request("GET", url);
    req.headers = &range;
    req.nheaders = 1;
    is_int(rpa_http_do(http, &req, &got, &err), 0, "a part that was asked for");
    is_str(got.body, "abc", "it");
    rpa_http_response_clear(&got);
    rpa_http_free(http);
    server_stop(&s);
}

/* More than max_body in chunks, and headers without end */
static void test_too_much(void)
{
    static char many[200000];
    struct rpa_http *http = client();
    for (int headers = 0; headers < 2; headers++) {
        struct server s;
        struct rpa_http_response got = { 0 };
        struct rpa_err err = { 0 };
        char url[64];
        strcpy(many,
               headers ? OK11 : OK11 "Transfer-Encoding: chunked\r\n\r\n");
        for (char *p = many + strlen(many); p < many + sizeof many - 64;)
            p += sprintf(p, "%s",
                         headers ? "X-More: 0123456789abcdef\r\n"
                                 : "10\r\n0123456789abcdef\r\n");
        server_start(&s, many, false);
        url_of(&s, url);
        struct rpa_http_request req = request("GET", url);
        is_int(rpa_http_do(http, &req, &got, &err), -RPA_EHTTP, "too much");
        ok(strstr(err.msg, "larger"), "and says so");
        ok(!got.body && !rpa_http_unsent(&err), "nothing half read");
        server_stop(&s);
    }
    rpa_http_free(http);
}

static void test_request(void)
{
    struct server s;
    struct rpa_http *http = client();
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    const struct rpa_http_header headers[] = {
        { "X-Purpose", "test" },
        { "Content-Type", "application/xml" },
        { "X-Empty", "" },
    };
    char url[64];
    server_start(&s, OK11 "X-One: 1\r\nContent-Length: 0\r\n\r\n", true);
    url_of(&s, url);
    struct rpa_http_request req = request("GET", url);
    for (int i = 0; i < 3; i++) {
        req.keep = i < 2 ? RPA_HTTP_KEPT : RPA_HTTP_LAST;
        is_int(rpa_http_do(http, &req, &got, &err), 0, "kept alive");
        is_int((int)got.nth, i + 1, "which answer it is");
        is_int(got.closed, i == 2, "the last ends the connection");
        is_str(rpa_http_response_header(&got, "x-one"), "1", "header");
        ok(!rpa_http_response_header(&got, "x-two"), "no header");
        rpa_http_response_clear(&got);
    }
    is_int(s.accepted, 1, "three requests on one connection");
    req.keep = RPA_HTTP_ALONE;
    for (int i = 0; i < 2; i++) {
        is_int(rpa_http_do(http, &req, &got, &err), 0, "alone");
        is_int((int)got.nth, 1, "the first on its connection");
        rpa_http_response_clear(&got);
    }
    is_int(s.accepted, 3, "each on its own");
    req.keep = RPA_HTTP_KEPT;
    is_int(rpa_http_do(http, &req, &got, &err), 0, "one of several, the last not asked");
    rpa_http_response_clear(&got);
    req.keep = RPA_HTTP_ALONE;
    is_int(rpa_http_do(http, &req, &got, &err), 0, "alone, behind it");
    is_int((int)got.nth, 1, "is not answered on its connection");
    rpa_http_response_clear(&got);
    ok(strstr(s.seen, "GET /path?q=secret HTTP/1.1\r\n"), "request line");
    ok(strstr(s.seen, "User-Agent: rpa/"), "user agent");

    req.method = "POST";
    req.headers = headers;
    req.nheaders = 3;
    req.authorization = "Bearer tok-123";
    struct rpa_http *other = client(); /* the server takes one at a time */
    rpa_http_free(http);
    is_int(rpa_http_do(other, &req, &got, &err), 0, "POST");
    ok(!strncmp(s.seen, "POST /path?q=secret", 19), "POST line");
    ok(strstr(s.seen, "\r\nContent-Length: 0\r\n"), "no body is said");
    ok(strstr(s.seen, "\r\nContent-Type: application/xml\r\n"), "type");
    ok(strstr(s.seen, "\r\nX-Purpose: test\r\n"), "header sent");
    ok(strstr(s.seen, "\r\nX-Empty:"), "empty header sent");
    ok(strstr(s.seen, "\r\nAuthorization: Bearer tok-123\r\n"), "bearer");
    ok(!strstr(s.seen, "Expect"), "no Expect");
    rpa_http_response_clear(&got);
    is_int(rpa_http_do(other, &req, &got, &err), 0, "POST again");
    is_int(s.accepted, 7, "each POST on a connection of its own");
    rpa_http_response_clear(&got);
    rpa_http_free(other);
    server_stop(&s);
}

/* libcurl sends a request again when an old connection turns out dead; a POST
 * sent twice is a crime filed twice */
static void test_never_twice(void)
{
    struct server s;
    struct rpa_http *http = client();
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    char url[64];
    server_start(&s, "", false);
    url_of(&s, url);
    struct rpa_http_request req = request("POST", url);
    is_int(rpa_http_do(http, &req, &got, &err), -RPA_EGONE, "POST, no answer");
    is_int(s.requests, 1, "sent once");
    ok(!rpa_http_unsent(&err), "may have been taken");
    rpa_http_free(http);
    server_stop(&s);
}

/* An answer too many shifts all that follow: then the last does not end the
 * connection. Control: without it the same server's does. */
static void test_surplus(void)
{
    static const char *const surplus[] = {
        NULL,
        "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\n",
        "x",
    };
    static const char *const closing[] = {
        NULL, OK11 "Content-Length: 3\r\nConnection: close\r\n\r\nabc"
    };
    for (size_t i = 0; i < 8; i++) {
        struct server s;
        struct rpa_http *http = client();
        char url[64];
        bool all = true;
        server_start(&s, OK11 "Content-Length: 3\r\n\r\nabc", true);
        s.surplus = surplus[i / 2];
        s.closing = closing[i % 2];
        url_of(&s, url);
        struct rpa_http_request req = request("GET", url);
        req.timeout_ms = 30000;
        for (int k = 0; k < 3; k++) {
            struct rpa_http_response got = { 0 };
            struct rpa_err err = { 0 };
            req.keep = k < 2 ? RPA_HTTP_KEPT : RPA_HTTP_LAST;
            int r = rpa_http_do(http, &req, &got, &err);
            if (k == 0 && s.surplus) {
                sem_post(&s.was_read);
                sem_wait(&s.surplus_said);
            }
            all = all && r == 0 && (int)got.nth == k + 1 && got.counted &&
                  (k < 2 || got.closed);
            rpa_http_response_clear(&got);
        }
        is_int(all, !surplus[i / 2], surplus[i / 2] ? "an answer too many" : "none");
        rpa_http_free(http);
        server_stop(&s);
    }
}

static void test_refused(void)
{
    static const struct {
        const char *name, *method, *url, *header, *value, *bearer;
    } bad[] = {
        { "method", "BREW", "http://127.0.0.1:9/", NULL, NULL, NULL },
        { "method with a break", "GET /\r\nX: y", "http://127.0.0.1:9/", NULL,
          NULL, NULL },
        { "file URL", "GET", "file:///etc/passwd", NULL, NULL, NULL },
        { "CR in a value", "GET", "http://127.0.0.1:9/", "X", "a\rb", NULL },
        { "LF in a value", "GET", "http://127.0.0.1:9/", "X", "a\nb: c", NULL },
        { "LF in a name", "GET", "http://127.0.0.1:9/", "X\nY", "a", NULL },
        { "colon in a name", "GET", "http://127.0.0.1:9/", "X:", "a", NULL },
        { "no name", "GET", "http://127.0.0.1:9/", "", "a", NULL },
        { "Host", "GET", "http://127.0.0.1:9/", "hOst", "evil", NULL },
        { "Content-Length", "GET", "http://127.0.0.1:9/", "Content-Length", "3",
          NULL },
        { "bearer with a break", "GET", "http://127.0.0.1:9/", NULL, NULL,
          "a\r\nb" },
        { "two authorities", "GET", "http://127.0.0.1:9/", "Authorization", "x",
          "y" },
    };
    struct rpa_http *http = client();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rpa_http_response got = { 0 };
        struct rpa_err err = { 0 };
        struct rpa_http_header h = { bad[i].header, bad[i].value };
        struct rpa_http_request req = request(bad[i].method, bad[i].url);
        req.headers = &h;
        req.nheaders = bad[i].header != NULL;
        req.authorization = bad[i].bearer;
        is_int(rpa_http_do(http, &req, &got, &err), -RPA_EINVAL, bad[i].name);
        ok(!got.body && rpa_http_unsent(&err), "nothing sent");
    }
    rpa_http_free(http);
    struct rpa_err err = { 0 };
    is_int(rpa_http_new(NULL, "socks5://x", &http, &err), -RPA_EINVAL, "proxy");
    rpa_http_free(NULL);
}

static void test_two_types(void)
{
    const struct rpa_http_header two[] = { { "Content-Type", "text/xml" },
                                           { "content-type", "text/xml" } };
    struct rpa_http *http = client();
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    struct rpa_http_request req = request("POST", "http://127.0.0.1:9/");
    req.headers = two;
    req.nheaders = 2;
    is_int(rpa_http_do(http, &req, &got, &err), -RPA_EINVAL, "two types");
    ok(strstr(err.msg, "two headers"), "%s", err.msg);
    rpa_http_free(http);
}

/* Nobody listens, and a proxy in the environment is not asked */
static void test_unreachable(void)
{
    struct server s;
    struct rpa_http *http = client();
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    char url[64], proxy[64];
    server_start(&s, OK11 "Content-Length: 0\r\n\r\n", false);
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", s.port);
    setenv("http_proxy", proxy, 1);
    setenv("ALL_PROXY", proxy, 1);
    struct server gone;
    server_start(&gone, "", false);
    server_stop(&gone);
    url_of(&gone, url);
    struct rpa_http_request req = request("GET", url);
    is_int(rpa_http_do(http, &req, &got, &err), -RPA_EHTTP, "nobody listens");
    ok(rpa_http_unsent(&err), "surely not sent");
    is_int(s.accepted, 0, "the environment's proxy was left alone");
    rpa_http_free(http);
    is_int(rpa_http_new(NULL, proxy, &http, &err), 0, "a proxy of our own");
    is_int(rpa_http_do(http, &req, &got, &err), 0, "is asked");
    ok(!strncmp(s.seen, "GET http://", 11), "as a proxy");
    rpa_http_response_clear(&got);
    rpa_http_free(http);
    server_stop(&s);
}

int main(void)
{
    test_answers();
    test_part();
    test_spool();
    test_too_much();
    test_request();
    test_never_twice();
    test_surplus();
    test_refused();
    test_two_types();
    test_unreachable();
    return tap_done();
}
