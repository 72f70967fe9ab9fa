#ifndef RPA_ACT_HTTP_H
#define RPA_ACT_HTTP_H

/* What the files of the http act share. */
#include "priv.h"

#define HTTP_HEADERS_MAX 64
#define HTTP_URL 2049

/** One request as the bot asked for it, and what the manifest says of it. */
struct exchange {
    struct rpa_driver *d;
    char method[17];
    char *url; /* as it will be sent */
    char host[256];
    int port;
    bool tls;
    char path[HTTP_URL];
    char place[128]; /* host and path template, for the audit's plain cells */
    const cbor_item_t *service; /* whose address it is; NULL: a bare host */
    char service_name[65];
    struct rpa_http_header headers[HTTP_HEADERS_MAX];
    size_t nheaders;
    struct rpa_http_request req;
    struct rpa_buf authorization;    /* wiped */
    cbor_item_t *cert, *cert_password; /* wiped */
    char *password;                    /* wiped */
    bool commit;
    bool token; /* it asks for a token: neither body is rowed */
};

/** Wipes what is secret. */
void exchange_clear(struct exchange *x);
/** Send it and wait for the answer, with intent and outcome. */
int exchange_do(struct exchange *x, struct rpa_http_response *ret,
                struct rpa_err *err);

/* http_service.c: where it goes, and what is said of that */

/** Fill in host, path, place, service and limits for @url; *@x has the method.
 * Owns:   x->url, a copy. Errors: RPA_EPERM not this bot's to call. */
int service_find(struct exchange *x, const char *url, struct rpa_err *err);
/** Does @path fit @template, whose {names} stand for one segment each? */
bool service_path_fits(const char *template, const char *path);
/** For struct rpa_http_request; @ctx is an exchange. */
bool service_may_reach(void *ctx, const struct sockaddr *addr);

/* http_auth.c: who we say we are */

/** The credentials that the service has, or the secret @name (NULL: none) that
 * the bot named and the manifest binds to this address. */
int auth_add(struct exchange *x, const char *name, struct rpa_err *err);
/** The service has refused what auth_add() gave: forget its token. */
void auth_refused(struct exchange *x);
void auth_clear(struct rpa_driver *d);

/* http_retry.c */

/** rpa_http_do(), and again for the causes that the service names; each of them
 * is added to @tried. */
int retry_do(struct exchange *x, cbor_item_t *tried,
             struct rpa_http_response *ret, struct rpa_err *err);

#endif
