#ifndef RPA_ACT_HTTP_H
#define RPA_ACT_HTTP_H

/* What the files of the http act share. */
#include "priv.h"
#include "rpa/vault/crypto.h"

#define HTTP_HEADERS_MAX 64
#define HTTP_URL 2049
#define ROW_BYTES 65536 /* of a body in a row; a longer one by its hash */
#define ANSWER_BYTES (48 << 20) /* what goes to the bot in one message */

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
    struct rpa_http_exchange *begun; /* it was sent ahead, and is under way; else NULL */
    struct rpa_buf authorization;    /* wiped */
    char header[65];                 /* where it stands, if that is another */
    cbor_item_t *cert, *cert_password; /* wiped */
    char *password;                    /* wiped */
    bool commit;
    cbor_item_t *tried; /* why it was sent before the last time, one each */
    int64_t took_us;
    int64_t deadline_us; /* a commit act: not to be sent after this; else 0 */
    bool renewed; /* its OAuth 2 token was fetched for it */
    bool known;   /* it has the credentials it is to have */
    bool token; /* it asks for a token: neither body is rowed */
};

/* http.c. An exchange is taken, told, sent and cleared. */

/** The text at @key, free() it; a missing one is as wrong as one that is none. */
int exchange_text(const cbor_item_t *map, const char *key, char **ret,
                  struct rpa_err *err);
/** The driver's client, if there is none yet. */
int exchange_client(struct rpa_driver *d, struct rpa_err *err);
/** What the bot asks in @args, which live longer than *@x, of @url: the bot's or
 * a redirect's, where another host is told no header and no body. */
int exchange_take(struct exchange *x, const cbor_item_t *args, const char *url,
                  struct rpa_err *err);
/** The row of its intent. */
struct row exchange_row(const struct exchange *x);
/** Send what is on disk and wait for the answer; @again: why it was sent before, or
 * NULL. */
int exchange_ask(struct exchange *x, const struct ack *ack, const char *again,
                 struct rpa_http_response *ret, struct rpa_err *err);
/** Send what is on disk ahead of those before it. False: exchange_ask() will. */
bool exchange_begin(struct exchange *x);
/** Tell the outcome: @r and @err are those of exchange_ask(), @got its answer, which
 * is cleared if that fails. */
int exchange_tell(struct exchange *x, const struct ack *ack, int r,
                  struct rpa_http_response *got, struct rpa_err *err);
/** All of it, once it is taken: intent, answer, outcome. */
int exchange_do(struct exchange *x, struct rpa_http_response *ret,
                struct rpa_err *err);
/** A redirect: *@ret_next, free() it, is where to ask on, and @got is cleared. */
int exchange_next(const struct exchange *x, struct rpa_http_response *got,
                  char **ret_next, struct rpa_err *err);
/** Ask on from @url, which is taken; each redirect is an act. */
int exchange_follow(struct rpa_driver *d, const cbor_item_t *args, char *url,
                    struct rpa_http_response *ret, struct rpa_err *err);
/** Give @got, which is taken, to the bot or its file. @redirected: it is from
 * elsewhere than where the bot asked. */
int exchange_give(struct rpa_driver *d, const cbor_item_t *args,
                  struct rpa_http_response *got, bool redirected,
                  cbor_item_t **ret, struct rpa_err *err);
/** Put @hash, ended, where a body would be too long. */
void exchange_put_hash(cbor_item_t *map, const char *key,
                       struct rpa_sha256 *hash);
/** Wipes what is secret. */
void exchange_clear(struct exchange *x);
/** May it not be sent any more in @wait_ms? */
bool exchange_late(const struct exchange *x, int64_t wait_ms);

/* download.c: answers on disk */

/** The body of @x goes there; the one before is gone. */
int download_begin(struct exchange *x, struct rpa_err *err);
void download_end(struct rpa_driver *d);
/** All of its @size bytes, or their hash, into the row @map; or why they cannot be
 * read, which whoever wants them is told, too. */
void download_row(const struct rpa_driver *d, size_t size, cbor_item_t *map);
/** It stays for http.piece, by the name that @map is given. */
void download_keep(struct rpa_driver *d, size_t size, cbor_item_t *map);
/** Into the output file @name, by the supervisor's hand, which gives it that name
 * when it is whole. */
int download_save(struct rpa_driver *d, const char *name, size_t size,
                  struct rpa_err *err);
/** Back into the memory of @got. */
int download_load(struct rpa_driver *d, struct rpa_http_response *got,
                  struct rpa_err *err);

/* http_service.c: where it goes, and what is said of that */

/** Fill in host, path, place, service and limits for @url; *@x has the method.
 * Owns:   x->url, a copy. Errors: RPA_EPERM not this bot's to call. */
int service_find(struct exchange *x, const char *url, struct rpa_err *err);
/** Does @path fit @template, whose {names} stand for one segment each? */
bool service_path_fits(const char *template, const char *path);
/** The path of @address, which may be a template, if @x goes to its scheme, host
 * and port; else NULL. */
const char *service_path_at(const struct exchange *x, const char *address);
/** For struct rpa_http_request; @ctx is an exchange. */
bool service_may_reach(void *ctx, const struct sockaddr *addr);

/* http_auth.c: who we say we are */

/** The credentials that the service has, or the secret @name (NULL: none) that
 * the bot named and the manifest binds to this address. */
int auth_add(struct exchange *x, const char *name, struct rpa_err *err);
/** Use the credentials of @other, which was sent to the same service and lives
 * longer. False: they are refused. */
bool auth_share(struct exchange *x, const struct exchange *other);
/** The service has refused (401) a token that was kept from earlier: put a fresh
 * one in its place. False: it was none, or there is no other. */
bool auth_renew(struct exchange *x);
/** The service has refused what auth_add() gave: forget its token. */
void auth_refused(struct exchange *x);
void auth_clear(struct rpa_driver *d);

/* http_retry.c */

/** rpa_http_do(), and again for the causes that the service names; each of them
 * is added to what was tried. */
int retry_do(struct exchange *x, struct rpa_http_response *ret,
             struct rpa_err *err);

#endif
