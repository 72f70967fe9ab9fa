/* Where a request goes: hosts and services of the manifest, networks of rpa.conf.
 * A service is known by its address, so a bot cannot leave its rules aside. */
#include "http.h"
#include "rpa/net/address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BODY_MAX (16 << 20)

/* ---- addresses ---- */

/* the host itself is an address: it was listed with it */
static bool is_literal(const struct exchange *x, const struct sockaddr *addr)
{
    char host[256];
    size_t len = strlen(x->host);
    bool v6 = x->host[0] == '[';
    snprintf(host, sizeof host, "%.*s", (int)(v6 ? len - 2 : len),
             x->host + v6);
    return rpa_address_is_network(host) && rpa_address_within(addr, host);
}

/* each file of rpa.conf that names the target's hosts must list it */
static bool is_listed(const struct rpa_driver *d, const struct sockaddr *addr)
{
    char network[64];
    size_t nfiles, n;
    cbor_item_t **files = rpa_msg_array(d->setup, "networks", &nfiles);
    for (size_t i = 0; i < nfiles; i++) {
        cbor_item_t **nets = rpa_cbor_elements(files[i], &n);
        bool found = false;
        for (size_t k = 0; k < n && !found; k++) {
            size_t len = 0;
            const char *text = rpa_cbor_text(nets[k], &len);
            snprintf(network, sizeof network, "%.*s", (int)len,
                     text ? text : "");
            found = rpa_address_within(addr, network);
        }
        if (!found)
            return false;
    }
    return nfiles > 0;
}

bool service_may_reach(void *ctx, const struct sockaddr *addr)
{
    const struct exchange *x = ctx;
    return rpa_address_is_public(addr) || is_literal(x, addr) ||
           is_listed(x->d, addr);
}

/* ---- paths ---- */

/* a segment that stays one whatever the server makes of it */
static bool is_segment(const char *s, size_t len)
{
    static const char *const odd[] = { "%2f", "%2F", "%5c", "%5C", "%2e",
                                       "%2E", "%00", "..",  ";",   "\\" };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (memmem(s, len, odd[i], strlen(odd[i])))
            return false;
    return len > 0 && !(len == 1 && *s == '.');
}

bool service_path_fits(const char *template, const char *path)
{
    for (;;) {
        size_t want = strcspn(template, "/"), got = strcspn(path, "/");
        bool hole = want > 2 && template[0] == '{' && template[want - 1] == '}';
        if (hole ? !is_segment(path, got)
                 : want != got || memcmp(template, path, want) != 0)
            return false;
        if (template[want] != path[got])
            return false;
        if (!template[want])
            return true;
        template += want + 1;
        path += got + 1;
    }
}

/* ---- hosts and services ---- */

/* "HOST", "HOST:PORT", either with https:// or http:// before it */
static bool covers(const struct exchange *x, const char *entry, bool *ret_plain)
{
    char both[300];
    *ret_plain = !strncmp(entry, "http://", 7);
    entry += *ret_plain ? 7 : !strncmp(entry, "https://", 8) ? 8 : 0;
    snprintf(both, sizeof both, "%s:%d", x->host, x->port);
    return !strcmp(entry, both) ||
           (!strcmp(entry, x->host) && (x->port == 80 || x->port == 443));
}

static int not_allowed(const struct exchange *x, bool plain, struct rpa_err *err)
{
    if (plain) {
        rpa_fail(err, RPA_EPERM, "%s:%d is called without TLS, which the manifest "
                                 "does not allow",
                 x->host, x->port);
        return rpa_err_hint(err, "call https://, or list http://%s:%d", x->host,
                            x->port);
    }
    rpa_fail(err, RPA_EPERM, "the host %s:%d is not this bot's to call", x->host,
             x->port);
    return rpa_err_hint(err, "list it in the manifest's http, or give --allow "
                             "host=%s:%d",
                        x->host, x->port);
}

/* what is sent in the clear must not leave this machine, unless it is said; a
 * name is whoever answers to it */
static bool stays_here(const struct exchange *x)
{
    struct in_addr four;
    return !strcmp(x->host, "[::1]") ||
           (inet_pton(AF_INET, x->host, &four) == 1 &&
            ntohl(four.s_addr) >> 24 == 127);
}

static int check_hosts(const struct exchange *x, struct rpa_err *err)
{
    char entry[300];
    size_t n;
    cbor_item_t **hosts = rpa_msg_array(x->d->setup, "http", &n);
    bool plain, known = false;
    for (size_t i = 0; i < n; i++) {
        size_t len = 0;
        const char *text = rpa_cbor_text(hosts[i], &len);
        snprintf(entry, sizeof entry, "%.*s", (int)len, text ? text : "");
        if (!covers(x, entry, &plain))
            continue;
        if (x->tls || plain || stays_here(x))
            return 0;
        known = true;
    }
    return not_allowed(x, known, err);
}

const char *service_path_at(const struct exchange *x, const char *address)
{
    char host[sizeof x->host];
    int port;
    if (rpa_http_url_host(address, host, sizeof host, &port, NULL) < 0 ||
        strcmp(host, x->host) != 0 || port != x->port ||
        !strncasecmp(address, "https:", 6) != x->tls)
        return NULL;
    address = strstr(address, "://") + 3;
    address += strcspn(address, "/");
    return *address ? address : "/";
}

/* does the request go to where the service's address begins? */
static bool is_of(const struct exchange *x, const char *address)
{
    const char *path = service_path_at(x, address);
    size_t len = path ? strlen(path) : 0;
    return path && !strncmp(x->path, path, len) &&
           (path[len - 1] == '/' || !x->path[len] || x->path[len] == '/');
}

static void find_service(struct exchange *x)
{
    char address[HTTP_URL];
    size_t n, longest = 0;
    struct cbor_pair *all = rpa_cbor_pairs(rpa_msg_get(x->d->setup, "services"),
                                           &n);
    for (size_t i = 0; i < n; i++) {
        size_t len = 0;
        const char *name = rpa_cbor_text(all[i].key, &len);
        if (name && len < sizeof x->service_name &&
            rpa_msg_copy(all[i].value, "url", address, sizeof address) &&
            is_of(x, address) && strlen(address) > longest) {
            longest = strlen(address);
            x->service = all[i].value;
            snprintf(x->service_name, sizeof x->service_name, "%.*s", (int)len,
                     name);
        }
    }
}

/* ---- what is said of it ---- */

static int number(const cbor_item_t *map, const char *key, int otherwise)
{
    int64_t n = otherwise;
    rpa_msg_int(map, key, &n);
    return (int)n;
}

static void take_limits(struct exchange *x)
{
    x->req.timeout_ms = number(x->service, "timeout_ms", 30000);
    x->req.connect_ms = number(x->service, "connect_ms", 10000);
    x->req.first_byte_ms = number(x->service, "first_byte_ms", 0);
    x->req.max_body = (size_t)number(x->service, "max_bytes", BODY_MAX);
    x->req.may_reach = service_may_reach;
    x->req.ctx = x;
}

/* What identifies a person may stand in a path: only a template is plain. */
static void take_place(struct exchange *x)
{
    char template[128];
    size_t n;
    cbor_item_t **paths = rpa_msg_array(x->service, "paths", &n);
    snprintf(x->place, sizeof x->place, "%.120s", x->host);
    for (size_t i = 0; i < n; i++) {
        size_t len = 0;
        const char *text = rpa_cbor_text(paths[i], &len);
        snprintf(template, sizeof template, "%.*s", (int)len, text ? text : "");
        if (service_path_fits(template, x->path) &&
            strlen(x->host) + len < sizeof x->place) {
            snprintf(x->place, sizeof x->place, "%s%s", x->host, template);
            x->req.name = x->place;
            return;
        }
    }
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* What needs no escape in a path has none, so that each has one spelling for our
 * rules (RFC 3986, 6.2.2.2). */
static void unescape(char *url)
{
    char *to = url;
    const char *query = url + strcspn(url, "?");
    for (const char *s = url; *s; s++) {
        bool escape = s < query && *s == '%' && isxdigit((unsigned char)s[1]) &&
                      isxdigit((unsigned char)s[2]);
        int c = escape ? hex_digit(s[1]) * 16 + hex_digit(s[2]) : 0;
        bool plain = c < 0x80 && (isalnum(c) || (c && strchr("-._~", c)));
        *to++ = plain ? (char)c : *s;
        s += plain ? 2 : 0;
    }
    *to = '\0';
}

/* Some servers take what stands behind ';' off a segment, and then climb; what
 * stands behind '#' is never sent, and may be what the bot meant to ask. */
static int check_url(const char *url, struct rpa_err *err)
{
    const char *path = url + strcspn(url, "/?#");
    size_t len = strcspn(path, "?#");
    if (strchr(url, '#'))
        return rpa_fail(err, RPA_EINVAL, "a URL with a '#', behind which nothing "
                                         "is sent");
    if (memmem(path, len, "/.;", 3) || memmem(path, len, "/..;", 4))
        return rpa_fail(err, RPA_EINVAL, "a URL with '/.;' or '/..;' in its path");
    return 0;
}

/* the one spelling of @url: without dots that climb, too, which a server would
 * follow */
static int normalize(const char *url, char **ret, struct rpa_err *err)
{
    char *plain = strdup(url);
    if (!plain)
        return rpa_fail(err, RPA_ENOMEM, "no memory for a URL");
    unescape(plain + strcspn(plain, "/"));
    int r = check_url(plain, err);
    if (r == 0)
        r = rpa_http_url_follow(plain, plain, ret, err);
    free(plain);
    return r;
}

int service_find(struct exchange *x, const char *url, struct rpa_err *err)
{
    int r = rpa_http_url_host(url, x->host, sizeof x->host, &x->port, err);
    if (r == 0)
        r = normalize(url, &x->url, err);
    if (r < 0)
        return r;
    const char *at = strstr(x->url, "://") + 3;
    at += strcspn(at, "/?#");
    size_t len = strcspn(at, "?#");
    if (len >= sizeof x->path)
        return rpa_fail(err, RPA_EINVAL, "a URL of more than %d bytes",
                        HTTP_URL - 1);
    snprintf(x->path, sizeof x->path, "%.*s", len ? (int)len : 1,
             len ? at : "/");
    x->tls = !strncmp(x->url, "https:", 6);
    find_service(x);
    take_limits(x);
    take_place(x);
    /* a token's address is the manifest's word, too */
    return x->service || x->token ? 0 : check_hosts(x, err);
}
