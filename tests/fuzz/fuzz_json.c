/* Fuzzer of rpa.json, through Lua as a bot has it: what is read and written is
 * read as the same again. Nothing may crash, leak or take long.
 *
 *   ./fuzz_json -max_total_time=60 -timeout=5 CORPUS tests/fuzz/corpus/json
 */
#include "rpa/lua/vm.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char chunk[] =
    "local json = rpa.json\n"
    "local good, value = pcall(json.decode, rpa.set.data)\n"
    "if not good then\n"
    "  assert(value.code == 'EINVAL' and #value.msg > 0)\n"
    "  return\n"
    "end\n"
    "local text = json.encode(value)\n"
    "assert(json.encode(json.decode(text)) == text)\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rpa_vm *vm = NULL;
    struct rpa_err err;
    int fds[2]; /* the driver's answer to run.end is there before it */
    cbor_item_t *start = rpa_msg_new(), *set = rpa_cbor_map(),
                *answer = rpa_msg_new();
    rpa_msg_put_item(answer, "ok", rpa_cbor_map());
    rpa_msg_put_str(start, "mode", "run");
    rpa_msg_put_str(start, "name", "json");
    rpa_msg_put_str(start, "source", chunk);
    rpa_msg_put_item(start, "modules", rpa_cbor_map());
    rpa_msg_put_bytes(set, "data", data, size);
    rpa_msg_put_item(start, "set", set);
    rpa_msg_put_int(start, "memory", 64 << 20);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0 ||
        rpa_msg_send(fds[1], answer, NULL, 0, &err) < 0 ||
        rpa_vm_new(start, fds[0], &vm, &err) < 0 || rpa_vm_run(vm, &err) < 0) {
        fprintf(stderr, "%s\n", err.msg);
        abort();
    }
    rpa_vm_free(vm);
    rpa_msg_free(&answer);
    close(fds[0]);
    close(fds[1]);
    rpa_msg_free(&start);
    return 0;
}
