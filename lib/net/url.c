#include "priv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One part of a URL; NULL when it has none */
static char *part(CURLU *u, CURLUPart what, unsigned flags)
{
    char *text = NULL;
    return curl_url_get(u, what, &text, flags) ? NULL : text;
}

static bool has_part(CURLU *u, CURLUPart what)
{
    char *text = part(u, what, 0);
    curl_free(text);
    return text;
}

/* Spaces and controls would change the request line; other alphabets look
 * alike on an allow-list (their ASCII form, xn--, is fine) */
static bool plain(const char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text >= 0x7f)
            return false;
    return true;
}

static int check_parts(CURLU *u, struct rpa_err *err)
{
    char *scheme = part(u, CURLUPART_SCHEME, 0);
    bool web = scheme && (!strcmp(scheme, "http") || !strcmp(scheme, "https"));
    curl_free(scheme);
    if (!web)
        return rpa_fail(err, RPA_EINVAL,
                        "a URL that is neither http nor https");
    if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD)) {
        rpa_fail(err, RPA_EINVAL, "a URL with a user name or password in it");
        return rpa_err_hint(err, "use a secret; a URL ends up in logs");
    }
    return 0;
}

/* As on an allow-list: lower case, no last dot */
static int canonical_host(struct url *url, struct rpa_err *err)
{
    char *host = part(url->parts, CURLUPART_HOST, 0);
    size_t len = host ? strlen(host) : 0;
    if (len && host[len - 1] == '.')
        len--;
    int r = 0;
    if (!len || len >= sizeof url->host || !plain(host)) {
        r = rpa_fail(err, RPA_EINVAL, "a URL without a proper host name");
    } else {
        for (size_t i = 0; i < len; i++)
            url->host[i] = (char)tolower((unsigned char)host[i]);
        url->host[len] = '\0';
    }
    curl_free(host);
    return r;
}

static int take_apart(struct url *url, const char *text, struct rpa_err *err)
{
    if (!plain(text))
        return rpa_fail(err, RPA_EINVAL,
                        "a URL with a blank, control or non-ASCII character");
    CURLUcode uc =
        curl_url_set(url->parts, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);
    if (uc)
        return rpa_fail(err, RPA_EINVAL, "not a URL: %s",
                        curl_url_strerror(uc));
    int r = check_parts(url->parts, err);
    if (r == 0)
        r = canonical_host(url, err);
    if (r < 0)
        return r;
    char *port = part(url->parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    url->port = port ? atoi(port) : 0;
    snprintf(url->name, sizeof url->name, "%s:%d", url->host, url->port);
    curl_free(port);
    return 0;
}

int url_init(struct url *ret, const char *text, struct rpa_err *err)
{
    struct url url = { .parts = curl_url() };
    if (!url.parts)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a URL");
    int r = take_apart(&url, text, err);
    if (r < 0)
        url_clear(&url);
    else
        *ret = url;
    return r;
}

void url_clear(struct url *url)
{
    curl_url_cleanup(url->parts);
    url->parts = NULL;
}

int rpa_http_url_host(const char *url, char ret_host[], size_t size,
                      int *ret_port, struct rpa_err *err)
{
    struct url u;
    int r = url_init(&u, url, err);
    if (r < 0)
        return r;
    if (strlen(u.host) >= size) {
        r = rpa_fail(err, RPA_EINVAL, "a host name of more than %zu bytes",
                     size ? size - 1 : 0);
    } else {
        strcpy(ret_host, u.host);
        *ret_port = u.port;
    }
    url_clear(&u);
    return r;
}

int rpa_http_url_follow(const char *url, const char *location, char **ret,
                        struct rpa_err *err)
{
    char *whole = NULL;
    CURLU *u = curl_url();
    if (!u)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a URL");
    bool good = plain(location) && !curl_url_set(u, CURLUPART_URL, url, 0) &&
                !curl_url_set(u, CURLUPART_URL, location, 0) &&
                !curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0) &&
                !curl_url_get(u, CURLUPART_URL, &whole, 0);
    char *copy = good ? strdup(whole) : NULL;
    struct url leads;
    good = good && (!copy || url_init(&leads, copy, NULL) == 0);
    int r = good && copy ? 0
            : good       ? rpa_fail(err, RPA_ENOMEM, "no memory for a URL")
                         : rpa_fail(err, RPA_EPROTO, "a redirect to no URL");
    if (good && copy)
        url_clear(&leads);
    if (r == 0)
        *ret = copy;
    else
        free(copy);
    curl_free(whole);
    curl_url_cleanup(u);
    return r;
}
