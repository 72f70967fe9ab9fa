/* Fuzzer of lib/net: the input is what a server says, whole, and then it closes.
 * Its first byte chooses the method. What is taken for an answer must be within
 * its limits; nothing may crash, leak or hang.
 *
 *   ./fuzz_http -max_total_time=60 -timeout=5 CORPUS tests/fuzz/corpus/http
 */
#include "rpa/net/http.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 4096 /* bytes of an answer that are taken */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    int listener, port;
    pthread_mutex_t lock; /* of the answer */
    uint8_t answer[65536];
    size_t len;
    struct rpa_http *http;
} server = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void put(const uint8_t *data, size_t size)
{
    pthread_mutex_lock(&server.lock);
    server.len = size < sizeof server.answer ? size : sizeof server.answer;
    memcpy(server.answer, data, server.len);
    pthread_mutex_unlock(&server.lock);
}

/* the client may have left, and the next input be there, before all is said */
static void say(int fd)
{
    static uint8_t answer[sizeof server.answer];
    char head[4096];
    ssize_t asked = recv(fd, head, sizeof head, 0);
    pthread_mutex_lock(&server.lock);
    size_t len = server.len;
    memcpy(answer, server.answer, len);
    pthread_mutex_unlock(&server.lock);
    if (asked > 0)
        for (size_t at = 0; at < len;) {
            ssize_t n = send(fd, answer + at, len - at, MSG_NOSIGNAL);
            if (n <= 0)
                break;
            at += (size_t)n;
        }
    shutdown(fd, SHUT_WR);
    while (recv(fd, head, sizeof head, 0) > 0)
        ;
    close(fd);
}

static void *serve(void *unused)
{
    (void)unused;
    for (int fd; (fd = accept(server.listener, NULL, NULL)) >= 0;)
        say(fd);
    return NULL;
}

static void start(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof a;
    struct rpa_err err;
    pthread_t thread;
    server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server.listener, (struct sockaddr *)&a, len) ||
        listen(server.listener, 8) ||
        getsockname(server.listener, (struct sockaddr *)&a, &len) ||
        rpa_http_new(NULL, NULL, &server.http, &err) < 0 ||
        pthread_create(&thread, NULL, serve, NULL))
        abort();
    server.port = ntohs(a.sin_port);
    pthread_detach(thread);
}

static void look(const struct rpa_http_request *req,
                 const struct rpa_http_response *got)
{
    char *next = NULL;
    struct rpa_err err;
    const char *location = rpa_http_response_header(got, "Location");
    if (got->status < 100 || got->body_len > MOST || got->body[got->body_len] ||
        rpa_http_retry_after(got, 0) < 0 ||
        (!strcmp(req->method, "HEAD") && got->body_len))
        abort();
    if (location && rpa_http_url_follow(req->url, location, &next, &err) == 0) {
        char host[256];
        int port;
        if (rpa_http_url_host(next, host, sizeof host, &port, &err) < 0)
            abort();
        free(next);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const methods[] = { "GET", "HEAD", "POST", "DELETE" };
    struct rpa_http_response got = { 0 };
    struct rpa_err err;
    char url[64];
    if (!size)
        return 0;
    if (!server.port)
        start();
    put(data + 1, size - 1);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", server.port);
    /* answers such as 100 leave the connection waiting for its end */
    struct rpa_http_request req = { .method = methods[*data % 4], .url = url,
                                    .timeout_ms = 2000, .max_body = MOST };
    int r = rpa_http_do(server.http, &req, &got, &err);
    if (r == 0)
        look(&req, &got);
    else if (got.body || !err.msg[0] || err.code == RPA_EINVAL)
        abort();
    rpa_http_response_clear(&got);
    return 0;
}
