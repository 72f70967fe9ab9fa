#ifndef RPA_SUPERVISOR_CONTROL_H
#define RPA_SUPERVISOR_CONTROL_H

#include <sys/un.h>

#include "rpa/ipc/msg.h"

struct supervisor;
struct control;

/**
 * The control socket of a state directory: control.sock, AF_UNIX
 * SOCK_SEQPACKET, served by the supervisor that holds the directory.
 *
 * One question each: "status", "stop" ([run], [all], [now]), "backup" (its row;
 * the asker copies) or "queue" (desk.h), as {"v":1,"call":…}, is answered
 * {"v":1,"ok":…} or {"v":1,"err":…}. After a "run" (order.h) that a daemon has
 * taken the asker stays: it is sent what the run says (voice.h), and may say
 * "stop" again and again; if it leaves, the run goes on.
 *
 * Asked by who has the role for it (people.h): where rpa.conf names no groups, by
 * the supervisor's own user or root. And never by a process that a run has
 * started: Landlock does not stop connect(), so the
 * peer's parents are looked at.
 *
 * Who says nothing is dropped after CONTROL_MS; after CONTROL_BUSY_MS once half of
 * the CONTROL_MAX who may wait for an answer do. As many runs may be asked for,
 * whether or not who asked has stayed.
 */
enum { CONTROL_MS = 2000, CONTROL_BUSY_MS = 100, CONTROL_MAX = 256 };
#define CONTROL_NAME "control.sock"

/** Serve @sup, in its event loop, in place of what a lost supervisor left. */
int control_open(struct supervisor *sup, struct control **ret, struct rpa_err *err);
/** A path of any length, by way of its folder: sun_path is short. */
void control_address(int dir, struct sockaddr_un *ret);
/** The socket in the folder @dir, listening; in place of what was there. */
int control_listen(int dir, struct rpa_err *err);
/** Whether people of roles may ask as well (people.h), not only our own user: the
 * socket and the way to it are opened, nothing else of the state directory is. */
void control_admit(struct control *control, bool admits);
/** NULL is fine. */
void control_close(struct control *control);

/**
 * Ask the supervisor of @state_dir; *@ret_ok is what it answered.
 * Errors: RPA_ENOTFOUND none runs (err->native is the errno of that), RPA_EPERM
 *         refused, RPA_ETIMEOUT, what it answered.
 */
int control_ask(const char *state_dir, const cbor_item_t *msg,
                cbor_item_t **ret_ok, struct rpa_err *err);

/**
 * Have the daemon of @state_dir carry out @order (order.h), and print what the
 * run says until it ends; Ctrl-C and SIGTERM ask it to stop, as they do one in
 * the foreground.
 *
 * Errors: RPA_ENOTFOUND as above; RPA_EGONE the daemon was lost; what it
 *         answered.
 */
int control_run(const char *state_dir, const cbor_item_t *order, int *ret_exit,
                struct rpa_err *err);

#endif
