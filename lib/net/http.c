#include "priv.h"
#include "rpa/base/time.h"
#include "rpa/net/address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { AGAIN = -1, UNSENT = -2, REFUSED = -3 }; /* err->native, where no CURLcode is */
enum {
    AHEAD_MAX = 16,           /* at once */
    AHEAD_PART = 8,           /* of its time-out that one may wait for others */
    AHEAD_BYTES = 512 * 1024, /* of an answer */
};

static const struct method methods[] = {
    { "GET", true },     { "HEAD", true },   { "POST", false },
    { "PUT", false },    { "PATCH", false }, { "DELETE", false },
    { "OPTIONS", true },
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

static int timed_out(const struct rpa_http_exchange *x, struct rpa_err *err)
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
static int ours_failed(const struct rpa_http_exchange *x, CURLcode cc, struct rpa_err *err)
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
static bool is_refused(const struct rpa_http_exchange *x, CURLcode cc)
{
    return !x->header_bytes && (x->sends > 2 || cc == CURLE_HTTP2);
}

static int failed(const struct rpa_http_exchange *x, CURLcode cc, struct rpa_err *err)
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

static int check_whole(const struct rpa_http_exchange *x, struct rpa_err *err)
{
    const char *fault = whole_fault(x->transfer.easy, x->req, x->came);
    if (x->ahead && connections_nth(&x->transfer))
        fault = "the answer does not say which request it is to";
    if (fault)
        return rpa_fail(err, RPA_EPROTO, "%s %s: %s", x->method->name,
                        x->name, fault);
    if (!unpack_whole(&x->unpack))
        return rpa_fail(err, RPA_EGONE,
                        "%s %s: the packed answer ended too soon",
                        x->method->name, x->name);
    return 0;
}

/* from when it was sent */
static int64_t answer_us(CURL *c)
{
    curl_off_t all_us = 0, before_us = 0;
    curl_easy_getinfo(c, CURLINFO_TOTAL_TIME_T, &all_us);
    curl_easy_getinfo(c, CURLINFO_PRETRANSFER_TIME_T, &before_us);
    return all_us - before_us;
}

static int take_answer(struct rpa_http_exchange *x, struct rpa_http_response *ret,
                       struct rpa_err *err)
{
    CURL *c = x->transfer.easy;
    struct rpa_http_response got = { .nth = connections_nth(&x->transfer) };
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &got.status);
    int r = check_whole(x, err);
    if (r < 0)
        return r;
    r = response_headers(c, &got);
    got.counted = whole_counted(c, x->came);
    got.closed = x->keep == RPA_HTTP_LAST && got.nth &&
                 connections_closed(&x->http->connections, &x->transfer);
    if (x->keep == RPA_HTTP_LAST && got.nth && !got.closed)
        x->origin->alone = true;
    got.kept = x->req->keep_body ? x->body.len : 0;
    got.body_len = x->body.bytes.len;
    got.body = rpa_buf_take(&x->body.bytes);
    if (r < 0 || !got.body) {
        rpa_http_response_clear(&got);
        return rpa_fail(err, RPA_ENOMEM, "no memory for an HTTP answer");
    }
    x->origin->together = !got.nth && !rpa_http_response_header(&got, "Set-Cookie");
    x->origin->answer_us = answer_us(c);
    *ret = got;
    return 0;
}

static int check_request(struct rpa_http_exchange *x, struct rpa_err *err)
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
    bool alone = r < 0 || x->origin->alone || !x->method->safe || x->ahead;
    x->keep = alone ? RPA_HTTP_ALONE : req->keep;
    return r < 0 ? r : header_list(req, &x->headers, err);
}

void rpa_http_forget(struct rpa_http *http)
{
    connections_renew(&http->connections);
}

static void leave_http2(struct rpa_http_exchange *x, struct rpa_err *err)
{
    x->origin->http1 = true;
    rpa_http_forget(x->http);
    if (err)
        err->native = AGAIN;
}

void rpa_http_drop(struct rpa_http_exchange *x)
{
    if (!x)
        return;
    if (x->transfer.easy)
        connections_drop(&x->http->connections, &x->transfer);
    curl_easy_cleanup(x->transfer.easy);
    unpack_end(&x->unpack);
    rpa_buf_clear(&x->body.bytes);
    header_list_free(x->headers);
    url_clear(&x->url);
    free(x);
}

static int begin(struct rpa_http *http, const struct rpa_http_request *req,
                 bool ahead, struct rpa_http_exchange **ret, struct rpa_err *err)
{
    struct rpa_http_exchange *x = *ret = calloc(1, sizeof *x);
    if (!x)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a request");
    *x = (struct rpa_http_exchange){ .http = http, .req = req, .ahead = ahead,
                                     .most = req->max_body, .body.req = req,
                                     .transfer.ended = true,
                                     .start_us = rpa_mono_us() };
    if (ahead && x->most > AHEAD_BYTES)
        x->most = AHEAD_BYTES;
    return check_request(x, err);
}

static void send_it(struct rpa_http_exchange *x)
{
    struct transfer *t = &x->transfer;
    t->easy = x->http->connections.multi ? curl_easy_init() : NULL;
    t->cc = t->easy ? exchange_set_up(x) : CURLE_OUT_OF_MEMORY;
    if (t->cc == CURLE_OK)
        connections_begin(&x->http->connections, t,
                          x->keep == RPA_HTTP_ALONE && !x->ahead);
}

/* Has its server shown that it answers many by HTTP/2, and so soon that none comes late
 * by those it is sent behind? */
static bool may_lead(const struct rpa_http_exchange *x)
{
    const struct rpa_http_request *req = x->req;
    const struct origin *o = x->origin;
    unsigned flying = x->http->connections.nflying;
    int ms = req->first_byte_ms && req->first_byte_ms < req->timeout_ms
                 ? req->first_byte_ms
                 : req->timeout_ms;
    return o->together && !o->http1 && x->method->safe &&
           flying < AHEAD_MAX && flying * o->answer_us < ms * 1000LL / AHEAD_PART;
}

struct rpa_http_exchange *rpa_http_begin(struct rpa_http *http,
                                         const struct rpa_http_request *req)
{
    struct rpa_http_exchange *x;
    struct rpa_err ignored;
    if (req->keep_body) /* it would be emptied for nothing */
        return NULL;
    if (begin(http, req, true, &x, &ignored) == 0 && may_lead(x))
        send_it(x);
    if (x && !x->transfer.ended)
        return x;
    rpa_http_drop(x);
    return NULL;
}

void rpa_http_settle(struct rpa_http *http)
{
    struct connections *c = &http->connections;
    while (c->flying)
        connections_wait(c, c->flying);
}

int64_t rpa_http_took_us(const struct rpa_http_exchange *x)
{
    return (x->transfer.ended ? x->transfer.ended_us : rpa_mono_us()) - x->start_us;
}

/* Whatever it was, it may be the others' doing. */
static void leave_others(struct rpa_http_exchange *x, struct rpa_err *err)
{
    if (!x->transfer.cc && connections_nth(&x->transfer)) {
        x->origin->together = false;
        rpa_http_forget(x->http);
    }
    if (err)
        err->native = x->sent_us ? AGAIN : UNSENT;
}

int rpa_http_end(struct rpa_http_exchange *x, struct rpa_http_response *ret,
                 struct rpa_err *err)
{
    struct transfer *t = &x->transfer;
    CURLcode cc = t->ended ? t->cc : connections_wait(&x->http->connections, t);
    int r = cc ? failed(x, cc, err) : take_answer(x, ret, err);
    if (r < 0 && !cc && whole_otherwise(t->easy))
        leave_http2(x, err);
    if (r < 0 && x->ahead)
        leave_others(x, err);
    rpa_http_drop(x);
    return r;
}

int rpa_http_do(struct rpa_http *http, const struct rpa_http_request *req,
                struct rpa_http_response *ret, struct rpa_err *err)
{
    struct rpa_http_exchange *x;
    int r = begin(http, req, false, &x, err);
    if (r < 0) {
        rpa_http_drop(x);
        return r;
    }
    send_it(x);
    return rpa_http_end(x, ret, err);
}

bool rpa_http_again(const struct rpa_err *err)
{
    return err->native == AGAIN;
}

bool rpa_http_refused(const struct rpa_err *err)
{
    return err->code == RPA_EHTTP && err->native == REFUSED;
}

bool rpa_http_unsent(const struct rpa_err *err)
{
    return err->code == RPA_EINVAL || err->native == UNSENT;
}
