/* A bot's chunk, run in a VM as a bot's, with the answers of a driver that are
 * there before it asks. */
#ifndef RPA_TESTS_FUZZ_BOT_H
#define RPA_TESTS_FUZZ_BOT_H

#include "rpa/lua/vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/** Run @chunk, whose rpa.set.data has the @size bytes at @data; it must end well.
 * @manifest and @answer (of its only act) are taken and may be NULL. */
static void fuzz_bot(const char *chunk, const void *data, size_t size,
                     cbor_item_t *manifest, cbor_item_t *answer)
{
    struct rpa_vm *vm = NULL;
    struct rpa_err err;
    int fds[2]; /* the driver's answer to run.end is there before it */
    cbor_item_t *start = rpa_msg_new(), *set = rpa_cbor_map(),
                *end = rpa_msg_new();
    rpa_msg_put_item(end, "ok", rpa_cbor_map());
    rpa_msg_put_str(start, "mode", "run");
    rpa_msg_put_str(start, "name", "fuzzed");
    rpa_msg_put_str(start, "source", chunk);
    rpa_msg_put_item(start, "modules", rpa_cbor_map());
    rpa_msg_put_bytes(set, "data", data, size);
    rpa_msg_put_item(start, "set", set);
    rpa_msg_put_item(start, "manifest", manifest ? manifest : rpa_cbor_map());
    rpa_msg_put_int(start, "memory", 64 << 20);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0 ||
        (answer && rpa_msg_send(fds[1], answer, NULL, 0, &err) < 0) ||
        rpa_msg_send(fds[1], end, NULL, 0, &err) < 0 ||
        rpa_vm_new(start, fds[0], &vm, &err) < 0 || rpa_vm_run(vm, &err) < 0) {
        fprintf(stderr, "%s\n", err.msg);
        abort();
    }
    rpa_vm_free(vm);
    rpa_msg_free(&end);
    rpa_msg_free(&answer);
    close(fds[0]);
    close(fds[1]);
    rpa_msg_free(&start);
}

#endif
