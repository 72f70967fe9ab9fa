/* What libcurl is told of an exchange, and what it asks while one is under way. */
#include "priv.h"
#include "rpa/base/time.h"
#include "rpa/net/address.h"

#include <string.h>
#include <strings.h>

static size_t on_body(char *data, size_t size, size_t n, void *user)
{
    struct rpa_http_exchange *x = user;
    x->came += size * n;
    if (x->unpack.how == UNPACK_UNSEEN)
        unpack_begin(&x->unpack, x->transfer.easy);
    return unpack_add(&x->unpack, data, size * n, x->most, &x->body)
               ? size * n
               : CURL_WRITEFUNC_ERROR;
}

static bool is_over(int64_t since_us, int ms)
{
    return since_us && ms && rpa_mono_us() - since_us > ms * 1000LL;
}

/* Is one of its time-outs over? libcurl 7.88 looks at them where it waits for more;
 * a server that never stops talking does not let it come there. */
static bool is_late(struct rpa_http_exchange *x)
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
    struct rpa_http_exchange *x = user;
    const char *status = size * n > 5 && !strncasecmp(data, "HTTP/", 5)
                             ? memchr(data, ' ', size * n - 1)
                             : NULL;
    x->begun |= status && status[1] != '1';
    if (status && !strncmp(data + 5, "1.", 2))
        curl_easy_setopt(x->transfer.easy, CURLOPT_FORBID_REUSE,
                         x->keep == RPA_HTTP_ALONE ? 1L : 0L);
    x->header_bytes += size * n;
    x->flooded = x->header_bytes > RPA_HTTP_MAX_HEADERS;
    return x->flooded ? CURL_WRITEFUNC_ERROR : size * n;
}

/* Each record of TLS that comes, before libcurl looks into it. It cannot be told to
 * stop there; nothing more comes, though. */
static int on_record(CURL *c, curl_infotype what, char *data, size_t size, void *user)
{
    struct rpa_http_exchange *x = user;
    (void)c, (void)data, (void)size;
    if (what != CURLINFO_SSL_DATA_IN)
        return 0;
    x->http->connections.heard++;
    if (is_late(x))
        connections_cut(&x->http->connections);
    return 0;
}

/* The name has an address: the one that would be connected to. What goes ahead has a
 * connection, or none: of a server that ends it libcurl would make one for each. */
static curl_socket_t on_socket(void *user, curlsocktype purpose,
                               struct curl_sockaddr *to)
{
    struct rpa_http_exchange *x = user;
    (void)purpose;
    if (x->ahead)
        return CURL_SOCKET_BAD;
    if (!x->proxied && x->req->may_reach &&
        !x->req->may_reach(x->req->ctx, &to->addr)) {
        rpa_address_text(&to->addr, x->refused, sizeof x->refused);
        return CURL_SOCKET_BAD;
    }
    return connections_socket(&x->http->connections, to);
}

static int on_connected(void *user, char *to, char *from, int port, int our_port)
{
    struct rpa_http_exchange *x = user;
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

static CURLcode set_method(CURL *c, const struct rpa_http_exchange *x)
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
                         (curl_off_t)x->most);
    if (!x->method->safe)
        curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
    return curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, x->method->name);
}

static void set_callbacks(CURL *c, struct rpa_http_exchange *x)
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

static CURLcode set_trust(const struct rpa_http *http, struct rpa_http_exchange *x)
{
    CURL *c = x->transfer.easy;
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
CURLcode exchange_set_up(struct rpa_http_exchange *x)
{
    CURL *c = x->transfer.easy;
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
