#ifndef RPA_NET_PRIV_H
#define RPA_NET_PRIV_H

#include "rpa/net/http.h"

#include "rpa/base/buf.h"

#include <curl/curl.h>
#include <zlib.h>

/** A URL taken apart, and how errors may call it. */
struct url {
    CURLU *parts;
    char name[272]; /* "host:8080": a path may name a person */
    char host[256];
    int port;
};

/** Take @text apart; refuse what rpa_http_do() would not send.
 * Owns: end @ret with url_clear(), set on success only. */
int url_init(struct url *ret, const char *text, struct rpa_err *err);
void url_clear(struct url *url);

/** The header list of @req, or an error about one that may not be sent.
 * Owns: end *@ret_list with header_list_free(), which wipes it. */
int header_list(const struct rpa_http_request *req,
                struct curl_slist **ret_list, struct rpa_err *err);
void header_list_free(struct curl_slist *list);

/** What a client knows of one server. */
struct origin {
    struct origin *next;
    char *name;    /* "host:8080" */
    CURLSH *share; /* cookies and TLS sessions */
    bool http1; /* it did not prove by HTTP/2 that its answer is whole */
    bool together; /* its last answer came by HTTP/2, and changed nothing of what the
                      next is to say (a cookie) */
    int64_t answer_us; /* it took */
    bool alone; /* it did not close a connection as it was asked to */
};

/** The one called @name in *@list, which it is put into; NULL: no memory. */
struct origin *origins_find(struct origin **list, const char *name);
void origins_free(struct origin *list);

/** One request on its way through them. */
struct transfer {
    struct transfer *next;
    CURL *easy;
    curl_socket_t socket; /* it went over; or CURL_SOCKET_BAD */
    unsigned nth;         /* answer on that, where HTTP/1.1 counts them */
    bool keeps, ended;
    CURLcode cc; /* as it did */
    int64_t ended_us;
};

/** The connections of a client. */
struct connections {
    CURLM *multi;
    struct transfer *flying; /* those that have not ended */
    unsigned nflying;
    unsigned heard;         /* records of TLS */
    curl_socket_t open[16]; /* of the sockets; 0: none */
    unsigned nth;           /* answer on the one that was used last */
    bool kept; /* one of HTTP/1.1 was, and what answers on it may be of another */
};

/** Begin, or close all and begin anew: what flies has ended. False: no memory. */
bool connections_renew(struct connections *c);
/** Zeroes are fine. */
void connections_close(struct connections *c);
/** A socket for libcurl, which ends it by connections_on_close(@c). */
curl_socket_t connections_socket(struct connections *c, const struct curl_sockaddr *to);
int connections_on_close(void *c, curl_socket_t fd);
/** Nothing more comes from any of them, or goes: for a server that does not stop. */
void connections_cut(const struct connections *c);
/** Send @t->easy when next there is waiting, on connections that stay where it does
 * not forbid it; @alone: on none of HTTP/1.1 that was kept before. */
void connections_begin(struct connections *c, struct transfer *t, bool alone);
/** Wait until it has ended, with what else flies; how it did. */
CURLcode connections_wait(struct connections *c, struct transfer *t);
/** It is not waited for any more. */
void connections_drop(struct connections *c, struct transfer *t);
/** Which answer on its connection the one of @t is; 0: it came by HTTP/2. */
unsigned connections_nth(const struct transfer *t);
/** Has the server ended the connection behind it, as it was asked to? Then it is
 * forgotten here. */
bool connections_closed(struct connections *c, const struct transfer *t);

/** Its headers into @ret; -RPA_ENOMEM. */
int response_headers(CURL *c, struct rpa_http_response *ret);

/** Where the body of an answer goes. */
struct body {
    struct rpa_buf bytes;
    const struct rpa_http_request *req; /* or there, if it says so */
    size_t len;
    bool failed; /* no memory, or errno of who keeps it in: */
    int native;
};

/** The body of an answer, unpacked as it comes (unpack.c). */
struct unpack {
    enum { UNPACK_UNSEEN, UNPACK_PLAIN, UNPACK_GZIP } how;
    z_stream z;
    bool ended;    /* the packed stream has come to its end */
    bool bad;      /* it is no gzip, or another coding */
    bool too_large;
};

/** How the answer that @c now reads is packed. */
void unpack_begin(struct unpack *u, CURL *c);
/** Add what @data unpacks to; at most @most bytes in @out. False: no more is
 * wanted, and @u or @out says why. */
bool unpack_add(struct unpack *u, const void *data, size_t len, size_t most,
                struct body *out);
/** Was it whole? */
bool unpack_whole(const struct unpack *u);
void unpack_end(struct unpack *u);

/** A method: is it one that asks and changes nothing, and thus may be sent twice
 * (RFC 9110, 9.2.1)? */
struct method {
    const char *name;
    bool safe;
};

/** Connections and cookies outlive a request; its own handle does not: libcurl 7.88
 * leaks by a reset, and looks at freed headers of the request before. */
struct rpa_http {
    struct connections connections;
    struct origin *origins;
    char *authority, *proxy;
};

/** One exchange under way. */
struct rpa_http_exchange {
    struct rpa_http *http;
    struct origin *origin;
    const struct rpa_http_request *req;
    const struct method *method;
    enum rpa_http_keep keep;
    struct url url;
    const char *name; /* in errors */
    struct curl_slist *headers;
    struct transfer transfer;
    struct body body;
    size_t most; /* bytes of it that are taken */
    struct unpack unpack;
    uint64_t came; /* bytes of the body, packed as they were */
    size_t header_bytes;
    int64_t start_us;
    int64_t sent_us; /* when it was connected; 0: not yet, so nothing was sent */
    int sends;       /* libcurl's own, of one that was not taken, too */
    bool ahead;      /* beside others: any fault is one to ask again for, alone */
    bool begun;      /* the answer; what comes before it (1xx) is none */
    bool silent, late; /* it did not begin in time; or another time-out is over */
    bool flooded, proxied;
    char refused[64]; /* an address that may not be reached, or "" */
    char said[CURL_ERROR_SIZE];
};

/** Tell its handle all of it (options.c). */
CURLcode exchange_set_up(struct rpa_http_exchange *x);

/** Why the answer that @c has read, with @came bytes of body, cannot be known to
 * be the whole one that @req asked for, or of one kind; NULL: it is (whole.c). */
const char *whole_fault(CURL *c, const struct rpa_http_request *req,
                        uint64_t came);
/** Does libcurl close its connection if more came than this? It forgets what stands
 * behind chunks, and behind an answer without a body. */
bool whole_counted(CURL *c, uint64_t came);
/** May HTTP/1.1 say where it ends, as it came by HTTP/2 without its length? */
bool whole_otherwise(CURL *c);

#endif
