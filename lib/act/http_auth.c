/* Who we say we are: credentials come from the supervisor, stay in the driver and
 * are wiped; a bot sees none of them. */
#include "http.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MARGIN_S 30 /* a token is not used to its last second */
#define LIFE_MAX_S 86400

static int no_memory(struct rpa_err *err)
{
    return rpa_fail(err, RPA_ENOMEM, "no memory for credentials");
}

/* ---- from the store ---- */

static int fetch(struct exchange *x, const char *name, const char *address,
                 cbor_item_t **ret, struct rpa_err *err)
{
    const cbor_item_t *bound =
        rpa_msg_get(rpa_msg_get(x->d->setup, "secrets"), name);
    if (!bound || !rpa_msg_is(bound, "url", address)) {
        rpa_fail(err, RPA_ESECRET,
                 "the secret '%s' is not bound to this address", name);
        return rpa_err_hint(err, "a secret is bound in the manifest to one "
                                 "url");
    }
    int r = act_fetch_secret(x->d, name, NULL, x->host, ret, err);
    if (r < 0)
        return r;
    size_t len = 0;
    const char *value = rpa_cbor_any_bytes(*ret, &len);
    return mask_remember(x->d, value ? value : "", len, err);
}

static void wipe(cbor_item_t **value)
{
    size_t len = 0;
    char *bytes = (char *)rpa_cbor_any_bytes(*value, &len);
    if (bytes)
        explicit_bzero(bytes, len);
    rpa_msg_free(value);
}

static void wipe_buf(struct rpa_buf *buf)
{
    if (buf->data)
        explicit_bzero(buf->data, buf->len);
    rpa_buf_clear(buf);
}

/* ---- the header ---- */

/* RFC 4648, 4 */
static void add_base64(struct rpa_buf *out, const char *data, size_t len)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                                  "uvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (i + k < len ? (unsigned char)data[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            rpa_buf_putc(out, i + k > len ? '='
                                          : letters[bits >> (18 - 6 * k) & 63]);
    }
}

static int set_header(struct exchange *x, const char *scheme, const char *value,
                      size_t len, struct rpa_err *err)
{
    struct rpa_buf *out = &x->authorization;
    wipe_buf(out);
    rpa_buf_puts(out, scheme);
    rpa_buf_add(out, value, len);
    if (out->failed)
        return no_memory(err);
    if (memchr(value, 0, len))
        return rpa_fail(err, RPA_EINVAL, "the secret cannot stand in a header");
    x->req.authorization = out->data;
    return 0;
}

/* Basic, RFC 7617; what it looks like in the header is secret as well */
static int set_basic(struct exchange *x, const char *user, const char *password,
                     size_t len, struct rpa_err *err)
{
    struct rpa_buf both = { 0 }, coded = { 0 };
    rpa_buf_puts(&both, user);
    rpa_buf_putc(&both, ':');
    rpa_buf_add(&both, password, len);
    add_base64(&coded, both.data, both.len);
    int r = both.failed || coded.failed ? no_memory(err) : 0;
    if (r == 0)
        r = mask_remember(x->d, coded.data, coded.len, err);
    if (r == 0)
        r = set_header(x, "Basic ", coded.data, coded.len, err);
    wipe_buf(&both);
    wipe_buf(&coded);
    return r;
}

/* of @user, of a header of its own, or a bearer's */
static int add_secret(struct exchange *x, const char *name, const char *address,
                      const char *user, struct rpa_err *err)
{
    cbor_item_t *value = NULL;
    size_t len = 0;
    int r = fetch(x, name, address, &value, err);
    const char *bytes = r == 0 ? rpa_cbor_any_bytes(value, &len) : NULL;
    if (r == 0 && user)
        r = set_basic(x, user, bytes, len, err);
    else if (r == 0)
        r = set_header(x, x->req.authorization_name ? "" : "Bearer ",
                       bytes ? bytes : "", len, err);
    wipe(&value);
    return r;
}

/* ---- OAuth 2: client credentials (RFC 6749, 4.4) ---- */

static struct token *token_of(struct exchange *x)
{
    for (size_t i = 0; i < TOKENS_MAX; i++)
        if (!strcmp(x->d->tokens[i].service, x->service_name))
            return &x->d->tokens[i];
    return NULL;
}

static void token_drop(struct token *t)
{
    rpa_secret_free(t->value);
    *t = (struct token){ 0 };
}

/* until when; a service that does not say how long refuses it (401) in time */
static int64_t ends_us(const json_t *life)
{
    if (!json_is_number(life))
        return INT64_MAX;
    double life_s = json_number_value(life) - MARGIN_S;
    life_s = life_s < 0 ? 0 : life_s > LIFE_MAX_S ? LIFE_MAX_S : life_s;
    return rpa_mono_us() + (int64_t)(life_s * 1e6);
}

/* of visible characters (RFC 6749, A.12) */
static bool is_token(const json_t *value)
{
    size_t len = json_string_length(value), i = 0;
    const char *text = json_string_value(value);
    while (i < len && text[i] >= ' ' && text[i] <= '~')
        i++;
    return len && i == len;
}

/* one of a kind that is not known is not used (RFC 6749, 7.1) */
static bool is_bearer(const json_t *type)
{
    return !type ||
           (json_is_string(type) && !strcasecmp(json_string_value(type), "Bearer"));
}

static int keep_token(struct exchange *x, const json_t *answer,
                      struct rpa_err *err)
{
    const json_t *value = json_object_get(answer, "access_token");
    struct token *t = x->d->tokens;
    if (!is_token(value))
        return rpa_fail(err, RPA_EPROTO, "the token service gave no token");
    if (!is_bearer(json_object_get(answer, "token_type")))
        return rpa_fail(err, RPA_EPROTO, "the token service gave a token that is no "
                                         "bearer's (token_type)");
    for (size_t i = 1; i < TOKENS_MAX; i++) /* a free one, else the oldest */
        if (x->d->tokens[i].until_us < t->until_us)
            t = &x->d->tokens[i];
    token_drop(t);
    int r = rpa_secret_new(json_string_value(value), json_string_length(value),
                           &t->value, err);
    if (r < 0)
        return r;
    snprintf(t->service, sizeof t->service, "%s", x->service_name);
    t->until_us = ends_us(json_object_get(answer, "expires_in"));
    return 0;
}

static int read_token(struct exchange *x, const struct rpa_http_response *got,
                      struct rpa_err *err)
{
    if (got->status != 200)
        return rpa_fail(err, RPA_EHTTP,
                        "the token service of '%s' answered with status %ld",
                        x->service_name, got->status);
    json_t *answer = json_loadb(got->body, got->body_len, JSON_REJECT_DUPLICATES,
                                NULL);
    int r = keep_token(x, answer, err);
    json_decref(answer);
    return r;
}

static void add_form(struct rpa_buf *out, const char *name, const char *value)
{
    rpa_buf_printf(out, "%s%s=", out->len ? "&" : "", name);
    for (; *value; value++)
        if (strchr("-._~", *value) || (*value >= '0' && *value <= '9') ||
            (*value >= 'A' && *value <= 'Z') || (*value >= 'a' && *value <= 'z'))
            rpa_buf_putc(out, *value);
        else
            rpa_buf_printf(out, "%%%02X", (unsigned char)*value);
}

static int get_token(struct exchange *x, const char *secret, const char *user,
                     struct rpa_err *err)
{
    struct exchange ask = { .d = x->d, .method = "POST", .token = true };
    struct rpa_http_response got = { 0 };
    struct rpa_buf form = { 0 };
    char url[HTTP_URL], scope[256];
    rpa_msg_copy(x->service, "token_url", url, sizeof url);
    add_form(&form, "grant_type", "client_credentials");
    if (rpa_msg_copy(x->service, "scope", scope, sizeof scope))
        add_form(&form, "scope", scope);
    int r = form.failed ? no_memory(err) : service_find(&ask, url, err);
    if (r == 0)
        r = add_secret(&ask, secret, url, user, err);
    if (r == 0) {
        ask.headers[ask.nheaders++] = (struct rpa_http_header){
            strdup("Content-Type"), strdup("application/x-www-form-urlencoded")
        };
        ask.req.body = form.data;
        ask.req.body_len = form.len;
        r = exchange_do(&ask, &got, err);
    }
    if (r == 0)
        r = read_token(x, &got, err);
    if (got.body)
        explicit_bzero(got.body, got.body_len);
    rpa_http_response_clear(&got);
    rpa_buf_clear(&form);
    exchange_clear(&ask);
    return r;
}

static int add_token(struct exchange *x, const char *secret, const char *user,
                     struct rpa_err *err)
{
    size_t len;
    struct token *t = token_of(x);
    if (!t || t->until_us <= rpa_mono_us()) {
        if (t)
            token_drop(t);
        x->renewed = true;
        int r = get_token(x, secret, user, err);
        if (r < 0)
            return rpa_err_context(err, "asking for a token");
        t = token_of(x);
    }
    const char *value = rpa_secret_bytes(t->value, &len);
    return set_header(x, "Bearer ", value, len, err);
}

void auth_refused(struct exchange *x)
{
    struct token *t = x->service ? token_of(x) : NULL;
    if (t)
        token_drop(t);
}

bool auth_share(struct exchange *x, const struct exchange *other)
{
    if (!other->known || rpa_msg_is(x->service, "auth", "oauth2"))
        return false;
    x->req.authorization = other->req.authorization;
    x->req.authorization_name = other->req.authorization_name;
    x->req.cert = other->req.cert;
    x->req.cert_len = other->req.cert_len;
    x->req.cert_password = other->req.cert_password;
    x->known = true;
    return true;
}

void auth_clear(struct rpa_driver *d)
{
    for (size_t i = 0; i < TOKENS_MAX; i++)
        token_drop(&d->tokens[i]);
}

/* ---- mutual TLS ---- */

static int add_certificate(struct exchange *x, struct rpa_err *err)
{
    char address[HTTP_URL], name[65];
    size_t len = 0;
    rpa_msg_copy(x->service, "url", address, sizeof address);
    if (!rpa_msg_copy(x->service, "certificate", name, sizeof name))
        return 0;
    int r = fetch(x, name, address, &x->cert, err);
    if (r < 0)
        return r;
    x->req.cert = rpa_cbor_any_bytes(x->cert, &x->req.cert_len);
    if (!rpa_msg_copy(x->service, "certificate_password", name, sizeof name))
        return 0;
    r = fetch(x, name, address, &x->cert_password, err);
    if (r < 0)
        return r;
    const char *password = rpa_cbor_any_bytes(x->cert_password, &len);
    x->password = strndup(password ? password : "", len);
    x->req.cert_password = x->password;
    return x->password ? 0 : no_memory(err);
}

/* ---- all of it ---- */

/* the header, of what the service says */
static int add_authorization(struct exchange *x, struct rpa_err *err)
{
    char address[HTTP_URL], secret[65], user[256];
    rpa_msg_copy(x->service, "url", address, sizeof address);
    rpa_msg_copy(x->service, "secret", secret, sizeof secret);
    rpa_msg_copy(x->service, "user", user, sizeof user);
    if (rpa_msg_is(x->service, "auth", "header")) {
        if (!rpa_msg_copy(x->service, "header", x->header, sizeof x->header))
            strcpy(x->header, "X-Api-Key");
        x->req.authorization_name = x->header;
        return add_secret(x, secret, address, NULL, err);
    }
    if (rpa_msg_is(x->service, "auth", "basic"))
        return add_secret(x, secret, address, user, err);
    if (rpa_msg_is(x->service, "auth", "bearer"))
        return add_secret(x, secret, address, NULL, err);
    if (rpa_msg_is(x->service, "auth", "oauth2"))
        return add_token(x, secret, user, err);
    return 0;
}

int auth_add(struct exchange *x, const char *name, struct rpa_err *err)
{
    if (name && *name)
        return add_secret(x, name, x->url, NULL, err);
    int r = add_certificate(x, err);
    if (r == 0)
        r = add_authorization(x, err);
    x->known = r == 0;
    return r;
}

/* RFC 6750, 3.1: what was refused for its token was not done */
bool auth_renew(struct exchange *x)
{
    struct rpa_err ignored;
    if (x->renewed || x->token || !rpa_msg_is(x->service, "auth", "oauth2"))
        return false;
    auth_refused(x);
    return add_authorization(x, &ignored) == 0;
}

void exchange_clear(struct exchange *x)
{
    rpa_http_drop(x->begun);
    wipe_buf(&x->authorization);
    wipe(&x->cert);
    wipe(&x->cert_password);
    rpa_msg_free(&x->tried);
    if (x->password)
        explicit_bzero(x->password, strlen(x->password));
    free(x->password);
    for (size_t i = 0; i < x->nheaders; i++) {
        free((char *)x->headers[i].name);
        free((char *)x->headers[i].value);
    }
    free(x->url);
}
