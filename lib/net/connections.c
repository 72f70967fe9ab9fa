/* The connections that stay open between requests, and which answer on one of them an
 * answer is: libcurl 7.88 takes whatever comes for that to the request it has sent. */
#include "priv.h"
#include "rpa/base/time.h"

#include <poll.h>
#include <strings.h>
#include <unistd.h>

enum {
    POLL_MS = 20, /* for what 7.88 forgets to wake for */
    END_MS = 2000,  /* for a server that closes without having said so */
    KEPT_MAX = 8,
};

/* It flies no more. */
static void land(struct connections *c, struct transfer *t, CURLcode cc)
{
    long made = 0;
    struct transfer **at = &c->flying;
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    c->nflying--;
    curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &made);
    curl_easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET, &t->socket);
    curl_multi_remove_handle(c->multi, t->easy);
    t->nth = c->nth = made ? 1 : c->nth + 1;
    c->kept = c->kept || (t->keeps && connections_nth(t));
    t->ended = true;
    t->ended_us = rpa_mono_us();
    t->cc = cc;
}

void connections_close(struct connections *c)
{
    while (c->flying)
        land(c, c->flying, CURLE_ABORTED_BY_CALLBACK);
    curl_multi_cleanup(c->multi);
    *c = (struct connections){ 0 };
}

bool connections_renew(struct connections *c)
{
    connections_close(c);
    c->multi = curl_multi_init();
    return c->multi &&
           !curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_MAX);
}

/* A slot with @from in it gets @to. */
static bool change(struct connections *c, curl_socket_t from, curl_socket_t to)
{
    for (size_t i = 0; i < sizeof c->open / sizeof *c->open; i++)
        if (c->open[i] == from) {
            c->open[i] = to;
            return true;
        }
    return false;
}

curl_socket_t connections_socket(struct connections *c, const struct curl_sockaddr *to)
{
    int fd = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    if (fd < 0 || change(c, 0, fd))
        return fd;
    close(fd);
    return CURL_SOCKET_BAD;
}

int connections_on_close(void *user, curl_socket_t fd)
{
    change(user, fd, 0);
    return close(fd);
}

void connections_cut(const struct connections *c)
{
    const struct linger abort = { .l_onoff = 1 }; /* the server is told at once */
    for (size_t i = 0; i < sizeof c->open / sizeof *c->open; i++)
        if (c->open[i]) {
            setsockopt(c->open[i], SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
            shutdown(c->open[i], SHUT_RDWR);
        }
}

void connections_begin(struct connections *c, struct transfer *t, bool alone)
{
    t->ended = true;
    t->cc = CURLE_OUT_OF_MEMORY;
    if ((alone && c->kept && !connections_renew(c)) ||
        curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t) ||
        curl_multi_add_handle(c->multi, t->easy))
        return;
    t->ended = false;
    t->keeps = !alone;
    t->next = c->flying;
    c->flying = t;
    c->nflying++;
}

static void land_ended(struct connections *c)
{
    int left;
    const CURLMsg *end;
    while ((end = curl_multi_info_read(c->multi, &left))) {
        struct transfer *t = NULL;
        CURLcode cc = end->data.result;
        curl_easy_getinfo(end->easy_handle, CURLINFO_PRIVATE, &t);
        land(c, t, cc);
    }
}

/* Let libcurl do what can be done. As many fly, one may read what is another's; 7.88 has
 * that wait, now and then, until the next time that something comes. */
static CURLMcode perform(struct connections *c)
{
    CURLMcode mc;
    unsigned heard;
    int running;
    bool many;
    do {
        many = c->nflying > 1;
        heard = c->heard;
        mc = curl_multi_perform(c->multi, &running);
        land_ended(c);
    } while (!mc && many && c->heard != heard);
    return mc;
}

CURLcode connections_wait(struct connections *c, struct transfer *t)
{
    CURLMcode mc = CURLM_OK;
    while (!t->ended && !mc) {
        mc = perform(c);
        if (!t->ended && !mc)
            mc = curl_multi_poll(c->multi, NULL, 0, POLL_MS, NULL);
    }
    if (!t->ended)
        land(c, t, CURLE_OUT_OF_MEMORY);
    return t->cc;
}

void connections_drop(struct connections *c, struct transfer *t)
{
    if (!t->ended)
        land(c, t, CURLE_ABORTED_BY_CALLBACK);
}

unsigned connections_nth(const struct transfer *t)
{
    long version = 0;
    curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
    return version > CURL_HTTP_VERSION_1_1 ? 0 : t->nth;
}

/* TLS's own end: an alert, which TLS 1.3 disguises (RFC 8446, 5.2 and 6.1) */
static bool is_goodbye(const unsigned char *record, size_t len)
{
    enum { DATA = 23, ALERT = 21, SEALED_ALERT = 5 + 2 + 1 + 16 };
    return len > 5 && len == 5 + ((size_t)record[3] << 8 | record[4]) &&
           (record[0] == ALERT || (record[0] == DATA && len == SEALED_ALERT));
}

/* A server that does not say so closes all the same, and has said nothing else. */
static bool ends_silently(curl_socket_t socket)
{
    unsigned char rest[128];
    struct pollfd p = { .fd = socket, .events = POLLIN };
    if (socket == CURL_SOCKET_BAD || poll(&p, 1, END_MS) <= 0)
        return false;
    ssize_t n = recv(socket, rest, sizeof rest, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n > 0 && is_goodbye(rest, (size_t)n));
}

bool connections_closed(struct connections *c, const struct transfer *t)
{
    struct curl_header *h;
    if (!curl_easy_header(t->easy, "Connection", 0, CURLH_HEADER, -1, &h) &&
        !strcasecmp(h->value, "close")) {
        c->kept = false;
        return true;
    }
    bool closed = ends_silently(t->socket);
    return connections_renew(c) && closed;
}
