/* Certificates are checked: against a server whose certificate is made here. */
#include "tls.h"

static const struct {
    const char *name, *san; /* whom the certificate is for */
    long days;              /* it is good until then */
    bool trusted;
    int code;
} cases[] = {
    { "trusted, and for this host", "IP:127.0.0.1", 1, true, RPA_OK },
    { "nobody vouches for it", "IP:127.0.0.1", 1, false, RPA_EHTTP },
    { "for another host", "DNS:other.example", 1, true, RPA_EHTTP },
    { "run out", "IP:127.0.0.1", -1, true, RPA_EHTTP },
};

struct server {
    int listener;
    SSL_CTX *ctx;
};

static void *serve_one(void *arg)
{
    static const char answer[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    struct server *s = arg;
    char head[2048];
    int fd = accept(s->listener, NULL, NULL);
    SSL *ssl = SSL_new(s->ctx);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1 && SSL_read(ssl, head, sizeof head) > 0)
        SSL_write(ssl, answer, sizeof answer - 1);
    SSL_shutdown(ssl);
    SSL_free(ssl);
    close(fd);
    return NULL;
}

static void ask(size_t i, const char *pem, int port)
{
    struct rpa_http *http = NULL;
    struct rpa_http_response got = { 0 };
    struct rpa_err err = { 0 };
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%d/", port);
    struct rpa_http_request req = { .method = "POST",
                                    .url = url,
                                    .timeout_ms = 5000,
                                    .max_body = 100,
                                    .authorization = "Bearer secret" };
    must(!rpa_http_new(cases[i].trusted ? pem : NULL, NULL, &http, &err),
         "no client");
    is_int(rpa_http_do(http, &req, &got, &err), -cases[i].code, cases[i].name);
    is_str(got.body, cases[i].code ? NULL : "ok", "body");
    ok(!cases[i].code || rpa_http_unsent(&err), "nothing sent to a stranger");
    if (cases[i].code)
        printf("# %s\n", err.msg);
    rpa_http_response_clear(&got);
    rpa_http_free(http);
}

static void run(size_t i, EVP_PKEY *key)
{
    char pem[4096];
    struct server s = { .ctx = server_context(key, cases[i].san, cases[i].days,
                                              pem, sizeof pem) };
    int port;
    pthread_t thread;
    s.listener = listen_on_loopback(&port);
    must(!pthread_create(&thread, NULL, serve_one, &s), "no thread");
    ask(i, pem, port);
    pthread_join(thread, NULL);
    close(s.listener);
    SSL_CTX_free(s.ctx);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    must(key, "no key");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run(i, key);
    EVP_PKEY_free(key);
    return tap_done();
}
