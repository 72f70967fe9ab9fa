/* What is answered at the control socket. */
#include "rpa/supervisor/control_calls.h"
#include "rpa/base/utf8.h"
#include "rpa/supervisor/backup_row.h"
#include "rpa/supervisor/desk.h"
#include "rpa/supervisor/hold.h"
#include "rpa/supervisor/planner.h"
#include "rpa/supervisor/rota.h"

void control_stop_run(struct run *run, const cbor_item_t *msg,
                      const struct person *who)
{
    char how[16];
    bool now = false;
    rpa_msg_bool(msg, "now", &now);
    if (!rpa_msg_copy(msg, "how", how, sizeof how))
        rpa_str_copy(how, sizeof how, "rpa stop");
    if (now && !run->interrupts)
        run->interrupts = 1; /* it is not asked first */
    if (now || !run->interrupts)
        run_interrupt(run, how, who);
}

/* one run, all of them, or the supervisor itself */
static int stop(struct supervisor *sup, const cbor_item_t *msg,
                const struct person *who, struct rpa_err *err)
{
    int64_t id = 0;
    bool all = false;
    if (rpa_msg_int(msg, "run", &id)) {
        struct run *run = id > 0 ? supervisor_run(sup, id) : NULL;
        if (!run)
            return rpa_fail(err, RPA_ENOTFOUND, "run %lld is not at work",
                            (long long)id);
        control_stop_run(run, msg, who);
        return 0;
    }
    rpa_msg_bool(msg, "all", &all);
    for (struct run *run = sup->runs; run; run = run->next)
        control_stop_run(run, msg, who);
    if (!all)
        supervisor_leave(sup);
    return 0;
}

static int ask_backup(struct supervisor *sup, const cbor_item_t *msg,
                      const struct person *who, bool rowed, cbor_item_t *ok,
                      struct rpa_err *err)
{
    (void)msg;
    (void)rowed;
    rpa_msg_put_int(ok, "rows", rpa_audit_last(sup->audit));
    return backup_row(sup->audit, who, "backup", err);
}

static int ask_queue(struct supervisor *sup, const cbor_item_t *msg,
                     const struct person *who, bool rowed, cbor_item_t *ok,
                     struct rpa_err *err)
{
    const struct desk desk = { sup->audit, sup->queues, sup->state_dir };
    int r = desk_step(&desk, who, msg, rowed, ok, err);
    hold_wake(sup);
    return r;
}

static int ask_schedule(struct supervisor *sup, const cbor_item_t *msg,
                        const struct person *who, bool rowed, cbor_item_t *ok,
                        struct rpa_err *err)
{
    const struct planner planner = { .audit = sup->audit,
                                     .sched = rota_engine(sup->rota),
                                     .state_dir = sup->state_dir };
    int r = planner_step(&planner, who, msg, rowed, ok, err);
    rota_soon(sup->rota);
    return r;
}

static int ask_stop(struct supervisor *sup, const cbor_item_t *msg,
                    const struct person *who, bool rowed, cbor_item_t *ok,
                    struct rpa_err *err)
{
    (void)rowed;
    int r = stop(sup, msg, who, err);
    if (r == 0) /* who asked is durable before anybody is told so */
        r = rpa_audit_commit(sup->audit, err);
    if (r == 0)
        status_put(sup, ok);
    return r;
}

static int ask_status(struct supervisor *sup, const cbor_item_t *msg,
                      const struct person *who, bool rowed, cbor_item_t *ok,
                      struct rpa_err *err)
{
    (void)msg;
    (void)who;
    (void)rowed;
    (void)err;
    status_put(sup, ok);
    return 0;
}

static const struct {
    const char *call;
    int (*answer)(struct supervisor *sup, const cbor_item_t *msg,
                  const struct person *who, bool rowed, cbor_item_t *ok,
                  struct rpa_err *err);
} calls[] = {
    { "status", ask_status }, { "stop", ask_stop },
    { "queue", ask_queue },   { "schedule", ask_schedule },
    { "backup", ask_backup },
};

int control_answer(struct supervisor *sup, const cbor_item_t *msg,
                   const struct person *who, bool rowed, cbor_item_t *ok,
                   struct rpa_err *err)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (!rpa_msg_is(msg, "call", calls[i].call))
            continue;
        int r = calls[i].answer(sup, msg, who, rowed, ok, err);
        if (r == -RPA_EAUDIT)
            supervisor_fail(sup, err);
        return r;
    }
    return rpa_fail(err, RPA_EINVAL, "a supervisor is asked status, stop, run, "
                                     "queue, schedule or backup");
}
