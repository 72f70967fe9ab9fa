/* The connections that stay open between requests. libcurl 7.88 takes bytes that
 * stand on one for the answer to the request it sends next. */
#include "priv.h"

#include <unistd.h>

enum {
    POLL_MS = 1000, /* libcurl wakes for what is due before */
    KEPT_MAX = 8,
};

bool connections_init(struct connections *c)
{
    c->multi = curl_multi_init();
    return c->multi &&
           !curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_MAX);
}

void connections_close(struct connections *c)
{
    curl_multi_cleanup(c->multi);
    *c = (struct connections){ 0 };
}

curl_socket_t connections_open(struct connections *c,
                               const struct curl_sockaddr *to)
{
    size_t most = sizeof c->sockets / sizeof *c->sockets;
    int fd = c->n == most ? -1
                          : socket(to->family, to->socktype | SOCK_CLOEXEC,
                                   to->protocol);
    if (fd < 0)
        return CURL_SOCKET_BAD;
    c->sockets[c->n++] = (struct pollfd){ .fd = fd, .events = POLLIN };
    return fd;
}

int connections_closed(void *connections, curl_socket_t fd)
{
    struct connections *c = connections;
    for (size_t i = 0; i < c->n; i++)
        if (c->sockets[i].fd == fd)
            c->sockets[i--] = c->sockets[--c->n];
    return close(fd);
}

bool connections_renew(struct connections *c)
{
    connections_close(c);
    return connections_init(c);
}

/* Nothing is under way: a server that speaks now, was not asked */
bool connections_silent(struct connections *c)
{
    return !c->n || poll(c->sockets, c->n, 0) == 0 || connections_renew(c);
}

CURLcode connections_perform(struct connections *c, CURL *easy)
{
    CURLMcode mc = curl_multi_add_handle(c->multi, easy);
    CURLcode cc = CURLE_OUT_OF_MEMORY;
    int running = 1, left;
    while (!mc && running) {
        mc = curl_multi_perform(c->multi, &running);
        if (!mc && running)
            mc = curl_multi_poll(c->multi, NULL, 0, POLL_MS, NULL);
    }
    const CURLMsg *end = mc ? NULL : curl_multi_info_read(c->multi, &left);
    if (end && end->msg == CURLMSG_DONE)
        cc = end->data.result;
    curl_multi_remove_handle(c->multi, easy);
    return cc;
}
