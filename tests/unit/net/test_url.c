#include "rpa/net/http.h"
#include "tap.h"

static const struct {
    const char *url, *host;
    int port; /* 0: refused */
} cases[] = {
    { "http://example.org/x", "example.org", 80 },
    { "https://EXAMPLE.org", "example.org", 443 },
    { "https://example.org.:8443/?q=1", "example.org", 8443 },
    { "HTTP://127.0.0.1:8080/reports", "127.0.0.1", 8080 },
    { "http://0x7f.1/", "127.0.0.1", 80 },
    { "http://[::1]:81/", "[::1]", 81 },
    { "http://xn--caf-dma.example/", "xn--caf-dma.example", 80 },
    { "http://ex%41mple.org/", "example.org", 80 },
    { "ftp://example.org/", NULL, 0 },
    { "file:///etc/passwd", NULL, 0 },
    { "javascript:alert(1)", NULL, 0 },
    { "example.org", NULL, 0 },
    { "http://", NULL, 0 },
    { "", NULL, 0 },
    { "http://user:pw@example.org/", NULL, 0 },
    { "http://good.example@evil.example/", NULL, 0 },
    { "http://@example.org/", NULL, 0 },
    { "http://example.org/a b", NULL, 0 },
    { "http://example.org/\r\nHost: evil", NULL, 0 },
    { "http://ex\xc3\xa4mple.org/", NULL, 0 },
    { "http://example.org:99999/", NULL, 0 },
    { "http://example.org%0d%0aevil/", NULL, 0 },
};

int main(void)
{
    char host[300];
    struct rpa_err err = { 0 };
    int port;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        port = 0;
        strcpy(host, "untouched");
        char name[16]; /* the URLs themselves would break TAP */
        snprintf(name, sizeof name, "url %zu", i);
        int r = rpa_http_url_host(cases[i].url, host, sizeof host, &port, &err);
        is_int(r, cases[i].port ? 0 : -RPA_EINVAL, name);
        is_int(port, cases[i].port, "port");
        is_str(host, cases[i].host ? cases[i].host : "untouched", "host");
    }
    is_int(rpa_http_url_host("http://abc/", host, 3, &port, &err), -RPA_EINVAL,
           "no room");
    is_int(rpa_http_url_host("http://abc/", host, 4, &port, &err), 0,
           "just room");
    return tap_done();
}
