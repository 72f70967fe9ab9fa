/* The roles that own a display connection. */
#include "rpa/role/roles.h"
#include "rpa/act/driver.h"
#include "rpa/base/log.h"
#include "rpa/ipc/msg.h"
#include "rpa/screen/keymap.h"
#include "rpa/screen/keys.h"

#include <locale.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define SUPERVISOR 3
#define BOT 4

static int answer(int r, const struct rpa_err *err)
{
    struct rpa_err failed;
    cbor_item_t *msg = rpa_msg_new();
    if (r < 0)
        rpa_msg_put_err(msg, err);
    else
        rpa_msg_put_bool(msg, "ok", true);
    int sent = rpa_msg_send(SUPERVISOR, msg, NULL, 0, &failed);
    rpa_msg_free(&msg);
    return sent;
}

static int ready(struct rpa_driver *driver, const cbor_item_t *spec,
                 struct rpa_err *err)
{
    char title[256] = "";
    int64_t timeout_ms = 30000;
    rpa_msg_copy(spec, "title", title, sizeof title);
    rpa_msg_int(spec, "timeout_ms", &timeout_ms);
    return rpa_driver_ready(driver, title, (int)timeout_ms, err);
}

/* take the supervisor's messages until it says serve */
static int prepare(struct rpa_driver **driver, struct rpa_err *err)
{
    for (;;) {
        cbor_item_t *msg = NULL;
        int second = -1;
        int r = rpa_msg_recv(SUPERVISOR, RPA_MSG_FOREVER, &msg, &second, err);
        if (r < 0)
            return r;
        cbor_item_t *setup = rpa_msg_get(msg, "setup");
        cbor_item_t *spec = rpa_msg_get(msg, "ready");
        bool serve = rpa_msg_get(msg, "serve") != NULL;
        if (setup && !*driver) {
            cbor_incref(setup);
            r = rpa_driver_new(SUPERVISOR, BOT, setup, driver, err);
            if (r < 0)
                rpa_msg_free(&setup);
        } else if (spec && *driver) {
            r = ready(*driver, spec, err);
        } else if (serve && *driver && second >= 0) {
            r = rpa_driver_second(*driver, second, err);
            second = -1;
        } else if (!serve || !*driver) {
            r = rpa_fail(err, RPA_EPROTO, "the supervisor is out of turn");
        }
        rpa_msg_free(&msg);
        if (second >= 0)
            close(second);
        if (serve)
            return r;
        int sent = answer(r, err);
        if (r < 0 || sent < 0)
            return r < 0 ? r : sent;
    }
}

void rpa_role_keep_to_itself(void)
{
    struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}

int rpa_role_driver(void)
{
    struct rpa_driver *driver = NULL;
    struct rpa_err err;
    rpa_role_keep_to_itself();
    setlocale(LC_ALL, "C.UTF-8"); /* libxdo stops at non-ASCII without */
    signal(SIGPIPE, SIG_IGN);
    rpa_log_init("driver", RPA_LOG_WARN);
    int r = prepare(&driver, &err);
    if (r == 0)
        r = rpa_driver_serve(driver, &err);
    if (r < 0 && r != -RPA_EGONE && driver)
        rpa_log_err(&err);
    rpa_driver_free(driver);
    return r < 0 ? 1 : 0;
}

int rpa_role_sweep(void)
{
    struct rpa_display *display;
    struct rpa_err err;
    signal(SIGPIPE, SIG_IGN);
    int r = rpa_display_open(NULL, &display, &err);
    if (r < 0) {
        rpa_log_err(&err);
        return rpa_code_exit(err.code);
    }
    r = rpa_keys_sweep(display, &err);
    rpa_display_close(display);
    return r < 0 ? rpa_code_exit(err.code) : 0;
}
