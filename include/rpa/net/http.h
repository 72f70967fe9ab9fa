#ifndef RPA_NET_HTTP_H
#define RPA_NET_HTTP_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/**
 * HTTP: one exchange at a time, but for look-ups by HTTP/2 that are sent ahead.
 *
 * Only http and https; HTTP/2 where the server offers it over TLS, for what only
 * asks, as long as its answers say how long they are; certificates are checked;
 * redirects are answers, never followed; no proxy, cookie or .netrc from the
 * environment. Cookies an answer sets are kept until the client ends, in memory, and
 * go to the host and port alone that set them.
 * HTTP/1.1 does not say which request an answer is to, so each has a connection to
 * itself, but for look-ups in a row whose last proves them all (enum rpa_http_keep);
 * a connection of HTTP/2, where it is said, stays for the next request.
 * What cannot be known to be whole is an error, never a short body, also when it
 * came compressed (gzip). A status such as 404 or 500 is an answer, not a failure.
 */

enum { RPA_HTTP_MAX_HEADERS = 64 << 10 }; /* bytes of an answer's headers */

struct rpa_http; /* opaque; one thread at a time; keeps connections alive */
struct rpa_http_exchange; /* opaque; one under way */

struct rpa_http_header {
    const char *name, *value;
};

/**
 * What becomes of a connection of HTTP/1.1. A server may say more than it was asked
 * for, and a moment later than the next request went out: from then on each answer is
 * to the request before. So of requests on one connection (all KEPT but the LAST) no
 * answer but the first is to be believed until the last came closed, and all before it
 * counted: the server was asked to end the connection behind it, has, and thus has said
 * no more than that. Of a server that has not, none is kept any more.
 * Source: RFC 9112, 9.6. (What cannot be told: a server that says one answer too many
 * just when it has the last request, and says in that answer that it is the end.)
 */
enum rpa_http_keep {
    RPA_HTTP_ALONE, /* a connection for it alone */
    RPA_HTTP_KEPT,  /* on that of the KEPT request before, if it is to the same
                       server; else a new one. It stays for the next request. */
    RPA_HTTP_LAST,  /* so, too, and closed behind its answer */
};

struct rpa_http_request {
    const char *method; /* GET HEAD POST PUT PATCH DELETE OPTIONS */
    const char *url;    /* ASCII; no user or password in it */
    const char *name;   /* of it in errors, as a path may name a person; NULL:
                           host and port */
    const struct rpa_http_header *headers;
    size_t nheaders;
    const void *body; /* NULL for none */
    size_t body_len;
    int timeout_ms;    /* the whole exchange; above 0 */
    int connect_ms;    /* of it until connected, TLS too; 0: all of it */
    int first_byte_ms; /* from then until the answer begins; 0: all of it */
    size_t max_body;   /* bytes of the answer taken, unpacked; above 0 */
    /** Where the body goes piece by piece, in place of memory: it is begun anew
     * (@data NULL), and whole only if the call succeeds. False, and errno: it
     * cannot be kept. NULL: into memory. */
    bool (*keep_body)(void *ctx, const void *data, size_t len);
    enum rpa_http_keep keep; /* of GET, HEAD and OPTIONS; others go ALONE */
    const char *authorization; /* a secret: the header of that name, or NULL;
                                  never in an error, our copy wiped */
    const char *authorization_name; /* of the header, where it is another; or NULL */
    const void *cert; /* a secret: our own certificate and its key, PEM or
                         PKCS#12; NULL: none */
    size_t cert_len;
    const char *cert_password; /* a secret; NULL: none */
    /** May a connection be made to @addr, which the host's name stands for?
     * NULL: to any. Not asked of a proxy. */
    bool (*may_reach)(void *ctx, const struct sockaddr *addr);
    void *ctx; /* of both */
};

struct rpa_http_response {
    long status;
    struct rpa_http_header *headers; /* in order; ours until clear */
    size_t nheaders;
    char *body; /* never NULL; a NUL stands behind it */
    size_t body_len;
    size_t kept; /* bytes elsewhere (keep_body); then the body is empty */
    unsigned nth; /* answer on its connection, from 1; 0: it names its request */
    bool counted; /* bytes, so that what came right behind it did not stay unseen */
    bool closed;  /* the server ended the connection behind it, as LAST wants */
};

/** @authority: trust these (PEM) and no others; NULL for the system's. @proxy:
 * "http://host:port", or NULL for none at all. Both are copied.
 * Errors: RPA_EINVAL a bad proxy; RPA_ENOMEM. */
int rpa_http_new(const char *authority, const char *proxy,
                 struct rpa_http **ret_http, struct rpa_err *err);
/** NULL is fine. */
void rpa_http_free(struct rpa_http *http);

/**
 * Send @req and wait for the whole answer.
 *
 * Owns:   *@ret, set on success only; end it with rpa_http_response_clear().
 *         The client keeps nothing of @req.
 * Errors: RPA_EINVAL a request that must be mended: bad URL or method, a header
 *         with a line break, or one that is ours to set (Host, Content-Length,
 *         …); RPA_ETIMEOUT; RPA_EGONE the answer ended too soon; RPA_EPROTO no
 *         HTTP, or an answer that does not say how long it is, says it twice or
 *         wrongly, or is a part (206) without a Range in @req, or is packed in
 *         another way than was asked for; RPA_EHTTP larger than @max_body,
 *         cannot connect, certificate; RPA_EPERM @may_reach said no;
 *         RPA_ENOMEM.
 *         Sentences have the method and @name, never path or query.
 *         rpa_http_unsent() tells whether to fear a double.
 * Source: RFC 9110, RFC 9112. A request that changes something gets a new
 *         connection: on an old one libcurl would send it twice by itself.
 */
int rpa_http_do(struct rpa_http *http, const struct rpa_http_request *req,
                struct rpa_http_response *ret, struct rpa_err *err);
void rpa_http_response_clear(struct rpa_http_response *response);

/**
 * Send @req, and come back before it is answered: rpa_http_end() has the answer. So
 * many look-ups go over one connection at once, up to 16, where HTTP/2 says which an
 * answer is to.
 *
 * Owns:   what it returns; end it with rpa_http_end() or rpa_http_drop(). @req lives
 *         as long.
 * Errors: NULL, and nothing was sent: it is one for rpa_http_do(). It is so until the
 *         server has answered by HTTP/2, and behind an answer that sets a cookie; of
 *         what changes something or goes to @keep_body; and where those that are under
 *         way take so long that this one might be late.
 * Source: RFC 9113, 5.
 */
struct rpa_http_exchange *rpa_http_begin(struct rpa_http *http,
                                         const struct rpa_http_request *req);

/** Wait for the answer, with the errors of rpa_http_do(). One that was sent ahead may
 * fail by the others, or have more than 512 KiB: any failure of it is an
 * rpa_http_again(), or, as it found no room beside them, an rpa_http_unsent(). */
int rpa_http_end(struct rpa_http_exchange *exchange, struct rpa_http_response *ret,
                 struct rpa_err *err);
/** How long it took until it ended, or, if it is under way, until now. */
int64_t rpa_http_took_us(const struct rpa_http_exchange *exchange);
/** Wait until all have ended: before a pause in which none could be read. */
void rpa_http_settle(struct rpa_http *http);
/** It is not waited for. NULL is fine. */
void rpa_http_drop(struct rpa_http_exchange *exchange);

/** Close the connections that were kept: where no LAST closes them. */
void rpa_http_forget(struct rpa_http *http);

/** True if the request may be sent again, as its failure says nothing of it: it was
 * sent ahead (rpa_http_begin()); or it only asks, and was answered by HTTP/2 without a
 * length: then nothing proves its end, as libcurl 7.88 takes a stream that was reset
 * without an error for one that has ended. From then on this client speaks HTTP/1.1 to
 * that host and port, whose chunks have an end. */
bool rpa_http_again(const struct rpa_err *err);

/** True if the server said by HTTP/2 that it did nothing of the request, which was
 * sent: a stream that was refused, or one behind those of a GOAWAY (RFC 9113, 8.7). */
bool rpa_http_refused(const struct rpa_err *err);

/** May a request have a header of that name, or is it none or ours to set? */
bool rpa_http_may_set(const char *name);

/** True if the failure of rpa_http_do() came before anything was sent. */
bool rpa_http_unsent(const struct rpa_err *err);

/** The first header called @name (any case), or NULL. Good until clear. */
const char *rpa_http_response_header(const struct rpa_http_response *response,
                                     const char *name);

/** How many seconds from @now_us (microseconds UTC) the server wants to be left
 * alone: its Retry-After, in seconds or as a date. 0: it says nothing of it.
 * Source: RFC 9110, 10.2.3. */
int64_t rpa_http_retry_after(const struct rpa_http_response *response,
                             int64_t now_us);

/**
 * Who a URL would be sent to, for allow-lists, as rpa_http_do() sees it.
 *
 * Shape:  @ret_host gets the host in lower case without a last dot, IPv4 as
 *         four decimals, IPv6 in brackets; *@ret_port the port, 80 or 443 when
 *         the URL names none.
 * Errors: RPA_EINVAL not a URL we would send (or no room in @ret_host).
 */
int rpa_http_url_host(const char *url, char ret_host[], size_t size,
                      int *ret_port, struct rpa_err *err);

/** Where @location, as an answer to @url gave it, leads. free() *@ret.
 * Errors: RPA_EPROTO no URL; RPA_ENOMEM. */
int rpa_http_url_follow(const char *url, const char *location, char **ret,
                        struct rpa_err *err);

#endif
