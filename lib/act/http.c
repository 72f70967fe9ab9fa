/* HTTP, behind the same audit and the same fence as a key: each request is an
 * act, a redirect's too. */
#include "http.h"
#include "rpa/vault/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REDIRECTS_MAX 5

/* ---- what the bot asks ---- */

int exchange_text(const cbor_item_t *map, const char *key, char **ret,
                  struct rpa_err *err)
{
    size_t len = 0;
    const char *text = rpa_msg_str(map, key, &len);
    if (!text || memchr(text, 0, len))
        return rpa_fail(err, RPA_EINVAL, "'%s' wants a text", key);
    *ret = strndup(text, len);
    return *ret ? 0 : rpa_fail(err, RPA_ENOMEM, "no memory for '%s'", key);
}

static int take_headers(struct exchange *x, const cbor_item_t *args,
                        struct rpa_err *err)
{
    size_t n;
    cbor_item_t *map = rpa_msg_get(args, "headers");
    struct cbor_pair *pairs = rpa_cbor_pairs(map, &n);
    for (size_t i = 0; i < n && i < HTTP_HEADERS_MAX; i++) {
        char key[128];
        size_t len = 0;
        const char *name = rpa_cbor_text(pairs[i].key, &len);
        if (!name || len >= sizeof key)
            return rpa_fail(err, RPA_EINVAL, "a header's name is too long");
        memcpy(key, name, len);
        key[len] = '\0';
        if (strcasestr(key, "method"))
            return rpa_fail(err, RPA_EPERM,
                            "the header '%s' would change the method behind "
                            "the fence",
                            key);
        char *value = NULL;
        int r = exchange_text(map, key, &value, err);
        if (r < 0)
            return rpa_err_context(err, "header");
        struct rpa_http_header *h = &x->headers[x->nheaders++];
        *h = (struct rpa_http_header){ strdup(key), value };
        if (!h->name)
            return rpa_fail(err, RPA_ENOMEM, "no memory");
    }
    return 0;
}

/* the bot asks for the body in pieces */
static bool is_streamed(const cbor_item_t *args)
{
    bool stream = false;
    return rpa_msg_bool(args, "stream", &stream) && stream;
}

static int check_leaks(const struct exchange *x, struct rpa_err *err)
{
    struct rpa_driver *d = x->d;
    bool leaks = mask_finds(d, x->url, strlen(x->url)) ||
                 mask_finds(d, x->req.body, x->req.body_len);
    for (size_t i = 0; i < x->nheaders; i++)
        leaks = leaks || mask_finds(d, x->headers[i].value,
                                    strlen(x->headers[i].value));
    return leaks ? mask_betrayed(d, err) : 0;
}

/* Does it go to the scheme, host and port that the bot named? Its headers and
 * body are for those alone, wherever it is redirected. */
static int check_told(const struct exchange *x, const cbor_item_t *args,
                      bool *ret_told, struct rpa_err *err)
{
    char *url = NULL, host[sizeof x->host];
    int port, r = exchange_text(args, "url", &url, err);
    if (r == 0)
        r = rpa_http_url_host(url, host, sizeof host, &port, err);
    *ret_told = r == 0 && !strcmp(host, x->host) && port == x->port &&
                !strncasecmp(url, "https:", 6) == x->tls;
    free(url);
    return r;
}

int exchange_take(struct exchange *x, const cbor_item_t *args, const char *url,
                  struct rpa_err *err)
{
    int64_t timeout_ms;
    rpa_msg_copy(args, "method", x->method, sizeof x->method);
    bool told = false;
    int r = service_find(x, url, err);
    if (r == 0)
        r = check_told(x, args, &told, err);
    if (told)
        r = take_headers(x, args, err);
    if (r < 0)
        return r;
    if (rpa_msg_int(args, "timeout_ms", &timeout_ms))
        x->req.timeout_ms = (int)timeout_ms;
    if (told)
        x->req.body = rpa_msg_bytes(args, "body", &x->req.body_len);
    if (rpa_msg_get(args, "save") && !strcasecmp(x->method, "HEAD"))
        r = rpa_fail(err, RPA_EINVAL, "HEAD has no body that could be saved");
    else if (is_streamed(args) || rpa_msg_get(args, "save"))
        r = download_begin(x, err);
    else if (x->req.max_body > ANSWER_BYTES)
        x->req.max_body = ANSWER_BYTES;
    if (r < 0)
        return r;
    x->commit = fence_request_commits(x->d, x);
    return check_leaks(x, err);
}

/* ---- its rows ---- */

void exchange_put_hash(cbor_item_t *map, const char *key,
                       struct rpa_sha256 *hash)
{
    uint8_t sha256[32];
    cbor_item_t *sum = rpa_cbor_map();
    rpa_sha256_end(hash, sha256);
    rpa_msg_put_bytes(sum, "sha256", sha256, sizeof sha256);
    rpa_msg_put_item(map, key, sum);
}

static void put_body(cbor_item_t *map, const char *key, const void *data,
                     size_t len)
{
    struct rpa_sha256 hash;
    if (len && len <= ROW_BYTES)
        rpa_msg_put_bytes(map, key, data, len);
    if (len <= ROW_BYTES)
        return;
    rpa_sha256_init(&hash);
    rpa_sha256_add(&hash, data, len);
    exchange_put_hash(map, key, &hash);
}

/* what the law calls it: DPA 2018 s.62 */
static const char *verb_of(const struct exchange *x)
{
    if (x->commit)
        return !strcmp(x->method, "DELETE") ? "erasure" : "alteration";
    return rpa_msg_is(x->service, "verb", "consultation") ? "consultation"
                                                          : "collection";
}

struct row exchange_row(const struct exchange *x)
{
    struct row row = { .kind = x->commit ? "COMMIT" : "HTTP",
                       .verb = verb_of(x), .field = x->place,
                       .body = rpa_cbor_map() };
    rpa_msg_put_str(row.body, "method", x->method);
    rpa_msg_put_str(row.body, "url", x->url);
    rpa_msg_put_int(row.body, "bytes", (int64_t)x->req.body_len);
    if (!x->token)
        put_body(row.body, "body", x->req.body, x->req.body_len);
    return row;
}

/* where a look-up is to go on, or NULL; what files is not sent again */
static const char *next_of(const struct exchange *x,
                           const struct rpa_http_response *got)
{
    static const long codes[] = { 301, 302, 303, 307, 308 };
    bool asks = !strcmp(x->method, "GET") || !strcmp(x->method, "HEAD");
    for (size_t i = 0; asks && i < sizeof codes / sizeof *codes; i++)
        if (got->status == codes[i])
            return rpa_http_response_header(got, "Location");
    return NULL;
}

static cbor_item_t *outcome_body(const struct exchange *x,
                                 const struct rpa_http_response *got)
{
    size_t n;
    cbor_item_t *body = rpa_cbor_map();
    rpa_cbor_elements(x->tried, &n);
    rpa_msg_put_int(body, "ms", x->took_us / 1000);
    if (n)
        rpa_msg_put_item(body, "tried", cbor_incref(x->tried));
    if (!got)
        return body;
    rpa_msg_put_int(body, "http", got->status);
    if (x->token || next_of(x, got)) /* on the way to what the bot is answered */
        rpa_msg_put_bool(body, "step", true);
    rpa_msg_put_int(body, "bytes", (int64_t)(got->body_len + got->kept));
    if (!x->token)
        put_body(body, "body", got->body, got->body_len);
    if (got->kept)
        download_row(x->d, got->kept, body);
    return body;
}

/* An item's commit act has its outcome from the item's end: what was answered is
 * a row by itself. */
static int tell_answer(struct exchange *x, const struct ack *ack,
                       cbor_item_t *body, struct rpa_err *err)
{
    if (!x->commit)
        return act_outcome(x->d, ack, "done", body, err);
    struct row row = { .kind = "READ", .verb = "collection", .field = x->place,
                       .body = body };
    int r = act_note(x->d, &row, err);
    return r < 0 ? r
                 : act_outcome(x->d, ack, "pressed", rpa_cbor_map(), err);
}

/* ---- sending ---- */

static void mask_answer(struct exchange *x, struct rpa_http_response *got)
{
    struct rpa_buf body = { .data = got->body, .len = got->body_len };
    if (!x->token)
        mask_text(x->d, &body);
    got->body_len = body.len;
}

static void fill_in(struct exchange *x)
{
    x->req.method = x->method;
    x->req.url = x->url;
    x->req.headers = x->headers;
    x->req.nheaders = x->nheaders;
}

bool exchange_begin(struct exchange *x)
{
    fill_in(x);
    x->begun = rpa_http_begin(x->d->http, &x->req);
    return x->begun;
}

static int send_it(struct exchange *x, struct rpa_http_response *ret,
                   struct rpa_err *err)
{
    fill_in(x);
    if (exchange_late(x, 0))
        return rpa_fail(err, RPA_EEXPIRED, "the permission to send ran out; the "
                                           "request was not sent");
    int r = retry_do(x, ret, err);
    if (r == 0)
        mask_answer(x, ret);
    return r;
}

int exchange_ask(struct exchange *x, const struct ack *ack, const char *again,
                 struct rpa_http_response *ret, struct rpa_err *err)
{
    int64_t start_us =
        rpa_mono_us() - (x->begun ? rpa_http_took_us(x->begun) : 0);
    x->deadline_us = ack->deadline_us;
    if (!x->tried)
        x->tried = rpa_cbor_array();
    if (again)
        rpa_cbor_push(x->tried, rpa_cbor_strn(again, strlen(again)));
    int r = send_it(x, ret, err);
    x->took_us += rpa_mono_us() - start_us;
    return r;
}

int exchange_tell(struct exchange *x, const struct ack *ack, int r,
                  struct rpa_http_response *got, struct rpa_err *err)
{
    struct rpa_driver *d = x->d;
    struct rpa_err second;
    cbor_item_t *body = outcome_body(x, r < 0 ? NULL : got);
    size_t before; /* answers to earlier attempts: then something was sent */
    rpa_cbor_elements(x->tried, &before);
    if (r < 0) {
        bool unsent = !before && (r == -RPA_EEXPIRED || rpa_http_unsent(err));
        rpa_msg_put_str(body, "error", rpa_code_name(err->code));
        int told = act_outcome(d, ack, unsent ? "not pressed" : "failed", body,
                               &second);
        if (told < 0)
            *err = second;
        return told < 0 ? told : r;
    }
    r = tell_answer(x, ack, body, err);
    d->answered = x->commit ? 0 : ack->seq;
    if (x->commit) {
        d->committed = true;
        rpa_buf_clear(&d->shown);
    }
    if (got->status == 401)
        auth_refused(x);
    if (r < 0)
        rpa_http_response_clear(got);
    return r;
}

bool exchange_late(const struct exchange *x, int64_t wait_ms)
{
    return x->deadline_us && rpa_mono_us() + wait_ms * 1000 > x->deadline_us;
}

int exchange_do(struct exchange *x, struct rpa_http_response *ret,
                struct rpa_err *err)
{
    struct ack ack;
    if (x->commit && fence_check(x->d, NULL, NULL, NULL, err) < 0)
        return -(int)err->code;
    if (x->commit)
        act_before(x->d, NULL, NULL);
    struct row row = exchange_row(x);
    int r = act_intent(x->d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    r = exchange_ask(x, &ack, NULL, ret, err);
    return exchange_tell(x, &ack, r, ret, err);
}

/* ---- what the bot gets ---- */

/* a session's cookie stays with the session */
static bool is_shown(struct rpa_driver *d, const struct rpa_http_header *h)
{
    return strcasecmp(h->name, "Set-Cookie") != 0 &&
           !mask_finds(d, h->value, strlen(h->value));
}

static cbor_item_t *answer(struct rpa_driver *d,
                           const struct rpa_http_response *got)
{
    cbor_item_t *map = rpa_cbor_map(), *headers = rpa_cbor_map();
    for (size_t i = 0; i < got->nheaders; i++) {
        const struct rpa_http_header *h = &got->headers[i];
        if (!rpa_msg_get(headers, h->name) && is_shown(d, h))
            rpa_msg_put_strn(headers, h->name, h->value, strlen(h->value));
    }
    rpa_msg_put_int(map, "status", got->status);
    if (d->answered)
        rpa_msg_put_int(map, "row", d->answered);
    rpa_msg_put_item(map, "headers", headers);
    rpa_msg_put_int(map, "bytes", (int64_t)(got->body_len + got->kept));
    return map;
}

int exchange_next(const struct exchange *x, struct rpa_http_response *got,
                  char **ret_next, struct rpa_err *err)
{
    const char *next = next_of(x, got);
    if (!next)
        return 0;
    int r = rpa_http_url_follow(x->url, next, ret_next, err);
    rpa_http_response_clear(got);
    return r;
}

static int request(struct rpa_driver *d, const cbor_item_t *args,
                   const char *url, const char *secret,
                   struct rpa_http_response *ret, char **ret_next,
                   struct rpa_err *err)
{
    struct exchange x = { .d = d };
    int r = exchange_take(&x, args, url, err);
    if (r == 0)
        r = auth_add(&x, secret, err);
    if (r == 0)
        r = exchange_do(&x, ret, err);
    if (r == 0)
        r = exchange_next(&x, ret, ret_next, err);
    exchange_clear(&x);
    return r;
}

int exchange_follow(struct rpa_driver *d, const cbor_item_t *args, char *url,
                    struct rpa_http_response *ret, struct rpa_err *err)
{
    for (int hop = 0; hop < REDIRECTS_MAX; hop++) {
        char *next = NULL;
        int r = request(d, args, url, NULL, ret, &next, err);
        free(url);
        url = next;
        if (r < 0)
            return rpa_err_context(err, "redirected");
        if (!next)
            return 0;
    }
    free(url);
    return rpa_fail(err, RPA_EPROTO, "more than %d redirects", REDIRECTS_MAX);
}

int exchange_client(struct rpa_driver *d, struct rpa_err *err)
{
    if (d->http)
        return 0;
    char *authority = rpa_msg_dup(d->setup, "authority"),
         *proxy = rpa_msg_dup(d->setup, "proxy");
    int r = rpa_http_new(authority, proxy, &d->http, err);
    free(authority);
    free(proxy);
    return r;
}

/* A success is the answer to what was asked, and has a body. */
static int save(struct rpa_driver *d, const char *name,
                const struct rpa_http_response *got, bool redirected,
                struct rpa_err *err)
{
    if (redirected) {
        rpa_fail(err, RPA_EPROTO, "the look-up was redirected, and what that led to, "
                                  "which may be a page to sign on at, is not saved");
        return rpa_err_hint(err, "ask at the address that it is redirected to");
    }
    if (got->status == 204 || got->status == 205)
        return rpa_fail(err, RPA_EPROTO, "status %ld has no body to be saved",
                        got->status);
    return download_save(d, name, got->kept, err);
}

int exchange_give(struct rpa_driver *d, const cbor_item_t *args,
                  struct rpa_http_response *got, bool redirected,
                  cbor_item_t **ret, struct rpa_err *err)
{
    char name[65];
    bool saved = rpa_msg_copy(args, "save", name, sizeof name) &&
                 got->status >= 200 && got->status < 300;
    int r = saved ? save(d, name, got, redirected, err)
            : got->kept && !is_streamed(args) ? download_load(d, got, err)
                                                : 0;
    act_shown(d, got->body, got->body_len);
    if (r == 0)
        *ret = answer(d, got);
    if (r == 0)
        rpa_msg_put_bool(*ret, "redirected", redirected);
    if (r == 0 && is_streamed(args))
        download_keep(d, got->kept, *ret);
    else if (r == 0 && !saved)
        rpa_msg_put_bytes(*ret, "body", got->body, got->body_len);
    rpa_http_response_clear(got);
    return r;
}

int do_http_request(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct rpa_http_response got = { 0 };
    char *url = NULL, *next = NULL, secret[65];
    rpa_msg_copy(args, "secret", secret, sizeof secret);
    int r = exchange_client(d, err);
    if (r == 0)
        r = exchange_text(args, "url", &url, err);
    if (r == 0)
        r = request(d, args, url, secret, &got, &next, err);
    free(url);
    bool redirected = next;
    if (r == 0 && redirected)
        r = exchange_follow(d, args, next, &got, err);
    return r < 0 ? r : exchange_give(d, args, &got, redirected, ret, err);
}
