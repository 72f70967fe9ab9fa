/* What an answer says, and its end. */
#include "priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

int response_headers(CURL *c, struct rpa_http_response *ret)
{
    size_t n = 0;
    struct curl_header *h = NULL;
    while ((h = curl_easy_nextheader(c, CURLH_HEADER, -1, h)))
        n++;
    ret->headers = calloc(n + 1, sizeof *ret->headers);
    if (!ret->headers)
        return -RPA_ENOMEM;
    while ((h = curl_easy_nextheader(c, CURLH_HEADER, -1, h))) {
        struct rpa_http_header *to = &ret->headers[ret->nheaders++];
        *to = (struct rpa_http_header){ strdup(h->name), strdup(h->value) };
        if (!to->name || !to->value)
            return -RPA_ENOMEM;
    }
    return 0;
}

const char *rpa_http_response_header(const struct rpa_http_response *response,
                                     const char *name)
{
    for (size_t i = 0; i < response->nheaders; i++)
        if (!strcasecmp(response->headers[i].name, name))
            return response->headers[i].value;
    return NULL;
}

int64_t rpa_http_retry_after(const struct rpa_http_response *response,
                             int64_t now_us)
{
    const char *said = rpa_http_response_header(response, "Retry-After");
    if (!said || !*said)
        return 0;
    int64_t now = now_us / 1000000, s;
    if (!said[strspn(said, "0123456789")])
        s = strtoll(said, NULL, 10); /* the largest there is, if it is larger */
    else
        s = curl_getdate(said, NULL) - now;
    return s < 0 ? 0 : s > INT32_MAX ? INT32_MAX : s;
}

void rpa_http_response_clear(struct rpa_http_response *response)
{
    for (size_t i = 0; i < response->nheaders; i++) {
        free((void *)response->headers[i].name);
        free((void *)response->headers[i].value);
    }
    free(response->headers);
    free(response->body);
    *response = (struct rpa_http_response){ 0 };
}
