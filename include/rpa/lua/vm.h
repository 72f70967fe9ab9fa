#ifndef RPA_LUA_VM_H
#define RPA_LUA_VM_H

#include "rpa/ipc/msg.h"

/**
 * One bot's Lua 5.4 in its own process: capped memory, no files, no sockets, no
 * binary chunks; acts only through the driver's socket.
 *
 * The start document: {"v":1,"mode":"run"|"eval","name":"bots/x/main.lua",
 * "source":…,"modules":{name:source | {name:path,source:…}},"set":{…},
 * "manifest":{…},"memory":bytes}. `name` stands in error positions; a module
 * given as source alone gets the folder of `name`.
 */
struct rpa_vm;

/**
 * Shape:  @start as above; kept by reference. @fd is the driver's socket, still
 *         the caller's; -1 when there are no acts (mode eval).
 * Errors: RPA_EPROTO a start document of another shape, RPA_ENOMEM.
 */
int rpa_vm_new(cbor_item_t *start, int fd, struct rpa_vm **ret_vm,
               struct rpa_err *err);
/** NULL is fine. */
void rpa_vm_free(struct rpa_vm *vm);

/** Run the chunk, then tell the driver how it ended (run.end).  Errors: what
 * the bot raised (RPA_EBOT for an error of its own, RPA_ESYNTAX, RPA_ENOMEM over
 * its memory, an act's code); err->msg begins with "file:line: ". */
int rpa_vm_run(struct rpa_vm *vm, struct rpa_err *err);

/** Run the chunk and take the one table it returns; *@ret_value is the
 * caller's. Gives up when it has computed for @limit_ms, where Lua lets it; the
 * limit that holds is the supervisor's SIGKILL.  Errors: as rpa_vm_run(); RPA_EINVAL
 * for a function or another thing that is no data, msg has the key. */
int rpa_vm_eval(struct rpa_vm *vm, int limit_ms, cbor_item_t **ret_value,
                struct rpa_err *err);

#endif
