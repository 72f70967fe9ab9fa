/* One HTTP exchange, behind the same audit and the same fence as a key. */
#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX (8 << 20)
#define HEADERS_MAX 64

struct exchange {
    char method[17];
    char *url;
    char host[256];
    int port;
    char path[512];
    struct rpa_http_header headers[HEADERS_MAX];
    size_t nheaders;
    struct rpa_http_request req;
    cbor_item_t *secret;
};

static void clear(struct exchange *x)
{
    size_t len;
    char *value = (char *)rpa_cbor_any_bytes(x->secret, &len);
    if (value)
        explicit_bzero(value, len);
    rpa_msg_free(&x->secret);
    for (size_t i = 0; i < x->nheaders; i++) {
        free((char *)x->headers[i].name);
        free((char *)x->headers[i].value);
    }
    if (x->req.bearer)
        explicit_bzero((char *)x->req.bearer, strlen(x->req.bearer));
    free((char *)x->req.bearer);
    free(x->url);
}

static int allowed(const struct rpa_driver *d, const struct exchange *x,
                   struct rpa_err *err)
{
    char one[300], both[300];
    size_t n, len;
    cbor_item_t **hosts = rpa_msg_array(d->setup, "http", &n);
    snprintf(one, sizeof one, "%s", x->host);
    snprintf(both, sizeof both, "%s:%d", x->host, x->port);
    for (size_t i = 0; i < n; i++) {
        const char *host = rpa_cbor_text(hosts[i], &len);
        if (host && ((len == strlen(both) && !memcmp(host, both, len)) ||
                     (len == strlen(one) && !memcmp(host, one, len) &&
                      (x->port == 80 || x->port == 443))))
            return 0;
    }
    rpa_fail(err, RPA_EPERM, "the host %s is not this bot's to call", both);
    return rpa_err_hint(err, "list it in the manifest's http, or give --allow "
                             "host=%s",
                        both);
}

/* a copy; a missing one is as wrong as one that is no text */
static int take_text(const cbor_item_t *map, const char *key, char **ret,
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
    for (size_t i = 0; i < n && i < HEADERS_MAX; i++) {
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
        int r = take_text(map, key, &value, err);
        if (r < 0)
            return rpa_err_context(err, "header");
        struct rpa_http_header *h = &x->headers[x->nheaders++];
        *h = (struct rpa_http_header){ strdup(key), value };
        if (!h->name)
            return rpa_fail(err, RPA_ENOMEM, "no memory");
    }
    return 0;
}

/* the path without its query, for the fence and the audit */
static void take_path(struct exchange *x)
{
    const char *at = strstr(x->url, "://");
    at = at ? at + 3 + strcspn(at + 3, "/?#") : "";
    size_t len = strcspn(at, "?#");
    snprintf(x->path, sizeof x->path, "%.*s", len ? (int)len : 1,
             len ? at : "/");
}

static int take_secret(struct rpa_driver *d, struct exchange *x,
                       const cbor_item_t *args, struct rpa_err *err)
{
    char name[65];
    if (!rpa_msg_copy(args, "secret", name, sizeof name))
        return 0;
    const cbor_item_t *bound = rpa_msg_get(rpa_msg_get(d->setup, "secrets"),
                                           name);
    if (!bound || !rpa_msg_is(bound, "url", x->url)) {
        rpa_fail(err, RPA_ESECRET,
                 "the secret '%s' is not bound to this address", name);
        return rpa_err_hint(err, "a secret is bound in the manifest to one "
                                 "url");
    }
    int r = act_fetch_secret(d, name, NULL, x->host, &x->secret, err);
    if (r < 0)
        return r;
    size_t len;
    const char *value = rpa_cbor_any_bytes(x->secret, &len);
    x->req.bearer = value ? strndup(value, len) : NULL;
    if (value && !x->req.bearer)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a secret");
    return mask_remember(d, value ? value : "", len, err);
}

static int take(struct rpa_driver *d, struct exchange *x,
                const cbor_item_t *args, struct rpa_err *err)
{
    size_t len = 0;
    int64_t timeout_ms = 30000;
    rpa_msg_copy(args, "method", x->method, sizeof x->method);
    rpa_msg_int(args, "timeout_ms", &timeout_ms);
    int r = take_text(args, "url", &x->url, err);
    if (r == 0)
        r = rpa_http_url_host(x->url, x->host, sizeof x->host, &x->port, err);
    if (r == 0)
        r = allowed(d, x, err);
    if (r == 0)
        r = take_headers(x, args, err);
    if (r < 0)
        return r;
    take_path(x);
    x->req = (struct rpa_http_request){
        .method = x->method, .url = x->url, .headers = x->headers,
        .nheaders = x->nheaders, .timeout_ms = (int)timeout_ms,
        .max_body = BODY_MAX,
    };
    x->req.body = rpa_msg_bytes(args, "body", &len);
    x->req.body_len = len;
    bool leaks = mask_finds(d, x->url, strlen(x->url)) ||
                 mask_finds(d, x->req.body, x->req.body_len);
    for (size_t i = 0; i < x->nheaders; i++)
        leaks = leaks || mask_finds(d, x->headers[i].value,
                                    strlen(x->headers[i].value));
    if (leaks)
        return mask_betrayed(d, err);
    return take_secret(d, x, args, err);
}

static cbor_item_t *answer(struct rpa_driver *d,
                           struct rpa_http_response *response)
{
    cbor_item_t *map = rpa_cbor_map(), *headers = rpa_cbor_map();
    struct rpa_buf body = { 0 };
    rpa_buf_add(&body, response->body, response->body_len);
    mask_text(d, &body);
    for (size_t i = 0; i < response->nheaders; i++) {
        const struct rpa_http_header *h = &response->headers[i];
        if (!rpa_msg_get(headers, h->name) &&
            !mask_finds(d, h->value, strlen(h->value)))
            rpa_msg_put_strn(headers, h->name, h->value, strlen(h->value));
    }
    rpa_msg_put_int(map, "status", response->status);
    rpa_msg_put_item(map, "headers", headers);
    rpa_msg_put_bytes(map, "body", body.failed ? NULL : body.data, body.len);
    rpa_buf_clear(&body);
    return map;
}

static int exchange(struct rpa_driver *d, struct exchange *x,
                    cbor_item_t **ret, struct rpa_err *err)
{
    bool commit = fence_request_commits(d, x->method, x->path);
    struct rpa_http_response response;
    struct rpa_err second;
    struct ack ack;
    if (commit && fence_check(d, err) < 0)
        return -(int)err->code;
    if (commit)
        act_before(d, NULL);
    struct row row = { .kind = commit ? "COMMIT" : "HTTP",
                       .verb = commit ? "alteration" : "collection",
                       .field = x->host, .body = rpa_cbor_map() };
    rpa_msg_put_str(row.body, "method", x->method);
    rpa_msg_put_str(row.body, "url", x->url);
    rpa_msg_put_int(row.body, "bytes", (int64_t)x->req.body_len);
    int r = act_intent(d, &row, 1, &ack, err);
    if (r < 0)
        return r;
    if (ack.deadline_us && rpa_mono_us() > ack.deadline_us)
        r = rpa_fail(err, RPA_EEXPIRED, "the permission to send ran out; the "
                                        "request was not sent");
    else
        r = rpa_http_do(d->http, &x->req, &response, err);
    cbor_item_t *body = rpa_cbor_map();
    if (r < 0) {
        bool unsent = r == -RPA_EEXPIRED || rpa_http_unsent(err);
        rpa_msg_put_str(body, "error", rpa_code_name(err->code));
        act_outcome(d, &ack, unsent ? "not pressed" : "failed", body, &second);
        return r;
    }
    rpa_msg_put_int(body, "http", response.status);
    rpa_msg_put_int(body, "bytes", (int64_t)response.body_len);
    r = act_outcome(d, &ack, commit ? "pressed" : "done", body, err);
    if (commit) {
        d->committed = true;
        rpa_buf_clear(&d->shown);
    }
    act_shown(d, response.body, response.body_len);
    if (r == 0)
        *ret = answer(d, &response);
    rpa_http_response_clear(&response);
    return r;
}

int do_http_request(struct rpa_driver *d, const cbor_item_t *args,
                    cbor_item_t **ret, struct rpa_err *err)
{
    struct exchange x = { 0 };
    int r = d->http ? 0 : rpa_http_new(NULL, NULL, &d->http, err);
    if (r == 0)
        r = take(d, &x, args, err);
    if (r == 0)
        r = exchange(d, &x, ret, err);
    clear(&x);
    return r;
}
