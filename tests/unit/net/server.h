/* A server of the tests of lib/net: it says exactly the bytes it was given. */
#ifndef RPA_TESTS_UNIT_NET_SERVER_H
#define RPA_TESTS_UNIT_NET_SERVER_H

#include "rpa/net/http.h"
#include "tap.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* One answer for every request that comes; "" closes at once, NULL never
 * answers. Keeps the connection when told to, until it is asked to close it. */
struct server {
    int listener, port;
    pthread_t thread;
    const char *answer;
    size_t len; /* of it; 0: to its NUL */
    bool keep;
    const char *closing; /* … with this answer; NULL: the same */
    const char *surplus; /* said unasked, once, when the answer was read */
    sem_t was_read, surplus_said;
    int accepted, requests;
    char seen[4096]; /* the last request, without a body */
};

static bool read_head(int fd, char *buf, size_t size)
{
    size_t len = 0;
    while (len < size - 1) {
        ssize_t n = read(fd, buf + len, 1); /* the next one may stand behind it */
        if (n <= 0)
            return false;
        len += (size_t)n;
        buf[len] = '\0';
        if (len >= 4 && !strcmp(buf + len - 4, "\r\n\r\n"))
            return true;
    }
    return false;
}

static void serve_one(struct server *s, int fd)
{
    while (read_head(fd, s->seen, sizeof s->seen)) {
        s->requests++;
        if (!s->answer) {
            char c; /* until the client gives up */
            while (read(fd, &c, 1) > 0)
                ;
            return;
        }
        bool closes = strcasestr(s->seen, "\r\nConnection: close\r\n");
        const char *answer = closes && s->closing ? s->closing : s->answer;
        for (const char *p = answer, *end = p + (s->len ? s->len : strlen(p));
             p < end;) {
            ssize_t n = send(fd, p, (size_t)(end - p), MSG_NOSIGNAL);
            if (n <= 0)
                return;
            p += n;
        }
        if (s->surplus) {
            sem_wait(&s->was_read);
            send(fd, s->surplus, strlen(s->surplus), MSG_NOSIGNAL);
            s->surplus = NULL;
            sem_post(&s->surplus_said);
        }
        if (!s->keep || closes)
            return;
    }
}

static void *serve(void *arg)
{
    struct server *s = arg;
    for (;;) {
        int fd = accept(s->listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        s->accepted++;
        serve_one(s, fd);
        shutdown(fd, SHUT_WR);
        close(fd);
    }
}

static void server_start(struct server *s, const char *answer, bool keep)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof a;
    *s = (struct server){ .answer = answer, .keep = keep };
    sem_init(&s->was_read, 0, 0);
    sem_init(&s->surplus_said, 0, 0);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s->listener, (struct sockaddr *)&a, len) ||
        listen(s->listener, 8) ||
        getsockname(s->listener, (struct sockaddr *)&a, &len))
        printf("Bail out! no loopback\n"), exit(1);
    s->port = ntohs(a.sin_port);
    pthread_create(&s->thread, NULL, serve, s);
}

static void server_stop(struct server *s)
{
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listener);
}

static struct rpa_http *client(void)
{
    struct rpa_http *http = NULL;
    struct rpa_err err;
    if (rpa_http_new(NULL, NULL, &http, &err) < 0)
        printf("Bail out! %s\n", err.msg), exit(1);
    return http;
}

#define OK11 "HTTP/1.1 200 OK\r\n"

static struct rpa_http_request request(const char *method, const char *url)
{
    return (struct rpa_http_request){
        .method = method, .url = url, .timeout_ms = 300, .max_body = 1000
    };
}

static void url_of(const struct server *s, char url[static 64])
{
    snprintf(url, 64, "http://127.0.0.1:%d/path?q=secret", s->port);
}

#endif
