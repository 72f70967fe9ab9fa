#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Ours or libcurl's to set: they decide who gets the request, where it ends
 * and where the next one begins */
static const char *const ours[] = {
    "Accept-Encoding", "Connection", "Content-Length", "Expect",
    "Host",            "Keep-Alive", "TE",             "Trailer",
    "Transfer-Encoding", "Upgrade",
};

/* RFC 9110, 5.6.2 */
static bool is_token(const char *s)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    if (!*s)
        return false;
    for (; *s; s++)
        if (!((*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') ||
              (*s >= 'a' && *s <= 'z') || strchr(marks, *s)))
            return false;
    return true;
}

/* No line break and no other control but the tab */
static bool is_value(const char *s)
{
    for (; *s; s++)
        if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
            return false;
    return true;
}

bool rpa_http_may_set(const char *name)
{
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (!strcasecmp(name, ours[i]))
            return false;
    return is_token(name) && strncasecmp(name, "Proxy-", 6) != 0;
}

static const char *authorization(const struct rpa_http_request *req)
{
    return req->authorization_name ? req->authorization_name : "Authorization";
}

static int check(const struct rpa_http_request *req,
                 const struct rpa_http_header *h, struct rpa_err *err)
{
    if (!is_token(h->name))
        return rpa_fail(err, RPA_EINVAL, "a header with a bad name");
    if (!is_value(h->value))
        return rpa_fail(err, RPA_EINVAL,
                        "header '%s' has a control character in its value",
                        h->name);
    if (!rpa_http_may_set(h->name))
        return rpa_fail(err, RPA_EINVAL, "header '%s' is not a bot's to set",
                        h->name);
    if (req->authorization && !strcasecmp(h->name, authorization(req)))
        return rpa_fail(err, RPA_EINVAL, "both a header '%s' and a secret for it",
                        h->name);
    return 0;
}

static void wipe_free(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

static int append(struct curl_slist **list, const char *name, const char *mid,
                  const char *value, struct rpa_err *err)
{
    char *line = NULL;
    if (asprintf(&line, "%s%s%s", name, mid, value) < 0)
        line = NULL;
    struct curl_slist *longer = line ? curl_slist_append(*list, line) : NULL;
    wipe_free(line);
    if (!longer)
        return rpa_fail(err, RPA_ENOMEM, "no memory for headers");
    *list = longer;
    return 0;
}

static int append_all(const struct rpa_http_request *req,
                      struct curl_slist **list, struct rpa_err *err)
{
    bool typed = false;
    int r = append(list, "Expect", ":", "", err); /* "Expect:" means none */
    if (r == 0)
        r = append(list, "Accept-Encoding", ": ", "gzip", err);
    if (r == 0 && req->keep == RPA_HTTP_LAST)
        r = append(list, "Connection", ": ", "close", err);
    for (size_t i = 0; r == 0 && i < req->nheaders; i++) {
        const struct rpa_http_header *h = &req->headers[i];
        r = check(req, h, err);
        bool type = !strcasecmp(h->name, "Content-Type");
        if (r == 0 && type && typed)
            r = rpa_fail(err, RPA_EINVAL, "two headers 'Content-Type'");
        typed |= type;
        if (r == 0) /* "Name;" is how libcurl wants an empty one */
            r = append(list, h->name, *h->value ? ": " : ";", h->value, err);
    }
    if (r == 0 && !typed) /* libcurl would say it is a form */
        r = append(list, "Content-Type", ":", "", err);
    if (r == 0 && req->authorization)
        r = is_value(req->authorization) && *req->authorization
                ? append(list, authorization(req), ": ", req->authorization, err)
                : rpa_fail(err, RPA_EINVAL,
                           "the secret cannot stand in a header");
    return r;
}

int header_list(const struct rpa_http_request *req,
                struct curl_slist **ret_list, struct rpa_err *err)
{
    struct curl_slist *list = NULL;
    int r = append_all(req, &list, err);
    if (r < 0)
        header_list_free(list);
    else
        *ret_list = list;
    return r;
}

void header_list_free(struct curl_slist *list)
{
    for (struct curl_slist *h = list; h; h = h->next)
        explicit_bzero(h->data, strlen(h->data));
    curl_slist_free_all(list);
}
