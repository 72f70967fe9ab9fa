#include "priv.h"
#include "rpa/base/time.h"
#include "rpa/net/address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Connections and cookies outlive a request; its own handle does not: libcurl 7.88
 * leaks by a reset, and looks at freed headers of the request before. */
struct rpa_http {
    struct connections connections;
    struct origin *origins;
    char *authority, *proxy;
};

enum { AGAIN = -1, UNSENT = -2, REFUSED = -3 }; /* err->native, where no CURLcode is */

static const struct method {
    const char *name;
    bool safe; /* may be sent twice: asks, changes nothing (RFC 9110, 9.2.1) */
} methods[] = {
    { "GET", true },     { "HEAD", true },   { "POST", false },
    { "PUT", false },    { "PATCH", false }, { "DELETE", false },
    { "OPTIONS", true },
};

/* One exchange under way */
struct exchange {
    struct rpa_http *http;
    struct origin *origin;
    const struct rpa_http_request *req;
    const struct method *method;
    enum rpa_http_keep keep;
    struct url url;
    const char *name; /* in errors */
    struct curl_slist *headers;
    CURL *easy;
    struct body body;
    struct unpack unpack;
    uint64_t came; /* bytes of the body, packed as they were */
    size_t header_bytes;
    int64_t start_us;
    int64_t sent_us; /* when it was connected; 0: not yet, so nothing was sent */
    int sends;       /* libcurl's own, of one that was not taken, too */
    bool begun;      /* the answer; what comes before it (1xx) is none */
    bool silent, late; /* it did not begin in time; or another time-out is over */
    bool flooded, proxied;
    char refused[64]; /* an address that may not be reached, or "" */
    char said[CURL_ERROR_SIZE];
};

/* What a CURLcode means; all others are RPA_EHTTP */
static const struct {
    CURLcode cc;
    enum rpa_code code;
} meanings[] = {
    { CURLE_OUT_OF_MEMORY, RPA_ENOMEM },
    { CURLE_OPERATION_TIMEDOUT, RPA_ETIMEOUT },
    { CURLE_PARTIAL_FILE, RPA_EGONE },
    { CURLE_GOT_NOTHING, RPA_EGONE },
    { CURLE_RECV_ERROR, RPA_EGONE },
    { CURLE_SEND_ERROR, RPA_EGONE },
    { CURLE_WEIRD_SERVER_REPLY, RPA_EPROTO },
    { CURLE_BAD_CONTENT_ENCODING, RPA_EPROTO },
    { CURLE_UNSUPPORTED_PROTOCOL, RPA_EPROTO },
};

int rpa_http_new(const char *authority, const char *proxy,
                 struct rpa_http **ret_http, struct rpa_err *err)
{
    if (proxy && strncmp(proxy, "http://", 7))
        return rpa_fail(err, RPA_EINVAL, "a proxy must be http://host:port");
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        return rpa_fail(err, RPA_ENOMEM, "libcurl does not start");
    struct rpa_http *http = calloc(1, sizeof *http);
    if (!http) {
        curl_global_cleanup();
        return rpa_fail(err, RPA_ENOMEM, "no memory for an HTTP client");
    }
    bool connects = connections_renew(&http->connections);
    http->authority = authority ? strdup(authority) : NULL;
    http->proxy = strdup(proxy ? proxy : ""); /* "" is no proxy at all */
    if (!connects || !http->proxy || !http->authority != !authority) {
        rpa_http_free(http);
        return rpa_fail(err, RPA_ENOMEM, "no memory for an HTTP client");
    }
    *ret_http = http;
    return 0;
}

void rpa_http_free(struct rpa_http *http)
{
    if (!http)
        return;
    connections_close(&http->connections);
    origins_free(http->origins);
    free(http->authority);
    free(http->proxy);
    free(http);
    curl_global_cleanup();
}

static size_t on_body(char *data, size_t size, size_t n, void *user)
{
    struct exchange *x = user;
    x->came += size * n;
    if (x->unpack.how == UNPACK_UNSEEN)
        unpack_begin(&x->unpack, x->easy);
    return unpack_add(&x->unpack, data, size * n, x->req->max_body, &x->body)
               ? size * n
               : CURL_WRITEFUNC_ERROR;
}

static bool is_over(int64_t since_us, int ms)
{
    return since_us && ms && rpa_mono_us() - since_us > ms * 1000LL;
}

/* Is one of its time-outs over? libcurl 7.88 looks at them where it waits for more;
 * a server that never stops talking does not let it come there. */
static bool is_late(struct exchange *x)
{
    const struct rpa_http_request *req = x->req;
    int connect_ms = req->connect_ms ? req->connect_ms : req->timeout_ms;
    x->silent |= !x->begun && is_over(x->sent_us, req->first_byte_ms);
    x->late |= x->silent ||
               is_over(x->start_us, x->sent_us ? req->timeout_ms : connect_ms);
    return x->late;
}

/* Counts, and knows by the first which HTTP it is; libcurl keeps them */
static size_t on_header(char *data, size_t size, size_t n, void *user)
{
    struct exchange *x = user;
    const char *status = size * n > 5 && !strncasecmp(data, "HTTP/", 5)
                             ? memchr(data, ' ', size * n - 1)
                             : NULL;
    x->begun |= status && status[1] != '1';
    if (status && !strncmp(data + 5, "1.", 2))
        curl_easy_setopt(x->easy, CURLOPT_FORBID_REUSE,
                         x->keep == RPA_HTTP_ALONE ? 1L : 0L);
    x->header_bytes += size * n;
    x->flooded = x->header_bytes > RPA_HTTP_MAX_HEADERS;
    return x->flooded ? CURL_WRITEFUNC_ERROR : size * n;
}

/* Each record of TLS that comes, before libcurl looks into it. It cannot be told to
 * stop there; nothing more comes, though. */
static int on_record(CURL *c, curl_infotype what, char *data, size_t size, void *user)
{
    struct exchange *x = user;
    (void)c, (void)data, (void)size;
    if (what == CURLINFO_SSL_DATA_IN && is_late(x))
        connections_cut(&x->http->connections);
    return 0;
}

/* The name has an address: the one that would be connected to */
static curl_socket_t on_socket(void *user, curlsocktype purpose,
                               struct curl_sockaddr *to)
{
    struct exchange *x = user;
    (void)purpose;
    if (!x->proxied && x->req->may_reach &&
        !x->req->may_reach(x->req->ctx, &to->addr)) {
        rpa_address_text(&to->addr, x->refused, sizeof x->refused);
        return CURL_SOCKET_BAD;
    }
    return connections_socket(&x->http->connections, to);
}

static int on_connected(void *user, char *to, char *from, int port, int our_port)
{
    struct exchange *x = user;
    (void)to, (void)from, (void)port, (void)our_port;
    x->sent_us = rpa_mono_us();
    x->sends++;
    return CURL_PREREQFUNC_OK;
}

static int on_progress(void *user, curl_off_t total, curl_off_t now,
                       curl_off_t up_total, curl_off_t up)
{
    (void)total, (void)now, (void)up_total, (void)up;
    return is_late(user);
}

static CURLcode set_method(CURL *c, const struct exchange *x)
{
    const struct rpa_http_request *req = x->req;
    if (req->body || !x->method->safe) {
        curl_off_t len = req->body ? (curl_off_t)req->body_len : 0;
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, len);
        CURLcode cc =
            curl_easy_setopt(c, CURLOPT_POSTFIELDS, req->body ? req->body : "");
        if (cc)
            return cc;
    }
    if (!strcmp(x->method->name, "HEAD"))
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    else /* refuse by what it says; on_body() sees to what it sends */
        curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE,
                         (curl_off_t)req->max_body);
    if (!x->method->safe)
        curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
    return curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, x->method->name);
}

static void set_callbacks(CURL *c, struct exchange *x)
{
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x);
    curl_easy_setopt(c, CURLOPT_CLOSESOCKETFUNCTION, connections_on_close);
    curl_easy_setopt(c, CURLOPT_CLOSESOCKETDATA, &x->http->connections);
    curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, on_connected);
    curl_easy_setopt(c, CURLOPT_PREREQDATA, x);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, x);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_record);
    curl_easy_setopt(c, CURLOPT_DEBUGDATA, x);
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L); /* or it is not called */
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, x->said);
}

/* Our own certificate: PEM says what it is, anything else is PKCS#12 */
static CURLcode set_certificate(CURL *c, const struct rpa_http_request *req)
{
    static const char pem[] = "-----BEGIN";
    bool text = memmem(req->cert, req->cert_len, pem, sizeof pem - 1);
    struct curl_blob blob = { (void *)(uintptr_t)req->cert, req->cert_len,
                              CURL_BLOB_COPY };
    CURLcode cc = curl_easy_setopt(c, CURLOPT_SSLCERT_BLOB, &blob);
    if (!cc)
        cc = curl_easy_setopt(c, CURLOPT_SSLCERTTYPE, text ? "PEM" : "P12");
    if (!cc && text)
        cc = curl_easy_setopt(c, CURLOPT_SSLKEY_BLOB, &blob);
    if (!cc && req->cert_password)
        cc = curl_easy_setopt(c, CURLOPT_KEYPASSWD, req->cert_password);
    return cc;
}

static CURLcode set_trust(const struct rpa_http *http, struct exchange *x)
{
    CURL *c = x->easy;
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    CURLcode cc = x->req->cert ? set_certificate(c, x->req) : CURLE_OK;
    if (cc || !http->authority)
        return cc;
    struct curl_blob pem = { http->authority, strlen(http->authority),
                             CURL_BLOB_NOCOPY };
    curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    cc = curl_easy_setopt(c, CURLOPT_CAINFO, NULL);
    return cc ? cc : curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &pem);
}

/* Options that never fail by themselves are not checked one by one; those that
 * allocate are. */
static CURLcode set_up(struct exchange *x)
{
    CURL *c = x->easy;
    const struct rpa_http *http = x->http;
    const struct rpa_http_request *req = x->req;
    int connect_ms = req->connect_ms ? req->connect_ms : req->timeout_ms;
    x->proxied = *http->proxy;
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION,
                     (long)(x->origin->http1 || !x->method->safe
                                ? CURL_HTTP_VERSION_1_1
                                : CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)req->timeout_ms);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
    /* what a proxy says of its tunnel is no beginning of the answer */
    curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(c, CURLOPT_CURLU, x->url.parts);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, x->headers);
    set_callbacks(c, x);
    CURLcode cc = curl_easy_setopt(c, CURLOPT_SHARE, x->origin->share);
    if (!cc)
        cc = curl_easy_setopt(c, CURLOPT_COOKIEFILE, ""); /* keep them */
    if (!cc)
        cc = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    if (!cc)
        cc = curl_easy_setopt(c, CURLOPT_PROXY, http->proxy);
    if (!cc)
        cc = curl_easy_setopt(c, CURLOPT_USERAGENT, "rpa/" RPA_VERSION);
    if (!cc)
        cc = set_trust(http, x);
    return cc ? cc : set_method(c, x);
}

static int timed_out(const struct exchange *x, struct rpa_err *err)
{
    const struct rpa_http_request *req = x->req;
    const char *method = x->method->name, *name = x->name;
    if (x->silent)
        return rpa_fail(err, RPA_ETIMEOUT,
                        "%s %s: the answer did not begin in %d ms", method, name,
                        req->first_byte_ms);
    if (!x->sent_us)
        return rpa_fail(err, RPA_ETIMEOUT, "%s %s: no connection in %d ms",
                        method, name,
                        req->connect_ms ? req->connect_ms : req->timeout_ms);
    return rpa_fail(err, RPA_ETIMEOUT, "%s %s: no whole answer in %d ms", method,
                    name, req->timeout_ms);
}

/* What became of it in our own hands, which libcurl has another name for; 0 if
 * nothing did */
static int ours_failed(const struct exchange *x, CURLcode cc, struct rpa_err *err)
{
    const char *method = x->method->name, *name = x->name;
    if (x->body.failed && x->req->keep_body) {
        errno = x->body.native;
        return rpa_fail_errno(err, RPA_EIO, "%s %s: keeping the answer on disk",
                              method, name);
    }
    if (x->body.failed)
        return rpa_fail(err, RPA_ENOMEM, "%s %s: no memory for the answer",
                        method, name);
    if (x->flooded || x->unpack.too_large || cc == CURLE_FILESIZE_EXCEEDED)
        return rpa_fail(err, RPA_EHTTP,
                        "%s %s: the answer is larger than %zu bytes, or its"
                        " headers than %d",
                        method, name, x->req->max_body, RPA_HTTP_MAX_HEADERS);
    if (x->unpack.bad)
        return rpa_fail(err, RPA_EPROTO,
                        "%s %s: the answer is packed in another way than gzip",
                        method, name);
    if (x->refused[0] && cc == CURLE_COULDNT_CONNECT) {
        rpa_fail(err, RPA_EPERM,
                 "%s %s: its address %s is not of the open Internet, and not "
                 "listed",
                 method, name, x->refused);
        return rpa_err_hint(err, "the target's networks in rpa.conf list such "
                                 "addresses");
    }
    if (cc == CURLE_OUT_OF_MEMORY && x->sent_us) /* the same to libcurl */
        return rpa_fail(err, RPA_EHTTP,
                        "%s %s: a header of the answer is too long, or there is"
                        " no memory for it",
                        method, name);
    if (x->late || cc == CURLE_OPERATION_TIMEDOUT)
        return timed_out(x, err);
    return 0;
}

/* By HTTP/2, it was not begun with (RFC 9113, 8.7). Of a stream that was refused
 * libcurl 7.88 tells after it has sent the request six times, where one that died with
 * an old connection is sent twice; behind a GOAWAY it does so at once. */
static bool is_refused(const struct exchange *x, CURLcode cc)
{
    return !x->header_bytes && (x->sends > 2 || cc == CURLE_HTTP2);
}

static int failed(const struct exchange *x, CURLcode cc, struct rpa_err *err)
{
    enum rpa_code code = RPA_EHTTP;
    bool unsent = !x->sent_us; /* then libcurl's words hold nothing of an answer */
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].cc == cc)
            code = meanings[i].code;
    if (unsent && code == RPA_EGONE) /* who was there? a proxy that would not */
        code = RPA_EHTTP;
    int r = ours_failed(x, cc, err);
    bool refused = r == 0 && is_refused(x, cc);
    if (refused)
        r = rpa_fail(err, RPA_EHTTP, "%s %s: the server did not take the request",
                     x->method->name, x->name);
    else if (r == 0)
        r = rpa_fail(err, code, "%s %s: %s", x->method->name, x->name,
                     unsent && x->said[0] ? x->said : curl_easy_strerror(cc));
    if (err)
        err->native = unsent ? UNSENT : refused ? REFUSED : (int)cc;
    return r;
}

static int check_whole(const struct exchange *x, struct rpa_err *err)
{
    const char *fault = whole_fault(x->easy, x->req, x->came);
    if (fault)
        return rpa_fail(err, RPA_EPROTO, "%s %s: %s", x->method->name,
                        x->name, fault);
    if (!unpack_whole(&x->unpack))
        return rpa_fail(err, RPA_EGONE,
                        "%s %s: the packed answer ended too soon",
                        x->method->name, x->name);
    return 0;
}

static int take_answer(struct exchange *x, struct rpa_http_response *ret,
                       struct rpa_err *err)
{
    CURL *c = x->easy;
    struct connections *connections = &x->http->connections;
    struct rpa_http_response got = { .nth = connections_nth(connections, c) };
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &got.status);
    int r = check_whole(x, err);
    if (r < 0)
        return r;
    r = response_headers(c, &got);
    got.counted = whole_counted(c, x->came);
    got.closed = x->keep == RPA_HTTP_LAST && got.nth &&
                 connections_closed(connections, c);
    if (x->keep == RPA_HTTP_LAST && got.nth && !got.closed)
        x->origin->alone = true;
    got.kept = x->req->keep_body ? x->body.len : 0;
    got.body_len = x->body.bytes.len;
    got.body = rpa_buf_take(&x->body.bytes);
    if (r < 0 || !got.body) {
        rpa_http_response_clear(&got);
        return rpa_fail(err, RPA_ENOMEM, "no memory for an HTTP answer");
    }
    *ret = got;
    return 0;
}

static int check_request(struct exchange *x, struct rpa_err *err)
{
    const struct rpa_http_request *req = x->req;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (!strcmp(methods[i].name, req->method))
            x->method = &methods[i];
    if (!x->method)
        return rpa_fail(err, RPA_EINVAL, "an HTTP method that is not known");
    if (req->timeout_ms <= 0 || !req->max_body)
        return rpa_fail(err, RPA_EINVAL,
                        "a request needs a timeout and a largest answer");
    if (req->keep_body && !req->keep_body(req->ctx, NULL, 0))
        return rpa_fail_errno(err, RPA_EIO, "emptying the file for an answer");
    int r = url_init(&x->url, req->url, err);
    x->name = req->name ? req->name : x->url.name;
    x->origin = r == 0 ? origins_find(&x->http->origins, x->url.name) : NULL;
    if (r == 0 && !x->origin)
        return rpa_fail(err, RPA_ENOMEM, "no memory for what is known of a server");
    bool alone = r < 0 || x->origin->alone || !x->method->safe;
    x->keep = alone ? RPA_HTTP_ALONE : req->keep;
    return r < 0 ? r : header_list(req, &x->headers, err);
}

void rpa_http_forget(struct rpa_http *http)
{
    connections_renew(&http->connections);
}

static void leave_http2(struct exchange *x, struct rpa_err *err)
{
    x->origin->http1 = true;
    rpa_http_forget(x->http);
    if (err)
        err->native = AGAIN;
}

int rpa_http_do(struct rpa_http *http, const struct rpa_http_request *req,
                struct rpa_http_response *ret, struct rpa_err *err)
{
    struct exchange x = { .http = http, .req = req, .body.req = req,
                          .start_us = rpa_mono_us() };
    int r = check_request(&x, err);
    if (r == 0) {
        x.easy = http->connections.multi ? curl_easy_init() : NULL;
        CURLcode cc = x.easy ? set_up(&x) : CURLE_OUT_OF_MEMORY;
        if (cc == CURLE_OK)
            cc = connections_perform(&http->connections, x.easy,
                                     x.keep == RPA_HTTP_ALONE);
        r = cc ? failed(&x, cc, err) : take_answer(&x, ret, err);
        if (r < 0 && !cc && whole_otherwise(x.easy))
            leave_http2(&x, err);
        curl_easy_cleanup(x.easy);
    }
    unpack_end(&x.unpack);
    rpa_buf_clear(&x.body.bytes);
    header_list_free(x.headers);
    url_clear(&x.url);
    return r;
}

bool rpa_http_again(const struct rpa_err *err)
{
    return err->code == RPA_EPROTO && err->native == AGAIN;
}

bool rpa_http_refused(const struct rpa_err *err)
{
    return err->code == RPA_EHTTP && err->native == REFUSED;
}

bool rpa_http_unsent(const struct rpa_err *err)
{
    return err->code == RPA_EINVAL || err->native == UNSENT;
}
