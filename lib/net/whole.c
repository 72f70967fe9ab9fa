/* Was an answer whole? By what it says of its own end, which libcurl takes more
 * kindly than is safe (RFC 9112, 6): by HTTP/2 also a stream that was reset, where
 * the reset has no error (RFC 9113, 8.1). */
#include "priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool asks_part(const struct rpa_http_request *req)
{
    for (size_t i = 0; i < req->nheaders; i++)
        if (!strcasecmp(req->headers[i].name, "Range"))
            return true;
    return false;
}

static bool is_length(const char *text, uint64_t came)
{
    return *text && !text[strspn(text, "0123456789")] &&
           strtoull(text, NULL, 10) == came;
}

static const char *body_fault(CURL *c, uint64_t came)
{
    long version = 0;
    struct curl_header *h;
    curl_easy_getinfo(c, CURLINFO_HTTP_VERSION, &version);
    bool coded =
        !curl_easy_header(c, "Transfer-Encoding", 0, CURLH_HEADER, -1, &h);
    if (coded && (h->amount > 1 || strcasecmp(h->value, "chunked") != 0 ||
                  version != CURL_HTTP_VERSION_1_1))
        return "the answer has a Transfer-Encoding other than chunked";
    bool said = !curl_easy_header(c, "Content-Length", 0, CURLH_HEADER, -1, &h);
    if (said && (h->amount > 1 || !is_length(h->value, came)))
        return "the answer's Content-Length is not what came";
    if (coded || said)
        return NULL;
    return "the answer does not say how long it is, so a cut one cannot be told"
           " from a whole one";
}

const char *whole_fault(CURL *c, const struct rpa_http_request *req,
                        uint64_t came)
{
    long status = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    if (status < 100 || status > 599)
        return "the answer has no HTTP status";
    struct curl_header *h;
    if (!curl_easy_header(c, "Content-Type", 0, CURLH_HEADER, -1, &h) &&
        h->amount > 1)
        return "the answer says twice what it is (Content-Type)";
    if (status == 206 && !asks_part(req))
        return "the answer is a part (206) of what was asked for";
    bool bodiless =
        !strcmp(req->method, "HEAD") || status == 204 || status == 304;
    return bodiless ? NULL : body_fault(c, came);
}

bool whole_counted(CURL *c, uint64_t came)
{
    struct curl_header *h;
    return came && curl_easy_header(c, "Transfer-Encoding", 0, CURLH_HEADER, -1, &h);
}

bool whole_otherwise(CURL *c)
{
    long version = 0;
    struct curl_header *h;
    curl_easy_getinfo(c, CURLINFO_HTTP_VERSION, &version);
    return version > CURL_HTTP_VERSION_1_1 &&
           curl_easy_header(c, "Content-Length", 0, CURLH_HEADER, -1, &h);
}
