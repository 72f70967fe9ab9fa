#ifndef RPA_ROLE_LOCKDOWN_H
#define RPA_ROLE_LOCKDOWN_H

#include "rpa/base/err.h"

#include <stddef.h>

/**
 * Give up for ever what a bot process has no use for: files, sockets, other
 * programs, other processes, code made at run time. What is open stays usable.
 *
 * Three layers, each enough by itself for files and programs: resource limits,
 * Landlock with no allowed path (as far as the kernel knows it; *@ret_abi 0 when
 * it does not), and a seccomp list whose default is death. Looking for a file
 * is answered EPERM instead, as C libraries try that by themselves.
 *
 * Units:  @memory in bytes: Lua's cap; the process gets 512 MiB more.
 * Errors: RPA_EPERM when the kernel does not take one of them. Do not go on.
 */
int rpa_lockdown(size_t memory, int *ret_abi, struct rpa_err *err);

#endif
