#include "rpa/supervisor/intake.h"
#include "rpa/base/log.h"
#include "rpa/base/time.h"

#include <stdlib.h>

enum { AT_ONCE = 500 }; /* schedules a turn: some 5 ms */

struct intake {
    struct rpa_sched *sched;
    const char *file;
    cbor_item_t *msg;
    struct schedules_file said; /* of the message */
    struct schedules_taking *taking;
    struct schedules fresh;
    struct rpa_sched_spec *specs; /* NULL: it is not loading yet */
    sd_event_source *turn;
    intake_done *done;
    void *data;
};

static int64_t now_s(void)
{
    return rpa_now_us() / 1000000;
}

static void tell(const char *fault)
{
    rpa_log(RPA_LOG_ERROR, "%s", fault);
}

static int begin_load(struct intake *in, struct rpa_err *err)
{
    size_t n = in->fresh.n;
    in->specs = calloc(n + 1, sizeof *in->specs);
    if (!in->specs)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    for (size_t i = 0; i < n; i++)
        in->specs[i] = in->fresh.list[i].spec;
    return rpa_sched_load_begin(in->sched, in->specs, n, err);
}

/* one piece. 1: there are more */
static int go_on(struct intake *in, size_t most, struct rpa_err *err)
{
    if (in->specs)
        return rpa_sched_load_some(in->sched, most, now_s(), err);
    int r = schedules_take_some(in->taking, most, &in->fresh, err);
    if (r == 0)
        r = begin_load(in, err);
    return r < 0 ? r : 1;
}

static void tell_end(struct intake *in, const struct rpa_err *why)
{
    struct schedules fresh = in->fresh;
    in->turn = sd_event_source_disable_unref(in->turn);
    if (!why)
        in->fresh = (struct schedules){ 0 };
    in->done(in->data, in->msg, &fresh, why);
}

static int on_turn(sd_event_source *source, void *data)
{
    struct intake *in = data;
    struct rpa_err err;
    int r = go_on(in, AT_ONCE, &err);
    if (r > 0) /* others first */
        sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    else
        tell_end(in, r < 0 ? &err : NULL);
    return 0;
}

void intake_now(struct intake *in)
{
    struct rpa_err err;
    int r;
    do
        r = go_on(in, SIZE_MAX, &err);
    while (r > 0);
    tell_end(in, r < 0 ? &err : NULL);
}

int intake_begin(struct supervisor *sup, struct rpa_sched *sched,
                 const char *file, const cbor_item_t *msg, intake_done *done,
                 void *data, struct intake **ret, struct rpa_err *err)
{
    struct intake *in = calloc(1, sizeof *in);
    if (!in)
        return rpa_fail(err, RPA_ENOMEM, "no memory for the schedules");
    *in = (struct intake){ .sched = sched, .file = file, .done = done,
                           .data = data, .msg = rpa_cbor_ref(msg) };
    in->said = (struct schedules_file){ rpa_msg_get(msg, "ok"),
                                        rpa_msg_get(msg, "bots"),
                                        rpa_msg_get(msg, "holidays") };
    int r = schedules_take_begin(file, &in->said, now_s(), tell, &in->taking,
                                 err);
    if (r == 0 && sd_event_add_defer(sup->loop, &in->turn, on_turn, in) < 0)
        r = rpa_fail(err, RPA_EIO, "taking in the schedules");
    if (r == 0)
        *ret = in;
    else
        intake_end(in);
    return r;
}

void intake_end(struct intake *in)
{
    if (!in)
        return;
    sd_event_source_disable_unref(in->turn);
    rpa_sched_load_end(in->sched);
    schedules_take_end(in->taking);
    schedules_clear(&in->fresh);
    free(in->specs);
    rpa_msg_free(&in->msg);
    free(in);
}
