#ifndef RPA_SUPERVISOR_WRITER_H
#define RPA_SUPERVISOR_WRITER_H

#include <systemd/sd-event.h>

#include "rpa/audit/audit.h"
#include "rpa/ipc/msg.h"

/**
 * Group commit: one writer of an audit store for any number of clients.
 *
 * Whatever waits on the clients' sockets is taken, all of it is made durable by
 * one commit, and only then is each told. What arrives meanwhile is the next
 * group. No client is taken from twice before the others had their turn, and
 * none gives more than CLIENT_MAX messages a group.
 *
 * A turn of the loop has one flush where flushes take long: new keys are flushed a
 * turn before their rows, and a group ends in a turn of its own if taking its messages
 * took long.
 *
 * Messages nobody waits for go into the next commit, NOTES_US after they came
 * at the latest.
 */
struct writer;
struct client;

enum { CLIENT_MAX = 64 };
#define NOTES_US 20000

/** Whose client it is. */
struct client_of {
    /**
     * Take one message: append its rows, call client_ack() if it is to be
     * acknowledged. @fd came with it, or is -1; it is closed afterwards. An
     * error ends the client; RPA_EAUDIT the store.
     */
    int (*take)(void *data, const cbor_item_t *msg, int fd,
                struct rpa_err *err);
    /** It left, or did what it may not; what it sent before is durable. */
    void (*lost)(void *data, struct rpa_err *err);
    /** The store has stopped: no ack, no act, and out. */
    void (*stopped)(void *data, const struct rpa_err *err);
    void *data;
};

/** @loop and @audit are borrowed until writer_close(). */
int writer_open(sd_event *loop, struct rpa_audit *audit, struct writer **ret,
                struct rpa_err *err);
/** Drops every client; commits nothing. NULL is fine. */
void writer_close(struct writer *writer);

/** Listen on @fd, which is made non-blocking and stays the caller's: a client
 * that does not read its acknowledgements is lost. Owns: *@ret until
 * client_drop() or writer_close(). */
int writer_add(struct writer *writer, int fd, const struct client_of *of,
               struct client **ret, struct rpa_err *err);
void client_drop(struct client *client); /* NULL is fine */

/** Take nothing of what it sends, from the next message on, until it need not wait
 * any more, or has ended: what it sends stays with it, and then it does not get on. */
void client_wait(struct client *client, bool waits);

/** Have @then called once what the client sent is durable, in a turn of the loop of
 * its own: it may ask for what is durable elsewhere, and client_ack(). Nothing more is
 * taken of the client before. Errors as take(). Only from take(). */
void client_then(struct client *client,
                 int (*then)(void *data, struct rpa_err *err));

/** Take @msg up now, as if it had just come from the client. */
void client_give(struct client *client, const cbor_item_t *msg);

/** After the commit, send @ack, which is taken: what it answers is durable. Only
 * from take(), and what was to be called then. */
void client_ack(struct client *client, cbor_item_t *ack);

#endif
