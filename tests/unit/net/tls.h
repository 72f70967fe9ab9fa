/* A TLS server's side in the tests of lib/net: its certificate is made here. */
#ifndef RPA_TESTS_UNIT_NET_TLS_H
#define RPA_TESTS_UNIT_NET_TLS_H

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

/* with a certificate for @san, which is in @pem, too */
static SSL_CTX *server_context(EVP_PKEY *key, const char *san, long days,
                               char pem[], size_t size)
{
    BIO *text = BIO_new(BIO_s_mem());
    X509 *c = certificate(key, san, days);
    must(text && PEM_write_bio_X509(text, c), "cannot write");
    int len = BIO_read(text, pem, (int)size - 1);
    must(len > 0, "no text");
    pem[len] = '\0';
    BIO_free(text);
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    must(ctx && SSL_CTX_use_certificate(ctx, c) == 1 &&
             SSL_CTX_use_PrivateKey(ctx, key) == 1,
         "no TLS");
    X509_free(c);
    return ctx;
}

#endif
