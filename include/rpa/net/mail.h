#ifndef RPA_NET_MAIL_H
#define RPA_NET_MAIL_H

#include "rpa/base/err.h"

#include <stdbool.h>
#include <stddef.h>

/** A mail of plain text. All is borrowed for the call. */
struct rpa_mail {
    const char *server; /* "smtp://host:port", "smtps://host:port" */
    bool plain; /* smtp without STARTTLS is fine: a relay on this machine */
    const char *user, *password; /* NULL: none is asked for; never in an
                                    error */
    const char *ca_file;         /* as rpa_http_new() has it */
    const char *from;            /* "rpa@force.example" */
    const char *const *to;
    size_t nto;
    const char *subject, *text; /* UTF-8; lines of @text end with \n */
    const char *id;   /* the same of the same mail sent again: a Message-ID
                         without its brackets */
    const char *date; /* "Sun, 29 Mar 2026 02:00:00 +0100" */
    int timeout_ms;   /* the whole exchange; above 0 */
};

/** "name@host" that stands for nothing else in a header or an envelope. */
bool rpa_mail_is_address(const char *text);
/** "smtp://HOST[:PORT]" or "smtps://HOST[:PORT]". */
bool rpa_mail_is_server(const char *text);

/**
 * Send it, and wait until the server has taken it.
 *
 * Errors: RPA_EINVAL an address, server or text that cannot be sent;
 *         RPA_ETIMEOUT; RPA_EHTTP cannot connect, certificate, no TLS where it
 *         is wanted; RPA_EPERM the server refuses (the sentence has its reply's
 *         number, err->native too); RPA_ENOMEM. After an error it may have been
 *         taken all the same.
 * Source: RFC 5321, RFC 5322; RFC 3207 (STARTTLS).
 */
int rpa_mail_send(const struct rpa_mail *mail, struct rpa_err *err);

#endif
