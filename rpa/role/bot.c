/* The bot role: one VM, locked down before the first line of the bot. */
#include "rpa/role/bot.h"

#include "rpa/base/log.h"
#include "rpa/lua/vm.h"
#include "rpa/role/lockdown.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SOCKET 3
#define START 4
#define EVAL_MS 1000

/* how it ended is told by run.end, if anybody is there */
static int run(struct rpa_vm *vm)
{
    struct pollfd driver = { .fd = SOCKET };
    struct rpa_err err;
    int r = rpa_vm_run(vm, &err);
    poll(&driver, 1, 0);
    return driver.revents & POLLHUP ? RPA_BOT_ALONE : r < 0;
}

static int answer(cbor_item_t *value, const struct rpa_err *failed)
{
    struct rpa_err err;
    cbor_item_t *msg = rpa_msg_new();
    if (failed)
        rpa_msg_put_err(msg, failed);
    else
        rpa_msg_put_item(msg, "ok", value);
    int r = rpa_msg_send(SOCKET, msg, NULL, 0, &err);
    rpa_msg_free(&msg);
    if (r < 0)
        rpa_log_err(&err);
    return r < 0 ? 70 : failed ? 1 : 0;
}

static int eval(struct rpa_vm *vm)
{
    struct rpa_err err;
    cbor_item_t *value = NULL;
    int r = rpa_vm_eval(vm, EVAL_MS, &value, &err);
    return answer(value, r < 0 ? &err : NULL);
}

/* Everything that still needs the kernel's good will. */
static int prepare(struct rpa_vm **ret_vm, bool *ret_eval, struct rpa_err *err)
{
    cbor_item_t *start = NULL;
    int64_t memory = 0;
    int abi = 0;
    /* else localtime() looks for a changed /etc/localtime at each call */
    setenv("TZ", ":/etc/localtime", 0);
    tzset();
    int r = rpa_msg_from_memfd(START, &start, err);
    close(START);
    if (r < 0)
        return r;
    *ret_eval = rpa_msg_is(start, "mode", "eval");
    rpa_msg_int(start, "memory", &memory);
    r = rpa_vm_new(start, *ret_eval ? -1 : SOCKET, ret_vm, err);
    rpa_msg_free(&start);
    if (r == 0)
        r = rpa_lockdown((size_t)memory, &abi, err);
    if (r == 0 && !abi)
        rpa_log(RPA_LOG_WARN, "this kernel has no Landlock; seccomp only");
    return r;
}

int rpa_role_bot(void)
{
    struct rpa_vm *vm = NULL;
    struct rpa_err err;
    bool is_eval = false;
    int status = 70;
    rpa_log_init("bot", RPA_LOG_WARN);
    if (prepare(&vm, &is_eval, &err) < 0)
        rpa_log_err(&err);
    else
        status = is_eval ? eval(vm) : run(vm);
    rpa_vm_free(vm);
    _exit(status); /* no exit handler is fit for the locked process */
}
