/* Certificates are checked: against a server whose certificate is made here. */
#include "rpa/net/http.h"
#include "tap.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

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

static void must(bool cond, const char *what)
{
    if (!cond)
        printf("Bail out! %s\n", what), exit(1);
}

static X509 *certificate(EVP_PKEY *key, const char *san, long days)
{
    X509 *c = X509_new();
    must(c, "no certificate");
    X509_set_version(c, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
    X509_gmtime_adj(X509_getm_notBefore(c), -10L * 86400);
    X509_gmtime_adj(X509_getm_notAfter(c), days * 86400);
    X509_set_pubkey(c, key);
    X509_NAME *name = X509_get_subject_name(c);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"rpa test", -1, -1, 0);
    X509_set_issuer_name(c, name);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
                                            (char *)(uintptr_t)san);
    must(e && X509_add_ext(c, e, -1), "no name in the certificate");
    X509_EXTENSION_free(e);
    must(X509_sign(c, key, EVP_sha256()), "no signature");
    return c;
}

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

static int listen_on_loopback(int *ret_port)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(!bind(fd, (struct sockaddr *)&a, len) && !listen(fd, 8) &&
             !getsockname(fd, (struct sockaddr *)&a, &len),
         "no loopback");
    *ret_port = ntohs(a.sin_port);
    return fd;
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
    BIO *text = BIO_new(BIO_s_mem());
    X509 *c = certificate(key, cases[i].san, cases[i].days);
    must(text && PEM_write_bio_X509(text, c), "cannot write");
    int len = BIO_read(text, pem, sizeof pem - 1);
    must(len > 0, "no text");
    pem[len] = '\0';
    BIO_free(text);
    struct server s = { .ctx = SSL_CTX_new(TLS_server_method()) };
    must(s.ctx && SSL_CTX_use_certificate(s.ctx, c) == 1 &&
             SSL_CTX_use_PrivateKey(s.ctx, key) == 1,
         "no TLS");
    int port;
    pthread_t thread;
    s.listener = listen_on_loopback(&port);
    must(!pthread_create(&thread, NULL, serve_one, &s), "no thread");
    ask(i, pem, port);
    pthread_join(thread, NULL);
    close(s.listener);
    SSL_CTX_free(s.ctx);
    X509_free(c);
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
