#ifndef RPA_CONTROL_H
#define RPA_CONTROL_H

#include "rpa/ipc/msg.h"

struct supervisor;
struct control;

/**
 * The control socket of a state directory: control.sock, AF_UNIX
 * SOCK_SEQPACKET, served by the supervisor that holds the directory.
 *
 * One client at a time, one question each: {"v":1,"call":"status"|"stop"},
 * {"v":1,"call":"backup"} (its row; the asker copies) or {"v":1,"call":"queue",…}
 * (desk.h) is answered {"v":1,"ok":…} or {"v":1,"err":…}. Asked by the
 * supervisor's own user or root only, and never by a process the run has
 * started: Landlock does not stop connect(), so the peer's parents are looked
 * at. Who says nothing is dropped after CONTROL_MS.
 */
enum { CONTROL_MS = 2000 };

/** Serve @sup, in its event loop, in place of what a lost supervisor left. */
int control_open(struct supervisor *sup, struct control **ret, struct rpa_err *err);
/** NULL is fine. */
void control_close(struct control *control);

/**
 * Ask the supervisor of @state_dir; *@ret_ok is what it answered.
 * Errors: RPA_ENOTFOUND none runs (err->native is the errno of that), RPA_EPERM
 *         refused, RPA_ETIMEOUT, what it answered.
 */
int control_ask(const char *state_dir, const cbor_item_t *msg,
                cbor_item_t **ret_ok, struct rpa_err *err);

#endif
